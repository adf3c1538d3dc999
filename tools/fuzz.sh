#!/usr/bin/env bash
# fuzz.sh [NAME...]: libFuzzer on every target of test/fuzz (or the named ones), FUZZ_SECONDS (60) each, on a copy
# of its corpus.  What makes one fail is kept in build/fuzz/NAME-crash-…; add it to test/fuzz/corpus/NAME.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-60}
if [[ $# -gt 0 ]]; then
	names=("$@")
else
	readarray -t names < <(sed -n "s/^fuzz_targets = \[\(.*\)\]/\1/p" test/fuzz/meson.build | tr -d "' " | tr ',' '\n')
fi
[[ -f build-fuzz/build.ninja ]] ||
	CC=clang-14 meson setup build-fuzz -Db_sanitize=address,undefined -Db_lundef=false -Dwerror=false \
		-Dc_args=-fsanitize=fuzzer-no-link >/dev/null
ninja -C build-fuzz libplait.a sdk/c/libplait_pipes.a >/dev/null
mkdir -p build/fuzz
libraries=$(pkg-config --libs jansson libcrypto libsodium libssl libuv libxxhash libzstd sqlite3 yaml-0.1 zlib)
status=0
for name in "${names[@]}"; do
	# shellcheck disable=SC2086 # several words
	clang-14 -g -std=gnu17 -D_GNU_SOURCE -DFUZZ_LIVE -fsanitize=fuzzer,address,undefined -iquote src -iquote test/lib -Isdk/c \
		"test/fuzz/fuzz_$name.c" build-fuzz/libplait.a build-fuzz/sdk/c/libplait_pipes.a $libraries -o "build/fuzz/$name"
	mkdir -p "build/fuzz/corpus-$name"
	if "build/fuzz/$name" -max_total_time="$seconds" -rss_limit_mb=2048 -artifact_prefix="build/fuzz/$name-" \
		"build/fuzz/corpus-$name" "test/fuzz/corpus/$name" >"build/fuzz/$name.log" 2>&1; then
		printf 'ok    %-12s %s\n' "$name" "$(grep -oE '^Done [0-9]+ runs' "build/fuzz/$name.log")"
	else
		printf 'FAIL  %-12s build/fuzz/%s.log\n' "$name" "$name"
		grep -E 'ERROR|SUMMARY|Test unit written' "build/fuzz/$name.log" | sed 's/^/      /'
		status=1
	fi
done
exit $status
