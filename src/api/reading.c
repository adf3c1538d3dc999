/* reading.c -- names of paths are found as commands find what was typed. */
#include "api/reading.h"

#include "api/asset_table.h"
#include "view/find.h"

const struct asset_graph *reading_graph(const struct api *api)
{
	return asset_table_code(api->assets)->graph;
}

sv reading_key(const struct api *api, uint32_t node)
{
	return reading_graph(api)->nodes[node].key;
}

bool reading_asset(struct api *api, struct exchange *x, uint32_t *ret, struct err *e)
{
	return find_asset(exchange_arena(x), asset_table_code(api->assets), api->session->workspace,
			  exchange_param(x, "key"), ret, e);
}

bool reading_location(struct api *api, struct exchange *x, const struct location_state **ret,
		      struct err *e)
{
	return find_location(asset_table_code(api->assets), api->session->workspace,
			     exchange_param(x, "location"), ret, e);
}
