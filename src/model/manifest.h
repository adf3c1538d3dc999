/* manifest.h -- what one code location defines, read from its JSON (doc/formats/manifest.md) into plain structs.
 * Unknown members are ignored; a newer format is refused with the remedy.  Knows nothing of files or of Python. */
#pragma once
#include "base/err.h"
#include "base/list.h"
#include "codec/value.h"

#define ASSET_KINDS(X)                                                           \
	X(MATERIALIZATION, "materialization") /* a step of this location makes it */ \
	X(EXTERNAL, "external")               /* declared here, made elsewhere */    \
	X(OBSERVATION, "observation")

#define X(id, word) ASSET_##id,
enum asset_kind { ASSET_KINDS(X) ASSET_KIND_COUNT };
#undef X
const char *asset_kind_word(enum asset_kind kind);

struct source_position {
	sv file; /* absolute; p NULL when unknown */
	uint32_t line;
};

struct manifest_dep {
	sv key;         /* escaped */
	bool loaded;    /* an I/O manager loads it for a parameter */
	sv input;       /* parameter name, p NULL when not loaded */
	sv io_manager;  /* explicit input manager key, p NULL when none */
};

struct manifest_asset {
	sv key;
	enum asset_kind kind;
	uint32_t step;  /* index into manifest.steps, NO_ID when external */
	sv output, group, description, code_version, io_manager;
	struct sv_list owners, kinds;
	const struct value *tags, *metadata, *partitions; /* never NULL for tags and metadata */
	const struct manifest_dep *deps;
	size_t deps_count;
	bool required;
	struct source_position source;
};

struct manifest_step {
	sv name;
	const uint32_t *assets; /* indexes into manifest.assets */
	size_t assets_count;
	bool can_subset;
	sv pool;
	sv refusal; /* why plait cannot run it yet, a sentence; p NULL when it can */
	const struct value *retry, *tags;
	struct sv_list resources;
	struct source_position source;
};

struct manifest_storage {
	sv kind, base, format, declared; /* kind.p NULL: the resource says nothing about storage */
};

struct manifest_resource {
	sv key, type;
	bool io_manager, versioned;
	struct manifest_storage storage;
	struct source_position source;
};

struct manifest { /* assets sorted by key, steps by name, resources by key */
	sv id;       /* SHA-256 of the text */
	sv location; /* name */
	sv definitions, sdk_version, python_implementation, python_version, python_executable;
	sv environment_fingerprint, git_commit;
	bool git_dirty;
	bool spawn; /* steps are spawned, not forked */
	sv start_reason;
	struct manifest_asset *assets;
	size_t assets_count;
	struct manifest_step *steps;
	size_t steps_count;
	struct manifest_resource *resources;
	size_t resources_count;
	struct sv_list environment_variables, modules, source_files;
	const struct value *problems; /* list */
};

/* `id`: the SHA-256 of the text, from who computed it.  INVALID, naming the member, when the text is no manifest; the result
 * lives in `a`, the text may go. */
bool manifest_read(struct arena *a, sv id, sv text, struct manifest **ret, struct err *e) CHECKED;

const struct manifest_resource *manifest_resource_find(const struct manifest *m, sv key);
const struct manifest_asset *manifest_asset_find(const struct manifest *m, sv key);
