/* step_options.c -- one reader for each option; what makes no sense becomes a sentence. */
#include "model/step_options.h"

#include "codec/json.h"
#include "model/tag_value.h"

enum { SHOWN_BYTES = 80 };

struct options_reader {
	struct arena *a;
	const struct manifest *m;
	const struct manifest_step *step;
	struct sv_list *problems;
};

/* NULL is the first word of each list: not set. */
static const char *const backoff_words[] = {
	[RETRY_CONSTANT] = NULL,
	[RETRY_LINEAR] = "LINEAR",
	[RETRY_EXPONENTIAL] = "EXPONENTIAL",
};
static const char *const jitter_words[] = {
	[RETRY_EXACT] = NULL,
	[RETRY_FULL_JITTER] = "FULL",
	[RETRY_PLUS_MINUS] = "PLUS_MINUS",
};

static bool is_absent(const struct value *v)
{
	return !v || v->type == VALUE_NULL;
}

static bool read_word(const struct value *map, const char *member, const char *const *words,
		      unsigned count, unsigned *ret)
{
	const struct value *v = value_get(map, member);

	*ret = 0;
	if (is_absent(v))
		return true;
	for (unsigned i = 1; v->type == VALUE_TEXT && i < count; i++)
		if (sv_eq(v->text, sv_of(words[i]))) {
			*ret = i;
			return true;
		}
	return false;
}

static bool read_delay(const struct value *retry, time_us *ret)
{
	const struct value *v = value_get(retry, "delay");

	*ret = 0;
	if (is_absent(v))
		return true;
	if (v->type != VALUE_INT && v->type != VALUE_REAL)
		return false;
	return seconds_to_us(value_real(retry, "delay", -1), ret);
}

bool retry_policy_read(const struct value *retry, struct retry_policy *ret)
{
	int64_t most = value_int(retry, "max_retries", -1);
	unsigned backoff, jitter;
	time_us delay;

	*ret = (struct retry_policy){0};
	if (most < 0 || most >= UINT32_MAX || !read_delay(retry, &delay) ||
	    !read_word(retry, "backoff", backoff_words, COUNT_OF(backoff_words), &backoff) ||
	    !read_word(retry, "jitter", jitter_words, COUNT_OF(jitter_words), &jitter))
		return false;
	*ret = (struct retry_policy){
		.most = (uint32_t)most,
		.delay = delay,
		.backoff = (enum retry_backoff)backoff,
		.jitter = (enum retry_jitter)jitter,
	};
	return true;
}

static sv name_of(const struct options_reader *r)
{
	const struct manifest_step *s = r->step;

	return s->assets_count ? r->m->assets[s->assets[0]].key : s->name;
}

/* What was found there, as JSON, cut where it gets long and between characters. */
static sv shown(struct arena *a, const struct value *v)
{
	sv text = json_print(a, v);

	if (text.n <= SHOWN_BYTES)
		return text;
	text.n = SHOWN_BYTES;
	while (text.n && ((unsigned char)text.p[text.n] & 0xc0) == 0x80)
		text.n--;
	return arena_fmt(a, SV_FMT "…", SV_ARG(text));
}

static void problem(struct options_reader *r, const char *what, const struct value *v,
		    const char *wanted)
{
	const struct source_position *at = &r->step->source;
	sv place = {"", 0};

	if (at->file.p)
		place = arena_fmt(r->a, " (" SV_FMT ":%u)", SV_ARG(at->file), at->line);
	*LIST_ADD(r->a, r->problems) = arena_fmt(
		r->a, "\"" SV_FMT "\"" SV_FMT ": %s is " SV_FMT ": %s", SV_ARG(name_of(r)),
		SV_ARG(place), what, SV_ARG(shown(r->a, v)), wanted);
}

static void read_retry(struct options_reader *r, struct step_options *o)
{
	if (!is_absent(r->step->retry) && !retry_policy_read(r->step->retry, &o->retry))
		problem(r, "its retry policy", r->step->retry,
			"max_retries (a number from 0 on) is wanted, delay in seconds, backoff "
			"LINEAR or EXPONENTIAL, jitter FULL or PLUS_MINUS; it is not retried");
}

static void read_isolation(struct options_reader *r, struct step_options *o)
{
	const struct value *v = value_get(r->step->tags, "plait/isolation");

	if (is_absent(v))
		return;
	if (v->type == VALUE_TEXT && sv_eq(v->text, SV("worker")))
		o->isolation = ISOLATION_WORKER;
	else if (v->type != VALUE_TEXT || !sv_eq(v->text, SV("process")))
		problem(r, "the op tag plait/isolation", v,
			"\"process\" or \"worker\" is wanted; it runs in a process of its own");
}

static void read_priority(struct options_reader *r, struct step_options *o)
{
	const struct value *v = value_get(r->step->tags, "dagster/priority");

	if (is_absent(v))
		return;
	if (v->type == VALUE_INT)
		o->priority = v->integer;
	else if (v->type != VALUE_TEXT || !tag_int(v->text, &o->priority))
		problem(r, "the op tag dagster/priority", v,
			"a whole number is wanted; 0 is taken");
}

static void read_timeout(struct options_reader *r, struct step_options *o)
{
	const struct value *v = value_get(r->step->tags, "plait/timeout");
	bool done = false;

	if (is_absent(v))
		return;
	if (v->type == VALUE_TEXT)
		done = tag_seconds(v->text, &o->timeout);
	else if (v->type == VALUE_INT || v->type == VALUE_REAL)
		done = seconds_to_us(value_real(r->step->tags, "plait/timeout", -1), &o->timeout) &&
		       o->timeout > 0;
	if (!done)
		problem(r, "the op tag plait/timeout", v,
			"a number of seconds above 0 is wanted; it has no time limit");
}

static void read_pool(struct options_reader *r, struct step_options *o)
{
	const struct value *v = value_get(r->step->tags, "dagster/concurrency_key");

	o->pool = r->step->pool;
	if (o->pool.n || is_absent(v))
		return;
	if (v->type == VALUE_TEXT && v->text.n)
		o->pool = v->text;
	else
		problem(r, "the op tag dagster/concurrency_key", v,
			"the name of a pool is wanted; it is in none");
}

struct step_options step_options_read(struct arena *a, const struct manifest *m,
				      const struct manifest_step *step, struct sv_list *problems)
{
	struct options_reader r = {a, m, step, problems};
	struct step_options o = {0};

	read_retry(&r, &o);
	read_isolation(&r, &o);
	read_priority(&r, &o);
	read_timeout(&r, &o);
	read_pool(&r, &o);
	if (!o.pool.n)
		o.pool = (sv){0};
	return o;
}
