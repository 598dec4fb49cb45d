.DEFAULT_GOAL := help
.PHONY: help setup pins format-check web messages demo up test check format lint types floors bench doctor clean browser

PYTHON ?= python3
BIN    := .venv/bin
STAMP  := .venv/.installed
KERNELS := src/firsthand/factory/compiled/__pycache__/.compiled
WEB    := src/firsthand/look/static/built/.built

help:  ## Say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

setup: $(STAMP) $(WEB) $(KERNELS) messages  ## Install what the house needs, into .venv and web/node_modules

$(STAMP): pyproject.toml requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(WEB): web/package.json web/package-lock.json web/build.mjs web/tsconfig.json $(shell find web/src -name '*.ts' 2>/dev/null)
	cd web && npm ci --no-audit --no-fund --loglevel=error
	cd web && npm run --silent build
	touch $@

$(KERNELS): $(STAMP) $(wildcard src/firsthand/factory/compiled/*.py)
	$(BIN)/python -m firsthand.factory.solvers.ahead
	@mkdir -p $(@D) && touch $@

web: $(WEB)  ## Build the pages' scripts (TypeScript)

messages: $(STAMP)  ## Compile the translations
	@$(BIN)/python -m firsthand.app.messages

demo: setup  ## Open the house with a maker in it, and put a show on air
	$(BIN)/firsthand demo

up: setup  ## Open the house, as it is
	$(BIN)/firsthand up

test: setup  ## All tests: real PostgreSQL, real processes, real stream, real browser
	$(BIN)/pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile
	cd web && npm run --silent check && npm test --silent

check: setup format-check lint types floors test  ## Everything that must hold before a change goes in

format: setup  ## Lay the code out
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

format-check: setup
	$(BIN)/ruff format --check .

lint: setup  ## Common mistakes
	$(BIN)/ruff check .

types: setup  ## Types, strictly
	$(BIN)/mypy

floors: setup  ## Call down, tell up: who may import whom
	$(BIN)/lint-imports

bench: setup  ## The benchmarks, one after the other (but those that download, or take half an hour)
	for name in $$($(BIN)/firsthand bench list | grep -v -e growth -e peers -e instances); do $(BIN)/firsthand bench $$name || exit 1; done

doctor: setup  ## Say what is missing, with the mend
	$(BIN)/firsthand doctor

browser:  ## Install the browser that the tests use (Debian; needs root)
	command -v chromium >/dev/null || (apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk)

pins: setup  ## Pin every package anew, with digests, after a change in pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --strip-extras --allow-unsafe --no-header \
	  --extra demo --extra dev --extra forecast --extra pay --output-file requirements.txt pyproject.toml

clean:  ## Throw away what was made here
	rm -rf .venv web/node_modules src/firsthand/look/static/built build dist artefacts
