"""Every estimate twice: linearmodels finds what the tables say, and a difference is seen by the run and the page."""

import json

import numpy as np
import pyarrow as pa
import pytest

from crosscheck import crosscheck as crosscheck_script
from datasets import HOME, snakemake
from laborvalue.econometrics import crosscheck
from laborvalue.econometrics.agreement import CROSSCHECK, KEYS, crosscheck_agreement
from laborvalue.econometrics.equations import BY_NUMBER, ESTIMATED
from laborvalue.econometrics.estimation import estimate_table
from laborvalue.econometrics.options import CLUSTERS, LOG_POLICIES, RegressionOptions
from laborvalue_workflow.data import files
from laborvalue_workflow.running import summary
from test_tables import SETTINGS, simulated, with_zeros

ALL = [table.number for table in ESTIMATED]


@pytest.fixture(scope="module")
def panel():
    """Zeros, and two rows that are alone in their region-sector once others are gone."""
    columns = with_zeros(simulated(regions=12, sectors=6), "dsr")
    alone = np.isin(np.arange(len(columns["year"])), [13, 17, 40, 41])
    return {name: np.asarray(column)[~alone] for name, column in columns.items()} | {
        "tdr": 3 * columns["d"][~alone] ** 1.5
    }


def both(panel, numbers=ALL, **changed):
    """The rows of the tables, and those of the cross-check."""
    options, table = RegressionOptions(**(SETTINGS | changed)), pa.table(panel)
    rows = [row for n in numbers for row in files.as_rows(estimate_table(BY_NUMBER[n], table, options).columns)]
    return rows, files.as_rows(crosscheck.crosscheck(rows, table, options))


OPTIONS = [
    *({"cluster": cluster} for cluster in CLUSTERS),
    *({"zero_policy": policy, "epsilon": 1e-3} for policy in LOG_POLICIES[1:]),
    {"log_transform": False, "cluster": "two_way"},
    {"drop_singletons": False},
    {"total_digital": "tdr", "cluster": "city"},
]


@pytest.mark.parametrize("changed", OPTIONS, ids=str)
def test_linearmodels_finds_the_same_under_every_option(panel, changed):
    rows, checked = both(panel, **changed)
    found = crosscheck_agreement(checked)
    assert found.faults == []
    assert found.largest["estimate"].difference < 1e-10 and found.largest["std_error"].difference < 1e-10
    terms = [row for row in checked if row["stage"] != "tests"]
    assert [[row[key] for key in KEYS] for row in terms] == [[row[key] for key in KEYS] for row in rows]
    assert all(tuple(row) == CROSSCHECK and row["n"] == row["n_linearmodels"] > 0 for row in checked)
    tests = ["cragg_donald_f"] if changed.get("cluster") == "two_way" else list(crosscheck.TESTED)
    assert [row["term"] for row in checked if row["stage"] == "tests"] == tests
    second = [row["term"] for row in checked if row["table"] == 8 and row["stage"] == "second"]
    assert second == [changed.get("total_digital", "d"), "constant"]


def test_singletons_are_in_both_samples_or_in_none(panel):
    kept, dropped = (both(panel, [4], drop_singletons=drop)[1][0] for drop in (False, True))
    assert kept["n_linearmodels"] > dropped["n_linearmodels"]
    assert kept["std_error_linearmodels"] != dropped["std_error_linearmodels"]


def test_errors_that_are_rounding_are_equal(panel):
    """Two regions of the same sectors: a regressor of the region alone leaves no score in a cluster of a region."""
    two = np.isin(panel["region"], ["03", "04"])
    few = {name: column[two] for name, column in panel.items()}
    by_region = np.exp(np.random.default_rng(1).normal(size=(2, 3)))
    few["dlq"] = by_region[(few["region"] == "04").astype(int), np.unique(few["year"], return_inverse=True)[1]]
    rows, checked = both(few, [9], cluster="city")
    assert crosscheck_agreement(checked).faults == []
    assert (
        all(row["std_error"] < 1e-12 for row in rows[:4])
        and checked[0]["std_error_linearmodels"] != rows[0]["std_error"]
    )


def test_the_tests_of_the_instrument_are_those_of_the_table(panel):
    for cluster in ("city_sector", "sector"):
        rows, checked = both(panel, [8], cluster=cluster)
        tests = {row["term"]: row for row in checked if row["stage"] == "tests"}
        assert {row["column"] for row in tests.values()} == {2}
        for name, row in tests.items():
            assert row["estimate"] == rows[0][name] == pytest.approx(row["estimate_linearmodels"], rel=1e-10)
            assert row["std_error"] is row["std_error_difference"] is None


def test_what_is_not_estimated_is_not_checked(panel):
    """dir without a log takes its columns out of the tables, and no column of an instrument there is no Table 8."""
    lacking = panel | {"dir": np.zeros(len(panel["dir"]))}
    del lacking["iv"]
    rows, checked = both(lacking, [number for number in ALL if number != 8])
    places = {(row["table"], row["column"]) for row in checked}
    assert places == {(row["table"], row["column"]) for row in rows}
    assert (3, 3) not in places and (3, 4) in places and not [place for place in places if place[0] == 8]
    assert crosscheck_agreement(checked).faults == []
    empty = crosscheck.crosscheck([], pa.table(panel))
    assert empty == {name: [] for name in CROSSCHECK}
    assert crosscheck_agreement([]).largest == {} and crosscheck_agreement([]).rows == 0


def test_what_linearmodels_refuses_is_not_confirmed(panel, monkeypatch):
    from linearmodels.panel.utility import AbsorbingEffectError

    def refuse(*arguments):
        raise AbsorbingEffectError("absorbed")

    monkeypatch.setattr(crosscheck, "absorbing", refuse)
    rows, checked = both(panel, [9])
    found = crosscheck_agreement(checked)
    assert len(checked) == len(rows) and found.largest == {}
    assert len(found.faults) == 3 * len(rows) and found.faults[0].endswith(", by linearmodels missing")
    assert both(panel, [8])[1][-1]["stage"] == "second"


KNOWN = dict.fromkeys(("table", "column"), 3) | {"stage": "", "dependent": "y", "term": "x", "n": 9}


@pytest.mark.parametrize(
    ("ours", "other", "difference"),
    [(2.0, 2.0, 0.0), (2.002, 2.0, 1e-3), (1e-12, None, 0.0), (None, 1e-12, 0.0), (2e-12, 1e-12, 0.0)],
)
def test_standard_errors_differ_by_more_than_rounding_or_not(ours, other, difference):
    """A two-way variance corrected to zero is a little above it, or below and without a root."""
    row = crosscheck.compared(KNOWN | {"estimate": 1.0, "std_error": ours}, 1.0, other, 9, 1e-9)
    assert row["std_error_difference"] == pytest.approx(difference, rel=1e-9)
    assert len(crosscheck_agreement([row]).faults) == (difference > 0)


def test_a_number_that_only_one_side_has_is_a_fault():
    for ours, other in ((0.5, None), (float("nan"), 0.5)):
        row = crosscheck.compared(KNOWN | {"estimate": 1.0, "std_error": ours}, 1.0, other, 9, 1e-9)
        assert row["std_error_difference"] is None and len(crosscheck_agreement([row]).faults) == 1
    row = crosscheck.compared(KNOWN | {"estimate": 1.0, "std_error": float("nan")}, 1.0, float("nan"), 9, 1e-9)
    assert crosscheck_agreement([row]).faults == []


# From files to the end of a run


@pytest.fixture
def results(panel, tmp_path):
    """Table 3 and the panel as files."""
    files.write_table(tmp_path / "panel.parquet", panel)
    files.write_table(tmp_path / "tables/table03.csv", estimate_table(BY_NUMBER[3], pa.table(panel)).columns)
    return tmp_path


def check(results):
    """Run the script; returns the rows it wrote and what the end of a run says."""
    written = results / "tables/crosscheck.csv"
    settings = {"regressions": SETTINGS}
    crosscheck_script(results / "panel.parquet", [results / "tables/table03.csv"], settings, written)
    rows = files.read_table(written, texts=("stage", "dependent", "term")).to_pylist()
    return rows, summary.warnings(results, results, "panel.parquet", "city")


def test_a_run_that_agrees_says_nothing(results):
    rows, said = check(results)
    assert said == [] and len(rows) == 10 and tuple(rows[0]) == CROSSCHECK
    written = (results / "tables/crosscheck.csv").read_bytes()
    check(results)
    assert (results / "tables/crosscheck.csv").read_bytes() == written


@pytest.mark.parametrize(
    ("name", "change", "seen"),
    [
        ("estimate", 1e-6, True),
        ("estimate", 1e-10, False),
        ("std_error", 1e-4, True),
        ("std_error", 1e-8, False),
        ("n", -1, True),
    ],
)
def test_a_planted_difference_is_in_the_file_and_at_the_end_of_the_run(results, name, change, seen):
    path = results / "tables/table03.csv"
    columns = files.read_table(path, texts=("stage", "stars")).to_pydict()
    columns[name][2] += change if name == "n" else change * columns[name][2]
    files.write_table(path, columns)
    rows, said = check(results)
    if name != "n":
        assert rows[2][f"{name}_difference"] == pytest.approx(change, rel=1e-3)
    else:
        assert rows[2]["n"] == rows[2]["n_linearmodels"] - 1
    assert len(said) == seen
    if seen:
        assert said[0].startswith(f"linearmodels finds other numbers than the tables, 1: Table 3 (2) dsr: {name} is ")
        assert said[0].endswith(f"; {results}/tables/crosscheck.csv has all")


@pytest.mark.slow
def test_the_tables_of_a_users_panel_are_estimated_twice(panel, run, tmp_path):
    files.write_table(tmp_path / "panel.parquet", {name: column for name, column in panel.items() if name != "iv"})
    choices = json.dumps({"cluster": "two_way", "zero_policy": "log1p"})
    config = "--config", f"panel={tmp_path / 'panel.parquet'}", f"run={run}", f"regressions={choices}"
    written = HOME / "results" / run / "tables/crosscheck.csv"
    done = snakemake(written.relative_to(HOME), *config)
    assert done.returncode == 0 and "other numbers" not in done.stderr, done.stderr[-3000:]
    rows = files.read_table(written, texts=("stage", "dependent", "term")).to_pylist()
    assert {row["table"] for row in rows} == {*ALL} - {8}
