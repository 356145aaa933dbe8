"""What the office and its guests write about a meeting, and what they read:
shared by the tests of meetings and those on real servers."""

import datetime
import re
import sqlite3

import mails
from office import done

REP, MAYOR, COORD = "vertegenwoordiger", "burgemeester", "coordinator"
SEATS = ("coordinator", "information officer")
TODAY = datetime.date.today()
REFERENCE = r"[0-9A-HJKMNP-TV-Z]{16}"


def in_days(n):
    return (TODAY + datetime.timedelta(days=n)).strftime("%d/%m/%Y")


def order(people, *guests, days=30, **more):
    """The text of an order; `more` replaces or empties lines."""
    lines = {"soort": "operationeel", "datum": in_days(days), "uur": "14:00",
             "einde": "15:30", "plaats": "Stadhuis, zaal 2", "casussen": "",
             "genodigden": ", ".join((*SEATS, *(people[g].address
                                                for g in guests))),
             "ad hoc": "", "dringend omdat": ""}
    lines.update({k.replace("_", " "): v for k, v in more.items()})
    return "VERGADERING\nAan: " + mails.GATEWAY + "\n\n" + "".join(
        f"{k}: {v}\n" for k, v in lines.items())


def convened(desk, *guests, by=REP, **more):
    """A meeting that was convened: its reference, and the invitation of each
    guest."""
    row, got = desk.order(by, order(desk.people, *guests, **more), "", by,
                          *guests)
    done(row)
    assert row["reference"].startswith("V-")
    return row["reference"], {g: invitation(got[g]) for g in guests}


def invitation(letters):
    (letter,) = letters
    assert letter.reference.startswith("U-"), letter.text
    return letter


def event(letter):
    """The calendar part of an invitation, unfolded, as lines."""
    (part,) = [p for p in letter.inner.walk()
               if p.get_content_type() == "text/calendar"]
    text = part.get_payload(decode=True).decode()
    return part, text.replace("\r\n ", "").split("\r\n")


def value(lines, name):
    (line,) = [x for x in lines if re.match(rf"{name}[;:]", x)]
    return line.split(":", 1)[1]


def calendar_reply(person, letter, partstat, comment="", sequence=None):
    """What a calendar program sends back, in a signed and encrypted mail."""
    _, lines = event(letter)
    ics = "\r\n".join(filter(None, (
        "BEGIN:VCALENDAR", "PRODID:-//Test//NL", "VERSION:2.0",
        "METHOD:REPLY", "BEGIN:VEVENT",
        f"UID:{value(lines, 'UID')}",
        f"SEQUENCE:{value(lines, 'SEQUENCE') if sequence is None else sequence}",
        "DTSTAMP:20261201T100000Z", f"DTSTART:{value(lines, 'DTSTART')}",
        f"ORGANIZER:mailto:{mails.GATEWAY}",
        f"ATTENDEE;PARTSTAT={partstat}:mailto:{person.address}",
        f"COMMENT:{comment}" if comment else "",
        "END:VEVENT", "END:VCALENDAR", "")))
    part = mails.text(ics).replace(
        b"text/plain; charset=utf-8",
        b"text/calendar; method=REPLY; charset=utf-8")
    return mails.multipart(
        "mixed", [mails.text("Dit is een automatisch antwoord.\n"), part],
        f"From: {person.address}\nTo: {mails.GATEWAY}\n"
        f"Subject: Antwoord\nMessage-ID: {mails.message_id(person.address)}\n",
        ' protected-headers="v1";')


def shown(desk, ref):
    row = desk.house.rows("meeting", "show", ref)
    return {k: int(v) if v.isdigit() else v for k, v in row.items()}


def listed_case(desk):
    ref = desk.refer()
    _, got = desk.order(REP, "LIJST", ref, REP)
    return re.search(rf"C-{REFERENCE}", got[REP][-1].text).group()


def moved_back(house):
    """The clock of a meeting is real: it is moved back as time would."""
    house.stop()
    db = sqlite3.connect(house.state / "db" / "meldpost.db")
    with db:
        db.execute("UPDATE meeting SET starts = starts - 86400 * 31,"
                   " ends = ends - 86400 * 31 WHERE state = 'CONVENED'")
    db.close()
    house.own(house.state)
    house.start()


def discussed(desk, *guests, absent=(), case=None, by=REP):
    """A case (a new one) that a meeting discussed, and that meeting; the
    coordinator and the information officer were there too, and whoever signs:
    REP. `by`: who convened it."""
    case = case or listed_case(desk)
    meeting, _ = convened(desk, *guests, *absent, by=by, casussen=case)
    moved_back(desk.house)
    there = ", ".join(desk.people[n].address for n in (COORD, "io", *guests))
    row, _ = desk.order(REP, f"AANWEZIG\naanwezig: {there}\n"
                        f"casussen: {case}", meeting)
    done(row)
    desk.house.quiet()
    return case, meeting
