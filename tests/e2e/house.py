"""One gateway in a directory of its own under /tmp: its configuration, the
real `meldpostd` and `meldpost`, mail that is put in and taken out.

The programs are those of the build tree: the environment variable BUILD,
else the tree that this file stands in. Runs as the caller; started as root,
the roles run as "nobody". Everything that waits has a deadline.
"""

import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

import mails
from people import CAST
from rig import wait_for

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD") or TOP).resolve()
ROLES = ("fetch", "parse", "keys", "core", "submit")
NOBODY = pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def is_built():
    return os.access(BUILD / "gateway/meldpostd", os.X_OK)


class Process:
    """One line of /proc. A role hides most of itself, not its name."""

    def __init__(self, pid):
        self.pid = pid
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
        self.name = stat[stat.index("(") + 1:stat.rindex(")")]
        fields = stat[stat.rindex(")") + 2:].split()
        self.state, self.parent = fields[0], int(fields[1])
        self.command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()


def processes():
    found = []
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit():
                found.append(Process(int(entry)))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


class House:
    def __init__(self, source=None, sink=None, prefix="", **groups):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="mph", dir="/tmp"))
        self.state = self.dir / "state"
        self.post = self.dir / "post"
        self.inbox = self.post / mails.GATEWAY
        self.conf = self.dir / "meldpost.conf"
        self.logfile = self.dir / "log"
        self.daemon = None
        self.prefix = prefix.split()
        for d in (self.state, self.inbox):
            d.mkdir(parents=True)
        self.state.chmod(0o700)
        for d in ("new", "cur", "tmp"):
            (self.inbox / d).mkdir()
        self.groups = {
            "instance": {"name": "Mechelen", "address": mails.GATEWAY,
                         "contact": "dienst Preventie",
                         "phone": "015 00 00 00"},
            "state": {"dir": self.state},
            "source": source or {"type": "maildir", "path": self.inbox,
                                 "poll": 1},
            "sink": sink or {"type": "maildir", "path": self.post},
            "mail": {"receipt_tick": 1, "receipt_jitter": 0,
                     "retry_first": 1},
        }
        if NOBODY:
            self.groups["state"]["user"] = "nobody"
        for group, values in groups.items():
            self.groups.setdefault(group, {}).update(values)
        self.write_conf()
        self.own(self.dir)

    def write_conf(self):
        def value(v):
            return str(v) if isinstance(v, int) else f'"{v}"'
        self.conf.write_text("".join(
            f"{group} = {{\n" + "".join(
                f"  {name} = {value(v)};\n" for name, v in values.items()) +
            "};\n" for group, values in self.groups.items()))

    def own(self, top):
        """Hands files over to the user that the roles run as."""
        if NOBODY:
            self.dir.chmod(0o755)
            for path in [top, *top.rglob("*")]:
                os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)

    @staticmethod
    def become():
        """For a child that works in the house: as the roles' user."""
        if not NOBODY:
            return None

        def change():
            os.setgroups([])
            os.setgid(NOBODY.pw_gid)
            os.setuid(NOBODY.pw_uid)
        return change

    # ---- programs ----

    def environment(self):
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
               "MELDPOST_CONF": str(self.conf),
               "MELDPOST_LIBEXEC": str(BUILD / "gateway"),
               "MELDPOST_TEMPLATES": str(TOP / "templates"),
               "MELDPOSTD": str(BUILD / "gateway/meldpostd")}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                env[name] = os.environ[name]
        return env

    def run(self, *words, data=b"", ok=True):
        """meldpost WORDS; `ok`: must succeed, must fail, or None."""
        done = subprocess.run(
            [BUILD / "gateway/meldpost", *map(str, words)], input=data,
            capture_output=True, env=self.environment(), timeout=60)
        done.out = done.stdout.decode()
        done.err = done.stderr.decode()
        if ok is not None:
            assert (done.returncode == 0) == ok, (
                words, done.returncode, done.out, done.err, self.tail())
        return done

    def rows(self, *words):
        return json.loads(self.run("--json", *words).out)

    def verdict(self, mail):
        return json.loads(self.run("verdict", "--json", data=mail).out)

    def _spawn(self, *options):
        with open(self.logfile, "ab") as log:
            return subprocess.Popen(
                [*self.prefix, BUILD / "gateway/meldpostd", *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self.environment(), start_new_session=True)

    def start(self, ready=True):
        before = self.log().count("all roles are at work")
        self.daemon = self._spawn()
        if ready:
            self.until(lambda: self.daemon.poll() is not None or self.log()
                       .count("all roles are at work") > before, "start")
            assert self.daemon.poll() is None, self.tail()
        return self

    def stop(self):
        """Ends the daemon in order; nothing of it may be left."""
        if self.daemon is None:
            return
        mine = self.family()
        self.daemon.send_signal(signal.SIGTERM)
        try:
            status = self.daemon.wait(20)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            self.daemon.wait()
            status = "killed by the test"
        self.daemon = None
        assert status == 0, (status, self.tail())
        self.until(lambda: not self.alive(mine), "an end without leftovers")

    def once(self, ok=True):
        """One `meldpostd --once`; its exit status."""
        assert self.daemon is None
        status = self._spawn("--once").wait(60)
        if ok is not None:
            assert (status == 0) == ok, (status, self.tail())
        return status

    def once_until_quiet(self):
        """--once, again and again until the outbox holds nothing more."""
        def run():
            self.once()
            return not self.rows("outbox")
        self.until(run, "an empty outbox", 15)

    def close(self):
        try:
            self.stop()
        finally:
            for p in self.leftovers():
                os.kill(p.pid, signal.SIGKILL)
            shutil.rmtree(self.dir, ignore_errors=True)

    # ---- processes ----

    def family(self):
        """The daemon's descendants."""
        all_of_them, mine = processes(), []
        parents = {self.daemon.pid}
        while parents:
            born = [p for p in all_of_them if p.parent in parents]
            mine += born
            parents = {p.pid for p in born}
        return mine + self.leftovers()

    def leftovers(self):
        """gpg and its agent, known by our directory in their command."""
        mark = str(self.dir).encode()
        return [p for p in processes()
                if mark in p.command and p.name.startswith("gpg")]

    @staticmethod
    def alive(family):
        now = {p.pid: p for p in processes()}
        return [p for p in family if p.pid in now and
                now[p.pid].name == p.name and now[p.pid].state != "Z"]

    def pid(self, role):
        """The process of a role, 0 while it does not run. parse has
        children of the same name: the parent's own is wanted."""
        for p in processes():
            if p.parent == self.daemon.pid and p.name == f"meldpost-{role}":
                return p.pid
        return 0

    @staticmethod
    def is_decrypting(pid):
        """Whether gpg opens a mail for keys now; not the sample at its start,
        which is before the wall. Without a look at all of /proc."""
        try:
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
            if "Seccomp:\t2" not in status:
                return False
            task = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
            return any(b"--decrypt" in Process(int(child)).command
                       for child in task.read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            return False

    # ---- people ----

    def enrol(self, person, role, *more, ok=True, key=None, fpr=None):
        path = self.dir / "key.asc"
        path.write_bytes(person.key if key is None else key)
        return self.run(
            "correspondent", "add", person.address, "--role", role.role,
            "--class", role.org_class, "--organisation", role.organisation,
            "--ground", "decreet art. 3", "--key", path, "--fingerprint",
            fpr or person.fpr, "--compared", "at the table", *more, ok=ok)

    def enrol_cast(self, people, names=CAST):
        for name in names:
            self.enrol(people[name], CAST[name])

    def own_key(self):
        """(fingerprint, armored public key) of the gateway."""
        return (self.rows("key", "show")["fingerprint"],
                self.run("key", "export").stdout)

    def ring(self, *args, data=b""):
        """gpg on the gateway's own ring, as somebody who looks after it.
        Only while no daemon runs."""
        home = ["--homedir", self.state / "gnupg"]

        def run(*words):
            return subprocess.run(words, check=True, capture_output=True,
                                  input=data, preexec_fn=self.become()).stdout
        run("gpgconf", *home, "--launch", "gpg-agent")
        out = run("gpg", *home, "--batch", "--yes", "--pinentry-mode",
                  "loopback", *args)
        run("gpgconf", *home, "--kill", "all")
        self.until(lambda: not self.leftovers(), "the agent ends", 5)
        return out

    # ---- mail ----

    def deliver(self, mail, name=None):
        """Into the inbox, as an MTA writes it: lines that end in LF."""
        name = name or f"{time.time_ns()}.{next(mails.NUMBER)}.test"
        path = self.inbox / "tmp" / name
        path.write_bytes(mail.replace(b"\r\n", b"\n"))
        self.own(path)
        path.rename(self.inbox / "new" / name)

    def waiting(self):
        """What still stands in the inbox."""
        return [p for d in ("new", "cur")
                for p in (self.inbox / d).glob("*")]

    def aside(self):
        """The mails in the side folder."""
        return [p.read_bytes() for d in ("new", "cur")
                for p in (self.inbox / ".Genegeerd" / d).glob("*")]

    def aside_has(self, mail):
        return mail.replace(b"\r\n", b"\n") in self.aside()

    def judge(self, mail, seconds=30):
        """Puts a mail in and waits for its row of `meldpost mail list`."""
        before = {row["id"] for row in self.rows("mail", "list")}
        self.deliver(mail)
        self.until(lambda: not self.waiting(), "an empty inbox", seconds)
        new = [row for row in self.rows("mail", "list")
               if row["id"] not in before]
        assert len(new) == 1, (new, self.tail())
        return new[0]

    def received(self, person):
        """What the gateway sent to somebody, oldest first."""
        box = self.post / person.address / "new"
        files = sorted(box.glob("*"), key=lambda p: p.stat().st_mtime_ns)
        return [mails.crlf(p.read_bytes()) for p in files]

    def letters(self, person):
        return [mails.letter(person, m) for m in self.received(person)
                if b"multipart/encrypted" in m[:2000]]

    def all_sent(self):
        return [p.read_bytes() for p in self.post.glob("*/new/*")
                if self.inbox not in p.parents]

    def unsent(self):
        """How many mails are to leave yet, by the store."""
        db = sqlite3.connect(f"file:{self.state}/db/meldpost.db?mode=ro",
                             uri=True)
        try:
            return db.execute("SELECT count(*) FROM outbox WHERE state IN"
                              " ('waiting', 'sending')").fetchone()[0]
        finally:
            db.close()

    def quiet(self, seconds=15):
        """Waits until nothing more is to be sent. Core itself is asked only at
        the end, after all that it has begun: a command is a process, and
        whoever waits asks a hundred times a second."""
        self.until(lambda: not self.unsent() and
                   not [r for r in self.rows("outbox")
                        if r["state"] in ("waiting", "sending")],
                   "an empty outbox", seconds)

    # ---- what was seen ----

    def log(self):
        return (self.logfile.read_text(errors="replace")
                if self.logfile.exists() else "")

    def tail(self):
        return "\n" + "\n".join(self.log().splitlines()[-25:])

    def until(self, what, name, seconds=20):
        value = wait_for(what, seconds)
        assert value, f"not seen within {seconds} s: {name}{self.tail()}"
        return value

    def until_log(self, pattern, seconds=20):
        return self.until(lambda: re.search(pattern, self.log(), re.M),
                          f"log line {pattern}", seconds)

    def files_of_state(self):
        for path in self.state.rglob("*"):
            if path.is_file():
                yield path

    def check_secrets(self):
        """What must be true of every house at every moment."""
        word = mails.CANARY.encode()
        for path in [*self.files_of_state(), self.logfile]:
            assert not path.exists() or word not in path.read_bytes(), path
        for mail in self.all_sent():
            assert word not in mail
            kind = mails.parse(mail).get_content_type()
            # T02 alone may leave in clear, and then it is signed.
            assert kind == "multipart/encrypted" or (
                kind == "multipart/signed" and
                b"niet versleuteld" in mail), kind
        address = re.search(r".*\w@\w.*", self.log())
        assert not address, f"an address in the log: {address.group()}"
