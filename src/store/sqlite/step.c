/* step.c -- steps of runs, and which is the newest of each asset. */
#include "store/sqlite/ops.h"

/* What changes in a step's life, in one order for both statements below. */
static void bind_progress(struct statement *q, const struct step_row *row)
{
	bind_text(q, sv_of(step_state_word(row->state)));
	bind_text(q, row->location);
	bind_text(q, row->manifest_id);
	bind_int(q, row->attempt);
	bind_int(q, row->retries);
	bind_known(q, row->wake_at);
	bind_text(q, row->method);
	bind_known(q, row->pid);
	bind_text(q, row->pid_started);
	bind_text(q, row->directory);
	bind_text(q, row->messages);
	bind_known(q, row->messages_from);
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
			     "UPDATE step SET state = $1, location = $2, manifest_id = $3, "
			     "attempt = $4, retries = $5,"
			     " wake_at = $6, method = $7, pid = $8, pid_started = $9, directory = "
			     "$10, messages = $11,"
			     " messages_from = $12, message_offset = $13, reason = $14, error = "
			     "$15, started_at = $16,"
			     " ended_at = $17, max_rss_kib = $18, user_us = $19, system_us = $20"
			     " WHERE run = $21 AND plan_index = $22",
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

static bool no_such_step(sv run, int64_t index, struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, "the ledger knows no step %lld of run '" SV_FMT "'",
		       (long long)index, SV_ARG(run));
}

bool sqlite_move_step(struct store *base, const struct step_row *row, struct err *e)
{
	struct sqlite_store *s = sqlite_of(base);
	int64_t run;
	bool done;

	if (!sqlite_run_number(s, row->run, &run, e) || !update_step(s, run, row, &done, e))
		return false;
	return done || no_such_step(row->run, row->index, e);
}

/* The statement itself tells whether the step is new: none that looks first. */
static bool insert_step(struct sqlite_store *s, int64_t run, const struct step_row *row, sv assets,
			sv waits_for, bool *ret_new, struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!statement_start(
		    s,
		    "INSERT INTO step (state, location, manifest_id, attempt, retries, wake_at, "
		    "method, pid, pid_started,"
		    " directory, messages, messages_from, message_offset, reason, error, "
		    "started_at, ended_at,"
		    " max_rss_kib, user_us, system_us, run, plan_index, partition_id, name, "
		    "assets, waits_for, inputs,"
		    " reason_planned) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
		    "$13, $14, $15, $16, $17,"
		    " $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)"
		    " ON CONFLICT (run, plan_index) DO NOTHING",
		    &q, e))
		return false;
	bind_progress(&q, row);
	bind_int(&q, run);
	bind_int(&q, row->index);
	bind_int(&q, row->partition);
	bind_text(&q, row->name);
	bind_text(&q, assets);
	bind_text(&q, waits_for);
	bind_text(&q, row->inputs);
	bind_text(&q, row->reason_planned);
	if (!statement_run(&q, e))
		return false;
	*ret_new = statement_changed(&q);
	return true;
}

/* A step of an older run that is put late must not hide a newer run's. */
static bool note_last_attempt(struct sqlite_store *s, int64_t run, const struct step_row *row,
			      int64_t asset, struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!statement_start(
		    s,
		    "INSERT INTO last_attempt (asset, partition_id, run, plan_index) VALUES "
		    "($1, $2, $3, $4)"
		    " ON CONFLICT (asset, partition_id) DO UPDATE SET run = excluded.run,"
		    " plan_index = excluded.plan_index WHERE excluded.run >= last_attempt.run",
		    &q, e))
		return false;
	bind_int(&q, asset);
	bind_int(&q, row->partition);
	bind_int(&q, run);
	bind_int(&q, row->index);
	return statement_run(&q, e);
}

/* The numbers of its assets, space between, and each one's last attempt. */
static bool number_assets(struct sqlite_store *s, int64_t run, const struct step_row *row,
			  struct buf *ret, struct err *e)
{
	int64_t asset;

	buf_clear(ret);
	for (size_t i = 0; i < row->assets.n; i++) {
		if (!sqlite_make_asset(&s->base, row->assets.at[i], &asset, e) ||
		    !note_last_attempt(s, run, row, asset, e))
			return false;
		buf_addf(ret, "%s%lld", i ? " " : "", (long long)asset);
	}
	buf_add(ret, SV(""));
	return true;
}

static void join_waits(struct buf *ret, const struct sv_list *waits)
{
	buf_clear(ret);
	for (size_t i = 0; i < waits->n; i++) {
		if (i)
			buf_addc(ret, ' ');
		buf_add(ret, waits->at[i]);
	}
	buf_add(ret, SV(""));
}

bool sqlite_put_step(struct store *base, const struct step_row *row, struct err *e)
{
	struct sqlite_store *s = sqlite_of(base);
	bool is_new;
	int64_t run;

	if (!row->run.p)
		return err_set(e, ERR_INVALID, "step " SV_FMT " belongs to no run",
			       SV_ARG(row->name));
	if (!sqlite_run_number(s, row->run, &run, e) ||
	    !number_assets(s, run, row, &s->step_assets, e))
		return false;
	join_waits(&s->step_waits, &row->waits_for);
	return insert_step(s, run, row, buf_sv(&s->step_assets), buf_sv(&s->step_waits), &is_new,
			   e) &&
	       (is_new || sqlite_move_step(base, row, e));
}

static bool take_step(struct sqlite_store *s, struct statement *q, struct arena *a,
		      struct step_row *ret, struct err *e)
{
	sv waits, word, piece, assets;

	ret->index = take_int(q);
	ret->name = take_text(q, a);
	ret->partition = take_int(q);
	assets = take_text(q, a);
	waits = take_text(q, a);
	while (waits.n && sv_split(&waits, ' ', &piece))
		*LIST_ADD(a, &ret->waits_for) = piece;
	ret->inputs = take_text(q, a);
	ret->reason_planned = take_text(q, a);
	word = take_text(q, a);
	ret->location = take_text(q, a);
	ret->manifest_id = take_text(q, a);
	ret->attempt = take_int(q);
	ret->retries = take_int(q);
	ret->wake_at = take_int(q);
	ret->pid = take_int(q);
	ret->pid_started = take_text(q, a);
	ret->method = take_text(q, a);
	ret->directory = take_text(q, a);
	ret->messages = take_text(q, a);
	ret->messages_from = take_int(q);
	ret->offset = take_int(q);
	ret->reason = take_text(q, a);
	ret->error = take_text(q, a);
	ret->started_at = take_int(q);
	ret->ended_at = take_int(q);
	ret->max_rss_kib = take_int(q);
	ret->user_us = take_int(q);
	ret->system_us = take_int(q);
	if (!step_state_parse(word, &ret->state))
		return err_set(e, ERR_CORRUPT,
			       "the ledger has step " SV_FMT " in an unknown state '" SV_FMT "'",
			       SV_ARG(ret->name), SV_ARG(word));
	return sqlite_asset_keys(s, a, assets, &ret->assets, e);
}

#define COLUMNS                                                                                    \
	"SELECT plan_index, name, partition_id, assets, waits_for, inputs, reason_planned, state," \
	" location, manifest_id, attempt, retries, wake_at, pid, pid_started, method, directory,"  \
	" messages, messages_from, message_offset, reason, error, started_at, ended_at,"           \
	" max_rss_kib, user_us, system_us FROM step "

bool sqlite_list_steps(struct store *s, struct arena *a, sv run, struct step_rows *ret,
		       struct err *e)
{
	AUTO_STATEMENT q = {0};
	int64_t number;
	bool found;

	if (!sqlite_run_number(sqlite_of(s), run, &number, e) ||
	    !statement_start(sqlite_of(s), COLUMNS "WHERE run = $1 ORDER BY plan_index", &q, e))
		return false;
	bind_int(&q, number);
	*ret = (struct step_rows){0};
	run = arena_sv(a, run);
	while (statement_row(&q, &found, e)) {
		struct step_row *row;

		if (!found)
			return true;
		row = LIST_ADD(a, ret);
		row->run = run;
		if (!take_step(sqlite_of(s), &q, a, row, e))
			return false;
	}
	return false;
}

bool sqlite_get_step(struct store *s, struct arena *a, sv run, int64_t index, struct step_row *ret,
		     struct err *e)
{
	AUTO_STATEMENT q = {0};
	int64_t number;
	bool found;

	if (!sqlite_run_number(sqlite_of(s), run, &number, e) ||
	    !statement_start(sqlite_of(s), COLUMNS "WHERE run = $1 AND plan_index = $2", &q, e))
		return false;
	bind_int(&q, number);
	bind_int(&q, index);
	if (!statement_row(&q, &found, e))
		return false;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "run " SV_FMT " has no step %lld", SV_ARG(run),
			       (long long)index);
	*ret = (struct step_row){.run = arena_sv(a, run)};
	return take_step(sqlite_of(s), &q, a, ret, e);
}
