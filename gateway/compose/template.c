#include "compose/template.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "compose/encode.h"

#define SUFFIX	".txt"
#define OPEN	"{{"
#define CLOSE	"}}"

struct name {
	char s[LIM_VAR_NAME + 1];
};

struct section {
	struct name name;
	unsigned line;		/* of its "@section" */
	struct buf text;
};

struct uses {
	struct name name;
	unsigned line;
	bool used;
};

struct template {
	struct name name;
	char *file;		/* as faults call it */
	struct section section[LIM_SECTIONS];
	size_t sections;
	struct uses uses[LIM_VARS];
	size_t nuses;
};

struct templates {
	struct template *t[LIM_TEMPLATES];
	size_t n;
};

/* One file being read. */
struct reader {
	const char *name;	/* in its directory */
	const char *file;	/* as faults call it */
	unsigned line;
	struct template *t;
	struct buf *why;
	bool faulty;
};

/* Known in every template without being declared. */
static const char *const house[] = { "reference", "municipality", "contact",
	"phone", "citation", "address", "practice", "law_info" };

static void fault(struct reader *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static void
fault(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	buf_printf(r->why, "%s:%u: ", r->file, r->line);
	va_start(ap, fmt);
	buf_vprintf(r->why, fmt, ap);
	va_end(ap);
	buf_putc(r->why, '\n');
	r->faulty = true;
}

/* Lower-case letters, digits, hyphens and underscores. */
static bool
name_set(struct name *name, const char *s, size_t n)
{
	size_t i;

	if (n == 0 || n > LIM_VAR_NAME)
		return false;
	for (i = 0; i < n; i++) {
		if (!((s[i] >= 'a' && s[i] <= 'z') || s[i] == '-' ||
		    s[i] == '_' || (s[i] >= '0' && s[i] <= '9')))
			return false;
	}
	memcpy(name->s, s, n);
	name->s[n] = '\0';
	return true;
}

static bool
is_house(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(house) / sizeof(house[0]); i++) {
		if (strcmp(name, house[i]) == 0)
			return true;
	}
	return false;
}

static struct uses *
uses_find(struct template *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->nuses; i++) {
		if (strcmp(t->uses[i].name.s, name) == 0)
			return &t->uses[i];
	}
	return NULL;
}

static const struct section *
section_find(const struct template *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->sections; i++) {
		if (strcmp(t->section[i].name.s, name) == 0)
			return &t->section[i];
	}
	return NULL;
}

/* "@uses name": one variable that this file may use. */
static void
read_uses(struct reader *r, const char *arg)
{
	struct template *t = r->t;
	struct name name;

	if (t->sections > 0)
		fault(r, "@uses must stand before the first @section");
	else if (!name_set(&name, arg, strlen(arg)))
		fault(r, "a variable is 1 to %d of a-z, 0-9, - and _",
		    LIM_VAR_NAME);
	else if (is_house(name.s))
		fault(r, "\"%s\" is known in every template", name.s);
	else if (uses_find(t, name.s) != NULL)
		fault(r, "\"%s\" is declared already", name.s);
	else if (t->nuses == LIM_VARS)
		fault(r, "more than %d variables", LIM_VARS);
	else
		t->uses[t->nuses++] = (struct uses){ name, r->line, false };
}

/* "@section name": what follows is its text. */
static void
read_section(struct reader *r, const char *arg)
{
	struct template *t = r->t;
	struct section *s;
	struct name name;

	if (!name_set(&name, arg, strlen(arg))) {
		fault(r, "a section is 1 to %d of a-z, 0-9, - and _",
		    LIM_VAR_NAME);
		return;
	}
	if (section_find(t, name.s) != NULL)
		fault(r, "section \"%s\" is there already", name.s);
	if (t->sections == LIM_SECTIONS) {
		fault(r, "more than %d sections", LIM_SECTIONS);
		return;
	}
	s = &t->section[t->sections++];
	s->name = name;
	s->line = r->line;
	buf_init(&s->text, LIM_TEMPLATE_BYTES);
}

static void
read_directive(struct reader *r, const char *line)
{
	static const struct {
		const char *word;
		void (*read)(struct reader *, const char *);
	} directive[] = {
		{ "@uses ", read_uses },
		{ "@section ", read_section }
	};
	size_t i, n;

	for (i = 0; i < sizeof(directive) / sizeof(directive[0]); i++) {
		n = strlen(directive[i].word);
		if (strncmp(line, directive[i].word, n) == 0) {
			directive[i].read(r, line + n);
			return;
		}
	}
	fault(r, "a line with @ is \"@uses NAME\" or \"@section NAME\"");
}

/* Marks the variables of a line of text as used. */
static void
check_variables(struct reader *r, const char *line)
{
	const char *open, *close;
	struct uses *u;
	struct name name;

	for (; (open = strstr(line, OPEN)) != NULL;
	    line = close + strlen(CLOSE)) {
		open += strlen(OPEN);
		close = strstr(open, CLOSE);
		if (close == NULL) {
			fault(r, "\"" OPEN "\" without \"" CLOSE "\"");
			return;
		}
		if (!name_set(&name, open, (size_t)(close - open))) {
			fault(r, "between \"" OPEN "\" and \"" CLOSE
			    "\" stands the name of a variable, nothing else");
			continue;
		}
		u = uses_find(r->t, name.s);
		if (u != NULL)
			u->used = true;
		else if (!is_house(name.s))
			fault(r, "variable \"%s\" is not declared with @uses",
			    name.s);
	}
}

static void
read_text(struct reader *r, const char *line)
{
	struct template *t = r->t;
	struct buf *text;

	if (t->sections == 0) {
		if (line[0] != '\0' && line[0] != '#')
			fault(r, "text before the first @section");
		return;
	}
	check_variables(r, line);
	text = &t->section[t->sections - 1].text;
	/* Empty lines at the beginning only please the eye. */
	if (line[0] == '\0' && text->len == 0)
		return;
	buf_printf(text, "%s\n", line);
}

static void
read_line(struct reader *r, const char *line)
{
	if (!encode_is_clean(line, strlen(line), false))
		fault(r, "not UTF-8 text, or a tab or control character");
	else if (line[0] == '@')
		read_directive(r, line);
	else
		read_text(r, line);
}

/* What can be said only when the whole file is known. */
static enum gw_err
read_end(struct reader *r)
{
	struct template *t = r->t;
	struct buf *text;
	size_t i;

	for (i = 0; i < t->nuses; i++) {
		r->line = t->uses[i].line;
		if (!t->uses[i].used)
			fault(r, "variable \"%s\" is never used",
			    t->uses[i].name.s);
	}
	for (i = 0; i < t->sections; i++) {
		r->line = t->section[i].line;
		text = &t->section[i].text;
		if (buf_error(text) != GW_OK)
			return buf_error(text);
		if (text->len == 0)
			fault(r, "section \"%s\" is empty",
			    t->section[i].name.s);
		while (text->len > 0 && text->p[text->len - 1] == '\n')
			text->len--;
		/* template_render() walks it as a string. */
		(void)buf_str(text);
	}
	r->line = 1;
	if (section_find(t, "subject") == NULL)
		fault(r, "there is no section \"subject\"");
	return r->faulty ? GW_FORMAT : GW_OK;
}

/* `p` is a string of `n` bytes; it is cut into its lines. */
static enum gw_err
read_lines(struct reader *r, char *p, size_t n)
{
	char *end;

	if (memchr(p, '\0', n) != NULL) {
		r->line = 1;
		fault(r, "a NUL byte: not a text file");
		return GW_FORMAT;
	}
	for (r->line = 1; *p != '\0'; r->line++) {
		end = strchr(p, '\n');
		if (end != NULL)
			*end = '\0';
		read_line(r, p);
		if (end == NULL)
			break;
		p = end + 1;
	}
	return read_end(r);
}

/* The whole file as a string in `buf`, which holds LIM_TEMPLATE_BYTES + 2. */
static enum gw_err
read_whole(struct reader *r, int dir, char *buf, size_t *n)
{
	enum gw_err err = GW_OK;
	struct stat st;
	ssize_t got;
	int fd;

	*n = 0;
	fd = openat(dir, r->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		fault(r, "cannot be read as a file");
		err = GW_FORMAT;
		goto out;
	}
	while (*n <= LIM_TEMPLATE_BYTES) {
		got = read(fd, buf + *n, LIM_TEMPLATE_BYTES + 1 - *n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			fault(r, "cannot be read: %s", strerror(errno));
			err = gw_from_errno(errno);
		}
		if (got <= 0)
			break;
		*n += (size_t)got;
	}
	if (*n > LIM_TEMPLATE_BYTES) {
		fault(r, "larger than %u bytes", LIM_TEMPLATE_BYTES);
		err = GW_LIMIT;
	}
	buf[*n] = '\0';
out:
	if (fd >= 0)
		(void)close(fd);
	return err;
}

static void
template_free(struct template *t)
{
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i < t->sections; i++)
		buf_free(&t->section[i].text);
	free(t->file);
	free(t);
}

static const struct template *
template_find(const struct templates *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		if (strcmp(t->t[i]->name.s, name) == 0)
			return t->t[i];
	}
	return NULL;
}

/* A file of ours, or one of the town's own that takes the place of one. */
static enum gw_err
keep(struct templates *all, struct reader *r, bool own)
{
	size_t i;

	r->t->file = strdup(r->file);
	if (r->t->file == NULL)
		return GW_NOMEM;
	for (i = 0; own && i < all->n; i++) {
		if (strcmp(all->t[i]->name.s, r->t->name.s) == 0)
			break;
	}
	if (own)
		template_free(all->t[i]);
	else
		i = all->n++;
	all->t[i] = r->t;
	r->t = NULL;
	return GW_OK;
}

/* The name of the file says which text it is. */
static enum gw_err
read_name(const struct templates *all, struct reader *r, bool own)
{
	size_t stem = strlen(r->name) - strlen(SUFFIX);

	if (!name_set(&r->t->name, r->name, stem))
		fault(r, "the name of a mail text is 1 to %d of a-z, 0-9,"
		    " - and _, then " SUFFIX, LIM_VAR_NAME);
	else if (own && template_find(all, r->t->name.s) == NULL)
		fault(r, "there is no mail text of this name to replace");
	return r->faulty ? GW_FORMAT : GW_OK;
}

static enum gw_err
template_read(struct templates *all, int dir, const char *name,
    const char *file, bool own, struct buf *why)
{
	struct reader r = { .name = name, .file = file, .line = 1,
		.why = why };
	enum gw_err err = GW_NOMEM;
	char *text;
	size_t n;

	text = malloc(LIM_TEMPLATE_BYTES + 2);
	r.t = calloc(1, sizeof(*r.t));
	if (text == NULL || r.t == NULL)
		goto out;
	err = read_name(all, &r, own);
	if (err == GW_OK)
		err = read_whole(&r, dir, text, &n);
	if (err == GW_OK)
		err = read_lines(&r, text, n);
	if (err == GW_OK)
		err = keep(all, &r, own);
out:
	template_free(r.t);
	free(text);
	return err;
}

static int
wanted(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return d->d_name[0] != '.' && n >= strlen(SUFFIX) &&
	    strcmp(d->d_name + n - strlen(SUFFIX), SUFFIX) == 0;
}

/* Whether a fault in one file should keep us from reading the others. */
static bool
ends_all(enum gw_err err)
{
	return err != GW_OK && err != GW_FORMAT && err != GW_LIMIT;
}

/* A fault in one file does not hide those in the next. */
static enum gw_err
read_files(struct templates *all, const char *dir, int fd,
    struct dirent **list, int count, bool own, struct buf *why)
{
	char file[PATH_MAX];
	enum gw_err err = GW_OK, one;
	int i;

	for (i = 0; i < count && !ends_all(err); i++) {
		/* Two files have one name: the town's shows its directory. */
		(void)snprintf(file, sizeof(file), "%s%s%s", own ? dir : "",
		    own ? "/" : "", list[i]->d_name);
		one = template_read(all, fd, list[i]->d_name, file, own, why);
		if (err == GW_OK || ends_all(one))
			err = one;
	}
	return err;
}

static enum gw_err
read_directory(struct templates *all, const char *dir, bool own,
    struct buf *why)
{
	struct dirent **list = NULL;
	enum gw_err err = GW_OK;
	int fd, count = -1, i;

	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		count = scandir(dir, &list, wanted, alphasort);
	if (count < 0) {
		buf_printf(why, "%s: cannot be read as a directory\n", dir);
		err = GW_MISSING;
	} else if (count == 0 && !own) {
		buf_printf(why, "%s: there are no mail texts here\n", dir);
		err = GW_MISSING;
	} else if (count > LIM_TEMPLATES) {
		buf_printf(why, "%s: more than %d mail texts\n", dir,
		    LIM_TEMPLATES);
		err = GW_LIMIT;
	} else {
		err = read_files(all, dir, fd, list, count, own, why);
	}
	for (i = 0; i < count; i++)
		free(list[i]);
	free(list);
	if (fd >= 0)
		(void)close(fd);
	return err;
}

enum gw_err
templates_load(const char *dir, const char *overrides, struct templates **t,
    struct buf *why)
{
	struct templates *all = calloc(1, sizeof(*all));
	enum gw_err err = GW_NOMEM;

	*t = NULL;
	if (all != NULL)
		err = read_directory(all, dir, false, why);
	if (err == GW_OK && overrides != NULL && overrides[0] != '\0')
		err = read_directory(all, overrides, true, why);
	if (err == GW_OK) {
		*t = all;
		all = NULL;
	}
	templates_free(all);
	return err;
}

void
templates_free(struct templates *t)
{
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i < t->n; i++)
		template_free(t->t[i]);
	free(t);
}

bool
template_place(const struct templates *t, const char *name,
    const char *section, struct buf *out)
{
	const struct template *one = template_find(t, name);
	const struct section *s = one == NULL ? NULL :
	    section_find(one, section);

	if (one == NULL)
		buf_printf(out, "%s" SUFFIX, name);
	else
		buf_puts(out, one->file);
	buf_printf(out, ":%u", s == NULL ? 1 : s->line);
	return s != NULL;
}

/* Appends the value of the variable that `open` leads to. */
static enum gw_err
fill(const char *open, const char *close, const struct var *vars, size_t n,
    struct buf *out)
{
	size_t i, len = (size_t)(close - open);

	for (i = 0; i < n; i++) {
		if (strlen(vars[i].name) != len ||
		    memcmp(vars[i].name, open, len) != 0)
			continue;
		if (!encode_is_clean(vars[i].value, strlen(vars[i].value),
		    true))
			return GW_FORMAT;
		buf_puts(out, vars[i].value);
		return GW_OK;
	}
	return GW_MISSING;
}

enum gw_err
template_render(const struct templates *t, const char *name,
    const char *section, const struct var *vars, size_t n, struct buf *out)
{
	const struct template *one = template_find(t, name);
	const struct section *s = one == NULL ? NULL :
	    section_find(one, section);
	const char *p, *open, *close;
	enum gw_err err = GW_OK;
	size_t before = out->len;

	if (s == NULL)
		return GW_MISSING;
	p = (const char *)s->text.p;
	while (err == GW_OK && (open = strstr(p, OPEN)) != NULL) {
		buf_add(out, p, (size_t)(open - p));
		open += strlen(OPEN);
		/* It is there: check_variables() saw to that. */
		close = strstr(open, CLOSE);
		err = fill(open, close, vars, n, out);
		p = close + strlen(CLOSE);
	}
	buf_puts(out, p);
	if (err == GW_OK)
		err = buf_error(out);
	if (err != GW_OK)
		out->len = before;
	return err;
}
