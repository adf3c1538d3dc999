/* event_append.c -- durable events a second: 32 producer processes, each with one 800-byte event under way over a unix socket,
 * told when it is on disk.
 *
 *	event_append PLAIT [FOLDER [SECONDS [ROUNDS]]]   the floor and plait in turn; default /tmp, 5 s, 3 rounds
 *	event_append kill PLAIT [FOLDER [ROUNDS]]        kill -9 of the server at a random moment: is all that was told there?
 *
 * The floor is plain C: one epoll loop that takes what all sockets hold, one prepared insert into the same table, FULL, a commit
 * of what a turn brought, an answer each; no JSON, no look-ups, no code of plait's.  Plait's side is `plait serve` as people run
 * it, asked by POST /api/v1/reports over its socket. */
#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"
#include "store/store.h"
#include "sys/clock.h"
#include "sys/file.h"

enum { PRODUCERS = 32, EVENT_BYTES = 800, SAMPLES = 400000, LINE_BYTES = 2000 };

struct shared { /* between all processes */
	atomic_bool stop;
	struct {
		atomic_long told;          /* events that are on disk, as it was told */
		uint32_t took[SAMPLES];    /* microseconds */
	} producers[PRODUCERS];
};

static struct shared *shared;
static const char *plait; /* the program */
static struct err e;

struct side { /* who is measured */
	const char *name;
	void (*serve)(const char *folder); /* in a process of its own, at owner.sock in `folder`; never returns */
};

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "event_append: %s: %s\n", what, why);
	exit(1);
}

static void must(bool done, const char *what)
{
	if (!done)
		fail(what, e.text);
}

/* ---- producers ---- */

static int reach(const char *path)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(name.sun_path, sizeof(name.sun_path), "%s", path);
	while (connect(fd, (struct sockaddr *)&name, sizeof(name)) < 0)
		usleep(1000);
	return fd;
}

/* A request for plait, of which the floor stores the last 800 bytes as they are. */
static size_t write_event(char *line, int producer, long number)
{
	static char padding[EVENT_BYTES];
	char body[LINE_BYTES];
	int length;

	memset(padding, 'x', sizeof(padding));
	length = snprintf(body, LINE_BYTES,
			  "{\"events\":[{\"kind\":\"reading\",\"asset\":\"plant/meter_%02d\",\"metadata\":"
			  "{\"reading\":\"p=%d n=%ld %.*s\"}}]}",
			  producer, producer, number, EVENT_BYTES - 60, padding);
	return (size_t)snprintf(line, 2 * LINE_BYTES,
				"POST /api/v1/reports HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
				"Content-Length: %d\r\n\r\n%s",
				length, body);
}

static bool say_and_hear(int fd, const char *line, size_t n)
{
	char answer[1000];
	ssize_t got = write(fd, line, n) == (ssize_t)n ? read(fd, answer, sizeof(answer)) : -1;

	if (got > 0 && !memmem(answer, (size_t)got, " 200 OK", 7))
		fail("refused", arena_fmt(arena_new(), "%.*s", (int)got, answer).p);
	return got > 0 && answer[got - 1] == '}';
}

static void produce(const char *folder, int producer)
{
	AUTO_ARENA a = arena_new();
	int fd = reach(arena_fmt(a, "%s/owner.sock", folder).p);
	char line[2 * LINE_BYTES];

	for (long number = 0; !atomic_load(&shared->stop); number++) {
		size_t n = write_event(line, producer, number);
		time_us start = clock_monotonic();

		if (!say_and_hear(fd, line, n))
			_exit(0); /* the server was killed */
		shared->producers[producer].took[number % SAMPLES] = (uint32_t)(clock_monotonic() - start);
		atomic_store(&shared->producers[producer].told, number + 1);
	}
	_exit(0);
}

/* ---- the floor ---- */

struct floor {
	sqlite3 *db;
	sqlite3_stmt *insert, *begin, *commit;
	int epoll, listening;
};

static volatile sig_atomic_t ended;

static void on_term(int number)
{
	ended = 1;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q;

	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK)
		fail("floor", sqlite3_errmsg(db));
	return q;
}

static void floor_step(struct floor *f, sqlite3_stmt *q)
{
	if (sqlite3_step(q) != SQLITE_DONE)
		fail("floor", sqlite3_errmsg(f->db));
	sqlite3_reset(q);
}

static void watch(struct floor *f, int fd)
{
	struct epoll_event what = {.events = EPOLLIN, .data.fd = fd};

	epoll_ctl(f->epoll, EPOLL_CTL_ADD, fd, &what);
}

static void floor_open(struct floor *f, const char *path, const char *socket_path)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};

	if (sqlite3_open(path, &f->db) != SQLITE_OK ||
	    sqlite3_exec(f->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;"
				"CREATE TABLE event (id INTEGER PRIMARY KEY, run INTEGER, step INTEGER NOT NULL,"
				" attempt INTEGER NOT NULL, kind TEXT NOT NULL, asset INTEGER, partition_id INTEGER NOT NULL,"
				" at INTEGER NOT NULL, body TEXT) STRICT; CREATE INDEX event_run ON event (run, id)",
			 NULL, NULL, NULL) != SQLITE_OK)
		fail("floor", sqlite3_errmsg(f->db));
	f->insert = prepare(f->db, "INSERT INTO event (run, step, attempt, kind, asset, partition_id, at, body)"
				   " VALUES (NULL, -1, 0, 'reading', ?, 0, ?, ?)");
	f->begin = prepare(f->db, "BEGIN IMMEDIATE");
	f->commit = prepare(f->db, "COMMIT");
	f->epoll = epoll_create1(0);
	f->listening = socket(AF_UNIX, SOCK_STREAM, 0);
	snprintf(name.sun_path, sizeof(name.sun_path), "%s", socket_path);
	if (bind(f->listening, (struct sockaddr *)&name, sizeof(name)) < 0 || listen(f->listening, 64) < 0)
		fail("floor", "cannot listen");
	watch(f, f->listening);
}

static bool floor_take(struct floor *f, int fd)
{
	char line[2 * LINE_BYTES];
	ssize_t n = read(fd, line, sizeof(line));

	if (n <= 0) {
		close(fd);
		return false;
	}
	sqlite3_bind_int(f->insert, 1, fd);
	sqlite3_bind_int64(f->insert, 2, clock_now());
	sqlite3_bind_text(f->insert, 3, n > EVENT_BYTES ? line + n - EVENT_BYTES : line, n > EVENT_BYTES ? EVENT_BYTES : (int)n,
			  SQLITE_STATIC);
	floor_step(f, f->insert);
	return true;
}

#define FLOOR_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"ids\":[1]}"

static void floor_serve(const char *folder)
{
	struct epoll_event ready[PRODUCERS + 1];
	AUTO_ARENA a = arena_new();
	struct floor f;

	floor_open(&f, arena_fmt(a, "%s/ledger.db", folder).p, arena_fmt(a, "%s/owner.sock", folder).p);
	signal(SIGTERM, on_term);
	while (!ended) {
		int n = epoll_wait(f.epoll, ready, COUNT_OF(ready), 1000), waiting[PRODUCERS], count = 0;

		for (int i = 0; i < n; i++) {
			if (ready[i].data.fd == f.listening) {
				watch(&f, accept(f.listening, NULL, NULL));
				continue;
			}
			if (!count)
				floor_step(&f, f.begin);
			if (floor_take(&f, ready[i].data.fd))
				waiting[count++] = ready[i].data.fd;
			else if (!count)
				floor_step(&f, f.commit);
		}
		if (count)
			floor_step(&f, f.commit);
		for (int i = 0; i < count; i++)
			if (write(waiting[i], FLOOR_ANSWER, strlen(FLOOR_ANSWER)) < 0)
				continue;
	}
	_exit(0);
}

/* ---- plait ---- */

static void write_file(const char *folder, const char *name, const char *text)
{
	AUTO_ARENA a = arena_new();

	must(file_replace_fast(sv_of(arena_fmt(a, "%s/%s", folder, name).p), sv_of(text), &e), "plait");
}

/* The real server, over a workspace whose one asset nobody makes. */
static void plait_serve(const char *folder)
{
	setenv("PLAIT_HOME", folder, 1);
	write_file(folder, "workspace.yaml", "load_from:\n  - python_module: {module_name: stub.1, executable_path: /bin/false}\n");
	if (chdir(folder) < 0 || !freopen("serve.log", "a", stdout) || !freopen("serve.log", "a", stderr))
		fail("plait", strerror(errno));
	execl(plait, plait, "serve", (char *)NULL);
	fail("plait", strerror(errno));
}

/* ---- rounds ---- */

static const struct side FLOOR = {"floor", floor_serve}, PLAIT = {"plait", plait_serve};

static pid_t begin(const struct side *side, const char *folder, pid_t *ret_producers)
{
	pid_t server;

	memset(shared, 0, sizeof(*shared));
	must(folder_make(sv_of(folder), &e), side->name);
	server = fork();
	if (server == 0)
		side->serve(folder);
	for (int i = 0; i < PRODUCERS; i++) {
		ret_producers[i] = fork();
		if (ret_producers[i] == 0)
			produce(folder, i);
	}
	return server;
}

static void wait_for(const pid_t *producers)
{
	for (int i = 0; i < PRODUCERS; i++)
		waitpid(producers[i], NULL, 0);
}

static int by_length(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static double microseconds(struct timeval t)
{
	return (double)t.tv_sec * 1e6 + (double)t.tv_usec;
}

static double report(const char *what, const long *before, double seconds, const struct rusage *server)
{
	static uint32_t all[PRODUCERS * SAMPLES];
	size_t n = 0;
	long told = 0, ever = 0;

	for (int i = 0; i < PRODUCERS; i++) {
		long count = atomic_load(&shared->producers[i].told);

		ever += count;
		told += count - before[i];
		for (long k = before[i]; k < count && k < SAMPLES; k++)
			all[n++] = shared->producers[i].took[k];
	}
	if (!n)
		fail(what, "nothing was told");
	qsort(all, n, sizeof(*all), by_length);
	printf("%-6s %9.0f events/s   p50 %7.3f ms   p99 %7.3f ms   longest %7.1f ms   server %5.1f + %5.1f us of processor an event\n", what,
	       (double)told / seconds, all[n / 2] / 1000.0, all[n * 99 / 100] / 1000.0, all[n - 1] / 1000.0,
	       microseconds(server->ru_utime) / (double)ever, microseconds(server->ru_stime) / (double)ever);
	fflush(stdout);
	return (double)told / seconds;
}

static double measure(const struct side *side, const char *folder, int round, int seconds)
{
	AUTO_ARENA a = arena_new();
	pid_t producers[PRODUCERS], server;
	long before[PRODUCERS];
	struct rusage usage;
	time_us start;

	server = begin(side, arena_fmt(a, "%s/%s%d", folder, side->name, round).p, producers);
	usleep(700000); /* until it is warm */
	for (int i = 0; i < PRODUCERS; i++)
		before[i] = atomic_load(&shared->producers[i].told);
	start = clock_monotonic();
	sleep((unsigned)seconds);
	atomic_store(&shared->stop, true);
	double took = (double)(clock_monotonic() - start) / 1e6;
	wait_for(producers);
	kill(server, SIGTERM);
	wait4(server, NULL, 0, &usage);
	return report(side->name, before, took, &usage);
}

/* All that a producer was told of is there, in its order, without holes. */
static void check_told(const char *path, long *ret_told, long *ret_there)
{
	struct event_query all = {.step = -1, .most = SIZE_MAX};
	long next[PRODUCERS] = {0};
	AUTO_ARENA a = arena_new();
	struct event_rows rows;
	struct store *s;

	must(store_open(path, STORE_READ, &s, &e) && store_list_events(s, a, &all, &rows, &e), "kill");
	for (size_t i = 0; i < rows.n; i++) {
		int producer;
		long number;

		const char *text = strstr(rows.at[i].body.p, "p=");

		if (!text || sscanf(text, "p=%d n=%ld ", &producer, &number) != 2 || next[producer]++ != number)
			fail("kill", "an event is missing or out of order");
	}
	for (int i = 0; i < PRODUCERS; i++) {
		long told = atomic_load(&shared->producers[i].told);

		if (next[i] < told || next[i] > told + 1)
			fail("kill", "an event that was told to be on disk is not there");
		*ret_told += told;
	}
	*ret_there += (long)rows.n;
	store_close(s);
}

static void kill_rounds(const char *folder, int rounds)
{
	unsigned seed = (unsigned)clock_now();
	long told = 0, there = 0;

	for (int i = 0; i < rounds; i++) {
		AUTO_ARENA a = arena_new();
		const char *state = arena_fmt(a, "%s/kill%d", folder, i).p;
		pid_t producers[PRODUCERS], server;

		server = begin(&PLAIT, state, producers);
		usleep((unsigned)(400000 + rand_r(&seed) % 900000));
		kill(server, SIGKILL);
		waitpid(server, NULL, 0);
		atomic_store(&shared->stop, true);
		for (int p = 0; p < PRODUCERS; p++)
			kill(producers[p], SIGTERM); /* one that had not connected yet waits for ever */
		wait_for(producers);
		check_told(arena_fmt(a, "%s/ledger.db", state).p, &told, &there);
		folder_remove(sv_of(state));
	}
	printf("%d kills, %ld events told to be on disk, %ld there, none missing\n", rounds, told, there);
}

static void measure_rounds(const char *folder, int seconds, int rounds)
{
	double floor = 0, ours = 0;

	for (int i = 0; i < rounds; i++) {
		floor += measure(&FLOOR, folder, i, seconds);
		ours += measure(&PLAIT, folder, i, seconds);
	}
	printf("plait reaches %.2f of the floor\n", ours / floor);
}

static int number(char **argv, int at, int otherwise)
{
	return argv[at] ? (int)strtol(argv[at], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	bool killing = argc > 1 && strcmp(argv[1], "kill") == 0;
	char *rest[6] = {NULL}, folder[200];

	argv += 1 + killing;
	for (int i = 0; i < 5 && argv[i]; i++)
		rest[i] = argv[i];
	const char *where = realpath(rest[0] && rest[1] ? rest[1] : "/tmp", NULL);

	plait = rest[0] ? realpath(rest[0], NULL) : NULL;
	if (where)
		snprintf(folder, sizeof(folder), "%s/event-append-XXXXXX", where);
	if (!plait || !where || !mkdtemp(folder))
		fail("usage", "event_append [kill] PLAIT [FOLDER …]");
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (killing)
		kill_rounds(folder, rest[1] ? number(rest, 2, 10) : 10);
	else
		measure_rounds(folder, rest[1] ? number(rest, 2, 5) : 5, rest[1] && rest[2] ? number(rest, 3, 3) : 3);
	folder_remove(sv_of(folder));
	return 0;
}
