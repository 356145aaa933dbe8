"""How the people of an office answer the gateway's mails, and what they see:
shared by the tests of intake, enrolment and practice."""

import mails


def reply(person, order, reference="", quote="", to=mails.GATEWAY,
          subject=None):
    """An answer as a mail program writes it: the order on top, the gateway's
    own letter quoted below, the reference in the protected subject."""
    subject = subject or (f"Re: [{reference}] Bericht van Mechelen"
                          if reference else "Bericht")
    body = f"{order}\n"
    if quote:
        body += "\nOp 3 dec. 2026 om 10:12 schreef livc@mechelen.example:\n"
        body += "".join(f"> {line}\n" for line in quote.splitlines())
    # Programs protect the Message-ID too: no two orders are the same bytes.
    return mails.text(body, f"From: {person.address}\nTo: {to}\n"
                      f"Subject: {subject}\n"
                      f"Message-ID: {mails.message_id(person.address)}\n",
                      'charset=utf-8; protected-headers="v1"')


class Desk:
    """One house and its people, by name."""

    def __init__(self, house, people, sender):
        self.house, self.people, self.sender = house, people, sender

    def letters(self, name):
        return self.house.letters(self.people[name])

    def order(self, name, order, reference="", *watch, quote="", **more):
        """Sends an order; its row, and the new letters of those watched."""
        entity = reply(self.people[name], order, reference, quote, **more)
        return self.send(self.sender(name).combined(entity), *watch)

    def send(self, mail, *watch):
        self.house.quiet()
        before = {n: len(self.house.received(self.people[n])) for n in watch}
        row = self.house.judge(mail)
        self.house.quiet()
        new = {n: [mails.letter(self.people[n], m) for m in
                   self.house.received(self.people[n])[before[n]:]]
               for n in watch}
        return row, new

    def refer(self, name="clb"):
        """A referral; its reference."""
        row, _ = self.send(self.sender(name).thunderbird(mails.story()))
        assert row["verdict"] == "accepted", (row, self.house.tail())
        return row["reference"]

    def state(self, reference):
        (row,) = [r for r in self.house.rows("queue")
                  if r["reference"] == reference]
        return row["state"]


def words(letter):
    """The text of the original that a forward brings."""
    part = next(p for p in mails.parse(letter.original()).walk()
                if p.get_content_type() == "text/plain")
    return part.get_content()


def done(row):
    assert (row["verdict"], row["reason"]) == ("accepted", "ok"), row


def refused(row, reason):
    assert (row["verdict"], row["reason"]) == ("refused", reason), row
