#include "layout/orient.h"

#include "check.h"

struct case_of {
	const char *name;
	uint32_t nodes;
	struct arrow arrows[8];
	size_t count;
	const char *turned; /* an x for each that is */
};

#define ARROW(from, to, weight)         \
	{                               \
		from, to, weight, false \
	}

static const struct case_of cases[] = {
	{"none", 3, {ARROW(0, 0, 0)}, 0, ""},
	{"a chain", 3, {ARROW(2, 1, 1), ARROW(1, 0, 1)}, 2, ".."},
	{"to itself", 1, {ARROW(0, 0, 1)}, 1, "."},
	{"there and back: the lighter", 2, {ARROW(0, 1, 1), ARROW(1, 0, 5)}, 2, "x."},
	{"a circle: one of it", 3, {ARROW(0, 1, 3), ARROW(1, 2, 1), ARROW(2, 0, 3)}, 3, ".x."},
	{"before and behind a circle: never",
	 4,
	 {ARROW(0, 1, 1), ARROW(1, 2, 9), ARROW(2, 1, 1), ARROW(2, 3, 1)},
	 4,
	 "..x."},
	{"two circles, each one",
	 4,
	 {ARROW(0, 1, 2), ARROW(1, 0, 1), ARROW(1, 2, 1), ARROW(2, 3, 1), ARROW(3, 2, 2)},
	 5,
	 ".x.x."},
};

static void test_lightest_is_turned(void)
{
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_ARENA a = arena_new();
		struct arrow arrows[8];

		memcpy(arrows, cases[i].arrows, sizeof(arrows));
		orient(a, cases[i].nodes, arrows, cases[i].count);
		for (size_t k = 0; k < cases[i].count; k++)
			if (arrows[k].turned != (cases[i].turned[k] == 'x'))
				check_fail(CHECK_AT, cases[i].name);
	}
}

/* A circle of many: as few as one goes back, and the time is no square. */
static void test_long_circle_opens_at_one_place(void)
{
	AUTO_ARENA a = arena_new();
	enum { N = 50000 };
	struct arrow *arrows = NEW(a, struct arrow, N);
	size_t turned = 0;

	for (uint32_t i = 0; i < N; i++)
		arrows[i] = (struct arrow){i, (i + 1) % N, 1, false};
	orient(a, N, arrows, N);
	for (size_t i = 0; i < N; i++)
		turned += arrows[i].turned;
	CHECK_INT(1, turned);
}

TESTS(TEST(test_lightest_is_turned) TEST(test_long_circle_opens_at_one_place))
