"""From a mail's arrival in IMAP to its sealed forward in the hands of the
SMTP server, beyond what Dovecot takes to notify. A plain client waits in IDLE
on the same mailbox: the moment it is told is the floor."""

import datetime
import imaplib
import re
import ssl
import statistics
import threading
import time

import mails
import rig as rig_module
from town import PARTNER, Town, progress

COUNT = 15


class Idler:
    """A client that does nothing but wait."""

    def __init__(self, rig):
        context = ssl.create_default_context(cafile=str(rig.ca))
        self.imap = imaplib.IMAP4_SSL(rig.host, rig.imaps,
                                      ssl_context=context)
        self.imap.login(mails.GATEWAY, rig.password)
        self.imap.select("INBOX")
        self.imap.send(b"z IDLE\r\n")
        self.imap.readline()
        self.told = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        try:
            while line := self.imap.readline():
                if b" EXISTS" in line:
                    self.told.append(time.time())
        except (OSError, imaplib.IMAP4.error):
            pass

    def close(self):
        self.imap.shutdown()


def accepted(rig):
    """When Exim accepted each forward: receipts have no sender."""
    times = re.findall(r"^(\S+ \S+) .*<= " + re.escape(mails.GATEWAY) + " ",
                       rig.log("exim-mainlog"), re.M)
    return [datetime.datetime.fromisoformat(t).timestamp() for t in times]


def one(rig, idler, mail):
    """(arrival to notice, notice to acceptance), in ms."""
    n, m = len(idler.told), len(accepted(rig))
    began = time.time()
    rig.lmtp(mails.GATEWAY, mail)
    if not rig_module.wait_for(
            lambda: len(idler.told) > n and len(accepted(rig)) > m, 20):
        raise RuntimeError("a forward did not arrive in 20 s")
    told, done = idler.told[n], accepted(rig)[m]
    # The mail must be gone from the mailbox before the next one comes.
    rig_module.wait_for(lambda: not rig.files(mails.GATEWAY), 20)
    time.sleep(0.3)
    return 1000 * (told - began), 1000 * (done - told)


def imap(table):
    name = "IMAP arrival to SMTP acceptance"
    if not rig_module.available():
        table.cannot(name, "needs dovecot and exim4")
        return
    progress(name)
    with rig_module.Rig() as rig, Town(mail={"receipt_tick": 3600}) as town:
        house = town.house
        password = house.dir / "password"
        password.write_text(rig.password + "\n")
        password.chmod(0o600)
        common = {"host": rig.host, "ca_file": rig.ca, "user": mails.GATEWAY,
                  "password_file": password}
        house.stop()
        house.groups["source"] = {"type": "imap", "port": rig.imaps, **common}
        house.groups["sink"] = {"type": "smtp", "port": rig.smtps, **common}
        house.write_conf()
        house.own(house.dir)
        house.start()
        # The mailbox exists from the first mail on.
        rig.lmtp(mails.GATEWAY, town.referrals(1, 10000)[0][0])
        house.until(lambda: accepted(rig), "the first forward", 30)
        time.sleep(1)
        idler = Idler(rig)
        try:
            times = [one(rig, idler, mail)
                     for mail, _ in town.referrals(COUNT, 10000)]
        finally:
            idler.close()
    notice, ours = zip(*times)
    table.add(name, None, statistics.median(ours), "ms", limit=100.0,
              note=f"median of {COUNT}, {min(ours):.0f} to {max(ours):.0f}; "
              f"before it Dovecot took {statistics.median(notice):.0f} ms to "
              "notify")
