"""Mails that are made to be expensive, and what is left after them."""

import time

import bombs
import cost
from town import PARTNER, Town, progress

COUNT = 20
GPG_CPU_S = 20		# LIM_GPG_CPU_S


def settle(house):
    house.until(lambda: not house.waiting(), "an empty inbox", 60)
    time.sleep(0.5)


def mime(table, town):
    name = "MIME bomb, 1,600 levels"
    progress(name)
    house = town.house
    sender = town.people[PARTNER].address
    # The first one makes the office's notice; the others are measured.
    house.deliver(bombs.nested(1600, sender))
    settle(house)
    house.quiet()
    before = len(house.rows("mail", "list"))
    meter = cost.Meter(house)
    for n in range(COUNT):
        house.deliver(bombs.nested(1600, sender, f"X-Number: {n}\n"))
    settle(house)
    spent = meter.stop()
    rows = house.rows("mail", "list")
    reasons = {row["reason"] for row in rows}
    if len(rows) - before != COUNT or "ok" in reasons:
        raise RuntimeError(f"{name}: {len(rows) - before} rows, {reasons}")
    table.add(name, None, sum(spent.values()) / COUNT * 1000, "ms CPU",
              limit=5.0, note=f"{', '.join(reasons)}; " + ", ".join(
                  f"{part} {1000 * v / COUNT:.2f}"
                  for part, v in spent.items() if v > 5e-4))


def inflating(table, town):
    name = "decompression bomb, 4 GiB"
    progress(name)
    house = town.house
    mail = bombs.inflating(town.people[PARTNER], house.gateway_fpr)
    before = {row["id"] for row in house.rows("mail", "list")}
    pids = {p.pid for p in house.family()}
    meter = cost.Meter(house)
    began = time.monotonic()
    house.deliver(mail)
    house.until(lambda: not house.waiting(), "an empty inbox", 120)
    took = time.monotonic() - began
    spent = meter.stop()
    left = [p.name for p in house.alive(house.family())
            if p.pid not in pids]
    new = [r for r in house.rows("mail", "list") if r["id"] not in before]
    if len(new) != 1 or new[0]["verdict"] != "quarantined" or left:
        raise RuntimeError(f"{name}: {new}, left behind {left}")
    table.add(name, None, sum(spent.values()), "s CPU", limit=GPG_CPU_S,
              note=f"{new[0]['reason']}, mail of {len(mail) / 1e6:.1f} MB, "
              f"{took:.1f} s, no process left")


def all_bombs(table):
    with Town() as town:
        mime(table, town)
        inflating(table, town)
