"""What a whole audit chain costs to check (issue: 1e6 events in seconds)."""

import os
import pathlib
import subprocess
import tempfile

from house import BUILD
from town import progress

ROWS = 1_000_000


def chain(table):
    progress(f"audit chain, {ROWS:,} rows")
    with tempfile.TemporaryDirectory(prefix="mpb", dir="/tmp") as place:
        db = pathlib.Path(place) / "db"
        db.mkdir(mode=0o700)
        out = subprocess.run(
            [BUILD / "tests/bench/chain", db, str(ROWS)], check=True,
            capture_output=True, env=os.environ, timeout=600).stdout.decode()
    rows, size, write, verify, who, forget, floor = map(float, out.split())
    table.add(f"audit verify, {ROWS:,} rows", floor, verify, "s", most=6.0,
              note=f"floor: SHA-256 alone of the same {size:.0f} bytes a row")
    table.add("the same, in all", None, verify, "s", limit=10.0)
    table.info("audit who, the same chain", who, "s")
    table.info("forget who acted, a third of them", forget, "s")
    table.info("a row, added in one transaction", 1e6 * write / rows, "us")
