# What all stages use: the config, the dataset's years and regions, where files are.

import json
import math
import os
import re
import runpy
import sys
from functools import partial
from pathlib import Path

# The one file that touches Snakemake's internals. As a module from github its other files are fetched by it.
COMPAT = workflow.source_path("../../scripts/laborvalue_workflow/running/compat.py")
HOME = runpy.run_path(COMPAT)["project_folder"](workflow)
# Only while the packages are found: an importing workflow's own table.py or shared.py keeps its name.
sys.path.insert(0, str(HOME / "scripts"))
import laborvalue, laborvalue_workflow

sys.path.remove(str(HOME / "scripts"))
# In a container Python is often told to keep no compiled modules. Every short job would then compile its own.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

from laborvalue_workflow.data import disk, files, planned
from laborvalue_workflow.running import commands, compat, configuration, costs, folders, integrity, terminal
from laborvalue_workflow.running.fingerprint import fingerprints
from laborvalue_workflow.running.session import Session, or_stop, say
from laborvalue_workflow.running.sources import Sources
from laborvalue_workflow.importers import plan as importers
from laborvalue_workflow.reporting.words import Words


def at_home(path):
    """A file of this project by its path from the working folder, which stays the same when both are moved."""
    return os.path.relpath(HOME / path)


or_stop(folders.refuse_unusable, "the project's folder", at_home("."))
compat.guard_logs(lambda path, error: say(f"{disk.unwritten(path, error)}; this run goes on without its log"))
compat.plan_faster(workflow)
if compat.has_prefix(workflow):
    sys.exit('laborvalue: module: prefix would move the files but not the commands; use pathvars: results="FOLDER"')

SCHEMA = HOME / "workflow/schemas/config.schema.yaml"
config = or_stop(configuration.as_written, config, *compat.config_sources(workflow), SCHEMA)
# an importing workflow's config may leave out what has a default
config = configuration.completed(config, HOME / "config/config.yaml")
or_stop(configuration.check, config, SCHEMA)
or_stop(configuration.check_closure, config["prices"])


pathvars:
    results=f"results/{config['run']}",


RESULTS = compat.pathvar(workflow, "results")
or_stop(folders.refuse_unusable, "the results folder", RESULTS)
for folder in (RESULTS, ".snakemake"):
    or_stop(folders.refuse_unwritable, folder, compat.is_main(workflow))
DATASET = config["dataset"] or f"{RESULTS}/dataset"
for key in ("dataset", "panel"):
    or_stop(folders.refuse_unusable, f"config: {key}", config[key] or "")
IMPORT = config["import"] if config["import"]["kind"] and not config["panel"] else None
if config["dataset"] and IMPORT:
    sys.exit("laborvalue: config: dataset and import.kind are both given; keep the one that counts")
if config["dataset"]:
    ECONOMY = or_stop(planned.describe_dataset, config["dataset"])
elif IMPORT:
    or_stop(importers.refuse_scope, IMPORT, config["values"]["scope"])
    ECONOMY = or_stop(importers.describe, IMPORT, DATASET)
else:
    ECONOMY = planned.describe_embedded(config["embedded"], DATASET)
if config["panel"] and not or_stop(Path(config["panel"]).is_file):
    sys.exit(f"laborvalue: config: panel is {config['panel']!r}, which is no file; expected a panel or null")
YEARS, REGIONS = ECONOMY.years, ECONOMY.regions
WORDS = Words(**config["words"])
# the embedded economy is generated with its faults, which are known
SCREENED = bool(IMPORT or config["dataset"]) and not config["panel"]


pathvars:
    dataset=DATASET,
    logs=f"{RESULTS}/logs",
    benchmarks=f"{RESULTS}/benchmarks",


wildcard_constraints:
    year="|".join(map(str, YEARS)),
    region="|".join(map(re.escape, REGIONS)),


# Jobs run the python that runs Snakemake. Not by shell.prefix, which an importing workflow may have set.
os.environ.update(PATH=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]))
# The last bits of a sum depend on the number of BLAS threads: one in each thread of a job.
ONE_THREAD_OF_BLAS = "OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 VECLIB_MAXIMUM_THREADS=1"


def year_tables(wildcards):
    """Input function: the tables of the year in the dataset folder, without the flows, which are read as an array."""
    return [path for name, path in ECONOMY.tables[int(wildcards.year)].items() if name != "flows"]


def stored_flows(year):
    """The stored square array of a year: the dataset's own, or the one converted from its table."""
    path = ECONOMY.tables[int(year)]["flows"]
    return path if path.endswith(".npy") else f"{RESULTS}/economy/{year}/flows.npy"


def flows(wildcards):
    """Input function: the stored square array of the year."""
    return stored_flows(wildcards.year)


def flow_findings(wildcards):
    """What was found when the flows of a year were converted from a table; no file where they are an array."""
    path = ECONOMY.tables[int(wildcards.year)]["flows"]
    return [] if path.endswith(".npy") else f"{RESULTS}/economy/{wildcards.year}/flows_found.json"


def node_folders(level, keys):
    """The folders with the files of nodes of the readings; a node without a key is the run's own and has none."""
    batches = READINGS_PLAN.batch_of(level)
    return [f"<results>/readings/{level}/{number}" for number in sorted({batches[key] for key in keys if key})]


def missing_of_regions(stage):
    """The files of single regions of a stage that are not there: those that a target must ask for.

    The others are inputs of the year's next step. Asking for all of them takes a quarter of a plan.
    """
    names = [f"{region}.npy" for region in REGIONS]
    return [path for year in YEARS for path in folders.missing_files(f"{RESULTS}/{stage}/{year}/regions", names)]


def by_digest(paths):
    """Input function: the same files, their time stamps ignored."""
    return lambda wildcards: ancient(paths(wildcards)) if paths(wildcards) else []


def settings(*keys):
    """Keys of the config as JSON, for a rule's params."""
    return configuration.chosen(config, *keys)


CODE = fingerprints(HOME / "scripts", Path(".snakemake/laborvalue_code.json"))


# Inputs that no rule makes; their digests are parameters of the jobs that read them.
SOURCES = Sources(RESULTS, compat.makes(workflow))
# but for these after the splitting, which writes the digests of their numbers into index.json
STORED_FLOWS = [*map(stored_flows, YEARS)]


def script(name, **params):
    """Params of what runs scripts/NAME.py: these, the digests of its code and sources, and `command`, which runs it.

    A text stays as it is; what holds wildcards is a function.
    """

    def command(wildcards, input, output):
        given = {key: value(wildcards) if callable(value) else value for key, value in params.items()}
        return commands.command(at_home(f"scripts/{name}.py"), given, wildcards, input, output)

    texts = {key: commands.constant(value) for key, value in params.items() if isinstance(value, str)}
    apart = [] if name in ("screen_year", "split_year") else STORED_FLOWS
    sources = compat.compared(lambda input: or_stop(SOURCES.digest, [*map(str, input)], apart))
    return params | texts | {"code": CODE[name], "sources": sources, "command": command}


def figure_files(drawn):
    """The files that these figures of one group are drawn from."""
    names = {name for figure in drawn for name in figure.inputs}
    numbers = sorted({figure.table for figure in drawn if figure.table})
    return [
        *(path for name, path in FIGURE_INPUTS.items() if name in names),
        *expand("<results>/tables/table{number:02}.csv", number=numbers),
        *expand(
            "<results>/values/{year}/{file}",
            year=YEARS,
            file=sorted({file for figure in drawn for file in figure.by_year}),
        ),
        *expand("<results>/readings/{file}", file=sorted({file for figure in drawn for file in figure.from_readings})),
    ]


def figure_params(drawn):
    """What the script that draws these figures gets beside files, by name."""
    names = {name for figure in drawn for name in figure.inputs}
    return {
        "settings": settings("words", *(["regressions"] if "options" in names else [])),
        **({"panel": PANEL} if "panel" in names else {}),
        **({"years": YEARS} if any(figure.by_year for figure in drawn) else {}),
    }


def shown_of_readings(wildcards):
    """Input function: the files of the readings that the report shows; none unless they are made or asked for."""
    made = all(Path(RESULTS, "readings", file).is_file() for file in figures.OF_READINGS.values())
    return SHOWN_OF_READINGS if made or READINGS_ASKED() else []


def shown_of_robustness(wildcards):
    """Input function: the robustness checks that the report shows; none unless they are made or asked for."""
    made = all(Path(RESULTS, "robustness", f"{check}.csv").is_file() for check in CHECKS)
    return ROBUSTNESS_FILES if made or ROBUSTNESS_ASKED() else []


def shown_of_placebos(wildcards):
    """Input function: the slopes of other goods that the report shows; none unless they are made or asked for."""
    path = f"{RESULTS}/audit/placebos.csv"
    return [path] if not config["panel"] and (Path(path).is_file() or AUDIT_ASKED()) else []


def page_contents(wildcards):
    """What the plan says about the page, as JSON; each figure comes with the table that it shows, 0 for none."""
    readings = shown_of_readings(wildcards)
    shown = {name: figure.table for name, figure in DRAWN.items()}
    contents = {
        "kinds": KIND,
        "years": YEARS,
        "tables": REPORTED_TABLES,
        "figures": shown | dict.fromkeys(DRAWN_OF_READINGS if readings else [], 0),
        "robustness": [*CHECKS] if shown_of_robustness(wildcards) else [],
        "screened": SCREENED,
        "readings": bool(readings),
        "placebos": bool(shown_of_placebos(wildcards)),
    }
    return json.dumps(contents)


COSTS = costs.of_jobs(*ECONOMY.size)
READINGS_PLAN = REFUSED = None


def units(rule, outputs):
    """How many region-years, or nodes of the readings, a job computes, by the name of its rule and what it writes."""
    level, _, number = rule.removeprefix("reading_").rpartition("_")
    if rule.startswith("reading_"):
        return len(READINGS_PLAN.batches(Level(level))[int(number)])
    return outputs if rule.startswith("solve_region") else 1


def resources(rule, outputs):
    """What a job of the rule requests from a scheduler."""
    return costs.resources(rule, units(rule, outputs), COSTS)


def after_split(name, inputs):
    """What the rules after a year's own wait for, as long as they read no file of every year's splitting themselves.

    After a checkpoint Snakemake looks again at the jobs that depend on its files only; all others would stay in the
    plan though nothing changed.
    """
    reads = any(path.startswith(f"{RESULTS}/economy/{YEARS[-1]}/") for path in inputs)
    if config["panel"] or name in RULES_OF_ONE_YEAR or reads or not inputs:
        return {}
    return {"split": ancient(expand("<results>/economy/{year}/index.json", year=YEARS))}
