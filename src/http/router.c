/* router.c -- the tree, and walking it.  Few segments have more than a handful of children: a list does. */
#include "http/router.h"

#include "codec/url.h"

struct node {
	sv segment;        /* of a literal; the name of a parameter */
	struct node *next; /* sibling */
	struct node *literals, *param, *rest;
	const struct http_route *by_method[HTTP_METHOD_COUNT];
	bool ends; /* some route ends here */
};

struct router {
	struct arena *arena;
	struct node root;
};

/* ---- building ---- */

static struct node *literal_of(struct arena *a, struct node *parent, sv segment)
{
	struct node *n;

	for (n = parent->literals; n; n = n->next) {
		if (sv_eq(n->segment, segment))
			return n;
	}
	n = NEW(a, struct node, 1);
	n->segment = segment;
	n->next = parent->literals;
	parent->literals = n;
	return n;
}

/* Parameters at the same place have the same name: two would be two minds about what stands there. */
static struct node *param_of(struct arena *a, struct node **at, sv name)
{
	if (!*at) {
		*at = NEW(a, struct node, 1);
		(*at)->segment = name;
	}
	assert(sv_eq((*at)->segment, name));
	return *at;
}

static struct node *child_of(struct arena *a, struct node *parent, sv segment)
{
	if (segment.n < 3 || segment.p[0] != '{')
		return literal_of(a, parent, segment);
	assert(segment.p[segment.n - 1] == '}');
	if (segment.p[segment.n - 2] == '*')
		return param_of(a, &parent->rest, (sv){segment.p + 1, segment.n - 3});
	return param_of(a, &parent->param, (sv){segment.p + 1, segment.n - 2});
}

/* The next segment of a path that begins with a slash: the last may be empty. */
static bool next_segment(sv *path, sv *ret)
{
	size_t end = 1;

	if (!path->n)
		return false;
	while (end < path->n && path->p[end] != '/')
		end++;
	*ret = (sv){path->p + 1, end - 1};
	*path = sv_from(*path, end);
	return true;
}

static void add(struct router *r, const struct http_route *route)
{
	struct node *n = &r->root;
	sv path = sv_of(route->path), segment;

	assert(path.n && path.p[0] == '/');
	while (next_segment(&path, &segment))
		n = child_of(r->arena, n, segment);
	assert(!n->by_method[route->method]);
	n->by_method[route->method] = route;
	n->ends = true;
}

struct router *router_new(const struct http_route *routes, size_t count)
{
	struct router *r = heap_alloc(sizeof(*r));

	r->arena = arena_new();
	for (size_t i = 0; i < count; i++)
		add(r, &routes[i]);
	return r;
}

void router_free(struct router *r)
{
	if (!r)
		return;
	arena_free(r->arena);
	free(r);
}

/* ---- finding ---- */

static bool add_param(struct arena *a, const struct node *n, sv text, struct route_match *m)
{
	struct route_param *param = &m->params[m->params_count];

	assert(m->params_count < ROUTE_PARAMS_MOST);
	param->name = n->segment;
	if (!url_decode(a, text, false, &param->value))
		return false;
	m->params_count++;
	return true;
}

static bool end_at(const struct node *n, struct route_match *ret)
{
	memcpy(ret->by_method, n->by_method, sizeof(ret->by_method));
	return true;
}

/* As deep as the deepest route, whatever the path is. */
static bool walk(const struct node *n, struct arena *a, sv path, struct route_match *m)
{
	size_t params = m->params_count;
	sv rest = path, segment, plain;

	if (!next_segment(&rest, &segment))
		return n->ends && end_at(n, m);
	if (n->literals && !url_decode(a, segment, false, &plain))
		return false;
	for (const struct node *child = n->literals; child; child = child->next) {
		if (sv_eq(child->segment, plain) && walk(child, a, rest, m))
			return true;
	}
	if (n->param && segment.n && add_param(a, n->param, segment, m) &&
	    walk(n->param, a, rest, m))
		return true;
	m->params_count = params;
	return n->rest && path.n > 0 && add_param(a, n->rest, sv_from(path, 1), m) &&
	       end_at(n->rest, m);
}

bool router_find(const struct router *r, struct arena *a, sv path, struct route_match *ret)
{
	ret->params_count = 0;
	return walk(&r->root, a, path, ret);
}
