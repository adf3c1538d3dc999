/* cmd_pool.c -- `plait pool list`, `plait pool set`, `plait pool unset`: how many steps that name a pool may run at once. */
#include "cli/cli_json.h"
#include "cli/commands.h"
#include "cli/owner_call.h"
#include "cli/table.h"
#include "cli/text.h"
#include "codec/url.h"
#include "view/pools.h"

enum { FORGOTTEN = -1 };

/* ---- list ---- */

static void list_json(struct cli *c, const struct pools *pools)
{
	struct json j = cli_json(c);

	pools_document(&j, pools);
	cli_json_end(&j, c);
}

static void list_table(struct cli *c, const struct pools *pools)
{
	static const struct table_column columns[] = {{"POOL", TABLE_CUT},
						      {"LIMIT", TABLE_NUMBER},
						      {"STEPS", TABLE_NUMBER},
						      {"LIMITED BY", TABLE_MINOR}};
	struct table t = {
		.arena = c->arena, .columns = columns, .columns_count = COUNT_OF(columns)};

	for (size_t i = 0; i < pools->n; i++) {
		const struct pool *pool = &pools->at[i];
		bool limited = pool->limit >= 0;

		table_cell(&t, STYLE_PLAIN, pool->name);
		table_cell(&t, limited ? STYLE_PLAIN : STYLE_DIM,
			   limited ? text_number(c->arena, pool->limit) : SV("none"));
		table_cell(&t, STYLE_PLAIN, text_number(c->arena, (int64_t)pool->steps));
		table_cell(&t, STYLE_DIM,
			   pool->own ? SV("plait pool set")
			   : limited ? SV("dagster.yaml")
				     : SV(""));
	}
	table_print(&t, &c->out);
}

bool cmd_pool_list(struct cli *c, struct err *e)
{
	struct pools pools = {0};

	if (!cli_open(c, &(struct cli_opening){.aim = SESSION_LOOK}, e) ||
	    !pools_read(c->arena, c->session, c->session->store, &pools, e))
		return false;
	if (c->json)
		list_json(c, &pools);
	else if (pools.n == 0)
		cli_note(c, "no step names a pool, and no pool has a limit.  next: plait help "
			    "pool list");
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
	struct owner_call call = {.method = HTTP_DELETE,
				  .path = arena_fmt(c->arena, "/api/v1/pools/" SV_FMT,
						    SV_ARG(url_encode(c->arena, row->name)))};
	const struct value *answer;

	if (row->slots != FORGOTTEN) {
		json_member_int(&j, "limit", row->slots);
		call.method = HTTP_PUT;
		call.json = json_finish(c->arena, &j);
	}
	return owner_call(c->session, c->arena, &call, 0, &answer, e);
}

static void row_json(struct cli *c, const struct pool_row *row)
{
	struct json j = cli_json(c);

	json_open(&j, '[');
	if (row->slots != FORGOTTEN) {
		json_open(&j, '{');
		json_member_text(&j, "name", row->name);
		json_member_int(&j, "limit", row->slots);
		json_close(&j);
	}
	json_close(&j);
	cli_json_end(&j, c);
}

static bool put(struct cli *c, const struct pool_row *row, struct err *e)
{
	if (!cli_open(c, &(struct cli_opening){.aim = SESSION_RECORD}, e))
		return false;
	if (!(c->session->owner ? put_here(c, row, e) : put_there(c, row, e)))
		return false;
	if (c->json)
		row_json(c, row);
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
		cli_note(c, "pool '" SV_FMT "': at most %llu of its steps run%s at once%s",
			 SV_ARG(row.name), (unsigned long long)slots, slots == 1 ? "s" : "",
			 slots ? "" : ", so that none starts until the limit is raised");
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
