/* rerun.c -- one pass over the steps, three tags. */
#include "engine/rerun.h"

struct sv_list rerun_assets(struct arena *a, const struct step_rows *steps, bool all)
{
	struct sv_list assets = {0};

	for (size_t i = 0; i < steps->n; i++)
		if (all || steps->at[i].state != STEP_SUCCESS)
			for (size_t n = 0; n < steps->at[i].assets.n; n++)
				*LIST_ADD(a, &assets) = steps->at[i].assets.at[n];
	return assets;
}

static void add_tag(struct arena *a, struct run_tags *tags, const char *name, sv value)
{
	for (size_t i = 0; i < tags->n; i++)
		if (sv_eq(tags->at[i].name, sv_of(name))) {
			tags->at[i].value = value;
			return;
		}
	*LIST_ADD(a, tags) = (struct run_tag){sv_of(name), value};
}

void rerun_tag(struct arena *a, struct engine_submission *what)
{
	add_tag(a, &what->tags, "dagster/parent_run_id", what->parent);
	add_tag(a, &what->tags, "dagster/root_run_id", what->root);
	add_tag(a, &what->tags, "dagster/retry_number",
		arena_fmt(a, "%lld", (long long)what->retry_number));
}
