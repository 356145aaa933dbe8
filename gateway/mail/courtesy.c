#include "mail/courtesy.h"

#include "mail/fold.h"

/* A greeting is short: "Geachte mevrouw de burgemeester,". */
#define GREETING 80
#define GREETED 7

/* With anything behind them, a name for one. */
static const char *const closings[] = {
	"met vriendelijke groet", "met vriendelijke groeten",
	"vriendelijke groet", "vriendelijke groeten", "hartelijke groet",
	"hartelijke groeten", "met hartelijke groet", "hoogachtend",
	"met hartelijke groeten", "met de meeste hoogachting",
	"met hoogachting", "beste groet", "beste groeten", "vele groeten",
	"warme groet", "warme groeten", "met collegiale groet",
	"met collegiale groeten",
	"kind regards", "best regards", "with kind regards",
	"yours sincerely", "yours faithfully", "cordialement",
	"bien cordialement", "bien a vous", "sinceres salutations",
	"meilleures salutations", "salutations distinguees",
	"veuillez agreer", "verzonden vanaf", "verstuurd vanaf",
	"verstuurd van mijn", "verzonden van mijn", "verzonden vanuit",
	"verzonden met outlook",
	"verzonden met proton", "verzonden via outlook", "outlook voor",
	"sent from", "sent with outlook", "sent with proton",
	"get outlook for", "envoye de mon", "envoye depuis",
	"envoye a partir", "telecharger outlook", "obtenir outlook",
};

/* Alone on their line. */
static const char *const short_closings[] = {
	"groet", "groeten", "groetjes", "mvg", "grtz", "regards", "sincerely",
	"salutations", "vriendelijk", "m v g", "m.v.g", "bonne journee",
};

static const char *const greetings[] = {
	"beste", "dag", "geachte", "hallo", "hoi", "goeiedag", "goedendag",
	"goedemorgen", "goeiemorgen", "goedemiddag", "goeiemiddag",
	"goedenavond", "goeieavond", "heer", "mevrouw", "mijnheer", "dear",
	"hello", "hi", "good morning", "good afternoon", "bonjour", "bonsoir",
	"cher", "chere", "chers", "cheres", "monsieur", "madame",
	"mesdames", "messieurs", "dames", "heren", "hey", "goedenmiddag",
	"waarde", "l.s.", "salut",
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Commas, points and the like up to the end. */
static bool
only_signs(struct bytes b)
{
	while (b.n > 0) {
		if (ascii_alnum(fold_take(&b)))
			return false;
	}
	return true;
}

bool
courtesy_is_closing(struct bytes line)
{
	struct bytes rest = line;

	if (bytes_same(line, "--"))
		return true;
	if (fold_any(&rest, closings, COUNT(closings)))
		return true;
	return fold_any(&rest, short_closings, COUNT(short_closings)) &&
	    only_signs(rest);
}

bool
courtesy_is_greeting(struct bytes line)
{
	size_t words = 0;
	uint8_t c;

	if (line.n > GREETING || !fold_any(&line, greetings, COUNT(greetings)))
		return false;
	/* Then a name or a title, and a comma at the end. Anything else may
	 * hold what nobody should pass over. */
	while (line.n > 0) {
		c = fold_take(&line);
		if (c == ',' || c == '!' || c == ':' || c == ';')
			return only_signs(line);
		words += c == ' ';
		if (ascii_digit(c) || c == '?' || words > GREETED)
			return false;
	}
	return true;
}
