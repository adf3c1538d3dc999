/* findings_document.c -- what the graph's check found, behind what does not load. */
#include "view/findings_document.h"

#include "model/failure.h"
#include "view/document.h"

/* A location that does not load is a finding like any other, though it is known before the graph. */
static void add_broken(struct arena *a, const struct code_view *code, struct findings *all)
{
	for (size_t i = 0; i < code->locations_count; i++) {
		const struct location_state *state = &code->locations[i];
		struct failure why = failure_to_load(a, state->code->name, state->error);

		if (!state->error.p)
			continue;
		*LIST_ADD(a, all) = (struct finding){
			.kind = FINDING_LOCATION_PROBLEM,
			.severity = FINDING_ERROR,
			.node = NO_ID,
			.at = {why.file, (uint32_t)why.line},
			.location = state->code->name,
			.message = why.message,
			.hint = why.hint,
		};
	}
}

struct findings findings_all(struct arena *a, const struct code_view *code)
{
	struct findings all = {0};

	add_broken(a, code, &all);
	for (size_t i = 0; i < code->findings.n; i++)
		*LIST_ADD(a, &all) = code->findings.at[i];
	return all;
}

size_t findings_count(const struct findings *all, enum finding_severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += all->at[i].severity == severity;
	return n;
}

static void write_finding(struct json *j, const struct asset_graph *g, const struct finding *f)
{
	json_open(j, '{');
	json_member_text(j, "kind", sv_of(finding_kind_word(f->kind)));
	json_member_text(j, "severity", sv_of(finding_severity_word(f->severity)));
	json_member_text(j, "asset", f->node == NO_ID ? (sv){0} : g->nodes[f->node].key);
	document_text(j, "location", f->location);
	document_source(j, "source", &f->at);
	document_text(j, "other_location", f->other_location);
	document_source(j, "other_source", &f->other);
	json_member_text(j, "message", f->message);
	document_text(j, "hint", f->hint);
	json_close(j);
}

void findings_document(struct json *j, const struct asset_graph *g, const struct findings *all)
{
	json_open(j, '{');
	json_member_int(j, "errors", (int64_t)findings_count(all, FINDING_ERROR));
	json_member_int(j, "warnings", (int64_t)findings_count(all, FINDING_WARNING));
	json_key(j, "findings");
	json_open(j, '[');
	for (size_t i = 0; i < all->n; i++)
		write_finding(j, g, &all->at[i]);
	json_close(j);
	json_close(j);
}
