/* env_child.h -- one tool at work (pip, uv, git): its output goes to a log and is followed line by line. */
#pragma once
#include "sys/loop.h"

struct env_child;
struct env_child_request {
	struct sv_list argv;     /* the first is a path, or a name on PATH */
	struct sv_list settings; /* "NAME=value" beside our own environment */
	sv folder, log;          /* the log is appended to; its folder must be there */
	void (*on_line)(void *ctx, sv line);
	void (*on_end)(
		void *ctx,
		struct child_exit how); /* after the last line; the child is freed behind it */
	void *ctx;
};

bool env_child_start(struct loop *l, const struct env_child_request *request,
		     struct env_child **ret, struct err *e) CHECKED;
void env_child_signal(struct env_child *c, int number); /* the tool and all it started */
