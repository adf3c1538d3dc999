/* Called by other names: the table leads to what there is, words become ours, and what cannot be had says what to do. */
#include "cli/peer.h"

#include "check.h"
#include "cli/commands.h"
#include "cli/text.h"

static const char *variables(const char *name)
{
	return strcmp(name, "DAGSTER_WEBSERVER_PORT") == 0 ? "3333" : NULL;
}

static const char *none(const char *name)
{
	return NULL;
}

static bool translate(struct arena *a, const char *line, const char *(*getenv_)(const char *),
		      sv *ret, struct err *e)
{
	struct cli_world *world = NEW(a, struct cli_world, 1);
	struct cli *c = NEW(a, struct cli, 1);
	struct sv_list words = {0};
	sv rest = sv_of(line), word;

	world->getenv = getenv_;
	c->arena = a;
	c->world = world;
	while (sv_split(&rest, ' ', &word))
		*LIST_ADD(a, &words) = arena_sv(a, word);
	const char *tool = peer_called(words.at[0].p);
	CHECK(tool);
	words.at++;
	words.n--;
	words.cap--;
	if (!peer_translate(c, tool, &words, e))
		return false;
	*ret = text_join(a, words.at, words.n, " ");
	return true;
}

static void test_words_become_ours(void)
{
	static const struct {
		const char *theirs, *ours;
	} cases[] = {
		{"dagster-webserver", "serve"},
		{"/usr/local/bin/dagster-webserver -w w.yaml -h 0.0.0.0 -p 80",
		 "serve --workspace=w.yaml --host=0.0.0.0 --port=80"},
		{"dagster-webserver --log-level debug --db-pool-recycle=5", "serve"},
		{"dagster dev", "dev"},
		{"dagster dev -f a.py --python-file=b.py -p3001",
		 "dev --python-file=a.py --python-file=b.py --port=3001"},
		{"dagster asset materialize --select +a -m x.y -a defs",
		 "materialize --select=+a --module-name=x.y --attribute=defs"},
		{"dagster asset list", "asset list"},
		{"dagster definitions validate -w w.yaml", "location check --workspace=w.yaml"},
		{"dagster run list --limit 3", "run list --limit=3"},
		{"dagster instance concurrency set db 4", "pool set db 4"},
		{"dagster --version", "version"},
		{"dagster -v", "version"},
		{"dagster", "__peer dagster"},
		{"dagster -h", "__peer dagster"},
		{"dagster asset", "__peer dagster asset"},
		{"dagster asset --help", "__peer dagster asset"},
		{"dagster asset list -h", "__peer dagster asset list"},
		{"dagster job list --help", "__peer dagster job"},
		{"dagster-webserver --help", "__peer dagster-webserver"},
		{"dg dev -h 127.0.0.1", "dev --host=127.0.0.1"},
		{"dg launch --assets group:x", "materialize --select=group:x"},
		{"dg list defs --json -a x", "asset list --json --select=x"},
		{"dg check defs --no-check-yaml", "location check"},
		{"dg -v", "version"},
		{"dg launch --target-path shop --assets x",
		 "materialize --workspace=shop --select=x"},
		{"dg api run get 9f12", "run show 9f12"},
		{"dg api run list --limit 2 --json", "run list --limit=2 --json"},
		{"dg api asset get a/b", "asset show a/b"},
	};
	AUTO_ARENA a = arena_new();
	struct err e;
	sv ours;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		CHECK_OK(translate(a, cases[i].theirs, none, &ours, &e), &e);
		CHECK_STR(cases[i].ours, ours.p);
	}
	CHECK_OK(translate(a, "dagster-webserver -h x", variables, &ours, &e), &e);
	CHECK_STR("serve --host=x --port=3333", ours.p);
	CHECK_OK(translate(a, "dagster-webserver -p 1", variables, &ours, &e), &e);
	CHECK_STR("serve --port=1", ours.p);
	CHECK_OK(translate(a, "dagster dev", variables, &ours, &e), &e);
	CHECK_STR("dev", ours.p);
}

static void test_what_cannot_be_had_says_what_to_do(void)
{
	static const struct {
		const char *theirs, *text, *hint;
	} cases[] = {
		{"dagster-webserver --read-only", "plait has no --read-only of 'dagster-webserver'",
		 "GET"},
		{"dagster dev --grpc-port 4", "plait has no --grpc-port of 'dagster dev'",
		 "workspace.yaml"},
		{"dagster dev --nonsense", "plait has no --nonsense of 'dagster dev'", "--help"},
		{"dagster dev -p", "-p needs a value", ""},
		{"dagster asset materialize", "'dagster asset materialize' needs a selection",
		 "dagster asset materialize --select"},
		{"dg launch", "'dg launch' needs a selection", "dg launch --assets"},
		{"dg launch --job nightly", "plait has no --job of 'dg launch'",
		 "plait materialize"},
		{"dagster asset wipe x", "plait has no 'dagster asset wipe'", ".plait"},
		{"dagster schedule start --start-all", "plait has no 'dagster schedule'", "cron"},
		{"dagster asset matrialize", "plait knows no command 'dagster asset matrialize'",
		 "did you mean 'dagster asset materialize'?"},
		{"dagster frobnicate", "plait knows no command 'dagster frobnicate'",
		 "'dagster --help' lists what there is"},
		{"dg api run list --deployment prod",
		 "plait has no --deployment of 'dg api run list'", "-w FILE"},
		{"dg api secret list", "plait has no 'dg api'", "HTTP"},
		{"dg --install-completion", "plait has no 'dg --install-completion'",
		 "plait completion"},
		{"dg list components", "plait has no 'dg list'", "plait asset list"},
	};
	AUTO_ARENA a = arena_new();

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct err e = {0};
		sv ours;

		CHECK(!translate(a, cases[i].theirs, none, &ours, &e));
		CHECK_INT(ERR_INVALID, e.kind);
		CHECK(strstr(e.text, cases[i].text));
		CHECK(strstr(e.hint, cases[i].hint));
	}
}

static bool is_option(const struct command *command, const char *name)
{
	return option_find(command->options, sv_of(name)) ||
	       option_find(command_globals, sv_of(name));
}

static void check_options(const struct command *command, const struct peer_option *options)
{
	for (const struct peer_option *o = options; o && o->names; o++) {
		CHECK(o->ours || o->instead);
		if (o->ours && *o->ours)
			CHECK(is_option(command, o->ours));
	}
}

static void test_every_form_leads_to_what_there_is(void)
{
	AUTO_ARENA a = arena_new();

	for (size_t i = 0; i < peer_forms_count; i++) {
		const struct peer_form *form = &peer_forms[i];
		struct sv_list words = {0};
		sv rest = sv_of(form->ours), word;
		size_t n;

		CHECK(peer_called(form->tool));
		CHECK(form->ours || form->note);
		if (!form->ours)
			continue;
		while (sv_split(&rest, ' ', &word))
			*LIST_ADD(a, &words) = word;
		const struct command *command = command_find(words.at, words.n, &n);
		CHECK(command && n == words.n);
		check_options(command, form->own);
		check_options(command, form->more);
		CHECK(!form->needs || is_option(command, form->needs));
	}
}

TESTS(TEST(test_words_become_ours) TEST(test_what_cannot_be_had_says_what_to_do)
	      TEST(test_every_form_leads_to_what_there_is))
