/* loop_channel.c -- lines over unix sockets. */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "sys/fd.h"
#include "sys/file.h"
#include "sys/loop_parts.h"
#include "sys/path.h"

enum { LONGEST_LINE = 64 << 20 };

struct channel {
	uv_pipe_t uv;
	struct channel_events on;
	struct buf in;   /* the beginning of a line whose end has not come */
	size_t searched; /* bytes of `in` known to hold no newline */
	size_t sending;  /* writes under way */
	size_t passed;   /* descriptors that came with the line begun, or being delivered */
	size_t came;     /* those that came with this read */
	bool closing;    /* close once nothing is being sent */
	bool delivering; /* inside on_line: closing must wait */
};

struct send {
	uv_write_t uv;
	struct channel *to;
	char text[];
};

void channel_freed(uv_handle_t *handle)
{
	struct channel *c = handle->data;

	buf_free(&c->in);
	free(c);
}

bool channel_is_speaking(const uv_handle_t *handle)
{
	const uv_stream_t *stream = (const uv_stream_t *)handle;
	const struct channel *c = handle->data;

	if (uv_handle_get_type(handle) != UV_NAMED_PIPE || !uv_is_readable(stream))
		return false; /* a listener */
	return uv_stream_get_write_queue_size(stream) > 0 || (c->closing && c->sending > 0);
}

uv_stream_t *channel_stream(struct channel *c)
{
	return (uv_stream_t *)&c->uv;
}

static void close_when_quiet(struct channel *c)
{
	if (c->closing && !c->sending && !c->delivering && !uv_is_closing((uv_handle_t *)&c->uv))
		uv_close((uv_handle_t *)&c->uv, channel_freed);
}

/* Most reads bring whole lines: one room for all channels then, and none is kept for each. */
static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
	struct channel *c = handle->data;
	struct loop *l = (struct loop *)uv_handle_get_loop(handle);

	if (c->in.n || l->room_taken) {
		*ret = uv_buf_init(buf_room(&c->in, suggested), (unsigned)suggested);
		return;
	}
	l->room_taken = true;
	*ret = uv_buf_init(l->room, sizeof(l->room));
}

/* The next one in the order they were sent; NULL when it is no stream socket, which is thrown away. */
static struct channel *accept_passed(struct channel *c)
{
	bool fits = uv_pipe_pending_type(&c->uv) == UV_NAMED_PIPE;
	struct loop *l = (struct loop *)uv_handle_get_loop((uv_handle_t *)&c->uv);
	struct channel *passed = channel_new(l, false);

	if (uv_accept((uv_stream_t *)&c->uv, (uv_stream_t *)&passed->uv) == 0 && fits &&
	    uv_stream_set_blocking((uv_stream_t *)&passed->uv, 0) == 0)
		return passed;
	uv_close((uv_handle_t *)&passed->uv, channel_freed);
	return NULL;
}

struct channel *channel_take(struct channel *c)
{
	if (!c->passed)
		return NULL;
	c->passed--;
	return accept_passed(c);
}

/* What a line brought and nobody took. */
static void drop_passed(struct channel *c)
{
	while (c->passed && !c->closing)
		channel_close(channel_take(c));
	c->passed = 0;
}

/* A read ends behind the write that brought descriptors, but may begin with others that brought none: so they are those of
 * the last line begun in it. */
static void give_came(struct channel *c)
{
	c->passed += c->came;
	c->came = 0;
}

/* Hands over every whole line of `text`, of which so many bytes hold none; returns where the rest begins. */
static size_t deliver(struct channel *c, sv text, size_t searched)
{
	size_t start = 0, at;

	while (!c->closing && sv_find(sv_from(text, searched), '\n', &at)) {
		sv line = {text.p + start, searched + at - start};

		start = searched += at + 1;
		if (start == text.n)
			give_came(c);
		c->on.on_line(c->on.ctx, line);
		drop_passed(c);
	}
	return start;
}

/* True as long as the channel is wanted. */
static bool deliver_lines(struct channel *c, sv came)
{
	if (came.p == c->in.p + c->in.n) {
		c->in.n += came.n;
		c->in.p[c->in.n] = '\0';
		buf_drop(&c->in, deliver(c, buf_sv(&c->in), c->searched));
	} else {
		came = sv_from(came, deliver(c, came, 0));
		if (came.n)
			buf_add(&c->in, came);
	}
	if (!c->in.n)
		buf_free(&c->in);
	c->searched = c->in.n;
	return !c->closing && c->in.n <= LONGEST_LINE;
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct channel *c = stream->data;
	struct loop *l = (struct loop *)stream->loop;
	bool shared = buf->base == l->room, wanted;

	if (shared && n <= 0)
		l->room_taken = false;
	if (n == 0)
		return;
	c->delivering = true;
	if (n > 0) {
		c->came = (size_t)uv_pipe_pending_count(&c->uv) - c->passed;
		wanted = deliver_lines(c, (sv){buf->base, (size_t)n});
		l->room_taken = l->room_taken && !shared;
		give_came(c);
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

struct channel *channel_new(struct loop *l, bool takes)
{
	struct channel *c = heap_alloc(sizeof(*c));

	uv_pipe_init(&l->uv, &c->uv, takes);
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

struct channel *channel_adopt(struct loop *l, int fd)
{
	struct channel *c = channel_new(l, false);

	uv_pipe_open(&c->uv, fd);
	return c;
}

static void on_sent(uv_write_t *request, int status)
{
	struct send *s = request->data;

	s->to->sending--;
	close_when_quiet(s->to);
	free(s);
}

/* What the socket does not take now. */
static void send_later(struct channel *c, sv line, size_t sent)
{
	size_t left = line.n + 1 - sent;
	struct send *s = heap_alloc(sizeof(*s) + left);
	uv_buf_t bytes = uv_buf_init(s->text, (unsigned)left);

	s->to = c;
	s->uv.data = s;
	if (left > 1)
		memcpy(s->text, line.p + sent, left - 1);
	s->text[left - 1] = '\n';
	if (uv_write(&s->uv, (uv_stream_t *)&c->uv, &bytes, 1, on_sent) < 0)
		free(s);
	else
		c->sending++;
}

/* Most lines fit into the socket at once, without a copy and without a word to epoll. */
void channel_send(struct channel *c, sv line)
{
	char end = '\n';
	const uv_buf_t parts[] = {uv_buf_init((char *)line.p, (unsigned)line.n),
				  uv_buf_init(&end, 1)};
	int sent;

	if (c->closing)
		return;
	sent = uv_try_write((uv_stream_t *)&c->uv, parts, COUNT_OF(parts));
	if (sent < 0 || (size_t)sent < line.n + 1)
		send_later(c, line, sent < 0 ? 0 : (size_t)sent);
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
