/* cmd_completion.c -- `plait completion`: scripts that ask `plait __complete`, which answers from the command table. */
#include "cli/cli.h"
#include "cli/commands.h"

static const char bash[] =
	"# bash completion for plait\n"
	"_plait() {\n"
	"	local IFS=$'\\n' line words cur=${COMP_WORDS[COMP_CWORD]}\n"
	"	words=(\"${COMP_WORDS[@]:1:COMP_CWORD}\")\n"
	"	COMPREPLY=()\n"
	"	while IFS=$'\\t' read -r line _; do\n"
	"		if [[ $line == :files ]]; then\n"
	"			compopt -o filenames 2>/dev/null\n"
	"			COMPREPLY+=($(compgen -f -- \"$cur\"))\n"
	"		elif [[ -n $line ]]; then\n"
	"			COMPREPLY+=(\"$line\")\n"
	"		fi\n"
	"	done < <(\"${COMP_WORDS[0]}\" __complete \"${words[@]}\" 2>/dev/null)\n"
	"}\n"
	"complete -F _plait plait\n";

static const char zsh[] =
	"#compdef plait\n"
	"# zsh completion for plait\n"
	"_plait() {\n"
	"	local -a found\n"
	"	local line\n"
	"	while IFS= read -r line; do\n"
	"		if [[ $line == :files ]]; then\n"
	"			_files\n"
	"			return\n"
	"		fi\n"
	"		found+=(\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\")\n"
	"	done < <(${words[1]} __complete \"${(@)words[2,CURRENT]}\" 2>/dev/null)\n"
	"	_describe plait found\n"
	"}\n"
	"if [ \"$funcstack[1]\" = \"_plait\" ]; then _plait \"$@\"; else compdef _plait plait; "
	"fi\n";

static const char fish[] = "# fish completion for plait\n"
			   "function __plait_complete\n"
			   "	set -l words (commandline -opc) (commandline -ct)\n"
			   "	for line in ($words[1] __complete $words[2..-1] 2>/dev/null)\n"
			   "		if test \"$line\" = :files\n"
			   "			__fish_complete_path (commandline -ct)\n"
			   "		else\n"
			   "			echo $line\n"
			   "		end\n"
			   "	end\n"
			   "end\n"
			   "complete -c plait -f -a '(__plait_complete)'\n";

bool cmd_completion(struct cli *c, struct err *e)
{
	static const struct {
		const char *shell, *script;
	} scripts[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
	sv shell = c->args.rest.at[0];

	for (size_t i = 0; i < COUNT_OF(scripts); i++) {
		if (!sv_eq(shell, sv_of(scripts[i].shell)))
			continue;
		page_add(&c->out, STYLE_PLAIN, sv_of(scripts[i].script));
		return true;
	}
	err_set(e, ERR_INVALID, "no completion for '" SV_FMT "'", SV_ARG(shell));
	return err_hint(e, "there is one for bash, zsh and fish");
}
