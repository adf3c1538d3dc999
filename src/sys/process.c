/* process.c -- reading /proc, and the few calls about ourselves. */
#include "sys/process.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/time.h"
#include "sys/fd.h"
#include "sys/file.h"

enum { START_TIME_FIELDS_AFTER_NAME = 20 }; /* field 22; the name is field 2 */

/* State and start time from /proc/PID/stat.  The name in parentheses may hold anything, so fields count from the last ')'. */
static bool read_stat(struct arena *a, int64_t pid, char *ret_state, sv *ret_started)
{
	AUTO_FD fd = open(arena_fmt(a, "/proc/%lld/stat", (long long)pid).p, O_RDONLY | O_CLOEXEC);
	char text[1024];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	sv rest, field = {0};

	if (n <= 0)
		return false;
	for (rest = (sv){text, (size_t)n}; n > 0 && text[n - 1] != ')'; n--)
		;
	rest = sv_from(rest, (size_t)n + 1);
	if (rest.n == 0)
		return false;
	*ret_state = rest.p[0];
	for (int i = 0; i < START_TIME_FIELDS_AFTER_NAME; i++)
		if (!sv_split(&rest, ' ', &field))
			return false;
	*ret_started = arena_sv(a, field);
	return true;
}

bool process_started(struct arena *a, int64_t pid, sv *ret)
{
	char state;

	return read_stat(a, pid, &state, ret);
}

bool process_lives(int64_t pid, sv started)
{
	AUTO_ARENA a = arena_new();
	char state;
	sv now;

	return pid > 0 && read_stat(a, pid, &state, &now) && state != 'Z' && sv_eq(now, started);
}

bool process_signal_group(int64_t group, int number)
{
	return group > 1 && kill(-(pid_t)group, number) == 0;
}

void process_signal(int64_t pid, int number)
{
	if (pid > 1)
		kill((pid_t)pid, number);
}

enum { MOST_DESCENDANTS = 4096 };

struct descendants {
	struct arena *a;
	LIST(int64_t) pids;
};

/* Children are listed by the thread that made them. */
static void add_children_of_thread(struct descendants *d, int64_t pid, sv thread)
{
	sv path = arena_fmt(d->a, "/proc/%lld/task/" SV_FMT "/children", (long long)pid,
			    SV_ARG(thread));
	AUTO_FD fd = open(path.p, O_RDONLY | O_CLOEXEC);
	char text[16 << 10];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	sv rest = {text, n > 0 ? (size_t)n : 0}, word;
	uint64_t child;

	while (sv_split(&rest, ' ', &word))
		if (d->pids.n < MOST_DESCENDANTS && sv_u64(word, &child))
			*LIST_ADD(d->a, &d->pids) = (int64_t)child;
}

static void add_children(struct descendants *d, int64_t pid)
{
	struct folder_entries threads = {0};
	struct err e;

	if (!folder_list(d->a, arena_fmt(d->a, "/proc/%lld/task", (long long)pid), &threads, &e))
		return;
	for (size_t i = 0; i < threads.n; i++)
		add_children_of_thread(d, pid, threads.at[i].name);
}

void process_strays(struct arena *a, int64_t leader, struct process_names *ret)
{
	struct descendants d = {.a = a};
	struct process_name name;

	if (leader <= 1)
		return;
	add_children(&d, leader);
	for (size_t i = 0; i < d.pids.n; i++)
		add_children(&d, d.pids.at[i]);
	for (size_t i = 0; i < d.pids.n; i++) {
		name.pid = d.pids.at[i];
		if (getpgid((pid_t)name.pid) != (pid_t)leader &&
		    process_started(a, name.pid, &name.started))
			*LIST_ADD(a, ret) = name;
	}
}

void process_kill(const struct process_names *which)
{
	for (size_t i = 0; i < which->n; i++)
		if (process_lives(which->at[i].pid, which->at[i].started))
			kill((pid_t)which->at[i].pid, SIGKILL);
}

void process_kill_strays(int64_t leader)
{
	AUTO_ARENA a = arena_new();
	struct process_names strays = {0};

	process_strays(a, leader, &strays);
	process_kill(&strays);
}

void process_fill_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

uint32_t process_processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 1;
	return (uint32_t)CPU_COUNT(&set) ? (uint32_t)CPU_COUNT(&set) : 1;
}

sv process_boot(struct arena *a)
{
	struct err e;
	sv id;

	if (!file_read(a, SV("/proc/sys/kernel/random/boot_id"), 64, &id, &e))
		return SV("unknown");
	return sv_trim(id);
}

/* ---- what we take ---- */

static time_us time_of(struct timeval t)
{
	return (time_us)t.tv_sec * TIME_SECOND + t.tv_usec;
}

/* The second figure of statm: pages in memory. */
static uint64_t resident_bytes(void)
{
	AUTO_FD fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	char text[256];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	sv rest = {text, n > 0 ? (size_t)n : 0}, piece = {0};
	uint64_t pages = 0;

	if (!sv_split(&rest, ' ', &piece) || !sv_split(&rest, ' ', &piece) ||
	    !sv_u64(piece, &pages))
		return 0;
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

struct process_usage process_usage(void)
{
	struct process_usage ret = {0};
	struct folder_entries files = {0};
	AUTO_ARENA a = arena_new();
	struct rusage usage;
	struct err ignored;

	if (getrusage(RUSAGE_SELF, &usage) == 0) {
		ret.user = time_of(usage.ru_utime);
		ret.system = time_of(usage.ru_stime);
	}
	ret.resident = resident_bytes();
	if (folder_list(a, SV("/proc/self/fd"), &files, &ignored))
		ret.open_files = (uint32_t)files.n;
	return ret;
}

uint32_t process_descriptors(uint32_t wished)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 1024;
	if (limit.rlim_cur < wished && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max < wished ? limit.rlim_max : wished;
		setrlimit(RLIMIT_NOFILE, &limit);
		getrlimit(RLIMIT_NOFILE, &limit);
	}
	return limit.rlim_cur < UINT32_MAX ? (uint32_t)limit.rlim_cur : UINT32_MAX;
}
