/* run_record.c -- reading a run in pieces. */
#include "view/run_record.h"

#include <stdlib.h>

#include "codec/json.h"

static void take_output(struct arena *a, struct run_record *r, const struct event_row *event)
{
	const struct value *body;
	AUTO_ARENA scratch = arena_new();
	struct err e = {0};

	if (!json_read(scratch, event->body, &body, &e))
		return;
	*LIST_ADD(a, &r->outputs) = (struct run_output){
		.step = event->step,
		.event = event->id,
		.rows = value_int(body, "rows", -1),
		.asset = arena_sv(a, event->asset),
		.version = arena_sv(a, value_text(body, "version")),
		.path = arena_sv(a, value_text(body, "path")),
	};
}

static int by_step(const void *a, const void *b)
{
	const struct run_output *x = a, *y = b;

	if (x->step != y->step)
		return x->step < y->step ? -1 : 1;
	return (x->event > y->event) - (x->event < y->event);
}

static bool read_outputs(struct arena *a, struct store *store, struct run_record *r, struct err *e)
{
	AUTO_ARENA scratch = arena_new();
	struct event_rows events = {0};

	if (!store_list_made(store, scratch, r->run.id, &events, e))
		return false;
	for (size_t i = 0; i < events.n; i++)
		take_output(a, r, &events.at[i]);
	if (r->outputs.n)
		qsort(r->outputs.at, r->outputs.n, sizeof(*r->outputs.at), by_step);
	return true;
}

static bool read_children(struct arena *a, struct store *store, struct run_record *r, struct err *e)
{
	struct run_rows runs = {0};

	if (!store_list_children(store, a, r->run.id, &runs, e))
		return false;
	for (size_t i = 0; i < runs.n; i++)
		*LIST_ADD(a, &r->children) = runs.at[i].id;
	return true;
}

bool run_find(struct arena *a, struct store *store, sv typed, struct run_row *ret, struct err *e)
{
	if (store_find_run(store, a, typed, ret, e))
		return true;
	return e->hint[0] ? false
			  : err_hint(e, "'plait run list' names them; 'latest' is the newest");
}

bool run_record_read(struct arena *a, struct store *store, sv typed, struct run_record *ret,
		     struct err *e)
{
	struct run_record r = {0};

	if (!run_find(a, store, typed, &r.run, e) ||
	    !store_list_steps(store, a, r.run.id, &r.steps, e) || !read_outputs(a, store, &r, e) ||
	    !read_children(a, store, &r, e))
		return false;
	*ret = r;
	return true;
}

static struct step_row *step_of(struct run_record *r, int64_t index)
{
	for (size_t i = 0; i < r->steps.n; i++)
		if (r->steps.at[i].index == index)
			return &r->steps.at[i];
	return NULL;
}

void run_record_hear(struct run_record *r, const struct value *document)
{
	const struct value *steps = value_list(document, "steps");

	if (value_text(document, "reason").n)
		r->run.reason = value_text(document, "reason");
	for (size_t i = 0; i < steps->n; i++) {
		struct step_row *s = step_of(r, value_int(&steps->items[i], "index", -1));
		enum step_state state;

		if (!s || step_state_ended(s->state) ||
		    !step_state_parse(value_text(&steps->items[i], "status"), &state) ||
		    step_state_ended(state))
			continue; /* its other members are in the ledger */
		s->state = state;
		s->reason = value_text(&steps->items[i], "reason");
	}
}

const struct run_output *run_record_outputs(const struct run_record *r, int64_t step,
					    size_t *ret_count)
{
	size_t from = 0, to = r->outputs.n, n = 0;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (r->outputs.at[middle].step < step)
			from = middle + 1;
		else
			to = middle;
	}
	while (from + n < r->outputs.n && r->outputs.at[from + n].step == step)
		n++;
	*ret_count = n;
	return r->outputs.at + from;
}

int64_t run_record_rows(const struct run_record *r, int64_t step)
{
	size_t count;
	const struct run_output *made = run_record_outputs(r, step, &count);
	int64_t rows = -1;

	for (size_t i = 0; i < count; i++)
		if (made[i].rows >= 0)
			rows = made[i].rows + (rows > 0 ? rows : 0);
	return rows;
}

sv run_record_selection(struct arena *a, const struct run_record *r)
{
	const struct value *request;
	struct err e = {0};

	if (!r->run.request.p || !json_read(a, r->run.request, &request, &e))
		return (sv){0};
	return value_text(request, "selection");
}
