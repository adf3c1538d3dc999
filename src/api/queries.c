/* queries.c -- strict about types: a number where a text belongs is told, not passed over. */
#include "api/queries.h"

#include "base/time.h"

bool query_number(const struct exchange *x, const char *name, int64_t otherwise, int64_t *ret,
		  struct err *e)
{
	sv text = exchange_query(x, name);
	uint64_t number;

	*ret = otherwise;
	if (!text.p)
		return true;
	if (!sv_u64(text, &number) || number > INT64_MAX)
		return err_set(e, ERR_INVALID, "%s is '" SV_FMT "', not a whole number from 0 on",
			       name, SV_ARG(text));
	*ret = (int64_t)number;
	return true;
}

bool query_time(const struct exchange *x, const char *name, time_us *ret, struct err *e)
{
	sv text = exchange_query(x, name);

	*ret = 0;
	if (!text.n || time_parse_rfc3339(text, ret))
		return true;
	err_set(e, ERR_INVALID, "%s is '" SV_FMT "', not a time", name, SV_ARG(text));
	return err_hint(e, "as RFC 3339 in UTC: 2026-01-31T08:00:00Z");
}

static bool is_absent(const struct value *v)
{
	return !v || v->type == VALUE_NULL;
}

static bool wrong_type(const char *name, const struct value *v, const char *wanted, struct err *e)
{
	return err_set(e, ERR_INVALID, "\"%s\" is %s, not %s", name, value_type_word(v->type),
		       wanted);
}

bool query_text(const struct value *body, const char *name, sv *ret, struct err *e)
{
	const struct value *v = value_get(body, name);

	*ret = (sv){0};
	if (is_absent(v))
		return true;
	if (v->type != VALUE_TEXT)
		return wrong_type(name, v, "a text", e);
	*ret = v->text;
	return true;
}

bool query_flag(const struct value *body, const char *name, bool *ret, struct err *e)
{
	const struct value *v = value_get(body, name);

	*ret = false;
	if (is_absent(v))
		return true;
	if (v->type != VALUE_BOOL)
		return wrong_type(name, v, "true or false", e);
	*ret = v->truth;
	return true;
}

static bool take_count(const struct value *body, const char *name, int64_t least, int64_t *ret,
		       struct err *e)
{
	const struct value *v = value_get(body, name);

	*ret = 0;
	if (is_absent(v))
		return true;
	if (v->type != VALUE_INT)
		return wrong_type(name, v, "a whole number", e);
	if (v->integer < least || v->integer > INT32_MAX)
		return err_set(e, ERR_INVALID, "\"%s\" is %lld; it can be %lld to %d", name,
			       (long long)v->integer, (long long)least, INT32_MAX);
	*ret = v->integer;
	return true;
}

bool query_tags(struct arena *a, const struct value *body, struct run_tags *ret, struct err *e)
{
	const struct value *tags = value_get(body, "tags");

	if (is_absent(tags))
		return true;
	if (tags->type != VALUE_MAP)
		return wrong_type("tags", tags, "an object of texts", e);
	for (size_t i = 0; i < tags->n; i++) {
		if (tags->items[i].type != VALUE_TEXT)
			return err_set(e, ERR_INVALID, "tag \"" SV_FMT "\" is %s, not a text",
				       SV_ARG(tags->keys[i]), value_type_word(tags->items[i].type));
		*LIST_ADD(a, ret) = (struct run_tag){tags->keys[i], tags->items[i].text};
	}
	return true;
}

/* Said in a member of its own; a tag of that name wins when it is not. */
static void add_number(struct arena *a, struct run_tags *tags, sv name, int64_t number)
{
	if (number)
		*LIST_ADD(a, tags) = (struct run_tag){name,
						      arena_fmt(a, "%lld", (long long)number)};
}

bool query_run_request(struct arena *a, const struct value *body, struct run_request *ret,
		       struct err *e)
{
	int64_t priority, retries, most;

	*ret = (struct run_request){0};
	if (!query_text(body, "selection", &ret->selection, e) ||
	    !query_text(body, "location", &ret->location, e) ||
	    !query_tags(a, body, &ret->tags, e) ||
	    !take_count(body, "priority", INT32_MIN, &priority, e) ||
	    !take_count(body, "retries", 0, &retries, e) ||
	    !take_count(body, "most_running", 0, &most, e))
		return false;
	add_number(a, &ret->tags, SV("dagster/priority"), priority);
	add_number(a, &ret->tags, SV("dagster/max_retries"), retries);
	ret->most_running = (uint32_t)most;
	return true;
}
