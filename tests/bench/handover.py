"""From the last approval of a fiche to its sealed hand-over in the outbox,
against bare gpg commands: those that verify each approval again as it came, one
that seals the hand-over. The notes have the same for what the gateway keeps of
an approval, which is no longer sealed."""

import concurrent.futures
import os
import re
import statistics
import time

import cost
import mails
from fiche import IO, proposed, state
from floor import Floor
from house import House
from meeting import COORD, REP, convened, listed_case, moved_back
from office import Desk, done, reply
from people import CAST, Person, Role
from referral import add, parts
from town import progress

SIZES = (5, 10, 20, 40)
USUAL, ROUNDS = 20, 5
OFFICE = (REP, IO, COORD)
JUDGED = re.compile(rb"^meldpost-core: mail id=\S+ verdict=(\S+)", re.M)


class Members:
    """The office and as many members as the largest fiche wants; by name."""

    def __init__(self):
        self.names = ["clb"] + [f"lid{n}" for n in
                                range(max(SIZES) - len(OFFICE) - 1)]
        self.roles = {n: CAST[n] for n in OFFICE} | {
            n: Role("participant", "clb", n) for n in self.names}
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            made = pool.map(Person, self.roles)
            self.by_name = dict(zip(self.roles, made))

    def __getitem__(self, name):
        return self.by_name[name]

    def close(self):
        for person in self.by_name.values():
            person.close()


def move_in(house, people):
    house.run("key", "create")
    house.start()
    for name, role in people.roles.items():
        house.enrol(people[name], role)
    house.gateway_fpr, key = house.own_key()
    for person in people.by_name.values():
        person.meet(key)
    return Desk(house, people,
                lambda n: mails.Sender(people[n], house.gateway_fpr))


def held(desk):
    """A meeting of each size about one case, with its attendance closed: by
    size its reference and who was there."""
    meetings = {}
    desk.case = listed_case(desk)
    for size in SIZES:
        guests = desk.people.names[:size - len(OFFICE)]
        ref, _ = convened(desk, *guests, casussen=desk.case)
        meetings[size] = ref, (*OFFICE, *guests)
    moved_back(desk.house)
    for ref, members in meetings.values():
        there = ", ".join(desk.people[n].address for n in members if n != REP)
        row, _ = desk.order(REP, f"AANWEZIG\naanwezig: {there}\n"
                            f"casussen: {desk.case}", ref)
        done(row)
    return meetings


def seconds_to_commit(house, mail):
    """From before a mail is put in until core says, right after it committed,
    that it accepted it."""
    end = time.monotonic() + 60
    with open(house.logfile, "rb") as log:
        log.seek(0, os.SEEK_END)
        seen, said = b"", None
        began = time.monotonic()
        house.deliver(mail)
        while said is None:
            time.sleep(0.0003)
            seen += log.read()
            said = JUDGED.search(seen)
            if time.monotonic() > end:
                raise RuntimeError(f"not judged: {house.tail()}")
        took = time.monotonic() - began
    if said.group(1) != b"accepted":
        raise RuntimeError(f"not accepted: {house.tail()}")
    return took


class Approval:
    """A member's yes as a mail, and what gpg reads to verify it again: its
    ciphertext; `signed`, below that: one message, or signature and body."""

    def __init__(self, desk, name, words, fiche, shape):
        person, sender = desk.people[name], desk.sender(name)
        entity = reply(person, words, fiche)
        if shape == "combined":
            self.mail = sender.combined(entity)
            self.signed = [person.gpg("--armor", "--sign", data=entity)]
        else:
            signature = person.sign(entity)
            self.mail = sender.encrypted(mails.signed(entity, signature))
            self.signed = [signature, entity]
        self.cipher = mails.ciphertext(self.mail)


def one(desk, shape):
    """A fiche, approved by all and handed over: seconds of the last approval
    and of the order, CPU seconds of the order by part, the approvals, and the
    text that was handed over."""
    house, people = desk.house, desk.people
    fiche, sent = proposed(desk)
    approvals = [Approval(desk, n, sent[n].yes(), fiche, shape)
                 for n in desk.members]
    for approval in approvals[:-1]:
        house.deliver(approval.mail)
    house.until(lambda: not house.waiting(), "the approvals are read", 60)
    house.quiet(60)
    last = seconds_to_commit(house, approvals[-1].mail)
    house.quiet(60)
    if state(desk, fiche) != "APPROVED":
        raise RuntimeError(f"not approved: {house.tail()}")
    order = desk.sender(IO).combined(reply(people[IO], "OVERDRAGEN", fiche))
    meter = cost.Meter(house)
    release = seconds_to_commit(house, order)
    spent = meter.stop()
    house.quiet(60)
    if state(desk, fiche) != "HANDED_OVER":
        raise RuntimeError(f"not handed over: {house.tail()}")
    return last, release, spent, approvals, handed_over(desk)


def handed_over(desk):
    """The text of T28, padding and all: the officer's last mail but for the
    receipt of the order."""
    for mail in reversed(desk.house.received(desk.people[IO])[-2:]):
        plain = desk.people[IO].open(mails.ciphertext(mail)).plain
        if plain.count(b"akkoord-") >= len(desk.members):
            return plain
    raise RuntimeError("no hand-over")


def seconds_of_gpg(floor, approvals, text, officer):
    """Of the bare commands, one after another: by the clock and of CPU; and by
    the clock for what the gateway keeps of them."""
    paths = [(floor.file(f"in{n}", a.cipher),
              [floor.file(f"in{n}.{k}", data)
               for k, data in enumerate(a.signed)])
             for n, a in enumerate(approvals)]
    letter = floor.file("t28", text)
    began, spent = time.monotonic(), 0.0
    for cipher, signed in paths:
        spent += floor.open(cipher)
        if len(signed) > 1:
            spent += floor.run(os.devnull, "--verify", *signed)
    spent += floor.seal(letter, officer)
    came = time.monotonic() - began
    began = time.monotonic()
    for _, signed in paths:
        floor.run(os.devnull, "--verify", *signed)
    floor.seal(letter, officer)
    return came, spent, time.monotonic() - began


class Figures:
    """Milliseconds, medians of the rounds but the first, which warms up."""

    def __init__(self, desk, floor, size, shape):
        progress(f"a fiche of {size}, {shape}")
        self.parts = {}
        rows = [self.round(desk, floor, shape, n > 0)
                for n in range(ROUNDS + 1)][1:]
        last, order, gpg, spent, gpg_spent, kept = zip(*rows)
        both = [a + b for a, b in zip(last, order)]
        ratios = [a / b for a, b in zip(both, gpg)]
        self.both, self.gpg, self.spent, self.gpg_spent = map(
            statistics.median, (both, gpg, spent, gpg_spent))
        self.each = self.spent / size
        self.note = (f"by round {min(ratios):.2f} to {max(ratios):.2f}; the "
                     f"last approval {statistics.median(last):.0f}, the order "
                     f"{statistics.median(order):.0f}; gpg on what is kept "
                     f"{statistics.median(kept):.0f}")

    def round(self, desk, floor, shape, counts):
        last, order, spent, approvals, text = one(desk, shape)
        gpg, gpg_spent, kept = seconds_of_gpg(floor, approvals, text,
                                              desk.people[IO].fpr)
        if counts:
            add(self.parts, spent)
        return [1000 * x for x in (last, order, gpg, sum(spent.values()),
                                   gpg_spent, kept)]


def measured(desk, floor):
    meetings = held(desk)
    for size, shape in [(n, "combined") for n in SIZES] + [
            (USUAL, "encapsulated")]:
        desk.meeting, desk.members = meetings[size]
        yield size, shape, Figures(desk, floor, size, shape)


def fiche(table):
    progress(f"a house with {max(SIZES)} members")
    people, house = Members(), House()
    try:
        desk = move_in(house, people)
        with Floor(house) as floor:
            found = {}
            for size, shape, figures in measured(desk, floor):
                found[size, shape] = figures
                table.add(f"fiche of {size}, {shape}, to its hand-over",
                          figures.gpg, figures.both, "ms", most=1.25,
                          note=figures.note)
                if size == USUAL:
                    table.add("the same, CPU of the order", figures.gpg_spent,
                              figures.spent, "ms CPU", most=1.25,
                              note="mean by part: " +
                              parts(figures.parts, ROUNDS))
        middle, large = (found[n, "combined"].each for n in SIZES[-2:])
        table.add(f"CPU for each member, {SIZES[-1]} beside {SIZES[-2]}",
                  middle, large, "ms CPU", most=1.25,
                  note="linear in members: none is dearer among more")
    finally:
        house.close()
        people.close()
