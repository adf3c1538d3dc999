/* env_work.h -- inside of env_sync: one project's environment, from looking at its files to the record that it is done. */
#pragma once
#include "env/env_child.h"
#include "env/env_output.h"
#include "env/env_project.h"
#include "env/env_sync.h"
#include "env/python_find.h"

enum env_stage {
	STAGE_NONE,
	STAGE_PROBE,
	STAGE_MAKE,
	STAGE_PIP,
	STAGE_LOCKED,
	STAGE_SYNC,
	STAGE_INSTALL
};

struct env_work {
	struct env_job job; /* first: what others see */
	struct arena *a;
	struct loop *loop;
	const struct env_request *request;
	void (*on_end)(void *ctx);
	void *ctx;
	struct env_project wants;
	sv uv;                     /* p NULL: pip */
	struct sv_list candidates; /* interpreters to try */
	size_t candidate;
	struct sv_list tried; /* "python3 is 3.8.2" */
	struct python_version probed;
	sv interpreter; /* chosen */
	bool made, installed;
	enum env_stage stage;
	struct env_child *child; /* NULL: nothing is running */
	struct env_output output;
};

/* Reads what the project wants.  Afterwards the job may have ended already: current, skipped or failed. */
void env_work_look(struct env_work *w);
void env_work_start(struct env_work *w); /* on_end is called from the loop when it has ended */
void env_work_cancel(struct env_work *w, int number); /* a running one ends when its tool has */
bool env_work_clashes(const struct env_work *w,
		      const struct env_work *with); /* both build the same folder */

/* env_record.c: what is known of an environment that was made, kept in it. */
bool env_record_current(struct env_work *w);
void env_record_forget(struct env_work *w);
bool env_record_write(struct env_work *w, struct err *e) CHECKED;
int64_t env_packages(struct arena *a, sv environment);

/* env_replace.c: making room for a new environment.  Only what is an environment is moved. */
bool env_set_aside(struct env_work *w, struct err *e) CHECKED;
void env_bring_back(struct env_work *w); /* making the new one has failed */
void env_drop_old(struct env_work *w);   /* the new one is there */
