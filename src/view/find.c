/* find.c -- the nearest name helps who mistyped. */
#include "view/find.h"

#include "base/buf.h"
#include "base/nearest.h"
#include "model/asset_key.h"

bool find_asset(struct arena *a, const struct code_view *code, sv workspace, sv typed,
		uint32_t *ret, struct err *e)
{
	const struct asset_graph *g = code->graph;
	sv key;

	if (!asset_key_parse(a, typed, &key, e))
		return false;
	*ret = asset_graph_find(g, key);
	if (*ret != NO_ID)
		return true;
	uint32_t near = asset_graph_nearest(g, key);
	err_set(e, ERR_NOT_FOUND, "there is no asset '" SV_FMT "' in " SV_FMT, SV_ARG(typed),
		SV_ARG(workspace));
	if (near != NO_ID)
		return err_hint(e, "did you mean '" SV_FMT "'?", SV_ARG(g->nodes[near].key));
	return err_hint(e, "'plait asset list' names them all");
}

static sv join(struct arena *a, const struct sv_list *names)
{
	AUTO_BUF b = {0};

	for (size_t i = 0; i < names->n; i++) {
		buf_add(&b, i ? SV(", ") : SV(""));
		buf_add(&b, names->at[i]);
	}
	return arena_sv(a, buf_sv(&b));
}

bool find_location(struct arena *a, const struct code_view *code, sv workspace, sv typed,
		   const struct location_state **ret, struct err *e)
{
	struct sv_list names = {0};

	for (size_t i = 0; i < code->locations_count; i++) {
		*LIST_ADD(a, &names) = code->locations[i].code->name;
		if (!sv_eq(typed, code->locations[i].code->name))
			continue;
		*ret = &code->locations[i];
		return true;
	}
	uint32_t near = nearest(typed, names.at, names.n);
	err_set(e, ERR_NOT_FOUND, "there is no code location '" SV_FMT "' in " SV_FMT,
		SV_ARG(typed), SV_ARG(workspace));
	if (near != NO_ID)
		return err_hint(e, "did you mean '" SV_FMT "'?", SV_ARG(names.at[near]));
	return err_hint(e, "there are: " SV_FMT, SV_ARG(join(a, &names)));
}
