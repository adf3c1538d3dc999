/* event.c -- the append-only log. */
#include "store/sqlite/ops.h"

#define COLUMNS                                                                            \
	"SELECT event.id, run.id, event.step, event.attempt, event.kind, asset.key, "      \
	"event.partition_id, event.body,"                                                  \
	" event.at FROM event LEFT JOIN run ON run.number = event.run LEFT JOIN asset ON " \
	"asset.id = event.asset "

bool sqlite_append_event(struct store *s, struct event_row *row, struct err *e)
{
	int64_t run, asset = 0;
	AUTO_STATEMENT q = {0};

	if (!sqlite_run_number(sqlite_of(s), row->run, &run, e) ||
	    (row->asset.p && !sqlite_make_asset(s, row->asset, &asset, e)))
		return false;
	if (!statement_start(
		    sqlite_of(s),
		    "INSERT INTO event (run, step, attempt, kind, asset, partition_id, body, at)"
		    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		    &q, e))
		return false;
	bind_known(&q, run);
	bind_int(&q, row->step);
	bind_int(&q, row->attempt);
	bind_text(&q, row->kind);
	bind_known(&q, asset);
	bind_int(&q, row->partition);
	bind_text(&q, row->body);
	bind_int(&q, row->at);
	return statement_insert(&q, &row->id, e);
}

static void take_event(struct statement *q, struct arena *a, struct event_row *ret)
{
	ret->id = take_int(q);
	ret->run = take_text(q, a);
	ret->step = take_int(q);
	ret->attempt = take_int(q);
	ret->kind = take_text(q, a);
	ret->asset = take_text(q, a);
	ret->partition = take_int(q);
	ret->body = take_text(q, a);
	ret->at = take_int(q);
}

/* Three texts rather than one with OR: each then walks its own index. */
static bool start_list(struct sqlite_store *s, const struct event_query *query, struct statement *q,
		       struct err *e)
{
	int64_t run;

	if (!query->run.p)
		return statement_start(s, COLUMNS "WHERE event.id > $1 ORDER BY event.id LIMIT $2",
				       q, e);
	if (!sqlite_run_number(s, query->run, &run, e))
		return false;
	if (query->step < 0) {
		if (!statement_start(s,
				     COLUMNS "WHERE event.run = $1 AND event.id > $2"
					     " ORDER BY event.id LIMIT $3",
				     q, e))
			return false;
		bind_int(q, run);
		return true;
	}
	if (!statement_start(s,
			     COLUMNS "WHERE event.run = $1 AND event.step = $2 AND event.id > $3"
				     " ORDER BY event.id LIMIT $4",
			     q, e))
		return false;
	bind_int(q, run);
	bind_int(q, query->step);
	return true;
}

static bool take_events(struct statement *q, struct arena *a, struct event_rows *ret, struct err *e)
{
	bool found;

	*ret = (struct event_rows){0};
	while (statement_row(q, &found, e)) {
		if (!found)
			return true;
		take_event(q, a, LIST_ADD(a, ret));
	}
	return false;
}

bool sqlite_list_events(struct store *s, struct arena *a, const struct event_query *query,
			struct event_rows *ret, struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!start_list(sqlite_of(s), query, &q, e))
		return false;
	bind_int(&q, query->after);
	bind_limit(&q, query->most);
	return take_events(&q, a, ret, e);
}

bool sqlite_list_starts(struct store *s, struct arena *a, int64_t after, size_t most,
			struct event_rows *ret, struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!statement_start(sqlite_of(s),
			     COLUMNS "WHERE event.id > $1 AND event.kind = 'step_started'"
				     " ORDER BY event.id LIMIT $2",
			     &q, e))
		return false;
	bind_int(&q, after);
	bind_limit(&q, most);
	return take_events(&q, a, ret, e);
}

bool sqlite_list_made(struct store *s, struct arena *a, sv run, struct event_rows *ret,
		      struct err *e)
{
	AUTO_STATEMENT q = {0};
	int64_t number;

	if (!sqlite_run_number(sqlite_of(s), run, &number, e) ||
	    !statement_start(sqlite_of(s),
			     COLUMNS "WHERE event.kind = 'materialization' AND event.run = $1"
				     " ORDER BY event.id",
			     &q, e))
		return false;
	bind_int(&q, number);
	return take_events(&q, a, ret, e);
}

bool sqlite_list_checks(struct store *s, struct arena *a, sv asset, size_t most,
			struct event_rows *ret, struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!statement_start(sqlite_of(s),
			     COLUMNS "WHERE event.kind = 'check' AND event.asset ="
				     " (SELECT id FROM asset WHERE key = $1)"
				     " ORDER BY event.id DESC LIMIT $2",
			     &q, e))
		return false;
	bind_text(&q, asset);
	bind_limit(&q, most);
	return take_events(&q, a, ret, e);
}
