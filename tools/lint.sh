#!/usr/bin/env bash
# lint.sh [--fix]: everything that can be said about the tree without running it; --fix applies the formatters.
# Each check prints one line; a failing one its findings as well, and the rest still run.
# shellcheck disable=SC2317,SC2119,SC2120 # functions are called by name through check
set -uo pipefail
cd "$(dirname "$0")/.." || exit
mkdir -p build/lint
status=0

check() { # NAME COMMAND...
	local name=$1 log=build/lint/$1.log start=$SECONDS
	shift
	if "$@" >"$log" 2>&1; then
		printf 'ok    %-14s %3ds\n' "$name" $((SECONDS - start))
	else
		printf 'FAIL  %-14s %3ds\n' "$name" $((SECONDS - start))
		tail -n 40 "$log" | sed 's/^/      /'
		status=1
	fi
}

ruff() {
	local pin venv=build/lint/venv
	pin=$(grep '^ruff==' test/requirements.txt)
	if ! "$venv/bin/ruff" --version 2>/dev/null | grep -qxF "ruff ${pin#ruff==}"; then
		python3 -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check "$pin" || return 1
	fi
	"$venv/bin/ruff" "$@"
}

python_folders() { for d in sdk tools examples test bench; do [[ -d $d ]] && echo "$d"; done; }

c_sources() { git ls-files 'src/*.c' 'sdk/c/*.c' 'sdk/native/*.c'; }

format_c() { c_sources | xargs -r clang-format-14 "$@"; }

python_lint() {
	local folders
	readarray -t folders < <(python_folders)
	ruff check --quiet --output-format concise --config sdk/python/pyproject.toml "${folders[@]}"
}

python_format() {
	local folders
	readarray -t folders < <(python_folders)
	ruff format --quiet --config sdk/python/pyproject.toml "$@" "${folders[@]}"
}

shell_lint() { { git ls-files '*.sh'; git ls-files .ci/run; } | xargs -r shellcheck; }

# Its packages, then: is schema.ts that of openapi.yaml, do the types fit, is it as biome wants it.
ui_lint() {
	tools/ui.sh packages || return 1
	(
		cd ui || return 1
		../tools/node.sh npm run --silent types -- --check || {
			echo "src/api/schema.ts is not that of openapi.yaml: npm run types"
			return 1
		}
		../tools/node.sh npm run --silent typecheck && ../tools/node.sh npm run --silent lint
	)
}

# Its warnings come before any optimizing.
second_compiler() {
	[[ -f build-clang/build.ninja ]] || CC=clang-14 meson setup build-clang -Doptimization=0 -Ddebug=false >/dev/null || return 1
	ninja -C build-clang
}

# What clang-tidy has passed once is not looked at again until it, a header or the settings change.
tidy() {
	local base file key todo=()
	base=$(git ls-files 'src/*.h' 'sdk/c/*.h' 'sdk/native/*.h' 'test/lib/*.h' .clang-tidy | xargs cat | sha256sum)
	mkdir -p build/lint/tidy
	for file in $(c_sources); do
		key=$(printf '%s' "$base" | cat - "$file" | sha256sum | cut -c1-40)
		[[ -e build/lint/tidy/$key ]] || todo+=("$file" "build/lint/tidy/$key")
	done
	[[ ${#todo[@]} -gt 0 ]] || return 0
	# how far the analyzer follows one function: the default finds no more here and takes five times as long
	export TIDY_BUDGET="--extra-arg=-Xclang --extra-arg=-analyzer-config --extra-arg=-Xclang --extra-arg=max-nodes=40000"
	# shellcheck disable=SC2016 # $1 and $2 are the inner shell's
	printf '%s\n' "${todo[@]}" | xargs -r -P2 -n2 bash -c 'clang-tidy-14 -p build-clang --quiet $TIDY_BUDGET "$1" 2>/dev/null && touch "$2"' tidy |
		grep -E "(error|warning): |nesting level|parameters" | sed "s|$PWD/build-clang/../||"
	return "${PIPESTATUS[1]}"
}

# No file may name a folder of somebody's machine, or the host a package was fetched from.
words() {
	local host hosts found=0
	if git grep -nIE '(^|[^A-Za-z0-9_.])/(work|farm)/' -- . | cut -c1-160 | grep .; then found=1; fi
	if git grep -nIF "$PWD/" -- . | cut -c1-160 | grep .; then found=1; fi
	hosts=$({
		python3 -m pip config list
		python3 -c 'import pip._internal.models.index as i; print(i.PyPI.simple_url)'
		cat /etc/apt/sources.list /etc/apt/sources.list.d/*
		env | grep -iE '_(INDEX|REGISTRY|PROXY)'
	} 2>/dev/null | grep -oE 'https?://[^/ "'"'"']+' | sed -E 's#https?://([^@/]*@)?##' | grep -vE '^(localhost|127\.)' | sort -u)
	for host in $hosts; do
		if git grep -nIF "$host" -- . | cut -c1-160 | grep .; then found=1; fi
	done
	if git grep -nIE 'https?://' -- '*.lock' '*package-lock.json' | grep -vE '"(url|homepage|funding)"' | cut -c1-140 | grep .; then
		found=1
	fi
	return "$found"
}

if [[ ${1:-} == --fix ]]; then
	format_c -i
	python_format
	tools/ui.sh packages && (cd ui && ../tools/node.sh npm run --silent format)
	exit
fi

# Mostly waits for npm: beside the others.
(
	check ui ui_lint
	check notice python3 tools/notice.py --check
	exit $status
) &
ui=$!
check rooms python3 tools/rooms.py
check circles python3 tools/circles.py
check sizes python3 tools/sizes.py
check words words
check clang-format format_c --dry-run -Werror
check ruff python_lint
check ruff-format python_format --check
check shellcheck shell_lint
check clang second_compiler
check clang-tidy tidy
wait $ui || status=1
exit $status
