# Few verbs: demo, test, check, serve, bench. Each makes the environment it needs.
# faults: the long set, by hand before a release of the product.
.PHONY: demo test faults check serve docs screenshots bench bootstrap superset
.DEFAULT_GOAL := demo

PYTHON ?= python3.11
UV_VERSION := 0.13.9
FAULTS_KILLS ?= 200
UV := .uv/bin/uv
ENVIRONMENT := .venv$(addprefix -duckdb-,$(DUCKDB))
# DUCKDB=2.0.1 runs any verb, tests above all, on another DuckDB than the locked one.
BIN := $(ENVIRONMENT)/bin

demo: bootstrap  ## the sample territories end to end: plan and fact of Yeniseisk, 2024
	$(BIN)/vitrina demo

test: bootstrap superset  ## every test, two files at a time
	$(BIN)/pytest -n 2 --dist loadscope --no-loadscope-reorder

faults: bootstrap  ## what machines do to a home: kills, full disks, damage; a table and docs/faults.md; hours, as root
	VITRINA_FAULTS=all $(BIN)/pytest -q tests/faults
	$(BIN)/python -m benchmarks.faults --kills $(FAULTS_KILLS) --log var/faults.jsonl

check: bootstrap  ## linters, types and the fast tests, three to five minutes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -m "not slow" -n 2

serve: bootstrap superset  ## dashboards, Dagster's interface and daemon; an empty home gets the sample territories first
	@home="$${VITRINA_HOME:-var}"; \
	if [ ! -e "$$home/current" ] && [ -z "$$(find "$$home/landing" "$$home/archive" -type f 2>/dev/null | head -1)" ]; \
	then $(BIN)/vitrina demo; fi
	$(BIN)/vitrina serve

docs: bootstrap  ## the pages generated from metadata
	$(BIN)/python -m publishing.pages.exports
	$(BIN)/python -m publishing.pages.coverage
	$(BIN)/python -m schemas.dbt_metadata
	$(BIN)/python -m publishing.pages.marts
	$(BIN)/python -m publishing.pages.glossary

screenshots: bootstrap superset  ## every dashboard over the sample, into var/screenshots; the first tab of each into docs/
	$(BIN)/pytest -q tests/bi/test_dashboards_in_browser.py -k drawn
	@mkdir -p docs/screenshots
	@for picture in var/screenshots/*-1.png; do cp "$$picture" "docs/screenshots/$$(basename "$${picture%-1.png}").png"; done

bench: bootstrap  ## the product beside scripts written by hand; an hour, writes docs/performance.md and docs/matching.md
	UV_PROJECT_ENVIRONMENT=benchmarks/.venv $(UV) sync --locked --compile-bytecode --only-group bench
	$(BIN)/python -m benchmarks

bootstrap: $(ENVIRONMENT)/.synced

superset: bi/superset/.venv/.synced  ## the environment Superset runs in

$(ENVIRONMENT)/.synced: pyproject.toml uv.lock $(UV)
	UV_PROJECT_ENVIRONMENT=$(ENVIRONMENT) $(UV) sync --locked --compile-bytecode
	$(if $(DUCKDB),$(UV) pip install --quiet --python $(BIN)/python duckdb==$(DUCKDB))
	@touch $@

bi/superset/.venv/.synced: bi/superset/pyproject.toml bi/superset/uv.lock $(UV)
	$(UV) sync --locked --compile-bytecode --project bi/superset
	@touch $@

$(UV):
	@PYTHON=$(PYTHON) UV_VERSION=$(UV_VERSION) sh .ci/bootstrap
