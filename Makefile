# `make` alone lists the targets.
.DEFAULT_GOAL := help
.PHONY: help install run demo tour test check bench bench-peers races chaos soak fuzz audit format lock clean

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed
AUDIT_BIN := .venv-audit/bin
AUDIT := .venv-audit/.installed
PEERS_BIN := .venv-bench/bin
PEERS := .venv-bench/.installed
LOCKS := requirements.txt requirements-build.txt
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
UV ?= uv
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(RUNTIME) ## Create .venv with what the service needs, every file checked by hash

run: $(RUNTIME) ## Run everything on this machine (Ctrl-C stops it)
	@exec $(BIN)/wireroom run

demo: $(RUNTIME) ## Run everything on a small sample newsroom, without the network
	@exec $(BIN)/python -m tests.newsroom

tour: $(DEV) ## Record the first five minutes, a feed that breaks and a mistake, with pictures, in build/tour
	@$(BIN)/python -m tests.tour build/tour

test: $(DEV) ## Run all tests, on all cores
	$(BIN)/python -m pytest -n auto

check: $(DEV) ## Check format, lint, types, import rules and wording
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m tests.support.wording

bench: $(RUNTIME) ## Measure what each stage costs on this machine
	@$(BIN)/python -m tests.bench.commands
	@$(BIN)/python -m tests.bench.stages
	@$(BIN)/python -m tests.bench.stories --sizes 2k,20k
	@$(BIN)/python -m tests.bench.likeness
	@$(BIN)/python -m tests.bench.schedule
	@$(BIN)/python -m tests.bench.upkeep
	@$(BIN)/python -m tests.bench.polls
	@$(BIN)/python -m tests.bench.leads --feeds 40
	@$(BIN)/python -m tests.bench.due
	@$(BIN)/python -m tests.bench.pages
	@$(BIN)/python -m tests.bench.scale --feeds 1k,100k
	@$(BIN)/python -m tests.bench.peers

bench-peers: $(PEERS) ## Install the programs that `make bench` compares with, in an environment of their own

races: $(DEV) ## Run thousands of concurrent joins, merges, purges and splits, then check every story
	$(BIN)/python -m tests.races.forced

chaos: $(DEV) ## Break a running service in every way, then check each invariant: nothing lost, doubled or early
	$(BIN)/python -m tests.storms.whole --database sqlite
	$(BIN)/python -m tests.storms.whole --database postgresql
	$(BIN)/python -m tests.storms.chaos
	$(BIN)/python -m tests.storms.pages
	$(BIN)/python -m tests.storms.clocks
	$(BIN)/python -m tests.storms.readers

soak: $(DEV) ## Run the service on steady news for an hour on each database, and draw what grows to build/soak-*.svg
	@mkdir -p build
	$(BIN)/python -m tests.storms.soak --minutes 60 --database sqlite --picture build/soak-sqlite.svg
	$(BIN)/python -m tests.storms.soak --minutes 60 --database postgresql --picture build/soak-postgresql.svg

fuzz: $(DEV) ## Run the property-based tests with many more examples, and change texts at random for 5 minutes
	$(BIN)/python -m tests.fuzz.properties
	$(BIN)/python -m tests.fuzz.guided --seconds 300

audit: $(AUDIT) ## Look up known vulnerabilities of all locked packages (needs the network)
	$(AUDIT_BIN)/pip-audit --strict --disable-pip --require-hashes --progress-spinner off \
		-r requirements.txt -r requirements-build.txt -r requirements-dev.txt

format: $(DEV) ## Format the code and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## Resolve the locked requirements again (needs uv)
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) --group dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	$(COMPILE) --group build -c requirements-dev.txt -o requirements-build.txt
	$(COMPILE) --group audit -o requirements-audit.txt
	$(COMPILE) --group bench -o requirements-bench.txt
	python3 -m tests.packaging.bill > sbom.cdx.json

clean: ## Remove caches and builds; .venv and the state directory stay
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find worker tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@for python in python3.12 python3.13 python3.11 python3; do \
		if $$python -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
			2>/dev/null; then \
			echo "make: creating $(VENV) with $$($$python --version), once"; exec $$python -m venv $(VENV); fi; \
	done; \
	echo "make: Python 3.11, 3.12 or 3.13 with its venv module is needed, and none was found" >&2; exit 1

$(RUNTIME): $(BIN)/python $(LOCKS) pyproject.toml
	@echo "make: installing the packages of requirements.txt, each checked by its hash; usually 1 to 2 minutes"
	@$(PIP) --require-hashes $(LOCKS:%=-r %)
	@echo "make: installing wireroom itself"
	@$(PIP) --no-deps --no-build-isolation -e .
	@echo "make: installed in $(VENV)"
	@touch $@

$(DEV): $(RUNTIME) requirements-dev.txt
	@echo "make: installing what tests and checks need (requirements-dev.txt); usually 1 to 2 minutes"
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

$(AUDIT): $(BIN)/python requirements-audit.txt
	@echo "make: creating .venv-audit for pip-audit, once"; $(BIN)/python -m venv .venv-audit
	@echo "make: installing pip-audit (requirements-audit.txt), each file checked by its hash; usually a few seconds"
	@$(PIP:$(BIN)%=$(AUDIT_BIN)%) --require-hashes -r requirements-audit.txt
	@touch $@

$(PEERS): $(BIN)/python requirements-bench.txt
	@echo "make: creating .venv-bench for the programs to compare with, once"; $(BIN)/python -m venv .venv-bench
	@echo "make: installing them (requirements-bench.txt), each file checked by its hash; usually a minute"
	@$(PIP:$(BIN)%=$(PEERS_BIN)%) --require-hashes -r requirements-bench.txt
	@touch $@
