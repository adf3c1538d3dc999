/* run_view.h -- a run as people follow it, built from its events alone (doc/formats/events.md). */
#pragma once
#include "model/failure.h"
#include "model/run.h"
#include "store/store.h"

struct step_view {
	sv label;                 /* its asset, or "a +2" */
	sv name, location;
	struct sv_list assets;    /* keys */
	enum step_state state;
	time_us started_at, ended_at; /* 0: not yet */
	int64_t rows;             /* of all its assets; -1 unknown */
	size_t made;              /* assets published */
	bool unversioned;         /* some value was written in place by the user's own I/O manager */
	sv reason;                /* why skipped, canceled, failed, tried again */
	int64_t attempt;          /* the newest; 0: never started */
	time_us wake_at;          /* retrying: when it is tried again */
	struct failure failure;
};

struct run_view {
	struct arena *arena;
	sv id, selection, reason;
	sv parent;                /* the run that it runs again; empty: none */
	sv waits;                 /* queued: why it waits; empty: not known */
	struct step_view *steps;
	size_t steps_count;
	size_t counts[STEP_STATE_COUNT];
	uint32_t first_failed;    /* step; NO_ID */
	uint32_t label_width, location_width;
	struct sv_list warnings;
	struct sv_list folders;   /* where values were put, each once, in the order seen */
	enum run_state state;
	bool made;                /* run_created was seen */
	time_us started_at, ended_at;
};

struct run_view *run_view_new(struct arena *a); /* keeps what it needs of events in `a` */
/* Takes one event in; `body` is its body read.  Returns the step it is about, NULL for the run itself. */
struct step_view *run_view_apply(struct run_view *v, const struct event_row *event, const struct value *body);
size_t run_view_ended(const struct run_view *v); /* steps that can move no more */
