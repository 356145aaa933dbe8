"""A wrong date erases nothing early and keeps nothing quiet (design.md 10,
"Time"). The machine's own date is left alone: a date that is 61 days ahead of
all that the house wrote down is the same as a book that is 61 days behind."""

import os
import sqlite3
import time

import pytest

from office import Desk
from people import DAY

SHIFT = 61 * DAY


@pytest.fixture
def desk(new_house, people, sender):
    house = new_house()
    house.start()
    return Desk(house, people, sender)


def change(house, *statements):
    """Writes in the book of a stopped house."""
    db = sqlite3.connect(house.state / "db" / "meldpost.db")
    for sql in statements:
        db.execute(sql)
    db.commit()
    db.close()
    house.own(house.state)


def lay_back(house, seconds):
    change(house,
           f"UPDATE instance SET clock = clock - {seconds}",
           f"UPDATE timer SET due = due - {seconds}",
           f"UPDATE referral SET received = received - {seconds},"
           f" changed = changed - {seconds}",
           f"UPDATE outbox SET made = made - {seconds},"
           f" not_before = not_before - {seconds}")


def clock(house):
    (row,) = [r for r in house.rows("status") if r["what"] == "clock"]
    return row["how"]


def old_mail_aside(house):
    """What has lain in the side folder for longer than it may."""
    side = house.inbox / ".Genegeerd"
    for name in ("new", "cur", "tmp"):
        (side / name).mkdir(parents=True, exist_ok=True)
    mail = side / "cur" / "1:2,"
    mail.write_bytes(b"Subject: x\n\nx\n")
    os.utime(mail, (time.time() - 20 * DAY,) * 2)
    house.own(side)
    return mail


def notices(desk, name):
    return [m for m in desk.letters(name) if "clock confirm" in m.text]


def test_a_date_that_is_ahead_erases_nothing(desk):
    house = desk.house
    old = desk.refer()
    house.quiet()
    house.stop()
    aside = old_mail_aside(house)
    lay_back(house, SHIFT)
    house.once()
    assert "doubted" in clock(house)
    house.start()
    house.quiet()
    assert "doubted" in clock(house) and "clock confirm" in clock(house)
    assert desk.state(old) == "ACCEPTED"
    for name in ("vertegenwoordiger", "fg"):
        (notice,) = notices(desk, name)
        assert "[" not in notice.subject
    # Mail comes in and goes on; what is begun now is not old afterwards.
    new = desk.refer("caw")
    assert desk.state(new) == "ACCEPTED"
    assert "doubted" in house.run("key", "rotate", ok=False).err
    # It does not end by starting again, and nobody is told twice.
    house.stop()
    house.start()
    house.quiet()
    assert "doubted" in clock(house)
    assert len(notices(desk, "vertegenwoordiger")) == 1
    assert desk.state(old) == "ACCEPTED"
    assert aside.exists()
    # A person says that the date is right.
    house.run("clock", "confirm")
    house.until(lambda: desk.state(old) == "ERASED", "the end of its term")
    assert "doubted" not in clock(house)
    assert desk.state(new) == "ACCEPTED"
    house.until(lambda: not aside.exists(), "a tidy side folder")
    house.run("audit", "verify")
    assert "nobody doubts" in house.run("clock", "confirm").out


def test_a_doubt_ends_with_the_right_date(desk):
    house = desk.house
    ref = desk.refer()
    house.quiet()
    house.stop()
    lay_back(house, SHIFT)
    house.start()
    house.until(lambda: "doubted" in clock(house), "doubt")
    house.stop()
    lay_back(house, -SHIFT)
    house.start()
    house.until(lambda: "doubted" not in clock(house), "belief")
    assert desk.state(ref) == "ACCEPTED"
    house.until_log("how=agrees")


def test_what_is_due_by_any_clock_waits_too(desk):
    house = desk.house
    ref = desk.refer()
    house.quiet()
    house.stop()
    change(house, f"UPDATE instance SET clock = clock + {SHIFT}",
           f"UPDATE timer SET due = due - {SHIFT}")
    house.start()
    # The alarm does not wait.
    house.until(lambda: any("45 dagen" in m.text for m in desk.letters("fg")),
                "the alarm")
    assert desk.state(ref) == "ACCEPTED"
    assert notices(desk, "fg")
    house.run("clock", "confirm")
    house.until(lambda: desk.state(ref) == "ERASED", "the end of its term")


def test_a_time_that_was_wrong_does_not_stay(desk):
    """The book is ahead: an old fault, or the date was set back."""
    house = desk.house
    house.stop()
    lay_back(house, -SHIFT)
    # Also without a daemon.
    assert "doubted" in clock(house)
    house.run("clock", "confirm")
    assert "doubted" not in clock(house)
    house.start()
    house.quiet()
    assert "doubted" not in clock(house)
    assert not notices(desk, "vertegenwoordiger")
    assert desk.state(desk.refer()) == "ACCEPTED"
