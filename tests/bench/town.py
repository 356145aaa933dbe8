"""A running house with a partner and representatives, all of one algorithm,
and batches of referrals that go through it."""

import os
import subprocess
import time
from random import Random

import mails
from house import House
from people import CAST, Person

SOUNDS = ("aar bel dig een gor huis jon kel lijk moe nis op raad sten taal "
          "uur ver wijs ze").split()
REP, DEPUTY, PARTNER = "vertegenwoordiger", "adjunct", "clb"


def progress(text):
    os.write(2, f"bench: {text}\n".encode())


def prose(size, number):
    """Text of `size` bytes that is no other's, and that compresses to a
    half, as written text does."""
    random = Random(number)
    out = [f"Verslag {number} van {time.time_ns()}\n"]
    length = len(out[0])
    while length < size:
        line = " ".join("".join(random.choices(SOUNDS, k=random.choice(
            (1, 1, 2, 3)))) for _ in range(11)) + "\n"
        out.append(line)
        length += len(line)
    return "".join(out)[:size]


class Town:
    """`algo`: ed25519 (with cv25519) or rsa3072."""

    def __init__(self, algo="ed25519", **options):
        progress(f"keys of {algo}")
        self.people = {name: Person(name, algo)
                       for name in (REP, DEPUTY, PARTNER)}
        self.house = None
        try:
            self.open(algo, options)
        except BaseException:
            self.close()
            raise

    def open(self, algo, options):
        self.house = h = House(**options)
        if algo == "ed25519":
            h.run("key", "create")
        else:
            self.make_key(algo)
        h.start()
        for name in (REP, PARTNER):
            h.enrol(self.people[name], CAST[name])
        h.gateway_fpr, key = h.own_key()
        for person in self.people.values():
            person.meet(key)
        self.sender = mails.Sender(self.people[PARTNER], h.gateway_fpr)

    def make_key(self, algo):
        """A key that the operator brought along; `key create` makes only
        ed25519."""
        home = self.house.state / "gnupg"
        home.mkdir(mode=0o700)
        self.house.own(home)
        env = {"PATH": "/usr/bin:/bin", "HOME": str(home),
               "GNUPGHOME": str(home), "LC_ALL": "C"}

        def gpg(*args):
            return subprocess.run(
                ["gpg", "--batch", "--quiet", "--passphrase", "", *args],
                env=env, preexec_fn=self.house.become(), check=True,
                capture_output=True).stdout.decode()
        gpg("--quick-gen-key", f"INSECURE bench <{mails.GATEWAY}>", algo,
            "cert,sign", "2y")
        listed = gpg("--with-colons", "--list-secret-keys")
        fpr = listed.split("\nfpr:")[1].split("\n")[0].strip(":")
        gpg("--quick-add-key", fpr, algo, "encr", "2y")
        subprocess.run(["gpgconf", "--kill", "all"], env=env, check=True,
                       preexec_fn=self.house.become())

    def enrol_deputy(self):
        self.house.enrol(self.people[DEPUTY], CAST[DEPUTY])

    def close(self):
        if self.house is not None:
            self.house.close()
        for person in self.people.values():
            person.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    # ---- mail ----

    def referrals(self, count, size, *options):
        """New ones: (mail, ciphertext)."""
        made = []
        for _ in range(count):
            n = next(mails.NUMBER)
            entity = mails.bound(self.people[PARTNER], prose(size, n))
            mail = self.sender.combined(entity, *options)
            made.append((mail, mails.ciphertext(mail)))
        return made

    def large(self, size):
        """One whose mail as a whole has about `size` bytes: a scan of a
        document, which does not compress."""
        n = next(mails.NUMBER)
        room = int(size / 1.356 / 1.37)
        entity = mails.multipart("mixed", [
            mails.text(prose(1000, n)),
            mails.attachment("application/pdf", "a.pdf", os.urandom(room))])
        mail = self.sender.combined(entity, "-z0")
        return mail, mails.ciphertext(mail)

    def boxes(self):
        """Mails handed to the sink, by person."""
        found = {}
        for name, person in self.people.items():
            try:
                found[name] = len(os.listdir(
                    self.house.post / person.address / "new"))
            except FileNotFoundError:
                found[name] = 0
        return found

    def empty_boxes(self):
        for person in self.people.values():
            for path in (self.house.post / person.address / "new").glob("*"):
                path.unlink()

    def send(self, referrals, deputies=0, seconds=60):
        """Puts them in; waits until every forward and receipt is out and the
        house rests again."""
        self.empty_boxes()
        for mail, _ in referrals:
            self.house.deliver(mail)
        n = len(referrals)
        want = {REP: n, DEPUTY: n * deputies, PARTNER: n}
        end = time.monotonic() + seconds
        while self.boxes() != want:
            if time.monotonic() > end:
                raise RuntimeError(f"{self.boxes()} instead of {want} after "
                                   f"{seconds} s {self.house.tail()}")
            time.sleep(0.05)
        time.sleep(0.3)

    def sealed(self, name):
        """What the last sealed mail to somebody holds, padding and all."""
        person = self.people[name]
        armor = mails.ciphertext(self.house.received(person)[-1])
        return person.open(armor).plain
