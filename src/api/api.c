/* api.c -- its parts, opened and closed in order, and each told what happens. */
#include "api/api_parts.h"

#include <unistd.h>

#include "api/asset_table.h"
#include "api/graph.h"
#include "api/log_tail.h"
#include "api/metrics.h"
#include "api/streams.h"
#include "api/tail.h"
#include "api/ui.h"
#include "base/time.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/path.h"

enum { PORTS_TRIED = 100 };

/* ---- where it listens ---- */

static bool is_loopback(sv host)
{
	static const sv names[] = {SV("localhost"), SV("::1"), SV("[::1]")};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (sv_eq(host, names[i]))
			return true;
	return !host.p || sv_starts(host, SV("127."));
}

static bool check_host(sv host, struct err *e)
{
	if (is_loopback(host))
		return true;
	err_set(e, ERR_DENIED,
		"nobody is asked for a password yet, so plait listens on this machine alone and "
		"not on " SV_FMT,
		SV_ARG(host));
	return err_hint(e, "from elsewhere: ssh -L 3000:127.0.0.1:3000 THIS-MACHINE, or a reverse "
			   "proxy that asks for a password, with --allow-host NAME for the name it "
			   "is reached by");
}

static void fall_back(void *ctx, struct exchange *x)
{
	struct api *api = ctx;

	ui_answer(api->ui, x);
}

static bool listen_on(struct api *api, uint16_t port, struct err *e)
{
	const struct api_request *r = &api->request;
	struct http_server_request request = {
		.loop = api->session->loop,
		.host = r->host,
		.port = port,
		.closed = r->closed,
		.certificate = r->certificate,
		.key = r->key,
		.names = r->names,
		.routes = api_routes,
		.routes_count = api_routes_count,
		.fallback = fall_back,
		.ctx = api,
	};

	return http_server_open(&request, &api->http, e);
}

static bool listen_somewhere(struct api *api, struct err *e)
{
	uint16_t port = api->request.port;

	for (unsigned i = 0; i < PORTS_TRIED; i++) {
		if (listen_on(api, (uint16_t)(port + i), e))
			return true;
		if (e->kind != ERR_CONFLICT || !api->request.any_port || port + i == UINT16_MAX)
			return false;
	}
	return false;
}

static sv url_of(const struct api *api)
{
	sv host = api->request.host.p ? api->request.host : SV("127.0.0.1");
	bool bare = sv_eq(host, SV("::1"));

	return arena_fmt(api->arena, "%s://%s" SV_FMT "%s:%u",
			 api->request.certificate.p ? "https" : "http", bare ? "[" : "",
			 SV_ARG(host), bare ? "]" : "", http_server_port(api->http));
}

/* ---- STATE/server.json: where other programs find it ---- */

static sv note_path(const struct api *api)
{
	return path_join(api->arena, api->session->state, SV("server.json"));
}

static bool leave_note(struct api *api, struct err *e)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	api->url = url_of(api);
	json_member_text(&j, "url", api->url);
	json_member_int(&j, "pid", getpid());
	return file_replace_fast(note_path(api), json_finish(api->arena, &j), e);
}

/* ---- its life ---- */

static bool open_store(struct api *api, struct err *e)
{
	sv path = path_join(api->arena, api->session->state, SV("ledger.db"));

	return store_open(path.p, STORE_READ, &api->store, e);
}

static bool open_parts(struct api *api, struct err *e)
{
	if (!check_host(api->request.host, e) || !open_store(api, e))
		return false;
	api->tails = tails_new(api);
	api->log_tails = log_tails_new(api);
	api->streams = streams_new(api);
	api->metrics = metrics_new(api->arena);
	api->ui = ui_new();
	api->assets = asset_table_new(api->store);
	return asset_table_renew(api->assets, api->session->code, e) && listen_somewhere(api, e);
}

static void take(void *ctx, struct stream *caller)
{
	struct api *api = ctx;

	http_server_take(api->http, caller);
}

bool api_open(const struct api_request *request, struct api **ret, struct err *e)
{
	struct arena *a = arena_new();
	struct api *api = NEW(a, struct api, 1);

	*api = (struct api){.arena = a,
			    .request = *request,
			    .session = request->session,
			    .engine = owner_engine(request->owner),
			    .requests = owner_requests(request->owner),
			    .since = clock_now()};
	if (!open_parts(api, e)) {
		api_close(api);
		return false;
	}
	if (!request->closed && !leave_note(api, e)) {
		api_close(api);
		return false;
	}
	session_take_callers(api->session, take, api);
	*ret = api;
	return true;
}

void api_take(struct api *api, struct stream *caller)
{
	take(api, caller);
}

void api_drain(struct api *api, time_us limit, void (*fn)(void *ctx), void *ctx)
{
	api->ending = true;
	http_server_drain(api->http, limit, fn, ctx);
}

void api_close(struct api *api)
{
	if (!api)
		return;
	session_take_callers(api->session, NULL, NULL);
	if (api->url.p)
		file_remove(note_path(api));
	http_server_close(api->http);
	streams_free(api->streams);
	tails_free(api->tails);
	log_tails_free(api->log_tails);
	ui_free(api->ui);
	graph_pictures_free(api->pictures);
	asset_table_free(api->assets);
	store_close(api->store);
	arena_free(api->arena);
}

sv api_url(const struct api *api)
{
	return api->url;
}

uint16_t api_port(const struct api *api)
{
	return http_server_port(api->http);
}

/* ---- what happens ---- */

void api_tell_event(struct api *api, const struct event_row *event)
{
	metrics_note_event(api->metrics, event);
	asset_table_note_event(api->assets, event);
	tails_tell(api->tails, event);
	log_tails_tell(api->log_tails, event);
	streams_note_event(api->streams, event);
}

void api_tell_end(struct api *api, sv run, enum run_state state)
{
	tails_tell_end(api->tails, run, state);
}

void api_tell_report(struct api *api, sv asset)
{
	asset_table_note_asset(api->assets, asset);
	streams_note_asset(api->streams);
}

/* A table that could not be renewed shows the code before, until there is newer. */
void api_tell_code(struct api *api)
{
	struct err ignored;

	if (asset_table_renew(api->assets, api->session->code, &ignored))
		streams_note_code(api->streams);
}
