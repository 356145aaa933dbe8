"""What many years leave behind must cost nothing: a house in which 100,000
referrals came and went, beside one that is new."""

import subprocess

import cost
from house import BUILD
from town import Town, progress

LEFT = 100_000
ROUNDS, BATCH, SIZE = 6, 20, 10_000


def grown(town):
    """Fills the store of a stopped house; the seconds that it printed."""
    h = town.house
    h.stop()
    out = subprocess.run([BUILD / "tests/bench/years", h.state / "db",
                          str(LEFT)], check=True, capture_output=True,
                         preexec_fn=h.become(), timeout=600).stdout.decode()
    h.start()
    return map(float, out.split())


def spent(town):
    referrals = town.referrals(BATCH, SIZE)
    meter = cost.Meter(town.house)
    town.send(referrals)
    return sum(meter.stop().values())


def years(table):
    with Town() as young, Town() as old:
        progress(f"{LEFT:,} referrals that came and went")
        write, idle, sweep, each = grown(old)
        table.add(f"retention sweep, {LEFT:,} references", None, sweep, "s",
                  limit=1.0, note="every timer taken up in turn, none acted "
                  "upon")
        table.info("what is due, when nothing is", 1e6 * idle, "us")
        table.info("all of them read", each, "s")
        progress("a mail in each of the two houses")
        new = grey = 0.0
        ratios = []
        for number in range(ROUNDS + 1):
            a, b = spent(young), spent(old)
            if number == 0:
                continue
            new, grey = new + a, grey + b
            ratios.append(b / a)
        n = ROUNDS * BATCH
        table.add(f"10 kB referral, {LEFT:,} behind it", 1000 * new / n,
                  1000 * grey / n, "ms CPU", most=1.05, note="floor: the same "
                  "in a new house, in turns; by round "
                  f"{min(ratios):.2f} to {max(ratios):.2f}")
