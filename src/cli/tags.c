/* tags.c -- from words to tags and back. */
#include "cli/tags.h"

#include "cli/text.h"
#include "codec/json.h"

static bool add(struct cli *c, struct run_tags *tags, sv typed, struct err *e)
{
	size_t at;

	if (!sv_find(typed, '=', &at) || at == 0) {
		err_set(e, ERR_INVALID, "--tag takes NAME=VALUE, not \"" SV_FMT "\"",
			SV_ARG(typed));
		return err_hint(e, "--tag team=ml");
	}
	*LIST_ADD(c->arena, tags) = (struct run_tag){{typed.p, at}, sv_from(typed, at + 1)};
	return true;
}

static bool is_integer(sv text)
{
	uint64_t number;
	bool minus = text.n && text.p[0] == '-';

	return sv_u64(sv_from(text, minus), &number) && number <= INT32_MAX;
}

bool tags_read(struct cli *c, struct run_tags *ret, struct err *e)
{
	const struct sv_list *given = &c->args.given[OPT_TAG];
	sv priority = option_text(&c->args, OPT_PRIORITY),
	   retries = option_text(&c->args, OPT_RETRIES);

	for (size_t i = 0; i < given->n; i++)
		if (!add(c, ret, given->at[i], e))
			return false;
	if (priority.p && !is_integer(priority))
		return err_set(e, ERR_INVALID,
			       "--priority takes a whole number, not \"" SV_FMT "\"",
			       SV_ARG(priority));
	if (priority.p)
		*LIST_ADD(c->arena, ret) = (struct run_tag){SV("dagster/priority"), priority};
	if (retries.p)
		*LIST_ADD(c->arena, ret) = (struct run_tag){SV("dagster/max_retries"), retries};
	return true;
}

static const struct value *read_tags(struct arena *a, sv tags)
{
	const struct value *map;
	struct err e;

	return tags.p && json_read(a, tags, &map, &e) && map->type == VALUE_MAP ? map : NULL;
}

/* Told in fields of their own. */
static bool is_told_elsewhere(sv name)
{
	static const sv names[] = {SV("dagster/parent_run_id"), SV("dagster/root_run_id"),
				   SV("dagster/retry_number")};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (sv_eq(name, names[i]))
			return true;
	return false;
}

sv tags_text(struct arena *a, sv tags)
{
	const struct value *map = read_tags(a, tags);
	struct sv_list words = {0};

	for (size_t i = 0; map && i < map->n; i++)
		if (map->items[i].type == VALUE_TEXT && !is_told_elsewhere(map->keys[i]))
			*LIST_ADD(a, &words) = arena_fmt(a, SV_FMT "=" SV_FMT, SV_ARG(map->keys[i]),
							 SV_ARG(map->items[i].text));
	return words.n ? text_join(a, words.at, words.n, ", ") : (sv){0};
}
