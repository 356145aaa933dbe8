#include "keys/engine_gpgme.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/log.h"
#include "keys/engine_inner.h"

/* Ours: channels, plaintexts, pipes. The agent's, which inherits it, too. */
#define FILES_MOST 256

/* What is given more time than this is a large mail. */
#define LARGE_MS (LIM_DEADLINE_MS + LIM_DEADLINE_MS_PER_MB)

/* gpg has said all it had to say and is about to end. */
#define GRACE_MS 2000

/* It may be dead already, and its pipes closed, but not yet seen to be so. */
#define DYING_MS 20

/* ---- GPGME's own event interface, so that a deadline can end it ---- */

static gpgme_error_t
on_add(void *arg, int fd, int dir, gpgme_io_cb_t ready, void *ready_arg,
    void **tag)
{
	struct engine *e = arg;
	size_t i;

	for (i = 0; i < WATCHES; i++) {
		if (e->watch[i].used)
			continue;
		e->watch[i] = (struct watch){ true, fd, dir ? POLLIN : POLLOUT,
		    ready, ready_arg };
		*tag = &e->watch[i];
		return 0;
	}
	return gpgme_error(GPG_ERR_EMFILE);
}

static void
on_remove(void *tag)
{
	((struct watch *)tag)->used = false;
}

static void
on_event(void *arg, gpgme_event_io_t type, void *data)
{
	struct engine *e = arg;
	gpgme_io_event_done_data_t d = data;

	if (type == GPGME_EVENT_NEXT_KEY) {
		gpg_take_key(e, data);
	} else if (type == GPGME_EVENT_DONE) {
		e->done = true;
		e->err = d->err != 0 ? d->err : d->op_err;
	}
}

/* Every status line of gpg, whole. One mail is one layer (F8). */
static gpgme_error_t
on_status(void *arg, const char *keyword, const char *args)
{
	struct engine *e = arg;

	(void)args;
	if (strcmp(keyword, "BEGIN_DECRYPTION") == 0)
		e->decryptions++;
	else if (strcmp(keyword, "PLAINTEXT") == 0)
		e->plaintexts++;
	else if (strcmp(keyword, "DECRYPTION_OKAY") == 0)
		e->decrypted = true;
	else if (strcmp(keyword, "BADMDC") == 0)
		e->mdc_bad = true;
	return 0;
}

/* Waits for a pipe and lets GPGME serve each that is ready. False: late. */
static bool
serve(struct engine *e, int64_t deadline)
{
	struct pollfd pfd[WATCHES];
	int64_t left = deadline - clock_mono_ms();
	struct watch *w;
	size_t i;
	int n;

	for (i = 0; i < WATCHES; i++) {
		w = &e->watch[i];
		pfd[i] = (struct pollfd){ .fd = w->used ? w->fd : -1,
		    .events = w->events };
	}
	if (left <= 0)
		return false;
	n = poll(pfd, WATCHES, (int)left);
	if (n < 0)
		return errno == EINTR;
	if (n == 0)
		return false;
	for (i = 0; i < WATCHES; i++) {
		w = &e->watch[i];
		if (pfd[i].revents != 0 && w->used && w->fd == pfd[i].fd)
			(void)w->ready(w->arg, w->fd);
	}
	return true;
}

/* Before each start: nothing is known, and what forks is limited. */
void
gpg_begin(struct engine *e)
{
	memset(e->watch, 0, sizeof(e->watch));
	e->done = e->late = e->decrypted = e->mdc_bad = false;
	e->end = CHILDREN_WELL;
	e->err = 0;
	e->decryptions = e->plaintexts = 0;
	children_limit(true);
}

/* How long gpg may take to end. On success it is about to go; where we ended it
 * ourselves it is killed at once, before it leaves something in the home. */
static int
grace_ms(gpgme_error_t err)
{
	switch (gpgme_err_code(err)) {
	case GPG_ERR_NO_ERROR:
		return GRACE_MS;
	case GPG_ERR_EBADMSG:
	case GPG_ERR_EFBIG:
	case GPG_ERR_TIMEOUT:
		return 0;
	default:
		return DYING_MS;
	}
}

/* After the start, which said `err`: to the end, come what may. */
gpgme_error_t
gpg_finish(struct engine *e, gpgme_ctx_t ctx, gpgme_error_t err, int wall_ms)
{
	int64_t deadline = clock_mono_ms() + wall_ms;

	children_limit(false);
	while (err == 0 && !e->done) {
		if (!serve(e, deadline) && !e->done) {
			e->late = true;
			(void)gpgme_cancel(ctx);
			break;
		}
	}
	if (err == 0)
		err = e->late ? gpgme_error(GPG_ERR_TIMEOUT) : e->err;
	e->end = children_settle(&e->children, grace_ms(err));
	return err;
}

/* ---- bytes ---- */

static ssize_t
on_read(void *arg, void *p, size_t n)
{
	struct source *s = arg;
	ssize_t r = s->read(s, p, n);

	if (r < 0)
		errno = EBADMSG;
	return r;
}

static ssize_t
on_write(void *arg, const void *p, size_t n)
{
	struct sink *s = arg;

	if (s->write(s, p, n))
		return (ssize_t)n;
	errno = EFBIG;
	return -1;
}

struct gpgme_data_cbs gpg_in_calls = { .read = on_read };
struct gpgme_data_cbs gpg_out_calls = { .write = on_write };

/* A data object over `arg`, or NULL in *d for a NULL one. */
gpgme_error_t
gpg_data_new(gpgme_data_t *d, struct gpgme_data_cbs *calls, void *arg,
    int wall_ms)
{
	gpgme_error_t err;

	*d = NULL;
	if (arg == NULL)
		return 0;
	err = gpgme_data_new_from_cbs(d, calls, arg);
	/* 25 MB in runs of 4 KiB is a quarter more of our CPU; for a small
	 * mail it is the pages of a larger run that cost. */
	if (err == 0 && wall_ms > LARGE_MS)
		(void)gpgme_data_set_flag(*d, "io-buffer-size", "32768");
	return err;
}

void
gpg_data_free(gpgme_data_t d)
{
	if (d != NULL)
		gpgme_data_release(d);
}

/* ---- errors ---- */

enum gw_err
gpg_to_gw(const struct engine *e, gpgme_error_t err)
{
	static const struct {
		gpg_err_code_t code;
		enum gw_err r;
	} table[] = {
		{ GPG_ERR_NO_ERROR, GW_OK },
		{ GPG_ERR_ENOMEM, GW_NOMEM },
		{ GPG_ERR_TIMEOUT, GW_TIMEOUT },
		{ GPG_ERR_ENOSPC, GW_FULL },
		{ GPG_ERR_UNUSABLE_PUBKEY, GW_KEY },
		{ GPG_ERR_UNUSABLE_SECKEY, GW_KEY },
		{ GPG_ERR_NO_PUBKEY, GW_KEY },
		{ GPG_ERR_NO_SECKEY, GW_KEY },
		{ GPG_ERR_WRONG_SECKEY, GW_KEY },
		{ GPG_ERR_BAD_SECKEY, GW_KEY },
		{ GPG_ERR_NO_PASSPHRASE, GW_KEY },
		{ GPG_ERR_BAD_PASSPHRASE, GW_KEY },
		{ GPG_ERR_NO_PIN_ENTRY, GW_KEY },
		{ GPG_ERR_CANCELED, GW_KEY },
		{ GPG_ERR_CONFLICT, GW_DENIED },
	};
	size_t i;

	if (e->late || e->end == CHILDREN_OVERRUN)
		return GW_TIMEOUT;
	if (e->end == CHILDREN_KILLED)
		return GW_AGAIN;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (gpgme_err_code(err) == table[i].code)
			return table[i].r;
	}
	log_event(LOG_WARN, "engine", "code=%d source=%d",
	    (int)gpgme_err_code(err), (int)gpgme_err_source(err));
	return GW_IO;
}

/* ---- start and end ---- */

/* "2.2.40" as a number that can be compared; -1 when it is none. */
static long
version_number(const char *text)
{
	unsigned major, minor, patch;

	if (text == NULL ||
	    sscanf(text, "%3u.%3u.%3u", &major, &minor, &patch) != 3)
		return -1;
	return (long)major * 1000000 + (long)minor * 1000 + (long)patch;
}

/* Older ones have holes that were mended since (F15). */
static enum gw_err
check_version(void)
{
	gpgme_engine_info_t info = NULL;

	(void)gpgme_get_engine_info(&info);
	while (info != NULL && info->protocol != GPGME_PROTOCOL_OpenPGP)
		info = info->next;
	if (info != NULL && version_number(info->version) >=
	    version_number(ENGINE_OLDEST))
		return GW_OK;
	/* It could not be started at all: that may pass. */
	if (info != NULL && info->version == NULL)
		return GW_AGAIN;
	log_event(LOG_ERROR, "engine", "err=version have=%s need=%s "
	    "mend=\"install gnupg " ENGINE_OLDEST " or later\"",
	    info == NULL || info->version == NULL ? "none" : info->version,
	    ENGINE_OLDEST);
	return GW_MISSING;
}

/*
 * In each child GPGME closes every descriptor up to the limit, one by one,
 * when /proc/self/fd is closed to it; and to us it is, being not dumpable.
 */
static void
limit_descriptors(void)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) < 0 || lim.rlim_cur <= FILES_MOST)
		return;
	lim.rlim_cur = FILES_MOST;
	(void)setrlimit(RLIMIT_NOFILE, &lim);
}

enum gw_err
gpg_new_context(struct engine *e, gpgme_ctx_t *ctx)
{
	struct gpgme_io_cbs calls = { on_add, e, on_remove, on_event, e };

	if (gpgme_new(ctx) != 0)
		return GW_NOMEM;
	if (gpgme_set_protocol(*ctx, GPGME_PROTOCOL_OpenPGP) != 0 ||
	    gpgme_set_pinentry_mode(*ctx, GPGME_PINENTRY_MODE_ERROR) != 0 ||
	    gpgme_set_ctx_flag(*ctx, "full-status", "1") != 0)
		return GW_IO;
	gpgme_set_offline(*ctx, 1);
	gpgme_set_armor(*ctx, 0);
	gpgme_set_textmode(*ctx, 0);
	gpgme_set_status_cb(*ctx, on_status, e);
	gpgme_set_io_cbs(*ctx, &calls);
	(void)gpgme_set_keylist_mode(*ctx, GPGME_KEYLIST_MODE_LOCAL |
	    GPGME_KEYLIST_MODE_WITH_SECRET);
	return GW_OK;
}

enum gw_err
engine_open(struct engine **out, const char *dir)
{
	struct engine *e;
	enum gw_err r;

	*out = NULL;
	e = calloc(1, sizeof(*e));
	if (e == NULL)
		return GW_NOMEM;
	e->children.list = -1;
	limit_descriptors();
	/* GPGME frees buffers that held plaintext; the C library wipes them. */
	(void)mallopt(M_PERTURB, 0x5a);
	e->throwaway.lock = -1;
	r = home_prepare(&e->home, dir);
	if (r == GW_OK)
		r = throwaway_init(&e->throwaway, dir);
	if (r != GW_OK)
		goto out;
	r = GW_MISSING;
	if (gpgme_check_version("1.18.0") == NULL)
		goto out;
	r = check_version();
	if (r != GW_OK)
		goto out;
	e->agent_socket = gpgme_get_dirinfo("agent-socket");
	r = e->agent_socket == NULL ? GW_MISSING :
	    home_agent(&e->home, e->agent_socket);
	if (r == GW_OK)
		r = children_open(&e->children);
	if (r == GW_OK)
		r = gpg_new_context(e, &e->reader);
	if (r == GW_OK)
		r = gpg_new_context(e, &e->sealer);
	if (r == GW_OK)
		r = gpg_new_context(e, &e->clerk);
out:
	if (r != GW_OK) {
		engine_close(e);
		e = NULL;
	}
	*out = e;
	return r;
}

void
engine_guest(struct engine *e)
{
	e->home.guest = true;
}

void
engine_close(struct engine *e)
{
	if (e == NULL)
		return;
	gpgme_release(e->reader);
	gpgme_release(e->sealer);
	gpgme_release(e->clerk);
	gpgme_release(e->visitor);
	throwaway_remove(&e->throwaway);
	children_close(&e->children);
	home_close(&e->home);
	free(e);
}

/* ---- reading ---- */

static enum sig_status
status_of(gpgme_error_t err)
{
	static const struct {
		gpg_err_code_t code;
		enum sig_status status;
	} table[] = {
		{ GPG_ERR_NO_ERROR, SIG_GOOD },
		{ GPG_ERR_BAD_SIGNATURE, SIG_BAD },
		{ GPG_ERR_NO_PUBKEY, SIG_NO_KEY },
		{ GPG_ERR_KEY_EXPIRED, SIG_KEY_EXPIRED },
		{ GPG_ERR_CERT_REVOKED, SIG_KEY_REVOKED },
		{ GPG_ERR_SIG_EXPIRED, SIG_EXPIRED },
		{ GPG_ERR_DIGEST_ALGO, SIG_WEAK },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (gpgme_err_code(err) == table[i].code)
			return table[i].status;
	}
	return SIG_ERROR;
}

void
gpg_copy(char *out, size_t size, const char *in)
{
	(void)snprintf(out, size, "%s", in == NULL ? "" : in);
}

static void
report_signatures(gpgme_ctx_t ctx, struct engine_report *report)
{
	gpgme_verify_result_t res = gpgme_op_verify_result(ctx);
	gpgme_signature_t s = res == NULL ? NULL : res->signatures;
	gpgme_signature_t next;

	if (s == NULL)
		return;
	for (next = s; next != NULL; next = next->next)
		report->signatures++;
	report->status = status_of(s->status);
	report->wrong_usage = s->wrong_key_usage;
	report->strong_hash = s->hash_algo == GPGME_MD_SHA256 ||
	    s->hash_algo == GPGME_MD_SHA384 || s->hash_algo == GPGME_MD_SHA512;
	report->made = (int64_t)s->timestamp;
	gpg_copy(report->fpr, sizeof(report->fpr), s->fpr);
	gpg_copy(report->hash, sizeof(report->hash),
	    gpgme_hash_algo_name(s->hash_algo));
}

/*
 * At a signature that is not good gpg in batch mode ends at once, and GPGME
 * calls that one thing or another. The status of the signature says more, and
 * never that it may pass.
 */
static bool
is_only_signature(const struct engine_report *report, gpgme_error_t err)
{
	return (gpgme_err_code(err) == GPG_ERR_GENERAL ||
	    gpgme_err_code(err) == GPG_ERR_NO_DATA) &&
	    report->signatures > 0 && report->status != SIG_GOOD;
}

static enum engine_result
result_of(const struct engine *e, gpgme_error_t err)
{
	if (e->late || e->end == CHILDREN_OVERRUN)
		return ENGINE_LIMIT;
	if (e->end == CHILDREN_KILLED)
		return ENGINE_FAILED;
	switch (gpgme_err_code(err)) {
	case GPG_ERR_NO_ERROR:
		return ENGINE_OK;
	case GPG_ERR_NO_SECKEY:
		return ENGINE_NO_KEY;
	case GPG_ERR_UNSUPPORTED_ALGORITHM:
	case GPG_ERR_PUBKEY_ALGO:
	case GPG_ERR_CIPHER_ALGO:
	case GPG_ERR_UNKNOWN_VERSION:
		return ENGINE_UNSUPPORTED;
	default:
		return ENGINE_FAILED;
	}
}

/* What GPGME says of a decryption besides its error code; `plaintexts` is how
 * many there have to be. */
static enum engine_result
result_of_decryption(const struct engine *e, gpgme_error_t err,
    unsigned plaintexts)
{
	gpgme_decrypt_result_t res = gpgme_op_decrypt_result(e->reader);
	enum engine_result r = result_of(e, err);

	if (e->mdc_bad || (res != NULL && res->legacy_cipher_nomdc))
		return ENGINE_NO_INTEGRITY;
	if (r == ENGINE_FAILED && res != NULL &&
	    res->unsupported_algorithm != NULL)
		return ENGINE_UNSUPPORTED;
	if (r == ENGINE_OK && (!e->decrypted || e->decryptions != 1 ||
	    e->plaintexts != plaintexts))
		return ENGINE_FAILED;
	return r;
}

enum gw_err
gpg_own_fault(const struct engine *e, gpgme_error_t err)
{
	if (e->late && e->end != CHILDREN_OVERRUN)
		return GW_TIMEOUT;
	/* It is tried again, like a mail that brings down a role (T43). What
	 * makes gpg itself crash is the mail's fault. */
	if (e->end == CHILDREN_KILLED)
		return GW_AGAIN;
	switch (gpgme_err_code(err)) {
	case GPG_ERR_ENOMEM:
		return GW_NOMEM;
	case GPG_ERR_EMFILE:
	case GPG_ERR_ENFILE:
	case GPG_ERR_EAGAIN:
	case GPG_ERR_EIO:
	case GPG_ERR_ENOSPC:
		return GW_AGAIN;
	default:
		return GW_OK;
	}
}

/* `flags` of GPGME; with its UNWRAP gpg looks at no packet that comes out. */
static void
decrypt(struct engine *e, gpgme_decrypt_flags_t flags, struct source *in,
    struct sink *out, int wall_ms, struct engine_report *report)
{
	bool unwrap = (flags & GPGME_DECRYPT_UNWRAP) != 0;
	gpgme_data_t cipher = NULL, plain = NULL;
	gpgme_error_t err;

	*report = (struct engine_report){ .result = ENGINE_FAILED };
	report->err = home_agent(&e->home, e->agent_socket);
	if (report->err != GW_OK)
		return;
	report->err = GW_NOMEM;
	err = gpg_data_new(&cipher, &gpg_in_calls, in, wall_ms);
	if (err == 0)
		err = gpg_data_new(&plain, &gpg_out_calls, out, wall_ms);
	if (err == 0) {
		report->err = GW_OK;
		gpg_begin(e);
		err = gpgme_op_decrypt_ext_start(e->reader, flags, cipher,
		    plain);
		err = gpg_finish(e, e->reader, err, wall_ms);
		if (!unwrap)
			report_signatures(e->reader, report);
		report->result = result_of_decryption(e, err, unwrap ? 0 : 1);
		report->whole = report->result == ENGINE_OK;
		if (is_only_signature(report, err))
			report->result = ENGINE_OK;
		report->err = gpg_own_fault(e, err);
		if (report->result != ENGINE_OK &&
		    !home_has_agent(&e->home, e->agent_socket))
			report->err = GW_AGAIN;
	}
	gpg_data_free(cipher);
	gpg_data_free(plain);
}

void
engine_decrypt(struct engine *e, struct source *in, struct sink *out,
    int wall_ms, struct engine_report *report)
{
	decrypt(e, GPGME_DECRYPT_VERIFY, in, out, wall_ms, report);
}

void
engine_unwrap(struct engine *e, struct source *in, struct sink *out,
    int wall_ms, struct engine_report *report)
{
	decrypt(e, GPGME_DECRYPT_UNWRAP, in, out, wall_ms, report);
}

/* As engine_verify(), by the keys in the home of `ctx`. */
static void
verify(struct engine *e, gpgme_ctx_t ctx, struct source *signature,
    struct source *body, struct sink *out, int wall_ms,
    struct engine_report *report)
{
	gpgme_data_t sig = NULL, text = NULL, plain = NULL;
	unsigned plaintexts = body == NULL ? 1 : 0;
	gpgme_error_t err;

	*report = (struct engine_report){ .result = ENGINE_FAILED,
	    .err = GW_NOMEM };
	err = gpg_data_new(&sig, &gpg_in_calls, signature, wall_ms);
	if (err == 0)
		err = gpg_data_new(&text, &gpg_in_calls, body, wall_ms);
	if (err == 0 && body == NULL)
		err = gpg_data_new(&plain, &gpg_out_calls, out, wall_ms);
	if (err == 0) {
		report->err = GW_OK;
		gpg_begin(e);
		err = gpgme_op_verify_start(ctx, sig, text, plain);
		err = gpg_finish(e, ctx, err, wall_ms);
		report_signatures(ctx, report);
		report->result = result_of(e, err);
		if (report->result == ENGINE_OK &&
		    e->plaintexts != plaintexts)
			report->result = ENGINE_FAILED;
		report->whole = report->result == ENGINE_OK &&
		    e->decryptions == 0;
		if (is_only_signature(report, err))
			report->result = ENGINE_OK;
		if (report->result == ENGINE_OK && e->decryptions != 0)
			report->result = ENGINE_FAILED;
		report->err = gpg_own_fault(e, err);
	}
	gpg_data_free(sig);
	gpg_data_free(text);
	gpg_data_free(plain);
}

void
engine_verify(struct engine *e, struct source *signature, struct source *body,
    struct sink *out, int wall_ms, struct engine_report *report)
{
	verify(e, e->reader, signature, body, out, wall_ms, report);
}

void
engine_verify_lodged(struct engine *e, struct source *signature,
    struct source *body, struct sink *out, int wall_ms,
    struct engine_report *report)
{
	verify(e, e->visitor, signature, body, out, wall_ms, report);
}

/* ---- sealing ---- */

/* Nobody was left out. */
static bool
is_encrypted_well(gpgme_ctx_t ctx)
{
	gpgme_encrypt_result_t c = gpgme_op_encrypt_result(ctx);

	return c != NULL && c->invalid_recipients == NULL;
}

/* One signature, by SHA-512, and for everybody. */
static bool
is_sealed_well(gpgme_ctx_t ctx, bool encrypted)
{
	gpgme_sign_result_t s = gpgme_op_sign_result(ctx);

	if (s == NULL || s->invalid_signers != NULL || s->signatures == NULL ||
	    s->signatures->next != NULL ||
	    s->signatures->hash_algo != GPGME_MD_SHA512)
		return false;
	return !encrypted || is_encrypted_well(ctx);
}

/* GPGME's words for a recipient whose key is a file in the throw-away home. */
#define TO_FILE "--file\n%s/" ENGINE_KEY_FILE

/* `to` and `file` NULL: signed only, detached. */
static gpgme_error_t
start_seal(struct engine *e, const struct key *to, const char *file,
    gpgme_data_t plain, gpgme_data_t cipher)
{
	gpgme_key_t rcpt[2] = { to == NULL ? NULL : to->handle, NULL };

	if (to == NULL && file == NULL)
		return gpgme_op_sign_start(e->sealer, plain, cipher,
		    GPGME_SIG_MODE_DETACH);
	return gpgme_op_encrypt_sign_ext_start(e->sealer,
	    file == NULL ? rcpt : NULL, file, GPGME_ENCRYPT_ALWAYS_TRUST |
	    GPGME_ENCRYPT_NO_COMPRESS, plain, cipher);
}

static enum gw_err
seal(struct engine *e, const struct key *own, const struct key *to,
    const char *file, struct source *in, struct sink *out, int wall_ms)
{
	gpgme_data_t plain = NULL, cipher = NULL;
	gpgme_error_t err;
	enum gw_err r;

	r = home_agent(&e->home, e->agent_socket);
	if (r != GW_OK)
		return r;
	gpgme_signers_clear(e->sealer);
	err = gpgme_signers_add(e->sealer, own->handle);
	if (err == 0)
		err = gpg_data_new(&plain, &gpg_in_calls, in, wall_ms);
	if (err == 0)
		err = gpg_data_new(&cipher, &gpg_out_calls, out, wall_ms);
	if (err == 0) {
		gpg_begin(e);
		err = start_seal(e, to, file, plain, cipher);
		err = gpg_finish(e, e->sealer, err, wall_ms);
	}
	r = gpg_to_gw(e, err);
	if (r == GW_OK &&
	    !is_sealed_well(e->sealer, to != NULL || file != NULL))
		r = GW_KEY;
	if (r != GW_OK && !home_has_agent(&e->home, e->agent_socket))
		r = GW_AGAIN;
	gpg_data_free(plain);
	gpg_data_free(cipher);
	return r;
}

enum gw_err
engine_wrap(struct engine *e, const struct key *to, struct source *in,
    struct sink *out, int wall_ms)
{
	gpgme_key_t rcpt[2] = { to->handle, NULL };
	gpgme_data_t message = NULL, cipher = NULL;
	gpgme_error_t err;
	enum gw_err r;

	gpgme_signers_clear(e->sealer);
	err = gpg_data_new(&message, &gpg_in_calls, in, wall_ms);
	if (err == 0)
		err = gpg_data_new(&cipher, &gpg_out_calls, out, wall_ms);
	if (err == 0) {
		gpg_begin(e);
		err = gpgme_op_encrypt_ext_start(e->sealer, rcpt, NULL,
		    GPGME_ENCRYPT_ALWAYS_TRUST | GPGME_ENCRYPT_NO_COMPRESS |
		    GPGME_ENCRYPT_WRAP, message, cipher);
		err = gpg_finish(e, e->sealer, err, wall_ms);
	}
	r = gpg_to_gw(e, err);
	if (r == GW_OK && !is_encrypted_well(e->sealer))
		r = GW_KEY;
	gpg_data_free(message);
	gpg_data_free(cipher);
	return r;
}

enum gw_err
engine_seal(struct engine *e, const struct key *own, const struct key *to,
    struct source *in, struct sink *out, int wall_ms)
{
	return seal(e, own, to, NULL, in, out, wall_ms);
}

enum gw_err
engine_seal_lodged(struct engine *e, const struct key *own, struct source *in,
    struct sink *out, int wall_ms)
{
	char file[sizeof(e->throwaway.dir) + sizeof(TO_FILE)];

	(void)snprintf(file, sizeof(file), TO_FILE, e->throwaway.dir);
	return seal(e, own, NULL, file, in, out, wall_ms);
}
