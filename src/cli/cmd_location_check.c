/* cmd_location_check.c -- `plait location check`: every finding of the workspace, and what does not load. */
#include "cli/commands.h"
#include "cli/location_text.h"
#include "cli/text.h"

/* A location that does not load is a finding like any other, though it is known before the graph. */
static void add_broken(struct cli *c, struct findings *all)
{
	for (size_t i = 0; i < c->session->code->locations_count; i++) {
		const struct location_state *state = &c->session->code->locations[i];
		struct failure why = failure_read(c->arena, state->error);

		if (!why.message.p)
			continue;
		*LIST_ADD(c->arena, all) = (struct finding){
			.kind = FINDING_LOCATION_PROBLEM,
			.severity = FINDING_ERROR,
			.node = NO_ID,
			.at = {why.file, (uint32_t)why.line},
			.location = state->code->name,
			.message = arena_fmt(c->arena,
					     "location '" SV_FMT "' does not load: " SV_FMT,
					     SV_ARG(state->code->name),
					     SV_ARG(failure_sentence(c->arena, &why))),
			.hint = why.hint.n ? why.hint
					   : arena_fmt(c->arena, "plait location show " SV_FMT,
						       SV_ARG(state->code->name)),
		};
	}
}

static bool concerns(const struct cli *c, const struct finding *f)
{
	for (size_t i = 0; i < c->args.rest.n; i++)
		if (sv_eq(f->location, c->args.rest.at[i]) ||
		    sv_eq(f->other_location, c->args.rest.at[i]))
			return true;
	return c->args.rest.n == 0;
}

static struct findings collect(struct cli *c)
{
	const struct findings *of_graph = &c->session->code->findings;
	struct findings all = {0}, wanted = {0};

	add_broken(c, &all);
	for (size_t i = 0; i < of_graph->n; i++)
		*LIST_ADD(c->arena, &all) = of_graph->at[i];
	for (size_t i = 0; i < all.n; i++)
		if (concerns(c, &all.at[i]))
			*LIST_ADD(c->arena, &wanted) = all.at[i];
	return wanted;
}

static size_t count_severity(const struct findings *all, enum finding_severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += all->at[i].severity == severity;
	return n;
}

static void print_place(struct cli *c, const struct source_position *at, sv location)
{
	if (!at->file.n && !location.n)
		return;
	page_addf(&c->out, STYLE_DIM, "  " SV_FMT, SV_ARG(location));
	if (at->file.n)
		page_addf(&c->out, STYLE_PLAIN, "%s" SV_FMT ":%u", location.n ? "  " : "",
			  SV_ARG(at->file), at->line);
	page_line(&c->out);
}

static void print_finding(struct cli *c, const struct finding *f)
{
	static const enum style styles[] = {[FINDING_INFO] = STYLE_DIM,
					    [FINDING_WARNING] = STYLE_WARN,
					    [FINDING_ERROR] = STYLE_BAD};

	page_add(&c->out, styles[f->severity], sv_of(finding_severity_word(f->severity)));
	page_addf(&c->out, STYLE_DIM, " %s", finding_kind_word(f->kind));
	page_addf(&c->out, STYLE_PLAIN, ": " SV_FMT "\n", SV_ARG(f->message));
	print_place(c, &f->at, f->location);
	print_place(c, &f->other, f->other_location);
	if (f->hint.n)
		page_addf(&c->out, STYLE_DIM, "  hint: " SV_FMT "\n", SV_ARG(f->hint));
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

static void print_json(struct cli *c, const struct findings *all)
{
	struct json j = cli_json(c);

	json_open(&j, '{');
	json_member_int(&j, "errors", (int64_t)count_severity(all, FINDING_ERROR));
	json_member_int(&j, "warnings", (int64_t)count_severity(all, FINDING_WARNING));
	json_key(&j, "findings");
	json_open(&j, '[');
	for (size_t i = 0; i < all->n; i++)
		write_finding(&j, c->session->code->graph, &all->at[i]);
	json_close(&j);
	json_close(&j);
	cli_json_end(&j, c);
}

static void print_findings(struct cli *c, const struct findings *all)
{
	size_t errors = count_severity(all, FINDING_ERROR);
	size_t warnings = count_severity(all, FINDING_WARNING);

	for (size_t i = 0; i < all->n; i++)
		print_finding(c, &all->at[i]);
	if (all->n)
		page_line(&c->out);
	page_addf(&c->out, errors ? STYLE_BAD : STYLE_GOOD, "%s ", errors ? "✘" : "✔");
	page_addf(&c->out, STYLE_PLAIN, SV_FMT ": " SV_FMT ", " SV_FMT "\n",
		  SV_ARG(text_count(c->arena, (int64_t)c->session->code->locations_count,
				    "location")),
		  SV_ARG(text_count(c->arena, (int64_t)errors, "error")),
		  SV_ARG(text_count(c->arena, (int64_t)warnings, "warning")));
}

bool cmd_location_check(struct cli *c, struct err *e)
{
	const struct location_state *state;
	bool quiet = c->quiet;

	c->quiet = true; /* what does not load is told below */
	if (!cli_open(c, &(struct cli_opening){0}, e))
		return false;
	c->quiet = quiet;
	for (size_t i = 0; i < c->args.rest.n; i++)
		if (!cli_location(c, c->args.rest.at[i], &state, e))
			return false;
	struct findings all = collect(c);
	if (c->json)
		print_json(c, &all);
	else
		print_findings(c, &all);
	c->status = count_severity(&all, FINDING_ERROR) > 0;
	return true;
}
