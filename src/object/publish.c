/* publish.c -- a view is made under a name of its own beside the old one, then renamed over it: no moment without one. */
#include "object/publish.h"

#include <errno.h>
#include <unistd.h>

#include "base/time.h"
#include "sys/file.h"
#include "sys/path.h"

enum { FOUND_NAMES_TRIED = 100, LINK_NAMES_TRIED = 10000 };

static bool check_paths(struct arena *a, sv base, const struct view *v, struct err *e)
{
	sv kept = path_join(a, base, SV(".plait"));
	struct file_facts facts;

	if (!path_is_absolute(base) || !sv_eq(base, path_clean(a, base)))
		return err_set(e, ERR_INVALID,
			       "a view's base must be an absolute path, not '" SV_FMT "'",
			       SV_ARG(base));
	if (!path_within(base, v->path) || sv_eq(base, v->path) || path_within(kept, v->path) ||
	    !sv_eq(v->path, path_clean(a, v->path)))
		return err_set(e, ERR_INVALID,
			       "the view " SV_FMT " does not lie under its base " SV_FMT
			       " outside .plait",
			       SV_ARG(v->path), SV_ARG(base));
	if (!path_within(base, v->target) || !sv_eq(v->target, path_clean(a, v->target)))
		return err_set(e, ERR_INVALID,
			       "the view " SV_FMT " would lead to " SV_FMT
			       ", which does not lie under " SV_FMT,
			       SV_ARG(v->path), SV_ARG(v->target), SV_ARG(base));
	return file_look_through(v->target, &facts) ||
	       file_error(e, "publishing", v->target, ENOENT);
}

/* Names the nearest file that stands where a folder is needed. */
static bool make_parent(sv path, struct err *e)
{
	sv parent = path_parent(path);
	struct file_facts facts;

	if (folder_make(parent, e))
		return true;
	for (sv at = parent; at.n > 1; at = path_parent(at)) {
		if (!file_look(at, &facts))
			continue;
		if (facts.type == FILE_FOLDER || file_is_folder(at))
			return false;
		err_set(e, ERR_CONFLICT,
			"publishing " SV_FMT ": " SV_FMT " is a file, and a folder is needed there",
			SV_ARG(path), SV_ARG(at));
		return err_hint(e,
				"one asset's key begins with all of another's: rename one of them, "
				"or give it another base_dir");
	}
	return false;
}

static sv real_path(struct arena *a, sv path)
{
	char *real = realpath(arena_cstr(a, path), NULL);
	sv result = real ? arena_sv(a, sv_of(real)) : path;

	free(real);
	return result;
}

/* As the kernel will read it: from the folder that the link really lies in. */
static sv link_text(struct arena *a, const struct view *v)
{
	return path_relative(a, real_path(a, path_parent(v->path)), real_path(a, v->target));
}

/* A fresh link beside `path`; any number of them may wait there for their commit.  A name that is taken is left alone: it is
 * another process's, which had the same pid (in a container, most have) and is gone, or is about to rename it. */
static bool make_link(struct arena *a, sv path, sv text, sv *ret, struct err *e)
{
	static uint64_t made;

	for (int i = 0; i < LINK_NAMES_TRIED; i++) {
		sv name = arena_fmt(a, ".plait-view.%ld.%llu", (long)getpid(),
				    (unsigned long long)made++);

		*ret = path_join(a, path_parent(path), name);
		if (symlink(arena_cstr(a, text), ret->p) == 0)
			return true;
		if (errno != EEXIST)
			break;
	}
	return file_error(e, "publishing", path, errno);
}

/* BASE/.plait/<asset>/found-<mtime>: beside the version that takes the file's place. */
static sv found_folder(struct arena *a, const struct view *v, const struct file_facts *facts)
{
	sv when = time_rfc3339(a, facts->modified_ns / 1000);
	char *plain = arena_alloc(a, when.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < when.n; i++)
		if (when.p[i] != '-' && when.p[i] != ':')
			plain[n++] = when.p[i];
	return path_join(a, path_parent(path_parent(v->target)),
			 arena_fmt(a, "found-%.*s", (int)n, plain));
}

/* A second name for what was found; a file system without hard links gets it moved, with a moment of absence. */
static bool keep_found(struct arena *a, const struct view *v, const struct file_facts *facts,
		       struct err *e)
{
	sv folder = found_folder(a, v, facts), leaf = path_leaf(v->path);
	const char *from = arena_cstr(a, v->path);
	sv to = path_join(a, folder, leaf);

	if (!folder_make(folder, e))
		return false;
	for (int i = 2; file_exists(to) && i < FOUND_NAMES_TRIED; i++)
		to = arena_fmt(a, SV_FMT "/" SV_FMT ".%d", SV_ARG(folder), SV_ARG(leaf), i);
	if (link(from, arena_cstr(a, to)) < 0 && rename(from, arena_cstr(a, to)) < 0)
		return file_error(e, "keeping what was found at", v->path, errno);
	return file_sync_folder(folder, e);
}

/* What stands in the view's place may be moved away or replaced. */
static bool check_place(const struct view *v, struct err *e)
{
	struct file_facts facts;

	if (!file_look(v->path, &facts) || facts.type == FILE_LINK || facts.type == FILE_REGULAR)
		return true;
	err_set(e, ERR_CONFLICT, "publishing " SV_FMT ": %s is there already", SV_ARG(v->path),
		facts.type == FILE_FOLDER ? "a folder" : "something that is no file");
	return err_hint(
		e, "move it away, or give the asset another key: mv '" SV_FMT "' '" SV_FMT ".old'",
		SV_ARG(v->path), SV_ARG(v->path));
}

static bool clear_place(struct arena *a, const struct view *v, struct err *e)
{
	struct file_facts facts;

	if (!file_look(v->path, &facts) || facts.type != FILE_REGULAR)
		return true;
	return keep_found(a, v, &facts, e);
}

/* The new link comes first: where there is no room for it, what was found stays in its place. */
bool view_prepare(struct arena *a, sv base, const struct view *v, sv *ret_beside, struct err *e)
{
	return check_paths(a, base, v, e) && make_parent(v->path, e) && check_place(v, e) &&
	       make_link(a, v->path, link_text(a, v), ret_beside, e);
}

bool view_move_prepared(const struct view *v, sv beside, struct err *e)
{
	AUTO_ARENA a = arena_new();

	if (check_place(v, e) && clear_place(a, v, e) && file_rename(beside, v->path, e))
		return true;
	file_remove(beside);
	return false;
}

bool view_move(sv base, const struct view *v, struct err *e)
{
	AUTO_ARENA a = arena_new();
	sv beside;

	return view_prepare(a, base, v, &beside, e) && view_move_prepared(v, beside, e) &&
	       file_sync_folder(path_parent(v->path), e);
}

bool view_is_current(const struct view *v)
{
	AUTO_ARENA a = arena_new();
	struct file_facts there, wanted;
	sv text;

	return file_link_text(a, v->path, &text) && sv_eq(text, link_text(a, v)) &&
	       file_look_through(v->path, &there) && file_look_through(v->target, &wanted) &&
	       there.inode == wanted.inode;
}
