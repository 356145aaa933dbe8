#!/usr/bin/python3
"""kill -9 at every counted call of every role, then the ledgers must match.

The mails of a play, as people write them, travel through the real daemon from a
live Dovecot through a live Exim. killpoint.c counts what each role asks of the
kernel and of SQLite. Then they travel again, once for each call and role, which
is killed in front of the call, and once more behind it; the house goes on by
itself, and books.py and the play compare. `parent` is meldpostd itself: it is
started again by this program, as a service manager would.

    crash.py                    every call of every play: in front, behind, and
                                with a second kill while the house recovers
                                (make crash)
    crash.py --sample 6 --twice 2
                                six calls of each role, evenly spread over the
                                plays, and two with a second kill
    crash.py --plays release --at core:17 --keep
                                one point; what it left stays

The programs are those of $BUILD, without sanitizers, which want to be loaded
first themselves.
"""

import argparse
import collections
import concurrent.futures
import itertools
import queue
import random
import signal
import subprocess
import sys
import threading
import time
from typing import NamedTuple

import books
import stage
from fiche_plays import Objection, Release
from office_plays import Enrolment, Office
from play import Referral
from rig import available as rig_available
from stage import Kills, Run, Stuck
from term_play import Term
from underway import Underway

PLAYS = {play.name: play for play in (
    Referral, Office, Enrolment, Release, Objection, Term)}


COUNTS = ("lost", "doubled", "again", "uncertain")


class Result(NamedTuple):
    """Of one run: all that is kept of it."""
    wrong: bool
    counts: dict
    killed: list    # the names of the calls at which somebody was
    kills: int
    calls: dict     # of each role


class Tally:
    """Figures of one role in one play."""

    def __init__(self):
        self.runs = self.kills = self.missed = self.wrong = 0
        self.counts = collections.Counter()
        self.at = collections.Counter()

    def add(self, result):
        self.runs += 1
        self.kills += result.kills
        self.missed += not result.kills
        self.wrong += result.wrong
        self.counts.update(result.counts)
        self.at.update(result.killed)


class Plan:
    """The points of all roles: each is a play and its faults."""

    def __init__(self, args, calls):
        self.random = random.Random(args.seed)
        self.roles, self.calls = args.roles, calls
        if args.at:
            self.points = [(play, args.at) for play in calls]
            return
        lists = [self._some(role, args.sample, args.twice) if args.sample
                 else self._every(play, role)
                 for role in args.roles
                 for play in ([None] if args.sample else calls)]
        # One of each role in turn: a short look sees all of them.
        self.points = [p for row in itertools.zip_longest(*lists)
                       for p in row if p]

    def _every(self, play, role):
        """A little more than was counted: no two runs are quite the same."""
        n = self.calls[play][role]
        for i in range(1, n + n // 20 + 2):
            yield play, f"{role}:{i}"
            yield play, f"{role}:{i}+"
            yield play, self._pair(play, role, i)

    def _some(self, role, sample, twice):
        """As if the plays were one: their calls laid end to end."""
        laid = [(play, i + 1) for play in self.calls
                for i in range(self.calls[play][role])]
        step, start = len(laid) / sample, self.random.random()
        for i in range(sample):
            play, at = laid[int(step * (i + start))]
            yield play, f"{role}:{at}{'+' if i % 2 else ''}"
        for i in range(twice):
            play, at = self.random.choice(laid)
            yield play, self._pair(play, role, at)

    def _pair(self, play, role, first):
        """The second falls while the same role recovers, or on another."""
        other = self.random.choice([role, role, *self.roles])
        most = self.calls[play][other]
        second = (first + self.random.randint(1, 2 + most // 2)
                  if other == role else self.random.randint(1, most))
        return f"{role}:{first} {other}:{second}"


class Crash:
    def __init__(self, args):
        self.args = args
        self.world = stage.World()
        self.underway = None
        self.plays = {}
        self.tally = {(play, role): Tally() for play in args.plays
                      for role in Kills.ROLES}
        self.lock = threading.Lock()
        self.number = itertools.count()
        self.began = time.monotonic()
        self.rigs = queue.SimpleQueue()     # None: to be started
        for _ in range(args.jobs):
            self.rigs.put(None)

    def make(self, play):
        if play is Referral:
            return play(self.world)
        if self.underway is None:
            self.underway = Underway(self.world)
            self.underway.build()
        return play(self.world, self.underway)

    def close(self):
        while not self.rigs.empty():
            rig = self.rigs.get()
            if rig is not None:
                rig.stop()
        if self.underway is not None:
            self.underway.close()
        self.world.close()

    def say(self, text):
        print(f"[{time.monotonic() - self.began:5.0f} s] {text}", flush=True)

    # ---- one point ----

    def one(self, rig, play, faults):
        """One run, and what came of it."""
        run = Run(self.plays[play], rig, f"box{next(self.number)}", faults)
        counts = dict.fromkeys(COUNTS, 0)
        try:
            run.live()
            book = books.Books(run)
            wrong = book.wrong
            counts = {name: getattr(book, name) for name in COUNTS}
        except (Stuck, AssertionError, subprocess.TimeoutExpired) as e:
            wrong = [str(e).split("\n")[0]]
        if wrong:
            self.complain(run, f"{play}: {faults or 'no fault'}", wrong)
        result = Result(bool(wrong), counts, self.killed(run, faults),
                        run.kills.deaths(),
                        {r: run.kills.calls(r) for r in Kills.ROLES})
        run.close(keep=wrong and self.args.keep)
        return result

    @staticmethod
    def killed(run, faults):
        """The names of the calls that were reached."""
        if not run.kills.deaths():
            return []
        points = [f.rstrip("+").split(":") for f in faults.split()]
        return [run.kills.call(role, int(n)) for role, n in points
                if run.kills.calls(role) >= int(n)]

    def complain(self, run, where, wrong):
        names = " ".join(self.killed(run, run.house.faults)) or "nobody"
        with self.lock:
            self.say(f"WRONG in {where} ({names}):")
            for sentence in wrong:
                print(f"    {sentence}")
            print(*("    | " + li for li in
                    run.house.log().splitlines()[-25:]), sep="\n")
            if self.args.keep:
                print(f"    kept: {run.house.dir}", flush=True)

    # ---- all of them ----

    def account(self, play, faults, result):
        self.tally[play, faults.split(":")[0]].add(result)
        done = sum(t.runs for t in self.tally.values())
        if done % 50 == 0:
            self.say(f"{done} of {self.total} runs, "
                     f"{sum(t.wrong for t in self.tally.values())} wrong")

    def at_a_rig(self, play, faults):
        rig = self.rigs.get()
        try:
            if rig is None and not self.args.maildir:
                rig = stage.new_rig()
            return play, faults, self.one(rig, play, faults)
        finally:
            self.rigs.put(rig)

    def all(self, points):
        """The same of each, several at a time, in the order in which they are
        done. Who stops asking gets no more."""
        with concurrent.futures.ThreadPoolExecutor(self.args.jobs) as pool:
            runs = [pool.submit(self.at_a_rig, *p) for p in points]
            try:
                for run in concurrent.futures.as_completed(runs):
                    yield run.result()
            finally:
                for run in runs:
                    run.cancel()

    def count(self):
        """Each play without a fault: how often each role calls."""
        calls = {}
        for play, _, result in self.all([(play, "") for play in self.plays]):
            if result.wrong:
                return None
            if any(result.counts.values()):
                self.say(f"WRONG in {play}: uncertain without a fault")
                return None
            calls[play] = result.calls
        return {play: calls[play] for play in self.plays}

    def run(self):
        self.plays = {n: self.make(PLAYS[n]) for n in self.args.plays}
        calls = self.count()
        if calls is None:
            return 1
        for play in calls:
            self.say(f"{play}: " + ", ".join(
                f"{role} {calls[play][role]}" for role in self.args.roles))
        self.say(f"seed {self.args.seed}")
        plan = Plan(self.args, calls)
        self.total = len(plan.points)
        for point in self.all(plan.points):
            self.account(*point)
        return self.report(calls)

    def report(self, calls):
        print("\nplay      role    calls  runs kills missed  lost doubled"
              "  again uncertain wrong")
        for (play, role), t in self.tally.items():
            if role in self.args.roles:
                print(f"{play:10}{role:7}{calls[play][role]:6}{t.runs:6}"
                      f"{t.kills:6}{t.missed:7}{t.counts['lost']:6}"
                      f"{t.counts['doubled']:8}{t.counts['again']:7}"
                      f"{t.counts['uncertain']:10}{t.wrong:6}")
        print("(again: the same mail twice, uncertain: one that is sent once "
              "left to a person;\nboth in the window of RFC 1047. missed: the "
              "run ended before its point.)")
        for role in self.args.roles:
            at = sum((self.tally[play, role].at for play in calls),
                     collections.Counter())
            print(f"{role}: " + ", ".join(f"{n} {c}" for n, c in
                                          at.most_common()))
        every = [self.tally[play, role] for play in calls
                 for role in self.args.roles]
        wrong = sum(t.wrong for t in every)
        kills = {role: sum(self.tally[play, role].kills for play in calls)
                 for role in self.args.roles if any(
                     self.tally[play, role].runs for play in calls)}
        lost, doubled = (sum(t.counts[n] for t in every)
                         for n in ("lost", "doubled"))
        self.say(f"{sum(kills.values())} kills, {lost} lost, "
                 f"{doubled} doubled, {wrong} wrong")
        # A test that kills nobody proves nothing.
        return 1 if wrong or not all(kills.values()) else 0


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--sample", type=int, metavar="N",
                   help="only N calls of each role, evenly spread")
    p.add_argument("--twice", type=int, default=0, metavar="N",
                   help="and N per role with a second kill")
    p.add_argument("--roles", type=lambda s: s.split(","),
                   default=list(Kills.ROLES), metavar="ROLE,...")
    p.add_argument("--plays", type=lambda s: s.split(","),
                   default=list(PLAYS), metavar="PLAY,...",
                   help="of " + ", ".join(PLAYS))
    p.add_argument("--maildir", action="store_true",
                   help="a Maildir in and out instead of mail servers")
    p.add_argument("--jobs", type=int, default=4, metavar="N")
    p.add_argument("--seed", type=int, metavar="N",
                   default=time.time_ns() % 1000000)
    p.add_argument("--at", metavar="ROLE:N[+]", help="this point only")
    p.add_argument("--keep", action="store_true",
                   help="leave what went wrong in /tmp")
    args = p.parse_args()
    unknown = {*args.roles, *args.plays} - {*Kills.ROLES, *PLAYS}
    if unknown:
        p.error(f"no such role or play: {' '.join(unknown)}")
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
        crash.close()


if __name__ == "__main__":
    sys.exit(main())
