/* step_life.c -- what a run costs in the ledger: its creation, then each step's life (start, five events, version, pointer,
 * end), with so many lives to a commit.  Usage: step_life [FOLDER [STEPS [ROUNDS]]]; default 5,000 steps, 5 rounds, medians. */
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/time.h"
#include "store/store.h"
#include "sys/clock.h"
#include "sys/file.h"

enum { EVENTS = 5, ROUNDS_MOST = 99 };

static const int lives_a_commit[] = {1, 8, 32};

static struct err e;
static long steps = 5000;

static void must(bool done)
{
	if (done)
		return;
	fprintf(stderr, "step_life: %s\n", e.text);
	exit(1);
}

struct cost {
	double wall, processor; /* microseconds */
};

static struct cost now(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (struct cost){
		(double)clock_monotonic(),
		(double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec)};
}

static struct cost since(struct cost start, double divisor)
{
	struct cost end = now();

	return (struct cost){(end.wall - start.wall) / divisor, (end.processor - start.processor) / divisor};
}

struct run {
	struct store *store;
	struct arena *arena;
	sv id;
	struct step_row *steps;
	struct version_row *versions;
};

static void plan_step(struct run *r, long i)
{
	struct arena *a = r->arena;
	sv *key = NEW(a, sv, 1), *waits = NEW(a, sv, 2);

	*key = arena_fmt(a, "warehouse/schema_%02ld/table_%06ld", i % 50, i);
	waits[0] = arena_fmt(a, "%ld", i / 2);
	waits[1] = arena_fmt(a, "%ld", i / 3);
	r->steps[i] = (struct step_row){
		.run = r->id,
		.index = i,
		.name = *key,
		.location = SV("north"),
		.manifest_id = SV("3f0e9ab1c2d3e4f5061728394a5b6c7d"),
		.assets = {key, 1, 1},
		.waits_for = {waits, 2, 2},
#ifndef STEP_LIFE_BEFORE
		.inputs = arena_fmt(a,
				    "[{\"asset\":\"warehouse/schema_00/table_%06ld\",\"loaded\":true,\"in_run\":true,"
				    "\"version\":null},{\"asset\":\"warehouse/schema_01/table_%06ld\",\"loaded\":true,"
				    "\"in_run\":true,\"version\":null}]", i / 2, i / 3),
		.reason_planned = SV("selected"),
#endif
		.state = STEP_WAITING,
		.reason = SV("waits for warehouse/schema_00/table_000001"),
	};
	r->versions[i] = (struct version_row){
		.id = arena_fmt(a, SV_FMT "-%012ld", SV_ARG(r->id), i),
		.asset = *key,
		.run = r->id,
		.step = i,
		.attempt = 1,
		.location = SV("north"),
		.manifest_id = r->steps[i].manifest_id,
		.code_version = SV("1"),
		.data_version = SV("5f1c2d3e4f5061728394a5b6c7d8e9f0"),
		.inputs = SV("[{\"asset\":\"warehouse/schema_00/table_000001\",\"version\":\"0195f1c2-7a2e-7c11\",\"pinned\":true}]"),
		.storage = SV("{\"kind\":\"filesystem\",\"base\":\"/data\",\"format\":\"pickle\"}"),
		.directory = arena_fmt(a, "/data/.plait/versions/" SV_FMT "/%012ld", SV_ARG(*key), i),
		.files = SV("{\"value.pickle\":{\"path\":\"value.pickle\",\"bytes\":1000,\"sha256\":"
			    "\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"}}"),
		.views = SV("[{\"path\":\"/data/table\",\"target\":\".plait/versions/table/0001/value.pickle\"}]"),
		.manager = SV("io_manager"),
		.manager_type = SV("plait.FilesystemIOManager"),
		.versioned = true,
		.bytes = 1000,
		.rows = 10,
		.metadata = SV("{}"),
		.created_at = 1700000000000000,
		.duration = 5000,
	};
}

static struct run new_run(struct store *s, struct arena *a, int number)
{
	struct run r = {.store = s, .arena = a, .id = arena_fmt(a, "0195f1c2-7a2e-7c11-9a53-%012d", number)};

	r.steps = NEW(a, struct step_row, steps);
	r.versions = NEW(a, struct version_row, steps);
	for (long i = 0; i < steps; i++)
		plan_step(&r, i);
	return r;
}

static void create(struct run *r)
{
	struct run_row row = {.id = r->id, .state = RUN_STARTED, .request = SV("{}"), .created_at = 1};

	must(store_begin(r->store, &e) && store_put_run(r->store, &row, &e));
	for (long i = 0; i < steps; i++)
		must(store_put_step(r->store, &r->steps[i], &e));
	must(store_commit(r->store, &e));
}

#ifdef STEP_LIFE_BEFORE
#define store_move_step store_put_step
#endif

static void start(struct run *r, long i)
{
	struct step_row *row = &r->steps[i];

	row->state = STEP_RUNNING;
	row->attempt = 1;
	row->pid = 12345;
	row->pid_started = SV("123456789");
	row->directory = SV("/data/.plait/runs/0195f1c2-7a2e-7c11-9a53-2f4b8d0c6e11/0001-table.1");
#ifndef STEP_LIFE_BEFORE
	row->method = SV("fork");
	row->messages = SV("/data/.plait/runs/0195f1c2-7a2e-7c11-9a53-2f4b8d0c6e11/0001-table.1/messages.jsonl");
#endif
	row->reason = SV("its process runs");
	row->started_at = 1700000000000000;
	must(store_move_step(r->store, row, &e));
}

static void end(struct run *r, long i)
{
	struct step_row *row = &r->steps[i];

	row->state = STEP_SUCCESS;
	row->reason = SV("done");
	row->offset = 1234;
	row->ended_at = 1700000000100000;
	row->max_rss_kib = 40000;
	row->user_us = 2000;
	row->system_us = 1000;
	must(store_move_step(r->store, row, &e));
}

static void live(struct run *r, long i)
{
	static const char *const kinds[EVENTS] = {"step_started", "log", "output", "materialization", "step_succeeded"};

	start(r, i);
	for (int n = 0; n < EVENTS; n++) {
		struct event_row event = {
			.run = r->id,
			.step = i,
			.attempt = 1,
			.kind = sv_of(kinds[n]),
			.asset = r->versions[i].asset,
			.body = SV("{\"level\":\"INFO\",\"message\":\"wrote 1204 rows in 12 ms\",\"logger\":\"plait\"}"),
			.at = 1700000000000000 + i,
		};

		must(store_append_event(r->store, &event, &e));
	}
	must(store_put_version(r->store, &r->versions[i], &e));
	must(store_move_pointer(r->store, r->versions[i].asset, 0, r->versions[i].id, 1700000000000000, &e));
	end(r, i);
}

static void live_all(struct run *r, int group)
{
	for (long i = 0; i < steps; i++) {
		if (i % group == 0)
			must(store_begin(r->store, &e));
		live(r, i);
		if ((i + 1) % group == 0 || i + 1 == steps)
			must(store_commit(r->store, &e));
	}
}

static int by_processor(const void *x, const void *y)
{
	double a = ((const struct cost *)x)->processor, b = ((const struct cost *)y)->processor;

	return (a > b) - (a < b);
}

static void say(const char *what, struct cost *at, int n, const char *unit)
{
	qsort(at, (size_t)n, sizeof(*at), by_processor);
	printf("%-34s %10.1f %s, %10.1f %s of processor\n", what, at[n / 2].wall, unit, at[n / 2].processor, unit);
}

int main(int argc, char **argv)
{
	struct cost created[ROUNDS_MOST], again[ROUNDS_MOST], lives[COUNT_OF(lives_a_commit)][ROUNDS_MOST];
	int rounds = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 5;
	char folder[4000];

	if (argc > 2)
		steps = strtol(argv[2], NULL, 10);
	snprintf(folder, sizeof(folder), "%s/step-life-XXXXXX", argc > 1 ? argv[1] : "/tmp");
	if (rounds < 1 || rounds > ROUNDS_MOST || steps < 1 || !mkdtemp(folder))
		return 2;
	for (int i = 0; i < rounds; i++) {
		AUTO_ARENA a = arena_new();
		struct store *s;
		struct run r;
		struct cost t;

		must(store_open(arena_fmt(a, "%s/%d.db", folder, i).p, STORE_WRITE, &s, &e));
		r = new_run(s, a, 0);
		t = now();
		create(&r);
		created[i] = since(t, 1000);
		for (size_t g = 0; g < COUNT_OF(lives_a_commit); g++) {
			r = new_run(s, a, 1 + (int)g);
			t = now();
			create(&r);
			again[i] = since(t, 1000);
			t = now();
			live_all(&r, lives_a_commit[g]);
			lives[g][i] = since(t, (double)steps);
		}
		store_close(s);
	}
	say("creation, new assets", created, rounds, "ms");
	say("creation, known assets", again, rounds, "ms");
	for (size_t g = 0; g < COUNT_OF(lives_a_commit); g++) {
		char what[64];

		snprintf(what, sizeof(what), "a life, %d to a commit", lives_a_commit[g]);
		say(what, lives[g], rounds, "us");
	}
	folder_remove(sv_of(folder));
	return 0;
}
