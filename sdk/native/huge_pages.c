/* huge_pages.c -- copies each part to huge pages elsewhere, which then take its place in the address space. */
#include "huge_pages.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

#define HUGE_PAGE ((size_t)2 << 20)
#define ROOM_MOST ((size_t)64 << 20)

/* Huge pages that nothing has been moved to yet. */
struct room {
	char *next, *end;
};

static size_t huge_pages_of(size_t bytes)
{
	return (bytes + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
}

static void room_close(struct room *r)
{
	if (r->end > r->next)
		munmap(r->next, (size_t)(r->end - r->next));
	*r = (struct room){0};
}

/* The kernel joins pages where there is one already. */
static bool make_huge(char *first, size_t size)
{
	for (size_t at = 0; at < size; at += HUGE_PAGE)
		((volatile char *)first)[at] = 0;
	return madvise(first, size, MADV_COLLAPSE) == 0;
}

/* Anew, `size` bytes of whole huge pages. */
static bool room_open(struct room *r, size_t size)
{
	char *all, *first;

	room_close(r);
	all = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		   0);
	if (all == MAP_FAILED)
		return false;
	first = all + (huge_pages_of((uintptr_t)all) - (uintptr_t)all);
	if (first > all)
		munmap(all, (size_t)(first - all));
	munmap(first + size, (size_t)(all + HUGE_PAGE - first));
	*r = (struct room){first, first + size};
	return make_huge(first, size);
}

/* mremap(2) takes what lay at `first` away and puts the copy there. */
static bool move(struct room *r, char *first, size_t size)
{
	memcpy(r->next, first, size);
	if (mremap(r->next, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, first) == MAP_FAILED)
		return false;
	r->next += size;
	return true;
}

/* A part that is larger than the room left is moved piece by piece; `left` counts what is still to come of all parts. */
static bool move_part(struct room *r, const struct memory *part, size_t left)
{
	size_t done = 0;

	while (done < part->size) {
		size_t some = part->size - done;

		if (r->next == r->end) {
			size_t wanted = huge_pages_of(left - done);

			if (!room_open(r, wanted < ROOM_MOST ? wanted : ROOM_MOST))
				return false;
		}
		if (some > (size_t)(r->end - r->next))
			some = (size_t)(r->end - r->next);
		if (!move(r, (char *)part->first + done, some))
			return false;
		done += some;
	}
	return true;
}

size_t huge_pages_move(const struct memory *parts, size_t count)
{
	struct room room = {0};
	size_t moved = 0, total = 0;
	sigset_t all, before;

	for (size_t i = 0; i < count; i++)
		total += parts[i].size;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	for (size_t i = 0; i < count && move_part(&room, &parts[i], total - moved); i++)
		moved += parts[i].size;
	room_close(&room);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return moved;
}
