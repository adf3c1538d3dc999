/* report.c -- checked whole before anything of it is written. */
#include "daemon/report.h"

#include "model/asset_key.h"

enum { LONGEST_KIND = 60 };

/* Kinds that are told of runs alone: doc/formats/events.md. */
static bool is_of_runs(sv kind)
{
	static const sv kinds[] = {SV("log"), SV("output"), SV("input"), SV("custom")};

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (sv_eq(kind, kinds[i]))
			return true;
	return sv_starts(kind, SV("run_")) || sv_starts(kind, SV("step_"));
}

static bool is_word(sv kind)
{
	for (size_t i = 0; i < kind.n; i++)
		if (!(kind.p[i] >= 'a' && kind.p[i] <= 'z') &&
		    !(kind.p[i] >= '0' && kind.p[i] <= '9') && kind.p[i] != '_')
			return false;
	return kind.n > 0 && kind.n <= LONGEST_KIND;
}

static bool check_kind(sv kind, struct err *e)
{
	if (!is_word(kind)) {
		err_set(e, ERR_INVALID, "\"" SV_FMT "\" is no kind of event", SV_ARG(kind));
		return err_hint(e, "materialization, observation, or a word of your own: "
				   "a-z, 0-9, _");
	}
	if (is_of_runs(kind))
		return err_set(e, ERR_INVALID,
			       "events of kind \"" SV_FMT "\" are told of runs alone",
			       SV_ARG(kind));
	return true;
}

static bool needs_asset(sv kind)
{
	return sv_eq(kind, SV("materialization")) || sv_eq(kind, SV("observation")) ||
	       sv_eq(kind, SV("check"));
}

static bool check_asset(const struct value *event, struct err *e)
{
	AUTO_ARENA a = arena_new();
	sv typed = value_text(event, "asset"), key, kind = value_text(event, "kind");

	if (typed.p)
		return asset_key_parse(a, typed, &key, e);
	return !needs_asset(kind) ||
	       err_set(e, ERR_INVALID, "it is of kind \"" SV_FMT "\" and has no \"asset\"",
		       SV_ARG(kind));
}

static bool check_texts(const struct value *event, struct err *e)
{
	static const char *const names[] = {"asset", "description", "data_version", "partition",
					    "severity"};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const struct value *v = value_get(event, names[i]);

		if (v && v->type != VALUE_TEXT && v->type != VALUE_NULL)
			return err_set(e, ERR_INVALID, "\"%s\" is %s, not a text", names[i],
				       value_type_word(v->type));
	}
	return true;
}

static bool check_time(const struct value *event, struct err *e)
{
	const struct value *at = value_get(event, "at");

	if (!at || at->type == VALUE_INT || at->type == VALUE_NULL)
		return true;
	err_set(e, ERR_INVALID, "\"at\" is %s, not a whole number", value_type_word(at->type));
	return err_hint(e, "microseconds since 1970; without it the time is now");
}

static bool check_of_check(const struct value *event, struct err *e)
{
	const struct value *passed = value_get(event, "passed");
	sv severity = value_text(event, "severity");

	if (!value_text(event, "check_name").n)
		return err_set(e, ERR_INVALID, "it is a check and has no \"check_name\"");
	if (!passed || passed->type != VALUE_BOOL)
		return err_set(e, ERR_INVALID, "\"passed\" has to be true or false");
	return !severity.p || sv_eq(severity, SV("ERROR")) || sv_eq(severity, SV("WARN")) ||
	       err_set(e, ERR_INVALID, "\"severity\" is \"" SV_FMT "\", not ERROR or WARN",
		       SV_ARG(severity));
}

static bool check_event(const struct value *event, struct err *e)
{
	const struct value *metadata = value_get(event, "metadata");

	if (event->type != VALUE_MAP)
		return err_set(e, ERR_INVALID, "it is %s, not an object",
			       value_type_word(event->type));
	if (metadata && metadata->type != VALUE_MAP && metadata->type != VALUE_NULL)
		return err_set(e, ERR_INVALID, "\"metadata\" is %s, not an object",
			       value_type_word(metadata->type));
	return check_kind(value_text(event, "kind"), e) && check_texts(event, e) &&
	       check_time(event, e) && check_asset(event, e) &&
	       (!sv_eq(value_text(event, "kind"), SV("check")) || check_of_check(event, e));
}

bool report_check(const struct value *events, struct err *e)
{
	if (events->type != VALUE_LIST || events->n == 0)
		return err_set(e, ERR_INVALID, "\"events\" has to be a list of at least one event");
	if (events->n > REPORT_MOST_EVENTS)
		return err_set(e, ERR_LIMIT, "%zu events in one report; %d are the most", events->n,
			       REPORT_MOST_EVENTS);
	for (size_t i = 0; i < events->n; i++)
		if (!check_event(&events->items[i], e))
			return err_wrap(e, "event %zu of the report", i + 1);
	return true;
}

/* ---- writing ---- */

static const char *type_of(const struct value *plain)
{
	switch (plain->type) {
	case VALUE_BOOL: return "bool";
	case VALUE_INT: return "int";
	case VALUE_REAL: return "float";
	case VALUE_TEXT: return "text";
	case VALUE_NULL: return "null";
	case VALUE_LIST:
	case VALUE_MAP: return "json";
	}
	return "text";
}

static void write_metadata(struct json *j, const struct value *metadata)
{
	json_open(j, '{');
	for (size_t i = 0; i < metadata->n; i++) {
		const struct value *item = &metadata->items[i];

		json_key_sv(j, metadata->keys[i]);
		if (value_get(item, "raw_value") && value_get(item, "type")) {
			json_value(j, item);
			continue;
		}
		json_open(j, '{');
		json_member_text(j, "type", sv_of(type_of(item)));
		json_key(j, "raw_value");
		json_value(j, item);
		json_close(j);
	}
	json_close(j);
}

static sv metadata_of(struct arena *a, const struct value *event)
{
	AUTO_BUF out = {0};
	struct json j = {.out = &out};

	write_metadata(&j, value_map(event, "metadata"));
	return arena_sv(a, buf_sv(&out));
}

static void write_check(struct json *j, const struct value *event)
{
	sv severity = value_text(event, "severity");

	json_member_text(j, "check_name", value_text(event, "check_name"));
	json_member_bool(j, "passed", value_bool(event, "passed", false));
	json_member_text(j, "severity", severity.p ? severity : SV("ERROR"));
}

static sv body_of(struct arena *a, const struct value *event, sv version)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');
	sv described = value_text(event, "description");
	sv partition = value_text(event, "partition");

	json_member_bool(&j, "reported", true);
	if (described.n)
		json_member_text(&j, "message", described);
	json_member_text(&j, "data_version", value_text(event, "data_version"));
	if (version.p)
		json_member_text(&j, "version", version);
	if (partition.p)
		json_member_text(&j, "partition", partition);
	if (sv_eq(value_text(event, "kind"), SV("check")))
		write_check(&j, event);
	json_key(&j, "metadata");
	write_metadata(&j, value_map(event, "metadata"));
	return json_finish(a, &j);
}

/* Rows as the value's maker counts them, where it says so. */
static int64_t rows_of(const struct value *event)
{
	const struct value *said = value_get(value_map(event, "metadata"), "dagster/row_count");
	const struct value *raw = value_get(said, "raw_value");

	said = raw ? raw : said;
	return said && said->type == VALUE_INT ? said->integer : -1;
}

/* The ledger knows no partitions yet: which of them a version is of is told in words, and the newest is the current one. */
static sv note_of(struct arena *a, const struct value *event)
{
	sv partition = value_text(event, "partition");

	if (!partition.n)
		return SV("reported from outside of plait");
	return arena_fmt(a, "partition " SV_FMT ", reported from outside of plait",
			 SV_ARG(partition));
}

static bool put_version(struct store *s, struct arena *a, const struct value *event, sv key, sv id,
			time_us at, struct err *e)
{
	struct version_row row = {
		.id = id,
		.asset = key,
		.step = -1,
		.data_version = value_text(event, "data_version"),
		.metadata = metadata_of(a, event),
		.note = note_of(a, event),
		.bytes = -1,
		.rows = rows_of(event),
		.created_at = at,
		.duration = -1,
	};

	if (!row.data_version.p)
		row.data_version = id;
	return store_put_version(s, &row, e) && store_move_pointer(s, key, 0, id, at, e);
}

static bool append_one(struct store *s, struct arena *a, const struct report_request *request,
		       const struct value *event, int64_t *ret_id, struct err *e)
{
	time_us at = value_int(event, "at", 0);
	sv kind = value_text(event, "kind"), typed = value_text(event, "asset"), key = {0};
	sv version = {0};

	if (at <= 0)
		at = request->now;
	if (typed.p && !asset_key_parse(a, typed, &key, e))
		return false;
	if (sv_eq(kind, SV("materialization"))) {
		version = request->new_id(a);
		if (!put_version(s, a, event, key, version, at, e))
			return false;
	}
	struct event_row row = {
		.step = -1,
		.kind = kind,
		.asset = key,
		.body = body_of(a, event, version),
		.at = at,
	};
	if (!store_append_event(s, &row, e))
		return false;
	*ret_id = row.id;
	return true;
}

bool report_append(struct store *s, struct arena *a, const struct report_request *request,
		   struct report_ids *ret, struct err *e)
{
	for (size_t i = 0; i < request->events->n; i++) {
		int64_t id;

		if (!append_one(s, a, request, &request->events->items[i], &id, e))
			return false;
		*LIST_ADD(a, ret) = id;
	}
	return true;
}
