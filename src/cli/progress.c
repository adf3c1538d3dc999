/* progress.c -- everything goes through one page: lines that scroll first, then (on a terminal) the frame,
 * which the next drawing wipes.  A frame never has more lines than the terminal, else wiping it could not reach. */
#include "cli/progress.h"

#include "base/time.h"
#include "cli/failure_text.h"
#include "cli/state.h"
#include "cli/text.h"
#include "codec/json.h"
#include "sys/terminal.h"

enum {
	LEAST_BETWEEN_FRAMES_US = 60000,
	TRACEBACK_LINES = 6,
	CLOCK_COLUMNS = 9,
	WIDEST_LABEL = 44,
	WIDEST_LOCATION = 24
};

struct progress {
	struct progress_look look;
	struct run_view *view;
	struct page page;
	unsigned frame_lines; /* on the screen now */
	time_us drawn_at;
	bool scrolls; /* more steps than lines: ended ones scroll away above the frame */
};

struct progress *progress_new(struct arena *a, const struct progress_look *look)
{
	struct progress *p = NEW(a, struct progress, 1);

	p->look = *look;
	p->view = run_view_new(a);
	p->page.color = look->color;
	p->page.width = look->width;
	return p;
}

const struct run_view *progress_view(const struct progress *p)
{
	return p->view;
}

static unsigned at_most(unsigned value, unsigned most)
{
	return value < most ? value : most;
}

static void padded(struct arena *a, struct page *page, enum style style, sv text, unsigned columns)
{
	sv cut = text_cut(a, text, columns);

	page_add(page, style, cut);
	buf_addf(&page->buf, "%*s  ", (int)(columns - text_width(cut)), "");
}

static time_us elapsed(const struct step_view *s, time_us now)
{
	if (!s->started_at)
		return -1;
	return (s->ended_at ? s->ended_at : now) - s->started_at;
}

/* "0.3 s", right-aligned; blank for a step that never started. */
static void add_elapsed(struct arena *a, struct page *page, const struct step_view *s, time_us now)
{
	time_us span = elapsed(s, now);
	sv text = span < 0 ? SV("") : time_duration(a, span);

	page_addf(page, STYLE_PLAIN, "%*s" SV_FMT, (int)(10 - at_most(text_width(text), 10)), "",
		  SV_ARG(text));
}

/* "attempt 2 in 1.5 s: ValueError: …"; counts down while it is drawn. */
static sv retry_remark(struct arena *a, const struct step_view *s, time_us now)
{
	time_us left = s->wake_at > now ? s->wake_at - now : 0;

	return arena_fmt(a, "attempt %lld in " SV_FMT ": " SV_FMT, (long long)s->attempt + 1,
			 SV_ARG(time_duration(a, left)), SV_ARG(failure_sentence(a, &s->failure)));
}

static sv remark_of(struct arena *a, const struct step_view *s, time_us now)
{
	const char *again = s->attempt > 1 ? "  " : "";
	sv attempt = s->attempt > 1 ? arena_fmt(a, "attempt %lld", (long long)s->attempt) : SV("");

	if (s->state == STEP_RETRYING)
		return retry_remark(a, s, now);
	if (s->state == STEP_RUNNING)
		return attempt;
	if (s->state == STEP_SUCCESS && s->rows >= 0)
		return arena_fmt(a, SV_FMT "%s" SV_FMT, SV_ARG(text_count(a, s->rows, "row")),
				 again, SV_ARG(attempt));
	if (s->state == STEP_SUCCESS)
		return attempt;
	if (s->state == STEP_FAILURE)
		return arena_fmt(a, SV_FMT "%s" SV_FMT, SV_ARG(attempt), *again ? ": " : "",
				 SV_ARG(failure_sentence(a, &s->failure)));
	return step_state_ended(s->state) ? text_line(a, s->reason) : SV("");
}

/* One step, one line: mark, asset, location, time, rows or reason; cut to the terminal, less what stands before it. */
static void step_line(struct progress *p, const struct step_view *s, time_us now, unsigned before)
{
	AUTO_ARENA a = arena_new();
	struct state_look look = state_of_step(s->state);
	unsigned width = p->look.width > before ? p->look.width - before : 0;
	unsigned location = at_most(p->view->location_width, WIDEST_LOCATION);
	unsigned others = 2 + 2 + location + 2 + 10;
	unsigned room = !p->look.width ? WIDEST_LABEL : width > others + 8 ? width - others : 8;
	unsigned label = at_most(at_most(p->view->label_width, WIDEST_LABEL), room);
	unsigned used = others + label + 2;
	sv remark = remark_of(a, s, now);

	page_addf(&p->page, look.style, "%s ", look.mark);
	padded(a, &p->page, step_state_ended(s->state) ? STYLE_PLAIN : look.style, s->label, label);
	padded(a, &p->page, STYLE_DIM, s->location, location);
	add_elapsed(a, &p->page, s, now);
	if (p->look.width)
		remark = text_cut(a, remark, width > used ? width - used : 0);
	if (remark.n) {
		buf_add(&p->page.buf, SV("  "));
		page_add(&p->page, s->state == STEP_SUCCESS ? STYLE_PLAIN : look.style, remark);
	}
	page_line(&p->page);
}

/* ---- lines that scroll ---- */

static void plain_step(struct progress *p, const struct step_view *s, time_us at)
{
	AUTO_ARENA a = arena_new();

	page_addf(&p->page, STYLE_DIM, SV_FMT " ", SV_ARG(text_clock(a, at)));
	step_line(p, s, at, CLOCK_COLUMNS);
	if (s->state == STEP_FAILURE)
		failure_print_more(&p->page, &s->failure, 11, TRACEBACK_LINES);
}

static void log_line(struct progress *p, const struct step_view *s, const struct event_row *event,
		     const struct value *body)
{
	static const struct {
		const char *level;
		enum style style;
		bool verbose;
	} levels[] = {
		{"debug", STYLE_DIM, true},
		{"warning", STYLE_WARN, false},
		{"error", STYLE_BAD, false},
		{"critical", STYLE_BAD, false},
	};
	AUTO_ARENA a = arena_new();
	sv level = value_text(body, "level"), rest = value_text(body, "message"), line;
	enum style style = STYLE_PLAIN;

	for (size_t i = 0; i < COUNT_OF(levels); i++) {
		bool is = level.n == strlen(levels[i].level) &&
			  strncasecmp(level.p, levels[i].level, level.n) == 0;

		if (is && levels[i].verbose && !p->look.verbose)
			return;
		style = is ? levels[i].style : style;
	}
	while (text_next_line(&rest, &line)) {
		page_addf(&p->page, STYLE_DIM, SV_FMT "   " SV_FMT " │ ",
			  SV_ARG(text_clock(a, event->at)), SV_ARG(s->label));
		page_add(&p->page, style, text_line(a, line));
		page_line(&p->page);
	}
}

static void scroll(struct progress *p, const struct step_view *s, const struct event_row *event,
		   const struct value *body)
{
	bool step_ended = s && sv_starts(event->kind, SV("step_")) && step_state_ended(s->state);
	bool step_retries = s && sv_eq(event->kind, SV("step_up_for_retry"));

	if (sv_eq(event->kind, SV("run_waiting")) && p->look.kind == PROGRESS_PLAIN)
		page_addf(&p->page, STYLE_DIM, SV_FMT "   run " SV_FMT " is queued: " SV_FMT "\n",
			  SV_ARG(text_clock(p->view->arena, event->at)),
			  SV_ARG(text_short_id(p->view->id)), SV_ARG(p->view->waits));
	if (sv_eq(event->kind, SV("run_created")))
		for (size_t i = 0; i < p->view->warnings.n; i++)
			page_addf(&p->page, STYLE_WARN, "warning: " SV_FMT "\n",
				  SV_ARG(p->view->warnings.at[i]));
	if (sv_eq(event->kind, SV("run_canceling")))
		page_addf(&p->page, STYLE_WARN,
			  "canceling: running steps are asked to end (Ctrl-C again ends them at "
			  "once)\n");
	if (s && sv_eq(event->kind, SV("log")))
		log_line(p, s, event, body);
	if (s && sv_eq(event->kind, SV("step_code_changed")))
		page_addf(&p->page, STYLE_DIM, SV_FMT ": " SV_FMT "\n", SV_ARG(s->label),
			  SV_ARG(value_text(body, "reason")));
	if (step_retries && p->look.kind == PROGRESS_PLAIN)
		plain_step(p, s, event->at);
	if (step_ended && (p->look.kind == PROGRESS_PLAIN || p->scrolls))
		plain_step(p, s, event->at);
}

/* ---- the frame ---- */

/* Behind "· queued  run 12345678  0 of 12 steps  12.3 s". */
static unsigned room_for_reason(const struct progress *p)
{
	enum { BEFORE = 58 };

	return p->look.width > BEFORE + 10 ? p->look.width - BEFORE : 10;
}

static void frame_title(struct progress *p, time_us now)
{
	AUTO_ARENA a = arena_new();
	const struct run_view *v = p->view;
	time_us end = v->ended_at ? v->ended_at : now;
	struct state_look look = state_of_run(v->state);

	page_addf(&p->page, look.style, "%s %s", look.mark, look.word);
	page_addf(&p->page, STYLE_DIM, "  run " SV_FMT "  %zu of %zu steps",
		  SV_ARG(text_short_id(v->id)), run_view_ended(v), v->steps_count);
	if (v->counts[STEP_FAILURE])
		page_addf(&p->page, STYLE_BAD, "  %zu failed", v->counts[STEP_FAILURE]);
	page_addf(&p->page, STYLE_DIM, "  " SV_FMT, SV_ARG(time_duration(a, end - v->started_at)));
	if (v->state == RUN_QUEUED && v->waits.n)
		page_addf(&p->page, STYLE_WARN, "  waits: " SV_FMT,
			  SV_ARG(text_cut(a, text_line(a, v->waits), room_for_reason(p))));
	page_line(&p->page);
	p->frame_lines++;
}

static bool in_frame(const struct progress *p, const struct step_view *s)
{
	return !p->scrolls || s->state == STEP_RUNNING || s->state == STEP_STARTING ||
	       s->state == STEP_RETRYING;
}

static void draw_frame(struct progress *p, time_us now)
{
	unsigned columns, rows;

	if (terminal_size(p->look.fd, &columns, &rows)) { /* it may have been resized */
		p->look.width = p->page.width = columns;
		p->look.height = rows;
	}
	unsigned room = p->look.height > 3 ? p->look.height - 2 : 1;
	frame_title(p, now);
	for (size_t i = 0; i < p->view->steps_count && p->frame_lines < room; i++) {
		if (!in_frame(p, &p->view->steps[i]))
			continue;
		step_line(p, &p->view->steps[i], now, 0);
		p->frame_lines++;
	}
}

static void wipe_frame(struct progress *p)
{
	if (p->frame_lines)
		buf_addf(&p->page.buf, "\r\033[%uA\033[J", p->frame_lines);
	p->frame_lines = 0;
}

void progress_tick(void *progress)
{
	struct progress *p = progress;
	time_us now = p->look.now();

	if (p->look.kind != PROGRESS_LIVE || !p->view->made || p->view->ended_at ||
	    now - p->drawn_at < LEAST_BETWEEN_FRAMES_US)
		return;
	wipe_frame(p);
	draw_frame(p, now);
	p->drawn_at = now;
	page_flush(&p->page, p->look.fd);
}

/* A scrolling line must not be drawn into the frame: wipe, scroll, draw again. */
static void live_event(struct progress *p, const struct step_view *s, const struct event_row *event,
		       const struct value *body)
{
	struct buf before = p->page.buf;

	p->page.buf = (struct buf){0};
	scroll(p, s, event, body);
	struct buf lines = p->page.buf;
	p->page.buf = before;
	if (lines.n) {
		wipe_frame(p);
		buf_add(&p->page.buf, buf_sv(&lines));
		draw_frame(p, p->look.now());
		p->drawn_at = p->look.now();
		page_flush(&p->page, p->look.fd);
	} else {
		progress_tick(p);
	}
	buf_free(&lines);
}

void progress_event(void *progress, const struct event_row *event)
{
	struct progress *p = progress;
	AUTO_ARENA a = arena_new();
	const struct value *body = NULL;
	struct err e = {0};

	if (!event->body.n || !json_read(a, event->body, &body, &e))
		body = NULL;
	struct step_view *s = run_view_apply(p->view, event, body);
	p->scrolls = p->view->steps_count + 4 > p->look.height;
	if (p->look.kind == PROGRESS_PLAIN) {
		scroll(p, s, event, body);
		page_flush(&p->page, p->look.fd);
	} else if (p->look.kind == PROGRESS_LIVE && p->view->made) {
		live_event(p, s, event, body);
	}
}

void progress_hide(struct progress *p)
{
	wipe_frame(p);
	page_flush(&p->page, p->look.fd);
}

void progress_end(struct progress *p)
{
	if (p->look.kind == PROGRESS_LIVE && p->view->made) {
		wipe_frame(p);
		if (!p->scrolls)
			draw_frame(p, p->look.now());
		page_flush(&p->page, p->look.fd);
	}
	buf_free(&p->page.buf);
}
