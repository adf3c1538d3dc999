/* stream_listen.c -- addresses: taking in who calls, and calling. */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "sys/fd.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/stream_parts.h"

enum { BACKLOG = 1024 };

struct stream_listener {
	uv_tcp_t uv;
	struct tls_identity *tls;
	void (*on_stream)(void *ctx, struct stream *s);
	void *ctx;
};

static void on_connection(uv_stream_t *handle, int status)
{
	struct stream_listener *l = handle->data;
	struct stream *s;

	if (status < 0)
		return; /* it went away again, or no descriptors are left */
	s = stream_new((struct loop *)handle->loop);
	if (uv_accept(handle, (uv_stream_t *)&s->uv) < 0) {
		stream_close(s);
		return;
	}
	if (l->tls)
		s->tls = tls_session_new(l->tls);
	l->on_stream(l->ctx, s);
}

/* ---- TCP ---- */

static bool find_address(uv_loop_t *loop, const struct stream_address *address,
			 struct sockaddr_storage *ret, struct err *e)
{
	struct addrinfo wish = {.ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC};
	AUTO_ARENA a = arena_new();
	uv_getaddrinfo_t found;
	int status = uv_getaddrinfo(loop, &found, NULL, arena_cstr(a, address->host),
				    arena_fmt(a, "%u", address->port).p, &wish);

	if (status < 0) {
		err_set(e, ERR_NOT_FOUND, "listening on " SV_FMT ": %s", SV_ARG(address->host),
			uv_strerror(status));
		return err_hint(e, "give an address of this machine, such as 127.0.0.1 or ::1");
	}
	memcpy(ret, found.addrinfo->ai_addr, found.addrinfo->ai_addrlen);
	uv_freeaddrinfo(found.addrinfo);
	return true;
}

static bool not_listening(const struct stream_address *address, int status, struct err *e)
{
	static const struct {
		int status;
		enum err_kind kind;
		const char *remedy;
	} rows[] = {
		{UV_EADDRINUSE, ERR_CONFLICT,
		 "another program listens there: choose another port, or end it (ss -ltnp shows "
		 "which it is)"},
		{UV_EADDRNOTAVAIL, ERR_NOT_FOUND,
		 "this machine has no such address: ip addr shows those it has"},
		{UV_EACCES, ERR_DENIED,
		 "ports below 1024 are the administrator's: choose a higher one"},
	};
	const char *remedy = "";
	enum err_kind kind = ERR_UNAVAILABLE;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (rows[i].status != status)
			continue;
		kind = rows[i].kind;
		remedy = rows[i].remedy;
	}
	err_set(e, kind, "listening on " SV_FMT ", port %u: %s", SV_ARG(address->host),
		address->port, uv_strerror(status));
	return err_hint(e, "%s", remedy);
}

static bool listen_tcp(struct stream_listener *l, const struct stream_address *address,
		       struct err *e)
{
	struct sockaddr_storage name;
	int status;

	if (!find_address(l->uv.loop, address, &name, e))
		return false;
	status = uv_tcp_bind(&l->uv, (struct sockaddr *)&name, 0);
	if (status == 0)
		status = uv_tcp_nodelay(&l->uv, 1); /* which those that are taken in inherit */
	if (status == 0)
		status = uv_listen((uv_stream_t *)&l->uv, BACKLOG, on_connection);
	return status == 0 || not_listening(address, status, e);
}

/* ---- unix sockets ---- */

/* The name by which a socket can be bound or reached although its path may be longer than the 107 bytes that the kernel
 * takes: through the descriptor of its folder, which is the caller's to close once it was used. */
static bool socket_name(struct arena *a, sv path, int *ret_folder, sv *ret, struct err *e)
{
	sv folder = arena_sv(a, path_parent(path));

	*ret_folder = open(folder.p, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*ret_folder < 0)
		return file_error(e, "opening", folder, errno);
	*ret = arena_fmt(a, "/proc/self/fd/%d/" SV_FMT, *ret_folder, SV_ARG(path_leaf(path)));
	return true;
}

static bool listen_unix(struct stream_listener *l, sv path, struct err *e)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	AUTO_ARENA a = arena_new();
	AUTO_FD folder = -1;
	AUTO_FD fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	sv reach;
	int status;

	if (!socket_name(a, path, &folder, &reach, e))
		return false;
	assert(reach.n < sizeof(name.sun_path));
	memcpy(name.sun_path, reach.p, reach.n);
	file_remove(path);
	if (fd < 0 || fchmod(fd, S_IRUSR | S_IWUSR) < 0 ||
	    bind(fd, (struct sockaddr *)&name, sizeof(name)) < 0)
		return file_error(e, "listening on", path, errno);
	status = uv_tcp_open(&l->uv, fd);
	if (status == 0) {
		fd_take(&fd);
		status = uv_listen((uv_stream_t *)&l->uv, BACKLOG, on_connection);
	}
	return status == 0 || loop_failed(e, "listening on", path, status);
}

/* Connecting to a unix socket completes at once or fails at once: no need for a callback. */
bool stream_connect(struct loop *l, sv path, struct stream **ret, struct err *e)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	AUTO_ARENA a = arena_new();
	AUTO_FD folder = -1;
	AUTO_FD fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct stream *s;
	sv reach;

	if (!socket_name(a, path, &folder, &reach, e))
		return false;
	assert(reach.n < sizeof(name.sun_path));
	memcpy(name.sun_path, reach.p, reach.n);
	if (fd < 0 || connect(fd, (struct sockaddr *)&name, sizeof(name)) < 0)
		return file_error(e, "connecting to", path, errno);
	s = stream_new(l);
	if (uv_tcp_open(&s->uv, fd) < 0) {
		stream_close(s);
		return file_error(e, "connecting to", path, errno);
	}
	fd_take(&fd);
	*ret = s;
	return true;
}

/* ---- both ---- */

bool stream_listen(const struct stream_listener_request *request, struct stream_listener **ret,
		   struct err *e)
{
	struct stream_listener *l = heap_alloc(sizeof(*l));

	*l = (struct stream_listener){
		.tls = request->tls, .on_stream = request->on_stream, .ctx = request->ctx};
	uv_tcp_init(&request->loop->uv, &l->uv);
	l->uv.data = l;
	if (!(request->address.path.p ? listen_unix(l, request->address.path, e)
				      : listen_tcp(l, &request->address, e))) {
		stream_listener_close(l);
		return false;
	}
	uv_unref((uv_handle_t *)&l->uv);
	*ret = l;
	return true;
}

uint16_t stream_listener_port(const struct stream_listener *l)
{
	struct sockaddr_storage name = {0};
	int n = sizeof(name);

	uv_tcp_getsockname(&l->uv, (struct sockaddr *)&name, &n);
	return ntohs(name.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&name)->sin6_port
						: ((struct sockaddr_in *)&name)->sin_port);
}

void stream_listener_close(struct stream_listener *l)
{
	if (l)
		uv_close((uv_handle_t *)&l->uv, loop_free_data);
}
