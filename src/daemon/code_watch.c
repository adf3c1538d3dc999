/* code_watch.c -- from a change of files, by way of a short wait for its fellows, to a new view of the code. */
#include "daemon/code_watch.h"

#include "base/time.h"
#include "daemon/locations.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/tree_watch.h"

#define QUIET         (TIME_SECOND * 6 / 100) /* a burst is over when nothing came for so long */
#define QUIET_INSTALL (TIME_SECOND)           /* packages being installed */
#define LONGEST_BURST (TIME_SECOND / 2)

enum { OWN_DOING = 4 }; /* rounds in a row */

/* Code may write files while it is loaded; loaded again because of that, it would never end. */
struct written {
	sv path;
	unsigned
		rounds; /* in a row that it changed during; OWN_DOING: the code's own doing, no change any more */
	bool now;
};

struct code_watch {
	struct code_watch_request request;
	struct session *session;
	struct tree_watch *tree;
	struct timer *timer;
	time_us burst_began; /* 0: nothing has changed */
	bool renewing;
	struct arena *arena;
	LIST(struct written) written;
	char trouble[sizeof(((struct err *)0)->text)]; /* told already */
};

/* ---- which files ---- */

static bool of_environment(sv path)
{
	return sv_eq(path_leaf(path_parent(path)), SV("site-packages")) ||
	       sv_eq(path_leaf(path), SV("site-packages")) ||
	       sv_starts(path_leaf(path), SV("python"));
}

static bool counts(sv path)
{
	return fingerprint_counts(path_leaf(path)) || of_environment(path);
}

/* <prefix>/bin, and <prefix>/lib/pythonX.Y/site-packages: where packages come and go. */
static void watch_environment(struct code_watch *w, sv bin)
{
	AUTO_ARENA a = arena_new();
	sv lib = path_join(a, path_parent(bin), SV("lib"));
	struct folder_entries entries = {0};
	struct err e;

	tree_watch_add(w->tree, bin, false);
	if (!folder_list(a, lib, &entries, &e))
		return;
	for (size_t i = 0; i < entries.n; i++)
		if (sv_starts(entries.at[i].name, SV("python")))
			tree_watch_add(w->tree,
				       path_join(a, path_join(a, lib, entries.at[i].name),
						 SV("site-packages")),
				       false);
}

static void watch_location(struct code_watch *w, const struct location_state *state)
{
	const struct code_location *code = state->code;
	AUTO_ARENA a = arena_new();
	sv bin = code->interpreter.p ? path_parent(code->interpreter)
				     : path_join(a, code->project_root, SV(".venv/bin"));

	tree_watch_add(w->tree, code->project_root, true);
	if (!path_within(code->project_root, code->working_directory))
		tree_watch_add(w->tree, code->working_directory, true);
	if (code->loader == LOADER_FILE)
		tree_watch_add(w->tree, path_parent(code->target), false);
	for (size_t i = 0; i < state->watch.outside.n; i++)
		tree_watch_add(w->tree, path_parent(state->watch.outside.at[i]), false);
	watch_environment(w, bin);
}

/* Again after each change: there may be more locations now, and more that they load. */
static void watch_all(struct code_watch *w)
{
	const struct code_view *code = w->session->code;
	sv file = w->session->workspace_request.file;
	AUTO_ARENA a = arena_new();

	tree_watch_add(w->tree, w->session->workspace->root, false);
	if (file.n)
		tree_watch_add(
			w->tree,
			path_parent(path_resolve(a, w->session->workspace_request.cwd, file)),
			false);
	for (size_t i = 0; i < code->locations_count; i++)
		watch_location(w, &code->locations[i]);
}

/* ---- when ---- */

static void on_quiet(void *ctx);

static void wait_for_quiet(struct code_watch *w, time_us quiet)
{
	time_us now = clock_now(), latest = w->burst_began + LONGEST_BURST;

	if (quiet == QUIET && now + quiet > latest)
		quiet = latest > now ? latest - now : 0;
	timer_close(w->timer);
	w->timer = timer_start(w->session->loop, quiet, on_quiet, w);
}

/* True: it is no news. */
static bool note_written(struct code_watch *w, sv path)
{
	size_t i = 0;

	while (i < w->written.n && !sv_eq(w->written.at[i].path, path))
		i++;
	if (i == w->written.n && w->renewing)
		*LIST_ADD(w->arena,
			  &w->written) = (struct written){.path = arena_sv(w->arena, path)};
	if (i == w->written.n)
		return false;
	w->written.at[i].now |= w->renewing;
	return w->written.at[i].rounds == OWN_DOING;
}

static void on_change(void *ctx, sv path)
{
	struct code_watch *w = ctx;

	if (path.p && note_written(w, path))
		return;
	if (!w->burst_began)
		w->burst_began = clock_now();
	if (!w->renewing)
		wait_for_quiet(w, path.p && of_environment(path) ? QUIET_INSTALL : QUIET);
}

static void trouble(struct code_watch *w, const struct err *why)
{
	if (strcmp(w->trouble, why->text) == 0)
		return;
	snprintf(w->trouble, sizeof(w->trouble), "%s", why->text);
	w->request.on_trouble(w->request.ctx, why);
}

/* A workspace file that cannot be read leaves everything as it was: its writer hears why. */
static void read_workspace(struct code_watch *w)
{
	AUTO_ARENA a = arena_new();
	struct workspace *now;
	struct err e;

	if (workspace_load(a, &w->session->workspace_request, &now, &e))
		w->trouble[0] = '\0';
	else
		trouble(w, &e);
}

static void tell_own_doing(struct code_watch *w, sv path)
{
	struct err e;

	err_set(&e, ERR_INVALID,
		SV_FMT " changes whenever the code is loaded: it is watched no longer",
		SV_ARG(path));
	err_hint(&e, "write it from an asset, or outside of the project");
	w->request.on_trouble(w->request.ctx, &e);
}

static void settle_written(struct code_watch *w)
{
	for (size_t i = 0; i < w->written.n; i++) {
		struct written *file = &w->written.at[i];

		if (file->rounds < OWN_DOING) {
			file->rounds = file->now ? file->rounds + 1 : 0;
			if (file->rounds == OWN_DOING)
				tell_own_doing(w, file->path);
		}
		file->now = false;
	}
}

static void on_renewed(void *ctx, const struct err *failed)
{
	struct code_watch *w = ctx;

	w->renewing = false;
	if (failed)
		trouble(w, failed);
	settle_written(w);
	watch_all(w);
	w->request.on_renewed(w->request.ctx);
	if (w->burst_began)
		wait_for_quiet(w, QUIET);
}

static void on_quiet(void *ctx)
{
	struct code_watch *w = ctx;

	w->burst_began = 0;
	w->renewing = true;
	read_workspace(w);
	locations_renew(w->session, &(struct locations_request){0}, on_renewed, w);
}

/* ---- its life ---- */

static void on_full(void *ctx, const struct err *why)
{
	struct code_watch *w = ctx;

	w->request.on_trouble(w->request.ctx, why);
}

struct code_watch *code_watch_new(const struct code_watch_request *request)
{
	struct code_watch *w = heap_alloc(sizeof(*w));
	struct tree_watch_request tree = {
		.loop = request->session->loop,
		.enters = fingerprint_enters,
		.counts = counts,
		.on_change = on_change,
		.on_full = on_full,
		.ctx = w,
	};
	struct err e;

	*w = (struct code_watch){
		.request = *request, .session = request->session, .arena = arena_new()};
	if (!tree_watch_new(&tree, &w->tree, &e)) {
		request->on_trouble(request->ctx, &e);
		code_watch_free(w);
		return NULL;
	}
	watch_all(w);
	on_change(w, (sv){NULL, 0}); /* what was saved while the code was being loaded */
	return w;
}

void code_watch_free(struct code_watch *w)
{
	if (!w)
		return;
	tree_watch_free(w->tree);
	timer_close(w->timer);
	arena_free(w->arena);
	free(w);
}
