#!/usr/bin/env bash
# ledger.sh [KILLS]: kills a writer of the ledger at random moments, so many times (200), on a disk and in memory, and checks
# after each that all acknowledged rows are there.  Needs a built build/; a minute or two.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PLAIT_KILLS=${1:-200}
build/test/store_test_crash
PLAIT_KILLS_ON_DISK=1 build/test/store_test_crash
