/* list.h -- typed growable arrays whose memory lives in an arena.
 *
 *	LIST(struct dep) deps = {0};
 *	*LIST_ADD(a, &deps) = (struct dep){…};
 *	for (size_t i = 0; i < deps.n; i++) use(&deps.at[i]);
 */
#pragma once
#include "base/arena.h"

#define LIST(type)              \
	struct {                \
		type *at;       \
		size_t n, cap;  \
	}

/* A zeroed new last element.  Growing leaves the old array behind in the arena: at most as much again. */
#define LIST_ADD(a, list)                                                                     \
	((list)->n == (list)->cap                                                             \
		 ? ((list)->at = arena_grow((a), (list)->at, (list)->n * sizeof(*(list)->at), \
					    ((list)->cap ? (list)->cap * 2 : 8) *             \
						    sizeof(*(list)->at)),                     \
		    (list)->cap = (list)->cap ? (list)->cap * 2 : 8, &(list)->at[(list)->n++]) \
		 : &(list)->at[(list)->n++])

/* A plain list of views, the commonest of all. */
struct sv_list {
	sv *at;
	size_t n, cap;
};
