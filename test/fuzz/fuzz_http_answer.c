/* fuzz_http_answer.c -- what a server may answer: read the same way whole and byte by byte, its events too. */
#include "fuzz.h"

#include "codec/event_lines.h"
#include "codec/http_answer.h"

enum { MOST = 4096 };

struct heard {
	struct event_lines lines;
	struct buf body, told;
	bool broken;
};

static void on_event(void *ctx, const struct told_event *event)
{
	struct heard *h = ctx;

	assert(event->data.n);
	buf_addf(&h->told, SV_FMT "|" SV_FMT "|" SV_FMT "\n", SV_ARG(event->event),
		 SV_ARG(event->id), SV_ARG(event->data));
}

static void on_body(void *ctx, sv piece)
{
	struct heard *h = ctx;

	buf_add(&h->body, piece);
	if (!h->broken && !event_lines_feed(&h->lines, piece, MOST, on_event, h))
		h->broken = true;
}

static enum http_answer_result feed(struct heard *h, int *ret_status, sv input, size_t step)
{
	struct http_answer *p = http_answer_new(
		&(struct http_answer_events){.on_body = on_body, .ctx = h});
	enum http_answer_result result = HTTP_ANSWER_MORE;

	while (input.n && result == HTTP_ANSWER_MORE) {
		size_t n = input.n < step ? input.n : step;

		result = http_answer_feed(p, (sv){input.p, n});
		input = sv_from(input, n);
	}
	*ret_status = http_answer_status(p);
	http_answer_free(p);
	return result;
}

static void release(struct heard *h)
{
	event_lines_release(&h->lines);
	buf_free(&h->body);
	buf_free(&h->told);
}

static void fuzz_http_answer(struct arena *a, sv input)
{
	struct heard one = {0}, other = {0};
	int status, again;
	enum http_answer_result result = feed(&one, &status, input, input.n);

	if (result != feed(&other, &again, input, 1) && result != HTTP_ANSWER_BROKEN)
		abort();
	if (result == HTTP_ANSWER_DONE) {
		assert(status == again && sv_eq(buf_sv(&one.body), buf_sv(&other.body)));
		assert(one.broken || other.broken || sv_eq(buf_sv(&one.told), buf_sv(&other.told)));
	}
	release(&one);
	release(&other);
}

FUZZ(fuzz_http_answer)
