# Two commands: `make demo` and `make test`. Each sets up its own virtual environment first.
PYTHON ?= python3
VENV   ?= .venv
STAMP  := $(VENV)/.stamp-lock

.PHONY: demo test lint clean
.DEFAULT_GOAL := test

$(STAMP): requirements.lock pyproject.toml
	sh .ci/venv "$(PYTHON)" "$(VENV)"
	@touch $@

lint: $(STAMP)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

test: $(STAMP)
	$(VENV)/bin/python -m pytest -n 2 tests

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
