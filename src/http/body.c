/* body.c -- bodies that are kept: counted, never changed, smaller forms made when somebody first wants one. */
#include "http/body.h"

#include "base/digest.h"

enum {
	HARD_BYTES = 256 << 10
}; /* what is longer would keep the loop for longer than it is worth */

struct http_body {
	size_t holders;
	sv type;
	char etag[24];
	struct buf forms[COMPRESSION_COUNT];
	char type_text[];
};

struct http_body *http_body_new(sv type, sv bytes)
{
	struct buf copy = {0};

	buf_add(&copy, bytes);
	return http_body_take(type, &copy);
}

struct http_body *http_body_take(sv type, struct buf *bytes)
{
	struct http_body *b = heap_alloc(sizeof(*b) + type.n);

	b->holders = 1;
	b->type = (sv){b->type_text, type.n};
	memcpy(b->type_text, type.p, type.n);
	b->forms[COMPRESSION_NONE] = *bytes;
	*bytes = (struct buf){0};
	snprintf(b->etag, sizeof(b->etag), "W/\"%016llx\"",
		 (unsigned long long)digest_fast(buf_sv(&b->forms[COMPRESSION_NONE])));
	return b;
}

struct http_body *http_body_keep(struct http_body *b)
{
	b->holders++;
	return b;
}

void http_body_release(struct http_body *b)
{
	if (!b || --b->holders)
		return;
	for (size_t i = 0; i < COMPRESSION_COUNT; i++)
		buf_free(&b->forms[i]);
	free(b);
}

sv http_body_type(const struct http_body *b)
{
	return b->type;
}

sv http_body_etag(const struct http_body *b)
{
	return sv_of(b->etag);
}

sv http_body_bytes(struct http_body *b, enum compression how)
{
	sv plain = buf_sv(&b->forms[COMPRESSION_NONE]);

	if (how && !b->forms[how].n)
		compress_bytes(how, plain.n <= HARD_BYTES, plain, &b->forms[how]);
	return buf_sv(&b->forms[how]);
}
