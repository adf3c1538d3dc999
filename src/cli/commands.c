/* commands.c -- the table. */
#include "cli/commands.h"

#include "base/nearest.h"

#define SELECT_HELP \
	"assets to take, in the selection language (plait help selection); repeated: union"

const struct option command_globals[] = {
	{OPT_WORKSPACE, "workspace", 'w', OPTION_TEXT, COMPLETES_FILE, "FILE",
	 "workspace.yaml, dg.toml or pyproject.toml to use; else searched upward"},
	{OPT_PYTHON_FILE, "python-file", 0, OPTION_TEXT, COMPLETES_FILE, "FILE",
	 "code to use instead of a workspace; repeated: more locations"},
	{OPT_MODULE, "module-name", 0, OPTION_TEXT, COMPLETES_NOTHING, "MODULE",
	 "the same, as a module that can be imported from here"},
	{OPT_PACKAGE, "package-name", 0, OPTION_TEXT, COMPLETES_NOTHING, "PACKAGE", NULL},
	{OPT_AUTOLOAD, "autoload-defs-module-name", 0, OPTION_TEXT, COMPLETES_NOTHING, "MODULE",
	 NULL},
	{OPT_WORKING_DIRECTORY, "working-directory", 0, OPTION_TEXT, COMPLETES_FILE, "FOLDER",
	 NULL},
	{OPT_ATTRIBUTE, "attribute", 0, OPTION_TEXT, COMPLETES_NOTHING, "NAME", NULL},
	{OPT_JSON, "json", 0, OPTION_FLAG, COMPLETES_NOTHING, NULL,
	 "print one JSON document and nothing else"},
	{OPT_COLOR, "color", 0, OPTION_CHOICE, COMPLETES_CHOICE, "auto always never",
	 "when to use colors"},
	{OPT_QUIET, "quiet", 'q', OPTION_FLAG, COMPLETES_NOTHING, NULL,
	 "say only what was asked for"},
	{OPT_VERBOSE, "verbose", 'v', OPTION_FLAG, COMPLETES_NOTHING, NULL,
	 "tell more: compiling, debug messages of steps"},
	{OPT_HELP, "help", 'h', OPTION_FLAG, COMPLETES_NOTHING, NULL, "help for this command"},
	{OPT_VERSION, "version", 0, OPTION_FLAG, COMPLETES_NOTHING, NULL, "print the version"},
	{0},
};

static const struct option materialize_options[] = {
	{OPT_SELECT, "select", 's', OPTION_TEXT, COMPLETES_ASSET, "SELECTION", SELECT_HELP},
	{OPT_LOCATION, "location", 'l', OPTION_TEXT, COMPLETES_LOCATION, "NAME",
	 "only assets of this code location"},
	{OPT_DRY_RUN, "dry-run", 'n', OPTION_FLAG, COMPLETES_NOTHING, NULL,
	 "print what would run, where, in which order and why; run nothing"},
	{OPT_MAX_CONCURRENT, "max-concurrent", 'j', OPTION_COUNT, COMPLETES_NOTHING, "N",
	 "most steps at once (default: one per processor)"},
	{OPT_TAG, "tag", 't', OPTION_TEXT, COMPLETES_NOTHING, "NAME=VALUE",
	 "a tag of the run; repeated: further ones"},
	{OPT_PRIORITY, "priority", 'p', OPTION_TEXT, COMPLETES_NOTHING, "N",
	 "higher starts earlier when runs wait (default: 0)"},
	{OPT_RETRIES, "retries", 'r', OPTION_NUMBER, COMPLETES_NOTHING, "N",
	 "run what failed again, so many times"},
	{OPT_DETACH, "detach", 'd', OPTION_FLAG, COMPLETES_NOTHING, NULL,
	 "leave it to the server (plait serve) and print the run's id"},
	{0},
};

static const struct option select_options[] = {
	{OPT_SELECT, "select", 's', OPTION_TEXT, COMPLETES_ASSET, "SELECTION", SELECT_HELP},
	{OPT_LOCATION, "location", 'l', OPTION_TEXT, COMPLETES_LOCATION, "NAME",
	 "only assets of this code location"},
	{0},
};

static const struct option lineage_options[] = {
	{OPT_UP, "up", 'u', OPTION_NUMBER, COMPLETES_NOTHING, "N",
	 "levels upstream (default: all)"},
	{OPT_DOWN, "down", 'd', OPTION_NUMBER, COMPLETES_NOTHING, "N",
	 "levels downstream (default: all)"},
	{0},
};

static const struct option impact_options[] = {
	{OPT_LOCATION, "location", 'l', OPTION_TEXT, COMPLETES_LOCATION, "NAME",
	 "of everything that this code location makes"},
	{0},
};

static const struct option run_list_options[] = {
	{OPT_STATUS, "status", 's', OPTION_CHOICE, COMPLETES_CHOICE,
	 "open queued started success failure canceled",
	 "only runs of this status; repeated: of any of them"},
	{OPT_TAG, "tag", 't', OPTION_TEXT, COMPLETES_NOTHING, "NAME[=VALUE]",
	 "only runs with this tag; repeated: with all of them"},
	{OPT_LIMIT, "limit", 'n', OPTION_COUNT, COMPLETES_NOTHING, "N",
	 "how many runs (default: 20)"},
	{0},
};

static const struct option run_retry_options[] = {
	{OPT_ALL, "all", 'a', OPTION_FLAG, COMPLETES_NOTHING, NULL,
	 "every step, not only what did not succeed"},
	{OPT_TAG, "tag", 't', OPTION_TEXT, COMPLETES_NOTHING, "NAME=VALUE",
	 "a further tag of the new run; it has those of the old one"},
	{OPT_PRIORITY, "priority", 'p', OPTION_TEXT, COMPLETES_NOTHING, "N",
	 "higher starts earlier when runs wait"},
	{OPT_RETRIES, "retries", 'r', OPTION_NUMBER, COMPLETES_NOTHING, "N",
	 "run what failed again, so many times"},
	{OPT_DETACH, "detach", 'd', OPTION_FLAG, COMPLETES_NOTHING, NULL,
	 "leave it to the server (plait serve) and print the run's id"},
	{0},
};

static const struct option run_cancel_options[] = {
	{OPT_FORCE, "force", 'f', OPTION_FLAG, COMPLETES_NOTHING, NULL,
	 "end its steps at once, without asking them to"},
	{0},
};

#define HTTP_OPTIONS                                                                 \
	{OPT_HOST,                                                                   \
	 "host",                                                                     \
	 0,                                                                          \
	 OPTION_TEXT,                                                                \
	 COMPLETES_NOTHING,                                                          \
	 "ADDRESS",                                                                  \
	 "address to listen on (default: 127.0.0.1)"},                               \
		{OPT_PORT,                                                           \
		 "port",                                                             \
		 'p',                                                                \
		 OPTION_NUMBER,                                                      \
		 COMPLETES_NOTHING,                                                  \
		 "N",                                                                \
		 "port to listen on; 0: any (default: 3000, or the next free one)"}, \
		{OPT_TLS_CERTIFICATE,                                                \
		 "tls-certificate",                                                  \
		 0,                                                                  \
		 OPTION_TEXT,                                                        \
		 COMPLETES_FILE,                                                     \
		 "FILE",                                                             \
		 "PEM file of a certificate chain: https instead of http"},          \
		{OPT_TLS_KEY,                                                        \
		 "tls-key",                                                          \
		 0,                                                                  \
		 OPTION_TEXT,                                                        \
		 COMPLETES_FILE,                                                     \
		 "FILE",                                                             \
		 "PEM file of its private key"},                                     \
		{OPT_ALLOW_HOST,                                                     \
		 "allow-host",                                                       \
		 0,                                                                  \
		 OPTION_TEXT,                                                        \
		 COMPLETES_NOTHING,                                                  \
		 "NAME",                                                             \
		 "name a reverse proxy is reached by; repeated: further ones"},      \
	{                                                                            \
		OPT_NO_HTTP, "no-http", 0, OPTION_FLAG, COMPLETES_NOTHING, NULL,     \
			"answer commands alone: no web UI, no API"                   \
	}

static const struct option dev_options[] = {
	{OPT_NO_OPEN, "no-open", 0, OPTION_FLAG, COMPLETES_NOTHING, NULL,
	 "do not show the UI in a browser"},
	HTTP_OPTIONS,
	{0},
};

static const struct option serve_options[] = {
	{OPT_DRAIN, "drain", 0, OPTION_FLAG, COMPLETES_NOTHING, NULL,
	 "told to end, wait until no step runs; told twice, do not"},
	HTTP_OPTIONS,
	{0},
};

static const struct option report_options[] = {
	{OPT_METADATA, "metadata", 'm', OPTION_TEXT, COMPLETES_NOTHING, "NAME=VALUE",
	 "what is known of it; numbers, true, false and [...] as in JSON; repeated: more"},
	{OPT_OBSERVATION, "observation", 'o', OPTION_FLAG, COMPLETES_NOTHING, NULL,
	 "it was looked at, not made"},
	{OPT_DATA_VERSION, "data-version", 'D', OPTION_TEXT, COMPLETES_NOTHING, "TEXT",
	 "which data it is; equal texts mean equal data"},
	{OPT_DESCRIPTION, "description", 0, OPTION_TEXT, COMPLETES_NOTHING, "TEXT",
	 "a sentence for people"},
	{0},
};

static const struct option env_sync_options[] = {
	{OPT_PYTHON, "python", 'p', OPTION_TEXT, COMPLETES_FILE, "PATH|VERSION",
	 "interpreter to make them with; else the one that requires-python asks for"},
	{OPT_FORCE, "force", 'f', OPTION_FLAG, COMPLETES_NOTHING, NULL,
	 "also where nothing has changed since the last time"},
	{0},
};

static const struct option env_link_options[] = {
	{OPT_REMOVE, "remove", 0, OPTION_FLAG, COMPLETES_NOTHING, NULL, "take the links away"},
	{0},
};

static const struct option run_logs_options[] = {
	{OPT_STEP, "step", 's', OPTION_TEXT, COMPLETES_NOTHING, "NAME",
	 "only this step (its name or asset)"},
	{OPT_FOLLOW, "follow", 'f', OPTION_FLAG, COMPLETES_NOTHING, NULL,
	 "go on until the run ends; with --json an event a line"},
	{OPT_STDOUT, "stdout", 0, OPTION_FLAG, COMPLETES_NOTHING, NULL, "what the step printed"},
	{OPT_STDERR, "stderr", 0, OPTION_FLAG, COMPLETES_NOTHING, NULL,
	 "what it wrote to standard error"},
	{OPT_ALL, "all", 'a', OPTION_FLAG, COMPLETES_NOTHING, NULL,
	 "events, standard output and error"},
	{0},
};

const struct command commands[] = {
	{.name = "materialize",
	 .section = "Run",
	 .arguments = "[SELECTION...]",
	 .summary = "run assets across repositories, upstream first",
	 .about = "Runs every selected asset in one run: each step in the environment of its own "
		  "code\n"
		  "location, as soon as what it needs is done. When a step fails, what depends on "
		  "it is\n"
		  "skipped and everything else goes on. Without a selection, every asset runs.\n"
		  "Each value becomes a new version; readers see the old one until the new one is "
		  "complete.\n"
		  "Where a server runs (plait serve) it does the work, and this command follows.\n"
		  "Ctrl-C cancels and waits for running steps; a second one ends them at once. "
		  "Closing the\n"
		  "terminal leaves a server's run alone.",
	 .examples = "# everything, in every repository\n"
		     "plait materialize\n"
		     "# one asset and all it needs, wherever that is made\n"
		     "plait materialize '+churn_model'\n"
		     "# what would run after a change in one team's repository, and why\n"
		     "plait materialize --location analytics-team --dry-run\n"
		     "# leave it to the server, before others that wait\n"
		     "plait materialize --detach --priority 5 --tag team=ml '+churn_model'",
	 .options = materialize_options,
	 .completes = COMPLETES_ASSET,
	 .most = ANY_NUMBER,
	 .run = cmd_materialize},

	{.name = "serve",
	 .section = "Run",
	 .summary = "a server: web UI, API, and runs that others ask for",
	 .about = "Answers the web UI and the HTTP API (doc/api.md) at http://127.0.0.1:3000, for "
		  "this machine\n"
		  "alone. Owns the workspace's state until it is told to end. Commands find it by "
		  "themselves and leave\n"
		  "their runs to it, so that several people and programs can start runs at once; "
		  "what may\n"
		  "run together is said in dagster.yaml (max_concurrent_runs, tag and pool "
		  "limits). Changed\n"
		  "code is compiled when the next run is asked for; code that does not load keeps "
		  "its last\n"
		  "good definitions.\n"
		  "Ctrl-C or SIGTERM ends it at once: running steps go on without it, and the next "
		  "server\n"
		  "goes on with their runs.",
	 .examples = "plait serve\n"
		     "# behind a reverse proxy that asks for a password\n"
		     "plait serve --port 8080 --allow-host plait.example.com\n"
		     "# end only when no step runs any more\n"
		     "plait serve --drain\n"
		     "# a line of JSON for everything that happens\n"
		     "plait serve --json",
	 .options = serve_options,
	 .run = cmd_serve},

	{.name = "dev",
	 .section = "Run",
	 .summary = "serve while code is being written: changes are loaded at once",
	 .about = "Like 'plait serve', for one developer: shows the UI in a browser, sees files "
		  "being\n"
		  "saved in every repository, and loads again those locations whose code or\n"
		  "settings changed. The others stay as they are. One that does not load is named\n"
		  "with file and line, and its last good version serves until it is mended.\n"
		  "Folders like .venv, .git and __pycache__ are not watched. Ctrl-C ends it.",
	 .examples = "plait dev\n"
		     "# one file, without a workspace\n"
		     "plait dev --python-file defs.py\n"
		     "# over SSH: then open http://127.0.0.1:3000 at home\n"
		     "ssh -L 3000:127.0.0.1:3000 host plait dev -w project/workspace.yaml",
	 .options = dev_options,
	 .run = cmd_dev},

	{.name = "asset list",
	 .section = "Assets",
	 .arguments = "[SELECTION...]",
	 .summary = "assets of all repositories, and how each stands",
	 .about = "One line an asset: where it is made, its group and kinds, whether it has a "
		  "value, how many\n"
		  "rows, since when. A location whose newest code does not load is marked "
		  "\"stale\".",
	 .examples = "plait asset list\n"
		     "# all that depends on one asset\n"
		     "plait asset list 'customer_data+'\n"
		     "# for programs\n"
		     "plait asset list --json group:features",
	 .options = select_options,
	 .completes = COMPLETES_ASSET,
	 .most = ANY_NUMBER,
	 .run = cmd_asset_list},

	{.name = "asset show",
	 .section = "Assets",
	 .arguments = "KEY",
	 .summary = "one asset: definition, current value, versions, last failure",
	 .examples = "plait asset show customer_order_summary\n"
		     "plait asset show raw/orders --json",
	 .completes = COMPLETES_ASSET,
	 .least = 1,
	 .most = 1,
	 .run = cmd_asset_show},

	{.name = "asset lineage",
	 .section = "Assets",
	 .arguments = "KEY",
	 .summary = "what an asset is made from and what is made from it",
	 .about = "Draws the graph around one asset as two trees, across repositories; each asset "
		  "carries the\n"
		  "name of its code location. A double line crosses from one location into "
		  "another;\n"
		  "a line that ends in … goes on where the asset is drawn in full.",
	 .examples = "plait asset lineage churn_model\n"
		     "# only the neighbours\n"
		     "plait asset lineage churn_model --up 1 --down 1",
	 .options = lineage_options,
	 .completes = COMPLETES_ASSET,
	 .least = 1,
	 .most = 1,
	 .run = cmd_asset_lineage},

	{.name = "asset impact",
	 .section = "Assets",
	 .arguments = "[KEY]",
	 .summary = "who is affected when an asset or a location changes",
	 .about = "Names every asset downstream, grouped by code location: how far away it is, and "
		  "whether it\n"
		  "loads the value itself or is reached through others.",
	 .examples = "plait asset impact customer_order_summary\n"
		     "# of everything that a team makes\n"
		     "plait asset impact --location analytics-team",
	 .options = impact_options,
	 .completes = COMPLETES_ASSET,
	 .most = 1,
	 .run = cmd_asset_impact},

	{.name = "asset report",
	 .section = "Assets",
	 .arguments = "KEY",
	 .summary = "record that an asset was made, or looked at, outside of plait",
	 .about =
		 "A materialization becomes the asset's current version, without files of plait's. "
		 "An\n"
		 "observation is recorded and changes nothing.",
	 .examples = "plait asset report raw/orders --metadata rows=1200 --metadata "
		     "source=ftp\n"
		     "plait asset report raw/orders --observation --data-version 2026-11-21",
	 .options = report_options,
	 .completes = COMPLETES_ASSET,
	 .least = 1,
	 .most = 1,
	 .run = cmd_asset_report},

	{.name = "location list",
	 .section = "Code locations",
	 .summary = "the repositories of the workspace and whether they load",
	 .examples = "plait location list",
	 .run = cmd_location_list},

	{.name = "location show",
	 .section = "Code locations",
	 .arguments = "NAME",
	 .summary = "one location: code, interpreter, errors, environment variables",
	 .examples = "plait location show ml-platform",
	 .completes = COMPLETES_LOCATION,
	 .least = 1,
	 .most = 1,
	 .run = cmd_location_show},

	{.name = "location check",
	 .section = "Code locations",
	 .arguments = "[NAME...]",
	 .summary = "everything wrong in and between the repositories",
	 .about = "Loads every location and names what is wrong: code that does not load, keys "
		  "made twice,\n"
		  "cycles, keys that nobody makes, storage that two connected locations do not "
		  "share.\n"
		  "Ends with status 1 when there are errors; warnings alone end with 0.",
	 .examples = "plait location check\n"
		     "# in a team's continuous integration\n"
		     "plait location check --json -w ../workspace.yaml",
	 .completes = COMPLETES_LOCATION,
	 .most = ANY_NUMBER,
	 .run = cmd_location_check},

	{.name = "location reload",
	 .section = "Code locations",
	 .arguments = "[NAME]",
	 .summary = "compile again even where nothing seems to have changed",
	 .examples = "plait location reload ml-platform",
	 .completes = COMPLETES_LOCATION,
	 .most = 1,
	 .run = cmd_location_reload},

	{.name = "env sync",
	 .section = "Code locations",
	 .arguments = "[LOCATION...]",
	 .summary = "make each repository's Python environment from its own files",
	 .about = "Makes PROJECT/.venv for every location, or for those named, from the project's "
		  "own\n"
		  "pyproject.toml or uv.lock: with uv where it is on PATH, else with venv and pip. "
		  "The project\n"
		  "itself and its path dependencies are installed, submodules that are missing are "
		  "checked out.\n"
		  "What has not changed is skipped; a project that fails does not hold up the "
		  "others.\n"
		  "Full output is kept in .plait/env/LOCATION.log. Ends with status 1 when one "
		  "failed.",
	 .examples = "plait env sync\n"
		     "# one repository, with a Python of your choice\n"
		     "plait env sync ml-platform --python 3.12",
	 .options = env_sync_options,
	 .completes = COMPLETES_LOCATION,
	 .most = ANY_NUMBER,
	 .run = cmd_env_sync},

	{.name = "env list",
	 .section = "Code locations",
	 .summary = "which interpreter runs each location, and why that one",
	 .examples = "plait env list",
	 .run = cmd_env_list},

	{.name = "env link",
	 .section = "Code locations",
	 .arguments = "FOLDER",
	 .summary = "let plait answer to dagster, dagster-webserver and dg",
	 .about = "Makes links of these names to plait in FOLDER; with FOLDER on PATH, scripts and "
		  "habits "
		  "go on\n"
		  "working. 'plait help dagster' lists their commands, and what they are in "
		  "plait's own "
		  "words.\n"
		  "A file of such a name that is no link to plait is left alone, and then none is "
		  "made.",
	 .examples = "plait env link ~/.local/bin\n"
		     "dagster dev\n"
		     "# and away with them\n"
		     "plait env link ~/.local/bin --remove",
	 .options = env_link_options,
	 .completes = COMPLETES_FILE,
	 .least = 1,
	 .most = 1,
	 .run = cmd_env_link},

	{.name = "run list",
	 .section = "Runs",
	 .summary = "runs, newest first",
	 .about = "Says of a run that waits what it waits for.",
	 .examples = "plait run list --limit 5\n"
		     "# what is queued or runs, of one team\n"
		     "plait run list --status open --tag team=ml",
	 .options = run_list_options,
	 .run = cmd_run_list},

	{.name = "run show",
	 .section = "Runs",
	 .arguments = "[ID]",
	 .summary = "one run: every step, how it ended and why",
	 .about = "ID is a run's id, a piece of it from either end, or \"latest\" (the default).",
	 .examples = "plait run show\n"
		     "plait run show 9f12ab34 --json",
	 .completes = COMPLETES_RUN,
	 .most = 1,
	 .run = cmd_run_show},

	{.name = "run logs",
	 .section = "Runs",
	 .arguments = "[ID]",
	 .summary = "what happened in a run, and what its steps wrote",
	 .about = "Prints the events of a run in order; -v adds debug messages. ID is a run's id, "
		  "a\n"
		  "piece of it, or \"latest\", which is meant when there is none.",
	 .examples = "plait run logs\n"
		     "# what one step printed\n"
		     "plait run logs latest --step churn_model --stdout",
	 .options = run_logs_options,
	 .completes = COMPLETES_RUN,
	 .most = 1,
	 .run = cmd_run_logs},

	{.name = "run watch",
	 .section = "Runs",
	 .arguments = "[ID]",
	 .summary = "follow a run that somebody else started",
	 .about = "Shows it from its beginning and goes on until it ends. Ctrl-C leaves it alone.\n"
		  "A run that was left open by a plait that was killed goes on here.",
	 .examples = "plait run watch\n"
		     "plait run watch 9f12ab34",
	 .completes = COMPLETES_RUN,
	 .most = 1,
	 .run = cmd_run_watch},

	{.name = "run cancel",
	 .section = "Runs",
	 .arguments = "ID",
	 .summary = "end a run: its steps are asked to end, then made to",
	 .about = "Works with a server and without one, and also for runs that a killed plait left "
		  "open.\n"
		  "What was finished stays.",
	 .examples = "plait run cancel 9f12ab34\n"
		     "plait run cancel latest --force",
	 .options = run_cancel_options,
	 .completes = COMPLETES_OPEN_RUN,
	 .least = 1,
	 .most = 1,
	 .run = cmd_run_cancel},

	{.name = "run retry",
	 .section = "Runs",
	 .arguments = "[ID]",
	 .summary = "run again what failed in a run, in every repository",
	 .about = "A new run of the steps that failed, were canceled, or were skipped because of "
		  "those, with\n"
		  "the code as it is now and the tags of the old run. What succeeded is read, not "
		  "made again.",
	 .examples = "plait run retry\n"
		     "# everything, not only what failed\n"
		     "plait run retry 9f12ab34 --all",
	 .options = run_retry_options,
	 .completes = COMPLETES_RUN,
	 .most = 1,
	 .run = cmd_run_retry},

	{.name = "pool list",
	 .section = "Runs",
	 .summary = "how many steps of each pool may run at once",
	 .about = "Steps name a pool with @asset(pool=\"db\") or the op tag "
		  "dagster/concurrency_key.\n"
		  "Lists the pools that code names and those with a limit. Pools without a limit "
		  "of\n"
		  "their own have that of dagster.yaml (concurrency.pools.default_limit), or none.",
	 .examples = "plait pool list",
	 .run = cmd_pool_list},

	{.name = "pool set",
	 .section = "Runs",
	 .arguments = "NAME N",
	 .completes = COMPLETES_POOL,
	 .summary = "let at most N steps of a pool run at once, over all runs",
	 .about = "Kept in the state and followed at once, also by a server. Whoever runs above a\n"
		  "lowered limit ends in its own time; 0 holds all back until it is raised again.",
	 .examples = "plait pool set warehouse 4",
	 .least = 2,
	 .most = 2,
	 .run = cmd_pool_set},

	{.name = "pool unset",
	 .section = "Runs",
	 .arguments = "NAME",
	 .completes = COMPLETES_POOL,
	 .summary = "take a pool's own limit away",
	 .about = "The limit of dagster.yaml for all pools counts again, or none.",
	 .examples = "plait pool unset warehouse",
	 .least = 1,
	 .most = 1,
	 .run = cmd_pool_unset},

	{.name = "version",
	 .section = "plait",
	 .summary = "the version of plait",
	 .examples = "plait version",
	 .run = cmd_version},

	{.name = "completion",
	 .section = "plait",
	 .arguments = "bash|zsh|fish",
	 .summary = "a script that completes commands, assets and locations",
	 .examples = "# bash, now and in every new shell\n"
		     "plait completion bash > ~/.local/share/bash-completion/completions/plait\n"
		     "# zsh\n"
		     "plait completion zsh > \"${fpath[1]}/_plait\"\n"
		     "# fish\n"
		     "plait completion fish > ~/.config/fish/completions/plait.fish",
	 .least = 1,
	 .most = 1,
	 .run = cmd_completion},

	{.name = "help",
	 .section = "plait",
	 .arguments = "[COMMAND|TOPIC]",
	 .summary = "help for a command or topic; 'plait help' lists both",
	 .examples = "plait help asset list\n"
		     "plait help selection",
	 .completes = COMPLETES_COMMAND,
	 .most = 3,
	 .run = cmd_help},

	{.name = "__complete",
	 .summary = "candidates for a shell",
	 .raw = true,
	 .run = cmd_complete},
	{.name = "__peer",
	 .summary = "what another tool's commands are here",
	 .raw = true,
	 .run = cmd_peer},
	{.name = "__man", .summary = "the manual page", .run = cmd_man},
};
const size_t commands_count = COUNT_OF(commands);

/* How many of `words` the name takes; 0 when they do not begin with it. */
static size_t name_matches(const char *name, const sv *words, size_t count)
{
	sv rest = sv_of(name), part;
	size_t n = 0;

	while (sv_split(&rest, ' ', &part)) {
		if (n == count || !sv_eq(words[n], part))
			return 0;
		n++;
	}
	return n;
}

const struct command *command_find(const sv *words, size_t count, size_t *ret_words)
{
	for (size_t i = 0; i < commands_count; i++) {
		size_t n = name_matches(commands[i].name, words, count);

		if (n) {
			*ret_words = n;
			return &commands[i];
		}
	}
	return NULL;
}

bool command_is_group(sv word)
{
	for (size_t i = 0; i < commands_count; i++) {
		sv name = sv_of(commands[i].name);

		if (name.n > word.n && sv_starts(name, word) && name.p[word.n] == ' ')
			return true;
	}
	return false;
}

/* Names to compare a mistyped word with: first words, or second words of a group. */
static struct sv_list offered(struct arena *a, sv group)
{
	struct sv_list names = {0};

	for (size_t i = 0; i < commands_count; i++) {
		sv rest = sv_of(commands[i].name), word;

		if (!commands[i].section || !sv_split(&rest, ' ', &word))
			continue;
		if (group.n && !sv_eq(word, group))
			continue;
		if (group.n)
			word = rest;
		if (!names.n || !sv_eq(names.at[names.n - 1], word))
			*LIST_ADD(a, &names) = word;
	}
	return names;
}

bool command_unknown(struct arena *a, const sv *words, size_t count, struct err *e)
{
	bool in_group = command_is_group(words[0]);
	sv group = in_group ? words[0] : SV(""), typed = in_group ? words[1] : words[0];
	const char *blank = in_group ? " " : "";
	struct sv_list names = offered(a, group);
	uint32_t near = nearest(typed, names.at, names.n);

	assert(!in_group || count > 1);
	err_set(e, ERR_INVALID, "there is no command 'plait " SV_FMT "%s" SV_FMT "'", SV_ARG(group),
		blank, SV_ARG(typed));
	if (near != NO_ID)
		return err_hint(e, "did you mean 'plait " SV_FMT "%s" SV_FMT "'?", SV_ARG(group),
				blank, SV_ARG(names.at[near]));
	return err_hint(e,
			in_group ? "'plait help " SV_FMT "' lists what there is"
				 : "'plait help'" SV_FMT " lists what there is",
			SV_ARG(group));
}
