/* json.h -- JSON text to values, and writing JSON straight into a buffer.
 * Reading refuses duplicate keys, invalid UTF-8, nesting past JSON_DEPTH and anything behind the document. */
#pragma once
#include "base/buf.h"
#include "base/list.h"
#include "codec/value.h"

enum {
	JSON_DEPTH = 128,
	JSON_WRITE_DEPTH = 256, /* so that a tree as deep as can be read fits inside one of ours */
};

/* INVALID: "line L, column C: what".  Text may hold NUL (\u0000).  Numbers that fit no int64 or double are refused. */
bool json_read(struct arena *a, sv text, const struct value **ret, struct err *e) CHECKED;
/* The same for who keeps little of a long text: texts and keys may be pieces of it, without a NUL behind their end, and end
 * with it. */
bool json_read_pieces(struct arena *a, sv text, const struct value **ret, struct err *e) CHECKED;

/* A writer keeps commas and nesting right.  Zero it and give it a buffer:
 *	struct json j = {.out = &buf};
 *	json_open(&j, '{'); json_key(&j, "id"); json_text(&j, id); json_close(&j);
 * `indent` > 0 writes one member a line, that many spaces a level. */
struct json {
	struct buf *out;
	unsigned indent, depth;
	uint64_t filled[JSON_WRITE_DEPTH / 64]; /* a bit a level: has members already */
	uint64_t maps[JSON_WRITE_DEPTH / 64];   /* a bit a level: closes with a brace */
	bool after_key;
};

void json_open(struct json *j, char bracket); /* '{' or '[' */
void json_close(struct json *j);
void json_key(struct json *j, const char *key);
void json_key_sv(struct json *j, sv key);
void json_text(struct json *j, sv text); /* invalid UTF-8 becomes U+FFFD; p NULL becomes null */
void json_cstr(struct json *j, const char *text);
void json_int(struct json *j, int64_t value);
void json_double(struct json *j, double value); /* non-finite becomes null; stays a real when read */
void json_bool(struct json *j, bool value);
void json_none(struct json *j); /* null; jansson owns the name json_null */
void json_raw(struct json *j, sv json);                     /* text that is JSON already */
void json_value(struct json *j, const struct value *value); /* a whole tree; NULL becomes null */

/* Shorthands for members of a map. */
void json_member_text(struct json *j, const char *key, sv text);
void json_member_int(struct json *j, const char *key, int64_t value);
void json_member_bool(struct json *j, const char *key, bool value);
void json_member_texts(struct json *j, const char *key, const struct sv_list *texts);

/* A whole document in two words, around its members: begins it in an empty buffer; closes it and copies it into an arena.
 *	AUTO_BUF out = {0};
 *	struct json j = json_begin(&out, '{');
 *	json_member_text(&j, "id", id);
 *	return json_finish(a, &j); */
struct json json_begin(struct buf *out, char bracket);
sv json_finish(struct arena *a, struct json *j);

/* A whole tree as text in an arena; NULL becomes "null". */
sv json_print(struct arena *a, const struct value *value);
