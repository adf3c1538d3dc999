/* compress.c -- zlib and zstd with memory that grows as it must; neither fails for want of anything else. */
#include "codec/compress.h"

#include <zlib.h>
#include <zstd.h>

enum { GZIP_WINDOW = 15 + 16 }; /* 32 KiB, and a gzip header */

static void compress_gzip(int level, sv bytes, struct buf *to)
{
	z_stream z = {.next_in = (Bytef *)bytes.p, .avail_in = (uInt)bytes.n};
	size_t most;

	assert(bytes.n <= UINT32_MAX);
	if (deflateInit2(&z, level, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	most = deflateBound(&z, (uLong)bytes.n);
	z.next_out = (Bytef *)buf_room(to, most);
	z.avail_out = (uInt)most;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	to->n += z.total_out;
	deflateEnd(&z);
}

static void compress_zstd(int level, sv bytes, struct buf *to)
{
	size_t most = ZSTD_compressBound(bytes.n);
	size_t n = ZSTD_compress(buf_room(to, most), most, bytes.p, bytes.n, level);

	if (ZSTD_isError(n))
		abort();
	to->n += n;
}

void compress_bytes(enum compression how, bool hard, sv bytes, struct buf *to)
{
	switch (how) {
	case COMPRESSION_GZIP: compress_gzip(hard ? 6 : 1, bytes, to); break;
	case COMPRESSION_ZSTD: compress_zstd(hard ? 9 : 1, bytes, to); break;
	default: buf_add(to, bytes); break;
	}
}
