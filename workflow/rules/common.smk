# What every stage asks: the config, the dataset's years and regions, where things are.

import atexit
import gc
import json
import math
import os
import re
import shlex
import sys
import time
from pathlib import Path

# A plan is a million small objects that all stay: looking for garbage among them took a sixth of its time.
gc.set_threshold(100_000, 50, 50)


def workflow_folder(rules):
    """The folder that holds scripts/, resources/ and this file's folder `rules`, however the workflow was started.

    Snakemake fetches a module's Snakefiles one by one where it comes from github(...) or gitlab(...); the rest of
    the project at that tag or commit is put beside them, in Snakemake's cache.
    """
    if rules.is_local:
        folder = Path(rules.get_path_or_uri(secret_free=True)).parent.parent
    elif getattr(rules, "tag", None) or getattr(rules, "commit", None):
        names = rules.hosted_repo.repo.git.ls_tree("-r", "--name-only", rules.ref).splitlines()
        kept = [name for name in names if name.startswith(("config/", "resources/", "scripts/", "workflow/"))]
        kept = [name for name in kept if not name.startswith("resources/pictures/")]  # Snakemake fetches text only
        files = {name: workflow.sourcecache.get_path(rules.join(f"../../{name}")) for name in kept}
        folder = Path(files["config/config.yaml"]).parent.parent
    else:
        folder = Path("a branch or an address")
    if not (folder / "scripts/laborvalue").is_dir():
        sys.exit(
            f"laborvalue: module: {folder} cannot be run; give a clone's Snakefile, or github(...) with a tag or commit"
        )
    return folder


HOME = workflow_folder(workflow.current_basedir)
sys.path.insert(0, str(HOME / "scripts"))

from shared import configuration, costs, running, terminal
from shared.fingerprint import fingerprint
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


if workflow.modifier.path_modifier.prefix:
    sys.exit('laborvalue: module: prefix would move the files but not the commands; use pathvars: results="FOLDER"')

# what a workflow that imports this one leaves out of its config has its default
config = configuration.completed(config, HOME / "config/config.yaml")
or_stop(configuration.check, config, HOME / "workflow/schemas/config.schema.yaml")


pathvars:
    results=f"results/{config['run']}",


STARTED, HELD = time.time(), []
SCRIPTS = shlex.quote(at_home("scripts"))
RESULTS = workflow.pathvars.get("results")  # where an importing workflow wants them, if it says so
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
    dataset=DATASET,
    logs=f"{RESULTS}/logs",
    benchmarks=f"{RESULTS}/benchmarks",


wildcard_constraints:
    year="|".join(map(str, YEARS)),
    region="|".join(map(re.escape, REGIONS)),


# Jobs find the python that runs Snakemake, without a shell.prefix, which an importing workflow may have set.
os.environ.update(PATH=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]))
# BLAS shares out its sums by its number of threads, and with them the last bits: one in each thread of a job's own.
ONE_THREAD_OF_BLAS = "OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 VECLIB_MAXIMUM_THREADS=1"


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
