/* exchange.c -- finding the handler of a request, and what a handler asks of it. */
#include "http/http_parts.h"

#include "codec/url.h"

/* ---- finding the handler ---- */

static sv allowed(struct arena *a, const struct route_match *m)
{
	AUTO_BUF words = {0};

	for (enum http_method method = 0; method < HTTP_METHOD_COUNT; method++) {
		bool is = m->by_method[method] || method == HTTP_OPTIONS ||
			  (method == HTTP_HEAD && m->by_method[HTTP_GET]);

		if (is)
			buf_addf(&words, "%s%s", words.n ? ", " : "", http_method_word(method));
	}
	return arena_sv(a, buf_sv(&words));
}

static void answer_options(struct exchange *x, sv methods)
{
	exchange_add_header(x, "Allow", methods);
	exchange_answer(x, 204, (sv){NULL, 0}, (sv){NULL, 0});
}

static void handle_match(struct exchange *x)
{
	enum http_method method = x->head->method;
	const struct http_route *route = x->match.by_method[method];

	if (!route && method == HTTP_HEAD)
		route = x->match.by_method[HTTP_GET];
	if (route) {
		route->handle(x->server->request.ctx, x);
	} else if (method == HTTP_OPTIONS) {
		answer_options(x, allowed(x->arena, &x->match));
	} else {
		exchange_add_header(x, "Allow", allowed(x->arena, &x->match));
		exchange_refuse_text(x, 405, "this address does not take this method",
				     "the header Allow says which it takes");
	}
}

static bool is_read(enum http_method method)
{
	return method == HTTP_GET || method == HTTP_HEAD;
}

static void handle_path(struct exchange *x)
{
	struct http_server *s = x->server;

	if (!url_is_valid(x->head->path) || !url_is_valid(x->head->query))
		exchange_refuse_text(x, 400,
				     "a percent sign in the URL is not followed by two hex digits, "
				     "or gives a NUL",
				     "write a literal percent sign as %25");
	else if (sv_eq(x->head->path, SV("*")))
		answer_options(x, SV("GET, HEAD, POST, PUT, DELETE, OPTIONS"));
	else if (router_find(s->router, x->arena, x->head->path, &x->match))
		handle_match(x);
	else if (s->request.fallback && is_read(x->head->method))
		s->request.fallback(s->request.ctx, x);
	else
		exchange_refuse_text(x, 404, "there is nothing at this address",
				     "/openapi.yaml lists what there is");
}

void exchange_handle(struct exchange *x)
{
	struct access_refusal refusal = {0};

	if (!x->connection->known)
		refusal = access_check(x->server, x->head);

	x->handling = true;
	if (refusal.status)
		exchange_refuse_text(x, refusal.status, refusal.detail, refusal.hint);
	else
		handle_path(x);
	x->handling = false;
}

/* ---- the request ---- */

struct arena *exchange_arena(struct exchange *x)
{
	return x->arena;
}

sv exchange_path(const struct exchange *x)
{
	return x->head->path;
}

sv exchange_param(const struct exchange *x, const char *name)
{
	for (size_t i = 0; i < x->match.params_count; i++) {
		if (sv_eq(x->match.params[i].name, sv_of(name)))
			return x->match.params[i].value;
	}
	assert(!"a parameter that the route does not have");
	return (sv){NULL, 0};
}

sv exchange_query(const struct exchange *x, const char *name)
{
	sv rest = x->head->query, wanted = sv_of(name), found, value;

	while (url_next(x->arena, &rest, &found, &value)) {
		if (sv_eq(found, wanted))
			return value;
	}
	return (sv){NULL, 0};
}

sv exchange_header(const struct exchange *x, const char *name)
{
	sv joined = {NULL, 0}, wanted = sv_of(name);

	for (size_t i = 0; i < x->head->headers_count; i++) {
		const struct http_header *h = &x->head->headers[i];

		if (sv_caseless(h->name, wanted))
			joined = joined.p ? arena_fmt(x->arena, SV_FMT ", " SV_FMT, SV_ARG(joined),
						      SV_ARG(h->value))
					  : h->value;
	}
	return joined;
}

sv exchange_content(const struct exchange *x)
{
	return http_parse_body(x->parse);
}

bool exchange_query_count(const struct exchange *x, const char *name, uint32_t otherwise,
			  uint32_t most, uint32_t *ret, struct err *e)
{
	sv text = exchange_query(x, name);
	uint64_t value = otherwise;

	if (text.p && (!sv_u64(text, &value) || value < 1 || value > most))
		return err_set(e, ERR_INVALID,
			       "the query parameter %s is \"" SV_FMT
			       "\", which is no count from 1 to %u",
			       name, SV_ARG(text), most);
	*ret = (uint32_t)value;
	return true;
}

static bool is_json(sv type)
{
	size_t end;

	if (sv_find(type, ';', &end))
		type.n = end;
	return sv_caseless(sv_trim(type), SV("application/json"));
}

bool exchange_json(struct exchange *x, const struct value **ret, struct err *e)
{
	static const struct value nothing = {.type = VALUE_MAP};
	sv type = exchange_header(x, "content-type"), content = exchange_content(x);
	const struct value *value;

	if (!content.n) {
		*ret = &nothing;
		return true;
	}
	if (!is_json(type)) {
		if (type.n)
			err_set(e, ERR_INVALID, "the body is \"" SV_FMT "\", not JSON",
				SV_ARG(type));
		else
			err_set(e, ERR_INVALID, "the body has no Content-Type");
		return err_hint(e, "send it with the header Content-Type: application/json");
	}
	if (!json_read(x->arena, content, &value, e))
		return err_wrap(e, "the body");
	if (value->type != VALUE_MAP)
		return err_set(e, ERR_INVALID, "the body is %s, not an object",
			       value_type_word(value->type));
	*ret = value;
	return true;
}

/* ---- the answer ---- */

/* No value breaks out of its line, whoever it came from. */
void exchange_add_header(struct exchange *x, const char *name, sv value)
{
	size_t at;

	buf_addf(&x->added, "%s: ", name);
	at = x->added.n;
	buf_add(&x->added, value);
	for (; at < x->added.n; at++) {
		if ((unsigned char)x->added.p[at] < ' ' || x->added.p[at] == 0x7f)
			x->added.p[at] = ' ';
	}
	buf_add(&x->added, SV("\r\n"));
	x->has_cache_control |= sv_caseless(sv_of(name), SV("Cache-Control"));
}

void exchange_on_gone(struct exchange *x, void (*fn)(void *ctx), void *ctx)
{
	x->gone = fn;
	x->gone_ctx = ctx;
}

/* ---- life ---- */

void exchange_free(struct exchange *x)
{
	if (!x)
		return;
	arena_free(x->arena);
	http_parse_free(x->parse);
	buf_free(&x->added);
	free(x);
}

void exchange_lose(struct exchange *x)
{
	x->connection = NULL;
	if (!x->gone)
		return; /* until it is answered: it may be at any moment */
	x->gone(x->gone_ctx);
	server_keep(x->server, x);
}
