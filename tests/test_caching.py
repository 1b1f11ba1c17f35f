"""A rerun costs what changed: the jobs that run after each kind of change, and nothing else.

Early cut-off rests on how Snakemake looks at the plan again after a checkpoint, which it does not promise; these
cases pin it.
"""

import re

import numpy as np
import pytest

from datasets import copy_workflow, results_of, snakemake, write_dataset
from economies import random_economy

YEARS = (2012, 2015, 2017)
TABLES = [f"Table {number}" for number in range(3, 11)]
ESTIMATES = ["Table 2: descriptive statistics", *TABLES]
PROVENANCE = "Writing down where every result comes from"
AFTER_TABLES = ["Comparing with the published tables", "Writing the report", PROVENANCE]


def after_indicators():
    return ["Assembling the panel of 2012,2015,2017", *ESTIMATES]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the workflow with a finished run on a small dataset of fifteen regions and three years."""
    home = tmp_path_factory.mktemp("project")
    copy_workflow(home)
    economies = {year: random_economy(15, 5, year) for year in YEARS}
    for economy in economies.values():
        economy.flows = np.round(economy.flows * 1024) / 1024  # sums of flows without rounding
    write_dataset(home / "data", economies)
    finished(home)
    return home


# the stored flows are above it, the regions' files and the charts below it, as with real tables and the default of 1 MB
LIMIT = ("--max-checksum-file-size", "45000")
ARGUMENTS = (*LIMIT, "--config", "dataset=data", "run=cached", 'prices={"rural_sectors": ["s0"]}')


def finished(home, *more):
    arguments = (*ARGUMENTS, *more)
    ended = snakemake(*arguments, folder=home)
    assert ended.returncode == 0, ended.stderr[-3000:]
    return ended.stdout + ended.stderr


def jobs(home, *more):
    """The messages of the jobs that ran, without the typesetting and drawing of what was computed."""
    said = re.findall(r"^Job \d+: (.*)$", finished(home, *more), flags=re.M)
    return sorted(message for message in said if not message.startswith(("Setting ", "Drawing ")))


def results(home):
    return results_of(home / "results/cached")


def edit(path, old, new, count=1):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, count))


def test_a_second_run_does_nothing(project):
    assert jobs(project) == []


def test_one_regions_new_hours_rerun_that_city_year_and_what_stands_on_it(project):
    path = project / "data/2015/labor.csv"
    lines = path.read_text().splitlines()
    row = next(k for k, line in enumerate(lines) if line.startswith("r3,s2,"))
    lines[row] = f"r3,s2,{float(lines[row].split(',')[2]) * 1.1!r}"
    path.write_text("\n".join(lines) + "\n")
    assert set(jobs(project)) == {
        "Splitting the tables of 2015 by region",
        "Solving r3 in 2015",
        "National values and production prices of 2015",
        "Price-value deviations and the wage-profit curve of 2015",
        "City values of 2015 on the inter-city system",
        "Indicators of 2015",
        *after_indicators(),
        *AFTER_TABLES,
    }


def test_tables_written_again_with_the_same_numbers_rerun_only_the_splitting(project):
    before = results(project)
    for path in (project / "data/2012").iterdir():
        path.write_bytes(path.read_bytes())
    assert jobs(project) == ["Splitting the tables of 2012 by region"]
    assert results(project) == before


def test_other_suppliers_with_the_same_totals_rerun_the_inter_city_stage_and_the_nation_only(project):
    """Two pairs of suppliers and users swap deliveries: no region's own accounts change, the links do."""
    path = project / "data/2017/flows.npy"
    flows = np.load(path)
    (first, second), (user, other) = (2 * 5 + 1, 6 * 5 + 1), (3 * 5 + 2, 4 * 5 + 2)
    moved = np.floor(min(flows[first, user], flows[second, other]) * 512) / 1024
    assert moved > 0
    for supplier, buyer, change in ((first, user, -1), (second, user, 1), (first, other, 1), (second, other, -1)):
        flows[supplier, buyer] += change * moved
    np.save(path, flows)
    assert jobs(project)[:4] == [
        "Assembling the panel of 2012,2015,2017",
        "City values of 2017 on the inter-city system",
        "Comparing with the published tables",
        "Indicators of 2017",
    ]


def test_telephones_concern_the_instrument_not_the_values(project):
    edit(project / "data/regions.csv", "r2,r2,", "r2,r2,1")
    ran = jobs(project)
    assert not [message for message in ran if message.startswith(("Solving", "National", "City values"))]
    assert [message for message in ran if message.startswith("Indicators")] == [f"Indicators of {y}" for y in YEARS]


def test_new_time_stamps_on_everything_recompute_no_result(project):
    """As after a copy or an unpacked archive: only the tables are split again."""
    before = results(project)
    for path in sorted(project.rglob("*"), reverse=True):
        if path.is_file() and ".snakemake" not in path.parts and not path.name.startswith("."):
            path.touch()
    assert [message for message in jobs(project) if not message.startswith("Splitting")] == []
    assert results(project) == before


CODE = {
    "a comment": ("scripts/laborvalue/prices.py", "def profit_rate", "# a remark\ndef profit_rate", []),
    "a docstring": ("scripts/laborvalue/estimators.py", '"""', '"""Rewritten. ', []),
    "a script's comment": ("scripts/solve_nation.py", "ARRAYS =", "# a remark\nARRAYS =", []),
    "the typesetting": ("scripts/laborvalue/typeset.py", '"Yes"', '"yes"', ["Writing the report", PROVENANCE]),
    "a function of the indicators": (
        "scripts/laborvalue/indicators.py",
        "HUNDRED_MILLION = 1e8",
        "HUNDRED_MILLION = 1e9",
        [*(f"Indicators of {year}" for year in YEARS), *after_indicators(), *AFTER_TABLES],
    ),
    "an estimator": ("scripts/laborvalue/tables.py", "(0.01, 0.05, 0.10)", "(0.01, 0.05, 0.11)", None),
}


@pytest.mark.parametrize("case", CODE)
def test_changed_code_reruns_what_uses_it_and_only_that(case, project):
    name, old, new, expected = CODE[case]
    edit(project / name, old, new)
    ran = jobs(project)
    if expected is None:
        expected = [*ESTIMATES, *AFTER_TABLES]
    assert sorted(ran) == sorted(expected)


CONFIG = {
    "what it does not run on": ('embedded={"regions": 99}', [PROVENANCE]),
    "the clusters": ('regressions={"cluster": "city"}', [*TABLES, *AFTER_TABLES]),
    "the scope of values": (
        'values={"scope": "own"}',
        [
            *(f"City values of {year} on the inter-city system" for year in YEARS),
            *(f"Indicators of {year}" for year in YEARS),
            *after_indicators(),
            *AFTER_TABLES,
        ],
    ),
}


@pytest.mark.parametrize("case", CONFIG)
def test_a_config_key_reruns_only_what_reads_it(case, project):
    change, expected = CONFIG[case]
    assert sorted(jobs(project, change)) == sorted(expected)
    finished(project)


def test_a_lost_intermediate_file_is_made_again(project):
    before = results(project)
    (project / "results/cached/values/2015/regions/r1.npz").unlink()
    assert "Solving r1 in 2015" in jobs(project)
    assert results(project) == before


def test_a_failed_job_is_no_success_the_next_time(project):
    """The stale success: the failed job's old output is gone, the table made from it is not."""
    path = project / "scripts/solve_network.py"
    text = path.read_text()
    edit(path, "settings = json.loads(settings)", 'raise InputError("broken")')
    for _ in range(2):
        ended = snakemake(*ARGUMENTS, folder=project)
        assert ended.returncode == 1 and "laborvalue: broken" in ended.stderr
        assert "Nothing to be done" not in ended.stdout + ended.stderr
    path.write_text(text)
    assert any(message.startswith("City values") for message in jobs(project))
    assert jobs(project) == []


def test_a_source_that_vanished_is_named(project):
    path = project / "data/2012/labor.csv"
    text = path.read_text()
    path.unlink()
    ended = snakemake(*ARGUMENTS, folder=project)
    assert ended.returncode == 1 and "data/2012: no labor table for 2012" in ended.stderr
    path.write_text(text)
