/* yaml.h -- YAML 1.2 core schema text to values (libyaml's events underneath).
 * Plain scalars resolve as in the 1.2 core schema (so `on` and `yes` are text); anchors and aliases work within
 * limits, merge keys (<<) too; tags other than the core ones and several documents are refused. */
#pragma once
#include "codec/value.h"

enum {
	YAML_DEPTH = 100,
	YAML_ALIAS_VALUES = 100000, /* as many values may stand behind aliases, each use counted in full */
};

/* `name` is the file's name, for messages.  An empty document is a null value.
 * INVALID: "name:LINE:COLUMN: what". */
bool yaml_read(struct arena *a, const char *name, sv text, const struct value **ret, struct err *e) CHECKED;
