# What every stage asks: the config, the dataset's years and regions, where things are.

import json
import os
import re
import shlex
import sys
import time
from pathlib import Path

HOME = Path(workflow.basedir)
sys.path[:0] = [str(HOME / "scripts"), str(HOME / "workflow")]

from shared import configuration, running
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


or_stop(configuration.check, config, HOME / "workflow/schemas/config.schema.yaml")

STARTED, HELD = time.time(), []
SCRIPTS = os.path.relpath(HOME / "scripts")
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


wildcard_constraints:
    year="|".join(map(str, YEARS)),
    region="|".join(map(re.escape, REGIONS)),


shell.prefix(f"export PATH={Path(sys.executable).parent}:$PATH; ")


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
