/* asset_words.h -- what assets are searched by: key, location, group, kinds and owners of each in small letters.
 * Letters beyond ASCII count as they stand. */
#pragma once
#include "model/asset_graph.h"

struct asset_words {
	sv *keys; /* one for each node: its key in small letters */
	sv *all;  /* the same and the rest, a newline between */
};

struct asset_words asset_words_of(struct arena *a, const struct asset_graph *g);
sv words_lower(struct arena *a, sv text);
struct sv_list words_split(struct arena *a, sv text); /* in small letters, at blanks */
bool words_contain(sv text, const struct sv_list *words); /* each of them somewhere */

/* How well a name fits what is sought, both in small letters: the lower the better; NO_ID: not at all. */
enum { FIT_EXACT, FIT_PREFIX, FIT_WORD, FIT_PIECE };
uint32_t words_fit(sv name, sv sought);
