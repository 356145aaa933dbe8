"""A referral, from a partner's mail program to the mayor's representative:
what is taken in, who gets what, and what stays secret (domain.md 3.2, T01,
T06, R10, R14, R20, R21)."""

import datetime
import hashlib
import re

import pytest

import mails
from people import CAST, REPRESENTATIVES, Person

QUEUE_TYPES = {"member": "clb", "ltf_inflow": "io", "non_member": "caw",
               "other_mayor": "buur"}


def refer(house, people, mail, *names):
    """Sends a mail in; its row, and the new letters of these people."""
    before = {n: len(house.received(people[n])) for n in names}
    row = house.judge(mail)
    house.quiet()
    return row, {n: [mails.Letter(people[n], m) for m in
                     house.received(people[n])[before[n]:]] for n in names}


def accepted(row):
    assert (row["verdict"], row["reason"], row["structure"]) == \
        ("accepted", "ok", "pgp-mime"), row
    assert re.fullmatch(r"A-[0-9A-HJKMNP-TV-Z]{16}", row["reference"])
    return row["reference"]


SHAPES = {
    "thunderbird": lambda s: s.thunderbird(mails.story()),
    "mutt": lambda s: s.mutt(mails.story()),
    "rfc9788": lambda s: s.rfc9788(mails.story()),
    "apple": lambda s: s.apple(mails.story()),
    "recoded on the way": lambda s: s.combined(mails.text(mails.story()),
                                               transfer="base64"),
    "attachments": lambda s: s.combined(mails.multipart("mixed", [
        mails.text(mails.story()), mails.attachment(
            "application/pdf", f"{mails.CANARY}.pdf", b"%PDF" * 9999)])),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_program_reaches_the_representatives(house, people, sender,
                                                   shape):
    mail = SHAPES[shape](sender("clb"))
    row, got = refer(house, people, mail, *REPRESENTATIVES, "clb",
                     "burgemeester", "coordinator")
    reference = accepted(row)
    assert not house.aside()
    for name in REPRESENTATIVES:
        assert len(got[name]) == 1
        check_forward(house, people[name], got[name][0], people["clb"],
                      reference)
    # Each envelope is one person's own (R10).
    mine, theirs = (got[n][0].outer.as_bytes() for n in REPRESENTATIVES)
    assert not people["adjunct"].can_open(mails.ciphertext(mine))
    assert not people["vertegenwoordiger"].can_open(mails.ciphertext(theirs))
    assert [le.reference for le in got["clb"]] == [reference]
    assert not got["burgemeester"] and not got["coordinator"]


def check_forward(house, person, letter, author, reference):
    """T06: to one, signed by us, nothing outside, the record inside."""
    assert letter.opened.signer == house.gateway_fpr
    assert letter.opened.recipients == 1
    assert letter.outer["Subject"] == "[...]"
    assert letter.outer["To"] == person.address
    assert letter.outer["From"] == mails.GATEWAY
    assert letter.outer["Auto-Submitted"] == "auto-generated"
    assert letter.subject == f"[{reference}] Bericht van Mechelen"
    assert letter.reference == reference
    assert "VERSLAG VAN DE CONTROLE" in letter.text
    assert author.address in letter.text
    assert author.fpr in letter.text.replace(" ", "")
    assert CAST[author.name].organisation in letter.text
    names = [p.get_filename() for p in letter.inner.iter_attachments()]
    assert names == [f"{reference}.eml"]
    assert b"HP-Outer: Subject: [...]" in letter.entity


def test_the_authors_own_signature_survives(house, people, sender):
    """RFC 3156 6.1: the representative's own gpg checks it again."""
    entity = mails.text(mails.story() + "een regel  \nmet = en é\n")
    mail = sender("ocmw").encapsulated(entity)
    _, got = refer(house, people, mail, "vertegenwoordiger")
    letter = got["vertegenwoordiger"][0]
    part, signature = mails.raw_parts(letter.original())
    assert part == entity
    rep = people["vertegenwoordiger"]
    rep.meet(people["ocmw"].key)
    assert rep.verify(part, mails.body_of(signature)) == people["ocmw"].fpr
    assert hashlib.sha256(entity).hexdigest() in letter.text
    assert "Uw eigen\nmailprogramma kan ze nakijken" in letter.text


def test_a_combined_mail_comes_over_unchanged(house, people, sender):
    entity = mails.bound(people["clb"], mails.story() + "\n.\nFrom  x\n- -\n")
    _, got = refer(house, people, sender("clb").combined(entity),
                   "vertegenwoordiger")
    letter = got["vertegenwoordiger"][0]
    assert letter.original() == entity
    assert hashlib.sha256(entity).hexdigest() in letter.text
    assert "dit verslag is het bewijs" in letter.text
    assert "ed25519, SHA" in letter.text


@pytest.mark.parametrize("body, said", [
    (mails.form(), "formulier, alle verplichte velden zijn ingevuld"),
    (mails.form(5), "formulier, ontbrekende velden: 5\n"),
    (mails.form(4, 12, 18), "formulier, ontbrekende velden: 4, 12, 18\n"),
    (mails.story(), "vrije tekst, zonder formulier"),
], ids=["complete", "one missing", "three missing", "free text"])
def test_the_form_is_a_help_and_no_duty(house, people, sender, body, said):
    """R14: an incomplete one is taken in, and what lacks is listed."""
    entity = mails.bound(people["caw"], body)
    row, got = refer(house, people, sender("caw").combined(entity),
                     "vertegenwoordiger")
    accepted(row)
    assert f"Vorm:          {said}" in got["vertegenwoordiger"][0].text


@pytest.mark.parametrize("how, said", [
    ("protected To", "\ngebonden: "), ("Aan line", "\ngebonden: "),
    ("neither", "\nniet gebonden: ")])
def test_it_is_told_whether_the_text_was_meant_for_us(house, people, sender,
                                                      how, said):
    entity = {"protected To": mails.bound(people["clb"], mails.story()),
              "Aan line": mails.text(f"Aan: {mails.GATEWAY}\n{mails.story()}"),
              "neither": mails.text(mails.story())}[how]
    row, got = refer(house, people, sender("clb").combined(entity),
                     "vertegenwoordiger")
    accepted(row)
    assert said in got["vertegenwoordiger"][0].text


def test_receipts_are_the_same_for_everybody(house, people, sender):
    """T01, R20, R21: not one byte tells who, what or how long."""
    mail = {
        "clb": sender("clb").apple("x"),
        "ocmw": sender("ocmw").combined(mails.multipart("mixed", [
            mails.text(mails.story() * 50), mails.attachment(
                "image/png", f"{mails.CANARY}.png", b"\x89PNG" * 50000)])),
        "caw": sender("caw").combined(mails.bound(people["caw"],
                                                  mails.form(5))),
        "io": sender("io").thunderbird(mails.story()),
    }
    seen = []
    for name, m in mail.items():
        before = len(house.received(people[name]))
        reference = accepted(house.judge(m))
        house.quiet()
        raw = house.received(people[name])[before:]
        assert len(raw) == 1
        letter = mails.Letter(people[name], raw[0])
        assert letter.opened.signer == house.gateway_fpr
        assert letter.opened.recipients == 1
        assert letter.outer["To"] == people[name].address
        assert letter.outer["Auto-Submitted"] == "auto-replied"
        assert letter.outer["In-Reply-To"] is None
        assert not [p for p in letter.inner.iter_attachments()]
        when = re.search(r"goed ontvangen op (.*)\.\n", letter.text).group(1)
        same = letter.text.replace(reference, "REF").replace(when, "TIME")
        header = sorted(set(letter.outer.keys()))
        # Only the address itself may make one mail longer than another.
        size = len(raw[0]) - len(people[name].address)
        seen.append((same, header, len(when), size))
    for one in seen[1:]:
        assert one[:3] == seen[0][:3]
    whole = {len(m) for m in [house.received(people[n])[-1] for n in mail]}
    assert len(whole) == 1, whole


def test_a_receipt_waits_for_the_tick(new_house, people, sender):
    """R21: the moment tells nothing. --once leaves it for the next run."""
    house = new_house(mail={"receipt_tick": 3600})
    house.deliver(sender("clb").apple(mails.story()))
    house.once()
    assert len(house.letters(people["vertegenwoordiger"])) == 1
    assert not house.received(people["clb"])
    (row,) = house.rows("outbox")
    assert (row["mail"], row["state"]) == ("T01", "waiting")
    due = datetime.datetime.fromisoformat(row["not-before"])
    assert due.timestamp() % 3600 == 0
    assert "waiting=1" in house.log()


def test_once_empties_mailbox_and_outbox_without_a_daemon(new_house, people,
                                                         sender):
    house = new_house()
    for name in ("clb", "ocmw", "caw"):
        house.deliver(sender(name).combined(mails.text(mails.story())))
    house.once_until_quiet()
    assert not house.waiting()
    assert [r["verdict"] for r in house.rows("mail", "list")] == \
        ["accepted"] * 3
    for name in REPRESENTATIVES:
        assert len(house.letters(people[name])) == 3
    for name in ("clb", "ocmw", "caw"):
        assert len(house.letters(people[name])) == 1
    states = {r["state"] for r in house.rows("outbox", "--all")}
    assert states == {"sent"}
    house.run("audit", "verify")
    assert not house.leftovers()


def test_without_a_representative_the_mayor_gets_it(new_house, people,
                                                    sender):
    """R10: the mayor, and only where there is no representative."""
    house = new_house()
    for name in REPRESENTATIVES:
        house.run("correspondent", "suspend", people[name].address)
    house.deliver(sender("clb").apple(mails.story()))
    house.once_until_quiet()
    (letter,) = house.letters(people["burgemeester"])
    assert mails.CANARY.encode() in letter.entity
    for name in REPRESENTATIVES:
        assert not house.received(people[name])


def test_whoever_receives_from_now_on_gets_what_is_open(new_house, people,
                                                        sender):
    """design.md 10: a new mayor where there is no representative, one who is
    no longer suspended, one who was something else."""
    house = new_house().start()
    for name in REPRESENTATIVES:
        house.run("correspondent", "suspend", people[name].address)
    open_one = house.judge(sender("clb").apple(mails.story()))["reference"]

    def got(person):
        house.quiet()
        return [m.reference for m in house.letters(person)]

    with Person("opvolger") as mayor:
        mayor.meet(house.gateway_key)
        house.enrol(mayor, CAST["burgemeester"])
        assert got(mayor) == [open_one]
    first, second = (people[n] for n in REPRESENTATIVES)
    house.run("correspondent", "resume", first.address)
    assert got(first) == [open_one]
    with Person("ander", address=people["coordinator"].address) as other:
        other.meet(house.gateway_key)
        house.enrol(other, CAST[REPRESENTATIVES[0]])
        assert got(other) == [open_one]
    assert got(people["burgemeester"]) == got(first) == [open_one]
    assert not got(second)


def test_without_anybody_to_receive_mail_waits(new_house, people, sender):
    house = new_house()
    for name in (*REPRESENTATIVES, "burgemeester"):
        house.run("correspondent", "suspend", people[name].address)
    house.deliver(sender("clb").apple(mails.story()))
    house.once(ok=False)
    assert len(house.waiting()) == 1 and not house.rows("mail", "list")
    assert house.log().count("no active mayor_rep or mayor is enrolled") == 1
    house.run("correspondent", "resume", people["burgemeester"].address)
    house.once_until_quiet()
    assert len(house.letters(people["burgemeester"])) == 1


def test_the_queue_names_nobody(house, people, sender):
    """Reference, type, age, state; never who or what."""
    refs = {}
    for kind, name in QUEUE_TYPES.items():
        refs[accepted(house.judge(sender(name).combined(
            mails.bound(people[name], mails.story()))))] = kind
    house.quiet()
    rows = {r["reference"]: r for r in house.rows("queue")}
    for reference, kind in refs.items():
        assert rows[reference] == {
            "reference": reference, "type": kind, "age-days": "0",
            "state": "ACCEPTED"}
    said = house.run("queue").out + house.run("mail", "list").out + \
        house.run("outbox", "--all").out
    for role in CAST.values():
        assert role.organisation not in said
    for name in CAST:
        assert people[name].address not in said
        assert people[name].fpr not in said


def test_message_ids_are_ours_and_differ(house, people, sender):
    row, got = refer(house, people, sender("clb").apple(mails.story()),
                     *REPRESENTATIVES, "clb")
    accepted(row)
    ids = [le.outer["Message-ID"] for one in got.values() for le in one]
    assert len(set(ids)) == 3
    for i in ids:
        assert re.fullmatch(r"<[0-9a-f]{32}@mechelen\.example>", i)
