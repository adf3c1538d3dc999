/* selection_hint.c -- why a selection names nothing: what in it is the name of nothing, and what may have been meant. */
#include "base/intern.h"
#include "base/nearest.h"
#include "model/selection_tree.h"

static const char *word_of(enum selection_attribute attribute)
{
	switch (attribute) {
	case BY_TAG: return "tag";
	case BY_OWNER: return "owner";
	case BY_GROUP: return "group";
	case BY_KIND: return "kind";
	case BY_LOCATION: return "code location";
	case BY_KEY:
	case SELECTION_ATTRIBUTE_COUNT: break;
	}
	return "asset";
}

/* A tag as it is typed. */
static sv tag_text(struct arena *a, sv key, sv value)
{
	return value.n ? arena_fmt(a, SV_FMT "=" SV_FMT, SV_ARG(key), SV_ARG(value)) : key;
}

static void add_list(struct intern *known, const struct sv_list *names)
{
	for (size_t i = 0; i < names->n; i++)
		intern_add(known, names->at[i]);
}

static void add_tags(struct arena *a, struct intern *known, const struct value *tags)
{
	for (size_t i = 0; i < tags->n; i++)
		if (tags->items[i].type == VALUE_TEXT)
			intern_add(known, tag_text(a, tags->keys[i], tags->items[i].text));
}

/* What the assets of the graph have for that attribute. */
static struct sv_list values_of(struct arena *a, const struct asset_graph *g,
				enum selection_attribute attribute)
{
	struct intern *known = intern_new(a);
	struct sv_list values = {0};

	for (uint32_t i = 0; i < g->nodes_count; i++) {
		const struct manifest_asset *asset = g->nodes[i].asset;

		if (!asset)
			continue;
		switch (attribute) {
		case BY_TAG: add_tags(a, known, asset->tags); break;
		case BY_OWNER: add_list(known, &asset->owners); break;
		case BY_KIND: add_list(known, &asset->kinds); break;
		case BY_GROUP: intern_add(known, asset->group); break;
		case BY_LOCATION: intern_add(known, g->locations[g->nodes[i].location].name); break;
		case BY_KEY:
		case SELECTION_ATTRIBUTE_COUNT: break;
		}
	}
	for (uint32_t i = 0; i < intern_count(known); i++)
		*LIST_ADD(a, &values) = intern_text(known, i);
	return values;
}

static bool is_unknown(struct arena *a, const struct selection *s, const struct asset_graph *g)
{
	struct node_set set;
	struct err ignored;

	return s->op == SELECT_BY && s->attribute != BY_KEY && !s->value.null &&
	       !selection_has_star(s->value.text) && selection_resolve(a, s, g, &set, &ignored) &&
	       node_set_count(&set) == 0;
}

static const struct selection *find_unknown(struct arena *a, const struct selection *s,
					    const struct asset_graph *g)
{
	const struct selection *found = is_unknown(a, s, g) ? s : NULL;

	for (size_t i = 0; i < s->parts.n && !found; i++)
		found = find_unknown(a, s->parts.at[i], g);
	return found;
}

bool selection_hint(const struct selection *s, const struct asset_graph *g, struct err *e)
{
	AUTO_ARENA a = arena_new();
	const struct selection *unknown = find_unknown(a, s, g);
	struct sv_list values;
	uint32_t near;
	sv typed;

	if (!unknown)
		return false;
	typed = tag_text(a, unknown->value.text, unknown->tag_value.text);
	values = values_of(a, g, unknown->attribute);
	near = nearest(typed, values.at, values.n);
	if (near == NO_ID)
		return err_hint(e, "there is no %s '" SV_FMT "'", word_of(unknown->attribute),
				SV_ARG(typed));
	return err_hint(e, "there is no %s '" SV_FMT "'; did you mean '" SV_FMT "'?",
			word_of(unknown->attribute), SV_ARG(typed), SV_ARG(values.at[near]));
}
