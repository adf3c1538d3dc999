/* executor.h -- exec/executor.h over the processes of world/machine.h: claims that are ready at once, late or never, are refused,
 * lose their host; lines that come late and in bursts.  Belongs to one plait and does nothing more once that is dead. */
#pragma once
#include "exec/executor.h"
#include "machine.h"

struct fake_executor {
	struct executor base;
	struct fake_attempt *attempts;
	bool dead;
	bool doomed;                     /* a write has failed: what it decides until it notices does not count */
	bool calm;                       /* nothing goes wrong by itself any more */
	bool (*on_call)(const char *what); /* plait may die here: true: it has */
	uint64_t claims, wants;
};
void fake_executor_make(struct fake_executor *x, bool (*on_call)(const char *what));
void fake_executor_die(struct fake_executor *x);  /* sockets end; what it still is asked does nothing */
void fake_executor_free(struct fake_executor *x);
void fake_executor_host_dies(struct fake_executor *x, struct sim_location *l);
bool fake_executor_is_empty(const struct fake_executor *x);
/* Each step under way that has a time limit: for watch.c. */
void fake_executor_check_limits(const struct fake_executor *x);
