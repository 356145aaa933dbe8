"""A house in the middle of its work, made once and by real mails: three cases
that were discussed, three fiches about one of them, an extension that waits
for its second person, two referrals, two meetings, a stranger at the door.
What the plays need of it stands in its attributes."""

import re
import sqlite3
import time

import mails
import stage
from fiche import IO, proposed
from house import House
from meeting import COORD, REP, convened, listed_case, moved_back
from office import Desk, done

MEMBERS = (REP, IO, COORD, "clb", "school")


def change(house, *statements):
    """Writes in the book of a stopped house what only time would do."""
    db = sqlite3.connect(house.state / "db" / "meldpost.db")
    with db:
        for sql in statements:
            assert db.execute(sql).rowcount > 0, sql
    db.close()
    house.own(house.state)


class Underway:
    def __init__(self, world):
        self.world = world
        self.groups = {"ltf": {"address": world.ltf.address,
                               "fingerprint": world.ltf.fpr}}
        self.house = House(**self.groups)
        self.state = self.house.state
        stage.copy_state(world.first.state, self.house)
        self.desk = Desk(self.house, world.people, world.sender)
        self.desk.members = MEMBERS

    def build(self):
        self.house.start()
        key = self.house.dir / "ltf.asc"
        key.write_bytes(self.world.ltf.key)
        self.house.run("ltf", "import", key)
        self.discuss()
        self.propose()
        self.extend()
        self.wait()
        self.house.stop()

    def order(self, name, words, ref, *watch):
        row, got = self.desk.order(name, words, ref, *watch)
        done(row)
        return got

    def attend(self, meeting, *cases):
        there = ", ".join(self.world.people[n].address for n in MEMBERS
                          if n != REP)
        self.order(REP, f"AANWEZIG\naanwezig: {there}\n"
                   f"casussen: {', '.join(cases)}", meeting)
        self.house.quiet()

    def discuss(self):
        desk = self.desk
        self.old, self.extended, self.case = cases = [
            listed_case(desk) for _ in range(3)]
        desk.case = self.case
        desk.meeting, _ = convened(desk, "clb", "school",
                                   casussen=", ".join(cases))
        moved_back(self.house)
        self.attend(desk.meeting, *cases)

    def propose(self):
        """One that is open, one that will lapse, one that is over."""
        (self.fiche, self.sent), (self.late, _), (self.over, _) = [
            proposed(self.desk, n4=f"Nummer {i}. {mails.CANARY}.")
            for i in range(3)]
        self.order(REP, "OPGEVEN", self.over)
        self.house.quiet()

    def extend(self):
        """Discussed again after it was proposed, and motivated then."""
        case = self.extended
        self.order(REP, "VERLENGEN ernst", case)
        meeting, _ = convened(self.desk, "clb", "school", casussen=case,
                              dringend_omdat="het is dringend")
        time.sleep(1.1)
        self.house.stop()
        self.begin(self.house, meeting)
        self.house.start()
        self.attend(meeting, case)
        got = self.order(REP, "VERLENGEN ernst", case, "fg")
        (self.code,) = [m.group(1) for m in (
            re.search(r"BEVESTIG (\S+)", x.text) for x in got["fg"]) if m]

    @staticmethod
    def begin(house, meeting):
        change(house, "UPDATE meeting SET starts = unixepoch(), ends ="
               f" unixepoch() + 60 WHERE ref = '{meeting}'")

    def wait(self):
        desk, newcomer = self.desk, self.world.newcomer
        self.pending = [desk.refer(n) for n in ("clb", "caw")]
        self.meeting, self.invited = convened(desk, "clb", "school",
                                              casussen=self.case)
        self.past, _ = convened(desk, "clb", casussen=self.case)
        self.stranger = self.house.judge(mails.Sender(
            newcomer, self.world.fpr).thunderbird(mails.story()))["id"]
        got = self.order(
            REP, f"INSCHRIJVEN\n\nvingerafdruk: {newcomer.fpr}\n"
            "rol: non_member\nsoort organisatie: caw\n"
            "organisatie: CAW Noord\nrechtsgrond: decreet art. 3\n"
            "vergeleken: telefoon, nummer van de website", self.stranger,
            COORD)
        self.second = re.search(r"BEVESTIG (\S+)",
                                got[COORD][0].text).group(1)
        self.house.quiet()

    def close(self):
        self.house.close()
