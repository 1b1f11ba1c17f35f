"""What several test files use: the name of a run, plans in forked processes, one finished demo."""

import shutil
import uuid

import pytest

from datasets import HOME, Planner, snakemake


@pytest.fixture
def run():
    """The name of a run whose results are removed afterwards."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    yield name
    shutil.rmtree(HOME / "results" / name, ignore_errors=True)


@pytest.fixture(scope="session")
def planner():
    planner = Planner()
    yield planner
    planner.close()


@pytest.fixture(scope="session")
def demo():
    """The results folder of one demo, run as `make demo` does."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    finished = snakemake("--configfile", "config/demo.yaml", "--config", f"run={name}")
    assert finished.returncode == 0, finished.stderr[-3000:]
    yield HOME / "results" / name
    shutil.rmtree(HOME / "results" / name, ignore_errors=True)
