"""Keys are looked after (T39, design.md 10 "Own key"): who is told that a key
runs out, the gateway's own subkey is replaced without losing a mail, the key
can be found by its address."""

import re
import time

import pytest

import mails
from office import Desk, done, refused
from people import CAST, DAY, Person, Role, gpg_time

PARTNER = Role("participant", "other", "Vzw")


@pytest.fixture
def desk(new_house, people, sender):
    house = new_house()
    house.start()
    return Desk(house, people, sender)


def subkeys(person):
    text = person.gpg("--with-colons", "--list-keys", mails.GATEWAY).decode()
    return re.findall(r"^sub:.*\nfpr:+([0-9A-F]{40}):", text, re.M)


def test_a_key_that_runs_out_is_told_of_in_time(new_house, people, sender):
    house = new_house()
    with Person("kort", expires=f"{int(time.time() + 29 * DAY)}") as short:
        pass
    with Person("kort") as short:
        short.key = short.set_expiry(time.time() + 20 * DAY)
        short.meet(house.gateway_key)
        house.start()
        house.enrol(short, PARTNER)
        house.stop()
        house.start()
        house.until(lambda: house.received(short), "a notice")
        house.quiet()
        (notice,) = house.letters(short)
        assert re.sub(r"(.{4})(?=.)", r"\1 ", short.fpr) in notice.text
        assert "LIVC" not in notice.subject
        # Once for each of 60, 30 and 7 days.
        house.stop()
        house.start()
        time.sleep(1)
        assert len(house.received(short)) == 1
        prolonged_by_mail(house, short, people["clb"])


def prolonged_by_mail(house, short, other):
    """SLEUTEL: the same key, for longer; no other one, and none that ends on
    the day we know."""
    desk = Desk(house, {"kort": short}, lambda name: mails.Sender(
        short, house.gateway_fpr))

    def ends():
        (row,) = [r for r in house.rows("correspondent", "list")
                  if r["address"] == short.address]
        return row["key-expires"]

    known, key = ends(), short.key
    row, new = desk.order("kort", "SLEUTEL", "", "kort")
    refused(row, "unreadable-answer")
    assert "Er zat geen publieke sleutel bij" in new["kort"][0].text
    for attached, reason in ((key, "wrong-state"),
                             (other.key, "fingerprint-differs")):
        short.key = attached
        row, _ = desk.send(desk.sender("kort").thunderbird("SLEUTEL\n"))
        refused(row, reason)
    assert ends() == known
    short.key = short.set_expiry(time.time() + 300 * DAY)
    row, new = desk.send(desk.sender("kort").thunderbird("SLEUTEL\n"), "kort")
    done(row)
    assert "Nieuwe einddatum" in new["kort"][0].text and ends() > known
    # Of what it knew already gpg keeps the newer.
    short.key = key
    row, _ = desk.send(desk.sender("kort").thunderbird("SLEUTEL\n"))
    refused(row, "wrong-state")
    desk.refer("kort")


def with_an_old_key(house):
    """The gateway's key as it is after two months."""
    past = gpg_time(time.time() - 60 * DAY)
    house.start()
    house.stop()
    quick = ["--faked-system-time", past, "--passphrase", ""]
    house.ring(*quick, "--quick-gen-key", f"meldpost <{mails.GATEWAY}>",
               "ed25519", "cert,sign", "2y")
    (fpr,) = re.findall(r"^fpr:+([0-9A-F]{40}):", house.ring(
        "--with-colons", "--list-keys").decode(), re.M)
    house.ring(*quick, "--quick-add-key", fpr, "cv25519", "encr", "never")
    house.own(house.state)
    house.start()
    house.gateway_fpr, house.gateway_key = house.own_key()


def test_a_new_subkey_loses_no_mail(empty_house):
    house = empty_house()
    with_an_old_key(house)
    with Person("clb") as clb, Person("rep") as rep:
        people = {"clb": clb, "rep": rep}
        desk = Desk(house, people, lambda name: mails.Sender(
            people[name], house.gateway_fpr))
        house.enrol(rep, CAST["vertegenwoordiger"])
        house.enrol(clb, CAST["clb"])
        clb.meet(house.gateway_key)
        old = subkeys(clb)
        desk.refer("clb")
        house.run("key", "rotate")
        house.quiet()
        told = desk.letters("clb")[-1]
        (key,) = [p for p in told.inner.iter_attachments()
                  if p.get_content_type() == "application/pgp-keys"]
        # Whoever has not taken it in yet still reaches us.
        desk.refer("clb")
        clb.meet(key.get_payload(decode=True))
        assert len(subkeys(clb)) == len(old) + 1
        desk.refer("clb")
        # Twice in a row is once.
        assert "younger than an hour" in house.run("key", "rotate").err
        house.stop()
        house.start()
        desk.refer("clb")


def test_a_young_subkey_stays(desk):
    assert "younger than an hour" in desk.house.run("key", "rotate").err
    desk.house.quiet()
    assert not desk.letters("clb")


def test_the_own_key_lives_on(desk):
    desk.house.run("key", "prolong", "--days", "0", ok=False)
    before = desk.house.rows("key", "show")["expires"]
    desk.house.run("key", "prolong", "--days", "3000")
    after = desk.house.rows("key", "show")["expires"]
    assert after > before
    desk.refer("clb")


def test_the_key_is_found_by_its_address(desk, tmp_path):
    """Both forms of a web key directory, of the same binary key."""
    desk.house.run("wkd", "export", tmp_path)
    base = tmp_path / ".well-known/openpgpkey"
    local, domain = mails.GATEWAY.split("@")
    direct = list((base / "hu").iterdir())
    advanced = list((base / domain / "hu").iterdir())
    assert [p.name for p in direct] == [p.name for p in advanced]
    assert (base / "policy").exists() and (base / domain / "policy").exists()
    with Person("zoeker") as seeker:
        listed = seeker.gpg("--with-wkd-hash", "--show-keys",
                            data=desk.house.gateway_key).decode()
        assert f"{direct[0].name}@{domain}" in listed
        seeker.meet(direct[0].read_bytes())
        assert desk.house.gateway_fpr.encode() in seeker.gpg(
            "--with-colons", "--list-keys")
    assert direct[0].read_bytes() == advanced[0].read_bytes()
    # Again, over what is there: it is meant to be repeated.
    desk.house.run("wkd", "export", tmp_path)


def test_forms_can_be_printed(desk):
    out = desk.house.run("form", "AANMELDING").out
    assert len(re.findall(r"^\s*\d+\. ", out, re.M)) == 18
    desk.house.run("form", "ONZIN", ok=False)
