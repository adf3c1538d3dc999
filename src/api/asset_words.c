/* asset_words.c -- one text for each asset, made once for a view of the code. */
#include "api/asset_words.h"

#include "base/buf.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

sv words_lower(struct arena *a, sv text)
{
	char *p = NEW(a, char, text.n + 1);

	for (size_t i = 0; i < text.n; i++)
		p[i] = lower(text.p[i]);
	return (sv){p, text.n};
}

static void add(struct buf *out, sv text)
{
	if (out->n)
		buf_addc(out, '\n');
	buf_add(out, text);
}

static void add_all(struct buf *out, const struct sv_list *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		add(out, texts->at[i]);
}

struct asset_words asset_words_of(struct arena *a, const struct asset_graph *g)
{
	struct asset_words w = {NEW(a, sv, g->nodes_count + 1), NEW(a, sv, g->nodes_count + 1)};
	AUTO_BUF text = {0};

	for (uint32_t node = 0; node < g->nodes_count; node++) {
		const struct graph_node *n = &g->nodes[node];

		buf_clear(&text);
		add(&text, n->key);
		if (n->location != NO_ID)
			add(&text, g->locations[n->location].name);
		if (n->asset) {
			add(&text, n->asset->group);
			add_all(&text, &n->asset->kinds);
			add_all(&text, &n->asset->owners);
		}
		w.all[node] = words_lower(a, buf_sv(&text));
		w.keys[node] = (sv){w.all[node].p, n->key.n};
	}
	return w;
}

struct sv_list words_split(struct arena *a, sv text)
{
	struct sv_list words = {0};
	sv rest = sv_trim(words_lower(a, text));

	while (rest.n) {
		size_t n = 0;

		while (n < rest.n && !sv_is_space(rest.p[n]))
			n++;
		*LIST_ADD(a, &words) = (sv){rest.p, n};
		rest = sv_trim(sv_from(rest, n));
	}
	return words;
}

bool words_contain(sv text, const struct sv_list *words)
{
	for (size_t i = 0; i < words->n; i++)
		if (!memmem(text.p, text.n, words->at[i].p, words->at[i].n))
			return false;
	return true;
}

uint32_t words_fit(sv name, sv sought)
{
	uint32_t fit = NO_ID;
	const char *at = name.p, *end = name.p + name.n;

	if (sv_starts(name, sought))
		return name.n == sought.n ? FIT_EXACT : FIT_PREFIX;
	while ((at = memmem(at, (size_t)(end - at), sought.p, sought.n))) {
		if (at == name.p || !in_word(at[-1]))
			return FIT_WORD;
		fit = FIT_PIECE;
		at++;
	}
	return fit;
}
