/* env_record.c -- ENVIRONMENT/.plait-sync: what the environment was made from. */
#include "base/digest.h"
#include "codec/json.h"
#include "env/env_work.h"
#include "model/limits.h"
#include "sys/file.h"
#include "sys/path.h"

static sv record_path(struct env_work *w)
{
	return path_join(w->a, w->job.environment, SV(".plait-sync"));
}

/* The files of the project and the interpreter that the environment stands on. */
static sv digest_now(struct env_work *w)
{
	sv settings;
	struct err e;

	if (!file_read(w->a, path_join(w->a, w->job.environment, SV("pyvenv.cfg")),
		       LIMIT_CONFIG_BYTES, &settings, &e))
		settings = SV("");
	return digest_sha256(w->a, arena_fmt(w->a, "1 " SV_FMT " " SV_FMT, SV_ARG(w->wants.digest),
					     SV_ARG(settings)));
}

/* A version that is asked for is compared with the environment's; a program only with the one asked for last time. */
static bool python_agrees(struct env_work *w, const struct value *record)
{
	sv wanted = w->request->python;

	return !wanted.n || python_wanted_is_version(wanted) ||
	       sv_eq(wanted, value_text(record, "python"));
}

bool env_record_current(struct env_work *w)
{
	const struct value *record;
	struct err e;
	sv text;

	if (!file_exists(record_path(w)) ||
	    !file_read(w->a, record_path(w), LIMIT_CONFIG_BYTES, &text, &e) ||
	    !json_read(w->a, text, &record, &e))
		return false;
	return sv_eq(value_text(record, "digest"), digest_now(w)) && python_agrees(w, record);
}

void env_record_forget(struct env_work *w)
{
	file_remove(record_path(w));
}

bool env_record_write(struct env_work *w, struct err *e)
{
	AUTO_BUF text = {0};
	struct json j = {.out = &text, .indent = 2};

	json_open(&j, '{');
	json_member_text(&j, "digest", digest_now(w));
	json_member_text(&j, "python", w->request->python);
	json_member_text(&j, "tool", sv_of(w->job.tool));
	json_close(&j);
	buf_addc(&text, '\n');
	return file_replace_fast(record_path(w), buf_sv(&text), e);
}

int64_t env_packages(struct arena *a, sv environment)
{
	struct sv_list folders = python_site_packages(a, environment);
	int64_t count = 0;

	for (size_t i = 0; i < folders.n; i++) {
		struct folder_entries entries = {0};
		struct err e;

		if (!folder_list(a, folders.at[i], &entries, &e))
			continue;
		for (size_t k = 0; k < entries.n; k++)
			count += sv_ends(entries.at[k].name, SV(".dist-info")) &&
				 !sv_starts(entries.at[k].name, SV("pip-"));
	}
	return count;
}
