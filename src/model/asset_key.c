/* asset_key.c -- joining, splitting and checking keys.  Every key enters plait through asset_key_join. */
#include "model/asset_key.h"

#include "model/limits.h"

static bool has_control_character(sv text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < 0x20 || text.p[i] == 0x7f)
			return true;
	return false;
}

/* A part becomes folders of a path: neither it nor a piece of it may climb. */
static bool climbs(sv part)
{
	sv piece;

	while (sv_split(&part, '/', &piece))
		if (sv_eq(piece, SV(".")) || sv_eq(piece, SV("..")))
			return true;
	return false;
}

static bool check_part(sv part, size_t number, struct err *e)
{
	if (part.n == 0)
		return err_set(e, ERR_INVALID, "asset key: part %zu is empty", number);
	if (part.n > LIMIT_KEY_BYTES)
		return err_set(e, ERR_INVALID, "asset key: part %zu is longer than %d bytes",
			       number, LIMIT_KEY_BYTES);
	if (has_control_character(part))
		return err_set(e, ERR_INVALID, "asset key: part %zu holds a control character",
			       number);
	if (climbs(part))
		return err_set(e, ERR_INVALID,
			       "asset key: part %zu, \"" SV_FMT "\", would leave its folder",
			       number, SV_ARG(part));
	return true;
}

static char *escape(char *out, sv part)
{
	for (size_t i = 0; i < part.n; i++) {
		if (part.p[i] == '/' || part.p[i] == '\\')
			*out++ = '\\';
		*out++ = part.p[i];
	}
	return out;
}

bool asset_key_join(struct arena *a, const sv *parts, size_t n, sv *ret, struct err *e)
{
	size_t most = 1;
	char *text, *end;

	if (n == 0)
		return err_set(e, ERR_INVALID, "asset key: it has no parts");
	if (n > LIMIT_KEY_PARTS)
		return err_set(e, ERR_INVALID, "asset key: %zu parts; at most %d are allowed", n,
			       LIMIT_KEY_PARTS);
	for (size_t i = 0; i < n; i++) {
		if (!check_part(parts[i], i + 1, e))
			return false;
		most += 2 * parts[i].n + 1;
	}
	end = text = arena_alloc(a, most);
	for (size_t i = 0; i < n; i++) {
		if (i)
			*end++ = '/';
		end = escape(end, parts[i]);
	}
	if ((size_t)(end - text) > LIMIT_KEY_BYTES)
		return err_set(e, ERR_INVALID, "asset key: longer than %d bytes", LIMIT_KEY_BYTES);
	*ret = (sv){text, (size_t)(end - text)};
	return true;
}

bool asset_key_from_value(struct arena *a, const struct value *list, sv *ret, struct err *e)
{
	sv parts[LIMIT_KEY_PARTS];

	if (!list || list->type != VALUE_LIST)
		return err_set(e, ERR_INVALID, "asset key: expected a list of texts");
	if (list->n > LIMIT_KEY_PARTS)
		return err_set(e, ERR_INVALID, "asset key: %zu parts; at most %d are allowed",
			       list->n, LIMIT_KEY_PARTS);
	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i].type != VALUE_TEXT)
			return err_set(e, ERR_INVALID, "asset key: part %zu is not a text", i + 1);
		parts[i] = list->items[i].text;
	}
	return asset_key_join(a, parts, list->n, ret, e);
}

/* Takes one part off `*rest`, unescaped into `out` (room for all of `*rest`).  False when none is left. */
static bool take_part(sv *rest, char *out, sv *ret)
{
	size_t from = 0, to = 0;

	if (!rest->p)
		return false;
	for (; from < rest->n && rest->p[from] != '/'; from++) {
		if (rest->p[from] == '\\' && from + 1 < rest->n)
			from++;
		out[to++] = rest->p[from];
	}
	*ret = (sv){out, to};
	*rest = from < rest->n ? sv_from(*rest, from + 1) : (sv){NULL, 0};
	return true;
}

bool asset_key_parse(struct arena *a, sv typed, sv *ret, struct err *e)
{
	struct sv_list parts;

	/* An escape doubles a byte at most, so a longer text cannot be a key. */
	if (typed.n > 2 * LIMIT_KEY_BYTES)
		return err_set(e, ERR_INVALID, "asset key: longer than %d bytes", LIMIT_KEY_BYTES);
	parts = asset_key_parts(a, typed);
	if (!asset_key_join(a, parts.at, parts.n, ret, e)) {
		if (has_control_character(typed))
			return false;
		return err_wrap(e, "\"%.*s\"", (int)(typed.n < 200 ? typed.n : 200), typed.p);
	}
	return true;
}

struct sv_list asset_key_parts(struct arena *a, sv key)
{
	struct sv_list parts = {0};
	char *out = arena_alloc(a, key.n + 1);
	sv part;

	while (take_part(&key, out, &part)) {
		*LIST_ADD(a, &parts) = part;
		out += part.n;
	}
	return parts;
}
