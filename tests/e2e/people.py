"""Throw-away people, each with a GNUPGHOME and keys of their own.

    with Person("clb") as clb:
        clb.meet(gateway_key)               an armored public key
        clb.seal(b"...", [fingerprint])     signed and encrypted, armored
        clb.open(armor)                     what is inside, and who signed

Only gpg is used, never a part of meldpost, so that a fault of meldpost
cannot hide here. Every user id says INSECURE. Keys are a month old, so that
mails can be made in the past.
"""

import concurrent.futures
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

DAY = 86400
CONF = """batch
no-tty
no-auto-key-locate
disable-dirmngr
no-autostart
trust-model always
pinentry-mode loopback
"""


def gpg_time(t):
    """Seconds as gpg's --faked-system-time wants them."""
    return time.strftime("%Y%m%dT%H%M%S", time.gmtime(t))


def set_expiry(gpg, fpr, when):
    """By name: gpg's "*" stands for subkeys that have not ended yet."""
    listed = gpg("--with-colons", "--list-keys", fpr).decode()
    for sub in [()] + [(f,) for f in re.findall(
            r"^sub:.*\nfpr:+([0-9A-F]{40}):", listed, re.M)]:
        gpg("--passphrase", "", "--quick-set-expire", fpr, gpg_time(when),
            *sub)


class Opened:
    """What came out of a decryption."""

    def __init__(self, plain, status):
        self.plain = plain
        self.status = status
        valid = re.findall(r"VALIDSIG .* ([0-9A-F]{40})$", status, re.M)
        self.signer = valid[0] if len(valid) == 1 else None
        self.recipients = len(re.findall(r"^\[GNUPG:\] ENC_TO ", status,
                                         re.M))


class Person:
    def __init__(self, name, algo="ed25519", address=None, expires="2y",
                 age=30 * DAY):
        self.name = name
        self.address = address or f"{name}@{name}.example"
        # gpg-agent's socket must fit in 108 bytes.
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="mpp", dir="/tmp"))
        (self.home / "gpg.conf").write_text(CONF)
        try:
            self.run("gpgconf", "--launch", "gpg-agent")
            self.fpr = self.new_key(algo, expires, time.time() - age)
            self.key = self.gpg("--armor", "--export", self.fpr)
        except RuntimeError:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        self.run("gpgconf", "--kill", "all")
        shutil.rmtree(self.home, ignore_errors=True)

    def run(self, *args, data=b"", check=True):
        done = subprocess.run(
            args, input=data, capture_output=True,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
                 "HOME": str(self.home), "GNUPGHOME": str(self.home)})
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, args))}: "
                               f"{done.stderr.decode(errors='replace')}")
        return done

    def gpg(self, *args, data=b""):
        return self.run("gpg", "--quiet", *args, data=data).stdout

    # ---- keys ----

    def new_key(self, algo="ed25519", expires="2y", made=None):
        """One more key in this home; its fingerprint."""
        made = made or time.time() - 30 * DAY
        encrypt = "cv25519" if algo == "ed25519" else algo
        known = set(self.fingerprints())
        self.gpg("--faked-system-time", gpg_time(made),
                 "--passphrase", "", "--yes", "--quick-gen-key",
                 f"INSECURE test {self.name} <{self.address}>", algo,
                 "cert,sign", expires)
        fpr = (set(self.fingerprints()) - known).pop()
        # Later: gpg counts on from the time it was told.
        self.gpg("--faked-system-time", gpg_time(made + 60),
                 "--passphrase", "", "--quick-add-key", fpr, encrypt,
                 "encr", expires)
        return fpr

    def fingerprints(self):
        """Those of the primary keys whose secret half is here."""
        text = self.run("gpg", "--with-colons", "--list-secret-keys",
                        check=False).stdout.decode()
        return re.findall(r"^sec:.*\n(?:fpr|grp):+([0-9A-F]{40}):", text,
                          re.M)

    def meet(self, key):
        """Takes in somebody's public key."""
        self.gpg("--import", data=key)

    def set_expiry(self, when):
        """The key and its subkey end at `when`; the new public key."""
        set_expiry(self.gpg, self.fpr, when)
        return self.gpg("--armor", "--export", self.fpr)

    def revoke(self):
        """By the certificate that gpg made with the key; the public key."""
        path = self.home / "openpgp-revocs.d" / f"{self.fpr}.rev"
        self.gpg("--import", data=path.read_bytes().replace(
            b":-----BEGIN", b"-----BEGIN"))
        return self.gpg("--armor", "--export", self.fpr)

    def secret_key(self):
        return self.gpg("--armor", "--passphrase", "",
                        "--export-secret-keys", self.fpr)

    # ---- mail ----

    def seal(self, data, to, *options, sign=True, armor=True):
        """Encrypts to fingerprints; signed in the same operation."""
        args = ["--armor"] if armor else []
        if sign:
            args += ["--sign", "-u", self.fpr]
        for fpr in to:
            args += ["-r", fpr]
        return self.gpg(*args, *options, "--encrypt", data=data)

    def sign(self, data, *options):
        """A detached signature, armored."""
        return self.gpg("--armor", "--digest-algo", "SHA512", "-u", self.fpr,
                        *options, "--detach-sign", data=data)

    def open(self, data):
        """gpg fails too where it cannot check the signature."""
        done = self.run("gpg", "--status-fd", "2", "--decrypt", data=data,
                        check=False)
        status = done.stderr.decode(errors="replace")
        assert "DECRYPTION_OKAY" in status and "GOODMDC" in status, status
        return Opened(done.stdout, status)

    def can_open(self, data):
        return self.run("gpg", "--quiet", "--decrypt", data=data,
                        check=False).returncode == 0

    def verify(self, data, signature):
        """The fingerprint of who made this detached signature, or None."""
        (self.home / "signed").write_bytes(data)
        done = self.run("gpg", "--status-fd", "1", "--verify", "-",
                        str(self.home / "signed"), data=signature,
                        check=False)
        found = Opened(b"", done.stdout.decode(errors="replace"))
        return found.signer if done.returncode == 0 else None


class Role:
    """How somebody is enrolled: the options of `correspondent add`."""

    def __init__(self, role, org_class, organisation, algo="ed25519"):
        self.role = role
        self.org_class = org_class
        self.organisation = organisation
        self.algo = algo


# Everybody who is enrolled in the tests, by name.
CAST = {
    "burgemeester": Role("mayor", "municipality", "Stad Mechelen"),
    "vertegenwoordiger": Role("mayor_rep", "municipality", "Stad Mechelen"),
    "adjunct": Role("mayor_rep", "municipality", "Stad Mechelen", "rsa3072"),
    "coordinator": Role("coordinator", "municipality", "Stad Mechelen"),
    "io": Role("io", "local_police", "Politiezone"),
    "clb": Role("participant", "clb", "CLB Dijle"),
    "ocmw": Role("participant", "ocmw", "OCMW Mechelen", "rsa3072"),
    "school": Role("participant", "school", "Scholengroep"),
    "vdab": Role("participant", "vdab", "VDAB"),
    "jeugd": Role("adhoc", "youth", "Jeugdhuis"),
    "cgg": Role("perm_rep", "cgg", "CGG Dijle"),
    "caw": Role("non_member", "caw", "CAW Boom"),
    "buur": Role("other_mayor", "municipality", "Stad Lier"),
    "fg": Role("dpo", "municipality", "Stad Mechelen"),
}
REPRESENTATIVES = ("vertegenwoordiger", "adjunct")


class People:
    """The cast and a stranger whom nobody enrolled; by name."""

    def __init__(self):
        names = {name: role.algo for name, role in CAST.items()}
        names["vreemde"] = "ed25519"
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            made = pool.map(lambda item: Person(*item), names.items())
            self.by_name = {p.name: p for p in made}

    def __getitem__(self, name):
        return self.by_name[name]

    def all_meet(self, key):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda p: p.meet(key), self.by_name.values()))

    def close(self):
        for p in self.by_name.values():
            p.close()
