/* fingerprint.c -- a chained hash over what the file system tells for free. */
#include "code/fingerprint.h"

#include "base/digest.h"
#include "sys/file.h"
#include "sys/path.h"

enum { MOST_FILES = 200000, DEEPEST = 32 };

struct walk {
	struct arena *arena;
	uint64_t hash;
	size_t files;
};

static void add_text(struct walk *w, sv text)
{
	w->hash = digest_fast_more(w->hash, text);
}

static void add_file(struct walk *w, sv path)
{
	struct file_facts facts = {0};

	add_text(w, path);
	if (file_look_through(path, &facts))
		add_text(w, (sv){(const char *)&facts.bytes, sizeof(facts.bytes)});
	add_text(w, (sv){(const char *)&facts.modified_ns, sizeof(facts.modified_ns)});
}

bool fingerprint_enters(sv name)
{
	static const sv others[] = {
		SV("__pycache__"), SV("node_modules"), SV("site-packages"),
		SV("venv"),        SV("build"),        SV("dist"),
	};

	if (name.n && name.p[0] == '.')
		return false;
	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (sv_eq(name, others[i]))
			return false;
	return !sv_ends(name, SV(".egg-info"));
}

bool fingerprint_counts(sv name)
{
	static const sv endings[] = {
		SV(".py"),  SV(".yaml"), SV(".yml"), SV(".toml"), SV(".json"), SV(".sql"),
		SV(".cfg"), SV(".ini"),  SV(".env"), SV(".lock"), SV(".so"),
	};

	for (size_t i = 0; i < COUNT_OF(endings); i++)
		if (sv_ends(name, endings[i]))
			return true;
	return false;
}

/* The current view of a value (doc/formats/versions.md): made by a run, not by who writes the code. */
static bool is_value(struct walk *w, sv path)
{
	sv target;

	return file_link_text(w->arena, path, &target) && strstr(target.p, ".plait/");
}

/* A state directory under another name (PLAIT_HOME). */
static bool holds_state(const struct folder_entries *entries)
{
	bool ledger = false, lock = false;

	for (size_t i = 0; i < entries->n; i++) {
		ledger |= sv_eq(entries->at[i].name, SV("ledger.db"));
		lock |= sv_eq(entries->at[i].name, SV("lock"));
	}
	return ledger && lock;
}

static void add_folder(struct walk *w, sv folder, unsigned depth)
{
	struct folder_entries entries = {0};
	struct err e;

	if (depth > DEEPEST || w->files > MOST_FILES ||
	    !folder_list(w->arena, folder, &entries, &e) || holds_state(&entries))
		return;
	for (size_t i = 0; i < entries.n; i++) {
		const struct folder_entry *entry = &entries.at[i];
		sv path = path_join(w->arena, folder, entry->name);

		if (entry->type == FILE_FOLDER && fingerprint_enters(entry->name)) {
			add_folder(w, path, depth + 1);
		} else if (entry->type != FILE_FOLDER && fingerprint_counts(entry->name) &&
			   !(entry->type == FILE_LINK && is_value(w, path))) {
			w->files++;
			add_file(w, path);
		}
	}
}

/* <prefix>/bin/python -> <prefix>/lib/pythonX.Y/site-packages, whose time moves when a package comes or goes. */
static void add_interpreter(struct walk *w, sv interpreter)
{
	sv lib = path_join(w->arena, path_parent(path_parent(interpreter)), SV("lib"));
	struct folder_entries entries = {0};
	struct err e;

	add_file(w, interpreter);
	if (!folder_list(w->arena, lib, &entries, &e))
		return;
	for (size_t i = 0; i < entries.n; i++)
		if (sv_starts(entries.at[i].name, SV("python")) ||
		    sv_starts(entries.at[i].name, SV("pypy")))
			add_file(w,
				 path_join(w->arena, path_join(w->arena, lib, entries.at[i].name),
					   SV("site-packages")));
}

static sv variable_of(const struct code_location *location, sv name)
{
	AUTO_ARENA a = arena_new();
	const char *value = getenv(arena_cstr(a, name));

	if (value)
		return sv_of(value);
	for (size_t i = 0; i < location->env.n; i++)
		if (sv_eq(location->env.at[i].name, name))
			return location->env.at[i].value;
	return (sv){NULL, 0};
}

static void add_declaration(struct walk *w, const struct code_location *location)
{
	const sv facts[] = {
		location->name,
		sv_of(code_loader_word(location->loader)),
		location->target,
		location->attribute,
		location->working_directory,
		location->project_root,
		location->interpreter,
		location->definitions,
	};

	for (size_t i = 0; i < COUNT_OF(facts); i++) {
		add_text(w, facts[i]);
		add_text(w, SV("\n"));
	}
	for (size_t i = 0; i < location->import_paths.n; i++)
		add_text(w, location->import_paths.at[i]);
}

uint64_t fingerprint_sdk(sv folder)
{
	AUTO_ARENA a = arena_new();
	struct walk w = {.arena = a, .hash = digest_fast(SV("sdk"))};

	add_folder(&w, path_join(a, folder, SV("plait")), 0);
	return w.hash;
}

sv fingerprint_make(struct arena *a, const struct code_location *location, uint64_t sdk,
		    const struct fingerprint_watch *watch)
{
	struct walk w = {.arena = arena_new(), .hash = digest_fast(SV("fingerprint 2"))};
	sv result;

	add_declaration(&w, location);
	if (location->interpreter.p)
		add_interpreter(&w, location->interpreter);
	add_text(&w, (sv){(const char *)&sdk, sizeof(sdk)});
	add_folder(&w, location->project_root, 0);
	if (!path_within(location->project_root, location->working_directory))
		add_folder(&w, location->working_directory, 0);
	if (location->loader == LOADER_FILE)
		add_file(&w, location->target);
	for (size_t i = 0; i < watch->outside.n; i++)
		add_file(&w, watch->outside.at[i]);
	for (size_t i = 0; i < watch->environment.n; i++) {
		add_text(&w, watch->environment.at[i]);
		add_text(&w, variable_of(location, watch->environment.at[i]));
	}
	result = arena_fmt(a, "%016llx", (unsigned long long)w.hash);
	arena_free(w.arena);
	return result;
}
