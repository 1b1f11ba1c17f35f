# What every stage asks: the config, the dataset's years and regions, where things are.

import atexit
import json
import math
import os
import re
import shlex
import sys
import time
from pathlib import Path

HOME = Path(workflow.basedir)
sys.path[:0] = [str(HOME / "scripts"), str(HOME / "workflow")]

from shared import configuration, costs, running
from fingerprint import fingerprint
from importers import plan as importers
from laborvalue.errors import InputError


def or_stop(function, *arguments):
    """What `function` returns; where the user's input is wrong, one line and no plan."""
    try:
        return function(*arguments)
    except InputError as error:
        sys.exit(f"laborvalue: {error}")


def say(text):
    print(f"laborvalue: {text}", file=sys.stderr)


def at_home(path):
    """A file of the project's own, told from the working folder: a path that moves along is no new input."""
    return os.path.relpath(HOME / path)


or_stop(configuration.check, config, HOME / "workflow/schemas/config.schema.yaml")

STARTED, HELD = time.time(), []
SCRIPTS = at_home("scripts")
RESULTS = f"results/{config['run']}"
or_stop(running.refuse_unwritable, RESULTS)
DATASET = config["dataset"] or f"{RESULTS}/dataset"
IMPORT = config["import"] if config["import"]["kind"] and not config["panel"] else None
if config["dataset"] and IMPORT:
    sys.exit("laborvalue: config: dataset and import.kind are both given; keep the one that counts")
if config["dataset"]:
    ECONOMY = or_stop(configuration.describe_dataset, config["dataset"])
elif IMPORT:
    ECONOMY = or_stop(importers.describe, IMPORT, DATASET)
else:
    ECONOMY = configuration.describe_embedded(config["embedded"], DATASET)
if config["panel"] and not Path(config["panel"]).is_file():
    sys.exit(f"laborvalue: config: panel is {config['panel']!r}, which is no file; expected a panel or null")
YEARS, REGIONS = ECONOMY["years"], ECONOMY["regions"]


pathvars:
    results=RESULTS,
    dataset=DATASET,
    logs=f"{RESULTS}/logs",
    benchmarks=f"{RESULTS}/benchmarks",


wildcard_constraints:
    year="|".join(map(str, YEARS)),
    region="|".join(map(re.escape, REGIONS)),


# BLAS shares out its sums by its number of threads, and with them the last bits: one in each thread of a job's own.
BLAS_THREADS = " ".join(f"{library}_NUM_THREADS=1" for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM"))
shell.prefix(f"export PATH={Path(sys.executable).parent}:$PATH {BLAS_THREADS}; ")


def table(name):
    """Input function: the year's table of that name in the dataset folder, whatever its format, if it is there."""
    return lambda wildcards: ECONOMY["tables"][int(wildcards.year)].get(name, [])


def flows(wildcards):
    """The stored square array of a year: the dataset's own, or the one converted from its table."""
    path = ECONOMY["tables"][int(wildcards.year)]["flows"]
    return path if path.endswith(".npy") else f"{RESULTS}/economy/{wildcards.year}/flows.npy"


def by_digest(paths):
    """Input function: the same files, their time stamps not looked at."""
    return lambda wildcards: ancient(paths(wildcards)) if paths(wildcards) else []


def settings(*keys):
    return configuration.chosen(config, *keys)


def code(name):
    return fingerprint(HOME / "scripts" / f"{name}.py")


COSTS = costs.of_jobs(*costs.size(ECONOMY))


def needs(rule, city_years=1):
    """The resources that a job of `rule` asks a scheduler for."""
    return costs.resources(rule, city_years, COSTS)


def say_what_it_takes(cores=None):
    """Tell the size of the run and what its planned jobs take; cores: of this machine, None on a cluster."""
    planned = workflow.dag.needrun_jobs(exclude_finished=False) if workflow.dag is not None else []
    jobs = [job for job in planned if not job.rule.norun]
    if jobs and not config["panel"]:
        say(running.expectation(ECONOMY, RESULTS))
        names = [job.rule.name for job in jobs]
        city_years = [len(job.output) if name.startswith("solve_region") else 1 for job, name in zip(jobs, names)]
        remote = [name not in workflow._localrules for name in names]
        benchmarks = [job.benchmark for job in jobs]
        say(costs.plan(list(zip(names, city_years, remote, benchmarks)), ECONOMY, cores))


# `snakemake -n` starts nothing, so that no onstart tells it: it ends with it
if workflow.is_main_process:
    atexit.register(lambda: workflow.dryrun and say_what_it_takes())
