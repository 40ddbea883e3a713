# Everything a developer does here, and `make run` for everybody.
# It needs GNU make and a Python of 3.11 or later; PYTHON=... names another than python3.

BIN := .venv/bin
PYTHON ?=
# What is handed to pytest: make test ARGS="-k outbox"
ARGS ?=
# How many processes run the tests: one for each processor.
WORKERS ?= auto
CORE := src/asynchat/chat/*,src/asynchat/text.py,src/asynchat/messages.py,src/asynchat/words/*,src/asynchat/errors.py,src/asynchat/framing.py,src/asynchat/store/*
export PYTHON

MAKEFLAGS += --no-print-directory
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help run test faults lint format screenshots bench benchmarks audit lock clean dev system-packages

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Standard output is the chat's and standard input is for it: nothing else touches either.
run: ## Host a chat and join it
	@sh tools/environment.sh run
	@exec $(BIN)/asynchat-client --host

test: system-packages lint ## Check style and types, run every test, measure coverage
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -n $(WORKERS) --dist worksteal $(ARGS)
	@$(BIN)/coverage combine --quiet
	@echo "Branch coverage of the core, all of it:"
	@$(BIN)/coverage report --include='$(CORE)' --fail-under=100
	@echo "Branch coverage of the rest, 90 % at least:"
	@$(BIN)/coverage report --omit='$(CORE)' --fail-under=90

faults: dev ## Prove the promises: kills, cuts, full disks, mutants; writes docs/reliability.md
	@$(BIN)/python tools/faults.py $(ARGS)

lint: dev ## Check style, formatting, types and imports
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy src packaging tests tools examples benchmarks
	@$(BIN)/lint-imports --no-logo --no-cache

format: dev ## Format the code and put right what Ruff can
	@$(BIN)/ruff check --fix-only
	@$(BIN)/ruff format

screenshots: dev ## Draw the pictures of the docs anew
	@$(BIN)/python tools/screenshots.py

bench: dev ## Measure the server beside others; the table goes to docs/performance.md
	@$(BIN)/python -m benchmarks.serving --write $(ARGS)

benchmarks: bench ## Measure search and the window, too
	@$(BIN)/python -m benchmarks.search
	@$(BIN)/python -m benchmarks.window --write

audit: dev ## Look for known holes: bandit over the source, pip-audit over the lock; asks the network
	@$(BIN)/python -m venv build/audit
	@build/audit/bin/python -m pip install --quiet bandit pip-audit
	@build/audit/bin/bandit --quiet --recursive src
	@build/audit/bin/pip-audit --requirement requirements-dev.lock --disable-pip

lock: dev ## Choose the newest versions for development anew
	@sh tools/lock.sh

clean: ## Remove everything that was made, the environment too
	@rm -rf .venv build dist .coverage .coverage.* .hypothesis .import_linter_cache \
	  .mypy_cache .pytest_cache .ruff_cache
	@find benchmarks examples packaging src tests tools -name __pycache__ -prune -exec rm -rf {} +

dev:
	@sh tools/environment.sh dev

system-packages:
	@sh tools/system-packages.sh
