/* fake_host.h -- a location host in C, without Python: the wire of doc/formats/host-protocol.md, and workers that do what a
 * function of the test says.  A program is its own host: it is started as `PROGRAM -c BOOT SDK FD STATE`.
 *
 *	int main(int argc, char **argv) { if (fake_host_wanted(argc, argv)) return fake_host_run(&script); … }
 */
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "codec/json.h"
#include "sys/file.h"
#include "sys/process.h"

struct fake_host;

struct fake_script {
	/* The manifest's text, from the location that is to be compiled. */
	sv (*manifest)(struct arena *a, const struct value *location);
	/* A worker's life; its exit status. */
	int (*work)(int sock);
	/* Instead of forking `count` workers the usual way; NULL: the usual way. */
	void (*fork)(struct fake_host *h, int64_t id, int64_t count);
};

struct fake_host {
	const struct fake_script *script;
	int fd, ends;
	struct buf in;
};

static char fake_target[256]; /* of the location: tests choose by it, its workers too */

static inline bool fake_host_wanted(int argc, char **argv)
{
	return argc == 7 && strcmp(argv[1], "-c") == 0;
}

static inline bool fake_write(int fd, sv text)
{
	for (size_t done = 0; done < text.n;) {
		ssize_t n = write(fd, text.p + done, text.n - done);

		if (n < 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

/* The next line of a descriptor into `line`, without its newline; `in` keeps what came behind it.  False at its end. */
static inline bool fake_read_line(int fd, struct buf *in, struct buf *line)
{
	size_t at;

	while (!sv_find(buf_sv(in), '\n', &at)) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		ssize_t n;

		poll(&p, 1, -1); /* who sleeps in read is woken whenever the other side reads what came from here */
		n = read(fd, buf_room(in, 1 << 16), 1 << 16);
		if (n <= 0)
			return false;
		in->n += (size_t)n;
	}
	buf_clear(line);
	buf_add(line, (sv){in->p, at});
	buf_drop(in, at + 1);
	return true;
}

/* A line with descriptors attached. */
static inline void fake_send(const struct fake_host *h, sv line, const int *fds, size_t n)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int) * 4)];
	} control = {0};
	struct iovec bytes = {(void *)(uintptr_t)line.p, line.n};
	struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};

	if (n) {
		message.msg_control = control.bytes;
		message.msg_controllen = CMSG_SPACE(sizeof(int) * n);
		struct cmsghdr *c = CMSG_FIRSTHDR(&message);

		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int) * n);
		memcpy(CMSG_DATA(c), fds, sizeof(int) * n);
	}
	if (sendmsg(h->fd, &message, 0) < 0)
		_exit(0);
}

static inline void fake_reply(const struct fake_host *h, int64_t id, const char *error)
{
	AUTO_BUF out = {0};

	buf_addf(&out, "{\"id\":%lld,\"ok\":%s", (long long)id, error ? "false" : "true");
	if (error)
		buf_addf(&out, ",\"error\":{\"kind\":\"internal\",\"message\":\"%s\",\"hint\":null}", error);
	buf_addf(&out, "}\n");
	fake_write(h->fd, buf_sv(&out));
}

/* A worker process; its pid, and the server's end of its socket.  Not yet `grouped`, it is still in the host's group. */
static inline pid_t fake_make_one(struct fake_host *h, bool grouped, int *ret_fd)
{
	int pair[2];
	sigset_t none;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		_exit(70);
	pid = fork();
	if (pid == 0) {
		if (grouped)
			setsid();
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		close(h->fd);
		close(h->ends);
		close(pair[0]);
		_exit(h->script->work(pair[1]));
	}
	close(pair[1]);
	*ret_fd = pair[0];
	return pid;
}

static inline pid_t fake_make(struct fake_host *h, int *ret_fd)
{
	return fake_make_one(h, true, ret_fd);
}

static inline void fake_announce_as(struct fake_host *h, pid_t pid, sv started, const int *fds, size_t n)
{
	AUTO_ARENA a = arena_new();

	fake_send(h, arena_fmt(a, "{\"event\":\"worker\",\"pid\":%d,\"started\":\"" SV_FMT "\",\"method\":\"fork\"}\n",
			       (int)pid, SV_ARG(started)), fds, n);
}

static inline void fake_announce(struct fake_host *h, pid_t pid, const int *fds, size_t n)
{
	AUTO_ARENA a = arena_new();
	sv started;

	if (!process_started(a, pid, &started))
		started = SV("0");
	fake_announce_as(h, pid, started, fds, n);
}

static inline void fake_worker(struct fake_host *h)
{
	int fd;
	pid_t pid = fake_make(h, &fd);

	fake_announce(h, pid, &fd, 1);
	close(fd);
}

static inline void fake_fork(struct fake_host *h, int64_t id, int64_t count)
{
	for (int64_t i = 0; i < count; i++)
		fake_worker(h);
	fake_reply(h, id, NULL);
}

static inline void fake_exit_event(const struct fake_host *h, pid_t pid, int status, const struct rusage *used)
{
	AUTO_BUF out = {0};

	buf_addf(&out, "{\"event\":\"exit\",\"pid\":%d", (int)pid);
	if (WIFSIGNALED(status))
		buf_addf(&out, ",\"code\":null,\"signal\":%d", WTERMSIG(status));
	else
		buf_addf(&out, ",\"code\":%d,\"signal\":null", WEXITSTATUS(status));
	buf_addf(&out, ",\"user_us\":%lld,\"system_us\":%lld,\"max_rss_kib\":%ld}\n",
		 (long long)used->ru_utime.tv_sec * 1000000 + used->ru_utime.tv_usec,
		 (long long)used->ru_stime.tv_sec * 1000000 + used->ru_stime.tv_usec, used->ru_maxrss);
	fake_write(h->fd, buf_sv(&out));
}

static inline void fake_reap(const struct fake_host *h)
{
	struct signalfd_siginfo info;
	struct rusage used;
	int status;
	pid_t pid;

	if (read(h->ends, &info, sizeof(info)) < 0)
		return;
	while ((pid = wait4(-1, &status, WNOHANG, &used)) > 0)
		fake_exit_event(h, pid, status, &used);
}

static inline void fake_answer(struct fake_host *h, sv line)
{
	AUTO_ARENA a = arena_new();
	const struct value *request, *location;
	int64_t id;
	struct err e;

	if (!json_read(a, line, &request, &e))
		_exit(71);
	id = value_int(request, "id", 0);
	if (sv_eq(value_text(request, "op"), SV("compile"))) {
		location = value_map(request, "location");
		snprintf(fake_target, sizeof(fake_target), SV_FMT, SV_ARG(value_text(location, "target")));
		if (!file_replace_fast(value_text(request, "manifest"), h->script->manifest(a, location), &e))
			_exit(72);
		fake_reply(h, id, NULL);
	} else if (sv_eq(value_text(request, "op"), SV("fork"))) {
		(h->script->fork ? h->script->fork : fake_fork)(h, id, value_int(request, "count", 0));
	} else {
		fake_reply(h, id, "unknown op");
	}
}

static inline int fake_host_run(const struct fake_script *script)
{
	struct fake_host h = {.script = script, .fd = 3};
	AUTO_BUF line = {0};
	sigset_t ends;

	signal(SIGPIPE, SIG_IGN); /* as Python does */
	sigemptyset(&ends);
	sigaddset(&ends, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	h.ends = signalfd(-1, &ends, SFD_NONBLOCK | SFD_CLOEXEC);
	fcntl(h.fd, F_SETFD, FD_CLOEXEC);
	for (;;) {
		struct pollfd fds[2] = {{.fd = h.fd, .events = POLLIN}, {.fd = h.ends, .events = POLLIN}};
		size_t at;

		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[1].revents)
			fake_reap(&h);
		if (!fds[0].revents)
			continue;
		do {
			if (!fake_read_line(h.fd, &h.in, &line)) {
				buf_free(&h.in);
				return 0;
			}
			fake_answer(&h, buf_sv(&line));
		} while (sv_find(buf_sv(&h.in), '\n', &at));
	}
}
