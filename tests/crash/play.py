"""A play: the mails of one workflow, in the order in which people write them,
and what its ledger must say in the end. This one is the first: two referrals.
"""

import collections
from typing import NamedTuple

import mails
from office import reply
from people import REPRESENTATIVES

FORWARD = "T06"


class Act(NamedTuple):
    """A mail, and what becomes of it. A crash makes it nothing else."""
    mail: bytes
    verdict: str = "accepted"
    reason: str = "ok"


class Play:
    """`state` is what its house begins with, `groups` what its configuration
    says besides; `left` asks its book for what is still to be done, beside
    mails and timers. `judged_again` mails had waited for somebody."""
    groups = {}
    left = "0"
    judged_again = 0

    def __init__(self, world):
        self.world, self.state = world, world.first.state

    def set_back(self, house):
        """Writes in the book of a house before it is started."""

    def acts(self, run):
        """Yields lists of acts. The next is asked for when nothing is left to
        do of the one before; it may look at `run`."""
        raise NotImplementedError

    def letters(self, book):
        """A Counter of (mail, section, who gets it): all there are."""
        raise NotImplementedError

    def check(self, book):
        """What else must be so; book.expect() says what is not."""
        raise NotImplementedError


class OfficePlay(Play):
    """Begins in the middle of the work (underway.py)."""

    def __init__(self, world, underway):
        super().__init__(world)
        self.underway = underway
        self.state, self.groups = underway.state, underway.groups

    def say(self, name, words, ref, *outcome, shape="combined"):
        """An order or an answer, in one of the two shapes of RFC 3156."""
        entity = reply(self.world.people[name], words, ref)
        return Act(getattr(self.world.sender(name), shape)(entity), *outcome)


class Referral(Play):
    """Of a member and of somebody who is none, both at once."""
    name = "referral"
    REFERRERS = ("clb", "caw")

    def __init__(self, world):
        super().__init__(world)
        clb, caw = (world.sender(n) for n in self.REFERRERS)
        self.words = [f"Aanmelding {n}. {mails.CANARY}."
                      for n in self.REFERRERS]
        # Both shapes; base64 makes parse decode what it hands on.
        self.mails = [
            Act(clb.combined(mails.bound(clb.person, self.words[0]),
                             transfer="base64")),
            Act(caw.encapsulated(mails.text(self.words[1]))),
        ]

    def acts(self, run):
        yield self.mails

    def letters(self, book):
        """A forward to each representative and a receipt; nothing else."""
        return collections.Counter(
            [(FORWARD, "body", n) for n in REPRESENTATIVES] * 2 +
            [("T01", "body", n) for n in self.REFERRERS])

    def check(self, book):
        referrals = book.run.query("SELECT ref, type, state FROM referral")
        refs = {ref for ref, _, _ in referrals}
        book.expect("referrals", sorted(r[1:] for r in referrals),
                    [("member", "ACCEPTED"), ("non_member", "ACCEPTED")])
        book.expect("references of mails", {m.ref for m in book.mails}, refs)
        book.expect("audit referral-accepted", book.audit[
            "referral-accepted"], 2)
        for ref, type_, _ in referrals:
            name = self.REFERRERS[0 if type_ == "member" else 1]
            book.expect(f"letters about {ref}", sorted(
                (o.kind, book.who(o)) for o in book.outbox if o.ref == ref),
                sorted([("T01", name), *((FORWARD, n)
                                         for n in REPRESENTATIVES)]))
        self.check_words(book, refs)

    def check_words(self, book, refs):
        """Each representative reads each referral, under its reference."""
        for name in REPRESENTATIVES:
            got = book.read(FORWARD, "body", name)
            book.expect("references read", sorted(x.reference for x in got),
                        sorted(refs))
            for word in self.words:
                found = [x for x in got if word.encode() in x.entity]
                book.expect(f"mails that say {word!r}", len(found), 1)
        for name in self.REFERRERS:
            book.expect("a receipt quotes", [
                x.reference for x in book.read("T01", "body", name)
                if mails.CANARY.encode() in x.entity], [])
