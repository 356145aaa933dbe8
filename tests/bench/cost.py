"""What a running house costs: CPU time and memory of all its processes.

GPGME forks gpg twice, so that gpg is nobody's child and ordinary timers miss
it. Here nothing is lost: meldpost-keys adopts and reaps every gpg it started,
meldpost-parse every child, so that their CPU time is in the kernel's "time of
reaped children" of these two; to that come each role's own and gpg-agent's.
"""

import os
import pathlib
import resource
import subprocess
import threading
import time

from house import NOBODY, processes

TICK = os.sysconf("SC_CLK_TCK")


def cpu_of(pid):
    """CPU seconds of a process itself: its POSIX clock, in nanoseconds."""
    return time.clock_gettime((~pid << 3) | 2)


def cpu_of_reaped(pid):
    """CPU seconds of the children it has waited for, in ticks of 10 ms."""
    stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    fields = stat[stat.rindex(")") + 2:].split()
    return (int(fields[13]) + int(fields[14])) / TICK


def agent_of(home):
    """The gpg-agent of a home directory."""
    mark = str(home).encode()
    for p in processes():
        if p.name == "gpg-agent" and mark in p.command.split(b"\0"):
            return p.pid
    raise RuntimeError("no gpg-agent")


def bare_fork(count=100):
    """CPU seconds of a fork of a small program (dash) that does nothing, and
    of its end."""
    loop = f"i=0; while [ $i -lt {count} ]; do (:); i=$((i+1)); done"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["/bin/dash", "-c", loop], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime +
            after.ru_stime - before.ru_stime) / count


class Meter:
    """The CPU time of a house, by part. Read it while the house is quiet."""

    def __init__(self, house):
        self.pids = {"meldpostd": house.daemon.pid,
                     "gpg-agent": agent_of(house.state / "gnupg")}
        for p in processes():
            if p.parent == house.daemon.pid:
                self.pids[p.name.removeprefix("meldpost-")] = p.pid
        self.start()

    def _read(self):
        now = {name: cpu_of(pid) for name, pid in self.pids.items()}
        now["gpg"] = cpu_of_reaped(self.pids["keys"])
        now["parse"] += cpu_of_reaped(self.pids["parse"])
        # What the parent reaps is a role that died: its time would be lost.
        now["died"] = cpu_of_reaped(self.pids["meldpostd"])
        return now

    def start(self):
        self.began = self._read()

    def stop(self):
        """Seconds since start(), by part."""
        now = self._read()
        if now.pop("died") != self.began["died"]:
            raise RuntimeError("a role died while it was measured")
        return {name: now[name] - self.began[name] for name in now}


# ---- memory ----

def may_read_memory():
    """The roles are closed to a debugger of their own user."""
    return NOBODY is not None


def rollup(pid):
    """smaps_rollup as bytes by field; empty for a process that has gone."""
    try:
        text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return {}
    return {words[0].rstrip(":"): int(words[1]) * 1024
            for words in map(str.split, text.splitlines()[1:])}


def memfds(pid):
    """Bytes of every memfd that a process holds, by inode: a mail that is on
    its way between two roles is mapped by nobody, but it is there."""
    found = {}
    try:
        for fd in os.listdir(f"/proc/{pid}/fd"):
            path = f"/proc/{pid}/fd/{fd}"
            if os.readlink(path).startswith("/memfd:"):
                st = os.stat(path)
                found[st.st_ino] = st.st_blocks * 512
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def children_of(pid):
    try:
        return [int(p) for p in pathlib.Path(
            f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def memory(pids):
    """Bytes of these processes together, those they share counted once."""
    total, shared, files = 0, 0, {}
    for pid in pids:
        r = rollup(pid)
        total += r.get("Pss_Anon", 0) + r.get("Pss_File", 0)
        shared += r.get("Pss_Shmem", 0)
        files.update(memfds(pid))
    return total + max(shared, sum(files.values()))


def idle_memory(house):
    """PSS by process."""
    meter = Meter(house)
    return {name: rollup(pid)["Pss"] for name, pid in meter.pids.items()}


class Watch:
    """Samples the memory of a house, gpg and parse children with it, as often
    as it can; `peak` in bytes, and `parts` as they were then."""

    def __init__(self, house):
        self.pids = Meter(house).pids
        self.peak, self.samples = 0, 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        while not self._end.wait(0.002):
            pids = [*self.pids.values(), *children_of(self.pids["keys"]),
                    *children_of(self.pids["parse"])]
            self.samples += 1
            self.peak = max(self.peak, memory(pids))

    def high_water(self):
        """VmHWM of each role."""
        marks = {}
        for name, pid in self.pids.items():
            for line in pathlib.Path(f"/proc/{pid}/status").open():
                if line.startswith("VmHWM:"):
                    marks[name] = int(line.split()[1]) * 1024
        return marks

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *unused):
        self._end.set()
        self._thread.join()
