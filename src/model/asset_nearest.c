/* asset_nearest.c -- "did you mean" among the keys of a graph.  A key typed without its prefix is the commonest slip,
 * a slip of case the next; only then come edit distances, and those only for keys near in length and letters. */
#include "base/nearest.h"
#include "model/asset_graph.h"

enum { FARTHEST = 3 }; /* edits; nearest() allows no more */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* `key` is `typed`, or ends in "/typed", whatever the case of letters. */
static bool ends_alike(sv key, sv typed)
{
	if (key.n < typed.n)
		return false;
	if (key.n > typed.n && key.p[key.n - typed.n - 1] != '/')
		return false;
	for (size_t i = 0; i < typed.n; i++)
		if (lower(key.p[key.n - typed.n + i]) != lower(typed.p[i]))
			return false;
	return true;
}

/* A bit for each byte value modulo 64: texts within FARTHEST edits differ in few of them. */
static uint64_t letters(sv text)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < text.n; i++)
		bits |= UINT64_C(1) << (text.p[i] & 63);
	return bits;
}

static bool may_be_near(sv key, sv typed, uint64_t typed_letters)
{
	size_t apart = key.n > typed.n ? key.n - typed.n : typed.n - key.n;
	uint64_t own;

	if (apart > FARTHEST)
		return false;
	own = letters(key);
	return __builtin_popcountll(own & ~typed_letters) <= FARTHEST &&
	       __builtin_popcountll(typed_letters & ~own) <= FARTHEST;
}

/* Typed with a prefix that the key does not have. */
static uint32_t without_prefix(const struct asset_graph *g, sv typed)
{
	uint32_t id;
	size_t at;

	while (sv_find(typed, '/', &at)) {
		typed = sv_from(typed, at + 1);
		id = asset_graph_find(g, typed);
		if (id != NO_ID && g->nodes[id].asset)
			return id;
	}
	return NO_ID;
}

uint32_t asset_graph_nearest(const struct asset_graph *g, sv typed)
{
	AUTO_ARENA scratch = arena_new();
	uint64_t typed_letters = letters(typed);
	LIST(sv) near = {0};
	LIST(uint32_t) ids = {0};
	uint32_t found;

	if (typed.n == 0)
		return NO_ID;
	for (uint32_t i = 0; i < g->nodes_count; i++) {
		sv key = g->nodes[i].key;

		if (!g->nodes[i].asset)
			continue;
		if (ends_alike(key, typed))
			return i;
		if (!may_be_near(key, typed, typed_letters))
			continue;
		*LIST_ADD(scratch, &near) = key;
		*LIST_ADD(scratch, &ids) = i;
	}
	found = nearest(typed, near.at, near.n);
	return found == NO_ID ? without_prefix(g, typed) : ids.at[found];
}

bool asset_graph_hint(const struct asset_graph *g, sv typed, struct err *e)
{
	uint32_t near = asset_graph_nearest(g, typed);

	if (near == NO_ID)
		return err_hint(e, "'plait asset list' names them all");
	return err_hint(e, "did you mean '" SV_FMT "'?", SV_ARG(g->nodes[near].key));
}
