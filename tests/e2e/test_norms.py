"""The figures of a year and the security norms as commands (R126, R129, R146,
R148, R152, R154, R155), over real programs: what they say, whom they tell,
and what nobody can get out of them."""

import datetime
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time

import pytest

import mails
from house import BUILD, ROLES, TOP
from office import Desk, done, refused

REFERENCE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DAY = 86400


def reference(letter, n):
    return f"{letter}-" + "".join(
        REFERENCE[n >> 5 * i & 31] for i in range(15, -1, -1))


def seed(house, rows, cases=()):
    """Referrals and cases of days long gone: what erasure leaves."""
    db = sqlite3.connect(house.state / "db" / "meldpost.db")
    with db:
        for n, (outcome, received, decided) in enumerate(rows):
            db.execute("INSERT INTO referral (ref, type, state, received,"
                       " changed, outcome, decided) VALUES (?, 'member',"
                       " 'ERASED', ?, ?, ?, ?)",
                       (reference("A", n), received * DAY,
                        received * DAY, outcome, decided))
        for n, (listed, closed, closing, measures) in enumerate(cases):
            db.execute("INSERT INTO case_ref (ref, listed, closed, closing,"
                       " measures, state) VALUES (?, ?, ?, ?, ?, 'ERASED')",
                       (reference("C", n), listed, closed, closing,
                        measures))
    db.close()
    house.own(house.state)


def first_day(year):
    return (datetime.date(year, 1, 1) - datetime.date(1970, 1, 1)).days


def last_year():
    """One that is over, so that the quarter does not matter."""
    return datetime.date.today().year - 1


def a_year(year):
    day = first_day(year) + 40
    return ([("listed", day, day + 10)] * 9 +
            [("too-little", day, day + 3)] * 6 +
            [("other-help", day, day + 3)] * 7 +
            [("no-indication", day, day + 3)] * 5 +
            [("own-steps", day, day + 3)] * 8 +
            [("redirected", day, day + 1)] * 2 +
            [("undecided", day, day + 60)] * 8 +
            [("open", day, 0)] * 11,
            [(day, day + 100, "goals-met", "effective")] * 7 +
            [(day, day + 200, "stopped", "partly")] * 6)


@pytest.fixture
def filled(new_house):
    house = new_house()
    house.once()
    seed(house, *a_year(last_year()))
    house.start()
    return house


def figures(house, *words):
    return {(r["table"], r["figure"]): r["value"]
            for r in house.rows("figures", *words)}


# ---- figures ----

def test_r126_the_figures_of_a_year(filled):
    got = figures(filled, last_year())
    assert got["outcome", "referred"] == "56"
    assert got["outcome", "not-retained"] == "26"
    assert got["ground", "own-steps"] == "8"
    # Two were redirected: they are hidden, and the smallest others with them.
    assert got["outcome", "redirected"] is None
    assert got["outcome", "undecided"] is None
    assert got["outcome", "listed"] == "9"
    assert got["outcome", "open"] == "11"
    assert got["closing", "success"] == "7"
    assert got["closing", "no-success"] == "6"
    assert got["received-to-listed", "median-days"] == "10"
    assert got["listed-to-closed", "mean-days"] == "146"
    # Other years are empty, and an empty one is hidden whole.
    assert set(v for (t, _), v in figures(filled, last_year() - 1).items()
               if t != "about") == {None}


def test_r129_a_cell_too_few_hides_the_days_as_well(new_house):
    house = new_house()
    house.once()
    day = first_day(last_year())
    seed(house, [("listed", day, day + 10)] * 4 + [("open", day, 0)] * 9)
    got = figures(house, last_year())
    assert got["outcome", "referred"] == "13"
    assert [k for k, v in got.items() if v is not None] == [
        ("about", "year"), ("about", "counted-until"),
        ("outcome", "referred")]


def test_the_page_asks_for_nothing_and_can_be_printed(filled):
    page = filled.run("figures", last_year(), "--html").out
    assert page.startswith("<!DOCTYPE html>") and 'lang="nl"' in page
    assert page.count("<svg") == 6 and page.count("</svg>") == 6
    assert "@media print" in page and "Mechelen" in page
    for word in ("<script", "http", "url(", "@import", "src=", "href=",
                 "<link", "onload"):
        assert word not in page
    assert ">verborgen</text>" in page and ">9</text>" in page
    assert ">146 dagen</text>" in page and "LIVC R Mechelen" in page
    # Who has it read aloud hears numbers: no chart is a picture.
    assert page.count('role="group"') == 6 and 'role="img"' not in page
    table = filled.run("figures", last_year(), "--csv").out
    rows = [line.split(",") for line in table.splitlines()]
    assert all(len(r) == 4 for r in rows)
    assert ["outcome", "referred", "Aangemeld", "56"] in rows
    assert ["outcome", "redirected", "Doorverwezen", ""] in rows
    filled.run("figures", "--csv", "--html", ok=False)
    filled.run("figures", "1999", ok=False)
    filled.run("figures", datetime.date.today().year + 1, ok=False)


def test_the_page_is_safe_with_any_name(new_house):
    house = new_house(instance={"name": "A & B <i>x</i>"})
    page = house.run("figures", "--html").out
    assert "A &amp; B &lt;i&gt;x&lt;/i&gt;" in page and "<i>" not in page


def test_t38_on_demand(filled, people, sender):
    """By whom the matrix lets ask; nobody else hears a number."""
    ask = f"CIJFERS {last_year()}"
    desk = Desk(filled, people, sender)
    for name in ("vertegenwoordiger", "fg"):
        row, new = desk.order(name, ask, "", name)
        done(row)
        (letter,) = new[name]
        assert f"cijfers van {last_year()}" in letter.text
        assert re.search(r"= Aangemeld +56$", letter.text, re.M)
        assert re.search(r"- Doorverwezen +\*$", letter.text, re.M)
    row, new = desk.order("clb", ask, "", "clb")
    for letter in new["clb"]:
        assert "Aangemeld" not in letter.text
    row, new = desk.order("fg", "CIJFERS 2099", "", "fg")
    refused(row, "unreadable-answer")


# ---- nothing per person or organisation ----

COLUMNS = re.compile(r"columns\[\]\s*=\s*\{([^}]*)\}")
WHO = {"address", "organisation", "sender", "correspondent", "person",
       "class", "signer", "proposer"}
COUNT = {"count", "number", "total", "sum", "referrals", "refusals",
         "declined", "accepted", "mails", "tries", "invited", "attended",
         "come", "present", "n", "mean", "median", "value", "rate"}


def columns_of_core():
    for path in sorted((TOP / "gateway/core").glob("*.c")):
        for found in COLUMNS.findall(path.read_text()):
            yield path.name, re.findall(r'"([^"]+)"', found)


def test_r129_no_command_counts_beside_a_name():
    """Every list that any command can print, from the source."""
    seen = list(columns_of_core())
    assert len(seen) > 10
    for name, columns in seen:
        words = {w for c in columns for w in [c, *c.split("-")]}
        assert not (words & WHO and words & COUNT), (name, columns)


def test_r129_the_page_of_a_year_with_nothing_to_tell(new_house):
    house = new_house()
    house.once()
    day = first_day(last_year()) + 40
    seed(house, [("listed", day, day + 1)] * 9 + [("open", day, 0)] * 5)
    page = house.run("figures", last_year(), "--html").out
    # One day is one day; the rest has no empty charts.
    assert ">1 dag</text>" in page and page.count("<svg") == 2
    assert "tussenstand" not in page
    page = house.run("figures", last_year() - 1, "--html").out
    assert "<svg" not in page and page.count("<em>verborgen</em>") == 7
    assert "ook nul" in page
    # Of this year not all is told yet, and the page says so.
    if datetime.date.today().month > 3:
        page = house.run("figures", last_year() + 1, "--html").out
        assert "tussenstand" in page


# What each command tells; a new one is thought about here first.
COMMANDS = {
    "correspondent add", "correspondent list", "correspondent show",
    "correspondent suspend", "correspondent resume", "correspondent remove",
    "bootstrap close", "enrolment list", "case list", "meeting list",
    "meeting show", "retention list", "retention run", "queue", "mail list",
    "mail show", "outbox retry", "outbox", "audit verify", "audit send",
    "audit export", "audit who", "key create", "key show", "key export",
    "key rotate", "key prolong", "wkd export", "ltf import", "ltf show",
    "form", "clock confirm",
    "figures", "persons", "datamap", "selfcheck", "incident", "statement",
    "status", "verdict", "help",
}


def test_r129_every_command_is_known():
    source = (TOP / "gateway/ctl.c").read_text()
    assert set(re.findall(r'^\t\{ "([a-z ]+)",', source, re.M)) == COMMANDS


def test_r50_no_answer_of_any_list_counts_people(filled):
    """The same, over what the programs really print."""
    for words in (["correspondent", "list"], ["enrolment", "list"],
                  ["case", "list"], ["meeting", "list"], ["queue"],
                  ["mail", "list"], ["outbox", "--all"], ["persons"],
                  ["retention", "list"], ["status"], ["figures", last_year()]):
        for row in filled.rows(*words):
            names = {w for c in row for w in [c, *c.split("-")]}
            assert not (names & WHO and names & COUNT), (words, row)


# ---- who may what ----

def test_r148_persons_follow_from_the_matrix(filled, people):
    rows = filled.rows("persons")
    by_role = {}
    for row in rows:
        by_role.setdefault(row["role"], []).append(row)
    rep = by_role["mayor_rep"][0]
    assert rep["address"] == people["vertegenwoordiger"].address
    assert "referrals" in rep["consult"] and "referrals" in rep["destroy"]
    assert rep["since"] and rep["state"] == "active"
    for row in rows:
        if row["role"] not in ("mayor", "mayor_rep"):
            assert "referrals" not in (row["consult"] or "").replace(
                "references", "")
    assert by_role["participant"][0]["create"] == "referrals"
    assert len(by_role["operator"]) == 1
    # A role that nobody has is told as well.
    assert all(len(by_role[r]) >= 1 for r in (
        "mayor", "io", "adhoc", "perm_rep", "other_mayor", "dpo"))


def test_r148_an_officer_says_that_the_list_is_right(filled, people, sender):
    assert "never" in filled.run("persons").err
    desk = Desk(filled, people, sender)
    # Not by whoever is on it without looking after it.
    desk.order("clb", "NAGEKEKEN")
    assert "never" in filled.run("persons").err
    row, new = desk.order("fg", "NAGEKEKEN", "", "fg")
    done(row)
    assert "logboek" in new["fg"][0].text
    assert "never" not in filled.run("persons").err
    filled.run("audit", "verify")


# ---- datamap ----

def test_r146_every_file_of_the_state_is_on_the_map(filled):
    rows = filled.rows("datamap")
    paths = {r["path"]: r for r in rows}
    for path in filled.files_of_state():
        covered = [p for p in paths if str(path) == p or
                   (str(path).startswith(p + "/") and
                    not p.endswith(("/state", "/db")))]
        assert covered, f"not on the map: {path}"
    keys = paths[str(filled.state / "db/keys.db")]
    assert keys["backup"].startswith("never") and "0600" in keys["rights"]
    assert str(filled.inbox) in paths
    assert str(filled.inbox / ".Genegeerd") in paths


# ---- selfcheck ----

def selfcheck(house):
    done = house.run("selfcheck", "--json", ok=None)
    return done.returncode, {r["check"]: r for r in json.loads(done.out)}


def test_r152_selfcheck(filled):
    status, rows = selfcheck(filled)
    for name in ("daemon", "source", "sink", "own key", "encryption subkey",
                 "clock", "disk", "audit chain", "outbox", "quarantine",
                 "texts", "data keys", "TLS in", "TLS out", "register",
                 *(f"walls of {role}" for role in ROLES)):
        assert rows[name]["state"] == "good", rows[name]
        assert rows[name]["cure"] is None
    # Nobody closed the bootstrap, so it is not all good.
    assert rows["bootstrap"]["state"] == "warning" and status == 1
    assert rows["bootstrap"]["cure"] == "meldpost bootstrap close"


def test_r152_selfcheck_finds_what_is_wrong(filled, sender):
    keys = filled.state / "db/keys.db"
    keys.chmod(0o644)
    (filled.state / "db/keys.db.bak").write_bytes(b"x")
    done = filled.run("selfcheck", "--json", ok=None)
    assert done.returncode == 2
    rows = json.loads(done.out)
    assert [r for r in rows if r["state"] == "fault" and
            r["found"].startswith(str(keys))]
    assert [r for r in rows if r["check"] == "data keys" and
            r["state"] == "fault" and "destroy" in r["cure"]]
    keys.chmod(0o600)
    (filled.state / "db/keys.db.bak").unlink()
    filled.judge(sender("vreemde").apple(mails.story()))
    status, rows = selfcheck(filled)
    assert rows["quarantine"]["state"] == "warning" and status == 1
    filled.stop()
    status, rows = selfcheck(filled)
    assert status == 2 and rows["daemon"]["state"] == "fault"
    # Who answers now are the three of a private run.
    assert {w for w in rows if w.startswith("walls of")} == {
        "walls of core", "walls of parse", "walls of keys"}
    assert rows["walls of keys"]["state"] == "good"


def walls(house):
    status, rows = selfcheck(house)
    return status, [rows[f"walls of {role}"] for role in ROLES]


def test_r152_walls_that_are_down(new_house):
    house = new_house()
    house.daemon = house._spawn("--no-confine")
    house.until_log("all roles are at work")
    status, rows = walls(house)
    assert status == 2
    for row in rows:
        assert row["state"] == "fault", row
        assert "seccomp no" in row["found"] and "Landlock no" in row["found"]
        assert "not dumpable yes" in row["found"]
        assert row["cure"] == "start meldpostd without --no-confine"
    house.stop()
    house.start()
    status, rows = walls(house)
    assert {row["state"] for row in rows} == {"good"}


# A container's filter, which takes Landlock away and proves nothing itself.
WITHOUT_LANDLOCK = '''
import ctypes, os, struct, sys
code = struct.pack("HBBI" * 4, 0x20, 0, 0, 0, 0x15, 0, 1, 444,
                   0x06, 0, 0, 0x50026, 0x06, 0, 0, 0x7fff0000)
class Program(ctypes.Structure):
    _fields_ = [("n", ctypes.c_ushort), ("code", ctypes.c_char_p)]
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.byref(Program(4, code)), 0, 0) == 0
os.execv(sys.argv[1], sys.argv[1:])
'''


def test_r152_a_kernel_without_landlock(new_house):
    house = new_house()
    house.prefix = [sys.executable, "-c", WITHOUT_LANDLOCK]
    house.start()
    status, rows = walls(house)
    for row in rows:
        assert row["state"] == "warning", row
        assert "seccomp yes" in row["found"] and "Landlock no" in row["found"]
        assert "Landlock" in row["cure"]
    house.stop()
    house.daemon = house._spawn("--no-confine")
    house.until(lambda: house.log().count("all roles are at work") == 2,
                "a start without walls")
    status, rows = walls(house)
    assert all("seccomp no" in row["found"] for row in rows), rows


def test_r152_a_role_that_is_down(filled):
    for _ in range(5):
        pid = filled.until(lambda: filled.pid("submit"), "submit")
        os.kill(pid, signal.SIGKILL)
        filled.until(lambda: filled.pid("submit") != pid, "its end")
    status, rows = selfcheck(filled)
    assert status == 2 and rows["walls of submit"]["found"] == "not at work"
    assert "log" in rows["walls of submit"]["cure"]
    assert rows["walls of fetch"]["state"] == "good"
    filled.until(lambda: selfcheck(filled)[1]["walls of submit"]["state"] ==
                 "good", "submit behind its walls again")


# ---- incident ----

def test_r154_is_recorded_when_nobody_can_be_written_to(new_house, people):
    house = new_house()
    for name in ("fg", "vertegenwoordiger", "adjunct", "burgemeester"):
        house.run("correspondent", "suspend", people[name].address)
    done = house.run("incident", "niemand bereikbaar", ok=False)
    assert done.returncode == 69 and "recorded" in done.err
    assert "call the DPO" in done.err
    db = sqlite3.connect(house.state / "db/meldpost.db")
    assert db.execute("SELECT count(*) FROM audit WHERE event = 'incident'"
                      ).fetchone() == (1,)


def test_r154_an_incident(filled, people, sender):
    """To the DPO and the representatives, sealed; the words nowhere else."""
    filled.judge(sender("clb").apple(mails.story()))
    filled.quiet()
    words = f"schijf gestolen, {mails.CANARY}, versleuteld"
    done = filled.run("incident", words)
    assert "72 hours" in done.out
    filled.quiet()
    for name in ("fg", "vertegenwoordiger"):
        letter = filled.letters(people[name])[-1]
        assert words in letter.text and "72 uur" in letter.text
        touched = re.search(r"kenmerken: +(\d+) sinds", letter.text)
        assert int(touched.group(1)) >= 2
    assert not [le for le in filled.letters(people["clb"])
                if "incident" in le.text]
    # check_secrets() at the end looks for the words everywhere.
    events = sqlite3.connect(filled.state / "db/meldpost.db").execute(
        "SELECT event, detail FROM audit").fetchall()
    assert ("incident", "reported") in events
    filled.run("incident", words, "--since", "31/12/2099", ok=False)
    filled.run("incident", words, "--since", "gisteren", ok=False)
    filled.run("incident", words, "--since", time.strftime("%d/%m/%Y"))
    filled.run("incident", "", ok=False)
    filled.run("incident", "-", data=b"", ok=False)
    filled.run("incident", "-", data=b"een regel\nen nog een\n")
    filled.quiet()
    assert "een regel en nog een" in filled.letters(people["fg"])[-1].text
    filled.run("audit", "verify")


def test_t40_a_classified_mail(filled, people, sender):
    story = mails.bound(people["clb"], "GEHEIM (Wet 11.12.1998)\n" +
                        mails.story())
    row = filled.judge(sender("clb").combined(story))
    refused(row, "classified")
    filled.quiet()
    for name in ("fg", "vertegenwoordiger"):
        letter = filled.letters(people[name])[-1]
        assert "classificatie" in letter.text and "72 uur" in letter.text
        assert letter.reference == row["id"]


# ---- statement ----

def test_r155_the_statement(filled):
    text = filled.run("statement").out
    fpr = filled.gateway_fpr
    assert fpr in re.sub(r"\s", "", text)
    assert "Mechelen" in text and mails.GATEWAY in text
    assert "II.22" in text and "14 dagen" in text
    assert not re.search(r"\{\{|password|/tmp", text)


# ---- January ----

def test_r128_nothing_yearly_in_the_first_year(filled):
    """Nobody was enrolled before this year began, so nobody hears of it."""
    assert not [r for r in filled.rows("outbox", "--all")
                if r["mail"] in ("T38", "B09")]


def core_in(house, day):
    """From now on core of this house believes that it is another day."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("there is no C compiler to make another date with")
    bin_ = house.dir / "libexec"
    bin_.mkdir()
    subprocess.run([compiler, "-shared", "-fPIC", "-o", bin_ / "ahead.so",
                    TOP / "tests/e2e/ahead.c", "-ldl"], check=True)
    for role in ROLES:
        if role != "core":
            (bin_ / f"meldpost-{role}").symlink_to(
                BUILD / f"gateway/meldpost-{role}")
    ahead = (day - datetime.date.today()).days * DAY
    core = bin_ / "meldpost-core"
    core.write_text(f"#!/bin/sh\nLD_PRELOAD={bin_}/ahead.so AHEAD={ahead} "
                    f"exec {BUILD}/gateway/meldpost-core \"$@\"\n")
    for path in (bin_, core, bin_ / "ahead.so"):
        path.chmod(0o755)
    usual = house.environment
    house.environment = lambda: {**usual(), "MELDPOST_LIBEXEC": str(bin_)}


def test_r128_r148_in_january(new_house, people):
    """Once, to whom it concerns, and not while the date is doubted."""
    house = new_house()
    house.once()
    this_year = datetime.date.today().year
    seed(house, *a_year(this_year))
    core_in(house, datetime.date(this_year + 1, 1, 10))
    house.start()
    yearly = lambda: sorted(                       # noqa: E731
        r["mail"] for r in house.rows("outbox", "--all")
        if r["mail"] in ("T38", "B09"))
    assert not yearly()
    house.run("clock", "confirm")
    # The mayor, two representatives and the coordinator; the mayor, the two
    # and the DPO.
    house.until(lambda: yearly() == ["B09"] * 4 + ["T38"] * 4, "both")
    house.quiet()
    text = "".join(le.text for le in house.letters(people["coordinator"]))
    assert f"cijfers van {this_year}, voor de jaarlijkse" in text
    assert re.search(r"= Aangemeld +56$", text, re.M)
    assert f"CIJFERS {this_year}" in text and "NAGEKEKEN" not in text
    text = "".join(le.text for le in house.letters(people["fg"]))
    assert "NAGEKEKEN" in text and "Aangemeld" not in text
    for person in people["clb"], people["io"]:
        assert not house.letters(person)
    house.stop()
    house.start()
    time.sleep(2)
    assert len(yearly()) == 8


def test_every_path_of_the_state_is_private(filled):
    for path in filled.files_of_state():
        if not path.name.startswith("S."):
            assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
    assert pathlib.Path(filled.state).exists()
