"""Real mail servers for tests: Dovecot and Exim, private, on loopback.

    with Rig() as rig:
        rig.lmtp("box@example.test", b"...")     into Dovecot, as another MTA
        rig.files("box@example.test", "new")     what stands in the Maildir

Both run as an ordinary user ("nobody" when the tests run as root), on free
high ports, in one directory under /tmp that stop() removes, with TLS by a
throw-away authority made at start. Every address is a mailbox; the password
of all is rig.password. Faults, by local part of the recipient:

    baduser@    550 at RCPT      tempuser@   451 at RCPT
    dataless@   451 after DATA   nomail@     accepted, then bounced
"""

import grp
import os
import pathlib
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time

DOVECOT = "/usr/sbin/dovecot"
EXIM = "/usr/sbin/exim4"


def available():
    """Whether both servers are installed."""
    return os.access(DOVECOT, os.X_OK) and os.access(EXIM, os.X_OK)


def free_ports(count):
    """Ports nobody listens on now; all held open until all are known."""
    socks = [socket.socket() for _ in range(count)]
    for s in socks:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in socks]
    for s in socks:
        s.close()
    return ports


def wait_for(what, seconds=10.0):
    """Calls `what` until it is true; its last value."""
    end = time.monotonic() + seconds
    while True:
        value = what()
        if value or time.monotonic() > end:
            return value
        time.sleep(0.01)


def listens(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


class Authority:
    """A throw-away CA and certificates by it; `dir` gets NAME.pem, NAME.key."""

    def __init__(self, dir, name="ca"):
        self.dir = pathlib.Path(dir)
        self.name = name
        self.file = self.dir / f"{name}.pem"
        self._ssl("req", "-x509", *self._key(name), "-days", "2",
                  "-subj", f"/CN=INSECURE test authority {name}",
                  "-addext", "basicConstraints=critical,CA:TRUE",
                  "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        (self.dir / f"{name}.index").touch()
        (self.dir / f"{name}.serial").write_text("1000\n")
        (self.dir / f"{name}.cnf").write_text(f"""
[ca]
default_ca = one
[one]
database = {self.dir}/{name}.index
serial = {self.dir}/{name}.serial
new_certs_dir = {self.dir}
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
""")

    def _key(self, name):
        return ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-keyout", str(self.dir / f"{name}.key"),
                "-out", str(self.dir / f"{name}.pem"))

    def _ssl(self, *args):
        subprocess.run(("openssl",) + args, check=True, cwd=self.dir,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def issue(self, name, host="localhost", expired=False):
        """A server certificate for `host`; its two paths."""
        names = f"DNS:{host}"
        if host == "localhost":
            names += ",IP:127.0.0.1"
        self._ssl("req", "-new", *self._key(f"{name}"),
                  "-subj", f"/CN={host}",
                  "-addext", f"subjectAltName={names}")
        os.rename(self.dir / f"{name}.pem", self.dir / f"{name}.csr")
        dates = (("-startdate", "20200101000000Z",
                  "-enddate", "20210101000000Z") if expired
                 else ("-days", "2"))
        self._ssl("ca", "-batch", "-notext", "-config", f"{self.name}.cnf",
                  "-cert", f"{self.name}.pem",
                  "-keyfile", f"{self.name}.key", "-in", f"{name}.csr",
                  "-out", f"{name}.pem", *dates)
        return self.dir / f"{name}.pem", self.dir / f"{name}.key"


DOVECOT_CONF = """
base_dir = {dir}/run
state_dir = {dir}/run
log_path = {dir}/dovecot.log
instance_name = rig
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_failure_delay = 0
mail_home = {dir}/mail/%u
mail_location = maildir:~/Maildir
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={dir}/mail/%u allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service auth-worker {{
  user =
}}
protocol lmtp {{
  auth_username_format = %Lu
}}
"""

EXIM_CONF = """
exim_path = /usr/sbin/exim4
primary_hostname = localhost
exim_user = {user}
exim_group = {group}
never_users =
deliver_drop_privilege
keep_environment =
spool_directory = {dir}/spool
log_file_path = {dir}/exim-%slog
pid_file_path = {dir}/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {smtp} : {smtps}
tls_on_connect_ports = {smtps}
tls_certificate = {cert}
tls_privatekey = {key}
tls_advertise_hosts = *
auth_advertise_hosts = ${{if def:tls_in_cipher {{*}}{{}}}}
dsn_advertise_hosts = *
acl_smtp_rcpt = at_rcpt
acl_smtp_data = at_data
message_size_limit = 60M
smtp_accept_max = 50
smtp_accept_max_per_connection = 1000
log_selector = +all

begin acl
at_rcpt:
  deny    local_parts = baduser
          message = 5.1.1 no such user
  defer   local_parts = tempuser
          message = 4.2.1 not now
  accept  authenticated = *
  deny    message = 5.7.1 not without a login
at_data:
  defer   condition = ${{if match{{$recipients}}{{dataless@}}}}
          message = 4.3.1 not now
  accept

begin routers
nobody_there:
  driver = redirect
  local_parts = nomail
  allow_fail
  data = :fail: no such mailbox
all:
  driver = manualroute
  route_list = * 127.0.0.1
  transport = to_dovecot
  self = send

begin transports
to_dovecot:
  driver = smtp
  protocol = lmtp
  port = {lmtp}
  hosts = 127.0.0.1
  allow_localhost
  hosts_try_fastopen =

begin retry
* * F,1h,1s

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = ${{if eq{{$auth3}}{{{password}}}}}
  server_set_id = $auth2
  server_prompts = :
login:
  driver = plaintext
  public_name = LOGIN
  server_condition = ${{if eq{{$auth2}}{{{password}}}}}
  server_set_id = $auth1
  server_prompts = <| Username: | Password:
"""


class Rig:
    def __init__(self):
        self.password = "INSECURE-geheim"
        self.host = "localhost"
        root = os.geteuid() == 0
        me = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
        self._as = (dict(user=me.pw_uid, group=me.pw_gid, extra_groups=[])
                    if root else {})
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="mprig"))
        for name in ("run", "mail", "spool"):
            (self.dir / name).mkdir()
        self.authority = Authority(self.dir)
        self.ca = self.authority.file
        cert, key = self.authority.issue("server")
        ports = free_ports(5)
        self.imap, self.imaps, self.lmtp_port, self.smtp, self.smtps = ports
        facts = dict(dir=self.dir, user=me.pw_name, uid=me.pw_uid,
                     gid=me.pw_gid, group=grp.getgrgid(me.pw_gid).gr_name,
                     cert=cert, key=key, password=self.password,
                     imap=self.imap, imaps=self.imaps, lmtp=self.lmtp_port,
                     smtp=self.smtp, smtps=self.smtps)
        self._conf("dovecot.conf", DOVECOT_CONF.format(**facts))
        self._conf("exim.conf", EXIM_CONF.format(**facts))
        if root:
            for path in [self.dir, *self.dir.rglob("*")]:
                os.chown(path, me.pw_uid, me.pw_gid)
            # The program under test may run as somebody else.
            self.dir.chmod(0o755)
        self._dovecot = self._exim = None

    def _conf(self, name, text):
        (self.dir / name).write_text(text)

    def _start(self, *args):
        with open(self.dir / "start.log", "ab") as log:
            return subprocess.Popen(args, cwd=self.dir, stdout=log, stderr=log,
                                    stdin=subprocess.DEVNULL,
                                    start_new_session=True, **self._as)

    def start(self):
        self.start_imap()
        self.start_smtp()
        return self

    def start_imap(self):
        self._dovecot = self._start(DOVECOT, "-F", "-c",
                                    str(self.dir / "dovecot.conf"))
        self._ready(self._dovecot, self.imap, self.imaps, self.lmtp_port)

    def start_smtp(self):
        self._exim = self._start(EXIM, "-C", str(self.dir / "exim.conf"),
                                 "-bdf", "-q10s")
        self._ready(self._exim, self.smtp, self.smtps)

    def _ready(self, process, *ports):
        def up():
            return (process.poll() is not None or
                    all(listens(p) for p in ports))
        if not wait_for(up) or process.poll() is not None:
            logs = "".join(p.read_text(errors="replace")
                           for p in sorted(self.dir.glob("*log")))
            self.stop()
            raise RuntimeError("a mail server did not start:\n" + logs)

    @staticmethod
    def _end(process):
        if process is None:
            return
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            pass
        # Dovecot's children outlive it for ten seconds, connections and all.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()

    def stop_imap(self):
        self._end(self._dovecot)
        self._dovecot = None

    def stop_smtp(self):
        self._end(self._exim)
        self._exim = None

    def stop(self):
        self.stop_smtp()
        self.stop_imap()
        # A last child may still be writing its log.
        wait_for(lambda: shutil.rmtree(self.dir, ignore_errors=True) or
                 not self.dir.exists())

    def __enter__(self):
        return self.start()

    def __exit__(self, *unused):
        self.stop()

    # ---- what a test asks of them ----

    def lmtp(self, rcpt, mail, sender="stranger@example.org"):
        """Hands a mail to Dovecot, as the town's mail server would."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port) as c:
            c.sendmail(sender, [rcpt], mail)

    def maildir(self, address, folder=None):
        path = self.dir / "mail" / address / "Maildir"
        return path / f".{folder}" if folder else path

    def files(self, address, folder=None):
        """The mails in a mailbox, as bytes, in order of arrival."""
        found = []
        for part in ("new", "cur"):
            found += (self.maildir(address, folder) / part).glob("*")
        return [p.read_bytes() for p in sorted(found, key=lambda p: p.name)]

    def log(self, name):
        """"dovecot.log", "exim-mainlog" ... as text."""
        path = self.dir / name
        return path.read_text(errors="replace") if path.exists() else ""
