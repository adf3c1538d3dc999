/* live_judge.c -- what becomes of a step whose attempt is over: published, canceled, tried again, failed; in which words. */
#include "base/time.h"
#include "codec/json.h"
#include "engine/live_attempt.h"
#include "engine/step_end.h"
#include "plan/retry.h"

enum { MOST_LOST = 3 };

static const sv NONE = {NULL, 0};

static struct engine *engine_of(const struct live_attempt *t)
{
	return t->step->run->engine;
}

static sv end_body(const struct live_attempt *t, sv message, sv reason)
{
	const struct live_step *s = t->step;

	return step_end_body(t->arena, &(struct step_end){
					       .duration = s->ended_at - s->started_at,
					       .user_us = s->user_us,
					       .system_us = s->system_us,
					       .max_rss_kib = s->max_rss_kib,
					       .message = message,
					       .error = s->error,
					       .reason = reason,
				       });
}

static void settle(struct live_attempt *t)
{
	struct engine *en = engine_of(t);

	live_attempt_retire(t);
	engine_settle(en);
}

static void succeed(struct live_attempt *t)
{
	live_step_tell(t->step, "step_succeeded", NONE, end_body(t, NONE, NONE));
	live_run_step_ended(t->step, STEP_SUCCESS, NONE);
	settle(t);
}

static void cancel(struct live_attempt *t)
{
	sv reason = t->step->run->cancel_reason;

	live_attempt_discard(t);
	live_step_tell(t->step, "step_canceled", NONE, end_body(t, NONE, reason));
	live_run_step_ended(t->step, STEP_CANCELED, reason);
	settle(t);
}

static struct retry_decision decide(struct live_attempt *t)
{
	const struct step_report *report = &t->report;
	const struct engine *en = engine_of(t);
	const struct live_run *r = t->step->run;
	struct retry_wish wish = {report->retry.allowed, report->retry.most, report->retry.delay};

	if (r->state == RUN_CANCELING)
		return (struct retry_decision){0};
	return retry_decide(t->arena, &t->step->options->retry, report->retry.said ? &wish : NULL,
			    step_order_at(r->order, t->step->index)->retries,
			    en->world.random(en->world.ctx));
}

static sv retry_body(struct live_attempt *t, sv message, const struct retry_decision *how)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "reason", how->reason);
	json_member_int(&j, "wait_us", how->wait);
	json_member_int(&j, "retry",
			step_order_at(t->step->run->order, t->step->index)->retries + 1);
	json_member_text(&j, "message", message);
	json_key(&j, "error");
	json_raw(&j, t->step->error.p ? t->step->error : SV("null"));
	json_member_int(&j, "duration_us", t->step->ended_at - t->step->started_at);
	return json_finish(t->arena, &j);
}

/* `final`: trying again would not help, whatever its policy says. */
void live_attempt_fail(struct live_attempt *t, sv message, sv hint, bool final)
{
	struct retry_decision how = final ? (struct retry_decision){0} : decide(t);

	t->step->error = !t->report.exception.p ? step_end_error(t->arena, message, hint)
			 : t->overdue ? step_end_overdue(t->arena, message, t->report.exception)
				      : t->report.exception;
	live_attempt_discard(t);
	if (how.again) {
		live_step_tell(t->step, "step_up_for_retry", NONE, retry_body(t, message, &how));
		live_run_step_retries(t->step, t->step->ended_at + how.wait, how.reason);
	} else {
		live_step_tell(t->step, "step_failed", NONE, end_body(t, message, how.reason));
		live_run_step_ended(t->step, STEP_FAILURE, message);
	}
	settle(t);
}

void live_attempt_fail_for(struct live_attempt *t, const struct err *why)
{
	live_attempt_fail(t, arena_sv(t->arena, sv_of(why->text)),
			  why->hint[0] ? arena_sv(t->arena, sv_of(why->hint)) : NONE, true);
}

static sv overdue_sentence(struct live_attempt *t)
{
	if (t->gone || t->followed)
		return arena_fmt(t->arena,
				 "it ran longer than its limit of " SV_FMT " (plait/timeout)",
				 SV_ARG(time_duration(t->arena, t->step->options->timeout)));
	return arena_fmt(t->arena,
			 "its process was not ready within " SV_FMT " (start_timeout_seconds)",
			 SV_ARG(time_duration(t->arena, engine_of(t)->settings.start_timeout)));
}

/* The change was in nothing that a fingerprint covers (a table that the code reads, say): only compiling shows it. */
static void have_compiled_again(struct live_attempt *t)
{
	struct engine_request *request = &engine_of(t)->request;

	if (request->on_code_changed)
		request->on_code_changed(request->ctx, live_step_location(t->step));
}

void live_attempt_judge_closed(struct live_attempt *t)
{
	struct err e;

	if (t->attempt && t->attempt->unheard)
		live_attempt_fail(
			t,
			step_end_sentence(t->arena, &(struct attempt_end){.unheard = true}, false),
			step_end_hint(t->arena,
				      &(struct attempt_end){.began = true, .unheard = true}, NONE),
			true);
	else if (!t->report.exception.p && live_attempt_publish(t, &e))
		succeed(t);
	else if (!t->report.exception.p)
		live_attempt_fail_for(t, &e);
	else if (t->overdue)
		live_attempt_fail(t, overdue_sentence(t), NONE, false);
	else if (t->cancel_asked)
		cancel(t);
	else
		live_attempt_fail(t, t->report.exception_message, NONE, false);
}

/* Its location was compiled again between the choice of the step and its start: it is chosen anew, by the code that is there
 * now.  Where nobody has compiled other code, trying again would not help. */
static bool is_outrun(struct live_attempt *t, const struct attempt_end *how)
{
	struct engine_request *request = &engine_of(t)->request;
	struct engine_code code;
	struct err e;

	return how->code_changed && !how->began && !t->overdue && !t->cancel_asked &&
	       request->find_code(request->ctx, live_step_location(t->step), &code, &e) &&
	       code.manifest && !sv_eq(code.manifest->id, t->step->manifest->id);
}

/* It is not the step's fault, unless it happens again and again. */
static bool never_began(const struct live_attempt *t, const struct attempt_end *how)
{
	if (t->followed)
		return !t->report.opened;
	return t->ready && !how->began && !t->cancel_asked && !t->overdue &&
	       t->step->lost++ < MOST_LOST;
}

void live_attempt_judge_gone(struct live_attempt *t, const struct attempt_end *how)
{
	struct live_step *s = t->step;
	sv logs = arena_fmt(t->arena, "plait run logs " SV_FMT " --step " SV_FMT " --stderr",
			    SV_ARG(s->run->id), SV_ARG(live_step_plan(s)->name));

	if (is_outrun(t, how)) {
		live_run_step_unbegun(s, SV("its location was compiled again before it began"));
		settle(t);
		return;
	}
	if (how->code_changed)
		have_compiled_again(t);
	if (never_began(t, how)) {
		live_run_step_unbegun(s, SV("its process ended before it began"));
		settle(t);
	} else if (t->overdue) {
		live_attempt_fail(t, overdue_sentence(t), NONE, false);
	} else if (t->cancel_asked) {
		cancel(t);
	} else if (t->rebooted) {
		live_attempt_fail(t, SV("the machine was restarted while it ran"), NONE, false);
	} else {
		live_attempt_fail(t, step_end_sentence(t->arena, how, t->followed),
				  step_end_hint(t->arena, how, logs), how->code_changed);
	}
}
