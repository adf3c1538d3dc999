/* sim.h -- one history of queue, dispatch, slots and step orders: a seed, the world that it makes, and how far things are in it.
 *
 *	sim.c       chance; a random workspace, plans and limits over it
 *	server.c    what the daemon has of them: begun, killed, begun again
 *	account.c   who may start, slow and simple
 *	watch.c     what must hold after every event */
#pragma once
#include "plan/dispatch.h"
#include "plan/run_queue.h"

enum { MOST_RUNS = 5, POOLS = 3, MOST_RETRIES = 3, LOCATIONS = 5 };

extern const char *const pool_names[POOLS];

/* A run, from before it is submitted until it is over. */
struct live {
	uint32_t number;
	struct node_set selected, left_out;
	struct run_plan *plan;
	struct step_order *order;
	enum step_state *last; /* each step's state as of the event before */
	unsigned *ends;        /* how often each step ended */
	unsigned *failures;    /* how often each was sent back to be tried again */
	struct run_tag tag;
	struct dispatch_run run;
	struct queued_run *queued;
	bool submitted, started, canceled, over;
};

struct totals {
	size_t histories, refused, runs, steps, events, retries, takeovers, outcomes[RUN_STATE_COUNT];
};

struct sim {
	struct arena *arena;
	uint64_t seed, random;
	bool loud;
	struct totals *totals;
	sv text; /* the workspace, in fake_code's words */
	struct asset_graph *graph;
	struct live runs[MOST_RUNS];
	uint32_t runs_count;
	struct settings settings;
	uint32_t most_steps, kept_beyond;
	int64_t location_limits[LOCATIONS], pool_limits[POOLS]; /* -1: none; pools: -2: the default */
	struct slots *slots;
	struct dispatch *dispatch;
	struct run_queue *queue;
	time_us now;
	uint32_t failing, canceling, killing; /* what happens: of 100 ends, of 1,000 events */
	struct step_changes changes; /* of the event at hand */
};

/* Its graph, settings and runs, none of them submitted. */
struct sim sim_of(struct arena *a, uint64_t seed, bool loud, struct totals *totals);

/* ---- chance ---- */
uint32_t below(struct sim *s, uint32_t limit);
bool percent(struct sim *s, uint32_t chance);

/* ---- telling ---- */
void sim_tell(const struct sim *s, const char *what, const struct live *r, uint32_t step); /* when loud */
_Noreturn void sim_broken(const struct sim *s, const char *file, int line, const char *what);
#define HOLDS(s, condition)                                              \
	do {                                                             \
		if (!(condition))                                        \
			sim_broken(s, __FILE__, __LINE__, #condition);   \
	} while (0)

/* ---- how far a run is ---- */
enum step_state live_state(const struct live *r, uint32_t step);
bool live_is_active(const struct live *r, uint32_t step); /* a step that starts or runs */
bool live_is_queued(const struct live *r);
bool live_is_running(const struct live *r);
