"""Canaries, and finding them in whatever shape they come.

All of one run begin with the same word and end with another, both random and
long enough to be met by chance never; between them stand 128 bits of their
own. So that a file is searched once for a few patterns, however many mails
there were, and half a canary is found as well.
"""

import base64
import re
import secrets
import string

LETTERS = string.ascii_lowercase + string.digits


def word(n):
    # Letters only in front: some places take no digit there.
    return secrets.choice(string.ascii_lowercase) + "".join(
        secrets.choice(LETTERS) for _ in range(n - 1))


def shapes(text):
    """(name of the shape, bytes) for everything that `text` may look like."""
    raw = text.encode()
    yield "raw", raw
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + raw)
        # What its neighbours have no part in.
        first = -(-shift * 8 // 6) if shift else 0
        last = (shift + len(raw)) * 8 // 6
        yield f"base64+{shift}", coded[first:last]
    yield "hex", raw.hex().encode()
    yield "HEX", raw.hex().upper().encode()
    yield "utf-16le", text.encode("utf-16le")
    yield "utf-16be", text.encode("utf-16be")
    yield "quoted-printable", "".join(f"={b:02X}" for b in raw).encode()


class Canaries:
    def __init__(self):
        self.head, self.tail = word(14), word(14)
        self.places = {}		# canary: what it stood for
        self.patterns = [(name, data) for end in (self.head, self.tail)
                         for name, data in shapes(end)]

    def new(self, place):
        """One more, for a place of a mail."""
        canary = self.head + secrets.token_hex(16) + self.tail
        self.places[canary] = place
        return canary

    def search(self, data):
        """Names of the shapes in which any of them is in `data`."""
        found = set()
        # Encodings are broken into lines; raw text may have changed its case.
        joined = re.sub(rb"=?\r?\n[ \t]*", b"", data) if b"\n" in data \
            else data
        for name, pattern in self.patterns:
            if pattern in data or pattern in joined:
                found.add(name)
        lower = data.lower()
        if self.head.encode() in lower or self.tail.encode() in lower:
            found.add("raw")
        return found

    def where(self, data):
        """What the canaries that stand raw in `data` stood for."""
        return sorted({self.places[m.decode()] for m in re.findall(
            self.head.encode() + rb"[0-9a-f]{32}" + self.tail.encode(),
            data) if m.decode() in self.places})
