"""The office decides by answering (domain.md 4.1): each order, who may give it,
when it fits, what everybody hears of it; and that doubt changes nothing."""

import re

import pytest

import mails
from office import Desk, done, refused
from people import REPRESENTATIVES

REP = "vertegenwoordiger"
UNKNOWN = "A-0000000000000000"


@pytest.fixture
def desk(house, people, sender):
    return Desk(house, people, sender)


def test_a_referral_comes_onto_the_mayors_list(desk):
    """R26: by a signed order; R20: the referrer learns no outcome."""
    ref = desk.refer()
    row, got = desk.order(REP, "LIJST", ref, "clb", REP, "adjunct",
                          quote=desk.letters(REP)[-1].text)
    done(row)
    assert row["reference"] == ref
    assert desk.state(ref) == "LISTED"
    (told,) = got[REP]
    case = re.search(r"C-[0-9A-HJKMNP-TV-Z]{16}", told.text).group()
    assert case in [r["reference"] for r in desk.house.rows("case", "list")]
    (end,) = got["clb"]
    assert end.reference == ref
    assert case not in end.text and "lijst" not in end.text.lower()
    assert not got["adjunct"]


def test_the_end_sounds_the_same_whatever_the_outcome(desk):
    """R20, R21: T07 by default, to the byte but for the reference."""
    seen = set()
    for order in ("LIJST", "NIET WEERHOUDEN geen-aanwijzingen",
                  "NIET WEERHOUDEN andere-hulp\n\nDit blijft tussen ons."):
        ref = desk.refer("ocmw")
        row, got = desk.order(REP, order, ref, "ocmw")
        done(row)
        (end,) = got["ocmw"]
        seen.add(end.text.replace(ref, "REF"))
    assert len(seen) == 1
    assert "tussen ons" not in seen.pop()


def test_more_is_asked_for_and_comes(desk):
    ref = desk.refer()
    row, got = desk.order(REP, "AANVULLEN 4, 7 en 11", ref, "clb")
    done(row)
    assert desk.state(ref) == "INFO_ASKED"
    (asked,) = got["clb"]
    for n in (4, 7, 11):
        assert re.search(rf"^\s*{n}\. \w", asked.text, re.M), asked.text
    assert not re.search(r"^\s*5\. ", asked.text, re.M)
    row, got = desk.send(desk.sender("clb").combined(mails.bound(
        desk.people["clb"], f"4. ja\n{mails.story()}",
        subject=f"Re: [{ref}] Bericht van Mechelen")), "clb",
        *REPRESENTATIVES)
    done(row)
    assert row["reference"] == ref
    assert desk.state(ref) == "TAKEN"
    for name in REPRESENTATIVES:
        (more,) = got[name]
        assert more.reference == ref
        assert mails.CANARY.encode() in more.original()
    (receipt,) = got["clb"]
    assert receipt.reference == ref
    # Both mails are kept, and both can be had again.
    row, got = desk.order(REP, "OPNIEUW", ref, REP, "adjunct")
    done(row)
    assert len(got[REP]) == 2 and not got["adjunct"]
    assert len({m.original() for m in got[REP]}) == 2


def test_the_oral_way(desk):
    """R11, T04: with the representative's own proposal, kept nowhere."""
    ref = desk.refer("caw")
    row, got = desk.order(
        REP, f"MONDELING\n\nDonderdag om 14 uur, lokaal {mails.CANARY}.\n"
        "Breng niets mee.", ref, "caw")
    done(row)
    assert desk.state(ref) == "ORAL"
    (proposal,) = got["caw"]
    assert f"Donderdag om 14 uur, lokaal {mails.CANARY}." in proposal.text
    row, _ = desk.order(REP, "GESPROKEN", ref)
    done(row)
    assert desk.state(ref) == "TAKEN"
    row, got = desk.order(REP, "MONDELING", ref, "caw")
    done(row)
    assert "015 00 00 00" in got["caw"][0].text


def test_to_another_mayor(desk):
    """R18, T08, T09: from mayor to mayor, with no word of the referral."""
    ref = desk.refer()
    row, got = desk.order(REP, "DOORVERWIJZEN buur@buur.example", ref, "buur",
                          REP)
    refused(row, "role-not-allowed")
    assert not got["buur"]
    row, got = desk.order("burgemeester", "DOORVERWIJZEN buur@buur.example",
                          ref, "buur", "clb")
    done(row)
    assert desk.state(ref) == "REDIRECTED"
    assert len(got["buur"]) == len(got["clb"]) == 1
    assert not list(got["buur"][0].inner.iter_attachments())
    ref = desk.refer()
    row, got = desk.order(REP, "DOORVERWIJZEN", ref, "buur", "clb")
    done(row)
    assert not got["buur"] and len(got["clb"]) == 1


def test_a_service_is_asked(desk):
    """R27, T10: sealed to the one service that the order names."""
    ref = desk.refer()
    row, got = desk.order(
        REP, f"INFOVRAAG ocmw@ocmw.example\n\nKan u bellen? {mails.CANARY}",
        ref, "ocmw", "clb", "school")
    done(row)
    (question,) = got["ocmw"]
    assert f"Kan u bellen? {mails.CANARY}" in question.text
    assert not got["clb"] and not got["school"]
    row, _ = desk.order(REP, "INFOVRAAG ocmw@ocmw.example", ref)
    refused(row, "unreadable-answer")


def test_handed_over_means_soon_erased(desk):
    ref = desk.refer()
    done(desk.order(REP, "NIET WEERHOUDEN eigen-aanpak", ref)[0])
    done(desk.order(REP, "OVERGENOMEN", ref)[0])
    assert desk.state(ref) == "HANDED_OFF"


# ---- what changes nothing ----

@pytest.mark.parametrize("name, order, about, reason, hint", [
    (REP, "LIJST", UNKNOWN, "unknown-reference", ""),
    (REP, "MISSCHIEN", None, "unreadable-answer", "LIJST"),
    (REP, "LIJST maar eerst bellen", None, "unreadable-answer", "LIJST"),
    (REP, "niet lijst", None, "unreadable-answer", "LIJST"),
    (REP, "LIJST\n\nNIET WEERHOUDEN andere-hulp", None, "unreadable-answer",
     "verschillende"),
    (REP, "NIET WEERHOUDEN", None, "unreadable-answer", "geen-aanwijzingen"),
    (REP, "AANVULLEN", None, "unreadable-answer", ""),
    (REP, f"LIJST {UNKNOWN}", None, "reference-mismatch", ""),
    (REP, "GESPROKEN", None, "wrong-state", ""),
    (REP, "OVERGENOMEN", None, "wrong-state", ""),
    ("io", "LIJST", None, "role-not-allowed", ""),
    ("clb", "LIJST", None, "role-not-allowed", ""),
    ("coordinator", "NIET WEERHOUDEN andere-hulp", None, "role-not-allowed",
     ""),
    ("fg", "LIJST", None, "role-not-allowed", ""),
])
def test_what_is_not_clear_and_allowed_changes_nothing(
        desk, name, order, about, reason, hint):
    """Told to whoever ordered it, sealed; in the audit chain; nothing else."""
    ref = desk.refer()
    row, got = desk.order(name, order, about or ref, name, "clb")
    refused(row, reason)
    assert desk.state(ref) == "ACCEPTED"
    assert len(got[name]) == 1, got
    assert got[name][0].opened.signer == desk.house.gateway_fpr
    assert hint in got[name][0].text
    if name != "clb":
        assert not got["clb"]
    assert "whole" in desk.house.run("audit", "verify").err


def test_an_order_inside_the_quote_is_none(desk):
    ref = desk.refer()
    row, _ = desk.order(REP, "", ref, quote=f"LIJST {ref}\n\nLIJST")
    refused(row, "unreadable-answer")
    row, _ = desk.order(REP, "AANVULLEN 4", ref, quote=f"{ref}\n\nLIJST")
    done(row)
    assert desk.state(ref) == "INFO_ASKED"


def test_text_and_thread_that_disagree_are_refused(desk):
    one, other = desk.refer(), desk.refer()
    row, got = desk.order(REP, f"LIJST {one}", other, REP)
    refused(row, "reference-mismatch")
    row, got = desk.order(REP, "LIJST", one, REP, quote=f"{other}\n\nGeachte")
    refused(row, "reference-mismatch")
    # What stands outside the signature can contradict, but not decide (T12).
    letter = [m for m in desk.letters(REP) if m.reference == other][-1]
    mail = desk.sender(REP).combined(mails.bound(
        desk.people[REP], "LIJST\n"),
        headers=f"In-Reply-To: {letter.outer['Message-ID']}\n")
    row, _ = desk.send(mail)
    refused(row, "unknown-reference")
    assert desk.state(one) == desk.state(other) == "ACCEPTED"


def test_a_decision_is_taken_once(desk):
    ref = desk.refer()
    done(desk.order(REP, "LIJST", ref)[0])
    row, got = desk.order("adjunct", "NIET WEERHOUDEN andere-hulp", ref,
                          "adjunct")
    refused(row, "wrong-state")
    assert desk.state(ref) == "LISTED"
    assert len(got["adjunct"]) == 1


def test_the_same_order_sent_twice_acts_once(desk):
    """T13: a copy of a signed order has no second effect and no answer."""
    ref = desk.refer()
    mail = desk.sender(REP).combined(mails.bound(
        desk.people[REP], "AANVULLEN 4", subject=f"Re: [{ref}] x"))
    done(desk.send(mail)[0])
    again = mails.crlf(mail).replace(b"Date: ", b"X-Via: relay\r\nDate: ", 1)
    row, got = desk.send(again, REP, "clb")
    refused(row, "replay")
    assert not got[REP] and not got["clb"]


# ---- follow-ups ----

def test_somebody_elses_reference_is_a_referral_of_ones_own(desk):
    """R20, R22: no answer tells whether that reference exists."""
    ref = desk.refer("clb")
    for about in (ref, UNKNOWN):
        row, got = desk.send(desk.sender("school").combined(mails.bound(
            desk.people["school"], mails.story(),
            subject=f"[{about}] nog iets")), "school")
        done(row)
        assert row["reference"] not in (ref, UNKNOWN)
        assert len(got["school"]) == 1
    assert desk.state(ref) == "ACCEPTED"


def test_more_after_the_end_is_new(desk):
    ref = desk.refer()
    done(desk.order(REP, "NIET WEERHOUDEN te-weinig", ref)[0])
    row, _ = desk.send(desk.sender("clb").combined(mails.bound(
        desk.people["clb"], mails.story(), subject=f"[{ref}] nog iets")))
    done(row)
    assert row["reference"] != ref


# ---- forms, and the town's choice ----

def form_in(letter):
    """What is to be copied: between the two rules."""
    return re.search(r"--- Begin van het formulier ---\n(.*?)\n--- Einde",
                     letter.text, re.S).group(1)


@pytest.mark.parametrize("name", ["clb", "caw", REP])
def test_a_form_on_request(desk, name):
    row, got = desk.order(name, "FORMULIER AANMELDING", "", name)
    done(row)
    (blank,) = got[name]
    assert len(re.findall(r"^\d+\. .*:", form_in(blank), re.M)) == 18
    assert form_in(blank).startswith(f"Aan: {mails.GATEWAY}")
    assert not [r for r in desk.house.rows("queue")
                if r["reference"] == row["reference"]]


def test_the_blank_filled_in_is_a_complete_form(desk):
    _, got = desk.order("clb", "FORMULIER AANMELDING", "", "clb")
    filled = re.sub(r"^(\d+\. [^\n]*:)[ \t]*$", r"\1 ja",
                    form_in(got["clb"][0]), flags=re.M)
    row, got = desk.send(desk.sender("clb").combined(mails.bound(
        desk.people["clb"], filled)), REP)
    done(row)
    assert "alle verplichte velden zijn ingevuld" in got[REP][-1].text


def test_a_town_may_motivate_or_be_silent(new_house, people, sender):
    """referral.outcome_notice; the words are stored nowhere in clear."""
    for choice in ("motivated", "none"):
        house = new_house(referral={"outcome_notice": choice})
        house.start()
        desk = Desk(house, people, sender)
        ref = desk.refer()
        row, got = desk.order(
            REP, "NIET WEERHOUDEN andere-hulp\n\nHet CLB helpt al; "
            f"{mails.CANARY}.", ref, "clb")
        done(row)
        if choice == "none":
            assert not got["clb"]
        else:
            assert f"Het CLB helpt al; {mails.CANARY}." in got["clb"][0].text
