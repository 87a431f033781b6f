# The only interpreter that the set-up starts with; it finds a better one by itself when this one is unsuitable.
PYTHON ?= python3
# Passed on: make run ARGS="...", make test-fast ARGS="tests/serving -x", make lock ARGS="--upgrade".
ARGS ?=

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
# A file stays on one process, so that its fixtures are made once; tests/conftest.py puts the long files first.
ON_TWO_CORES := -n 2 --dist loadfile --no-loadscope-reorder
CODE := pipeline components trainers serving requirements tests benchmarks
COMPILE := UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip compile --universal --python-version 3.10 --no-annotate --quiet \
	--custom-compile-command "make lock"
LOCK := $(COMPILE) pyproject.toml --extra dev

.DEFAULT_GOAL := help
.PHONY: help setup run retrain test suite checks test-random test-nightly test-fast lint format types imports bench zoo lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make .venv with the pinned packages, or do nothing when it has them
	@$(PYTHON) -m requirements.install

run: setup ## Run the pipeline on this machine; options in ARGS="..."
	$(BIN)/python -m pipeline.run --runner local $(ARGS)

retrain: setup ## Run the pipeline again when it is due; options in ARGS="..."
	$(BIN)/python -m pipeline.retrain $(ARGS)

test: setup ## Check and test everything, as CI does
	@$(MAKE) --no-print-directory --jobs 2 suite checks

suite: setup ## Run the tests of all tiers but the nightly one
	$(PYTEST) -m "not nightly" $(ON_TWO_CORES)

test-random: setup ## Run the same tests in a random order; ARGS="--randomly-seed=N" repeats one
	$(PYTEST) -m "not nightly" $(ON_TWO_CORES) -p randomly $(ARGS)

test-nightly: setup ## Run the long proofs that `make test` leaves out
	$(PYTEST) -m nightly $(ON_TWO_CORES) $(ARGS)

test-fast: setup ## Run the quick tests only; a choice of them in ARGS="..."
	$(PYTEST) $(ARGS)

checks: lint types imports ## Check style, types and imports

lint: setup ## Check style and format
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/hadolint docker/*.Dockerfile

format: setup ## Rewrite the code to the format, with the safe fixes
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

types: setup ## Check types
	$(BIN)/mypy

imports: setup ## Check who may import whom
	$(BIN)/lint-imports

bench: setup ## Measure speed
	$(PYTEST) benchmarks -m "" --benchmark-only

zoo: setup ## Export the torchvision classifiers that have no result yet; write the tables of docs/interchange.md
	CUDA_VISIBLE_DEVICES= OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.torch_zoo.run $(ARGS)
	$(BIN)/python -m benchmarks.torch_zoo.document

lock: setup ## Make the pinned lists again; newest versions with ARGS="--upgrade"
	$(LOCK) --output-file requirements/modern.txt $(ARGS)
	$(LOCK) --override requirements/older-glibc-overrides.txt --output-file requirements/older-glibc.txt $(ARGS)
	$(COMPILE) --group serving --constraint requirements/modern.txt --output-file requirements/serving.txt $(ARGS)

clean: ## Remove .venv, caches and build products; runs/ stays
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .benchmarks .hypothesis
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +
