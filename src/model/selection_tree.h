/* selection_tree.h -- the parsed form of a selection, shared by its parser and its meaning; nobody else looks inside. */
#pragma once
#include "model/selection.h"

/*        id        name            */
#define SELECTION_ATTRIBUTES(X)         \
	X(KEY, "key")                   \
	X(TAG, "tag")                   \
	X(OWNER, "owner")               \
	X(GROUP, "group")               \
	X(KIND, "kind")                 \
	X(LOCATION, "code_location")

#define X(id, name) BY_##id,
enum selection_attribute { SELECTION_ATTRIBUTES(X) SELECTION_ATTRIBUTE_COUNT };
#undef X

enum selection_op {
	SELECT_ALL,
	SELECT_BY,    /* attribute, value */
	SELECT_NOT,   /* one part */
	SELECT_AND,
	SELECT_OR,
	SELECT_ROOTS, /* one part */
	SELECT_SINKS, /* one part */
	SELECT_REACH, /* one part, up and down so many levels */
};

struct selection_value {
	sv text;   /* empty and `null` for <null> */
	bool null; /* <null>: has none */
};

struct selection {
	enum selection_op op;
	enum selection_attribute attribute;
	struct selection_value value, tag_value;
	uint32_t up, down; /* levels; UINT32_MAX: all */
	struct {
		struct selection **at;
		size_t n, cap;
	} parts;
};

static inline bool selection_has_star(sv text)
{
	size_t at;

	return sv_find(text, '*', &at);
}
