# Few verbs: demo, test, check, serve. Each makes the environment it needs.
.PHONY: demo test check serve docs bootstrap
.DEFAULT_GOAL := demo

PYTHON ?= python3.11
UV_VERSION := 0.13.9
UV := .uv/bin/uv
BIN := .venv/bin

demo: bootstrap  ## the sample territories end to end: plan and fact of Yeniseisk, 2024
	$(BIN)/vitrina demo

test: bootstrap  ## every test
	$(BIN)/pytest

check: bootstrap  ## linters, types and the fast tests, under a minute
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -m "not slow" -n 2

serve: bootstrap  ## Dagster's interface and daemon
	$(BIN)/vitrina serve

docs: bootstrap  ## the pages generated from metadata
	$(BIN)/python -m schemas.dictionary
	$(BIN)/python -m publishing.dictionary

bootstrap: .venv/.synced

.venv/.synced: pyproject.toml uv.lock $(UV)
	$(UV) sync --locked
	@touch $@

$(UV):
	@PYTHON=$(PYTHON) UV_VERSION=$(UV_VERSION) sh .ci/bootstrap
