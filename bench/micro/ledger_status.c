/* ledger_status.c -- what a status page asks of a large ledger: every asset's current version and last attempt, the newest
 * runs, the tail of one run's events.  Usage: ledger_status [FOLDER [ASSETS [EVENTS]]]; default 100,000 and 1,000,000. */
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/time.h"
#include "store/store.h"
#include "sys/clock.h"
#include "sys/file.h"

enum { ASSETS_PER_RUN = 2000 };

static struct err e;

static void must(bool done)
{
	if (done)
		return;
	fprintf(stderr, "ledger_status: %s\n", e.text);
	exit(1);
}

static void put_asset(struct store *s, struct arena *a, sv run, long index, long number, long events)
{
	sv key = arena_fmt(a, "warehouse/schema_%02ld/table_%06ld", number % 50, number);
	sv version = arena_fmt(a, "0195f1c2-7a2e-7c11-9a53-%012ld", number);
	struct step_row step = {.run = run, .index = index, .name = key, .location = SV("north"),
				.manifest_id = SV("3f0e"), .assets = {&key, 1, 1}, .state = STEP_SUCCESS, .attempt = 1,
				.reason = SV("selected"), .started_at = 1, .ended_at = 2};
	struct version_row row = {
		.id = version, .asset = key, .run = run, .step = index, .attempt = 1, .location = SV("north"),
		.manifest_id = SV("3f0e"), .code_version = SV("1"), .inputs = SV("[]"),
		.storage = SV("{\"kind\":\"filesystem\",\"base\":\"/data\",\"format\":\"pickle\"}"),
		.directory = arena_fmt(a, "/data/.plait/" SV_FMT "/" SV_FMT, SV_ARG(key), SV_ARG(version)),
		.files = SV("{}"), .views = SV("[]"), .manager = SV("io_manager"), .versioned = true, .bytes = 1000,
		.rows = 10, .metadata = SV("{}"), .created_at = 1, .duration = 5};

	must(store_put_step(s, &step, &e) && store_put_version(s, &row, &e));
	must(store_move_pointer(s, key, 0, version, 1, &e));
	for (long i = 0; i < events; i++) {
		struct event_row event = {.run = run, .step = index, .attempt = 1, .kind = SV("log"), .asset = key,
					  .body = SV("{\"level\":\"INFO\",\"message\":\"wrote 1204 rows in 12 ms\"}"),
					  .at = 1700000000000000 + i};

		must(store_append_event(s, &event, &e));
	}
}

static void fill(struct store *s, long assets, long events)
{
	for (long at = 0; at < assets; at += ASSETS_PER_RUN) {
		AUTO_ARENA a = arena_new();
		sv run = arena_fmt(a, "0195f1c2-0000-7000-8000-%012ld", at);
		struct run_row row = {.id = run, .state = RUN_SUCCESS, .created_at = at + 1};

		must(store_begin(s, &e) && store_put_run(s, &row, &e));
		for (long i = 0; i < ASSETS_PER_RUN && at + i < assets; i++)
			put_asset(s, a, run, i, at + i, events / assets);
		must(store_commit(s, &e));
	}
}

static time_us processor_time(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * TIME_SECOND + usage.ru_utime.tv_usec +
	       usage.ru_stime.tv_usec;
}

struct watch {
	time_us wall, processor;
};

static struct watch start(void)
{
	return (struct watch){clock_monotonic(), processor_time()};
}

static void say(const char *what, size_t n, struct watch since)
{
	printf("%-28s %9zu rows %10.1f ms, %10.1f ms of processor\n", what, n,
	       (double)(clock_monotonic() - since.wall) / 1000,
	       (double)(processor_time() - since.processor) / 1000);
}

static void ask(struct store *s, const char *latest)
{
	AUTO_ARENA a = arena_new();
	struct event_query tail = {.run = sv_of(latest), .step = -1, .most = 100};
	struct version_rows versions;
	struct standing_rows standings;
	struct event_rows events;
	struct run_rows runs;
	struct version_row one;
	struct watch t = start();

	must(store_list_current(s, a, &versions, &e));
	say("list_current", versions.n, t);
	t = start();
	must(store_list_standings(s, a, (sv){0}, &standings, &e));
	say("list_standings", standings.n, t);
	t = start();
	must(store_current(s, a, versions.at[versions.n / 2].asset, 0, &one, &e));
	say("current, one asset", 1, t);
	t = start();
	must(store_list_runs(s, a, (sv){0}, 50, &runs, &e));
	say("list_runs, 50 newest", runs.n, t);
	t = start();
	must(store_list_open_runs(s, a, &runs, &e));
	say("list_open_runs", runs.n, t);
	t = start();
	must(store_list_events(s, a, &tail, &events, &e));
	say("list_events, one run, 100", events.n, t);
}

int main(int argc, char **argv)
{
	long assets = argc > 2 ? strtol(argv[2], NULL, 10) : 100000, events = argc > 3 ? strtol(argv[3], NULL, 10) : 1000000;
	char folder[4000], path[4096], latest[64];
	struct rusage usage;
	struct store *s;
	struct watch t;

	snprintf(folder, sizeof(folder), "%s/ledger-status-XXXXXX", argc > 1 ? argv[1] : "/tmp");
	if (assets < 1 || !mkdtemp(folder))
		return 2;
	snprintf(path, sizeof(path), "%s/ledger.db", folder);
	snprintf(latest, sizeof(latest), "0195f1c2-0000-7000-8000-%012ld", (assets - 1) / ASSETS_PER_RUN * ASSETS_PER_RUN);
	must(store_open(path, STORE_WRITE, &s, &e));
	t = start();
	fill(s, assets, events);
	say("filled", (size_t)events, t);
	store_close(s);
	must(store_open(path, STORE_READ, &s, &e));
	ask(s, latest);
	store_close(s);
	getrusage(RUSAGE_SELF, &usage);
	printf("largest memory %ld MiB\n", usage.ru_maxrss / 1024);
	folder_remove(sv_of(folder));
	return 0;
}
