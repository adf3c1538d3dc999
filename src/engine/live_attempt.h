/* live_attempt.h -- one attempt of a step, shared by live_step.c (its life), live_judge.c (its end) and live_publish.c
 * (versions in and out of it). */
#pragma once
#include "engine/engine_parts.h"

struct live_attempt {
	struct live_attempt *next;       /* of the run's ended ones, until what they told is on disk */
	struct arena *arena;
	struct live_step *step;
	struct attempt *attempt;         /* the executor's; NULL before it is claimed and after it was released */
	struct step_report report;
	struct step_files files;
	struct step_input *inputs;       /* of a followed one: NULL */
	sv *versions;                    /* one per node: the ids of the versions it makes */
	sv context;
	struct publish_views views;
	struct sv_list left;             /* folders of versions that it began and that nobody will publish */
	struct alarm limit;              /* until it must be ready, or done; then the grace time */
	size_t heard;                    /* events of its messages that are in the ledger already */
	sv refusal, refusal_hint;        /* why it cannot be handed over; p NULL */
	bool followed;                   /* begun by an earlier server */
	bool rebooted;                   /* before the machine was restarted */
	bool ready;                      /* has, or had, a worker */
	bool gone;                       /* handed over */
	bool cancel_asked, overdue;
};

/* It closed its messages without an exception: what it made becomes current.  False, with the reason, when that cannot be. */
bool live_attempt_publish(struct live_attempt *t, struct err *e) CHECKED;
/* It ended without publishing: the versions that it began go, once that is on disk. */
void live_attempt_discard(struct live_attempt *t);
/* The pinned versions of its inputs. */
bool live_attempt_find_inputs(struct live_attempt *t, struct err *e) CHECKED;

/* It is over.  Afterwards its step is in another state, and it is retired. */
void live_attempt_judge_closed(struct live_attempt *t);
void live_attempt_judge_gone(struct live_attempt *t, const struct attempt_end *how);
/* `final`: trying again would not help, whatever its policy says. */
void live_attempt_fail(struct live_attempt *t, sv message, sv hint, bool final);
void live_attempt_fail_for(struct live_attempt *t, const struct err *why);

/* Its step is free for another one; what was told of it may still be on its way. */
void live_attempt_retire(struct live_attempt *t);
