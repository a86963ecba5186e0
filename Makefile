# Everything happens in .venv, node_modules and _build; nothing else on the machine is touched.
# Needed: make, python3 (3.11 or newer, with venv), and the network for the first run only.

PYTHON ?= python3
BIN := .venv/bin
SPHINX := sphinx-build -n -W --keep-going -q -c . -d _build/doctrees

# Formulas are rendered by the `node` in .venv, which, like pip, trusts whom the machine trusts.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export NODE_USE_SYSTEM_CA := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_CACHE_DIR := $(CURDIR)/.venv/uv-cache
export MPLCONFIGDIR := $(CURDIR)/.venv/matplotlib

# Several processes at once already take all cores: if each adds with as many threads, they wait for
# one another, up to thirty times as long.  It also fixes the order in which sums are added.
export OMP_NUM_THREADS := 1

# Images of machines often forbid Python to keep what it compiles: every start would take five seconds longer.
unexport PYTHONDONTWRITEBYTECODE

# A terminal is shown what is being installed, a log is not.  uv installs in seconds what takes pip a
# minute; it does not read pip's settings, so it is told where pip would look.
QUIET := $(if $(MAKE_TERMOUT),,--quiet)
UV = index="$${PIP_INDEX_URL:-$$($(BIN)/pip config get global.index-url 2>/dev/null)}"; \
  $(BIN)/uv pip install --no-config --system-certs --python $(BIN)/python $(QUIET) \
  $${index:+--default-index "$$index"}

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help html epub pdf notebooks live bench test pytest doctest check lock clean

help:  ## list these targets
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

# A page whose warning failed the build must be read again next time, or the warning would be forgotten.
html: .venv/installed node_modules/installed  ## execute every chapter and build the site
	@$(BIN)/$(SPHINX) -b html book _build/html || { rm -rf _build/doctrees; exit 1; }
	@$(BIN)/python -c 'from pathlib import Path; print("Open", Path("_build/html/index.html").resolve().as_uri())'

epub: html  ## bind the whole book into one EPUB, for e-readers
	@$(BIN)/python book/_press/epub.py

pdf: html  ## print the whole book into one PDF; needs a Chromium
	@$(BIN)/python book/_press/pdf.py

notebooks: html  ## run every chapter's script outside the book, with the package that the site offers
	@$(BIN)/python -m tests.outside

live: .venv/installed node_modules/installed  ## rebuild and reload in the browser while you write
	$(BIN)/sphinx-autobuild -n -t live -c . -d _build/live-doctrees --watch src --watch conf.py \
	  --ignore '*/__pycache__/*' book _build/live

test: .venv/installed node_modules/installed  ## everything: check, html, doctest, and the tests
	@$(MAKE) --no-print-directory --jobs 2 check html
	@$(MAKE) --no-print-directory --jobs 2 pytest doctest

pytest:  # what is built, and all that builds it
	$(BIN)/pytest --numprocesses auto

doctest: .venv/installed node_modules/installed  ## run the examples in the pages and in the docstrings
	@$(BIN)/$(SPHINX) -b doctest book _build/doctest || { rm -rf _build/doctrees; exit 1; }
	$(BIN)/pytest --doctest-modules src

check: .venv/installed node_modules/installed  ## style, types, spelling, and whether the lock still fits pyproject.toml
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	for part in book/figures.py book/*/figures.py; do $(BIN)/mypy $$part || exit 1; done  # all of one name
	for part in tsconfig.json tsconfig.figures.json; do node_modules/.bin/tsc -p $$part || exit 1; done
	node_modules/.bin/eslint book/_static
	$(BIN)/codespell
	$(BIN)/uv pip install --no-config --quiet --dry-run --offline -r pyproject.toml --group book --group dev

bench: .venv/installed  ## measure again what chapters quote; needs a quiet machine, and PyTorch and Dask for their parts
	$(BIN)/python bench/vectorization.py
	$(BIN)/python bench/out_of_core.py
	$(BIN)/python bench/pytorch.py

lock: .venv/installed  ## resolve all dependencies again, to their newest versions
	$(BIN)/uv pip compile --no-config --system-certs --quiet --upgrade --universal --python-version 3.11 \
	  --fork-strategy fewest --generate-hashes --no-emit-index-url --no-annotate \
	  --custom-compile-command "make lock" --group book --group dev pyproject.toml -o requirements.lock
	$(BIN)/npm install --package-lock-only --ignore-scripts --no-audit --no-fund

clean:  ## remove what was built and installed
	rm -rf .venv node_modules _build .hypothesis .mypy_cache .pytest_cache .ruff_cache .coverage

# Each stamp is written last: an installation that was interrupted starts over.
.venv/locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "The book needs Python 3.11 or newer, but '$(PYTHON)' is $$($(PYTHON) --version 2>&1)." \
	       "Name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make virtual environments. On Debian: apt install python3-venv" >&2; exit 1; }
	rm -rf .venv
	@echo "Installing into .venv what requirements.lock names; this takes a minute at most"
	@$(PYTHON) -m venv .venv
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock >.venv/uv.lock
	@$(BIN)/pip install --quiet --require-hashes --no-deps -r .venv/uv.lock
	@$(UV) --require-hashes -r requirements.lock || { \
	  echo "uv cannot; pip installs the same, and takes longer"; \
	  $(BIN)/pip install --require-hashes $(QUIET) -r requirements.lock; }
	@touch $@

.venv/installed: .venv/locked pyproject.toml
	@$(UV) --offline --no-deps --no-build-isolation --editable . || \
	  $(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

node_modules/installed: package-lock.json .venv/locked
	@echo "Installing into node_modules what package-lock.json names"
	@$(BIN)/npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --silent --cache .venv/npm-cache
	@touch $@
