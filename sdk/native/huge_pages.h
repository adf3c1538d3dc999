/* huge_pages.h -- moves memory of this process to pages of 2 MiB, where it lies: pointers to it stay what they are.
 *
 * A fork copies an entry for each page, and its end takes them back; those of one huge page go together, also where some of
 * the 512 were replaced by pages of one process.  The kernel joins only memory that is aligned to 2 MiB (MADV_COLLAPSE), and
 * little of a Python's is.  Built as a shared library that the Python SDK loads (plait/host/huge_pages.py); it knows nothing
 * of Python. */
#pragma once
#include <stddef.h>

struct memory { /* whole pages, private, with no file behind them, that may be read and written */
	void *first;
	size_t size; /* bytes */
};

/* Returns the bytes that were moved: whole parts, in order, until the kernel has no huge page to give.
 *
 * What is written to a part meanwhile is lost: there must be no other thread, `parts` must not hold the caller's stack, and
 * signals wait until it is over.  At most 64 MiB are in memory twice. */
size_t huge_pages_move(const struct memory *parts, size_t count);
