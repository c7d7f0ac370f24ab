# The commands of the warehouse. Every target that is meant for people carries a "##" line: `make help` reads them.
.DEFAULT_GOAL := help
SHELL := /usr/bin/env bash
RUN := .venv/bin/python -m warehouse

.PHONY: help core dev superset browser refresh plan rebuild compact test lint format up down snapshots rollback import-preview seeds gaps rejects drift docs bi-check faults bench bench-events soak bench-extract compose-test lock

help: ## list the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

core: ; @scripts/install.sh core
dev: ; @scripts/install.sh dev
superset: ; @scripts/install.sh superset
browser: dev ; @scripts/install.sh browser

refresh: core ## collect, build, audit and publish: yesterday, or DATE=2026-11-20, or FROM= and TO=
	@$(RUN) refresh $(if $(DATE),--date $(DATE)) $(if $(FROM),--from $(FROM)) $(if $(TO),--to $(TO))

plan: core ## dry run of a refresh: the windows that would be asked, without one call (same options)
	@$(RUN) plan $(if $(DATE),--date $(DATE)) $(if $(FROM),--from $(FROM)) $(if $(TO),--to $(TO))

up: core superset ## start Airflow, Superset and (without accounts) the sandbox; prints addresses and logins
	@$(RUN) up

down: core ## stop what `make up` started
	@$(RUN) down

snapshots: core ## list the published snapshots, the served one marked
	@$(RUN) snapshots

rollback: core ## serve the snapshot before the present one, or TO=<id>
	@$(RUN) rollback $(if $(TO),--to $(TO))

rebuild: core ## build everything from landing again, without one call to a platform
	@$(RUN) rebuild

compact: core ## merge the landing files of past months (a refresh does it too)
	@$(RUN) compact

import-preview: core ## show what an exported file would become: FILE= (and SOURCE=); without FILE, files nobody takes
	@$(RUN) import-preview $(if $(FILE),"$(FILE)") $(if $(SOURCE),--source $(SOURCE))

seeds: core ## list what a file in data/drop/_seeds may replace (rates, targets, calendar, …), and check the files there
	@$(RUN) seeds

gaps: core ## list what is missing: per source, account and window, with the reason and what to do
	@$(RUN) gaps

rejects: core ## list the records and files that were turned away, with their reasons
	@$(RUN) rejects

bi-check: core ## check every chart down to its dataset, metric, model and column
	@$(RUN) bi-check

drift: core ## list the fields that platforms added, removed or retyped, by the day it was seen
	@$(RUN) drift

docs: core ## browsable documentation of models, columns and metrics with lineage (data/docs)
	@$(RUN) docs

test: dev superset browser lint ## install what is missing and run every test
	@.venv/bin/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(TESTS)

lint: dev ## style and types: ruff, sqlfmt, mypy
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/sqlfmt --check --quiet dbt_project && .venv/bin/mypy

format: dev ## rewrite the sources in the project's style
	@.venv/bin/ruff check --fix . && .venv/bin/ruff format . && .venv/bin/sqlfmt dbt_project

faults: dev ## play every fault on every source and write docs/FAULTS.md anew (minutes)
	@WRITE_FAULTS=1 .venv/bin/python -m pytest -q tests/extract/test_fault_matrix.py

bench: dev ## measure overheads and ratios, writes data/bench/<date>.json (long)
	@.venv/bin/python -m tests.bench

bench-events: dev ## build, audit and refresh many events: EVENTS=10000000 over DAYS=365, or the last HISTORY= of them (long)
	@.venv/bin/python -m tests.bench_events $(if $(EVENTS),--events $(EVENTS)) $(if $(DAYS),--days $(DAYS)) $(if $(HISTORY),--history $(HISTORY))

soak: dev ## 120 mornings in a row against one build of all; goes on where it was stopped: DAYS= (two hours)
	@.venv/bin/python -m tests.soak $(if $(DAYS),--days $(DAYS))

bench-extract: dev ## measure records per CPU-second and memory of extraction (long)
	@.venv/bin/python -m tests.bench_extract

compose-test: dev ## build the images, bring the stack of docker-compose.yml up, refresh, look at a dashboard (long)
	@scripts/compose-test.sh

lock: ## compile the hashed requirement files again from the pyproject files
	uv pip compile pyproject.toml --override requirements/overrides.txt --python-version 3.12 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -q -o requirements/core.txt
	uv pip compile pyproject.toml --extra dev -c requirements/core.txt --override requirements/overrides.txt --python-version 3.12 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -q -o requirements/dev.txt
	uv pip compile superset/pyproject.toml --python-version 3.12 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -q -o superset/requirements.txt
