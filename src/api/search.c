/* search.c -- assets, groups, locations and runs by a piece of their names. */
#include "api/asset_table.h"
#include "api/name_search.h"
#include "api/reading.h"

enum { FOUND_DEFAULT = 20, FOUND_MOST = 100, RUNS_SOUGHT = 500, LONGEST = 200 };

static bool read_query(struct exchange *x, struct name_search *ret, struct err *e)
{
	sv q = exchange_query(x, "q");
	uint32_t limit;

	if (!exchange_query_count(x, "limit", FOUND_DEFAULT, FOUND_MOST, &limit, e))
		return false;
	if (!sv_trim(q).n || q.n > LONGEST) {
		err_set(e, ERR_INVALID, "q is %s",
			q.n ? "too long, or nothing but blanks" : "missing");
		return err_hint(e, "give a piece of a name, of 1 to %d characters", LONGEST);
	}
	*ret = name_search_new(exchange_arena(x), q, limit);
	return true;
}

static void search_locations(struct name_search *s, const struct code_view *code)
{
	struct sv_list names = {0};

	for (size_t i = 0; i < code->locations_count; i++)
		*LIST_ADD(s->arena, &names) = code->locations[i].code->name;
	name_search_locations(s, &names);
}

/* The newest; an older one by its whole id or a unique piece of it. */
static bool search_runs(struct name_search *s, struct store *store, struct err *e)
{
	struct run_rows runs = {0};
	struct run_row one;
	struct err none;

	if (!name_search_wants_runs(s))
		return true;
	if (!store_list_runs(store, s->arena, (sv){0}, RUNS_SOUGHT, &runs, e))
		return false;
	if (!name_search_runs(s, &runs) && store_find_run(store, s->arena, s->sought, &one, &none))
		(void)name_search_runs(s, &(struct run_rows){.at = &one, .n = 1});
	return true;
}

static void write_found(struct json *j, const struct name_search *s)
{
	json_open(j, '{');
	json_key(j, "items");
	json_open(j, '[');
	for (size_t i = 0; i < s->n; i++) {
		json_open(j, '{');
		json_member_text(j, "kind", sv_of(name_kind_word(s->best[i].kind)));
		json_member_text(j, "name", s->best[i].name);
		json_member_text(j, "location", s->best[i].location);
		json_close(j);
	}
	json_close(j);
	json_close(j);
}

void api_search(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	struct name_search s;
	AUTO_BUF out = {0};
	struct json j = {.out = &out};
	struct err e;

	if (!read_query(x, &s, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	name_search_graph(&s, reading_graph(api), asset_table_words(api->assets));
	search_locations(&s, asset_table_code(api->assets));
	if (!search_runs(&s, api->store, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	write_found(&j, &s);
	exchange_answer_json(x, 200, buf_sv(&out));
}
