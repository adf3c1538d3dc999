/* Reading manifests: what comes out, what is refused and how it is named. */
#include "check.h"

#include "model/manifest.h"

static const char whole[] =
	"{\"format\":1,\"location\":\"shop\",\"later\":[1],\"definitions\":\"plait\","
	"\"sdk\":{\"name\":\"plait\",\"version\":\"0.1.0\"},"
	"\"python\":{\"implementation\":\"cpython\",\"version\":\"3.11.7\",\"executable\":\"/v/bin/python\"},"
	"\"git\":{\"commit\":\"abc\",\"dirty\":true,\"root\":\"/r\"},\"start\":{\"method\":\"spawn\",\"reason\":\"threads\"},"
	"\"environment\":{\"fingerprint\":\"f00\"},\"environment_variables\":[\"HOME\"],\"modules\":[\"numpy\"],"
	"\"sources\":{\"digest\":\"d\",\"files\":[\"/r/a.py\"]},"
	"\"assets\":["
	"{\"key\":[\"z\"],\"kind\":\"external\",\"step\":null,\"output\":null},"
	"{\"key\":[\"a\",\"b/c\"],\"kind\":\"materialization\",\"step\":\"both\",\"output\":\"o1\",\"group\":\"g\","
	"\"owners\":[\"me\"],\"kinds\":[\"python\"],\"tags\":{\"t\":\"v\"},\"metadata\":{},\"code_version\":\"7\","
	"\"deps\":[{\"key\":[\"z\"],\"loaded\":true,\"input\":\"z\",\"io_manager\":null,\"metadata\":{}},"
	"{\"key\":[\"y\"],\"loaded\":false,\"input\":null,\"io_manager\":null}],"
	"\"io_manager\":\"io_manager\",\"required\":false,\"source\":{\"file\":\"/r/a.py\",\"line\":12}},"
	"{\"key\":[\"b\"],\"kind\":\"materialization\",\"step\":\"both\",\"output\":\"o2\",\"description\":\"d\"}],"
	"\"steps\":[{\"name\":\"both\",\"assets\":[[\"b\"],[\"a\",\"b/c\"]],\"can_subset\":true,\"resources\":[\"db\"],\"pool\":\"p\"}],"
	"\"resources\":[{\"key\":\"io_manager\",\"type\":\"m.Files\",\"io_manager\":true,\"versioned\":true,"
	"\"storage\":{\"kind\":\"filesystem\",\"base\":\"/data\",\"format\":\"pickle\",\"declared\":\"~/data\"},"
	"\"config\":{}},{\"key\":\"db\",\"type\":\"m.Db\"}],"
	"\"problems\":[{\"severity\":\"warning\",\"message\":\"m\",\"file\":\"f\",\"line\":1}]}";

static void test_whole_manifest_is_read(void)
{
	AUTO_ARENA a = arena_new();
	struct manifest *m;
	const struct manifest_asset *asset;
	struct err e;

	CHECK_OK(manifest_read(a, SV("id"), sv_of(whole), &m, &e), &e);
	CHECK_SV(SV("shop"), m->location);
	CHECK_SV(SV("id"), m->id);
	CHECK(m->spawn && m->git_dirty);
	CHECK_INT(3, m->assets_count);
	CHECK_INT(1, m->problems->n);
	asset = manifest_asset_find(m, SV("a/b\\/c"));
	CHECK(asset);
	CHECK_INT(ASSET_MATERIALIZATION, asset->kind);
	CHECK(!asset->required);
	CHECK_INT(2, asset->deps_count);
	CHECK(asset->deps[0].loaded && !asset->deps[0].io_manager.p);
	CHECK_INT(12, asset->source.line);
	CHECK_SV(SV("both"), m->steps[asset->step].name);
	CHECK_INT(2, m->steps[0].assets_count);
	CHECK_SV(SV("a/b\\/c"), m->assets[m->steps[0].assets[0]].key);
	CHECK_SV(SV("b"), m->assets[m->steps[0].assets[1]].key);
	CHECK_SV(SV("default"), manifest_asset_find(m, SV("b"))->group);
	CHECK_INT(NO_ID, manifest_asset_find(m, SV("z"))->step);
	CHECK_SV(SV("/data"), manifest_resource_find(m, SV("io_manager"))->storage.base);
	CHECK(!manifest_resource_find(m, SV("db"))->storage.kind.p);
	CHECK(!manifest_resource_find(m, SV("dbx")));
}

static void test_nothing_of_the_text_is_needed_later(void)
{
	AUTO_ARENA a = arena_new();
	char *text = strdup(whole);
	const struct manifest_asset *asset;
	struct manifest *m;
	struct err e;

	CHECK_OK(manifest_read(a, SV("id"), sv_of(text), &m, &e), &e);
	memset(text, 'x', strlen(text));
	free(text);
	asset = manifest_asset_find(m, SV("a/b\\/c"));
	CHECK_SV(SV("v"), value_text(asset->tags, "t"));
	CHECK_SV(SV("me"), asset->owners.at[0]);
	CHECK_SV(SV("y"), asset->deps[1].key);
	CHECK_SV(SV("/r/a.py"), asset->source.file);
	CHECK_SV(SV("m"), value_text(&m->problems->items[0], "message"));
	CHECK_SV(SV("p"), m->steps[0].pool);
	CHECK(m->location.p[m->location.n] == '\0');
}

static void test_refused_manifests_name_the_member(void)
{
	static const struct {
		const char *json, *error;
	} rows[] = {
		{"", "manifest"},
		{"[]", "expected a map"},
		{"{}", "format: expected a number from 1"},
		{"{\"format\":2}", "newer than this plait reads"},
		{"{\"format\":1}", "location: expected a text, found nothing"},
		{"{\"format\":1,\"location\":\"l\",\"steps\":{}}", "steps: expected a list"},
		{"{\"format\":1,\"location\":\"l\",\"steps\":[],\"assets\":[1]}", "assets[0]: expected a map"},
		{"{\"format\":1,\"location\":\"l\",\"steps\":[],\"assets\":[{\"key\":[\"\"]}]}",
		 "assets[0]: asset key: part 1 is empty"},
		{"{\"format\":1,\"location\":\"l\",\"steps\":[],\"assets\":[{\"key\":[\"k\"],\"kind\":\"x\"}]}",
		 "assets[0]: \"k\": kind: \"x\" is not known"},
		{"{\"format\":1,\"location\":\"l\",\"steps\":[],\"assets\":[{\"key\":[\"k\"],\"kind\":\"materialization\"}]}",
		 "step: expected the name of a step"},
		{"{\"format\":1,\"location\":\"l\",\"steps\":[],\"assets\":[{\"key\":[\"k\"],\"kind\":\"observation\",\"step\":\"s\"}]}",
		 "there is no step \"s\""},
		{"{\"format\":1,\"location\":\"l\",\"steps\":[],\"assets\":[{\"key\":[\"k\"],\"kind\":\"external\",\"deps\":[{}]}]}",
		 "deps[0]: asset key: expected a list"},
		{"{\"format\":1,\"location\":\"l\",\"steps\":[],\"assets\":[{\"key\":[\"k\"],\"kind\":\"external\"},"
		 "{\"key\":[\"k\"],\"kind\":\"external\"}]}",
		 "\"k\" is defined twice"},
		{"{\"format\":1,\"location\":\"l\",\"assets\":[],\"steps\":[{\"name\":\"s\",\"assets\":[[\"k\"]]}]}",
		 "steps[0] \"s\": assets[0]: asset \"k\" does not name this step"},
		{"{\"format\":1,\"location\":\"l\",\"assets\":[{\"key\":[\"k\"],\"kind\":\"materialization\",\"step\":\"s\"}],"
		 "\"steps\":[{\"name\":\"s\",\"assets\":[]}]}",
		 "0 listed, 1 name this step"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct manifest *m;
		struct err e = {0};

		CHECK(!manifest_read(a, SV("id"), sv_of(rows[i].json), &m, &e));
		CHECK_CONTAINS(rows[i].error, e.text);
	}
}

static void test_every_truncation_is_refused(void)
{
	for (size_t n = 0; n < sizeof(whole) - 1; n++) {
		AUTO_ARENA a = arena_new();
		struct manifest *m;
		struct err e;

		CHECK(!manifest_read(a, SV("id"), (sv){whole, n}, &m, &e));
	}
}

TESTS(TEST(test_whole_manifest_is_read) TEST(test_nothing_of_the_text_is_needed_later)
	      TEST(test_refused_manifests_name_the_member)
	      TEST(test_every_truncation_is_refused))
