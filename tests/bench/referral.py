"""CPU time per accepted referral against the gpg commands that cannot be
avoided: one that decrypts and verifies, one that signs and encrypts for each
sealed mail. House and floor take turns, so that both meet the same machine."""

import os
import shutil
import time

import cost
from floor import Floor
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


def compare(table, name, town, floor, reps, make, batches, batch):
    """One row; what the house spent, by part."""
    progress(name)
    house, bare, ratios = rounds(town, floor, reps, make, batches)
    n = batches * batch
    table.add(name, sum(bare.values()) / n * 1000,
              sum(house.values()) / n * 1000, "ms CPU", most=1.25,
              note=f"by round {min(ratios):.2f} to {max(ratios):.2f}; ours: "
              f"{parts(house, n)}; bare gpg: {parts(bare, n)}")
    return {part: value / n * 1000 for part, value in house.items()}


def small(table, algo, memory=False):
    where = ", no disk" if memory else ""
    with Town(algo, memory) as town, Floor(town.house) as floor:
        def make():
            return town.referrals(BATCH, 10 * KB)
        spent = compare(table, f"10 kB, {algo}, 1 recipient{where}", town,
                        floor, (REP,), make, BATCHES, BATCH)
        if memory:
            return
        if algo == "ed25519":
            table.add("parse, two readings of a 10 kB referral", None,
                      spent["parse"], "ms CPU", limit=1.0,
                      note="each forks once; a bare fork and its end cost "
                      f"{1000 * cost.bare_fork():.2f} ms here")
        town.enrol_deputy()
        floor.copy_ring(town.house)
        compare(table, f"10 kB, {algo}, 2 recipients", town, floor,
                (REP, DEPUTY), make, BATCHES, BATCH)


def large(table):
    """A mail of 25 MB: its CPU time, and the memory at the peak."""
    size = 25 * 1000 * KB
    with Town() as town, Floor(town.house) as floor:
        lengths = []

        def make():
            mail = town.large(size)
            lengths.append(len(mail[0]))
            return [mail]
        compare(table, "25 MB, ed25519, 1 recipient", town, floor, (REP,),
                make, 3, 1)
        if not cost.may_read_memory():
            table.cannot("25 MB, memory at the peak", "needs root")
            return
        progress("25 MB mail, memory")
        mail = make()
        before = cost.memory(cost.Meter(town.house).pids.values())
        with cost.Watch(town.house) as watch:
            town.send(mail, 0)
        high = ", ".join(f"{name} {v / MIB:.0f}"
                         for name, v in watch.high_water().items())
        table.add("25 MB, memory at the peak", lengths[-1] / MIB,
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


CALLS = ("execve", "fsync", "fdatasync")


def starts(table, town, count=10):
    """Counts of system calls under the house, by strace."""
    name = "programs started per 10 kB referral"
    progress(name)
    if shutil.which("strace") is None:
        table.cannot(name, "needs strace")
        return
    h = town.house
    trace = h.dir / "trace"
    h.prefix = ["strace", "-D", "-f", "--seccomp-bpf", "-qq", "-e",
                "trace=" + ",".join(CALLS), "-e", "signal=none", "-o",
                str(trace)]
    h.start()
    time.sleep(1)
    before = len(trace.read_text().splitlines())
    town.send(town.referrals(count, 10 * KB))
    lines = trace.read_text().splitlines()[before:]
    h.prefix = []
    calls = {call: [line for line in lines if f" {call}(" in line]
             for call in CALLS}
    # A path is unreadable to strace unless it is root's.
    names = {(line.split('"') + ["?", "?"])[1] for line in calls["execve"]}
    table.add(name, 3, len(calls["execve"]) / count, "", most=1.0,
              note="a gpg to open, one to seal the forward, one to seal the "
              "receipt; seen: " + ", ".join(sorted(names)))
    table.info("writes forced to disk per 10 kB referral",
               (len(calls["fsync"]) + len(calls["fdatasync"])) / count,
               note=f"fdatasync by SQLite {len(calls['fdatasync']) / count},"
               f" fsync by the Maildir sink {len(calls['fsync']) / count}")
