/* find.c -- the nearest name helps who mistyped. */
#include "view/find.h"

#include "model/asset_key.h"

bool find_asset(struct arena *a, const struct code_view *code, const struct workspace *workspace,
		sv typed, uint32_t *ret, struct err *e)
{
	const struct asset_graph *g = code->graph;
	sv key;

	if (!asset_key_parse(a, typed, &key, e))
		return false;
	*ret = asset_graph_find(g, key);
	if (*ret != NO_ID)
		return true;
	err_set(e, ERR_NOT_FOUND, "there is no asset '" SV_FMT "' in " SV_FMT, SV_ARG(typed),
		SV_ARG(workspace->file));
	return asset_graph_hint(g, key, e);
}

bool find_location(const struct code_view *code, const struct workspace *workspace, sv typed,
		   const struct location_state **ret, struct err *e)
{
	for (size_t i = 0; i < code->locations_count; i++)
		if (sv_eq(typed, code->locations[i].code->name)) {
			*ret = &code->locations[i];
			return true;
		}
	return workspace_unknown(workspace, typed, e);
}
