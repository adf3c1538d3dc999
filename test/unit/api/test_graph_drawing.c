/* Which frames are open, what is shown then, and that everything drawn lies where it belongs. */
#include "check.h"
#include "fake_code.h"

#include "api/graph_drawing.h"
#include "api/label_width.h"
#include "codec/json.h"

static struct err e;

#define CODE                                                                                                             \
	"north a/1\nnorth a/2 < a/1\nnorth b/1 < a/2\nnorth b/2 < b/1 nowhere\nnorth c/1\nsouth s/1 < a/1 b/2\nsouth s/2\n" \
	"no t/1\n"

/* The first part of a key is the group. */
static struct asset_graph *grouped(struct arena *a, const char *lines)
{
	struct asset_graph *g = fake_graph(a, lines);

	for (uint32_t i = 0; i < g->nodes_count; i++) {
		struct manifest_asset *asset = (struct manifest_asset *)g->nodes[i].asset;
		size_t slash;

		if (asset && sv_find(asset->key, '/', &slash))
			asset->group = (sv){asset->key.p, slash};
	}
	return g;
}

static struct graph_drawing *draw(struct arena *a, const struct asset_graph *g, const char *names, float aspect)
{
	struct node_set all = node_set_new(a, g);

	for (uint32_t i = 0; i < g->nodes_count; i++)
		node_set_add(&all, i);
	return graph_drawing_new(a, g, &all, sv_of(names), aspect);
}

static const struct value *written(struct arena *a, const struct graph_drawing *d)
{
	const struct value *v;
	AUTO_BUF out = {0};

	graph_drawing_write(d, SV("h"), &out);
	CHECK_OK(json_read(a, arena_sv(a, buf_sv(&out)), &v, &e), &e);
	CHECK_SV(SV("h"), value_text(v, "hash"));
	return v;
}

/* Frames, an open one with a plus, then boxes. */
static sv shown(struct arena *a, const struct value *drawing)
{
	const struct value *frames = value_list(drawing, "frames"), *boxes = value_list(drawing, "boxes");
	sv text = {"", 0};

	for (size_t i = 0; i < frames->n; i++)
		text = arena_fmt(a, SV_FMT "%s" SV_FMT, SV_ARG(text), frames->items[i].items[4].integer ? "+" : "-",
				 SV_ARG(frames->items[i].items[0].text));
	for (size_t i = 0; i < boxes->n; i++)
		text = arena_fmt(a, SV_FMT " " SV_FMT, SV_ARG(text), SV_ARG(boxes->items[i].items[0].text));
	return text;
}

static void test_named_frames_are_open(void)
{
	static const struct {
		const char *names, *shown;
	} rows[] = {
		{"", "-no-north-south nowhere"},
		{"nobody,north/nothing,nor,northern,/,%", "-no-north-south nowhere"},
		{"north", "-no+north-a-b-south c/1 nowhere"}, /* the only one of its group has no frame */
		{"%6eorth", "-no+north-a-b-south c/1 nowhere"},
		{"north/b", "-no+north-a+b-south b/1 b/2 c/1 nowhere"},
		{"north%2Fb", "-no+north-a+b-south b/1 b/2 c/1 nowhere"},
		{"south,no", "+no-north+south t/1 s/1 s/2 nowhere"}, /* one group alone makes no frame */
		{"north/*", "-no+north+a+b-south a/1 a/2 b/1 b/2 c/1 nowhere"},
		{"*", "+no+north+a+b+south t/1 a/1 a/2 b/1 b/2 c/1 s/1 s/2 nowhere"},
		{NULL, "+no+north+a+b+south t/1 a/1 a/2 b/1 b/2 c/1 s/1 s/2 nowhere"}, /* few enough for all */
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct graph_drawing *d = draw(a, grouped(a, CODE), rows[i].names, 0);
		const struct value *drawing = written(a, d);
		const struct value *frames = value_list(drawing, "frames");
		size_t closed = 0;

		CHECK_STR(rows[i].shown, shown(a, drawing).p);
		for (size_t k = 0; k < frames->n; k++)
			closed += !frames->items[k].items[4].integer;
		CHECK_INT(closed + value_list(drawing, "boxes")->n, graph_drawing_shown(d));
	}
}

/* [x, y, width, height] from `at` on lies within; a NULL frame is the picture. */
static void check_within(const struct value *drawing, const struct value *frame, const struct value *row, size_t at)
{
	int64_t x = row->items[at].integer, y = row->items[at + 1].integer, width = row->items[at + 2].integer,
		height = row->items[at + 3].integer;
	int64_t left = frame ? frame->items[6].integer : 0, top = frame ? frame->items[7].integer : 0;

	CHECK(width > 0 && height > 0 && x >= left && y >= top);
	CHECK(x + width <= left + (frame ? frame->items[8].integer : value_int(drawing, "width", 0)) + 1); /* rounded */
	CHECK(y + height <= top + (frame ? frame->items[9].integer : value_int(drawing, "height", 0)) + 1);
}

static void check_drawing(const struct value *drawing)
{
	const struct value *frames = value_list(drawing, "frames"), *boxes = value_list(drawing, "boxes"),
			   *edges = value_list(drawing, "edges");

	for (size_t i = 0; i < frames->n; i++) {
		int64_t parent = frames->items[i].items[3].integer;

		CHECK(parent < (int64_t)i); /* parents come first */
		check_within(drawing, parent < 0 ? NULL : &frames->items[parent], &frames->items[i], 6);
	}
	for (size_t i = 0; i < boxes->n; i++) {
		int64_t frame = boxes->items[i].items[2].integer;

		CHECK(frame < (int64_t)frames->n);
		CHECK(frame < 0 || frames->items[frame].items[4].integer); /* in an open one */
		check_within(drawing, frame < 0 ? NULL : &frames->items[frame], &boxes->items[i], 3);
	}
	for (size_t i = 0; i < edges->n; i++)
		for (size_t end = 0; end < 2; end++) {
			int64_t at = edges->items[i].items[end].integer;

			CHECK(at < (int64_t)boxes->n && -1 - at < (int64_t)frames->n);
			CHECK(at >= 0 || !frames->items[-1 - at].items[4].integer); /* a closed one */
		}
}

static void test_everything_lies_in_its_frame(void)
{
	static const char *const names[] = {NULL, "", "north", "north/a,south", "*"};
	static const float aspects[] = {0, 0.3F, 2, 100};

	for (size_t i = 0; i < COUNT_OF(names) * COUNT_OF(aspects); i++) {
		AUTO_ARENA a = arena_new();

		check_drawing(written(a, draw(a, grouped(a, CODE), names[i / COUNT_OF(aspects)],
					      aspects[i % COUNT_OF(aspects)])));
	}
}

static void test_edges_between_closed_frames_are_one(void)
{
	AUTO_ARENA a = arena_new();
	const struct value *edges = value_list(written(a, draw(a, grouped(a, CODE), "", 0)), "edges");

	CHECK_INT(2, edges->n); /* north to south, and nowhere to north */
	CHECK_INT(3, edges->items[0].items[2].integer + edges->items[1].items[2].integer);
}

static void test_nothing_is_an_empty_picture(void)
{
	AUTO_ARENA a = arena_new();
	struct graph_drawing *d = draw(a, fake_graph(a, ""), NULL, 2);
	const struct value *drawing = written(a, d);

	CHECK_INT(0, graph_drawing_shown(d));
	CHECK_STR("", shown(a, drawing).p);
	CHECK_INT(0, value_list(drawing, "edges")->n);
}

/* `locations` of them, a thousand assets in all, in chains of a hundred. */
static size_t shown_of_thousand(int locations)
{
	AUTO_ARENA a = arena_new();
	AUTO_BUF lines = {0};
	struct graph_drawing *d;

	for (int i = 0; i < 1000; i++) {
		buf_addf(&lines, "loc%02d g/%03d", i % locations, i);
		if (i % 100)
			buf_addf(&lines, " < g/%03d", i - 1);
		buf_addc(&lines, '\n');
	}
	d = draw(a, grouped(a, arena_cstr(a, buf_sv(&lines))), NULL, 1.5F);
	check_drawing(written(a, d));
	return graph_drawing_shown(d);
}

static void test_a_thousand_are_shown_as_a_screenful(void)
{
	CHECK_INT(60, shown_of_thousand(60));
	CHECK_INT(3, shown_of_thousand(3));
	CHECK_INT(1000, shown_of_thousand(2)); /* two piles say nothing: better too many */
	CHECK_INT(1000, shown_of_thousand(1));
}

static void test_labels_are_as_wide_as_their_letters(void)
{
	static const char *const rising[] = {"", "i", "il", "iW", "WW", "WW\xe2\x82\xac"};

	for (size_t i = 1; i < COUNT_OF(rising); i++)
		CHECK(label_width(sv_of(rising[i]), 13) > label_width(sv_of(rising[i - 1]), 13));
	CHECK(label_width(SV(""), 13) == 0);
	CHECK(label_width(SV("abc"), 26) == 2 * label_width(SV("abc"), 13));
	CHECK(label_width(SV("\xc3\xa4"), 10) < label_width(SV("W"), 10)); /* a letter, not two bytes */
}

TESTS(TEST(test_named_frames_are_open) TEST(test_everything_lies_in_its_frame)
	      TEST(test_edges_between_closed_frames_are_one) TEST(test_nothing_is_an_empty_picture)
		      TEST(test_a_thousand_are_shown_as_a_screenful) TEST(test_labels_are_as_wide_as_their_letters))
