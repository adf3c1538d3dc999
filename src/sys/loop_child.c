/* loop_child.c -- child processes. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "sys/fd.h"
#include "sys/file.h"
#include "sys/loop_parts.h"

struct child {
	uv_process_t uv;
	struct channel *channel;
	void (*on_exit)(void *ctx, struct child_exit how);
	void *ctx;
	bool ended, closed;
};

static void on_child_exit(uv_process_t *handle, int64_t code, int number)
{
	struct child *c = handle->data;

	c->ended = true;
	if (c->closed)
		uv_close((uv_handle_t *)handle, loop_free_data);
	else if (c->on_exit)
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
		c->channel = channel_new(l, true);
		stdio[3] = (uv_stdio_container_t){
			.flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE,
			.data.stream = channel_stream(c->channel),
		};
	}
	c->uv.data = c;
	status = uv_spawn(&l->uv, &c->uv, &options);
	if (status < 0) {
		child_close(c);
		return loop_failed(e, "starting", sv_of(request->argv[0]), status);
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
	c->closed = true;
	uv_unref((uv_handle_t *)&c
			 ->uv); /* it stays until it has ended: somebody must take its status */
	if ((c->ended || !uv_is_active((uv_handle_t *)&c->uv)) &&
	    !uv_is_closing((uv_handle_t *)&c->uv))
		uv_close((uv_handle_t *)&c->uv, loop_free_data);
}
