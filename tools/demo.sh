#!/usr/bin/env bash
# demo.sh: two repositories with an environment each become one graph, and one run makes all of it.
# Everything it writes stays below examples/two-teams.
set -euo pipefail
cd "$(dirname "$0")/.."
plait=$PWD/build/plait
example=examples/two-teams
cd "$example"

plait() {
	local bold='' plain=''
	if [[ -t 1 ]]; then bold=$'\e[1m' plain=$'\e[0m'; fi
	printf '\n%s$ plait%s%s\n' "$bold" "$(printf ' %s' "${@@Q}" | sed "s/'\\([A-Za-z-]*\\)'/\\1/g")" "$plain"
	"$plait" "$@"
}

echo "In $example: repo-analytics and repo-ml, two teams' repositories."
plait env sync
plait materialize --select '*'
plait asset list

cat <<END

All assets of both repositories were made by one run, each step in its own repository's environment.
  values   $example/data: for each asset its current value (tables as Parquet too), versions in .plait below it
  state    $example/.plait: what is defined, what ran, every step's log

Try next, in $example (../../build/plait, or \`make install\` first):
  plait asset lineage customer_risk_scores       where a value comes from, across repositories
  plait asset impact customer_order_summary      who is hit when it changes
  plait materialize --select 'customer_order_summary+' --dry-run
                                                 what would run, where, in which order, and why
  plait run list                                 then: plait run show RUN, plait run logs RUN
  plait dev                                      the same in a browser, at http://127.0.0.1:3000; sees code being saved
Or break one team's code: put a typing error into repo-ml/src/ml_platform/defs/models.py, then
  plait location list                            the other team's location is untouched
  plait materialize --select group:analytics     and still runs
END
