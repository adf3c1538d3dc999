/* asset.c -- the small number behind each asset key.  Numbers never change, so a writer remembers those it has seen: nearly
 * every row it writes names an asset. */
#include "base/intern.h"
#include "base/list.h"
#include "store/sqlite/ops.h"

struct number_cache {
	struct arena *arena;
	struct intern *keys;
	LIST(int64_t) numbers; /* by the key's id */
};

void sqlite_forget_assets(struct sqlite_store *s)
{
	if (s->assets)
		arena_free(s->assets->arena);
	s->assets = NULL;
}

static bool recall(const struct sqlite_store *s, sv key, int64_t *ret)
{
	uint32_t id = s->assets ? intern_find(s->assets->keys, key) : NO_ID;

	if (id == NO_ID)
		return false;
	*ret = s->assets->numbers.at[id];
	return true;
}

static void remember(struct sqlite_store *s, sv key, int64_t number)
{
	if (!s->assets) {
		struct arena *arena = arena_new();

		s->assets = NEW(arena, struct number_cache, 1);
		s->assets->arena = arena;
		s->assets->keys = intern_new(arena);
	}
	intern_add(s->assets->keys, key);
	*LIST_ADD(s->assets->arena, &s->assets->numbers) = number;
}

static bool look_up(struct sqlite_store *s, sv key, bool *ret_found, int64_t *ret, struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!statement_start(s, "SELECT id FROM asset WHERE key = $1", &q, e))
		return false;
	bind_text(&q, key);
	if (!statement_row(&q, ret_found, e))
		return false;
	if (*ret_found)
		*ret = take_int(&q);
	return true;
}

bool sqlite_find_asset(struct store *s, sv key, int64_t *ret, struct err *e)
{
	bool found;

	if (!look_up(sqlite_of(s), key, &found, ret, e))
		return false;
	return found ||
	       err_set(e, ERR_NOT_FOUND, "the ledger knows no asset '" SV_FMT "'", SV_ARG(key));
}

bool sqlite_make_asset(struct store *s, sv key, int64_t *ret, struct err *e)
{
	AUTO_STATEMENT q = {0};
	bool found;

	if (recall(sqlite_of(s), key, ret))
		return true;
	if (!look_up(sqlite_of(s), key, &found, ret, e))
		return false;
	if (found) {
		remember(sqlite_of(s), key, *ret);
		return true;
	}
	if (!statement_start(sqlite_of(s), "INSERT INTO asset (key) VALUES ($1)", &q, e))
		return false;
	bind_text(&q, key);
	if (!statement_insert(&q, ret, e))
		return false;
	remember(sqlite_of(s), key, *ret);
	return true;
}

bool sqlite_asset_keys(struct sqlite_store *s, struct arena *a, sv numbers, struct sv_list *ret,
		       struct err *e)
{
	sv piece;

	while (numbers.n && sv_split(&numbers, ' ', &piece)) {
		AUTO_STATEMENT q = {0};
		uint64_t number;
		bool found;

		if (!sv_u64(piece, &number))
			return err_set(e, ERR_CORRUPT, "the ledger has an asset number '" SV_FMT "'",
				       SV_ARG(piece));
		if (!statement_start(s, "SELECT key FROM asset WHERE id = $1", &q, e))
			return false;
		bind_int(&q, (int64_t)number);
		if (!statement_row(&q, &found, e))
			return false;
		if (found)
			*LIST_ADD(a, ret) = take_text(&q, a);
	}
	return true;
}
