"""Two plays of the office: referrals are decided and a meeting is ordered,
answered and closed; a stranger is confirmed by a second officer and comes
in."""

import collections
import re

import mails
from meeting import COORD, MAYOR, REP, calendar_reply, order
from people import REPRESENTATIVES
from play import FORWARD, Act, OfficePlay
from underway import MEMBERS


class Office(OfficePlay):
    name = "office"

    def __init__(self, world, underway):
        super().__init__(world, underway)
        u, people = underway, world.people
        there = ", ".join(people[n].address for n in ("clb", COORD, "io"))
        self.orders = [
            [self.say(REP, "LIJST", u.pending[0]),
             self.say(REP, "NIET WEERHOUDEN te-weinig", u.pending[1]),
             Act(world.sender("clb").combined(calendar_reply(
                 people["clb"], u.invited["clb"], "ACCEPTED"))),
             self.say("school", f"WEIGER: {mails.CANARY}",
                      u.invited["school"].reference),
             self.say(REP, order(people, "clb"), "")],
            # Decided is decided, whoever asks again.
            [self.say("adjunct", "LIJST", u.pending[0], "refused",
                      "wrong-state"),
             self.say(REP, f"AANWEZIG\naanwezig: {there}\n"
                      f"casussen: {u.case}", u.past)],
        ]

    def set_back(self, house):
        self.underway.begin(house, self.underway.past)

    def acts(self, run):
        yield from self.orders

    def letters(self, book):
        return collections.Counter({
            ("B01", "lijst", REP): 1, ("B01", "niet-weerhouden", REP): 1,
            ("T07", "body", "clb"): 1, ("T07", "body", "caw"): 1,
            ("T15", "body", "clb"): 1, ("T16", "body", "school"): 1,
            **{("B07", "weigering", n): 1
               for n in (*REPRESENTATIVES, MAYOR)},
            ("B07", "bijeengeroepen", REP): 1,
            **{("T12", "operationeel", n): 1 for n in ("clb", COORD, "io")},
            ("B02", "wrong-state", "adjunct"): 1,
            ("B07", "aanwezig", REP): 1,
            # Whoever ever spoke about that case, the school too (R135).
            **{("T36", "andere" if n == "io" else "body", n): 1
               for n in MEMBERS}})

    def check(self, book):
        u, query = self.underway, book.run.query
        states = dict(query("SELECT ref, state FROM referral"))
        book.expect("decisions", [states[ref] for ref in u.pending],
                    ["LISTED", "NOT_RETAINED"])
        book.expect("cases that are listed", query(
            "SELECT count(*) FROM case_ref WHERE state = 'LISTED'"), [(1,)])
        states = dict(query("SELECT ref, state FROM invitation"))
        book.expect("answers", [states[u.invited[n].reference]
                                for n in ("clb", "school")],
                    ["ACCEPTED", "DECLINED_MOTIVATED"])
        book.expect("meetings", sorted(s for s, in query(
            "SELECT state FROM meeting")), ["CONVENED"] * 2 + ["HELD"] * 3)
        for event, wanted in (
                ("referral-decided", 2), ("invitation-answered", 2),
                ("meeting-convened", 1), ("meeting-held", 1),
                ("case-discussed", 1)):
            book.expect(f"audit {event}", book.audit[event], wanted)


class Enrolment(OfficePlay):
    """The ring of keys is no part of a transaction."""
    name = "enrolment"
    # The mail that waited goes its way as soon as its sender has come in.
    left = ("SELECT count(*) FROM mail WHERE verdict = 'quarantined'"
            " AND NOT EXISTS (SELECT 1 FROM enrolment)")
    judged_again = 1

    def __init__(self, world, underway):
        super().__init__(world, underway)
        self.newcomer = mails.Sender(world.newcomer, world.fpr)
        self.confirm = self.say(COORD, f"BEVESTIG {underway.second}",
                                underway.stranger)
        self.referral = Act(self.newcomer.combined(mails.bound(
            world.newcomer, mails.story())))

    def acts(self, run):
        yield [self.confirm]
        person = self.world.reader(self.world.newcomer.address)
        proof = mails.Letter(person, run.arrived(person)[0])
        code = re.search(r"BEVESTIG (\S+)", proof.text).group(1)
        yield [Act(self.newcomer.combined(mails.bound(
            person, f"BEVESTIG {code}\n",
            subject=f"Re: [{self.underway.stranger}] x")))]
        yield [self.referral]

    def letters(self, book):
        return collections.Counter({
            ("B01", "bevestigd", COORD): 1,
            ("B05", "bezit", "nieuw"): 1, ("B05", "welkom", "nieuw"): 1,
            **{("B01", "ingeschreven", n): 1 for n in (
                *REPRESENTATIVES, MAYOR, COORD, "fg")},
            ("T01", "body", "nieuw"): 2,
            **{(FORWARD, "body", n): 2 for n in REPRESENTATIVES}})

    def check(self, book):
        query = book.run.query
        book.expect("enrolled", query(
            "SELECT role, state FROM correspondent WHERE address ="
            f" '{self.world.newcomer.address}'"), [("non_member", "active")])
        book.expect("enrolments left", query(
            "SELECT count(*) FROM enrolment"), [(0,)])
        book.expect("the mail that waited", query(
            "SELECT verdict, reason FROM mail WHERE id ="
            f" '{self.underway.stranger}'"), [("accepted", "ok")])
        for event, wanted in (
                ("enrolment-confirmed", 1), ("enrolment-proven", 1),
                ("correspondent-added", 1), ("referral-accepted", 2)):
            book.expect(f"audit {event}", book.audit[event], wanted)
