/* python_version.c -- a list of clauses, each an operator and a version; all must hold. */
#include "env/python_version.h"

bool python_version_read(sv text, struct python_version *ret)
{
	size_t at = 0;

	*ret = (struct python_version){0};
	while (ret->n < 3) {
		size_t start = at;
		uint32_t number = 0;

		while (at < text.n && text.p[at] >= '0' && text.p[at] <= '9' && at - start < 6)
			number = number * 10 + (uint32_t)(text.p[at++] - '0');
		if (at == start)
			break;
		ret->part[ret->n++] = number;
		if (at + 1 >= text.n || text.p[at] != '.')
			break;
		at++;
	}
	return ret->n > 0;
}

/* By the first `parts` parts; what was not given counts as 0. */
static int compare(struct python_version a, struct python_version b, unsigned parts)
{
	for (unsigned i = 0; i < parts; i++)
		if (a.part[i] != b.part[i])
			return a.part[i] < b.part[i] ? -1 : 1;
	return 0;
}

static bool matches_prefix(struct python_version v, struct python_version of)
{
	return compare(v, of, of.n) == 0;
}

/* ~=3.10 is at least 3.10 and any 3.*; ~=3.10.2 is at least that and any 3.10.*. */
static bool compatible(struct python_version v, struct python_version of)
{
	return compare(v, of, 3) >= 0 && compare(v, of, of.n > 1 ? of.n - 1 : 1) == 0;
}

enum clause_kind { AT_LEAST, AT_MOST, NOT, EQUAL, COMPATIBLE, CARET, ABOVE, BELOW };

static const struct {
	sv word;
	enum clause_kind kind;
} operators[] = {
	/* longer ones first */
	{{"===", 3}, EQUAL}, {{"==", 2}, EQUAL},      {{">=", 2}, AT_LEAST}, {{"<=", 2}, AT_MOST},
	{{"!=", 2}, NOT},    {{"~=", 2}, COMPATIBLE}, {{"^", 1}, CARET},     {{">", 1}, ABOVE},
	{{"<", 1}, BELOW},   {{"~", 1}, COMPATIBLE},  {{"=", 1}, EQUAL},
};

static bool holds(enum clause_kind kind, struct python_version v, struct python_version of,
		  bool wild)
{
	switch (kind) {
	case AT_LEAST: return compare(v, of, 3) >= 0;
	case AT_MOST: return compare(v, of, 3) <= 0;
	case ABOVE: return compare(v, of, 3) > 0;
	case BELOW: return compare(v, of, 3) < 0;
	case COMPATIBLE: return compatible(v, of);
	case CARET: return compare(v, of, 3) >= 0 && v.part[0] == of.part[0];
	case NOT: return wild ? !matches_prefix(v, of) : compare(v, of, 3) != 0;
	case EQUAL: return wild ? matches_prefix(v, of) : compare(v, of, 3) == 0;
	}
	return false;
}

/* A bare version ("3.11") means any release of it. */
static bool clause_fits(sv clause, struct python_version v, bool *ret)
{
	enum clause_kind kind = EQUAL;
	struct python_version of;
	bool bare = true, wild;

	for (size_t i = 0; i < COUNT_OF(operators) && bare; i++)
		if (sv_starts(clause, operators[i].word)) {
			kind = operators[i].kind;
			clause = sv_trim(sv_from(clause, operators[i].word.n));
			bare = false;
		}
	wild = bare || sv_ends(clause, SV(".*"));
	if (!python_version_read(clause, &of))
		return false;
	*ret = holds(kind, v, of, wild);
	return true;
}

bool python_version_fits(sv specifier, struct python_version v, bool *ret, struct err *e)
{
	sv rest = sv_trim(specifier), clause;
	bool fits;

	*ret = true;
	while (sv_split(&rest, ',', &clause)) {
		clause = sv_trim(clause);
		if (clause.n == 0)
			continue;
		if (!clause_fits(clause, v, &fits)) {
			err_set(e, ERR_INVALID, "\"" SV_FMT "\" is no version of Python",
				SV_ARG(specifier));
			return err_hint(e, "write it as \">=3.9\" or \">=3.10,<3.13\"");
		}
		*ret = *ret && fits;
	}
	return true;
}
