# Two commands: `make demo` and `make test`. Each sets up a virtual environment first: the demonstration
# needs the product alone, the tests everything.
PYTHON ?= python3
VENV   ?= .venv
DEMO   ?= demo
PRODUCT = $(VENV)/.stamp-product
STAMP   = $(VENV)/.stamp-lock
SEED    = specs/studies/nct04938115
BUILD  ?= $(SEED)/build

.PHONY: demo test test-all lint coverage wheel site clean
.DEFAULT_GOAL := test

$(PRODUCT): requirements.core.lock pyproject.toml
	rm -rf "$(VENV)"
	sh .ci/venv "$(PYTHON)" "$(VENV)" requirements.core.lock
	@touch "$@"

$(STAMP): requirements.lock $(PRODUCT)
	sh .ci/venv "$(PYTHON)" "$(VENV)" requirements.lock
	@touch "$@"

# From the raw export to the submission package.
demo: $(PRODUCT)
	PATH="$$(cd "$(VENV)" && pwd)/bin:$$PATH" sh bench/demo.sh "$(SEED)" "$(DEMO)" "$(BUILD)"

test: $(STAMP)
	"$(VENV)/bin/python" -m pytest -n 2 tests

test-all: $(STAMP)
	"$(VENV)/bin/python" -m pytest -n 2 -m "" tests

lint: $(STAMP)
	"$(VENV)/bin/ruff" check .
	"$(VENV)/bin/ruff" format --check .
	"$(VENV)/bin/mypy"

coverage: $(STAMP)
	"$(VENV)/bin/python" -m pytest -n 2 --cov --cov-report=term:skip-covered tests

# The wheel into dist/, from an environment that has what it takes.
wheel: $(PRODUCT)
	"$(VENV)/bin/python" -m hatchling build -t wheel

# The documentation as a site that needs no network: open site/index.html.
site: $(STAMP)
	NO_MKDOCS_2_WARNING=1 "$(VENV)/bin/mkdocs" build --strict --quiet

clean:
	rm -rf "$(VENV)" "$(DEMO)" site dist .mypy_cache .ruff_cache .pytest_cache
