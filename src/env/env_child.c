/* env_child.c -- a session of its own, so that Ctrl-C reaches it through us and one signal ends what it started too. */
#include "env/env_child.h"

#include <unistd.h>

#include "base/buf.h"
#include "sys/file.h"
#include "sys/process.h"

enum { MOST_AT_ONCE = 1 << 20 };

struct env_child {
	struct env_child_request request;
	struct child *child;
	struct file_watch *watch;
	struct arena *arena;
	uint64_t offset;
	struct buf partial; /* of a line */
};

/* What a developer's shell or a calling tool set for another environment or repository. */
static bool is_foreign(const char *entry)
{
	static const char *const names[] = {
		"VIRTUAL_ENV",
		"PYTHONHOME",
		"PYTHONPATH",
		"UV_PROJECT_ENVIRONMENT",
		"__PYVENV_LAUNCHER__",
		"PIP_TARGET",
		"PIP_PREFIX",
		"PIP_USER",
		"PIP_REQUIRE_VIRTUALENV",
		"GIT_DIR",
		"GIT_WORK_TREE",
		"GIT_INDEX_FILE",
	};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (sv_starts(sv_of(entry), sv_of(names[i])) && entry[strlen(names[i])] == '=')
			return true;
	return false;
}

/* Nobody sits at the tool's keyboard, and what it prints is read by a program. */
static const char *const *make_environment(struct arena *a, const struct sv_list *settings)
{
	static const char *const fixed[] = {
		"PYTHONUNBUFFERED=1",   "PYTHONIOENCODING=utf-8",
		"PIP_NO_INPUT=1",       "PIP_DISABLE_PIP_VERSION_CHECK=1",
		"PIP_PROGRESS_BAR=off", "UV_NO_PROGRESS=1",
		"NO_COLOR=1",           "GIT_TERMINAL_PROMPT=0",
	};
	LIST(const char *) env = {0};

	for (size_t i = 0; i < settings->n; i++)
		*LIST_ADD(a, &env) = arena_cstr(a, settings->at[i]);
	for (size_t i = 0; i < COUNT_OF(fixed); i++)
		*LIST_ADD(a, &env) = fixed[i];
	for (char **entry = environ; *entry; entry++) {
		bool taken = is_foreign(*entry);

		for (size_t i = 0; i < COUNT_OF(fixed) && !taken; i++) {
			size_t equals = strcspn(fixed[i], "=") + 1;

			taken = strncmp(*entry, fixed[i], equals) == 0;
		}
		if (!taken)
			*LIST_ADD(a, &env) = *entry;
	}
	*LIST_ADD(a, &env) = NULL;
	return env.at;
}

static void deliver(struct env_child *c, bool ended)
{
	sv rest = buf_sv(&c->partial), line;
	size_t at, used = 0;

	while (sv_find(rest, '\n', &at)) {
		line = (sv){rest.p, at};
		used += at + 1;
		rest = sv_from(rest, at + 1);
		c->request.on_line(c->request.ctx, line);
	}
	buf_drop(&c->partial, used);
	if (ended && c->partial.n)
		c->request.on_line(c->request.ctx, buf_sv(&c->partial));
}

static void read_more(struct env_child *c, bool ended)
{
	AUTO_ARENA a = arena_new();
	struct err e;
	sv text;

	while (file_read_from(a, c->request.log, c->offset, MOST_AT_ONCE, &text, &e) && text.n) {
		c->offset += text.n;
		buf_add(&c->partial, text);
		deliver(c, false);
	}
	if (ended)
		deliver(c, true);
}

static void on_log(void *ctx)
{
	read_more(ctx, false);
}

static void free_child(struct env_child *c)
{
	file_watch_close(c->watch);
	child_close(c->child);
	buf_free(&c->partial);
	arena_free(c->arena);
	free(c);
}

static void on_exit_of_child(void *ctx, struct child_exit how)
{
	struct env_child *c = ctx;

	read_more(c, true);
	c->request.on_end(c->request.ctx, how);
	free_child(c);
}

static bool begin(struct loop *l, struct env_child *c, struct err *e)
{
	LIST(const char *) argv = {0};
	AUTO_BUF headline = {0};
	struct file_facts facts = {0};

	buf_add(&headline, SV("$"));
	for (size_t i = 0; i < c->request.argv.n; i++) {
		*LIST_ADD(c->arena, &argv) = arena_cstr(c->arena, c->request.argv.at[i]);
		buf_addf(&headline, " " SV_FMT, SV_ARG(c->request.argv.at[i]));
	}
	*LIST_ADD(c->arena, &argv) = NULL;
	buf_add(&headline, SV("\n"));
	if (!file_append(c->request.log, buf_sv(&headline), e))
		return false;
	file_look(c->request.log, &facts);
	c->offset = facts.bytes;
	struct child_request child = {
		.argv = argv.at,
		.env = make_environment(c->arena, &c->request.settings),
		.folder = arena_cstr(c->arena, c->request.folder),
		.output = c->request.log.p,
		.own_session = true,
		.on_exit = on_exit_of_child,
		.ctx = c,
	};
	return file_watch_start(l, c->request.log, on_log, c, &c->watch, e) &&
	       child_start(l, &child, &c->child, e);
}

bool env_child_start(struct loop *l, const struct env_child_request *request,
		     struct env_child **ret, struct err *e)
{
	struct env_child *c = heap_alloc(sizeof(*c));

	c->request = *request;
	c->arena = arena_new();
	c->request.log = arena_sv(c->arena, request->log);
	if (!begin(l, c, e)) {
		free_child(c);
		return false;
	}
	*ret = c;
	return true;
}

void env_child_signal(struct env_child *c, int number)
{
	process_signal_group(child_pid(c->child), number);
}
