/* step_end.c -- sentences for people, and their JSON. */
#include "engine/step_end.h"

#include "codec/json.h"
#include "model/limits.h"

sv step_end_sentence(struct arena *a, const struct attempt_end *how, bool followed)
{
	if (how->message.p)
		return arena_sv(a, how->message);
	if (how->unheard)
		return arena_fmt(a, "it sent a message of more than %d bytes, which was not taken",
				 LIMIT_MESSAGE_BYTES);
	if (how->unknown && followed)
		return SV("its process ended without saying that it was done, and no plait that "
			  "could tell how was watching");
	if (how->signal == 9)
		return SV("its process was killed (signal 9)");
	if (how->signal)
		return arena_fmt(a, "its process was ended by signal %d (%s)", how->signal,
				 strsignal(how->signal));
	if (how->code)
		return arena_fmt(a, "its process exited with status %lld", (long long)how->code);
	return SV("its process ended without saying that it was done");
}

sv step_end_hint(struct arena *a, const struct attempt_end *how, sv logs)
{
	if (how->hint.p || !how->began)
		return how->hint.p ? arena_sv(a, how->hint) : how->hint;
	if (how->unheard)
		return SV("keep large data out of metadata and logs; an I/O manager stores it");
	if (how->signal == 9)
		return SV("if nobody killed it, the system may have run out of memory: dmesg | "
			  "tail tells");
	return arena_fmt(a, "its last words: " SV_FMT, SV_ARG(logs));
}

sv step_end_error(struct arena *a, sv message, sv hint)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "message", message);
	json_member_text(&j, "name", (sv){NULL, 0});
	json_key(&j, "stack");
	json_open(&j, '[');
	json_close(&j);
	json_member_text(&j, "hint", hint);
	return json_finish(a, &j);
}

sv step_end_overdue(struct arena *a, sv message, sv exception)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');
	const struct value *own;
	struct err e;

	if (!json_read(a, exception, &own, &e) || own->type != VALUE_MAP)
		return step_end_error(a, message, (sv){NULL, 0});
	json_member_text(&j, "message", message);
	json_member_text(&j, "name", (sv){NULL, 0});
	json_key(&j, "stack");
	json_value(&j, value_get(own, "stack"));
	json_member_text(&j, "file", value_text(own, "file"));
	json_key(&j, "line");
	json_value(&j, value_get(own, "line"));
	json_member_text(&j, "hint", SV("the op tag plait/timeout says how long it may take"));
	json_key(&j, "cause");
	json_open(&j, '{');
	json_member_text(&j, "name", value_text(own, "name"));
	json_member_text(&j, "message", value_text(own, "message"));
	json_close(&j);
	return json_finish(a, &j);
}

sv step_end_body(struct arena *a, const struct step_end *end)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	if (end->message.p)
		json_member_text(&j, "message", end->message);
	if (end->error.p) {
		json_key(&j, "error");
		json_raw(&j, end->error);
	}
	if (end->reason.p)
		json_member_text(&j, "reason", end->reason);
	json_member_int(&j, "duration_us", end->duration);
	json_member_int(&j, "max_rss_kib", end->max_rss_kib);
	json_member_int(&j, "user_us", end->user_us);
	json_member_int(&j, "system_us", end->system_us);
	return json_finish(a, &j);
}
