"""Small scripted servers for what no real server does.

ImapFake and SmtpFake speak just enough of their protocol for our clients, over
TLS, STARTTLS or in clear, from a list of mails in memory. What they lack:
every command that our clients do not use, and all checking. A fault is a
method that a test replaces; see the methods named on_*.

Every byte a client sent stands in `heard`, decrypted, as lists of lines, one
list for each connection.
"""

import socket
import ssl
import threading


class Gone(Exception):
    """The client closed the connection."""


class Peer:
    """One connection of a fake."""

    def __init__(self, sock, context, lines):
        self.sock = sock
        self.context = context
        self.lines = lines
        self.rest = b""

    def send(self, data):
        self.sock.sendall(data if isinstance(data, bytes) else data.encode())

    def line(self):
        while b"\r\n" not in self.rest:
            got = self.sock.recv(65536)
            if not got:
                raise Gone
            self.rest += got
        line, self.rest = self.rest.split(b"\r\n", 1)
        self.lines.append(line.decode("latin-1"))
        return self.lines[-1]

    def secure(self):
        """The server's side of a TLS handshake."""
        self.sock = self.context.wrap_socket(self.sock, server_side=True)

    def close(self):
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()
        raise Gone


class Fake:
    def __init__(self, cert, key, implicit=True):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(cert, key)
        self.implicit = implicit
        self.heard = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.peers = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,),
                             daemon=True).start()

    def _serve(self, sock):
        self.heard.append([])
        peer = Peer(sock, self.context, self.heard[-1])
        self.peers.append(peer)
        try:
            if self.implicit:
                peer.secure()
            self.talk(peer)
        except (Gone, OSError, ssl.SSLError):
            pass
        finally:
            peer.sock.close()

    def said(self, word):
        """How often `word` stands in what all clients sent."""
        return sum(word in line for lines in self.heard for line in lines)

    def hang_up(self):
        """Ends all connections, as a server that restarts."""
        for peer in self.peers:
            try:
                peer.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.peers = []

    def stop(self):
        self.listener.close()
        self.hang_up()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()


class ImapFake(Fake):
    capability = "IMAP4rev1 IDLE UIDPLUS MOVE"
    greeting = "* OK ready\r\n"
    validity = 7

    def __init__(self, cert, key, implicit=True, mails=()):
        self.mails = {uid + 1: mail for uid, mail in enumerate(mails)}
        super().__init__(cert, key, implicit)

    def talk(self, peer):
        peer.send(self.greeting)
        while True:
            line = peer.line()
            tag, command, *rest = line.split(" ", 2)
            words = rest[0] if rest else ""
            if command == "UID":
                verb, words = words.split(" ", 1)
                command = "UID_" + verb
            answer = getattr(self, "on_" + command.lower(), None)
            if answer is None:
                peer.send(f"{tag} BAD unknown\r\n")
            else:
                answer(peer, tag, words)

    def done(self, peer, tag, text="OK done"):
        peer.send(f"{tag} {text}\r\n")

    def on_capability(self, peer, tag, words):
        peer.send(f"* CAPABILITY {self.capability}\r\n")
        self.done(peer, tag)

    def on_starttls(self, peer, tag, words):
        self.done(peer, tag)
        peer.secure()

    def on_login(self, peer, tag, words):
        self.done(peer, tag)

    def on_select(self, peer, tag, words):
        peer.send(f"* {len(self.mails)} EXISTS\r\n"
                  f"* OK [UIDVALIDITY {self.validity}] ok\r\n")
        self.done(peer, tag, "OK [READ-WRITE] done")

    def on_create(self, peer, tag, words):
        self.done(peer, tag)

    def on_uid_search(self, peer, tag, words):
        peer.send("* SEARCH" + "".join(f" {u}" for u in self.mails) + "\r\n")
        self.done(peer, tag)

    def size_of(self, uid):
        return len(self.mails[uid])

    def on_uid_fetch(self, peer, tag, words):
        uid, what = words.split(" ", 1)
        uid = int(uid)
        if uid in self.mails:
            if "RFC822.SIZE" in what:
                peer.send(f"* 1 FETCH (UID {uid} RFC822.SIZE "
                          f"{self.size_of(uid)})\r\n")
            else:
                self.on_body(peer, uid, "<" in what)
        self.done(peer, tag)

    def on_body(self, peer, uid, partial):
        mail = self.mails[uid][:262144] if partial else self.mails[uid]
        where = "<0>" if partial else ""
        peer.send(f"* 1 FETCH (UID {uid} BODY[]{where} {{{len(mail)}}}\r\n"
                  .encode() + mail + b")\r\n")

    def on_uid_store(self, peer, tag, words):
        self.done(peer, tag)

    def on_uid_expunge(self, peer, tag, words):
        for uid in words.split(","):
            self.mails.pop(int(uid), None)
        self.done(peer, tag)

    def on_uid_move(self, peer, tag, words):
        self.mails.pop(int(words.split()[0]), None)
        self.done(peer, tag)

    def on_uid_copy(self, peer, tag, words):
        self.done(peer, tag)

    def on_idle(self, peer, tag, words):
        peer.send("+ idling\r\n")
        peer.line()
        self.done(peer, tag)

    def on_logout(self, peer, tag, words):
        peer.send("* BYE bye\r\n")
        self.done(peer, tag)
        peer.close()


class SmtpFake(Fake):
    keywords = ["DSN", "SIZE 60000000", "ENHANCEDSTATUSCODES", "AUTH PLAIN"]
    greeting = "220 fake\r\n"

    def __init__(self, cert, key, implicit=True):
        self.got = []       # the mails, with their dots as they came
        super().__init__(cert, key, implicit)

    def talk(self, peer):
        peer.send(self.greeting)
        while True:
            verb, *rest = peer.line().split(" ", 1)
            answer = getattr(self, "on_" + verb.lower(), None)
            if answer is None:
                peer.send("502 5.5.1 unknown\r\n")
            else:
                answer(peer, rest[0] if rest else "")

    def on_ehlo(self, peer, words):
        offered = ["fake"] + self.keywords
        if not isinstance(peer.sock, ssl.SSLSocket):
            offered = [k for k in offered if not k.startswith("AUTH")]
        else:
            offered = [k for k in offered if k != "STARTTLS"]
        for keyword in offered[:-1]:
            peer.send(f"250-{keyword}\r\n")
        peer.send(f"250 {offered[-1]}\r\n")

    def on_starttls(self, peer, words):
        peer.send("220 2.0.0 go\r\n")
        peer.secure()

    def on_auth(self, peer, words):
        if " " not in words:
            peer.send("334 \r\n")
            peer.line()
        peer.send("235 2.7.0 welcome\r\n")

    def on_mail(self, peer, words):
        peer.send("250 2.1.0 ok\r\n")

    def on_rcpt(self, peer, words):
        peer.send("250 2.1.5 ok\r\n")

    def on_rset(self, peer, words):
        peer.send("250 2.0.0 ok\r\n")

    def on_data(self, peer, words):
        peer.send("354 go\r\n")
        while b"\r\n.\r\n" not in peer.rest:
            got = peer.sock.recv(65536)
            if not got:
                raise Gone
            peer.rest += got
            self.on_body(peer)
        mail, peer.rest = peer.rest.split(b"\r\n.\r\n", 1)
        self.got.append(mail + b"\r\n")
        self.on_dot(peer)

    def on_body(self, peer):
        """Some of a mail has come."""

    def on_dot(self, peer):
        peer.send("250 2.0.0 taken\r\n")

    def on_quit(self, peer, words):
        peer.send("221 2.0.0 bye\r\n")
        peer.close()
