#!/usr/bin/env bash
# deps.sh GROUP...: install what a group of targets needs, through apt, when it is missing.
# Groups: build, demo, test, lint.  Says nothing when all is there; shows apt's log only when it fails.
# PLAIT_NO_DEPS=1 turns it off; on a system without dpkg it leaves packages to you.
set -euo pipefail

build=(gcc libc6-dev meson ninja-build pkg-config python3 git ca-certificates
	libuv1-dev libjansson-dev libyaml-dev libsqlite3-dev libxxhash-dev libsodium-dev zlib1g-dev libzstd-dev libssl-dev
	node-llhttp)
[[ ${UI:-1} == 0 ]] || build+=(python3-venv) # for Node.js, where there is none: tools/node.sh
demo=("${build[@]}" python3-venv)
test=("${demo[@]}" pypy3 nodejs chromium)
lint=("${build[@]}" python3-venv clang-14 libclang-rt-14-dev clang-format-14 clang-tidy-14 shellcheck)

[[ -z ${PLAIT_NO_DEPS:-} ]] || exit 0
command -v dpkg-query >/dev/null || exit 0

wanted=()
for group in "$@"; do
	case $group in
	build) wanted+=("${build[@]}") ;;
	demo) wanted+=("${demo[@]}") ;;
	test) wanted+=("${test[@]}") ;;
	lint) wanted+=("${lint[@]}") ;;
	*)
		echo "deps.sh: no group '$group'; there are build, demo, test, lint" >&2
		exit 2
		;;
	esac
done

present=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' 2>/dev/null | sed -n 's/ installed$//p')
missing=()
for package in "${wanted[@]}"; do
	grep -qxF -- "$package" <<<"$present" || missing+=("$package")
done
# some come under other names too: pkg-config with pkgconf, node from its own makers
has_command() { case $1 in pkg-config) command -v pkg-config ;; nodejs) command -v node ;; *) false ;; esac; }
for i in "${!missing[@]}"; do
	! has_command "${missing[i]}" >/dev/null || unset "missing[i]"
done
[[ ${#missing[@]} -gt 0 ]] || exit 0
readarray -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)

as_root=()
if [[ $EUID != 0 ]]; then
	command -v sudo >/dev/null || {
		echo "deps.sh: these packages are missing, and there is no sudo to install them: ${missing[*]}" >&2
		exit 1
	}
	as_root=(sudo)
fi

echo "installing with apt: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@"; }
fetch() { apt install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1; }
# the package lists may be absent or old: ask for new ones only when the first try fails
if ! fetch; then
	if ! { apt update >>"$log" 2>&1 && fetch; }; then
		cat "$log" >&2
		echo "deps.sh: apt could not install: ${missing[*]}" >&2
		exit 1
	fi
fi
