/* live_step.h -- one step of a live run: its attempt, what it said, how it ended.  live_run.c's other half. */
#pragma once
#include "daemon/live_run.h"
#include "daemon/publish.h"
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
	sv error;                  /* JSON exception object; p NULL */
	bool cancel_asked;
};

struct live_run {
	struct arena *arena;
	struct live_run_request request;
	struct session *session;
	struct writer *writer;
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
/* live_run.c: the step has ended and what it made is current; the run goes on. */
void live_run_step_ended(struct live_step *s, enum step_state state, sv reason);

/* Appends an event to the ledger and, once it is on disk, tells the listener.  `body` is JSON. */
void live_run_tell(struct live_run *r, int64_t step, const char *kind, sv asset, sv body);
