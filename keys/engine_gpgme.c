#include "keys/engine_gpgme.h"

#include <errno.h>
#include <gpgme.h>
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/log.h"
#include "keys/children.h"
#include "keys/home.h"
#include "base/address.h"

/* Descriptors of one gpg: status, command, data in, message, data out. */
#define WATCHES 8

/* Ours: channels, plaintexts, pipes. The agent's, which inherits it, too. */
#define FILES_MOST 256

/* What is given more time than this is a large mail. */
#define LARGE_MS (LIM_DEADLINE_MS + LIM_DEADLINE_MS_PER_MB)

/* gpg has said all it had to say and is about to end. */
#define GRACE_MS 2000

/* One pipe to gpg that GPGME wants to hear of. */
struct watch {
	bool used;
	int fd;
	short events;
	gpgme_io_cb_t ready;
	void *arg;
};

struct engine {
	struct home home;
	struct children children;
	const char *agent_socket;	/* GPGME's */
	/* One context per purpose, kept: a new one costs several execs. */
	gpgme_ctx_t reader;
	gpgme_ctx_t sealer;
	gpgme_ctx_t clerk;

	/* The operation under way. */
	struct watch watch[WATCHES];
	bool done;
	gpgme_error_t err;
	bool late;		/* the deadline passed */
	bool overrun;		/* gpg used up its CPU time */
	unsigned decryptions;
	unsigned plaintexts;
	bool decrypted;
	bool mdc_bad;
	struct key *keys;	/* found by a listing, owned */
	size_t nkeys;
	enum gw_err list_err;
};

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

static void take_key(struct engine *e, gpgme_key_t key);

static void
on_event(void *arg, gpgme_event_io_t type, void *data)
{
	struct engine *e = arg;
	gpgme_io_event_done_data_t d = data;

	if (type == GPGME_EVENT_NEXT_KEY) {
		take_key(e, data);
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
static void
begin(struct engine *e)
{
	memset(e->watch, 0, sizeof(e->watch));
	e->done = e->late = e->overrun = e->decrypted = e->mdc_bad = false;
	e->err = 0;
	e->decryptions = e->plaintexts = 0;
	children_limit(true);
}

/* After the start, which said `err`: to the end, come what may. */
static gpgme_error_t
finish(struct engine *e, gpgme_ctx_t ctx, gpgme_error_t err, int wall_ms)
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
	/* On success gpg is about to go; after an error it may not know. */
	e->overrun = children_settle(&e->children, err == 0 ? GRACE_MS : 0);
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

static struct gpgme_data_cbs in_calls = { .read = on_read };
static struct gpgme_data_cbs out_calls = { .write = on_write };

/* A data object over `arg`, or NULL in *d for a NULL one. */
static gpgme_error_t
data_new(gpgme_data_t *d, struct gpgme_data_cbs *calls, void *arg,
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

static void
data_free(gpgme_data_t d)
{
	if (d != NULL)
		gpgme_data_release(d);
}

/* ---- errors ---- */

static enum gw_err
to_gw(const struct engine *e, gpgme_error_t err)
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

	if (e->late || e->overrun)
		return GW_TIMEOUT;
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

static enum gw_err
new_context(struct engine *e, gpgme_ctx_t *ctx)
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
	r = home_prepare(&e->home, dir);
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
		r = new_context(e, &e->reader);
	if (r == GW_OK)
		r = new_context(e, &e->sealer);
	if (r == GW_OK)
		r = new_context(e, &e->clerk);
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

static void
copy_text(char *out, size_t size, const char *in)
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
	copy_text(report->fpr, sizeof(report->fpr), s->fpr);
	copy_text(report->hash, sizeof(report->hash),
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
	if (e->late || e->overrun)
		return ENGINE_LIMIT;
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

/* What GPGME says of a decryption besides its error code. */
static enum engine_result
result_of_decryption(const struct engine *e, gpgme_error_t err)
{
	gpgme_decrypt_result_t res = gpgme_op_decrypt_result(e->reader);
	enum engine_result r = result_of(e, err);

	if (e->mdc_bad || (res != NULL && res->legacy_cipher_nomdc))
		return ENGINE_NO_INTEGRITY;
	if (r == ENGINE_FAILED && res != NULL &&
	    res->unsupported_algorithm != NULL)
		return ENGINE_UNSUPPORTED;
	if (r == ENGINE_OK && (!e->decrypted || e->decryptions != 1 ||
	    e->plaintexts != 1))
		return ENGINE_FAILED;
	return r;
}

/* Whether it was this machine that failed, and not the mail: no time, memory,
 * descriptors or processes. Then the mail is tried again. */
static enum gw_err
own_fault(const struct engine *e, gpgme_error_t err)
{
	if (e->late && !e->overrun)
		return GW_TIMEOUT;
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

void
engine_decrypt(struct engine *e, struct source *in, struct sink *out,
    int wall_ms, struct engine_report *report)
{
	gpgme_data_t cipher = NULL, plain = NULL;
	gpgme_error_t err;

	*report = (struct engine_report){ .result = ENGINE_FAILED };
	report->err = home_agent(&e->home, e->agent_socket);
	if (report->err != GW_OK)
		return;
	report->err = GW_NOMEM;
	err = data_new(&cipher, &in_calls, in, wall_ms);
	if (err == 0)
		err = data_new(&plain, &out_calls, out, wall_ms);
	if (err == 0) {
		report->err = GW_OK;
		begin(e);
		err = gpgme_op_decrypt_verify_start(e->reader, cipher, plain);
		err = finish(e, e->reader, err, wall_ms);
		report_signatures(e->reader, report);
		report->result = is_only_signature(report, err) ? ENGINE_OK :
		    result_of_decryption(e, err);
		report->err = own_fault(e, err);
		if (report->result != ENGINE_OK &&
		    !home_has_agent(&e->home, e->agent_socket))
			report->err = GW_AGAIN;
	}
	data_free(cipher);
	data_free(plain);
}

void
engine_verify(struct engine *e, struct source *signature, struct source *body,
    int wall_ms, struct engine_report *report)
{
	gpgme_data_t sig = NULL, text = NULL;
	gpgme_error_t err;

	*report = (struct engine_report){ .result = ENGINE_FAILED,
	    .err = GW_NOMEM };
	err = data_new(&sig, &in_calls, signature, wall_ms);
	if (err == 0)
		err = data_new(&text, &in_calls, body, wall_ms);
	if (err == 0) {
		report->err = GW_OK;
		begin(e);
		err = gpgme_op_verify_start(e->reader, sig, text, NULL);
		err = finish(e, e->reader, err, wall_ms);
		report_signatures(e->reader, report);
		report->result = is_only_signature(report, err) ? ENGINE_OK :
		    result_of(e, err);
		report->err = own_fault(e, err);
	}
	data_free(sig);
	data_free(text);
}

/* ---- sealing ---- */

/* One signature, by SHA-512, and nobody left out. */
static bool
is_sealed_well(gpgme_ctx_t ctx, bool encrypted)
{
	gpgme_sign_result_t s = gpgme_op_sign_result(ctx);
	gpgme_encrypt_result_t c;

	if (s == NULL || s->invalid_signers != NULL || s->signatures == NULL ||
	    s->signatures->next != NULL ||
	    s->signatures->hash_algo != GPGME_MD_SHA512)
		return false;
	if (!encrypted)
		return true;
	c = gpgme_op_encrypt_result(ctx);
	return c != NULL && c->invalid_recipients == NULL;
}

enum gw_err
engine_seal(struct engine *e, const struct key *own, const struct key *to,
    struct source *in, struct sink *out, int wall_ms)
{
	gpgme_key_t rcpt[2] = { to == NULL ? NULL : to->handle, NULL };
	gpgme_data_t plain = NULL, cipher = NULL;
	gpgme_error_t err;
	enum gw_err r;

	r = home_agent(&e->home, e->agent_socket);
	if (r != GW_OK)
		return r;
	gpgme_signers_clear(e->sealer);
	err = gpgme_signers_add(e->sealer, own->handle);
	if (err == 0)
		err = data_new(&plain, &in_calls, in, wall_ms);
	if (err == 0)
		err = data_new(&cipher, &out_calls, out, wall_ms);
	if (err == 0) {
		begin(e);
		if (to != NULL)
			err = gpgme_op_encrypt_sign_start(e->sealer, rcpt,
			    GPGME_ENCRYPT_ALWAYS_TRUST |
			    GPGME_ENCRYPT_NO_COMPRESS, plain, cipher);
		else
			err = gpgme_op_sign_start(e->sealer, plain, cipher,
			    GPGME_SIG_MODE_DETACH);
		err = finish(e, e->sealer, err, wall_ms);
	}
	r = to_gw(e, err);
	if (r == GW_OK && !is_sealed_well(e->sealer, to != NULL))
		r = GW_KEY;
	if (r != GW_OK && !home_has_agent(&e->home, e->agent_socket))
		r = GW_AGAIN;
	data_free(plain);
	data_free(cipher);
	return r;
}

/* ---- keys ---- */

static bool
is_strong(gpgme_subkey_t s)
{
	static const char *const curves[] = { "ed25519", "cv25519",
	    "nistp256", "nistp384", "nistp521" };
	size_t i;

	if (s->pubkey_algo == GPGME_PK_RSA)
		return s->length >= LIM_RSA_BITS;
	if (s->curve == NULL)
		return false;
	for (i = 0; i < sizeof(curves) / sizeof(curves[0]); i++) {
		if (strcmp(s->curve, curves[i]) == 0)
			return true;
	}
	return false;
}

static struct subkey
to_subkey(gpgme_subkey_t s)
{
	struct subkey out = {
		.expires = s->expires,
		.bits = s->length,
		.rsa = s->pubkey_algo == GPGME_PK_RSA,
		.sign = s->can_sign,
		.encrypt = s->can_encrypt,
		.dead = s->revoked || s->disabled || s->invalid,
		.strong = is_strong(s),
	};
	char *name = gpgme_pubkey_algo_string(s);

	copy_text(out.algo, sizeof(out.algo), name);
	gpgme_free(name);
	copy_text(out.fpr, sizeof(out.fpr), s->fpr);
	return out;
}

static enum gw_err
to_key(struct key *out, gpgme_key_t key)
{
	gpgme_subkey_t s;
	size_t n = 0;

	for (s = key->subkeys; s != NULL; s = s->next)
		n++;
	if (n == 0 || n > LIM_SUBKEYS)
		return GW_LIMIT;
	*out = (struct key){ .secret = key->secret, .handle = key };
	out->subkey = calloc(n, sizeof(*out->subkey));
	if (out->subkey == NULL)
		return GW_NOMEM;
	for (s = key->subkeys; s != NULL; s = s->next)
		out->subkey[out->subkeys++] = to_subkey(s);
	if (key->revoked || key->disabled || key->invalid)
		out->subkey[0].dead = true;
	return GW_OK;
}

/* One key of a listing; the reference is ours. */
static void
take_key(struct engine *e, gpgme_key_t key)
{
	struct key *more;
	enum gw_err r;

	more = reallocarray(e->keys, e->nkeys + 1, sizeof(*more));
	if (more == NULL) {
		r = GW_NOMEM;
	} else {
		e->keys = more;
		r = to_key(&more[e->nkeys], key);
	}
	if (r == GW_OK) {
		e->nkeys++;
		return;
	}
	e->list_err = r;
	gpgme_key_unref(key);
}

enum gw_err
engine_list(struct engine *e, struct source *file, struct key **keys, size_t *n)
{
	gpgme_data_t data = NULL;
	gpgme_error_t err;
	enum gw_err r;

	*keys = NULL;
	*n = 0;
	err = data_new(&data, &in_calls, file, 0);
	if (err != 0)
		return GW_NOMEM;
	e->list_err = GW_OK;
	begin(e);
	if (file == NULL)
		err = gpgme_op_keylist_start(e->clerk, NULL, 0);
	else
		err = gpgme_op_keylist_from_data_start(e->clerk, data, 0);
	err = finish(e, e->clerk, err, LIM_GPG_WALL_MS);
	r = to_gw(e, err);
	data_free(data);
	if (r == GW_OK && e->list_err != GW_NOMEM) {
		*keys = e->keys;
		*n = e->nkeys;
		r = e->list_err;
	} else {
		engine_free_keys(e->keys, e->nkeys);
		r = r == GW_OK ? e->list_err : r;
	}
	e->keys = NULL;
	e->nkeys = 0;
	return r;
}

void
engine_free_keys(struct key *keys, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		gpgme_key_unref(keys[i].handle);
		free(keys[i].subkey);
	}
	free(keys);
}

bool
engine_has_address(const struct key *k, const char *address)
{
	char canonical[LIM_ADDR + 1];
	gpgme_user_id_t u;

	for (u = k->handle->uids; u != NULL; u = u->next) {
		if (!u->revoked && !u->invalid && u->email != NULL &&
		    address_canonical(u->email, canonical) &&
		    address_same(canonical, address))
			return true;
	}
	return false;
}

enum gw_err
engine_import(struct engine *e, struct source *file)
{
	gpgme_import_result_t res;
	gpgme_data_t data = NULL;
	gpgme_error_t err;
	enum gw_err r;

	err = data_new(&data, &in_calls, file, 0);
	if (err != 0)
		return GW_NOMEM;
	begin(e);
	err = gpgme_op_import_start(e->clerk, data);
	err = finish(e, e->clerk, err, LIM_GPG_WALL_MS);
	r = to_gw(e, err);
	res = gpgme_op_import_result(e->clerk);
	if (r == GW_OK && (res == NULL || res->considered != 1 ||
	    res->not_imported != 0))
		r = GW_KEY;
	data_free(data);
	return r;
}

enum gw_err
engine_delete(struct engine *e, const struct key *k)
{
	gpgme_error_t err;

	if (k->secret)
		return GW_DENIED;
	begin(e);
	err = gpgme_op_delete_ext_start(e->clerk, k->handle,
	    GPGME_DELETE_FORCE);
	err = finish(e, e->clerk, err, LIM_GPG_WALL_MS);
	return to_gw(e, err);
}

enum gw_err
engine_detach(struct engine *e, const char *fpr)
{
	const char *const argv[] = { "gpg", "--batch", "--yes", "--expert",
	    "--delete-keys", fpr, NULL };

	(void)e;
	return children_run(argv, LIM_GPG_WALL_MS);
}

enum gw_err
engine_export(struct engine *e, const struct key *k, struct sink *out)
{
	gpgme_key_t keys[2] = { k->handle, NULL };
	gpgme_data_t data = NULL;
	gpgme_error_t err;

	err = data_new(&data, &out_calls, out, 0);
	if (err != 0)
		return GW_NOMEM;
	begin(e);
	err = gpgme_op_export_keys_start(e->clerk, keys,
	    GPGME_EXPORT_MODE_MINIMAL, data);
	err = finish(e, e->clerk, err, LIM_GPG_WALL_MS);
	data_free(data);
	return to_gw(e, err);
}

enum gw_err
engine_create(struct engine *e, const char *user_id, int64_t lifetime_s,
    char fpr[LIM_FPR + 1])
{
	gpgme_genkey_result_t res;
	gpgme_error_t err;
	enum gw_err r;

	fpr[0] = '\0';
	r = home_agent(&e->home, e->agent_socket);
	if (r != GW_OK)
		return r;
	begin(e);
	/* "future-default" is Ed25519 and Cv25519 in 2.2, and stays modern. */
	err = gpgme_op_createkey_start(e->clerk, user_id, "future-default", 0,
	    (unsigned long)lifetime_s, NULL, GPGME_CREATE_NOPASSWD);
	err = finish(e, e->clerk, err, LIM_GPG_WALL_MS);
	r = to_gw(e, err);
	res = gpgme_op_genkey_result(e->clerk);
	if (r == GW_OK && (res == NULL || res->fpr == NULL))
		r = GW_IO;
	if (r == GW_OK)
		copy_text(fpr, LIM_FPR + 1, res->fpr);
	return r;
}
