/* name_search.h -- names that fit a few letters, the best first: the whole name, its beginning, a word in it, a piece; among
 * equals the shorter. */
#pragma once
#include "api/asset_words.h"
#include "store/rows.h"

#define NAME_KINDS(X) X(ASSET, "asset") X(GROUP, "group") X(LOCATION, "location") X(RUN, "run")

#define X(id, word) NAME_##id,
enum name_kind { NAME_KINDS(X) };
#undef X
const char *name_kind_word(enum name_kind kind);

struct found_name {
	enum name_kind kind;
	sv name, location; /* location p NULL: none, or none alone */
	uint32_t fit;
};

struct name_search {
	struct arena *arena;
	sv sought;               /* in small letters */
	struct found_name *best; /* in order */
	size_t n, most;
};

struct name_search name_search_new(struct arena *a, sv sought, size_t most);
void name_search_graph(struct name_search *s, const struct asset_graph *g, const struct asset_words *words);
void name_search_locations(struct name_search *s, const struct sv_list *names);
bool name_search_runs(struct name_search *s, const struct run_rows *runs); /* does one fit, be it good enough or not? */
/* May it be a piece of a run's id? */
bool name_search_wants_runs(const struct name_search *s);
