# The verbs of this repository. CI uses the same ones.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8080
BIN = $(VENV)/bin
READY = $(VENV)/.ready
# The template is copied as it lies: nothing may leave caches in it.
export PYTHONDONTWRITEBYTECODE = 1

.DEFAULT_GOAL := help
.PHONY: help setup demo quick test soak coverage bench check fix lock clean

help:  ## list the verbs
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 10

setup: $(READY)  ## set up .venv with what developing needs

$(READY): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "nb2service needs Python 3.11 or newer; $(PYTHON) is older. Give one: make PYTHON=python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet "$$(grep -oE '^uv==[^ ;]+' requirements-dev.txt)"
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes \
		-r requirements-dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

demo: $(READY)  ## generate the example service, set it up and run it (PORT=8080, Ctrl-C stops it)
	rm -rf demo
	$(BIN)/cookiecutter . --no-input project_slug=demo
	PATH="$(abspath $(BIN)):$$PATH" $(MAKE) --no-print-directory -C demo run PORT=$(PORT) PYTHON=$(abspath $(BIN))/python

quick: $(READY)  ## the quick tests, under a minute
	$(BIN)/pytest -q -n 2 -m "not generation and not random and not environment and not container"

test: $(READY)  ## all tests: real kernels, real environments, real servers
	$(BIN)/pytest -n 2 --dist loadgroup

coverage: $(READY)  ## the quick tests with branch coverage of the generator, for reading; nothing fails by it
	$(BIN)/pytest -q -n 2 -m "not generation and not random and not environment and not container" \
		--cov --cov-report=term

soak: $(READY)  ## a service at its limit for ten minutes: no error, no growth (SOAK_SECONDS=600)
	SOAK_SECONDS=$(or $(SOAK_SECONDS),600) $(BIN)/pytest -q -s tests/test_soak.py

bench: $(READY)  ## our service beside what a user would pick instead; hours (BENCH="--rounds 1 --seconds 1 --no-memory" for a look)
	@command -v wrk >/dev/null || { echo "make bench needs wrk, a Debian package" >&2; exit 1; }
	$(BIN)/python benchmarks/serving/bench.py $(BENCH)
	$(BIN)/python benchmarks/serving/publish.py

check: $(READY)  ## ruff and mypy, on the repository and on the template
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd template && $(abspath $(BIN))/ruff check --no-cache . && $(abspath $(BIN))/ruff format --no-cache --check . \
		&& $(abspath $(BIN))/mypy --cache-dir=$(abspath .mypy_cache)/template

fix: $(READY)  ## what ruff can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:  ## compile requirements-dev.txt anew
	$(BIN)/uv pip compile pyproject.toml --extra example --group dev --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --no-emit-index-url --upgrade --quiet -o requirements-dev.txt

clean:  ## remove what the verbs made
	rm -rf $(VENV) demo .coverage .pytest_cache .mypy_cache .ruff_cache
