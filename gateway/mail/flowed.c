#include "mail/flowed.h"

/* RFC 3676 4.5: marks that follow each other are the depth. */
static size_t
take_marks(struct bytes *line)
{
	size_t depth = 0;

	while (depth < line->n && line->p[depth] == '>')
		depth++;
	*line = bytes_skip(*line, depth);
	return depth;
}

/* RFC 3676 4.4. A stuffed ">" stays stuffed: without its blank it would be a
 * quote, and it is better taken for a quote than for the sender's own. */
static void
unstuff(struct bytes *line, size_t depth)
{
	if (line->n == 0 || line->p[0] != ' ')
		return;
	if (depth == 0 && line->n > 1 && line->p[1] == '>')
		return;
	*line = bytes_skip(*line, 1);
}

static bool
is_signature(struct bytes line)
{
	return line.n == 3 && bytes_begins(line, "-- ");
}

void
flowed_text(struct bytes text, bool delsp, struct buf *out)
{
	bool open = false, first = true, flows;
	size_t depth, open_depth = 0, i;
	struct bytes line;

	while (bytes_line(&text, &line)) {
		depth = take_marks(&line);
		unstuff(&line, depth);
		if (!open || depth != open_depth || is_signature(line)) {
			if (!first)
				buf_putc(out, '\n');
			for (i = 0; i < depth; i++)
				buf_putc(out, '>');
			if (depth > 0)
				buf_putc(out, ' ');
		}
		flows = line.n > 0 && line.p[line.n - 1] == ' ' &&
		    !is_signature(line);
		buf_add(out, line.p, flows && delsp ? line.n - 1 : line.n);
		open = flows;
		open_depth = depth;
		first = false;
	}
	if (!first)
		buf_putc(out, '\n');
}
