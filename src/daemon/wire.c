/* wire.c -- writing and reading the lines, each pair side by side. */
#include "daemon/wire.h"

#include "codec/json.h"
#include "daemon/run_request.h"

sv wire_write_request(struct arena *a, const struct run_request *request)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "op", SV("materialize"));
	json_member_text(&j, "selection", request->selection);
	json_member_text(&j, "location", request->location);
	json_member_int(&j, "most_running", request->most_running);
	return json_finish(a, &j);
}

static sv own_text(struct arena *a, const struct value *line, const char *key)
{
	sv text = value_text(line, key);

	return text.p ? arena_sv(a, text) : text;
}

void wire_read_request(struct arena *a, const struct value *line, struct run_request *ret)
{
	int64_t most = value_int(line, "most_running", 0);

	*ret = (struct run_request){
		.selection = own_text(a, line, "selection"),
		.location = own_text(a, line, "location"),
		.most_running = most > 0 && most < UINT32_MAX ? (uint32_t)most : 0,
	};
}

sv wire_write_error(struct arena *a, const struct err *e)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

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

sv wire_write_event(struct arena *a, const struct event_row *event)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_key(&j, "event");
	json_open(&j, '{');
	json_member_text(&j, "run", event->run);
	json_member_int(&j, "step", event->step);
	json_member_int(&j, "attempt", event->attempt);
	json_member_text(&j, "kind", event->kind);
	json_member_text(&j, "asset", event->asset);
	json_member_int(&j, "at", event->at);
	json_key(&j, "body");
	json_raw(&j, event->body);
	json_close(&j);
	return json_finish(a, &j);
}

void wire_read_event(struct arena *a, const struct value *line, struct event_row *ret)
{
	const struct value *event = value_map(line, "event");

	*ret = (struct event_row){
		.run = own_text(a, event, "run"),
		.step = value_int(event, "step", -1),
		.attempt = value_int(event, "attempt", 0),
		.kind = own_text(a, event, "kind"),
		.asset = own_text(a, event, "asset"),
		.at = value_int(event, "at", 0),
		.body = json_print(a, value_get(event, "body")),
	};
}
