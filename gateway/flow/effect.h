/*
 * What a transition asks for. Flows decide, others do: store writes rows,
 * compose makes mails, all in one transaction (design.md 3.6).
 */
#ifndef GW_FLOW_EFFECT_H
#define GW_FLOW_EFFECT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Mails by their number in domain.md 5, and those about the use of the gateway
 * itself, which the law does not number. X(identifier, name, template)
 */
#define MAIL_KINDS(X)							\
	X(T01, "T01", "t01-ontvangst")					\
	X(T02, "T02", "t02-geweigerd")					\
	X(T03, "T03", "t03-aanvulling")					\
	X(T04, "T04", "t04-mondeling")					\
	X(T05, "T05", "t05-melding")					\
	X(T06, "T06", "t06-doorzending")				\
	X(T07, "T07", "t07-afgerond")					\
	X(T08, "T08", "t08-andere-gemeente")				\
	X(T09, "T09", "t09-niet-bevoegd")				\
	X(T10, "T10", "t10-infovraag")					\
	X(T12, "T12", "t12-uitnodiging")				\
	X(T13, "T13", "t13-uitnodiging-adhoc")				\
	X(T14, "T14", "t14-herinnering")				\
	X(T15, "T15", "t15-bevestiging")				\
	X(T16, "T16", "t16-weigering-ontvangen")			\
	X(T17, "T17", "t17-motivering")					\
	X(T18, "T18", "t18-wijziging")					\
	X(T19, "T19", "t19-gesprek")					\
	X(T20, "T20", "t20-adhoc-briefing")				\
	X(T21, "T21", "t21-vaste-vertegenwoordiger")			\
	X(T22, "T22", "t22-agenda")					\
	X(T23, "T23", "t23-verslag")					\
	X(T24, "T24", "t24-actie")					\
	X(T25, "T25", "t25-fiche-voorstel")				\
	X(T26, "T26", "t26-fiche-bezwaar")				\
	X(T27, "T27", "t27-fiche-consensus")				\
	X(T28, "T28", "t28-fiche-overdracht")				\
	X(T28B, "T28b", "")	/* the IO's own mail: no text of ours */ \
	X(T29, "T29", "t29-fiche-vervallen")				\
	X(T30, "T30", "t30-betrokkene-akkoord")				\
	X(T31, "T31", "t31-betrokkene-kennisgeving")			\
	X(T32, "T32", "t32-opvolging")					\
	X(T33, "T33", "t33-vastgelopen")				\
	X(T34, "T34", "t34-afgesloten")					\
	X(T35, "T35", "t35-bewaartermijn")				\
	X(T36, "T36", "t36-na-overleg")					\
	X(T37, "T37", "t37-gewist")					\
	X(T38, "T38", "t38-evaluatie")					\
	X(T39, "T39", "t39-sleutel")					\
	X(T40, "T40", "t40-incident")					\
	X(T42, "T42", "t42-niet-bestelbaar")				\
	X(B01, "B01", "b01-gedaan")					\
	X(B02, "B02", "b02-niet-gedaan")				\
	X(B03, "B03", "b03-formulier")					\
	X(B04, "B04", "b04-oefening")					\
	X(B05, "B05", "b05-inschrijving")				\
	X(B06, "B06", "b06-ingebruik")					\
	X(B07, "B07", "b07-vergadering")				\
	X(B08, "B08", "b08-casus")					\
	X(B09, "B09", "b09-beheer")					\
	X(B10, "B10", "b10-fiche")					\
	X(B11, "B11", "b11-logboek")

enum mail_kind {
#define X(id, name, file) MAIL_##id,
	MAIL_KINDS(X)
#undef X
	MAIL_KIND_MAX
};

/* "T01", and the name of its template; "?" for what is no kind. */
const char *mail_kind_name(enum mail_kind k);
const char *mail_kind_template(enum mail_kind k);

enum effect_type {
	EFFECT_STATE,		/* the record gets `state` */
	EFFECT_KEEP,		/* keep the ciphertext with the record */
	EFFECT_MAIL,		/* `mail`, its `section`, goes `to` somebody */
	EFFECT_RELAY,		/* the IO's signed dispatch goes as it is to
				 * the one LTF contact (R101): the only effect
				 * that addresses it */
	EFFECT_TIMER,		/* `event` is due in `seconds` */
	EFFECT_CLOCK,		/* `event` is due when the meeting's hours or
				 * the term of the case say: invitation_due(),
				 * meeting_due(), retention_due() */
	EFFECT_CALM,		/* the timers of the record are forgotten */
	EFFECT_RECALL,		/* what asks the invitee to come (of a case what
				 * asks to agree, of a fiche the dispatch) and
				 * has not left is dropped: invitation_asks() */
	EFFECT_EACH,		/* `event` for each invitation of the meeting;
				 * GW_STATE from one of them is no error */
	EFFECT_ATTENDANCE,	/* who was there is kept under a data key; each
				 * invitation gets PRESENT or NOT_PRESENT */
	EFFECT_CASE,		/* a case comes onto the mayor's list (R26) */
	EFFECT_IMPORT,		/* the key that was shown comes into the ring */
	EFFECT_ENROL,		/* the person is a correspondent from now on */
	EFFECT_AUDIT,		/* `audit` */
	EFFECT_ERASE		/* destroy the data keys, then the blobs */
};

enum effect_to {
	TO_SENDER,		/* of the mail that comes in */
	TO_REPRESENTATIVE,	/* everybody who receives referrals */
	TO_REFERRER,		/* of the referral it is about */
	TO_PERSON,		/* whom the order names */
	TO_SECONDS,		/* who may be the second officer */
	TO_DECIDERS,		/* who may decide */
	TO_DPO,
	TO_NEWCOMER,		/* whose key it is about */
	TO_INVITEE,		/* of the invitation it is about */
	TO_PERM_REP,		/* whom the invitee sends instead (R64) */
	TO_COORDINATOR,
	TO_CASE_MANAGER,	/* of the case it is about */
	TO_COVERED,		/* who was there for the case, and whom the
				 * decree covers (R138); a representative who
				 * gets a mail of this kind as such, not twice */
	TO_UNCOVERED,		/* who was there, and whom it does not */
	/* Of a fiche, three of them of a case too. Of the mails of one kind in
	 * one step of a fiche a person gets the first alone, whatever else
	 * that person is. */
	TO_IO,			/* who drew it up */
	TO_CHAIR,		/* of the meeting it is about */
	TO_MEMBERS,		/* who was there: each of the frozen set (R89) */
	TO_SOURCES		/* owners of an element who were not there (R72) */
};

/* What the audit chain is to hold of a step; the store knows its rows. */
enum flow_audit { FLOW_AUDIT_ACCEPTED, FLOW_AUDIT_FOLLOWED_UP,
	FLOW_AUDIT_DECIDED, FLOW_AUDIT_ALARM, FLOW_AUDIT_ERASED,
	FLOW_AUDIT_PROPOSED, FLOW_AUDIT_CONFIRMED, FLOW_AUDIT_PROVEN,
	FLOW_AUDIT_REJECTED, FLOW_AUDIT_DRAFTED, FLOW_AUDIT_CONVENED,
	FLOW_AUDIT_CHANGED, FLOW_AUDIT_CANCELLED, FLOW_AUDIT_HELD,
	FLOW_AUDIT_ANSWERED, FLOW_AUDIT_DISCUSSED, FLOW_AUDIT_FOLLOWED,
	FLOW_AUDIT_CASE_CLOSED, FLOW_AUDIT_EXTENSION_PROPOSED,
	FLOW_AUDIT_EXTENDED, FLOW_AUDIT_EXTENSION_REFUSED,
	FLOW_AUDIT_FICHE_PROPOSED, FLOW_AUDIT_FICHE_ANSWERED,
	FLOW_AUDIT_FICHE_APPROVED, FLOW_AUDIT_FICHE_HANDED_OVER,
	FLOW_AUDIT_FICHE_DISPATCHED, FLOW_AUDIT_FICHE_ENDED,
	FLOW_AUDIT_INFORM_PROPOSED, FLOW_AUDIT_INFORM_ANSWERED,
	FLOW_AUDIT_INFORM_AGREED, FLOW_AUDIT_INFORM_ENDED };

/* Only the members that the type names above are set. */
struct effect {
	enum effect_type type;
	int state;
	enum mail_kind mail;
	const char *section;	/* of the template: "body" or a variant */
	enum effect_to to;
	int event;
	int64_t seconds;	/* from the moment of the step */
	enum flow_audit audit;
};

/* More than any row of any flow asks for. */
#define EFFECT_LIST 12

struct effects {
	struct effect e[EFFECT_LIST];
	size_t n;
};

#endif
