"""Two plays about a fiche. One goes all the way to the LTF; the other meets an
objection, is revised and given up, and goes nowhere."""

import collections
import pathlib
import tempfile

import mails
from fiche import IO, files, form, verify
from meeting import COORD, REP
from play import OfficePlay
from underway import MEMBERS


class FichePlay(OfficePlay):
    def __init__(self, world, underway):
        super().__init__(world, underway)
        self.fiche, self.sent = underway.fiche, underway.sent

    def about(self, name, words, *outcome, shape="combined"):
        return self.say(name, words, self.fiche, *outcome, shape=shape)

    def yes(self, name, *outcome):
        return self.about(name, self.sent[name].yes(), *outcome,
                          shape="encapsulated" if name in ("clb", COORD)
                          else "combined")

    def row(self, run, columns):
        (row,) = run.query(f"SELECT {columns} FROM fiche WHERE ref ="
                           f" '{self.fiche}'")
        return row


class Release(FichePlay):
    """Each member says yes, the officer is handed the proof of it, and the
    officer's own mail goes on to the LTF, whose phone call closes it."""
    name = "release"

    def __init__(self, world, underway):
        super().__init__(world, underway)
        *most, last = MEMBERS
        self.before = [
            # Not yet: one yes is missing (R89).
            [*map(self.yes, most), self.about(IO, "OVERDRAGEN", "refused",
                                              "wrong-state")],
            [self.yes(last)],
            [self.about(IO, "OVERDRAGEN")],
        ]
        self.after = self.about(IO, "DOORGEGEVEN ja")

    def dispatch(self):
        proposal = self.sent[IO]
        return self.say(IO, f"VERZENDEN {self.fiche}\n{proposal.digest}\n\n"
                        f"{proposal.text}", "")

    def acts(self, run):
        """When the house does not know whether it left, the officer phones the
        LTF: only what did not arrive is dispatched anew."""
        yield from self.before
        run.dispatches = 0
        while (run.dispatches == 0 or self.row(run, "state") ==
               ("UNCERTAIN",) and not run.arrived(self.world.ltf)):
            run.dispatches += 1
            yield [self.dispatch()]
        yield [self.after]

    def letters(self, book):
        """T28b is nobody's on file. Of what is uncertain the officer hears."""
        doubts = [o for o in book.outbox if o.kind == "T28b" and
                  o.state == "uncertain"]
        times = book.run.dispatches
        return collections.Counter({
            **{("B10", "akkoord", n): 1 for n in MEMBERS},
            ("B02", "wrong-state", IO): 1,
            **{("T27", "body", n): 1 for n in MEMBERS if n != IO},
            ("T27", "io", IO): 1,
            ("T28", "body", IO): 1,
            ("B10", "overgedragen", IO): 1,
            ("B10", "verzending", IO): times,
            ("T28b", "body", None): times,
            ("T28", "onzeker", IO): len(doubts),
            ("B10", "doorgegeven", IO): 1})

    def check(self, book):
        book.expect("fiche", self.row(book.run, "state, version"),
                    ("CONFIRMED", 1))
        for event, wanted in (
                ("fiche-answered", len(MEMBERS)), ("fiche-approved", 1),
                ("fiche-handed-over", 1),
                ("fiche-dispatched", book.run.dispatches),
                ("fiche-ended", 1)):
            book.expect(f"audit {event}", book.audit[event], wanted)
        self.check_dispatch(book)
        self.check_proof(book)

    def check_dispatch(self, book):
        """R101: once, as the officer signed it, and kept no longer."""
        arrived = book.run.arrived(self.world.ltf)
        book.expect("mails at the LTF", len(arrived), 1)
        book.expect("content of a dispatch that is kept", book.run.query(
            "SELECT count(blob) FROM outbox WHERE kind = 'T28b'"), [(0,)])
        for mail in arrived:
            opened = self.world.reader(self.world.ltf.address).open(
                mails.ciphertext(mail))
            book.expect("signer of the dispatch", opened.signer,
                        self.world.people[IO].fpr)
            book.expect("the text is dispatched", self.sent[IO].text.encode()
                        in opened.plain.replace(b"\r\n", b"\n"), True)

    def check_proof(self, book):
        """R89, R103: of each member, and that proves it to anybody."""
        (letter,) = book.read("T28", "body", IO)
        with tempfile.TemporaryDirectory(dir=self.world.dir) as tmp:
            said = verify(pathlib.Path(tmp), self.world, files(letter),
                          MEMBERS)
        book.expect("the bundle", said.returncode, 0)


class Objection(FichePlay):
    """What had been agreed to is void with the text (R98)."""
    name = "objection"

    def __init__(self, world, underway):
        super().__init__(world, underway)
        desk = underway.desk
        self.orders = [
            [self.yes("clb"), self.yes(COORD)],
            [self.about("school", "BEZWAAR 6"),
             self.say(IO, form(desk, n4=mails.CANARY), "")],
            [self.about(IO, form(desk, n4=mails.CANARY, n6=""))],
            [self.yes(REP, "refused", "wrong-code"),
             self.yes("school", "refused", "wrong-code"),
             self.about(IO, "OVERDRAGEN", "refused", "wrong-state")],
            [self.about(REP, "OPGEVEN")],
        ]

    def acts(self, run):
        yield from self.orders

    def letters(self, book):
        return collections.Counter({
            ("B10", "akkoord", "clb"): 1, ("B10", "akkoord", COORD): 1,
            ("B10", "bezwaar", "school"): 1,
            ("T26", "body", IO): 1, ("T26", "body", REP): 1,
            # Of another fiche, and of the second text of this one.
            ("B10", "voorgesteld", IO): 2,
            **{("T25", "body", n): 2 for n in MEMBERS},
            ("B02", "wrong-code", REP): 1, ("B02", "wrong-code", "school"): 1,
            ("B02", "wrong-state", IO): 1,
            ("B10", "opgegeven", REP): 1,
            **{("T29", "body", n): 1 for n in MEMBERS}})

    def check(self, book):
        book.expect("fiche", self.row(book.run, "state, version"),
                    ("ABANDONED", 2))
        book.expect("approvals that are kept", book.run.query(
            "SELECT count(*) FROM fiche_mail"), [(0,)])
        book.expect("mails at the LTF", book.run.arrived(self.world.ltf), [])
        for event, wanted in (
                ("fiche-proposed", 2), ("fiche-answered", 3),
                ("fiche-approved", 0), ("fiche-handed-over", 0),
                ("fiche-ended", 1)):
            book.expect(f"audit {event}", book.audit[event], wanted)
        for name in MEMBERS:
            book.expect("texts read", len({x.text for x in book.read(
                "T25", "body", name)}), 2)
