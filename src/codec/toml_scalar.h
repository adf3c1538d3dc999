/* toml_scalar.h -- inside of toml: the text being read, and its strings, numbers, booleans and dates.
 * Knows nothing of tables. */
#pragma once
#include "codec/value.h"

struct toml_text {
	struct arena *a;
	const char *name;
	sv text;
	size_t at;
	struct {
		size_t at;
		uint32_t line, column;
	} seen; /* the last place asked for */
	struct err *e;
};

/* INVALID with "name:LINE:COLUMN: " before the text; returns false. */
bool toml_fail(struct toml_text *t, size_t at, const char *fmt, ...) PRINTF(3, 4);
void toml_position(struct toml_text *t, size_t at, uint32_t *ret_line, uint32_t *ret_column);

int toml_peek(const struct toml_text *t, size_t ahead); /* -1 at the end */
bool toml_at_end(const struct toml_text *t);
bool toml_take(struct toml_text *t, char c);    /* moves behind `c` when it stands here */
bool toml_take_newline(struct toml_text *t);    /* LF or CR LF */
void toml_skip_blanks(struct toml_text *t);     /* spaces and tabs */
bool toml_skip_comment(struct toml_text *t) CHECKED; /* up to the line's end */
bool toml_is_bare(int c);                       /* may stand in an unquoted key */

bool toml_read_string(struct toml_text *t, sv *ret) CHECKED; /* at a quote, of any of the four kinds */
/* Everything but lists and tables; sets type and content, not the place. */
bool toml_read_scalar(struct toml_text *t, struct value *ret) CHECKED;
