/* env_progress.c -- a frame that is wiped and drawn again on a terminal; nothing but whole lines on a pipe. */
#include "cli/env_progress.h"

#include <unistd.h>

#include "base/time.h"
#include "cli/cli_json.h"
#include "cli/text.h"
#include "sys/clock.h"
#include "sys/path.h"
#include "sys/terminal.h"

enum { WIDEST_NAME = 30 };

static const struct {
	const char *mark;
	enum style style;
} looks[] = {
	[ENV_WAITING] = {"·", STYLE_DIM},   [ENV_RUNNING] = {"▸", STYLE_BUSY},
	[ENV_SYNCED] = {"✔", STYLE_GOOD},   [ENV_CURRENT] = {"✔", STYLE_DIM},
	[ENV_SKIPPED] = {"↷", STYLE_WARN},  [ENV_FAILED] = {"✘", STYLE_BAD},
	[ENV_CANCELED] = {"■", STYLE_WARN},
};

static sv names_of(struct arena *a, const struct env_job *job)
{
	return text_join(a, job->locations.at, job->locations.n, ", ");
}

static sv shown(struct arena *a, const struct cli *c, sv path)
{
	return path_within(c->world->cwd, path) ? path_relative(a, c->world->cwd, path) : path;
}

static time_us span_of(const struct env_job *job)
{
	return (job->ended ? job->ended : clock_monotonic()) - job->began;
}

/* What is to be said of a job in one line, behind its name. */
static sv remark_of(struct arena *a, const struct cli *c, const struct env_job *job)
{
	switch (job->state) {
	case ENV_WAITING: return SV("waiting");
	case ENV_RUNNING:
		return arena_fmt(a, SV_FMT "  " SV_FMT,
				 SV_ARG(time_duration(a, span_of(job) / 100000 * 100000)),
				 SV_ARG(text_line(a, job->activity)));
	case ENV_SYNCED:
		return arena_fmt(a, SV_FMT "  Python " SV_FMT ", " SV_FMT ", by %s in " SV_FMT,
				 SV_ARG(shown(a, c, job->environment)), SV_ARG(job->python),
				 SV_ARG(text_count(a, job->packages, "package")), job->tool,
				 SV_ARG(time_duration(a, span_of(job))));
	case ENV_CURRENT:
		return arena_fmt(a, SV_FMT "  up to date (Python " SV_FMT ", " SV_FMT ")",
				 SV_ARG(shown(a, c, job->environment)), SV_ARG(job->python),
				 SV_ARG(text_count(a, job->packages, "package")));
	case ENV_SKIPPED: return arena_fmt(a, "left alone: %s", job->why.text);
	case ENV_FAILED: return arena_fmt(a, "failed: %s", job->why.text);
	case ENV_CANCELED: return SV("canceled");
	}
	return SV("");
}

static void job_line(struct env_progress *p, struct arena *a, const struct env_job *job,
		     unsigned names)
{
	sv name = names_of(a, job), remark = text_line(a, remark_of(a, p->c, job));
	unsigned used = 2 + (text_width(name) > names ? text_width(name) : names) + 2;

	if (p->live && p->width)
		remark = text_cut(a, remark, p->width > used + 1 ? p->width - used - 1 : 0);
	page_addf(&p->page, looks[job->state].style, "%s ", looks[job->state].mark);
	page_addf(&p->page, STYLE_BOLD, SV_FMT, SV_ARG(name));
	page_addf(&p->page, STYLE_PLAIN, "%*s", (int)(used - 2 - text_width(name)), "");
	page_addf(&p->page, job->state == ENV_FAILED ? STYLE_BAD : STYLE_PLAIN, SV_FMT "\n",
		  SV_ARG(remark));
}

static void note_lines(struct env_progress *p, const struct env_job *job)
{
	for (size_t i = 0; i < job->notes.n; i++)
		page_addf(&p->page, STYLE_DIM, "  note: " SV_FMT "\n", SV_ARG(job->notes.at[i]));
}

static void wipe(struct env_progress *p)
{
	if (p->frame_lines)
		buf_addf(&p->page.buf, "\r\033[%uA\033[J", p->frame_lines);
	p->frame_lines = 0;
}

static void draw(struct env_progress *p, const struct env_jobs *jobs, bool all)
{
	AUTO_ARENA a = arena_new();
	unsigned names = 0;

	wipe(p);
	for (size_t i = 0; i < jobs->n; i++) {
		unsigned width = text_width(names_of(a, jobs->at[i]));

		names = width > names && width <= WIDEST_NAME ? width : names;
	}
	for (size_t i = 0; i < jobs->n; i++) {
		const struct env_job *job = jobs->at[i];

		/* more than the screen holds: those at work first of all */
		if (!all && jobs->n + 2 > p->height && job->state != ENV_RUNNING)
			continue;
		job_line(p, a, job, names);
		p->frame_lines++;
		if (all)
			note_lines(p, job);
	}
	page_flush(&p->page, p->fd);
}

static void on_tick(void *ctx, const struct env_jobs *jobs)
{
	struct env_progress *p = ctx;

	if (p->live)
		draw(p, jobs, false);
}

static void on_change(void *ctx, const struct env_job *job)
{
	struct env_progress *p = ctx;
	AUTO_ARENA a = arena_new();

	if (p->live || p->quiet)
		return;
	if (env_state_ended(job->state)) {
		job_line(p, a, job, 0);
		note_lines(p, job);
	} else if (job->activity.n && p->c->verbose) {
		page_addf(&p->page, STYLE_DIM, "  " SV_FMT ": " SV_FMT "\n",
			  SV_ARG(names_of(a, job)), SV_ARG(text_line(a, job->activity)));
	}
	page_flush(&p->page, p->fd);
}

static void on_checkout(void *ctx, const struct env_checkout *checkout)
{
	struct env_progress *p = ctx;

	cli_note(p->c, "checking out submodules of " SV_FMT ": " SV_FMT,
		 SV_ARG(checkout->repository), SV_ARG(checkout->paths));
}

static void on_cancel(void *ctx)
{
	struct env_progress *p = ctx;

	wipe(p);
	page_flush(&p->page, p->fd);
	page_add(&p->c->notes, STYLE_WARN,
		 SV("canceling: ending the tools at work (Ctrl-C again ends them at once)\n"));
	page_flush(&p->c->notes, STDERR_FILENO);
}

struct env_progress env_progress_new(struct cli *c)
{
	struct env_progress p = {.c = c, .fd = c->json ? STDERR_FILENO : STDOUT_FILENO};
	const char *term = c->world->getenv("TERM");

	p.live = !c->quiet && term && strcmp(term, "dumb") != 0 && terminal_is(p.fd) &&
		 terminal_size(p.fd, &p.width, &p.height);
	p.quiet = c->quiet || (c->json && !p.live);
	p.page.color = p.fd == STDERR_FILENO ? c->notes.color : c->out.color;
	return p;
}

struct env_listener env_progress_listener(struct env_progress *p)
{
	return (struct env_listener){.on_change = on_change,
				     .on_tick = on_tick,
				     .on_checkout = on_checkout,
				     .on_cancel = on_cancel,
				     .ctx = p};
}

void env_progress_end(struct env_progress *p, const struct env_jobs *jobs)
{
	if (p->live)
		draw(p, jobs, true);
	buf_free(&p->page.buf);
}

void env_failures_print(struct page *page, const struct env_jobs *jobs)
{
	for (size_t i = 0; i < jobs->n; i++) {
		const struct env_job *job = jobs->at[i];

		if (job->state != ENV_FAILED)
			continue;
		page_addf(page, STYLE_BAD, "\n" SV_FMT ":", SV_ARG(job->locations.at[0]));
		page_addf(page, STYLE_PLAIN, " %s\n", job->why.text);
		if (job->why.hint[0])
			page_addf(page, STYLE_DIM, "  hint: %s\n", job->why.hint);
		page_field(page, "package", job->package);
		page_field(page, "project", job->project);
		page_field(page, "log", job->log);
		for (size_t k = 0; k < job->last_lines.n; k++)
			page_addf(page, STYLE_DIM, "  │ " SV_FMT "\n",
				  SV_ARG(job->last_lines.at[k]));
	}
}

static void error_json(struct json *j, const struct env_job *job)
{
	if (!job->why.text[0]) {
		json_none(j);
		return;
	}
	json_open(j, '{');
	json_member_text(j, "message", sv_of(job->why.text));
	document_text(j, "hint", sv_of(job->why.hint));
	document_text(j, "package", job->package);
	document_text(j, "log", job->log);
	json_close(j);
}

static void row_json(struct json *j, const struct env_job *job, sv location)
{
	json_open(j, '{');
	json_member_text(j, "location", location);
	json_member_text(j, "project", job->project);
	document_text(j, "environment", job->environment);
	document_text(j, "tool", sv_of(job->tool));
	document_text(j, "python", job->python);
	json_member_text(j, "status", sv_of(env_state_word(job->state)));
	json_key(j, "seconds");
	json_double(j, (double)span_of(job) / (double)TIME_SECOND);
	document_number(j, "packages", job->packages);
	document_texts(j, "notes", &job->notes);
	json_key(j, "error");
	error_json(j, job);
	json_close(j);
}

void env_jobs_json(struct cli *c, const struct env_jobs *jobs)
{
	struct json j = cli_json(c);

	json_open(&j, '[');
	for (size_t i = 0; i < jobs->n; i++)
		for (size_t k = 0; k < jobs->at[i]->locations.n; k++)
			row_json(&j, jobs->at[i], jobs->at[i]->locations.at[k]);
	json_close(&j);
	cli_json_end(&j, c);
}
