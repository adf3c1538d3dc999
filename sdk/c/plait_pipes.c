/* plait_pipes.c -- see plait_pipes.h.  From top to bottom: errors, bytes, the two bootstrap parameters, the message
 * channel, opening, the context's accessors, metadata, reports, closing.  Needs jansson, zlib and POSIX threads. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "plait_pipes.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum {
	CONTEXT_BYTES = 64 << 20, /* of what the orchestrator passes, unpacked */
	LINE_BYTES = 16 << 20,    /* of one message: plait takes no longer line */
	EXCEPTION_DEPTH = 16,     /* causes of causes; ends a circle too */
};

struct bytes {
	char *p;
	size_t n, room;
};

struct channel {
	int fd;
	bool is_stdout; /* the program prints to it as well, through stdio */
	bool buffered;  /* nothing is written before close */
	bool torn;      /* the last line was cut off, by a full disk say, and lacks its newline */
	struct bytes pending;
};

struct plait_pipes {
	pthread_mutex_t lock; /* of all below but the context, which never changes */
	json_t *context;      /* NULL: there is no orchestrator */
	json_t *materialized; /* an object whose keys are the assets reported */
	json_t *dumps;        /* texts made on demand, kept for the caller */
	struct channel channel;
	bool closed;
	bool exit_on_error;
};

/* --- errors --- */

static _Thread_local char error_text[1024] = "nothing has failed";

static bool fail(const char *format, ...) PLAIT_PIPES_PRINTF(1, 2);

static bool fail(const char *format, ...)
{
	char text[sizeof(error_text)]; /* the arguments may hold the error before */
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	memcpy(error_text, text, sizeof(text));
	return false;
}

static bool fail_memory(void)
{
	return fail("out of memory");
}

const char *plait_pipes_error(void)
{
	return error_text;
}

/* --- bytes --- */

/* Make room for `more` bytes and a NUL behind them. */
static bool bytes_reserve(struct bytes *b, size_t more)
{
	size_t room = b->room ? b->room : 4096;
	char *p;

	while (room - b->n <= more)
		room *= 2;
	if (room == b->room)
		return true;
	p = realloc(b->p, room);
	if (!p)
		return fail_memory();
	b->p = p;
	b->room = room;
	return true;
}

static bool bytes_add(struct bytes *b, const char *p, size_t n)
{
	if (!bytes_reserve(b, n))
		return false;
	memcpy(b->p + b->n, p, n);
	b->n += n;
	return true;
}

static int base64_digit(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static bool decode_base64(const char *from, const char *text, struct bytes *ret)
{
	size_t digits = strspn(text,
			       "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
	size_t padding = strspn(text + digits, "=");
	uint32_t bits = 0;

	if (text[digits + padding] || padding > 2 || digits % 4 == 1 || digits == 0)
		return fail(
			"%s is not base64 from its character %zu on; it must be passed on as the "
			"orchestrator made it",
			from, digits + 1);
	if (!bytes_reserve(ret, digits / 4 * 3 + 3))
		return false;
	for (size_t i = 0; i < digits; i++) {
		bits = bits << 6 | (uint32_t)base64_digit(text[i]);
		if (i % 4 != 0)
			ret->p[ret->n++] = (char)(bits >> (6 - i % 4 * 2));
	}
	return true;
}

static bool inflate_into(z_stream *z, const char *from, struct bytes *ret)
{
	int status;

	do {
		if (!bytes_reserve(ret, ret->n + 4096))
			return false;
		z->next_out = (Bytef *)ret->p + ret->n;
		z->avail_out = (uInt)(ret->room - ret->n - 1);
		status = inflate(z, Z_NO_FLUSH);
		ret->n = (size_t)((char *)z->next_out - ret->p);
		if (ret->n > CONTEXT_BYTES)
			return fail("%s unpacks to more than %d bytes", from, CONTEXT_BYTES);
	} while (status == Z_OK && (z->avail_in || !z->avail_out));
	if (status == Z_OK || status == Z_BUF_ERROR)
		return fail("%s ends in the middle of its zlib stream; was it cut off on its way?",
			    from);
	return status == Z_STREAM_END ||
	       fail("%s holds no zlib stream (%s)", from, z->msg ? z->msg : "unknown form");
}

static bool decompress(const char *from, const struct bytes *packed, struct bytes *ret)
{
	z_stream z = {.next_in = (Bytef *)packed->p, .avail_in = (uInt)packed->n};
	bool done;

	if (inflateInit(&z) != Z_OK)
		return fail_memory();
	done = inflate_into(&z, from, ret);
	inflateEnd(&z);
	return done;
}

static bool read_stream(FILE *file, const char *path, struct bytes *ret)
{
	size_t n;

	do {
		if (!bytes_reserve(ret, 1 << 16))
			return false;
		n = fread(ret->p + ret->n, 1, 1 << 16, file);
		ret->n += n;
		if (ret->n > CONTEXT_BYTES)
			return fail("%s has more than %d bytes", path, CONTEXT_BYTES);
	} while (n);
	return !ferror(file) || fail("%s could not be read: %s", path, strerror(errno));
}

static json_t *parse_json(const char *from, const struct bytes *text)
{
	json_error_t why;
	json_t *value = json_loadb(text->n ? text->p : "", text->n,
				   JSON_ALLOW_NUL | JSON_DECODE_ANY, &why);

	if (!value)
		fail("%s is not JSON: line %d, column %d: %s", from, why.line, why.column,
		     why.text);
	return value;
}

/* --- the two bootstrap parameters --- */

struct parameter {
	const char *variable, *flag;
};

static const struct parameter context_parameter = {"DAGSTER_PIPES_CONTEXT",
						   "--dagster-pipes-context"};
static const struct parameter messages_parameter = {"DAGSTER_PIPES_MESSAGES",
						    "--dagster-pipes-messages"};

/* The last one counts; what stands behind `--` is not a flag. */
static const char *find_argument(const struct plait_pipes_options *options, const char *flag)
{
	const char *value = NULL;
	size_t n = strlen(flag);

	for (int i = 1; i < options->argc && options->argv && options->argv[i]; i++) {
		const char *word = options->argv[i];

		if (strcmp(word, "--") == 0)
			break;
		if (strncmp(word, flag, n) == 0 && word[n] == '=')
			value = word + n + 1;
		else if (strcmp(word, flag) == 0 && i + 1 < options->argc)
			value = options->argv[++i];
	}
	return value;
}

/* The value and, for errors, whence it came; NULL when it was not passed. */
static const char *find_parameter(const struct plait_pipes_options *options,
				  const struct parameter *parameter, const char **ret_from)
{
	const char *value = find_argument(options, parameter->flag);

	*ret_from = value ? parameter->flag : parameter->variable;
	return value ? value : getenv(parameter->variable);
}

static json_t *decode_parameter(const char *from, const char *value)
{
	struct bytes packed = {0}, text = {0};
	json_t *decoded = NULL;

	if (decode_base64(from, value, &packed) && decompress(from, &packed, &text))
		decoded = parse_json(from, &text);
	free(packed.p);
	free(text.p);
	if (!decoded || json_is_object(decoded))
		return decoded;
	json_decref(decoded);
	fail("%s holds JSON that is not an object", from);
	return NULL;
}

static json_t *read_json_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct bytes text = {0};
	json_t *value = NULL;

	if (!file) {
		fail("the context file %s could not be opened: %s", path, strerror(errno));
		return NULL;
	}
	if (read_stream(file, path, &text))
		value = parse_json(path, &text);
	fclose(file);
	free(text.p);
	return value;
}

static bool is_null_or(json_type type, const json_t *value)
{
	return !value || json_is_null(value) || json_typeof(value) == type;
}

/* The accessors rely on the types that are checked here. */
static bool check_context(const char *from, json_t *context)
{
	static const struct {
		const char *name;
		json_type type;
		bool required;
	} members[] = {
		{"asset_keys", JSON_ARRAY, false},
		{"code_version_by_asset_key", JSON_OBJECT, false},
		{"provenance_by_asset_key", JSON_OBJECT, false},
		{"partition_key", JSON_STRING, false},
		{"partition_key_range", JSON_OBJECT, false},
		{"partition_time_window", JSON_OBJECT, false},
		{"run_id", JSON_STRING, true},
		{"job_name", JSON_STRING, false},
		{"retry_number", JSON_INTEGER, false},
		{"extras", JSON_OBJECT, false},
	};
	json_t *keys = json_object_get(context, "asset_keys"), *key;
	size_t i;

	if (!json_is_object(context))
		return fail("the context in %s is not an object", from);
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const json_t *member = json_object_get(context, members[i].name);

		if (!is_null_or(members[i].type, member) ||
		    (members[i].required && !json_is_string(member)))
			return fail(
				"the context in %s has no valid '%s'; is it one of Dagster Pipes?",
				from, members[i].name);
	}
	json_array_foreach(keys, i, key)
	{
		if (!json_is_string(key))
			return fail("the context in %s has an asset key that is not a text", from);
	}
	return true;
}

static json_t *load_context(const char *from, const json_t *params)
{
	const json_t *path = json_object_get(params, "path");
	json_t *data = json_object_get(params, "data"), *context;

	if (json_is_string(path)) {
		from = json_string_value(path);
		context = read_json_file(from);
	} else if (data) {
		context = json_incref(data);
	} else {
		fail("%s names neither a 'path' nor 'data'; this library reads no other carrier of "
		     "a context",
		     from);
		return NULL;
	}
	if (context && check_context(from, context))
		return context;
	json_decref(context);
	return NULL;
}

/* --- the message channel --- */

static bool open_file(struct channel *c, const char *path)
{
	c->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	return c->fd >= 0 ||
	       fail("the message file %s could not be opened: %s", path, strerror(errno));
}

/* A copy, so that the program may redirect its own output later. */
static bool open_stdio(struct channel *c, const char *from, const char *stream)
{
	c->is_stdout = strcmp(stream, "stdout") == 0;
	if (!c->is_stdout && strcmp(stream, "stderr") != 0)
		return fail("%s names the stream '%s'; it can be stdout or stderr", from, stream);
	c->fd = fcntl(c->is_stdout ? STDOUT_FILENO : STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	return c->fd >= 0 || fail("messages cannot be written to %s: %s", stream, strerror(errno));
}

static bool channel_open(struct channel *c, const char *from, const json_t *params)
{
	const char *path = json_string_value(json_object_get(params, "path"));
	const char *stdio = json_string_value(json_object_get(params, "stdio"));
	const char *buffered = json_string_value(json_object_get(params, "buffered_stdio"));

	if (path)
		return open_file(c, path);
	if (stdio)
		return open_stdio(c, from, stdio);
	c->buffered = buffered != NULL;
	if (buffered)
		return open_stdio(c, from, buffered);
	return fail("%s names no 'path', 'stdio' or 'buffered_stdio'; this library writes messages "
		    "nowhere "
		    "else, so choose another message reader in the pipeline",
		    from);
}

/* A reader that has gone must not end the program by a signal. */
static ssize_t write_quietly(int fd, const char *p, size_t n)
{
	sigset_t only, before, pending;
	int signal_number, why;
	ssize_t written;

	sigemptyset(&only);
	sigaddset(&only, SIGPIPE);
	sigpending(&pending);
	pthread_sigmask(SIG_BLOCK, &only, &before);
	written = write(fd, p, n);
	why = errno;
	if (written < 0 && why == EPIPE && !sigismember(&pending, SIGPIPE)) {
		sigpending(&pending); /* not there when the program ignores it */
		if (sigismember(&pending, SIGPIPE))
			sigwait(&only, &signal_number);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = why;
	return written;
}

/* One write for the line; more only when the system took a part of it. */
static bool write_all(struct channel *c, const char *line, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t written = write_quietly(c->fd, line + done, n - done);

		if (written > 0) {
			done += (size_t)written;
		} else if (written < 0 && errno == EAGAIN) {
			poll(&(struct pollfd){.fd = c->fd, .events = POLLOUT}, 1, -1);
		} else if (written == 0 || errno != EINTR) {
			c->torn = c->torn || done > 0;
			return fail("a message could not be written: %s",
				    written == 0 ? "nothing was taken" : strerror(errno));
		}
	}
	return true;
}

static bool write_line(struct channel *c, const char *line, size_t n)
{
	if (c->is_stdout)
		fflush(stdout); /* what the program printed before stands before */
	if (c->torn) {
		if (!write_all(c, "\n", 1))
			return false;
		c->torn = false;
	}
	return write_all(c, line, n);
}

static bool channel_flush(struct channel *c)
{
	const char *at = c->pending.p, *end = at + c->pending.n;
	bool done = true;

	while (at < end) {
		const char *next = (const char *)memchr(at, '\n', (size_t)(end - at)) + 1;

		done = write_line(c, at, (size_t)(next - at)) && done;
		at = next;
	}
	c->pending.n = 0;
	return done;
}

static void channel_close(struct channel *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	free(c->pending.p);
	c->pending = (struct bytes){0};
}

/* Takes `params`; NULL is an error already told. */
static bool send_message(struct channel *c, const char *method, json_t *params)
{
	json_t *message;
	char *line;
	size_t n;
	bool done;

	if (!params)
		return false;
	message = json_pack("{s:s, s:s, s:o}", "__dagster_pipes_version", "0.1", "method", method,
			    "params", params);
	line = message ? json_dumps(message, JSON_ENSURE_ASCII) : NULL;
	json_decref(message);
	if (!line)
		return fail_memory();
	n = strlen(line) + 1;
	line[n - 1] = '\n'; /* where the NUL was */
	if (n > LINE_BYTES)
		done = fail("a message (%s) of %zu bytes is too long, at most %d; keep large data "
			    "out of it",
			    method, n, LINE_BYTES);
	else
		done = c->buffered ? bytes_add(&c->pending, line, n) : write_line(c, line, n);
	free(line);
	return done;
}

/* --- opening --- */

static struct plait_pipes *session_new(const struct plait_pipes_options *options)
{
	struct plait_pipes *p = calloc(1, sizeof(*p));

	if (!p) {
		fail_memory();
		return NULL;
	}
	pthread_mutex_init(&p->lock, NULL);
	p->channel.fd = -1;
	p->exit_on_error = options->exit_on_error;
	return p;
}

static bool session_open(struct plait_pipes *p, const struct plait_pipes_options *options,
			 const char *context_from, const char *context_value)
{
	const char *messages_from;
	const char *messages_value = find_parameter(options, &messages_parameter, &messages_from);
	json_t *context = NULL, *messages = NULL;
	bool done = false;

	if (!messages_value)
		return fail("%s is there but %s is not: pass both on, as the orchestrator set them",
			    context_from, messages_from);
	context = decode_parameter(context_from, context_value);
	messages = context ? decode_parameter(messages_from, messages_value) : NULL;
	if (messages) {
		p->materialized = json_object();
		p->dumps = json_object();
		p->context = load_context(context_from, context);
		done = p->context && channel_open(&p->channel, messages_from, messages) &&
		       send_message(&p->channel, "opened", json_pack("{s:{}}", "extras"));
	}
	json_decref(context);
	json_decref(messages);
	return done;
}

struct plait_pipes *plait_pipes_open(const struct plait_pipes_options *options)
{
	static const struct plait_pipes_options none;
	const char *from, *value;
	struct plait_pipes *p;

	options = options ? options : &none;
	p = session_new(options);
	value = find_parameter(options, &context_parameter, &from);
	if (p && !value && !options->quiet)
		fprintf(stderr,
			"warning: no orchestrator started this program (%s is not set): what it "
			"reports goes "
			"nowhere\n",
			from);
	if (p && (!value || session_open(p, options, from, value)))
		return p;
	plait_pipes_free(p);
	if (options->exit_on_error) {
		fprintf(stderr, "error: %s\n", error_text);
		exit(EXIT_FAILURE);
	}
	return NULL;
}

void plait_pipes_free(struct plait_pipes *p)
{
	if (!p)
		return;
	channel_close(&p->channel);
	json_decref(p->context);
	json_decref(p->materialized);
	json_decref(p->dumps);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* --- what is to be made --- */

/* NULL when nothing is known by that name, or it is null. */
static json_t *member(const struct plait_pipes *p, const char *name)
{
	json_t *value = p ? json_object_get(p->context, name) : NULL;

	return json_is_null(value) ? NULL : value;
}

static const char *text_member(const struct plait_pipes *p, const char *name)
{
	const char *text = json_string_value(member(p, name));

	if (!text)
		fail("the orchestrator passed no %s", name);
	return text;
}

bool plait_pipes_is_active(const struct plait_pipes *p)
{
	return p && p->context;
}

size_t plait_pipes_asset_count(const struct plait_pipes *p)
{
	return json_array_size(member(p, "asset_keys"));
}

const char *plait_pipes_asset_key_at(const struct plait_pipes *p, size_t at)
{
	const char *key = json_string_value(json_array_get(member(p, "asset_keys"), at));

	if (!key)
		fail("the step has %zu assets; there is no number %zu", plait_pipes_asset_count(p),
		     at);
	return key;
}

static const char *fail_key(const struct plait_pipes *p, const char *asset_key)
{
	char list[512] = "";
	size_t n = 0, count = plait_pipes_asset_count(p);

	for (size_t i = 0; i < count && n < sizeof(list); i++)
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s", i ? ", " : "",
				      plait_pipes_asset_key_at(p, i));
	if (asset_key)
		fail("the asset '%s' is not one of this step, which makes %s", asset_key, list);
	else if (count)
		fail("the step makes several assets (%s): say which is meant", list);
	else
		fail("the step makes no asset: say which is meant");
	return NULL;
}

/* A step without assets may report any; one with assets only these. */
static const char *find_key(const struct plait_pipes *p, const char *asset_key)
{
	size_t count = plait_pipes_asset_count(p);

	if (!asset_key)
		return count == 1 ? plait_pipes_asset_key_at(p, 0) : fail_key(p, NULL);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(plait_pipes_asset_key_at(p, i), asset_key) == 0)
			return asset_key;
	}
	return count ? fail_key(p, asset_key) : asset_key;
}

const char *plait_pipes_asset_key(const struct plait_pipes *p)
{
	return find_key(p, NULL);
}

const char *plait_pipes_run_id(const struct plait_pipes *p)
{
	return text_member(p, "run_id");
}

const char *plait_pipes_job_name(const struct plait_pipes *p)
{
	return text_member(p, "job_name");
}

int plait_pipes_retry_number(const struct plait_pipes *p)
{
	return (int)json_integer_value(member(p, "retry_number"));
}

const char *plait_pipes_code_version(const struct plait_pipes *p, const char *asset_key)
{
	const char *key = find_key(p, asset_key), *version;

	if (!key)
		return NULL;
	version = json_string_value(json_object_get(member(p, "code_version_by_asset_key"), key));
	if (!version)
		fail("the asset '%s' has no code version", key);
	return version;
}

/* NULL when the asset was never made, or its orchestrator does not say of what. */
static const json_t *provenance(const struct plait_pipes *p, const char *asset_key)
{
	const char *key = find_key(p, asset_key);
	const json_t *found = key ? json_object_get(member(p, "provenance_by_asset_key"), key)
				  : NULL;

	if (json_is_object(found))
		return found;
	if (key)
		fail("nothing is known of what the asset '%s' was made from", key);
	return NULL;
}

bool plait_pipes_has_provenance(const struct plait_pipes *p, const char *asset_key)
{
	return provenance(p, asset_key) != NULL;
}

bool plait_pipes_provenance_is_user_provided(const struct plait_pipes *p, const char *asset_key)
{
	return json_is_true(json_object_get(provenance(p, asset_key), "is_user_provided"));
}

const char *plait_pipes_provenance_code_version(const struct plait_pipes *p, const char *asset_key)
{
	return json_string_value(json_object_get(provenance(p, asset_key), "code_version"));
}

const char *plait_pipes_provenance_input(const struct plait_pipes *p, const char *asset_key,
					 const char *input_key)
{
	const json_t *known = provenance(p, asset_key);
	const char *version = json_string_value(
		json_object_get(json_object_get(known, "input_data_versions"), input_key));

	if (known && !version)
		fail("no data version of the input '%s' is known", input_key ? input_key : "");
	return version;
}

const char *plait_pipes_partition_key(const struct plait_pipes *p)
{
	return text_member(p, "partition_key");
}

static bool span_member(const struct plait_pipes *p, const char *name, struct plait_pipes_span *ret)
{
	const json_t *span = member(p, name);
	const char *start = json_string_value(json_object_get(span, "start"));
	const char *end = json_string_value(json_object_get(span, "end"));

	if (!start || !end)
		return fail("the orchestrator passed no %s", name);
	*ret = (struct plait_pipes_span){start, end};
	return true;
}

bool plait_pipes_partition_key_range(const struct plait_pipes *p,
				     struct plait_pipes_span *ret_range)
{
	return span_member(p, "partition_key_range", ret_range);
}

bool plait_pipes_partition_time_window(const struct plait_pipes *p,
				       struct plait_pipes_span *ret_window)
{
	return span_member(p, "partition_time_window", ret_window);
}

static bool fail_extra(const char *name, const json_t *value, const char *wanted)
{
	return value ? fail("the extra '%s' is not %s", name, wanted)
		     : fail("there is no extra '%s': pass it in `extras` where the pipeline starts "
			    "this program",
			    name ? name : "");
}

static json_t *extra(const struct plait_pipes *p, const char *name)
{
	return json_object_get(member(p, "extras"), name);
}

const char *plait_pipes_extra_text(const struct plait_pipes *p, const char *name)
{
	const json_t *value = extra(p, name);

	if (!json_is_string(value))
		fail_extra(name, value, "a text");
	return json_string_value(value);
}

bool plait_pipes_extra_int(const struct plait_pipes *p, const char *name, int64_t *ret_value)
{
	const json_t *value = extra(p, name);

	if (!json_is_integer(value))
		return fail_extra(name, value, "a whole number");
	*ret_value = json_integer_value(value);
	return true;
}

bool plait_pipes_extra_float(const struct plait_pipes *p, const char *name, double *ret_value)
{
	const json_t *value = extra(p, name);

	if (!json_is_number(value))
		return fail_extra(name, value, "a number");
	*ret_value = json_number_value(value);
	return true;
}

bool plait_pipes_extra_bool(const struct plait_pipes *p, const char *name, bool *ret_value)
{
	const json_t *value = extra(p, name);

	if (!json_is_boolean(value))
		return fail_extra(name, value, "true or false");
	*ret_value = json_is_true(value);
	return true;
}

/* The value as text, made once and kept under `name`. */
static const char *dump(struct plait_pipes *p, const char *name, const json_t *value)
{
	const char *kept;
	char *text;

	pthread_mutex_lock(&p->lock);
	if (!json_object_get(p->dumps, name)) {
		text = json_dumps(value, JSON_ENCODE_ANY);
		if (!text || json_object_set_new(p->dumps, name, json_string(text)) < 0)
			fail_memory();
		free(text);
	}
	kept = json_string_value(json_object_get(p->dumps, name));
	pthread_mutex_unlock(&p->lock);
	return kept;
}

const char *plait_pipes_extra_json(struct plait_pipes *p, const char *name)
{
	const json_t *value = extra(p, name);
	char kept_as[512];

	if (!value) {
		fail_extra(name, NULL, "");
		return NULL;
	}
	if (snprintf(kept_as, sizeof(kept_as), "extra %s", name) >= (int)sizeof(kept_as)) {
		fail("the name of an extra has more than %zu bytes", sizeof(kept_as));
		return NULL;
	}
	return dump(p, kept_as, value);
}

const char *plait_pipes_context_json(struct plait_pipes *p)
{
	if (plait_pipes_is_active(p))
		return dump(p, "context", p->context);
	fail("no orchestrator started this program");
	return NULL;
}

/* --- metadata --- */

enum form { FORM_TEXT, FORM_INT, FORM_FLOAT, FORM_BOOL, FORM_NULL, FORM_JSON };

#define TYPES(X)                                              \
	X(TEXT, "text", FORM_TEXT, NULL)                      \
	X(URL, "url", FORM_TEXT, NULL)                        \
	X(PATH, "path", FORM_TEXT, NULL)                      \
	X(NOTEBOOK, "notebook", FORM_TEXT, NULL)              \
	X(MD, "md", FORM_TEXT, NULL)                          \
	X(ASSET, "asset", FORM_TEXT, NULL)                    \
	X(RUN, "dagster_run", FORM_TEXT, NULL)                \
	X(INT, "int", FORM_INT, NULL)                         \
	X(FLOAT, "float", FORM_FLOAT, NULL)                   \
	X(TIMESTAMP, "timestamp", FORM_FLOAT, NULL)           \
	X(BOOL, "bool", FORM_BOOL, NULL)                      \
	X(NULL, "null", FORM_NULL, NULL)                      \
	X(JSON, "json", FORM_JSON, NULL)                      \
	X(INFER, "__infer__", FORM_JSON, NULL)                \
	X(TABLE, "table", FORM_JSON, "records")               \
	X(TABLE_SCHEMA, "table_schema", FORM_JSON, "columns") \
	X(COLUMN_LINEAGE, "table_column_lineage", FORM_JSON, "deps_by_column")

#define TYPE_ENUM(name, wire, form, needs) TYPE_##name,
#define TYPE_ROW(name, wire, form, needs)  {wire, form, needs},
/* The first is 1: a value that nobody made is not taken for one. */
enum type { TYPE_NONE, TYPES(TYPE_ENUM) TYPE_COUNT };

static const struct {
	const char *wire;
	enum form form;
	const char *needs; /* a member without which the orchestrator would fail on it */
} types[] = {{NULL, FORM_NULL, NULL}, TYPES(TYPE_ROW)};

#define VALUE_OF(function, value_type, c_type, field)                                   \
	struct plait_pipes_value plait_pipes_##function(const char *name, c_type value) \
	{                                                                               \
		return (struct plait_pipes_value){                                      \
			.name = name, .type = value_type, .as.field = value};           \
	}

VALUE_OF(text, TYPE_TEXT, const char *, text)
VALUE_OF(url, TYPE_URL, const char *, text)
VALUE_OF(path, TYPE_PATH, const char *, text)
VALUE_OF(notebook, TYPE_NOTEBOOK, const char *, text)
VALUE_OF(md, TYPE_MD, const char *, text)
VALUE_OF(asset, TYPE_ASSET, const char *, text)
VALUE_OF(run, TYPE_RUN, const char *, text)
VALUE_OF(int, TYPE_INT, int64_t, integer)
VALUE_OF(float, TYPE_FLOAT, double, real)
VALUE_OF(timestamp, TYPE_TIMESTAMP, double, real)
VALUE_OF(bool, TYPE_BOOL, bool, truth)
VALUE_OF(json, TYPE_JSON, const char *, text)
VALUE_OF(infer, TYPE_INFER, const char *, text)
VALUE_OF(table, TYPE_TABLE, const char *, text)
VALUE_OF(table_schema, TYPE_TABLE_SCHEMA, const char *, text)
VALUE_OF(column_lineage, TYPE_COLUMN_LINEAGE, const char *, text)

struct plait_pipes_value plait_pipes_null(const char *name)
{
	return (struct plait_pipes_value){.name = name, .type = TYPE_NULL};
}

/* The bytes of the UTF-8 sequence that `s` starts with, 0 when it starts with none.  Reads no further than a NUL. */
static size_t utf8_bytes(const unsigned char *s)
{
	size_t n = s[0] < 0x80   ? 1
		   : s[0] < 0xc2 ? 0
		   : s[0] < 0xe0 ? 2
		   : s[0] < 0xf0 ? 3
		   : s[0] < 0xf5 ? 4
				 : 0;

	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

/* A copy in which every byte that belongs to no UTF-8 sequence is U+FFFD; NULL when there is no memory. */
static char *valid_utf8(const char *text)
{
	char *copy = malloc(strlen(text) * 3 + 1), *to = copy;

	for (const char *s = text; copy && *s;) {
		size_t n = utf8_bytes((const unsigned char *)s);

		memcpy(to, n ? s : "\xef\xbf\xbd", n ? n : 3);
		to += n ? n : 3;
		s += n ? n : 1;
	}
	if (copy)
		*to = '\0';
	return copy;
}

/* Text as JSON, NULL as null. */
static json_t *json_text(const char *text)
{
	json_t *value = text ? json_string(text) : json_null();
	char *valid;

	if (value)
		return value;
	valid = valid_utf8(text);
	value = valid ? json_string(valid) : NULL;
	free(valid);
	return value;
}

static json_t *json_of_float(double value, const char **type)
{
	char text[32];

	if (isfinite(value))
		return json_real(value);
	*type = "text";
	snprintf(text, sizeof(text), "%g", value);
	return json_string(text);
}

static json_t *json_of_json(const struct plait_pipes_value *v)
{
	const char *needs = types[v->type].needs;
	char from[256];
	json_t *value;

	snprintf(from, sizeof(from), "the metadata '%s'", v->name);
	value = parse_json(from, &(struct bytes){.p = (char *)v->as.text, .n = strlen(v->as.text)});
	if (!value || !needs || json_object_get(value, needs))
		return value;
	json_decref(value);
	fail("the metadata '%s' has no member '%s', as a %s has", v->name, needs,
	     types[v->type].wire);
	return NULL;
}

static json_t *raw_value(const struct plait_pipes_value *v, const char **type)
{
	enum form form = types[v->type].form;

	if ((form == FORM_TEXT || form == FORM_JSON) && !v->as.text) {
		*type = "null";
		return json_null();
	}
	switch (form) {
	case FORM_TEXT: return json_text(v->as.text);
	case FORM_INT: return json_integer(v->as.integer);
	case FORM_FLOAT: return json_of_float(v->as.real, type);
	case FORM_BOOL: return json_boolean(v->as.truth);
	case FORM_JSON: return json_of_json(v);
	case FORM_NULL: break;
	}
	return json_null();
}

static bool add_value(json_t *object, const struct plait_pipes_value *v)
{
	const char *type;
	char *name;
	json_t *raw;
	bool done;

	if (!v->name || v->type <= TYPE_NONE || v->type >= TYPE_COUNT)
		return fail("a metadata value has no name or type; make it with plait_pipes_text() "
			    "or its like");
	type = types[v->type].wire;
	raw = raw_value(v, &type);
	if (!raw)
		return false;
	name = valid_utf8(v->name);
	done = name &&
	       json_object_set_new(object, name,
				   json_pack("{s:o, s:s}", "raw_value", raw, "type", type)) == 0;
	free(name);
	return done || fail_memory();
}

/* NULL after an error. */
static json_t *metadata_object(const struct plait_pipes_value *values, size_t count)
{
	json_t *object = count ? json_object() : json_null();

	for (size_t i = 0; i < count; i++) {
		if (!add_value(object, &values[i])) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

/* --- reports --- */

/* There is a session, but nobody to report to. */
static bool is_idle(const struct plait_pipes *p)
{
	return p && !p->context;
}

/* Every report is `return finish(p, start(p) && …)`: under the lock, and open. */
static bool start(struct plait_pipes *p)
{
	if (!p)
		return fail("there is no session: plait_pipes_open was not called, or failed");
	pthread_mutex_lock(&p->lock);
	return !p->closed ||
	       fail("the session is closed: nothing can be reported after plait_pipes_close");
}

static bool close_locked(struct plait_pipes *p, json_t *params)
{
	bool sent = send_message(&p->channel, "closed", params);

	sent = channel_flush(&p->channel) && sent;
	channel_close(&p->channel);
	p->closed = true;
	return sent;
}

static void give_up(struct plait_pipes *p)
{
	struct plait_pipes_exception why = {.message = error_text, .name = "PipesError"};
	char text[sizeof(error_text)];

	memcpy(text, error_text, sizeof(text));
	why.message = text;
	p->exit_on_error = false;
	plait_pipes_close_failed(p, &why);
	fprintf(stderr, "error: %s\n", text);
	exit(EXIT_FAILURE);
}

static bool finish(struct plait_pipes *p, bool done)
{
	if (p)
		pthread_mutex_unlock(&p->lock);
	if (!done && p && p->exit_on_error)
		give_up(p);
	return done;
}

static bool report_materialization(struct plait_pipes *p, const char *asset_key,
				   const char *data_version, json_t *metadata)
{
	const char *key = find_key(p, asset_key);

	if (!metadata)
		return false;
	if (key && json_object_get(p->materialized, key))
		fail("the asset '%s' was reported as made before; put all its metadata into one "
		     "report",
		     key);
	if (!key || json_object_get(p->materialized, key)) {
		json_decref(metadata);
		return false;
	}
	return send_message(&p->channel, "report_asset_materialization",
			    json_pack("{s:o, s:o, s:o}", "asset_key", json_text(key),
				      "data_version", json_text(data_version), "metadata",
				      metadata)) &&
	       (json_object_set_new(p->materialized, key, json_true()) == 0 || fail_memory());
}

bool plait_pipes_report_materialization(struct plait_pipes *p, const char *asset_key,
					const char *data_version,
					const struct plait_pipes_value *metadata, size_t count)
{
	if (is_idle(p))
		return true;
	return finish(p, start(p) && report_materialization(p, asset_key, data_version,
							    metadata_object(metadata, count)));
}

static bool report_check(struct plait_pipes *p, const struct plait_pipes_check *check,
			 json_t *metadata)
{
	const char *key = check && check->name ? find_key(p, check->asset_key) : NULL;

	if (!metadata)
		return false;
	if (!key) {
		json_decref(metadata);
		return check && check->name ? false : fail("a check has no name");
	}
	return send_message(
		&p->channel, "report_asset_check",
		json_pack("{s:o, s:o, s:b, s:o, s:s}", "asset_key", json_text(key), "check_name",
			  json_text(check->name), "passed", check->passed, "metadata", metadata,
			  "severity",
			  check->severity == PLAIT_PIPES_SEVERITY_WARN ? "WARN" : "ERROR"));
}

bool plait_pipes_report_check(struct plait_pipes *p, const struct plait_pipes_check *check,
			      const struct plait_pipes_value *metadata, size_t count)
{
	if (is_idle(p))
		return true;
	return finish(p, start(p) && report_check(p, check, metadata_object(metadata, count)));
}

static bool report_custom(struct plait_pipes *p, const char *json)
{
	json_t *payload;

	json = json ? json : "null";
	payload = parse_json("the custom message",
			     &(struct bytes){.p = (char *)json, .n = strlen(json)});
	return payload && send_message(&p->channel, "report_custom_message",
				       json_pack("{s:o}", "payload", payload));
}

bool plait_pipes_report_custom(struct plait_pipes *p, const char *json)
{
	if (is_idle(p))
		return true;
	return finish(p, start(p) && report_custom(p, json));
}

bool plait_pipes_report_stream(struct plait_pipes *p, const char *stream, const char *text)
{
	if (is_idle(p))
		return true;
	return finish(p, start(p) && send_message(&p->channel, "log_external_stream",
						  json_pack("{s:o, s:o, s:{}}", "stream",
							    json_text(stream), "text",
							    json_text(text), "extras")));
}

static bool report_log(struct plait_pipes *p, enum plait_pipes_level level, const char *message)
{
	static const char *const names[] = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"};

	if ((unsigned)level >= sizeof(names) / sizeof(names[0]))
		return fail("there is no log level %d", (int)level);
	return send_message(
		&p->channel, "log",
		json_pack("{s:o, s:s}", "message", json_text(message), "level", names[level]));
}

static char *format_text(const char *format, va_list args)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	text = n < 0 ? NULL : malloc((size_t)n + 1);
	if (text)
		vsnprintf(text, (size_t)n + 1, format, again);
	else
		fail("a log message could not be formatted: %s", strerror(errno));
	va_end(again);
	return text;
}

bool plait_pipes_vlog(struct plait_pipes *p, enum plait_pipes_level level, const char *format,
		      va_list args)
{
	char *message;
	bool done;

	if (is_idle(p))
		return true;
	message = format_text(format, args);
	done = start(p) && message && report_log(p, level, message);
	free(message);
	return finish(p, done);
}

bool plait_pipes_log(struct plait_pipes *p, enum plait_pipes_level level, const char *format, ...)
{
	va_list args;
	bool done;

	va_start(args, format);
	done = plait_pipes_vlog(p, level, format, args);
	va_end(args);
	return done;
}

/* --- closing --- */

static json_t *exception_object(const struct plait_pipes_exception *exception, int depth)
{
	json_t *stack;

	if (!exception || depth == EXCEPTION_DEPTH)
		return json_null();
	stack = json_array();
	for (size_t i = 0; i < exception->stack_count; i++)
		json_array_append_new(stack,
				      json_text(exception->stack[i] ? exception->stack[i] : ""));
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "message",
			 json_text(exception->message ? exception->message : ""), "stack", stack,
			 "name", json_text(exception->name), "cause",
			 exception_object(exception->cause, depth + 1), "context",
			 exception_object(exception->context, depth + 1));
}

static bool close_with(struct plait_pipes *p, const struct plait_pipes_exception *exception)
{
	bool done;

	if (is_idle(p))
		return true;
	if (!p)
		return start(p);
	pthread_mutex_lock(&p->lock);
	done = p->closed || close_locked(p, exception ? json_pack("{s:o}", "exception",
								  exception_object(exception, 0))
						      : json_object());
	return finish(p, done);
}

bool plait_pipes_close(struct plait_pipes *p)
{
	return close_with(p, NULL);
}

bool plait_pipes_close_failed(struct plait_pipes *p, const struct plait_pipes_exception *exception)
{
	static const struct plait_pipes_exception unknown = {.message = "the program failed"};

	return close_with(p, exception ? exception : &unknown);
}
