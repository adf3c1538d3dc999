# A thin front for meson and the scripts in tools/; `make help` lists what there is.
BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=
export UI ?= 1
export CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif

.PHONY: all demo test check lint format sanitize fuzz soak bench install clean deps help

all: ## build build/plait; UI=0 leaves the web UI out
	@tools/deps.sh build
	@tools/ui.sh build
	@[ -f $(BUILD)/build.ninja ] || meson setup $(BUILD) >/dev/null || { cat $(BUILD)/meson-logs/meson-log.txt; exit 1; }
	@ninja -C $(BUILD) $(NINJAFLAGS) plait

demo: ## two repositories, two environments, one run
	@tools/deps.sh demo
	@$(MAKE) --no-print-directory all
	@tools/demo.sh

test: all ## everything: unit, simulation, fuzz replay, SDK, end to end; also under sanitizers
	@tools/deps.sh test
	@python3 tools/test_all.py

check: all ## the fast part: C unit tests only
	@python3 tools/test_all.py --only c

lint: ## borders, sizes, formatting, clang-tidy, second compiler, ruff, shellcheck
	@tools/deps.sh lint
	@tools/lint.sh

format: ## apply clang-format and ruff format
	@tools/deps.sh lint
	@tools/lint.sh --fix

sanitize: ## build build-sanitize/plait with ASan and UBSan
	@tools/deps.sh build
	@[ -f $(BUILD)-sanitize/build.ninja ] || meson setup $(BUILD)-sanitize -Db_sanitize=address,undefined -Dwerror=false -Doptimization=1 >/dev/null
	@ninja -C $(BUILD)-sanitize $(NINJAFLAGS)

fuzz: ## fuzz every parser for FUZZ_SECONDS (60) each
	@tools/deps.sh lint
	@tools/fuzz.sh

soak: all ## kill -9 of servers, hosts and steps, KILLS (1000) times
	@tools/deps.sh demo
	@python3 test/soak/kills.py --kills $(or $(KILLS),1000)

bench: all ## measure; prints figures and ratios
	@tools/deps.sh demo
	@python3 bench/run.py

install: all ## install below PREFIX (/usr/local); DESTDIR is honoured
	@meson configure $(BUILD) -Dprefix=$(abspath $(PREFIX)) >/dev/null
	@ninja -C $(BUILD) $(NINJAFLAGS)
	@DESTDIR="$(DESTDIR)" meson install -C $(BUILD) --no-rebuild --quiet
	@echo "installed $(DESTDIR)$(PREFIX)/bin/plait"

deps: ## install what every target needs (apt)
	@tools/deps.sh build demo test lint

clean: ## remove what was built
	rm -rf $(BUILD) $(BUILD)-* ui/dist ui/node_modules

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
