# Needs python3 (3.11 or newer) with venv, make and git; no root. Everything else is brought by `make setup`.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
UV_VERSION := 0.13.9
UV := .uv/bin/uv
BIN := .venv/bin
PYTHON_READY := .venv/.ready
FRONT_END_READY := service/web/static/vendor/.ready

export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH
unexport PYTHONDONTWRITEBYTECODE # every program would compile everything again

.DEFAULT_GOAL := help
.PHONY: help setup run test check format bench screenshots lock

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

setup: $(PYTHON_READY) $(FRONT_END_READY) ## The environment in .venv and the front-end files

run: setup ## Set-up, database, demo data; then serves on 127.0.0.1 with the worker inside [PORT=8000]
	@$(BIN)/trinh init
	@$(BIN)/trinh demo
	@exec $(BIN)/trinh serve --port $(PORT) --worker

test: setup ## Every test, on SQLite and PostgreSQL, with a real browser and a real mail server
	@$(BIN)/pytest -n 2 --dist loadgroup $(ARGS)

check: setup ## Style, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: setup ## Puts the code into the house's format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: setup ## Tasks and deployments over HTTP beside a floor; the engine beside SpiffWorkflow; expressions, tables, forms
	@$(BIN)/python -m tests.bench.complete_task
	@$(BIN)/python -m tests.bench.deploy
	@$(BIN)/python -m tests.bench.engine
	@$(BIN)/python -m tests.bench.expressions

screenshots: setup ## The browser journeys, their pictures kept in docs/screenshots/
	@TRINH_SCREENSHOTS=keep $(BIN)/pytest tests/journeys -k sqlite -n 2 $(ARGS)

lock: $(UV) ## Newer versions into uv.lock
	@$(UV) lock --upgrade

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit("Trình needs Python 3.11 or newer." if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(PYTHON_READY): uv.lock pyproject.toml | $(UV)
	@$(UV) sync --quiet --frozen --python "$$(command -v $(PYTHON))"
	@touch $@

$(FRONT_END_READY): service/web/package-lock.json service/web/vendor.py | $(PYTHON_READY)
	@$(BIN)/python -m service.web.vendor
	@touch $@
