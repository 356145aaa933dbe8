"""Mails as the programs in use shape them, and reading what comes back.

A mail is bytes with CRLF. An entity is a MIME part: header, empty line, body;
`seal` and its kin put it into RFC 3156 envelopes. Reading uses gpg and
Python's email package, or splits bytes where the bytes matter.
"""

import base64
import email
import email.policy
import email.utils
import functools
import itertools
import re
import time

GATEWAY = "livc@mechelen.example"
# Stands in every text that people write here. It may be found in no log, no
# file of the gateway, no mail that leaves.
CANARY = "KANARIE7Q"
NUMBER = itertools.count(1)


def story():
    """A free text. Each differs: the same words twice are a replay."""
    return (f"Dag,\n\nIk maak me zorgen ({next(NUMBER)}). {CANARY}. "
            "Liever mondeling.\n")


# domain.md 6.1: the label and an answer for each field.
FIELDS = {
    1: ("Versie en taal", "1, nl"),
    2: ("Hoedanigheid van de aanmelder", "lid"),
    3: ("Organisatie en rechtsgrond", "CLB Dijle, decreet art. 3"),
    4: ("Mandaat", "ja"),
    5: ("Identiteit van de betrokkene", "mondeling mee te delen"),
    6: ("Leeftijd", "18+"),
    11: ("Reeds ondernomen stappen", "gesprekken"),
    12: ("Forum en verwachting", "overleg"),
    14: ("Toestemming", "nee"),
    15: ("Beperking van gebruik", "niets zonder akkoord"),
    16: ("Dringend", "nee"),
    17: ("Toelichting en contact", "telefonisch"),
    18: ("Verklaring", "ja"),
}


def form(*leave_out):
    """The numbered form, filled in but for these fields."""
    fields = dict(FIELDS)
    fields[7] = ("Aanwijzingen", story().replace("\n", " "))
    return "".join(f"{n}. {label}: {'' if n in leave_out else value}\n"
                   for n, (label, value) in sorted(fields.items()))


def crlf(data):
    if isinstance(data, str):
        data = data.encode()
    return re.sub(rb"\r?\n", b"\r\n", data)


def message_id(address):
    return f"<{next(NUMBER)}.{time.time_ns()}@{address.split('@')[1]}>"


def boundary():
    return f"=_grens{next(NUMBER)}"


# ---- entities ----

def text(body, headers="", params="charset=utf-8"):
    return crlf(f"Content-Type: text/plain; {params}\n"
                f"Content-Transfer-Encoding: 8bit\n{headers}\n{body}")


def bound(person, body, to=GATEWAY, subject="aanmelding", sender=None):
    """A text that names its sender and recipient under the signature."""
    return text(body, f"From: {sender or person.address}\nTo: {to}\n"
                f"Subject: {subject}\n",
                'charset=utf-8; protected-headers="v1"')


def multipart(subtype, parts, headers="", params=""):
    mark = boundary()
    out = crlf(f"Content-Type: multipart/{subtype};{params}\n"
               f' boundary="{mark}"\n{headers}\n')
    for part in parts:
        out += crlf(f"--{mark}\n") + part + b"\r\n"
    return out + crlf(f"--{mark}--\n")


def attachment(kind, name, data):
    return crlf(f'Content-Type: {kind}; name="{name}"\n'
                f'Content-Disposition: attachment; filename="{name}"\n'
                "Content-Transfer-Encoding: base64\n\n") + \
        crlf(base64.encodebytes(data))


def signed(entity, signature):
    """RFC 3156 5."""
    sig = crlf('Content-Type: application/pgp-signature; '
               'name="signature.asc"\n\n') + crlf(signature)
    return multipart("signed", [entity, sig], params=" micalg=pgp-sha512;\n"
                     ' protocol="application/pgp-signature";')


# ---- whole mails ----

def outer(sender, to=GATEWAY, headers="", subject="..."):
    return crlf(f"From: {sender}\nTo: {to}\n"
                f"Date: {email.utils.formatdate()}\n"
                f"Message-ID: {message_id(GATEWAY)}\n"
                f"Subject: {subject}\nMIME-Version: 1.0\n{headers}")


def envelope(armor, sender, to=GATEWAY, headers="", transfer="7bit"):
    """RFC 3156 4 around ciphertext."""
    if transfer == "base64":
        armor = base64.encodebytes(armor)
    control = crlf("Content-Type: application/pgp-encrypted\n"
                   "Content-Description: PGP/MIME version identification\n\n"
                   "Version: 1\n")
    data = crlf('Content-Type: application/octet-stream; '
                'name="encrypted.asc"\n'
                "Content-Description: OpenPGP encrypted message\n"
                'Content-Disposition: inline; filename="encrypted.asc"\n'
                f"Content-Transfer-Encoding: {transfer}\n\n") + crlf(armor)
    return outer(sender, to, headers) + multipart(
        "encrypted", [control, data],
        params='\n protocol="application/pgp-encrypted";')


def clear(sender, body=None, headers="", to=GATEWAY):
    return outer(sender, to, headers, "hallo") + text(body or story())


class Sender:
    """How one person's mail program writes to the gateway."""

    def __init__(self, person, gateway_fpr):
        self.person = person
        self.to = [gateway_fpr]

    def wrap(self, armor, **more):
        return envelope(armor, more.pop("sender", self.person.address),
                        **more)

    def combined(self, entity, *options, **more):
        """RFC 3156 6.2: signed and encrypted in one operation."""
        return self.wrap(self.person.seal(entity, self.to, *options), **more)

    def encapsulated(self, entity, *options, **more):
        """RFC 3156 6.1: a multipart/signed, then encrypted."""
        inner = signed(entity, self.person.sign(entity, *options))
        return self.encrypted(inner, **more)

    def encrypted(self, entity, **more):
        """Encrypted only."""
        return self.wrap(self.person.seal(entity, self.to, sign=False),
                         **more)

    def signed_only(self, entity):
        return outer(self.person.address) + signed(
            entity, self.person.sign(entity))

    def inline(self, body):
        armor = self.person.seal(body.encode(), self.to).decode()
        return clear(self.person.address, armor)

    # ---- programs ----

    def thunderbird(self, body):
        """Thunderbird 115: protected headers v1, the own key attached."""
        p = self.person
        words = crlf("Content-Type: text/plain; charset=UTF-8; "
                     "format=flowed\nContent-Transfer-Encoding: base64\n\n")
        words += crlf(base64.encodebytes(body.encode()))
        key = crlf("Content-Type: application/pgp-keys; "
                   f'name="OpenPGP_0x{p.fpr[-16:]}.asc"\n'
                   "Content-Disposition: attachment; "
                   f'filename="OpenPGP_0x{p.fpr[-16:]}.asc"\n'
                   "Content-Description: OpenPGP public key\n"
                   "Content-Transfer-Encoding: quoted-printable\n\n") + crlf(
                       p.key.replace(b"=", b"=3D"))
        whole = multipart(
            "mixed", [multipart("mixed", [words, key])],
            f"Subject: aanmelding\nFrom: {p.name} <{p.address}>\n"
            f"To: LIVC <{GATEWAY}>\nMessage-ID: {message_id(p.address)}\n",
            ' protected-headers="v1";')
        return self.combined(whole, headers="User-Agent: Mozilla "
                             "Thunderbird\nContent-Language: nl\n",
                             sender=f'"{p.name}" <{p.address}>',
                             to=f"LIVC <{GATEWAY}>")

    def mutt(self, body):
        """mutt and neomutt: one text, protected headers, no preamble."""
        p = self.person
        return self.combined(crlf(
            "Content-Type: text/plain; charset=utf-8; protected-headers=v1\n"
            "Content-Disposition: inline\n"
            "Content-Transfer-Encoding: 8bit\n"
            f"From: {p.address}\nTo: {GATEWAY}\nSubject: aanmelding\n\n"
            + body), headers="User-Agent: NeoMutt/20220429\n")

    def rfc9788(self, body):
        """hp="cipher" with HP-Outer and a legacy display."""
        p = self.person
        return self.combined(text(
            f"Subject: aanmelding\n\n{body}",
            f"From: {p.address}\nTo: {GATEWAY}\nSubject: aanmelding\n"
            f"HP-Outer: From: {p.address}\nHP-Outer: To: {GATEWAY}\n"
            "HP-Outer: Subject: [...]\n",
            'charset=utf-8; hp="cipher"; hp-legacy-display="1"'))

    def apple(self, body):
        """GPGMail: the signed part inside, no protected headers."""
        return self.encapsulated(text(body))


# ---- reading ----

def parse(data):
    return email.message_from_bytes(data, policy=email.policy.default)


def ciphertext(mail):
    """The armor of a PGP/MIME mail; fails on anything else."""
    m = parse(mail)
    assert m.get_content_type() == "multipart/encrypted", m["Content-Type"]
    assert not m.defects
    control, data = m.get_payload()
    assert control.get_content_type() == "application/pgp-encrypted"
    return data.get_payload(decode=True)


def raw_parts(entity):
    """The parts of a multipart as they stand, byte for byte."""
    header, body = re.split(rb"\r?\n\r?\n", entity, 1)
    mark = re.search(rb'boundary="?([^";\s]+)', header).group(1)
    pieces = re.split(rb"(?:^|\r?\n)--" + re.escape(mark) +
                      rb"(?:--)?[ \t]*(?:\r?\n|$)", body)
    assert len(pieces) >= 3
    return pieces[1:-1]


def body_of(part):
    return re.split(rb"\r?\n\r?\n", part, 1)[1]


@functools.cache
def letter(person, mail):
    """The same, opened once however often it is looked at."""
    return Letter(person, mail)


class Letter:
    """A mail of the gateway as its recipient sees it."""

    def __init__(self, person, mail):
        self.outer = parse(mail)
        self.opened = person.open(ciphertext(mail))
        self.entity = self.opened.plain
        self.inner = parse(self.entity)
        self.subject = self.inner["Subject"]
        texts = [p for p in self.inner.walk()
                 if p.get_content_type() == "text/plain"]
        self.text = texts[0].get_content().replace("\r\n", "\n")
        self.reference = self.text.split("\n")[0]
        # A line to copy has all its words: a value that was not there leaves
        # two blanks, or one at the end.
        hole = re.search(r"(?m)^  [A-Z]{4,}[^\n]*?(?:  [^\n]*| )$", self.text)
        assert hole is None, hole.group()

    def original(self):
        """The attached original, byte for byte."""
        for part in raw_parts(self.entity):
            if b"message/rfc822" in part[:200].lower():
                return body_of(part)
        raise AssertionError("no original is attached")
