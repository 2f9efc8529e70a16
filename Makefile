PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench format lock wheel clean

help:  ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## a virtual environment in .venv, from the hashed lock file
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "workshop-kit needs Python 3.11 or later; name one with: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: $(READY)  ## the sample offsite in out/sample-offsite: notebooks, handouts, the facilitator's papers
	$(BIN)/workshop-kit render data/sample-offsite --out out/sample-offsite
	$(BIN)/workshop-kit facilitator data/sample-offsite --out out/sample-offsite

test: $(READY)  ## every test
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: $(READY)  ## style, types, stripped notebooks, content
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/nbstripout --keep-id --verify $$(git ls-files '*.ipynb')
	$(BIN)/workshop-kit check data/sample-offsite

bench: $(READY)  ## how fast it is, beside what one would write without it; 25 minutes
	$(BIN)/python -m benchmarks

format: $(READY)  ## put code and notebooks in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/nbstripout --keep-id $$(git ls-files '*.ipynb')

lock: $(READY)  ## the newest versions that fit, with hashes, without addresses
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet -o requirements.lock

wheel: $(READY)  ## the wheel, in dist
	$(BIN)/python -m hatchling build -t wheel

clean:  ## remove what was made
	rm -rf .venv out dist build
