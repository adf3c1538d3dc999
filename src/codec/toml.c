/* toml.c -- a reader of TOML 1.0: a tree of tables that can still grow, frozen into values at the end.
 * Scalars are in toml_scalar.c. */
#include "codec/toml.h"

#include "base/intern.h"
#include "base/list.h"
#include "codec/toml_scalar.h"
#include "codec/utf8.h"

/* What a table or list was made by decides who may still add to it. */
enum origin {
	ORIGIN_VALUE,  /* a scalar, a list or an inline table: closed */
	ORIGIN_PARENT, /* [a.b] made a: may be defined once by [a] */
	ORIGIN_HEADER, /* [a] itself */
	ORIGIN_DOTTED, /* a.b = 1 made a: grows in its own section only */
	ORIGIN_TABLES, /* [[a]]: a list that grows */
};

struct node {
	struct value value; /* of a table: filled when frozen */
	enum origin origin;
	uint32_t id;      /* of a table: tells its keys from those of others */
	uint32_t section; /* of a dotted table: where it grew */
	unsigned depth;
	LIST(sv) keys;
	LIST(struct node *) children; /* of a table, and of a list */
};

struct reader {
	struct toml_text t;
	struct node *root, *current;
	struct intern *index; /* "table id:key" -> position in `members` */
	LIST(struct node *) members;
	uint32_t tables, section;
};

#define FAIL(r, at, ...) (toml_fail(&(r)->t, (at), __VA_ARGS__), false)

static bool read_value(struct reader *r, struct node *into);

/* --- the growing tree --- */

static sv index_key(struct reader *r, const struct node *table, sv key)
{
	return arena_fmt(r->t.a, "%u:" SV_FMT, table->id, SV_ARG(key));
}

static struct node *new_node(struct reader *r, size_t at, enum value_type type, enum origin origin)
{
	struct node *node = NEW(r->t.a, struct node, 1);

	node->value.type = type;
	toml_position(&r->t, at, &node->value.line, &node->value.column);
	node->origin = origin;
	if (type == VALUE_MAP)
		node->id = ++r->tables;
	return node;
}

static struct node *find_child(struct reader *r, const struct node *table, sv key)
{
	uint32_t id = intern_find(r->index, index_key(r, table, key));

	return id == NO_ID ? NULL : r->members.at[id];
}

static bool add_child(struct reader *r, struct node *parent, sv key, struct node *child, size_t at)
{
	child->depth = parent->depth + 1;
	if (child->depth > TOML_DEPTH)
		return FAIL(r, at, "nested deeper than %d levels", TOML_DEPTH);
	*LIST_ADD(r->t.a, &parent->children) = child;
	if (parent->value.type == VALUE_LIST)
		return true;
	*LIST_ADD(r->t.a, &parent->keys) = key;
	intern_add(r->index, index_key(r, parent, key));
	*LIST_ADD(r->t.a, &r->members) = child;
	return true;
}

static void freeze(struct arena *a, struct node *node)
{
	struct value *items;

	if (node->value.type != VALUE_MAP && node->value.type != VALUE_LIST)
		return;
	items = NEW(a, struct value, node->children.n);
	for (size_t i = 0; i < node->children.n; i++) {
		freeze(a, node->children.at[i]);
		items[i] = node->children.at[i]->value;
	}
	node->value.keys = node->value.type == VALUE_MAP ? node->keys.at : NULL;
	node->value.items = items;
	node->value.n = node->children.n;
}

/* --- keys --- */

struct key_part {
	sv key;
	size_t at;
};

struct key_path {
	LIST(struct key_part) parts;
};

static bool read_key_part(struct reader *r, struct key_part *ret)
{
	struct toml_text *t = &r->t;

	ret->at = t->at;
	if (toml_peek(t, 0) == '"' || toml_peek(t, 0) == '\'') {
		if (toml_peek(t, 1) == toml_peek(t, 0) && toml_peek(t, 2) == toml_peek(t, 0))
			return FAIL(r, t->at, "a key cannot be a multi-line text");
		return toml_read_string(t, &ret->key);
	}
	while (toml_is_bare(toml_peek(t, 0)))
		t->at++;
	ret->key = arena_sv(t->a, (sv){t->text.p + ret->at, t->at - ret->at});
	return ret->key.n > 0 || FAIL(r, t->at, "a key is expected here");
}

static bool read_key(struct reader *r, struct key_path *ret)
{
	do {
		toml_skip_blanks(&r->t);
		if (!read_key_part(r, LIST_ADD(r->t.a, &ret->parts)))
			return false;
		if (ret->parts.n > TOML_DEPTH)
			return FAIL(r, r->t.at, "a key of more than %d parts", TOML_DEPTH);
		toml_skip_blanks(&r->t);
	} while (toml_take(&r->t, '.'));
	return true;
}

static bool exists_already(struct reader *r, const struct key_part *part, const struct node *old)
{
	return FAIL(r, part->at, "\"" SV_FMT "\" stands already in line %u", SV_ARG(part->key),
		    old->value.line);
}

/* --- headers --- */

/* The table that the parts before the last one of a header lead to; made where missing. */
static bool walk_header(struct reader *r, const struct key_path *path, struct node **ret)
{
	struct node *table = r->root;

	for (size_t i = 0; i + 1 < path->parts.n; i++) {
		const struct key_part *part = &path->parts.at[i];
		struct node *child = find_child(r, table, part->key);

		if (!child) {
			child = new_node(r, part->at, VALUE_MAP, ORIGIN_PARENT);
			if (!add_child(r, table, part->key, child, part->at))
				return false;
		} else if (child->origin == ORIGIN_TABLES) {
			child = child->children.at[child->children.n - 1];
		} else if (child->origin == ORIGIN_VALUE) {
			return exists_already(r, part, child);
		}
		table = child;
	}
	*ret = table;
	return true;
}

static bool open_table(struct reader *r, const struct key_path *path)
{
	const struct key_part *last = &path->parts.at[path->parts.n - 1];
	struct node *parent, *table;

	if (!walk_header(r, path, &parent))
		return false;
	table = find_child(r, parent, last->key);
	if (!table) {
		table = new_node(r, last->at, VALUE_MAP, ORIGIN_HEADER);
		if (!add_child(r, parent, last->key, table, last->at))
			return false;
	} else if (table->origin == ORIGIN_PARENT) {
		table->origin = ORIGIN_HEADER;
		toml_position(&r->t, last->at, &table->value.line, &table->value.column);
	} else {
		return exists_already(r, last, table);
	}
	r->current = table;
	return true;
}

static bool open_list_table(struct reader *r, const struct key_path *path)
{
	const struct key_part *last = &path->parts.at[path->parts.n - 1];
	struct node *parent, *list, *table;

	if (!walk_header(r, path, &parent))
		return false;
	list = find_child(r, parent, last->key);
	if (!list) {
		list = new_node(r, last->at, VALUE_LIST, ORIGIN_TABLES);
		if (!add_child(r, parent, last->key, list, last->at))
			return false;
	} else if (list->origin != ORIGIN_TABLES) {
		return exists_already(r, last, list);
	}
	table = new_node(r, last->at, VALUE_MAP, ORIGIN_HEADER);
	r->current = table;
	return add_child(r, list, (sv){NULL, 0}, table, last->at);
}

static bool read_header(struct reader *r)
{
	struct key_path path = {0};
	bool list;

	r->t.at++;
	list = toml_take(&r->t, '[');
	if (!read_key(r, &path))
		return false;
	if (!toml_take(&r->t, ']') || (list && !toml_take(&r->t, ']')))
		return FAIL(r, r->t.at, "%s expected to close the header", list ? "]]" : "]");
	r->section = ++r->tables;
	return list ? open_list_table(r, &path) : open_table(r, &path);
}

/* --- key = value --- */

static bool walk_dotted(struct reader *r, struct node *table, const struct key_path *path,
			struct node **ret)
{
	for (size_t i = 0; i + 1 < path->parts.n; i++) {
		const struct key_part *part = &path->parts.at[i];
		struct node *child = find_child(r, table, part->key);

		if (!child) {
			child = new_node(r, part->at, VALUE_MAP, ORIGIN_DOTTED);
			child->section = r->section;
			if (!add_child(r, table, part->key, child, part->at))
				return false;
		} else if (child->origin == ORIGIN_PARENT) {
			child->origin = ORIGIN_DOTTED;
			child->section = r->section;
		} else if (child->origin != ORIGIN_DOTTED || child->section != r->section) {
			return exists_already(r, part, child);
		}
		table = child;
	}
	*ret = table;
	return true;
}

static bool read_pair(struct reader *r, struct node *table)
{
	struct key_path path = {0};
	const struct key_part *last;
	struct node *parent = NULL, *old, *node;

	if (!read_key(r, &path))
		return false;
	last = &path.parts.at[path.parts.n - 1];
	if (!toml_take(&r->t, '='))
		return FAIL(r, r->t.at, "= expected behind the key " SV_FMT, SV_ARG(last->key));
	if (!walk_dotted(r, table, &path, &parent))
		return false;
	old = find_child(r, parent, last->key);
	if (old)
		return exists_already(r, last, old);
	toml_skip_blanks(&r->t);
	node = new_node(r, r->t.at, VALUE_NULL, ORIGIN_VALUE);
	return add_child(r, parent, last->key, node, r->t.at) && read_value(r, node);
}

/* --- lists and inline tables --- */

static bool skip_between(struct reader *r)
{
	for (;;) {
		toml_skip_blanks(&r->t);
		if (toml_peek(&r->t, 0) == '#' && !toml_skip_comment(&r->t))
			return false;
		if (!toml_take_newline(&r->t))
			return true;
	}
}

static bool read_list(struct reader *r, struct node *into)
{
	size_t opened = r->t.at++;

	into->value.type = VALUE_LIST;
	for (;;) {
		struct node *item;

		if (!skip_between(r))
			return false;
		if (toml_take(&r->t, ']'))
			return true;
		item = new_node(r, r->t.at, VALUE_NULL, ORIGIN_VALUE);
		if (!add_child(r, into, (sv){NULL, 0}, item, r->t.at) || !read_value(r, item) ||
		    !skip_between(r))
			return false;
		if (toml_take(&r->t, ']'))
			return true;
		if (toml_at_end(&r->t))
			return FAIL(r, opened, "the list that starts here is not closed");
		if (!toml_take(&r->t, ','))
			return FAIL(r, r->t.at, ", or ] expected in a list");
	}
}

static bool read_inline_table(struct reader *r, struct node *into)
{
	uint32_t outer_section = r->section;

	r->t.at++;
	into->value.type = VALUE_MAP;
	into->id = ++r->tables;
	r->section = into->id;
	toml_skip_blanks(&r->t);
	if (!toml_take(&r->t, '}')) {
		do {
			if (!read_pair(r, into))
				return false;
			toml_skip_blanks(&r->t);
		} while (toml_take(&r->t, ','));
		if (!toml_take(&r->t, '}'))
			return FAIL(r, r->t.at,
				    ", or } expected in an inline table, all on one line");
	}
	r->section = outer_section;
	return true;
}

static bool read_value(struct reader *r, struct node *into)
{
	switch (toml_peek(&r->t, 0)) {
	case '[': return read_list(r, into);
	case '{': return read_inline_table(r, into);
	default: return toml_read_scalar(&r->t, &into->value);
	}
}

/* --- the document --- */

static bool read_expression(struct reader *r)
{
	bool done;

	toml_skip_blanks(&r->t);
	if (toml_at_end(&r->t) || toml_take_newline(&r->t))
		return true;
	if (toml_peek(&r->t, 0) != '#') {
		done = toml_peek(&r->t, 0) == '[' ? read_header(r) : read_pair(r, r->current);
		if (!done)
			return false;
		toml_skip_blanks(&r->t);
	}
	if (toml_peek(&r->t, 0) == '#' && !toml_skip_comment(&r->t))
		return false;
	return toml_at_end(&r->t) || toml_take_newline(&r->t) ||
	       FAIL(r, r->t.at, "the end of the line is expected here");
}

bool toml_read(struct arena *a, const char *name, sv text, const struct value **ret, struct err *e)
{
	struct reader r = {.t = {.a = a, .name = name, .text = text, .e = e},
			   .index = intern_new(a)};
	size_t bad;

	if (!utf8_valid(text, &bad))
		return FAIL(&r, bad, "this is not UTF-8");
	if (sv_starts(text, SV("\xef\xbb\xbf")))
		r.t.at = 3;
	r.root = r.current = new_node(&r, 0, VALUE_MAP, ORIGIN_HEADER);
	while (!toml_at_end(&r.t))
		if (!read_expression(&r))
			return false;
	freeze(a, r.root);
	*ret = &r.root->value;
	return true;
}
