/* pools.c -- from the ledger, the code and dagster.yaml. */
#include "view/pools.h"

#include <stdlib.h>

#include "code/settings_file.h"
#include "model/step_options.h"
#include "view/document.h"

static struct pool *pool_named(struct arena *a, struct pools *pools, sv name)
{
	for (size_t i = 0; i < pools->n; i++)
		if (sv_eq(pools->at[i].name, name))
			return &pools->at[i];
	struct pool *added = LIST_ADD(a, pools);

	*added = (struct pool){.name = name, .limit = -1};
	return added;
}

static int by_name(const void *a, const void *b)
{
	return sv_cmp(((const struct pool *)a)->name, ((const struct pool *)b)->name);
}

static void add_code(struct arena *a, const struct code_view *code, struct pools *pools,
		     int64_t most)
{
	for (size_t i = 0; code && i < code->locations_count; i++) {
		const struct manifest *m = code->locations[i].manifest;

		for (size_t k = 0; m && k < m->steps_count; k++) {
			struct sv_list ignored = {0};
			sv name = step_options_read(a, m, &m->steps[k], &ignored).pool;

			if (!name.p)
				continue;
			struct pool *pool = pool_named(a, pools, name);
			pool->steps++;
			if (!pool->own)
				pool->limit = most;
		}
	}
}

bool pools_read(struct arena *a, const struct session *s, struct store *store, struct pools *ret,
		struct err *e)
{
	struct settings_request request = {.workspace_root = s->workspace->root,
					   .cwd = s->workspace_request.cwd,
					   .getenv = s->workspace_request.getenv};
	struct pool_rows rows = {0};
	struct settings settings;

	*ret = (struct pools){0};
	if (!settings_load(a, &request, &settings, e) ||
	    (store && !store_list_pools(store, a, &rows, e)))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		struct pool *pool = pool_named(a, ret, rows.at[i].name);

		pool->limit = rows.at[i].slots;
		pool->own = true;
	}
	add_code(a, s->code, ret, settings.pool_default_limit);
	if (ret->n)
		qsort(ret->at, ret->n, sizeof(*ret->at), by_name);
	return true;
}

void pools_document(struct json *j, const struct pools *pools)
{
	json_open(j, '[');
	for (size_t i = 0; i < pools->n; i++) {
		const struct pool *pool = &pools->at[i];

		json_open(j, '{');
		json_member_text(j, "name", pool->name);
		document_number(j, "limit", pool->limit);
		json_member_bool(j, "own", pool->own);
		json_member_int(j, "steps", (int64_t)pool->steps);
		json_close(j);
	}
	json_close(j);
}
