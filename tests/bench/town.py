"""A running house with a partner and representatives, all of one algorithm,
and batches of referrals that go through it."""

import os
import pathlib
import shutil
import subprocess
import tempfile
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
    """`algo`: ed25519 (with cv25519) or rsa3072. `memory`: state and mail lie
    in memory instead of on a disk."""

    def __init__(self, algo="ed25519", memory=False, **options):
        progress(f"keys of {algo}")
        self.memory = None
        if memory:
            self.memory = pathlib.Path(tempfile.mkdtemp(
                prefix="mpb", dir="/dev/shm"))
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
        if self.memory:
            self.move_house()
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

    def move_house(self):
        h = self.house
        for old in (h.state, h.post):
            shutil.move(old, self.memory / old.name)
        h.state, h.post = self.memory / "state", self.memory / "post"
        h.inbox = h.post / mails.GATEWAY
        h.groups["state"]["dir"] = h.state
        h.groups["source"]["path"] = h.inbox
        h.groups["sink"]["path"] = h.post
        h.write_conf()
        self.memory.chmod(0o755)
        h.own(self.memory)

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
        """Who comes later gets what is open, and only then it is quiet."""
        self.house.enrol(self.people[DEPUTY], CAST[DEPUTY])
        self.house.until(lambda: len(self.box(DEPUTY)) == len(self.box(REP)),
                         "the open referrals at the deputy", 120)
        time.sleep(0.3)

    def close(self):
        if self.house is not None:
            self.house.close()
        if self.memory:
            shutil.rmtree(self.memory, ignore_errors=True)
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

    def box(self, name):
        """The mails handed to the sink for somebody."""
        return list((self.house.post / self.people[name].address / "new")
                    .glob("*"))

    def send(self, referrals, deputies=0, seconds=60):
        """Puts them in; waits until every forward and receipt is out and the
        house rests again. Nothing is removed: what was just deleted makes
        ext4 slow at making the next file."""
        n = len(referrals)
        new = {REP: n, DEPUTY: n * deputies, PARTNER: n}
        want = {name: len(self.box(name)) + more for name, more in
                new.items()}
        for mail, _ in referrals:
            self.house.deliver(mail)
        end = time.monotonic() + seconds
        while {name: len(self.box(name)) for name in want} != want:
            if time.monotonic() > end:
                raise RuntimeError(f"mails are missing after {seconds} s: "
                                   f"{self.house.tail()}")
            time.sleep(0.05)
        time.sleep(0.3)

    def sealed(self, name):
        """What the last sealed mail to somebody holds, padding and all."""
        last = max(self.box(name), key=lambda p: p.stat().st_mtime_ns)
        return self.people[name].open(
            mails.ciphertext(mails.crlf(last.read_bytes()))).plain
