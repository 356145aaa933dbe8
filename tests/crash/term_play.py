"""The play of the terms: a case and a fiche whose days are over when the house
is started, a fiche without consensus, and an extension by two people."""

import collections
import datetime
import re

from fiche import IO
from meeting import COORD, MAYOR, REP
from people import REPRESENTATIVES
from play import OfficePlay
from underway import MEMBERS, change


class Term(OfficePlay):
    name = "term"

    def __init__(self, world, underway):
        super().__init__(world, underway)
        u = underway
        self.orders = [
            [self.say("fg", f"BEVESTIG {u.code}", u.extended),
             self.say(REP, "VERLENGEN ernst", u.case)],
            # What is erased is not there for anybody (R140).
            [self.say(COORD, "CASUSMANAGER clb@clb.example", u.old, "refused",
                      "unknown-reference"),
             self.say(IO, "STAND", u.over, "refused",
                      "unknown-reference"),
             # One code, one extension.
             self.say("fg", f"BEVESTIG  {u.code}", u.extended, "refused",
                      "wrong-state")],
        ]

    def set_back(self, house):
        u = self.underway
        change(house,
               f"DELETE FROM timer WHERE ref = '{u.old}' AND event = 'SOON'",
               f"UPDATE timer SET due = 1 WHERE (ref, event) IN"
               f" (('{u.old}', 'END'), ('{u.over}', 'DONE'),"
               f" ('{u.late}', 'LAPSE'))",
               f"UPDATE case_ref SET due = unixepoch() / 86400 - 1"
               f" WHERE ref = '{u.old}'")

    def acts(self, run):
        """`run.gone`: the content that is erased meanwhile."""
        u = self.underway
        run.gone = [n for n, in run.query(
            f"SELECT link FROM case_ref WHERE ref = '{u.old}' UNION"
            f" SELECT detail FROM fiche WHERE ref = '{u.over}' UNION"
            f" SELECT ballot FROM fiche WHERE ref = '{u.over}'")]
        yield from self.orders

    def letters(self, book):
        return collections.Counter({
            **{("T37", "body", n): 1 for n in REPRESENTATIVES},
            **{("T37", "deelnemers", n): 1 for n in ("clb", "school", COORD)},
            **{("T29", "body", n): 1 for n in MEMBERS},
            ("B08", "verlengd", "fg"): 1,
            **{("B08", "verlengd", n): 1 for n in REPRESENTATIVES},
            ("B08", "verlengd", MAYOR): 1,
            ("B08", "voorgesteld", REP): 1,
            ("B08", "agendapunt", COORD): 1,
            ("B02", "unknown-reference", COORD): 1,
            ("B02", "unknown-reference", IO): 1,
            ("B02", "wrong-state", "fg"): 1})

    def check(self, book):
        u, run = self.underway, book.run
        book.expect("cases", dict(run.query(
            "SELECT ref, state FROM case_ref")),
            {u.old: "ERASED", u.extended: "EXTENDED", u.case: "EXT_PROPOSED"})
        book.expect("fiches", dict(run.query("SELECT ref, state FROM fiche")),
                    {u.over: "ERASED", u.late: "EXPIRED",
                     u.fiche: "PROPOSED"})
        for event, wanted in (
                ("content-erased", 2), ("fiche-ended", 1), ("case-extended", 1),
                ("extension-proposed", 1)):
            book.expect(f"audit {event}", book.audit[event], wanted)
        self.check_erased(book)
        self.check_proof(book)
        self.check_extension(book)

    def check_erased(self, book):
        """R106, R140: nothing names it, no key opens it, and nobody stands
        beside its reference."""
        run, u = book.run, self.underway
        book.expect("contents that were to be erased", len(run.gone), 3)
        gone = ", ".join(map(str, run.gone))
        for file, sql in (
                ("keys.db", f"data_key WHERE blob IN ({gone})"),
                ("meldpost.db", f"blob WHERE id IN ({gone})"),
                ("meldpost.db", f"blob_chunk WHERE blob IN ({gone})"),
                ("meldpost.db", f"case_ref WHERE ref = '{u.old}'"
                 " AND link IS NOT NULL"),
                ("meldpost.db", f"fiche WHERE ref = '{u.over}'"
                 " AND coalesce(detail, ballot) IS NOT NULL"),
                ("meldpost.db", f"outbox WHERE ref = '{u.old}'"
                 " AND correspondent IS NOT NULL")):
            book.expect(f"left in {sql.split()[0]}", run.query(
                f"SELECT count(*) FROM {sql}", file), [(0,)])

    def check_proof(self, book):
        """R141: T37 names the row of the chain that says so."""
        rows = book.run.query(
            "SELECT lower(hex(hash)) FROM audit WHERE event ="
            f" 'content-erased' AND ref = '{self.underway.old}'")
        for section, names in (("body", REPRESENTATIVES),
                               ("deelnemers", ("clb", "school", COORD))):
            for name in names:
                (letter,) = book.read("T37", section, name)
                found = re.search(r"([0-9a-f]{32})\s+([0-9a-f]{32})",
                                  letter.text)
                book.expect("proof", [("".join(found.groups()),)], rows)

    def check_extension(self, book):
        """R134: five years in all, and once."""
        ((last, due),) = book.run.query(
            "SELECT last, due FROM case_ref WHERE ref ="
            f" '{self.underway.extended}'")
        first = datetime.date(1970, 1, 1)
        years = [(first + datetime.timedelta(days=d)).year
                 for d in (last, due)]
        book.expect("years of an extension", years[1] - years[0], 5)
