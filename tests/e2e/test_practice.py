"""The practice address: try out the mail program, hear what is right, leave
nothing behind (design.md 5)."""

import pytest

import mails
from office import Desk
from people import Person

PRACTICE = f"oefen+{mails.GATEWAY}"


@pytest.fixture
def desk(new_house, people, sender):
    house = new_house()
    house.start()
    return Desk(house, people, sender)


def practise(desk, name, *watch, body="Test.\n", **more):
    p = desk.people[name]
    mail = desk.sender(name).combined(
        mails.bound(p, body, to=PRACTICE), to=PRACTICE, **more)
    return desk.send(mail, name, *watch)


def nothing_is_kept(desk, row):
    assert not row["reference"]
    assert not desk.house.rows("queue")
    assert "kept" not in desk.house.run("mail", "show", row["id"]).err


def test_all_is_well(desk):
    row, got = practise(desk, "clb", "vertegenwoordiger", body=mails.form())
    assert (row["verdict"], row["reason"]) == ("accepted", "ok")
    (result,) = got["clb"]
    assert "[nog te doen]" not in result.text
    assert result.text.count("[in orde]") >= 6
    assert not got["vertegenwoordiger"]
    nothing_is_kept(desk, row)


def test_an_incomplete_form_and_no_form(desk):
    _, got = practise(desk, "clb", body=mails.form(4, 7))
    assert "4" in got["clb"][0].text and "7" in got["clb"][0].text
    _, got = practise(desk, "clb", body="Zonder formulier.\n")
    assert "[in orde]" in got["clb"][0].text


def test_the_office_may_practise_too(desk):
    row, got = practise(desk, "vertegenwoordiger", body="LIJST\n")
    assert row["verdict"] == "accepted"
    assert len(got["vertegenwoordiger"]) == 1


def test_clear_text_from_an_address_on_file_is_told_sealed_once_a_day(desk):
    clb = desk.people["clb"]
    row, got = desk.send(mails.clear(clb.address, to=PRACTICE), "clb")
    assert (row["verdict"], row["reason"]) == ("refused", "not-encrypted")
    (result,) = got["clb"]
    assert "[nog te doen]" in result.text
    row, got = desk.send(mails.clear(clb.address, to=PRACTICE), "clb")
    assert row["verdict"] == "ignored" and not got["clb"]


def test_a_stranger_is_answered_by_the_key_that_is_brought(desk):
    with Person("nieuw") as new:
        new.meet(desk.house.gateway_key)
        sender = mails.Sender(new, desk.house.gateway_fpr)

        def send(with_key):
            parts = [mails.text("Test.\n")]
            if with_key:
                parts.append(mails.attachment("application/pgp-keys",
                                              "k.asc", new.key))
            return desk.send(sender.combined(mails.multipart(
                "mixed", parts, f"From: {new.address}\nTo: {PRACTICE}\n",
                ' protected-headers="v1";'), to=PRACTICE),
                "vertegenwoordiger")
        row, got = send(False)
        assert row["verdict"] == "ignored"
        assert not desk.house.received(new)
        row, got = send(True)
        assert (row["verdict"], row["reason"]) == ("refused", "unknown-key")
        (result,) = desk.house.letters(new)
        assert result.opened.signer == desk.house.gateway_fpr
        assert "[in orde]" in result.text and "[nog te doen]" in result.text
        # Nobody in the office hears of it, and once a day is enough.
        assert not got["vertegenwoordiger"]
        nothing_is_kept(desk, row)
        row, _ = send(True)
        assert row["verdict"] == "ignored"
        assert len(desk.house.received(new)) == 1
        state = b"".join(p.read_bytes() for p in desk.house.files_of_state())
        assert new.address.encode() not in state


def test_a_practice_text_sent_on_is_nothing_else(desk):
    """T12, T13: what was signed to practise is no referral and no order, and a
    copy of it is not answered again."""
    p = desk.people["clb"]
    entity = mails.text(f"Aan: {PRACTICE}\n\n{mails.story()}")
    armor = p.seal(entity, [desk.house.gateway_fpr])
    row, got = desk.send(mails.envelope(armor, p.address), "clb")
    assert row["verdict"] == "accepted" and not row["reference"]
    assert len(got["clb"]) == 1
    row, got = desk.send(mails.envelope(armor, p.address, to=PRACTICE),
                         "clb")
    assert (row["verdict"], row["reason"]) == ("ignored", "replay")
    assert not got["clb"]
    assert not desk.house.rows("queue")


def test_both_addresses_mean_the_real_one(desk):
    p = desk.people["clb"]
    row, _ = desk.send(desk.sender("clb").combined(mails.bound(
        p, mails.story(), to=f"{mails.GATEWAY}, {PRACTICE}"),
        to=f"{mails.GATEWAY}, {PRACTICE}"))
    assert row["reference"].startswith("A-")


def test_a_stranger_in_clear_gets_nothing(desk):
    row, _ = desk.send(mails.clear("iemand@elders.example", to=PRACTICE))
    assert row["verdict"] == "ignored"
    assert not desk.house.all_sent()


def test_a_referral_with_practice_outside_only_is_a_referral(desk):
    """What is signed decides whom it is for."""
    row, _ = desk.send(desk.sender("clb").combined(
        mails.bound(desk.people["clb"], mails.story()), to=PRACTICE))
    assert row["reference"].startswith("A-")
