"""A world with one web server, for gpg's own look for a key.

    find(tree, address, names)      what gpg said, which fingerprints it
                                    found, which pages were asked for

gpg asks DNS and port 443 and believes the machine's certificates, and none of
the three can be told otherwise by an option. So this file runs itself inside
namespaces of its own (user, mount, network), where it is the resolver and the
server, and where a throw-away CA stands in the place of all others. An
ordinary user may do that; the machine outside sees nothing of it.
"""

import fcntl
import functools
import http.server
import json
import os
import pathlib
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading

CA_FILE = "/etc/ssl/certs/ca-certificates.crt"
APART = ["unshare", "--user", "--map-root-user", "--mount", "--net"]


def is_possible():
    """Whether this kernel lets us make namespaces, and mount in them."""
    try:
        return subprocess.run(
            APART + ["mount", "--bind", "/etc/hosts", "/etc/hosts"],
            stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def find(tree, address, names, certified=None):
    """`tree` is what https://NAME/ shows for each of `names`; the server's
    certificate is for all of them, or for others."""
    question = json.dumps({"tree": str(tree), "address": address,
                           "names": names, "certified": certified or names})
    done = subprocess.run(
        APART + [sys.executable, __file__, question],
        capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


# ---- inside ----

def loopback_up():
    with socket.socket() as s:
        lo = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(s, 0x8913, lo))[1]
        fcntl.ioctl(s, 0x8914, struct.pack("16sH14x", b"lo", flags | 1))


def put_over(path, text, tmp):
    """`path` reads as `text` from now on, for us alone."""
    path = os.path.realpath(path)
    if os.path.exists(path):
        mine = pathlib.Path(tmp, os.path.basename(path))
        mine.write_text(text)
        subprocess.run(["mount", "--bind", mine, path], check=True)


def serve_names(names):
    """Every one of `names` is this machine; nothing else exists."""
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.1", 53))

    def loop():
        while True:
            asked, who = s.recvfrom(512)
            at, labels = 12, []
            while asked[at]:
                labels.append(asked[at + 1:at + 1 + asked[at]].decode())
                at += 1 + asked[at]
            known = ".".join(labels).lower() in names
            found = known and asked[at + 1:at + 3] == b"\0\1"
            s.sendto(asked[:2] + struct.pack(
                ">HHHHH", 0x8180 if known else 0x8183, 1, int(found), 0, 0) +
                asked[12:at + 5] + (b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4\x7f\0\0\1"
                                    if found else b""), who)

    threading.Thread(target=loop, daemon=True).start()


def make_certificate(names, tmp):
    """The CA's certificate; that of the server is in tmp/both.pem."""
    def openssl(*args):
        subprocess.run(("openssl",) + args, cwd=tmp, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem",
            "-days", "2", "-subj", "/CN=INSECURE CA")
    openssl("req", *key, "-keyout", "key.pem", "-out", "csr.pem",
            "-subj", "/CN=INSECURE")
    pathlib.Path(tmp, "ext").write_text("subjectAltName=" + ",".join(
        "DNS:" + n for n in names))
    openssl("x509", "-req", "-in", "csr.pem", "-CA", "ca.pem", "-CAkey",
            "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "ext",
            "-out", "cert.pem")
    return pathlib.Path(tmp, "ca.pem").read_text()


class Pages(http.server.SimpleHTTPRequestHandler):
    seen = []

    def log_request(self, code="-", size="-"):
        host = self.headers.get("Host", "") if self.headers else ""
        self.seen.append([host, self.path.partition("?")[0], int(code)])

    def log_message(self, *args):
        pass


def serve_pages(tree, tmp):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pathlib.Path(tmp, "cert.pem"),
                            pathlib.Path(tmp, "key.pem"))
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 443), functools.partial(Pages, directory=tree))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def ask_gpg(address, tmp):
    home = pathlib.Path(tmp, "home")
    home.mkdir(mode=0o700)
    # Its own resolver takes no answer from ours.
    (home / "dirmngr.conf").write_text("standard-resolver\n")
    env = {"PATH": os.environ["PATH"], "GNUPGHOME": str(home), "LC_ALL": "C"}

    def gpg(*args):
        return subprocess.run(("gpg", "--batch") + args, env=env, text=True,
                              capture_output=True, timeout=60)

    try:
        said = gpg("--auto-key-locate", "clear,nodefault,wkd",
                   "--locate-keys", address)
        rows = [line.split(":") for line in
                gpg("--with-colons", "--list-keys").stdout.split("\n")]
    finally:
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"],
                       env=env)
    found = [r[9] for before, r in zip(rows, rows[1:])
             if before[0] == "pub" and r[0] == "fpr"]
    return said, found


def inside(tree, address, names, certified):
    with tempfile.TemporaryDirectory(prefix="wkd") as tmp:
        loopback_up()
        put_over(CA_FILE, make_certificate(certified, tmp), tmp)
        put_over("/etc/resolv.conf", "nameserver 127.0.0.1\n", tmp)
        put_over("/etc/nsswitch.conf", "hosts: dns\n", tmp)
        serve_names(names)
        serve_pages(tree, tmp)
        said, found = ask_gpg(address, tmp)
        print(json.dumps({"said": said.stderr, "status": said.returncode,
                          "found": found, "seen": Pages.seen}))


if __name__ == "__main__":
    inside(**json.loads(sys.argv[1]))
