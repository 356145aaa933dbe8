"""The whole way through real servers: Exim takes a partner's mail, Dovecot
keeps it, we fetch it by IMAP and send by SMTP with TLS and a login."""

import shutil
import smtplib
import ssl
import time

import pytest

import mails
import rig as rig_module
from meeting import REP, order
from people import CAST, REPRESENTATIVES, Person

pytestmark = pytest.mark.skipif(not rig_module.available(),
                                reason="needs dovecot and exim4")


@pytest.fixture(scope="module")
def rig():
    with rig_module.Rig() as r:
        yield r


@pytest.fixture
def town(new_house, rig):
    """town(...): a house on the servers, whose mailbox is empty."""
    def make(ca=None, poll=1):
        shutil.rmtree(rig.maildir(mails.GATEWAY), ignore_errors=True)
        house = new_house()
        password = house.dir / "password"
        password.write_text(rig.password + "\n")
        password.chmod(0o600)
        common = {"host": rig.host, "ca_file": ca or rig.ca,
                  "user": mails.GATEWAY, "password_file": password}
        house.groups["source"] = {"type": "imap", "port": rig.imaps,
                                  "poll": poll, **common}
        house.groups["sink"] = {"type": "smtp", "port": rig.smtps, **common}
        house.write_conf()
        house.own(house.dir)
        return house
    return make


def post(rig, person, mail, to=mails.GATEWAY):
    """As the partner's mail program: submission with TLS and a login."""
    context = ssl.create_default_context(cafile=str(rig.ca))
    with smtplib.SMTP("localhost", rig.smtp) as c:
        c.starttls(context=context)
        c.login(person.address, rig.password)
        c.sendmail(person.address, [to], mail)


def letters(rig, person):
    return [mails.Letter(person, mails.crlf(m))
            for m in rig.files(person.address)
            if b"multipart/encrypted" in m]


def new_letters(rig, house, person, before, count=1):
    house.until(lambda: len(letters(rig, person)) >= before + count,
                f"a letter for {person.name}", 30)
    return letters(rig, person)[before:]


def inbox(rig):
    """The names alone: the mails may go at any moment."""
    box = rig.maildir(mails.GATEWAY)
    return [*box.glob("new/*"), *box.glob("cur/*")]


def test_a_referral_goes_all_the_way(rig, town, people, sender):
    clb, rep, deputy = (people[n] for n in ("clb", *REPRESENTATIVES))
    before = {p.name: len(letters(rig, p)) for p in (clb, rep, deputy)}
    # It does not look for an hour: IDLE must tell it.
    house = town(poll=3600).start()
    entity = mails.bound(clb, mails.story())
    began = time.monotonic()
    post(rig, clb, sender("clb").encapsulated(entity))
    (letter,) = new_letters(rig, house, rep, before[rep.name])
    assert time.monotonic() - began < 10
    part, signature = mails.raw_parts(letter.original())
    assert part == entity
    rep.meet(clb.key)
    assert rep.verify(part, mails.body_of(signature)) == clb.fpr
    assert letter.opened.signer == house.gateway_fpr
    (other,) = new_letters(rig, house, deputy, before[deputy.name])
    assert other.reference == letter.reference
    (receipt,) = new_letters(rig, house, clb, before[clb.name])
    assert "goed ontvangen" in receipt.text
    house.until(lambda: not inbox(rig), "an expunged mailbox")
    house.quiet()
    log = rig.log("exim-mainlog")
    assert f"A=plain:{mails.GATEWAY}" in log or \
        f"A=login:{mails.GATEWAY}" in log
    assert "X=TLS" in log
    assert mails.CANARY not in log


def test_ignored_mail_is_put_aside_on_the_server(rig, town):
    house = town().start()
    rig.lmtp(mails.GATEWAY, mails.clear("iemand@elders.example"))
    house.until(lambda: rig.files(mails.GATEWAY, "Genegeerd"),
                "the side folder")
    house.until(lambda: not inbox(rig), "an empty mailbox")
    (row,) = house.rows("mail", "list")
    assert row["verdict"] == "ignored"
    assert not house.rows("outbox", "--all")


@pytest.fixture
def wrong_address(town, enrolled):
    """A house whose third representative has this local part."""
    made = []

    def make(local):
        person = Person(local, address=f"{local}@vertegenwoordiger.example")
        made.append(person)
        person.meet(enrolled.gateway_key)
        house = town()
        house.enrol(person, CAST["adjunct"])
        return house, person
    yield make
    for p in made:
        p.close()


def outbox(house, states, mail="T06"):
    return [r for r in house.rows("outbox", "--all")
            if r["state"] in states.split() and r["mail"] == mail]


def others_got_theirs(house):
    house.until(lambda: len(outbox(house, "sent delivered")) ==
                len(REPRESENTATIVES), "the other forwards")


def test_a_refused_recipient_is_told_to_the_coordinator(
        rig, wrong_address, people, sender):
    """T42, sealed: the reference and the code, nothing else."""
    house, _ = wrong_address("baduser")
    coordinator = people["coordinator"]
    before = len(letters(rig, coordinator))
    house.start()
    post(rig, people["clb"], sender("clb").apple(mails.story()))
    (letter,) = new_letters(rig, house, coordinator, before)
    (row,) = outbox(house, "failed")
    assert row["code"] == "550"
    assert letter.reference == row["reference"]
    assert "550" in letter.text
    assert mails.CANARY.encode() not in letter.entity
    others_got_theirs(house)


def test_a_bounce_fails_its_mail(rig, wrong_address, people, sender):
    """A DSN that Exim really makes, found by its secret envelope id."""
    house, _ = wrong_address("nomail")
    coordinator = people["coordinator"]
    before = len(letters(rig, coordinator))
    house.start()
    post(rig, people["clb"], sender("clb").apple(mails.story()))
    (letter,) = new_letters(rig, house, coordinator, before)
    (row,) = outbox(house, "failed")
    assert letter.reference == row["reference"]
    house.until(lambda: not inbox(rig), "an empty mailbox")
    rows = house.rows("mail", "list")
    assert {"transport"} <= {r["verdict"] for r in rows}
    assert len([r for r in rows if r["verdict"] == "accepted"]) == 1


def test_a_delivery_notice_is_booked(rig, town, people, sender):
    """Delivered is what the far end says, never a mere 250 of a relay; the
    notice is known as ours by its secret envelope id."""
    house = town().start()
    post(rig, people["clb"], sender("clb").apple(mails.story()))
    house.until(lambda: len(outbox(house, "delivered")) ==
                len(REPRESENTATIVES), "two notices")
    house.until(lambda: outbox(house, "sent", "T01"), "the receipt is sent")
    said = sorted(r["verdict"] for r in house.rows("mail", "list"))
    assert said == ["accepted", "transport", "transport"]
    house.until(lambda: not inbox(rig), "an empty mailbox")


@pytest.mark.parametrize("local", ["tempuser", "dataless"])
def test_not_now_is_tried_again(rig, wrong_address, people, sender, local):
    """Nothing is lost and nothing is doubled while the server says no."""
    house, person = wrong_address(local)
    house.start()
    post(rig, people["clb"], sender("clb").apple(mails.story()))

    def tried():
        return [r for r in house.rows("outbox")
                if r["mail"] == "T06" and int(r["tries"]) >= 2]
    (row,) = house.until(tried, "a second try")
    assert row["state"] in ("waiting", "sending")
    assert row["code"] == "451"
    others_got_theirs(house)
    assert not rig.files(person.address)


def test_servers_that_go_and_come_back(rig, town, people, sender):
    """One clear line each, and no mail lost."""
    clb, rep = people["clb"], people["vertegenwoordiger"]
    before = len(letters(rig, rep))
    house = town().start()
    try:
        rig.stop_smtp()
        rig.lmtp(mails.GATEWAY, sender("clb").apple(mails.story()))
        house.until(lambda: house.rows("queue"), "the referral is taken in")
        house.until_log("sink unreachable: ")
        rig.stop_imap()
        house.until_log("source unreachable: ")
    finally:
        rig.start_imap()
        rig.start_smtp()
    (letter,) = new_letters(rig, house, rep, before)
    assert mails.CANARY.encode() in letter.original()
    for what in ("sink", "source"):
        assert house.log().count(f"{what} unreachable") == 1, house.tail()
    house.until(lambda: not inbox(rig), "an empty mailbox", 30)
    # And once more, to see that it listens again.
    post(rig, clb, sender("clb").mutt(mails.story()))
    new_letters(rig, house, rep, before + 1)


def test_a_certificate_of_somebody_else(rig, town, sender):
    """Nothing is fetched and nothing sent over such a connection."""
    other = rig_module.Authority(rig.dir, "other")
    other.file.chmod(0o644)
    house = town(ca=other.file)
    rig.lmtp(mails.GATEWAY, sender("clb").apple(mails.story()))
    before = len(inbox(rig))
    house.start()
    house.until_log("unreachable: .*certificate")
    assert len(inbox(rig)) == before == 1
    assert not house.rows("mail", "list")
    assert rig.password not in house.log()


def test_a_wrong_password_is_said_once(rig, town):
    house = town()
    (house.dir / "wrong").write_text("niet dit\n")
    (house.dir / "wrong").chmod(0o600)
    house.own(house.dir)
    house.groups["source"]["password_file"] = house.dir / "wrong"
    house.write_conf()
    house.start()
    house.until_log("unreachable: ")
    assert "niet dit" not in house.log()
    house.run("status")


def test_a_partner_without_a_mailbox_of_ours(rig, town):
    """What Exim bounces to us of others' mail is nobody's."""
    house = town().start()
    rig.lmtp(mails.GATEWAY, mails.clear(
        "MAILER-DAEMON@localhost", headers="Auto-Submitted: "
        "auto-replied\n"), sender="")
    house.until(lambda: house.rows("mail", "list"), "a verdict")
    assert house.rows("mail", "list")[0]["verdict"] == "ignored"
    assert not house.rows("outbox", "--all")


def test_an_invitation_arrives_or_does_not(rig, wrong_address, people,
                                           sender):
    """domain.md 4.2: DELIVERED and FAILED by what the far end says (T42)."""
    house, person = wrong_address("nomail")
    house.run("correspondent", "remove", person.address, "--yes")
    house.enrol(person, CAST["clb"])
    coordinator = people["coordinator"]
    before = len(letters(rig, coordinator))
    house.start()
    text = order(people, genodigden="coordinator, io, "
                 f"{people['vdab'].address}, {person.address}")
    post(rig, people[REP], sender(REP).combined(mails.text(
        text, f"From: {people[REP].address}\nTo: {mails.GATEWAY}\n"
        "Subject: vergadering\n", 'charset=utf-8; protected-headers="v1"')))
    # Their own invitation, and the notice.
    got = new_letters(rig, house, coordinator, before, 2)
    (row,) = outbox(house, "failed", "T12")
    (notice,) = [x for x in got if x.reference == row["reference"]]
    assert "AANVAARD" not in notice.text
    house.until(lambda: len(outbox(house, "delivered", "T12")) == 3,
                "three notices")
    (meeting,) = house.rows("meeting", "list")
    shown = house.rows("meeting", "show", meeting["reference"])
    assert (shown["asked"], shown["failed"]) == ("3", "1")
    # The address is mended, in a way; it goes once more.
    post(rig, people[REP], sender(REP).combined(mails.text(
        f"OPNIEUW {row['reference']}", f"From: {people[REP].address}\n"
        f"To: {mails.GATEWAY}\nSubject: opnieuw\n",
        'charset=utf-8; protected-headers="v1"')))
    house.until(lambda: len(outbox(house, "failed", "T12")) == 2,
                "a second bounce")
