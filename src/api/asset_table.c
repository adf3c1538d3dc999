/* asset_table.c -- facts and the text made of them, each renewed for itself.  Texts lie one behind the other in one buffer; one
 * that grows moves to its end, and when more lies unused than used the buffer is written anew. */
#include "api/asset_table.h"

#include <stdlib.h>

#include "view/asset_document.h"

enum {
	FEW = 256,          /* nodes that are read one by one whatever the size of the graph */
	NOTED_MOST = 65536, /* steps that are remembered; beyond it all is read again */
	ROOM = 1 << 16,     /* unused bytes that are nothing to speak of */
};

struct summary {
	size_t at;
	uint32_t n; /* 0: never written */
	bool good;  /* as the facts are now */
	bool news;  /* another text since asset_table_changes, or the first */
};

struct noted_step {
	sv run;
	int64_t index;
};

struct asset_table {
	struct store *store;
	struct code_view *code;
	struct asset_facts facts; /* in an arena of their own */
	size_t facts_unused;      /* nodes read again since that arena was new */
	struct arena *
		code_arena; /* what follows from the code alone: lives as long as the view is the newest */
	uint32_t *defined; /* nodes that some location defines, by key */
	size_t defined_n;
	struct summary *summaries;
	struct asset_words words;
	struct buf text;
	size_t text_unused;
	struct buf scratch;
	uint64_t state;
	struct http_body *list; /* of `list_state`; NULL: not wanted yet */
	uint64_t list_state;

	struct arena *noted_arena;
	struct {
		struct noted_step *at;
		size_t n, cap;
	} steps;               /* that have moved */
	struct node_set named; /* to be read again */
	bool new_run; /* one was made: an attempt that failed may not be the last any more */
	bool lost;    /* too much was noted: everything is to be read again */

	struct node_set changed; /* since asset_table_changes */
	bool heard;              /* that was called: somebody may be watching */
};

struct asset_table *asset_table_new(struct store *store)
{
	struct asset_table *t = heap_alloc(sizeof(*t));

	*t = (struct asset_table){.store = store, .noted_arena = arena_new()};
	return t;
}

void asset_table_free(struct asset_table *t)
{
	if (!t)
		return;
	code_view_release(t->code);
	http_body_release(t->list);
	arena_free(t->facts.arena);
	arena_free(t->code_arena);
	arena_free(t->noted_arena);
	buf_free(&t->text);
	buf_free(&t->scratch);
	free(t);
}

const struct code_view *asset_table_code(const struct asset_table *t)
{
	return t->code;
}

const struct asset_facts *asset_table_facts(const struct asset_table *t)
{
	return &t->facts;
}

uint64_t asset_table_state(const struct asset_table *t)
{
	return t->state;
}

const struct asset_words *asset_table_words(struct asset_table *t)
{
	if (!t->words.all)
		t->words = asset_words_of(t->code_arena, t->code->graph);
	return &t->words;
}

/* ---- another view of the code ---- */

static bool read_facts(struct asset_table *t, const struct asset_graph *g, struct asset_facts *ret,
		       struct err *e)
{
	struct arena *a = arena_new();

	if (asset_facts_read(a, t->store, g, ret, e))
		return true;
	arena_free(a);
	return false;
}

/* What both views know is taken along. */
static bool carry_facts(struct asset_table *t, const struct asset_graph *g, struct asset_facts *ret,
			struct err *e)
{
	struct arena *a = arena_new();
	AUTO_ARENA scratch = arena_new();
	struct node_set unknown = node_set_new(scratch, g);
	struct asset_facts f = asset_facts_carry(a, &t->facts, g, &unknown);

	if (node_set_count(&unknown) > FEW) {
		arena_free(a);
		return read_facts(t, g, ret, e);
	}
	for (uint32_t node = 0; node < g->nodes_count; node++) {
		if (!node_set_has(&unknown, node) || asset_facts_read_again(&f, t->store, node, e))
			continue;
		arena_free(a);
		return false;
	}
	*ret = f;
	return true;
}

static void forget_notes(struct asset_table *t)
{
	arena_reset(t->noted_arena);
	t->steps.at = NULL;
	t->steps.n = t->steps.cap = 0;
	t->new_run = t->lost = false;
	if (t->named.words)
		memset(t->named.words, 0, (t->named.nodes / 64 + 1) * sizeof(uint64_t));
}

static void list_defined(struct asset_table *t)
{
	const struct asset_graph *g = t->code->graph;

	t->defined = NEW(t->code_arena, uint32_t, g->nodes_count + 1);
	t->defined_n = 0;
	for (uint32_t node = 0; node < g->nodes_count; node++)
		if (g->nodes[node].asset)
			t->defined[t->defined_n++] = node;
}

const uint32_t *asset_table_defined(const struct asset_table *t, size_t *ret_count)
{
	*ret_count = t->defined_n;
	return t->defined;
}

bool asset_table_renew(struct asset_table *t, struct code_view *code, struct err *e)
{
	struct asset_facts facts;

	if (t->code ? !asset_table_refresh(t, e) || !carry_facts(t, code->graph, &facts, e)
		    : !read_facts(t, code->graph, &facts, e))
		return false;
	arena_free(t->facts.arena);
	arena_free(t->code_arena);
	code_view_release(t->code);
	t->code = code_view_keep(code);
	t->facts = facts;
	t->facts_unused = 0;
	t->code_arena = arena_new();
	t->summaries = NEW(t->code_arena, struct summary, code->graph->nodes_count + 1);
	t->words = (struct asset_words){0};
	list_defined(t);
	t->named = node_set_new(t->code_arena, code->graph);
	t->changed = node_set_new(t->code_arena, code->graph);
	forget_notes(t);
	buf_clear(&t->text);
	t->text_unused = 0;
	t->state++;
	return true;
}

/* ---- what is noted ---- */

void asset_table_note_asset(struct asset_table *t, sv key)
{
	uint32_t node = t->code ? asset_graph_find(t->code->graph, key) : NO_ID;

	if (node != NO_ID)
		node_set_add(&t->named, node);
}

/* Which assets a step makes is looked up when somebody wants to know. */
static void note_step(struct asset_table *t, const struct event_row *event)
{
	const struct noted_step *last = t->steps.n ? &t->steps.at[t->steps.n - 1] : NULL;
	sv run;

	if (t->lost || (last && last->index == event->step && sv_eq(last->run, event->run)))
		return;
	if (t->steps.n == NOTED_MOST) {
		forget_notes(t);
		t->lost = true;
		return;
	}
	run = last && sv_eq(last->run, event->run) ? last->run
						   : arena_sv(t->noted_arena, event->run);
	*LIST_ADD(t->noted_arena, &t->steps) = (struct noted_step){run, event->step};
}

void asset_table_note_event(struct asset_table *t, const struct event_row *event)
{
	if (sv_eq(event->kind, SV("run_created")))
		t->new_run = true;
	else if (sv_eq(event->kind, SV("materialization")))
		asset_table_note_asset(t, event->asset);
	else if (event->run.p && event->step >= 0 && sv_starts(event->kind, SV("step_")))
		note_step(t, event);
}

/* ---- reading it ---- */

static bool name_steps(struct asset_table *t, struct err *e)
{
	for (size_t i = 0; i < t->steps.n; i++) {
		AUTO_ARENA a = arena_new();
		struct step_row row;

		if (!store_get_step(t->store, a, t->steps.at[i].run, t->steps.at[i].index, &row, e))
			return false;
		for (size_t k = 0; k < row.assets.n; k++)
			asset_table_note_asset(t, row.assets.at[k]);
	}
	return true;
}

static void name_attempts(struct asset_table *t)
{
	for (uint32_t node = 0; node < t->code->graph->nodes_count && t->new_run; node++)
		if (t->facts.at[node].status == STATUS_FAILED ||
		    t->facts.at[node].status == STATUS_RUNNING)
			node_set_add(&t->named, node);
}

static void spoil(struct asset_table *t, uint32_t node)
{
	if (t->code->graph->nodes[node].asset)
		node_set_add(&t->changed, node);
	t->summaries[node].good = false;
}

/* Whether its children are stale depends on it, too. */
static bool read_named(struct asset_table *t, struct err *e)
{
	const struct asset_graph *g = t->code->graph;

	for (uint32_t node = 0; node < g->nodes_count; node++) {
		if (!t->named.words[node / 64]) {
			node |= 63;
			continue;
		}
		if (!node_set_has(&t->named, node))
			continue;
		if (!asset_facts_read_again(&t->facts, t->store, node, e))
			return false;
		t->facts_unused++;
		spoil(t, node);
		for (size_t i = 0; i < g->nodes[node].children_count; i++)
			spoil(t, g->nodes[node].children[i]);
	}
	return true;
}

static bool read_all(struct asset_table *t, struct err *e)
{
	struct asset_facts facts;

	if (!read_facts(t, t->code->graph, &facts, e))
		return false;
	arena_free(t->facts.arena);
	t->facts = facts;
	t->facts_unused = 0;
	for (uint32_t node = 0; node < t->code->graph->nodes_count; node++)
		spoil(t, node);
	return true;
}

static void pack_facts(struct asset_table *t)
{
	AUTO_ARENA scratch = arena_new();
	struct node_set unknown = node_set_new(scratch, t->code->graph);
	struct asset_facts facts = asset_facts_carry(arena_new(), &t->facts, t->code->graph,
						     &unknown);

	arena_free(t->facts.arena);
	t->facts = facts;
	t->facts_unused = 0;
}

static bool is_quiet(const struct asset_table *t)
{
	if (t->steps.n || t->new_run || t->lost)
		return false;
	for (size_t i = 0; i <= t->named.nodes / 64; i++)
		if (t->named.words[i])
			return false;
	return true;
}

bool asset_table_refresh(struct asset_table *t, struct err *e)
{
	size_t nodes = t->code->graph->nodes_count;

	if (!t->store || is_quiet(t))
		return true;
	name_attempts(t);
	if (!t->lost && !name_steps(t, e))
		return false;
	bool few = !t->lost && node_set_count(&t->named) <= FEW + nodes / 8;
	if (few ? !read_named(t, e) : !read_all(t, e))
		return false;
	forget_notes(t);
	if (t->facts_unused > nodes + FEW)
		pack_facts(t);
	t->state++;
	return true;
}

/* ---- the texts ---- */

static void pack_text(struct asset_table *t)
{
	struct buf packed = {0};

	for (uint32_t node = 0; node < t->code->graph->nodes_count; node++) {
		struct summary *s = &t->summaries[node];
		size_t at = packed.n;

		buf_add(&packed, (sv){t->text.p + s->at, s->n});
		s->at = at;
	}
	buf_free(&t->text);
	t->text = packed;
	t->text_unused = 0;
}

static void put_text(struct asset_table *t, struct summary *s, sv text)
{
	assert(text.n < UINT32_MAX);
	if (sv_eq(text, (sv){t->text.p + s->at, s->n}))
		return;
	s->news = true;
	if (text.n <= s->n) {
		memcpy(t->text.p + s->at, text.p, text.n);
		t->text_unused += s->n - text.n;
		s->n = (uint32_t)text.n;
		return;
	}
	t->text_unused += s->n;
	s->at = t->text.n;
	s->n = (uint32_t)text.n;
	buf_add(&t->text, text);
	if (t->text_unused > ROOM && t->text_unused > t->text.n / 2)
		pack_text(t);
}

sv asset_table_summary(struct asset_table *t, uint32_t node)
{
	struct summary *s = &t->summaries[node];

	if (!s->good) {
		struct json j = {.out = &t->scratch};

		buf_clear(&t->scratch);
		asset_summary_document(&j, &t->facts, node);
		put_text(t, s, buf_sv(&t->scratch));
		s->good = true;
	}
	return (sv){t->text.p + s->at, s->n};
}

static void write_list(struct asset_table *t, struct buf *out)
{
	struct json j = {.out = out};
	int64_t total = 0;

	(void)buf_room(out, t->text.n + ROOM);
	json_open(&j, '{');
	json_key(&j, "items");
	json_open(&j, '[');
	for (uint32_t node = 0; node < t->code->graph->nodes_count; node++) {
		if (!t->code->graph->nodes[node].asset)
			continue;
		json_raw(&j, asset_table_summary(t, node));
		total++;
	}
	json_close(&j);
	json_member_int(&j, "total", total);
	json_member_text(&j, "next", (sv){0});
	json_close(&j);
}

struct http_body *asset_table_list(struct asset_table *t)
{
	struct buf out = {0};

	if (t->list && t->list_state == t->state)
		return t->list;
	write_list(t, &out);
	http_body_release(t->list);
	t->list = http_body_take(SV("application/json"), &out);
	t->list_state = t->state;
	return t->list;
}

static void take_news(struct asset_table *t, struct arena *a, uint32_t node, struct sv_list *ret)
{
	sv text = asset_table_summary(t, node);

	if (t->summaries[node].news)
		*LIST_ADD(a, ret) = arena_sv(a, text);
	t->summaries[node].news = false;
}

bool asset_table_changes(struct asset_table *t, struct arena *a, struct sv_list *ret, struct err *e)
{
	struct node_set *changed = &t->changed;

	*ret = (struct sv_list){0};
	if (!asset_table_refresh(t, e))
		return false;
	for (uint32_t node = 0; node < changed->nodes && t->heard; node++) {
		if (!changed->words[node / 64])
			node |= 63;
		else if (node_set_has(changed, node))
			take_news(t, a, node, ret);
	}
	for (uint32_t node = 0; node < changed->nodes && !t->heard; node++)
		t->summaries[node].news = false;
	memset(changed->words, 0, (changed->nodes / 64 + 1) * sizeof(uint64_t));
	t->heard = true;
	return true;
}
