/* http_answer.c -- llhttp reads; of the headers one alone is kept. */
#include "codec/http_answer.h"

#include <llhttp.h>

#include "base/arena.h"

enum { TYPE_BYTES = 100, NAME_BYTES = 16 };

struct http_answer {
	llhttp_t machine;
	struct http_answer_events events;
	int status;
	bool done, last;
	char name[NAME_BYTES], type[TYPE_BYTES]; /* of a header; longer ones are not ours */
	size_t name_n, type_n;
};

static struct http_answer *of(llhttp_t *machine)
{
	return machine->data;
}

static int on_name(llhttp_t *machine, const char *at, size_t n)
{
	struct http_answer *p = of(machine);

	for (size_t i = 0; i < n && p->name_n < NAME_BYTES; i++)
		p->name[p->name_n++] = (char)(at[i] >= 'A' && at[i] <= 'Z' ? at[i] | 0x20 : at[i]);
	return 0;
}

static int on_value(llhttp_t *machine, const char *at, size_t n)
{
	struct http_answer *p = of(machine);

	if (p->status || !sv_eq((sv){p->name, p->name_n}, SV("content-type")))
		return 0;
	for (size_t i = 0; i < n && p->type_n < TYPE_BYTES; i++)
		p->type[p->type_n++] = at[i];
	return 0;
}

static int on_value_complete(llhttp_t *machine)
{
	of(machine)->name_n = 0;
	return 0;
}

static int on_head_complete(llhttp_t *machine)
{
	struct http_answer *p = of(machine);

	p->status = machine->status_code;
	p->last = !llhttp_should_keep_alive(machine);
	return 0;
}

static int on_body(llhttp_t *machine, const char *at, size_t n)
{
	struct http_answer *p = of(machine);

	p->events.on_body(p->events.ctx, (sv){at, n});
	return 0;
}

static int on_message_complete(llhttp_t *machine)
{
	of(machine)->done = true;
	return HPE_PAUSED;
}

static const llhttp_settings_t callbacks = {
	.on_header_field = on_name,
	.on_header_value = on_value,
	.on_header_value_complete = on_value_complete,
	.on_headers_complete = on_head_complete,
	.on_body = on_body,
	.on_message_complete = on_message_complete,
};

struct http_answer *http_answer_new(const struct http_answer_events *events)
{
	struct http_answer *p = heap_alloc(sizeof(*p));

	p->events = *events;
	http_answer_begin(p);
	return p;
}

void http_answer_free(struct http_answer *p)
{
	free(p);
}

void http_answer_begin(struct http_answer *p)
{
	llhttp_init(&p->machine, HTTP_RESPONSE, &callbacks);
	p->machine.data = p;
	p->status = 0;
	p->done = p->last = false;
	p->name_n = p->type_n = 0;
}

enum http_answer_result http_answer_feed(struct http_answer *p, sv bytes)
{
	llhttp_errno_t why = llhttp_execute(&p->machine, bytes.p, bytes.n);

	if (p->done)
		return HTTP_ANSWER_DONE;
	return why == HPE_OK ? HTTP_ANSWER_MORE : HTTP_ANSWER_BROKEN;
}

int http_answer_status(const struct http_answer *p)
{
	return p->status;
}

sv http_answer_type(const struct http_answer *p)
{
	return (sv){p->type, p->type_n};
}

bool http_answer_last(const struct http_answer *p)
{
	return p->last;
}
