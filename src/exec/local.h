/* local.h -- the executor of this machine: worker processes that the location hosts make (code/worker.h), handed a step over
 * their socket, heard on it, followed through their message file when there is no socket, ended with all that they started.
 *
 * A worker makes STATE/workers/PID-STARTED with its files ahead.  For isolation `process` that folder becomes the attempt's;
 * for `worker` it stays, and successive steps share it. */
#pragma once
#include "code/host_pool.h"
#include "exec/executor.h"

struct local_request {
	struct loop *loop;
	struct host_pool *hosts; /* outlives the executor */
	sv state;                /* the state directory */
	/* The code of a location, NULL when there is none of that name; lives as long as the host pool. */
	const struct code_location *(*location_named)(void *ctx, sv name);
	void *ctx;
};

struct executor *local_executor_new(const struct local_request *request);

/* Removes what the ended workers of earlier servers left in STATE/workers.  To be called once nothing in the ledger refers to
 * them any more: after their attempts were taken over. */
void local_executor_tidy(struct executor *x);
