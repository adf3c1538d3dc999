/* worker_pool.h -- the workers of one location, over the lives of its hosts: as many idle ones as are wanted, those being made,
 * those at work.  Idle ones end with their host; those at work live on, and their end is then seen from afar. */
#pragma once
#include "code/worker.h"

struct worker_pool;

struct worker_pool_listener {
	void (*on_idle)(void *ctx);  /* a worker waits that did not */
	/* Workers that were asked for will not come.  With `host_gone` another host may do better. */
	void (*on_none)(void *ctx, const struct err *why, bool host_gone);
	void (*on_retired)(void *ctx, const struct worker *w); /* it will have no step any more */
	void *ctx;
};

struct worker_pool_request {
	struct loop *loop;
	sv location;
	bool cgroups;          /* a control group for each */
	time_us making_limit;  /* for a host to make one; 0: 60 s */
	time_us fault_pause;   /* before a host whose workers were of no use makes others; 0: 10 s */
};
struct worker_pool *worker_pool_new(const struct worker_pool_request *request);
void worker_pool_free(struct worker_pool *p); /* steps under way go on; NULL is fine */
void worker_pool_listen(struct worker_pool *p, const struct worker_pool_listener *listener); /* NULL: nobody */

/* So many idle ones, or in the making, no more: the host is asked for what is missing.  What is too many ends after a while.
 * When several in a row were lost before they had a step, on_none tells why, and for a while it does so at once. */
void worker_pool_want(struct worker_pool *p, uint32_t idle, bool fresh_only);
/* An idle one, from now on busy; NULL: none, on_idle will tell.  `fresh`: one that has had no step. */
struct worker *worker_pool_take(struct worker_pool *p, bool fresh, const struct worker_listener *listener);
void worker_pool_retire(struct worker_pool *p); /* ends the idle ones now, and wants none */

/* What its host tells; called by the host pool. */
void worker_pool_open(struct worker_pool *p, struct host *h);
void worker_pool_made(struct worker_pool *p, const struct host_worker *made);
void worker_pool_exited(struct worker_pool *p, int64_t pid, const struct worker_exit *how);
void worker_pool_host_gone(struct worker_pool *p, const struct err *why); /* or closed */
