"""The term of a case (domain.md 4.5, R118 to R141): from the mayor's list to
the last proof, by a daemon that counts the days. The days are those of the
database, moved back as time would have moved them."""

import re
import shutil
import sqlite3
import subprocess
import time

import pytest

import mails
from meeting import COORD, MAYOR, REP, convened, listed_case, order
from office import Desk, done, refused
from people import DAY

CLB, POLICE = "clb", "io"


@pytest.fixture
def desk(new_house, people, sender):
    return Desk(new_house().start(), people, sender)


# ---- time ----

def change(house, *statements):
    """Writes in the book of a stopped house, and starts it again."""
    house.stop()
    db = sqlite3.connect(house.state / "db" / "meldpost.db")
    with db:
        found = [db.execute(sql).rowcount for sql in statements]
    db.close()
    house.own(house.state)
    house.start()
    house.quiet()
    return found


def pass_days(house, days):
    """A case and its timers are so many days older."""
    change(house,
           f"UPDATE case_ref SET listed = listed - {days},"
           f" last = CASE last WHEN 0 THEN 0 ELSE last - {days} END,"
           f" due = CASE due WHEN 0 THEN 0 ELSE due - {days} END",
           f"UPDATE timer SET due = due - {days * DAY} WHERE kind = 'case'")


def begun(house):
    """The meeting that was convened begins now, and no sooner."""
    time.sleep(1.1)
    now = int(time.time())
    change(house, f"UPDATE meeting SET starts = {now}, ends = {now} + 60"
           " WHERE state = 'CONVENED'")


def shown(desk, ref):
    (row,) = [r for r in desk.house.rows("retention", "list")
              if r["reference"] == ref]
    return row


def left(house, ref):
    """What is due of this case by now, says the command."""
    return [r["event"] for r in
            house.rows("retention", "run", "--dry-run") if
            r["reference"] == ref]


def watch(desk, *names):
    before = {n: len(desk.letters(n)) for n in names}

    def new():
        desk.house.quiet()
        return {n: desk.letters(n)[before[n]:] for n in names}
    return new


def says(letters, *words):
    """The one of them that says all that."""
    found = [x for x in letters
             if all(w in x.text.replace("\n", " ") for w in words)]
    assert len(found) == 1, (words, [x.text for x in letters])
    return found[0]


# ---- a case that was discussed ----

def hold(desk, case, *guests, reason="het is dringend"):
    """A meeting, now, about this case; its reference."""
    meeting, _ = convened(desk, *guests, casussen=case,
                          dringend_omdat=reason)
    begun(desk.house)
    present = ", ".join(desk.people[n].address
                        for n in (*guests, COORD, POLICE))
    row, _ = desk.order(REP, f"AANWEZIG\naanwezig: {present}\n"
                        f"casussen: {case}", meeting)
    done(row)
    desk.house.quiet()
    return meeting


def test_the_whole_life_of_a_case(desk):
    """R131, R132, R135, R138, R140, R141."""
    house = desk.house
    case = listed_case(desk)
    assert shown(desk, case)["state"] == "LISTED"
    assert shown(desk, case)["next"] == "alarm"
    new = watch(desk, CLB, COORD, POLICE, REP, MAYOR, "school")
    hold(desk, case, CLB)
    got = new()
    for name in (CLB, COORD, POLICE, REP):
        letter = says(got[name], "Ga na wat uw eigen dienst", case)
        assert letter.opened.signer == house.gateway_fpr
        # R138: no advice about a term to whom the decree does not cover.
        assert ("een jaar" in letter.text) == (name != POLICE)
    assert not got["school"] and not got[MAYOR]
    row = shown(desk, case)
    assert row["state"] == "DISCUSSED" and row["next"] == "notice"
    first = row["due"]
    # Discussed again within the year: it begins anew.
    pass_days(house, 300)
    assert shown(desk, case)["due"] < first
    hold(desk, case, "school")
    assert shown(desk, case)["due"] == first
    # Thirty days to go: to the office, and to those whom the decree covers.
    new = watch(desk, CLB, "school", COORD, POLICE, REP)
    pass_days(house, 334)
    assert not any(new().values())
    pass_days(house, 3)
    got = new()
    assert shown(desk, case)["state"] == "DUE_SOON"
    says(got[REP], "loopt af op", "VERLENGEN", case)
    for name in (CLB, "school", COORD):
        says(got[name], "loopt af op", case)
    assert not got[POLICE]
    assert len(got[REP]) == 1
    # And over.
    new = watch(desk, CLB, "school", COORD, POLICE, REP)
    pass_days(house, 30)
    got = new()
    assert shown(desk, case)["state"] == "ERASED"
    proof = re.search(r"([0-9a-f]{32})\s+([0-9a-f]{32})",
                      says(got[REP], "verstreken", case).text)
    for name in (CLB, "school", COORD):
        assert "".join(proof.groups()) in says(
            got[name], "verstreken", case).text.replace("\n  ", "")
    assert not got[POLICE] and len(got[REP]) == 1
    house.run("audit", "verify")
    house.stop()
    db = sqlite3.connect(house.state / "db" / "meldpost.db")
    assert db.execute("SELECT lower(hex(hash)) FROM audit WHERE event ="
                      " 'content-erased' AND ref = ? AND detail = 'case'",
                      (case,)).fetchall() == [("".join(proof.groups()),)]
    assert db.execute("SELECT link FROM case_ref").fetchall() == [(None,)]
    for table in ("outbox", "mail"):
        assert db.execute(f"SELECT count(*) FROM {table} WHERE ref = ? AND"
                          " correspondent IS NOT NULL",
                          (case,)).fetchone() == (0,)
    db.close()


# ---- R140: a backup brings nothing back ----

def query(file, sql, *values):
    db = sqlite3.connect(file)
    found = db.execute(sql, values).fetchall()
    db.close()
    return found


def chunks_of(file, blob):
    return b"".join(b for (b,) in query(
        file, "SELECT bytes FROM blob_chunk WHERE blob = ? ORDER BY n", blob))


def test_a_backup_brings_nothing_back(desk):
    """The whole state directory as a backup has it, without keys.db, put back
    over the erased one: not even with the gateway's own key at hand."""
    house = desk.house
    book, keys = (house.state / "db" / n for n in ("meldpost.db", "keys.db"))
    ref = desk.refer()
    _, got = desk.order(REP, "LIJST", ref, REP)
    case = re.search(r"C-\w{16}", got[REP][-1].text).group()
    hold(desk, case, CLB)
    house.stop()
    saved = house.state / "saved"
    shutil.copytree(house.state / "db", saved,
                    ignore=shutil.ignore_patterns("keys.db*"))
    content = [n for (n,) in query(
        book, "SELECT blob FROM referral WHERE ref = ? UNION"
        " SELECT link FROM case_ref WHERE ref = ?", ref, case)]
    assert len(content) == 2
    kept = {n for (n,) in query(keys, "SELECT blob FROM data_key")}
    assert set(content) <= kept
    house.start()
    # Both terms are over.
    change(house, f"UPDATE referral SET received = received - {61 * DAY},"
           f" changed = changed - {61 * DAY}",
           "UPDATE timer SET due = 1 WHERE kind = 'referral'")
    assert desk.state(ref) == "ERASED"
    pass_days(house, 370)
    assert shown(desk, case)["state"] == "ERASED"
    house.stop()
    for file in (house.state / "db").glob("meldpost.db*"):
        file.unlink()
    for file in saved.iterdir():
        shutil.move(file, house.state / "db" / file.name)
    saved.rmdir()
    house.own(house.state)
    assert b"sec" in house.ring("--list-secret-keys")
    # It is there again, and the key of neither is.
    assert {n for (n,) in query(book, "SELECT id FROM blob")} >= set(content)
    assert not {n for (n,) in query(keys, "SELECT blob FROM data_key")} & \
        set(content)
    for blob in content:
        sealed = chunks_of(book, blob)
        assert sealed and b"PGP" not in sealed and case.encode() not in sealed
        with pytest.raises(subprocess.CalledProcessError):
            house.ring("--decrypt", data=sealed)
    # And the daemon makes nothing of it.
    before = len(desk.letters(REP))
    house.start()
    house.quiet()
    assert not set(content) & {n for (n,) in query(
        book, "SELECT id FROM blob")}
    desk.order(REP, "OPNIEUW", ref)
    assert not [x for x in desk.letters(REP)[before:]
                if list(x.inner.iter_attachments())]
    row, _ = desk.order(REP, f"CASUSMANAGER {desk.people[CLB].address}", case)
    refused(row, "unreadable-answer")


def test_who_took_part_stands_nowhere_in_clear(desk):
    """design.md 7: once the mails have left no row says who they were for."""
    case = listed_case(desk)
    hold(desk, case, CLB)
    desk.house.quiet()
    desk.house.stop()
    db = sqlite3.connect(desk.house.state / "db" / "meldpost.db")
    assert db.execute("SELECT count(*), count(correspondent) FROM outbox"
                      " WHERE ref = ?", (case,)).fetchone() == (4, 0)
    db.close()


# ---- an extension ----

def code_in(letters):
    return re.search(r"BEVESTIG (\w{4}-\w{4}-\w{4})",
                     says(letters, "BEVESTIG").text).group(1)


def test_a_term_is_extended_by_two(desk):
    """R134: proposed, discussed, motivated, agreed to by another person."""
    house = desk.house
    case = listed_case(desk)
    row, _ = desk.order(REP, "VERLENGEN ernst", case)
    refused(row, "wrong-state")
    hold(desk, case, CLB)
    due = shown(desk, case)["due"]
    for who in (CLB, COORD, "fg"):
        row, _ = desk.order(who, "VERLENGEN ernst", case)
        refused(row, "role-not-allowed")
    row, _ = desk.order(REP, "VERLENGEN", case)
    refused(row, "unreadable-answer")
    row, got = desk.order(REP, "VERLENGEN ernst", case, REP, COORD, "fg")
    done(row)
    says(got[REP], "nog niets verlengd")
    says(got[COORD], "agenda", case)
    assert not got["fg"]
    assert (shown(desk, case)["state"], shown(desk, case)["due"]) == \
        ("EXT_PROPOSED", due)
    # Not discussed since: a meeting of before does not count.
    row, got = desk.order(REP, "VERLENGEN ernst", case, REP, COORD)
    refused(row, "wrong-state")
    says(got[REP], "Verlengen kan pas na")
    assert not got[COORD]
    meeting = hold(desk, case, CLB)
    assert shown(desk, case)["state"] == "EXT_PROPOSED"
    row, got = desk.order(REP, "VERLENGEN ernst en vermoedens", case, REP,
                          COORD, "fg", MAYOR)
    done(row)
    assert not got[MAYOR] and "BEVESTIG" not in got[REP][0].text
    says(got["fg"], meeting, "de ernst van de vermoedens")
    code = code_in(got["fg"])
    assert code != code_in(got[COORD])
    assert shown(desk, case)["due"] == due
    # One person is not two, and a code is of one person.
    row, _ = desk.order(REP, f"BEVESTIG {code}", case)
    refused(row, "same-person")
    row, _ = desk.order(MAYOR, f"BEVESTIG {code}", case)
    refused(row, "role-not-allowed")
    row, _ = desk.order(COORD, f"BEVESTIG {code}", case)
    refused(row, "wrong-code")
    row, _ = desk.order("fg", "BEVESTIG 0000-0000-0000", case)
    refused(row, "wrong-code")
    row, _ = desk.order("fg", f"BEVESTIG {code}?", case)
    refused(row, "unreadable-answer")
    assert shown(desk, case)["due"] == due
    row, got = desk.order("fg", f"BEVESTIG {code}", case, "fg", REP, MAYOR)
    done(row)
    row = shown(desk, case)
    assert row["state"] == "EXTENDED"
    assert int(row["due"][:4]) == int(row["last"][:4]) + 5
    for name in ("fg", REP, MAYOR):
        says(got[name], "is verlengd", meeting)
    row, _ = desk.order("fg", f"BEVESTIG {code}", case)
    refused(row, "wrong-state")
    # Another discussion makes it no longer, and no shorter.
    extended = shown(desk, case)["due"]
    hold(desk, case, CLB)
    assert shown(desk, case)["due"] == extended
    house.run("audit", "verify")


def test_another_discussion_voids_the_codes(desk):
    case = listed_case(desk)
    hold(desk, case, CLB)
    desk.order(REP, "VERLENGEN aanhouding", case)
    hold(desk, case, CLB)
    _, got = desk.order(REP, "VERLENGEN aanhouding", case, "fg")
    code = code_in(got["fg"])
    hold(desk, case, CLB)
    row, _ = desk.order("fg", f"BEVESTIG {code}", case)
    refused(row, "wrong-state")
    row, got = desk.order(REP, "NIET VERLENGEN", case, REP)
    done(row)
    says(got[REP], "vervallen")
    assert shown(desk, case)["state"] == "DISCUSSED"
    row, _ = desk.order(REP, "NIET VERLENGEN", case)
    refused(row, "wrong-state")


# ---- followed, closed ----

def test_who_manages_a_case_reports_and_is_heard(desk):
    """R118 to R121."""
    case = listed_case(desk)
    people = desk.people
    hold(desk, case, CLB)
    row, got = desk.order(REP, f"CASUSMANAGER {people['vdab'].address}", case,
                          REP, "vdab")
    refused(row, "unreadable-answer")
    says(got[REP], "bij het overleg over deze casus was")
    assert not got["vdab"]
    row, _ = desk.order(CLB, f"VASTGELOPEN: {mails.CANARY}", case)
    refused(row, "unknown-reference")
    row, got = desk.order(COORD, f"CASUSMANAGER {people[CLB].address}", case,
                          CLB, COORD)
    done(row)
    says(got[CLB], "dat u deze casus opvolgt", case)
    assert shown(desk, case)["state"] == "FOLLOWED"
    row, got = desk.order(CLB, "VASTGELOPEN", case, CLB, REP)
    refused(row, "unreadable-answer")
    says(got[CLB], "VASTGELOPEN")
    assert not got[REP]
    row, got = desk.order(CLB, f"VASTGELOPEN\n\nNiemand belt {mails.CANARY}.",
                          case, CLB, REP, MAYOR, COORD)
    done(row)
    for name in (REP, MAYOR):
        assert f"Niemand belt {mails.CANARY}." in got[name][0].text
    assert not got[COORD] and mails.CANARY not in got[CLB][0].text
    new = watch(desk, CLB, REP)
    pass_days(desk.house, 32)
    says(new()[CLB], "geheugensteun", case)
    pass_days(desk.house, 155)
    assert len(new()[CLB]) == 2 and not new()[REP]
    desk.house.stop()
    for name in ("meldpost.db", "meldpost.db-wal"):
        file = desk.house.state / "db" / name
        assert not file.exists() or \
            mails.CANARY.encode() not in file.read_bytes()


def test_who_manages_a_case_speaks_of_it_to_its_members(desk):
    """R121, R43: that one alone by its reference, to who was there."""
    case, other = listed_case(desk), listed_case(desk)
    people = desk.people
    hold(desk, case, CLB, "school")
    to_school = f"ACTIE {people['school'].address}\n\nBellen {mails.CANARY}."
    # Nobody manages it yet; and of others' cases nobody hears anything.
    for who in (CLB, "school", "vdab", COORD, REP):
        row, got = desk.order(who, to_school, case, "school")
        refused(row, "unknown-reference")
        assert not [x for x in got["school"] if mails.CANARY in x.text]
    row, got = desk.order(COORD, f"CASUSMANAGER {people[CLB].address}", case,
                          CLB)
    done(row)
    says(got[CLB], f"ACTIE {case} naam@dienst.example")
    for who in ("school", COORD, REP):
        row, _ = desk.order(who, to_school, case)
        refused(row, "unknown-reference")
    row, _ = desk.order(CLB, to_school, other)
    refused(row, "unknown-reference")
    row, got = desk.order(CLB, to_school, case, CLB, "school", COORD, REP)
    done(row)
    letter = says(got["school"], f"Bellen {mails.CANARY}.", case)
    # It does not say who that is, nor does the list of mails which case.
    assert people[CLB].address not in letter.text and not row["reference"]
    assert "coördinator" not in letter.text
    says(got[CLB], "vertrekt, versleuteld")
    assert not got[COORD] and not got[REP]
    # Named in the order alone, without any other reference, as well.
    row, got = desk.order(CLB, to_school.replace("ACTIE", f"ACTIE {case}"),
                          "", "school")
    done(row)
    says(got["school"], f"Bellen {mails.CANARY}.", case)
    row, _ = desk.order(CLB, to_school.replace("ACTIE", f"ACTIE {other}"),
                        case)
    refused(row, "reference-mismatch")
    for words in ("ACTIE\n\nBellen.", f"ACTIE {people['school'].address}"):
        row, got = desk.order(CLB, words, case, CLB)
        refused(row, "unreadable-answer")
        says(got[CLB], f"ACTIE {case}")
    for name in ("vdab", "vreemde"):
        row, got = desk.order(CLB, f"ACTIE {people[name].address}\n\nBellen.",
                              case, CLB, "vdab")
        refused(row, "unreadable-answer")
        says(got[CLB], "bij het overleg over deze casus was")
        assert not got["vdab"]
    # R125: mail ends with the case.
    row, _ = desk.order(REP, "AFSLUITEN gestopt onbekend", case)
    done(row)
    row, got = desk.order(CLB, to_school, case, "school")
    refused(row, "wrong-state")
    assert not got["school"]
    desk.house.stop()
    for name in ("meldpost.db", "meldpost.db-wal"):
        file = desk.house.state / "db" / name
        assert not file.exists() or \
            mails.CANARY.encode() not in file.read_bytes()


def test_a_closed_case_keeps_its_term(desk):
    """R124, R125: and another discussion opens it again."""
    case = listed_case(desk)
    hold(desk, case, CLB)
    due = shown(desk, case)["due"]
    for who in (COORD, CLB):
        row, _ = desk.order(who, "AFSLUITEN geen-zorgen doeltreffend", case)
        refused(row, "role-not-allowed")
    row, got = desk.order(REP, "AFSLUITEN geen-zorgen", case, REP)
    refused(row, "unreadable-answer")
    says(got[REP], "doelen-bereikt")
    row, _ = desk.order(REP, "AFSLUITEN geen-zorgen doeltreffend",
                        "C-0000000000000000")
    refused(row, "unknown-reference")
    row, got = desk.order(REP, "AFSLUITEN geen-zorgen doeltreffend", case,
                          REP, CLB, POLICE)
    done(row)
    assert (shown(desk, case)["state"], shown(desk, case)["due"]) == \
        ("CLOSED", due)
    for name in (CLB, POLICE):
        says(got[name], "is afgesloten", case)
    row, _ = desk.order(REP, "AFSLUITEN elders deels", case)
    refused(row, "wrong-state")
    hold(desk, case, CLB)
    assert shown(desk, case)["state"] == "DISCUSSED"


# ---- never discussed, and a date that may be wrong ----

def test_a_case_that_is_never_discussed(desk):
    """R139: an alarm, and then it goes."""
    case = listed_case(desk)
    new = watch(desk, REP, MAYOR, CLB)
    pass_days(desk.house, 91)
    says(new()[REP], "nooit besproken", case)
    assert shown(desk, case)["state"] == "LISTED"
    assert shown(desk, case)["next"] == "erasure"
    pass_days(desk.house, 15)
    got = new()
    says(got[REP], "verstreken", case)
    assert not got[CLB] and not got[MAYOR]
    assert shown(desk, case)["state"] == "ERASED"
    row, got = desk.order(REP, order(desk.people, CLB, casussen=case), "",
                          REP)
    refused(row, "not-convened")


def test_a_case_of_before_gets_its_clocks(desk):
    case = listed_case(desk)
    change(desk.house, "DELETE FROM timer WHERE kind = 'case'",
           "UPDATE case_ref SET listed = listed - 400")
    assert shown(desk, case)["state"] == "LISTED"
    (late,) = [x for x in desk.letters(REP) if "nooit besproken" in x.text]
    assert case in late.text


def test_a_doubted_date_erases_nothing(desk):
    """R140 never by mistake: what is due waits, and the command says so."""
    house = desk.house
    case = listed_case(desk)
    hold(desk, case, CLB)
    pass_days(house, 340)
    assert shown(desk, case)["state"] == "DUE_SOON"
    change(house, f"UPDATE instance SET clock = clock - {200 * DAY}")
    (clock,) = [r["how"] for r in house.rows("status")
                if r["what"] == "clock"]
    assert "doubted" in clock
    change(house, "UPDATE timer SET due = 1 WHERE kind = 'case'")
    assert left(house, case) == ["END"]
    out = house.run("retention", "run")
    assert "doubted" in out.out + out.err
    assert shown(desk, case)["state"] == "DUE_SOON"
    # The date is right: now it is no day too early either.
    house.run("clock", "confirm")
    house.quiet()
    assert shown(desk, case)["state"] == "DUE_SOON"


def test_the_command_lists_references_alone(desk):
    case = listed_case(desk)
    hold(desk, case, CLB)
    out = desk.house.run("--json", "retention", "list").out
    assert case in out and "@" not in out and CLB not in out.lower()
    assert [r["reference"] for r in desk.house.rows("case", "list")] == [case]
    assert left(desk.house, case) == []
