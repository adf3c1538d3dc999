/* waiting.h -- what each connection waits for, and until when.  All that wait for the same wait equally long: a list in order
 * of their coming is one in order of their deadlines, and one timer serves any number. */
#pragma once
#include "base/base.h"

/*        id      what is waited for */
#define WAITS(X)                                                        \
	X(REQUEST) /* the first byte of the next request */             \
	X(HEAD)    /* the end of its head */                            \
	X(BODY)    /* more of its body */                               \
	X(ANSWER)  /* its handler: as long as that takes */             \
	X(TAKING)  /* the client to take what was answered */           \
	X(BEAT)    /* on an event stream: the next sign of life */      \
	X(END)     /* the client to close, after the last answer */

#define X(id) WAIT_##id,
enum wait { WAITS(X) WAIT_COUNT };
#undef X

struct waiter { /* part of what waits */
	struct waiter *next, *before;
	time_us due;
	enum wait what;
	bool queued;
};

struct waiting {
	struct waiter *first[WAIT_COUNT], *last[WAIT_COUNT];
	time_us spans[WAIT_COUNT]; /* 0: for ever */
};

void waiting_join(struct waiting *w, struct waiter *waiter, enum wait what, time_us now); /* leaves where it was */
void waiting_leave(struct waiting *w, struct waiter *waiter);
struct waiter *waiting_due(const struct waiting *w, time_us now); /* one whose time is over; NULL: none */
time_us waiting_next(const struct waiting *w);                    /* the earliest deadline; 0: none */
