"""Dataset folders on disk, written from the tests' small economies, and the workflow run on them."""

import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

import numpy as np
import yaml

from laborvalue_workflow.data import files

HOME = Path(__file__).parent.parent
ASIDE = ("logs", "benchmarks")  # folders of a run that hold no results
MONEY_UNIT = 10_000  # of the datasets below, in currency units
# A year's regions solved in one process, where the number of jobs is not what is tested. The files are the same.
FEW_JOBS = ("--set-scatter", "jobs_per_year=1")
# The run of the fixture `small`, in its folder.
SMALL_YEARS = (2012, 2015, 2017)
# final demand is above it and all that is computed below it, as at full size with the 16 MB of the default profile
SMALL_LIMIT = ("--max-checksum-file-size", "50000")
SMALL_CONFIG = {"run": "small", "dataset": "data", "prices": {"rural_sectors": ["s0"]}}
# rules without a command, which only name files
GROUPS = {
    *("all", "everything", "screening", "values", "panel", "tables", "published", "robustness", "exports", "figures"),
    "audit",
}


def write_dataset(folder, economies, ending=".csv", flows_as="npy", origins=True):
    """A dataset folder (contract) from {year: EconomyTables}; returns its path."""
    folder = Path(folder)
    first = next(iter(economies.values()))
    description = {
        "title": "test economy",
        "source": "drawn at random by the tests",
        "licence": "none",
        "synthetic": True,
        "currency": "yuan",
        "money_unit": MONEY_UNIT,
        "years": list(economies),
    }
    files.write_text(folder / "dataset.yaml", yaml.safe_dump(description))
    telephones = ["" if np.isnan(t) else int(t) for t in first.telephones]
    files.write_table(
        folder / "regions.csv", {"region": first.regions, "name": first.regions, "telephones_1984": telephones}
    )
    files.write_table(
        folder / "sectors.csv",
        {
            "sector": first.sectors,
            "name": first.sectors,
            "productive": ["true" if flag else "false" for flag in first.productive],
            "digital": first.digital,
            "service_life": first.service_life,
        },
    )
    for year, economy in economies.items():
        for table, columns in year_tables(economy, origins).items():
            if table == "flows" and flows_as == "npy":
                size = economy.hours.size
                (folder / str(year)).mkdir(exist_ok=True)
                np.save(folder / str(year) / "flows.npy", economy.flows.reshape(size, size))
            else:
                files.write_table(folder / str(year) / f"{table}{ending}", columns)
    return folder


def year_tables(economy, origins=True):
    """The tables of one year as columns, absent rows where a number is NaN."""
    m, n = economy.hours.shape
    regions, sectors = np.array(economy.regions), np.array(economy.sectors)
    cells = {"region": np.repeat(regions, n), "sector": np.tile(sectors, m)}

    def present(columns):
        kept = ~np.isnan(next(column for column in columns.values() if column.dtype.kind == "f"))
        return {name: column[kept].tolist() for name, column in columns.items()}

    demand = {name: [] for name in ("origin_region", "region", "sector", "category", "value")}
    for category, use in (economy.final | {"exports": None}).items():
        if use is None:
            d, j = np.nonzero(economy.exports)
            c, value = d, economy.exports[d, j]
        elif origins:
            d, j, c = np.nonzero(use)
            value = use[d, j, c]
        else:
            j, c = np.nonzero(use.sum(axis=0))
            d, value = c, use.sum(axis=0)[j, c]
        demand["origin_region"] += regions[d].tolist()
        demand["region"] += regions[c].tolist()
        demand["sector"] += sectors[j].tolist()
        demand["category"] += [category] * len(value)
        demand["value"] += value.tolist()
    if not origins:
        del demand["origin_region"]
    d, j, c, i = np.nonzero(economy.flows)
    return {
        "final_demand": demand,
        "primary_inputs": present(cells | {name: array.ravel() for name, array in economy.primary.items()}),
        "labor": present(cells | {"hours": economy.hours.ravel()}),
        "flows": {
            "origin_region": regions[d].tolist(),
            "origin_sector": sectors[j].tolist(),
            "region": regions[c].tolist(),
            "sector": sectors[i].tolist(),
            "value": economy.flows[d, j, c, i].tolist(),
        },
    } | (
        {}
        if economy.capital_stock is None
        else {"capital_stock": present(cells | {"value": economy.capital_stock.ravel()})}
    )


def copy_workflow(folder, *further):
    """The workflow without its results, as a clone would have it. further: other files and folders of the project."""
    folder.mkdir(exist_ok=True)
    for name in {"Snakefile", "profiles", "workflow", "scripts", "config", "resources", *further}:
        source = HOME / name
        if source.is_dir() and not source.is_symlink():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder / name, follow_symlinks=False)


def spelt(config):
    """A config as words after --config."""
    return [f"{key}={value if isinstance(value, str) else json.dumps(value)}" for key, value in config.items()]


def copy_of(folder, to):
    """A copy of a project with its results and time stamps: nothing in it is to be done again."""
    return Path(shutil.copytree(folder, to, symlinks=True))


def results_of(folder):
    """{path: bytes} of every result in a run's folder, without those that hold times: logs, benchmarks, provenance."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "provenance.json" and path.relative_to(folder).parts[0] not in ASIDE
    }


# Loading it, its plugins and what it loads for a plan takes longer than most of the tests' plans and runs.
SNAKEMAKE = """
import jsonschema, snakemake.cli, snakemake.executors.dryrun, snakemake.executors.local
import snakemake.persistence.file, snakemake.report.html_reporter, snakemake.storage, yte
snakemake.cli.get_argument_parser()
"""


class Forks:
    """Modules as `python -m MODULE` runs them, each time in a fork of one process that has run `load`."""

    SERVE = """
import gc, json, os, runpy, sys
gc.freeze()
for line in sys.stdin:
    folder, [module, *arguments], variables, *places = json.loads(line)
    if child := os.fork():
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for stream, place in enumerate(places, start=1):
        os.dup2(os.open(place, os.O_WRONLY), stream)
    os.setsid()
    os.chdir(folder)
    os.environ.update(variables)
    sys.argv[1:] = arguments
    break
else:
    sys.exit()
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""

    def __init__(self, load):
        command = [sys.executable, "-c", load + self.SERVE]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.one_at_a_time = threading.Lock()

    def run(self, arguments, folder, variables, timeout):
        """As `subprocess.run` of a module and its arguments, the output captured as text, in a session of its own."""
        with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err, self.one_at_a_time:
            order = [str(folder), arguments, variables, out.name, err.name]
            print(json.dumps(order), file=self.process.stdin, flush=True)
            child = int(self.process.stdout.readline())
            late = threading.Timer(timeout, os.kill, [child, signal.SIGKILL])
            late.start()
            code = int(self.process.stdout.readline())
            late.cancel()
            said = (Path(stream.name).read_text(encoding="utf-8") for stream in (out, err))
            return subprocess.CompletedProcess(arguments, code, *said)


forks = functools.cache(Forks)  # one process for all tests that load the same


def snakemake(*arguments, folder=HOME, env=None, forked=True):
    """Run the workflow as a user does; returns the finished process with its text output.

    stdout also has what Snakemake wrote to its log file: every job and its reason, which the terminal does not show.
    env: variables of its environment beside those of the tests. forked: in a process that has Snakemake loaded; not
    where a variable counts that Python reads as it starts.
    """
    words = ["--cores", "2", *map(str, arguments)]
    if forked:
        finished = forks(SNAKEMAKE).run(["snakemake", *words], folder, env or {}, timeout=900)
    else:
        command, options = [sys.executable, "-m", "snakemake", *words], {"capture_output": True, "text": True}
        finished = subprocess.run(command, cwd=folder, env=os.environ | (env or {}), timeout=900, **options)
    if log := re.search(r"^Complete log\(s\): (.+)$", finished.stderr, flags=re.M):
        finished.stdout += Path(log[1]).read_text(encoding="utf-8")
    return finished


def ran(said):
    """{rule: the number of its jobs that ran}, from the text of a run; rules that only group files are left out."""
    rules = re.findall(r"^Finished jobid: \d+ \(Rule: (\w+)\)$", said, flags=re.M)
    return dict(Counter(rule for rule in rules if rule not in GROUPS))


def change_hours(path, region, factor=1.1):
    """Multiply the hours of one cell of a region in labor.csv: that region's values change, and no other's."""
    lines = path.read_text().splitlines()
    row = next(k for k, line in enumerate(lines) if line.startswith(f"{region},s2,"))
    lines[row] = f"{region},s2,{float(lines[row].split(',')[2]) * factor!r}"
    path.write_text("\n".join(lines) + "\n")


def planned_rules(*arguments, folder=HOME):
    """{rule: number of its jobs} that `snakemake -n` would run."""
    said = snakemake("-n", *arguments, folder=folder)
    answer = said.stdout + said.stderr
    if "Nothing to be done" in answer:
        return {}
    assert "Job stats:" in answer, answer
    counts = re.findall(r"^(\w+) +(\d+)$", answer.partition("Job stats:")[2].partition("Reasons:")[0], flags=re.M)
    return {rule: int(count) for rule, count in counts if rule not in GROUPS | {"total"}}
