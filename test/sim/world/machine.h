/* machine.h -- processes with their start times, what they run, and the files they append to.  They go on when plait is gone, and
 * end when the machine does.  Knows nothing of engines. */
#pragma once
#include "ledger.h"

struct fake_attempt;

struct message_log {
	struct message_log *next;
	sv path;
	struct buf text;
};

enum job_end { JOB_RUNS, JOB_WELL, JOB_BADLY, JOB_DEAD };

/* A step's code, run once. */
struct job {
	struct job *next, *all;
	struct sim_step *step;
	int64_t attempt;
	struct process *process;
	struct message_log *log;
	uint64_t from;
	enum job_end end;
	bool opened, cut;         /* cut: what it wrote last was lost with the machine */
	bool overlong;            /* it sent a line that nobody takes */
	struct sv_list serials;   /* of its messages that are events, in order */
	size_t serials_at_close;
	struct sv_list made, versions; /* assets that it said it made, and which version of each */
	struct sv_list viewed;         /* the versions that have a view */
	struct sv_list given;     /* the ids its context names, by node of the step */
	struct { bool said, allowed; int64_t most, delay; } wish;
	/* its script */
	unsigned talk;
	enum { PLAN_WELL, PLAN_BADLY, PLAN_DEATH, PLAN_HANG } plan;
	enum { TERM_DIES, TERM_CLOSES, TERM_IGNORES, TERM_FINISHES } on_term;
	bool term;
	time_us began_at, term_at;
};

struct process {
	struct process *next;
	int64_t pid;
	sv started;
	struct sim_location *location;
	bool alive, kept, connected; /* kept: runs one step after the other; connected: to the plait that lives */
	bool used, stranger; /* stranger: no business of plait's */
	struct message_log *log;
	struct job *job;
	struct fake_attempt *attempt; /* who listens */
	struct due *next_act;
	int signal;
	int64_t code;
};

struct machine {
	struct process *processes;
	struct message_log *logs;
	struct job *jobs;
	uint64_t boot;
	uint64_t ticks; /* start times given since the boot */
	uint64_t followed, followed_alive; /* attempts that a later plait found */
};
extern struct machine machine;

void machine_make(void);
void machine_end(void);
sv machine_boot(struct arena *a);
void machine_reboot(void);
void machine_plait_gone(void);

struct process *process_make(struct sim_location *l, bool kept);
struct process *process_find(int64_t pid, sv started); /* that lives; NULL */
struct message_log *message_log_at(sv path);           /* made when there is none */
/* It is told what to do; it begins a little later. */
struct job *process_hand(struct process *p, struct sim_step *s, int64_t attempt, const struct sv_list *given);
void process_signal_to(struct process *p, int number);
void process_exit(struct process *p, int64_t status, int number);

/* executor.c hears of it. */
void executor_wrote(struct process *p);
void executor_gone(struct process *p);
