/* process.h -- processes that are not our children: is this still the one we know, and signalling whole groups; and what
 * ours was given. */
#pragma once
#include "base/arena.h"
#include "base/list.h"

/* The kernel's start time of a process (field 22 of /proc/PID/stat) as text; false when there is none.  Together with the
 * pid it names one process for ever, although pids are used again. */
bool process_started(struct arena *a, int64_t pid, sv *ret);
bool process_lives(int64_t pid, sv started);             /* the same process, and no zombie */
bool process_signal_group(int64_t group, int number);    /* quietly; whether there is such a group */
void process_signal(int64_t pid, int number);            /* quietly */
/* What a group's leader started and what left the group since.  While the leader lives: without it nobody knows whose children
 * they were. */
struct process_names {
	struct process_name {
		int64_t pid;
		sv started;
	} *at;
	size_t n, cap;
};
void process_strays(struct arena *a, int64_t leader, struct process_names *ret);
void process_kill(const struct process_names *which); /* those that still are who they were */
void process_kill_strays(int64_t leader);             /* both */
/* Standard descriptors that we were started without lead to /dev/null: no file opened later takes their place. */
void process_fill_standard(void);
/* How many descriptors this process may have open; raised to as many as are wished for, where that is allowed. */
uint32_t process_descriptors(uint32_t wished);
uint32_t process_processors(void);                       /* processors this process may use, at least 1 */
struct process_usage { /* of this process */
	time_us user, system;
	uint64_t resident; /* bytes in memory */
	uint32_t open_files;
};
struct process_usage process_usage(void);
sv process_boot(struct arena *a); /* names this boot of the machine: start times count from it */
