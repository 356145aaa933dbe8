"""May the person be told of being discussed (R107 to R110)? The chair asks,
everybody who took part says yes to the same letter, the chair gets it to print.
No mail to the person exists."""

import re
import sqlite3

import pytest

from meeting import COORD, MAYOR, REP, discussed, listed_case
from office import Desk, done, refused
from people import DAY

IO, CLB, SCHOOL = "io", "clb", "school"
ASKED = (IO, COORD, CLB, SCHOOL)


@pytest.fixture(scope="module")
def desk(enrolled, people, sender):
    from conftest import copy_of, looked_over
    house = copy_of(enrolled)
    desk = Desk(house.start(), people, sender)
    yield desk
    looked_over(house)


@pytest.fixture(scope="module")
def case(desk):
    """To ask again voids what was said: each test begins with that."""
    return discussed(desk, CLB, SCHOOL)[0]


def letter_in(mail):
    """The letter to print, as that mail shows it."""
    return re.search(r"(?s)\n-----\n(.*?)\n-----\n", mail.text).group(1)


def code_in(mail):
    return re.search(r"AKKOORD (\w{4}-\w{4}-\w{4})", mail.text).group(1)


def asked(desk, case, by=REP):
    """The chair asks; what each of those asked got."""
    row, got = desk.order(by, "INLICHTEN", case, by, MAYOR, *ASKED)
    done(row)
    assert [m for m in got[by]
            if "verstuurd aan wie bij het overleg" in m.text]
    for name in ASKED:
        assert len(got[name]) == 1, name
        assert got[name][0].reference == case
        assert got[name][0].opened.signer == desk.house.gateway_fpr
    return {n: got[n][0] for n in ASKED}


def understood(answer):
    """What the gateway says that it took the answer for."""
    return re.search(r"begrepen:\n\n(.*)\n\nHet", answer.text, re.S).group(1)


def agree(desk, case, mails_of, *names):
    for name in names:
        row, got = desk.order(name, f"AKKOORD {code_in(mails_of[name])}",
                              case, name, REP)
        done(row)
        assert understood(got[name][0]) == "AKKOORD"
    return [m for m in got[REP] if "begrepen" not in m.text]


def recorded(desk, case):
    """What agreements stand on, by the chain."""
    db = sqlite3.connect(f"file:{desk.house.state}/db/meldpost.db?mode=ro",
                         uri=True)
    found = [d for (d,) in db.execute(
        "SELECT detail FROM audit WHERE event = 'inform-agreed' AND ref = ?"
        " ORDER BY seq", (case,))]
    db.close()
    return found


def test_the_letter_comes_when_everybody_agreed(desk, case):
    """R108, R109, R110: three conditions on record, then a text to print."""
    got = asked(desk, case)
    letters = {letter_in(m) for m in got.values()}
    assert len(letters) == 1
    assert "geheim van een onderzoek" in got[IO].text.replace("\n", " ")
    assert "geheim van een onderzoek" not in got[CLB].text.replace("\n", " ")
    assert len({code_in(m) for m in got.values()}) == len(ASKED)
    # Whom it is about is nowhere, nor who else was asked.
    others = [desk.people[n].address for n in (*ASKED, REP) if n != CLB]
    assert not [a for a in others if a in got[CLB].text]
    assert agree(desk, case, got, CLB, IO, SCHOOL) == []
    assert recorded(desk, case) == []
    (brief,) = agree(desk, case, got, COORD)
    assert letter_in(brief) in letters
    assert "om af te drukken" in brief.text
    assert recorded(desk, case) == [
        "everybody-agrees", "fact-only", "no-investigation"]
    desk.house.run("audit", "verify")
    # Once.
    row, _ = desk.order(CLB, f"AKKOORD {code_in(got[CLB])}", case)
    refused(row, "wrong-state")


def test_the_letter_says_the_fact_and_offers_help(desk, case):
    """R109: the same letter for everybody, whatever the case is."""
    text = letter_in(asked(desk, case)[CLB])
    assert "is ook over u gesproken" in text.replace("\n", " ")
    assert "Wij helpen u graag" in text and "tel. " in text
    for word in (case, "A-", "radicalis", "terror", "politie",
                 *(p.address for p in desk.people.by_name.values())):
        assert word not in text


def test_a_no_ends_it_and_says_not_whose_it_was(desk, case):
    """R100, R108."""
    got = asked(desk, case)
    agree(desk, case, got, CLB, COORD)
    row, told = desk.order(SCHOOL, f"BEZWAAR {case}", "", SCHOOL, REP, CLB,
                           COORD, IO)
    done(row)
    assert understood(told[SCHOOL][0]) == "BEZWAAR"
    assert "en niet van wie" in told[SCHOOL][0].text
    (no,) = told[REP]
    assert "geen akkoord van iedereen" in no.text
    assert desk.people[SCHOOL].address not in no.text
    assert not told[CLB] and not told[COORD] and not told[IO]
    # The last yes comes too late.
    row, _ = desk.order(IO, f"AKKOORD {code_in(got[IO])}", case)
    refused(row, "wrong-state")
    # Asked again, all say it again: the codes are others.
    again = asked(desk, case)
    assert code_in(again[CLB]) != code_in(got[CLB])
    row, _ = desk.order(CLB, f"AKKOORD {code_in(got[CLB])}", case)
    refused(row, "wrong-code")


def test_an_officer_speaks_for_the_investigation(desk, case):
    """R74."""
    got, before = asked(desk, case), recorded(desk, case)
    agree(desk, case, got, CLB, COORD, SCHOOL)
    row, told = desk.order(IO, "ONDERZOEKSGEHEIM", case, REP)
    done(row)
    assert "geen akkoord van iedereen" in told[REP][0].text
    assert recorded(desk, case) == before


def test_consent_is_never_guessed(desk, case):
    """R91: another's code, no code, another's case, a word of thanks."""
    got = asked(desk, case)
    for text, reason in (
            (f"AKKOORD {code_in(got[SCHOOL])}", "wrong-code"),
            ("AKKOORD", "wrong-code"),
            ("Prima, doe maar.", "unreadable-answer"),
            ("AKKOORD\nBEZWAAR", "unreadable-answer")):
        row, told = desk.order(CLB, text, case, CLB)
        refused(row, reason)
        assert reason != "wrong-code" or "BEZWAAR" in told[CLB][0].text
    # Somebody who took no part hears as little as of no case at all.
    row, _ = desk.order("caw", f"AKKOORD {code_in(got[CLB])}", case)
    refused(row, "unknown-reference")
    row, _ = desk.order("caw", f"BEZWAAR {case}")
    refused(row, "unknown-reference")
    _, told = desk.order(REP, "STAND", case, REP)
    assert "geen akkoord kwam: 4" in told[REP][0].text


def test_a_program_that_keeps_no_reference_is_understood(desk, case):
    """The code alone says what it is about."""
    got = asked(desk, case)
    row, told = desk.order(CLB, f"AKKOORD {code_in(got[CLB])}", "", CLB)
    done(row)
    assert understood(told[CLB][0]) == "AKKOORD"
    row, _ = desk.order(SCHOOL, f"AKKOORD {code_in(got[CLB])}", "")
    refused(row, "wrong-code")


def test_a_yes_can_be_taken_back(desk, case):
    """Before the letter is there, and after."""
    got = asked(desk, case)
    agree(desk, case, got, CLB, COORD, SCHOOL)
    row, told = desk.order(SCHOOL, "INTREKKEN", case, SCHOOL, REP)
    done(row)
    assert understood(told[SCHOOL][0]) == "INTREKKEN" and not told[REP]
    assert agree(desk, case, got, IO) == []
    (brief,) = agree(desk, case, got, SCHOOL)
    assert "om af te drukken" in brief.text
    row, told = desk.order(CLB, "INTREKKEN", case, REP)
    done(row)
    assert "geldt niet meer" in told[REP][0].text
    assert desk.people[CLB].address not in told[REP][0].text
    row, _ = desk.order(REP, "STAND", case)
    refused(row, "wrong-state")


def test_only_the_chair_asks_and_gives_up(desk, case):
    """R108; and a case that nobody discussed has nobody to ask."""
    for who in (COORD, IO, CLB, "fg"):
        row, _ = desk.order(who, "INLICHTEN", case)
        refused(row, "role-not-allowed")
    got = asked(desk, case)
    row, told = desk.order(REP, "OPGEVEN", case, REP)
    done(row)
    assert "ingetrokken" in told[REP][0].text
    row, _ = desk.order(CLB, f"AKKOORD {code_in(got[CLB])}", case)
    refused(row, "wrong-state")
    row, told = desk.order(REP, "INLICHTEN", listed_case(desk), REP)
    refused(row, "wrong-state")
    assert "geen vergadering" in told[REP][0].text


def test_another_circle_voids_what_was_said(desk, case):
    """Who is suspended keeps a voice that nobody can use."""
    got = asked(desk, case)
    agree(desk, case, got, CLB, COORD, SCHOOL)
    desk.house.run("correspondent", "suspend", desk.people[CLB].address)
    assert agree(desk, case, got, IO) == []
    desk.house.run("correspondent", "resume", desk.people[CLB].address)
    _, told = desk.order(REP, "STAND", case, REP)
    assert "geen akkoord kwam: 1" in told[REP][0].text
    (brief,) = agree(desk, case, got, CLB)
    assert "om af te drukken" in brief.text


def test_whoever_has_a_letter_hears_that_it_is_void(desk, case):
    """Another officer asks anew, or gives it up: the one with the letter is
    told too."""
    got = asked(desk, case)
    agree(desk, case, got, *ASKED)
    row, told = desk.order(MAYOR, "INLICHTEN", case, REP)
    done(row)
    assert [m for m in told[REP] if "geldt niet meer" in m.text]
    row, _ = desk.order(MAYOR, "OPGEVEN", case)
    done(row)
    got = asked(desk, case)
    agree(desk, case, got, *ASKED)
    row, told = desk.order(MAYOR, "OPGEVEN", case, REP)
    done(row)
    assert "geldt niet meer" in told[REP][0].text


def test_somebody_new_was_not_asked(desk):
    """R108: each participant agrees, also who takes part from now on."""
    case, _ = discussed(desk, CLB)
    _, told = desk.order(REP, "INLICHTEN", case, IO, COORD, CLB)
    got = {n: told[n][0] for n in (IO, COORD, CLB)}
    agree(desk, case, got, IO, COORD)
    before = len(desk.letters(REP))
    discussed(desk, CLB, SCHOOL, case=case)
    assert [m for m in desk.letters(REP)[before:]
            if "is vervallen" in m.text and m.reference == case]
    row, _ = desk.order(CLB, f"AKKOORD {code_in(got[CLB])}", case)
    refused(row, "wrong-state")


def test_silence_lapses(desk, case):
    """R91: after thirty days, towards a no."""
    got = asked(desk, case)
    agree(desk, case, got, CLB)
    before = len(desk.letters(REP))
    desk.house.stop()
    db = sqlite3.connect(desk.house.state / "db" / "meldpost.db")
    with db:
        moved = db.execute(f"UPDATE timer SET due = due - {30 * DAY}"
                           " WHERE kind = 'informing'").rowcount
    db.close()
    assert moved >= 1
    desk.house.own(desk.house.state)
    desk.house.start()
    desk.house.quiet()
    new = desk.letters(REP)[before:]
    assert [x for x in new if x.reference == case and
            "Zwijgen is geen akkoord" in x.text]
    row, _ = desk.order(COORD, f"AKKOORD {code_in(got[COORD])}", case)
    refused(row, "wrong-state")


def test_the_letter_is_the_one_that_was_agreed_to(desk, case):
    """R109: it waits for the chair, and meanwhile would say something else."""
    got, house = asked(desk, case, by=MAYOR), desk.house
    (own,) = [m for m in desk.letters(REP) if m.reference == case
              and "AKKOORD" in m.text][-1:]
    house.run("correspondent", "suspend", desk.people[MAYOR].address)
    before = len(desk.letters(MAYOR))
    agree(desk, case, {**got, REP: own}, *ASKED, REP)
    held = [r for r in house.rows("outbox") if r["state"] == "held"]
    assert [r["mail"] for r in held] == ["T30"]
    house.stop()
    contact = house.groups["instance"]["contact"]
    house.groups["instance"]["contact"] = "iemand anders"
    house.write_conf()
    house.start()
    house.run("correspondent", "resume", desk.people[MAYOR].address)
    house.until(lambda: not house.rows("outbox"), "what was held")
    assert len(desk.letters(MAYOR)) == before
    house.stop()
    house.groups["instance"]["contact"] = contact
    house.write_conf()
    house.start()


def test_no_row_says_who_took_part(desk, case):
    """design.md 7, R100: neither of the mails that came nor of those that left,
    and the chain says that somebody answered and no more."""
    got = asked(desk, case)
    agree(desk, case, got, CLB, COORD)
    desk.house.quiet()
    db = sqlite3.connect(f"file:{desk.house.state}/db/meldpost.db?mode=ro",
                         uri=True)
    chairs = {i for (i,) in db.execute(
        "SELECT id FROM correspondent WHERE role IN ('mayor', 'mayor_rep')")}
    assert {i for (i,) in db.execute(
        "SELECT correspondent FROM mail WHERE ref = ?", (case,))} <= {
            None, *chairs}
    assert db.execute("SELECT count(correspondent) FROM outbox WHERE ref = ?"
                      " AND state = 'sent'", (case,)).fetchone() == (0,)
    nobody = bytes(32)
    assert {a for (a,) in db.execute(
        "SELECT actor FROM audit WHERE event = 'inform-answered'")} == {nobody}
    # The mail of an answer is judged in the row in front of what it did.
    (last,) = db.execute("SELECT max(seq) FROM audit WHERE event ="
                         " 'inform-answered'").fetchone()
    near = db.execute("SELECT event, actor FROM audit WHERE seq BETWEEN ? AND"
                      " ?", (last - 4, last + 4)).fetchall()
    assert "mail-judged" in {e for e, _ in near}
    assert {a for _, a in near} == {nobody}
    db.close()


def test_there_is_no_way_to_the_person(desk, case):
    """R107, R110: nothing in an order takes an address."""
    row, _ = desk.order(REP, "INLICHTEN iemand@thuis.example", case)
    refused(row, "unreadable-answer")
    got = asked(desk, case)
    agree(desk, case, got, *ASKED)
    known = {p.address for p in desk.people.by_name.values()}
    to = set()
    for path in desk.house.post.rglob("*"):
        if path.is_file():
            to |= set(re.findall(rb"^To: <?([^>\s]+)",
                                 path.read_bytes(), re.M))
    assert to and {t.decode() for t in to} <= known


def test_a_chair_who_was_removed_is_told_nothing(desk, case):
    """T43: the answer counts all the same."""
    got, core = asked(desk, case, by=MAYOR), desk.house.pid("core")
    desk.house.run("correspondent", "remove", desk.people[MAYOR].address,
                   "--yes")
    row, told = desk.order(SCHOOL, f"BEZWAAR {case}", "", SCHOOL, MAYOR)
    done(row)
    assert understood(told[SCHOOL][0]) == "BEZWAAR" and not told[MAYOR]
    row, _ = desk.order(IO, f"AKKOORD {code_in(got[IO])}", case)
    refused(row, "wrong-state")
    assert desk.house.pid("core") == core
