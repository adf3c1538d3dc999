/* compress.h -- bytes made smaller: gzip for everybody, zstd where it is understood.  One whole text at a time. */
#pragma once
#include "base/buf.h"

enum compression { COMPRESSION_NONE, COMPRESSION_GZIP, COMPRESSION_ZSTD, COMPRESSION_COUNT };

/* `hard`: for what is made once and sent often; otherwise quickly. */
void compress_bytes(enum compression how, bool hard, sv bytes, struct buf *to); /* appended */
