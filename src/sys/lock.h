/* lock.h -- one owner of a state directory at a time, by a record lock (fcntl) on a file that says who holds it. */
#pragma once
#include "base/err.h"

/* Takes the lock and writes `who` into the file.  CONFLICT with the holder's own words when another process has it.
 * The descriptor keeps the lock; closing it, or the process's end, gives it back.  The lock is the process's: once a lock
 * file is held, this process must not open it a second time, for closing any descriptor of it would give it back. */
bool lock_take(sv path, sv who, int *ret_fd, struct err *e) CHECKED;
