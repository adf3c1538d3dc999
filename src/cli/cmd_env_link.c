/* cmd_env_link.c -- `plait env link`: links by which plait answers to the names that its users know. */
#include "cli/cli_json.h"
#include "cli/commands.h"
#include "cli/peer.h"
#include "sys/file.h"
#include "sys/path.h"

enum state { ABSENT, OURS, FOREIGN };

struct linking {
	struct cli *c;
	sv folder, self;
	bool removes;
};

static sv link_path(const struct linking *l, size_t i)
{
	return path_join(l->c->arena, l->folder, sv_of(peer_tools[i]));
}

/* A link to a plait, wherever that one lies, is ours to move. */
static enum state look(const struct linking *l, sv path, sv *ret_target)
{
	struct file_facts facts;

	*ret_target = (sv){0};
	if (!file_look(path, &facts))
		return ABSENT;
	if (facts.type != FILE_LINK || !file_link_text(l->c->arena, path, ret_target))
		return FOREIGN;
	return sv_eq(path_leaf(*ret_target), SV("plait")) ? OURS : FOREIGN;
}

/* Nothing is touched unless everything can be. */
static bool check_all(const struct linking *l, struct err *e)
{
	sv target;

	for (size_t i = 0; i < peer_tools_count; i++) {
		sv path = link_path(l, i);

		if (look(l, path, &target) != FOREIGN)
			continue;
		err_set(e, ERR_CONFLICT, SV_FMT " is no link to plait, so it stays as it is",
			SV_ARG(path));
		return err_hint(e, "choose another folder, such as ~/.local/share/plait/bin");
	}
	return true;
}

static bool settle(const struct linking *l, sv path, const char **ret, struct err *e)
{
	sv target;
	enum state now = look(l, path, &target);

	*ret = l->removes ? "absent" : "there";
	if (l->removes ? now == ABSENT : now == OURS && sv_eq(target, l->self))
		return true;
	if (now == OURS)
		file_remove(path);
	*ret = l->removes ? "removed" : "linked";
	return l->removes || file_link(l->self, path, e);
}

static bool is_on_path(const struct linking *l)
{
	sv rest = sv_of(l->c->world->getenv("PATH")), folder;

	while (sv_split(&rest, ':', &folder))
		if (sv_eq(path_clean(l->c->arena, folder), l->folder))
			return true;
	return false;
}

/* What a shell finds first; p NULL: nothing. */
static sv found_first(const struct linking *l, const char *name)
{
	sv rest = sv_of(l->c->world->getenv("PATH")), folder;

	while (sv_split(&rest, ':', &folder)) {
		sv path = path_join(l->c->arena, path_clean(l->c->arena, folder), sv_of(name));

		if (path_is_absolute(folder) && file_exists(path))
			return path;
	}
	return (sv){0};
}

static void advise(const struct linking *l)
{
	struct page *out = &l->c->out;

	if (!is_on_path(l)) {
		page_addf(out, STYLE_PLAIN,
			  "\nPut the folder first on PATH, here and in ~/.profile:\n");
		page_addf(out, STYLE_BOLD, "  export PATH=\"" SV_FMT ":$PATH\"\n",
			  SV_ARG(l->folder));
		page_addf(out, STYLE_PLAIN,
			  "An activated environment that has its own dagster comes before it.\n");
		return;
	}
	for (size_t i = 0; i < peer_tools_count; i++) {
		sv first = found_first(l, peer_tools[i]);

		if (first.n && !sv_eq(first, link_path(l, i)))
			page_addf(out, STYLE_WARN, SV_FMT " comes first on PATH\n", SV_ARG(first));
	}
}

static bool settle_all(const struct linking *l, struct err *e)
{
	struct json j = cli_json(l->c);
	const char *state;

	if (l->c->json)
		json_open(&j, '[');
	for (size_t i = 0; i < peer_tools_count; i++) {
		sv path = link_path(l, i);

		if (!settle(l, path, &state, e))
			return false;
		if (!l->c->json) {
			page_addf(&l->c->out, STYLE_PLAIN, "%-8s " SV_FMT "\n", state,
				  SV_ARG(path));
			continue;
		}
		json_open(&j, '{');
		json_member_text(&j, "name", sv_of(peer_tools[i]));
		json_member_text(&j, "path", path);
		json_member_text(&j, "state", sv_of(state));
		json_close(&j);
	}
	if (l->c->json) {
		json_close(&j);
		cli_json_end(&j, l->c);
	}
	return true;
}

bool cmd_env_link(struct cli *c, struct err *e)
{
	struct linking l = {
		.c = c,
		.folder = path_resolve(c->arena, c->world->cwd, c->args.rest.at[0]),
		.removes = option_given(&c->args, OPT_REMOVE),
	};

	if (!file_link_text(c->arena, SV("/proc/self/exe"), &l.self))
		return err_set(e, ERR_UNAVAILABLE,
			       "/proc is not mounted: where plait lies is not known");
	if ((!l.removes && !folder_make(l.folder, e)) || !check_all(&l, e) || !settle_all(&l, e))
		return false;
	if (!l.removes && !c->json && !c->quiet)
		advise(&l);
	return true;
}
