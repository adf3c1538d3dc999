/* links.c -- a target an asset; what moves them is looked at. */
#include "links.h"

#include "code.h"
#include "ledger.h"
#include "machine.h"
#include "object/publish.h"
#include "sys/file.h"

struct links links;

static sv *targets;      /* by node of the first graph; p NULL: no link */
static bool *left_alone; /* could not be moved */
static sv boot;

void links_make(void)
{
	links = (struct links){0};
	boot = (sv){NULL, 0};
	targets = NEW(world.arena, sv, code.first->nodes_count + 1);
	left_alone = NEW(world.arena, bool, code.first->nodes_count + 1);
}

/* "/b/KEY" */
static uint32_t node_of(sv path)
{
	return path.n > 3 && sv_starts(path, SV("/b/"))
		       ? asset_graph_find(code.first, sv_from(path, 3))
		       : NO_ID;
}

/* "/b/.plait/KEY/VERSION/value" */
static sv version_of(sv target)
{
	sv piece = {0}, before = {0};

	while (sv_split(&target, '/', &piece) && target.n)
		before = piece;
	return before;
}

static struct job *maker_of(sv version)
{
	for (struct job *j = machine.jobs; j; j = j->all)
		for (size_t i = 0; i < j->versions.n; i++)
			if (sv_eq(j->versions.at[i], version))
				return j;
	return NULL;
}

static void move(sv path, sv target)
{
	uint32_t node = node_of(path);

	HOLDS(node != NO_ID);
	HOLDS_OF(ledger_version(version_of(target), true),
		 "the view shows " SV_FMT ", which is not committed", SV_ARG(target));
	targets[node] = arena_sv(world.arena, target);
	left_alone[node] = false;
}

bool __wrap_view_move(sv base, const struct view *v, struct err *e);
bool __wrap_view_prepare(struct arena *a, sv base, const struct view *v, sv *ret_beside,
			 struct err *e);
bool __wrap_view_move_prepared(const struct view *v, sv beside, struct err *e);
bool __wrap_view_is_current(const struct view *v);
bool __wrap_file_look(sv path, struct file_facts *ret);
bool __wrap_file_exists(sv path);
bool __wrap_file_link_text(struct arena *a, sv path, sv *ret);
void __wrap_file_remove(sv path);
bool __wrap_file_read(struct arena *a, sv path, size_t most, sv *ret, struct err *e);
bool __wrap_file_replace_fast(sv path, sv content, struct err *e);

bool __wrap_view_move(sv base, const struct view *v, struct err *e)
{
	if (!links.dead)
		move(v->path, v->target);
	return true;
}

bool __wrap_view_prepare(struct arena *a, sv base, const struct view *v, sv *ret_beside,
			 struct err *e)
{
	struct job *maker = maker_of(version_of(v->target));

	*ret_beside = SV("/b/beside");
	if (links.dead || !links.rough || !permille(5))
		return true;
	HOLDS(maker);
	maker->step->excused = true;
	return err_set(e, ERR_CONFLICT, "a folder is in the way");
}

bool __wrap_view_move_prepared(const struct view *v, sv beside, struct err *e)
{
	if (links.dead)
		return true;
	if (links.rough && permille(5)) {
		left_alone[node_of(v->path)] = true;
		return err_set(e, ERR_CONFLICT, "a folder is in the way");
	}
	move(v->path, v->target);
	return true;
}

bool __wrap_view_is_current(const struct view *v)
{
	return sv_eq(targets[node_of(v->path)], v->target);
}

bool __wrap_file_look(sv path, struct file_facts *ret)
{
	uint32_t node = node_of(path);

	*ret = (struct file_facts){.type = FILE_LINK};
	return node != NO_ID && targets[node].p;
}

bool __wrap_file_exists(sv path)
{
	return true;
}

bool __wrap_file_link_text(struct arena *a, sv path, sv *ret)
{
	uint32_t node = node_of(path);

	*ret = node == NO_ID ? (sv){0} : targets[node];
	return ret->p;
}

void __wrap_file_remove(sv path)
{
}

/* The only file that is read: which boot of the machine the views were last mended in. */
bool __wrap_file_read(struct arena *a, sv path, size_t most, sv *ret, struct err *e)
{
	HOLDS(sv_eq(path, SV("/boot")));
	*ret = boot;
	return boot.p || err_set(e, ERR_NOT_FOUND, "no file");
}

bool __wrap_file_replace_fast(sv path, sv content, struct err *e)
{
	HOLDS(sv_eq(path, SV("/boot")));
	if (!links.dead)
		boot = arena_sv(world.arena, content);
	return true;
}

static bool has_view(const struct job *j, sv version)
{
	for (size_t i = 0; i < j->viewed.n; i++)
		if (sv_eq(j->viewed.at[i], version))
			return true;
	return false;
}

void links_check(void)
{
	for (uint32_t i = 0; i < code.first->nodes_count; i++) {
		sv current = ledger.current_kept[i];
		struct job *maker = current.p ? maker_of(current) : NULL;

		if (!maker || left_alone[i] || sv_eq(version_of(targets[i]), current) ||
		    !has_view(maker, current))
			continue;
		world_broken(__FILE__, __LINE__,
			     "the view of " SV_FMT " shows " SV_FMT ", the ledger says " SV_FMT,
			     SV_ARG(code.first->nodes[i].key), SV_ARG(targets[i]), SV_ARG(current));
	}
}
