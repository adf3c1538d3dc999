/* env_submodules.c -- finding submodules that are not checked out, and `git submodule update` for those. */
#include <signal.h>

#include "base/buf.h"
#include "env/env_child.h"
#include "env/env_output.h"
#include "env/env_sync.h"
#include "model/limits.h"
#include "sys/file.h"
#include "sys/path.h"

struct update {
	struct arena *a;
	struct loop *loop;
	const struct env_request *request;
	struct env_checkout *checkout;
	struct env_child *child;
	struct env_output output;
	bool canceled;
};

/* The repository that a folder lies in; false when in none. */
static bool find_repository(struct arena *a, sv folder, sv *ret)
{
	for (;; folder = path_parent(folder)) {
		if (file_exists(path_join(a, folder, SV(".git")))) {
			*ret = folder;
			return true;
		}
		if (folder.n <= 1)
			return false;
	}
}

static bool is_empty(struct arena *a, sv folder)
{
	struct folder_entries entries = {0};
	struct err e;

	return !file_exists(folder) ||
	       (file_is_folder(folder) && folder_list(a, folder, &entries, &e) && !entries.n);
}

/* The `path = …` lines of .gitmodules whose folder is empty. */
static struct sv_list missing_in(struct arena *a, sv repository)
{
	sv file = path_join(a, repository, SV(".gitmodules")), text, line;
	struct sv_list ret = {0};
	struct err e;
	size_t at;

	if (!file_exists(file) || !file_read(a, file, LIMIT_CONFIG_BYTES, &text, &e))
		return ret;
	while (sv_split(&text, '\n', &line)) {
		sv path;

		if (!sv_find(line, '=', &at) || !sv_eq(sv_trim((sv){line.p, at}), SV("path")))
			continue;
		path = sv_trim(sv_from(line, at + 1));
		if (path.n && is_empty(a, path_join(a, repository, path)))
			*LIST_ADD(a, &ret) = path;
	}
	return ret;
}

static void on_line(void *ctx, sv line)
{
	struct update *u = ctx;

	env_output_line(&u->output, line);
}

static void on_end(void *ctx, struct child_exit how)
{
	struct update *u = ctx;
	struct env_checkout *c = u->checkout;

	u->child = NULL;
	c->done = how.code == 0 && how.signal == 0;
	if (!c->done && u->output.sentence[0])
		err_set(&c->why, ERR_FAILED, "checking out the submodules of " SV_FMT ": %s",
			SV_ARG(c->repository), u->output.sentence);
	else if (!c->done)
		err_set(&c->why, ERR_FAILED,
			"checking out the submodules of " SV_FMT ": git ended with status %d",
			SV_ARG(c->repository), (int)how.code);
	if (!c->done)
		err_hint(&c->why, "git's own words are in " SV_FMT, SV_ARG(c->log));
	loop_stop(u->loop);
}

static void on_signal(void *ctx, int number)
{
	struct update *u = ctx;

	if (u->child)
		env_child_signal(u->child, u->canceled ? SIGKILL : SIGINT);
	u->canceled = true;
}

static bool start(struct update *u, const struct sv_list *missing, struct err *e)
{
	static const sv command[] = {{"git", 3},    {"submodule", 9},    {"update", 6},
				     {"--init", 6}, {"--recursive", 11}, {"--", 2}};
	struct env_child_request request = {
		.folder = u->checkout->repository, .on_line = on_line, .on_end = on_end, .ctx = u};
	sv folder = path_join(u->a, u->request->state, SV("env"));

	for (size_t i = 0; i < COUNT_OF(command); i++)
		*LIST_ADD(u->a, &request.argv) = command[i];
	for (size_t i = 0; i < missing->n; i++)
		*LIST_ADD(u->a, &request.argv) = missing->at[i];
	u->checkout->log = path_join(u->a, folder,
				     arena_fmt(u->a, "submodules-" SV_FMT ".log",
					       SV_ARG(path_leaf(u->checkout->repository))));
	request.log = u->checkout->log;
	return folder_make(folder, e) && file_replace_fast(request.log, SV(""), e) &&
	       env_child_start(u->loop, &request, &u->child, e);
}

static bool update(struct arena *a, const struct env_request *request,
		   struct env_checkout *checkout, const struct sv_list *missing, struct err *e)
{
	struct update u = {.a = a, .loop = loop_new(), .request = request, .checkout = checkout};
	struct signal_watch *interrupt = signal_watch_start(u.loop, SIGINT, on_signal, &u);
	struct signal_watch *term = signal_watch_start(u.loop, SIGTERM, on_signal, &u);

	if (!start(&u, missing, &checkout->why))
		err_wrap(&checkout->why, "checking out the submodules of " SV_FMT,
			 SV_ARG(checkout->repository));
	while (u.child)
		loop_run(u.loop);
	signal_watch_close(interrupt);
	signal_watch_close(term);
	loop_free(u.loop);
	if (!u.canceled)
		return true;
	err_set(e, ERR_CANCELED, "canceled while checking out the submodules of " SV_FMT,
		SV_ARG(checkout->repository));
	return err_hint(e, "run it again to go on");
}

static bool is_known(const struct sv_list *looked, sv repository)
{
	for (size_t i = 0; i < looked->n; i++)
		if (sv_eq(looked->at[i], repository))
			return true;
	return false;
}

static sv listed(struct arena *a, const struct sv_list *paths)
{
	sv text = paths->at[0];

	for (size_t i = 1; i < paths->n; i++)
		text = arena_fmt(a, SV_FMT ", " SV_FMT, SV_ARG(text), SV_ARG(paths->at[i]));
	return text;
}

bool env_submodules(struct arena *a, const struct env_request *request, struct env_checkouts *ret,
		    struct err *e)
{
	struct sv_list looked = {0};

	*ret = (struct env_checkouts){0};
	for (size_t i = 0; i < request->workspace->n; i++) {
		const struct code_location *location = &request->workspace->at[i];
		struct env_checkout *checkout;
		struct sv_list missing;
		sv repository;

		if (!env_request_wants(request, location->name) ||
		    !find_repository(a, location->project_root, &repository) ||
		    is_known(&looked, repository))
			continue;
		*LIST_ADD(a, &looked) = repository;
		missing = missing_in(a, repository);
		if (missing.n == 0)
			continue;
		checkout = LIST_ADD(a, ret);
		checkout->repository = repository;
		checkout->paths = listed(a, &missing);
		if (request->listener.on_checkout)
			request->listener.on_checkout(request->listener.ctx, checkout);
		if (!update(a, request, checkout, &missing, e))
			return false;
	}
	return true;
}
