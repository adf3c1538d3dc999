/* env_work.c -- a chain of stages; when one has ended well, env_work_start's `advance` picks the next. */
#include "env/env_work.h"

#include <signal.h>

#include "base/buf.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/path.h"

enum { LAST_LINES = 12, LOG_END_BYTES = 16 << 10 };

static void changed(struct env_work *w)
{
	if (w->request->listener.on_change)
		w->request->listener.on_change(w->request->listener.ctx, &w->job);
}

static void end(struct env_work *w, enum env_state state)
{
	w->job.state = state;
	w->job.activity = SV("");
	w->job.ended = clock_monotonic();
	changed(w);
	if (w->on_end && w->stage != STAGE_NONE)
		w->on_end(w->ctx);
}

static void fail(struct env_work *w)
{
	end(w, ENV_FAILED);
}

static sv name_of(const struct env_work *w)
{
	return w->job.locations.at[0];
}

/* ---- before anything is started ---- */

/* `named` is E/bin/python…: E, where that is a folder of the project's own. */
static bool own_environment(struct env_work *w, sv named, sv *ret)
{
	sv folder = path_parent(path_parent(named));

	*ret = arena_sv(w->a, folder);
	return sv_eq(path_leaf(path_parent(named)), SV("bin")) &&
	       sv_starts(path_leaf(named), SV("python")) && path_within(w->job.project, folder) &&
	       !sv_eq(folder, w->job.project);
}

/* The workspace may name an interpreter: the environment is then the one it belongs to, or none of ours. */
static bool settle_environment(struct env_work *w)
{
	const struct code_location *location = workspace_find(w->request->workspace, name_of(w));
	sv named = location->named_interpreter;

	w->job.environment = path_join(w->a, w->job.project, SV(".venv"));
	if (!named.p || own_environment(w, named, &w->job.environment))
		return true;
	err_set(&w->job.why, location->interpreter.p ? ERR_NONE : ERR_NOT_FOUND,
		SV_FMT " is " SV_FMT "%s", SV_ARG(location->interpreter_why), SV_ARG(named),
		location->interpreter.p ? ", which is not this project's to make"
					: ", which does not exist");
	err_hint(&w->job.why, "remove executable_path to use " SV_FMT, SV_ARG(w->job.environment));
	w->job.environment = (sv){0};
	end(w, location->interpreter.p ? ENV_SKIPPED : ENV_FAILED);
	return false;
}

static bool checked_out(struct env_work *w)
{
	for (size_t i = 0; i < w->request->checkouts.n; i++) {
		const struct env_checkout *c = &w->request->checkouts.at[i];

		if (c->done || !path_within(c->repository, w->job.project))
			continue;
		w->job.why = c->why;
		w->job.log = c->log;
		fail(w);
		return false;
	}
	return true;
}

/* INVALID when a specifier cannot be read. */
static bool suits(struct env_work *w, struct python_version v, bool *ret, struct err *e)
{
	sv wanted = w->request->python;
	bool asked = true;

	if (!python_version_fits(w->wants.requires_python, v, ret, e))
		return err_wrap(e, "requires-python in " SV_FMT "/pyproject.toml",
				SV_ARG(w->job.project));
	if (python_wanted_is_version(wanted) && !python_version_fits(wanted, v, &asked, e))
		return err_wrap(e, "--python");
	*ret = *ret && asked;
	return true;
}

static sv version_text(struct env_work *w, struct python_version v)
{
	return arena_fmt(w->a, "%u.%u.%u", v.part[0], v.part[1], v.part[2]);
}

/* Is there one already that can be kept?  One that cannot is named in the notes. */
static bool look_at_environment(struct env_work *w, struct err *e)
{
	struct python_version v;
	bool good = false;

	if (!python_environment(w->a, w->job.environment, &v)) {
		if (file_exists(path_join(w->a, w->job.environment, SV("pyvenv.cfg"))))
			*LIST_ADD(w->a, &w->job.notes) = SV("its Python was gone: made anew");
		return true;
	}
	if (!suits(w, v, &good, e))
		return false;
	if (good)
		w->job.python = version_text(w, v);
	else
		*LIST_ADD(w->a, &w->job.notes) = arena_fmt(
			w->a, "it had Python " SV_FMT ", which does not fit: made anew",
			SV_ARG(version_text(w, v)));
	w->made = good;
	return true;
}

static const char *path_variable(const struct env_work *w)
{
	const char *path = w->request->getenv("PATH");

	return path ? path : "";
}

void env_work_look(struct env_work *w)
{
	w->job.packages = -1;
	w->job.began = clock_monotonic();
	if (!settle_environment(w) || !checked_out(w))
		return;
	if (!file_is_folder(w->job.project)) {
		err_set(&w->job.why, ERR_NOT_FOUND, "there is no folder " SV_FMT,
			SV_ARG(w->job.project));
		fail(w);
		return;
	}
	if (!env_project_read(w->a, w->job.project, &w->wants, &w->job.why) ||
	    !look_at_environment(w, &w->job.why)) {
		fail(w);
		return;
	}
	if (w->wants.kind == ENV_EMPTY)
		*LIST_ADD(w->a, &w->job.notes) = arena_fmt(
			w->a,
			SV_FMT
			" has no pyproject.toml: an empty environment (plait needs nothing in it)",
			SV_ARG(w->job.project));
	if (w->made && env_record_current(w) && !w->request->force) {
		w->job.packages = env_packages(w->a, w->job.environment);
		end(w, ENV_CURRENT);
		return;
	}
	/* A program that was asked for: the environment at hand may stand on another. */
	if (w->request->python.n && !python_wanted_is_version(w->request->python))
		w->made = false;
}

static bool uses(const struct env_work *w, sv folder)
{
	for (size_t i = 0; i < w->wants.sources.n; i++)
		if (sv_eq(w->wants.sources.at[i].path, folder))
			return true;
	return sv_eq(w->job.project, folder);
}

bool env_work_clashes(const struct env_work *w, const struct env_work *with)
{
	for (size_t i = 0; i < with->wants.sources.n; i++)
		if (with->wants.sources.at[i].path.p && uses(w, with->wants.sources.at[i].path))
			return true;
	return uses(w, with->job.project);
}

/* ---- stages ---- */

static void advance(struct env_work *w);

static const char *stage_words(enum env_stage stage)
{
	static const char *const words[] = {
		[STAGE_NONE] = "",
		[STAGE_PROBE] = "looking for a Python",
		[STAGE_MAKE] = "making the environment",
		[STAGE_PIP] = "putting pip into the environment",
		[STAGE_LOCKED] = "installing what uv.lock names",
		[STAGE_SYNC] = "installing what uv.lock names",
		[STAGE_INSTALL] = "installing",
	};

	return words[stage];
}

static void on_line(void *ctx, sv line)
{
	struct env_work *w = ctx;
	sv rest = line;

	if (w->stage == STAGE_PROBE) {
		if (sv_starts(line, SV("plait-python ")))
			python_version_read(sv_from(rest, strlen("plait-python ")), &w->probed);
		return;
	}
	env_output_line(&w->output, line);
	if (w->job.state == ENV_RUNNING && w->output.activity[0] &&
	    !sv_eq(w->job.activity, sv_of(w->output.activity))) {
		w->job.activity = sv_of(w->output.activity);
		changed(w);
	}
}

static void keep_last_lines(struct env_work *w)
{
	struct file_facts facts = {0};
	struct sv_list all = {0};
	struct err e;
	sv text, line;

	file_look(w->job.log, &facts);
	if (!file_read_from(w->a, w->job.log,
			    facts.bytes > LOG_END_BYTES ? facts.bytes - LOG_END_BYTES : 0,
			    LOG_END_BYTES, &text, &e))
		return;
	while (sv_split(&text, '\n', &line))
		if (sv_trim(line).n)
			*LIST_ADD(w->a, &all) = line;
	for (size_t i = all.n > LAST_LINES ? all.n - LAST_LINES : 0; i < all.n; i++)
		*LIST_ADD(w->a, &w->job.last_lines) = all.at[i];
}

/* The tool has failed: its own words, the package, and where to read on. */
static void explain(struct env_work *w, struct child_exit how)
{
	struct env_output *o = &w->output;
	struct err *why = &w->job.why;
	const char *doing = stage_words(w->stage);

	if (o->sentence[0])
		err_set(why, ERR_FAILED, "%s: %s", doing, o->sentence);
	else if (how.signal)
		err_set(why, ERR_FAILED, "%s: %s was ended by signal %d", doing, w->job.tool,
			how.signal);
	else
		err_set(why, ERR_FAILED, "%s: %s ended with status %d", doing, w->job.tool,
			(int)how.code);
	if (o->package[0])
		w->job.package = arena_sv(w->a, sv_of(o->package));
	if (o->no_venv)
		err_hint(why, "on Debian and Ubuntu: apt install python%u.%u-venv; or install uv",
			 w->probed.part[0], w->probed.part[1]);
	else if (o->unreachable)
		err_hint(why, "the package index could not be reached: check the network, the "
			      "proxy and the index's settings");
	keep_last_lines(w);
}

/* An interpreter has answered, or has not: take it, or try the next. */
static void probed(struct env_work *w)
{
	sv program = w->candidates.at[w->candidate++];
	struct python_version v = w->probed;
	bool good = false;

	if (v.n && !suits(w, v, &good, &w->job.why)) {
		fail(w);
		return;
	}
	if (good) {
		w->interpreter = program;
		w->job.python = version_text(w, v);
	} else {
		*LIST_ADD(w->a, &w->tried) = v.n ? arena_fmt(w->a, SV_FMT " is %u.%u.%u",
							     SV_ARG(program), v.part[0], v.part[1],
							     v.part[2])
						 : arena_fmt(w->a, SV_FMT " does not start",
							     SV_ARG(program));
	}
	advance(w);
}

static void stage_done(struct env_work *w)
{
	struct python_version v;

	if (w->stage == STAGE_MAKE) {
		w->made = true;
		env_drop_old(w);
	}
	if (w->stage != STAGE_MAKE && w->stage != STAGE_PIP)
		w->installed = w->made = true;
	if (w->made && python_environment(w->a, w->job.environment, &v))
		w->job.python = version_text(w, v);
	advance(w);
}

static void on_tool_end(void *ctx, struct child_exit how)
{
	struct env_work *w = ctx;

	w->child = NULL;
	if (w->stage == STAGE_MAKE && (how.code || how.signal))
		env_bring_back(w);
	if (w->job.state == ENV_CANCELED) {
		end(w, ENV_CANCELED);
	} else if (w->stage == STAGE_PROBE) {
		probed(w);
	} else if (how.code == 0 && how.signal == 0) {
		stage_done(w);
	} else if (w->stage == STAGE_LOCKED && w->output.lock_outdated) {
		*LIST_ADD(w->a, &w->job.notes) = SV("uv.lock did not fit pyproject.toml: uv has "
						    "brought it up to date, commit it");
		w->stage = STAGE_SYNC;
		advance(w);
	} else {
		explain(w, how);
		fail(w);
	}
}

static void run(struct env_work *w, enum env_stage stage, struct sv_list argv)
{
	struct env_child_request request = {
		.argv = argv,
		.folder = w->job.project,
		.log = w->job.log,
		.on_line = on_line,
		.on_end = on_tool_end,
		.ctx = w,
	};

	*LIST_ADD(w->a, &request.settings) = arena_fmt(w->a, "UV_PROJECT_ENVIRONMENT=" SV_FMT,
						       SV_ARG(w->job.environment));
	w->stage = stage;
	w->output = (struct env_output){0};
	w->job.activity = sv_of(stage_words(stage));
	changed(w);
	if (!env_child_start(w->loop, &request, &w->child, &w->job.why))
		fail(w);
}

/* Words up to a NULL view, then more. */
static struct sv_list words(struct env_work *w, const sv *fixed, const struct sv_list *more)
{
	struct sv_list ret = {0};

	for (; fixed->p; fixed++)
		*LIST_ADD(w->a, &ret) = *fixed;
	for (size_t i = 0; more && i < more->n; i++)
		*LIST_ADD(w->a, &ret) = more->at[i];
	return ret;
}
#define WORDS(w, more, ...) words((w), (sv[]){__VA_ARGS__, {0}}, (more))

static sv environment_python(struct env_work *w)
{
	return path_join(w->a, w->job.environment, SV("bin/python"));
}

static struct sv_list wanted_python(struct env_work *w)
{
	struct sv_list ret = {0};

	if (w->request->python.n) {
		*LIST_ADD(w->a, &ret) = SV("--python");
		*LIST_ADD(w->a, &ret) = sv_find(w->request->python, '/', &(size_t){0})
						? path_resolve(w->a, w->request->cwd,
							       w->request->python)
						: w->request->python;
	}
	return ret;
}

static void no_python(struct env_work *w)
{
	AUTO_BUF text = {0};
	sv asked = w->request->python.n
			   ? arena_fmt(w->a, "--python " SV_FMT, SV_ARG(w->request->python))
			   : SV("");

	for (size_t i = 0; i < w->tried.n && i < 8; i++)
		buf_addf(&text, "%s" SV_FMT, i ? ", " : "", SV_ARG(w->tried.at[i]));
	if (w->tried.n == 0)
		buf_add(&text, SV("there is none on PATH"));
	if (w->wants.requires_python.n)
		asked = arena_fmt(w->a, SV_FMT "%srequires-python = \"" SV_FMT "\"", SV_ARG(asked),
				  asked.n ? " and " : "", SV_ARG(w->wants.requires_python));
	err_set(&w->job.why, ERR_NOT_FOUND, "no Python on PATH fits %s: " SV_FMT,
		asked.n ? asked.p : "version 3", SV_ARG(buf_sv(&text)));
	err_hint(&w->job.why,
		 "install one, name one with --python PATH, or install uv, which can fetch one");
	fail(w);
}

static const char PROBE[] = "import sys; print('plait-python %d.%d.%d' % sys.version_info[:3])";

static void probe_next(struct env_work *w)
{
	if (w->stage != STAGE_PROBE)
		w->candidates = python_candidates(w->a, sv_of(path_variable(w)), w->request->python,
						  w->request->cwd, w->job.environment);
	w->probed = (struct python_version){0};
	if (w->candidate == w->candidates.n) {
		no_python(w);
		return;
	}
	run(w, STAGE_PROBE, WORDS(w, NULL, w->candidates.at[w->candidate], SV("-c"), sv_of(PROBE)));
}

static bool has_pip(struct env_work *w)
{
	struct sv_list folders = python_site_packages(w->a, w->job.environment);

	for (size_t i = 0; i < folders.n; i++)
		if (file_is_folder(path_join(w->a, folders.at[i], SV("pip"))))
			return true;
	return false;
}

static void make_environment(struct env_work *w)
{
	struct sv_list more = {0};

	if (!w->uv.p && !w->interpreter.p) {
		probe_next(w);
	} else if (!env_set_aside(w, &w->job.why)) {
		fail(w);
	} else if (w->uv.p) {
		more = wanted_python(w);
		*LIST_ADD(w->a, &more) = w->job.environment;
		run(w, STAGE_MAKE, WORDS(w, &more, w->uv, SV("venv")));
	} else {
		/* pip is only needed where something is installed: one thing less that can be missing */
		if (w->wants.kind == ENV_EMPTY)
			*LIST_ADD(w->a, &more) = SV("--without-pip");
		*LIST_ADD(w->a, &more) = w->job.environment;
		run(w, STAGE_MAKE, WORDS(w, &more, w->interpreter, SV("-m"), SV("venv")));
	}
}

static void install(struct env_work *w)
{
	sv python = environment_python(w);
	struct sv_list what = w->uv.p ? env_project_uv_arguments(w->a, &w->wants)
				      : env_project_pip_arguments(w->a, &w->wants);

	if (what.n == 0) {
		w->installed = true;
		advance(w);
	} else if (w->uv.p) {
		run(w, STAGE_INSTALL,
		    WORDS(w, &what, w->uv, SV("pip"), SV("install"), SV("--python"), python));
	} else if (!has_pip(w) && w->stage != STAGE_PIP) {
		run(w, STAGE_PIP,
		    WORDS(w, NULL, python, SV("-m"), SV("ensurepip"), SV("--default-pip")));
	} else {
		run(w, STAGE_INSTALL, WORDS(w, &what, python, SV("-m"), SV("pip"), SV("install")));
	}
}

/* What developers have added beside the lock stays (--inexact), and their own groups are theirs to install. */
static void sync_lock(struct env_work *w)
{
	struct sv_list more = wanted_python(w);
	bool locked = w->stage != STAGE_SYNC;

	if (locked)
		*LIST_ADD(w->a, &more) = SV("--locked");
	env_project_add_reinstalls(w->a, &w->wants, &more);
	run(w, locked ? STAGE_LOCKED : STAGE_SYNC,
	    WORDS(w, &more, w->uv, SV("sync"), SV("--inexact"), SV("--no-dev")));
}

static void finish(struct env_work *w)
{
	w->job.packages = env_packages(w->a, w->job.environment);
	if (env_record_write(w, &w->job.why))
		end(w, ENV_SYNCED);
	else
		fail(w);
}

static void advance(struct env_work *w)
{
	if (w->installed)
		finish(w);
	else if (w->uv.p && w->wants.locked)
		sync_lock(w);
	else if (!w->made)
		make_environment(w);
	else
		install(w);
}

static bool open_log(struct env_work *w, struct err *e)
{
	sv folder = path_join(w->a, w->request->state, SV("env"));
	char *name = (char *)(uintptr_t)arena_sv(w->a, name_of(w)).p;

	for (char *c = name; *c; c++)
		if (*c == '/')
			*c = '_';
	w->job.log = path_join(w->a, folder, arena_fmt(w->a, "%s.log", name));
	return folder_make(folder, e) && file_replace_fast(w->job.log, SV(""), e);
}

void env_work_start(struct env_work *w)
{
	w->stage = STAGE_MAKE;
	w->job.began = clock_monotonic();
	w->job.state = ENV_RUNNING;
	if (!python_on_path(w->a, sv_of(path_variable(w)), SV("uv"), &w->uv))
		w->uv = (sv){0};
	w->job.tool = w->uv.p ? "uv" : "pip";
	env_record_forget(w);
	if (open_log(w, &w->job.why))
		advance(w);
	else
		fail(w);
}

void env_work_cancel(struct env_work *w, int number)
{
	if (env_state_ended(w->job.state) && !w->child)
		return;
	w->job.state = ENV_CANCELED;
	w->job.ended = clock_monotonic();
	if (w->child)
		env_child_signal(w->child, number); /* told when the tool has gone */
	else
		changed(w);
}
