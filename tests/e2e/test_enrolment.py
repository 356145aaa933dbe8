"""A stranger comes in by two officers' mail, without a shell (design.md 10):
quarantined, phoned, proposed, confirmed, proven, and the waiting mail goes its
way. And everything that must not bring anybody in."""

import re
import time

import pytest

import mails
from office import Desk, done, refused, words
from people import CAST, DAY, Person, gpg_time

REP, SECOND = "vertegenwoordiger", "coordinator"
CODE = r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}"


@pytest.fixture
def desk(new_house, people, sender):
    house = new_house()
    house.start()
    return Desk(house, people, sender)


@pytest.fixture
def stranger(desk):
    with Person("nieuw") as person:
        person.meet(desk.house.gateway_key)
        yield person


def write(desk, person, body=None):
    """A referral with the sender's own key attached, as Thunderbird does."""
    mail = mails.Sender(person, desk.house.gateway_fpr).thunderbird(
        body or mails.story())
    return desk.send(mail, REP, "adjunct", SECOND, "fg")


def form(person, **changes):
    fields = {"vingerafdruk": person.fpr, "rol": "non_member",
              "soort organisatie": "caw", "organisatie": "CAW Noord",
              "rechtsgrond": "decreet art. 3",
              "vergeleken": "telefoon, nummer van de website"}
    fields.update({k.replace("_", " "): v for k, v in changes.items()})
    return "".join(f"{k}: {v}\n" for k, v in fields.items())


def propose(desk, person, ref, name=REP, **changes):
    return desk.order(name, f"INSCHRIJVEN\n\n{form(person, **changes)}", ref,
                      name, SECOND, "fg")


def code_in(letter):
    return re.search(CODE, letter.text).group()


def answer(desk, person, order, ref):
    """From somebody who is not in the cast."""
    mail = mails.Sender(person, desk.house.gateway_fpr).combined(
        mails.bound(person, f"{order}\n", subject=f"Re: [{ref}] x"))
    return desk.send(mail, REP, SECOND, "fg")


def letters_of(desk, person):
    return desk.house.letters(person)


def keyring(desk):
    return [p.read_bytes() for p in
            sorted((desk.house.state / "gnupg").glob("pubring*"))]


def test_a_stranger_comes_in_and_the_waiting_mail_with_them(desk, stranger):
    before = keyring(desk)
    row, got = write(desk, stranger)
    assert (row["verdict"], row["reason"]) == ("quarantined", "unknown-key")
    ref = row["id"]
    # The office hears whom to phone; nobody else hears anything.
    for name in (REP, "adjunct"):
        (notice,) = got[name]
        assert notice.reference == ref
        assert stranger.address in notice.text
        assert re.sub(r"(.{4})(?=.)", r"\1 ", stranger.fpr) in notice.text
        assert "INSCHRIJVEN" in notice.text
    assert not got[SECOND] and not letters_of(desk, stranger)

    row, got = propose(desk, stranger, ref)
    done(row)
    codes = {n: code_in(got[n][0]) for n in (SECOND, "fg")}
    assert codes[SECOND] != codes["fg"]
    assert stranger.address in got[SECOND][0].text
    assert keyring(desk) == before		# T32: nothing came in yet
    assert [r["state"] for r in desk.house.rows("enrolment", "list")] == \
        ["PROPOSED"]

    row, got = desk.order(SECOND, f"BEVESTIG {codes[SECOND]}", ref, SECOND)
    done(row)
    (proof,) = letters_of(desk, stranger)
    assert proof.opened.signer == desk.house.gateway_fpr
    assert not [r for r in desk.house.rows("correspondent", "list")
                if r["address"] == stranger.address]

    row, got = answer(desk, stranger, f"BEVESTIG {code_in(proof)}", ref)
    done(row)
    desk.house.until(lambda: [r for r in desk.house.rows("queue")],
                     "the waiting referral")
    desk.house.quiet()
    (person,) = [r for r in desk.house.rows("correspondent", "list")
                 if r["address"] == stranger.address]
    assert (person["role"], person["state"]) == ("non_member", "active")
    (waited,) = [r for r in desk.house.rows("mail", "list")
                 if r["id"] == ref]
    assert (waited["verdict"], waited["reason"]) == ("accepted", "ok")
    forwards = [m for m in desk.letters(REP)
                if m.reference == waited["reference"]]
    assert mails.CANARY in words(forwards[0])
    # Welcome, and the receipt of what waited.
    assert len(letters_of(desk, stranger)) == 3
    assert not desk.house.rows("enrolment", "list")
    assert "whole" in desk.house.run("audit", "verify").err


def enrolled_so_far(desk, stranger):
    row, _ = write(desk, stranger)
    return row["id"]


@pytest.mark.parametrize("changes, reason", [
    ({"vingerafdruk": "0" * 40}, "fingerprint-differs"),
    ({"vingerafdruk": ""}, "incomplete-form"),
    ({"rol": "baas"}, "incomplete-form"),
    ({"organisatie": ""}, "incomplete-form"),
    ({"soort_organisatie": "ocad"}, "not-enrollable"),
    ({"rol": "io"}, "not-enrollable"),
])
def test_a_proposal_that_is_not_right_is_none(desk, stranger, changes,
                                              reason):
    ref = enrolled_so_far(desk, stranger)
    row, got = propose(desk, stranger, ref, **changes)
    refused(row, reason)
    assert not got[SECOND] and not got["fg"]
    assert len(got[REP]) == 1
    assert not desk.house.rows("enrolment", "list")


def test_it_takes_a_second_person(desk, stranger):
    ref = enrolled_so_far(desk, stranger)
    row, got = propose(desk, stranger, ref)
    done(row)
    code = code_in(got[SECOND][0])
    # Nor the first officer, nor a deputy, nor a participant.
    refused(desk.order(REP, f"BEVESTIG {code}", ref)[0], "same-person")
    refused(desk.order("adjunct", f"BEVESTIG {code}", ref)[0], "wrong-state")
    refused(desk.order("clb", f"BEVESTIG {code}", ref)[0],
            "role-not-allowed")
    # Another officer's code is not one's own; nor is a slip of the pen.
    refused(desk.order("fg", f"BEVESTIG {code}", ref)[0], "wrong-code")
    refused(desk.order(SECOND, "BEVESTIG 0000-0000-0000", ref)[0],
            "wrong-code")
    refused(desk.order(SECOND, "BEVESTIG", ref)[0], "wrong-code")
    assert not letters_of(desk, stranger)


def test_without_a_second_officer_nobody_comes_in(desk, stranger):
    ref = enrolled_so_far(desk, stranger)
    for name in (SECOND, "fg"):
        desk.house.run("correspondent", "suspend",
                       desk.people[name].address)
    row, got = propose(desk, stranger, ref)
    refused(row, "same-person")
    assert "tweede" in got[REP][0].text
    assert not desk.house.rows("enrolment", "list")


def test_the_code_alone_says_which_proposal_it_is(desk, stranger):
    """Where a mail program keeps neither subject nor quote."""
    ref = enrolled_so_far(desk, stranger)
    _, got = propose(desk, stranger, ref)
    done(desk.order(SECOND, f"BEVESTIG {code_in(got[SECOND][0])}", "")[0])
    refused(desk.order(SECOND, "BEVESTIG 0000-0000-0000", "")[0],
            "unknown-reference")


def test_a_changed_proposal_voids_the_code(desk, stranger):
    ref = enrolled_so_far(desk, stranger)
    _, got = propose(desk, stranger, ref)
    old = code_in(got[SECOND][0])
    row, got = propose(desk, stranger, ref, organisatie="CAW Zuid")
    done(row)
    refused(desk.order(SECOND, f"BEVESTIG {old}", ref)[0], "wrong-code")
    done(desk.order(SECOND, f"BEVESTIG {code_in(got[SECOND][0])}", ref)[0])


def test_only_the_holder_of_the_key_proves_it(desk, stranger):
    ref = enrolled_so_far(desk, stranger)
    _, got = propose(desk, stranger, ref)
    done(desk.order(SECOND, f"BEVESTIG {code_in(got[SECOND][0])}", ref)[0])
    code = code_in(letters_of(desk, stranger)[0])
    # A start in between forgets nothing.
    desk.house.stop()
    desk.house.start()
    row, _ = answer(desk, stranger, "BEVESTIG 0000-0000-0000", ref)
    assert row["verdict"] == "quarantined"
    # What it knows does not help somebody else.
    refused(desk.order("clb", f"BEVESTIG {code}", ref)[0],
            "role-not-allowed")
    # And until then nothing else of theirs is taken in.
    row, _ = write(desk, stranger)
    assert (row["verdict"], row["reason"]) == ("quarantined", "unknown-key")
    done(answer(desk, stranger, f"BEVESTIG {code}", ref)[0])


def test_rejected_is_erased(desk, stranger):
    ref = enrolled_so_far(desk, stranger)
    propose(desk, stranger, ref)
    before = keyring(desk)
    done(desk.order(REP, "AFWIJZEN", ref)[0])
    assert not desk.house.rows("enrolment", "list")
    assert "its ciphertext is kept" not in \
        desk.house.run("mail", "show", ref).err
    assert keyring(desk) == before
    refused(propose(desk, stranger, ref)[0], "wrong-state")
    assert not letters_of(desk, stranger)


def test_a_mail_that_brings_no_key(desk, stranger):
    mail = mails.Sender(stranger, desk.house.gateway_fpr).combined(
        mails.bound(stranger, mails.story()))
    row, got = desk.send(mail, REP)
    assert row["reason"] == "unknown-key"
    (notice,) = got[REP]
    assert stranger.address in notice.text
    assert "INSCHRIJVEN" not in notice.text
    refused(propose(desk, stranger, row["id"])[0], "wrong-state")


def test_a_key_that_is_not_the_senders_vouches_for_nothing(desk, stranger,
                                                           people):
    """T4, T32: the key of another, or one whose user id is another's."""
    body = mails.multipart("mixed", [
        mails.text(mails.story()), mails.attachment(
            "application/pgp-keys", "k.asc", people["vreemde"].key)],
        headers=f"From: {stranger.address}\nTo: {mails.GATEWAY}\n",
        params=' protected-headers="v1";')
    row, got = desk.send(mails.Sender(
        stranger, desk.house.gateway_fpr).combined(body), REP)
    assert row["reason"] == "unknown-key"
    assert "INSCHRIJVEN" not in got[REP][0].text


def test_a_new_key_of_an_enrolled_person(desk):
    """Re-verified like a newcomer; the old key counts until then."""
    clb = desk.people["clb"]
    with Person("clb2", address=clb.address) as new:
        new.meet(desk.house.gateway_key)
        row, got = write(desk, new)
        assert row["reason"] == "unknown-key"
        ref = row["id"]
        _, got = propose(desk, new, ref, rol="participant",
                         soort_organisatie="clb", organisatie="CLB Dijle")
        done(desk.order(SECOND, f"BEVESTIG {code_in(got[SECOND][0])}",
                        ref)[0])
        desk.refer("clb")
        mine = [m for m in desk.house.received(clb) if new.can_open(
            mails.ciphertext(m))]
        code = code_in(mails.Letter(new, mine[0]))
        done(answer(desk, new, f"BEVESTIG {code}", ref)[0])
        desk.house.quiet()
        show = desk.house.rows("correspondent", "show", clb.address)
        assert show["fingerprint"] == new.fpr
        row, _ = desk.send(desk.sender("clb").combined(
            mails.bound(clb, mails.story())))
        assert row["reason"] == "unknown-key"
        # Told to whom the key is said to belong (T39).
        told = [mails.Letter(new, m) for m in desk.house.received(clb)
                if new.can_open(mails.ciphertext(m))]
        assert any(re.sub(r"(.{4})(?=.)", r"\1 ", new.fpr) in m.text
                   for m in told[1:])


def test_the_same_key_for_longer(desk):
    """A key that had ended, prolonged: proven like any other, with the
    fingerprint that is on file already."""
    from people import Role
    house = desk.house
    with Person("kort") as short:
        short.meet(house.gateway_key)
        short.key = short.set_expiry(time.time() + 8)
        house.enrol(short, Role("participant", "other", "Vzw"))
        house.until(lambda: time.time() > ended(short), "its end", 15)
        short.key = short.set_expiry(time.time() + 300 * DAY)
        row, got = write(desk, short)
        assert row["reason"] == "expired-key"
        assert "INSCHRIJVEN" in got[REP][0].text
        row, got = propose(desk, short, row["id"], rol="participant",
                           soort_organisatie="other", organisatie="Vzw")
        done(row)
        ref = house.rows("enrolment", "list")[0]["reference"]
        done(desk.order(SECOND, f"BEVESTIG {code_in(got[SECOND][0])}",
                        ref)[0])
        code = code_in(letters_of(desk, short)[-1])
        done(answer(desk, short, f"BEVESTIG {code}", ref)[0])
        house.until(lambda: house.rows("queue"), "what waited")
        row, _ = write(desk, short)
        done(row)


def ended(person):
    text = person.gpg("--with-colons", "--list-keys", person.fpr).decode()
    return int(text.split("pub:")[1].split(":")[5]) + 1


def test_who_was_suspended_comes_back_by_two_officers(desk):
    """And gets what came meanwhile."""
    house, deputy = desk.house, desk.people["adjunct"]
    house.run("bootstrap", "close")
    house.run("correspondent", "suspend", deputy.address)
    missed = desk.refer()
    out = house.enrol(deputy, CAST["adjunct"]).out
    ref = re.search(r"M-\w{16}", out).group()
    house.quiet()
    row, got = desk.order(REP, f"BEVESTIG {code_in(desk.letters(REP)[-1])}",
                          ref, SECOND)
    done(row)
    done(desk.order(SECOND, f"BEVESTIG {code_in(got[SECOND][0])}", ref)[0])
    # Until the proof, the door stays shut.
    row, _ = desk.send(desk.sender("adjunct").thunderbird(mails.story()))
    assert row["verdict"] == "quarantined"
    done(answer(desk, deputy,
                f"BEVESTIG {code_in(desk.letters('adjunct')[-1])}", ref)[0])
    (letter,) = [m for m in desk.letters("adjunct") if m.reference == missed]
    assert mails.CANARY in words(letter)
    done(desk.order("adjunct", "LIJST", missed)[0])


def test_what_the_operator_typed_can_be_rejected(desk, stranger):
    from people import Role
    house = desk.house
    house.run("bootstrap", "close")
    out = house.enrol(stranger, Role("non_member", "caw", "CAW Noord")).out
    ref = re.search(r"M-\w{16}", out).group()
    done(desk.order(REP, "AFWIJZEN", ref)[0])
    assert not house.rows("enrolment", "list")
    refused(desk.order(REP, "AFWIJZEN", ref)[0], "unknown-reference")


def test_two_proposals_for_one_person(desk, stranger):
    """Whichever is proven, the other finds that the address has a holder by
    now: one person, and no mail that comes again and again."""
    refs = [write(desk, stranger)[0]["id"], write(desk, stranger)[0]["id"]]
    codes = []
    for ref in refs:
        _, got = propose(desk, stranger, ref)
        codes.append(code_in(got[SECOND][0]))
    for ref, code in zip(refs, codes):
        done(desk.order(SECOND, f"BEVESTIG {code}", ref)[0])
    proofs = {m.reference: code_in(m) for m in letters_of(desk, stranger)}
    verdicts = [answer(desk, stranger, f"BEVESTIG {proofs[ref]}",
                       ref)[0]["verdict"] for ref in refs + refs]
    assert "accepted" in verdicts
    assert verdicts.count("accepted") == 1, verdicts
    assert [r["address"] for r in desk.house.rows("correspondent", "list")
            ].count(stranger.address) == 1


def test_suspending_needs_this_town(desk):
    """T12: nothing else binds the order to us."""
    row, _ = desk.send(desk.sender(REP).combined(mails.text(
        "SCHORSEN clb@clb.example\n")))
    refused(row, "wrong-recipient")
    desk.refer("clb")


def test_suspending_takes_effect_on_the_next_mail(desk):
    row, got = desk.order(REP, "SCHORSEN clb@clb.example", "", REP)
    done(row)
    assert "clb@clb.example" in got[REP][0].text
    row, _ = desk.send(desk.sender("clb").thunderbird(mails.story()))
    assert (row["verdict"], row["reason"]) == ("quarantined", "unknown-key")
    refused(desk.order(REP, "SCHORSEN niemand@nergens.example", "")[0],
            "wrong-state")
    refused(desk.order(REP, f"SCHORSEN {desk.people[REP].address}", "")[0],
            "same-person")


def without_an_encryption_key(person):
    """It ended five days ago; the key signs on."""
    text = person.gpg("--with-colons", "--list-keys", person.fpr).decode()
    (sub,) = re.findall(r"^sub:.*\nfpr:+([0-9A-F]{40}):", text, re.M)
    person.gpg("--faked-system-time", gpg_time(time.time() - 10 * DAY),
               "--passphrase", "", "--quick-set-expire", person.fpr,
               gpg_time(time.time() - 5 * DAY), sub)
    return person.gpg("--armor", "--export", person.fpr)


def test_suspending_does_not_wait_for_an_answer(desk):
    """Nobody can be written to with that key; the order is carried out."""
    house = desk.house
    with Person("oud") as officer:
        officer.meet(house.gateway_key)
        house.enrol(officer, CAST[REP])
        house.stop()
        house.ring("--import", data=without_an_encryption_key(officer))
        house.own(house.state)
        house.start()
        row, _ = answer(desk, officer, f"SCHORSEN clb@clb.example\nAan: "
                        f"{mails.GATEWAY}", "")
        done(row)
        assert not letters_of(desk, officer)
    row, _ = desk.send(desk.sender("clb").thunderbird(mails.story()))
    assert (row["verdict"], row["reason"]) == ("quarantined", "unknown-key")


def test_after_the_bootstrap_the_command_only_proposes(desk, stranger):
    """design.md 10: no command or flag can supply an officer's act."""
    house = desk.house
    house.run("bootstrap", "close")
    house.quiet()
    for name in ("burgemeester", REP, SECOND, "fg"):
        assert desk.people["clb"].address in desk.letters(name)[-1].text
    house.run("bootstrap", "close", ok=False)
    from people import Role
    out = house.enrol(stranger, Role("non_member", "caw", "CAW Noord")).out
    ref = re.search(r"M-\w{16}", out).group()
    assert not [r for r in house.rows("correspondent", "list")
                if r["address"] == stranger.address]
    house.quiet()
    mine = code_in(desk.letters(REP)[-1])
    # The second officer was not asked yet, and cannot come first.
    refused(desk.order(SECOND, f"BEVESTIG {mine}", ref)[0], "wrong-state")
    row, got = desk.order(REP, f"BEVESTIG {mine}", ref, SECOND)
    done(row)
    done(desk.order(SECOND, f"BEVESTIG {code_in(got[SECOND][0])}", ref)[0])
    proof = code_in(letters_of(desk, stranger)[0])
    done(answer(desk, stranger, f"BEVESTIG {proof}", ref)[0])
    assert [r for r in house.rows("correspondent", "list")
            if r["address"] == stranger.address]
    house.run("correspondent", "suspend", stranger.address)
    house.run("correspondent", "resume", stranger.address, ok=False)


def test_a_successor_gets_what_is_open(desk):
    """After an election no case is lost and no access is left."""
    ref = desk.refer()
    with Person("opvolger") as new:
        new.meet(desk.house.gateway_key)
        row, _ = write(desk, new)
        _, got = propose(desk, new, row["id"], rol="mayor_rep",
                         soort_organisatie="municipality",
                         organisatie="Stad Mechelen", tot="31/12/2099")
        done(desk.order(SECOND, f"BEVESTIG {code_in(got[SECOND][0])}",
                        row["id"])[0])
        code = code_in(letters_of(desk, new)[0])
        done(answer(desk, new, f"BEVESTIG {code}", row["id"])[0])
        desk.house.quiet()
        (open_one,) = [m for m in letters_of(desk, new)
                       if m.reference == ref]
        assert mails.CANARY in words(open_one)
        show = desk.house.rows("correspondent", "show", new.address)
        assert show["until"].startswith("2099-12-31")
