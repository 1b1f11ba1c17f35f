"""What several test files use: the name of a run, plans in forked processes, finished runs.

Each finished run is made once, whatever the number of processes that run the tests: tests that use it stay together.
"""

import shutil
import subprocess
import sys
import uuid

import numpy as np
import pytest

import browser
import real_tables
from datasets import (
    FEW_JOBS,
    HOME,
    SMALL_CONFIG,
    SMALL_LIMIT,
    SMALL_YEARS,
    copy_workflow,
    snakemake,
    spelt,
    write_dataset,
)
from economies import random_economy
from handbook import blocks

SHARED_RUNS = ("demo", "small", "provinces", "wiod", "own_panel")


def pytest_configure(config):
    """Keep the order of the groups: xdist would begin with those of the most tests, and end with long single ones."""
    config.option.loadscopereorder = False


@pytest.hookimpl(wrapper=True)  # before xdist reads the marks
def pytest_collection_modifyitems(config, items):
    """Which tests stay together in one of several processes (xdist's loadgroup), and which groups come first.

    The tests of a finished run are one group. A slow test that shares no fixture of its file is one of its own; the
    rest of a file is one. Long groups come first, so that no process is left with one at the end: those of finished
    runs, those with slow tests, those that run Snakemake.
    """
    groups = {}
    for item in items:
        slow = item.get_closest_marker("slow") is not None
        given = item.callspec.params if hasattr(item, "callspec") else {}
        shared = [name for name in SHARED_RUNS if name in item.fixturenames or given.get("finished") == name]
        scopes = {each.scope for fixtures in item._fixtureinfo.name2fixturedefs.values() for each in fixtures}
        name = shared[0] if shared else item.nodeid if slow and "module" not in scopes else item.path.name
        item.add_marker(pytest.mark.xdist_group(name))
        groups.setdefault(name, []).append((slow, item))

    def place(name):
        runs = any(hasattr(item.module, "snakemake") for _, item in groups[name])
        return name not in SHARED_RUNS, not any(slow for slow, _ in groups[name]), not runs

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


def results_of_run(*arguments, config=()):
    """Yield the results folder of a run with these arguments that must succeed, and remove it afterwards."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    finished = snakemake(*arguments, "--config", f"run={name}", *config)
    assert finished.returncode == 0, finished.stderr[-3000:]
    yield HOME / "results" / name
    shutil.rmtree(HOME / "results" / name, ignore_errors=True)


@pytest.fixture(scope="session")
def demo():
    """The results folder of one demo, run as `make demo` does."""
    yield from results_of_run("--configfile", "config/demo.yaml")


@pytest.fixture(scope="session")
def provinces(tmp_path_factory):
    """The results of config/provinces.yaml on the published workbooks: values, panel, tables and page."""
    config = real_tables.provinces_config(tmp_path_factory.mktemp("provinces"), "provinces")
    yield from results_of_run(*FEW_JOBS, "--configfile", config)


@pytest.fixture(scope="session")
def wiod(tmp_path_factory):
    """The results of config/databases/wiod2013.yaml on five of its years."""
    pytest.importorskip("pymrio", reason="pymrio is not installed")
    folder = tmp_path_factory.mktemp("wiod2013")
    real_tables.save_wiod(folder, real_tables.WIOD_RUN)
    config = real_tables.wiod_config(folder, real_tables.WIOD_RUN, "wiod")
    yield from results_of_run(*FEW_JOBS, "--configfile", config)


@pytest.fixture(scope="session")
def own_panel(tmp_path_factory):
    """The results of `snakemake report` on the panel of docs/tutorials/own_panel.md, which has a few variables only."""
    folder = tmp_path_factory.mktemp("own_panel")
    subprocess.run([sys.executable, "-c", blocks("docs/tutorials/own_panel.md", "python")[0]], cwd=folder, check=True)
    yield from results_of_run("report", config=[f"panel={folder / 'data/my_panel.csv'}"])


@pytest.fixture(scope="session")
def screen():
    """A browser."""
    with browser.opened() as shown:
        yield shown


@pytest.fixture
def finished(request):
    """The results folder of one of the runs that tests share, by its name."""
    return request.getfixturevalue(request.param)


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
