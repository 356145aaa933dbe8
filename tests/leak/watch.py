"""Where a canary may not be: looks, in every place that outlives a mail or
that another process can read."""

import os
import pathlib
import threading

TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm")


class Finds:
    """What was found, and how much was looked through."""

    def __init__(self, canaries):
        self.canaries = canaries
        self.found = {}
        self.bytes = self.files = 0
        self.lock = threading.Lock()

    def look(self, where, data):
        shapes = self.canaries.search(data)
        with self.lock:
            self.bytes += len(data)
            if shapes and where not in self.found:
                self.found[where] = (sorted(shapes),
                                     self.canaries.where(data))
        return bool(shapes)

    def file(self, path, name=None):
        try:
            data = path.read_bytes()
        except OSError:
            return
        self.files += 1
        self.look(name or str(path), data)

    def tree(self, top, skip=(), newer=0):
        """The names of all that is there, and what the files hold."""
        for base, dirs, files in os.walk(top):
            dirs[:] = [d for d in dirs if not any(
                os.path.join(base, d).startswith(s) for s in skip)]
            for name in (*dirs, *files):
                path = pathlib.Path(base, name)
                self.look(f"name of {path}", str(path).encode())
                try:
                    st = path.lstat()
                except OSError:
                    continue
                if name in files and os.path.isfile(path) and \
                        not path.is_symlink() and st.st_mtime >= newer and \
                        st.st_size < 1 << 30:
                    self.file(path)


class Processes(threading.Thread):
    """Reads argv and environ of everything that runs, again and again, but
    for what the test itself runs: its people's gpg."""

    def __init__(self, finds, house, homes):
        super().__init__(daemon=True)
        self.finds, self.over = finds, threading.Event()
        self.homes = [str(h).encode() for h in homes]
        self.house = str(house.dir).encode()
        self.seen = set()
        self.samples = self.argvs = self.environs = self.of_house = 0

    def run(self):
        while not self.over.wait(0.003):
            self.sample()

    def sample(self):
        self.samples += 1
        for entry in os.listdir("/proc"):
            if entry.isdigit() and int(entry) != os.getpid():
                self.read(entry)

    def read(self, pid):
        try:
            with open(f"/proc/{pid}/stat", "rb") as f:
                stat = f.read()
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                argv = f.read()
        except OSError:
            return
        fields = stat.rsplit(b")", 1)[1].split()
        born, parent = fields[19], int(fields[1])
        # Ours may end before its environment says whose it is.
        if parent == os.getpid() and b"(gpg" in stat:
            return
        # Twice at most: before and after an exec.
        if (pid, born, argv) in self.seen:
            return
        try:
            with open(f"/proc/{pid}/environ", "rb") as f:
                environ = f.read()
        except OSError:
            environ = b""
        if any(h in argv or h in environ for h in self.homes) or \
                b"leak.py" in argv:
            return
        self.seen.add((pid, born, argv))
        self.argvs += 1
        self.environs += environ != b""
        self.of_house += self.house in argv or b"meldpost" in argv[:200]
        self.finds.look(f"argv of {argv[:60]!r}", argv)
        self.finds.look(f"environ of {argv[:60]!r}", environ)

    def stop(self):
        self.over.set()
        self.join()


def cores(since, places):
    """Core files that are newer than the start."""
    found = []
    for place in places:
        for path in pathlib.Path(place).glob("core*"):
            try:
                if path.is_file() and path.stat().st_mtime >= since and \
                        path.read_bytes()[:4] == b"\x7fELF":
                    found.append(path)
            except OSError:
                pass
    return found

