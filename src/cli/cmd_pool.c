/* cmd_pool.c -- `plait pool list`, `plait pool set`, `plait pool unset`: how many steps that name a pool may run at once. */
#include "cli/commands.h"
#include "cli/document.h"
#include "cli/follow.h"
#include "cli/table.h"
#include "cli/text.h"

enum { FORGOTTEN = -1 };

/* ---- list ---- */

static void list_json(struct cli *c, const struct pool_rows *pools)
{
	struct json j = document_new(c);

	json_open(&j, '[');
	for (size_t i = 0; i < pools->n; i++) {
		json_open(&j, '{');
		json_member_text(&j, "name", pools->at[i].name);
		json_member_int(&j, "limit", pools->at[i].slots);
		json_close(&j);
	}
	json_close(&j);
	document_end(&j, c);
}

static void list_table(struct cli *c, const struct pool_rows *pools)
{
	static const struct table_column columns[] = {{"POOL", TABLE_WHOLE},
						      {"LIMIT", TABLE_NUMBER}};
	struct table t = {
		.arena = c->arena, .columns = columns, .columns_count = COUNT_OF(columns)};

	for (size_t i = 0; i < pools->n; i++) {
		table_cell(&t, STYLE_PLAIN, pools->at[i].name);
		table_cell(&t, STYLE_PLAIN, text_number(c->arena, pools->at[i].slots));
	}
	table_print(&t, &c->out);
}

bool cmd_pool_list(struct cli *c, struct err *e)
{
	struct pool_rows pools = {0};

	if (!cli_open(c, &(struct cli_opening){.aim = SESSION_LOOK}, e) ||
	    (c->session->store && !store_list_pools(c->session->store, c->arena, &pools, e)))
		return false;
	if (c->json)
		list_json(c, &pools);
	else if (pools.n == 0)
		cli_note(c, "no pool has a limit of its own.  next: plait pool set NAME N");
	else
		list_table(c, &pools);
	return true;
}

/* ---- set ---- */

static bool put_here(struct cli *c, const struct pool_row *row, struct err *e)
{
	struct store *store = c->session->store;

	if (!store_begin(store, e))
		return false;
	if (store_put_pool(store, row, e) && store_commit(store, e))
		return true;
	store_rollback(store);
	return false;
}

static bool put_there(struct cli *c, const struct pool_row *row, struct err *e)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');
	const struct value *answer;

	json_member_text(&j, "op", SV("pool"));
	json_member_text(&j, "name", row->name);
	json_member_int(&j, "slots", row->slots);
	return follow_ask(c, json_finish(c->arena, &j), &answer, e);
}

static bool put(struct cli *c, const struct pool_row *row, struct err *e)
{
	if (!cli_open(c, &(struct cli_opening){.aim = SESSION_RECORD}, e))
		return false;
	if (!(c->session->owner ? put_here(c, row, e) : put_there(c, row, e)))
		return false;
	if (c->json)
		list_json(c, &(struct pool_rows){.at = (struct pool_row *)row,
						 .n = row->slots != FORGOTTEN});
	return true;
}

bool cmd_pool_set(struct cli *c, struct err *e)
{
	uint64_t slots;

	if (!sv_u64(c->args.rest.at[1], &slots) || slots > INT32_MAX)
		return err_set(e, ERR_INVALID,
			       "a limit is a whole number from 0 on, not \"" SV_FMT "\"",
			       SV_ARG(c->args.rest.at[1]));
	struct pool_row row = {.name = c->args.rest.at[0], .slots = (int64_t)slots};
	if (!put(c, &row, e))
		return false;
	if (!c->json)
		cli_note(c, "at most %llu of the steps of pool '" SV_FMT "' run at once",
			 (unsigned long long)slots, SV_ARG(row.name));
	return true;
}

bool cmd_pool_unset(struct cli *c, struct err *e)
{
	struct pool_row row = {.name = c->args.rest.at[0], .slots = FORGOTTEN};

	if (!put(c, &row, e))
		return false;
	if (!c->json)
		cli_note(c, "pool '" SV_FMT "' has no limit of its own any more", SV_ARG(row.name));
	return true;
}
