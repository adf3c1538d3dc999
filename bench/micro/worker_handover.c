/* worker_handover.c -- what handing a step to a worker costs the server: claim, go, 5 messages heard, release, again; through
 * exec/local and a stub host (bench/stub), without a ledger.  Usage: worker_handover STUB_HOST [STEPS [AT_ONCE [process]]].
 * Prints steps a second, and this process's own processor time a step, the workers' not among it.  Works in TMPDIR.  On ext4
 * wait minutes between runs of isolation `process`: making files soon after many were deleted takes ten times as long. */
#include <stdlib.h>
#include <sys/resource.h>

#include "base/digest.h"
#include "exec/local.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/path.h"

struct bench {
	struct loop *loop;
	struct executor *x;
	struct code_location code;
	sv state, manifest_id;
	enum isolation isolation;
	uint32_t to_claim, to_close, messages;
	time_us began;
	struct rusage used;
};

struct one {
	struct bench *b;
	struct attempt *attempt;
	uint32_t number;
	sv messages; /* set by on_ready */
};

static void fail(const char *what, sv why)
{
	fprintf(stderr, "worker_handover: %s " SV_FMT "\n", what, SV_ARG(why));
	exit(1);
}

static void claim(struct one *o);

static void go(struct one *o)
{
	char context[2048];
	int n = snprintf(context, sizeof(context),
			 "{\"asset_keys\":[\"a%05u\"],\"run_id\":\"r\",\"extras\":{\"plait\":{\"isolation\":\"%s\",\"messages\":\"" SV_FMT
			 "\",\"step\":\"a%05u\"}}}",
			 o->number, o->b->isolation == ISOLATION_WORKER ? "worker" : "process", SV_ARG(o->messages), o->number);

	attempt_go(o->attempt, (sv){context, (size_t)n});
}

static void on_ready(void *ctx, const struct attempt_process *process)
{
	struct one *o = ctx;

	o->messages = process->messages;
	if (o->attempt)
		go(o);
}

static void on_message(void *ctx, sv line, uint64_t end)
{
	struct one *o = ctx;

	o->b->messages++;
	if (!strstr(line.p, "\"method\":\"closed\"") || strstr(line.p, "\"method\":\"closed\"") > line.p + line.n)
		return;
	attempt_release(o->attempt);
	o->attempt = NULL;
	if (--o->b->to_close == 0)
		loop_stop(o->b->loop);
	else
		claim(o);
}

static void on_ended(void *ctx, const struct attempt_end *end)
{
	fail("a step ended:", end->message);
}

static void claim(struct one *o)
{
	struct bench *b = o->b;
	AUTO_ARENA a = arena_new();

	if (!b->to_claim)
		return;
	o->number = --b->to_claim;
	o->messages = (sv){NULL, 0};
	struct attempt_request request = {
		.location = b->code.name,
		.manifest_id = b->manifest_id,
		.directory = arena_fmt(a, SV_FMT "/runs/r/%05u", SV_ARG(b->state), o->number),
		.isolation = b->isolation,
		.listener = {on_ready, on_message, on_ended, o},
	};

	o->attempt = executor_claim(b->x, &request);
	if (o->messages.p)
		go(o);
}

static const struct code_location *find(void *ctx, sv name)
{
	return &((struct bench *)ctx)->code;
}

static double cpu(const struct rusage *u)
{
	return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1e6 + (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec);
}

static void on_compiled(void *ctx, const struct compiled *result)
{
	struct bench *b = ctx;

	if (!result->host)
		fail("the host:", result->error);
	b->manifest_id = result->manifest_id;
	loop_stop(b->loop);
}

int main(int argc, char **argv)
{
	const char *top = getenv("TMPDIR");
	char state[4096];
	uint32_t steps = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 20000;
	uint32_t at_once = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 2;
	struct one *ones = heap_alloc(sizeof(*ones) * at_once);
	struct bench b = {.isolation = argc > 4 ? ISOLATION_PROCESS : ISOLATION_WORKER, .to_claim = steps, .to_close = steps};
	struct rusage before, after;
	time_us start, took;

	snprintf(state, sizeof(state), "%s/worker-handover-XXXXXX", top ? top : "/tmp");
	if (argc < 2 || !mkdtemp(state))
		fail("usage:", SV("worker_handover STUB_HOST [STEPS [AT_ONCE [process]]]"));
	b.state = sv_of(state);
	b.loop = loop_new();
	b.code = (struct code_location){.name = SV("stub"), .loader = LOADER_MODULE, .target = SV("10"), .working_directory = b.state,
					.project_root = b.state, .interpreter = sv_of(argv[1])};
	struct host_pool *hosts = host_pool_new(b.loop, &(struct host_pool_request){.sdk = b.state, .state = b.state});

	b.x = local_executor_new(&(struct local_request){.loop = b.loop, .hosts = hosts, .state = b.state, .location_named = find, .ctx = &b});
	host_pool_compile(hosts, &b.code, on_compiled, &b);
	loop_run(b.loop);
	executor_want(b.x, b.code.name, at_once, at_once);
	getrusage(RUSAGE_SELF, &before);
	start = clock_monotonic();
	for (uint32_t i = 0; i < at_once; i++) {
		ones[i].b = &b;
		claim(&ones[i]);
	}
	loop_run(b.loop);
	took = clock_monotonic() - start;
	getrusage(RUSAGE_SELF, &after);
	printf("%u steps (%s, %u at once): %.0f steps/s, %.1f us a step, of which %.1f us processor time of the server; %.1f messages a step\n",
	       steps, argc > 4 ? "process" : "worker", at_once, (double)steps / (double)took * 1e6, (double)took / steps,
	       (cpu(&after) - cpu(&before)) / steps, (double)b.messages / steps);
	executor_close(b.x);
	host_pool_free(hosts);
	loop_free(b.loop);
	free(ones);
	folder_remove(sv_of(state));
	return 0;
}
