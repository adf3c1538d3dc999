/* Circles in small and in long graphs. */
#include "check.h"

#include "plan/cycle.h"

/* "01 12 20": edges by digits. */
static struct id_list *edges_of(struct arena *a, const char *text, size_t nodes)
{
	struct id_list *out = NEW(a, struct id_list, nodes);

	for (size_t i = 0; i < nodes; i++)
		out[i].at = NEW(a, uint32_t, 10);
	for (; text[0] && text[1]; text += text[2] ? 3 : 2) {
		struct id_list *list = &out[text[0] - '0'];

		((uint32_t *)list->at)[list->n++] = (uint32_t)(text[1] - '0');
	}
	return out;
}

static sv ids_text(struct arena *a, struct id_list ids)
{
	sv text = {"", 0};

	for (size_t i = 0; i < ids.n; i++)
		text = arena_fmt(a, SV_FMT "%u", SV_ARG(text), ids.at[i]);
	return text;
}

static void test_groups_and_paths(void)
{
	static const struct {
		const char *edges, *groups, *first_path;
	} rows[] = {
		{"", "", NULL},
		{"01 12 02", "", NULL},
		{"00", "0 ", "0"},
		{"01 10", "01 ", "01"},
		{"01 12 20 23", "012 ", "012"},
		{"01 12 23 30 13 31", "0123 ", "013"},
		{"34 43 12 21 01", "12 34 ", "12"},
		{"02 21 10 20", "012 ", "02"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct id_list *out = edges_of(a, rows[i].edges, 6);
		struct cycle_groups groups = cycles_find(a, out, 6);
		sv text = {"", 0};

		for (size_t k = 0; k < groups.n; k++)
			text = arena_fmt(a, SV_FMT SV_FMT " ", SV_ARG(text), SV_ARG(ids_text(a, groups.at[k])));
		CHECK_SV(sv_of(rows[i].groups), text);
		if (rows[i].first_path)
			CHECK_SV(sv_of(rows[i].first_path), ids_text(a, cycle_path(a, out, groups.at[0])));
	}
}

static void test_a_circle_of_many_needs_no_deep_stack(void)
{
	AUTO_ARENA a = arena_new();
	const uint32_t n = 1000000;
	uint32_t *next = NEW(a, uint32_t, n);
	struct id_list *out = NEW(a, struct id_list, n);
	struct cycle_groups groups;

	for (uint32_t i = 0; i < n; i++) {
		next[i] = (i + 1) % n;
		out[i] = (struct id_list){&next[i], 1};
	}
	groups = cycles_find(a, out, n);
	CHECK_INT(1, groups.n);
	CHECK_INT(n, cycle_path(a, out, groups.at[0]).n);
}

TESTS(TEST(test_groups_and_paths) TEST(test_a_circle_of_many_needs_no_deep_stack))
