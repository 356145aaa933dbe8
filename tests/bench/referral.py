"""CPU time per accepted referral against the gpg commands that cannot be
avoided: one that decrypts and verifies, one that signs and encrypts for each
sealed mail. House and floor take turns, so that both meet the same machine."""

import os
import shutil
import statistics
import subprocess
import time

import cost
import mails
from floor import Floor
from house import House
from town import DEPUTY, PARTNER, REP, Town, progress

MIB = 1 << 20
KB = 1000
BATCHES, BATCH = 4, 25


def floor_of(floor, town, referrals, reps, armor=True):
    """CPU seconds of the bare commands for these referrals, by command."""
    spent = {"open": 0.0, "forward": 0.0, "receipt": 0.0}
    sealed = {name: floor.file(name, town.sealed(name))
              for name in (*reps, PARTNER)}
    ciphers = [floor.file(f"in{i}", cipher)
               for i, (_, cipher) in enumerate(referrals)]
    people = town.people
    for path in ciphers:
        spent["open"] += floor.open(path)
        for name in reps:
            spent["forward"] += floor.seal(sealed[name], people[name].fpr,
                                           armor)
        spent["receipt"] += floor.seal(sealed[PARTNER], people[PARTNER].fpr,
                                       armor)
    for path in (*ciphers, *sealed.values()):
        os.unlink(path)
    return spent


def add(total, more):
    for name, value in more.items():
        total[name] = total.get(name, 0) + value


def rounds(town, floor, reps, make, batches, armor=True):
    """Sums of CPU seconds, house and floor by part, and the ratio of each
    round; the first one warms up and does not count."""
    house, bare, ratios = {}, {}, []
    for number in range(batches + 1):
        referrals = make()
        meter = cost.Meter(town.house)
        town.send(referrals, len(reps) - 1)
        spent = meter.stop()
        unavoidable = floor_of(floor, town, referrals, reps, armor)
        if number == 0:
            continue
        add(house, spent)
        add(bare, unavoidable)
        ratios.append(sum(spent.values()) / sum(unavoidable.values()))
    return house, bare, ratios


def parts(seconds, count):
    return ", ".join(f"{name} {1000 * value / count:.2f}"
                     for name, value in seconds.items() if value > 5e-5)


def small(table, algo):
    with Town(algo) as town, Floor(town.house) as floor:
        for reps in ((REP,), (REP, DEPUTY)):
            name = f"10 kB referral, {algo}, {len(reps)} recipient" + \
                ("s" if len(reps) > 1 else "")
            progress(name)
            if len(reps) > 1:
                town.enrol_deputy()
                floor.copy_ring(town.house)
            house, bare, ratios = rounds(
                town, floor, reps, lambda: town.referrals(BATCH, 10 * KB),
                BATCHES)
            n = BATCHES * BATCH
            table.add(name, sum(bare.values()) / n * 1000,
                      sum(house.values()) / n * 1000, "ms CPU", most=1.25,
                      note=f"by round {min(ratios):.2f} to "
                      f"{max(ratios):.2f}; ours: {parts(house, n)}; "
                      f"bare gpg: {parts(bare, n)}")
            if algo == "ed25519" and len(reps) == 1:
                # The gpg started by keys is the floor's own twin: what is
                # left is the house.
                table.add("parse, two readings of a referral", None,
                          house["parse"] / n * 1000, "ms CPU", limit=1.0)


def large(table):
    """A mail of 25 MB: its CPU time, and the memory at the peak."""
    size = 25 * 1000 * KB
    with Town() as town, Floor(town.house) as floor:
        progress("25 MB mail, CPU")
        lengths = []

        def make():
            mail = town.large(size)
            lengths.append(len(mail[0]))
            return [mail]
        house, bare, ratios = rounds(town, floor, (REP,), make, 3)
        table.add("25 MB mail, ed25519, 1 recipient",
                  sum(bare.values()) / 3 * 1000,
                  sum(house.values()) / 3 * 1000, "ms CPU", most=1.25,
                  note=f"by round {min(ratios):.2f} to {max(ratios):.2f}; "
                  f"ours: {parts(house, 3)}; bare gpg: {parts(bare, 3)}")
        if not cost.may_read_memory():
            table.cannot("25 MB mail, memory at the peak", "needs root")
            return
        progress("25 MB mail, memory")
        mail = make()
        before = cost.memory(cost.Meter(town.house).pids.values())
        with cost.Watch(town.house) as watch:
            town.send(mail, 0)
        high = ", ".join(f"{name} {v / MIB:.0f}"
                         for name, v in watch.high_water().items())
        table.add("25 MB mail, memory at the peak", lengths[-1] / MIB,
                  watch.peak / MIB, "MiB", most=4.0,
                  note=f"{watch.samples} samples, {before / MIB:.0f} before; "
                  f"VmHWM {high}")
        idle(table, town.house, "after a mail of 25 MB")


def idle(table, house, when):
    name = f"idle memory, {when}"
    if not cost.may_read_memory():
        table.cannot(name, "needs root")
        return
    time.sleep(1)
    pss = cost.idle_memory(house)
    table.add(name, None, sum(pss.values()) / MIB, "MiB PSS", limit=25.0,
              note=", ".join(f"{n} {v / MIB:.1f}" for n, v in pss.items()))


def fresh(table):
    """Just started, and the number of programs that one mail starts."""
    with Town() as town:
        progress("idle memory")
        idle(table, town.house, "nothing done yet")
        town.house.stop()
        starts(table, town)


def starts(table, town, count=10):
    """Every execve under the house, by strace."""
    name = "programs started per referral, 1 recipient"
    progress(name)
    if shutil.which("strace") is None:
        table.cannot(name, "needs strace")
        return
    h = town.house
    trace = h.dir / "trace"
    h.prefix = ["strace", "-D", "-f", "--seccomp-bpf", "-qq", "-e",
                "trace=execve", "-e", "signal=none", "-o", str(trace)]
    h.start()
    time.sleep(1)
    before = len(trace.read_text().splitlines())
    town.send(town.referrals(count, 10 * KB))
    lines = [line for line in trace.read_text().splitlines()[before:]
             if "execve(" in line]
    h.prefix = []
    table.add(name, 3, len(lines) / count, "programs", most=1.0,
              note="one gpg each to open, to seal the forward and to seal "
              "the receipt; all: " + ", ".join(sorted(
                  {line.split('"')[1] for line in lines})))
