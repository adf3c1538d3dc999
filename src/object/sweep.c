/* sweep.c -- version directories that no ledger knows: left by steps that failed or were killed. */
#include "base/uuid.h"
#include "model/asset_key.h"
#include "object/publish.h"
#include "sys/file.h"
#include "sys/path.h"

struct sweep {
	bool (*keep)(void *ctx, sv version);
	void *ctx;
	int64_t before_ns;
	size_t removed;
	bool failed; /* e holds the first error */
	struct err *e;
};

static bool is_version_id(sv name)
{
	for (size_t i = 0; i < name.n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		bool hex = (name.p[i] >= '0' && name.p[i] <= '9') ||
			   (name.p[i] >= 'a' && name.p[i] <= 'f');

		if (dash ? name.p[i] != '-' : !hex)
			return false;
	}
	return name.n == UUID_TEXT_BYTES;
}

sv view_version_folder(struct arena *a, sv base, sv asset, sv version)
{
	struct sv_list parts = asset_key_parts(a, asset);
	sv kept = path_join(a, base, SV(".plait")), folder = kept;

	for (size_t i = 0; i < parts.n; i++)
		folder = path_join(a, folder, parts.at[i]);
	folder = path_join(a, folder, version);
	if (!path_is_absolute(base) || !is_version_id(version) ||
	    !sv_eq(folder, path_clean(a, folder)) || !path_within(kept, folder))
		return (sv){NULL, 0};
	return folder;
}

/* A part of a key may look like an id, too: then versions lie somewhere below. */
static bool holds_versions(sv folder)
{
	AUTO_ARENA a = arena_new();
	struct folder_entries entries = {0};
	struct err e;

	if (!folder_list(a, folder, &entries, &e))
		return true; /* who knows */
	for (size_t i = 0; i < entries.n; i++)
		if (entries.at[i].type == FILE_FOLDER &&
		    (is_version_id(entries.at[i].name) ||
		     holds_versions(path_join(a, folder, entries.at[i].name))))
			return true;
	return false;
}

static bool is_old(const struct sweep *s, struct arena *a, sv folder,
		   const struct folder_entries *entries)
{
	struct file_facts facts;

	if (!file_look(folder, &facts) || facts.modified_ns >= s->before_ns)
		return false;
	for (size_t i = 0; i < entries->n; i++)
		if (file_look(path_join(a, folder, entries->at[i].name), &facts) &&
		    facts.modified_ns >= s->before_ns)
			return false;
	return true;
}

static void remove_version(struct sweep *s, sv folder)
{
	struct file_facts facts;

	folder_remove(folder);
	if (!file_look(folder, &facts)) {
		s->removed++;
		return;
	}
	if (s->failed)
		return;
	s->failed = true;
	err_set(s->e, ERR_DENIED, "removing the left-over version " SV_FMT " failed",
		SV_ARG(folder));
	err_hint(s->e, "check who owns it and its rights: ls -ld on it and on its folder");
}

/* What was found is kept for good.  Where the base is the workspace's own folder, .plait is the state directory as well,
 * and its runs/ has an id-named folder for each run. */
static bool may_descend(sv folder, sv name)
{
	AUTO_ARENA a = arena_new();

	if (sv_eq(name, SV("runs")) && sv_eq(path_leaf(folder), SV(".plait")))
		return !file_exists(path_join(a, folder, SV("ledger.db")));
	return !sv_starts(name, SV("found-"));
}

static void sweep_folder(struct sweep *s, sv folder)
{
	AUTO_ARENA a = arena_new();
	struct folder_entries entries = {0};
	struct err e;

	if (!folder_list(a, folder, &entries, &e)) {
		if (!s->failed && e.kind != ERR_NOT_FOUND) {
			s->failed = true;
			*s->e = e;
		}
		return;
	}
	if (is_version_id(path_leaf(folder)) && !holds_versions(folder)) {
		if (!s->keep(s->ctx, path_leaf(folder)) && is_old(s, a, folder, &entries))
			remove_version(s, folder);
		return;
	}
	for (size_t i = 0; i < entries.n; i++)
		if (entries.at[i].type == FILE_FOLDER && may_descend(folder, entries.at[i].name))
			sweep_folder(s, path_join(a, folder, entries.at[i].name));
}

bool view_sweep(sv base, bool (*keep)(void *ctx, sv version), void *ctx, time_us before,
		size_t *ret_removed, struct err *e)
{
	AUTO_ARENA a = arena_new();
	struct sweep s = {.keep = keep, .ctx = ctx, .before_ns = before * 1000, .e = e};

	sweep_folder(&s, path_join(a, base, SV(".plait")));
	*ret_removed = s.removed;
	return !s.failed;
}
