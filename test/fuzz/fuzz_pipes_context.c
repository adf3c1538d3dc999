/* fuzz_pipes_context.c -- what an orchestrator passes to a C program reads, or says why not.  An input that starts with
 * `{` is a parameter before it was packed, so that mutations get past base64 and zlib; any other is taken as it is. */
#include "fuzz.h"

#include "pipes_param.h"
#include "plait_pipes.h"

static void ask_everything(struct plait_pipes *p)
{
	struct plait_pipes_span span;
	int64_t n;
	double real;
	bool truth;

	assert(plait_pipes_run_id(p) && plait_pipes_context_json(p));
	plait_pipes_job_name(p);
	plait_pipes_retry_number(p);
	plait_pipes_asset_key(p);
	plait_pipes_partition_key(p);
	plait_pipes_partition_key_range(p, &span);
	plait_pipes_partition_time_window(p, &span);
	for (size_t i = 0; i < plait_pipes_asset_count(p); i++) {
		const char *key = plait_pipes_asset_key_at(p, i);

		plait_pipes_code_version(p, key);
		plait_pipes_provenance_input(p, key, "a");
		plait_pipes_provenance_code_version(p, key);
		plait_pipes_report_materialization(p, key, NULL, NULL, 0);
		assert(!plait_pipes_report_materialization(p, key, NULL, NULL, 0));
	}
	plait_pipes_extra_text(p, "x");
	plait_pipes_extra_int(p, "x", &n);
	plait_pipes_extra_float(p, "x", &real);
	plait_pipes_extra_bool(p, "x", &truth);
	plait_pipes_extra_json(p, "x");
}

static void fuzz_pipes_context(struct arena *a, sv input)
{
	const char *messages = pipes_param(a, SV("{\"path\": \"/dev/null\"}"));
	const char *context = sv_starts(input, SV("{")) ? pipes_param(a, input)
							: arena_cstr(a, input);
	const char *argv[] = {"fuzz", "--dagster-pipes-context", context,
			      "--dagster-pipes-messages", messages};
	const struct plait_pipes_options options = {.argc = COUNT_OF(argv), .argv = (char **)argv};
	struct plait_pipes *p = plait_pipes_open(&options);

	if (!p) {
		assert(plait_pipes_error()[0]);
		return;
	}
	ask_everything(p);
	assert(plait_pipes_close(p));
	plait_pipes_free(p);
}

FUZZ(fuzz_pipes_context)
