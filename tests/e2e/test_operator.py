"""What the operator meets: rules of enrolment, faults of the configuration,
keys that are missing or have ended, broken disks, two daemons."""

import os
import re
import shutil
import sqlite3
import subprocess
import time

import pytest

import mails
from house import TOP
from people import CAST, REPRESENTATIVES, Person, Role, set_expiry

PARTNER = Role("participant", "other", "Vzw")
EX = {"usage": 64, "data": 65, "noperm": 77, "temp": 75, "config": 78}


# ---- people ----

@pytest.fixture(scope="module")
def candidate(enrolled):
    with Person("kandidaat") as p:
        p.meet(enrolled.gateway_key)
        yield p


def list_of(house):
    return {r["address"]: r for r in house.rows("correspondent", "list")}


def refused(house, person, role, *words, **more):
    """Not enrolled, with a sentence; nothing is left behind."""
    before = list_of(house)
    done = house.enrol(person, role, ok=False, **more)
    for word in words:
        assert word in done.err, done.err
    assert list_of(house) == before
    said = house.verdict(mails.Sender(person, house.gateway_fpr).apple("x"))
    assert (said["verdict"], said["reason"]) == ("quarantined",
                                                 "unknown-key")
    return done


@pytest.mark.parametrize("org_class", ["ocad", "vsse", "adiv", "om",
                                       "federal_police"])
def test_bodies_outside_the_cell_cannot_be_enrolled(house, candidate,
                                                    org_class):
    """R36, R87."""
    done = refused(house, candidate, Role("participant", org_class, "X"),
                   "R36")
    assert done.returncode == EX["noperm"]


@pytest.mark.parametrize("role, org_class", [
    ("mayor", "local_police"), ("participant", "local_police"),
    ("io", "municipality")])
def test_the_police_is_the_information_officer_alone(house, candidate, role,
                                                     org_class):
    """R34, R35."""
    refused(house, candidate, Role(role, org_class, "X"), "police")


def test_a_barred_mail_domain(house, enrolled):
    """R36: a wrong class does not open the door."""
    with Person("x", address="x@mail.vsse.be") as p:
        p.meet(enrolled.gateway_key)
        refused(house, p, PARTNER, "R36")


def test_the_fingerprint_is_typed_and_not_taken_from_the_file(
        house, people, candidate):
    other = people["vreemde"].fpr
    done = refused(house, candidate, PARTNER, "another fingerprint",
                   fpr=other)
    assert done.returncode == EX["data"]
    refused(house, candidate, PARTNER, "40 hexadecimal digits",
            fpr=candidate.fpr[-16:])


def test_what_is_no_single_public_key(house, people, candidate):
    refused(house, candidate, PARTNER, key=b"no key at all")
    refused(house, candidate, PARTNER, key=candidate.secret_key())
    refused(house, candidate, PARTNER,
            key=candidate.key + people["clb"].key)
    done = refused(house, candidate, PARTNER,
                   key=candidate.key + b"\n" * 65536)
    assert "64" in done.err or "65536" in done.err
    # No secret key may have come into our ring by that.
    listed = subprocess.run(
        ["gpg", "--homedir", house.state / "gnupg", "--with-colons",
         "--no-autostart", "--list-secret-keys"], capture_output=True)
    assert listed.stdout.count(b"\nsec:") + listed.stdout.startswith(
        b"sec:") <= 1


def test_a_key_of_another_address(house, candidate):
    path = house.dir / "key.asc"
    path.write_bytes(candidate.key)
    done = house.run(
        "correspondent", "add", "iemand@elders.example", "--role",
        "participant", "--class", "other", "--organisation", "X", "--ground",
        "x", "--key", path, "--fingerprint", candidate.fpr, "--compared",
        "x", ok=False)
    assert "no user id" in done.err


def test_an_expired_key_cannot_be_enrolled(house):
    with Person("oud", expires="10d") as p:
        done = house.enrol(p, PARTNER, ok=False)
        assert "expired" in done.err


def test_enrolled_once(house, people, candidate):
    house.enrol(candidate, PARTNER)
    done = house.enrol(candidate, PARTNER, ok=False)
    assert "enrolled already" in done.err
    done = house.enrol(people["vreemde"], PARTNER, ok=False,
                       key=candidate.key, fpr=candidate.fpr)
    assert "enrolled already" in done.err
    shown = house.rows("correspondent", "show", candidate.address)
    row = shown[0] if isinstance(shown, list) else shown
    assert row["fingerprint"] == candidate.fpr
    assert row["compared"] == "at the table"
    assert row["ground"] == "decreet art. 3"
    house.run("correspondent", "remove", candidate.address, "--yes")
    assert candidate.address not in list_of(house)
    house.run("audit", "verify")
    said = house.verdict(mails.Sender(
        candidate, house.gateway_fpr).apple("x"))
    assert said["reason"] == "unknown-key"


def test_another_key_takes_the_place_of_the_old(house, enrolled):
    """From then on the old one is nobody's."""
    with Person("wissel") as old, Person(
            "wissel", address=old.address) as new:
        for p in (old, new):
            p.meet(enrolled.gateway_key)
        mail = {p: mails.Sender(p, house.gateway_fpr).apple(mails.story())
                for p in (old, new)}
        house.enrol(old, PARTNER)
        assert house.verdict(mail[old])["verdict"] == "accepted"
        house.enrol(new, PARTNER)
        assert house.verdict(mail[new])["verdict"] == "accepted"
        assert house.verdict(mail[old])["reason"] == "unknown-key"
        assert list(list_of(house)).count(old.address) == 1
        house.run("correspondent", "remove", old.address, "--yes")
        house.run("audit", "verify")


def test_removing_wants_the_address_again(house, people):
    address = people["fg"].address
    done = house.run("correspondent", "remove", address,
                     data=b"iets anders\n", ok=False)
    assert done.returncode == EX["usage"]
    assert address in list_of(house)


# ---- configuration ----

@pytest.mark.parametrize("line, words", [
    ("retry_frist = 1;", ["retry_frist"]),
    ('retry_first = "x";', ["retry_first"]),
    ("retry_first = 0;", ["1", "3600"]),
    ("retry_days = 99;", ["10"]),
], ids=["unknown", "type", "too small", "too large"])
def test_a_fault_of_the_configuration_names_its_line(empty_house, line,
                                                     words):
    house = empty_house(mail={})
    text = house.conf.read_text().replace("  retry_first = 1;",
                                          f"  {line}")
    house.conf.write_text(text)
    number = text.splitlines().index(f"  {line}") + 1
    assert house._spawn("--check").wait(10) == EX["config"]
    assert f"{house.conf}:{number}:" in house.log()
    for word in words:
        assert word in house.log()
    assert house._spawn().wait(10) == EX["config"]
    assert not (house.state / "db").exists()


def test_rights_of_the_directory(new_house):
    """Refused, with the command that mends it; and that command does."""
    house = new_house()
    house.state.chmod(0o755)
    assert house.once(ok=False) == EX["config"]
    command = re.search(r"^ +(chown .*)$", house.log(), re.M).group(1)
    subprocess.run(command, shell=True, check=True)
    house.once()


def test_two_daemons_on_one_directory(house):
    second = house._spawn()
    assert second.wait(10) == EX["temp"]
    assert "another meldpostd works in" in house.log()
    assert house.daemon.poll() is None
    house.run("status")


def test_a_template_with_a_hole(new_house):
    house = new_house()
    texts = house.dir / "texts"
    shutil.copytree(TOP / "templates", texts)
    path = texts / "nl/t01-ontvangst.txt"
    path.write_text(path.read_text().replace("{{received}}", "{{recieved}}"))
    house.own(texts)
    house.groups["state"]["templates"] = texts
    house.write_conf()
    assert house.once(ok=False) == EX["config"]
    assert "t01-ontvangst.txt" in house.log()


# ---- keys ----

def test_without_an_own_key_mail_waits_and_comes_by_itself(empty_house,
                                                           people):
    house = empty_house()
    house.start()
    house.deliver(mails.clear("a@b.example"))
    house.until_log("our own key is missing or expired")
    house.run("key", "show", ok=False)
    house.run("key", "create")
    house.run("key", "create", ok=False)
    fpr, key = house.own_key()
    rep, clb = people["vertegenwoordiger"], people["clb"]
    house.until_log("no active mayor_rep or mayor is enrolled")
    house.enrol(rep, CAST["vertegenwoordiger"])
    house.enrol(clb, CAST["clb"])
    house.until(lambda: not house.waiting(), "the mail is taken in", 40)
    assert house.rows("mail", "list")[0]["verdict"] == "ignored"
    assert len(re.findall("own key is missing", house.log())) == 1
    assert "our own key is usable" in house.log()
    clb.meet(key)
    row = house.judge(mails.Sender(clb, fpr).apple(mails.story()))
    assert row["verdict"] == "accepted"


def test_an_expired_own_key(new_house, sender):
    """One line; the mail stays; a mail that was accepted waits."""
    house = new_house()
    mail = sender("clb").apple(mails.story())
    until = time.time() + 2
    set_expiry(house.ring, house.gateway_fpr, until)
    house.until(lambda: time.time() > until + 1, "the key expires", 6)
    house.deliver(mail)
    assert house.once(ok=False) == EX["temp"]
    assert len(house.waiting()) == 1 and not house.rows("mail", "list")
    assert house.log().count("our own key is missing or expired") == 1
    done = house.run("key", "show", ok=False)
    assert "expired" in done.err
    set_expiry(house.ring, house.gateway_fpr, time.time() + 10 ** 7)
    house.once()
    assert house.rows("mail", "list")[0]["verdict"] == "accepted"


def test_a_representatives_key_that_ended(new_house, people, sender):
    """Held, never in clear; the deputy is told; released by a new key."""
    house = new_house()
    rep, deputy = (people[n] for n in REPRESENTATIVES)
    with Person("tijdelijk") as temp:
        until = time.time() + 4
        house.start()
        house.enrol(temp, CAST["adjunct"], key=temp.set_expiry(until))
        house.until(lambda: time.time() > until + 1, "the key expires", 8)
        row = house.judge(sender("clb").apple(mails.story()))
        reference = row["reference"]
        held = [r for r in house.rows("outbox") if r["state"] == "held"]
        assert ("T06", reference) in {(r["mail"], r["reference"])
                                      for r in held}
        house.quiet()
        for p in (rep, deputy):
            told = [le for le in house.letters(p)
                    if "wordt vastgehouden" in le.text]
            assert [le.reference for le in told] == [reference]
        assert not house.received(temp)
        # The person extends the key and has it enrolled again.
        temp.key = temp.set_expiry(time.time() + 10 ** 7)
        temp.meet(house.gateway_key)
        done = house.enrol(temp, CAST["adjunct"])
        assert "has a new key" in done.out + done.err
        house.quiet()
        got = [le for le in house.letters(temp)
               if "VERSLAG VAN DE CONTROLE" in le.text]
        assert [le.reference for le in got] == [reference]
        assert mails.CANARY.encode() in got[0].original()
        assert not house.rows("outbox")


# ---- the database ----

def change_database(house, sql):
    """By somebody with the file in hands: triggers do not stop that one."""
    db = sqlite3.connect(house.state / "db" / "meldpost.db")
    triggers = db.execute("SELECT name, sql FROM sqlite_master"
                          " WHERE type = 'trigger'").fetchall()
    with db:
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        assert db.execute(sql).rowcount == 1
        for _, text in triggers:
            db.execute(text)
    db.close()
    house.own(house.state)


@pytest.mark.parametrize("sql", [
    "UPDATE audit SET at = at + 1 WHERE rowid = 3",
    "DELETE FROM audit WHERE rowid = 3",
], ids=["changed", "removed"])
def test_a_tampered_log_of_acts_is_found(new_house, sender, sql):
    house = new_house()
    house.deliver(sender("clb").apple(mails.story()))
    house.once()
    house.run("audit", "verify")
    change_database(house, sql)
    done = house.run("audit", "verify", ok=False)
    assert done.returncode == EX["data"]
    assert re.search(r"broken at row \d+", done.err)


def test_without_its_data_keys(new_house, sender):
    """Losing the data keys loses content, never people or the chain."""
    house = new_house()
    house.deliver(sender("vreemde").apple(mails.story()))
    house.once()
    for path in (house.state / "db").glob("keys.db*"):
        path.unlink()
    house.once_until_quiet()
    house.run("audit", "verify")
    assert len(list_of(house)) == len(CAST)


# ---- the disk ----

def test_a_full_disk(new_house, sender, people):
    """One line, no loss, recovery by itself. Needs a small disk: root."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    house = new_house()
    small = house.dir / "small"
    small.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=120m,mode=755",
                           "meldpost-test", small], capture_output=True)
    if done.returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        subprocess.run(["cp", "-a", house.state, small / "state"],
                       check=True)
        house.groups["state"]["dir"] = house.state = small / "state"
        house.write_conf()
        filler = small / "filler"
        filler.write_bytes(bytes(60 << 20))
        house.start()
        house.deliver(sender("clb").apple(mails.story()))
        house.until_log("less than 100 MB free")
        assert len(house.waiting()) == 1
        assert not house.rows("mail", "list")
        filler.unlink()
        house.until(lambda: not house.waiting(), "the mail is taken in", 40)
        assert "there is room again" in house.log()
        assert house.log().count("less than 100 MB free") == 1
        house.quiet()
        assert len(house.letters(people["vertegenwoordiger"])) == 1
        house.check_secrets()
        house.stop()
    finally:
        house.state = house.dir / "state"
        subprocess.run(["umount", "-l", small])
