/* plait_pipes.h -- lets a C or C++ program be a step of a data pipeline: it learns from its orchestrator (plait or
 * Dagster) what it is to make, and reports what it made.  The protocol is Dagster Pipes 0.1.
 *
 *	int main(int argc, char **argv)
 *	{
 *		struct plait_pipes_options options = {.argc = argc, .argv = argv};
 *		struct plait_pipes *pipes = plait_pipes_open(&options);
 *		const char *input = plait_pipes_extra_text(pipes, "input");
 *		long rows = count_rows(input ? input : "orders.csv");
 *		struct plait_pipes_value metadata[] = {
 *			plait_pipes_int("rows", rows),
 *			plait_pipes_url("described in", "https://example.com/orders"),
 *		};
 *		struct plait_pipes_check check = {.name = "has_rows", .passed = rows > 0};
 *
 *		plait_pipes_log(pipes, PLAIT_PIPES_INFO, "run %s: %ld rows", plait_pipes_run_id(pipes), rows);
 *		plait_pipes_report_materialization(pipes, NULL, NULL, metadata, 2);
 *		plait_pipes_report_check(pipes, &check, NULL, 0);
 *		if (!plait_pipes_close(pipes))
 *			fprintf(stderr, "%s\n", plait_pipes_error());
 *		plait_pipes_free(pipes);
 *		return 0;
 *	}
 *
 * To use it, add plait_pipes.h and plait_pipes.c to a program and link jansson and zlib, or `pkg-config plait_pipes`.
 *
 * Errors: a call that returns bool returns false, one that returns a pointer NULL, and plait_pipes_error() says why.
 * Nothing here ends the program or prints, but where an option asks for it, and a warning at open.  Calls on NULL,
 * which a failed open returns, fail and do no harm.  Outputs are named ret_ and written only on success.
 * Without an orchestrator (the program started by hand) reports succeed and do nothing, and nothing is known.
 * Threads: all calls on one session may be made from any thread, except plait_pipes_free, which is the last.
 * Texts passed in are only read during the call; bytes that are not UTF-8 are sent as U+FFFD.  Texts returned live
 * until plait_pipes_free.  Asset keys are written `a/b`, a slash inside a part `\/`; where a function takes one,
 * NULL means the only asset of the step, and is an error when there are none or several.
 * It knows files and standard streams; blob stores, and copying the program's own output into messages, it does not. */
#ifndef PLAIT_PIPES_H
#define PLAIT_PIPES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __GNUC__
#define PLAIT_PIPES_PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
#define PLAIT_PIPES_PRINTF(at, first)
#endif

/* --- a session --- */

struct plait_pipes;

struct plait_pipes_options {
	int argc;           /* main's, to look there for --dagster-pipes-context and --dagster-pipes-messages too; */
	char **argv;        /* both forms, `--flag VALUE` and `--flag=VALUE`; nothing is taken out */
	bool exit_on_error; /* a failing open, report or close says so on stderr and ends the program with status 1 */
	bool quiet;         /* no warning on stderr when no orchestrator started the program */
};

/* Read what the orchestrator passed in the arguments or else in the environment, and tell it that we are here.
 * `options` may be NULL.  NULL when what was passed cannot be read or the messages cannot be written. */
struct plait_pipes *plait_pipes_open(const struct plait_pipes_options *options);

/* Was the program started by an orchestrator? */
bool plait_pipes_is_active(const struct plait_pipes *p);

/* Tell the orchestrator that the work is done; nothing can be reported after it.  Closing again does nothing.
 * False when not everything that was reported could be written. */
bool plait_pipes_close(struct plait_pipes *p);

struct plait_pipes_exception {
	const char *message;
	const char *name;         /* its kind, as "ParseError"; may be NULL */
	const char *const *stack; /* one text a frame, outermost first */
	size_t stack_count;
	const struct plait_pipes_exception *cause;   /* what led to it; may be NULL */
	const struct plait_pipes_exception *context; /* what was being handled when it happened; may be NULL */
};

/* Close, and say that the work failed.  The program should still exit with a status other than 0. */
bool plait_pipes_close_failed(struct plait_pipes *p, const struct plait_pipes_exception *exception);

/* Release the session, closed or not.  One that was not closed has, for the orchestrator, not ended well. */
void plait_pipes_free(struct plait_pipes *p);

/* Why the last call of this thread that failed did.  Never NULL; lives until the thread's next failure. */
const char *plait_pipes_error(void);

/* --- what is to be made --- */

/* The number of assets of the step, and each; NULL past the last.  Then the only asset of a step that has one. */
size_t plait_pipes_asset_count(const struct plait_pipes *p);
const char *plait_pipes_asset_key_at(const struct plait_pipes *p, size_t at);
const char *plait_pipes_asset_key(const struct plait_pipes *p);
const char *plait_pipes_run_id(const struct plait_pipes *p);
const char *plait_pipes_job_name(const struct plait_pipes *p);
int plait_pipes_retry_number(const struct plait_pipes *p); /* 0 at the first attempt */

/* The code version that the asset's definition declares. */
const char *plait_pipes_code_version(const struct plait_pipes *p, const char *asset_key);

/* From what the asset was made the last time: the code version, and the data version of one of its inputs. */
bool plait_pipes_has_provenance(const struct plait_pipes *p, const char *asset_key);
bool plait_pipes_provenance_is_user_provided(const struct plait_pipes *p, const char *asset_key);
const char *plait_pipes_provenance_code_version(const struct plait_pipes *p, const char *asset_key);
const char *plait_pipes_provenance_input(const struct plait_pipes *p, const char *asset_key, const char *input_key);

struct plait_pipes_span {
	const char *start, *end;
};

/* The partition; the range when there may be several; its time, as ISO 8601, when partitions are of time. */
const char *plait_pipes_partition_key(const struct plait_pipes *p);
bool plait_pipes_partition_key_range(const struct plait_pipes *p, struct plait_pipes_span *ret_range);
bool plait_pipes_partition_time_window(const struct plait_pipes *p, struct plait_pipes_span *ret_window);

/* A value that the pipeline's author passed for this step; false or NULL when absent or of another type. */
const char *plait_pipes_extra_text(const struct plait_pipes *p, const char *name);
bool plait_pipes_extra_int(const struct plait_pipes *p, const char *name, int64_t *ret_value);
bool plait_pipes_extra_float(const struct plait_pipes *p, const char *name, double *ret_value); /* an int too */
bool plait_pipes_extra_bool(const struct plait_pipes *p, const char *name, bool *ret_value);

/* One of them as JSON, whatever its type; and all that the orchestrator told, for what has no function here. */
const char *plait_pipes_extra_json(struct plait_pipes *p, const char *name);
const char *plait_pipes_context_json(struct plait_pipes *p);

/* --- what was made --- */

/* A named value of metadata, made by one of the functions below.  It holds the caller's pointers. */
struct plait_pipes_value {
	const char *name;
	int type;
	union {
		const char *text;
		int64_t integer;
		double real;
		bool truth;
	} as;
};

struct plait_pipes_value plait_pipes_text(const char *name, const char *text); /* NULL, here and below: null */
struct plait_pipes_value plait_pipes_url(const char *name, const char *url);
struct plait_pipes_value plait_pipes_path(const char *name, const char *path);
struct plait_pipes_value plait_pipes_notebook(const char *name, const char *path);
struct plait_pipes_value plait_pipes_md(const char *name, const char *markdown);
struct plait_pipes_value plait_pipes_asset(const char *name, const char *asset_key);
struct plait_pipes_value plait_pipes_run(const char *name, const char *run_id);
struct plait_pipes_value plait_pipes_int(const char *name, int64_t value);
struct plait_pipes_value plait_pipes_float(const char *name, double value);       /* not finite: sent as text */
struct plait_pipes_value plait_pipes_timestamp(const char *name, double seconds); /* since 1970, UTC */
struct plait_pipes_value plait_pipes_bool(const char *name, bool value);
struct plait_pipes_value plait_pipes_null(const char *name);
struct plait_pipes_value plait_pipes_json(const char *name, const char *json);
struct plait_pipes_value plait_pipes_infer(const char *name, const char *json); /* the orchestrator finds the type */
/* JSON of the form {"records": [{"a": 1}], "schema": [{"name": "a", "type": "int"}]} */
struct plait_pipes_value plait_pipes_table(const char *name, const char *json);
/* {"columns": [{"name": "a", "type": "int"}]} */
struct plait_pipes_value plait_pipes_table_schema(const char *name, const char *json);
/* {"deps_by_column": {"a": [{"asset_key": "upstream", "column_name": "b"}]}} */
struct plait_pipes_value plait_pipes_column_lineage(const char *name, const char *json);

/* An asset was made; once for each.  `data_version` NULL: the orchestrator finds one.  `metadata` has `count` values. */
bool plait_pipes_report_materialization(struct plait_pipes *p, const char *asset_key, const char *data_version,
					const struct plait_pipes_value *metadata, size_t count);

enum plait_pipes_severity { PLAIT_PIPES_SEVERITY_ERROR, PLAIT_PIPES_SEVERITY_WARN };

struct plait_pipes_check {
	const char *name; /* of the check */
	bool passed;
	enum plait_pipes_severity severity; /* what it means when it has not passed */
	const char *asset_key;
};

bool plait_pipes_report_check(struct plait_pipes *p, const struct plait_pipes_check *check,
			      const struct plait_pipes_value *metadata, size_t count);

/* Any JSON, for the pipeline's author, who finds it among the custom messages of the step. */
bool plait_pipes_report_custom(struct plait_pipes *p, const char *json);

/* Text that another program printed to `stream` ("stdout", "stderr"). */
bool plait_pipes_report_stream(struct plait_pipes *p, const char *stream, const char *text);

enum plait_pipes_level { PLAIT_PIPES_DEBUG, PLAIT_PIPES_INFO, PLAIT_PIPES_WARNING, PLAIT_PIPES_ERROR, PLAIT_PIPES_CRITICAL };

PLAIT_PIPES_PRINTF(3, 4)
bool plait_pipes_log(struct plait_pipes *p, enum plait_pipes_level level, const char *format, ...);
PLAIT_PIPES_PRINTF(3, 0)
bool plait_pipes_vlog(struct plait_pipes *p, enum plait_pipes_level level, const char *format, va_list args);

#ifdef __cplusplus
}
#endif
#endif
