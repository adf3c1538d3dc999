/* tree_watch.h -- folders that people edit: a word as soon as something in them has changed, without polling (inotify).
 * Folders that come are watched too, those that go are forgotten, one that comes back is found again.  Follows no link inside
 * of a tree.  Knows nothing of what the files are. */
#pragma once
#include "sys/loop.h"

struct tree_watch;

struct tree_watch_request {
	struct loop *loop;
	bool (*enters)(sv name);                    /* whether a folder of this name is looked into, deep in a tree */
	bool (*counts)(sv path);                    /* whether this file or folder is worth a word */
	void (*on_change)(void *ctx, sv path);      /* p NULL: too much happened at once to name it */
	void (*on_full)(void *ctx, const struct err *why); /* once: what is added from now on is not watched */
	void *ctx;
};

/* UNAVAILABLE: the system gives no watches at all. */
bool tree_watch_new(const struct tree_watch_request *request, struct tree_watch **ret, struct err *e) CHECKED;
void tree_watch_free(struct tree_watch *w); /* NULL is fine */

/* The files of a folder, and (deep) of all folders in it.  Absolute; twice is fine; one that is not there is waited for. */
void tree_watch_add(struct tree_watch *w, sv folder, bool deep);
size_t tree_watch_count(const struct tree_watch *w); /* folders that are watched */
