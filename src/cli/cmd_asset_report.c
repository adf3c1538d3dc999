/* cmd_asset_report.c -- `plait asset report`: what became of an asset outside of plait. */
#include "cli/cli_json.h"
#include "cli/commands.h"
#include "cli/owner_call.h"
#include "cli/text.h"
#include "daemon/report.h"
#include "model/asset_key.h"
#include "sys/clock.h"
#include "sys/ids.h"

/* 3, 0.5, true, [1, 2] are what they look like in JSON; all else is text. */
static void write_value(struct json *j, sv text)
{
	AUTO_ARENA a = arena_new();
	const struct value *value;
	struct err e;

	if (json_read(a, text, &value, &e) && value->type != VALUE_TEXT)
		json_value(j, value);
	else
		json_text(j, text);
}

static bool write_metadata(struct cli *c, struct json *j, struct err *e)
{
	const struct sv_list *given = &c->args.given[OPT_METADATA];

	json_key(j, "metadata");
	json_open(j, '{');
	for (size_t i = 0; i < given->n; i++) {
		size_t at;

		if (!sv_find(given->at[i], '=', &at) || at == 0)
			return err_set(e, ERR_INVALID,
				       "--metadata takes NAME=VALUE, not \"" SV_FMT "\"",
				       SV_ARG(given->at[i]));
		for (size_t k = 0; k < i; k++)
			if (sv_starts(given->at[k], (sv){given->at[i].p, at + 1}))
				return err_set(e, ERR_INVALID,
					       "--metadata " SV_FMT "... is given twice",
					       (int)at + 1, given->at[i].p);
		json_key_sv(j, (sv){given->at[i].p, at});
		write_value(j, sv_from(given->at[i], at + 1));
	}
	json_close(j);
	return true;
}

static bool make_report(struct cli *c, sv key, sv *ret, struct err *e)
{
	bool observed = option_given(&c->args, OPT_OBSERVATION);
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_key(&j, "events");
	json_open(&j, '[');
	json_open(&j, '{');
	json_member_text(&j, "kind", observed ? SV("observation") : SV("materialization"));
	json_member_text(&j, "asset", key);
	json_member_text(&j, "data_version", option_text(&c->args, OPT_DATA_VERSION));
	json_member_text(&j, "description", option_text(&c->args, OPT_DESCRIPTION));
	if (!write_metadata(c, &j, e))
		return false;
	while (j.depth > 1)
		json_close(&j);
	*ret = json_finish(c->arena, &j);
	return true;
}

static bool report_here(struct cli *c, sv report, int64_t *ret_id, struct err *e)
{
	struct store *store = c->session->store;
	struct report_request what = {.now = clock_now(), .new_id = ids_new};
	struct report_ids ids = {0};
	const struct value *request;

	if (!json_read(c->arena, report, &request, e))
		return false;
	what.events = value_list(request, "events");
	if (!report_check(what.events, e) || !store_begin(store, e))
		return false;
	if (!report_append(store, c->arena, &what, &ids, e) || !store_commit(store, e)) {
		store_rollback(store);
		return false;
	}
	*ret_id = ids.at[0];
	return true;
}

static bool report_there(struct cli *c, sv report, int64_t *ret_id, struct err *e)
{
	struct owner_call call = {HTTP_POST, SV("/api/v1/reports"), report};
	const struct value *answer, *ids;

	if (!owner_call(c->session, c->arena, &call, 0, &answer, e))
		return false;
	ids = value_list(answer, "ids");
	*ret_id = ids->n && ids->items[0].type == VALUE_INT ? ids->items[0].integer : 0;
	return true;
}

/* A key that nobody defines may well be meant: the code that defines it may come later. */
static void warn_unknown(struct cli *c, sv key)
{
	const struct code_view *code = c->session->code;
	struct err near;

	if (!code || asset_graph_find(code->graph, key) != NO_ID || c->json)
		return;
	asset_graph_hint(code->graph, key, &near);
	cli_note(c, "no location defines or reads an asset '" SV_FMT "'\n  hint: %s", SV_ARG(key),
		 near.hint);
}

bool cmd_asset_report(struct cli *c, struct err *e)
{
	bool observed = option_given(&c->args, OPT_OBSERVATION);
	int64_t id;
	sv key, report;

	if (!asset_key_parse(c->arena, c->args.rest.at[0], &key, e) ||
	    !make_report(c, key, &report, e) ||
	    !cli_open(c, &(struct cli_opening){.aim = SESSION_RECORD}, e) ||
	    !(c->session->owner ? report_here(c, report, &id, e) : report_there(c, report, &id, e)))
		return false;
	warn_unknown(c, key);
	if (c->json) {
		struct json j = cli_json(c);

		json_open(&j, '{');
		json_member_int(&j, "id", id);
		json_member_text(&j, "kind", observed ? SV("observation") : SV("materialization"));
		json_member_text(&j, "asset", key);
		json_close(&j);
		cli_json_end(&j, c);
	} else {
		cli_note(c, "recorded %s of '" SV_FMT "'",
			 observed ? "an observation" : "a materialization", SV_ARG(key));
	}
	return true;
}
