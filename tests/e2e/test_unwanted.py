"""Everything else that a mailbox brings: each gets its verdict, and nothing is
answered that should not be (design.md 3, meldpost-mails(7))."""

import email.utils
import subprocess
import time

import pytest

import mails
from people import REPRESENTATIVES, Person, Role, gpg_time

PARTNER = Role("participant", "other", "Vzw")
YESTERDAY = time.time() - 86400
TOMORROW = time.time() + 86400


def judged(house, mail):
    """(verdict, reason, structure) and the outbox rows that came of it."""
    house.quiet()
    before = {r["id"] for r in house.rows("outbox", "--all")}
    row = house.judge(mail)
    new = [r for r in house.rows("outbox", "--all") if r["id"] not in before]
    return (row["verdict"], row["reason"], row["structure"]), new, row


# ---- ignored: no answer, ever; kept in the side folder ----

def dsn(envid="0" * 32, headers=""):
    report = mails.multipart("report", [
        mails.text("Your mail could not be delivered."),
        mails.crlf("Content-Type: message/delivery-status\n\n"
                   "Reporting-MTA: dns; mx.example\n"
                   f"Original-Envelope-Id: {envid}\n\n"
                   "Final-Recipient: rfc822; a@b.example\nAction: failed\n"
                   "Status: 5.1.1\n")],
        params=" report-type=delivery-status;")
    return mails.outer("mailer-daemon@mx.example", headers=headers) + report


def mdn(sender):
    return mails.outer(sender) + mails.multipart("report", [
        mails.text("Gelezen."),
        mails.crlf("Content-Type: message/disposition-notification\n\n"
                   "Final-Recipient: rfc822; a@b.example\n"
                   "Disposition: manual-action/MDN-sent-manually; "
                   "displayed\n")],
        params=" report-type=disposition-notification;")


def ignored_mails(people, sender):
    clb = people["clb"].address
    sealed = sender("clb").combined
    story = mails.text(mails.story())
    return {
        "stranger in clear": (mails.clear("iemand@elders.example"),
                              "not-encrypted", "clear"),
        "stranger signed only": (sender("vreemde").signed_only(story),
                                 "not-encrypted", "clear"),
        "vacation": (mails.clear(clb, headers="Auto-Submitted: "
                                 "auto-replied\n"),
                     "auto-reply", "auto-reply"),
        "list": (mails.clear(clb, headers="List-Id: <x.example>\n"
                             "Precedence: list\n"),
                 "auto-reply", "auto-reply"),
        "null path": (b"Return-Path: <>\r\n" + mails.clear(clb),
                      "auto-reply", "auto-reply"),
        "unknown bounce": (dsn(), "auto-reply", "dsn"),
        "read receipt": (mdn(clb), "auto-reply", "auto-reply"),
        # Sealed and good, but no person sent it.
        "sealed vacation": (sealed(story, headers="Auto-Submitted: "
                                   "auto-replied\n"),
                            "auto-reply", "pgp-mime"),
        "our own mail": (sealed(story, headers="X-Meldpost-Loop: 1\n"),
                         "loop", "pgp-mime"),
    }


IGNORED = ["stranger in clear", "stranger signed only", "vacation", "list",
           "null path", "unknown bounce", "read receipt", "sealed vacation",
           "our own mail"]


@pytest.mark.parametrize("which", IGNORED)
def test_ignored_mail_is_never_answered(house, people, sender, which):
    mail, reason, structure = ignored_mails(people, sender)[which]
    sent = len(house.all_sent())
    said, caused, row = judged(house, mail)
    assert said == ("ignored", reason, structure)
    assert not caused and not row["reference"]
    assert mail.replace(b"\r\n", b"\n") in house.aside()
    assert len(house.all_sent()) == sent


def test_a_letter_of_ours_that_comes_back_is_ignored(house, people, sender):
    house.judge(sender("clb").apple(mails.story()))
    house.quiet()
    ours = house.received(people["clb"])[-1]
    said, caused, _ = judged(house, ours)
    assert said[:2] == ("ignored", "loop") and not caused


def test_a_mail_that_is_too_big(house, people):
    mail = mails.clear(people["clb"].address, "x" * 75 + "\n") + \
        (b"y" * 76 + b"\r\n") * 350000
    said, caused, _ = judged(house, mail)
    assert said[:2] == ("ignored", "too-big") and not caused


# ---- refused: destroyed, and the sender told ----

def test_clear_text_of_a_partner_is_destroyed(house, people, sender):
    """T02: signed, in clear, once a day, to the address on file; it tells
    nothing and quotes nothing."""
    school = people["school"]
    aside = len(house.aside())
    # The address is claimed, so it is the one on file that is written to.
    mail = mails.clear(f"{mails.CANARY} <{school.address}>", headers="Reply-To"
                       ": dief@elders.example\nX-Test: geheim onderwerp\n")
    said, caused, _ = judged(house, mail)
    assert said == ("refused", "not-encrypted", "clear")
    assert [r["mail"] for r in caused] == ["T02"]
    house.quiet()
    (raw,) = house.received(school)
    m = mails.parse(raw)
    assert m.get_content_type() == "multipart/signed"
    part, signature = mails.raw_parts(raw)
    assert school.verify(part, mails.body_of(signature)) == house.gateway_fpr
    assert m["To"] == school.address
    assert m["Subject"] == "Bericht van het beveiligd postvak van Mechelen"
    assert m["In-Reply-To"] is None and m["References"] is None
    text = mails.parse(part).get_content()
    assert "niet versleuteld" in text and "015 00 00 00" in text
    for word in (mails.CANARY, "hallo", "onderwerp", "radicali", "LIVC",
                 "veiligheidscel"):
        assert word.encode() not in raw
    # Once a day, whatever comes.
    said, caused, _ = judged(house, mails.clear(school.address, "nog eens"))
    assert said == ("refused", "not-encrypted", "clear") and not caused
    said, caused, _ = judged(house, sender("school").signed_only(
        mails.text(mails.story())))
    assert said == ("refused", "not-encrypted", "clear") and not caused
    assert len(house.aside()) == aside


def test_the_mayor_cannot_refer(house, people, sender):
    """design.md 5: closed by default. T02, sealed, with the reason."""
    mayor = people["burgemeester"]
    said, caused, _ = judged(house,
                             sender("burgemeester").apple(mails.story()))
    assert said == ("refused", "role-not-allowed", "pgp-mime")
    assert [r["mail"] for r in caused] == ["T02"]
    house.quiet()
    letter = house.letters(mayor)[-1]
    assert letter.opened.signer == house.gateway_fpr
    assert "niet ingeschreven om dit soort bericht" in letter.text
    said, caused, _ = judged(house, sender("burgemeester").mutt(mails.story()))
    assert said[:2] == ("refused", "role-not-allowed") and not caused


@pytest.mark.parametrize("name", ["vertegenwoordiger", "fg"])
def test_neither_can_the_representative_nor_the_dpo(house, sender, name):
    said, _, _ = judged(house, sender(name).apple(mails.story()))
    assert said == ("refused", "role-not-allowed", "pgp-mime")


def other(address):
    return f"Aan: {address}\n\n{mails.story()}"


REFUSED = {
    "passed on, protected To": (
        "vdab", "wrong-recipient", "aan een ander adres gericht",
        lambda p: mails.bound(p, mails.story(), "iemand@elders.example")),
    "passed on, Aan": (
        "jeugd", "wrong-recipient", "aan een ander adres gericht",
        lambda p: mails.text(other("iemand@elders.example"))),
    "classified": (
        "cgg", "classified", "classificatiemerk",
        lambda p: mails.bound(p, "GEHEIM (Wet 11.12.1998)\n" + mails.story())),
    "a program": (
        "buur", "bad-structure", "bijlage van een soort",
        lambda p: mails.multipart("mixed", [
            mails.text(mails.story()), mails.attachment(
                "application/x-msdownload", "x.exe", b"MZ")])),
    "a mail inside": (
        "caw", "bad-structure", "bijlage van een soort",
        lambda p: mails.multipart("mixed", [
            mails.text(mails.story()),
            mails.crlf("Content-Type: message/rfc822\n\n") +
            mails.clear("a@b.example")])),
}


@pytest.mark.parametrize("which", REFUSED)
def test_what_may_not_travel_here_is_refused(house, people, sender, which):
    name, reason, words, make = REFUSED[which]
    mail = sender(name).combined(make(people[name]))
    said, caused, row = judged(house, mail)
    assert said == ("refused", reason, "pgp-mime")
    # Of a classified one the DPO and the representatives hear too.
    rest = ["T40"] * 3 if reason == "classified" else []
    assert [r["mail"] for r in caused] == ["T02", *rest]
    assert not row["reference"]
    house.quiet()
    assert words in house.letters(people[name])[-1].text
    assert not house.aside() or mail not in house.aside()


def test_a_replay_has_no_second_effect(house, people, sender):
    """By its bytes, by its envelope, and sealed anew by somebody else."""
    entity = mails.bound(people["ocmw"], mails.story())
    inner = mails.signed(entity, people["ocmw"].sign(entity))
    first = sender("ocmw").encrypted(inner)
    said, _, _ = judged(house, first)
    assert said == ("accepted", "ok", "pgp-mime")
    house.quiet()
    rows, sent = house.rows("mail", "list"), len(house.all_sent())
    house.deliver(first)
    house.until(lambda: not house.waiting(), "the copy is taken away")
    assert house.rows("mail", "list") == rows
    armor = mails.ciphertext(first)
    again = [
        mails.envelope(armor, people["ocmw"].address),
        mails.Sender(people["vreemde"], house.gateway_fpr).encrypted(
            inner, sender=people["ocmw"].address),
    ]
    for mail in again:
        said, caused, _ = judged(house, mail)
        assert said == ("refused", "replay", "pgp-mime") and not caused
    assert len(house.all_sent()) == sent


# ---- quarantined: ciphertext is kept, the representative is told ----

def smime(tmp, address):
    """A real envelopedData, to a certificate made here."""
    for args in (["req", "-x509", "-newkey", "ec", "-pkeyopt",
                  "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                  "-subj", "/CN=INSECURE test", "-keyout", "k", "-out", "c"],
                 ["cms", "-encrypt", "-aes256", "-in", "m", "-out", "e",
                  "-from", address, "-to", mails.GATEWAY, "c"]):
        (tmp / "m").write_bytes(mails.text(mails.story()))
        subprocess.run(["openssl", *args], cwd=tmp, check=True,
                       capture_output=True)
    return mails.crlf(
        f"Date: {email.utils.formatdate()}\n"
        f"Message-ID: {mails.message_id(address)}\n".encode() +
        (tmp / "e").read_bytes())


def flip(armor):
    """One bit of the encrypted data."""
    lines = armor.split(b"\n")
    middle = len(lines) // 2
    line = lines[middle]
    lines[middle] = (b"B" if line[:1] == b"A" else b"A") + line[1:]
    return b"\n".join(lines)


def nested(depth):
    head, tail = b"", b""
    for i in range(depth):
        head += mails.crlf("Content-Type: multipart/mixed; "
                           f"boundary=b{i:04}\n\n--b{i:04}\n")
        tail = mails.crlf(f"\n--b{i:04}--\n") + tail
    return head + mails.text(mails.story()) + tail


def two_keys(person):
    """The options that sign with both keys of one home."""
    second = [f for f in person.fingerprints() if f != person.fpr]
    return ["-u", second[0] if second else person.new_key()]


def quarantine_case(which, people, sender, tmp):
    clb, s = people["clb"], sender("clb")
    story = mails.bound(clb, mails.story())
    sig = clb.sign(story)
    good = mails.signed(story, sig)
    to = s.to
    make = {
        "stranger": lambda: sender("vreemde").combined(story),
        "stranger 6.1": lambda: sender("vreemde").encapsulated(story),
        "not signed": lambda: s.encrypted(story),
        "other recipient": lambda: s.wrap(clb.seal(story, [clb.fpr])),
        "damaged": lambda: s.wrap(flip(clb.seal(story, to))),
        "no integrity": lambda: s.combined(story, "--rfc2440",
                                           "--disable-mdc"),
        "old hash": lambda: s.combined(story, "--digest-algo", "SHA1"),
        "signed tomorrow": lambda: s.combined(
            story, "--faked-system-time", gpg_time(TOMORROW)),
        # Our key is younger than that signature, so in two steps.
        "signature ended": lambda: s.encapsulated(
            story, "--faked-system-time", gpg_time(YESTERDAY),
            "--default-sig-expire", "seconds=60"),
        "two signatures": lambda: s.combined(story, *two_keys(clb)),
        "signed twice over": lambda: s.combined(good),
        "altered": lambda: s.encrypted(mails.signed(
            story.replace(b"zorgen", b"ZORGEN"), sig)),
        "a part beside": lambda: s.encrypted(mails.multipart(
            "mixed", [good, mails.text("erbij gezet")])),
        "a third part": lambda: s.encrypted(good.replace(
            b"\r\nContent-Type: application/pgp-signature",
            b"\r\n\r\nerbij\r\n--" + good.split(b'boundary="')[1].split(
                b'"')[0] + b"\r\nContent-Type: application/pgp-signature")),
        "sealed twice": lambda: s.combined(
            mails.crlf(s.combined(story).split(b"MIME-Version: 1.0\r\n")[1])),
        "other From": lambda: s.combined(
            mails.text(mails.story()), sender=people["ocmw"].address),
        "other inner From": lambda: s.combined(mails.bound(
            clb, mails.story(), sender=people["ocmw"].address)),
        "inline": lambda: s.inline(mails.story()),
        "two Froms": lambda: s.combined(story, headers="From: a@b.example\n"),
        "two contents": lambda: s.combined(
            story, headers="Content-Type: text/plain\n"),
        "S/MIME": lambda: smime(tmp, clb.address),
        "nested outside": lambda: mails.outer(clb.address) + nested(1600),
        "nested inside": lambda: s.combined(nested(1600)),
        "compression": lambda: s.combined(
            b"Content-Type: text/plain\r\n\r\n" + bytes(200 << 20),
            "--compress-algo", "zlib", "-z", "9"),
    }
    return make[which]()


QUARANTINED = {
    "stranger": "unknown-key", "stranger 6.1": "unknown-key",
    "not signed": "not-signed", "other recipient": "decrypt-failed",
    "damaged": "decrypt-failed", "no integrity": "no-integrity",
    "old hash": "weak-algorithm", "signed tomorrow": "expired-signature",
    "signature ended": "expired-signature",
    "two signatures": "several-signatures",
    "signed twice over": "several-signatures", "altered": "bad-signature",
    "a part beside": "partial-signature",
    "a third part": "partial-signature", "sealed twice": "bad-structure",
    "other From": "sender-mismatch", "other inner From": "sender-mismatch",
    "inline": "bad-structure", "two Froms": "malformed",
    "two contents": "malformed", "S/MIME": "unsupported-algorithm",
    "nested outside": "too-deep", "nested inside": "too-deep",
    "compression": "bomb",
}


@pytest.mark.parametrize("which", QUARANTINED)
def test_what_cannot_be_trusted_is_quarantined(house, people, sender,
                                               tmp_path, which):
    mail = quarantine_case(which, people, sender, tmp_path)
    began = time.monotonic()
    said, caused, row = judged(house, mail)
    assert said[:2] == ("quarantined", QUARANTINED[which])
    assert {r["mail"] for r in caused} == {"T05"}
    assert {r["reference"] for r in caused} == {row["id"]}
    assert len(caused) == len(REPRESENTATIVES)
    assert not row["reference"] and not house.aside_has(mail)
    shown = house.run("mail", "show", row["id"]).err
    assert "its ciphertext is kept" in shown
    # A bomb ends, and so does every gpg that it started.
    assert time.monotonic() - began < 20
    house.until(lambda: not [p for p in house.leftovers()
                             if p.name == "gpg"], "no gpg left", 5)


def test_the_notice_says_nothing_but_that_something_is_there(house, people,
                                                             sender):
    """T05: no sender, no organisation, no type."""
    house.quiet()
    rep = people["vertegenwoordiger"]
    before = len(house.received(rep))
    row = house.judge(sender("vreemde").encrypted(mails.text(mails.story())))
    house.quiet()
    (raw,) = house.received(rep)[before:]
    letter = mails.Letter(rep, raw)
    assert letter.opened.signer == house.gateway_fpr
    assert letter.reference == row["id"]
    assert "in quarantaine" in letter.text
    assert "vreemde" not in letter.text and "unknown" not in letter.text
    # As long as a receipt, so that its size says nothing either.
    house.judge(sender("clb").apple(mails.story()))
    house.quiet()
    assert len(raw) == len(house.received(people["clb"])[-1])


def test_a_suspended_person_is_nobody(house, people, sender):
    address = people["jeugd"].address
    house.run("correspondent", "suspend", address)
    try:
        said, _, _ = judged(house, sender("jeugd").apple(mails.story()))
        assert said == ("quarantined", "unknown-key", "pgp-mime")
    finally:
        house.run("correspondent", "resume", address)
    said, _, _ = judged(house, sender("jeugd").mutt(mails.story()))
    assert said == ("accepted", "ok", "pgp-mime")


def test_a_key_that_ended(house):
    """It was good when it was enrolled, and when the mail was made."""
    with Person("kort") as p:
        p.meet(house.gateway_key)
        until = time.time() + 4
        house.enrol(p, PARTNER, key=p.set_expiry(until))
        mail = mails.Sender(p, house.gateway_fpr).apple(mails.story())
        house.until(lambda: time.time() > until + 1, "the key ends", 8)
        said, _, _ = judged(house, mail)
        assert said == ("quarantined", "expired-key", "pgp-mime")
        house.run("correspondent", "remove", p.address, "--yes")


def test_a_revoked_key(new_house):
    """Not taken at the counter, and worth nothing in the ring."""
    house = new_house().start()
    with Person("terug") as p:
        p.meet(house.gateway_key)
        house.enrol(p, PARTNER)
        mail = mails.Sender(p, house.gateway_fpr).apple(mails.story())
        revoked = p.revoke()
        done = house.enrol(p, PARTNER, key=revoked, ok=False)
        assert "revoked" in done.err
        house.stop()
        house.ring("--import", data=revoked)
        house.deliver(mail)
        house.once()
        (row,) = house.rows("mail", "list")
        assert (row["verdict"], row["reason"]) == ("quarantined",
                                                   "revoked-key")


def test_the_log_of_acts_is_whole_at_the_end(house):
    house.run("audit", "verify")
