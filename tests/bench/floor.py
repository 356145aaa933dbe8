"""The floor: gpg by itself, one process per operation, on the same content,
in a copy of the gateway's own home, with an agent that is warm."""

import os
import shutil
import subprocess
import tempfile

from cost import agent_of, cpu_of

GPG = "/usr/bin/gpg"


class Floor:
    def __init__(self, house):
        self.dir = tempfile.mkdtemp(prefix="mpf", dir="/tmp")
        self.home = os.path.join(self.dir, "h")
        shutil.copytree(house.state / "gnupg", self.home,
                        ignore=shutil.ignore_patterns("S.*", "*.lock",
                                                      ".#*"))
        os.chmod(self.home, 0o700)
        self.own = house.gateway_fpr
        self.env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C",
                    "HOME": self.home, "GNUPGHOME": self.home}
        subprocess.run(["gpgconf", "--homedir", self.home, "--launch",
                        "gpg-agent"], check=True, env=self.env)
        self.agent = agent_of(self.home)
        self.null = os.open(os.devnull, os.O_RDWR)

    def copy_ring(self, house):
        """After an enrolment."""
        shutil.copyfile(house.state / "gnupg" / "pubring.kbx",
                        os.path.join(self.home, "pubring.kbx"))

    def close(self):
        subprocess.run(["gpgconf", "--homedir", self.home, "--kill", "all"],
                       check=False, env=self.env)
        os.close(self.null)
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def file(self, name, data):
        path = os.path.join(self.dir, name)
        with open(path, "wb") as f:
            f.write(data)
        return path

    def run(self, path, *args):
        """CPU seconds of one gpg that reads `path`, and of the agent."""
        before = cpu_of(self.agent)
        fd = os.open(path, os.O_RDONLY)
        pid = os.posix_spawn(GPG, [GPG, *args], self.env, file_actions=[
            (os.POSIX_SPAWN_DUP2, fd, 0),
            (os.POSIX_SPAWN_DUP2, self.null, 1),
            (os.POSIX_SPAWN_DUP2, self.null, 2)])
        os.close(fd)
        _, status, used = os.wait4(pid, 0)
        if status != 0:
            raise RuntimeError(f"gpg {' '.join(args)}: status {status}")
        return used.ru_utime + used.ru_stime + cpu_of(self.agent) - before

    def open(self, path):
        return self.run(path, "--decrypt")

    def seal(self, path, fpr, armor=True):
        return self.run(path, *(["--armor"] if armor else []), "--sign",
                        "-u", self.own, "-r", fpr, "--encrypt")
