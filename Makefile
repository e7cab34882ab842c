# Two commands: `make demo` and `make test`. Each sets up its own virtual environment first.
PYTHON ?= python3
VENV   ?= .venv
DEMO   ?= demo
STAMP  := $(VENV)/.stamp-lock
SEED   := specs/studies/nct04938115

.PHONY: demo test lint coverage clean
.DEFAULT_GOAL := test

$(STAMP): requirements.lock pyproject.toml
	sh .ci/venv "$(PYTHON)" "$(VENV)"
	@touch $@

# From the raw export to the submission package.
demo: $(STAMP)
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" sh bench/demo.sh "$(SEED)" "$(DEMO)"

test: $(STAMP)
	$(VENV)/bin/python -m pytest -n 2 tests

lint: $(STAMP)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

coverage: $(STAMP)
	$(VENV)/bin/python -m pytest -n 2 --cov --cov-report=term:skip-covered tests

clean:
	rm -rf $(VENV) $(DEMO) .mypy_cache .ruff_cache .pytest_cache
