/* ask_there.c -- of the owner, over its socket. */
#include "cli/ask_parts.h"
#include "codec/json.h"

/* ---- requests ---- */

static sv path_of(struct arena *a, sv run, const char *verb)
{
	return arena_fmt(a, "/api/v1/runs/" SV_FMT "/%s", SV_ARG(run), verb);
}

static void write_tags(struct json *j, const struct run_tags *tags)
{
	json_key(j, "tags");
	json_open(j, '{');
	for (size_t i = 0; i < tags->n; i++) {
		json_key_sv(j, tags->at[i].name);
		json_text(j, tags->at[i].value);
	}
	json_close(j);
}

struct owner_call ask_run_call(struct arena *a, const struct run_request *request)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "selection", request->selection);
	json_member_text(&j, "location", request->location);
	json_member_int(&j, "most_running", request->most_running);
	write_tags(&j, &request->tags);
	return (struct owner_call){HTTP_POST, SV("/api/v1/runs"), json_finish(a, &j)};
}

struct owner_call ask_retry_call(struct arena *a, sv run, bool whole, const struct run_tags *tags)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_bool(&j, "all", whole);
	write_tags(&j, tags);
	return (struct owner_call){HTTP_POST, path_of(a, run, "retry"), json_finish(a, &j)};
}

static struct owner_call cancel_call(struct arena *a, sv run, bool hard, const char *reason)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_bool(&j, "hard", hard);
	json_member_text(&j, "reason", sv_of(reason));
	return (struct owner_call){HTTP_POST, path_of(a, run, "cancel"), json_finish(a, &j)};
}

void ask_cancel_there(struct asking *k)
{
	AUTO_ARENA a = arena_new();
	struct owner_call call = cancel_call(a, k->ret->run, k->signals > 1, k->reason);

	owner_client_tell(k->there, &call);
}

/* ---- the conversation ---- */

static bool submit(struct asking *k, struct arena *a, const struct owner_call *call, struct err *e)
{
	const struct value *answer, *locations;

	if (!owner_client_ask(k->there, a, call, &answer, e))
		return false;
	k->ret->run = arena_sv(k->arena, value_text(answer, "run"));
	if (!owner_client_ask(k->there, k->arena,
			      &(struct owner_call){HTTP_GET, SV("/api/v1/locations"), {0}},
			      &locations, e))
		return false;
	ask_taken(k, k->ret->run, locations);
	return true;
}

static bool begin(struct asking *k, struct err *e)
{
	const struct ask_request *what = k->what;
	AUTO_ARENA a = arena_new();
	struct owner_call call;
	const struct value *answer;

	switch (what->what) {
	case ASK_RUN: call = ask_run_call(a, what->request); return submit(k, a, &call, e);
	case ASK_RETRY:
		call = ask_retry_call(a, what->run, what->whole, &what->request->tags);
		return submit(k, a, &call, e);
	case ASK_CANCEL:
		call = cancel_call(a, what->run, what->hard, "canceled with plait run cancel");
		if (!owner_client_ask(k->there, a, &call, &answer, e))
			return false;
		break;
	case ASK_FOLLOW: break;
	}
	ask_taken(k, what->run, NULL);
	return true;
}

static bool follow(struct asking *k, struct err *e)
{
	struct owner_follow what = {
		.run = k->ret->run, .after = k->what->after, .on_event = ask_event, .ctx = k};

	return owner_client_follow(k->there, &what, &k->ret->state, e);
}

static bool converse(struct asking *k, struct err *e)
{
	if (!owner_client_greet(k->there, e))
		return false;
	k->ret->served = owner_client_serves(k->there);
	return begin(k, e) && follow(k, e);
}

/* A command that runs things, and is about to end, says so; whoever comes next does it. */
static bool is_about_to_end(const struct asking *k, const struct err *why)
{
	return !k->ret->served && why->kind == ERR_UNAVAILABLE;
}

void ask_there(struct asking *k)
{
	struct err e;

	if (converse(k, &e) || k->ret->left)
		return;
	k->ret->owner_gone = owner_client_has_gone(k->there) || is_about_to_end(k, &e);
	ask_fail(k, &e);
}
