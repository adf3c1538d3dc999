/* file.h -- whole files and folders: reading, replacing, listing.  Errors name the path and, where one is known, the remedy. */
#pragma once
#include "base/err.h"
#include "base/list.h"

enum file_type { FILE_NONE, FILE_REGULAR, FILE_FOLDER, FILE_LINK, FILE_OTHER };

struct file_facts {
	enum file_type type;
	uint64_t bytes;
	int64_t modified_ns; /* since the epoch */
	uint64_t inode;
};

bool file_look(sv path, struct file_facts *ret);      /* of the link itself; false: there is none */
bool file_look_through(sv path, struct file_facts *ret); /* of what a link points at */
bool file_exists(sv path);                            /* following links */
bool file_is_folder(sv path);

/* The whole file.  NOT_FOUND, DENIED, LIMIT when longer than `most` bytes. */
bool file_read(struct arena *a, sv path, size_t most, sv *ret, struct err *e) CHECKED;
/* Bytes from `offset` to the end, at most `most`; an empty view at the end or when there is no such file. */
bool file_read_from(struct arena *a, sv path, uint64_t offset, size_t most, sv *ret, struct err *e) CHECKED;
/* New content under an old name: written beside, renamed; not synced, for what may be lost with the machine. */
bool file_replace_fast(sv path, sv content, struct err *e) CHECKED;
/* Adds at the end; the file is made when there is none. */
bool file_append(sv path, sv content, struct err *e) CHECKED;
bool file_link_text(struct arena *a, sv path, sv *ret); /* where a symlink points, as written */
/* A symlink.  CONFLICT when there is something of that name. */
bool file_link(sv target, sv path, struct err *e) CHECKED;
bool file_sync_folder(sv path, struct err *e) CHECKED;
bool file_rename(sv from, sv to, struct err *e) CHECKED;
void file_remove(sv path);                            /* quietly */
void folder_remove(sv path);                          /* with everything in it, quietly; follows no link */

bool folder_make(sv path, struct err *e) CHECKED;     /* with parents; one that is there is fine */

struct folder_entry {
	sv name;
	enum file_type type;
};
struct folder_entries {
	struct folder_entry *at;
	size_t n, cap;
};
bool folder_list(struct arena *a, sv path, struct folder_entries *ret, struct err *e) CHECKED; /* by name; without . and .. */

/* Fills `e` from errno: the kind, "VERB PATH: reason", and a remedy for a full disk or missing rights.  Returns false. */
bool file_error(struct err *e, const char *verb, sv path, int error_number);

#ifdef __clang_analyzer__ /* see base/err.h */
#define file_error(...) (file_error(__VA_ARGS__), false)
#endif
