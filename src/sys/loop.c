/* loop.c -- libuv behind our own words.  Every handle's memory is freed in its close callback, as libuv asks. */
#include "sys/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

#include "base/buf.h"
#include "sys/fd.h"
#include "sys/file.h"
#include "sys/path.h"

enum {
	LONGEST_LINE = 64 << 20,
	LAST_WORDS_MS = 2000, /* how long a closing loop waits for who listens slowly */
};

struct loop {
	uv_loop_t uv;
	uv_prepare_t prepare;
	void (*on_turn_end)(void *ctx);
	void *ctx;
};

static void turn_ended(struct loop *l)
{
	if (l->on_turn_end)
		l->on_turn_end(l->ctx);
}

/* Prepare runs just before waiting: after timers and after what other prepares queued. */
static void on_prepare(uv_prepare_t *handle)
{
	turn_ended(handle->data);
}

struct loop *loop_new(void)
{
	struct loop *l = heap_alloc(sizeof(*l));

	signal(SIGPIPE, SIG_IGN);
	if (uv_loop_init(&l->uv) < 0)
		abort();
	uv_prepare_init(&l->uv, &l->prepare);
	l->prepare.data = l;
	uv_prepare_start(&l->prepare, on_prepare);
	uv_unref((uv_handle_t *)&l->prepare);
	return l;
}

static bool is_speaking(uv_handle_t *handle)
{
	return uv_handle_get_type(handle) == UV_NAMED_PIPE &&
	       uv_stream_get_write_queue_size((uv_stream_t *)handle) > 0;
}

static void close_silent(uv_handle_t *handle, void *ctx)
{
	if (!uv_is_closing(handle) && !is_speaking(handle))
		uv_close(handle, NULL);
}

static void channel_freed(uv_handle_t *handle);

static void close_speaking(uv_handle_t *handle, void *ctx)
{
	if (!uv_is_closing(handle))
		uv_close(handle, is_speaking(handle) ? channel_freed : NULL);
}

static void on_silence(uv_timer_t *timer)
{
	uv_stop(timer->loop);
}

/* A reader that has been stopped must not keep us. */
static void send_last_words(struct loop *l)
{
	uv_timer_t limit;

	uv_timer_init(&l->uv, &limit);
	uv_timer_start(&limit, on_silence, LAST_WORDS_MS, 0);
	uv_unref((uv_handle_t *)&limit);
	uv_run(&l->uv, UV_RUN_DEFAULT);
	uv_walk(&l->uv, close_speaking, NULL);
	uv_run(&l->uv, UV_RUN_DEFAULT);
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	l->on_turn_end = NULL;
	uv_walk(&l->uv, close_silent, NULL);
	send_last_words(l);
	uv_loop_close(&l->uv);
	free(l);
}

void loop_run(struct loop *l)
{
	uv_run(&l->uv, UV_RUN_DEFAULT);
	turn_ended(l);
}

void loop_stop(struct loop *l)
{
	uv_stop(&l->uv);
}

void loop_on_turn_end(struct loop *l, void (*fn)(void *ctx), void *ctx)
{
	l->on_turn_end = fn;
	l->ctx = ctx;
}

static void free_data(uv_handle_t *handle)
{
	free(handle->data);
}

static bool uv_failed(struct err *e, const char *what, sv which, int status)
{
	return err_set(e,
		       status == UV_ENOENT   ? ERR_NOT_FOUND
		       : status == UV_EACCES ? ERR_DENIED
					     : ERR_UNAVAILABLE,
		       "%s " SV_FMT ": %s", what, SV_ARG(which), uv_strerror(status));
}

/* ---- timers ---- */

struct timer {
	uv_timer_t uv;
	void (*fn)(void *ctx);
	void *ctx;
};

static void on_timer(uv_timer_t *handle)
{
	struct timer *t = handle->data;

	t->fn(t->ctx);
}

struct timer *timer_start(struct loop *l, time_us after, void (*fn)(void *ctx), void *ctx)
{
	struct timer *t = heap_alloc(sizeof(*t));

	*t = (struct timer){.fn = fn, .ctx = ctx};
	uv_timer_init(&l->uv, &t->uv);
	t->uv.data = t;
	uv_timer_start(&t->uv, on_timer, (uint64_t)((after + 999) / 1000), 0);
	return t;
}

void timer_close(struct timer *t)
{
	if (t)
		uv_close((uv_handle_t *)&t->uv, free_data);
}

/* ---- signals ---- */

struct signal_watch {
	uv_signal_t uv;
	void (*fn)(void *ctx, int number);
	void *ctx;
};

static void on_signal(uv_signal_t *handle, int number)
{
	struct signal_watch *w = handle->data;

	w->fn(w->ctx, number);
}

struct signal_watch *signal_watch_start(struct loop *l, int number,
					void (*fn)(void *ctx, int number), void *ctx)
{
	struct signal_watch *w;
	struct sigaction now;

	if (sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN)
		return NULL;
	w = heap_alloc(sizeof(*w));
	*w = (struct signal_watch){.fn = fn, .ctx = ctx};
	uv_signal_init(&l->uv, &w->uv);
	w->uv.data = w;
	uv_signal_start(&w->uv, on_signal, number);
	uv_unref((uv_handle_t *)&w->uv);
	return w;
}

void signal_watch_close(struct signal_watch *w)
{
	if (w)
		uv_close((uv_handle_t *)&w->uv, free_data);
}

/* ---- file watches ---- */

struct file_watch {
	uv_fs_event_t uv;
	void (*fn)(void *ctx);
	void *ctx;
};

static void on_file_event(uv_fs_event_t *handle, const char *name, int events, int status)
{
	struct file_watch *w = handle->data;

	w->fn(w->ctx);
}

bool file_watch_start(struct loop *l, sv path, void (*fn)(void *ctx), void *ctx,
		      struct file_watch **ret, struct err *e)
{
	AUTO_ARENA a = arena_new();
	struct file_watch *w = heap_alloc(sizeof(*w));
	int status;

	*w = (struct file_watch){.fn = fn, .ctx = ctx};
	uv_fs_event_init(&l->uv, &w->uv);
	w->uv.data = w;
	status = uv_fs_event_start(&w->uv, on_file_event, arena_cstr(a, path), 0);
	if (status < 0) {
		file_watch_close(w);
		return uv_failed(e, "watching", path, status);
	}
	*ret = w;
	return true;
}

void file_watch_close(struct file_watch *w)
{
	if (w)
		uv_close((uv_handle_t *)&w->uv, free_data);
}

/* ---- channels ---- */

struct channel {
	uv_pipe_t uv;
	struct channel_events on;
	struct buf in;
	size_t searched; /* bytes of `in` known to hold no newline */
	size_t sending;  /* writes under way */
	bool closing;    /* close once nothing is being sent */
	bool delivering; /* inside on_line: closing must wait */
};

struct send {
	uv_write_t uv;
	struct channel *to;
	char text[];
};

static void channel_freed(uv_handle_t *handle)
{
	struct channel *c = handle->data;

	buf_free(&c->in);
	free(c);
}

static void close_when_quiet(struct channel *c)
{
	if (c->closing && !c->sending && !c->delivering && !uv_is_closing((uv_handle_t *)&c->uv))
		uv_close((uv_handle_t *)&c->uv, channel_freed);
}

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
	struct channel *c = handle->data;

	ret->base = buf_room(&c->in, suggested);
	ret->len = suggested;
}

/* Hands over every whole line; true as long as the channel is wanted. */
static bool deliver_lines(struct channel *c)
{
	size_t start = 0, at;

	while (!c->closing && sv_find(sv_from(buf_sv(&c->in), c->searched), '\n', &at)) {
		sv line = {c->in.p + start, c->searched + at - start};

		start = c->searched += at + 1;
		c->on.on_line(c->on.ctx, line);
	}
	buf_drop(&c->in, start);
	c->searched = c->in.n;
	return !c->closing && c->in.n <= LONGEST_LINE;
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct channel *c = stream->data;
	bool wanted;

	if (n == 0)
		return;
	c->delivering = true;
	if (n > 0) {
		c->in.n += (size_t)n;
		c->in.p[c->in.n] = '\0';
		wanted = deliver_lines(c);
	} else {
		wanted = false;
	}
	if (!wanted && !c->closing) {
		uv_read_stop(stream);
		c->on.on_end(c->on.ctx);
	}
	c->delivering = false;
	close_when_quiet(c);
}

static struct channel *channel_new(struct loop *l)
{
	struct channel *c = heap_alloc(sizeof(*c));

	uv_pipe_init(&l->uv, &c->uv, 0);
	c->uv.data = c;
	return c;
}

static void ignore_line(void *ctx, sv line)
{
}

static void ignore_end(void *ctx)
{
}

void channel_listen_to(struct channel *c, const struct channel_events *on)
{
	c->on = *on;
	if (!c->on.on_line)
		c->on.on_line = ignore_line;
	if (!c->on.on_end)
		c->on.on_end = ignore_end;
	uv_read_start((uv_stream_t *)&c->uv, give_room, on_read);
}

/* The name by which a socket can be bound or reached although its path may be longer than the 107 bytes that the kernel
 * takes: through the descriptor of its folder. */
static bool socket_name(struct arena *a, sv path, int *ret_folder, sv *ret, struct err *e)
{
	sv folder = arena_sv(a, path_parent(path));

	*ret_folder = open(folder.p, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*ret_folder < 0)
		return file_error(e, "opening", folder, errno);
	*ret = arena_fmt(a, "/proc/self/fd/%d/" SV_FMT, *ret_folder, SV_ARG(path_leaf(path)));
	return true;
}

/* Connecting to a unix socket completes at once or fails at once: no need for a callback. */
bool channel_connect(struct loop *l, sv socket_path, const struct channel_events *on,
		     struct channel **ret, struct err *e)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	AUTO_ARENA a = arena_new();
	AUTO_FD folder = -1;
	AUTO_FD fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct channel *c;
	sv reach;

	if (!socket_name(a, socket_path, &folder, &reach, e))
		return false;
	assert(reach.n < sizeof(name.sun_path));
	memcpy(name.sun_path, reach.p, reach.n);
	if (fd < 0 || connect(fd, (struct sockaddr *)&name, sizeof(name)) < 0)
		return file_error(e, "connecting to", socket_path, errno);
	c = channel_new(l);
	uv_pipe_open(&c->uv, fd_take(&fd));
	channel_listen_to(c, on);
	*ret = c;
	return true;
}

static void on_sent(uv_write_t *request, int status)
{
	struct send *s = request->data;

	s->to->sending--;
	close_when_quiet(s->to);
	free(s);
}

void channel_send(struct channel *c, sv line)
{
	struct send *s = heap_alloc(sizeof(*s) + line.n + 1);
	uv_buf_t bytes;

	s->to = c;
	s->uv.data = s;
	memcpy(s->text, line.p, line.n);
	s->text[line.n] = '\n';
	bytes = uv_buf_init(s->text, (unsigned)(line.n + 1));
	if (c->closing || uv_write(&s->uv, (uv_stream_t *)&c->uv, &bytes, 1, on_sent) < 0)
		free(s);
	else
		c->sending++;
}

void channel_close(struct channel *c)
{
	if (!c || c->closing)
		return;
	c->closing = true;
	if (!uv_is_closing((uv_handle_t *)&c->uv))
		uv_read_stop((uv_stream_t *)&c->uv);
	close_when_quiet(c);
}

/* ---- listeners ---- */

struct listener {
	uv_pipe_t uv;
	void (*on_channel)(void *ctx, struct channel *c);
	void *ctx;
};

static void on_connection(uv_stream_t *server, int status)
{
	struct listener *l = server->data;
	struct channel *c;

	if (status < 0)
		return;
	c = heap_alloc(sizeof(*c));
	uv_pipe_init(server->loop, &c->uv, 0);
	c->uv.data = c;
	if (uv_accept(server, (uv_stream_t *)&c->uv) < 0)
		uv_close((uv_handle_t *)&c->uv, channel_freed);
	else
		l->on_channel(l->ctx, c);
}

bool listener_open(struct loop *l, sv socket_path, void (*on_channel)(void *ctx, struct channel *c),
		   void *ctx, struct listener **ret, struct err *e)
{
	AUTO_ARENA a = arena_new();
	AUTO_FD folder = -1;
	struct listener *s;
	sv reach;
	int status;

	if (!socket_name(a, socket_path, &folder, &reach, e))
		return false;
	s = heap_alloc(sizeof(*s));
	*s = (struct listener){.on_channel = on_channel, .ctx = ctx};
	file_remove(socket_path); /* left by one that was killed; the lock says nobody uses it */
	uv_pipe_init(&l->uv, &s->uv, 0);
	s->uv.data = s;
	status = uv_pipe_bind(&s->uv, reach.p);
	if (status == 0)
		status = uv_listen((uv_stream_t *)&s->uv, 64, on_connection);
	if (status < 0) {
		listener_close(s);
		return uv_failed(e, "listening on", socket_path, status);
	}
	uv_unref((uv_handle_t *)&s->uv);
	*ret = s;
	return true;
}

void listener_close(struct listener *s)
{
	if (s)
		uv_close((uv_handle_t *)&s->uv, free_data);
}

/* ---- children ---- */

struct child {
	uv_process_t uv;
	struct channel *channel;
	void (*on_exit)(void *ctx, struct child_exit how);
	void *ctx;
};

static void on_child_exit(uv_process_t *handle, int64_t code, int number)
{
	struct child *c = handle->data;

	if (c->on_exit)
		c->on_exit(c->ctx, (struct child_exit){.code = code, .signal = number});
}

static int open_output(const char *path)
{
	if (!path)
		return dup(STDERR_FILENO);
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

bool child_start(struct loop *l, const struct child_request *request, struct child **ret,
		 struct err *e)
{
	AUTO_FD output = open_output(request->output);
	struct child *c;
	uv_stdio_container_t stdio[4] = {{.flags = UV_IGNORE}};
	uv_process_options_t options = {
		.file = request->argv[0],
		.args = (char **)request->argv,
		.env = (char **)request->env,
		.cwd = request->folder,
		.exit_cb = on_child_exit,
		.stdio = stdio,
		.stdio_count = request->channel ? 4 : 3,
		.flags = request->own_session ? UV_PROCESS_DETACHED : 0,
	};
	int status;

	if (output < 0)
		return file_error(e, "opening", sv_of(request->output), errno);
	c = heap_alloc(sizeof(*c));
	*c = (struct child){.on_exit = request->on_exit, .ctx = request->ctx};
	stdio[1] = stdio[2] = (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = output};
	if (request->channel) {
		c->channel = channel_new(l);
		stdio[3] = (uv_stdio_container_t){
			.flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE,
			.data.stream = (uv_stream_t *)&c->channel->uv,
		};
	}
	c->uv.data = c;
	status = uv_spawn(&l->uv, &c->uv, &options);
	if (status < 0) {
		child_close(c);
		return uv_failed(e, "starting", sv_of(request->argv[0]), status);
	}
	if (c->channel)
		channel_listen_to(c->channel, &request->on);
	*ret = c;
	return true;
}

int child_pid(const struct child *c)
{
	return c->uv.pid;
}

struct channel *child_channel(const struct child *c)
{
	return c->channel;
}

void child_signal(struct child *c, int number)
{
	uv_process_kill(&c->uv, number);
}

void child_close(struct child *c)
{
	if (!c)
		return;
	channel_close(c->channel);
	c->on_exit = NULL;
	if (!uv_is_closing((uv_handle_t *)&c->uv))
		uv_close((uv_handle_t *)&c->uv, free_data);
}
