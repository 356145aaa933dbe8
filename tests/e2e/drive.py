"""Talks with probe and probe_role, a line at a time, with a time limit."""

import os
import pathlib
import select
import subprocess

BUILD = pathlib.Path(os.environ.get("builddir", ".")).resolve()

# enum gw_err, as far as tests name them.
(OK, AGAIN, TIMEOUT, NET, EOF, FULL, NOMEM, IO, LIMIT, FORMAT, DENIED, MISSING,
 EXISTS, AUTH, TLS, REFUSED) = range(16)


class Driven:
    """A program that answers lines with lines."""

    def __init__(self, program, *args, env=None):
        self.process = subprocess.Popen(
            [BUILD / "tests" / "e2e" / program, *args], bufsize=0,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={**os.environ, **(env or {})})
        self.pid = self.process.pid
        self._rest = b""

    def say(self, *words):
        self.process.stdin.write(" ".join(map(str, words)).encode() + b"\n")

    def hear(self, seconds=20):
        """The next line; "" when the program has ended."""
        while b"\n" not in self._rest:
            ready, _, _ = select.select([self.process.stdout], [], [], seconds)
            assert ready, "no answer in time"
            got = os.read(self.process.stdout.fileno(), 65536)
            if not got:
                return ""
            self._rest += got
        line, self._rest = self._rest.split(b"\n", 1)
        return line.decode()

    def ask(self, *words, seconds=20):
        self.say(*words)
        return self.hear(seconds)

    def silent(self, seconds):
        """Whether nothing is said for so long."""
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        return not ready and not self._rest

    def memory(self, field="VmHWM"):
        """In bytes."""
        for line in open(f"/proc/{self.pid}/status"):
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024

    def end(self):
        """Closes its input; its exit status and what it logged."""
        try:
            log = self.process.communicate(timeout=20)[1].decode()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        return self.process.returncode, log

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout,
                     self.process.stderr):
            pipe.close()


def error(line):
    """The code in "err CODE text", OK for "ok"."""
    words = line.split()
    if words[0] == "ok":
        return OK
    assert words[0] == "err", line
    return int(words[1])


class Source(Driven):
    def __init__(self, out, **options):
        self.out = pathlib.Path(out)
        super().__init__("probe", "source", *(
            f"source_{k}={v}" for k, v in options.items()))
        self.opened = error(self.hear())

    def next(self):
        """(token, size, bytes), or the error."""
        line = self.ask("next", self.out)
        if not line.startswith("mail "):
            return error(line)
        _, token, size, _ = line.split()
        return token, int(size), self.out.read_bytes()

    def settle(self, token, fate):
        return error(self.ask("settle", token, fate))

    def wait(self, ms):
        return error(self.ask("wait", ms, seconds=20 + ms / 1000))

    def sweep(self, days):
        return error(self.ask("sweep", days))


class Sink(Driven):
    def __init__(self, dir, **options):
        self.dir = pathlib.Path(dir)
        self.count = 0
        super().__init__("probe", "sink", "instance_address=livc@gent.test", *(
            f"sink_{k}={v}" for k, v in options.items()))
        self.opened = error(self.hear())

    def _file(self, mail):
        self.count += 1
        path = self.dir / f"mail{self.count}"
        path.write_bytes(mail)
        return path

    def send(self, mail, rcpt, sender="livc@gent.test", envid="env1", dsn=1):
        """(result, code, status)"""
        words = self.ask("send", self._file(mail), sender or "-", rcpt,
                         envid or "-", dsn).split()
        return words[0], int(words[1]), words[2] if len(words) > 2 else ""

    def guard(self, mail, rcpt, clear=0):
        return self.ask("guard", self._file(mail), rcpt, clear) == "yes"
