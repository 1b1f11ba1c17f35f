"""What several test files use: the name of a run, plans in forked processes, two finished runs.

Each finished run is made once, whatever the number of processes that run the tests: tests that use it stay together.
"""

import shutil
import uuid

import numpy as np
import pytest

from datasets import (
    HOME,
    SMALL_CONFIG,
    SMALL_LIMIT,
    SMALL_YEARS,
    Planner,
    copy_workflow,
    snakemake,
    spelt,
    write_dataset,
)
from economies import random_economy

SHARED_RUNS = ("demo", "small")
OF_ONE_TEST = {"tmp_path", "tmp_path_factory", "run", "planner", "request", "monkeypatch"}


@pytest.hookimpl(wrapper=True)  # before xdist reads the marks
def pytest_collection_modifyitems(config, items):
    """Which tests stay together in one of several processes (xdist's loadgroup), and which groups come first.

    The tests of a finished run are one group. A slow test that shares no fixture of its file is one of its own; the
    rest of a file is one. Groups with slow tests come first, so that no process is left with a long one at the end.
    """
    groups = {}
    for item in items:
        slow = item.get_closest_marker("slow") is not None
        fixtures = set(item.fixturenames) - OF_ONE_TEST - set(item.callspec.params if hasattr(item, "callspec") else ())
        shared = [name for name in SHARED_RUNS if name in fixtures]
        name = shared[0] if shared else item.nodeid if slow and not fixtures else item.path.name
        item.add_marker(pytest.mark.xdist_group(name))
        groups.setdefault(name, []).append((slow, item))

    def place(name):
        return name not in SHARED_RUNS, not any(slow for slow, _ in groups[name])

    items[:] = [item for name in sorted(groups, key=place) for _, item in groups[name]]
    yield
    if getattr(config.option, "loadgroup", False) and not all("@" in item.nodeid for item in items):
        raise pytest.UsageError("pytest-xdist has not grouped the tests: runs that tests share would be made twice")


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


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A copy of the workflow with a finished run (SMALL_CONFIG) on seven regions and three years; nobody changes it."""
    home = tmp_path_factory.mktemp("small")
    copy_workflow(home)
    economies = {year: random_economy(7, 5, year) for year in SMALL_YEARS}
    for economy in economies.values():
        economy.flows = np.round(economy.flows * 1024) / 1024  # sums of flows without rounding
    write_dataset(home / "data", economies)
    finished = snakemake(*SMALL_LIMIT, "--config", *spelt(SMALL_CONFIG), folder=home)
    assert finished.returncode == 0, finished.stderr[-3000:]
    return home
