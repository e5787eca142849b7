# The commands of the project. `make` prints them.
#
# `demo`, `test`, `check` and `format` make their environment themselves: a venv at .venv and, inside it, exactly what
# requirements.lock names, by hash. Nothing outside .venv is touched, and no command here needs root except `peers`.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test kill-tests fuzz fuzz-audio train train-digits check checks format-check lint types imports policies docs format lock peers clean

VENV ?= .venv
BIN  := $(VENV)/bin
# Depends on what decides its content, so that a changed lock is installed by the next command and an unchanged one never.
STAMP := $(VENV)/.installed
# The first Python that is new enough; PYTHON=… chooses another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
ARGS ?=

help: ## Print this list
	@awk -F ' *## *' '/^[a-z-]+:.*##/ { split($$1, t, ":"); printf "  make %-14s %s\n", t[1], $$2 }' $(MAKEFILE_LIST)

demo: $(STAMP) ## Bring the service up on sample calls and show the journey (ARGS=--no-serve ends after the summary)
	@$(BIN)/governance demo $(ARGS)

test: $(STAMP) ## Run the tests on SQLite and PostgreSQL (ARGS are pytest's: ARGS="tests/audit -k tamper")
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal $(ARGS)

kill-tests: $(STAMP) ## Kill a working house 100 times at random moments; it must stay whole (ARGS="--times 500 --seed 7")
	@$(BIN)/python -m tests.faults.killing $(ARGS)

# atheris has wheels for Linux only and is wanted by nobody else: it has a lock of its own and comes at first use.
fuzz: $(STAMP) ## Fuzz the readers of transcripts for a minute (ARGS="--seconds 3600 --keep FOLDER")
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement tests/fuzzing/requirements.lock
	@$(BIN)/python -m tests.fuzzing.transcripts $(ARGS)

# What reads sound is C, where atheris sees nothing: mutants of headers and frames, each tried in a process that may die of it.
fuzz-audio: $(STAMP) ## Fuzz what reads and redacts sound, every container, for a minute (ARGS="--seconds 3600 --keep FOLDER")
	@$(BIN)/python -m tests.fuzzing.sounds $(ARGS)

# What learns is large and wanted by nobody who runs the product: a lock of its own, in an environment of its own.
TRAINING := $(VENV)-training
train: $(STAMP) ## Learn the weights of governance/redaction/weights.json anew (ARGS="--takes 0.2")
	@test -x $(TRAINING)/bin/python || $(PYTHON) -m venv $(TRAINING)
	@$(TRAINING)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement requirements.lock --requirement training/requirements.lock
	@$(TRAINING)/bin/python -m training.talk $(ARGS)

# torch differs by platform, so its lock would, too: its version is named and not its hash.
train-digits: $(STAMP) ## Learn to hear spoken digits anew (ARGS="--out digits.onnx --without fsdd/theo fsdd/yweweler")
	@test -x $(TRAINING)-digits/bin/python || $(PYTHON) -m venv $(TRAINING)-digits
	@$(TRAINING)-digits/bin/python -m pip install --quiet --disable-pip-version-check --requirement training/digits/requirements.txt
	@$(TRAINING)-digits/bin/python -m training.digits $(ARGS)

check: $(STAMP) ## Format, lint, types, import contracts, policies, docs: all of them, also after one has failed
	@$(MAKE) --no-print-directory --keep-going checks

checks: format-check lint types imports policies docs

format-check:
	$(BIN)/ruff format --check .

lint:
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports

policies:
	$(BIN)/governance policy check policies

docs:
	$(BIN)/python -m pytest -q tests/test_docs.py tests/test_architecture.py

format: $(STAMP) ## Format the code and mend what the linter can mend
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

# --universal: one lock for every Python from 3.11 on and every platform. No address of an index or a file is written.
# Every extra but `speech`, which nothing here needs and which asks for PyAV (docs/decisions).
lock: $(STAMP) ## Resolve requirements.lock again from pyproject.toml (ARGS=--upgrade for the newest of everything)
	UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--extra postgres --extra media --extra benchmarks --extra test \
		--no-header --no-annotate --no-emit-index-url $(ARGS) pyproject.toml --output-file requirements.lock
	@! grep --line-number '://' requirements.lock

# PostgreSQL for the tests of the second database; rsyslog takes the log over TLS; Chromium opens the console as people do; the
# rest make sample calls and judge sound with programs not ours; flite and festival lend their voices to the benchmark of keypad tones.
PEERS := postgresql rsyslog rsyslog-gnutls espeak-ng ffmpeg sox multimon-ng chromium flite festival festvox-kdlpc16k festvox-us-slt-hts
peers: ## Install the programs from Debian that some tests compare with (root)
	@test "$$(id -u)" = 0 || { echo "make peers needs root: sudo make peers" >&2; exit 1; }
	apt-get install -y --no-install-recommends $(PEERS)

clean: ## Remove the environment and every cache (never .governance, which is data)
	rm -rf $(VENV) $(TRAINING) $(TRAINING)-digits .training-cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache dist build
	find governance tests tools training benchmarks migrations -name __pycache__ -type d -prune -exec rm -rf {} +

# uv installs in seconds what takes pip a minute. It is taken from the lock, by hash, like all the rest; where it cannot be
# had or fails, pip installs the same lock. The project itself goes in last, editable, built by the hatchling of the lock.
$(STAMP): pyproject.toml requirements.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed (with venv): PYTHON=/path/to/python make …" >&2; exit 1; }
	@echo "Making $(VENV) ($(PYTHON)) …"
	@$(PYTHON) -m venv $(VENV)
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.lock
	@export PIP_DISABLE_PIP_VERSION_CHECK=1 UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy VIRTUAL_ENV="$(abspath $(VENV))"; \
	{ $(BIN)/python -m pip install --quiet --require-hashes --requirement $(VENV)/uv.lock \
	  && $(BIN)/uv pip install --quiet --require-hashes --requirement requirements.lock; } \
	|| { echo "uv could not; pip installs the same lock, which takes about a minute …"; \
	  $(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	@touch $@
