# Tripoint's commands. Each makes .venv by itself; uv is used where it is there, plain venv and pip otherwise.
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
DATA ?=

ifdef UV
MAKE_VENV = $(UV) venv --quiet --allow-existing --python $(PYTHON) .venv
INSTALL = $(UV) pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable
else
# pip 23.2 does not resolve the extras of extras that trafilatura needs: a current pip first
MAKE_VENV = $(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet --upgrade "pip>=24.1"
# setuptools would print a box of stars about editable installs in general
INSTALL = PYTHONWARNINGS="ignore:Editable installation" $(BIN)/python -m pip install --quiet --constraint constraints.txt --editable
endif

.PHONY: help install demo digest test check bench proof pictures constraints clean

help:
	@echo "make demo     the whole day on an invented newsroom, offline (begins with make install)"
	@echo "make test     all tests"
	@echo "make install  the environment alone, in .venv"
	@echo "make digest   crawl the configured sources, publish and deliver once"
	@echo "make check    ruff, mypy --strict, import-linter"
	@echo "make bench    measurements of quality and speed; DATA=FOLDER adds the sets in it"
	@echo "make proof    the long proofs: a thousand kills, 150 hostile crawls"
	@echo "make pictures docs/images anew, from the demo; needs Chromium"

.venv/.product: setup.cfg constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Tripoint needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 $(MAKECMDGOALS)") if sys.version_info < (3, 11) else None'
	@echo "installing Tripoint into .venv ..."
	@$(MAKE_VENV)
	@$(INSTALL) '.[model]'
	@touch $@

.venv/.develop: .venv/.product
	@echo "installing what tests and checks need ..."
	@$(INSTALL) '.[model,postgresql,test,check]'
	@touch $@

install: .venv/.product

demo: install
	@$(BIN)/tripoint demo

digest: install
	@$(BIN)/tripoint digest

test: .venv/.develop
	$(BIN)/python -m pytest -n auto --dist worksteal

check: .venv/.develop
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy scheduler.py
	$(BIN)/lint-imports

bench: .venv/.develop
	$(BIN)/python -m benchmarks $(if $(DATA),--data $(DATA))

proof: .venv/.develop
	$(BIN)/python -m benchmarks.kill9 --kills 1000
	$(BIN)/python -m benchmarks.kill9 --kills 1000 --policy hold
	TRIPOINT_KILLS=1000 $(BIN)/python -m pytest -o timeout=0 tests/crawler/test_kills.py
	TRIPOINT_WRITERS_SECONDS=60 $(BIN)/python -m pytest -s -o timeout=0 tests/crawler/test_hardship.py
	TRIPOINT_ALONE=1 $(BIN)/python -m pytest -o timeout=0 tests/crawler/test_corpus.py

pictures: .venv/.develop
	$(BIN)/python -m tests.digest.page.pictures

# one set of pins for every platform and Python that we promise
constraints:
	uv pip compile --quiet --universal --python-version 3.11 --all-extras --no-annotate --no-header setup.cfg --output-file constraints.txt

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
