"""The one contact of the LTF (R101): configured, its key brought by the
operator, nobody that can be enrolled or write, and reached by nothing but a
dispatch."""

import pytest

import mails
from office import Desk, refused
from people import Person, Role

EX = {"data": 65, "noperm": 77, "config": 78}
PARTNER = Role("participant", "other", "Vzw")
REP, SECOND = "vertegenwoordiger", "coordinator"


@pytest.fixture
def contact():
    with Person("ltf") as person:
        yield person


def configured(house, contact):
    house.groups["ltf"] = {"address": contact.address,
                           "fingerprint": contact.fpr}
    house.write_conf()
    return house


def bring(house, key, ok=True):
    path = house.dir / "ltf.asc"
    path.write_bytes(key)
    return house.run("ltf", "import", path, ok=ok)


def test_without_a_contact_there_is_none(new_house, contact):
    house = new_house()
    house.start()
    for done in (house.run("ltf", "show", ok=False),
                 bring(house, contact.key, ok=False)):
        assert done.returncode == EX["config"]
        assert "a channel of their own" in done.err


def test_the_configured_key_and_no_other_comes_in(new_house, contact, people):
    house = configured(new_house(), contact)
    house.start()
    row = house.rows("ltf", "show")
    assert (row["address"], row["fingerprint"], row["key"]) == \
        (contact.address, contact.fpr, "missing")
    done = bring(house, people[REP].key, ok=False)
    assert done.returncode == EX["data"] and "another fingerprint" in done.err
    done = bring(house, b"no key", ok=False)
    assert done.returncode == EX["data"]
    assert house.rows("ltf", "show")["key"] == "missing"
    bring(house, contact.key)
    row = house.rows("ltf", "show")
    assert row["key"] == "usable" and row["key-expires"]
    bring(house, contact.key)
    house.stop()
    house.start()
    assert house.rows("ltf", "show")["key"] == "usable"
    assert house.run("audit", "verify").returncode == 0


def test_a_key_of_another_address(new_house, contact):
    house = configured(new_house(), contact)
    house.groups["ltf"]["address"] = "ander@ltf.example"
    house.write_conf()
    house.start()
    done = bring(house, contact.key, ok=False)
    assert done.returncode == EX["data"] and "ltf.address" in done.err
    assert house.rows("ltf", "show")["key"] == "missing"


def test_the_operator_cannot_enrol_it(new_house, contact):
    """R87: by its address, in any letters, and by its key."""
    house = configured(new_house(), contact)
    house.start()
    bring(house, contact.key)
    with Person("iemand", address=contact.address) as same_address:
        for done in (house.enrol(contact, PARTNER, ok=False),
                     house.enrol(same_address, PARTNER, ok=False)):
            assert done.returncode == EX["noperm"] and "R87" in done.err
        same_address.address = contact.address.upper()
        done = house.enrol(same_address, PARTNER, ok=False)
        assert done.returncode == EX["noperm"] and "R87" in done.err
    contact.address = "ander@ltf.example"
    done = house.enrol(contact, PARTNER, ok=False)
    assert done.returncode == EX["noperm"] and "R87" in done.err
    # A refusal does not cost the contact its key.
    assert house.rows("ltf", "show")["key"] == "usable"


@pytest.mark.parametrize("what", ["address", "fingerprint"])
def test_nor_can_the_office_by_mail(new_house, people, sender, contact, what):
    house = configured(new_house(), contact)
    if what == "fingerprint":
        house.groups["ltf"]["address"] = "ander@ltf.example"
    else:
        house.groups["ltf"]["fingerprint"] = "0" * 40
    house.write_conf()
    house.start()
    desk = Desk(house, people, sender)
    contact.meet(house.gateway_key)
    mail = mails.Sender(contact, house.gateway_fpr).thunderbird(mails.story())
    row, _ = desk.send(mail, REP)
    assert row["verdict"] == "quarantined"
    form = (f"vingerafdruk: {contact.fpr}\nrol: non_member\n"
            "soort organisatie: caw\norganisatie: CAW\n"
            "rechtsgrond: decreet\nvergeleken: telefoon\n")
    row, got = desk.order(REP, f"INSCHRIJVEN\n\n{form}", row["id"], REP,
                          SECOND)
    refused(row, "not-enrollable")
    assert not got[SECOND]
    assert house.rows("enrolment", "list") == []


def test_who_was_enrolled_before_is_not_heard_nor_written_to(new_house,
                                                            people):
    """A contact that the configuration names later: its mail does not count
    any more, and what is sent to everybody does not go there."""
    house = new_house()
    house.start()
    with Person("partner") as partner:
        partner.meet(house.gateway_key)
        house.enrol(partner, PARTNER)
        house.stop()
        configured(house, partner)
        house.start()
        said = house.verdict(mails.Sender(partner, house.gateway_fpr)
                             .apple("x"))
        assert said["verdict"] == "quarantined"
        house.run("key", "prolong", "--days", 800)
        house.until(lambda: house.received(people[REP]) and
                    not house.rows("outbox"), "the key, sent")
        assert house.received(partner) == []
        assert "refused: only a dispatch goes there" in house.log()
