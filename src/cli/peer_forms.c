/* peer_forms.c -- the table: their command lines, ours, and what stands in for those that plait does not have. */
#include "cli/peer.h"

#define X(name) name,
const char *const peer_tools[] = {PEER_TOOLS(X)};
#undef X
const size_t peer_tools_count = COUNT_OF(peer_tools);

#define OWN_SERVERS \
	"plait starts code locations itself: name their code in workspace.yaml, or with -f or -m"
#define NO_PARTITIONS "plait does not run partitions yet"
#define NO_JOBS       "plait runs assets, not jobs yet: plait materialize --select SELECTION"
#define NO_CONFIG                                                                                  \
	"plait takes no run configuration yet: give the asset's resources and config defaults in " \
	"code"
#define HERE_ONLY "plait asks the workspace that it stands in: plait -w FILE names another"
#define IN_FRONT                                                                                 \
	"serve it under a path with a reverse proxy that takes the path off, and name its host " \
	"with --allow-host"

static const struct peer_option targets[] = {
	{"-w --workspace", true, "--workspace", NULL},
	{"-f --python-file", true, "--python-file", NULL},
	{"-m --module-name", true, "--module-name", NULL},
	{"--package-name", true, "--package-name", NULL},
	{"--autoload-defs-module-name", true, "--autoload-defs-module-name", NULL},
	{"-d --working-directory", true, "--working-directory", NULL},
	{"-a --attribute", true, "--attribute", NULL},
	{"--grpc-port", true, NULL, OWN_SERVERS},
	{"--grpc-socket", true, NULL, OWN_SERVERS},
	{"--grpc-host", true, NULL, OWN_SERVERS},
	{"--use-ssl", false, NULL, OWN_SERVERS},
	{"--empty-workspace", false, NULL, "write a workspace.yaml with 'load_from: []'"},
	{"--verbose", false, "--verbose", NULL},
	{0},
};

static const struct peer_option server_options[] = {
	{"-h --host --dagit-host", true, "--host", NULL},
	{"-p --port --dagit-port", true, "--port", NULL},
	{"-l --path-prefix", true, NULL, IN_FRONT},
	{"--read-only", false, NULL,
	 "plait has no read-only server yet: put a reverse proxy in front that lets GET through"},
	{"--live-data-poll-rate", true, "", NULL},
	{"--log-level --uvicorn-log-level", true, "", NULL},
	{"--dagster-log-level", true, "", NULL},
	{"--code-server-log-level", true, "", NULL},
	{"--log-format", true, "", NULL},
	{"--db-statement-timeout", true, "", NULL},
	{"--db-pool-recycle", true, "", NULL},
	{"--db-pool-max-overflow", true, "", NULL},
	{"--suppress-warnings", false, "", NULL},
	{"--use-legacy-code-server-behavior", false, "", NULL},
	{"--check-yaml --no-check-yaml", false, "", NULL},
	{0},
};

static const struct peer_option materialize_options[] = {
	{"--select", true, "--select", NULL},
	{"--partition", true, NULL, NO_PARTITIONS},
	{"--partition-range", true, NULL, NO_PARTITIONS},
	{"--config-json", true, NULL, NO_CONFIG},
	{"-c --config", true, NULL, NO_CONFIG},
	{0},
};

static const struct peer_option launch_options[] = {
	{"--assets", true, "--select", NULL},
	{"--job", true, NULL, NO_JOBS},
	{"--partition", true, NULL, NO_PARTITIONS},
	{"--partition-range", true, NULL, NO_PARTITIONS},
	{"--config-json", true, NULL, NO_CONFIG},
	{"-c --config", true, NULL, NO_CONFIG},
	{0},
};

static const struct peer_option select_options[] = {
	{"--select", true, "--select", NULL},
	{0},
};

static const struct peer_option list_defs_options[] = {
	{"-a --assets", true, "--select", NULL},
	{"--json", false, "--json", NULL},
	{"-p --path", true, NULL, "choose by selection: plait asset list 'group:NAME'"},
	{"-c --columns", true, NULL,
	 "plait asset list --json has everything; take what you need with jq"},
	{"--response-schema", false, NULL, "the shapes are in doc/formats/json-output.md"},
	{0},
};

static const struct peer_option validate_options[] = {
	{"--check-yaml --no-check-yaml", false, "", NULL},
	{"--log-level", true, "", NULL},
	{"--log-format", true, "", NULL},
	{"--load-with-grpc", false, "", NULL},
	{"-v", false, "--verbose", NULL},
	{0},
};

static const struct peer_option run_list_options[] = {
	{"--limit", true, "--limit", NULL},
	{0},
};

static const struct peer_option json_option[] = {
	{"--json", false, "--json", NULL},
	{"--verbose", false, "--verbose", NULL},
	{0},
};

/* What stands behind any command of dg. */
static const struct peer_option dg_options[] = {
	{"--target-path", true, "--workspace", NULL},
	{"--verbose", false, "--verbose", NULL},
	{"--use-component-module", true, "", NULL},
	{"--use-active-venv", false, NULL,
	 "each location runs in its project's .venv, or in the executable_path of workspace.yaml"},
	{"-w --workspace", true, "--workspace", NULL},
	{"-f --python-file", true, "--python-file", NULL},
	{"-m --module-name", true, "--module-name", NULL},
	{"--package-name", true, "--package-name", NULL},
	{"--autoload-defs-module-name", true, "--autoload-defs-module-name", NULL},
	{"-d --working-directory", true, "--working-directory", NULL},
	{"-a --attribute", true, "--attribute", NULL},
	{0},
};

static const struct peer_option api_options[] = {
	{"--json", false, "--json", NULL},
	{"--deployment", true, NULL, HERE_ONLY},
	{"--organization", true, NULL, HERE_ONLY},
	{"--api-token", true, NULL, HERE_ONLY},
	{"--response-schema", false, NULL, "the shapes are in doc/formats/json-output.md"},
	{"--cursor", true, NULL, "plait prints all of them at once"},
	{0},
};

static const struct peer_option api_list_options[] = {
	{"--limit", true, "--limit", NULL},
	{"--job", true, NULL, "plait runs assets, not jobs yet"},
	{"--status", true, NULL,
	 "plait run list --status failure; there are: open queued started success failure "
	 "canceled"},
	{0},
};

#define NO_SCAFFOLD                                                                      \
	"write the file yourself: plait reads plain Python modules, pyproject.toml and " \
	"workspace.yaml"
#define NO_PLUS                                                                                   \
	"plait runs on your own machines: plait serve owns a workspace, plait location check is " \
	"for CI"
#define NO_TICKS "plait starts nothing by itself yet: plait materialize, from cron or CI"

/* tool, their words, ours, note, options, more options, needed */
const struct peer_form peer_forms[] = {
	{"dagster-webserver", "", "serve",
	 "runs what is asked for, too: there is no daemon beside it", server_options, targets,
	 NULL},

	{"dagster", "dev", "dev", NULL, server_options, targets, NULL},
	{"dagster", "asset materialize", "materialize", "across all locations of the workspace",
	 materialize_options, targets, "--select"},
	{"dagster", "asset list", "asset list", NULL, select_options, targets, NULL},
	{"dagster", "asset wipe", NULL,
	 "values and their record stay; remove .plait to begin again from nothing", NULL, NULL,
	 NULL},
	{"dagster", "asset wipe-partitions-status-cache", NULL, "there is no such cache to clear",
	 NULL, NULL, NULL},
	{"dagster", "definitions validate", "location check", "also between the locations",
	 validate_options, targets, NULL},
	{"dagster", "run list", "run list", NULL, run_list_options, NULL, NULL},
	{"dagster", "run delete", NULL, "runs stay on record: plait run list shows the newest",
	 NULL, NULL, NULL},
	{"dagster", "run wipe", NULL,
	 "runs stay on record; remove .plait to begin again from nothing", NULL, NULL, NULL},
	{"dagster", "run migrate-repository", NULL,
	 "runs belong to the workspace: renaming a location needs nothing", NULL, NULL, NULL},
	{"dagster", "instance concurrency get", "pool list", NULL, NULL, NULL, NULL},
	{"dagster", "instance concurrency set", "pool set", NULL, NULL, NULL, NULL},
	{"dagster", "instance info", NULL, "plait location list, and plait version", NULL, NULL,
	 NULL},
	{"dagster", "instance migrate", NULL,
	 "nothing to do: plait brings its state up to date by itself", NULL, NULL, NULL},
	{"dagster", "instance reindex", NULL, "nothing to do: the ledger keeps its indexes", NULL,
	 NULL, NULL},
	{"dagster", "job", NULL, NO_JOBS, NULL, NULL, NULL},
	{"dagster", "schedule", NULL, NO_TICKS, NULL, NULL, NULL},
	{"dagster", "sensor", NULL, NO_TICKS, NULL, NULL, NULL},
	{"dagster", "project", NULL, NO_SCAFFOLD, NULL, NULL, NULL},
	{"dagster", "debug", NULL,
	 "plait run show ID --json and plait run logs ID --all --json hold all that is known of a "
	 "run",
	 NULL, NULL, NULL},
	{"dagster", "code-server", NULL, OWN_SERVERS, NULL, NULL, NULL},
	{"dagster", "api", NULL, OWN_SERVERS, NULL, NULL, NULL},

	{"dg", "dev", "dev", NULL, server_options, dg_options, NULL},
	{"dg", "launch", "materialize", "across all locations of the workspace", launch_options,
	 dg_options, "--select"},
	{"dg", "list defs", "asset list", "assets only", list_defs_options, dg_options, NULL},
	{"dg", "list projects", "location list", NULL, json_option, dg_options, NULL},
	{"dg", "list envs", NULL,
	 "plait location show NAME lists the variables that its code reads", NULL, NULL, NULL},
	{"dg", "list", NULL, "components are not there yet: plait asset list, plait location list",
	 NULL, NULL, NULL},
	{"dg", "check defs", "location check", "also between the locations", validate_options,
	 dg_options, NULL},
	{"dg", "check yaml", NULL,
	 "components in YAML are not there yet; plait location check looks at all that is", NULL,
	 NULL, NULL},
	{"dg", "check toml", NULL, "plait location check reads dg.toml and pyproject.toml too",
	 NULL, NULL, NULL},
	{"dg", "api asset list", "asset list", NULL, api_options, NULL, NULL},
	{"dg", "api asset get", "asset show", NULL, api_options, NULL, NULL},
	{"dg", "api run list", "run list", NULL, api_list_options, api_options, NULL},
	{"dg", "api run get", "run show", NULL, api_options, NULL, NULL},
	{"dg", "api run get-events", "run logs", NULL, api_options, NULL, NULL},
	{"dg", "api code-location list", "location list", NULL, api_options, NULL, NULL},
	{"dg", "api code-location get", "location show", NULL, api_options, NULL, NULL},
	{"dg", "api", NULL, "programs ask over HTTP (plait serve; /openapi.yaml), or with --json",
	 NULL, NULL, NULL},
	{"dg", "scaffold", NULL, NO_SCAFFOLD, NULL, NULL, NULL},
	{"dg", "init", NULL, NO_SCAFFOLD, NULL, NULL, NULL},
	{"dg", "utils", NULL, "components are not there yet", NULL, NULL, NULL},
	{"dg", "mcp", NULL, "programs ask over HTTP (plait serve), or with --json", NULL, NULL,
	 NULL},
	{"dg", "plus", NULL, NO_PLUS, NULL, NULL, NULL},
	{"dg", "labs", NULL, "what is an experiment there is not here", NULL, NULL, NULL},
	{"dg", "ai", NULL, "programs ask over HTTP (plait serve), or with --json", NULL, NULL,
	 NULL},
	{"dg", "--install-completion", NULL,
	 "plait completion bash, zsh or fish prints a script for your shell", NULL, NULL, NULL},
};
const size_t peer_forms_count = COUNT_OF(peer_forms);
