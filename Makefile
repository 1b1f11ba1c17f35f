# make         the full-size replication on the embedded economy
# make demo    the same workflow on a small embedded economy
# make test    the tests
# make bench   what it costs, beside what it is measured against; make bench-growth: how that grows
# make setup   only the environment

PYTHON ?= python3
CORES ?= $(shell getconf _NPROCESSORS_ONLN)
BIN := .venv/bin

.PHONY: all setup demo test bench bench-growth
all: setup
	$(BIN)/snakemake --cores $(CORES)

demo: setup
	$(BIN)/snakemake --cores $(CORES) --configfile config/demo.yaml

test: .venv/ready-for-tests
	$(BIN)/python -m pytest

bench: .venv/ready-for-tests
	$(BIN)/python tests/benchmarks/bench.py

bench-growth: .venv/ready-for-tests
	$(BIN)/python tests/benchmarks/growth.py

setup: .venv/ready

.venv/ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "laborvalue needs Python 3.11 or later; name one with make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	touch $@

.venv/ready-for-tests: requirements-test.lock .venv/ready
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-test.lock
	touch $@
