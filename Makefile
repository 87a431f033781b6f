# The only interpreter that the set-up starts with; it finds a better one by itself when this one is unsuitable.
PYTHON ?= python3
# Passed on: make run ARGS="...", make test-fast ARGS="tests/serving -x", make lock ARGS="--upgrade".
ARGS ?=

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
CODE := pipeline components trainers serving requirements tests benchmarks
COMPILE := UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip compile --universal --python-version 3.10 --no-annotate --quiet \
	--custom-compile-command "make lock"
LOCK := $(COMPILE) pyproject.toml --extra dev

.DEFAULT_GOAL := help
.PHONY: help setup run retrain test test-nightly test-fast lint format types imports bench zoo lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make .venv with the pinned packages, or do nothing when it has them
	@$(PYTHON) -m requirements.install

run: setup ## Run the pipeline on this machine; options in ARGS="..."
	$(BIN)/python -m pipeline.run --runner local $(ARGS)

retrain: setup ## Run the pipeline again when it is due; options in ARGS="..."
	$(BIN)/python -m pipeline.retrain $(ARGS)

test: setup lint types imports ## Check and test everything, as CI does
	$(PYTEST) -m "not nightly" -n 2 --dist loadfile

test-nightly: setup ## Run the long proofs that `make test` leaves out: hours
	$(PYTEST) -m nightly -n 2 --dist loadfile $(ARGS)

test-fast: setup ## Run the quick tests only; a choice of them in ARGS="..."
	$(PYTEST) $(ARGS)

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
