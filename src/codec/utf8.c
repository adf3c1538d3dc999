/* utf8.c -- UTF-8 as RFC 3629 has it. */
#include "codec/utf8.h"

/* The number of bytes a sequence has, by its first byte; 0 when none starts so. */
static size_t sequence_bytes(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

static bool is_code_point(uint32_t code)
{
	return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

bool utf8_next(sv text, size_t *at, uint32_t *ret)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	static const unsigned char mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	size_t n;
	uint32_t code;

	if (*at >= text.n)
		return false;
	n = sequence_bytes((unsigned char)text.p[*at]);
	if (n == 0 || text.n - *at < n)
		return false;
	code = (unsigned char)text.p[*at] & mask[n];
	for (size_t i = 1; i < n; i++) {
		unsigned char c = (unsigned char)text.p[*at + i];

		if ((c & 0xc0) != 0x80)
			return false;
		code = code << 6 | (c & 0x3f);
	}
	if (code < smallest[n] || !is_code_point(code))
		return false;
	*at += n;
	*ret = code;
	return true;
}

bool utf8_valid(sv text, size_t *ret_bad_at)
{
	size_t at = 0;
	uint32_t code;

	while (at < text.n) {
		if ((unsigned char)text.p[at] < 0x80) {
			at++;
		} else if (!utf8_next(text, &at, &code)) {
			if (ret_bad_at)
				*ret_bad_at = at;
			return false;
		}
	}
	return true;
}

size_t utf8_put(char ret[static 4], uint32_t code)
{
	if (!is_code_point(code))
		return 0;
	if (code < 0x80) {
		ret[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		ret[0] = (char)(0xc0 | code >> 6);
		ret[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		ret[0] = (char)(0xe0 | code >> 12);
		ret[1] = (char)(0x80 | (code >> 6 & 0x3f));
		ret[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	ret[0] = (char)(0xf0 | code >> 18);
	ret[1] = (char)(0x80 | (code >> 12 & 0x3f));
	ret[2] = (char)(0x80 | (code >> 6 & 0x3f));
	ret[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

void utf8_position(sv text, size_t at, uint32_t *ret_line, uint32_t *ret_column)
{
	uint32_t line = 1, column = 1;

	for (size_t i = 0; i < at && i < text.n; i++) {
		if (text.p[i] == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)text.p[i] & 0xc0) != 0x80) {
			column++;
		}
	}
	*ret_line = line;
	*ret_column = column;
}
