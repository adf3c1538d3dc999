/* world.h -- the seeded world that the engine is simulated in: chance, time, what will happen when, and what a broken property
 * does.  One world at a time; everything in it lives in its arena.
 *
 *	agenda.c    time, the turns of the loop (sys/loop.h), ids
 *	code.c      a random workspace, its manifests, plans
 *	machine.c   processes and the files they append to; outlive plait
 *	executor.c  exec/executor.h over the machine's processes
 *	links.c     the current views
 *	ledger.c    what was written, and whether it may be
 *	watch.c     what must hold between all of them
 *	plait.c     an engine from its start to its end or death; what is done to it */
#pragma once
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "base/time.h"

struct due;

struct world {
	struct arena *arena;
	uint64_t seed, random;
	bool loud;
	time_us now;
	uint64_t ids;
	uint64_t events;  /* what happened, of any kind */
	struct due **agenda;
	size_t due, agenda_cap;
	uint64_t entries; /* ever made */
};
extern struct world world;

void world_begin(uint64_t seed, bool loud);
void world_end(void);

/* ---- chance ---- */
uint64_t chance_u64(void);
uint32_t below(uint32_t limit);
bool percent(uint32_t chance);
bool permille(uint32_t chance);
time_us some_time(time_us most); /* mostly short, now and then up to `most`; in whole milliseconds */

/* ---- what will happen ---- */
struct due *soon(time_us after, void (*fn)(void *ctx), void *ctx);
void forget(struct due *d); /* NULL and what has happened are fine */
bool world_turn(void);      /* one turn of the loop; false: nothing will happen any more */

/* ---- the loop (world/agenda.c is sys/loop.h for the engine's few calls) ---- */
struct loop *fake_loop_new(void);
void fake_loop_free(struct loop *l);
void fake_loop_end_turn(struct loop *l);

/* ---- telling ---- */
void tell(const char *fmt, ...) PRINTF(1, 2); /* when loud */
_Noreturn void world_broken(const char *file, int line, const char *fmt, ...) PRINTF(3, 4);
#define HOLDS(condition)                                                   \
	do {                                                               \
		if (!(condition))                                          \
			world_broken(__FILE__, __LINE__, "%s", #condition); \
	} while (0)
#define HOLDS_OF(condition, ...)                                       \
	do {                                                           \
		if (!(condition))                                      \
			world_broken(__FILE__, __LINE__, __VA_ARGS__); \
	} while (0)
