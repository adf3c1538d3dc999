#!/usr/bin/env bash
# ui.sh [build|packages]: ui/dist from ui/src, when a source is newer; `packages`: all that linting and testing it needs.
# UI=0 leaves the web UI out: ui/dist is removed.
set -euo pipefail
cd "$(dirname "$0")/../ui"
with_node=../tools/node.sh

stamp=node_modules/.installed-from

# What is there: "build" or "all", for this package-lock.json; npm is asked only when that is too little.
install() { # build | all
	local wanted have
	wanted=$(sha256sum package-lock.json | cut -c1-64)
	have=$(cat "$stamp" 2>/dev/null || true)
	[[ $have != "$wanted all" && $have != "$wanted $1" ]] || return 0
	local only=()
	[[ $1 == all ]] || only=(--omit=dev)
	echo "installing the packages of ui/package-lock.json"
	$with_node npm ci --no-audit --no-fund --loglevel=error "${only[@]}" >/dev/null || {
		echo "ui.sh: npm could not install them; \`make UI=0\` builds without the web UI" >&2
		exit 1
	}
	echo "$wanted $1" >"$stamp"
}

is_current() {
	[[ -f dist/index.html ]] &&
		[[ -z $(find src index.html favicon.svg build.mjs package-lock.json -newer dist/index.html -print -quit) ]]
}

case ${1:-build} in
build)
	if [[ ${UI:-1} == 0 ]]; then
		rm -rf dist
	elif ! is_current; then
		install build
		$with_node node build.mjs
	fi
	;;
packages) install all ;;
*)
	echo "ui.sh: build or packages, not '$1'" >&2
	exit 2
	;;
esac
