"""Meetings and invitations (domain.md 3.4 to 3.6, 4.2, 4.4): ordered by mail,
one sealed mail to each who is invited, answered in words or by a calendar
program, never pressed; and closed by the chair."""

import re
import shutil
import sqlite3

import pytest

import mails
from meeting import (COORD, MAYOR, REP, calendar_reply, convened,
                     event, in_days, invitation, listed_case, order, shown,
                     value)
from office import Desk, done, refused, reply
from people import Person, Role


@pytest.fixture
def desk(house, people, sender):
    return Desk(house, people, sender)


# ---- ordering ----

def test_each_invitee_gets_one_sealed_mail_of_their_own(desk):
    """R45, R47, R50, R54, R57 to R59: what it says, and what it does not."""
    case = listed_case(desk)
    row, got = desk.order(REP, order(desk.people, "clb", "school",
                                     casussen=case), "", REP, "clb",
                          "school", COORD, "io", MAYOR)
    done(row)
    meeting = row["reference"]
    for name in ("clb", "school", COORD, "io"):
        letter = invitation(got[name])
        for words in ("Deelnemen is vrij", "spreekrecht, geen spreekplicht",
                      "geen sanctie", "toezichthoudende", "VVSG",
                      "vaste vertegenwoordiger", "353", case,
                      "Stadhuis, zaal 2", in_days(30), "14:00", "15:30",
                      f"AANVAARD {letter.reference}"):
            assert words in letter.text.replace("\n", " ") or \
                words in letter.text, (words, letter.text)
        others = [p.address for n, p in desk.people.by_name.items()
                  if n != name]
        assert not [a for a in others if a in letter.text]
        part, lines = event(letter)
        assert part["content-type"].params["method"] == "REQUEST"
        assert value(lines, "ATTENDEE") == \
            f"mailto:{desk.people[name].address}"
        assert value(lines, "LOCATION") == "Stadhuis\\, zaal 2"
        assert case not in "".join(lines) and "radicali" not in \
            "".join(lines).lower()
        assert [x for x in lines if "RSVP=FALSE" in x]
    assert not got[MAYOR]
    (told,) = got[REP]
    assert told.reference == meeting and "bijeengeroepen" in told.text
    assert shown(desk, meeting)["asked"] == 4
    assert len({invitation(got[n]).reference
                for n in ("clb", "school", COORD, "io")}) == 4


def test_the_coordinator_drafts_and_the_mayor_orders(desk):
    """R45, R46."""
    row, got = desk.order(COORD, order(desk.people, "clb", "vdab",
                                       genodigden="vertegenwoordiger, "
                                       "adjunct@example.org"), "", COORD)
    refused(row, "not-convened")
    assert "adjunct@example.org" in got[COORD][0].text
    row, got = desk.order(COORD, order(desk.people, "clb", "vdab", MAYOR), "",
                          REP, MAYOR, COORD, "clb", "vdab")
    done(row)
    meeting = row["reference"]
    assert shown(desk, meeting)["state"] == "PLANNED"
    assert not got["clb"] and not got["vdab"]
    (draft,) = got[MAYOR]
    assert desk.people["vdab"].address in draft.text
    row, got = desk.order(COORD, "BEVESTIG", meeting, "clb")
    refused(row, "role-not-allowed")
    row, got = desk.order(MAYOR, "BEVESTIG", meeting, MAYOR, "clb", "vdab",
                          COORD, "io", quote=draft.text)
    done(row)
    for name in ("clb", "vdab", COORD, "io"):
        invitation(got[name])
    assert shown(desk, meeting)["state"] == "CONVENED"
    row, _ = desk.order(MAYOR, "BEVESTIG", meeting)
    refused(row, "wrong-state")
    # Who chairs needs no invitation; somebody else may think otherwise.
    assert shown(desk, meeting)["withdrawn"] == 1
    line = f"UITNODIGEN {meeting} {desk.people[MAYOR].address}"
    row, got = desk.order(REP, line, "", MAYOR)
    done(row)
    assert invitation(got[MAYOR])


@pytest.mark.parametrize("change, words", [
    ({"genodigden": "coordinator, clb@clb.example"},
     "drie vaste plaatsen"),                                    # R33
    ({"datum": in_days(3)}, "te vlug"),                         # R55
    ({"datum": "31/02/2027"}, "datum"),
    ({"datum": "01/12/2020"}, "al voorbij"),
    ({"einde": "13:00"}, "niet na het begin"),
    ({"soort": "strategisch"}, "Aan een strategische tafel"),   # R37
    ({"plaats": "Overleg radicalisering, zaal 3"}, "agenda"),   # R59
    ({"plaats": ""}, "plaats"),
    ({"casussen": "C-0000000000000000"}, "C-0000000000000000"), # R97
    ({"genodigden": ""}, "genodigden"),
    ({"genodigden": "coordinator, io, iemand@nergens.example"},
     "iemand@nergens.example"),
    ({"genodigden": "coordinator, io, vertegenwoordiger, buur@buur.example"},
     "buur@buur.example"),                                      # R34
], ids=str)
def test_a_rule_that_is_not_kept_is_named_and_nothing_is_sent(desk, change,
                                                              words):
    if change.get("soort") == "strategisch":
        change = {**change, "casussen": listed_case(desk)}
    before = len(desk.house.rows("meeting", "list"))
    row, got = desk.order(REP, order(desk.people, "clb", **change), "", REP,
                          "clb")
    refused(row, "not-convened")
    (told,) = got[REP]
    assert words in told.text.replace("\n  ", " "), told.text
    assert not got["clb"]
    assert len(desk.house.rows("meeting", "list")) == before


def test_short_notice_with_a_reason(desk):
    """R55: the reason stays in the office; the invitee reads that it is
    short, and nothing that somebody typed."""
    row, got = desk.order(REP, order(desk.people, "clb", days=3,
                                     dringend_omdat=f"het {mails.CANARY}"),
                          "", "clb")
    done(row)
    assert "later dan gewoonlijk" in invitation(got["clb"]).text
    assert mails.CANARY not in got["clb"][0].text


def test_who_may_not_order_one(desk):
    """R46: a member's text is no order, whatever it begins with."""
    row, _ = desk.order("fg", order(desk.people, "clb"))
    refused(row, "role-not-allowed")
    row, _ = desk.order("clb", order(desk.people, "school"))
    assert row["reference"].startswith("A-")


def test_the_blank_comes_by_mail_and_works_inside_a_quote(desk):
    _, got = desk.order(REP, "FORMULIER VERGADERING", "", REP)
    blank = got[REP][0].text
    assert "VERGADERING" in blank
    filled = blank
    for label, what in (("soort", "operationeel"), ("datum", in_days(40)),
                        ("uur", "9u30"), ("einde", "11u"),
                        ("plaats", "Stadhuis"),
                        ("genodigden", "coördinator, korpschef, "
                         + desk.people["vdab"].address)):
        filled, n = re.subn(rf"(?m)^{label}:\s*$", f"{label}: {what}", filled)
        assert n == 1, label
    row, got = desk.order(REP, f"VERGADERING\nAan: {mails.GATEWAY}", "",
                          "vdab", quote=filled)
    done(row)
    assert "09:30" in invitation(got["vdab"]).text


# ---- answers ----

def test_yes_in_words(desk):
    meeting, sent = convened(desk, "clb")
    row, got = desk.order("clb", "Aanvaard", sent["clb"].reference, "clb",
                          REP, quote=sent["clb"].text)
    done(row)
    (thanks,) = got["clb"]
    assert "u komt naar de vergadering" in thanks.text
    assert not got[REP]
    assert shown(desk, meeting)["coming"] == 1


def test_yes_and_no_by_a_calendar_program(desk):
    """RFC 5546 3.2.3: sealed like any answer."""
    meeting, sent = convened(desk, "clb", "school")
    row, got = desk.send(desk.sender("clb").combined(calendar_reply(
        desk.people["clb"], sent["clb"], "ACCEPTED")), "clb")
    done(row)
    assert row["reference"] == sent["clb"].reference
    assert "u komt naar de vergadering" in got["clb"][0].text
    row, got = desk.send(desk.sender("school").combined(calendar_reply(
        desk.people["school"], sent["school"], "DECLINED",
        f"wegens {mails.CANARY}")), "school", REP)
    done(row)
    assert mails.CANARY in got[REP][0].text
    assert "gemotiveerd antwoord goed ontvangen" in got["school"][0].text
    now = shown(desk, meeting)
    assert (now["coming"], now["not-coming"]) == (1, 1)


def test_a_button_that_is_no_answer_changes_nothing(desk):
    meeting, sent = convened(desk, "clb")
    clb, school = desk.people["clb"], desk.people["school"]
    for entity, who, reason in (
            (calendar_reply(clb, sent["clb"], "TENTATIVE"), "clb",
             "unreadable-answer"),
            (calendar_reply(clb, sent["clb"], "ACCEPTED", sequence=7), "clb",
             "reference-mismatch"),
            (calendar_reply(school, sent["clb"], "ACCEPTED"), "school",
             "unknown-reference")):
        row, got = desk.send(desk.sender(who).combined(entity), who)
        refused(row, reason)
        assert len(got[who]) == 1
    row = desk.house.judge(mails.clear(clb.address, "Aanvaard"))
    refused(row, "not-encrypted")
    assert shown(desk, meeting)["coming"] == 0


def test_reasons_for_a_refusal_are_for_the_mayor_alone(desk):
    """R48 to R50: sealed to those who decide, kept nowhere, thanked for."""
    meeting, sent = convened(desk, "ocmw")
    row, got = desk.order("ocmw", f"WEIGER\n\nWij kennen {mails.CANARY} niet"
                          ".\nDaarom komen wij niet.", sent["ocmw"].reference,
                          "ocmw", REP, MAYOR, "adjunct", COORD, "io", "fg",
                          quote=sent["ocmw"].text)
    done(row)
    for name in (REP, MAYOR, "adjunct"):
        (told,) = got[name]
        assert f"Wij kennen {mails.CANARY} niet.\nDaarom komen wij niet." in \
            told.text
        assert desk.people["ocmw"].address in told.text
    for name in (COORD, "io", "fg"):
        assert not got[name]
    (thanks,) = got["ocmw"]
    assert "geen sanctie" in thanks.text and mails.CANARY not in thanks.text
    assert thanks.opened.signer == desk.house.gateway_fpr
    assert shown(desk, meeting)["not-coming"] == 1
    for command in (("mail", "list"), ("outbox", "--all"),
                    ("meeting", "list"), ("meeting", "show", meeting)):
        out = desk.house.run("--json", *command).out
        assert "ocmw" not in out.lower() and mails.CANARY not in out


def test_a_bare_refusal_is_asked_about_once(desk):
    """R48: one polite request; R52: a talk; R50: minds may change."""
    meeting, sent = convened(desk, "vdab")
    ref = sent["vdab"].reference
    row, got = desk.order("vdab", "WEIGER", ref, "vdab", REP)
    done(row)
    assert "vriendelijk vragen waarom" in got["vdab"][0].text
    assert "gaf geen motivering" in got[REP][0].text
    row, got = desk.order("vdab", "WEIGER", ref, "vdab")
    done(row)
    assert "vriendelijk vragen waarom" not in got["vdab"][0].text
    row, got = desk.order(COORD, "GESPREK", ref, "vdab")
    refused(row, "role-not-allowed")
    row, got = desk.order(REP, "GESPREK\n\nKan dinsdag?", ref, "vdab", REP)
    done(row)
    assert "Kan dinsdag?" in got["vdab"][0].text
    row, got = desk.order("vdab", "AANVAARD", ref, "vdab")
    done(row)
    assert shown(desk, meeting)["coming"] == 1


def test_a_permanent_representative(desk):
    """R64, R65, R68: of the same organisation, enrolled, and invited by the
    mayor."""
    house, people = desk.house, desk.people
    meeting, sent = convened(desk, "clb")
    ref = sent["clb"].reference
    row, got = desk.order("clb", f"AANVAARD DOOR {people['school'].address}",
                          ref, "clb", "school")
    refused(row, "unreadable-answer")
    assert "ingeschreven collega" in got["clb"][0].text
    assert not got["school"]
    with Person("clb-directie") as second:
        second.meet(house.gateway_key)
        house.enrol(second, Role("perm_rep", "clb", "CLB Dijle"))
        people.by_name["clb-directie"] = second
        try:
            row, got = desk.order("clb", f"AANVAARD DOOR {second.address}",
                                  ref, "clb", "clb-directie", REP)
            done(row)
            assert len(got["clb"]) == 2
            (told,) = got["clb-directie"]
            assert "vaste vertegenwoordiger" in told.text
            (ask,) = got[REP]
            line = re.search(r"UITNODIGEN V-\S+ \S+", ask.text).group()
            row, got = desk.order(REP, line, ref, "clb-directie")
            refused(row, "reference-mismatch")
            row, got = desk.order(REP, line, "", "clb-directie")
            done(row)
            own = invitation(got["clb-directie"]).reference
            row, _ = desk.order("clb-directie", "WEIGER", own)
            done(row)
        finally:
            house.run("correspondent", "remove", second.address, "--yes")
            del people.by_name["clb-directie"]
    assert shown(desk, meeting)["coming"] == 1
    for words in ("\n\nKan dinsdag?", ""):
        row, _ = desk.order(REP, f"GESPREK{words}", own)
        refused(row, "wrong-state")


def test_somebody_else_cannot_answer(desk):
    meeting, sent = convened(desk, "clb")
    row, got = desk.order("school", "AANVAARD", sent["clb"].reference,
                          "school", "clb")
    refused(row, "unknown-reference")
    assert not got["clb"]
    row, _ = desk.order("school", "AANVAARD", "U-0000000000000000")
    refused(row, "unknown-reference")
    for doubt in ("Misschien", "AANVAARD?", "Ik denk er nog over na",
                  "AANVAARD of WEIGER"):
        row, got = desk.order("clb", doubt, sent["clb"].reference, "clb")
        refused(row, "unreadable-answer")
        assert "WEIGER" in got["clb"][0].text
    assert shown(desk, meeting)["coming"] == 0


# ---- what the office sees and does ----

def test_the_overview_is_for_the_representative(desk):
    meeting, sent = convened(desk, "clb", "school")
    desk.order("clb", "AANVAARD", sent["clb"].reference)
    row, got = desk.order(REP, "OVERZICHT", meeting, REP)
    done(row)
    text = got[REP][0].text
    assert re.search(rf"{desk.people['clb'].address}.*\n\s+komt, sinds", text)
    assert re.search(rf"{desk.people['school'].address}.*\n\s+verstuurd", text)
    row, _ = desk.order(COORD, "OVERZICHT", meeting)
    refused(row, "role-not-allowed")


def test_a_meeting_is_moved_and_called_off(desk):
    """R60: a yes was to another hour; RFC 5546: the sequence grows."""
    meeting, sent = convened(desk, "clb", "school", "vdab")
    desk.order("clb", "AANVAARD", sent["clb"].reference)
    desk.order("school", "WEIGER: geen tijd", sent["school"].reference)
    row, got = desk.order(REP, "VERPLAATSEN\nuur: 10:00\neinde: 11:00",
                          meeting, "clb", "school", "vdab", REP)
    done(row)
    assert not got["school"]
    for name in ("clb", "vdab"):
        (moved,) = got[name]
        assert "10:00" in moved.text
        _, lines = event(moved)
        assert value(lines, "SEQUENCE") == "1"
        assert value(lines, "UID") == value(event(sent[name])[1], "UID")
    row, _ = desk.send(desk.sender("clb").combined(calendar_reply(
        desk.people["clb"], sent["clb"], "ACCEPTED")))
    refused(row, "reference-mismatch")
    row, _ = desk.send(desk.sender("clb").combined(calendar_reply(
        desk.people["clb"], got["clb"][0], "ACCEPTED")))
    done(row)
    # Who refused was not told of the new hour: a button is of the old one.
    row, _ = desk.send(desk.sender("school").combined(calendar_reply(
        desk.people["school"], sent["school"], "ACCEPTED")))
    refused(row, "reference-mismatch")
    row, got = desk.order(REP, "AFGELAST", meeting, "clb", "school", "vdab")
    done(row)
    assert not got["school"]
    part, lines = event(got["clb"][0])
    assert part["content-type"].params["method"] == "CANCEL"
    assert value(lines, "SEQUENCE") == "2"
    row, _ = desk.order("clb", "AANVAARD", sent["clb"].reference)
    refused(row, "wrong-state")
    assert shown(desk, meeting)["withdrawn"] == 5


def test_a_mayor_who_is_invited_may_change_the_meeting(desk):
    """R60. R46 is about whom an order names, not who is invited already."""
    meeting, sent = convened(desk, "clb", MAYOR)
    row, got = desk.order(MAYOR, "VERPLAATSEN\nuur: 10:00\neinde: 11:00",
                          meeting, MAYOR, "clb")
    done(row)
    assert len(got["clb"]) == 1
    assert sent[MAYOR].reference in [x.reference for x in got[MAYOR]]
    line = f"UITNODIGEN {meeting} {desk.people['vdab'].address}"
    row, got = desk.order(MAYOR, line, "", MAYOR, "vdab")
    done(row)
    assert invitation(got["vdab"])
    line = f"UITNODIGEN {meeting} {desk.people[MAYOR].address}"
    row, got = desk.order(MAYOR, line, "", MAYOR)
    refused(row, "not-convened")
    assert desk.people[MAYOR].address in got[MAYOR][0].text


def test_one_invitation_is_withdrawn(desk):
    """R60. Who is asked once more finds it in the same event (RFC 5546)."""
    meeting, sent = convened(desk, "clb", "school")
    row, got = desk.order(REP, "AFGELASTEN", sent["clb"].reference, "clb",
                          "school")
    done(row)
    assert "trekken uw uitnodiging in" in got["clb"][0].text
    assert not got["school"]
    assert shown(desk, meeting)["withdrawn"] == 1

    def number(letter):
        lines = event(letter)[1]
        assert value(lines, "UID") == value(event(sent["clb"])[1], "UID")
        return int(value(lines, "SEQUENCE"))
    assert number(got["clb"][0]) == 1
    line = f"UITNODIGEN {meeting} {desk.people['clb'].address}"
    row, got = desk.order(REP, line, "", "clb", "school")
    done(row)
    again = invitation(got["clb"])
    assert again.reference == sent["clb"].reference and number(again) == 2
    assert not got["school"]
    row, got = desk.order(REP, "VERPLAATSEN\nplaats: Stadhuis", meeting,
                          "clb")
    done(row)
    assert number(got["clb"][0]) == 3
    row, _ = desk.order("clb", "AANVAARD", again.reference)
    done(row)
    now = shown(desk, meeting)
    assert (now["coming"], now["withdrawn"]) == (1, 0)


def test_whom_a_cancellation_did_not_reach_is_told_of(desk):
    """T42, for somebody may come in vain; of who declined, nothing (R50)."""
    _, sent = convened(desk, "clb", "school")
    desk.order("school", "WEIGER: geen tijd", sent["school"].reference)
    for name, told in (("clb", [sent["clb"].reference]), ("school", [])):
        who = desk.people[name].address
        desk.house.run("correspondent", "suspend", who)
        try:
            row, got = desk.order(REP, "AFGELASTEN", sent[name].reference,
                                  COORD)
        finally:
            desk.house.run("correspondent", "resume", who)
        done(row)
        assert [x.reference for x in got[COORD]] == told


def test_a_lost_mail_to_somebody_else_is_no_lost_invitation(desk):
    """R49: of a lost refusal those hear it was for, not the coordinator."""
    house, people = desk.house, desk.people
    meeting, sent = convened(desk, "clb", "school")
    with Person("waarnemer") as deputy:
        role = Role("mayor_rep", "municipality", "Stad Mechelen")
        deputy.meet(house.gateway_key)
        house.enrol(deputy, role)
        people.by_name["waarnemer"] = deputy
        house.quiet()
        new = since(desk, (REP, COORD))
        # No folder: what is for this person waits.
        box = house.post / deputy.address
        shutil.rmtree(box, ignore_errors=True)
        box.touch()
        try:
            for name, text, about, verdict in (
                    ("waarnemer", "GESPREK", "school", "refused"),
                    ("clb", "WEIGER: geen tijd", "clb", "accepted")):
                row = house.judge(desk.sender(name).combined(reply(
                    people[name], text, sent[about].reference)))
                assert row["verdict"] == verdict
            # The reasons were sealed to the old key, and are kept nowhere.
            fpr = deputy.new_key()
            house.enrol(deputy, role, fpr=fpr,
                        key=deputy.gpg("--armor", "--export", fpr))
        finally:
            house.run("correspondent", "remove", deputy.address, "--yes")
            del people.by_name["waarnemer"]
            box.unlink()
    house.quiet()
    assert not new()[COORD]
    assert [x.reference for x in new()[REP]
            if "kon niet worden besteld" in x.text] == \
        [sent["clb"].reference, sent["school"].reference]
    now = shown(desk, meeting)
    assert (now["failed"], now["not-coming"]) == (0, 1)


def test_the_agenda_goes_to_who_comes(desk):
    meeting, sent = convened(desk, "clb", "school")
    desk.order("clb", "AANVAARD", sent["clb"].reference)
    row, got = desk.order(COORD, "AGENDA\n\n1. Afspraken\n2. Nieuw", meeting,
                          "clb", "school", COORD)
    done(row)
    assert "1. Afspraken\n2. Nieuw" in got["clb"][0].text
    assert not got["school"]


def test_an_adhoc_guest_is_briefed(desk):
    """R61 to R63."""
    row, got = desk.order(REP, order(desk.people, "clb",
                                     ad_hoc=desk.people["caw"].address), "",
                          "caw")
    done(row)
    letter = invitation(got["caw"])
    assert "EERST EEN GESPREK" in letter.text
    row, got = desk.order("caw", "AANVAARD", letter.reference, "caw")
    done(row)
    assert len(got["caw"]) == 2
    assert any("Over personen gaat het dan niet" in x.text
               for x in got["caw"])


# ---- who was there ----

def begun(house):
    """The clock of a meeting is real: it is moved back in the database, as
    time would."""
    house.stop()
    db = sqlite3.connect(house.state / "db" / "meldpost.db")
    with db:
        db.execute("UPDATE meeting SET starts = starts - 86400 * 31,"
                   " ends = ends - 86400 * 31 WHERE state = 'CONVENED'")
    db.close()
    house.own(house.state)
    house.start()


def test_the_chair_closes_the_attendance(desk):
    """R89: per case, the signer included, nobody uninvited; R43: minutes go to
    who was there for that case."""
    one, two = listed_case(desk), listed_case(desk)
    meeting, sent = convened(desk, "clb", "school", "vdab",
                             casussen=f"{one}, {two}")
    people = desk.people
    present = ", ".join(people[n].address for n in
                        ("clb", "school", COORD, "io"))
    closing = (f"AANWEZIG\naanwezig: {present}\ncasussen: {one}, {two}\n"
               f"{two}: {people['clb'].address}")
    row, got = desk.order(REP, closing, meeting, REP)
    refused(row, "not-convened")
    assert "nog niet begonnen" in got[REP][0].text
    begun(desk.house)
    row, got = desk.order(REP, closing.replace(
        people["school"].address, people["jeugd"].address), meeting, REP)
    refused(row, "not-convened")
    assert people["jeugd"].address in got[REP][0].text
    for who in (COORD, "io"):
        row, _ = desk.order(who, closing, meeting)
        refused(row, "role-not-allowed")
    row, got = desk.order(REP, closing, meeting, REP, "vdab")
    done(row)
    (told,) = [x for x in got[REP] if x.reference == meeting]
    assert sorted(x.reference for x in got[REP] if x is not told) == \
        sorted((one, two))
    assert re.search(r"aanwezigen: 5\b", told.text)
    assert one in told.text and two in told.text
    assert not got["vdab"]
    now = shown(desk, meeting)
    assert (now["state"], now["attended"], now["absent"]) == ("HELD", 4, 1)
    row, _ = desk.order(REP, closing, meeting)
    refused(row, "wrong-state")
    row, got = desk.order(COORD, f"VERSLAG {two}\n\nBeslist: {mails.CANARY}",
                          meeting, "clb", "school", "vdab", REP)
    done(row)
    assert mails.CANARY in got["clb"][0].text and two in got["clb"][0].text
    assert not got["school"] and not got["vdab"]
    row, got = desk.order(COORD, f"ACTIE {one} {people['school'].address}\n\n"
                          "Bellen voor vrijdag.", meeting, "school", "clb")
    done(row)
    assert "Bellen voor vrijdag." in got["school"][0].text
    assert not got["clb"]
    row, _ = desk.order(COORD, f"ACTIE {two} {people['school'].address}\n\n"
                        "Bellen.", meeting)
    refused(row, "wrong-state")


def test_no_command_tells_who_declines(desk):
    """R50, R129: of a refusal there is no figure per organisation."""
    helped = desk.house.run("help").out
    meeting, sent = convened(desk, "clb")
    desk.order("clb", "WEIGER: geen tijd", sent["clb"].reference)
    for command in (("meeting", "list"), ("meeting", "show", meeting),
                    ("queue",), ("mail", "list"), ("outbox", "--all"),
                    ("correspondent", "list"),
                    ("correspondent", "show", desk.people["clb"].address),
                    ("status",), ("case", "list")):
        assert " ".join(command[:2]).split(" V-")[0].split(" ")[0] in helped
        out = desk.house.run("--json", *command).out
        assert "DECLINED" not in out and "declined" not in out
        if command[0] not in ("correspondent", "meeting"):
            assert "clb" not in out.lower(), command


# ---- what time does ----

def due(house, what):
    """A timer's day has come."""
    house.stop()
    db = sqlite3.connect(house.state / "db" / "meldpost.db")
    with db:
        found = db.execute("UPDATE timer SET due = 1 WHERE event = ?",
                           (what,)).rowcount
    db.close()
    house.own(house.state)
    house.start()
    house.quiet()
    return found


def since(desk, names):
    before = {n: len(desk.letters(n)) for n in names}

    def new():
        return {n: desk.letters(n)[before[n]:] for n in names}
    return new


@pytest.fixture
def own_desk(new_house, people, sender):
    return Desk(new_house().start(), people, sender)


def test_one_reminder_and_nothing_from_silence(own_desk):
    """R50: T14 once, to who said nothing; then NO_REPLY, and no mail."""
    desk = own_desk
    meeting, sent = convened(desk, "clb", "school")
    desk.order("clb", "AANVAARD", sent["clb"].reference)
    new = since(desk, ("clb", "school", REP, COORD))
    assert due(desk.house, "REMIND") == 4
    (reminder,) = new()["school"]
    assert "dit is alleen een geheugensteun" in reminder.text.lower()
    assert not new()["clb"] and not new()[REP]
    assert due(desk.house, "REMIND") == 0
    new = since(desk, ("clb", "school", REP, COORD))
    assert due(desk.house, "DATE_PASSED") == 4
    assert not any(new().values())
    row, got = desk.order("school", "AANVAARD", sent["school"].reference,
                          "school")
    done(row)
    assert not got["school"]


def test_the_office_is_asked_to_close_the_attendance(own_desk):
    desk = own_desk
    meeting, _ = convened(desk, "clb")
    new = since(desk, (REP, "clb"))
    due(desk.house, "UNCLOSED")
    (ask,) = new()[REP]
    assert f"AANWEZIG {meeting}" in ask.text
    assert not new()["clb"]


def test_thirty_days_later_nobody_can_tell_who_came(own_desk):
    """R162: sums stay; places, cases, people and answers go."""
    desk = own_desk
    case = listed_case(desk)
    meeting, sent = convened(desk, "clb", "school", casussen=case)
    desk.order("school", "WEIGER: geen tijd", sent["school"].reference)
    begun(desk.house)
    row, _ = desk.order(REP, f"AANWEZIG\naanwezig: coordinator, io, "
                        f"{desk.people['clb'].address}\ncasussen: {case}",
                        meeting)
    done(row)
    due(desk.house, "DONE")
    assert shown(desk, meeting)["state"] == "CLOSED"
    desk.house.stop()
    db = sqlite3.connect(desk.house.state / "db" / "meldpost.db")
    assert db.execute("SELECT invited, attended, detail, attendance FROM"
                      " meeting").fetchall() == [(4, 3, None, None)]
    assert db.execute("SELECT count(*) FROM invitation WHERE correspondent"
                      " IS NOT NULL").fetchone() == (0,)
    db.close()
    desk.house.start()
    row, got = desk.order("school", "AANVAARD", sent["school"].reference,
                          "school")
    refused(row, "unknown-reference")
    row, _ = desk.order(REP, "OVERZICHT", meeting)
    refused(row, "wrong-state")


def test_what_has_not_left_is_recalled(new_house, people, sender):
    """R60: a meeting that is called off before its invitations went."""
    house = new_house()
    desk = Desk(house.start(), people, sender)
    convened(desk, "clb")
    house.groups["sink"] = {"type": "smtp", "host": "localhost", "port": 9,
                            "ca_file": "/etc/ssl/certs/ca-certificates.crt"}
    # What is just being tried has left, for all that one knows.
    house.groups["mail"]["retry_first"] = 600
    house.stop()
    house.write_conf()
    house.start()
    row = house.judge(sender(REP).combined(
        mails.text(order(people, "school"), f"From: {people[REP].address}\n"
                   f"To: {mails.GATEWAY}\nSubject: V\n",
                   'charset=utf-8; protected-headers="v1"')))
    done(row)
    meeting = row["reference"]
    def tried():
        rows = [r for r in house.rows("outbox") if r["mail"] == "T12"]
        assert len(rows) == 3
        return all(r["state"] == "waiting" and r["tries"] != "0"
                   for r in rows)
    house.until(tried, "three invitations that found no server")
    row = house.judge(sender(REP).combined(mails.text(
        f"AFGELAST {meeting}", f"From: {people[REP].address}\n"
        f"To: {mails.GATEWAY}\nSubject: A\n",
        'charset=utf-8; protected-headers="v1"')))
    done(row)
    assert not [r for r in house.rows("outbox")
                if r["mail"] in ("T12", "T18")]
    assert shown(desk, meeting)["withdrawn"] == 3


def test_the_office_alone_is_reminded_to_meet(new_house, people, sender):
    """R113, R115: once, by the profile."""
    house = new_house(meetings={"cadence": "monthly"})
    desk = Desk(house.start(), people, sender)
    house.quiet()
    for name in (REP, MAYOR, COORD):
        (nudge,) = desk.letters(name)
        assert "FORMULIER VERGADERING" in nudge.text
    for name in ("clb", "io", "fg"):
        assert not desk.letters(name)
    house.stop()
    house.start()
    house.quiet()
    assert len(desk.letters(REP)) == 1
