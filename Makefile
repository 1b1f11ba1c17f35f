# make         the full-size replication on the embedded economy
# make demo    the same workflow on a small embedded economy
# make test    the tests
# make setup   only the environment, in .venv
# make docs    the handbook, docs/_build/html/index.html
# make bench   time and memory of a run, beside those of a reference; make bench-growth: how they grow with the data;
#              make profile: where the time of a run goes
# make mutants   whether the tests notice a wrong formula: a sample of exchanged operators; SAMPLE=0 takes all (hours)
# make test-slurm   the demo on a SLURM cluster of one node that the test starts (root; Debian's slurm-wlm and munge)

PYTHON ?= python3
CORES ?= $(shell getconf _NPROCESSORS_ONLN)
BIN := .venv/bin

.PHONY: all setup demo test docs test-slurm bench bench-growth profile mutants
all: setup
	$(BIN)/snakemake --cores $(CORES)

demo: setup
	$(BIN)/snakemake --cores $(CORES) --configfile config/demo.yaml

# two processes, a group of tests (tests/conftest.py) in one of them: much of their time is waiting for single processes
test: .venv/ready-for-tests
	$(BIN)/python -m pytest -n 2 --dist loadgroup

# a warning ends the build: a link that leads nowhere, a formula that cannot be read
docs: .venv/ready-for-tests
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --fresh-env --quiet -b html docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

test-slurm: .venv/ready-for-tests
	tests/slurm/install.sh
	timeout -k 60 1200 $(BIN)/python -m pytest tests/slurm -m slurm -rs

bench: .venv/ready-for-tests
	$(BIN)/python tests/benchmarks/bench.py

bench-growth: .venv/ready-for-tests
	$(BIN)/python tests/benchmarks/growth.py

profile: .venv/ready-for-tests
	$(BIN)/python tests/benchmarks/profile_run.py

SAMPLE ?= 400
mutants: .venv/ready-for-mutants
	$(BIN)/python tests/mutants.py --sample $(SAMPLE)

setup: .venv/ready

.venv/ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "laborvalue needs Python 3.11 or later; choose one with make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	touch $@

.venv/ready-for-tests: requirements-test.lock .venv/ready
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-test.lock
	touch $@

# what of cosmic-ray finds and makes the mutants; its command line and what that needs stay out
.venv/ready-for-mutants: requirements-mutants.lock .venv/ready-for-tests
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement requirements-mutants.lock
	touch $@
