/* live_step.h -- one step of a live run: its attempt, what it said, how it ended.  What its end means
 * for the others is for the run to say (on_ended). */
#pragma once
#include "daemon/live_run.h"
#include "daemon/publish.h"
#include "daemon/run_tell.h"
#include "daemon/step_files.h"
#include "exec/attempt.h"

struct live_step {
	struct live_run *run;
	uint32_t index;
	int64_t attempt_number;
	struct attempt *attempt;   /* NULL before it starts and after it ended */
	struct step_report report; /* its arena holds everything here; NULL before it starts */
	struct step_files files;
	sv *versions;              /* one per node: the ids of the versions it will make */
	int64_t pid;
	sv pid_started;
	uint64_t offset;           /* of its messages, recorded */
	time_us started_at, ended_at;
	struct attempt_end end;
	struct publish_result published;
	sv refusal, refusal_hint;  /* why it cannot start; p NULL */
	sv error;                  /* JSON exception object; p NULL */
	bool cancel_asked;
	/* It has ended and what it made is current. */
	void (*on_ended)(struct live_step *s, enum step_state state, sv reason);
};

struct live_run {
	struct arena *arena;
	struct live_run_request request;
	struct session *session;
	struct writer *writer;
	struct run_teller teller;
	struct run_plan *plan;
	struct step_order *order;
	struct live_step *steps;
	sv id;
	enum run_state state;
	time_us created_at, started_at, ended_at;
	sv cancel_reason;
	struct timer *grace;
	uint32_t alive; /* attempts that have not ended */
	bool abandoned;
};

/* Prepares the attempt's files and rows; the process starts once the row is on disk. */
void live_step_start(struct live_step *s);
/* Writes the step's row as it is now. */
void live_step_record(struct live_step *s);
/* An event of this step. */
void live_step_tell(const struct live_step *s, const char *kind, sv asset, sv body);
