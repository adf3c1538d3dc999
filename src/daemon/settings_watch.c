/* settings_watch.c -- the folders it may be in, and a short wait: a file that is being written is empty first, and an empty
 * one would lift every limit. */
#include "daemon/settings_watch.h"

#include "base/time.h"
#include "sys/path.h"
#include "sys/tree_watch.h"

#define QUIET (TIME_SECOND / 10)

struct settings_watch {
	struct settings_watch_request request;
	struct tree_watch *tree;
	struct timer *timer;
};

static bool enters_none(sv name)
{
	return false;
}

static bool counts(sv path)
{
	return sv_eq(path_leaf(path), SV(SETTINGS_FILE));
}

static void on_quiet(void *ctx)
{
	struct settings_watch *w = ctx;

	timer_close(w->timer);
	w->timer = NULL;
	w->request.on_changed(w->request.ctx);
}

static void on_change(void *ctx, sv path)
{
	struct settings_watch *w = ctx;

	timer_close(w->timer);
	w->timer = timer_start(w->request.loop, QUIET, on_quiet, w);
}

static void on_full(void *ctx, const struct err *why)
{
	struct settings_watch *w = ctx;

	w->request.on_trouble(w->request.ctx, why);
}

static void watch_folders(struct settings_watch *w)
{
	AUTO_ARENA a = arena_new();
	struct sv_list folders = {0};

	settings_folders(a, &w->request.where, &folders);
	for (size_t i = 0; i < folders.n; i++)
		tree_watch_add(w->tree, folders.at[i], false);
}

struct settings_watch *settings_watch_new(const struct settings_watch_request *request)
{
	struct settings_watch *w = heap_alloc(sizeof(*w));
	struct tree_watch_request tree = {
		.loop = request->loop,
		.enters = enters_none,
		.counts = counts,
		.on_change = on_change,
		.on_full = on_full,
		.ctx = w,
	};
	struct err e;

	*w = (struct settings_watch){.request = *request};
	if (!tree_watch_new(&tree, &w->tree, &e)) {
		request->on_trouble(request->ctx, &e);
		settings_watch_free(w);
		return NULL;
	}
	watch_folders(w);
	return w;
}

void settings_watch_free(struct settings_watch *w)
{
	if (!w)
		return;
	tree_watch_free(w->tree);
	timer_close(w->timer);
	free(w);
}
