/* ledger.h -- what was written into the ledger, as seen at the door of its store: now, and as of the last commit.  Each write is
 * looked at as it comes, the sum of a transaction before it is committed. */
#pragma once
#include "plan/run_plan.h"
#include "store/store.h"
#include "world.h"

struct job;
struct sim_run;

struct sim_step_facts {
	enum step_state state;
	int64_t attempt, retries;
	time_us wake_at;
	int64_t pid;
	sv pid_started, messages;
	uint64_t from;
	unsigned ends;    /* events that say it has ended */
	uint32_t heard;   /* messages of the newest attempt that are events */
	uint32_t versions;
};

struct sim_step {
	struct sim_run *run;
	uint32_t index;
	const struct plan_step *plan;
	struct sim_location *location;
	struct sim_step_facts now, kept;
	bool claimed;        /* by the plait that lives */
	time_us claimed_at;
	struct job *jobs;    /* newest first */
	bool excused;        /* something happened that may make it fail whatever its policy says */
};

struct sim_event {
	int64_t id;
	bool quiet; /* listeners do not hear it: a view that could not be moved */
};

struct sim_run_facts {
	bool there;
	enum run_state state;
	size_t events;
	unsigned ends;
};

struct sim_run {
	struct sim_run *next; /* newer first */
	sv id, parent;
	uint64_t number;      /* its age */
	const struct run_plan *plan;
	uint32_t most_running;
	int64_t priority;
	uint32_t max_retries;
	bool retry_all;
	int64_t retry_number;
	sv team;              /* value of its tag "team"; p NULL */
	time_us max_runtime;
	struct sim_run_facts now, kept;
	struct sim_step *steps;
	LIST(struct sim_event) events;
	sv *made;             /* by node of the first graph: the version made, committed */
	bool cancel_asked;
	bool rerun_refused;   /* it could not be planned again */
	unsigned reruns;
	time_us started_at;
};

struct sim_version {
	sv id, asset;
	struct sim_step *step;
	int64_t attempt;
};

struct ledger {
	struct sim_run *runs;
	uint64_t runs_count;
	LIST(struct sim_version) versions;
	size_t versions_kept;
	sv *current, *current_kept; /* by node of the first graph: version ids; p NULL: none */
	bool open;
	struct {             /* what the next new run is: set before it is submitted */
		const struct run_plan *plan;
		uint32_t most_running;
		sv team;
		time_us max_runtime;
		uint32_t max_retries;
		bool retry_all;
	} coming;
	uint64_t rows, commits;
};
extern struct ledger ledger;

void ledger_make(void);
/* For faulty_store_watched. */
void ledger_note(void *ctx, const char *call, const void *row);
void ledger_check_commit(void);

struct sim_run *ledger_run(sv id);   /* NULL */
struct sim_step *ledger_step(sv run, int64_t index);
const struct sim_version *ledger_version(sv id, bool kept); /* NULL */
bool sim_step_active(const struct sim_step *s); /* it holds a slot */
bool sim_step_inputs_done(const struct sim_step *s);
bool sim_run_in_progress(const struct sim_run *r);
