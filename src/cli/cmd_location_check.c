/* cmd_location_check.c -- `plait location check`: every finding of the workspace, and what does not load. */
#include "cli/commands.h"
#include "cli/location_text.h"
#include "cli/text.h"
#include "view/findings_document.h"

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
	struct findings all = findings_all(c->arena, c->session->code), wanted = {0};

	for (size_t i = 0; i < all.n; i++)
		if (concerns(c, &all.at[i]))
			*LIST_ADD(c->arena, &wanted) = all.at[i];
	return wanted;
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

static void print_json(struct cli *c, const struct findings *all)
{
	struct json j = cli_json(c);

	findings_document(&j, c->session->code->graph, all);
	cli_json_end(&j, c);
}

static void print_findings(struct cli *c, const struct findings *all)
{
	size_t errors = findings_count(all, FINDING_ERROR);
	size_t warnings = findings_count(all, FINDING_WARNING);

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
	c->status = findings_count(&all, FINDING_ERROR) > 0;
	return true;
}
