/* manifest.c -- JSON tree to structs.  Assets and steps are sorted by their text here, whatever order the
 * document has, so that both can be searched; references between them become indexes.  The tree is several times as large as
 * what is kept of it, and ends with the reading. */
#include "model/manifest.h"

#include "base/intern.h"
#include "codec/json.h"
#include "model/asset_key.h"
#include "model/limits.h"

enum { NEWEST_FORMAT = 1 };

struct reader {
	struct arena *a;       /* of the manifest */
	struct arena *scratch; /* of the tree */
	struct intern *texts;  /* in `a`: most are there more than once */
};

#define X(id, word) [ASSET_##id] = word,
static const char *const kind_words[] = {ASSET_KINDS(X)};
#undef X

const char *asset_kind_word(enum asset_kind kind)
{
	return kind_words[kind];
}

static sv keep(struct reader *r, sv text)
{
	return text.p ? intern_text(r->texts, intern_add(r->texts, text)) : text;
}

static sv keep_member(struct reader *r, const struct value *map, const char *member)
{
	return keep(r, value_text(map, member));
}

/* What was written in order, as it mostly is, is not moved. */
static void sort(void *items, size_t count, size_t bytes,
		 int (*compare)(const void *, const void *))
{
	const char *at = items;

	for (size_t i = 1; i < count; i++, at += bytes) {
		if (compare(at, at + bytes) <= 0)
			continue;
		qsort(items, count, bytes, compare);
		return;
	}
}

static bool wrong_type(struct err *e, const char *member, const char *want, const struct value *got)
{
	return err_set(e, ERR_INVALID, "%s: expected %s, found %s", member, want,
		       got ? value_type_word(got->type) : "nothing");
}

static bool need_text(struct reader *r, const struct value *map, const char *member, sv *ret,
		      struct err *e)
{
	*ret = keep_member(r, map, member);
	if (ret->n == 0)
		return wrong_type(e, member, "a text", value_get(map, member));
	return true;
}

static bool need_key(struct reader *r, const struct value *list, sv *ret, struct err *e)
{
	if (!asset_key_from_value(r->scratch, list, ret, e))
		return false;
	*ret = keep(r, *ret);
	return true;
}

static bool need_list(const struct value *map, const char *member, const struct value **ret,
		      struct err *e)
{
	*ret = value_get(map, member);
	if (!*ret || (*ret)->type != VALUE_LIST)
		return wrong_type(e, member, "a list", *ret);
	return true;
}

static bool need_map(const struct value *item, struct err *e)
{
	if (item->type != VALUE_MAP)
		return err_set(e, ERR_INVALID, "expected a map, found %s",
			       value_type_word(item->type));
	return true;
}

/* Absent and null are an empty list; anything that is not a text is an error. */
static bool read_texts(struct reader *r, const struct value *map, const char *member,
		       struct sv_list *ret, struct err *e)
{
	const struct value *list = value_list(map, member);

	*ret = (struct sv_list){.at = NEW(r->a, sv, list->n), .cap = list->n};
	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i].type != VALUE_TEXT)
			return err_set(e, ERR_INVALID, "%s[%zu]: expected a text, found %s", member,
				       i, value_type_word(list->items[i].type));
		ret->at[ret->n++] = keep(r, list->items[i].text);
	}
	return true;
}

static struct source_position read_source(struct reader *r, const struct value *map)
{
	const struct value *source = value_get(map, "source");
	int64_t line = value_int(source, "line", 0);

	return (struct source_position){
		.file = keep_member(r, source, "file"),
		.line = line > 0 && line < UINT32_MAX ? (uint32_t)line : 0,
	};
}

static const struct value *map_of(const struct value *map, const char *member)
{
	const struct value *v = value_get(map, member);

	return v && v->type == VALUE_MAP ? v : NULL;
}

static int compare_steps(const void *a, const void *b)
{
	return sv_cmp(((const struct manifest_step *)a)->name,
		      ((const struct manifest_step *)b)->name);
}

static uint32_t find_step(const struct manifest *m, sv name)
{
	struct manifest_step wanted = {.name = name}, *hit;

	hit = m->steps_count
		      ? bsearch(&wanted, m->steps, m->steps_count, sizeof(wanted), compare_steps)
		      : NULL;
	return hit ? (uint32_t)(hit - m->steps) : NO_ID;
}

static bool read_step(struct reader *r, const struct value *v, struct manifest_step *step,
		      struct err *e)
{
	if (!need_map(v, e) || !need_text(r, v, "name", &step->name, e) ||
	    !read_texts(r, v, "resources", &step->resources, e))
		return false;
	step->can_subset = value_bool(v, "can_subset", false);
	step->pool = keep_member(r, v, "pool");
	step->refusal = keep_member(r, v, "refusal");
	step->retry = value_copy(r->a, map_of(v, "retry"));
	step->tags = value_copy(r->a, value_map(v, "tags"));
	step->source = read_source(r, v);
	return true;
}

static bool read_steps(struct reader *r, const struct value *root, struct manifest *m,
		       struct err *e)
{
	const struct value *list;

	if (!need_list(root, "steps", &list, e))
		return false;
	m->steps = NEW(r->a, struct manifest_step, list->n);
	m->steps_count = list->n;
	for (size_t i = 0; i < list->n; i++)
		if (!read_step(r, &list->items[i], &m->steps[i], e))
			return err_wrap(e, "steps[%zu]", i);
	sort(m->steps, m->steps_count, sizeof(*m->steps), compare_steps);
	for (size_t i = 1; i < m->steps_count; i++)
		if (sv_eq(m->steps[i - 1].name, m->steps[i].name))
			return err_set(e, ERR_INVALID, "steps: \"" SV_FMT "\" is defined twice",
				       SV_ARG(m->steps[i].name));
	return true;
}

static int compare_assets(const void *a, const void *b)
{
	return sv_cmp(((const struct manifest_asset *)a)->key,
		      ((const struct manifest_asset *)b)->key);
}

static struct manifest_asset *asset_of_key(const struct manifest *m, sv key)
{
	struct manifest_asset wanted = {.key = key};

	if (m->assets_count == 0)
		return NULL;
	return bsearch(&wanted, m->assets, m->assets_count, sizeof(wanted), compare_assets);
}

static bool read_kind(const struct value *v, enum asset_kind *ret, struct err *e)
{
	sv word = value_text(v, "kind");

	if (word.n == 0)
		return wrong_type(e, "kind", "a text", value_get(v, "kind"));
	for (unsigned k = 0; k < ASSET_KIND_COUNT; k++)
		if (sv_eq(word, sv_of(kind_words[k]))) {
			*ret = (enum asset_kind)k;
			return true;
		}
	return err_set(e, ERR_INVALID, "kind: \"" SV_FMT "\" is not known", SV_ARG(word));
}

static bool read_dep(struct reader *r, const struct value *v, struct manifest_dep *dep,
		     struct err *e)
{
	if (!need_map(v, e) || !need_key(r, value_get(v, "key"), &dep->key, e))
		return false;
	dep->loaded = value_bool(v, "loaded", false);
	dep->input = keep_member(r, v, "input");
	dep->io_manager = keep_member(r, v, "io_manager");
	return true;
}

static bool read_deps(struct reader *r, const struct value *v, struct manifest_asset *asset,
		      struct err *e)
{
	const struct value *list = value_list(v, "deps");
	struct manifest_dep *deps = NEW(r->a, struct manifest_dep, list->n);

	for (size_t i = 0; i < list->n; i++)
		if (!read_dep(r, &list->items[i], &deps[i], e))
			return err_wrap(e, "deps[%zu]", i);
	asset->deps = deps;
	asset->deps_count = list->n;
	return true;
}

static bool link_to_step(const struct manifest *m, const struct value *v,
			 struct manifest_asset *asset, struct err *e)
{
	sv name = value_text(v, "step");

	asset->step = NO_ID;
	if (name.n == 0 && asset->kind == ASSET_MATERIALIZATION)
		return wrong_type(e, "step", "the name of a step", value_get(v, "step"));
	if (name.n == 0)
		return true;
	asset->step = find_step(m, name);
	if (asset->step == NO_ID)
		return err_set(e, ERR_INVALID, "step: there is no step \"" SV_FMT "\"",
			       SV_ARG(name));
	return true;
}

static bool read_asset(struct reader *r, const struct manifest *m, const struct value *v,
		       struct manifest_asset *asset, struct err *e)
{
	if (!need_map(v, e) || !need_key(r, value_get(v, "key"), &asset->key, e))
		return false;
	if (!read_kind(v, &asset->kind, e) || !link_to_step(m, v, asset, e) ||
	    !read_deps(r, v, asset, e) || !read_texts(r, v, "owners", &asset->owners, e) ||
	    !read_texts(r, v, "kinds", &asset->kinds, e))
		return err_wrap(e, "\"" SV_FMT "\"", SV_ARG(asset->key));
	asset->output = keep_member(r, v, "output");
	asset->group = keep_member(r, v, "group");
	if (asset->group.n == 0)
		asset->group = SV("default");
	asset->description = keep_member(r, v, "description");
	asset->code_version = keep_member(r, v, "code_version");
	asset->io_manager = keep_member(r, v, "io_manager");
	asset->tags = value_copy(r->a, value_map(v, "tags"));
	asset->metadata = value_copy(r->a, value_map(v, "metadata"));
	asset->partitions = value_copy(r->a, map_of(v, "partitions"));
	asset->required = value_bool(v, "required", true);
	asset->source = read_source(r, v);
	return true;
}

static bool read_assets(struct reader *r, const struct value *root, struct manifest *m,
			struct err *e)
{
	const struct value *list;

	if (!need_list(root, "assets", &list, e))
		return false;
	if (list->n > LIMIT_ASSETS)
		return err_set(e, ERR_LIMIT, "assets: %zu; at most %d are allowed", list->n,
			       LIMIT_ASSETS);
	m->assets = NEW(r->a, struct manifest_asset, list->n);
	m->assets_count = list->n;
	for (size_t i = 0; i < list->n; i++)
		if (!read_asset(r, m, &list->items[i], &m->assets[i], e))
			return err_wrap(e, "assets[%zu]", i);
	sort(m->assets, m->assets_count, sizeof(*m->assets), compare_assets);
	for (size_t i = 1; i < m->assets_count; i++)
		if (sv_eq(m->assets[i - 1].key, m->assets[i].key))
			return err_set(e, ERR_INVALID, "assets: \"" SV_FMT "\" is defined twice",
				       SV_ARG(m->assets[i].key));
	return true;
}

/* A step's assets come from the assets' own `step`; the list beside the step must say the same. */
static bool check_step_assets(struct reader *r, const struct manifest *m, const struct value *v,
			      struct err *e)
{
	uint32_t step = find_step(m, value_text(v, "name"));
	const struct value *list;

	if (!need_list(v, "assets", &list, e))
		return false;
	for (size_t i = 0; i < list->n; i++) {
		const struct manifest_asset *asset;
		sv key;

		if (!asset_key_from_value(r->scratch, &list->items[i], &key, e))
			return err_wrap(e, "assets[%zu]", i);
		asset = asset_of_key(m, key);
		if (!asset || asset->step != step)
			return err_set(e, ERR_INVALID,
				       "assets[%zu]: asset \"" SV_FMT "\" does not name this step",
				       i, SV_ARG(key));
	}
	if (list->n != m->steps[step].assets_count)
		return err_set(e, ERR_INVALID, "assets: %zu listed, %zu name this step", list->n,
			       m->steps[step].assets_count);
	return true;
}

static void give_steps_their_assets(struct reader *r, struct manifest *m)
{
	uint32_t *all = NEW(r->a, uint32_t, m->assets_count);
	size_t *starts = NEW(r->scratch, size_t, m->steps_count + 1);

	for (size_t i = 0; i < m->assets_count; i++)
		if (m->assets[i].step != NO_ID)
			starts[m->assets[i].step + 1]++;
	for (size_t s = 0; s < m->steps_count; s++) {
		starts[s + 1] += starts[s];
		m->steps[s].assets = all + starts[s];
	}
	for (uint32_t i = 0; i < m->assets_count; i++)
		if (m->assets[i].step != NO_ID) {
			struct manifest_step *step = &m->steps[m->assets[i].step];

			all[starts[m->assets[i].step] + step->assets_count++] = i;
		}
}

static bool tie_steps(struct reader *r, const struct value *root, struct manifest *m, struct err *e)
{
	const struct value *list = value_list(root, "steps");

	give_steps_their_assets(r, m);
	for (size_t i = 0; i < list->n; i++)
		if (!check_step_assets(r, m, &list->items[i], e))
			return err_wrap(e, "steps[%zu] \"" SV_FMT "\"", i,
					SV_ARG(value_text(&list->items[i], "name")));
	return true;
}

static int compare_resources(const void *a, const void *b)
{
	return sv_cmp(((const struct manifest_resource *)a)->key,
		      ((const struct manifest_resource *)b)->key);
}

static bool read_resource(struct reader *r, const struct value *v,
			  struct manifest_resource *resource, struct err *e)
{
	const struct value *storage;

	if (!need_map(v, e) || !need_text(r, v, "key", &resource->key, e))
		return false;
	resource->type = keep_member(r, v, "type");
	resource->io_manager = value_bool(v, "io_manager", false);
	resource->versioned = value_bool(v, "versioned", false);
	resource->source = read_source(r, v);
	storage = map_of(v, "storage");
	if (!storage)
		return true;
	if (!need_text(r, storage, "kind", &resource->storage.kind, e))
		return err_wrap(e, "storage");
	resource->storage.base = keep_member(r, storage, "base");
	resource->storage.format = keep_member(r, storage, "format");
	resource->storage.declared = keep_member(r, storage, "declared");
	return true;
}

static bool read_resources(struct reader *r, const struct value *root, struct manifest *m,
			   struct err *e)
{
	const struct value *list = value_list(root, "resources");

	m->resources = NEW(r->a, struct manifest_resource, list->n);
	m->resources_count = list->n;
	for (size_t i = 0; i < list->n; i++)
		if (!read_resource(r, &list->items[i], &m->resources[i], e))
			return err_wrap(e, "resources[%zu]", i);
	sort(m->resources, m->resources_count, sizeof(*m->resources), compare_resources);
	return true;
}

static bool read_head(struct reader *r, const struct value *root, struct manifest *m, struct err *e)
{
	const struct value *python = value_map(root, "python"), *git = value_get(root, "git");
	const struct value *start = value_map(root, "start");

	if (!need_text(r, root, "location", &m->location, e))
		return false;
	m->definitions = keep_member(r, root, "definitions");
	m->sdk_version = keep_member(r, value_map(root, "sdk"), "version");
	m->python_implementation = keep_member(r, python, "implementation");
	m->python_version = keep_member(r, python, "version");
	m->python_executable = keep_member(r, python, "executable");
	m->environment_fingerprint = keep_member(r, value_map(root, "environment"), "fingerprint");
	m->git_commit = keep_member(r, git, "commit");
	m->git_dirty = value_bool(git, "dirty", false);
	m->spawn = sv_eq(value_text(start, "method"), SV("spawn"));
	m->start_reason = keep_member(r, start, "reason");
	m->problems = value_copy(r->a, value_list(root, "problems"));
	return read_texts(r, root, "environment_variables", &m->environment_variables, e) &&
	       read_texts(r, root, "modules", &m->modules, e) &&
	       read_texts(r, value_map(root, "sources"), "files", &m->source_files, e);
}

static bool check_format(const struct value *root, struct err *e)
{
	int64_t format;

	if (!need_map(root, e))
		return false;
	format = value_int(root, "format", 0);
	if (format >= 1 && format <= NEWEST_FORMAT)
		return true;
	if (format < 1)
		return wrong_type(e, "format", "a number from 1", value_get(root, "format"));
	err_set(e, ERR_INVALID, "format %lld is newer than this plait reads (%d)",
		(long long)format, NEWEST_FORMAT);
	return err_hint(e, "update plait, or load the location again with this version");
}

static bool read_all(struct reader *r, sv text, struct manifest *m, struct err *e)
{
	const struct value *root;

	return json_read_pieces(r->scratch, text, &root, e) && check_format(root, e) &&
	       read_head(r, root, m, e) && read_steps(r, root, m, e) &&
	       read_assets(r, root, m, e) && tie_steps(r, root, m, e) &&
	       read_resources(r, root, m, e);
}

bool manifest_read(struct arena *a, sv id, sv text, struct manifest **ret, struct err *e)
{
	AUTO_ARENA scratch = arena_new();
	struct reader r = {a, scratch, intern_new_apart(scratch, a)};
	struct manifest *m = NEW(a, struct manifest, 1);

	if (text.n > LIMIT_MANIFEST_BYTES)
		return err_set(e, ERR_LIMIT, "manifest: %zu bytes; at most %d are allowed", text.n,
			       LIMIT_MANIFEST_BYTES);
	if (!read_all(&r, text, m, e))
		return err_wrap(e, "manifest");
	m->id = arena_sv(a, id);
	*ret = m;
	return true;
}

const struct manifest_resource *manifest_resource_find(const struct manifest *m, sv key)
{
	struct manifest_resource wanted = {.key = key};

	if (m->resources_count == 0)
		return NULL;
	return bsearch(&wanted, m->resources, m->resources_count, sizeof(wanted),
		       compare_resources);
}

const struct manifest_asset *manifest_asset_find(const struct manifest *m, sv key)
{
	return asset_of_key(m, key);
}
