/* Pages of assets: who is in them, in which order, and that none is skipped or shown twice. */
#include "api_world.h"

#include "api/asset_query.h"

static struct err e;

#define CODE                                                                                     \
	"north a/one\nnorth a/two < a/one!\nsouth b/one < a/two!\nsouth b/two\nnorth c < undefined\n" \
	"south =Outside\n"

static const struct value *page(struct world *w, const struct asset_query *q)
{
	const struct value *v;
	AUTO_BUF out = {0};

	CHECK_OK(asset_table_refresh(w->table, &e), &e);
	CHECK_OK(asset_query_write(q, w->table, &out, &e), &e);
	CHECK_OK(json_read(w->arena, arena_sv(w->arena, buf_sv(&out)), &v, &e), &e);
	return v;
}

static sv keys(struct world *w, const struct value *page)
{
	const struct value *items = value_list(page, "items");
	sv text = {"", 0};

	for (size_t i = 0; i < items->n; i++)
		text = arena_fmt(w->arena, SV_FMT "%s" SV_FMT, SV_ARG(text), i ? " " : "",
				 SV_ARG(value_text(&items->items[i], "key")));
	return text;
}

static void test_filters_and_orders(void)
{
	static const struct {
		struct asset_query query;
		const char *want;
	} rows[] = {
		{{.sort = SORT_KEY}, "Outside a/one a/two b/one b/two c"},
		{{.descending = true}, "c b/two b/one a/two a/one Outside"},
		{{.location = {"south", 5}}, "Outside b/one b/two"},
		{{.location = {"nowhere", 7}}, ""},
		{{.group = {"default", 7}, .location = {"north", 5}}, "a/one a/two c"},
		{{.group = {"other", 5}}, ""},
		{{.kind = {"csv", 3}}, ""},
		{{.status = {"external", 8}}, "Outside"},
		{{.status = {"materialized", 12}}, "b/two"},
		{{.select = {"+key:\"b/one\"", 12}}, "a/one a/two b/one"},
		{{.search = {"ONE", 3}}, "a/one b/one"},
		{{.search = {"one south", 9}}, "b/one"},
		{{.search = {"outs", 4}}, "Outside"},
		{{.search = {"nothing", 7}}, ""},
		{{.sort = SORT_LOCATION}, "a/one a/two c Outside b/one b/two"},
		{{.sort = SORT_LOCATION, .descending = true}, "b/two b/one Outside c a/two a/one"},
		{{.sort = SORT_STATUS}, "a/two a/one b/one c b/two Outside"},
		{{.sort = SORT_TIME, .descending = true}, "b/two c b/one a/two a/one Outside"},
	};
	struct world w = world_new(CODE);

	world_put_run(&w, "r1");
	world_make(&w, "b/two", "v1", "r1", 5, "[]");
	world_move(&w, "r1", 0, "a/two", STEP_FAILURE, 7);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct asset_query q = rows[i].query;
		const struct value *p;

		q.limit = 100;
		p = page(&w, &q);
		if (!sv_eq(sv_of(rows[i].want), keys(&w, p)))
			fprintf(stderr, "row %zu\n", i);
		CHECK_SV(sv_of(rows[i].want), keys(&w, p));
		CHECK_INT(value_list(p, "items")->n, value_int(p, "total", -1));
		CHECK(value_get(p, "next")->type == VALUE_NULL);
		for (q.limit = 1; q.limit < 4; q.limit++) { /* page by page it is the same */
			sv all = {"", 0};

			q.cursor = (sv){0};
			do {
				p = page(&w, &q);
				all = arena_fmt(w.arena, SV_FMT "%s" SV_FMT, SV_ARG(all), all.n ? " " : "",
						SV_ARG(keys(&w, p)));
				q.cursor = value_text(p, "next");
			} while (q.cursor.n);
			CHECK_SV(sv_of(rows[i].want), all);
		}
	}
	world_free(&w);
}

static void test_pages_go_on_where_they_were_whatever_changes(void)
{
	struct world w = world_new(CODE);
	struct code_view *later = world_code("north a/one\nnorth a/three\nsouth b/one\nsouth b/two\nnorth c\n");
	struct asset_query q = {.limit = 2};
	const struct value *p = page(&w, &q);

	CHECK_SV(SV("Outside a/one"), keys(&w, p));
	q.cursor = value_text(p, "next");
	p = page(&w, &q);
	CHECK_SV(SV("a/two b/one"), keys(&w, p));
	CHECK_OK(asset_table_renew(w.table, later, &e), &e);
	code_view_release(later);
	p = page(&w, &q); /* after a/one as it is now */
	CHECK_SV(SV("a/three b/one"), keys(&w, p));
	CHECK_INT(5, value_int(p, "total", 0));
	world_free(&w);
}

static void test_strange_questions_are_refused(void)
{
	static const struct {
		struct asset_query query;
		enum err_kind kind;
	} rows[] = {
		{{.cursor = {"nonsense", 8}}, ERR_INVALID},
		{{.cursor = {"key~asc~", 8}}, ERR_INVALID},
		{{.cursor = {"key~asc~0~", 10}}, ERR_INVALID},
		{{.cursor = {"key~asc~0~0~", 12}}, ERR_INVALID},
		{{.cursor = {"key~asc~0~99~~a", 15}}, ERR_INVALID},
		{{.cursor = {"key~asc~0~18446744073709551615~~a", 33}}, ERR_INVALID},
		{{.cursor = {"key~asc~-1~0~~a", 15}}, ERR_INVALID},
		{{.cursor = {"key~desc~0~0~~a", 15}}, ERR_INVALID}, /* of another order */
		{{.cursor = {"status~asc~0~0~~a", 17}}, ERR_INVALID},
		{{.status = {"fine", 4}}, ERR_INVALID},
		{{.select = {"key:(", 5}}, ERR_INVALID},
		{{.select = {"key:nobody", 10}}, ERR_NOT_FOUND},
	};
	struct world w = world_new(CODE);

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct asset_query q = rows[i].query;
		AUTO_BUF out = {0};

		q.limit = 10;
		if (asset_query_write(&q, w.table, &out, &e))
			fprintf(stderr, "row %zu\n", i);
		e = (struct err){0};
		CHECK(!asset_query_write(&q, w.table, &out, &e));
		CHECK_INT(rows[i].kind, e.kind);
	}
	world_free(&w);
}

TESTS(TEST(test_filters_and_orders) TEST(test_pages_go_on_where_they_were_whatever_changes)
	      TEST(test_strange_questions_are_refused))
