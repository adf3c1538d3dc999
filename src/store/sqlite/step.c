/* step.c -- steps of runs, the assets each is to make, and the newest step of each asset. */
#include "base/buf.h"
#include "store/sqlite/ops.h"

/* What changes in a step's life, in one order for all three statements below. */
static void bind_progress(struct statement *q, const struct step_row *row)
{
	bind_text(q, row->location);
	bind_text(q, row->manifest_id);
	bind_text(q, sv_of(step_state_word(row->state)));
	bind_int(q, row->attempt);
	bind_known(q, row->pid);
	bind_text(q, row->pid_started);
	bind_text(q, row->directory);
	bind_int(q, row->offset);
	bind_text(q, row->reason);
	bind_text(q, row->error);
	bind_known(q, row->started_at);
	bind_known(q, row->ended_at);
	bind_known(q, row->max_rss_kib);
	bind_known(q, row->user_us);
	bind_known(q, row->system_us);
}

static bool update_step(struct sqlite_store *s, int64_t run, const struct step_row *row,
			bool *ret_done, struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!statement_start(s,
			     "UPDATE step SET location = $1, manifest_id = $2, state = $3, attempt "
			     "= $4, pid = $5,"
			     " pid_started = $6, directory = $7, message_offset = $8, reason = $9, "
			     "error = $10,"
			     " started_at = $11, ended_at = $12, max_rss_kib = $13, user_us = $14, "
			     "system_us = $15"
			     " WHERE run = $16 AND plan_index = $17",
			     &q, e))
		return false;
	bind_progress(&q, row);
	bind_int(&q, run);
	bind_int(&q, row->index);
	if (!statement_run(&q, e))
		return false;
	*ret_done = statement_changed(&q);
	return true;
}

static bool insert_step(struct sqlite_store *s, int64_t run, const struct step_row *row,
			struct err *e)
{
	AUTO_STATEMENT q = {0};
	AUTO_BUF waits = {0};

	if (!statement_start(s,
			     "INSERT INTO step (location, manifest_id, state, attempt, pid, "
			     "pid_started, directory,"
			     " message_offset, reason, error, started_at, ended_at, max_rss_kib, "
			     "user_us, system_us,"
			     " run, plan_index, partition_id, name, waits_for)"
			     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
			     "$14, $15, $16, $17, $18,"
			     " $19, $20)",
			     &q, e))
		return false;
	bind_progress(&q, row);
	bind_int(&q, run);
	bind_int(&q, row->index);
	bind_int(&q, row->partition);
	bind_text(&q, row->name);
	for (size_t i = 0; i < row->waits_for.n; i++)
		buf_addf(&waits, "%s" SV_FMT, i ? " " : "", SV_ARG(row->waits_for.at[i]));
	bind_text(&q, waits.n ? buf_sv(&waits) : SV(""));
	return statement_run(&q, e);
}

static bool insert_step_asset(struct sqlite_store *s, int64_t run, int64_t index, size_t position,
			      int64_t asset, struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!statement_start(s,
			     "INSERT INTO step_asset (run, plan_index, position, asset) VALUES "
			     "($1, $2, $3, $4)",
			     &q, e))
		return false;
	bind_int(&q, run);
	bind_int(&q, index);
	bind_int(&q, (int64_t)position);
	bind_int(&q, asset);
	return statement_run(&q, e);
}

/* A step of an older run that ends late must not hide a newer run's. */
static bool note_last_attempt(struct sqlite_store *s, int64_t run, const struct step_row *row,
			      int64_t asset, struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!statement_start(s,
			     "INSERT INTO last_attempt (asset, partition_id, run, plan_index, "
			     "state, ended_at)"
			     " VALUES ($1, $2, $3, $4, $5, $6)"
			     " ON CONFLICT (asset, partition_id) DO UPDATE SET run = excluded.run,"
			     " plan_index = excluded.plan_index, state = excluded.state, ended_at "
			     "= excluded.ended_at"
			     " WHERE excluded.run >= last_attempt.run",
			     &q, e))
		return false;
	bind_int(&q, asset);
	bind_int(&q, row->partition);
	bind_int(&q, run);
	bind_int(&q, row->index);
	bind_text(&q, sv_of(step_state_word(row->state)));
	bind_known(&q, row->ended_at);
	return statement_run(&q, e);
}

bool sqlite_put_step(struct store *base, const struct step_row *row, struct err *e)
{
	struct sqlite_store *s = sqlite_of(base);
	int64_t run, asset;
	bool was_there;

	if (!row->run.p)
		return err_set(e, ERR_INVALID, "step " SV_FMT " belongs to no run",
			       SV_ARG(row->name));
	if (!sqlite_run_number(s, row->run, &run, e) || !update_step(s, run, row, &was_there, e))
		return false;
	if (!was_there && !insert_step(s, run, row, e))
		return false;
	for (size_t i = 0; i < row->assets.n; i++)
		if (!sqlite_make_asset(base, row->assets.at[i], &asset, e) ||
		    (!was_there && !insert_step_asset(s, run, row->index, i, asset, e)) ||
		    !note_last_attempt(s, run, row, asset, e))
			return false;
	return true;
}

static bool take_step(struct statement *q, struct arena *a, struct step_row *ret, struct err *e)
{
	sv waits, word, piece;

	ret->run = take_text(q, a);
	ret->index = take_int(q);
	ret->partition = take_int(q);
	ret->name = take_text(q, a);
	ret->location = take_text(q, a);
	ret->manifest_id = take_text(q, a);
	waits = take_text(q, a);
	while (waits.n && sv_split(&waits, ' ', &piece))
		*LIST_ADD(a, &ret->waits_for) = piece;
	word = take_text(q, a);
	ret->attempt = take_int(q);
	ret->pid = take_int(q);
	ret->pid_started = take_text(q, a);
	ret->directory = take_text(q, a);
	ret->offset = take_int(q);
	ret->reason = take_text(q, a);
	ret->error = take_text(q, a);
	ret->started_at = take_int(q);
	ret->ended_at = take_int(q);
	ret->max_rss_kib = take_int(q);
	ret->user_us = take_int(q);
	ret->system_us = take_int(q);
	return step_state_parse(word, &ret->state) ||
	       err_set(e, ERR_CORRUPT,
		       "the ledger has step " SV_FMT " in an unknown state '" SV_FMT "'",
		       SV_ARG(ret->name), SV_ARG(word));
}

/* One walk through all of the run's (step, asset) pairs, beside the steps in the same order. */
static bool take_step_assets(struct sqlite_store *s, struct arena *a, int64_t run,
			     struct step_rows *steps, struct err *e)
{
	AUTO_STATEMENT q = {0};
	bool found;
	size_t at = 0;

	if (!statement_start(s,
			     "SELECT step_asset.plan_index, asset.key FROM step_asset JOIN asset "
			     "ON asset.id = step_asset.asset"
			     " WHERE step_asset.run = $1 ORDER BY step_asset.plan_index, "
			     "step_asset.position",
			     &q, e))
		return false;
	bind_int(&q, run);
	while (statement_row(&q, &found, e)) {
		int64_t index;

		if (!found)
			return true;
		index = take_int(&q);
		while (at < steps->n && steps->at[at].index < index)
			at++;
		if (at < steps->n && steps->at[at].index == index)
			*LIST_ADD(a, &steps->at[at].assets) = take_text(&q, a);
	}
	return false;
}

bool sqlite_list_steps(struct store *s, struct arena *a, sv run, struct step_rows *ret,
		       struct err *e)
{
	AUTO_STATEMENT q = {0};
	int64_t number;
	bool found = true;

	if (!sqlite_run_number(sqlite_of(s), run, &number, e))
		return false;
	if (!statement_start(
		    sqlite_of(s),
		    "SELECT run.id, step.plan_index, step.partition_id, step.name, step.location,"
		    " step.manifest_id, step.waits_for, step.state, step.attempt, step.pid, "
		    "step.pid_started,"
		    " step.directory, step.message_offset, step.reason, step.error, "
		    "step.started_at,"
		    " step.ended_at, step.max_rss_kib, step.user_us, step.system_us"
		    " FROM step JOIN run ON run.number = step.run WHERE step.run = $1 ORDER BY "
		    "step.plan_index",
		    &q, e))
		return false;
	bind_int(&q, number);
	*ret = (struct step_rows){0};
	while (statement_row(&q, &found, e)) {
		if (!found)
			return take_step_assets(sqlite_of(s), a, number, ret, e);
		if (!take_step(&q, a, LIST_ADD(a, ret), e))
			return false;
	}
	return false;
}

bool sqlite_list_last_attempts(struct store *s, struct arena *a, struct attempt_rows *ret,
			       struct err *e)
{
	AUTO_STATEMENT q = {0};
	bool found;

	if (!statement_start(sqlite_of(s),
			     "SELECT asset.key, run.id, last_attempt.state, last_attempt.ended_at"
			     " FROM last_attempt JOIN asset ON asset.id = last_attempt.asset"
			     " JOIN run ON run.number = last_attempt.run ORDER BY asset.key",
			     &q, e))
		return false;
	*ret = (struct attempt_rows){0};
	while (statement_row(&q, &found, e)) {
		struct attempt_row *row;
		sv word;

		if (!found)
			return true;
		row = LIST_ADD(a, ret);
		row->asset = take_text(&q, a);
		row->run = take_text(&q, a);
		word = take_text(&q, a);
		row->ended_at = take_int(&q);
		if (!step_state_parse(word, &row->state))
			return err_set(e, ERR_CORRUPT,
				       "the ledger has an unknown step state '" SV_FMT "'",
				       SV_ARG(word));
	}
	return false;
}
