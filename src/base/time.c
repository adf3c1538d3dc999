/* time.c -- between microseconds since the epoch and RFC 3339 text, by the civil calendar. */
#include "base/time.h"

#define DAY_SECONDS INT64_C(86400)

/* Days since 1970-01-01 of a proleptic Gregorian date: years begin in March, so leap days come last. */
static int64_t days_from_civil(int64_t y, unsigned m, unsigned d)
{
	y -= m <= 2;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	unsigned yoe = (unsigned)(y - era * 400);
	unsigned doy = (153 * (m + (m > 2 ? -3u : 9u)) + 2) / 5 + d - 1;
	unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + (int64_t)doe - 719468;
}

static void civil_from_days(int64_t z, int64_t *y, unsigned *m, unsigned *d)
{
	z += 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	unsigned doe = (unsigned)(z - era * 146097);
	unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	unsigned mp = (5 * doy + 2) / 153;

	*d = doy - (153 * mp + 2) / 5 + 1;
	*m = mp < 10 ? mp + 3 : mp - 9;
	*y = (int64_t)yoe + era * 400 + (*m <= 2);
}

/* `digits` of them, zeros in front; returns what comes after. */
static char *put_number(char *at, unsigned digits, uint64_t number, char after)
{
	for (unsigned i = digits; i-- > 0; number /= 10)
		at[i] = (char)('0' + number % 10);
	at[digits] = after;
	return at + digits + 1;
}

sv time_write(char ret[static TIME_TEXT], time_us at)
{
	int64_t seconds = at / TIME_SECOND, micros = at % TIME_SECOND, year;
	unsigned month, day;
	char *p = ret;

	if (micros < 0) {
		micros += TIME_SECOND;
		seconds--;
	}
	int64_t days = seconds / DAY_SECONDS, rest = seconds % DAY_SECONDS;
	if (rest < 0) {
		rest += DAY_SECONDS;
		days--;
	}
	civil_from_days(days, &year, &month, &day);
	if (year < 0)
		*p++ = '-';
	unsigned digits = 4;
	for (int64_t more = (year < 0 ? -year : year) / 10000; more; more /= 10)
		digits++;
	p = put_number(p, digits, (uint64_t)(year < 0 ? -year : year), '-');
	p = put_number(p, 2, month, '-');
	p = put_number(p, 2, day, 'T');
	p = put_number(p, 2, (uint64_t)rest / 3600, ':');
	p = put_number(p, 2, (uint64_t)rest / 60 % 60, ':');
	p = put_number(p, 2, (uint64_t)rest % 60, '.');
	p = put_number(p, 6, (uint64_t)micros, 'Z');
	return (sv){ret, (size_t)(p - ret)};
}

sv time_rfc3339(struct arena *a, time_us at)
{
	char text[TIME_TEXT];

	return arena_sv(a, time_write(text, at));
}

/* Reads exactly `digits` digits off the front. */
static bool take_number(sv *text, size_t digits, unsigned *ret)
{
	uint64_t value;

	if (text->n < digits || !sv_u64((sv){text->p, digits}, &value))
		return false;
	*ret = (unsigned)value;
	*text = sv_from(*text, digits);
	return true;
}

static bool take_char(sv *text, char c)
{
	if (text->n == 0 || text->p[0] != c)
		return false;
	*text = sv_from(*text, 1);
	return true;
}

/* ".5" is 500,000 microseconds; digits past the sixth are dropped. */
static time_us take_fraction(sv *text)
{
	time_us micros = 0, unit = TIME_SECOND / 10;

	if (!take_char(text, '.'))
		return 0;
	for (; text->n && text->p[0] >= '0' && text->p[0] <= '9'; *text = sv_from(*text, 1)) {
		micros += (text->p[0] - '0') * unit;
		unit /= 10;
	}
	return micros;
}

/* Not the 30th of February, which counting days makes the 2nd of March. */
static bool is_date(unsigned year, unsigned month, unsigned day)
{
	int64_t same_year;
	unsigned same_month, same_day;

	if (month < 1 || month > 12 || day < 1)
		return false;
	civil_from_days(days_from_civil(year, month, day), &same_year, &same_month, &same_day);
	return same_month == month;
}

bool time_parse_rfc3339(sv text, time_us *ret)
{
	unsigned year, month, day, hour, minute, second;
	time_us micros;

	if (!take_number(&text, 4, &year) || !take_char(&text, '-') ||
	    !take_number(&text, 2, &month) || !take_char(&text, '-') ||
	    !take_number(&text, 2, &day) || !take_char(&text, 'T') ||
	    !take_number(&text, 2, &hour) || !take_char(&text, ':') ||
	    !take_number(&text, 2, &minute) || !take_char(&text, ':') ||
	    !take_number(&text, 2, &second))
		return false;
	micros = take_fraction(&text);
	if (!take_char(&text, 'Z') || text.n || !is_date(year, month, day) || hour > 23 ||
	    minute > 59 || second > 60)
		return false;
	*ret = (days_from_civil(year, month, day) * DAY_SECONDS + hour * 3600 + minute * 60 +
		second) *
		       TIME_SECOND +
	       micros;
	return true;
}

sv time_duration(struct arena *a, time_us span)
{
	if (span < 0)
		span = 0;
	if (span < TIME_SECOND)
		return arena_fmt(a, "%d ms", (int)(span / 1000));
	if (span < 60 * TIME_SECOND)
		return arena_fmt(a, "%.1f s", (double)span / (double)TIME_SECOND);
	if (span < 3600 * TIME_SECOND)
		return arena_fmt(a, "%d min %d s", (int)(span / TIME_SECOND / 60),
				 (int)(span / TIME_SECOND % 60));
	return arena_fmt(a, "%d h %d min", (int)(span / TIME_SECOND / 3600),
			 (int)(span / TIME_SECOND / 60 % 60));
}
