#!/usr/bin/python3
"""kill -9 at every counted call of every role, then the ledgers must match.

Two referrals travel through the real daemon from a live Dovecot through a live
Exim. killpoint.c counts what each role asks of the kernel and of SQLite. Then
they travel again, once for each call and role, which is killed in front of the
call, and once more behind it; the house goes on by itself, and books.py
compares. `parent` is meldpostd itself: it is started again by this program, as
a service manager would.

    crash.py                    every call: in front, behind, and with a second
                                kill while the house recovers (make crash)
    crash.py --sample 6 --twice 2
                                six calls of each role, evenly spread, and two
                                with a second kill
    crash.py --at core:17 --keep
                                one point; what it left stays

The programs are those of $BUILD, without sanitizers, which want to be loaded
first themselves.
"""

import argparse
import collections
import itertools
import random
import signal
import subprocess
import sys
import threading
import time

import books
import stage
from rig import available as rig_available
from stage import Kills, Run, Stuck


class Tally:
    """Figures of one role."""

    def __init__(self):
        self.runs = self.kills = self.missed = self.wrong = 0
        self.lost = self.doubled = self.again = self.uncertain = 0
        self.at = collections.Counter()


class Plan:
    """The points of all roles, handed out to several threads."""

    def __init__(self, args, calls):
        self.random = random.Random(args.seed)
        self.roles, self.calls = args.roles, calls
        self.lock = threading.Lock()
        if args.at:
            self.points = [args.at]
        else:
            lists = [self._some(r, args.sample, args.twice) if args.sample
                     else self._every(r) for r in args.roles]
            # One of each role in turn: a short look sees all of them. From
            # the end, as pop() takes them.
            self.points = [p for row in itertools.zip_longest(*lists)
                           for p in row if p][::-1]

    def _every(self, role):
        """A little more than was counted: no two runs are quite the same."""
        n = self.calls[role]
        for i in range(1, n + n // 20 + 2):
            yield f"{role}:{i}"
            yield f"{role}:{i}+"
            yield self._pair(role, i)

    def _some(self, role, sample, twice):
        n = self.calls[role]
        step, start = n / sample, self.random.random()
        for i in range(sample):
            at = min(n, int(step * (i + start)) + 1)
            yield f"{role}:{at}{'+' if i % 2 else ''}"
        for i in range(twice):
            yield self._pair(role, self.random.randint(1, n))

    def _pair(self, role, first):
        """The second falls while the same role recovers, or on another."""
        other = self.random.choice([role, role, *self.roles])
        most = self.calls[other]
        second = (first + self.random.randint(1, 2 + most // 2)
                  if other == role else self.random.randint(1, most))
        return f"{role}:{first} {other}:{second}"

    def next(self):
        with self.lock:
            return self.points.pop() if self.points else None


class Crash:
    def __init__(self, args):
        self.args = args
        self.world = stage.World()
        self.tally = {role: Tally() for role in Kills.ROLES}
        self.lock = threading.Lock()
        self.number = itertools.count()
        self.began = time.monotonic()
        self.failed = None

    def say(self, text):
        print(f"[{time.monotonic() - self.began:5.0f} s] {text}", flush=True)

    # ---- one point ----

    def one(self, rig, faults):
        """One run; its Books and the calls at which somebody was killed."""
        run = Run(self.world, rig, f"box{next(self.number)}", faults)
        try:
            run.put_in()
            run.live()
            book = books.Books(run)
            book.killed = self.killed(run, faults)
            book.kills = run.kills.deaths()
            book.calls = {r: run.kills.calls(r) for r in Kills.ROLES}
            wrong = book.wrong
        except (Stuck, AssertionError, subprocess.TimeoutExpired) as e:
            book, wrong = None, [str(e).split("\n")[0]]
        if wrong:
            self.complain(run, faults, wrong)
        run.close(keep=wrong and self.args.keep)
        return book

    @staticmethod
    def killed(run, faults):
        """The names of the calls that were reached."""
        if not run.kills.deaths():
            return []
        points = [f.rstrip("+").split(":") for f in faults.split()]
        return [run.kills.call(role, int(n)) for role, n in points
                if run.kills.calls(role) >= int(n)]

    def complain(self, run, faults, wrong):
        names = " ".join(self.killed(run, faults)) or "nobody"
        with self.lock:
            self.say(f"WRONG at {faults or 'no fault'} ({names}):")
            for sentence in wrong:
                print(f"    {sentence}")
            print(*("    | " + li for li in
                    run.house.log().splitlines()[-25:]), sep="\n")
            if self.args.keep:
                print(f"    kept: {run.house.dir}", flush=True)

    # ---- all of them ----

    def account(self, faults, book):
        t = self.tally[faults.split(":")[0]]
        with self.lock:
            t.runs += 1
            if book is None:
                t.wrong += 1
                return
            t.kills += book.kills
            t.missed += not book.kills
            t.at.update(book.killed)
            t.wrong += bool(book.wrong)
            for name in ("lost", "doubled", "again", "uncertain"):
                setattr(t, name, getattr(t, name) + getattr(book, name))
            done = sum(t.runs for t in self.tally.values())
            if done % 50 == 0:
                self.say(f"{done} of {self.total} runs, "
                         f"{sum(t.wrong for t in self.tally.values())} wrong")

    def work(self, plan):
        rig = None
        try:
            if not self.args.maildir:
                rig = stage.new_rig()
            while self.failed is None and (faults := plan.next()):
                self.account(faults, self.one(rig, faults))
        except BaseException as e:      # told by the main thread
            self.failed = e
        finally:
            if rig:
                rig.stop()

    def count(self):
        """A run without a fault: how often each role calls."""
        rig = None if self.args.maildir else stage.new_rig()
        try:
            book = self.one(rig, "")
            if book is None or book.wrong:
                return None
            if book.again or book.uncertain:
                self.say("WRONG: uncertain without a fault")
                return None
            return book.calls
        finally:
            if rig:
                rig.stop()

    def run(self):
        calls = self.count()
        if calls is None:
            return 1
        self.say("calls: " + ", ".join(
            f"{role} {calls[role]}" for role in self.args.roles) +
            f"; seed {self.args.seed}")
        plan = Plan(self.args, calls)
        self.total = len(plan.points)
        threads = [threading.Thread(target=self.work, args=(plan,))
                   for _ in range(min(self.args.jobs, self.total))]
        for t in threads:
            t.start()
        try:
            for t in threads:
                t.join()
        except KeyboardInterrupt as e:
            self.failed = e     # each thread ends its run and its servers
            for t in threads:
                t.join()
        if self.failed is not None:
            raise self.failed
        return self.report(calls)

    def report(self, calls):
        print("\nrole    calls  runs kills missed  lost doubled  again"
              " uncertain wrong")
        for role in self.args.roles:
            t = self.tally[role]
            print(f"{role:7}{calls[role]:6}{t.runs:6}{t.kills:6}{t.missed:7}"
                  f"{t.lost:6}{t.doubled:8}{t.again:7}{t.uncertain:10}"
                  f"{t.wrong:6}")
        print("(again: the same forward twice, uncertain: a receipt left to a "
              "person; both in\nthe window of RFC 1047. missed: the run ended "
              "before its point.)")
        for role in self.args.roles:
            at = self.tally[role].at
            print(f"{role}: " + ", ".join(f"{n} {c}" for n, c in
                                          at.most_common()))
        every = [self.tally[r] for r in self.args.roles]
        wrong, kills = (sum(getattr(t, n) for t in every)
                        for n in ("wrong", "kills"))
        self.say(f"{kills} kills, {sum(t.lost for t in every)} lost, "
                 f"{sum(t.doubled for t in every)} doubled, {wrong} wrong")
        # A test that kills nobody proves nothing.
        return 1 if wrong or any(t.runs and not t.kills for t in every) else 0


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--sample", type=int, metavar="N",
                   help="only N calls of each role, evenly spread")
    p.add_argument("--twice", type=int, default=0, metavar="N",
                   help="and N per role with a second kill")
    p.add_argument("--roles", type=lambda s: s.split(","),
                   default=list(Kills.ROLES), metavar="ROLE,...")
    p.add_argument("--maildir", action="store_true",
                   help="a Maildir in and out instead of mail servers")
    p.add_argument("--jobs", type=int, default=4, metavar="N")
    p.add_argument("--seed", type=int, metavar="N",
                   default=time.time_ns() % 1000000)
    p.add_argument("--at", metavar="ROLE:N[+]", help="this point only")
    p.add_argument("--keep", action="store_true",
                   help="leave what went wrong in /tmp")
    args = p.parse_args()
    unknown = set(args.roles) - set(Kills.ROLES)
    if unknown:
        p.error(f"no such role: {' '.join(unknown)}")
    if not stage.is_built() or not (args.maildir or rig_available()):
        print("crash: needs the built programs in $BUILD, dovecot and exim4")
        return 77
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    crash = Crash(args)
    try:
        return crash.run()
    except KeyboardInterrupt:
        return 130
    finally:
        crash.world.close()


if __name__ == "__main__":
    sys.exit(main())
