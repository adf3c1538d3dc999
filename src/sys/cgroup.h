/* cgroup.h -- control groups (version 2), for one thing: ending a process with everything it started, wherever that went.
 * A group is named by its folder.  No controller is used, so any writable hierarchy does, also one beside version 1.
 *
 * What it costs (Linux 6.18, 2 cores, medians): make 50 us, kill 50 us, remove 45 us; entering 52 us in a row, but 7,400 us
 * (15,500 at worst) when nobody has entered one in the last 200 ms: the kernel waits a grace period, and we with it.
 * The fork of a Python takes 2,200 us.  So groups are off unless asked for; without them descendants are found in /proc. */
#pragma once
#include "base/arena.h"

/* Our own group, below which others can be made; false: there is none, or the system does not let us. */
bool cgroup_find(struct arena *a, sv *ret_folder);
/* A new group below it with that process in it. */
bool cgroup_enter(struct arena *a, sv parent, int64_t pid, sv *ret_folder);
bool cgroup_kill(sv folder);   /* SIGKILL to all in it; false: it could not be said */
bool cgroup_remove(sv folder); /* false: something in it still lives */
