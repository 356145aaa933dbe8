/*
 * What the gateway knows, table by table. The law allows no list of persons
 * (R29, decree of 2017 and L4 3): no column may hold anything about a person
 * discussed, not even a hash, because a hash of a name can be guessed. What is
 * kept in clear is what domain.md 7 allows in clear: random references,
 * states, codes, clocks, and the register of correspondents, who are
 * professionals in their function. tests/unit/test_schema.c reads the columns
 * of a database and fails on any that is not on its list.
 *
 * All tables are STRICT: a column holds its type and nothing else. Codes are
 * the stable names of the lists in the headers (code.h). Times are seconds
 * UTC; "day" is a number of days since 1970, for what outlives its mail.
 */
#include "store/schema.h"

/*
 * A reference: letter, dash, 16 characters of Crockford's base32. It is random
 * (crypto.h), so it says nothing; the check keeps anything else out.
 */
#define C4	"[0-9A-HJKMNP-TV-Z][0-9A-HJKMNP-TV-Z]" \
		"[0-9A-HJKMNP-TV-Z][0-9A-HJKMNP-TV-Z]"
#define IS_REF	"GLOB '[A-Z]-" C4 C4 C4 C4 "'"

static const char main_1[] =

/*
 * instance: one row about this database itself.
 *  id		random; keys.db holds it too, so that the two are not mixed
 *		up; the first link of the audit chain
 *  clock	the highest time ever seen (design.md 10)
 *  audit_rows, audit_head
 *		length and last hash of the audit chain
 */
"CREATE TABLE instance ("
" one INTEGER PRIMARY KEY CHECK (one = 1),"
" id BLOB NOT NULL CHECK (length(id) = 32),"
" clock INTEGER NOT NULL,"
" audit_rows INTEGER NOT NULL,"
" audit_head BLOB NOT NULL CHECK (length(audit_head) = 32)"
") STRICT;"

/*
 * correspondent: who may write to us, in which function, on which legal ground
 * (R40). The register that domain.md 7 allows: members and partners of the
 * cell, never a person discussed. No personal names; an address often holds
 * one, and mail cannot do without. No table links a correspondent to a case.
 *  organisation, ground, compared
 *		typed by the operator: "CAW Boom", "art. 458ter Sw.", "by
 *		telephone, number from the town's own list"
 *  fpr		primary fingerprint, the pin
 * AUTOINCREMENT: a number that was somebody's is never somebody else's.
 */
"CREATE TABLE correspondent ("
" id INTEGER PRIMARY KEY AUTOINCREMENT,"
" role TEXT NOT NULL,"
" org_class TEXT NOT NULL,"
" state TEXT NOT NULL,"
" organisation TEXT NOT NULL,"
" ground TEXT NOT NULL,"
" language TEXT NOT NULL,"
" address TEXT NOT NULL UNIQUE,"
" fpr TEXT NOT NULL UNIQUE CHECK (fpr NOT GLOB '*[^0-9A-F]*'),"
" compared TEXT NOT NULL,"
" added INTEGER NOT NULL,"
" key_expires INTEGER NOT NULL"
") STRICT;"

/*
 * blob, blob_chunk: content. Encrypted to people's keys already and then once
 * more under a data key of its own, which lies in keys.db. Numbers are random:
 * they tell neither order nor count, and none is ever used twice. A number
 * elsewhere whose blob is gone means: erased.
 * One row per chunk, not one large value: a chunk is written once and memory
 * stays small (a zeroblob is written twice as soon as it exceeds the cache).
 */
"CREATE TABLE blob ("
" id INTEGER PRIMARY KEY,"
" size INTEGER NOT NULL CHECK (size >= 0),"
" header BLOB NOT NULL"
") STRICT;"
"CREATE TABLE blob_chunk ("
" id INTEGER PRIMARY KEY,"
" blob INTEGER NOT NULL REFERENCES blob ON DELETE CASCADE,"
" n INTEGER NOT NULL,"
" bytes BLOB NOT NULL,"
" UNIQUE (blob, n)"
") STRICT;"

/*
 * mail: one row per mail that came in and what was decided (design.md 3).
 *  id		M-...
 *  digest	SHA-256 of the raw mail. Of ciphertext under a random key, or of
 *		a mail with its Message-ID and trace: not to be guessed from
 *		what somebody might have written
 *  correspondent
 *		the enrolled sender, or NULL. Never the From of a stranger
 *  ref		what the mail became
 *  blob	quarantined ciphertext
 */
"CREATE TABLE mail ("
" n INTEGER PRIMARY KEY,"
" id TEXT NOT NULL UNIQUE CHECK (id " IS_REF "),"
" digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),"
" received INTEGER NOT NULL,"
" size INTEGER NOT NULL,"
" structure TEXT NOT NULL,"
" verdict TEXT NOT NULL,"
" reason TEXT NOT NULL,"
" correspondent INTEGER REFERENCES correspondent ON DELETE SET NULL,"
" ref TEXT CHECK (ref " IS_REF "),"
" blob INTEGER"
") STRICT;"
"CREATE INDEX mail_correspondent ON mail (correspondent)"
" WHERE correspondent IS NOT NULL;"
"CREATE INDEX mail_quarantined ON mail (received) WHERE blob IS NOT NULL;"

/*
 * mail_try: attempts at a mail that is not in the table above yet (T43). The
 * row goes when that one comes.
 */
"CREATE TABLE mail_try ("
" digest BLOB PRIMARY KEY CHECK (length(digest) = 32),"
" tries INTEGER NOT NULL"
") STRICT, WITHOUT ROWID;"

/*
 * replay: signed content that was judged before (T13), and the day on which an
 * address was answered that only tried us out, for ever. A hash
 * under a random key that lies in keys.db: whoever has only this file, or a
 * backup of it, cannot try out texts against it (R29).
 */
"CREATE TABLE replay ("
" hash BLOB PRIMARY KEY CHECK (length(hash) = 32),"
" day INTEGER NOT NULL"
") STRICT, WITHOUT ROWID;"

/*
 * referral: reference, state, age. Nothing of what it says or whom it is about;
 * the intake queue lists exactly these columns.
 *  blob	the ciphertext as it came
 */
"CREATE TABLE referral ("
" n INTEGER PRIMARY KEY,"
" ref TEXT NOT NULL UNIQUE CHECK (ref " IS_REF "),"
" type TEXT NOT NULL,"
" state TEXT NOT NULL,"
" received INTEGER NOT NULL,"
" changed INTEGER NOT NULL,"
" blob INTEGER"
") STRICT;"

/*
 * timer: what falls due when (design.md 10).
 *  event	the event of the record's flow; NULL where there is but one
 */
"CREATE TABLE timer ("
" id INTEGER PRIMARY KEY,"
" due INTEGER NOT NULL,"
" kind TEXT NOT NULL,"
" event TEXT,"
" ref TEXT NOT NULL CHECK (ref " IS_REF ")"
") STRICT;"
"CREATE INDEX timer_due ON timer (due);"
"CREATE INDEX timer_ref ON timer (ref);"

/*
 * outbox: mails to correspondents, one recipient each, as an intent (kind,
 * reference, recipient; never text) or as a sealed blob (design.md 3.7).
 *  message_id	fixed when the row is made; random, says nothing
 *  envid	secret number that a delivery notice must repeat
 *  section	which text of the template: a name out of templates/
 *  code, status
 *		what the server said last, RFC 5321 and RFC 3463; never its text
 */
"CREATE TABLE outbox ("
" id INTEGER PRIMARY KEY,"
" message_id TEXT NOT NULL UNIQUE,"
" envid TEXT UNIQUE,"
" kind TEXT NOT NULL,"
" state TEXT NOT NULL,"
" correspondent INTEGER REFERENCES correspondent ON DELETE SET NULL,"
" ref TEXT CHECK (ref " IS_REF "),"
" section TEXT NOT NULL CHECK (section NOT GLOB '*[^-_0-9a-z]*'),"
" made INTEGER NOT NULL,"
" not_before INTEGER NOT NULL,"
" blob INTEGER,"
" tries INTEGER NOT NULL,"
" code INTEGER NOT NULL,"
" status TEXT NOT NULL CHECK (status NOT GLOB '*[^0-9.]*')"
") STRICT;"
"CREATE INDEX outbox_state ON outbox (state, not_before);"
"CREATE INDEX outbox_made ON outbox (correspondent, kind, made);"
"CREATE INDEX outbox_pending ON outbox (correspondent, kind, section)"
" WHERE state IN ('waiting', 'held');"

/*
 * audit: who did what, for ever (R150), each row hashed over the one before.
 *  detail	a code; the check keeps sentences out
 *  actor	SHA-256(salt, key or operator), 32 zeros for the gateway itself.
 *		Who mails the cell is itself sensitive (R162): after 90 days the
 *		salt is dropped and the row names nobody any more, while the
 *		chain still holds
 * Rows are never changed or removed, so the triggers refuse both.
 */
"CREATE TABLE audit ("
" seq INTEGER PRIMARY KEY,"
" at INTEGER NOT NULL,"
" event TEXT NOT NULL,"
" ref TEXT CHECK (ref " IS_REF "),"
" detail TEXT NOT NULL CHECK (detail NOT GLOB '*[^-_.0-9A-Za-z]*'),"
" actor BLOB NOT NULL CHECK (length(actor) = 32),"
" hash BLOB NOT NULL CHECK (length(hash) = 32)"
") STRICT;"
"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit"
" BEGIN SELECT RAISE(ABORT, 'append only'); END;"
"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit"
" BEGIN SELECT RAISE(ABORT, 'append only'); END;"

/*
 * audit_salt: apart from the chain, so that it can go.
 */
"CREATE TABLE audit_salt ("
" seq INTEGER PRIMARY KEY REFERENCES audit,"
" salt BLOB NOT NULL"
") STRICT;";

static const char keys_1[] =

/*
 * keyring: one row.
 *  instance	of the meldpost.db that these keys belong to
 *  replay	key of the hashes in its table replay. It stays when content is
 *		erased. Here and not beside them, because a backup must not hold
 *		both; after a restore without this file mails from before it
 *		are known by their digest only
 */
"CREATE TABLE keyring ("
" one INTEGER PRIMARY KEY CHECK (one = 1),"
" instance BLOB NOT NULL CHECK (length(instance) = 32),"
" replay BLOB NOT NULL CHECK (length(replay) = 32)"
") STRICT;"

/*
 * data_key: one per blob. Destroying it erases the blob in every copy (R140).
 */
"CREATE TABLE data_key ("
" blob INTEGER PRIMARY KEY,"
" key BLOB NOT NULL CHECK (length(key) = 32)"
") STRICT;";

/*
 * Step 2: the office decides by mail.
 */
static const char main_2[] =

/*
 * referral.outcome: a code that stays for the figures (R126) when all else is
 * gone. follow_up: what its referrer wrote later, ciphertext like the first.
 */
"ALTER TABLE referral ADD COLUMN outcome TEXT NOT NULL DEFAULT 'open';"
"CREATE TABLE follow_up ("
" ref TEXT NOT NULL CHECK (ref " IS_REF "),"
" n INTEGER NOT NULL CHECK (n > 0),"
" received INTEGER NOT NULL,"
" blob INTEGER NOT NULL,"
" PRIMARY KEY (ref, n)"
") STRICT, WITHOUT ROWID;"

/*
 * case_ref: the mayor's list (R26), references alone.
 *  listed	a day; with the second of the order it could be matched with
 *		the referral in the audit chain
 *  link	which referral it came from: a blob, whose data key is that of
 *		the case and goes with it (design.md 7)
 */
"CREATE TABLE case_ref ("
" ref TEXT PRIMARY KEY CHECK (ref " IS_REF "),"
" listed INTEGER NOT NULL,"
" link INTEGER"
") STRICT, WITHOUT ROWID;"

/*
 * correspondent.until: the end of a mandate, NULL for none. noticed: how many
 * days a key had left at the last notice; instance.own_noticed the same of our
 * own. instance.closed: since when two officers are needed. announced: when the
 * encryption subkey was made that correspondents know of.
 */
"ALTER TABLE correspondent ADD COLUMN until INTEGER;"
"ALTER TABLE correspondent ADD COLUMN noticed INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE instance ADD COLUMN own_noticed INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE instance ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE instance ADD COLUMN announced INTEGER NOT NULL DEFAULT 0;"

/*
 * enrolment: whom an officer wants to enrol, until a second one has confirmed
 * and the key is proven, at most 14 days. What officers typed about a partner
 * in a function, as in correspondent.
 *  ref		of the mail that it began with
 *  renews	whose key it replaces
 *  key		blob: the public key that came with that mail
 *  nonce	random; the codes that officers repeat are made of it
 */
"CREATE TABLE enrolment ("
" ref TEXT PRIMARY KEY CHECK (ref " IS_REF "),"
" state TEXT NOT NULL,"
" made INTEGER NOT NULL,"
" proposer INTEGER REFERENCES correspondent ON DELETE SET NULL,"
" second INTEGER REFERENCES correspondent ON DELETE SET NULL,"
" renews INTEGER REFERENCES correspondent ON DELETE CASCADE,"
" role TEXT NOT NULL,"
" org_class TEXT NOT NULL,"
" organisation TEXT NOT NULL,"
" ground TEXT NOT NULL,"
" language TEXT NOT NULL,"
" address TEXT NOT NULL,"
" fpr TEXT NOT NULL CHECK (fpr NOT GLOB '*[^0-9A-F]*'),"
" compared TEXT NOT NULL,"
" until INTEGER,"
" key INTEGER NOT NULL,"
" nonce BLOB NOT NULL CHECK (length(nonce) = 32)"
") STRICT, WITHOUT ROWID;"
"CREATE INDEX enrolment_fpr ON enrolment (fpr);"
"CREATE INDEX enrolment_proposer ON enrolment (proposer)"
" WHERE proposer IS NOT NULL;"
"CREATE INDEX enrolment_second ON enrolment (second)"
" WHERE second IS NOT NULL;"
"CREATE INDEX enrolment_renews ON enrolment (renews)"
" WHERE renews IS NOT NULL;"

/*
 * outbox.arg: a number that the letter needs: bits of field numbers, days, the
 * n-th mail of a referral. guest: the recipient is nobody enrolled; the
 * address stands in front of the mail inside the blob, never in clear.
 */
"ALTER TABLE outbox ADD COLUMN arg INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE outbox ADD COLUMN guest INTEGER NOT NULL DEFAULT 0;"
"CREATE INDEX outbox_ref ON outbox (ref) WHERE ref IS NOT NULL;"
"CREATE INDEX outbox_kind ON outbox (kind, section, made);"
"CREATE INDEX mail_ref ON mail (ref) WHERE ref IS NOT NULL;";

/*
 * Step 3: meetings.
 */
static const char main_3[] =

/*
 * meeting: when, and how far it is. Where, about which cases, why in a hurry
 * and who chairs is content: with the invitations beside it, it would link
 * people to cases in clear (design.md 7).
 *  sequence	of its changes, as calendars count them
 *  detail	blob: all of that
 *  stale	blob: the detail before the last change; erased with the next
 *		one, because a data key once destroyed comes back with no
 *		rollback
 *  attendance	blob: who was there for which case
 *  invited, attended
 *		two sums, counted when the rest is erased. No more than that:
 *		of refusals there is no figure (R50)
 * Thirty days after it only days are left of the clocks.
 */
"CREATE TABLE meeting ("
" ref TEXT PRIMARY KEY CHECK (ref " IS_REF "),"
" kind TEXT NOT NULL,"
" state TEXT NOT NULL,"
" starts INTEGER NOT NULL,"
" ends INTEGER NOT NULL,"
" sequence INTEGER NOT NULL,"
" made INTEGER NOT NULL,"
" detail INTEGER,"
" stale INTEGER,"
" attendance INTEGER,"
" invited INTEGER NOT NULL DEFAULT 0,"
" attended INTEGER NOT NULL DEFAULT 0"
") STRICT, WITHOUT ROWID;"
"CREATE INDEX meeting_state ON meeting (state, ends);"

/*
 * invitation: who is asked to which meeting, and how far that is. Partners in
 * their function, never a person discussed; the link to them goes with the
 * meeting. What an answer says is passed on and not kept (R49).
 *  correspondent
 *		whom; NULL: erased
 *  uid		in the invitee's calendar; random, one for each invitee, so
 *		that two calendars cannot be laid beside each other (R58, R59)
 *  via		the permanent representative who comes instead (R64)
 *  answered	when last; NULL: not yet
 */
"CREATE TABLE invitation ("
" ref TEXT PRIMARY KEY CHECK (ref " IS_REF "),"
" meeting TEXT NOT NULL REFERENCES meeting,"
" correspondent INTEGER REFERENCES correspondent ON DELETE SET NULL,"
" kind TEXT NOT NULL,"
" state TEXT NOT NULL,"
" changed INTEGER NOT NULL,"
" sequence INTEGER NOT NULL,"
" uid TEXT UNIQUE"
"  CHECK (length(uid) = 32 AND uid NOT GLOB '*[^0-9a-f]*'),"
" via INTEGER REFERENCES correspondent ON DELETE SET NULL,"
" answered INTEGER,"
" UNIQUE (meeting, correspondent)"
") STRICT, WITHOUT ROWID;"
"CREATE INDEX invitation_correspondent ON invitation (correspondent)"
" WHERE correspondent IS NOT NULL;"
"CREATE INDEX invitation_via ON invitation (via) WHERE via IS NOT NULL;";

/*
 * Step 4: a clock that may be wrong, and the terms of cases.
 */
static const char main_4[] =

/*
 * instance.doubted: since when the wall clock is not believed, 0 = it is.
 * timer.doubted: 1 where the term began in such a time.
 */
"ALTER TABLE instance ADD COLUMN doubted INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE timer ADD COLUMN doubted INTEGER NOT NULL DEFAULT 0;"

/*
 * case_ref: its term (domain.md 7), in days. Nothing of who took part or why.
 *  link		a blob: not only which referral it came from, but also who
 *			was there for it, who manages it and whether the person
 *			may be told (struct case_file)
 *  state, below	how far it is, and what lies under a state that passes
 *  last, due		discussed last, erased when that day begins; 0 = none
 *  criteria		of the extension (R134), one bit each
 *  meeting		where that was agreed (V-...)
 *  closing, measures	codes that stay for the figures (R126)
 */
"ALTER TABLE case_ref ADD COLUMN state TEXT NOT NULL DEFAULT 'LISTED';"
"ALTER TABLE case_ref ADD COLUMN below TEXT NOT NULL DEFAULT 'LISTED';"
"ALTER TABLE case_ref ADD COLUMN last INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE case_ref ADD COLUMN due INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE case_ref ADD COLUMN criteria INTEGER NOT NULL DEFAULT 0"
" CHECK (criteria BETWEEN 0 AND 7);"
"ALTER TABLE case_ref ADD COLUMN meeting TEXT CHECK (meeting " IS_REF ");"
"ALTER TABLE case_ref ADD COLUMN closing TEXT NOT NULL DEFAULT 'open';"
"ALTER TABLE case_ref ADD COLUMN measures TEXT NOT NULL DEFAULT 'none';";

/*
 * Step 5: the feedback fiche.
 */
static const char main_5[] =

/*
 * fiche: that there is one, and how far it is. Its text, the case and the
 * meeting it is about, who must approve and who did are content (domain.md 7):
 * with any of them in clear, people would be linked to cases.
 *  proposed, changed
 *		days: they stay when all else is gone
 *  digest	of the canonical text, hashed under the data key of the case
 *		(design.md 10): the bare SHA-256 of a short text can be guessed
 *		(R29). Nobody can compare it with anything once the case is
 *		erased
 *  detail	blob: head and elements
 *  ballot	blob: the frozen set, approvals, consents, nonce of the round
 *  approvals	a sum, counted when the rest is erased
 */
"CREATE TABLE fiche ("
" ref TEXT PRIMARY KEY CHECK (ref " IS_REF "),"
" state TEXT NOT NULL,"
" version INTEGER NOT NULL CHECK (version > 0),"
" proposed INTEGER NOT NULL,"
" changed INTEGER NOT NULL,"
" digest BLOB NOT NULL CHECK (length(digest) = 32),"
" detail INTEGER,"
" ballot INTEGER,"
" approvals INTEGER NOT NULL DEFAULT 0"
") STRICT, WITHOUT ROWID;"

/*
 * fiche_mail: the signed mails that approve it, each a blob: the proof of
 * unanimity (R89). Whose each is stands in the ballot alone; the numbers of
 * blobs are random and the table is ordered by them, so that not even the order
 * in which people answered is left.
 */
"CREATE TABLE fiche_mail ("
" ref TEXT NOT NULL REFERENCES fiche,"
" blob INTEGER NOT NULL,"
" PRIMARY KEY (ref, blob)"
") STRICT, WITHOUT ROWID;";

/*
 * Step 7: days for the figures, which outlive everything else (R126).
 */
static const char main_7[] =

/*
 * referral.decided, case_ref.closed: the day; 0 = not yet.
 */
"ALTER TABLE referral ADD COLUMN decided INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE case_ref ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;";

static const char *const main_steps[] = { main_1, main_2, main_3, main_4,
	main_5, main_7 };
static const char *const keys_steps[] = { keys_1 };

/* "mpst" and "mpky". */
const struct schema schema_main = { 0x6d707374, main_steps,
	sizeof(main_steps) / sizeof(main_steps[0]) };
const struct schema schema_keys = { 0x6d706b79, keys_steps,
	sizeof(keys_steps) / sizeof(keys_steps[0]) };
