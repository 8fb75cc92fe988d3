# The commands of this project. `make` alone lists them.
# Each does its own set-up first: the environment is .venv, its packages are pinned with hashes.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.SILENT:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# The first Python of 3.11 or newer; say `make setup PYTHON=/path/to/python` to choose another.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
BENCH := .venv-bench
ROUNDS ?= 5
PEOPLE ?= 2000
MINUTES ?= 10
THINK ?= 150
DATABASE ?= sqlite
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 \
	--no-header --no-emit-index-url --no-emit-find-links

.PHONY: help
help: ## List these commands
	awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: setup
setup: $(VENV)/run.stamp ## Make .venv with the pinned packages that running needs
	echo "Set up: $(VENV) holds the pinned packages."

.PHONY: run
run: setup ## Set up, then serve the web chat on 127.0.0.1:8080 with its data under ./data
	echo "Starting the companion. Its data is in ./data; Ctrl-C stops it."
	exec $(BIN)/companion serve

.PHONY: test
test: $(VENV)/dev.stamp ## Set up, then run all tests (ARGS="tests/rules -x" for some of them)
	$(BIN)/python -m tests.servers
	$(BIN)/python -m pytest $(ARGS)

.PHONY: check
check: $(VENV)/dev.stamp ## Set up, then check format, lint, types, imports and the rules of the house
	echo "Format"; $(BIN)/ruff format --check --quiet --output-format concise . || { echo "Run 'make fix' to format."; exit 1; }
	echo "Lint"; $(BIN)/ruff check --quiet .
	echo "Types"; $(BIN)/mypy
	echo "Imports"; $(BIN)/lint-imports --no-logo
	echo "Rules"; $(BIN)/python -m pytest -q tests/rules

.PHONY: fix
fix: $(VENV)/dev.stamp ## Format, and repair what the linter can repair
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

.PHONY: bench
bench: $(VENV)/dev.stamp $(BENCH)/run.stamp ## Measure beside rivals into docs/benchmark.md (ARGS="turns", ROUNDS=5)
	$(BIN)/python -m tests.bench --rounds $(ROUNDS) $(ARGS)

.PHONY: load
load: $(VENV)/dev.stamp $(BENCH)/run.stamp ## A cohort at the web chat, all at once (PEOPLE=2000 MINUTES=10 DATABASE=postgresql)
	$(BIN)/python -m tests.load --people $(PEOPLE) --minutes $(MINUTES) --think $(THINK) \
		--database $(DATABASE) $(ARGS)

.PHONY: lock
lock: $(VENV)/dev.stamp ## Pin the newest packages that resolve, with hashes, in every constraints*.txt
	$(COMPILE) --group build pyproject.toml --output-file constraints.txt
	$(COMPILE) --group build pyproject.toml --extra dev --constraint constraints.txt --output-file constraints-dev.txt
	$(COMPILE) --group pyproject.toml:bench --constraint constraints.txt --output-file tests/bench/constraints.txt
	echo "Pinned. 'make check test' says whether they work."

$(VENV)/bin/python:
	if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or newer is needed (Debian, Ubuntu: apt-get install python3 python3-venv)." >&2; exit 1; fi
	if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "Python's venv module is needed (Debian, Ubuntu: apt-get install python3-venv)." >&2; exit 1; fi
	echo "Making the Python environment in $(VENV)"
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# The stamps hold the time of the last install: a change of the pins installs again, nothing else does.
$(VENV)/run.stamp: $(VENV)/bin/python constraints.txt pyproject.toml
	echo "Installing the pinned packages (the first time takes a minute)"
	$(PIP) install --quiet --quiet --require-hashes -r constraints.txt
	$(PIP) install --quiet --quiet --no-build-isolation --no-deps --editable .
	touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp constraints-dev.txt
	echo "Installing the pinned packages for tests and checks"
	$(PIP) install --quiet --quiet --require-hashes -r constraints-dev.txt
	touch $@

# What others build on, and what draws the picture: apart, so that neither is ever imported by the companion.
$(BENCH)/run.stamp: $(VENV)/bin/python tests/bench/constraints.txt
	echo "Making the environment of the rivals in $(BENCH)"
	rm -rf $(BENCH)
	$(BIN)/python -m venv $(BENCH)
	$(BENCH)/bin/python -m pip --disable-pip-version-check install --quiet --quiet --require-hashes \
		-r tests/bench/constraints.txt
	touch $@
