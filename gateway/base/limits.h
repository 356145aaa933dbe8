/*
 * Every bound in the house, with its reason. A mail or a peer that reaches
 * one gets a reason code; nothing is cut off in silence.
 */
#ifndef GW_BASE_LIMITS_H
#define GW_BASE_LIMITS_H

/* Mail. 25 MB is what mail providers carry; design.md 3, security.md T26. */
#define LIM_MAIL_BYTES		(25u * 1024 * 1024)
#define LIM_PLAIN_BYTES		(50u * 1024 * 1024)	/* decrypted, T26 */
#define LIM_HEADER_BYTES	(256u * 1024)	/* all headers of one part, T27 */
#define LIM_HEADER_FIELDS	1000		/* fields in one header */
#define LIM_HEADER_LINE		(64u * 1024)	/* one unfolded field */
#define LIM_DEPTH		16		/* nested parts, F9 */
#define LIM_PARTS		200		/* parts of one mail, F9 */
#define LIM_BOUNDARY		70		/* RFC 2046 5.1.1 */
#define LIM_PARAM		255		/* one MIME parameter value */
#define LIM_TYPE		127		/* a media type, RFC 6838 4.2 */
#define LIM_FROM		2048		/* a From with its display name */
#define LIM_COMMENTS		8		/* comments in one another, F9 */
#define LIM_TEXT_BYTES		(1024u * 1024)	/* text read for a form */
#define LIM_ATTACHMENTS		20		/* R15 */

/* Sources and sinks (T22). A hostile server costs us this much, no more. */
#define LIM_LISTED		100000u		/* waiting mails known at once */
#define LIM_REPLY		(64u * 1024)	/* answer to one command */
#define LIM_LIST_BYTES		(2u * 1024 * 1024) /* answer to a search */
#define LIM_NOTICE		(64u * 1024)	/* mail that leaves in clear, T42 */

/* Names. */
#define LIM_ADDR		254	/* RFC 5321 4.5.3.1.3, less brackets */
#define LIM_LOCALPART		64	/* RFC 5321 4.5.3.1.1 */
#define LIM_TOKEN		255	/* name of a mail in its source */
#define LIM_REF			18	/* letter, dash, 16 base32 characters */
#define LIM_ENVID		32	/* our DSN envelope id, RFC 3461 4.4 */
#define LIM_STATUS		11	/* RFC 3463 status "5.123.123" */
#define LIM_FPR			64	/* hex; 40 for OpenPGP v4 and X.509 */
#define LIM_ALGO		15	/* "ed25519", "rsa3072", "SHA256" */
#define LIM_SECTION		31	/* name of a template's section */
#define LIM_MSGID		120	/* Message-ID with its brackets */
#define LIM_ORG			80	/* organisation, UTF-8 bytes */
#define LIM_GROUND		80	/* legal ground, UTF-8 bytes */
#define LIM_COMPARED		120	/* how a fingerprint was compared */
#define LIM_CODE		14	/* "4F7K-29QD-XM3A": 60 bits, design.md 6 */
#define LIM_WORD		40	/* one word of a form: a role, a date */
/* Mails of unknown keys that are opened and told of in a day: more are kept, and
 * told of as a number. A flood must not become a flood for the office. */
#define LIM_FOLLOW_UPS		20	/* mails that join one referral; what is
					 * more begins a new one */
#define LIM_STRANGERS_DAY	20
#define LIM_WKD			32	/* z-base-32 of a SHA-1 */

/* Calendars. A reply is 1 to 6 kB: a time zone, and the sender's words once as
 * text and once as HTML (Outlook). */
#define LIM_CALENDAR		(64u * 1024)	/* a text/calendar part */
#define LIM_UID			32	/* of an invitation: 128 bits in hex */
#define LIM_SEQUENCE		1000000	/* changes of one invitation */
#define LIM_SUMMARY		80	/* of a meeting, UTF-8 bytes */

/* Meetings. S2 wants few at the table; a bound in case a list is pasted. */
#define LIM_INVITEES		1000u		/* of one meeting (R41) */
#define LIM_PRESENT		(LIM_INVITEES + 1u) /* and the chair */
#define LIM_VOICES		(LIM_PRESENT + 8u) /* about one case (R108):
						 * and officers who were not
						 * there */
#define LIM_MEETING_CASES	100u		/* on one agenda */
#define LIM_LOCATION		400	/* an address and the way in, UTF-8 bytes */
#define LIM_URGENCY		1000	/* why the notice is short, UTF-8 */
#define LIM_LISTS		(128u * 1024)	/* all that the form for one holds:
						 * a thousand long addresses */
#define LIM_ASIDE		(LIM_WORDS + LIM_KEYFILE + LIM_LISTS) /* what
						 * parse takes out of one mail */

/* A fiche: two pages of facts, no file. All elements fit into one letter. */
#define LIM_FICHE_ELEMENT	4000	/* text of one element, UTF-8 bytes */
#define LIM_FICHE_TEXT		(48u * 1024) /* the canonical text: eleven of
					 * them and what stands around */
#define LIM_FICHE_DRAFT		(44u * 1024) /* a reduced text for T26, which has
					 * the words of the objection too; above
					 * it there is no draft */
#define LIM_FICHE_BARRED	(12u * 1024) /* those words, with the bars that
					 * a draft wants */
#define LIM_APPROVAL		(256u * 1024) /* one as it was signed: an answer
					 * with the text quoted, as text and as
					 * HTML; what is larger has pictures */
#define LIM_FICHE_SOURCES	4	/* owners of one element (R72) */
#define LIM_FICHE_CONSENTS	44	/* and of all eleven */
#define LIM_FICHE_VERSION	1000	/* rounds of one fiche */
#define LIM_TOWN		80	/* name of a municipality, UTF-8 */

/* What one person writes below a verb and the gateway passes on, sealed. */
#define LIM_WORDS		(8u * 1024)

/* Reading answers. */
#define LIM_ATTRIBUTION		500	/* "On ... wrote:" over three lines, with
					 * two long names and addresses */
#define LIM_FIELD_NUMBER	31	/* bits of one word; forms have 18 */
#define LIM_ARGUMENTS		40	/* of one verb: every number and some */
#define LIM_VALUE		512	/* one value of the enrolment form: four
					 * times what any of them may hold */

/* Mail texts: a page or two each; more is a mistake in the file. */
#define LIM_TEMPLATES		64		/* files; domain.md 5 has 46 */
#define LIM_TEMPLATE_BYTES	(16u * 1024)	/* one file */
#define LIM_SECTIONS		64		/* in one file; B07 has twenty
						 * texts and a sentence for each
						 * guard of a meeting */
#define LIM_VARS		48		/* in one file or letter; T06 has 14
						 * beside the house's */
#define LIM_VAR_NAME		LIM_SECTION	/* of a file or value as well */
#define LIM_LETTER_BYTES	(64u * 1024)	/* one text, filled in */

/* Keys. */
#define LIM_KEYFILE		(64u * 1024)	/* T29 */
#define LIM_RSA_BITS		2048		/* T31, at least */
#define LIM_RECIPIENTS		100		/* session keys of one message: a
						 * LIVC R has fewer members */
#define LIM_SUBKEYS		32		/* of one key; people have 2 to 6 */
#define LIM_PROLONG_S		(10ll * 366 * 24 * 3600) /* a key that never
						 * ends is never thought of */
#define LIM_PINS		20000		/* correspondents ever enrolled */
#define LIM_OPEN		8		/* decrypted mails under way */
#define LIM_HOME		85		/* gpg-agent's socket must fit into
						 * sun_path beside it (libs.md 3c) */

/* Configuration: a page of text; the roles get far less. */
#define LIM_CONF_BYTES		(256u * 1024)	/* one file of it */
#define LIM_CONF_VALUES		(48u * 1024)	/* what a role gets of it */
#define LIM_CONF_PATH		1024		/* path in it */

/* Roles and messages. */
#define LIM_MESSAGE		(8u * 1024)	/* one message, a peer's cap: a row
						 * and its like. It is on the
						 * stack of whoever sends, and in
						 * a process that forks for each
						 * mail all of it is page faults */
#define LIM_FDS			4		/* descriptors in one message */
#define LIM_ASK			4096		/* words of one CLI command */
#define LIM_ROW			4096		/* one row of its answer */
#define LIM_CLIENTS		16		/* open control connections */
#define LIM_ROWS		100000		/* rows of one answer, in the CLI */
#define LIM_ANSWER_MS		180000		/* core may be busy with a mail of 25
					 * MB: three roles' deadlines */

/* Time, in milliseconds: 2 s and 1 s per MB (design.md 3), in each role. */
#define LIM_DEADLINE_MS		2000
#define LIM_DEADLINE_MS_PER_MB	1000
#define LIM_PARSE_CPU_S		10	/* parse child, RLIMIT_CPU */
#define LIM_PARSE_AS		(512ul * 1024 * 1024)
#define LIM_GPG_CPU_S		20	/* one gpg process */
#define LIM_GPG_WALL_MS		30000	/* one engine operation, T26 */

/*
 * Time, in seconds: how far the wall clock may lie beside our own count until
 * nobody believes it (design.md 10).
 * JUMP, within a run and backwards: a wrong time zone is 14 hours at most, and
 * what NTP corrects is less. Whatever is left is a wrong date.
 * AWAY, forwards at a start, when the machine may truly have been off: fewer
 * than the 15 days between the alarm about an undecided referral and its
 * erasure (R139), so that no start goes past both at once.
 */
#define LIM_CLOCK_JUMP_S	(24ll * 3600)
#define LIM_CLOCK_AWAY_S	(14ll * 24 * 3600)

/* A mail that kills a role is tried this often, then quarantined (T43). */
#define LIM_TRIES		3

/* Sealed forwards that wait in memory until they have left: the largest one
 * and its like to a deputy, or a batch of small ones. */
#define LIM_COPIES		32
#define LIM_COPIES_BYTES	(48ul * 1024 * 1024)

/* Free space under which no mail is taken: 1.5 largest mails and the two
 * copies of it that a forward can need (T44). */
#define LIM_DISK_FREE		(4ul * LIM_MAIL_BYTES)

#endif
