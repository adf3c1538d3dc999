#include "check.h"
#include "env/python_version.h"

static void test_specifiers_choose_versions(void)
{
	static const struct {
		const char *specifier, *version;
		bool fits;
	} cases[] = {
		{"", "3.9", true},
		{">=3.9", "3.9.0", true},
		{">=3.9", "3.8.18", false},
		{">=3.9,<3.13", "3.12.4", true},
		{">=3.9, <3.13", "3.13.0", false},
		{"<3.13", "3.12.99", true},
		{">3.9", "3.9.1", true},
		{">3.9", "3.9", false},
		{"<=3.11", "3.11.2", false},
		{"==3.11.*", "3.11.7", true},
		{"==3.11.*", "3.12.0", false},
		{"==3.11.7", "3.11.7", true},
		{"==3.11", "3.11.7", false},
		{"!=3.12.*,>=3.9", "3.12.1", false},
		{"!=3.12.1", "3.12.2", true},
		{"~=3.10", "3.13.1", true},
		{"~=3.10", "4.0", false},
		{"~=3.10.2", "3.10.9", true},
		{"~=3.10.2", "3.11.0", false},
		{"^3.9", "3.12.0", true},
		{"^3.9", "4.0.0", false},
		{"3.11", "3.11.7", true},
		{"3.11", "3.12.7", false},
		{"3", "3.12.7", true},
		{">=3.8,", "3.9", true},
		{">=3.13.0rc1", "3.13.0", true},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct python_version v;
		struct err e = {0};
		bool fits;

		CHECK(python_version_read(sv_of(cases[i].version), &v));
		CHECK_OK(python_version_fits(sv_of(cases[i].specifier), v, &fits, &e), &e);
		if (fits != cases[i].fits)
			fprintf(stderr, "%s with %s\n", cases[i].specifier, cases[i].version);
		CHECK_INT(cases[i].fits, fits);
	}
}

static void test_bad_specifier_named(void)
{
	struct python_version v = {{3, 9, 0}, 3};
	struct err e = {0};
	bool fits;

	CHECK(!python_version_fits(SV(">=three"), v, &fits, &e));
	CHECK_CONTAINS("\">=three\"", e.text);
	CHECK_CONTAINS(">=3.9", e.hint);
}

static void test_version_text_read(void)
{
	struct python_version v;

	CHECK(python_version_read(SV("3.13.0rc1"), &v));
	CHECK_INT(3, v.n);
	CHECK_INT(13, v.part[1]);
	CHECK_INT(0, v.part[2]);
	CHECK(python_version_read(SV("3.12"), &v));
	CHECK_INT(2, v.n);
	CHECK(!python_version_read(SV("python"), &v));
	CHECK(!python_version_read(SV(""), &v));
}

TESTS(TEST(test_specifiers_choose_versions) TEST(test_bad_specifier_named)
	      TEST(test_version_text_read))
