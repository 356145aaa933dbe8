#!/usr/bin/python3
"""Figures of a built tree, as ratios against floors measured in the same run.

    bench.py [--json] [SCENE ...]

BUILD names the build tree. What each line means stands in tests/bench/README.
Ends with 1 when something could not be measured; being over a goal is no
error. Progress goes to stderr.
"""

import argparse
import json
import pathlib
import sys
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

import audit  # noqa: E402
import handover  # noqa: E402
import hostile  # noqa: E402
import latency  # noqa: E402
import referral  # noqa: E402
import years  # noqa: E402
from house import is_built  # noqa: E402
from town import progress  # noqa: E402

SCENES = {
    "start": referral.fresh,
    "ed25519": lambda table: referral.small(table, "ed25519"),
    "rsa3072": lambda table: referral.small(table, "rsa3072"),
    "no-disk": lambda table: referral.small(table, "ed25519", True),
    "large": referral.large,
    "imap": latency.imap,
    "hostile": hostile.all_bombs,
    "fiche": handover.fiche,
    "audit": audit.chain,
    "years": years.years,
}


class Table:
    def __init__(self):
        self.rows = []
        self.failed = False

    def add(self, name, floor, measured, unit, most=None, limit=None,
            note=""):
        """`most`: goal for measured/floor; `limit`: for measured itself."""
        ratio = measured / floor if floor else None
        ok = ratio <= most if most is not None else measured <= limit
        self.rows.append({
            "name": name, "unit": unit, "floor": floor, "measured": measured,
            "ratio": ratio, "goal": most if most is not None else limit,
            "goal-is": "ratio" if most is not None else "value", "ok": ok,
            "note": note})

    def info(self, name, measured, unit="", note=""):
        """A figure without a goal."""
        self.rows.append({"name": name, "unit": unit, "floor": None,
                          "measured": measured, "ratio": None, "goal": None,
                          "goal-is": None, "ok": True, "note": note})

    def cannot(self, name, why):
        self.failed = True
        self.rows.append({"name": name, "ok": None, "note": why})

    def show(self):
        def number(value):
            return "-" if value is None else f"{value:.2f}"
        form = "{:<44} {:>9} {:>9} {:<8} {:>6} {:>8}  {}"
        print(form.format("", "floor", "measured", "", "ratio", "goal", ""))
        for row in self.rows:
            if row["ok"] is None:
                print(f"{row['name']:<44} not measured: {row['note']}")
                continue
            goal = {"ratio": "<= {:.2f}x", "value": "<= {:.2f}",
                    None: "-"}[row["goal-is"]].format(row["goal"])
            print(form.format(
                row["name"], number(row["floor"]), number(row["measured"]),
                row["unit"], number(row["ratio"]), goal,
                "" if row["goal"] is None else
                "ok" if row["ok"] else "over"))
            if row["note"]:
                print(f"    {row['note']}")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("scenes", nargs="*", metavar="SCENE")
    args = parser.parse_args()
    unknown = set(args.scenes) - set(SCENES)
    if unknown:
        parser.error(f"scenes are {' '.join(SCENES)}")
    if not is_built():
        parser.exit(1, "bench: nothing is built here; set BUILD\n")
    table, began = Table(), time.monotonic()
    for name in args.scenes or SCENES:
        try:
            SCENES[name](table)
        except Exception as e:  # the other scenes still tell something
            traceback.print_exc()
            table.cannot(name, str(e).split("\n")[0])
    progress(f"{time.monotonic() - began:.0f} s")
    if args.json:
        print(json.dumps(table.rows, indent=1))
    else:
        table.show()
    return 1 if table.failed else 0


if __name__ == "__main__":
    sys.exit(main())
