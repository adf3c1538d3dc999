/* text.c -- widths from a short table of ranges; everything else is arithmetic. */
#include "cli/text.h"

#include <time.h>

#include "base/buf.h"
#include "base/time.h"
#include "codec/utf8.h"

struct range {
	uint32_t from, to;
};

static bool in_ranges(const struct range *ranges, size_t count, uint32_t code)
{
	for (size_t i = 0; i < count; i++)
		if (code >= ranges[i].from && code <= ranges[i].to)
			return true;
	return false;
}

static unsigned code_width(uint32_t code)
{
	static const struct range none[] = {
		{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd},   {0x064b, 0x065f},
		{0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2064},   {0x20d0, 0x20f0},
		{0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
	};
	static const struct range wide[] = {
		{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xac00, 0xd7a3},
		{0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
		{0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
	};

	if (code < 0x300)
		return code >= 0x20 && code != 0x7f;
	if (in_ranges(none, COUNT_OF(none), code))
		return 0;
	return in_ranges(wide, COUNT_OF(wide), code) ? 2 : 1;
}

/* The next letter; a byte that is no UTF-8 counts as one letter of its own. */
static uint32_t next_code(sv text, size_t *at)
{
	uint32_t code;

	if (utf8_next(text, at, &code))
		return code;
	++*at;
	return 0xfffd;
}

unsigned text_width(sv text)
{
	unsigned width = 0;

	for (size_t at = 0; at < text.n;)
		width += code_width(next_code(text, &at));
	return width;
}

sv text_cut(struct arena *a, sv text, unsigned columns)
{
	unsigned width = 0;
	size_t keep = 0;

	if (text_width(text) <= columns)
		return text;
	for (size_t at = 0; at < text.n; keep = at) {
		width += code_width(next_code(text, &at));
		if (width + 1 > columns)
			break;
	}
	return columns ? arena_fmt(a, SV_FMT "…", (int)keep, text.p) : (sv){0};
}

bool text_next_line(sv *rest, sv *ret_line)
{
	if (rest->n == 0 || !sv_split(rest, '\n', ret_line))
		return false;
	if (ret_line->n && ret_line->p[ret_line->n - 1] == '\r')
		ret_line->n--;
	return true;
}

sv text_number(struct arena *a, int64_t number)
{
	sv digits = arena_fmt(a, "%llu", (unsigned long long)(number < 0 ? -number : number));
	size_t commas = (digits.n - 1) / 3, n = digits.n + commas + (number < 0);
	char *out = arena_alloc(a, n + 1);
	size_t to = n;

	for (size_t i = 0; i < digits.n; i++) {
		if (i && i % 3 == 0)
			out[--to] = ',';
		out[--to] = digits.p[digits.n - 1 - i];
	}
	if (number < 0)
		out[0] = '-';
	return (sv){out, n};
}

sv text_count(struct arena *a, int64_t count, const char *noun)
{
	return arena_fmt(a, SV_FMT " %s%s", SV_ARG(text_number(a, count)), noun,
			 count == 1 ? "" : "s");
}

sv text_bytes(struct arena *a, int64_t bytes)
{
	static const char *const units[] = {"kB", "MB", "GB", "TB", "PB"};
	double size = (double)bytes / 1000;
	size_t unit = 0;

	if (bytes < 1000)
		return arena_fmt(a, "%d B", (int)bytes);
	for (; size >= 1000 && unit + 1 < COUNT_OF(units); unit++)
		size /= 1000;
	return arena_fmt(a, "%.1f %s", size, units[unit]);
}

static struct tm local_time(time_us at)
{
	time_t seconds = (time_t)(at / TIME_SECOND);
	struct tm tm = {0};

	localtime_r(&seconds, &tm);
	return tm;
}

sv text_clock(struct arena *a, time_us at)
{
	struct tm tm = local_time(at);

	return arena_fmt(a, "%02d:%02d:%02d", tm.tm_hour, tm.tm_min, tm.tm_sec);
}

sv text_date(struct arena *a, time_us at)
{
	struct tm tm = local_time(at);

	return arena_fmt(a, "%04d-%02d-%02d %02d:%02d", tm.tm_year + 1900, tm.tm_mon + 1,
			 tm.tm_mday, tm.tm_hour, tm.tm_min);
}

sv text_age(struct arena *a, time_us at, time_us now)
{
	static const struct {
		time_us seconds;
		const char *one, *more;
	} units[] = {
		{86400, "day", "days"},
		{3600, "h", "h"},
		{60, "min", "min"},
	};
	time_us seconds = (now - at) / TIME_SECOND;

	for (size_t i = 0; i < COUNT_OF(units); i++) {
		int count = (int)(seconds / units[i].seconds);

		if (count > 0)
			return arena_fmt(a, "%d %s ago", count,
					 count == 1 ? units[i].one : units[i].more);
	}
	return seconds < 10 ? SV("just now") : arena_fmt(a, "%d s ago", (int)seconds);
}

sv text_short_id(sv id)
{
	enum { SHOWN = 8 };

	return id.n > SHOWN ? sv_from(id, id.n - SHOWN) : id;
}

sv text_join(struct arena *a, const sv *items, size_t count, const char *between)
{
	AUTO_BUF b = {0};

	for (size_t i = 0; i < count; i++) {
		buf_add(&b, sv_of(i ? between : NULL));
		buf_add(&b, items[i]);
	}
	return arena_sv(a, buf_sv(&b));
}
