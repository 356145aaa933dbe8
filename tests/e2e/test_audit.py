"""The log of acts (issue: audit chain): its head goes to the DPO, it can be
asked, taken along and held against a mail; nobody can be named after a while;
and it tells of everything that it should."""

import csv
import hashlib
import io
import json
import re
import sqlite3
import struct

import pytest

import mails
from office import Desk, done

DAY = 86400
DPO, REP = "fg", "vertegenwoordiger"
HEAD = re.compile(r"regels: (\d+)\nStempel:\n([0-9a-f]{64})\n")


@pytest.fixture
def desk(house, people, sender):
    return Desk(house, people, sender)


def rows_of(house):
    """Of an export, as dictionaries."""
    text = house.run("audit", "export").stdout.decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def events(house):
    return [(r["event"], r["detail"]) for r in rows_of(house)]


def head_in(letter):
    """(rows, hash) of a letter B11."""
    rows, head = HEAD.search(letter.text).groups()
    return rows, head


def heads(house, person):
    return [head_in(le) for le in house.letters(person)
            if HEAD.search(le.text)]


def verify(house, rows, head, ok=True):
    return house.run("audit", "verify", "--rows", rows, "--head", head, ok=ok)


def age(house, seconds):
    """Everything that happened, so much longer ago; the chain made anew by a
    thief who can do all but take mails back. Only while no daemon runs."""
    for table, column in (("audit", "at"), ("instance", "clock"),
                          ("mail", "received"), ("outbox", "made")):
        change(house, f"UPDATE {table} SET {column} = {column} - {seconds}")
    mend(house)


def change(house, *sql):
    db = sqlite3.connect(house.state / "db" / "meldpost.db")
    triggers = db.execute("SELECT name, sql FROM sqlite_master"
                          " WHERE type = 'trigger'").fetchall()
    with db:
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        for one in sql:
            db.execute(one)
        for _, text in triggers:
            db.execute(text)
    db.close()
    house.own(house.state)


def mend(house):
    """Makes the hashes fit what the rows say now."""
    def block(data):
        return struct.pack(">Q", len(data)) + data
    db = sqlite3.connect(house.state / "db" / "meldpost.db")
    (head,) = db.execute("SELECT id FROM instance").fetchone()
    changes, n = [], 0
    for seq, at, event, ref, detail, actor in db.execute(
            "SELECT seq, at, event, ref, detail, actor FROM audit"
            " ORDER BY seq"):
        head = hashlib.sha256(
            struct.pack(">QQ", seq, at) + block(event.encode()) +
            block((ref or "").encode()) + block(detail.encode()) +
            block(actor) + block(head)).digest()
        changes.append(f"UPDATE audit SET hash = x'{head.hex()}'"
                       f" WHERE seq = {seq}")
        n = seq
    db.close()
    change(house, *changes, f"UPDATE instance SET audit_rows = {n},"
           f" audit_head = x'{head.hex()}'")


# ---- the head ----

def test_the_operator_sends_the_head_to_the_dpo(house, people):
    house.run("audit", "send")
    house.quiet()
    rows, head = heads(house, people[DPO])[-1]
    (letter,) = [le for le in house.letters(people[DPO])][-1:]
    assert letter.opened.signer == house.gateway_fpr
    verify(house, rows, head)
    verify(house, rows, head.upper())
    assert ("head-sent", "asked") in events(house)
    # No mail of the gateway tells the DPO of what was reported.
    assert "A-" not in letter.text


@pytest.mark.parametrize("name", [REP, "burgemeester", "coordinator", DPO])
def test_logboek_by_mail(desk, name):
    row, got = desk.order(name, "LOGBOEK", "", name)
    done(row)
    (letter,) = got[name]
    verify(desk.house, *head_in(letter))


@pytest.mark.parametrize("name", ["io", "buur"])
def test_nobody_else_gets_it(desk, name):
    """design.md 5."""
    row, got = desk.order(name, "LOGBOEK", "", name)
    assert row["reason"] in ("role-not-allowed", "ok"), row
    assert not [le for le in got[name] if HEAD.search(le.text)]


def test_what_verify_refuses(house):
    assert house.run("audit", "verify", "--rows", "3",
                     ok=False).returncode == 64
    assert verify(house, "x", "0" * 64, ok=False).returncode == 64
    assert verify(house, "3", "0" * 63, ok=False).returncode == 64
    assert verify(house, "3", "g" * 64, ok=False).returncode == 64
    assert verify(house, "-1", "0" * 64, ok=False).returncode == 64
    wrong = verify(house, "3", "0" * 64, ok=False)
    assert wrong.returncode == 65 and "rewritten" in wrong.err
    short = verify(house, "999999", "0" * 64, ok=False)
    assert short.returncode == 65 and "cut off" in short.err


def test_a_tail_that_was_cut_and_mended_shows(new_house, sender, people):
    """The reason for all of this: the file alone would not show it."""
    house = new_house()
    house.start()
    house.judge(sender("clb").apple(mails.story()))
    house.run("audit", "send")
    house.quiet()
    rows, head = heads(house, people[DPO])[-1]
    house.stop()
    verify(house, rows, head)
    change(house, f"DELETE FROM audit_salt WHERE seq > {int(rows) - 4}",
           f"DELETE FROM audit WHERE seq > {int(rows) - 4}")
    mend(house)
    house.run("audit", "verify")
    assert "cut off" in verify(house, rows, head, ok=False).err
    # And so does one that was rewritten, and grew on.
    change(house, "UPDATE audit SET detail = 'ok' WHERE seq = 3")
    mend(house)
    for _ in range(3):
        house.once()
    house.run("audit", "verify")
    assert verify(house, rows, head, ok=False).returncode == 65


def test_once_a_day(new_house, people):
    """And only when something was added: tests/unit/test_audit.c."""
    house = new_house()
    house.once()
    assert not heads(house, people[DPO])
    age(house, DAY + 60)
    house.once_until_quiet()
    house.once_until_quiet()
    assert len(heads(house, people[DPO])) == 1
    verify(house, *heads(house, people[DPO])[-1])
    assert events(house).count(("head-sent", "daily")) == 1
    age(house, DAY + 60)
    house.once_until_quiet()
    assert len(heads(house, people[DPO])) == 2


def test_a_doubted_date_keeps_no_head_back(new_house, people):
    house = new_house()
    house.once()
    age(house, 40 * DAY)
    change(house, f"UPDATE audit SET at = at - {2 * DAY}")
    mend(house)
    house.start()
    house.until_log("clock doubted")
    house.until(lambda: heads(house, people[DPO]), "the head is sent")
    (head,) = heads(house, people[DPO])
    verify(house, *head)
    assert "actors-forgotten" not in {e for e, _ in events(house)}


# ---- reading ----

def test_export(house, desk):
    ref = desk.refer()
    rows = rows_of(house)
    assert [int(r["seq"]) for r in rows] == list(range(1, len(rows) + 1))
    assert {len(r["actor"]) for r in rows} == {0, 64}
    assert ref in {r["reference"] for r in rows}
    text = house.run("audit", "export", "--csv").stdout.decode()
    assert "@" not in text and text.startswith(
        "seq,time,event,reference,detail,actor\r\n")
    for p in desk.people.by_name.values():
        assert p.fpr not in text and p.address not in text
    told = json.loads(house.run("audit", "export", "--json").out)
    for r in told:
        for key, value in r.items():
            r[key] = value or ""
    assert told[:len(rows)] == rows
    assert (told[-1]["event"], told[-1]["detail"]) == ("exported", "audit")
    assert house.run("audit", "export", "--json", "--csv",
                     ok=False).returncode == 64
    again = json.loads(house.run("--json", "audit", "verify").out)
    assert int(again["rows"]) >= len(told)


def who(house, ref):
    return [(r["event"], r["by"]) for r in house.rows("audit", "who", ref)]


def test_who_touched_a_reference(house, desk):
    ref = desk.refer("clb")
    row, _ = desk.order(REP, "MONDELING", ref)
    done(row)
    seen = who(house, ref)
    assert ("mail-judged", "participant") in seen
    assert ("mail-judged", "mayor_rep") in seen
    assert ("referral-accepted", "participant") in seen
    assert ("referral-decided", "mayor_rep") in seen
    assert ("mail-sent", "gateway") in seen
    # That it was asked is on record.
    assert ("exported", "operator") in who(house, ref)
    bad = house.run("audit", "who", "A-0000000000000000", ok=False)
    assert bad.returncode == 65
    assert house.run("audit", "who", "An", ok=False).returncode == 64


def test_r162_after_90_days_nobody_is_named(new_house, sender, people):
    house = new_house()
    house.deliver(sender("clb").apple(mails.story()))
    house.once()
    (ref,) = [r["reference"] for r in house.rows("mail", "list")]
    assert ("mail-judged", "participant") in who(house, ref)
    age(house, 89 * DAY)
    change(house, "UPDATE instance SET clock = 0")
    house.run("clock", "confirm")
    house.once()
    assert ("mail-judged", "participant") in who(house, ref)
    age(house, DAY + 60)
    house.run("clock", "confirm")
    house.once()
    seen = who(house, ref)
    assert ("mail-judged", "forgotten") in seen
    assert ("mail-judged", "participant") not in seen
    assert ("actors-forgotten", "") in events(house)
    house.run("audit", "verify")


# ---- what is in it ----

def test_the_log_tells_of_every_kind_of_act(new_house, people, sender):
    """R150: sending, receiving, reading, deciding, exporting, configuration,
    keys and roles, start and stop."""
    house = new_house()
    house.start()
    desk = Desk(house, people, sender)
    ref = desk.refer()
    done(desk.order(REP, "LIJST", ref)[0])
    house.run("key", "export")
    house.run("wkd", "export", house.dir / "wkd")
    house.run("key", "prolong")
    house.run("correspondent", "suspend", people["caw"].address)
    house.run("audit", "who", ref)
    house.stop()
    house.groups["mail"]["receipt_jitter"] = 1
    house.write_conf()
    house.start()
    house.stop()
    house.start()
    seen = events(house)
    names = {e for e, _ in seen}
    assert names >= {
        "start", "stop", "configured", "mail-judged", "mail-queued",
        "mail-sent", "referral-accepted", "referral-decided", "exported",
        "key-created", "key-prolonged", "correspondent-added",
        "correspondent-suspended"}
    assert {d for e, d in seen if e == "exported"} >= {
        "key", "wkd", "who", "audit"}
    # Each change of the configuration, and no start without one.
    marks = [d for e, d in seen if e == "configured"]
    assert len(marks) >= 2 and all(re.fullmatch("[0-9a-f]{30}", m)
                                   for m in marks)
    assert all(a != b for a, b in zip(marks, marks[1:]))
    tail = seen[len(seen) - 1 - seen[::-1].index(("start", "")):]
    assert "configured" not in {e for e, _ in tail}


def test_opening_what_was_kept_is_on_record(new_house, people, sender):
    """A forward that is sealed anew, a stranger's mail that is enrolled."""
    house = new_house()
    house.start()
    desk = Desk(house, people, sender)
    ref = desk.refer()
    (first, *_) = [r["id"] for r in house.rows("outbox", "--all")
                   if r["mail"] == "T06" and r["reference"] == ref]
    before = events(house).count(("content-opened", "T06"))
    house.stop()
    change(house, "UPDATE outbox SET state = 'failed', blob = NULL"
           f" WHERE id = {first}")
    house.start()
    house.run("outbox", "retry", first)
    house.quiet()
    assert events(house).count(("content-opened", "T06")) == before + 1
