/* run.c -- runs, and the number behind each run's id. */
#include "codec/json.h"
#include "store/sqlite/numbers.h"
#include "store/sqlite/ops.h"

#define COLUMNS                                                                             \
	"SELECT run.number, run.id, run.state, run.request, run.tags, run.plan, run.error," \
	" run.reason, run.priority, run.parent, run.root, run.retry_number,"                \
	" run.created_at, run.started_at, run.ended_at, run.steps, run.steps_done,"         \
	" run.steps_failed, run.locations FROM run "

enum { SHORTEST_PIECE = 4, NAMED_AT_MOST = 5 };

/* ---- what its steps add up to ---- */

static bool tally(struct sqlite_store *s, struct arena *a, int64_t number, struct run_row *ret,
		  struct err *e)
{
	AUTO_STATEMENT q = {0};
	bool found;

	if (!statement_start(s,
			     "SELECT location, count(*),"
			     " sum(CASE WHEN state = 'success' THEN 1 ELSE 0 END),"
			     " sum(CASE WHEN state = 'failure' THEN 1 ELSE 0 END)"
			     " FROM step WHERE run = $1 GROUP BY location ORDER BY location",
			     &q, e))
		return false;
	bind_int(&q, number);
	ret->steps = ret->steps_done = ret->steps_failed = 0;
	ret->locations = (struct sv_list){0};
	while (statement_row(&q, &found, e)) {
		sv location;

		if (!found)
			return true;
		location = take_text(&q, a);
		if (location.p)
			*LIST_ADD(a, &ret->locations) = location;
		ret->steps += take_int(&q);
		ret->steps_done += take_int(&q);
		ret->steps_failed += take_int(&q);
	}
	return false;
}

static sv write_names(struct arena *a, const struct sv_list *names)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '[');

	for (size_t i = 0; i < names->n; i++)
		json_text(&j, names->at[i]);
	return json_finish(a, &j);
}

static bool read_names(struct arena *a, sv text, struct sv_list *ret, struct err *e)
{
	const struct value *names;

	if (!json_read(a, text, &names, e))
		return false;
	*ret = (struct sv_list){0};
	for (size_t i = 0; i < names->n; i++)
		*LIST_ADD(a, ret) = names->items[i].text;
	return true;
}

/* An end is for good: what its steps add up to is taken once, not with every list. */
static bool settle(struct sqlite_store *s, sv id, struct err *e)
{
	AUTO_ARENA a = arena_new();
	AUTO_STATEMENT q = {0};
	struct run_row sum = {0};
	int64_t number;

	if (!sqlite_run_number(s, id, &number, e) || !tally(s, a, number, &sum, e) ||
	    !statement_start(s,
			     "UPDATE run SET steps = $1, steps_done = $2, steps_failed = $3,"
			     " locations = $4 WHERE number = $5",
			     &q, e))
		return false;
	bind_int(&q, sum.steps);
	bind_int(&q, sum.steps_done);
	bind_int(&q, sum.steps_failed);
	bind_text(&q, write_names(a, &sum.locations));
	bind_int(&q, number);
	return statement_run(&q, e);
}

static bool unsettle(struct sqlite_store *s, sv id, struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!statement_start(s,
			     "UPDATE run SET locations = NULL"
			     " WHERE id = $1 AND locations IS NOT NULL",
			     &q, e))
		return false;
	bind_text(&q, id);
	return statement_run(&q, e);
}

/* ---- rows ---- */

static bool take_sum(struct statement *q, struct arena *a, int64_t number, struct run_row *ret,
		     struct err *e)
{
	sv locations;

	ret->steps = take_int(q);
	ret->steps_done = take_int(q);
	ret->steps_failed = take_int(q);
	locations = take_text(q, a);
	if (!locations.p)
		return tally(q->s, a, number, ret, e);
	return read_names(a, locations, &ret->locations, e);
}

static bool take_run(struct statement *q, struct arena *a, struct run_row *ret, struct err *e)
{
	int64_t number = take_int(q);
	sv word;

	ret->id = take_text(q, a);
	word = take_text(q, a);
	ret->request = take_text(q, a);
	ret->tags = take_text(q, a);
	ret->plan = take_text(q, a);
	ret->error = take_text(q, a);
	ret->reason = take_text(q, a);
	ret->priority = take_int(q);
	ret->parent = take_text(q, a);
	ret->root = take_text(q, a);
	ret->retry_number = take_int(q);
	ret->created_at = take_int(q);
	ret->started_at = take_int(q);
	ret->ended_at = take_int(q);
	if (!run_state_parse(word, &ret->state))
		return err_set(e, ERR_CORRUPT,
			       "the ledger has run " SV_FMT " in an unknown state '" SV_FMT "'",
			       SV_ARG(ret->id), SV_ARG(word));
	return take_sum(q, a, number, ret, e);
}

static bool take_runs(struct statement *q, struct arena *a, struct run_rows *ret, struct err *e)
{
	bool found;

	while (statement_row(q, &found, e)) {
		if (!found)
			return true;
		if (!take_run(q, a, LIST_ADD(a, ret), e))
			return false;
	}
	return false;
}

bool sqlite_put_run(struct store *s, const struct run_row *row, struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!statement_start(sqlite_of(s),
			     "INSERT INTO run (id, state, request, tags, plan, error, reason, "
			     "priority, parent, root,"
			     " retry_number, created_at, started_at, ended_at)"
			     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
			     " ON CONFLICT (id) DO UPDATE SET state = excluded.state,"
			     " request = excluded.request, tags = excluded.tags, plan = "
			     "excluded.plan, error = excluded.error,"
			     " reason = excluded.reason, priority = excluded.priority, parent = "
			     "excluded.parent,"
			     " root = excluded.root, retry_number = excluded.retry_number,"
			     " created_at = excluded.created_at, started_at = excluded.started_at,"
			     " ended_at = excluded.ended_at",
			     &q, e))
		return false;
	bind_text(&q, row->id);
	bind_text(&q, sv_of(run_state_word(row->state)));
	bind_text(&q, row->request);
	bind_text(&q, row->tags);
	bind_text(&q, row->plan);
	bind_text(&q, row->error);
	bind_text(&q, row->reason);
	bind_int(&q, row->priority);
	bind_text(&q, row->parent);
	bind_text(&q, row->root);
	bind_int(&q, row->retry_number);
	bind_known(&q, row->created_at);
	bind_known(&q, row->started_at);
	bind_known(&q, row->ended_at);
	return statement_run(&q, e) &&
	       (run_state_ended(row->state) ? settle(sqlite_of(s), row->id, e)
					    : unsettle(sqlite_of(s), row->id, e));
}

bool sqlite_run_number(struct sqlite_store *s, sv id, int64_t *ret, struct err *e)
{
	AUTO_STATEMENT q = {0};
	bool found;

	*ret = 0;
	if (!id.p || numbers_recall(s->runs, id, ret))
		return true;
	if (!statement_start(s, "SELECT number FROM run WHERE id = $1", &q, e))
		return false;
	bind_text(&q, id);
	if (!statement_row(&q, &found, e))
		return false;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "the ledger knows no run '" SV_FMT "'",
			       SV_ARG(id));
	*ret = take_int(&q);
	numbers_remember(&s->runs, id, *ret);
	return true;
}

bool sqlite_get_run(struct store *s, struct arena *a, sv id, struct run_row *ret, struct err *e)
{
	AUTO_STATEMENT q = {0};
	bool found;

	if (!statement_start(sqlite_of(s), COLUMNS "WHERE run.id = $1", &q, e))
		return false;
	bind_text(&q, id);
	if (!statement_row(&q, &found, e))
		return false;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "there is no run '" SV_FMT "'", SV_ARG(id));
	return take_run(&q, a, ret, e);
}

static bool several_fit(struct arena *a, sv typed, const struct run_rows *fits, struct err *e)
{
	sv names = {0};

	for (size_t i = 0; i < fits->n && i < NAMED_AT_MOST; i++)
		names = arena_fmt(a, SV_FMT "%s" SV_FMT, SV_ARG(names), i ? ", " : "",
				  SV_ARG(fits->at[i].id));
	err_set(e, ERR_CONFLICT, "several runs fit '" SV_FMT "': " SV_FMT "%s", SV_ARG(typed),
		SV_ARG(names), fits->n > NAMED_AT_MOST ? ", …" : "");
	return err_hint(e, "give more of the id; its end differs most");
}

static bool find_by_piece(struct store *s, struct arena *a, sv typed, struct run_row *ret,
			  struct err *e)
{
	struct run_rows fits = {0};
	AUTO_STATEMENT q = {0};

	if (typed.n < SHORTEST_PIECE)
		return err_set(e, ERR_INVALID,
			       "'" SV_FMT
			       "' is too short for a run's id: give %d characters or more",
			       SV_ARG(typed), SHORTEST_PIECE);
	if (!statement_start(sqlite_of(s),
			     COLUMNS "WHERE substr(run.id, 1, length($1)) = $1"
				     " OR substr(run.id, length(run.id) - length($1) + 1) = $1"
				     " ORDER BY run.number DESC LIMIT $2",
			     &q, e))
		return false;
	bind_text(&q, typed);
	bind_int(&q, NAMED_AT_MOST + 1);
	if (!take_runs(&q, a, &fits, e))
		return false;
	if (fits.n > 1)
		return several_fit(a, typed, &fits, e);
	if (fits.n == 0) {
		err_set(e, ERR_NOT_FOUND, "there is no run '" SV_FMT "'", SV_ARG(typed));
		return err_hint(e, "plait run list shows the runs there are");
	}
	*ret = fits.at[0];
	return true;
}

bool sqlite_find_run(struct store *s, struct arena *a, sv typed, struct run_row *ret, struct err *e)
{
	struct run_rows newest = {0};

	if (!sv_eq(typed, SV("latest")))
		return sqlite_get_run(s, a, typed, ret, e) ||
		       (e->kind == ERR_NOT_FOUND && find_by_piece(s, a, typed, ret, e));
	if (!sqlite_list_runs(s, a, (sv){0}, 1, &newest, e))
		return false;
	if (newest.n == 0) {
		err_set(e, ERR_NOT_FOUND, "there is no run yet");
		return err_hint(e, "start one: plait materialize");
	}
	*ret = newest.at[0];
	return true;
}

bool sqlite_list_runs(struct store *s, struct arena *a, sv before, size_t most,
		      struct run_rows *ret, struct err *e)
{
	int64_t number = INT64_MAX;
	AUTO_STATEMENT q = {0};

	if (before.p && !sqlite_run_number(sqlite_of(s), before, &number, e))
		return false;
	if (!statement_start(sqlite_of(s),
			     COLUMNS "WHERE run.number < $1 ORDER BY run.number DESC LIMIT $2", &q,
			     e))
		return false;
	bind_int(&q, number);
	bind_limit(&q, most);
	*ret = (struct run_rows){0};
	return take_runs(&q, a, ret, e);
}

bool sqlite_list_open_runs(struct store *s, struct arena *a, struct run_rows *ret, struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!statement_start(sqlite_of(s),
			     COLUMNS "WHERE run.state IN ('queued', 'started', 'canceling') ORDER "
				     "BY run.number DESC",
			     &q, e))
		return false;
	*ret = (struct run_rows){0};
	return take_runs(&q, a, ret, e);
}

bool sqlite_list_children(struct store *s, struct arena *a, sv run, struct run_rows *ret,
			  struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!statement_start(sqlite_of(s), COLUMNS "WHERE run.parent = $1 ORDER BY run.number DESC",
			     &q, e))
		return false;
	bind_text(&q, run);
	*ret = (struct run_rows){0};
	return take_runs(&q, a, ret, e);
}

/* Runs whose steps were to make it: some made it, some did not, the last may be about to. */
bool sqlite_list_runs_of(struct store *s, struct arena *a, const struct run_query *query,
			 struct run_rows *ret, struct err *e)
{
	int64_t number = INT64_MAX;
	AUTO_STATEMENT q = {0};

	if ((query->before.p && !sqlite_run_number(sqlite_of(s), query->before, &number, e)) ||
	    !statement_start(sqlite_of(s),
			     COLUMNS
			     "JOIN asset ON asset.key = $1 WHERE run.number < $2 AND run.number IN"
			     " (SELECT version.run FROM version WHERE version.asset = asset.id"
			     " UNION SELECT last_attempt.run FROM last_attempt"
			     " WHERE last_attempt.asset = asset.id"
			     " UNION SELECT step.run FROM step WHERE (step.state = 'failure'"
			     " OR step.state = 'skipped' OR step.state = 'canceled')"
			     " AND ' ' || step.assets || ' ' LIKE '% ' || asset.id || ' %')"
			     " ORDER BY run.number DESC LIMIT $3",
			     &q, e))
		return false;
	bind_text(&q, query->asset);
	bind_int(&q, number);
	bind_limit(&q, query->most);
	*ret = (struct run_rows){0};
	return take_runs(&q, a, ret, e);
}
