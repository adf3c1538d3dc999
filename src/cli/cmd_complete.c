/* cmd_complete.c -- hidden `plait __complete WORDS… LAST`: candidates for LAST, one a line, a tab before what they mean.
 * Asked at every press of a key, so it opens no session: stored manifests only.  Whatever goes wrong means no candidates. */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/text.h"
#include "model/step_options.h"
#include "sys/path.h"

enum { RUNS_OFFERED = 20 };

struct completion {
	struct cli *c;
	const sv *words; /* before the last */
	size_t count;
	sv last;
	sv front; /* of the last word, before what is completed: "+", "--select=" */
};

static void offer(struct completion *k, sv candidate, sv meaning)
{
	if (!sv_starts(candidate, k->last))
		return;
	page_addf(&k->c->out, STYLE_PLAIN, SV_FMT SV_FMT "\t" SV_FMT "\n", SV_ARG(k->front),
		  SV_ARG(candidate), SV_ARG(text_line(k->c->arena, meaning)));
}

/* ---- what the ledger knows ---- */

static bool open_store(struct completion *k, struct workspace **ret_workspace, struct store **ret)
{
	struct cli *c = k->c;
	struct workspace_request request = {
		.file = c->world->workspace_file, .cwd = c->world->cwd, .getenv = c->world->getenv};
	struct err e = {0};

	for (size_t i = 0; i + 1 < k->count; i++)
		if (sv_eq(k->words[i], SV("-w")) || sv_eq(k->words[i], SV("--workspace")))
			request.file = k->words[i + 1];
	if (!workspace_load(c->arena, &request, ret_workspace, &e))
		return false;
	sv path = path_join(c->arena, cli_state(c, *ret_workspace), SV("ledger.db"));
	return store_open(path.p, STORE_READ, ret, &e);
}

/* NULL when there is none that can be read. */
static const struct manifest *stored_manifest(struct arena *a, struct store *store, sv location)
{
	struct location_row row;
	struct manifest *manifest;
	struct err e = {0};
	sv text;

	if (!store_get_location(store, a, location, &row, &e) || !row.manifest_id.p ||
	    !store_get_manifest(store, a, row.manifest_id, &text, &e) ||
	    !manifest_read(a, row.manifest_id, text, &manifest, &e))
		return NULL;
	return manifest;
}

static void add_once(struct arena *a, struct sv_list *names, sv name)
{
	for (size_t i = 0; i < names->n; i++)
		if (sv_eq(names->at[i], name))
			return;
	*LIST_ADD(a, names) = name;
}

static void add_pools_of(struct completion *k, struct store *store, sv location,
			 struct sv_list *named)
{
	struct arena *a = k->c->arena;
	const struct manifest *manifest = stored_manifest(a, store, location);
	struct sv_list problems = {0};

	for (size_t i = 0; manifest && i < manifest->steps_count; i++) {
		sv pool = step_options_read(a, manifest, &manifest->steps[i], &problems).pool;

		if (pool.p)
			add_once(a, named, pool);
	}
}

static void offer_manifest(struct completion *k, struct store *store, sv location)
{
	const struct manifest *manifest = stored_manifest(k->c->arena, store, location);

	for (size_t i = 0; manifest && i < manifest->assets_count; i++)
		if (manifest->assets[i].kind == ASSET_MATERIALIZATION)
			offer(k, manifest->assets[i].key, location);
}

static void offer_assets(struct completion *k)
{
	struct workspace *workspace;
	struct store *store = NULL;
	size_t skip = 0;

	while (skip < k->last.n &&
	       (k->last.p[skip] == '+' || (k->last.p[skip] >= '0' && k->last.p[skip] <= '9')))
		skip++;
	k->front = arena_fmt(k->c->arena, SV_FMT SV_FMT, SV_ARG(k->front), (int)skip, k->last.p);
	k->last = sv_from(k->last, skip);
	if (!open_store(k, &workspace, &store))
		return;
	for (size_t i = 0; i < workspace->n; i++)
		offer_manifest(k, store, workspace->at[i].name);
	store_close(store);
}

static void offer_pools(struct completion *k)
{
	struct workspace *workspace;
	struct store *store = NULL;
	struct pool_rows pools = {0};
	struct sv_list named = {0};
	struct err e = {0};

	if (open_store(k, &workspace, &store)) {
		if (store_list_pools(store, k->c->arena, &pools, &e))
			for (size_t i = 0; i < pools.n; i++)
				add_once(k->c->arena, &named, pools.at[i].name);
		for (size_t i = 0; i < workspace->n; i++)
			add_pools_of(k, store, workspace->at[i].name, &named);
	}
	for (size_t i = 0; i < named.n; i++)
		offer(k, named.at[i], SV(""));
	store_close(store);
}

static void offer_locations(struct completion *k)
{
	struct workspace *workspace = NULL;
	struct store *store = NULL;

	open_store(k, &workspace, &store);
	for (size_t i = 0; workspace && i < workspace->n; i++)
		offer(k, workspace->at[i].name, workspace->at[i].project_root);
	store_close(store);
}

static void offer_runs(struct completion *k, bool open_only)
{
	struct workspace *workspace;
	struct store *store = NULL;
	struct run_rows runs = {0};
	struct err e = {0};

	offer(k, SV("latest"), SV("the newest run"));
	if (open_store(k, &workspace, &store) &&
	    store_list_runs(store, k->c->arena, (sv){0}, RUNS_OFFERED, &runs, &e))
		for (size_t i = 0; i < runs.n; i++)
			if (!open_only || !run_state_ended(runs.at[i].state))
				offer(k, text_short_id(runs.at[i].id),
				      arena_fmt(k->c->arena, "%s, " SV_FMT,
						run_state_word(runs.at[i].state),
						SV_ARG(text_date(k->c->arena,
								 runs.at[i].created_at))));
	store_close(store);
}

/* ---- what the table knows ---- */

static void offer_options(struct completion *k, const struct option *table)
{
	for (const struct option *o = table; o && o->name; o++)
		if (o->help)
			offer(k, arena_fmt(k->c->arena, "--%s", o->name), sv_of(o->help));
}

static void offer_choices(struct completion *k, const char *choices)
{
	sv rest = sv_of(choices), choice;

	while (sv_split(&rest, ' ', &choice))
		offer(k, choice, SV(""));
}

/* The next word of every command that goes on from `words` (none: the first words). */
static void offer_commands(struct completion *k, sv group)
{
	sv before = {0};

	for (size_t i = 0; i < commands_count; i++) {
		sv rest = sv_of(commands[i].name), word;

		if (!commands[i].section || !sv_split(&rest, ' ', &word) ||
		    (group.n && !sv_eq(word, group)))
			continue;
		sv candidate = group.n ? rest : word;
		if (!sv_eq(candidate, before))
			offer(k, candidate,
			      rest.n && !group.n ? sv_of(commands[i].section)
						 : sv_of(commands[i].summary));
		before = candidate;
	}
}

static void offer_values(struct completion *k, enum completes completes, const char *choices)
{
	switch (completes) {
	case COMPLETES_ASSET: offer_assets(k); break;
	case COMPLETES_LOCATION: offer_locations(k); break;
	case COMPLETES_RUN: offer_runs(k, false); break;
	case COMPLETES_OPEN_RUN: offer_runs(k, true); break;
	case COMPLETES_POOL: offer_pools(k); break;
	case COMPLETES_CHOICE: offer_choices(k, choices); break;
	case COMPLETES_FILE: page_add(&k->c->out, STYLE_PLAIN, SV(":files\n")); break;
	case COMPLETES_COMMAND:
		offer_commands(k, (sv){0});
		for (size_t i = 0; i < help_topics_count; i++)
			offer(k, sv_of(help_topics[i].name), sv_of(help_topics[i].summary));
		break;
	case COMPLETES_NOTHING: break;
	}
}

static const struct option *find_option(const struct command *command, sv word)
{
	const struct option *own = command ? option_find(command->options, word) : NULL;

	return own ? own : option_find(command_globals, word);
}

/* "--select=cust" completes the value; what stands before it is kept. */
static bool value_in_word(struct completion *k, const struct command *command)
{
	const struct option *o;
	size_t equals;

	if (!sv_starts(k->last, SV("--")) || !sv_find(k->last, '=', &equals))
		return false;
	o = find_option(command, (sv){k->last.p, equals});
	k->front = (sv){k->last.p, equals + 1};
	k->last = sv_from(k->last, equals + 1);
	if (o)
		offer_values(k, o->completes, o->value);
	return true;
}

/* Some shells hand "--select=x" over as three words. */
static void join_equals(struct completion *k)
{
	if (sv_eq(k->last, SV("=")))
		k->last = SV("");
	else if (k->count > 1 && sv_eq(k->words[k->count - 1], SV("=")))
		k->count--;
}

static void complete_in(struct completion *k, const struct command *command)
{
	const struct option *waiting = k->count ? find_option(command, k->words[k->count - 1])
						: NULL;

	if (waiting && waiting->kind != OPTION_FLAG) {
		offer_values(k, waiting->completes, waiting->value);
	} else if (value_in_word(k, command)) {
		return;
	} else if (sv_starts(k->last, SV("-"))) {
		offer_options(k, command ? command->options : NULL);
		offer_options(k, command_globals);
	} else if (command && command->run == cmd_completion) {
		offer_choices(k, "bash zsh fish");
	} else if (command) {
		offer_values(k, command->completes, NULL);
	}
}

bool cmd_complete(struct cli *c, struct err *e)
{
	struct completion k = {.c = c};
	size_t at = 0, name_words = 0;

	if (c->args.rest.n == 0)
		return true;
	k.words = c->args.rest.at;
	k.count = c->args.rest.n - 1;
	k.last = k.words[k.count];
	join_equals(&k);
	while (at < k.count && k.words[at].p[0] == '-')
		at += 1 + option_takes_next(command_globals, k.words[at]);
	const struct command *command = at < k.count ? command_find(k.words + at, k.count - at,
								    &name_words)
						     : NULL;
	bool in_group = at + 1 == k.count && command_is_group(k.words[at]);
	bool option_waits = k.count && option_takes_next(command_globals, k.words[k.count - 1]);

	if (command || option_waits || sv_starts(k.last, SV("-")))
		complete_in(&k, command);
	else if (at == k.count || in_group)
		offer_commands(&k, in_group ? k.words[at] : (sv){0});
	return true;
}
