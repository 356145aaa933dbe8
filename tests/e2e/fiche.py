"""How the information officer proposes a fiche and what each member reads of
it: shared by its tests, those that kill the house meanwhile, and the bench."""

import hashlib
import re
import sqlite3
import subprocess

import mails
from house import TOP
from office import done

IO = "io"
ATTEST = "Deze fiche bevat geen tijdens het overleg meegedeelde geheimen."


def form(desk, **elements):
    """The officer's form; elements by "n4", "n6" and so on."""
    texts = {"n4": "Er waren twee gesprekken.", "n6": "Op 3 mei was er ruzie.",
             "n7": "Het gaat beter op school."}
    texts.update(elements)
    labels = {4: "evaluatie van de opvolging", 6: "feiten en gebeurtenissen",
              7: "positieve elementen", 8: "negatieve elementen",
              14: "fase om tot daden over te gaan"}
    return (f"FICHE\nAan: {mails.GATEWAY}\n\n"
            f"1. kenmerk van de vergadering: {desk.meeting}\n"
            f"3. kenmerk van de casus: {desk.case}\n" + "".join(
                f"{n[1:]}. {labels[int(n[1:])]}: {text}\n"
                for n, text in texts.items() if text))


class Proposal:
    """What one member got: text, digest, code."""

    def __init__(self, letter):
        self.letter = letter
        self.reference = letter.reference
        self.text = re.search(r"(?s)----- begin van de fiche -----\n(.*?)"
                              r"----- einde", letter.text).group(1)
        self.code = re.search(r"AKKOORD (\S+)", letter.text).group(1)
        self.digest = re.search(r"^\s*([0-9a-f]{64})$", letter.text,
                                re.M).group(1)
        assert hashlib.sha256(self.text.encode()).hexdigest() == self.digest

    def yes(self):
        return f"AKKOORD {self.code}\n{ATTEST}\n{self.digest}"


def proposed(desk, *, reference="", **elements):
    row, got = desk.order(IO, form(desk, **elements), reference,
                          *desk.members)
    done(row)
    return row["reference"], {
        n: Proposal([x for x in got[n] if "AKKOORD" in x.text][0])
        for n in desk.members}


def state(desk, reference):
    db = sqlite3.connect(f"file:{desk.house.state}/db/meldpost.db?mode=ro",
                         uri=True)
    (now,) = db.execute("SELECT state FROM fiche WHERE ref = ?",
                        (reference,)).fetchone()
    db.close()
    return now


def files(letter):
    return {p.get_filename(): p.get_payload(decode=True)
            for p in letter.inner.iter_attachments()}


def verify(dir, desk, bundle, members):
    keys, there = dir / "keys", dir / "bundle"
    for directory in (keys, there):
        directory.mkdir()
    for name in members:
        (keys / name).write_bytes(desk.people[name].key)
    for name, data in bundle.items():
        (there / name).write_bytes(data)
    return subprocess.run([TOP / "contrib/verify-bundle", keys, there],
                          capture_output=True, text=True, timeout=60)
