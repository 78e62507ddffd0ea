# Paths stay relative and recipes short, so that a folder with spaces in its name will do.
PORT ?= 8000
DATA_DIR ?= .data
DEMO ?= 1
PYTEST_ARGS ?=
BENCH_ARGS ?=
export PORT DATA_DIR DEMO

python := .venv/bin/python
scratch := $(python) -m smbcases.embedded exec --scratch --

.DEFAULT_GOAL := help
.PHONY: help run test lint format bench shell setup lock

help:  ## Show this
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

run:  ## Start everything with the demo book (PORT=8000 DATA_DIR=.data DEMO=1)
	@bin/setup base
	@exec $(python) -m smbcases.embedded run --with-parent

test: setup  ## Run all tests (PYTEST_ARGS="tests/cases -k closing")
	@DEMO=0 $(python) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

lint: setup  ## Check style, types, imports, migrations and templates
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy .
	.venv/bin/lint-imports
	$(python) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run --settings smbcases.settings.test
	$(python) -m djlint templates --lint --quiet
	$(python) bin/check_templates.py

format: setup  ## Write Python in the house's format
	$(python) -m ruff check --fix-only .
	$(python) -m ruff format .

bench: setup  ## Measure on servers of its own (BENCH_ARGS="routing")
	@$(scratch) $(python) -m bench $(BENCH_ARGS)

shell: setup  ## A Python shell on the book of DATA_DIR
	@$(python) -m smbcases.embedded exec -- $(python) manage.py shell

setup:  ## Make .venv and node_modules from the locks, with what developers need
	@bin/setup dev

lock:  ## Renew the hashed locks from pyproject.toml (needs uv)
	@bin/lock
