"""The feedback fiche (domain.md 3.9 to 3.11, 4.3): proposed by the information
officer, approved word for word by everybody who was there, handed over to the
officer alone, and dispatched by the officer's own signed mail."""

import os
import re
import sqlite3

import pytest

import mails
from fiche import (ATTEST, IO, Proposal, files, form, proposed, state,
                   verify)
from meeting import COORD, MAYOR, REP, discussed, listed_case
from office import Desk, done, refused, reply
from people import Person


@pytest.fixture(scope="module")
def table(enrolled, people, sender):
    """A running house, a case that was discussed, and who was there: the
    representative, the officer, the coordinator, CLB and school."""
    from conftest import copy_of, looked_over
    ltf = Person("ltf", address="ltf@dirco.example")
    house = copy_of(enrolled, ltf={"address": ltf.address,
                                   "fingerprint": ltf.fpr})
    (house.dir / "ltf.asc").write_bytes(ltf.key)
    desk = Desk(house.start(), people, sender)
    house.run("ltf", "import", house.dir / "ltf.asc", ok=None)
    desk.ltf = ltf
    ltf.meet(people[IO].key)
    # The mayor convened it; REP was there and chaired.
    desk.case, desk.meeting = discussed(desk, "clb", "school",
                                        absent=("vdab",), by=MAYOR)
    desk.members = (REP, IO, COORD, "clb", "school")
    yield desk
    looked_over(house)
    ltf.close()


def approved(desk, fiche, sent, names):
    for name in names:
        row, _ = desk.order(name, sent[name].yes(), fiche)
        done(row)


# ---- proposing ----

def test_everybody_gets_the_same_text_and_a_code_of_their_own(table):
    """R89, R90, R94: the whole text, the digest, no name of the person."""
    fiche, sent = proposed(table)
    assert fiche.startswith("F-")
    assert len({p.text for p in sent.values()}) == 1
    assert len({p.code for p in sent.values()}) == len(table.members)
    text = sent["clb"].text
    assert "Er waren twee gesprekken." in text and table.case in text
    assert state(table, fiche) == "PROPOSED"
    others = [table.people[n].address for n in table.members if n != "clb"]
    assert not [a for a in others if a in sent["clb"].letter.text]
    assert "vdab" not in table.people.by_name or not [
        x for x in table.letters("vdab") if "AKKOORD" in x.text]


@pytest.mark.parametrize("change, words", [
    ({"n4": ""}, "niet alle regels"),                           # R93
    ({"n14": "ja"}, "punt 14"),
    ({"n6": "bron: iemand@nergens.example\nRuzie."}, "bron"),   # R72
], ids=str)
def test_a_form_that_is_not_right_changes_nothing(table, change, words):
    row, got = table.order(IO, form(table, **change), "", IO, "clb")
    refused(row, "incomplete-form")
    assert words in got[IO][0].text
    assert not got["clb"]


def test_only_the_officer_proposes_and_only_what_was_discussed(table):
    """R88, R97."""
    row, _ = table.order(REP, form(table))
    refused(row, "role-not-allowed")
    other = listed_case(table)
    row, got = table.order(IO, form(table).replace(table.case, other), "", IO)
    refused(row, "wrong-state")
    assert "aanwezigheden zijn afgesloten" in got[IO][0].text


# ---- answering ----

def test_consent_is_never_guessed(table):
    """R91, R98: the code, the attestation and the digest, and no word more."""
    fiche, sent = proposed(table)
    clb, school = sent["clb"], sent["school"]
    for text, reason in (
            (f"AKKOORD {clb.code}", "wrong-code"),
            (f"AKKOORD {clb.code}\n{clb.digest}", "unreadable-answer"),
            (f"AKKOORD {clb.code}\n{ATTEST}", "wrong-code"),
            (f"AKKOORD {clb.code}\n{ATTEST}\n{clb.digest}\nmaar zonder 6",
             "unreadable-answer"),
            (f"AKKOORD {school.code}\n{ATTEST}\n{clb.digest}", "wrong-code"),
            (f"AKKOORD {clb.code}\n{ATTEST}\n{'0' * 64}", "wrong-code"),
            (f"AKKOORD\n{ATTEST}\n{clb.digest}", "wrong-code"),
            ("Ik ben het ermee eens", "unreadable-answer"),
            ("AKKOORD?", "unreadable-answer")):
        row, got = table.order("clb", text, fiche, "clb", IO)
        refused(row, reason)
        assert len(got["clb"]) == 1 and not got[IO]
    row, _ = table.order("vdab", sent["clb"].yes(), fiche)
    refused(row, "unknown-reference")
    row, _ = table.order("clb", clb.yes(), fiche)
    done(row)
    row, _ = table.order("clb", clb.yes() + " ", fiche)
    refused(row, "wrong-state")
    assert state(table, fiche) == "PROPOSED"
    row, got = table.order(IO, "STAND", fiche, IO)
    done(row)
    assert table.people["school"].address in got[IO][0].text
    assert table.people["clb"].address not in got[IO][0].text
    row, got = table.order(REP, "STAND", fiche, REP)
    done(row)
    assert table.people["school"].address not in got[REP][0].text


def heavy(person, gateway, words, fiche):
    """With a picture that no proof has room for."""
    picture = mails.attachment("image/png", "logo.png", os.urandom(300_000))
    whole = mails.multipart(
        "mixed", [mails.text(words + "\n"), picture],
        f"From: {person.address}\nTo: {mails.GATEWAY}\n"
        f"Subject: Re: [{fiche}]\n", ' protected-headers="v1";')
    return person.seal(whole, [gateway])


def older(person, gateway, words, fiche):
    """The signature before the text (RFC 4880 11.3): gpg reads it, others
    need not."""
    packets = person.gpg("-z", "0", "--sign",
                         data=reply(person, words, fiche))
    listed = person.gpg("--list-packets", data=packets).decode()
    begin = [int(n) for n in re.findall(r"^# off=(\d+) ", listed, re.M)]
    _, text, signature = (packets[a:b] for a, b in
                          zip(begin, begin[1:] + [len(packets)]))
    return person.gpg("--armor", "-z", "0", "--no-literal", "--encrypt",
                      "-r", gateway, data=signature + text)


@pytest.mark.parametrize("make", [heavy, older])
def test_a_yes_that_cannot_be_proof_is_told_at_once(table, make):
    """R103: not when all the others have agreed."""
    fiche, sent = proposed(table)
    armor = make(table.people["clb"], table.house.gateway_fpr,
                 sent["clb"].yes(), fiche)
    row, got = table.send(table.sender("clb").wrap(armor), "clb")
    refused(row, "unreadable-answer")
    assert "telt nog niet" in got["clb"][0].text
    row, _ = table.order("clb", sent["clb"].yes(), fiche)
    done(row)


def test_an_objection_is_for_the_officer_and_the_chair(table):
    """R99, R100: nobody else hears of it, no reason is wanted."""
    fiche, sent = proposed(table)
    approved(table, fiche, sent, ("clb", COORD))
    row, got = table.order("school", "BEZWAAR 6", fiche, *table.members)
    done(row)
    for name in (IO, REP):
        (told,) = got[name]
        assert "geen consensus" in told.text
        assert table.people["school"].address in told.text
        assert re.search(r"schrappen: 6\b", told.text)
    assert not got["clb"] and not got[COORD]
    assert state(table, fiche) == "OBJECTED"
    row, _ = table.order(IO, "OVERDRAGEN", fiche)
    refused(row, "wrong-state")
    # A reduced text: whatever was agreed to is void (R98).
    again, now = proposed(table, reference=fiche, n6="")
    assert again == fiche
    assert "ruzie" not in now["clb"].text
    row, _ = table.order("clb", sent["clb"].yes() + "\n", fiche)
    refused(row, "wrong-code")
    approved(table, fiche, now, table.members[:-1])
    assert state(table, fiche) == "PROPOSED"
    approved(table, fiche, now, table.members[-1:])
    assert state(table, fiche) == "APPROVED"


def draft_in(letter):
    """The text between its two lines in a T26, or None."""
    found = re.search(r"(?s)--- Begin van het ontwerp ---\n(.*?)\n"
                      r"--- Einde van het ontwerp ---", letter.text)
    return found and found.group(1)


def objected(desk, order, **elements):
    """A fiche that the school objects to; its T26 to officer and chair."""
    fiche, sent = proposed(desk, **elements)
    row, got = desk.order("school", order, fiche, *desk.members)
    done(row)
    (officer,), (chair,) = got[IO], got[REP]
    assert not got["clb"] and not got[COORD]
    assert draft_in(chair) is None, "the chair may not have been there"
    assert state(desk, fiche) == "OBJECTED"
    return fiche, sent, officer


def revised(desk, fiche, mail):
    """What the members get when the officer sends it back."""
    row, got = desk.send(desk.sender(IO).combined(mail), *desk.members)
    done(row)
    assert row["reference"] == fiche and state(desk, fiche) == "PROPOSED"
    return {n: Proposal([x for x in got[n] if "AKKOORD" in x.text][0])
            for n in desk.members}


def without(text, numbers):
    """The second version of a text, as it is without these elements."""
    gone = re.sub(rf"(?ms)^[{numbers}]\. .*?(?=^\d+\. )", "", text)
    assert gone != text and "versie: 1\n" in gone
    return gone.replace("versie: 1\n", "versie: 2\n")


# Behind a bar it may look like a quote, a field or a verb.
LINES = "\n".join(f"| {line}".rstrip() for line in (
    "Op 3 mei schreef an@caw.example:", "", "", "> - \u00e9\u00e9n: \u20ac 5",
    "6. feiten en gebeurtenissen: geen", "OPGEVEN", "| Groeten",
    "een lange zin die doorgaat " * 12 + "tot hier"))


def test_the_officer_signs_the_draft_as_it_is(table):
    """R90, R98: BEZWAAR 6 8 takes both out. The rest comes back letter for
    letter, and everybody is asked anew."""
    fiche, sent, told = objected(
        table, "BEZWAAR 6 8\n\n8. negatieve elementen: klopt niet",
        n4="Er waren twee gesprekken.\n\nEn nog een.", n8="Hij liegt.",
        n7=f"bron: {table.people['clb'].address}\n{LINES}")
    draft = draft_in(told)
    assert draft.startswith(f"FICHE {fiche}\n")
    assert f"bron: {table.people['clb'].address}" in draft
    assert "ruzie" not in draft and "liegt" not in draft
    assert re.findall(r"(?m)^(\d+)\.", draft) == ["1", "3", "4", "7"]
    for changed in (told.text, draft.replace(table.case, fiche)):
        assert state(table, fiche) == "OBJECTED"
        row, got = table.send(table.sender(IO).combined(
            reply(table.people[IO], changed)), *table.members)
        assert row["verdict"] == "refused", row
        assert not got["clb"], "nothing opens a round but a whole form"
    # A new mail that names the fiche in its first line, and nothing else.
    now = revised(table, fiche, reply(table.people[IO], draft))
    text = now["clb"].text
    assert "Groeten\n   een lange zin" in text
    assert text == without(sent["clb"].text, "68")
    row, _ = table.order("clb", sent["clb"].yes(), fiche)
    refused(row, "wrong-code")
    approved(table, fiche, now, table.members)
    assert state(table, fiche) == "APPROVED"
    row, got = table.order(IO, "OVERDRAGEN", fiche, IO)
    done(row)
    (letter,) = [x for x in got[IO] if f"VERZENDEN {fiche}" in x.text]
    assert files(letter)["fiche.txt"].decode() == text
    assert state(table, fiche) == "HANDED_OVER"


def test_the_officer_answers_with_the_draft_in_the_quote(table):
    """What the objector wrote stands there as well, and is no element."""
    fiche, sent, told = objected(
        table, "BEZWAAR 6\n\n6. feiten en gebeurtenissen: klopt niet",
        n7=LINES)
    first = draft_in(told).splitlines()[0]
    now = revised(table, fiche, reply(table.people[IO], first, fiche,
                                      quote=told.text))
    text = now["clb"].text
    assert "klopt niet" not in text and "ruzie" not in text
    assert text == without(sent["clb"].text, "6")


def test_the_owner_of_an_element_has_only_that_struck(table):
    """R72: an owner who was not there knows of no other element."""
    fiche, _ = proposed(
        table, n6=f"bron: {table.people['vdab'].address}\nWerk gevonden.")
    row, got = table.order("vdab", "BEZWAAR 6 7", fiche, IO, REP)
    done(row)
    (told,), (chair,) = got[IO], got[REP]
    assert re.findall(r"(?m)^(\d+)\.", draft_in(told)) == ["1", "3", "4", "7"]
    assert draft_in(chair) is None
    row, got = table.order("vdab", "BEZWAAR 4 7", fiche, IO)
    done(row)
    assert draft_in(got[IO][0]) is None
    assert "schrijf zelf een nieuwe" in got[IO][0].text


@pytest.mark.parametrize("order, elements, words", [
    ("BEZWAAR", {}, "noemt geen punt"),
    ("BEZWAAR 3 9", {}, "noemt geen punt"),
    ("BEZWAAR 4 6", {}, "Punt 4, de evaluatie, mag niet ontbreken"),  # R93
    # Without the sign that nobody sees a blank is left at the end of the line.
    ("BEZWAAR 6", {"n7": "Beter. \u200f\nEcht."}, "geen ontwerp maken"),
], ids=str)
def test_where_there_is_no_draft_it_says_what_to_do(table, order, elements,
                                                   words):
    _, _, told = objected(table, order, **elements)
    assert draft_in(told) is None
    assert words in told.text


def test_withdrawn_until_it_is_handed_over(table):
    fiche, sent = proposed(table)
    approved(table, fiche, sent, table.members)
    assert state(table, fiche) == "APPROVED"
    row, got = table.order("clb", "INTREKKEN", fiche, "clb", IO)
    done(row)
    assert state(table, fiche) == "PROPOSED"
    assert len(got["clb"]) == len(got[IO]) == 1
    row, _ = table.order(IO, "OVERDRAGEN", fiche)
    refused(row, "wrong-state")


def test_the_owner_of_an_element_is_asked(table):
    """R72: VDAB was not there, and sees its own element alone."""
    fiche, sent = proposed(
        table, n6=f"bron: {table.people['vdab'].address}\nWerk gevonden.")
    letter = [x for x in table.letters("vdab") if x.reference == fiche][0]
    assert "Werk gevonden." in letter.text
    assert "twee gesprekken" not in letter.text
    approved(table, fiche, sent, table.members)
    assert state(table, fiche) == "PROPOSED"
    code = re.search(r"AKKOORD (\S+)", letter.text).group(1)
    row, _ = table.order("vdab", f"AKKOORD {code}\n{sent['clb'].digest}",
                         fiche)
    done(row)
    assert state(table, fiche) == "APPROVED"


def test_it_can_be_given_up(table):
    fiche, sent = proposed(table)
    row, got = table.order(REP, "OPGEVEN", fiche, "clb", IO)
    done(row)
    assert len(got["clb"]) == 1 and len(got[IO]) == 1
    assert state(table, fiche) == "ABANDONED"
    row, _ = table.order("clb", sent["clb"].yes(), fiche)
    refused(row, "wrong-state")


# ---- attacks by real mail: each has its reason, and the fiche stays ----

def held(row, reason):
    """Kept unread until the representative has phoned."""
    assert (row["verdict"], row["reason"]) == ("quarantined", reason), row


def verdict(desk, mail):
    (row,) = [r for r in desk.house.rows("mail", "list", "--limit", 20)
              if r["id"] == mail]
    return row["verdict"], row["reason"]


def test_a_yes_sealed_anew_by_another_member_is_a_replay(table):
    """T42: the signature is the CLB's, whoever encrypts it."""
    fiche, sent = proposed(table)
    clb = table.people["clb"]
    entity = reply(clb, sent["clb"].yes(), fiche)
    inner = mails.signed(entity, clb.sign(entity))
    done(table.house.judge(table.sender("clb").encrypted(inner)))
    forged = table.sender("school").encrypted(inner, sender=clb.address)
    refused(table.house.judge(forged), "replay")
    assert state(table, fiche) == "PROPOSED"


def test_another_members_yes_is_not_ones_own(table):
    """T42: kept back, and sent on with the school's own sender."""
    fiche, sent = proposed(table)
    clb = table.people["clb"]
    entity = reply(clb, sent["clb"].yes(), fiche)
    inner = mails.signed(entity, clb.sign(entity))
    row = table.house.judge(table.sender("school").encrypted(inner))
    held(row, "sender-mismatch")
    assert state(table, fiche) == "PROPOSED"


def test_a_digest_that_differs_in_one_digit_is_none(table):
    fiche, sent = proposed(table)
    right = sent["clb"].digest
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    row, _ = table.order("clb", sent["clb"].yes().replace(right, wrong),
                         fiche)
    refused(row, "wrong-code")


def test_a_suspended_member_cannot_agree(table):
    """Not later either, when the key counts again: it takes a new yes."""
    fiche, sent = proposed(table)
    address = table.people["school"].address
    table.house.run("correspondent", "suspend", address)
    try:
        row, _ = table.order("school", sent["school"].yes(), fiche)
    finally:
        table.house.run("correspondent", "resume", address)
    held(row, "unknown-key")
    table.house.until(lambda: verdict(table, row["id"]) == (
        "refused", "wrong-state"), "it is judged again")
    approved(table, fiche, sent,
             [n for n in table.members if n != "school"])
    assert state(table, fiche) == "PROPOSED"
    approved(table, fiche, sent, ["school"])
    assert state(table, fiche) == "APPROVED"


def test_a_second_key_of_a_person_is_no_second_person(table):
    """It is nobody's until somebody enrols it, and says nothing till then."""
    fiche, sent = proposed(table)
    with Person("clb2", address=table.people["clb"].address) as second:
        second.meet(table.house.gateway_key)
        entity = reply(second, sent["school"].yes(), fiche)
        row = table.house.judge(mails.Sender(
            second, table.house.gateway_fpr).combined(entity))
    held(row, "unknown-key")
    assert state(table, fiche) == "PROPOSED"


# ---- to the officer, and no further ----

def released(desk, **elements):
    fiche, sent = proposed(desk, **elements)
    for name in desk.members:
        entity = reply(desk.people[name], sent[name].yes(), fiche)
        shape = desk.sender(name)
        # Both shapes of RFC 3156.
        row = desk.house.judge(shape.encapsulated(entity) if name in
                               ("clb", COORD) else shape.combined(entity))
        done(row)
    row, got = desk.order(IO, "OVERDRAGEN", fiche, *desk.members)
    done(row)
    return fiche, sent, got


def test_the_bundle_proves_unanimity_to_anybody(table, tmp_path):
    """R101, R103: to the officer alone; with gpg and the public keys."""
    fiche, sent, got = released(table)
    letter = [x for x in got[IO] if "VERZENDEN" in x.text][0]
    for name in table.members:
        if name != IO:
            assert not [x for x in got[name] if x.reference == fiche]
    bundle = files(letter)
    assert bundle["fiche.txt"].decode() == sent["clb"].text
    assert len(bundle) == 1 + len(table.members)
    said = verify(tmp_path, table, bundle, table.members)
    assert said.returncode == 0, (said.stdout, said.stderr)
    assert "EENPARIG" in said.stdout
    assert state(table, fiche) == "HANDED_OVER"
    row, got = table.order(IO, "OVERDRAGEN", fiche, *table.members)
    done(row)
    (again,) = [x for x in got[IO] if "VERZENDEN" in x.text]
    assert files(again) == bundle
    assert not [n for n in table.members if n != IO and got[n]]
    row, _ = table.order("clb", "INTREKKEN", fiche)
    refused(row, "wrong-state")
    row, _ = table.order(REP, "OVERDRAGEN", fiche)
    refused(row, "role-not-allowed")


def test_a_bundle_that_was_touched_is_none(table, tmp_path):
    fiche, sent, got = released(table)
    letter = [x for x in got[IO] if "VERZENDEN" in x.text][0]
    bundle = files(letter)
    bundle["fiche.txt"] = bundle["fiche.txt"].replace(b"twee", b"drie")
    assert verify(tmp_path, table, bundle, table.members).returncode == 1


def test_a_key_that_no_longer_counts_holds_it_back(table):
    """Keys are looked at again at the release."""
    fiche, sent = proposed(table)
    approved(table, fiche, sent, table.members)
    school = table.people["school"].address
    table.house.run("correspondent", "suspend", school)
    try:
        row, got = table.order(IO, "OVERDRAGEN", fiche, IO, REP)
        done(row)
        assert not [x for x in got[IO] if "VERZENDEN" in x.text]
        assert any(school in x.text for x in got[IO])
        assert any(school in x.text for x in got[REP])
    finally:
        table.house.run("correspondent", "resume", school)
    assert state(table, fiche) == "PROPOSED"
    row, _ = table.order("school", sent["school"].yes(), fiche)
    done(row)
    assert state(table, fiche) == "APPROVED"
    row, got = table.order(IO, "OVERDRAGEN", fiche, IO)
    done(row)
    assert [x for x in got[IO] if "VERZENDEN" in x.text]


# ---- dispatch ----

def dispatch(desk, fiche, text, digest, shape="combined", tail=""):
    entity = reply(desk.people[IO], f"VERZENDEN {fiche}\n{digest}\n\n{text}"
                   f"{tail}", subject="Fiche")
    return desk.house.judge(getattr(desk.sender(IO), shape)(entity))


def ltf_mails(desk):
    return desk.house.received(desk.ltf)


@pytest.mark.parametrize("shape", ["combined", "encapsulated"])
def test_the_officers_own_mail_reaches_the_ltf(table, shape):
    """R101, T28b: as it was signed, sealed to the one contact."""
    fiche, sent, _ = released(table)
    text, digest = sent["clb"].text, sent["clb"].digest
    before = len(ltf_mails(table))
    for wrong, tail in ((text.replace("twee", "drie"), ""),
                        (text, "Met vriendelijke groeten\nAn\n"),
                        (text, "En nog iets.\n")):
        row = dispatch(table, fiche, wrong, digest, tail=tail)
        refused(row, "unreadable-answer")
    row = dispatch(table, fiche, text, "0" * 64)
    refused(row, "unreadable-answer")
    done(dispatch(table, fiche, text, digest, shape))
    table.house.quiet()
    (mail,) = ltf_mails(table)[before:]
    opened = table.ltf.open(mails.ciphertext(mail))
    if shape == "combined":
        assert opened.signer == table.people[IO].fpr
        inside = opened.plain
    else:
        part, signature = mails.raw_parts(opened.plain)
        assert table.ltf.verify(part, mails.body_of(signature)) == \
            table.people[IO].fpr
        inside = part
    assert text.encode() in mails.crlf(inside).replace(b"\r\n", b"\n")
    for name in ("clb", "school", COORD):
        assert table.people[name].address.encode() not in mail + inside
        assert not table.people[name].can_open(mails.ciphertext(mail))
    assert state(table, fiche) == "DISPATCHED"
    row = dispatch(table, fiche, text, digest)
    refused(row, "wrong-state")
    assert len(ltf_mails(table)) == before + 1
    row, got = table.order(IO, "DOORGEGEVEN ja", fiche, IO)
    done(row)
    assert state(table, fiche) == "CONFIRMED"


def test_the_ltf_does_not_get_it_twice(table):
    """R101: it waited for the server, and the officer passed it on by own
    means."""
    fiche, sent, _ = released(table)
    house, before = table.house, ltf_mails(table)
    sink = house.groups["sink"]

    def send_by(group):
        house.stop()
        house.groups["sink"] = group
        house.write_conf()
        house.start()
    house.quiet()
    send_by({"type": "smtp", "host": "localhost", "port": 9,
             "ca_file": "/etc/ssl/certs/ca-certificates.crt"})
    try:
        done(dispatch(table, fiche, sent["clb"].text, sent["clb"].digest))
        house.until(lambda: any(r["mail"] == "T28b" and r["tries"] != "0"
                                for r in house.rows("outbox")),
                    "a dispatch that found no server")
        done(house.judge(table.sender(IO).combined(
            reply(table.people[IO], "DOORGEGEVEN ja", fiche))))
    finally:
        send_by(sink)
    house.quiet()
    assert ltf_mails(table) == before
    assert state(table, fiche) == "CONFIRMED"


def test_nobody_else_can_dispatch(table):
    fiche, sent, _ = released(table)
    entity = reply(table.people[REP], f"VERZENDEN {fiche}\n"
                   f"{sent['clb'].digest}\n\n{sent['clb'].text}")
    row = table.house.judge(table.sender(REP).combined(entity))
    refused(row, "role-not-allowed")
    before = len(ltf_mails(table))
    row, _ = table.order(IO, "DOORGEGEVEN nee", fiche)
    done(row)
    assert state(table, fiche) == "HANDED_OVER"
    assert len(ltf_mails(table)) == before


def test_the_ltf_never_writes_to_us(table):
    """R87."""
    row = table.house.judge(mails.Sender(
        table.ltf, table.house.gateway_fpr).combined(
            mails.text("Dag.")) if table.ltf.meet(table.house.gateway_key)
        is None else b"")
    assert row["verdict"] == "quarantined"
    done_ = table.house.run(
        "correspondent", "add", table.ltf.address, "--role", "participant",
        "--class", "other", "--organisation", "LTF", "--ground", "x", "--key",
        table.house.dir / "ltf.asc", "--fingerprint", table.ltf.fpr,
        "--compared", "x", ok=False)
    assert "LTF" in done_.err


# ---- time ----

def test_what_time_does(table):
    """R106: given up after 30 days without consensus; erased a week after the
    end, with what is held for a member who is suspended (R140, R162)."""
    fiche, sent = proposed(table)
    school = table.people["school"].address
    table.house.run("correspondent", "suspend", school)
    for event, left in (("LAPSE", "EXPIRED"), ("DONE", "ERASED")):
        table.house.stop()
        db = sqlite3.connect(table.house.state / "db" / "meldpost.db")
        with db:
            db.execute("UPDATE timer SET due = 1 WHERE event = ?"
                       " AND ref = ?", (event, fiche))
        db.close()
        table.house.own(table.house.state)
        table.house.start()
        table.house.until(lambda: state(table, fiche) == left, left)
        assert any(r["mail"] == "T29" and r["reference"] == fiche
                   for r in table.house.rows("outbox")) == (left == "EXPIRED")
    table.house.run("correspondent", "resume", school)
    row, _ = table.order("clb", sent["clb"].yes(), fiche)
    refused(row, "unknown-reference")
    row, got = table.order(IO, "STAND", fiche, IO)
    refused(row, "unknown-reference")


def test_no_row_says_who_agreed(table):
    """design.md 7: neither of the mails that came nor of those that left."""
    fiche, sent = proposed(table)
    approved(table, fiche, sent, ("clb", "school"))
    row, _ = table.order(COORD, f"BEZWAAR {fiche}")
    done(row)
    table.house.quiet()
    db = sqlite3.connect(f"file:{table.house.state}/db/meldpost.db?mode=ro",
                         uri=True)
    (officer,) = db.execute("SELECT id FROM correspondent WHERE address = ?",
                            (table.people[IO].address,)).fetchone()
    assert {i for (i,) in db.execute(
        "SELECT correspondent FROM mail WHERE ref = ?", (fiche,))} == {
            officer, None}
    assert db.execute("SELECT count(correspondent) FROM outbox WHERE ref = ?",
                      (fiche,)).fetchone() == (0,)
    db.close()
    # R100: nor does the log of acts.
    said = table.house.rows("audit", "who", fiche)
    assert {r["by"] for r in said if r["event"] == "fiche-answered"} == {
        "gateway"}, said


def test_who_was_removed_is_told_nothing(table):
    """T43: there is nobody to write to, and the fiche ends all the same. Who
    cannot say yes any more is no yes."""
    core = table.house.pid("core")
    table.house.run("correspondent", "remove", table.people["school"].address,
                    "--yes")
    row, got = table.order(IO, form(table), "", "clb", "school")
    done(row)
    fiche = row["reference"]
    assert len(got["clb"]) == 1 and not got["school"]
    row, got = table.order(IO, "OPGEVEN", fiche, "clb", "school")
    done(row)
    assert len(got["clb"]) == 1 and not got["school"]
    assert state(table, fiche) == "ABANDONED"
    assert table.house.pid("core") == core
