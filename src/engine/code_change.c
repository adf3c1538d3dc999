/* code_change.c -- two manifests side by side. */
#include "engine/code_change.h"

#include "codec/json.h"
#include "engine/engine_parts.h"

static bool same_deps(const struct manifest_asset *was, const struct manifest_asset *now)
{
	if (was->deps_count != now->deps_count)
		return false;
	for (size_t i = 0; i < was->deps_count; i++) {
		size_t n = 0;

		while (n < now->deps_count && !sv_eq(was->deps[i].key, now->deps[n].key))
			n++;
		if (n == now->deps_count || was->deps[i].loaded != now->deps[n].loaded)
			return false;
	}
	return true;
}

const struct manifest_step *code_change_same(const struct manifest *was,
					     const struct manifest_step *step,
					     const struct manifest *now, const struct sv_list *keys)
{
	const struct manifest_step *found = NULL;

	for (size_t i = 0; i < keys->n; i++) {
		const struct manifest_asset *a = manifest_asset_find(was, keys->at[i]),
					    *b = manifest_asset_find(now, keys->at[i]);

		if (!a || !b || b->step == NO_ID || !same_deps(a, b) || a->required != b->required)
			return NULL;
		if (found && found != &now->steps[b->step])
			return NULL;
		found = &now->steps[b->step];
	}
	if (!found || !sv_eq(found->name, step->name) || found->can_subset != step->can_subset ||
	    found->assets_count != step->assets_count)
		return NULL;
	return found;
}

/* A run reads each changed manifest once, and keeps it: the view of the code may go. */
static const struct manifest *read_manifest(struct live_run *r, sv id, struct err *e)
{
	AUTO_ARENA scratch = arena_new();
	struct manifest *manifest;
	sv text;

	for (size_t i = 0; i < r->adopted.n; i++)
		if (sv_eq(r->adopted.at[i]->id, id))
			return r->adopted.at[i];
	if (!store_get_manifest(r->engine->request.store, scratch, id, &text, e) ||
	    !manifest_read(r->arena, id, text, &manifest, e))
		return NULL;
	*LIST_ADD(r->arena, &r->adopted) = manifest;
	return manifest;
}

static const struct step_options *read_options(struct live_step *s)
{
	struct step_options *options = NEW(s->run->arena, struct step_options, 1);

	*options = step_options_read(s->run->arena, s->manifest, s->step, &s->run->problems);
	return options;
}

static void tell(struct live_step *s, sv was)
{
	AUTO_ARENA a = arena_new();
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "planned", was);
	json_member_text(&j, "runs", s->manifest->id);
	json_member_text(
		&j, "reason",
		SV("the location's code changed after this run was planned; the step makes the "
		   "same assets of the same inputs, so it runs the new code"));
	live_step_tell(s, "step_code_changed", (sv){NULL, 0}, json_finish(a, &j));
}

bool code_change_adopt(struct live_step *s, sv manifest_id, struct err *e)
{
	AUTO_ARENA a = arena_new();
	const struct plan_step *step = live_step_plan(s);
	const struct manifest *manifest = read_manifest(s->run, manifest_id, e);
	const struct manifest_step *same = NULL;
	struct sv_list keys = {0};
	sv was = s->manifest->id;

	for (size_t i = 0; i < step->nodes_count; i++)
		*LIST_ADD(a, &keys) = s->run->plan->graph->nodes[step->nodes[i]].key;
	if (manifest)
		same = code_change_same(s->manifest, s->step, manifest, &keys);
	if (!same) {
		err_set(e, ERR_CONFLICT,
			"the code of location '" SV_FMT "' changed after this run was planned",
			SV_ARG(live_step_location(s)));
		return err_hint(e, "run the command again: it will plan with the new code");
	}
	s->manifest = manifest;
	s->step = same;
	s->options = read_options(s);
	tell(s, was);
	return true;
}
