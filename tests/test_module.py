"""The workflow inside another one: `module laborvalue`, its own front doors, and what it leaves alone."""

import os
import re
import subprocess

import pytest

from datasets import HOME, copy_workflow, snakemake

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
        "echo $FOREIGN > {{output}}"
"""


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


@pytest.mark.slow
def test_a_foreign_workflow_runs_it_from_its_own_folder(tmp_path):
    config = {"run": "abroad", "embedded": {"regions": 4, "years": [2015]}}
    place = foreign(tmp_path, "results/abroad/values/2015/national.csv", config)
    ran = snakemake(folder=place)
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert len(list((place / "results/abroad/values/2015/regions").glob("*.npy"))) == 4
    assert (place / "mine.txt").read_text() == "kept\n", "the importing workflow's shell.prefix is its own"
    assert "Nothing to be done" in snakemake(folder=place).stderr


def test_a_foreign_workflow_gives_its_own_panel_and_place(demo, tmp_path):
    config = {"run": "abroad", "panel": str(demo / "panel.parquet")}
    place = foreign(
        tmp_path, "out/abroad/tables/table03.csv", config, HOME / "Snakefile", '\n    pathvars: results="out/abroad"'
    )
    ran = snakemake(folder=place)
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert (place / "out/abroad/tables/table03.csv").read_bytes() == (demo / "tables/table03.csv").read_bytes()
    assert not (place / "results").exists()


def test_a_wrong_key_in_a_foreign_config_is_answered_in_one_line(tmp_path):
    place = foreign(tmp_path, "x", {"run": "abroad", "values": {"skope": "own"}})
    planned = snakemake("-n", folder=place)
    assert planned.returncode == 1
    assert "laborvalue: config: values.skope is no key; allowed: scope, imports" in planned.stderr


def test_a_prefix_is_refused_in_one_line(tmp_path):
    place = foreign(tmp_path, "x", {"run": "abroad"}, more='\n    prefix: "elsewhere"')
    planned = snakemake("-n", folder=place)
    assert planned.returncode == 1
    assert "laborvalue: module: prefix" in planned.stderr


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """What git needs to find the project, as committed, where the hosting service would be; tagged v1."""
    place = tmp_path_factory.mktemp("hosted") / "laborvalue"
    copy_workflow(place)
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
    ran = snakemake(folder=place, env=os.environ | repository)
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert (place / "results/abroad/tables/table03.csv").read_bytes() == (demo / "tables/table03.csv").read_bytes()
    assert "Nothing to be done" in snakemake(folder=place, env=os.environ | repository).stderr


def test_a_module_from_a_branch_is_refused_in_one_line(repository, tmp_path):
    """A branch has no lasting place in Snakemake's cache, so that every run would find other commands."""
    place = hosted(tmp_path, 'branch="master"', input="x", config={"run": "abroad"})
    planned = snakemake("-n", folder=place, env=os.environ | repository)
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
