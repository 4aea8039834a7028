# Zhixing 知行. `make help` lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
HOST ?= 127.0.0.1
PORT ?= 5000
export HOST PORT
# Images often forbid Python to keep what it has compiled. Here dozens of processes start, each of them then compiles
# 1,500 files anew: half of its start, and a minute of the tests.
unexport PYTHONDONTWRITEBYTECODE
PYTEST_ARGS ?=
# mypy takes as long as all the others together: two at a time, each one's words in one piece.
CHECKS := check-types check-code check-imports check-templates check-translations check-reference check-migrations

.PHONY: help run test check bench fmt docs clean assets

help: ## this list
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | awk -F ':.*?## ' '{printf "make %-8s %s\n", $$1, $$2}'

run: .venv/.runtime assets ## set up what is missing, load the demonstration county on the first start, serve
	@$(PY) scripts/translations.py compile
	@.venv/bin/training-app db upgrade
	@.venv/bin/training-app demo first-start
	@exec .venv/bin/training-app serve

test: .venv/.dev assets ## everything that CI runs: checks, then all tests on SQLite and PostgreSQL
	@$(PY) scripts/translations.py compile
	@scripts/chromium.sh
	@$(MAKE) --no-print-directory -j 2 -O $(CHECKS)
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -q $(PYTEST_ARGS)

check: .venv/.dev assets ## format, lint, types, import rules, templates, translations, migrations in step
	@$(MAKE) --no-print-directory -j 2 -O $(CHECKS)
	$(PY) -m pytest -q tests/architecture

.PHONY: $(CHECKS)
check-types:
	$(PY) -m mypy --no-error-summary training_app scripts bench
check-code:
	$(PY) -m ruff format --check -q .
	$(PY) -m ruff check -q .
check-imports:
	.venv/bin/lint-imports --no-cache --verbose >/dev/null || .venv/bin/lint-imports --no-cache
check-templates:
	.venv/bin/djlint --quiet --lint training_app
check-translations:
	$(PY) scripts/translations.py check
check-reference:
	$(PY) scripts/reference.py --check
check-migrations:
	$(PY) scripts/check_migrations.py

bench: .venv/.dev assets ## benchmarks, beside the bare floor; results in bench/results/
	$(PY) -m bench
	FAULT_PHONES=2000 $(PY) -m pytest -q tests/concurrency/test_faults.py

fmt: .venv/.dev ## format
	$(PY) -m ruff check -q --fix-only .
	$(PY) -m ruff format -q .

docs: .venv/.dev ## write the generated reference pages anew
	$(PY) scripts/reference.py

clean: ## take away what can be made again; the database in instance/ stays
	rm -rf .venv node_modules training_app/web/static/build .mypy_cache .ruff_cache .pytest_cache

assets: training_app/web/static/build/.done

.venv/bin/uv:
	@python3 -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv

.venv/.runtime: .venv/bin/uv requirements/runtime.txt pyproject.toml
	@echo "installing the locked requirements …"
	@scripts/install.sh --require-hashes -r requirements/runtime.txt
	@scripts/install.sh --no-deps -e .
	@touch $@

.venv/.dev: .venv/.runtime requirements/dev.txt
	@echo "installing the test tools …"
	@scripts/install.sh --require-hashes -r requirements/dev.txt
	@touch $@

training_app/web/static/build/.done: package-lock.json .npmrc $(shell find frontend -type f 2>/dev/null) .venv/.runtime
	@echo "building the front-end assets …"
	@scripts/assets.sh
	@touch $@
