/* waiting.c -- a list for each thing that is waited for. */
#include "http/waiting.h"

void waiting_leave(struct waiting *w, struct waiter *waiter)
{
	if (!waiter->queued)
		return;
	if (waiter->before)
		waiter->before->next = waiter->next;
	else
		w->first[waiter->what] = waiter->next;
	if (waiter->next)
		waiter->next->before = waiter->before;
	else
		w->last[waiter->what] = waiter->before;
	waiter->queued = false;
}

void waiting_join(struct waiting *w, struct waiter *waiter, enum wait what, time_us now)
{
	struct waiter *last;

	waiting_leave(w, waiter);
	last = w->last[what];
	*waiter = (struct waiter){
		.before = last, .what = what, .due = now + w->spans[what], .queued = true};
	if (last)
		last->next = waiter;
	else
		w->first[what] = waiter;
	w->last[what] = waiter;
}

struct waiter *waiting_due(const struct waiting *w, time_us now)
{
	for (enum wait what = 0; what < WAIT_COUNT; what++) {
		if (w->spans[what] && w->first[what] && w->first[what]->due <= now)
			return w->first[what];
	}
	return NULL;
}

time_us waiting_next(const struct waiting *w)
{
	time_us next = 0;

	for (enum wait what = 0; what < WAIT_COUNT; what++) {
		if (w->spans[what] && w->first[what] && (!next || w->first[what]->due < next))
			next = w->first[what]->due;
	}
	return next;
}
