/* wire.c -- writing and reading the lines, each pair side by side. */
#include "daemon/wire.h"

/* ---- hello ---- */

sv wire_write_hello(struct arena *a)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_int(&j, "id", 0);
	json_member_text(&j, "op", SV("hello"));
	json_member_int(&j, "wire", WIRE_VERSION);
	json_member_text(&j, "plait", SV(PLAIT_VERSION));
	return json_finish(a, &j);
}

bool wire_check_hello(const struct value *line, const char *who, struct err *e)
{
	int64_t theirs = value_int(line, "wire", 0);
	sv version = value_text(line, "plait");

	if (theirs == WIRE_VERSION)
		return true;
	err_set(e, ERR_CONFLICT, "%s is %s plait%s" SV_FMT " than this one (%s)", who,
		theirs > WIRE_VERSION ? "a newer" : "an older", version.n ? " " : "",
		SV_ARG(version), PLAIT_VERSION);
	return err_hint(e, "let both be the same version: end the running one, or call it with "
			   "its own version of the command");
}

/* ---- a run that is asked for ---- */

sv wire_write_request(struct arena *a, const struct run_request *request, bool follow)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "op", SV("materialize"));
	json_member_text(&j, "selection", request->selection);
	json_member_text(&j, "location", request->location);
	json_member_int(&j, "most_running", request->most_running);
	json_key(&j, "tags");
	json_open(&j, '{');
	for (size_t i = 0; i < request->tags.n; i++) {
		json_key_sv(&j, request->tags.at[i].name);
		json_text(&j, request->tags.at[i].value);
	}
	json_close(&j);
	json_member_bool(&j, "follow", follow);
	return json_finish(a, &j);
}

static bool read_tags(struct arena *a, const struct value *tags, struct run_tags *ret,
		      struct err *e)
{
	for (size_t i = 0; i < tags->n; i++) {
		if (tags->items[i].type != VALUE_TEXT)
			return err_set(e, ERR_INVALID,
				       "the value of tag '" SV_FMT "' is %s, not a text",
				       SV_ARG(tags->keys[i]), value_type_word(tags->items[i].type));
		*LIST_ADD(a, ret) = (struct run_tag){tags->keys[i], tags->items[i].text};
	}
	return true;
}

bool wire_read_request(struct arena *a, const struct value *line, struct run_request *ret,
		       struct err *e)
{
	int64_t most = value_int(line, "most_running", 0);

	*ret = (struct run_request){
		.selection = value_text(line, "selection"),
		.location = value_text(line, "location"),
		.most_running = most > 0 && most < UINT32_MAX ? (uint32_t)most : 0,
	};
	return read_tags(a, value_map(line, "tags"), &ret->tags, e);
}

/* ---- answers ---- */

struct json wire_begin_reply(struct buf *out, int64_t id)
{
	struct json j = json_begin(out, '{');

	json_member_int(&j, "id", id);
	json_member_bool(&j, "ok", true);
	return j;
}

sv wire_write_error(struct arena *a, int64_t id, const struct err *e)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_int(&j, "id", id);
	json_member_bool(&j, "ok", false);
	json_member_text(&j, "kind", sv_of(err_word(e->kind)));
	json_member_text(&j, "message", sv_of(e->text));
	json_member_text(&j, "hint", sv_of(e->hint));
	return json_finish(a, &j);
}

static enum err_kind kind_of(sv word)
{
#define X(id, word, exit) ERR_##id,
	static const enum err_kind kinds[] = {ERR_KINDS(X)};
#undef X
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (sv_eq(word, sv_of(err_word(kinds[i]))))
			return kinds[i];
	return ERR_FAILED;
}

void wire_read_error(const struct value *line, struct err *ret)
{
	sv message = value_text(line, "message"), hint = value_text(line, "hint");

	err_set(ret, kind_of(value_text(line, "kind")), SV_FMT, SV_ARG(message));
	if (hint.n)
		err_hint(ret, SV_FMT, SV_ARG(hint));
}

/* ---- events ---- */

sv wire_write_event(struct arena *a, int64_t id, const struct event_row *event)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_int(&j, "id", id);
	json_key(&j, "event");
	json_open(&j, '{');
	json_member_int(&j, "id", event->id);
	json_member_text(&j, "run", event->run);
	json_member_int(&j, "step", event->step);
	json_member_int(&j, "attempt", event->attempt);
	json_member_text(&j, "kind", event->kind);
	json_member_text(&j, "asset", event->asset);
	json_member_int(&j, "at", event->at);
	json_key(&j, "body");
	if (event->body.n)
		json_raw(&j, event->body);
	else
		json_none(&j);
	json_close(&j);
	return json_finish(a, &j);
}

static sv own_text(struct arena *a, const struct value *line, const char *key)
{
	sv text = value_text(line, key);

	return text.p ? arena_sv(a, text) : text;
}

void wire_read_event(struct arena *a, const struct value *line, struct event_row *ret)
{
	const struct value *event = value_map(line, "event");

	*ret = (struct event_row){
		.id = value_int(event, "id", 0),
		.run = own_text(a, event, "run"),
		.step = value_int(event, "step", -1),
		.attempt = value_int(event, "attempt", 0),
		.kind = own_text(a, event, "kind"),
		.asset = own_text(a, event, "asset"),
		.at = value_int(event, "at", 0),
		.body = json_print(a, value_get(event, "body")),
	};
}

/* ---- locations ---- */

void wire_write_locations(struct json *j, const struct code_view *code, bool broken_only)
{
	static const char *const words[] = {
		[LOCATION_OK] = "ok", [LOCATION_STALE] = "stale", [LOCATION_BROKEN] = "broken"};

	json_key(j, "locations");
	json_open(j, '[');
	for (size_t i = 0; i < code->locations_count; i++) {
		const struct location_state *state = &code->locations[i];

		if (broken_only && state->health == LOCATION_OK)
			continue;
		json_open(j, '{');
		json_member_text(j, "name", state->code->name);
		json_member_text(j, "health", sv_of(words[state->health]));
		json_member_bool(j, "compiled", state->compiled_now);
		json_key(j, "error");
		if (state->error.n)
			json_raw(j, state->error);
		else
			json_none(j);
		json_close(j);
	}
	json_close(j);
}
