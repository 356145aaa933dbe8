#!/usr/bin/python3
"""No word of a mail where it does not belong (security.md T38, T39, G11).

    leak.py [--mails N] [--keep]

N mails (1,000 unless said) of every kind go through the real daemon, each with
a canary of its own in eight places. All the while argv and environ of all
processes are read, and after each round the database, its WAL, the log and the
temporary directories, as bytes. Each role is made to crash while it holds a
mail, with core files allowed. Before that the test proves that it can find:
it plants canaries in a copy of the state, in a log, in a file's name, in an
argument, in the environment and in a core file, and has to see each.

Ends with 0 when nothing was found and every kind of mail met the verdict that
it should. The programs are those of $BUILD. Only root can read the environ of
the roles; the last line says how many were.
"""

import argparse
import collections
import concurrent.futures
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

import mails  # noqa: E402
import meeting  # noqa: E402
import watch  # noqa: E402
from canary import Canaries, shapes  # noqa: E402
from house import ROLES, House, is_built  # noqa: E402
from letters import Writer  # noqa: E402
from people import Person  # noqa: E402

REP, MAYOR, COORD, DPO = ("vertegenwoordiger", "burgemeester", "coordinator",
                          "fg")
REFERRERS = ("clb", "school", "caw")
NAMES = (REP, MAYOR, COORD, DPO, "io", *REFERRERS)
CRASHES = (*ROLES, "gpg")
ROUND = 40
CASE = 7			# mails of case()
VERBS = ("MONDELING", "NIET WEERHOUDEN geen-aanwijzingen")


class Wrong(Exception):
    pass


def say(text):
    os.write(2, f"leak: {text}\n".encode())


def allow_cores():
    """For the daemon too: what keeps a role from writing one is the role."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == 0 and os.geteuid() != 0:
        return False
    limit = resource.RLIM_INFINITY if os.geteuid() == 0 else hard
    resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
    return True


class World:
    def __init__(self):
        self.canaries = Canaries()
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            made = list(pool.map(Person, NAMES))
        self.people = {p.name: p for p in made}
        self.house = None

    def open(self):
        h = self.house = House()
        h.run("key", "create")
        h.start()
        h.enrol_cast(self.people, NAMES)
        self.fpr, self.key = h.own_key()
        for p in self.people.values():
            p.meet(self.key)
        self.writer = Writer(self.canaries, self.people, self.fpr, self.key)
        self.finds = watch.Finds(self.canaries)

    def close(self, keep):
        if self.house and not keep:
            self.house.close()
        for p in self.people.values():
            p.close()


# ---- the run ----

class Run:
    def __init__(self, world, since):
        self.world, self.house, self.since = world, world.house, since
        self.writer, self.finds = world.writer, world.finds
        self.sent = collections.Counter()
        self.got = collections.defaultdict(collections.Counter)
        self.known = set()
        self.mine = {}			# reference: who referred it
        self.open = []			# references that wait for a decision

    def skipped(self):
        """What is the test's own, and the mail servers'."""
        return [str(p.home) for p in self.world.people.values()] + \
            [str(self.house.inbox)]

    # ---- one round ----

    def stateless(self, n, referrer):
        """`n` mails as (kind, function that writes it)."""
        w = self.writer
        kinds = [("referral", lambda: w.referral(referrer)),
                 ("free text", lambda: w.free_text(referrer)),
                 ("stranger", w.stranger),
                 ("practice", lambda: w.practice(referrer)),
                 ("clear", lambda: w.clear(referrer)),
                 ("referral", lambda: w.referral(referrer)),
                 ("not signed", lambda: w.unsigned(referrer)),
                 ("malformed", lambda: w.malformed(referrer)),
                 ("tampered", lambda: w.tampered(referrer)),
                 ("not allowed", lambda: w.not_allowed(DPO)),
                 ("free text", lambda: w.free_text(referrer)),
                 ("machine", lambda: w.machine(referrer))]
        out = [kinds[i % len(kinds)] for i in range(n)]
        for i in range(min(n // 5, len(self.open))):
            ref = self.open[-1 - i]
            out[-1 - 2 * i] = ("follow-up", lambda ref=ref: w.follow_up(
                self.mine[ref], ref))
        for i in range(min(n // 6, len(self.open))):
            ref = self.open.pop(0)
            verb = VERBS[i % len(VERBS)]
            out[-2 - 2 * i] = ("order", lambda ref=ref, verb=verb: w.order(
                REP, verb, ref)) if i % 5 != 1 else (
                    "unclear", lambda ref=ref: w.unclear(REP, ref))
        return out

    def deliver(self, pairs, seconds):
        """Writes them at once, delivers them kind after kind: each row of
        the list of mails that is new belongs to the kind that was sent."""
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            written = list(pool.map(lambda p: (p[0], p[1]()), pairs))
        by_kind = collections.defaultdict(list)
        for kind, mail in written:
            by_kind[kind].append(mail)
        for kind, some in by_kind.items():
            for mail in some:
                self.house.deliver(mail)
            self.house.until(lambda: not self.house.waiting(),
                             "an empty inbox", seconds)
            self.book(kind, len(some))

    def book(self, kind, n):
        rows = [r for r in self.house.rows("mail", "list", "--limit",
                                           n + 50)
                if r["id"] not in self.known]
        self.known |= {r["id"] for r in rows}
        self.sent[kind] += n
        for r in rows:
            self.got[kind][r["verdict"], r["reason"]] += 1
        return rows

    def round(self, n, referrer):
        before = {r["reference"] for r in self.house.rows("queue")}
        self.deliver(self.stateless(n, referrer), 240)
        for r in self.house.rows("queue"):
            if r["reference"] not in before:
                self.mine[r["reference"]] = referrer
                self.open.append(r["reference"])
        self.look()

    def meeting(self):
        """One that is convened, and what the guests write about it."""
        people, w = self.world.people, self.writer
        guests = REFERRERS[:2]
        text = meeting.order(people, *guests, days=3, plaats="zaal PLACE",
                             dringend_omdat="URGENCY")
        before = {g: len(self.house.received(people[g])) for g in guests}
        self.deliver([("meeting", lambda: w.meeting(REP, text))], 30)
        def asked(g):
            letters = [mails.Letter(people[g], m) for m in
                       self.house.received(people[g])[before[g]:]]
            return [le.reference for le in letters
                    if le.reference.startswith("U-")]
        # Receipts of earlier mails come in between.
        refs = {g: self.house.until(lambda g=g: asked(g), "an invitation",
                                    60)[-1] for g in guests}
        a, b = guests
        self.deliver([
            ("refusal", lambda: w.order(a, "WEIGER", refs[a])),
            ("refusal", lambda: w.order(b, "WEIGER", refs[b]))], 30)
        self.deliver([("talk", lambda: w.order(REP, "GESPREK", refs[a]))], 30)

    def one(self, kind, mail):
        """Delivers it alone; the reference that it got."""
        known = set(self.known)
        self.deliver([(kind, mail)], 30)
        (row,) = [r for r in self.house.rows("mail", "list", "--limit", 50)
                  if r["id"] not in known]
        return row["reference"]

    def case(self):
        """A case is discussed, a fiche proposed, and somebody objects; to
        telling the person too."""
        people, w, h = self.world.people, self.writer, self.house
        guest = REFERRERS[0]
        self.one("bare", lambda: w.bare(REP, f"LIJST {self.open.pop(0)}"))
        case = h.rows("case", "list")[-1]["reference"]
        held = self.one("meeting", lambda: w.meeting(REP, meeting.order(
            people, guest, days=3, plaats="zaal PLACE", casussen=case,
            dringend_omdat="URGENCY")))
        meeting.moved_back(h)
        there = ", ".join(people[n].address for n in (COORD, "io", guest))
        self.one("bare", lambda: w.bare(
            REP, f"AANWEZIG {held}\naanwezig: {there}\ncasussen: {case}"))
        fiche = self.one("fiche", lambda: w.fiche("io", held, case))
        self.one("objection", lambda: w.order(
            guest, f"BEZWAAR {fiche} 6", fiche))
        self.one("bare", lambda: w.bare(REP, f"INLICHTEN {case}"))
        self.one("objection", lambda: w.order(
            guest, f"BEZWAAR {case}", case))

    # ---- where it is looked ----

    def look(self):
        """While the daemon runs: state with its WAL, log, what was sent."""
        self.finds.tree(self.house.state)
        self.finds.file(self.house.logfile)

    def look_everywhere(self):
        self.look()
        h = self.house
        # What left is sealed, and so is what core keeps for the office.
        self.finds.tree(h.post, skip=[str(h.inbox)])
        for top in watch.TEMPORARY:
            self.finds.tree(top, skip=self.skipped() + [str(h.post)],
                            newer=self.since)
        for words in (("mail", "list"), ("queue",), ("outbox", "--all"),
                      ("meeting", "list"), ("correspondent", "list"),
                      ("enrolment", "list"), ("case", "list"), ("status",),
                      ("audit", "export")):
            self.finds.look(f"meldpost {' '.join(words)}",
                            h.run(*words).stdout)

    # ---- crashes ----

    def places_for_cores(self):
        h = self.house
        places = {"/", "/tmp", str(h.dir), str(h.state), str(h.state / "db"),
                  os.getcwd()}
        for p in h.family():
            try:
                places.add(os.readlink(f"/proc/{p.pid}/cwd"))
            except OSError:
                pass
        return places

    def until_opening(self, role, pid):
        """Waits until a mail is decrypted; whom to crash."""
        h = self.house
        keys, limit = h.pid("keys"), time.monotonic() + 20
        task = pathlib.Path(f"/proc/{keys}/task/{keys}/children")
        while True:
            if h.is_decrypting(keys):
                born = task.read_text().split()
                if role != "gpg":
                    return pid
                if born:
                    return int(born[0])
            if not h.waiting() or time.monotonic() > limit:
                # Missed on a busy machine: once more.
                h.until(lambda: not h.waiting(), "an empty inbox", 60)
                self.book("large", 1)
                h.deliver(self.writer.large(REFERRERS[0]))
                limit = time.monotonic() + 20

    def crash(self, role):
        """SIGSEGV while the role holds a mail: while gpg opens one for keys,
        the mail is with fetch, core and keys; parse and submit are stopped
        first, so that theirs stays with them. gpg, which
        holds it in clear, is no role and is treated as one."""
        h = self.house
        h.until(lambda: all(h.pid(r) for r in ROLES), "all roles")
        places, pid = self.places_for_cores(), h.pid(role)
        if role in ("parse", "submit"):
            os.kill(pid, signal.SIGSTOP)
        h.deliver(self.writer.large(REFERRERS[0]))
        if role == "submit":
            h.until(lambda: [r for r in h.rows("outbox")
                             if r["state"] == "sending"], "a mail at submit")
        elif role == "parse":
            time.sleep(0.4)
        else:
            pid = self.until_opening(role, pid)
        os.kill(pid, signal.SIGSEGV)
        if role in ("parse", "submit"):
            os.kill(pid, signal.SIGCONT)
        if role != "gpg":
            h.until(lambda: h.pid(role) not in (0, pid), f"a new {role}", 30)
        h.until(lambda: not h.waiting(), "an empty inbox", 60)
        for r in self.book(f"crash of {role}", 1):
            if r["verdict"] != "accepted" and role != "gpg":
                raise Wrong(f"crash of {role}: {r}")
        for core in watch.cores(self.since, places):
            self.finds.look(f"a core file of {role}", core.read_bytes())
            raise Wrong(f"{role} left a core file: {core}")

    # ---- what must have happened ----

    WANT = {
        "referral": {("accepted", "ok")}, "free text": {("accepted", "ok")},
        "follow-up": {("accepted", "ok")}, "practice": {("accepted", "ok")},
        "order": {("accepted", "ok")}, "meeting": {("accepted", "ok")},
        "refusal": {("accepted", "ok")}, "talk": {("accepted", "ok")},
        "bare": {("accepted", "ok")}, "fiche": {("accepted", "ok")},
        "objection": {("accepted", "ok")},
        "unclear": {("refused", "unreadable-answer")},
        "stranger": {("quarantined", "unknown-key")},
        "clear": {("refused", "not-encrypted")},
        "not allowed": {("refused", "role-not-allowed")},
        "machine": {("ignored", "auto-reply")},
    }

    def check_verdicts(self):
        for kind, n in self.sent.items():
            got = self.got[kind]
            if sum(got.values()) != n:
                raise Wrong(f"{kind}: {n} sent, {dict(got)}")
            want = self.WANT.get(kind)
            if want and set(got) - want:
                raise Wrong(f"{kind}: {dict(got)}")

    def check_arrival(self):
        """The canaries did travel: the representative can read them."""
        rep = self.world.people[REP]
        self.house.quiet(120)
        letters = [mails.Letter(rep, m)
                   for m in self.house.received(rep)[-40:]
                   if b"multipart/encrypted" in m[:2000]]
        n = sum(bool(self.world.canaries.search(le.entity))
                for le in letters)
        if n < 3:
            raise Wrong(f"only {n} of {len(letters)} letters to the "
                        "representative hold what was written")
        return n


# ---- that it can find ----

def must_find(finds, where, look):
    found = watch.Finds(finds.canaries)
    look(found)
    if not found.found:
        raise Wrong(f"a canary that was planted in {where} was not found")
    return 1


def planted(world):
    """Plants one in each kind of place and in each shape; how many."""
    canaries, house, n = world.canaries, world.house, 0
    word = canaries.new("planted")
    with tempfile.TemporaryDirectory(prefix="mpl", dir="/tmp") as top:
        place = pathlib.Path(top)
        shutil.copytree(house.state / "db", place / "db")
        for path in sorted((place / "db").iterdir()):
            clean = path.read_bytes()
            if canaries.search(clean):
                raise Wrong(f"{path.name} is not clean to begin with")
            for shape, data in shapes(word):
                middle = len(clean) // 2
                path.write_bytes(clean[:middle] + data + clean[middle:])
                n += must_find(world.finds, f"{path.name} as {shape}",
                               lambda f: f.tree(place / "db"))
            path.write_bytes(clean)
        log = place / "log"
        for shape, data in shapes(word[:40]):
            log.write_bytes(house.logfile.read_bytes() + b"x=" + data + b"\n")
            n += must_find(world.finds, f"a log as {shape}",
                           lambda f: f.file(log))
        log.unlink()
        (place / word).touch()
        n += must_find(world.finds, "a name", lambda f: f.tree(place))
        n += plant_in_processes(world, word)
        n += plant_in_core(world, word, place)
    return n


def plant_in_processes(world, word):
    n = 0
    for where, argv, env in (
            ("argv", ["sleep", "60", word], {}),
            ("environ", ["sleep", "60"], {"X": word})):
        child = subprocess.Popen(
            ["python3", "-c", "import time; time.sleep(60)", *argv[2:]],
            env={"PATH": os.environ["PATH"], **env})
        try:
            def look(finds):
                p = watch.Processes(finds, world.house, [])
                limit = time.monotonic() + 5
                while not finds.found and time.monotonic() < limit:
                    p.seen.clear()
                    p.sample()
            n += must_find(world.finds, where, look)
        finally:
            child.kill()
            child.wait()
    return n


def plant_in_core(world, word, place):
    """A program that crashes with one in its memory, where core files are
    allowed, leaves one; else the machine writes none at all."""
    started = time.time() - 1
    code = ("import os, signal, sys\nw = sys.stdin.read() * 100\n"
            "os.kill(os.getpid(), signal.SIGSEGV)")
    subprocess.run(["python3", "-c", code], input=word.encode(), cwd=place,
                   stderr=subprocess.DEVNULL)
    left = watch.cores(started, [place])
    if not left:
        say("this machine writes no core files into a directory: "
            "/proc/sys/kernel/core_pattern")
        return 0
    n = must_find(world.finds, "a core file", lambda f: f.tree(place))
    for core in left:
        core.unlink()
    return n


# ---- main ----

def run(world, args, since):
    finds = world.finds
    n = planted(world)
    say(f"{n} canaries planted on purpose, all found")
    run = Run(world, since)
    watcher = watch.Processes(finds, world.house,
                              [p.home for p in world.people.values()] +
                              ["/tmp/mpp"])
    watcher.start()
    meetings = max(1, args.mails // 100)
    left = args.mails - 4 * meetings - CASE - len(CRASHES)
    number = 0
    while left > 0:
        some = min(ROUND, left) if left > 8 else left
        run.round(some, REFERRERS[number % len(REFERRERS)])
        if number < meetings:
            run.meeting()
        left -= some
        number += 1
        say(f"{sum(run.sent.values())} mails")
    for _ in range(number, meetings):
        run.meeting()
    run.case()
    arrived = run.check_arrival()
    for role in CRASHES:
        run.crash(role)
    run.look_everywhere()
    watcher.stop()
    world.house.stop()
    run.look()
    run.check_verdicts()
    if not watcher.of_house:
        raise Wrong("no process of the gateway was seen")
    print(f"{sum(run.sent.values())} mails, "
          f"{len(world.canaries.places)} canaries; by kind and verdict:")
    for kind, got in sorted(run.got.items()):
        print(f"  {kind:<18} " + ", ".join(
            f"{count} {verdict} ({reason})"
            for (verdict, reason), count in sorted(got.items())))
    print(f"looked through {finds.files} files, {finds.bytes >> 20} MB; "
          f"{watcher.argvs} processes in {watcher.samples} samples, "
          f"{watcher.of_house} of them the gateway's, environ of "
          f"{watcher.environs} read; {arrived} letters read as proof that "
          f"they travelled; {n} planted and found")
    return finds.found


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--keep", action="store_true")
    args = parser.parse_args()
    if args.mails < 70:
        parser.error("--mails takes 70 or more: every kind comes once")
    if not is_built():
        parser.exit(1, "leak: nothing is built here; set BUILD\n")
    if not allow_cores():
        say("core files are forbidden here: what would keep a role from "
            "writing one is not tried")
    since, began = time.time() - 1, time.monotonic()
    world = World()
    try:
        world.open()
        found = run(world, args, since)
    except (Wrong, AssertionError) as e:
        say(f"FAILED: {e}")
        found = world.finds.found if world.house else {}
        for where, (shape, what) in found.items():
            say(f"found in {where} as {', '.join(shape)}: {what}")
        return 1
    finally:
        world.close(args.keep)
    for where, (shape, what) in found.items():
        say(f"found in {where} as {', '.join(shape)}: "
            f"{', '.join(what) or 'half of one'}")
    print(f"{len(found)} places hold a canary; "
          f"{time.monotonic() - began:.0f} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
