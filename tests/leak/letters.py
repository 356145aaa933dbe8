"""Mails of every kind with a canary in each of eight places: outer subject,
protected subject, display name, body, form field (or the words below a verb),
attachment, its file name, and the attached key."""

import os
import re

import mails
from people import Person

PLACES = ("outer subject", "subject", "display name", "body", "field",
          "attachment", "file name", "key")
LARGE = 2 << 20
PRACTICE = f"oefen+{mails.GATEWAY}"


class Letter:
    """The canaries of one mail, and how it is put together."""

    def __init__(self, canaries, kind):
        self.c = {place: canaries.new(f"{kind}: {place}")
                  for place in PLACES}

    def key_part(self, armor):
        """The armored key with a comment."""
        armor = armor.replace(b"-----\n\n", b"-----\nComment: " +
                              self.c["key"].encode() + b"\n\n", 1)
        return mails.crlf(
            'Content-Type: application/pgp-keys; name="sleutel.asc"\n'
            'Content-Disposition: attachment; filename="sleutel.asc"\n'
            "Content-Transfer-Encoding: 7bit\n\n") + mails.crlf(armor)

    def entity(self, person, body, to=mails.GATEWAY, subject="",
               protected=True, more=()):
        c = self.c
        parts = [mails.text(body.replace("BODY", c["body"])
                            .replace("FIELD", c["field"])),
                 mails.attachment("text/plain", f"{c['file name']}.txt",
                                  f"Bijlage: {c['attachment']}\n".encode()),
                 *more, self.key_part(person.key)]
        if not protected:
            return mails.multipart("mixed", parts)
        return mails.multipart(
            "mixed", parts, f'From: "{c["display name"]}" <{person.address}>\n'
            f"To: {to}\nSubject: {subject} {c['subject']}\n"
            f"Message-ID: {mails.message_id(person.address)}\n",
            ' protected-headers="v1";')

    def order(self, person, text, ref):
        """An order has no attachments: they would be refused as they are."""
        c = self.c
        return mails.text(
            f"{text}\n\n{c['field']} {c['body']}\n",
            f'From: "{c["display name"]}" <{person.address}>\n'
            f"To: {mails.GATEWAY}\nSubject: Re: [{ref}] {c['subject']}\n"
            f"Message-ID: {mails.message_id(person.address)}\n",
            'charset=utf-8; protected-headers="v1"')

    def outside(self, mail, person):
        """The outer subject and the name in From."""
        mail = re.sub(rb"\r\nSubject: [^\r]*", b"\r\nSubject: " +
                      self.c["outer subject"].encode(), mail, count=1)
        return mail.replace(
            b"From: " + person.address.encode() + b"\r\n",
            f'From: "{self.c["display name"]}" <{person.address}>\r\n'
            .encode(), 1)


def form():
    return mails.form().replace(mails.CANARY, "FIELD BODY")


STORY = "Dag,\n\nIk maak me zorgen: BODY.\nOver FIELD.\n"


class Writer:
    """Writes them for one cast of people and one gateway."""

    def __init__(self, canaries, people, gateway_fpr, gateway_key):
        self.canaries, self.people = canaries, people
        self.fpr, self.key = gateway_fpr, gateway_key

    def _sender(self, name):
        return mails.Sender(self.people[name], self.fpr)

    def _whole(self, kind, name, body, how="combined", to=mails.GATEWAY,
               subject=""):
        p, le = self.people[name], Letter(self.canaries, kind)
        entity = le.entity(p, body, to, subject)
        mail = getattr(self._sender(name), how)(entity, to=to)
        return le.outside(mail, p)

    # ---- each kind ----

    def referral(self, name):
        return self._whole("referral", name, form())

    def large(self, name):
        """Takes a while to open."""
        p, le = self.people[name], Letter(self.canaries, "large")
        paper = mails.attachment("application/pdf", "bijlage.pdf",
                                 b"%PDF-1.4\n" + os.urandom(LARGE))
        mail = self._sender(name).combined(le.entity(p, STORY, more=[paper]))
        return le.outside(mail, p)

    def free_text(self, name):
        return self._whole("free text", name, STORY, "encapsulated")

    def follow_up(self, name, ref):
        return self._whole("follow-up", name, STORY, subject=f"[{ref}]")

    def practice(self, name):
        return self._whole("practice", name, form(), to=PRACTICE)

    def not_allowed(self, name):
        return self._whole("role not allowed", name, STORY)

    def unsigned(self, name):
        return self._whole("not signed", name, STORY, "encrypted")

    def tampered(self, name):
        """The ciphertext does not hold."""
        mail = self._whole("tampered", name, STORY)
        at = mail.index(b"-----BEGIN PGP MESSAGE") + 400
        other = b"A" if mail[at:at + 1] != b"A" else b"B"
        return mail[:at] + other + mail[at + 1:]

    def stranger(self):
        """With a key whose user id is a canary too; seen once and gone."""
        uid = self.canaries.new("stranger: user id")
        with Person(uid, address=f"{uid[:20]}@elders.example") as p:
            p.meet(self.key)
            le = Letter(self.canaries, "stranger")
            mail = mails.Sender(p, self.fpr).combined(le.entity(p, STORY))
            return le.outside(mail, p)

    def clear(self, name):
        p = self.people[name]
        le = Letter(self.canaries, "clear text")
        return le.outside(mails.outer(p.address) +
                          le.entity(p, STORY, protected=False), p)

    def malformed(self, name):
        """Two senders, and parts that never end."""
        mail = self.clear(name)
        return (b"From: iemand@elders.example\r\n" + mail)[:-40]

    def machine(self, name):
        return b"Auto-Submitted: auto-replied\r\n" + self.clear(name)

    def order(self, name, verb, ref):
        p, le = self.people[name], Letter(self.canaries, "order")
        entity = le.order(p, verb, ref)
        return le.outside(self._sender(name).combined(entity), p)

    def unclear(self, name, ref):
        p, le = self.people[name], Letter(self.canaries, "unclear order")
        entity = le.order(p, f"LIJST {ref} of {le.c['body']}", ref)
        return le.outside(self._sender(name).combined(entity), p)

    def meeting(self, name, text):
        """An order for one: `text` holds PLACE and URGENCY."""
        le = Letter(self.canaries, "meeting")
        text = text.replace("PLACE", le.c["field"]).replace(
            "URGENCY", le.c["body"])
        return self._form(le, name, text)

    def _form(self, le, name, text):
        p = self.people[name]
        entity = mails.text(
            text, f'From: "{le.c["display name"]}" <{p.address}>\n'
            f"To: {mails.GATEWAY}\nSubject: {le.c['subject']}\n"
            f"Message-ID: {mails.message_id(p.address)}\n",
            'charset=utf-8; protected-headers="v1"')
        return le.outside(self._sender(name).combined(entity), p)

    def bare(self, name, text):
        """An order that takes no words below it."""
        return self._form(Letter(self.canaries, "bare order"), name, text)

    def fiche(self, name, meeting, case):
        """A proposal, with one in each of two elements."""
        le = Letter(self.canaries, "fiche")
        return self._form(le, name, (
            f"FICHE\nAan: {mails.GATEWAY}\n\n1. vergadering: {meeting}\n"
            f"3. casus: {case}\n4. evaluatie van de opvolging: "
            f"{le.c['body']}\n6. feiten en gebeurtenissen: "
            f"{le.c['field']}\n"))
