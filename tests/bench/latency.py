"""From a mail's arrival in IMAP to its sealed forward in the hands of the
SMTP server, beyond what Dovecot takes to notify.

Dovecot looks at a mailbox now and then, each session at its own moment, so
that a second client in IDLE tells little about ours. Instead Dovecot writes
down when it says what (rawlog): the floor is the moment it tells our own
session that a mail is there. Exim's log has the moment it took the forward.
"""

import datetime
import re
import statistics
import time

import mails
import rig as rig_module
from town import Town, progress

COUNT = 15
RAWLOG = """
protocol imap {{
  rawlog_dir = {dir}/rawlog
}}
"""


def with_rawlog(rig):
    rawlog = rig.dir / "rawlog"
    rawlog.mkdir(mode=0o777)
    rawlog.chmod(0o777)
    with open(rig.dir / "dovecot.conf", "a") as f:
        f.write(RAWLOG.format(dir=rig.dir))


def notices(rig):
    """When Dovecot wrote "* N EXISTS" for a new mail, oldest first. What it
    answers to SELECT is none; "* 0" is no mail."""
    found = []
    for path in (rig.dir / "rawlog").glob("*.out"):
        found += re.findall(r"^(\d+\.\d+) \* [1-9]\d* EXISTS",
                            path.read_text(errors="replace"), re.M)
    return sorted(map(float, found))


def accepted(rig):
    """When Exim accepted each forward: receipts have no sender."""
    times = re.findall(r"^(\S+ \S+) .*<= " + re.escape(mails.GATEWAY) + " ",
                       rig.log("exim-mainlog"), re.M)
    return [datetime.datetime.fromisoformat(t).timestamp() for t in times]


def one(rig, mail):
    """(arrival to notice, notice to acceptance), in ms."""
    n, m = len(notices(rig)), len(accepted(rig))
    began = time.time()
    rig.lmtp(mails.GATEWAY, mail)
    if not rig_module.wait_for(lambda: len(accepted(rig)) > m, 20):
        raise RuntimeError("a forward did not arrive in 20 s")
    # The mail must be gone from the mailbox before the next one comes.
    rig_module.wait_for(lambda: not rig.files(mails.GATEWAY), 20)
    time.sleep(0.3)
    told, done = notices(rig)[n], accepted(rig)[m]
    if not began <= told <= done:
        raise RuntimeError("the servers' clocks make no sense")
    return 1000 * (told - began), 1000 * (done - told)


def move_in(town, rig):
    """Makes the house live on the servers; waits for its first forward."""
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
    rig.lmtp(mails.GATEWAY, town.referrals(1, 10000)[0][0])
    house.until(lambda: accepted(rig), "the first forward", 30)
    house.until(lambda: not rig.files(mails.GATEWAY), "an empty mailbox", 30)
    time.sleep(1)


def imap(table):
    name = "IMAP arrival to SMTP acceptance"
    if not rig_module.available():
        table.cannot(name, "needs dovecot and exim4")
        return
    progress(name)
    rig = rig_module.Rig()
    with_rawlog(rig)
    # Receipts would leave in between; they have time.
    with rig, Town(mail={"receipt_tick": 3600}) as town:
        move_in(town, rig)
        times = [one(rig, mail) for mail, _ in town.referrals(COUNT, 10000)]
    notice, ours = zip(*times)
    table.add(name, None, statistics.median(ours), "ms", limit=100.0,
              note=f"median of {COUNT}, {min(ours):.0f} to {max(ours):.0f}; "
              f"before it Dovecot took {statistics.median(notice):.0f} ms to "
              "notify")
