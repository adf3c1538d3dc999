/* test_compress.c -- what is made smaller can be read again by those who made the formats. */
#include "check.h"

#include <zlib.h>
#include <zstd.h>

#include "codec/compress.h"

static char *text(size_t n)
{
	char *p = malloc(n + 1);

	CHECK(p);
	for (size_t i = 0; i < n; i++)
		p[i] = (char)("abcdefgh"[i % 8] + (i / 1000) % 7);
	return p;
}

static void check_gzip(sv smaller, sv plain)
{
	z_stream z = {.next_in = (Bytef *)smaller.p, .avail_in = (uInt)smaller.n};
	char *room = malloc(plain.n + 1);

	CHECK_INT(Z_OK, inflateInit2(&z, 15 + 16));
	z.next_out = (Bytef *)room;
	z.avail_out = (uInt)plain.n + 1;
	CHECK_INT(Z_STREAM_END, inflate(&z, Z_FINISH));
	CHECK(sv_eq(plain, (sv){room, z.total_out}));
	inflateEnd(&z);
	free(room);
}

static void check_zstd(sv smaller, sv plain)
{
	char *room = malloc(plain.n + 1);

	CHECK_INT(plain.n, ZSTD_decompress(room, plain.n + 1, smaller.p, smaller.n));
	CHECK(sv_eq(plain, (sv){room, plain.n}));
	free(room);
}

static void test_both_forms_are_read_again(void)
{
	static const size_t sizes[] = {0, 1, 1000, 100000, 3000000};

	for (size_t i = 0; i < COUNT_OF(sizes) * 2; i++) {
		size_t n = sizes[i / 2];
		char *p = text(n);
		AUTO_BUF gzip = {0};
		AUTO_BUF zstd = {0};

		buf_add(&gzip, SV("before"));
		compress_bytes(COMPRESSION_GZIP, i % 2, (sv){p, n}, &gzip);
		compress_bytes(COMPRESSION_ZSTD, i % 2, (sv){p, n}, &zstd);
		check_gzip(sv_from(buf_sv(&gzip), 6), (sv){p, n});
		check_zstd(buf_sv(&zstd), (sv){p, n});
		CHECK(n < 1000 || (gzip.n < n / 2 && zstd.n < n / 2));
		free(p);
	}
}

TESTS(TEST(test_both_forms_are_read_again))
