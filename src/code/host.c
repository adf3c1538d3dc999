/* host.c -- requests by number to callbacks, over one line channel. */
#include "code/host.h"

#include <signal.h>
#include <unistd.h>

#include "base/time.h"
#include "codec/json.h"
#include "sys/file.h"
#include "sys/path.h"

/* Puts the SDK first on the module path and hands over; nothing else may run before that. */
static const char BOOT[] =
	"import sys; sys.path[0] = sys.argv[1]; from plait.host import main; main(*sys.argv[2:])";

#define DYING_TIME TIME_SECOND

struct pending {
	struct pending *next;
	int64_t id;
	host_reply_fn *on_reply;
	void *ctx;
};

struct host {
	struct arena *arena;
	struct loop *loop;
	struct child *child;
	struct timer *dying; /* its socket has closed and its process has not ended */
	struct channel *channel;
	struct pending *pending;
	int64_t last_id;
	const struct code_location *location;
	sv name, log, state;
	bool gone, killed;
	struct host_request on; /* its callbacks */
};

/* ---- environment: ours, then what the location's .env adds ---- */

static bool has_name(const char *entry, sv name)
{
	return sv_starts(sv_of(entry), name) && entry[name.n] == '=';
}

static bool is_set(sv name)
{
	for (char **entry = environ; *entry; entry++)
		if (has_name(*entry, name))
			return true;
	return false;
}

static const char *const *make_environment(struct arena *a, const struct code_location *location)
{
	LIST(const char *) env = {0};

	for (char **entry = environ; *entry; entry++)
		*LIST_ADD(a, &env) = *entry;
	for (size_t i = 0; i < location->env.n; i++) {
		const struct dotenv_entry *extra = &location->env.at[i];

		if (!is_set(extra->name))
			*LIST_ADD(a, &env) = arena_fmt(a, SV_FMT "=" SV_FMT, SV_ARG(extra->name),
						       SV_ARG(extra->value))
						     .p;
	}
	*LIST_ADD(a, &env) = "PYTHONUNBUFFERED=1";
	*LIST_ADD(a, &env) = NULL;
	return env.at;
}

/* ---- replies and events ---- */

static struct pending *take_pending(struct host *h, int64_t id)
{
	for (struct pending **at = &h->pending; *at; at = &(*at)->next)
		if ((*at)->id == id) {
			struct pending *found = *at;

			*at = found->next;
			return found;
		}
	return NULL;
}

static void worker_exited(struct host *h, const struct value *event)
{
	struct worker_exit how = {
		.code = value_int(event, "code", -1),
		.signal = (int)value_int(event, "signal", 0),
		.user_us = value_int(event, "user_us", 0),
		.system_us = value_int(event, "system_us", 0),
		.max_rss_kib = value_int(event, "max_rss_kib", 0),
	};

	h->on.on_worker_exit(h->on.ctx, value_int(event, "pid", 0), &how);
}

static void worker_made(struct host *h, const struct value *event)
{
	struct host_worker made = {
		.pid = value_int(event, "pid", 0),
		.started = value_text(event, "started"),
		.method = value_text(event, "method"),
		.channel = channel_take(h->channel),
	};

	h->on.on_worker(h->on.ctx, &made);
}

static void on_host_event(struct host *h, const struct value *event)
{
	sv word = value_text(event, "event");

	if (sv_eq(word, SV("exit")))
		worker_exited(h, event);
	else if (sv_eq(word, SV("worker")))
		worker_made(h, event);
	else if (sv_eq(word, SV("importing")) && h->on.on_importing)
		h->on.on_importing(h->on.ctx, value_text(event, "module"));
}

static void on_line(void *ctx, sv line)
{
	struct host *h = ctx;
	AUTO_ARENA a = arena_new();
	const struct value *message;
	struct pending *pending;
	struct err e;

	if (!json_read(a, line, &message, &e)) {
		host_kill(
			h); /* user code wrote here: a reply may be lost, and with it a step's end */
		return;
	}
	if (!value_get(message, "ok")) {
		on_host_event(h, message);
		return;
	}
	pending = take_pending(h, value_int(message, "id", 0));
	if (!pending)
		return;
	struct host_reply reply = {
		.body = message,
		.error = value_bool(message, "ok", false) ? NULL : value_map(message, "error"),
	};
	pending->on_reply(pending->ctx, &reply);
	free(pending);
}

/* ---- the host's end ---- */

static void fail_everything(struct host *h, const struct err *why)
{
	struct host_reply reply = {.gone = why, .killed = h->killed};
	struct pending *p;

	while ((p = h->pending)) {
		h->pending = p->next;
		p->on_reply(p->ctx, &reply);
		free(p);
	}
}

static void went_away(struct host *h, const struct err *why)
{
	if (h->gone)
		return;
	h->gone = true;
	fail_everything(h, why);
	if (h->on.on_gone)
		h->on.on_gone(h->on.ctx, why);
}

static void on_process_exit(void *ctx, struct child_exit how)
{
	struct host *h = ctx;
	struct err why;

	h->killed = how.signal == SIGKILL;
	if (how.signal)
		err_set(&why, ERR_UNAVAILABLE,
			"the host of location '" SV_FMT "' was ended by signal %d (%s)",
			SV_ARG(h->name), how.signal, strsignal(how.signal));
	else
		err_set(&why, ERR_UNAVAILABLE,
			"the host of location '" SV_FMT "' ended with status %lld", SV_ARG(h->name),
			(long long)how.code);
	err_hint(&why, "its last words are in " SV_FMT, SV_ARG(h->log));
	went_away(h, &why);
}

static void on_never_ended(void *ctx)
{
	host_kill(ctx);
}

/* The socket closes before the exit status is known; on_process_exit tells the better story.  A process that lives on
 * without it (user code closed every descriptor, say) would never answer. */
static void on_end(void *ctx)
{
	struct host *h = ctx;

	h->dying = timer_start(h->loop, DYING_TIME, on_never_ended, h);
}

/* ---- starting, asking, ending ---- */

bool host_start(struct loop *l, const struct host_request *request, struct host **ret,
		struct err *e)
{
	struct arena *a = arena_new();
	struct host *h = NEW(a, struct host, 1);
	const struct code_location *location = request->location;
	sv folder = path_join(a, request->state, SV("hosts"));
	const char *argv[] = {
		arena_cstr(a, location->interpreter), "-c", BOOT,
		arena_cstr(a, request->sdk),          "3",  arena_cstr(a, request->state),
		arena_cstr(a, request->sdk_library),  NULL,
	};

	*h = (struct host){
		.arena = a,
		.loop = l,
		.location = location,
		.state = arena_sv(a, request->state),
		.name = arena_sv(a, location->name),
		.log = path_join(a, folder, arena_fmt(a, SV_FMT ".log", SV_ARG(location->name))),
		.on = *request,
	};
	struct child_request start = {
		.argv = argv,
		.env = make_environment(a, location),
		.folder = arena_cstr(a, location->working_directory),
		.output = h->log.p,
		.own_session = true,
		.channel = true,
		.on = {.on_line = on_line, .on_end = on_end, .ctx = h},
		.on_exit = on_process_exit,
		.ctx = h,
	};
	if (!folder_make(folder, e) || !file_replace_fast(h->log, SV(""), e) ||
	    !child_start(l, &start, &h->child, e)) {
		arena_free(a);
		return err_wrap(e, "location '" SV_FMT "'", SV_ARG(location->name));
	}
	h->channel = child_channel(h->child);
	*ret = h;
	return true;
}

static int64_t ask(struct host *h, struct buf *request, host_reply_fn *on_reply, void *ctx)
{
	struct pending *p = heap_alloc(sizeof(*p));

	*p = (struct pending){
		.next = h->pending, .id = h->last_id, .on_reply = on_reply, .ctx = ctx};
	h->pending = p;
	channel_send(h->channel, buf_sv(request));
	return p->id;
}

static struct json begin_request(struct host *h, struct buf *out, const char *op)
{
	struct json j = json_begin(out, '{');

	json_member_int(&j, "id", ++h->last_id);
	json_member_text(&j, "op", sv_of(op));
	return j;
}

void host_write_location(struct json *j, const struct code_location *location)
{
	json_open(j, '{');
	json_member_text(j, "name", location->name);
	json_member_text(j, "loader", sv_of(code_loader_word(location->loader)));
	json_member_text(j, "target", location->target);
	json_member_text(j, "attribute", location->attribute);
	json_member_text(j, "working_directory", location->working_directory);
	json_member_texts(j, "import_paths", &location->import_paths);
	json_member_text(j, "project_root", location->project_root);
	json_member_text(j, "definitions", location->definitions);
	json_close(j);
}

void host_compile(struct host *h, sv manifest_path, host_reply_fn *on_reply, void *ctx)
{
	AUTO_BUF out = {0};
	struct json j = begin_request(h, &out, "compile");

	json_key(&j, "location");
	host_write_location(&j, h->location);
	json_member_text(&j, "state", h->state);
	json_member_text(&j, "manifest", manifest_path);
	json_close(&j);
	ask(h, &out, on_reply, ctx);
}

void host_fork(struct host *h, uint32_t count, host_reply_fn *on_reply, void *ctx)
{
	AUTO_BUF out = {0};
	struct json j = begin_request(h, &out, "fork");

	json_member_int(&j, "count", count);
	json_close(&j);
	ask(h, &out, on_reply, ctx);
}

void host_dump_stacks(struct host *h)
{
	child_signal(h->child, SIGUSR1);
}

void host_kill(struct host *h)
{
	child_signal(h->child, SIGKILL);
}

void host_close(struct host *h)
{
	if (!h)
		return;
	while (h->pending) {
		struct pending *next = h->pending->next;

		free(h->pending);
		h->pending = next;
	}
	timer_close(h->dying);
	child_close(h->child); /* the end of its socket is its order to end */
	arena_free(h->arena);
}

sv host_log_path(const struct host *h)
{
	return h->log;
}
