/* run_view.c -- one function a kind of event, one table of kinds. */
#include "cli/run_view.h"

#include "cli/text.h"
#include "sys/path.h"

struct run_view *run_view_new(struct arena *a)
{
	struct run_view *v = NEW(a, struct run_view, 1);

	*v = (struct run_view){.arena = a, .first_failed = NO_ID, .state = RUN_QUEUED};
	return v;
}

size_t run_view_ended(const struct run_view *v)
{
	size_t ended = 0;

	for (int state = 0; state < STEP_STATE_COUNT; state++)
		ended += step_state_ended((enum step_state)state) ? v->counts[state] : 0;
	return ended;
}

static void move(struct run_view *v, struct step_view *s, enum step_state state)
{
	v->counts[s->state]--;
	s->state = state;
	v->counts[s->state]++;
}

static sv label_of(struct arena *a, const struct step_view *s)
{
	if (s->assets.n == 0)
		return s->name;
	if (s->assets.n == 1)
		return s->assets.at[0];
	return arena_fmt(a, SV_FMT " +%zu", SV_ARG(s->assets.at[0]), s->assets.n - 1);
}

static struct sv_list texts_of(struct arena *a, const struct value *list)
{
	struct sv_list texts = {0};

	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].type == VALUE_TEXT)
			*LIST_ADD(a, &texts) = arena_sv(a, list->items[i].text);
	return texts;
}

static struct step_view step_of(struct arena *a, const struct value *item)
{
	struct step_view s = {.state = STEP_WAITING, .rows = -1};

	s.name = arena_sv(a, value_text(item, "name"));
	s.location = arena_sv(a, value_text(item, "location"));
	s.assets = texts_of(a, value_list(item, "assets"));
	s.label = label_of(a, &s);
	return s;
}

static void widen(uint32_t *width, sv text)
{
	unsigned w = text_width(text);

	*width = w > *width ? w : *width;
}

static void run_created(struct run_view *v, struct step_view *s, const struct event_row *event,
			const struct value *body)
{
	const struct value *steps = value_list(body, "steps");

	if (v->made)
		return;
	v->made = true;
	v->started_at = event->at;
	v->id = arena_sv(v->arena, event->run);
	v->selection = arena_sv(v->arena, value_text(body, "selection"));
	v->parent = arena_sv(v->arena, value_text(body, "parent"));
	v->warnings = texts_of(v->arena, value_list(body, "warnings"));
	v->steps = NEW(v->arena, struct step_view, steps->n + 1);
	v->steps_count = steps->n;
	v->counts[STEP_WAITING] = steps->n;
	for (size_t i = 0; i < steps->n; i++) {
		v->steps[i] = step_of(v->arena, &steps->items[i]);
		widen(&v->label_width, v->steps[i].label);
		widen(&v->location_width, v->steps[i].location);
	}
}

static void run_waiting(struct run_view *v, struct step_view *s, const struct event_row *event,
			const struct value *body)
{
	v->waits = arena_sv(v->arena, value_text(body, "reason"));
}

static void run_started(struct run_view *v, struct step_view *s, const struct event_row *event,
			const struct value *body)
{
	v->state = RUN_STARTED;
	v->waits = (sv){NULL, 0};
	v->started_at = event->at;
}

static void run_canceling(struct run_view *v, struct step_view *s, const struct event_row *event,
			  const struct value *body)
{
	v->state = RUN_CANCELING;
	v->reason = arena_sv(v->arena, value_text(body, "reason"));
}

static void run_ended(struct run_view *v, struct step_view *s, const struct event_row *event,
		      const struct value *body)
{
	static const struct {
		const char *kind;
		enum run_state state;
	} ends[] = {
		{"run_succeeded", RUN_SUCCESS},
		{"run_failed", RUN_FAILURE},
		{"run_canceled", RUN_CANCELED},
		{"run_interrupted", RUN_INTERRUPTED},
	};

	for (size_t i = 0; i < COUNT_OF(ends); i++)
		if (sv_eq(event->kind, sv_of(ends[i].kind)))
			v->state = ends[i].state;
	v->ended_at = event->at;
	v->reason = arena_sv(v->arena, value_text(body, "reason"));
}

static void step_started(struct run_view *v, struct step_view *s, const struct event_row *event,
			 const struct value *body)
{
	move(v, s, STEP_RUNNING);
	s->started_at = event->at;
	s->ended_at = s->wake_at = 0;
	s->attempt = event->attempt;
}

static void note_folder(struct run_view *v, sv path)
{
	if (!path_is_absolute(path))
		return;
	sv folder = path_parent(path);
	for (size_t i = 0; i < v->folders.n; i++)
		if (sv_eq(v->folders.at[i], folder))
			return;
	*LIST_ADD(v->arena, &v->folders) = arena_sv(v->arena, folder);
}

static void materialization(struct run_view *v, struct step_view *s, const struct event_row *event,
			    const struct value *body)
{
	int64_t rows = value_int(body, "rows", -1);

	s->made++;
	if (rows >= 0)
		s->rows = rows + (s->rows > 0 ? s->rows : 0);
	note_folder(v, value_text(body, "path"));
}

static void output(struct run_view *v, struct step_view *s, const struct event_row *event,
		   const struct value *body)
{
	s->unversioned |= !value_bool(body, "versioned", true);
}

static void step_ended(struct run_view *v, struct step_view *s, const struct event_row *event,
		       const struct value *body)
{
	time_us span = value_int(body, "duration_us", -1);

	move(v, s, sv_eq(event->kind, SV("step_succeeded")) ? STEP_SUCCESS : STEP_FAILURE);
	s->ended_at = event->at;
	if (span >= 0)
		s->started_at = s->ended_at - span;
}

/* The arena keeps what a failure points at; the event's own memory is soon gone. */
static struct failure kept(struct arena *a, struct failure f)
{
	sv *texts[] = {&f.exception, &f.message, &f.file, &f.hint, &f.traceback, &f.cause};

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (texts[i]->p)
			*texts[i] = arena_sv(a, *texts[i]);
	return f;
}

static void step_failed(struct run_view *v, struct step_view *s, const struct event_row *event,
			const struct value *body)
{
	step_ended(v, s, event, body);
	s->reason = arena_sv(v->arena, value_text(body, "reason"));
	s->failure = kept(v->arena, failure_of(v->arena, value_get(body, "error")));
	if (!s->failure.message.p) {
		sv message = value_text(body, "message");

		s->failure.message = message.n ? arena_sv(v->arena, message) : s->reason;
	}
	if (v->first_failed == NO_ID)
		v->first_failed = (uint32_t)(s - v->steps);
}

static void step_retries(struct run_view *v, struct step_view *s, const struct event_row *event,
			 const struct value *body)
{
	move(v, s, STEP_RETRYING);
	s->ended_at = event->at;
	s->attempt = event->attempt;
	s->wake_at = event->at + value_int(body, "wait_us", 0);
	s->reason = arena_sv(v->arena, value_text(body, "reason"));
	s->failure = kept(v->arena, failure_of(v->arena, value_get(body, "error")));
	if (!s->failure.message.p)
		s->failure.message = arena_sv(v->arena, value_text(body, "message"));
}

static void step_given_up(struct run_view *v, struct step_view *s, const struct event_row *event,
			  const struct value *body)
{
	move(v, s, sv_eq(event->kind, SV("step_skipped")) ? STEP_SKIPPED : STEP_CANCELED);
	s->ended_at = event->at;
	s->reason = arena_sv(v->arena, value_text(body, "reason"));
}

struct step_view *run_view_apply(struct run_view *v, const struct event_row *event,
				 const struct value *body)
{
	static const struct {
		const char *kind;
		bool of_step;
		void (*apply)(struct run_view *, struct step_view *, const struct event_row *,
			      const struct value *);
	} kinds[] = {
		{"run_created", false, run_created},
		{"run_waiting", false, run_waiting},
		{"run_started", false, run_started},
		{"run_canceling", false, run_canceling},
		{"run_succeeded", false, run_ended},
		{"run_failed", false, run_ended},
		{"run_canceled", false, run_ended},
		{"run_interrupted", false, run_ended},
		{"step_started", true, step_started},
		{"step_up_for_retry", true, step_retries},
		{"output", true, output},
		{"materialization", true, materialization},
		{"step_succeeded", true, step_ended},
		{"step_failed", true, step_failed},
		{"step_skipped", true, step_given_up},
		{"step_canceled", true, step_given_up},
	};
	bool of_step = event->step >= 0 && (size_t)event->step < v->steps_count;
	struct step_view *s = of_step ? &v->steps[event->step] : NULL;

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (sv_eq(event->kind, sv_of(kinds[i].kind)) && (s || !kinds[i].of_step))
			kinds[i].apply(v, s, event, body);
	return s;
}
