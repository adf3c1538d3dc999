/* step_report.c -- one function a message, listed in a table. */
#include "engine/step_report.h"

#include "base/time.h"
#include "codec/json.h"

/* A step may say any number; beyond these none makes sense, and sums of them stay far from an overflow. */
#define MOST_DELAY (INT64_C(400) * 24 * 3600) /* seconds */
#define MOST_COUNT (INT64_C(1) << 53)         /* bytes, KiB, microseconds */

static const struct report_event NO_EVENT = {0};

/* Of the events that messages are worth. */
enum kind { KIND_LOG, KIND_CHECK, KIND_OUTPUT, KIND_INPUT, KIND_HOOK, KIND_CUSTOM };

static const char *const kinds[] = {
	[KIND_LOG] = "log",     [KIND_CHECK] = "check", [KIND_OUTPUT] = "output",
	[KIND_INPUT] = "input", [KIND_HOOK] = "hook",   [KIND_CUSTOM] = "custom",
};

bool step_report_tells(sv kind)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (sv_eq(kind, sv_of(kinds[i])))
			return true;
	return false;
}

static sv text_of(struct step_report *r, const struct value *map, const char *key)
{
	sv text = value_text(map, key);

	return text.p ? arena_sv(r->arena, text) : text;
}

static int64_t count_of(const struct value *map, const char *key, int64_t otherwise)
{
	int64_t count = value_int(map, key, otherwise);

	return count < otherwise ? otherwise : count > MOST_COUNT ? MOST_COUNT : count;
}

/* A member as JSON text; p NULL when absent or null. */
static sv json_of(struct step_report *r, const struct value *map, const char *key)
{
	const struct value *member = value_get(map, key);

	if (!member || member->type == VALUE_NULL)
		return (sv){NULL, 0};
	return json_print(r->arena, member);
}

static struct report_event event(struct arena *a, enum kind kind, sv asset,
				 const struct value *body)
{
	return (struct report_event){
		.kind = kinds[kind], .asset = asset, .body = json_print(a, body)};
}

static struct report_event take_opened(struct arena *a, struct step_report *r,
				       const struct value *params)
{
	const struct value *ours = value_map(value_map(params, "extras"), "plait");

	r->opened = true;
	r->pid = value_int(ours, "pid", 0);
	r->pid_started = text_of(r, ours, "started");
	return NO_EVENT;
}

static void take_retry(struct step_report *r, const struct value *retry)
{
	double delay = value_real(retry, "delay", -1);

	if (retry->type != VALUE_MAP || !retry->n)
		return;
	r->retry.said = true;
	r->retry.allowed = value_bool(retry, "allowed", true);
	r->retry.most = count_of(retry, "max_retries", -1);
	r->retry.delay = delay < 0            ? -1
			 : delay > MOST_DELAY ? MOST_DELAY * TIME_SECOND
					      : (time_us)(delay * TIME_SECOND);
}

static struct report_event take_closed(struct arena *a, struct step_report *r,
				       const struct value *params)
{
	const struct value *ours = value_map(params, "plait"),
			   *exception = value_map(params, "exception");

	r->closed = true;
	r->exception = json_of(r, params, "exception");
	r->exception_message = text_of(r, exception, "message");
	take_retry(r, value_map(exception, "retry"));
	r->user_us = count_of(ours, "user_us", 0);
	r->system_us = count_of(ours, "system_us", 0);
	r->max_rss_kib = count_of(ours, "max_rss_kib", 0);
	return NO_EVENT;
}

static struct report_event take_log(struct arena *a, struct step_report *r,
				    const struct value *params)
{
	return event(a, KIND_LOG, (sv){NULL, 0}, params);
}

static struct report_event take_asset(struct arena *a, struct step_report *r,
				      const struct value *params)
{
	*LIST_ADD(r->arena, &r->assets) = (struct reported_asset){
		.asset = text_of(r, params, "asset_key"),
		.data_version = text_of(r, params, "data_version"),
		.metadata = json_of(r, params, "metadata"),
	};
	return NO_EVENT; /* it becomes one when it is published */
}

static struct report_event take_check(struct arena *a, struct step_report *r,
				      const struct value *params)
{
	return event(a, KIND_CHECK, text_of(r, params, "asset_key"), params);
}

static int64_t total_bytes(const struct value *files)
{
	int64_t total = 0;

	for (size_t i = 0; i < files->n && total < MOST_COUNT; i++)
		total += count_of(&files->items[i], "bytes", 0);
	return files->n ? total : -1;
}

static struct report_event take_output(struct arena *a, struct step_report *r,
				       const struct value *payload)
{
	struct reported_output *o = LIST_ADD(r->arena, &r->outputs);

	*o = (struct reported_output){
		.asset = text_of(r, payload, "asset_key"),
		.version = text_of(r, payload, "version"),
		.versioned = value_bool(payload, "versioned", false),
		.storage = json_of(r, payload, "storage"),
		.base = text_of(r, value_map(payload, "storage"), "base"),
		.directory = text_of(r, payload, "directory"),
		.files = json_of(r, payload, "files"),
		.views = json_of(r, payload, "views"),
		.columns = json_of(r, payload, "columns"),
		.manager = text_of(r, payload, "manager"),
		.manager_type = text_of(r, payload, "manager_type"),
		.note = text_of(r, payload, "note"),
		.bytes = total_bytes(value_map(payload, "files")),
		.rows = count_of(payload, "rows", -1),
	};
	return event(a, KIND_OUTPUT, o->asset, payload);
}

static struct report_event take_input(struct arena *a, struct step_report *r,
				      const struct value *payload)
{
	struct reported_input *in = LIST_ADD(r->arena, &r->inputs);

	*in = (struct reported_input){
		.asset = text_of(r, payload, "asset_key"),
		.version = text_of(r, payload, "version"),
		.pinned = value_bool(payload, "pinned", false),
	};
	return event(a, KIND_INPUT, in->asset, payload);
}

static struct report_event take_custom(struct arena *a, struct step_report *r,
				       const struct value *params)
{
	const struct value *payload = value_get(params, "payload");
	sv ours = value_text(payload, "plait");

	if (sv_eq(ours, SV("output")))
		return take_output(a, r, payload);
	if (sv_eq(ours, SV("input")))
		return take_input(a, r, payload);
	if (sv_eq(ours, SV("hook")))
		return event(a, KIND_HOOK, (sv){NULL, 0}, payload);
	if (ours.p)
		return NO_EVENT; /* metadata comes again with the materialization */
	return event(a, KIND_CUSTOM, (sv){NULL, 0}, params);
}

struct report_event step_report_take(struct arena *a, struct step_report *r, sv line)
{
	static const struct {
		const char *method;
		struct report_event (*take)(struct arena *a, struct step_report *r,
					    const struct value *params);
	} methods[] = {
		{"opened", take_opened},
		{"closed", take_closed},
		{"log", take_log},
		{"report_asset_materialization", take_asset},
		{"report_asset_check", take_check},
		{"report_custom_message", take_custom},
	};
	const struct value *message;
	struct err e;
	sv method;

	if (r->closed || !json_read_pieces(a, line, &message, &e) ||
	    !value_get(message, "__dagster_pipes_version"))
		return NO_EVENT;
	method = value_text(message, "method");
	for (size_t i = 0; i < COUNT_OF(methods); i++)
		if (sv_eq(method, sv_of(methods[i].method)))
			return methods[i].take(a, r, value_map(message, "params"));
	return NO_EVENT;
}

const struct reported_output *step_report_output(const struct step_report *r, sv asset)
{
	for (size_t i = 0; i < r->outputs.n; i++)
		if (sv_eq(r->outputs.at[i].asset, asset))
			return &r->outputs.at[i];
	return NULL;
}

const struct reported_asset *step_report_asset(const struct step_report *r, sv asset)
{
	for (size_t i = 0; i < r->assets.n; i++)
		if (sv_eq(r->assets.at[i].asset, asset))
			return &r->assets.at[i];
	return NULL;
}
