/* sim_world.h -- what simulations share: seeded dice, a random workspace, a broken promise that prints its seed. */
#pragma once
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "fake_code.h"

struct sim_world {
	const char *program;
	uint64_t seed, random;
	sv text; /* the workspace, in fake_code's words */
};

static inline _Noreturn void sim_broken(const struct sim_world *w, const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: seed %llu: not so: %s\nreplay: %s %llu\n\n%s\n", file, line, (unsigned long long)w->seed,
		what, w->program, (unsigned long long)w->seed, w->text.p ? w->text.p : "");
	exit(1);
}

/* For asserts of the code under test, which end the program themselves. */
static char sim_last_words[80];

static inline void sim_on_abort(int number)
{
	ssize_t written = write(STDERR_FILENO, sim_last_words, strlen(sim_last_words));

	(void)written; /* nothing more can be done */
	signal(number, SIG_DFL);
	raise(number);
}

static inline struct sim_world sim_world_of(const char *program, uint64_t seed)
{
	signal(SIGABRT, sim_on_abort);
	signal(SIGSEGV, sim_on_abort);
	snprintf(sim_last_words, sizeof(sim_last_words), "replay: %s %llu\n", program, (unsigned long long)seed);
	return (struct sim_world){.program = program, .seed = seed, .random = seed * 0x2545f4914f6cdd1d};
}

/* splitmix64 */
static inline uint64_t sim_random(struct sim_world *w)
{
	uint64_t z = w->random += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static inline uint32_t below(struct sim_world *w, uint32_t limit)
{
	return (uint32_t)(sim_random(w) % limit);
}

static inline bool percent(struct sim_world *w, uint32_t chance)
{
	return below(w, 100) < chance;
}

/* Assets k0, k1, …; each depends on some before it, so that the assets have no circle (steps may). */
static inline struct asset_graph *sim_graph(struct arena *a, struct sim_world *s, uint32_t most_assets)
{
	uint32_t assets = 1 + below(s, most_assets), locations = 1 + below(s, 5), steps = 1 + below(s, 8);
	uint32_t density = below(s, 60), shared = below(s, 50);
	AUTO_BUF out = {0};

	for (uint32_t i = 0; i < steps; i++)
		if (percent(s, 60))
			buf_addf(&out, "l%u %%shared%u\n", i % locations, i);
	for (uint32_t i = 0; i < assets; i++) {
		uint32_t step = below(s, steps);

		if (percent(s, 8))
			buf_addf(&out, "l%u =k%u", below(s, locations), i);
		else if (percent(s, shared))
			buf_addf(&out, "l%u k%u@shared%u", step % locations, i, step);
		else
			buf_addf(&out, "l%u k%u", below(s, locations), i);
		buf_add(&out, SV(" <"));
		for (uint32_t d = 0; d < i && d < 6; d++)
			if (percent(s, density)) {
				uint32_t dep = below(s, i); /* a statement each: compilers differ in which argument they take first */

				buf_addf(&out, " k%u%s", dep, percent(s, 50) ? "!" : "");
			}
		if (percent(s, 3))
			buf_add(&out, SV(" nowhere"));
		buf_addc(&out, '\n');
	}
	s->text = arena_sv(a, buf_sv(&out));
	return fake_graph(a, s->text.p);
}
