# Everything a newcomer needs: `make demo` and `make test`; `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOOLS := .tools
LOCKS := requirements.lock requirements-build.lock requirements-dev.lock
DOCKERFILES := Dockerfile
ARGS ?=
WORKERS ?= 4

PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -q
INSTALL := $(PIP) install --require-hashes
COMPILE := $(TOOLS)/bin/uv pip compile --quiet --upgrade \
	--universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links \
	--custom-compile-command 'make lock'

APT := apt-get -o Acquire::http::Timeout=20 -o Acquire::Retries=1

# Where no bytecode may be kept, every process compiles all of ours again.
unexport PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.PHONY: help demo test check audit bench pytest soak docs reference chromium fmt lock install \
	install-dev clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/run.stamp ## two sandbox trackers, the bridge and its page, on this machine
	$(BIN)/bridge demo $(ARGS)

# Side by side: types take half a minute where no cache is, and the tests wait at times.
test: $(VENV)/dev.stamp ## everything: linters, types, layers, container file, tests
	@$(MAKE) --no-print-directory --jobs=2 check pytest

check: $(VENV)/dev.stamp ## the fast part of `make test`: no test is run
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml bridge
	$(BIN)/hadolint $(DOCKERFILES)

pytest: $(VENV)/dev.stamp chromium ## the tests alone; ARGS="tests/web -k hooks" narrows them
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --no-loadscope-reorder $(ARGS)

soak: $(VENV)/dev.stamp ## ten minutes of everything going wrong; ARGS="--minutes 1"
	$(BIN)/python -m bench.soak $(ARGS)

bench: $(VENV)/dev.stamp ## what the bridge takes, against its bounds; ARGS="--quick"
	$(BIN)/python -m bench $(ARGS)

audit: $(VENV)/dev.stamp ## known vulnerabilities in what the locks pin, and unsafe code
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml bridge
	$(BIN)/python -m tests.audit

docs: $(VENV)/dev.stamp ## the manual as a site, in site/
	NO_COLOR=1 $(BIN)/zensical build --clean --strict

reference: $(VENV)/dev.stamp ## write the pages of docs/reference that follow from the code
	$(BIN)/python -m manual

fmt: $(VENV)/dev.stamp ## format the code and mend what the linter can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

install: $(VENV)/run.stamp ## the bridge in .venv, nothing else

install-dev: $(VENV)/dev.stamp ## the bridge and the tools of its tests in .venv

lock: $(TOOLS)/uv.stamp ## renew the three lock files within pyproject.toml's ranges
	$(COMPILE) pyproject.toml --group dev --extra postgres --extra otel \
		--output-file requirements-dev.lock
	$(COMPILE) pyproject.toml --extra postgres --extra otel \
		--constraints requirements-dev.lock --output-file requirements.lock
	$(COMPILE) --group build --constraints requirements-dev.lock \
		--output-file requirements-build.lock

clean: ## remove what was made here: environments and caches
	rm -rf $(VENV) $(TOOLS) build dist site .cache .mypy_cache .ruff_cache .import_linter_cache \
		.pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/made.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "The bridge needs Python 3.11 or newer, and '$(PYTHON)' is not that." >&2; \
		echo "Name another: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo "No virtual environment could be made with '$(PYTHON)'." >&2; \
		echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

# The bridge itself is installed without isolation: its build backend is locked too.
$(VENV)/run.stamp: requirements.lock requirements-build.lock pyproject.toml | $(VENV)/made.stamp
	@echo "Installing the bridge into $(VENV) …"
	@$(INSTALL) -r requirements.lock -r requirements-build.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(LOCKS) pyproject.toml | $(VENV)/made.stamp
	@echo "Installing the bridge and the tools of its tests into $(VENV) …"
	@$(INSTALL) -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $(VENV)/run.stamp $@

$(TOOLS)/uv.stamp:
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip --disable-pip-version-check --no-input -q install 'uv>=0.9,<1'
	@touch $@

# The pages are tested in a real browser, in the one without windows where it can be had.
chromium:
	@command -v chromium-headless-shell >/dev/null || { \
		[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
			$(APT) update -qq && DEBIAN_FRONTEND=noninteractive \
			$(APT) install -y -qq --no-install-recommends chromium-headless-shell; \
	} || command -v chromium >/dev/null || { \
		echo "The page tests need chromium-headless-shell or chromium on the PATH." >&2; \
		echo "On Debian: sudo apt-get install chromium-headless-shell" >&2; exit 1; \
	}
