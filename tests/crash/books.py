"""The ledgers of one run, compared: what was sent to the house, what the
house wrote down, what came out. Whatever does not match is a sentence."""

import collections

import stage
from stage import mails

RECEIPT, FORWARD = "T01", "T06"


class Books:
    """`wrong` is empty when all ledgers match; the rest is counted."""

    def __init__(self, run):
        self.run, self.house = run, run.house
        self.wrong = []
        self.lost = self.doubled = 0
        self.again = 0          # the same Message-ID twice: RFC 1047
        self.uncertain = 0      # given to a person to decide: RFC 1047
        self.people = run.world.people.values()
        self.address = {p.address: p for p in self.people}
        self.referrals = run.query("SELECT ref, type, state FROM referral")
        self.outbox = run.query(
            "SELECT o.message_id, o.kind, o.state, o.ref, c.address, o.tries"
            " FROM outbox o JOIN correspondent c ON c.id = o.correspondent")
        self.sink = collections.defaultdict(list)
        for address, mail in run.came_out():
            self.sink[mails.parse(mail)["Message-ID"]].append((address, mail))
        self.check_taken()
        self.check_rows()
        self.check_sent()
        self.check_words()
        self.check_audit()
        self.check_blobs()
        self.check_files()

    def expect(self, what, got, wanted):
        if got != wanted:
            self.wrong.append(f"{what}: {got}, not {wanted}")

    # ---- what came in ----

    def check_taken(self):
        """Each referral that was sent is accepted once."""
        rows = self.run.query("SELECT verdict, ref FROM mail")
        sent = len(self.run.world.referrals)
        refs = {ref for ref, _, _ in self.referrals}
        accepted = [ref for verdict, ref in rows if verdict == "accepted"]
        self.expect("verdicts", [v for v, _ in rows], ["accepted"] * sent)
        self.expect("references of mails", set(accepted), refs)
        self.expect("referrals", sorted(r[1:] for r in self.referrals),
                    [("member", "ACCEPTED"), ("non_member", "ACCEPTED")])
        self.lost += max(0, sent - len(set(accepted)))
        self.doubled += max(0, len(accepted) - sent)
        self.expect("mails left", len(self.run.waiting()), 0)
        self.expect("attempts left", self.run.query(
            "SELECT count(*) FROM mail_try"), [(0,)])

    # ---- what goes out ----

    def check_rows(self):
        """A forward to each representative and a receipt; nothing else."""
        wanted = collections.Counter()
        for ref, type_, _ in self.referrals:
            for name in stage.REPRESENTATIVES:
                wanted[FORWARD, ref, self.run.world.people[name].address] += 1
            name = stage.REFERRERS[0 if type_ == "member" else 1]
            wanted[RECEIPT, ref, self.run.world.people[name].address] += 1
        self.expect("outbox", collections.Counter(
            (kind, ref, to) for _, kind, _, ref, to, _ in self.outbox), wanted)

    def check_sent(self):
        """Sent is sent once; what nobody knows is uncertain or the same mail
        again."""
        known = set()
        for id_, kind, state, ref, to, tries in self.outbox:
            known.add(id_)
            there = self.sink[id_]
            what = f"{kind} {ref} {state}"
            for address, _ in there:
                self.expect(f"{what}: recipient", address, to)
            if state == "uncertain" and kind == RECEIPT:
                self.uncertain += 1
            elif state != "sent":
                self.wrong.append(f"{what}: not sent")
                self.lost += 1
            elif not there:
                self.wrong.append(f"{what}: did not arrive")
                self.lost += 1
            if len(there) > 1:
                self.look_at_copies(what, kind, tries, there)
        self.expect("mails that nobody wrote down",
                    [i for i in self.sink if i not in known], [])

    def look_at_copies(self, what, kind, tries, there):
        """Allowed once, for a forward, the same mail to whoever opens it, and
        only when the house knew that it did not know."""
        kinds = len({self.as_read(address, mail) for address, mail in there}
                    ) if kind == FORWARD else len(there)
        if (kind == FORWARD and self.run.rig and kinds == 1 and
                0 < len(there) - 1 <= min(tries, self.run.kills.deaths())):
            self.again += len(there) - 1
            return
        self.wrong.append(f"{what}: {len(there)} copies, {kinds} kinds")
        self.doubled += len(there) - 1

    def as_read(self, address, mail):
        """All that a reader sees of a mail. Its ciphertext is another when a
        crash took the sealed copy and it was sealed anew."""
        person = self.address[address]
        person.run("gpgconf", "--launch", "gpg-agent")
        letter = mails.Letter(person, mail)
        return (letter.outer["Message-ID"], letter.outer["Date"],
                letter.outer["To"], letter.opened.signer, letter.subject,
                letter.text, letter.original())

    def check_words(self):
        """Each representative reads each referral, under its reference."""
        if self.wrong:
            return
        for person in self.people:
            # The whole takes an hour: an agent may be gone by now.
            person.run("gpgconf", "--launch", "gpg-agent")
            mine = [mails.Letter(person, there[0][1])
                    for there in self.sink.values()
                    if there and there[0][0] == person.address]
            if person.name not in stage.REPRESENTATIVES:
                self.expect("a receipt quotes", [
                    le.reference for le in mine
                    if mails.CANARY.encode() in le.entity], [])
                continue
            self.expect("references read", sorted(le.reference for le in mine),
                        sorted(ref for ref, _, _ in self.referrals))
            for word in self.run.world.words:
                found = [le for le in mine if word.encode() in le.entity]
                self.expect(f"mails that say {word!r}", len(found), 1)

    # ---- what is kept ----

    def check_audit(self):
        """The chain is whole and tells of each act once."""
        self.expect("audit verify", self.run.verified, 0)
        count = collections.Counter(
            event for event, in self.run.query("SELECT event FROM audit"))
        states = collections.Counter(row[2] for row in self.outbox)
        for event, wanted in (
                ("mail-judged", len(self.run.world.referrals)),
                ("referral-accepted", len(self.referrals)),
                ("mail-queued", len(self.outbox)),
                ("mail-sent", states["sent"]),
                ("mail-uncertain", states["uncertain"]),
                ("mail-failed", 0), ("mail-held", 0), ("alarm", 0)):
            self.expect(f"audit {event}", count[event], wanted)

    def check_blobs(self):
        """Keys, blobs and the rows that name them are the same set."""
        for file in ("meldpost.db", "keys.db"):
            self.expect(f"{file} integrity", self.run.query(
                "PRAGMA integrity_check", file), [("ok",)])
        self.expect("foreign keys", self.run.query(
            "PRAGMA foreign_key_check"), [])
        blobs = sorted(self.run.query("SELECT id FROM blob"))
        self.expect("data keys", sorted(self.run.query(
            "SELECT blob FROM data_key", "keys.db")), blobs)
        self.expect("blobs named by a row", sorted(self.run.query(
            "SELECT blob FROM referral UNION ALL SELECT blob FROM outbox"
            " WHERE blob IS NOT NULL UNION ALL SELECT blob FROM mail"
            " WHERE blob IS NOT NULL")), blobs)

    def check_files(self):
        """No word of a referral in a file or a log, nothing out in clear."""
        canary = mails.CANARY.encode()
        for path in [*self.house.files_of_state(), self.house.logfile]:
            if canary in path.read_bytes():
                self.wrong.append(f"clear text in {path.name}")
        for there in self.sink.values():
            for _, mail in there:
                if (canary in mail or mails.parse(mail).get_content_type() !=
                        "multipart/encrypted"):
                    self.wrong.append("clear text left the house")
