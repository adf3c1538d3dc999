/* reports.c -- what became of assets elsewhere, by the routes, parameters and refusals of Dagster's web server: programs that
 * report to one report to the other.  A parameter comes from the JSON body, else from the query. */
#include "api/asking.h"
#include "daemon/report.h"
#include "model/asset_key.h"

struct report {
	struct exchange *x;
	struct arena *arena;
	const struct value *body; /* a map, or an empty one */
	const char *kind;
};

/* ---- parameters ---- */

static bool read_body(struct report *r, struct err *e)
{
	sv type = exchange_header(r->x, "Content-Type"), content = exchange_content(r->x);
	const struct value *none = value_map(NULL, "");

	r->body = none;
	if (!type.n && !content.n)
		return true;
	if (!sv_starts(type, SV("application/json")))
		return err_set(e, ERR_INVALID,
			       "Unhandled content type " SV_FMT
			       ", expect no body or application/json",
			       SV_ARG(type));
	if (!content.n)
		return true;
	if (!json_read(r->arena, content, &r->body, e))
		return err_wrap(e, "the body is no JSON");
	return r->body->type == VALUE_MAP ||
	       err_set(e, ERR_INVALID, "the body is %s, not an object",
		       value_type_word(r->body->type));
}

/* What the body says as it is; what the query says as text.  NULL: neither does. */
static const struct value *parameter(const struct report *r, const char *name)
{
	const struct value *told = value_get(r->body, name);
	sv text = exchange_query(r->x, name);
	struct value *v;

	if (told || !text.p)
		return told && told->type != VALUE_NULL ? told : NULL;
	v = NEW(r->arena, struct value, 1);
	*v = (struct value){.type = VALUE_TEXT, .text = text};
	return v;
}

/* The same where anything but a text has to be JSON in a query. */
static bool json_parameter(const struct report *r, const char *name, const struct value **ret,
			   struct err *e)
{
	sv text = exchange_query(r->x, name);

	*ret = parameter(r, name);
	if (!*ret || value_get(r->body, name))
		return true;
	return json_read(r->arena, text, ret, e) || err_wrap(e, "Error parsing '%s'", name);
}

/* ---- the key ---- */

static bool join(const struct report *r, sv text, sv *ret, struct err *e)
{
	struct sv_list parts = {0};
	sv part;

	while (text.n && sv_split(&text, '/', &part))
		*LIST_ADD(r->arena, &parts) = part;
	return asset_key_join(r->arena, parts.at, parts.n, ret, e);
}

/* In a query also as Dagster stores keys: a JSON list. */
static bool read_typed(const struct report *r, sv typed, sv *ret, struct err *e)
{
	const struct value *list;
	struct err ignored;

	if (sv_starts(typed, SV("[")) && json_read(r->arena, typed, &list, &ignored))
		return asset_key_from_value(r->arena, list, ret, e);
	return join(r, typed, ret, e);
}

static bool read_key(const struct report *r, sv *ret, struct err *e)
{
	sv path = exchange_param(r->x, "key"), typed = exchange_query(r->x, "asset_key");
	const struct value *told = value_get(r->body, "asset_key");

	if (path.n)
		return join(r, path, ret, e);
	if (told && told->type == VALUE_TEXT)
		return asset_key_join(r->arena, &told->text, 1, ret, e);
	if (told)
		return asset_key_from_value(r->arena, told, ret, e);
	if (typed.n)
		return read_typed(r, typed, ret, e);
	return err_set(e, ERR_INVALID,
		       "Empty asset key, must provide asset key as url path after the route's name "
		       "or as asset_key");
}

/* ---- the event ---- */

static void copy(struct json *j, const struct report *r, const char *from, const char *to)
{
	const struct value *v = parameter(r, from);

	if (!v)
		return;
	json_key(j, to);
	json_value(j, v);
}

/* Dagster takes a number for one too. */
static void copy_data_version(struct json *j, const struct report *r)
{
	const struct value *v = parameter(r, "data_version");

	if (v && v->type == VALUE_INT)
		json_member_text(j, "data_version",
				 arena_fmt(r->arena, "%lld", (long long)v->integer));
	else
		copy(j, r, "data_version", "data_version");
}

static bool write_check(struct json *j, const struct report *r, struct err *e)
{
	const struct value *passed;

	if (!parameter(r, "passed"))
		return err_set(e, ERR_INVALID, "Missing required parameter 'passed'.");
	if (!json_parameter(r, "passed", &passed, e))
		return false;
	json_key(j, "passed");
	json_value(j, passed);
	copy(j, r, "check_name", "check_name");
	copy(j, r, "severity", "severity");
	return true;
}

static bool write_event(struct json *j, const struct report *r, struct err *e)
{
	const struct value *metadata;
	sv key;

	if (!read_key(r, &key, e) || !json_parameter(r, "metadata", &metadata, e))
		return false;
	json_open(j, '{');
	json_member_text(j, "kind", sv_of(r->kind));
	json_member_text(j, "asset", key);
	if (metadata) {
		json_key(j, "metadata");
		json_value(j, metadata);
	}
	copy(j, r, "description", "description");
	copy(j, r, "partition", "partition");
	copy_data_version(j, r);
	if (sv_eq(sv_of(r->kind), SV("check")) && !write_check(j, r, e))
		return false;
	json_close(j);
	return true;
}

static bool make_events(const struct report *r, const struct value **ret, struct err *e)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '[');

	if (!write_event(&j, r, e))
		return false;
	return json_read(r->arena, json_finish(r->arena, &j), ret, e) && report_check(*ret, e);
}

static void refuse(struct exchange *x, const struct err *e)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "error", sv_of(e->text));
	exchange_answer_json(x, 400, json_finish(exchange_arena(x), &j));
}

static void answer(struct api *api, struct exchange *x, const struct answer *told)
{
	exchange_answer_json(x, 200, SV("{}"));
}

static void take(struct api *api, struct exchange *x, const char *kind)
{
	struct report r = {.x = x, .arena = exchange_arena(x), .kind = kind};
	const struct value *events;
	struct asker by;
	struct err e;

	if (!read_body(&r, &e) || !make_events(&r, &events, &e)) {
		refuse(x, &e);
		return;
	}
	by = asking_for(api, x, answer);
	requests_report(api->requests, events, &by);
}

void api_report_materialization(void *ctx, struct exchange *x)
{
	take(ctx, x, "materialization");
}

void api_report_observation(void *ctx, struct exchange *x)
{
	take(ctx, x, "observation");
}

void api_report_check(void *ctx, struct exchange *x)
{
	take(ctx, x, "check");
}

/* ---- many at once, in our own words (daemon/report.h) ---- */

static void answer_ids(struct api *api, struct exchange *x, const struct answer *told)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_key(&j, "ids");
	json_open(&j, '[');
	for (size_t i = 0; i < told->ids->n; i++)
		json_int(&j, told->ids->at[i]);
	json_close(&j);
	exchange_answer_json(x, 200, json_finish(exchange_arena(x), &j));
}

void api_report_events(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	const struct value *body;
	struct asker by;
	struct err e;

	if (!exchange_json(x, &body, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	by = asking_for(api, x, answer_ids);
	requests_report(api->requests, value_list(body, "events"), &by);
}
