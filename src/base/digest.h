/* digest.h -- fingerprints of bytes.  SHA-256 where identity crosses trust, XXH3 for tables. */
#pragma once
#include "base/arena.h"

uint64_t digest_fast(sv bytes);                           /* XXH3: tables and change detection only */
uint64_t digest_fast_more(uint64_t so_far, sv bytes);     /* chained */
sv digest_sha256(struct arena *a, sv bytes);              /* 64 lowercase hex digits */
