/* metrics.c -- figures for Prometheus, in its text format. */
#include "api/metrics.h"

#include "api/asset_table.h"
#include "engine/writer.h"
#include "sys/process.h"

/*        kind of event,       metric,       label and its value */
#define COUNTED(X)                                                           \
	X("run_created", "plait_runs_created_total", NULL)                   \
	X("run_succeeded", "plait_runs_ended_total", "status=\"success\"")   \
	X("run_failed", "plait_runs_ended_total", "status=\"failure\"")      \
	X("run_canceled", "plait_runs_ended_total", "status=\"canceled\"")   \
	X("step_succeeded", "plait_steps_ended_total", "status=\"success\"") \
	X("step_failed", "plait_steps_ended_total", "status=\"failure\"")    \
	X("step_canceled", "plait_steps_ended_total", "status=\"canceled\"") \
	X("step_skipped", "plait_steps_ended_total", "status=\"skipped\"")   \
	X("step_started", "plait_steps_started_total", NULL)                 \
	X("step_up_for_retry", "plait_step_retries_total", NULL)             \
	X("materialization", "plait_materializations_total", NULL)

static const struct {
	const char *kind, *metric, *label;
} counted[] = {
#define X(kind, metric, label) {kind, metric, label},
	COUNTED(X)
#undef X
};

struct metrics {
	uint64_t events, by_kind[COUNT_OF(counted)];
};

struct metrics *metrics_new(struct arena *a)
{
	return NEW(a, struct metrics, 1);
}

void metrics_note_event(struct metrics *m, const struct event_row *event)
{
	m->events++;
	for (size_t i = 0; i < COUNT_OF(counted); i++)
		m->by_kind[i] += sv_eq(event->kind, sv_of(counted[i].kind));
}

/* ---- the text ---- */

struct page {
	struct buf *out;
	const char *last; /* metric that was introduced last */
};

static void add(struct page *p, const char *metric, const char *label, double value)
{
	bool total = sv_ends(sv_of(metric), SV("_total"));

	if (!p->last || strcmp(p->last, metric) != 0)
		buf_addf(p->out, "# TYPE %s %s\n", metric, total ? "counter" : "gauge");
	p->last = metric;
	buf_addf(p->out, label ? "%s{%s} %.17g\n" : "%s%s %.17g\n", metric, label ? label : "",
		 value);
}

static void add_events(struct page *p, const struct metrics *m)
{
	add(p, "plait_events_total", NULL, (double)m->events);
	for (size_t i = 0; i < COUNT_OF(counted); i++)
		add(p, counted[i].metric, counted[i].label, (double)m->by_kind[i]);
}

static void add_open_runs(struct page *p, const struct run_rows *runs)
{
	double counts[RUN_STATE_COUNT] = {0}, steps = 0;
	AUTO_ARENA a = arena_new();

	for (size_t i = 0; i < runs->n; i++) {
		const struct run_row *run = &runs->at[i];

		counts[run->state]++;
		steps += (double)(run->steps - run->steps_done - run->steps_failed);
	}
	for (enum run_state s = RUN_QUEUED; s <= RUN_CANCELING; s++)
		add(p, "plait_runs", arena_fmt(a, "status=\"%s\"", run_state_word(s)).p, counts[s]);
	add(p, "plait_steps_to_do", NULL, steps);
}

static void add_locations(struct page *p, const struct code_view *code)
{
	double counts[LOCATION_BROKEN + 1] = {0};

	for (size_t i = 0; i < code->locations_count; i++)
		counts[code->locations[i].health]++;
	add(p, "plait_locations", "health=\"ok\"", counts[LOCATION_OK]);
	add(p, "plait_locations", "health=\"stale\"", counts[LOCATION_STALE]);
	add(p, "plait_locations", "health=\"broken\"", counts[LOCATION_BROKEN]);
}

static void add_assets(struct page *p, const struct api *api)
{
	const struct asset_graph *g = asset_table_code(api->assets)->graph;
	const struct asset_facts *facts = asset_table_facts(api->assets);
	double counts[ASSET_STATUS_COUNT] = {0};
	AUTO_ARENA a = arena_new();

	for (uint32_t i = 0; i < g->nodes_count; i++)
		if (g->nodes[i].asset)
			counts[facts->at[i].status]++;
	for (enum asset_status s = 0; s < ASSET_STATUS_COUNT; s++)
		add(p, "plait_assets", arena_fmt(a, "status=\"%s\"", asset_status_word(s)).p,
		    counts[s]);
}

static void add_ledger(struct page *p, const struct engine *engine, struct writer_stats s)
{
	add(p, "plait_ledger_commits_total", NULL, (double)s.commits);
	add(p, "plait_ledger_rows_total", NULL, (double)s.rows);
	add(p, "plait_ledger_commit_seconds_total", NULL, (double)s.committing / 1e6);
	add(p, "plait_ledger_longest_commit_seconds", NULL, (double)s.longest_commit / 1e6);
	add(p, "plait_ledger_writable", NULL, engine_error(engine) ? 0 : 1);
}

static void add_http(struct page *p, const struct http_counts *c)
{
	static const char *const classes[] = {NULL,           "code=\"1xx\"", "code=\"2xx\"",
					      "code=\"3xx\"", "code=\"4xx\"", "code=\"5xx\""};

	add(p, "plait_http_requests_total", NULL, (double)c->requests);
	for (size_t i = 1; i < COUNT_OF(classes); i++)
		add(p, "plait_http_responses_total", classes[i], (double)c->by_status[i]);
	add(p, "plait_http_refused_total", NULL, (double)c->refused);
	add(p, "plait_http_received_bytes_total", NULL, (double)c->bytes_in);
	add(p, "plait_http_sent_bytes_total", NULL, (double)c->bytes_out);
	add(p, "plait_http_connections", NULL, c->connections);
	add(p, "plait_http_streams", NULL, c->streams);
}

static void add_process(struct page *p, const struct api *api)
{
	struct process_usage u = process_usage();

	add(p, "process_cpu_seconds_total", NULL, (double)(u.user + u.system) / 1e6);
	add(p, "process_resident_memory_bytes", NULL, (double)u.resident);
	add(p, "process_open_fds", NULL, u.open_files);
	add(p, "process_start_time_seconds", NULL, (double)api->since / 1e6);
}

void api_get_metrics(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	AUTO_BUF out = {0};
	struct page p = {.out = &out};
	struct run_rows runs = {0};
	struct http_counts counts;
	struct err e;

	if (!store_list_open_runs(api->store, exchange_arena(x), &runs, &e) ||
	    !asset_table_refresh(api->assets, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	http_server_counts(api->http, &counts);
	add(&p, "plait_info", "version=\"" PLAIT_VERSION "\"", 1);
	add_open_runs(&p, &runs);
	add_events(&p, api->metrics);
	add_locations(&p, api->session->code);
	add_assets(&p, api);
	add_ledger(&p, api->engine, writer_stats(engine_writer(api->engine)));
	add_http(&p, &counts);
	add_process(&p, api);
	exchange_answer(x, 200, SV("text/plain; version=0.0.4; charset=utf-8"), buf_sv(&out));
}
