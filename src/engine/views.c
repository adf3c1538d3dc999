/* views.c -- pointers against links, rows against directories. */
#include "engine/views.h"

#include "base/intern.h"
#include "base/time.h"
#include "codec/json.h"
#include "engine/publish.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/process.h"

#define SWEEP_AGE      (24 * 3600 * TIME_SECOND)
#define LONGEST_COMMIT (60 * TIME_SECOND)

enum { PAGE = 1000 }; /* events */

/* ---- mending ---- */

static bool is_lost(const struct view *v)
{
	struct file_facts at;

	return !file_look(v->path, &at) && file_exists(v->target);
}

/* It leads to another version that this ledger knows: the pointer was moved and the link was not.  One that leads to another
 * ledger's version is not ours to move. */
static bool is_stale(struct store *s, struct arena *a, const struct view *v)
{
	struct version_row row;
	struct err e;
	sv text;

	return file_link_text(a, v->path, &text) && !view_is_current(v) && file_exists(v->target) &&
	       store_get_version(s, a, path_leaf(path_parent(text)), &row, &e);
}

static void move(const struct publish_views *views, const struct views_told *told)
{
	AUTO_ARENA a = arena_new();
	struct err why;

	if (!publish_move_views(views, &why) && told->fn)
		told->fn(told->ctx,
			 arena_fmt(a, "a current view could not be made again: %s", why.text));
}

static void find_wrong(struct store *s, struct arena *a, const struct version_row *row, bool stale,
		       struct publish_views *wrong)
{
	struct publish_views views = {0};

	publish_views_of(a, row->storage, row->views, &views);
	for (size_t i = 0; i < views.n; i++)
		if (is_lost(&views.at[i].view) || (stale && is_stale(s, a, &views.at[i].view)))
			*LIST_ADD(a, wrong) = views.at[i];
}

/* Links are moved before the next commit: those that a kill left behind belong to the last one. */
static time_us last_commit(const struct version_rows *current)
{
	time_us newest = 0;

	for (size_t i = 0; i < current->n; i++)
		if (current->at[i].created_at > newest)
			newest = current->at[i].created_at;
	return newest - LONGEST_COMMIT;
}

static bool mend(struct store *s, sv run, bool stale, const struct views_told *told, struct err *e)
{
	AUTO_ARENA a = arena_new();
	struct version_rows current = {0};
	struct publish_views wrong = {0};
	time_us since;

	if (!store_list_current(s, a, &current, e))
		return false;
	since = last_commit(&current);
	for (size_t i = 0; i < current.n; i++)
		if (!run.p || sv_eq(current.at[i].run, run))
			find_wrong(s, a, &current.at[i], stale || current.at[i].created_at >= since,
				   &wrong);
	move(&wrong, told);
	return true;
}

bool views_mend_run(struct store *s, sv run, const struct views_told *told, struct err *e)
{
	return mend(s, run, true, told, e);
}

bool views_mend(struct store *s, sv state, const struct views_told *told, struct err *e)
{
	AUTO_ARENA a = arena_new();
	sv path = path_join(a, state, SV("boot")), boot = process_boot(a), last;
	struct err ignored;
	bool same = file_read(a, path, 64, &last, &ignored) && sv_eq(last, boot);

	if (!mend(s, (sv){NULL, 0}, !same, told, e))
		return false;
	return same || file_replace_fast(path, boot, e);
}

/* ---- sweeping ---- */

struct sweeping {
	struct store *store;
	struct arena *arena;
	struct run_rows open;
	struct intern *begun; /* versions of attempts that have ended; NULL: not read yet */
};

/* What it made may be complete, and is published once somebody has read that. */
static bool is_open(struct sweeping *w, struct arena *a, const struct event_row *start)
{
	struct step_row step;
	struct err e;

	for (size_t i = 0; i < w->open.n; i++)
		if (sv_eq(w->open.at[i].id, start->run))
			return !store_get_step(w->store, a, start->run, start->step, &step, &e) ||
			       (!step_state_ended(step.state) && step.attempt == start->attempt);
	return false;
}

static void read_begun_of(struct sweeping *w, const struct event_row *start)
{
	AUTO_ARENA a = arena_new();
	const struct value *body, *versions;
	struct err e;

	if (is_open(w, a, start) || !json_read(a, start->body, &body, &e))
		return;
	versions = value_list(body, "versions");
	for (size_t i = 0; i < versions->n; i++)
		if (versions->items[i].type == VALUE_TEXT)
			intern_add(w->begun, versions->items[i].text);
}

static void read_begun(struct sweeping *w)
{
	struct event_rows page = {0};
	int64_t after = 0;
	struct err e;

	w->begun = intern_new(w->arena);
	if (!store_list_open_runs(w->store, w->arena, &w->open, &e))
		return;
	do {
		AUTO_ARENA a = arena_new();

		if (!store_list_starts(w->store, a, after, PAGE, &page, &e))
			return; /* then the less is swept */
		for (size_t i = 0; i < page.n; i++)
			read_begun_of(w, &page.at[i]);
		if (page.n)
			after = page.at[page.n - 1].id;
	} while (page.n == PAGE);
}

/* A base may hold versions of other ledgers: another workspace's, or one that somebody deleted. */
static bool begun_here(struct sweeping *w, sv version)
{
	if (!w->begun)
		read_begun(w);
	return intern_find(w->begun, version) != NO_ID;
}

static bool to_keep(void *ctx, sv version)
{
	struct sweeping *w = ctx;
	struct version_row row;
	struct err e;

	return store_get_version(w->store, w->arena, version, &row, &e) ||
	       e.kind != ERR_NOT_FOUND || !begun_here(w, version);
}

/* Nothing depends on it: a folder that may not be looked at, or not be removed, keeps nobody from starting. */
static void sweep_base(struct sweeping *w, sv base, time_us before, const struct views_told *told)
{
	size_t removed;
	struct err why;

	if (!view_sweep(base, to_keep, w, before, &removed, &why) && told->fn)
		told->fn(told->ctx, arena_fmt(w->arena, "left-over versions stay: %s", why.text));
}

bool views_sweep(struct store *s, sv run, time_us now, const struct views_told *told, struct err *e)
{
	AUTO_ARENA a = arena_new();
	struct sweeping w = {.store = s, .arena = a};
	struct version_rows current = {0};
	struct publish_views views = {0};
	sv last = {NULL, 0};

	if (!store_list_current(s, a, &current, e))
		return false;
	for (size_t i = 0; i < current.n; i++)
		if (sv_eq(current.at[i].run, run))
			publish_views_of(a, current.at[i].storage, current.at[i].views, &views);
	for (size_t i = 0; i < views.n; i++) {
		if (sv_eq(views.at[i].base, last))
			continue;
		last = views.at[i].base;
		sweep_base(&w, last, now - SWEEP_AGE, told);
	}
	return true;
}
