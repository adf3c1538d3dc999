#include "check.h"
#include "engine/code_change.h"
#include "fake_code.h"

/* The step of the second code that does what `step` of the first did, or NULL. */
static const struct manifest_step *same(struct arena *a, const char *was, const char *now,
					const char *keys)
{
	const struct manifest *before = fake_graph(a, was)->locations[0].manifest,
			      *after = fake_graph(a, now)->locations[0].manifest;
	struct sv_list list = {0};
	sv rest = sv_of(keys), key;

	while ((key = fake_word(&rest)).n)
		*LIST_ADD(a, &list) = key;
	return code_change_same(
		before, &before->steps[manifest_asset_find(before, list.at[0])->step], after,
		&list);
}

static void test_what_counts_are_assets_and_their_inputs(void)
{
	static const struct {
		const char *was, *now, *keys;
		bool same;
	} cases[] = {
		{"l a\nl b < a!\n", "l a\nl b < a!\nl c\n", "b", true},
		{"l b < a c\n", "l b < c a\n", "b", true},
		{"l b < a!\n", "l b < a\n", "b", false},
		{"l b < a!\n", "l b < a! c\n", "b", false},
		{"l b < a!\n", "l c < a!\n", "b", false},
		{"l b < a!\n", "l =b\n", "b", false},
		{"l a@s\nl b@s\n", "l a@s\nl b@s\n", "a b", true},
		{"l a@s\nl b@s\n", "l a@s\nl b@t\n", "a b", false},
		{"l a@s\nl b@s\n", "l a@s\nl b@s\nl c@s\n", "a b", false},
		{"l a@s\n", "l a@t\n", "a", false},
		{"l a@s\nl %s\n", "l a@s\n", "a", false},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_ARENA a = arena_new();
		bool found = same(a, cases[i].was, cases[i].now, cases[i].keys) != NULL;

		if (found != cases[i].same)
			fprintf(stderr, "case %zu\n", i);
		CHECK_INT(cases[i].same, found);
	}
}

TESTS(TEST(test_what_counts_are_assets_and_their_inputs))
