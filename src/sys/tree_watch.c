/* tree_watch.c -- one inotify descriptor, one watch a folder, found by its number.  A root that is not there is waited for by a
 * quiet watch on the nearest folder above it that is. */
#include "sys/tree_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "sys/file.h"
#include "sys/loop_parts.h"
#include "sys/path.h"

#define EVENTS                                                                              \
	(IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | \
	 IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK)

enum { READ_BYTES = 64 << 10, DEEPEST = 64 };

struct watched { /* a folder */
	int number;
	bool deep;
	bool quiet; /* only to see a root come */
	sv path;    /* on the heap */
};

struct root {
	sv path;
	bool deep;
};

struct tree_watch {
	uv_poll_t uv;
	int fd;
	struct tree_watch_request request;
	struct watched *at; /* by number */
	size_t n, cap;
	struct arena *arena; /* of the roots */
	LIST(struct root) roots;
	bool full;
};

static sv heap_sv(sv text)
{
	char *copy = heap_alloc(text.n + 1);

	memcpy(copy, text.p, text.n);
	return (sv){copy, text.n};
}

static void free_sv(sv text)
{
	free((char *)text.p);
}

/* ---- the folders by their numbers ---- */

/* Where that number stands, or would. */
static size_t place_of(const struct tree_watch *w, int number)
{
	size_t low = 0, high = w->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (w->at[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct watched *find(struct tree_watch *w, int number)
{
	size_t i = place_of(w, number);

	return i < w->n && w->at[i].number == number ? &w->at[i] : NULL;
}

static struct watched *insert(struct tree_watch *w, int number)
{
	size_t i = place_of(w, number);

	if (w->n == w->cap) {
		w->cap = w->cap ? w->cap * 2 : 64;
		w->at = heap_grow(w->at, w->cap * sizeof(*w->at));
	}
	memmove(&w->at[i + 1], &w->at[i], (w->n - i) * sizeof(*w->at));
	w->n++;
	w->at[i] = (struct watched){.number = number, .quiet = true};
	return &w->at[i];
}

static void drop(struct tree_watch *w, size_t i)
{
	free_sv(w->at[i].path);
	memmove(&w->at[i], &w->at[i + 1], (w->n - i - 1) * sizeof(*w->at));
	w->n--;
}

/* True when anything in it was watched for its own sake. */
static bool forget_tree(struct tree_watch *w, sv folder)
{
	bool known = false;

	for (size_t i = w->n; i-- > 0;)
		if (path_within(folder, w->at[i].path)) {
			known |= !w->at[i].quiet;
			inotify_rm_watch(w->fd, w->at[i].number);
			drop(w, i);
		}
	return known;
}

/* ---- watching more ---- */

static void tell_full(struct tree_watch *w)
{
	struct err e;

	w->full = true;
	err_set(&e, ERR_LIMIT,
		"the system's inotify watches are used up: %zu folders are watched, the rest is "
		"not",
		w->n);
	err_hint(&e, "sudo sysctl fs.inotify.max_user_watches=524288");
	w->request.on_full(w->request.ctx, &e);
}

/* False: nothing to go into. */
static bool watch_folder(struct tree_watch *w, sv path, bool deep, bool quiet)
{
	int number = w->full ? -1 : inotify_add_watch(w->fd, path.p, EVENTS);
	struct watched *folder;

	if (number < 0) {
		if (!w->full && errno == ENOSPC)
			tell_full(w);
		return false;
	}
	folder = find(w, number);
	if (!folder)
		folder = insert(w, number);
	free_sv(folder->path); /* it may have another name by now */
	folder->path = heap_sv(path);
	folder->deep |= deep;
	folder->quiet &= quiet;
	return true;
}

static void watch_tree(struct tree_watch *w, sv path, unsigned depth)
{
	AUTO_ARENA a = arena_new();
	struct folder_entries entries = {0};
	struct err e;

	/* First the watch, then the list: what comes in between is in both. */
	if (!watch_folder(w, path, true, false) || depth == DEEPEST ||
	    !folder_list(a, path, &entries, &e))
		return;
	for (size_t i = 0; i < entries.n; i++)
		if (entries.at[i].type == FILE_FOLDER && w->request.enters(entries.at[i].name))
			watch_tree(w, path_join(a, path, entries.at[i].name), depth + 1);
}

static void watch_root(struct tree_watch *w, const struct root *root)
{
	sv above = root->path;
	AUTO_ARENA a = arena_new();

	if (root->deep)
		watch_tree(w, root->path, 0);
	else
		watch_folder(w, root->path, false, false);
	if (file_is_folder(root->path))
		return;
	while (above.n > 1 && !file_is_folder(above))
		above = arena_sv(a, path_parent(above));
	watch_folder(w, above, false, true);
}

static bool is_watched(const struct tree_watch *w, sv path)
{
	for (size_t i = 0; i < w->n; i++)
		if (!w->at[i].quiet && sv_eq(w->at[i].path, path))
			return true;
	return false;
}

/* Looks for roots that were not there; says so of those that are now. */
static void find_roots(struct tree_watch *w)
{
	for (size_t i = 0; i < w->roots.n; i++) {
		const struct root *root = &w->roots.at[i];

		if (is_watched(w, root->path))
			continue;
		watch_root(w, root);
		if (is_watched(w, root->path))
			w->request.on_change(w->request.ctx, root->path);
	}
}

void tree_watch_add(struct tree_watch *w, sv folder, bool deep)
{
	for (size_t i = 0; i < w->roots.n; i++)
		if (sv_eq(w->roots.at[i].path, folder) && w->roots.at[i].deep >= deep)
			return;
	struct root *root = LIST_ADD(w->arena, &w->roots);

	*root = (struct root){.path = arena_sv(w->arena, folder), .deep = deep};
	watch_root(w, root);
}

size_t tree_watch_count(const struct tree_watch *w)
{
	return w->n;
}

/* ---- what happens ---- */

static void folder_changed(struct tree_watch *w, const struct watched *in, sv path, uint32_t mask)
{
	bool came = mask & (IN_CREATE | IN_MOVED_TO), went = mask & (IN_DELETE | IN_MOVED_FROM);
	bool entered = in->deep && w->request.enters(path_leaf(path));
	bool told = !in->quiet && (entered || w->request.counts(path));

	if (went)
		told |= forget_tree(
			w, path); /* `in` may have moved in its array: not looked at again */
	if (came && entered)
		watch_tree(w, path, 0);
	if (came || went)
		find_roots(w);
	if ((came || went) && told)
		w->request.on_change(w->request.ctx, path);
}

/* A watched folder itself went: its roots are waited for. */
static void folder_gone(struct tree_watch *w, const struct watched *folder)
{
	AUTO_ARENA a = arena_new();
	sv path = arena_sv(a, folder->path);

	forget_tree(w, path);
	find_roots(w);
	w->request.on_change(w->request.ctx, path);
}

static void take_event(struct tree_watch *w, const struct inotify_event *event)
{
	struct watched *in = find(w, event->wd);
	AUTO_ARENA a = arena_new();

	if (event->mask & IN_Q_OVERFLOW) {
		for (size_t i = 0; i < w->roots.n; i++)
			watch_root(w, &w->roots.at[i]);
		w->request.on_change(w->request.ctx, (sv){NULL, 0});
	}
	if (!in)
		return;
	if (event->mask & IN_IGNORED) {
		drop(w, place_of(w, event->wd));
		return;
	}
	if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF)) {
		folder_gone(w, in);
		return;
	}
	sv path = event->len ? path_join(a, in->path, sv_of(event->name)) : in->path;
	if (event->mask & IN_ISDIR)
		folder_changed(w, in, path, event->mask);
	else if (!in->quiet && w->request.counts(path))
		w->request.on_change(w->request.ctx, path);
}

static void on_readable(uv_poll_t *handle, int status, int events)
{
	struct tree_watch *w = handle->data;
	_Alignas(struct inotify_event) char bytes[READ_BYTES];
	ssize_t n;

	while ((n = read(w->fd, bytes, sizeof(bytes))) > 0)
		for (ssize_t at = 0; at < n;) {
			const struct inotify_event *event = (const void *)(bytes + at);

			take_event(w, event);
			at += (ssize_t)(sizeof(*event) + event->len);
		}
}

/* ---- its life ---- */

bool tree_watch_new(const struct tree_watch_request *request, struct tree_watch **ret,
		    struct err *e)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	struct tree_watch *w;

	if (fd < 0) {
		err_set(e, ERR_UNAVAILABLE, "files cannot be watched: %s", strerror(errno));
		return err_hint(e, "sudo sysctl fs.inotify.max_user_instances=1024");
	}
	w = heap_alloc(sizeof(*w));
	*w = (struct tree_watch){.fd = fd, .request = *request, .arena = arena_new()};
	uv_poll_init(&request->loop->uv, &w->uv, fd);
	w->uv.data = w;
	uv_poll_start(&w->uv, UV_READABLE, on_readable);
	*ret = w;
	return true;
}

void tree_watch_free(struct tree_watch *w)
{
	if (!w)
		return;
	uv_poll_stop(&w->uv);
	close(w->fd);
	while (w->n)
		drop(w, w->n - 1);
	free(w->at);
	arena_free(w->arena);
	uv_close((uv_handle_t *)&w->uv, loop_free_data);
}
