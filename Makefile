# One word for each thing to do. Everything lives in .venv; nothing else on the machine is touched but
# `make test` and its like, which install the system packages that real WordPresses and a real browser need.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
BENCH  ?= ../shared/bench
WORDPRESS ?= 6.8

.PHONY: help install install-dev fix check test demo demo-wordpress screenshots screenshots-dashboard bench ranker clean

help:  ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

$(BIN)/suggester: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(BIN)/suggester
	$(BIN)/python -m pip install -q -r requirements-dev.lock
	@touch $@

install: $(BIN)/suggester  ## the program, in .venv

install-dev: $(VENV)/.dev  ## and what building and testing it takes

fix: install-dev  ## format and mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: install-dev  ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: install-dev  ## all tests, with real WordPresses and a real browser (as root: installs them first)
	scripts/install-system.sh
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadgroup

demo: install  ## suggestions for a sample site, in the browser
	$(BIN)/suggester demo

demo-wordpress: install  ## the plugin in a real WordPress (as root: installs what that takes): WORDPRESS=6.1|6.8|7.1
	scripts/install-system.sh
	$(BIN)/python -m scripts.demo_wordpress --wordpress $(WORDPRESS) $(ARGS)

screenshots: install-dev  ## pictures of every state of the plugin, in build/screenshots (as root: like test)
	scripts/install-system.sh
	$(BIN)/python -m scripts.screenshots $(ARGS)

screenshots-dashboard: install-dev  ## pictures of every page of the dashboard, in build/screenshots/dashboard (as root: like test)
	scripts/install-system.sh
	$(BIN)/python -m scripts.dashboard_screenshots $(ARGS)

bench: install-dev  ## quality on real sites with hidden links: make bench BENCH=<folder>
	$(BIN)/python -m benchmarks.quality $(BENCH)

ranker: install-dev  ## train the ranker on real sites with hidden links, and measure it: make ranker BENCH=<folder>
	$(BIN)/python -m benchmarks.train $(BENCH) --ablate

clean:  ## remove what the other words made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache
