"""The workflow as a module of another one equals the workflow alone; what it leaves alone; its two Snakefiles."""

import json
import os
import re
import shutil
import subprocess

import pytest

from datasets import (
    HOME,
    SMALL_CONFIG,
    change_hours,
    copy_workflow,
    planned_rules,
    ran,
    snakemake,
    spelt,
    write_dataset,
)
from economies import random_economy
from laborvalue_workflow.running import folders

FOREIGN = """
shell.prefix("export FOREIGN=kept; ")


module laborvalue:
    snakefile: {snakefile!r}
    config: {config}{more}


use rule * from laborvalue as laborvalue_*


rule mine:
    default_target: True
    input:
        {input!r},
    output:
        "mine.txt",
    shell:
        # the lock on the results folder, as another run meets it
        "(flock --nonblock results/.small.running true && echo free || echo held) > {{output}}; "
        "echo $FOREIGN >> {{output}}"
"""
PREFIX = "laborvalue_"


def foreign(folder, input, config, snakefile=HOME / "workflow/Snakefile", more=""):
    """Another workflow's folder, its name with a space, that imports this one."""
    place = folder / "another workflow"
    place.mkdir()
    text = FOREIGN.format(input=input, config=config, snakefile=str(snakefile), more=more)
    (place / "Snakefile").write_text(text)
    return place


def test_the_whole_plan_stands_in_a_foreign_workflow(tmp_path):
    """What the importing workflow does not say has its default: the years, the seed, every choice."""
    place = foreign(tmp_path, "results/abroad/report.html", {"run": "abroad", "embedded": {"regions": 20}})
    planned = snakemake("-n", folder=place)
    assert planned.returncode == 0, planned.stderr[-3000:]
    said = planned.stdout + planned.stderr
    assert re.search(r"laborvalue_solve_region +60\n", said) and re.search(r"\nmine +1\n", said)
    assert len(set(re.findall(r"Solving (C\d{3} in \d{4})", said))) == 60
    assert not (place / "results").exists()


@pytest.fixture(scope="module")
def abroad(small, tmp_path_factory):
    """Another workflow's folder with a finished run of its module: the small dataset of seven regions, three years."""
    place = foreign(tmp_path_factory.mktemp("abroad"), "results/small/provenance.json", SMALL_CONFIG)
    shutil.copytree(small / "data", place / "data")
    finished = snakemake(folder=place)
    assert finished.returncode == 0, finished.stderr[-3000:]
    (place / "first.txt").write_text(finished.stderr)
    shutil.copy(place / "results/small/provenance.json", place / "first.json")
    return place


def counted(rules):
    """{rule: count} under the names that the rules have alone; the importing workflow's own rule left out."""
    assert all(rule.startswith(PREFIX) or rule == "mine" for rule in rules)
    return {rule.removeprefix(PREFIX): count for rule, count in rules.items() if rule != "mine"}


def test_a_module_holds_its_results_and_says_what_a_run_alone_says(abroad):
    assert (abroad / "mine.txt").read_text() == "held\nkept\n", "and the importing workflow's shell.prefix is its own"
    said = [line for line in (abroad / "first.txt").read_text().splitlines() if line.startswith("laborvalue: ")]
    assert said[0].startswith("laborvalue: 7 regions x 5 sectors x 3 years, 21 city-years.")
    assert re.match(r"laborvalue: \d+ jobs, [\d.]+ minutes on 2 cores: about [\d.]+ core-hours", said[1])
    notes = [line.split(": ")[2].split(" ")[0] for line in said if line.startswith("laborvalue: note: ")]
    assert notes[0] == "SYNTHETIC" and notes[-1] == "screening"
    assert re.fullmatch(r"laborvalue: done in .* Open results/small/report.html first\.", said[-1])


def test_a_module_is_turned_away_from_a_folder_where_another_run_writes(abroad):
    with folders.hold(abroad / "results/small"):
        ended = snakemake("--forcerun", "laborvalue_report", folder=abroad)
    assert ended.returncode == 1
    assert f"laborvalue: results/small: process {os.getpid()} on " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_modules_plan_ends_with_what_it_takes_by_the_costs_of_its_rules(abroad):
    planned = snakemake("-n", "--forceall", folder=abroad)
    last = planned.stderr.splitlines()[-1]
    jobs, measured = map(int, re.match(r"laborvalue: (\d+) jobs, .*\((\d+) jobs as measured", last).groups())
    assert jobs == measured > 21, "every job of the module is known, and has run before"


def test_one_changed_region_reruns_one_region_of_seven(abroad):
    targets = ("laborvalue_values", "laborvalue_panel")
    assert planned_rules(folder=abroad) == {}
    change_hours(abroad / "data/2015/labor.csv", "r3")
    planned = counted(planned_rules(*targets, folder=abroad))
    assert planned["solve_region"] == 3 * 7, "the plan is the upper bound: the screening may change every year"
    finished = snakemake(*targets, folder=abroad)
    rules = ("solve_region", "solve_nation", "solve_network", "compare_prices", "account_values")
    assert counted(ran(finished.stdout)) == planned | dict.fromkeys(rules, 1), "and all else as planned"
    assert ": Solving r3 in 2015\n" in finished.stdout
    assert planned_rules(*targets, folder=abroad) == {}


def test_snakemakes_own_report_of_a_module_has_its_words_and_claims_nothing_of_its_data(abroad):
    finished = snakemake("--report", "report.html", folder=abroad)
    assert finished.returncode == 0, finished.stderr[-3000:]
    text = (abroad / "report.html").read_text(encoding="utf-8")
    assert "plain mean over the cities" in text and "sectors of a large city" in text
    assert "The data of this run are synthetic." not in text


def test_a_modules_provenance_is_that_of_a_run_alone_under_its_rules_names(abroad, small):
    """The same files, inputs, settings and checksums."""
    files = (small / "results/small/provenance.json", abroad / "first.json")
    alone, module = (json.loads(path.read_text(encoding="utf-8")) for path in files)
    assert module["occasion"]["folders"].keys() == {"<workflow>"} and "../" not in json.dumps(module["sources"])
    assert alone["results"].keys() == module["results"].keys() and len(alone["results"]) > 100
    for path, entry in alone["results"].items():
        other = module["results"][path]
        assert other["rule"] == PREFIX + entry["rule"]
        assert other["settings"] == entry["settings"]
        if path.endswith(("tables.json", "report.html")):  # they hold paths or the time
            continue
        assert other["sha256"] == entry["sha256"], path


UNTIL = {  # alone and as a module: rules, the files of each and their number, of a year where there is one
    False: {
        "solve_region": ("values/2012/regions/*.npy", 3),
        "solve_network": ("values/2012/network.npz", 1),
        "table03": ("tables/table03.csv", 1),
    },
    True: {"solve_nation": ("values/2012/national.csv", 1), "compute_indicators": ("indicators/2012.npz", 1)},
}


@pytest.mark.slow
@pytest.mark.parametrize("as_module", [False, True])
def test_until_ends_in_the_files_of_a_rule_in_one_call(as_module, tmp_path):
    """Each time from nothing; a second call does nothing. Two years in the module, one year alone."""
    if as_module:
        place, more, years = foreign(tmp_path, "results/small/provenance.json", SMALL_CONFIG), [], (2012, 2015)
    else:
        place, more, years = tmp_path / "alone", ["--config", *spelt(SMALL_CONFIG)], (2012,)
        copy_workflow(place)
    write_dataset(place / "data", {year: random_economy(3, 5, year) for year in years})
    planned = planned_rules("results/small/tables/table03.csv", *more, folder=place)
    for rule, (pattern, count) in UNTIL[as_module].items():
        name = next(name for name in planned if name.removeprefix(PREFIX) == rule)
        finished = snakemake("--until", name, *more, folder=place)
        assert finished.returncode == 0, finished.stderr[-3000:]
        for year in years:
            assert len(list((place / "results/small").glob(pattern.replace("2012", str(year))))) == count, rule
        assert planned_rules("--until", name, *more, folder=place) == {}
        shutil.rmtree(place / "results")


def test_a_foreign_workflow_gives_its_own_panel_and_place(demo, tmp_path):
    config = {"run": "abroad", "panel": str(demo / "panel.parquet")}
    place = foreign(
        tmp_path, "out/abroad/tables/table03.csv", config, HOME / "Snakefile", '\n    pathvars: results="out/abroad"'
    )
    ran = snakemake(folder=place)
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert (place / "out/abroad/tables/table03.csv").read_bytes() == (demo / "tables/table03.csv").read_bytes()
    assert not (place / "results").exists()


@pytest.mark.parametrize("helper", ["shared", "table"])
@pytest.mark.parametrize("order", ["before", "after"])
def test_a_helper_of_the_importing_workflow_keeps_its_name(order, helper, tmp_path):
    """Also one that is named as a script of this project, such as table.py."""
    place = foreign(tmp_path, "results/abroad/values/2012/national.csv", {"run": "abroad", "embedded": {"regions": 3}})
    (place / f"{helper}.py").write_text('GREETING = "the outer one"\n')
    module, rule, mine = (place / "Snakefile").read_text().partition("rule mine")
    imported = f"import {helper}\n"
    text = f"{imported}{module}" if order == "before" else f"{module}{imported}\n\n"
    (place / "Snakefile").write_text(text + rule + mine.replace("echo $FOREIGN", f"echo {{{helper}.GREETING}}"))
    planned = snakemake("-n", "--printshellcmds", folder=place)
    assert planned.returncode == 0, planned.stderr[-3000:]
    assert "echo the outer one >> mine.txt" in planned.stdout + planned.stderr
    assert "laborvalue_solve_nation" in planned.stdout + planned.stderr


REFUSED = {
    "a wrong key": ({"values": {"skope": "own"}}, "", "config: values.skope is no key; allowed: scope, imports"),
    "a prefix": ({}, '\n    prefix: "elsewhere"', "module: prefix"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_foreign_workflow_cannot_ask_for_is_answered_in_one_line(case, tmp_path):
    config, more, message = REFUSED[case]
    planned = snakemake("-n", folder=foreign(tmp_path, "x", {"run": "abroad"} | config, more=more))
    assert planned.returncode == 1 and f"laborvalue: {message}" in planned.stderr


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """What git needs to find the project, as committed, where the hosting service would be; tagged v1."""
    place = tmp_path_factory.mktemp("hosted") / "laborvalue"
    copy_workflow(place)
    shutil.copy(HOME / ".gitignore", place)
    git = ["git", "-C", str(place), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"], ["tag", "v1"]):
        subprocess.run([*git, *arguments], check=True)
    return {
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": f"url.{place}.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://github.com/someone/laborvalue",
        "GIT_CONFIG_KEY_1": "safe.directory",
        "GIT_CONFIG_VALUE_1": "*",
        "XDG_CACHE_HOME": str(place.parent / "cache"),
    }


def hosted(folder, reference, **arguments):
    place = foreign(folder, snakefile="SOURCE", **arguments)
    text = (place / "Snakefile").read_text()
    source = f'github("someone/laborvalue", path="workflow/Snakefile", {reference})'
    (place / "Snakefile").write_text(text.replace("'SOURCE'", source))
    return place


def test_a_module_from_github_runs_without_a_clone(demo, repository, tmp_path):
    """As the workflow catalogue deploys it: at a tag, the whole project from Snakemake's cache."""
    config = {"run": "abroad", "panel": str(demo / "panel.parquet")}
    place = hosted(tmp_path, 'tag="v1"', input="results/abroad/tables/table03.csv", config=config)
    ran = snakemake(folder=place, env=repository)
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert (place / "results/abroad/tables/table03.csv").read_bytes() == (demo / "tables/table03.csv").read_bytes()
    assert "Nothing to be done" in snakemake(folder=place, env=repository).stderr


def test_a_module_from_a_branch_is_refused_in_one_line(repository, tmp_path):
    """A branch has no lasting place in Snakemake's cache, so that every run would find other commands."""
    place = hosted(tmp_path, 'branch="master"', input="x", config={"run": "abroad"})
    planned = snakemake("-n", folder=place, env=repository)
    assert planned.returncode == 1
    assert "github(...) with a tag or commit" in planned.stderr and "Traceback" not in planned.stderr


def test_both_front_doors_have_the_same_plan():
    """`workflow/Snakefile`, where the workflow catalogue looks, and the top-level one."""
    counts = []
    for door in ("Snakefile", "workflow/Snakefile"):
        planned = snakemake("-s", door, "-n", "--forceall", "--configfile", "config/demo.yaml")
        assert planned.returncode == 0, planned.stderr[-3000:]
        jobs = dict(re.findall(r"^(\w+) +(\d+)$", planned.stdout + planned.stderr, flags=re.M))
        counts.append({job: int(count) for job, count in jobs.items() if job not in ("all", "everything")})
    assert counts[0] == counts[1] and counts[0]["solve_region"] == 60
