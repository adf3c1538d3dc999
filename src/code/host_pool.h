/* host_pool.h -- the location hosts of this process: at most one a location, started when first needed, compiled before
 * anything else is asked of it.  A host that hangs while importing is ended, with the Python stack it hung in. */
#pragma once
#include "code/worker_pool.h"

struct compiled {
	const struct code_location *location;
	struct host *host;        /* ready for steps; NULL when it failed */
	struct worker_pool *workers; /* of this location, whichever host makes them; never NULL */
	sv manifest;              /* text, for who asked before it was there; p NULL for others, or when it failed */
	sv manifest_id;           /* its SHA-256 */
	struct sv_list outside;   /* source files loaded from outside the project */
	sv error;                 /* the protocol's error object as JSON; p NULL when it went well */
	time_us duration;
};

struct host_pool_request {
	sv sdk, sdk_library, state; /* as host_request has them */
	bool cgroups;          /* a control group for each worker: see sys/cgroup.h */
	time_us worker_limit;  /* for a host to make a process for a step; 0: 60 s */
	time_us worker_pause;  /* after several of no use; 0: 10 s */
	time_us compile_limit; /* a hanging import is ended after this; 0: 60 s */
	void (*on_importing)(void *ctx, const struct code_location *location, sv module); /* may be NULL */
	void *ctx;
};

struct host_pool;

struct host_pool *host_pool_new(struct loop *l, const struct host_pool_request *request);
/* Ends every host; who waits for one hears that there is none.  NULL is fine. */
void host_pool_free(struct host_pool *p);

/* Compiles, or answers at once, from within the call, when this process has done so before (or cannot).
 * `on_done` is called once;
 * what it gets lives until the location is renewed or its host has gone. */
void host_pool_compile(struct host_pool *p, const struct code_location *location,
		       void (*on_done)(void *ctx, const struct compiled *result), void *ctx);
/* Its code or its environment has changed: what is compiled next is compiled by a new host.  The old one ends; its workers
 * that are at work go on. */
void host_pool_renew(struct host_pool *p, const struct code_location *location);
