/* graph.c -- the graph, laid out.  A small picture is drawn at once, a large one in a thread; the last few are kept. */
#include "api/graph.h"

#include "api/graph_drawing.h"
#include "api/queries.h"
#include "base/digest.h"
#include "model/selection.h"

enum {
	KEPT = 24,           /* pictures; people go back and forth between a few */
	DRAWN_AT_ONCE = 600, /* boxes: that many take a few milliseconds */
};

struct picture;

struct waiting { /* somebody who asked for it while it is drawn; lives in the exchange */
	struct picture *picture;
	struct exchange *x;
	struct waiting *next;
};

struct picture {
	struct graph_pictures *all;
	char *question; /* what was asked: selection, NUL, the screen, what is to be open */
	size_t question_n;
	uint64_t code;          /* of which code */
	uint64_t used;          /* greater: later */
	struct http_body *body; /* NULL while it is drawn */

	/* while it is drawn */
	struct arena *arena;
	struct code_view *view;
	struct graph_drawing *drawing;
	struct work *work;
	struct waiting *waiting;
	struct buf out;
	char hash[20];
};

struct graph_pictures {
	struct loop *loop;
	struct picture *at[KEPT];
	uint64_t uses;
};

/* ---- life ---- */

static void stop_drawing(struct picture *p)
{
	work_close(p->work);
	code_view_release(p->view);
	arena_free(p->arena);
	buf_free(&p->out);
	p->work = NULL;
	p->view = NULL;
	p->arena = NULL;
}

static void picture_free(struct picture *p)
{
	if (!p)
		return;
	stop_drawing(p);
	http_body_release(p->body);
	free(p->question);
	free(p);
}

void graph_pictures_free(struct graph_pictures *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < KEPT; i++)
		picture_free(p->at[i]);
	free(p);
}

static struct graph_pictures *pictures_of(struct api *api)
{
	if (!api->pictures) {
		api->pictures = heap_alloc(sizeof(*api->pictures));
		api->pictures->loop = api->session->loop;
	}
	return api->pictures;
}

/* ---- finding ---- */

/* Two views of code that are the same to the byte have the same pictures. */
static uint64_t digest_code(const struct asset_graph *g)
{
	uint64_t digest = digest_fast(SV("graph"));

	for (size_t i = 0; i < g->locations_count; i++) {
		digest = digest_fast_more(digest, g->locations[i].name);
		digest = digest_fast_more(digest, g->locations[i].manifest->id);
	}
	return digest;
}

static struct picture *find_picture(struct graph_pictures *all, uint64_t code, sv question)
{
	for (size_t i = 0; i < KEPT; i++) {
		struct picture *p = all->at[i];

		if (p && p->code == code && sv_eq((sv){p->question, p->question_n}, question)) {
			p->used = ++all->uses;
			return p;
		}
	}
	return NULL;
}

/* An empty place, else that of the picture not asked for longest.  LIMIT when all are being drawn. */
static bool find_place(struct graph_pictures *all, struct picture ***ret, struct err *e)
{
	struct picture **best = NULL;

	for (size_t i = 0; i < KEPT; i++) {
		struct picture **p = &all->at[i];

		if (*p && (*p)->work)
			continue;
		if (!best || !*p || (*best && (*p)->used < (*best)->used))
			best = p;
	}
	if (!best) {
		err_set(e, ERR_LIMIT, "%d large graphs are being laid out already", KEPT);
		return err_hint(e, "ask again in a few seconds");
	}
	picture_free(*best);
	*best = NULL;
	*ret = best;
	return true;
}

/* ---- drawing ---- */

static void draw(void *ctx)
{
	struct picture *p = ctx;

	graph_drawing_write(p->drawing, sv_of(p->hash), &p->out);
}

static void on_drawn(void *ctx)
{
	struct picture *p = ctx;
	struct waiting *waiting = p->waiting;

	p->body = http_body_new(SV("application/json"), buf_sv(&p->out));
	p->waiting = NULL;
	stop_drawing(p);
	while (waiting) {
		struct waiting *next = waiting->next; /* gone with its exchange */

		exchange_answer_body(waiting->x, p->body);
		waiting = next;
	}
}

static void on_gone(void *ctx)
{
	struct waiting *w = ctx, **at = &w->picture->waiting;

	while (*at && *at != w)
		at = &(*at)->next;
	if (*at)
		*at = w->next;
}

static void wait_for(struct picture *p, struct exchange *x)
{
	struct waiting *w = NEW(exchange_arena(x), struct waiting, 1);

	*w = (struct waiting){p, x, p->waiting};
	p->waiting = w;
	exchange_on_gone(x, on_gone, w);
}

static bool select_nodes(struct exchange *x, const struct asset_graph *g, struct node_set *ret,
			 struct err *e)
{
	struct arena *a = exchange_arena(x);
	sv text = exchange_query(x, "select");
	struct selection *selection;

	if (text.n)
		return selection_parse(a, text, &selection, e) &&
		       selection_resolve(a, selection, g, ret, e);
	*ret = node_set_new(a, g);
	for (uint32_t i = 0; i < g->nodes_count; i++)
		node_set_add(ret, i);
	return true;
}

static struct picture *picture_new(struct graph_pictures *all, uint64_t code, sv question)
{
	struct picture *p = heap_alloc(sizeof(*p));

	p->all = all;
	p->code = code;
	p->question = heap_alloc(question.n + 1);
	p->question_n = question.n;
	memcpy(p->question, question.p, question.n);
	p->used = ++all->uses;
	snprintf(p->hash, sizeof(p->hash), "%016llx",
		 (unsigned long long)digest_fast_more(code, question));
	return p;
}

static void begin_picture(struct picture *p, struct exchange *x, struct code_view *code,
			  const struct node_set *of, int64_t aspect)
{
	p->arena = arena_new();
	p->view = code_view_keep(code);
	p->drawing = graph_drawing_new(p->arena, code->graph, of, exchange_query(x, "open"),
				       (float)aspect / 100);
	if (graph_drawing_shown(p->drawing) <= DRAWN_AT_ONCE) {
		draw(p);
		on_drawn(p);
		exchange_answer_body(x, p->body);
	} else {
		wait_for(p, x);
		p->work = work_start(p->all->loop, draw, on_drawn, p);
	}
}

/* ---- the route ---- */

static sv question_of(struct exchange *x, int64_t aspect)
{
	sv select = exchange_query(x, "select"), open = exchange_query(x, "open");

	return arena_fmt(exchange_arena(x), SV_FMT "%c%lld%c" SV_FMT, SV_ARG(select), 0,
			 (long long)aspect, open.p ? '=' : '-', SV_ARG(open));
}

void api_get_graph(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	struct graph_pictures *all = pictures_of(api);
	struct code_view *code = api->session->code;
	uint64_t digest = digest_code(code->graph);
	sv question;
	struct picture *p, **place = NULL;
	int64_t aspect;
	struct node_set of;
	struct err e;

	if (!query_number(x, "aspect", 0, &aspect, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	question = question_of(x, aspect);
	p = find_picture(all, digest, question);
	if (p && p->body) {
		exchange_answer_body(x, p->body);
		return;
	}
	if (p) {
		wait_for(p, x);
		return;
	}
	if (!select_nodes(x, code->graph, &of, &e) || !find_place(all, &place, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	*place = picture_new(all, digest, question);
	begin_picture(*place, x, code, &of, aspect);
}
