/* standing.c -- how assets stand: current version and last attempt side by side. */
#include "store/sqlite/ops.h"

/* Of the metadata only what tells the path, where no view does. */
#define COLUMNS                                                                              \
	"SELECT asset.key, version.id, made.id, version.code_version, version.data_version," \
	" version.inputs, version.directory, version.views,"                                 \
	" CASE WHEN coalesce(version.views, '[]') = '[]' THEN version.metadata END,"         \
	" version.bytes, version.row_count, version.created_at, tried.id, step.state,"       \
	" step.ended_at FROM asset"                                                          \
	" LEFT JOIN pointer ON pointer.asset = asset.id AND pointer.partition_id = 0"        \
	" LEFT JOIN version ON version.number = pointer.version"                             \
	" LEFT JOIN run AS made ON made.number = version.run"                                \
	" LEFT JOIN last_attempt ON last_attempt.asset = asset.id"                           \
	" AND last_attempt.partition_id = 0"                                                 \
	" LEFT JOIN run AS tried ON tried.number = last_attempt.run"                         \
	" LEFT JOIN step ON step.run = last_attempt.run AND step.plan_index = "              \
	"last_attempt.plan_index "

static bool take_standing(struct statement *q, struct arena *a, struct standing_row *ret,
			  struct err *e)
{
	sv word;

	ret->asset = take_text(q, a);
	ret->version = take_text(q, a);
	ret->run = take_text(q, a);
	ret->code_version = take_text(q, a);
	ret->data_version = take_text(q, a);
	ret->inputs = take_text(q, a);
	ret->directory = take_text(q, a);
	ret->views = take_text(q, a);
	ret->metadata = take_text(q, a);
	ret->bytes = take_int(q);
	ret->rows = take_int(q);
	ret->created_at = take_int(q);
	ret->tried_by = take_text(q, a);
	word = take_text(q, a);
	ret->tried_at = take_int(q);
	return !word.p || step_state_parse(word, &ret->tried) ||
	       err_set(e, ERR_CORRUPT, "the ledger has an unknown step state '" SV_FMT "'",
		       SV_ARG(word));
}

static bool take_standings(struct statement *q, struct arena *a, struct standing_rows *ret,
			   struct err *e)
{
	bool found;

	*ret = (struct standing_rows){0};
	while (statement_row(q, &found, e)) {
		if (!found)
			return true;
		if (!take_standing(q, a, LIST_ADD(a, ret), e))
			return false;
	}
	return false;
}

bool sqlite_list_standings(struct store *s, struct arena *a, sv asset, struct standing_rows *ret,
			   struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!asset.p)
		return statement_start(sqlite_of(s), COLUMNS, &q, e) &&
		       take_standings(&q, a, ret, e);
	if (!statement_start(sqlite_of(s), COLUMNS "WHERE asset.key = $1", &q, e))
		return false;
	bind_text(&q, asset);
	return take_standings(&q, a, ret, e);
}
