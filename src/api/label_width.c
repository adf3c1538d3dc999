/* label_width.c -- widths of ASCII as sans-serif fonts for screens have them, in hundredths of the size; some room to
 * spare. */
#include "api/label_width.h"

/* From ' ' to '~'. */
static const uint8_t widths[] = {
	28, 30, 42, 64, 62, 86, 70, 26, 36, 36, 46, 62, 28, 42, 28, 40, /* space to / */
	62, 50, 62, 62, 62, 62, 62, 62, 62, 62, 30, 30, 62, 62, 62, 54, /* 0 to ? */
	94, 68, 66, 70, 72, 60, 58, 74, 74, 28, 54, 68, 56, 88, 76, 76, /* @ to O */
	64, 76, 66, 64, 64, 74, 68, 96, 68, 66, 64, 38, 40, 38, 50, 48, /* P to _ */
	34, 58, 62, 56, 62, 58, 36, 62, 60, 26, 26, 56, 26, 88, 60, 60, /* ` to o */
	62, 62, 40, 54, 38, 60, 56, 80, 56, 56, 54, 42, 36, 42, 62,     /* p to ~ */
};

/* Of the character that begins with this byte of UTF-8. */
static unsigned width_of(unsigned char c)
{
	if (c >= ' ' && c <= '~')
		return widths[c - ' '];
	if (c >= 0xe0)
		return 100; /* most of what has three bytes or four is as wide as high */
	return c >= 0xc0 ? 64 : 0;
}

float label_width(sv text, float size)
{
	unsigned sum = 0;

	for (size_t i = 0; i < text.n && sum < UINT16_MAX; i++)
		sum += width_of((unsigned char)text.p[i]);
	return (float)sum * size / 100;
}
