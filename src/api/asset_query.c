/* asset_query.c -- filter, sort, skip, write. */
#include "api/asset_query.h"

#include <stdlib.h>

#include "base/buf.h"
#include "codec/json.h"
#include "model/selection.h"

/* Where a node stands: by number, text, then key. */
struct position {
	int64_t number;
	sv text;
	sv key;
};

struct hit {
	struct position at;
	uint32_t node;
};

struct hits { /* nodes, in order */
	const uint32_t *at;
	size_t n;
};

struct search {
	const struct asset_query *query;
	struct asset_table *table;
	const struct asset_graph *graph;
	struct arena *arena;
	struct node_set selected;
	struct sv_list words;
	enum asset_status status;
};

bool asset_sort_parse(sv word, enum asset_sort *ret)
{
#define X(id, word) word,
	static const char *const words[] = {ASSET_SORTS(X)};
#undef X

	for (enum asset_sort s = 0; s < ASSET_SORT_COUNT; s++) {
		if (!sv_eq(word, sv_of(words[s])))
			continue;
		*ret = s;
		return true;
	}
	return false;
}

static bool is_filtered(const struct asset_query *q)
{
	return q->select.n || q->location.n || q->group.n || q->kind.n || q->owner.n ||
	       q->status.n || q->stale.n || q->search.n;
}

bool asset_query_is_whole(const struct asset_query *q, const struct asset_table *t)
{
	return !is_filtered(q) && q->sort == SORT_KEY && !q->descending && !q->cursor.n &&
	       q->limit >= asset_table_code(t)->graph->nodes_count;
}

/* ---- filter ---- */

static bool begin(struct search *s, struct err *e)
{
	const struct asset_query *q = s->query;
	struct selection *selection;

	if (q->status.n && !asset_status_parse(q->status, &s->status)) {
		err_set(e, ERR_INVALID, "no asset has the status '" SV_FMT "'", SV_ARG(q->status));
		return err_hint(e, "materialized, missing, failed, running or external");
	}
	if (q->stale.n && !sv_eq(q->stale, SV("true")) && !sv_eq(q->stale, SV("false")))
		return err_set(e, ERR_INVALID, "stale is '" SV_FMT "', not true or false",
			       SV_ARG(q->stale));
	s->words = words_split(s->arena, q->search);
	return !q->select.n || (selection_parse(s->arena, q->select, &selection, e) &&
				selection_resolve(s->arena, selection, s->graph, &s->selected, e));
}

static bool has_text(const struct sv_list *texts, sv text)
{
	for (size_t i = 0; i < texts->n; i++)
		if (sv_eq(texts->at[i], text))
			return true;
	return false;
}

static bool is_stale(const struct search *s, uint32_t node)
{
	const struct asset_facts *facts = asset_table_facts(s->table);

	return asset_facts_has_value(facts, node) && stale_is(s->graph, facts->made, node);
}

static bool fits(const struct search *s, const struct asset_words *words, uint32_t node)
{
	const struct manifest_asset *asset = s->graph->nodes[node].asset;
	const struct asset_query *q = s->query;

	return (!q->select.n || node_set_has(&s->selected, node)) &&
	       (!q->location.n || sv_eq(asset_location_name(s->graph, node), q->location)) &&
	       (!q->group.n || sv_eq(asset->group, q->group)) &&
	       (!q->kind.n || has_text(&asset->kinds, q->kind)) &&
	       (!q->owner.n || has_text(&asset->owners, q->owner)) &&
	       (!q->status.n || asset_table_facts(s->table)->at[node].status == s->status) &&
	       (!q->stale.n || is_stale(s, node) == sv_eq(q->stale, SV("true"))) &&
	       (!words || words_contain(words->all[node], &s->words));
}

/* ---- sort ---- */

static int64_t status_rank(enum asset_status status)
{
	static const int ranks[] = {[STATUS_FAILED] = 0,
				    [STATUS_RUNNING] = 1,
				    [STATUS_MISSING] = 2,
				    [STATUS_MATERIALIZED] = 3,
				    [STATUS_EXTERNAL] = 4};

	return ranks[status];
}

static struct position position_of(const struct search *s, uint32_t node)
{
	const struct asset_facts *facts = asset_table_facts(s->table);
	struct position p = {.key = s->graph->nodes[node].key, .text = {"", 0}};

	switch (s->query->sort) {
	case SORT_LOCATION: p.text = asset_location_name(s->graph, node); break;
	case SORT_GROUP: p.text = s->graph->nodes[node].asset->group; break;
	case SORT_STATUS: p.number = status_rank(facts->at[node].status); break;
	case SORT_TIME: p.number = facts->made[node].at; break;
	case SORT_KEY:
	case ASSET_SORT_COUNT: break;
	}
	return p;
}

static int compare(const struct position *x, const struct position *y)
{
	int order = (x->number > y->number) - (x->number < y->number);

	order = order ? order : sv_cmp(x->text, y->text);
	return order ? order : sv_cmp(x->key, y->key);
}

static int by_position(const void *x, const void *y)
{
	return compare(&((const struct hit *)x)->at, &((const struct hit *)y)->at);
}

static struct hits filtered(const struct search *s, struct hits all)
{
	const struct asset_words *words = s->words.n ? asset_table_words(s->table) : NULL;
	uint32_t *at = NEW(s->arena, uint32_t, all.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < all.n; i++)
		if (fits(s, words, all.at[i]))
			at[n++] = all.at[i];
	return (struct hits){at, n};
}

static struct hits sorted(const struct search *s, struct hits hits)
{
	struct hit *all = NEW(s->arena, struct hit, hits.n + 1);
	uint32_t *at = NEW(s->arena, uint32_t, hits.n + 1);

	for (size_t i = 0; i < hits.n; i++)
		all[i] = (struct hit){position_of(s, hits.at[i]), hits.at[i]};
	if (hits.n)
		qsort(all, hits.n, sizeof(all[0]), by_position);
	for (size_t i = 0; i < hits.n; i++)
		at[i] = all[i].node;
	return (struct hits){at, hits.n};
}

/* A page of all of them by key, the usual question, costs what is on the page. */
static struct hits find(const struct search *s)
{
	struct hits hits = {.n = 0};

	hits.at = asset_table_defined(s->table, &hits.n);
	if (is_filtered(s->query))
		hits = filtered(s, hits);
	return s->query->sort == SORT_KEY ? hits
					  : sorted(s, hits); /* nodes are in the order of keys */
}

/* ---- cursors: "SORT~ORDER~NUMBER~BYTES~TEXT~KEY", the text of so many bytes ---- */

static sv cursor_head(struct arena *a, const struct asset_query *q)
{
#define X(id, word) word,
	static const char *const words[] = {ASSET_SORTS(X)};
#undef X

	return arena_fmt(a, "%s~%s~", words[q->sort], q->descending ? "desc" : "asc");
}

static sv write_cursor(struct arena *a, const struct asset_query *q, const struct position *p)
{
	return arena_fmt(a, SV_FMT "%llu~%zu~" SV_FMT "~" SV_FMT, SV_ARG(cursor_head(a, q)),
			 (unsigned long long)p->number, p->text.n, SV_ARG(p->text), SV_ARG(p->key));
}

static bool take_count(sv *rest, uint64_t *ret)
{
	sv piece;
	size_t at;

	return sv_find(*rest, '~', &at) && sv_split(rest, '~', &piece) && sv_u64(piece, ret);
}

static bool read_cursor(struct arena *a, const struct asset_query *q, struct position *ret)
{
	sv head = cursor_head(a, q), rest = q->cursor;
	uint64_t number, bytes;

	if (!sv_starts(rest, head))
		return false;
	rest = sv_from(rest, head.n);
	if (!take_count(&rest, &number) || number > INT64_MAX || !take_count(&rest, &bytes) ||
	    rest.n < 2 || bytes > rest.n - 2 || rest.p[bytes] != '~')
		return false;
	*ret = (struct position){
		(int64_t)number, {rest.p, bytes}, sv_from(rest, (size_t)bytes + 1)};
	return true;
}

/* How many of the hits the pages before have shown. */
static size_t shown_before(const struct search *s, const struct hits *hits,
			   const struct position *p)
{
	size_t low = 0, high = hits->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		size_t index = s->query->descending ? hits->n - 1 - middle : middle;
		struct position at = position_of(s, hits->at[index]);
		int order = compare(&at, p);

		if (s->query->descending ? order >= 0 : order <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* ---- a page ---- */

static void write_page(const struct search *s, const struct hits *hits, size_t from,
		       struct buf *out)
{
	struct json j = {.out = out};
	size_t end = hits->n - from > s->query->limit ? from + s->query->limit : hits->n;
	struct position last;
	uint32_t node = NO_ID;

	json_open(&j, '{');
	json_key(&j, "items");
	json_open(&j, '[');
	for (size_t i = from; i < end; i++) {
		node = hits->at[s->query->descending ? hits->n - 1 - i : i];
		json_raw(&j, asset_table_summary(s->table, node));
	}
	json_close(&j);
	json_member_int(&j, "total", (int64_t)hits->n);
	json_key(&j, "next");
	if (node != NO_ID && end < hits->n) {
		last = position_of(s, node);
		json_text(&j, write_cursor(s->arena, s->query, &last));
	} else {
		json_none(&j);
	}
	json_close(&j);
}

bool asset_query_write(const struct asset_query *q, struct asset_table *t, struct buf *out,
		       struct err *e)
{
	AUTO_ARENA a = arena_new();
	struct search s = {.query = q, .table = t, .graph = asset_table_code(t)->graph, .arena = a};
	struct position from = {0};
	struct hits hits;

	if (q->cursor.n && !read_cursor(a, q, &from)) {
		err_set(e, ERR_INVALID, "the cursor '" SV_FMT "' leads nowhere", SV_ARG(q->cursor));
		return err_hint(e, "give \"next\" of the page before, under the same sort and "
				   "order; or none to begin");
	}
	if (!begin(&s, e))
		return false;
	hits = find(&s);
	write_page(&s, &hits, q->cursor.n ? shown_before(&s, &hits, &from) : 0, out);
	return true;
}
