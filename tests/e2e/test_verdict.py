"""`meldpost verdict`: says what would become of a mail, and does nothing."""

import hashlib
import json

import pytest

import mails
from conftest import copy_of, looked_over
from people import Person

KEYS = ["verdict", "reason", "structure", "signer", "correspondent"]


def cases(people, sender):
    clb = people["clb"]
    return {
        "accepted": (sender("clb").apple(mails.story()),
                     ("accepted", "ok", "pgp-mime", clb.fpr, clb.address)),
        "wrong role": (sender("burgemeester").apple(mails.story()),
                       ("refused", "role-not-allowed", "pgp-mime",
                        people["burgemeester"].fpr,
                        people["burgemeester"].address)),
        "clear": (mails.clear(clb.address),
                  ("refused", "not-encrypted", "clear", None, None)),
        "clear stranger": (mails.clear("a@b.example"),
                           ("ignored", "not-encrypted", "clear", None, None)),
        "stranger": (sender("vreemde").apple(mails.story()),
                     ("quarantined", "unknown-key", "pgp-mime", None, None)),
        "no mail at all": (b"\x00\xff" * 99,
                           ("quarantined", "malformed", "malformed", None,
                            None)),
        "empty": (b"", ("quarantined", "malformed", "malformed", None,
                        None)),
        "too big": (mails.clear("a@b.example") + b"x" * 26 * 1024 * 1024,
                    ("ignored", "too-big", "malformed", None, None)),
    }


CASES = ["accepted", "wrong role", "clear", "clear stranger", "stranger",
         "no mail at all", "empty", "too big"]


def photograph(house):
    """Every byte that is kept: database, data keys, key ring, mail. Not what
    gpg keeps of its random numbers."""
    return {path: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in [*house.files_of_state(), *house.post.rglob("*")]
            if path.is_file() and path.name != "random_seed"}


@pytest.fixture(scope="module")
def stopped(enrolled):
    h = copy_of(enrolled)
    yield h
    looked_over(h)


@pytest.mark.parametrize("which", CASES)
def test_without_a_daemon(stopped, people, sender, which):
    mail, want = cases(people, sender)[which]
    before = photograph(stopped)
    said = stopped.verdict(mail)
    assert list(said) == KEYS
    assert tuple(said.values()) == want
    assert photograph(stopped) == before
    stopped.until(lambda: not stopped.leftovers(), "no gpg-agent is left", 5)


def test_it_may_be_asked_again_and_again(stopped, sender):
    mail = sender("clb").apple(mails.story())
    assert [stopped.verdict(mail)["verdict"] for _ in range(3)] == \
        ["accepted"] * 3


def test_beside_a_running_daemon(house, sender):
    """The dry run has roles of its own; what came before is a replay."""
    mail = sender("clb").apple(mails.story())
    mine = {p.pid for p in house.family()}
    assert house.verdict(mail)["verdict"] == "accepted"
    assert not house.rows("mail", "list") and not house.rows("outbox")
    assert not house.all_sent()
    assert {p.pid for p in house.family()} == mine
    assert house.judge(mail)["verdict"] == "accepted"
    said = house.verdict(mail)
    assert (said["verdict"], said["reason"]) == ("refused", "replay")


def test_mail_under_way_is_not_disturbed(house, sender):
    """Both use one ring; the agent that serves the daemon stays."""
    before = len(house.rows("mail", "list"))
    dry = sender("clb").apple(mails.story())
    for _ in range(5):
        for _ in range(3):
            house.deliver(sender("clb").apple(mails.story()))
        assert house.verdict(dry)["verdict"] == "accepted"
    house.until(lambda: not house.waiting(), "an empty inbox")
    rows = house.rows("mail", "list")
    assert len(rows) - before == 15
    assert {r["verdict"] for r in rows} == {"accepted"}
    house.quiet()
    states = {r["state"] for r in house.rows("outbox", "--all")}
    assert states == {"sent"}


def test_for_people_it_explains(stopped, people, sender):
    said = stopped.run("verdict", data=sender("vreemde").apple("x")).out
    for word in (*KEYS, "quarantined", "unknown-key"):
        assert word in said
    assert people["vreemde"].address not in said


def test_before_anything_was_set_up(empty_house):
    """No directory, no database, no key: still a verdict, and no trace."""
    house = empty_house()
    house.state.rmdir()
    with Person("iemand") as someone:
        sealed = mails.Sender(someone, someone.fpr).apple(mails.story())
    said = house.verdict(mails.clear("a@b.example"))
    assert tuple(said.values()) == ("ignored", "not-encrypted", "clear",
                                    None, None)
    said = house.verdict(sealed)
    assert tuple(said.values()) == ("quarantined", "decrypt-failed",
                                    "pgp-mime", None, None)
    assert not house.state.exists()


def test_what_it_prints_is_json_alone(stopped):
    done = stopped.run("verdict", "--json", data=mails.clear("a@b.example"))
    assert done.out.endswith("}\n") and json.loads(done.out)
