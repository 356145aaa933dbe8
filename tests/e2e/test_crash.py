"""kill -9 at any moment: the others go on, each mail is taken in exactly once,
and a mail that brings a role down is quarantined after three tries (T43)."""

import os
import re
import signal
import sqlite3
import subprocess
import time

import pytest

import mails
from house import ROLES
from people import CAST, REPRESENTATIVES, Person


def kill(house, role):
    """SIGKILL to a role; waits for the one that takes its place."""
    pid = house.until(lambda: house.pid(role), f"{role} runs")
    others = {r: house.pid(r) for r in ROLES if r != role}
    os.kill(pid, signal.SIGKILL)
    house.until(lambda: house.pid(role) not in (0, pid),
                f"{role} is started again")
    return others


@pytest.mark.parametrize("role", ROLES)
def test_a_killed_role_comes_back_and_nothing_is_doubled(
        new_house, people, sender, role):
    house = new_house().start()
    names = ("clb", "caw", "school", "vdab", "io", "cgg")
    mail = [sender(n).apple(mails.story()) for n in names]
    # While they are under way, not before and not after.
    for m in mail[:3]:
        house.deliver(m)
    others = kill(house, role)
    for m in mail[3:]:
        house.deliver(m)
    house.until(lambda: not house.waiting(), "an empty inbox", 30)
    house.until(lambda: all(house.pid(r) for r in ROLES), "all roles")
    rows = house.rows("mail", "list")
    assert [r["verdict"] for r in rows] == ["accepted"] * len(mail)
    house.quiet(30)
    queue = {r["reference"] for r in house.rows("queue")}
    assert len(queue) == len(mail)
    for name in REPRESENTATIVES:
        got = [le.reference for le in house.letters(people[name])]
        assert sorted(got) == sorted(queue)
    for name in names:
        receipts = house.letters(people[name])
        uncertain = [r for r in house.rows("outbox")
                     if r["state"] == "uncertain" and r["mail"] == "T01"]
        # A receipt is sent at most once, whatever happens.
        assert len(receipts) + len(uncertain) >= 1
        assert len(receipts) <= 1
    if role != "core":
        # All lead to core: when it dies they are started anew with it.
        assert {r: house.pid(r) for r in others} == others
    house.run("audit", "verify")


# ---- a sealed forward waits in memory until it has left ----

REP, DEPUTY = REPRESENTATIVES


def forwards(house):
    """(state, whether it is on the disk) of each T06, oldest first."""
    db = sqlite3.connect(f"file:{house.state}/db/meldpost.db?mode=ro",
                         uri=True)
    try:
        return db.execute("SELECT state, blob IS NOT NULL FROM outbox"
                          " WHERE kind = 'T06' ORDER BY id").fetchall()
    finally:
        db.close()


def last_act(house):
    db = sqlite3.connect(f"file:{house.state}/db/meldpost.db?mode=ro",
                         uri=True)
    try:
        return db.execute("SELECT event FROM audit ORDER BY seq DESC"
                          " LIMIT 1").fetchone()[0]
    finally:
        db.close()


@pytest.fixture
def stuck(new_house, people, sender):
    """A house with one forward under way in a submit that is stopped, and one
    that waits in memory."""
    house = new_house().start()
    submit = house.pid("submit")
    os.kill(submit, signal.SIGSTOP)
    house.submit = submit
    try:
        house.judge(sender("clb").apple(mails.story()))
        house.until(lambda: forwards(house) == [("sending", 0),
                                                ("waiting", 0)],
                    "a forward under way")
        yield house
    finally:
        if house.daemon is not None and house.pid("submit") == submit:
            os.kill(submit, signal.SIGCONT)


def each_got_one(house, people):
    house.until(lambda: [s for s, _ in forwards(house)] == ["sent", "sent"],
                "both forwards are sent")
    (row,) = house.rows("queue")
    for name in REPRESENTATIVES:
        (letter,) = house.letters(people[name])
        assert letter.reference == row["reference"]
    assert [kept for _, kept in forwards(house)] == [0, 0]


def test_a_forward_in_memory_is_sealed_anew_after_a_crash(stuck, people):
    os.kill(stuck.pid("core"), signal.SIGKILL)
    # It is stopped, and would not end by itself as the other roles do.
    os.kill(stuck.submit, signal.SIGKILL)
    each_got_one(stuck, people)


def to_the_daemon(house):
    house.daemon.send_signal(signal.SIGTERM)


def ctrl_c(house):
    """A terminal tells all of them."""
    os.killpg(house.daemon.pid, signal.SIGINT)


def hang_up(house):
    os.killpg(house.daemon.pid, signal.SIGHUP)


@pytest.mark.parametrize("end", (to_the_daemon, ctrl_c, hang_up))
def test_a_forward_in_memory_goes_to_the_disk_at_an_orderly_end(
        stuck, people, end):
    end(stuck)
    time.sleep(0.5)
    os.kill(stuck.submit, signal.SIGCONT)
    stuck.stop()
    assert forwards(stuck) == [("sent", 0), ("waiting", 1)]
    assert last_act(stuck) == "stop"
    assert "died signal" not in stuck.log()
    stuck.start()
    each_got_one(stuck, people)


def test_a_forward_that_could_not_be_sent_goes_to_the_disk(
        new_house, people, sender):
    """There it waits sealed, whatever becomes of a key meanwhile."""
    house = new_house().start()
    box = house.post / people[DEPUTY].address
    box.write_text("not a directory")
    house.deliver(sender("clb").apple(mails.story()))
    house.until(lambda: sorted(forwards(house)) == [("sent", 0),
                                                    ("waiting", 1)],
                "one is sent, one is kept")
    box.unlink()
    each_got_one(house, people)


def limit_memory(house, pid, bytes):
    subprocess.run(["prlimit", "--pid", str(pid), f"--as={bytes}:unlimited"],
                   check=True, preexec_fn=house.become())


def test_want_of_memory_fails_no_mail(new_house, sender):
    """submit cannot look at a mail for a while: it is tried again."""
    house = new_house().start()
    # What it needs for one mail it has from then on.
    house.judge(sender("clb").apple(mails.story()))
    house.until(lambda: [s for s, _ in forwards(house)] == ["sent"] * 2,
                "the first two are sent")
    submit = house.pid("submit")
    limit_memory(house, submit, 1 << 20)
    house.judge(sender("caw").apple(mails.story()))
    house.until(lambda: re.search(
        r"outbox .*(try again later|refused by our own guard)",
        house.log()), "a try without memory")
    limit_memory(house, submit, "unlimited")
    house.until(lambda: [s for s, _ in forwards(house)] == ["sent"] * 4,
                "all are sent")
    assert "stays in the house" not in house.log()
    assert house.pid("submit") == submit


def test_a_forward_in_memory_does_not_leave_under_an_old_key(
        stuck, enrolled, people):
    with Person("nieuw", address=people[DEPUTY].address) as new:
        new.meet(enrolled.gateway_key)
        stuck.enrol(new, CAST[DEPUTY])
        os.kill(stuck.submit, signal.SIGCONT)
        each_got_one(stuck, {**{n: people[n] for n in (REP,)}, DEPUTY: new})


def test_a_killed_parent_takes_all_with_it(new_house, people, sender):
    house = new_house().start()
    house.deliver(sender("clb").apple(mails.story()))
    family = house.family()
    house.daemon.kill()
    house.daemon.wait()
    house.daemon = None
    house.until(lambda: not [p for p in house.alive(family)
                             if p.name.startswith("meldpost")],
                "no role is left")
    house.start()
    house.until(lambda: not house.waiting(), "an empty inbox")
    house.quiet()
    assert len(house.rows("queue")) == 1
    for name in REPRESENTATIVES:
        assert len(house.letters(people[name])) == 1


def heavy(sender):
    """A mail that keeps gpg busy for long enough to be caught at it."""
    return sender("clb").combined(
        mails.crlf("Content-Type: text/plain\n\n") + os.urandom(1 << 20) * 17,
        "--compress-algo", "none")


def test_a_mail_that_brings_keys_down_is_tried_three_times(
        new_house, sender):
    """The mails after it are taken in all the same."""
    house = new_house().start()
    house.deliver(heavy(sender), "1.first")
    killed, pid = set(), 0
    end = time.monotonic() + 60
    while house.waiting() and time.monotonic() < end:
        if not pid or pid in killed:
            pid = house.pid("keys")
        elif house.is_decrypting(pid):
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)
    (row,) = house.rows("mail", "list")
    assert (row["verdict"], row["reason"]) == ("quarantined", "bomb"), killed
    assert len(killed) == 3
    row = house.judge(sender("clb").apple(mails.story()))
    assert row["verdict"] == "accepted"
    assert house.daemon.poll() is None


def test_a_mail_that_brings_core_down_is_tried_three_times(
        new_house, sender):
    """T43: what the store refuses for good, and no disk is to blame for."""
    house = new_house()
    db = sqlite3.connect(house.state / "db" / "meldpost.db")
    db.execute("CREATE TRIGGER poison BEFORE INSERT ON referral"
               " BEGIN SELECT RAISE(ABORT, 'no'); END")
    db.close()
    house.own(house.state)
    house.start()
    row = house.judge(sender("clb").apple(mails.story()))
    assert (row["verdict"], row["reason"]) == ("quarantined", "bomb")
    assert house.log().count("read, write or sync failed") == 3
    row = house.judge(sender("fg").apple(mails.story()))
    assert row["verdict"] == "refused"


def test_a_role_that_hangs_is_ended(new_house, sender):
    """SIGSTOP to parse: its deadline passes, and a new one does the work."""
    house = new_house().start()
    pid = house.pid("parse")
    os.kill(pid, signal.SIGSTOP)
    house.deliver(sender("clb").apple(mails.story()))
    try:
        house.until(lambda: house.pid("parse") not in (0, pid),
                    "a new parse", 60)
    finally:
        if house.pid("parse") == pid:
            os.kill(pid, signal.SIGCONT)
    house.until(lambda: not house.waiting(), "the mail is taken in", 30)
    assert "parse missed its deadline" in house.log()
    assert house.rows("mail", "list")[0]["verdict"] == "accepted"


def test_crashing_again_and_again_waits_longer(new_house):
    """Back-off: no role is started a hundred times a second."""
    house = new_house().start()
    times, seen = [], set()
    while len(seen) < 5:
        pid = house.until(lambda: (p := house.pid("parse")) not in
                          {0, *seen} and p, "parse", 10)
        seen.add(pid)
        times.append(time.monotonic())
        os.kill(pid, signal.SIGKILL)
    gaps = [b - a for a, b in zip(times, times[1:])]
    assert gaps[-1] > gaps[0] * 2, gaps
    house.until(lambda: house.pid("parse") not in {0, *seen}, "parse", 10)
    house.run("status")
