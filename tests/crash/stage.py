"""What each run of crash.py begins with, and its end: a house whose people
and keys are made once and copied, killpoint's ledger, a play's mails.

Mail comes and goes by a Maildir, or by real servers: a Dovecot and an Exim of
the stage's own.
"""

import concurrent.futures
import mmap
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/e2e"))

import mails  # noqa: E402
from house import BUILD, House, is_built  # noqa: E402
from people import CAST, REPRESENTATIVES, Person  # noqa: E402
from rig import Rig  # noqa: E402

NAMES = (*REPRESENTATIVES, "burgemeester", "coordinator", "io", "fg", "clb",
         "caw", "school")
SECONDS = 45        # an act that takes longer is stuck


class Stuck(Exception):
    pass


class Kills:
    """The file in which killpoint.c counts; see struct slot there."""
    ROLES = ("fetch", "parse", "keys", "core", "submit", "parent")
    HEAD, NAME, SLOT = 64, 16, 64 * 4096

    def __init__(self, path):
        self.path = path
        with open(path, "wb") as f:
            f.truncate(self.SLOT * len(self.ROLES))
        path.chmod(0o666)
        with open(path, "r+b") as f:
            self.map = mmap.mmap(f.fileno(), 0)

    def _word(self, role, i):
        at = self.ROLES.index(role) * self.SLOT + 4 * i
        return int.from_bytes(self.map[at:at + 4], sys.byteorder)

    def calls(self, role):
        return self._word(role, 0)

    def deaths(self, role=None):
        return sum(self._word(r, 1) for r in ([role] if role else self.ROLES))

    def call(self, role, n):
        """The name of a role's n-th call."""
        at = (self.ROLES.index(role) * self.SLOT + self.HEAD +
              (n - 1) * self.NAME)
        return self.map[at:at + self.NAME].rstrip(b"\0").decode()

    def end_victim(self):
        """kill -9 for a child of parse, which cannot do it itself."""
        victim = self._word("parse", 2)
        if victim:
            at = self.ROLES.index("parse") * self.SLOT + 8
            self.map[at:at + 4] = bytes(4)
            os.kill(victim, signal.SIGKILL)


def killpoint(dir):
    """The library in `dir`, where every user can read it: what `make` built,
    or built now."""
    path, built = dir / "killpoint.so", BUILD / "tests/crash/killpoint.so"
    if built.exists():
        shutil.copy(built, path)
    else:
        subprocess.run(
            [os.environ.get("CC", "cc"), "-std=gnu11", "-O2", "-fPIC",
             "-shared", "-o", path, TOP / "tests/crash/killpoint.c", "-ldl"],
            check=True)
    path.chmod(0o644)
    return path


class Faulty(House):
    """A house whose daemon runs under killpoint."""
    faults, library, kills, armed = "", None, None, False

    def environment(self):
        env = super().environment()
        if self.armed:
            env.update(LD_PRELOAD=str(self.library),
                       MELDPOST_FAULT=self.faults,
                       MELDPOST_FAULT_LEDGER=str(self.kills.path))
        return env

    def _spawn(self, *options):
        self.armed = True
        try:
            return super()._spawn(*options)
        finally:
            self.armed = False


def copy_state(source, house):
    """What another house knows; its people and keys are made once."""
    shutil.rmtree(house.state)
    shutil.copytree(source, house.state,
                    ignore=shutil.ignore_patterns("S.*", "control", "lock"))
    house.own(house.dir)


class World:
    """Made once: people, and a house in which they are enrolled."""

    def __init__(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="mpk", dir="/tmp"))
        self.dir.chmod(0o755)
        self.library = killpoint(self.dir)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            self.people = {p.name: p for p in pool.map(Person, NAMES)}
        self.first = House()
        self.first.run("key", "create")
        self.first.start()
        for name, person in self.people.items():
            self.first.enrol(person, CAST[name])
        self.fpr, self.key = self.first.own_key()
        self.first.stop()
        for person in self.people.values():
            person.meet(self.key)
        # Not enrolled: who only reads, and who is to come in.
        self.ltf = Person("ltf", address="ltf@dirco.example")
        self.ltf.meet(self.people["io"].key)
        self.newcomer = Person("nieuw")
        self.newcomer.meet(self.key)
        self.name = {p.address: p.name for p in (*self.people.values(),
                                                 self.newcomer)}

    def sender(self, name):
        return mails.Sender(self.people[name], self.fpr)

    def readers(self):
        return (*self.people.values(), self.ltf, self.newcomer)

    def reader(self, address):
        """Who reads the mail of an address, with an agent: the whole takes an
        hour, and one may be gone by now."""
        (person,) = [p for p in self.readers() if p.address == address]
        person.run("gpgconf", "--launch", "gpg-agent")
        return person

    def close(self):
        self.first.close()
        for person in self.readers():
            person.close()
        shutil.rmtree(self.dir, ignore_errors=True)


class Run:
    """One house from the first mail of a play to its last, with its faults."""

    def __init__(self, play, rig, name, faults):
        self.play, self.world, self.rig = play, play.world, rig
        self.box = f"{name}@mechelen.example"
        self.house = Faulty(**(self._servers() if rig else {}), **play.groups)
        h = self.house
        copy_state(play.state, h)
        if rig:
            (h.dir / "password").write_text(rig.password + "\n")
            (h.dir / "password").chmod(0o600)
            for g in ("source", "sink"):
                h.groups[g]["password_file"] = h.dir / "password"
            h.write_conf()
        h.library, h.faults = self.world.library, faults
        h.kills = self.kills = Kills(h.dir / "ledger")
        play.set_back(h)
        h.own(h.dir)
        (self.mails, self.outbox, self.audit), = self.query(
            "SELECT (SELECT count(*) FROM mail),"
            " (SELECT ifnull(max(id), 0) FROM outbox),"
            " (SELECT max(seq) FROM audit)")
        self.put = []           # the acts of the play so far
        self.dead = 0           # at the last rest
        self.verified = []      # of the chain, at each rest after a kill

    def _servers(self):
        common = {"host": self.rig.host, "ca_file": self.rig.ca}
        return {
            "source": {"type": "imap", "port": self.rig.imaps, "poll": 1,
                       "user": self.box, **common},
            "sink": {"type": "smtp", "port": self.rig.smtps,
                     "user": mails.GATEWAY, **common}}

    # ---- mail in and out ----

    def put_in(self, acts):
        for act in acts:
            self.put.append(act)
            if self.rig:
                self.rig.lmtp(self.box, act.mail)
            else:
                self.house.deliver(act.mail)

    def waiting(self):
        """Names only: Dovecot moves files from new/ to cur/ meanwhile."""
        if not self.rig:
            return self.house.waiting()
        return [p for part in ("new", "cur")
                for p in (self.rig.maildir(self.box) / part).glob("*")]

    def under_way(self):
        """What Exim has taken and not yet delivered."""
        return self.rig and list((self.rig.dir / "spool/input").rglob("*-H"))

    def arrived(self, person):
        """The mails in somebody's mailbox."""
        if not self.rig:
            return self.house.received(person)
        return [mails.crlf(m) for m in self.rig.files(person.address)]

    def came_out(self):
        """(address, mail) of everything that left the house."""
        return [(p.address, m) for p in self.world.readers()
                for m in self.arrived(p)]

    # ---- the database ----

    def query(self, sql, file="meldpost.db"):
        """Asks a copy: a reader of the file itself would be in the way."""
        with tempfile.TemporaryDirectory(dir=self.world.dir) as tmp:
            for name in (file, file + "-wal"):
                try:
                    shutil.copy(self.house.state / "db" / name, tmp)
                except FileNotFoundError:
                    pass
            db = sqlite3.connect(f"{tmp}/{file}")
            try:
                return db.execute(sql).fetchall()
            finally:
                db.close()

    def done(self):
        """Nothing left to do, as far as one copy can tell: it may have been
        made while the files were written."""
        if self.waiting():
            return False
        try:
            (taken, *left), = self.query(
                "SELECT (SELECT count(*) FROM mail), (SELECT count(*) FROM"
                " outbox WHERE state IN ('waiting', 'held', 'sending')),"
                " (SELECT count(*) FROM timer WHERE due <= unixepoch()),"
                f" ({self.play.left})")
        except sqlite3.DatabaseError:
            return False
        return taken - self.mails >= len(self.put) and not any(left)

    def quiet(self):
        """Three times in a row, with nothing written in between. While the
        house writes its book is not copied at all."""
        def stamp():
            files = (self.house.state / "db").iterdir()
            return sorted((p.name, p.stat().st_mtime_ns) for p in files)
        try:
            before = stamp()
            for _ in range(3):
                time.sleep(0.01)
                if stamp() != before or not self.done():
                    return False
            return stamp() == before and not self.under_way()
        except FileNotFoundError:
            return False

    # ---- a life ----

    def live(self):
        """Plays all acts, each when nothing is left to do of the one before;
        then ends the daemon."""
        for acts in self.play.acts(self):
            self.put_in(acts)
            if self.house.daemon is None:
                self.house.start(ready=False)
            self.rest()
        self.finish()

    def finish(self):
        while True:
            before = self.kills.deaths()
            self.verify()
            left = self.end()
            if self.kills.deaths() == before:
                break
            # Killed while it was asked or ended: all must be right then.
            self.house.start(ready=False)
            self.rest()
        if left:
            raise Stuck("left behind: " + " ".join(p.name for p in left))

    def rest(self):
        """Until nothing is left to do. Whoever died since the last time left
        a chain that is whole."""
        while True:
            before = self.kills.deaths()
            self.until_quiet()
            if self.kills.deaths() > self.dead:
                self.dead = self.kills.deaths()
                self.verify()
            if self.kills.deaths() == before:
                break

    def verify(self):
        """Asks again while whoever answers is still to be started."""
        before, end = self.kills.deaths(), time.monotonic() + SECONDS
        status = os.EX_TEMPFAIL
        while (status in (os.EX_TEMPFAIL, os.EX_UNAVAILABLE) and
               self.kills.deaths() == before and time.monotonic() < end):
            status = self.house.run("audit", "verify", ok=None).returncode
        # Killed while it was asked: it could not say.
        if self.kills.deaths() == before:
            self.verified.append(status)

    def until_quiet(self):
        """The daemon is started again where the fault ends it."""
        end = time.monotonic() + SECONDS
        while not self.quiet():
            self.kills.end_victim()
            status = self.house.daemon.poll()
            if status is not None:
                # 75: a child of the dead one, not gone yet, has the lock.
                if not self.kills.deaths("parent") or status not in (
                        -signal.SIGKILL, os.EX_TEMPFAIL):
                    raise Stuck(f"meldpostd ended with {status}")
                time.sleep(0.1)
                self.house.start(ready=False)
            if time.monotonic() > end:
                raise Stuck(f"not quiet after {SECONDS} s")
            time.sleep(0.03)

    def end(self):
        """SIGTERM; what is left of the daemon's family after it."""
        family, h = self.house.family(), self.house
        h.daemon.send_signal(signal.SIGTERM)
        try:
            status = h.daemon.wait(20)
        except subprocess.TimeoutExpired:
            raise Stuck("meldpostd does not end") from None
        killed = self.kills.deaths("parent") > 0
        if status != 0 and not (killed and status == -signal.SIGKILL):
            raise Stuck(f"meldpostd ended with {status}")
        h.daemon = None
        limit = time.monotonic() + 3
        while (left := h.alive(family)) and time.monotonic() < limit:
            time.sleep(0.01)
        return left

    def close(self, keep=False):
        """Ends what still runs; `keep`: leaves the house's files."""
        h = self.house
        if h.daemon is not None:
            h.daemon.kill()
            h.daemon.wait()
            h.daemon = None
        if not keep:
            h.close()
        for address in (self.box, mails.GATEWAY, *(
                p.address for p in self.world.readers())):
            if self.rig:
                shutil.rmtree(self.rig.maildir(address).parent,
                              ignore_errors=True)


def new_rig():
    rig = Rig()
    rig.start()
    return rig
