"""The ledgers of one run, compared: what was sent to the house, what the
house wrote down, what came out. Whatever does not match is a sentence."""

import collections
from typing import NamedTuple, Optional

from stage import mails

# Rather not at all than twice (RFC 1047): core/post.c says the same.
ONCE = ("T01", "T02", "T28b", "B04")
# Where content is named: a blob that none of them names is left over.
NAMED = (("referral", "blob"), ("follow_up", "blob"), ("outbox", "blob"),
         ("mail", "blob"), ("case_ref", "link"), ("enrolment", "key"),
         ("meeting", "detail"), ("meeting", "stale"),
         ("meeting", "attendance"), ("fiche", "detail"), ("fiche", "ballot"),
         ("fiche_mail", "blob"))


class Mail(NamedTuple):
    verdict: str
    reason: str
    ref: Optional[str]


class Sent(NamedTuple):
    """A row of the outbox; `address` is gone where it is not kept."""
    id: str
    kind: str
    section: str
    state: str
    ref: Optional[str]
    address: Optional[str]
    tries: int


class Books:
    """`wrong` is empty when all ledgers match; the rest is counted. All rows
    are those of this run: what its house began with is left out."""

    def __init__(self, run):
        self.run, self.house, self.world = run, run.house, run.world
        self.wrong = []
        self.lost = self.doubled = 0
        self.again = 0          # the same Message-ID twice: RFC 1047
        self.uncertain = 0      # given to a person to decide: RFC 1047
        self.mails = [Mail(*row) for row in run.query(
            "SELECT verdict, reason, ref FROM mail ORDER BY n"
            f" LIMIT -1 OFFSET {run.mails}")]
        self.outbox = [Sent(*row) for row in run.query(
            "SELECT o.message_id, o.kind, o.section, o.state, o.ref,"
            " c.address, o.tries FROM outbox o LEFT JOIN correspondent c"
            f" ON c.id = o.correspondent WHERE o.id > {run.outbox}")]
        self.audit = collections.Counter(event for event, in run.query(
            f"SELECT event FROM audit WHERE seq > {run.audit}"))
        self.sink = collections.defaultdict(list)
        for address, mail in run.came_out():
            self.sink[mails.parse(mail)["Message-ID"]].append((address, mail))
        self.check_taken()
        self.check_letters()
        self.check_sent()
        self.check_audit()
        self.check_blobs()
        self.check_files()
        # The play reads mails, and wants all of them to be there.
        if not self.wrong:
            run.play.check(self)

    def expect(self, what, got, wanted):
        if got != wanted:
            self.wrong.append(f"{what}: {got}, not {wanted}")

    def expect_all(self, what, got, wanted):
        """Two lists; how many are missing and how many are too much."""
        got, wanted = collections.Counter(got), collections.Counter(wanted)
        few, many = wanted - got, got - wanted
        if few or many:
            self.wrong.append(f"{what}: too few {dict(few)}, too many "
                              f"{dict(many)}")
        return few.total(), many.total()

    def expect_once(self, what, got, wanted):
        """The same; what is missing is lost, what is too much doubled."""
        few, many = self.expect_all(what, got, wanted)
        self.lost += few
        self.doubled += many

    # ---- what came in ----

    def check_taken(self):
        """Each mail that was sent is judged once, and as it should be."""
        self.expect_once("verdicts", [m[:2] for m in self.mails],
                         [act[1:] for act in self.run.put])
        self.expect("mails left", len(self.run.waiting()), 0)
        self.expect("attempts left", self.run.query(
            "SELECT count(*) FROM mail_try"), [(0,)])

    # ---- what goes out ----

    def who(self, row):
        """The name of whom a row is for; by its mail where the row does not
        say it any more."""
        there = self.sink[row.id]
        address = row.address or (there[0][0] if there else None)
        return self.world.name.get(address)

    def check_letters(self):
        """Each answer and each notice, to each who gets it, and no other.
        What goes to the LTF is nobody's on file."""
        self.expect_once("letters", [(o.kind, o.section, self.who(o))
                                     for o in self.outbox],
                         self.run.play.letters(self))

    def check_sent(self):
        """Sent is sent once; what nobody knows is uncertain or the same mail
        again."""
        known = set()
        for row in self.outbox:
            known.add(row.id)
            there = self.sink[row.id]
            what = f"{row.kind} {row.section} {row.ref} {row.state}"
            for address, _ in there:
                if row.kind == "T28b" or address == self.world.ltf.address:
                    self.expect(f"{what}: to the LTF", (row.kind, address),
                                ("T28b", self.world.ltf.address))
                else:
                    self.expect(f"{what}: recipient", address,
                                row.address or address)
            if row.state == "uncertain" and row.kind in ONCE:
                self.uncertain += 1
            elif row.state != "sent":
                self.wrong.append(f"{what}: not sent")
                self.lost += 1
            elif not there:
                self.wrong.append(f"{what}: did not arrive")
                self.lost += 1
            if len(there) > 1:
                self.look_at_copies(what, row, there)
        self.expect("mails that nobody wrote down",
                    [i for i in self.sink if i not in known], [])

    def look_at_copies(self, what, row, there):
        """Allowed, but for those that go once, is the same mail to whoever
        opens it, and only when the house knew that it did not know."""
        once = row.kind in ONCE
        kinds = len(there) if once else len({self.as_read(*m) for m in there})
        if (not once and self.run.rig and kinds == 1 and
                0 < len(there) - 1 <= min(row.tries, self.run.kills.deaths())):
            self.again += len(there) - 1
            return
        self.wrong.append(f"{what}: {len(there)} copies, {kinds} kinds")
        self.doubled += len(there) - 1

    def as_read(self, address, mail):
        """All that a reader sees of a mail. Its ciphertext is another when a
        crash took the sealed copy and it was sealed anew."""
        letter = mails.Letter(self.world.reader(address), mail)
        return (address, letter.outer["Message-ID"], letter.outer["Date"],
                letter.outer["To"], letter.opened.signer, letter.subject,
                *(p.get_payload(decode=True) for p in letter.inner.walk()
                  if not p.is_multipart()))

    def read(self, kind, section, name):
        """The letters of this kind that somebody got, opened, each once."""
        person = self.world.reader(self.world.people[name].address)
        return [mails.Letter(person, self.sink[o.id][0][1])
                for o in self.outbox if self.sink[o.id] and
                (o.kind, o.section, self.who(o)) == (kind, section, name)]

    # ---- what is kept ----

    def check_audit(self):
        """The chain is whole, at each rest and in the end, and tells of each
        act once."""
        self.expect("audit verify", set(self.run.verified), {0})
        states = collections.Counter(o.state for o in self.outbox)
        for event, wanted in (
                ("mail-judged", len(self.run.put) +
                 self.run.play.judged_again),
                ("mail-queued", len(self.outbox)),
                ("mail-sent", states["sent"]),
                ("mail-uncertain", states["uncertain"]),
                ("mail-failed", 0), ("mail-held", 0), ("alarm", 0)):
            self.expect(f"audit {event}", self.audit[event], wanted)

    def check_blobs(self):
        """Keys, blobs and the rows that name them are the same set."""
        for file in ("meldpost.db", "keys.db"):
            self.expect(f"{file} integrity", self.run.query(
                "PRAGMA integrity_check", file), [("ok",)])
        self.expect("foreign keys", self.run.query(
            "PRAGMA foreign_key_check"), [])
        blobs = self.run.query("SELECT id FROM blob")
        self.expect_all("data keys", self.run.query(
            "SELECT blob FROM data_key", "keys.db"), blobs)
        self.expect_all("blobs named by a row", self.run.query(
            " UNION ALL ".join(f"SELECT {c} FROM {t} WHERE {c} IS NOT NULL"
                               for t, c in NAMED)), blobs)

    def check_files(self):
        """No word of what people wrote in a file or a log, nothing out in
        clear."""
        canary = mails.CANARY.encode()
        for path in [*self.house.files_of_state(), self.house.logfile]:
            if canary in path.read_bytes():
                self.wrong.append(f"clear text in {path.name}")
        for there in self.sink.values():
            for _, mail in there:
                if (canary in mail or mails.parse(mail).get_content_type() !=
                        "multipart/encrypted"):
                    self.wrong.append("clear text left the house")
