"""Tables 2 to 10: what is regressed on what, over which rows, and the message for a wrong panel."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from compare_published import compare_published as compare_published_script
from laborvalue import cells
from laborvalue.econometrics.covariance import p_values, stars
from laborvalue.econometrics.equations import BY_NUMBER, ESTIMATED, TABLES, Equation, TableSpec, reasons_by_place
from laborvalue.econometrics.estimation import column_values, count_losses, describe_variables, estimate_table
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.errors import InputError, NotEstimable
from laborvalue.variables import BY_NAME, KEYS
from laborvalue_workflow.data import files, table_support
from laborvalue_workflow.data.left_out import read_left_out
from laborvalue_workflow.data.table_support import Lack
from laborvalue_workflow.reporting import published
from table import table as table_script

ROOT = Path(__file__).parents[1]
SETTINGS = {
    "log_transform": True,
    "zero_policy": "drop",
    "epsilon": 1e-6,
    "drop_singletons": True,
    "cluster": "city_sector",
    "total_digital": "d",
}
SLOPES = {"ddr": 0.04, "dsr": 0.09, "dir": 0.03, "indir": -0.15, "otlp": 0.29}  # the paper's, rounded
YEARS = np.array([2012, 2015, 2017])


def simulated(seed=20250801, regions=60, sectors=20):
    """A panel whose ln tlpr follows SLOPES, city-sector and year effects and noise; dict of columns."""
    rng = np.random.default_rng(seed)
    region, sector, year = (axis.ravel() for axis in np.indices((regions, sectors, len(YEARS))))
    unit = region * sectors + sector
    effects = 0.5 * rng.normal(size=regions * sectors)[unit] + 0.2 * rng.normal(size=len(YEARS))[year]
    logs = {name: effects + 0.5 * rng.normal(size=len(unit)) for name in BY_NAME}
    logs["tlpr"] = effects + 0.2 * rng.normal(size=len(unit))
    logs["tlpr"] += sum(slope * logs[name] for name, slope in SLOPES.items())
    confounder = rng.normal(size=len(unit))
    logs["d"] = np.exp(logs["iv"]) + confounder
    logs["pri"] = 0.7 * logs["d"] - confounder + effects
    keys = {"region": [f"{label:02}" for label in region], "sector": [f"{label:02}" for label in sector]}
    return keys | {"year": YEARS[year]} | {name: np.exp(log) for name, log in logs.items()}


def options_with(**changed):
    return RegressionOptions(**(SETTINGS | changed))


def table_of(number, columns, **changed):
    """The rows of a table, a list of dicts."""
    return files.as_rows(estimate_table(BY_NUMBER[number], pa.table(columns), options_with(**changed)).columns)


def left_out_of(number, columns, **changed):
    """Why columns of a table are left out: column -> reason."""
    found = estimate_table(BY_NUMBER[number], pa.table(columns), options_with(**changed))
    assert {*found.columns["column"]}.isdisjoint(found.left_out["column"])
    assert {*found.left_out["table"]} <= {number}
    return dict(zip(found.left_out["column"], found.left_out["reason"], strict=True))


def part_of(panel, mask):
    """The rows of a panel that a mask or positions choose."""
    return {name: np.array(column)[mask] for name, column in panel.items()}


def with_cell(panel, name, row, cell):
    """A panel with another cell."""
    column = list(panel[name])
    column[row] = cell
    return panel | {name: column}


def slopes_of(rows):
    return {(row["column"], row["term"]): row for row in rows if row["term"] != "constant"}


def year_2015(panel):
    return part_of(panel, np.array(panel["year"]) == 2015)


@pytest.fixture(scope="module")
def panel():
    return simulated()


# Specifications


@pytest.mark.parametrize("number", [table.number for table in ESTIMATED if not table.instrumented])
def test_planted_slopes_are_recovered(panel, number):
    """Of every equation of every table, also where the other columns regress another variable."""
    for column, equation in BY_NUMBER[number].placed():
        planted = dict(zip(equation.regressors, SLOPES.values(), strict=False))
        follows = panel["dd"] ** 0.1 * np.prod([panel[name] ** slope for name, slope in planted.items()], axis=0)
        estimates = slopes_of(table_of(number, panel | {equation.dependent: follows}))
        for name, slope in planted.items():
            row = estimates[column, name]
            assert row["estimate"] == pytest.approx(slope, abs=3 * row["std_error"])
            assert row["std_error"] < 0.003


def test_planted_slopes_are_recovered_in_table_3(panel):
    found = slopes_of(table_of(3, panel))
    for column, name in enumerate(SLOPES, start=1):
        row = found[column, name]
        assert row["estimate"] == pytest.approx(SLOPES[name], abs=2 * row["std_error"])
        assert row["std_error"] < 0.02


@pytest.mark.parametrize(
    ("number", "equations"),
    [
        (3, ["tlpr ddr", "tlpr dsr", "tlpr dir", "tlpr indir", "tlpr otlp"]),
        (4, ["tlpr ddr otlp", "tlpr dsr otlp", "tlpr dir otlp", "tlpr indir otlp"]),
        (5, ["occ ddr otlp", "occ dsr otlp", "occ dir otlp", "occ indir otlp"]),
        (6, ["lp_next ddr", "lp_next dsr", "lp_next dir", "lp_next indir"]),
        (7, ["pri ddr", "pri dsr", "pri dir", "pri indir"]),
        (8, ["d iv", "pri d"]),
        (9, ["ddr dlq", "dsr dlq", "dir dlq", "indir dlq"]),
        (10, ["ddr pp", "dsr pp", "dir pp", "indir pp"]),
    ],
)
def test_columns_of_each_table(panel, number, equations):
    rows = table_of(number, panel)
    found = {}
    for row in rows:
        assert row["table"] == number
        found.setdefault(row["column"], [row["dependent"]]).append(row["term"])
    assert [" ".join(terms) for terms in found.values()] == [f"{terms} constant" for terms in equations]
    assert list(found) == list(range(1, len(equations) + 1))


def test_the_register_names_the_rules_and_places_every_column():
    assert [table.name for table in TABLES][:9] == ["table02", *(f"table{number:02}" for number in range(3, 11))]
    assert [table.number for table in ESTIMATED if table.instrumented][:1] == [8]
    assert BY_NUMBER[8].stages == {1: "first", 2: "second"}
    assert BY_NUMBER[4].stages == dict.fromkeys((1, 2, 3, 4), "")
    assert BY_NUMBER[3].caption == (
        "Table 3. Baseline regression results. Hypothesis 1: digital inputs, and productive suppliers, go with a "
        "higher total labor productivity. Equations (1), (2) of the paper."
    )
    two = TableSpec(11, "Two", (Equation("pri", ("d",), "iv"), Equation("tlpr", ("d",), "iv")), estimator="gmm")
    assert [(column, equation.regressors) for column, equation in two.placed("tdr")] == [(1, ("tdr",)), (3, ("tdr",))]


def test_a_wrong_entry_of_the_register_is_refused():
    one = Equation("pri", ("d",), "iv")
    for fault in (
        {"equations": ()},
        {"equations": (one,)},
        {"estimator": "gmm", "equations": (Equation("pri", ("d",)),)},
    ):
        with pytest.raises(ValueError, match="Table 11: "):
            TableSpec(11, "A table", **fault)
    with pytest.raises(ValueError, match="one regressor, the endogenous one"):
        Equation("pri", ("d", "ddr"), "iv")


IMPORTS = {  # what is imported, and what that must not import
    "registers, which the workflow reads to plan": (
        "from laborvalue.econometrics import checks, equations, options; import laborvalue.variables",
        {"numpy", "scipy", "pyarrow"},
    ),
    "estimators": ("from laborvalue.econometrics import estimation, robustness", {"pyarrow", "pandas"}),
    # pandas would be a third of a table's time
    "a table": ("import table; table.table(3, 'panel.parquet', 't.csv', 'l.csv')", {"pandas"}),
}


@pytest.mark.parametrize("case", IMPORTS)
def test_what_is_imported_needs_no_large_package(panel, tmp_path, case):
    files.write_table(tmp_path / "panel.parquet", panel)
    code, absent = IMPORTS[case]
    code = f"import sys; {code}; assert not {absent} & set(sys.modules)"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "scripts")}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)


@pytest.mark.parametrize("option", [{"zero_policy": "keep"}, {"cluster": "province"}])
def test_options_that_do_not_exist_are_refused(option):
    (name,) = option
    with pytest.raises(ValueError, match=f"{name} is '{option[name]}'; expected one of"):
        options_with(**option)


def test_header_is_the_contracts(panel):
    common = [
        *("table", "column", "stage", "dependent", "term", "estimate", "std_error", "statistic", "p_value"),
        *("stars", "n", "n_singletons", "n_clusters", "r2", "r2_adjusted", "r2_within"),
    ]
    tests = ["kp_rk_lm", "kp_rk_lm_p", "kp_rk_f", "cragg_donald_f", "cragg_donald_f_xtivreg2"]
    assert list(estimate_table(BY_NUMBER[9], pa.table(panel)).columns) == common
    assert list(estimate_table(BY_NUMBER[8], pa.table(panel)).columns) == common + tests
    assert {row["stage"] for row in table_of(9, panel)} == {""}


def test_table_8_undoes_the_confounding_that_least_squares_keeps(panel):
    first, _, second, _ = table_of(8, panel)
    assert (first["stage"], second["stage"]) == ("first", "second")
    assert first["estimate"] == pytest.approx(1, abs=2 * first["std_error"])  # ln d on iv, not on ln iv
    assert second["estimate"] == pytest.approx(0.7, abs=2 * second["std_error"])
    naive = table_of(7, panel | {"ddr": panel["d"]})[0]
    assert abs(naive["estimate"] - 0.7) > 10 * naive["std_error"]
    assert second["kp_rk_f"] == pytest.approx(first["statistic"] ** 2)


def test_total_digital_input_can_be_the_relative_one(panel):
    rows = table_of(8, panel | {"tdr": panel["d"] * 3}, total_digital="tdr")
    assert [row["term"] for row in rows] == ["iv", "constant", "tdr", "constant"]
    assert rows[2]["estimate"] == pytest.approx(table_of(8, panel)[2]["estimate"])


def test_statistic_p_value_and_stars_belong_together(panel):
    rows = [row for number in (3, 5, 6, 8, 10) for row in table_of(number, panel)]
    for row in rows:
        assert row["statistic"] == pytest.approx(row["estimate"] / row["std_error"])
        level = {"***": (0, 0.01), "**": (0.01, 0.05), "*": (0.05, 0.1), "": (0.1, 1)}[row["stars"]]
        assert level[0] <= row["p_value"] < level[1]
    assert {"***", ""} <= {row["stars"] for row in rows}


@pytest.mark.parametrize(
    ("p_value", "printed"),
    [(0.009, "***"), (0.011, "**"), (0.049, "**"), (0.051, "*"), (0.099, "*"), (0.101, ""), (np.nan, "")],
)
def test_stars_mark_1_5_and_10_percent(p_value, printed):
    assert stars(p_value) == printed


# Logs


@pytest.mark.parametrize("number", [3, 4, 5, 7, 9, 10])
def test_units_and_year_factors_leave_slopes(panel, number):
    """Doubling all hours, other money, other prices: a factor per year is absorbed."""
    factor = np.array([3.0, 0.2, 40.0])[np.searchsorted(YEARS, panel["year"])]
    scaled = panel | {name: panel[name] * factor for name in BY_NAME}
    plain, moved = (slopes_of(table_of(number, columns)) for columns in (panel, scaled))
    for key, row in plain.items():
        assert moved[key]["estimate"] == pytest.approx(row["estimate"], rel=1e-9)
        assert moved[key]["std_error"] == pytest.approx(row["std_error"], rel=1e-9)


def with_zeros(panel, name="ddr", value=0.0):
    column = panel[name].copy()
    column[[0, 4, 8]] = value
    return panel | {name: column}


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_what_has_no_log_is_dropped_with_the_city_sector_it_leaves_alone(panel, value):
    column = panel["ddr"].copy()
    column[[0, 1, 5]] = value  # two years of the first city-sector, one year of the second
    row = table_of(3, panel | {"ddr": column})[0]
    assert (row["n"], row["n_singletons"]) == (len(column) - 4, 1)
    kept = table_of(3, panel | {"ddr": column}, drop_singletons=False)[0]
    assert (kept["n"], kept["n_singletons"]) == (len(column) - 3, 0)
    assert kept["estimate"] == pytest.approx(row["estimate"], rel=1e-9)


def test_log1p_keeps_zeros_as_the_log_of_one_plus_the_value(panel):
    zeros = with_zeros(panel)
    (expected, *_), (row, *_) = (
        table_of(3, zeros | {name: zeros[name] + 1 for name in ("ddr", "tlpr")}),
        table_of(3, zeros, zero_policy="log1p"),
    )
    assert row["n"] == len(panel["ddr"])
    assert row["estimate"] == pytest.approx(expected["estimate"], rel=1e-9)


def test_epsilon_stands_in_for_zeros_only(panel):
    row = table_of(3, with_zeros(panel), zero_policy="epsilon", epsilon=1e-3)[0]
    assert row == table_of(3, with_zeros(panel, value=1e-3))[0]


@pytest.mark.parametrize("policy", ["log1p", "epsilon"])
def test_negative_values_drop_out_under_every_policy(panel, policy):
    assert table_of(3, with_zeros(panel, value=-0.5), zero_policy=policy)[0]["n"] == len(panel["ddr"]) - 3


def test_levels_are_regressed_where_logs_are_switched_off(panel):
    logs = panel | {name: np.log(panel[name]) for name in ("pri", "d")}
    assert table_of(8, logs, log_transform=False) == table_of(8, panel)


@pytest.mark.parametrize(("policy", "zeros", "negatives"), [("drop", 3, 2), ("log1p", 0, 2), ("epsilon", 0, 2)])
def test_what_the_log_costs_is_counted_by_variable(panel, policy, zeros, negatives):
    changed = without(with_zeros(panel), "dir", [10, 11])
    changed["otlp"] = np.where(np.arange(len(panel["otlp"])) < negatives, -1.0, panel["otlp"])
    options = options_with(zero_policy=policy)
    rows = pa.table(count_losses(BY_NUMBER[4], pa.table(changed), options)).to_pylist()
    assert list(rows[0]) == ["table", "column", "variable", "missing", "zero", "negative", "without_log"]
    counted = {(row["column"], row["variable"]): tuple(row.values())[3:] for row in rows}
    assert list(counted) == [(c, v) for c, d in enumerate(SLOPES, start=1) if c < 5 for v in ("tlpr", d, "otlp")]
    assert counted[1, "ddr"] == (0, 3, 0, zeros)
    assert counted[3, "dir"] == (2, 0, 0, 0)
    assert counted[1, "otlp"] == (0, 0, negatives, negatives)
    assert counted[1, "tlpr"] == (0, 0, 0, 0)


def test_in_levels_no_row_is_lost_to_a_log(panel):
    rows = count_losses(BY_NUMBER[3], pa.table(with_zeros(panel)), options_with(log_transform=False))
    assert sum(rows["without_log"]) == 0 and sum(rows["zero"]) == 3


def test_what_is_lost_to_the_log_is_what_the_estimate_lacks(panel):
    changed = without(with_zeros(panel), "tlp", [0, 1])  # one zero is in no sampled row
    (row, *_), losses = table_of(3, changed), count_losses(BY_NUMBER[3], pa.table(changed))
    assert losses["zero"][1] == losses["without_log"][1] == 2
    assert row["n"] + row["n_singletons"] == len(panel["ddr"]) - 2 - 2


# Samples


def without(panel, name, rows):
    column = panel[name].copy()
    column[rows] = np.nan
    return panel | {name: column}


@pytest.mark.parametrize("number", range(3, 11))
def test_rows_without_tlp_count_only_in_tables_6_and_10(panel, number):
    lacking = without(panel, "tlp", slice(0, 30))
    expected = len(panel["tlp"]) - (0 if number in (6, 10) else 30)
    assert {row["n"] for row in table_of(number, lacking)} == {expected}


def test_each_column_takes_every_row_that_has_its_own_variables(panel):
    rows = slopes_of(table_of(3, without(panel, "dir", slice(0, 30))))
    full = len(panel["dir"])
    assert [row["n"] for row in rows.values()] == [full, full, full - 30, full, full]


def test_table_6_has_pairs_of_years_only(panel):
    """The last year has no next year, so a city-sector enters with two rows or not at all."""
    lead = np.where(panel["year"] == YEARS[-1], np.nan, panel["lp_next"])
    lead[0] = np.nan
    row = table_of(6, panel | {"lp_next": lead})[0]
    units = len(lead) // 3
    assert (row["n"], row["n_singletons"]) == (2 * (units - 1), 1)


def test_cities_without_telephones_leave_table_8(panel):
    rows = table_of(8, without(panel, "iv", np.array(panel["region"]) == "07"))
    assert {row["n"] for row in rows} == {len(panel["iv"]) - 20 * 3}


# Clusters


@pytest.mark.parametrize(
    ("cluster", "count"), [("city_sector", 60 * 20), ("city", 60), ("sector", 20), ("two_way", 20)]
)
def test_clusters_are_counted_as_chosen_and_leave_the_slopes(panel, cluster, count):
    rows = table_of(4, panel, cluster=cluster)
    assert {row["n_clusters"] for row in rows} == {count}
    for row, plain in zip(rows, table_of(4, panel), strict=True):
        assert row["estimate"] == plain["estimate"]
        assert (row["std_error"] == plain["std_error"]) == (cluster == "city_sector")


# Table 2


def test_table_2_describes_rows_that_have_a_tlp_variable_by_variable(panel):
    lacking = without(without(panel, "tlp", slice(0, 10)), "di", slice(5, 25))
    table = describe_variables(BY_NUMBER[2], pa.table(lacking))
    assert list(table) == ["variable", "n", "mean", "sd", "min", "max"]
    assert table["variable"] == [
        *("tlp", "tlpr", "dd", "ds", "di", "indi", "ddr", "dsr", "dir", "indir"),
        *("otlp", "pri", "dlq", "pp"),
    ]
    n = len(panel["tlp"])
    assert table["n"] == [n - 25 if name == "di" else n - 10 for name in table["variable"]]
    values = panel["di"][25:]
    row = [table[name][4] for name in ("mean", "sd", "min", "max")]
    assert row == pytest.approx([values.mean(), values.std(ddof=1), values.min(), values.max()])


# Files


def test_a_csv_panel_gives_the_table_of_the_parquet_panel(panel, tmp_path):
    lacking = without(panel, "tlp", slice(0, 10))
    for suffix in ("csv", "parquet"):
        path, folder = tmp_path / f"panel.{suffix}", tmp_path / suffix
        files.write_table(path, lacking)
        table_script(4, path, folder / "04.csv", folder / "04l.csv", {"regressions": SETTINGS})
        table_script(2, path, folder / "02.csv")
    for name in ("04.csv", "04l.csv", "04.md", "02.csv", "02.md"):
        assert (tmp_path / "csv" / name).read_bytes() == (tmp_path / "parquet" / name).read_bytes()


def test_numbers_that_look_like_text_keys_stay_apart(panel):
    """Region "1" and region "01" are two regions, whatever type the sector has."""
    region = np.where(np.array(panel["region"]) == "02", "1", panel["region"])
    sector = np.array(panel["sector"]).astype(int)
    renamed = table_of(3, panel | {"region": region, "sector": sector})
    for row, plain in zip(renamed, table_of(3, panel), strict=True):
        assert row["n_clusters"] == plain["n_clusters"]
        assert row["estimate"] == pytest.approx(plain["estimate"])


def test_a_missing_column_ends_the_script_with_one_line_that_names_file_and_column(panel, tmp_path):
    path = tmp_path / "panel.csv"
    files.write_table(path, {name: column for name, column in panel.items() if name != "otlp"})
    command = [sys.executable, ROOT / "scripts/table.py", "--number", "4", "--panel", path]
    command += ["--table", tmp_path / "t.csv", "--losses", tmp_path / "l.csv"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"laborvalue: {path}: panel has no column otlp, which Table 4 needs")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "t.csv").exists()


def test_tables_that_do_without_a_column_do_without_it(panel):
    lacking = {name: column for name, column in panel.items() if name not in ("otlp", "tlp")}
    assert len(table_of(10, lacking)) == 8


# Published numbers


def test_comparison_counts_published_standard_errors(panel, tmp_path):
    for spec in ESTIMATED:
        changed = pa.table(panel | {"tdr": panel["d"]})
        columns = estimate_table(spec, changed, options_with(total_digital="tdr")).columns
        files.write_table(tmp_path / f"{spec.name}.csv", columns)
    coefficients = ROOT / "resources/published/coefficients.csv"
    paths = [tmp_path / f"{spec.name}.csv" for spec in ESTIMATED]
    compare_published_script(paths, coefficients, tmp_path / "published.csv")
    assert "Not compared" not in (tmp_path / "published.md").read_text(encoding="utf-8")
    rows = files.read_table(tmp_path / "published.csv").to_pylist()
    assert list(rows[0]) == [
        *("table", "column", "term", "published", "published_se", "computed", "computed_se"),
        *("difference_in_se", "same_sign", "same_stars", "synthetic"),
    ]
    assert {row["synthetic"] for row in rows} == {None}  # nothing is known of a panel of the user's
    assert len(rows) == files.read_table(coefficients).num_rows
    row = rows[0]
    ours = table_of(3, panel)[0]
    assert (row["table"], row["column"], row["term"]) == (3, 1, "ddr")
    assert (row["published"], row["published_se"]) == (0.0389, 0.0028)
    assert (row["computed"], row["computed_se"]) == (ours["estimate"], ours["std_error"])
    assert row["difference_in_se"] == pytest.approx((ours["estimate"] - 0.0389) / 0.0028)
    assert row["same_sign"] and row["same_stars"] and ours["stars"] == "***"
    total = next(row for row in rows if row["table"] == 8 and row["column"] == 2)
    assert total["term"] == "tdr" and total["published"] == 0.6992
    for row in rows:
        assert row["same_sign"] == (row["computed"] * row["published"] > 0)
        shown, found = (stars(p_values(row[f] / row[f + "_se"], 1200)) for f in ("published", "computed"))
        assert row["same_stars"] == (shown == found)
    assert {row["same_sign"] for row in rows} == {row["same_stars"] for row in rows} == {True, False}


def test_the_comparison_says_whether_data_are_synthetic_and_takes_the_tables_there_are(panel):
    computed = table_of(9, panel)
    printed = files.read_table(ROOT / "resources/published/coefficients.csv", texts=("stars",)).to_pylist()
    for synthetic in (True, False):
        rows = pa.table(published.compare(computed, printed, synthetic)).to_pylist()
        assert {(row["table"], row["synthetic"]) for row in rows} == {(9, synthetic)}


# Wrong panels


def test_what_a_panel_lacks_is_known_before_anything_runs(panel, tmp_path):
    def lacking(*names):
        files.write_table(tmp_path / "panel.csv", {name: panel[name] for name in panel if name not in names})
        found = table_support.tables_without_columns(tmp_path / "panel.csv", SETTINGS)
        return {number: column.name for number, column in found.items()}

    assert lacking() == {}
    assert lacking("iv") == {8: "iv"} and lacking("iv", "pp") == {2: "pp", 8: "iv", 10: "pp"}
    assert lacking("tlp") == dict.fromkeys((2, 3, 4, 5, 7, 8, 9), "tlp")
    message = "panel.csv lacks dir (Table 3, 4, 5), iv (Table 8); the rest is made"
    assert table_support.lacking("panel.csv", {3: "dir", 4: "dir", 5: "dir", 8: "iv"}, "the rest is made") == message
    with pytest.raises(InputError, match=r"panel.csv: panel has no column year, which every table needs"):
        lacking("year")


@pytest.mark.parametrize("number", range(2, 11))
def test_a_panel_without_rows_says_so(panel, number):
    empty = pa.table(panel).slice(0, 0)
    with pytest.raises(InputError, match=r"^panel has no row; expected one per region, sector and year"):
        describe_variables(BY_NUMBER[2], empty) if number == 2 else estimate_table(BY_NUMBER[number], empty)


@pytest.mark.parametrize("number", range(3, 11))
@pytest.mark.parametrize("name", ["region", "year", "dir", "iv", "tlp"])
def test_missing_column_is_named_by_the_tables_that_need_it(panel, number, name):
    needed = {"dir": number != 8, "iv": number == 8, "tlp": number not in (6, 10)}.get(name, True)
    lacking = {column: values for column, values in panel.items() if column != name}
    if needed:
        with pytest.raises(InputError, match=f"^panel has no column {name}, which Table {number} needs"):
            table_of(number, lacking)
    else:
        assert table_of(number, lacking) == table_of(number, panel)


def test_table_2_names_a_missing_column(panel):
    with pytest.raises(InputError, match=r"^panel has no column dlq, which Table 2 needs"):
        describe_variables(BY_NUMBER[2], pa.table(panel).drop_columns("dlq"))


def test_table_2_counts_no_row_of_a_variable_without_values(panel, tmp_path):
    empty = without(panel, "pp", slice(None))
    *others, row = files.as_rows(describe_variables(BY_NUMBER[2], pa.table(empty)))
    assert row["variable"] == "pp" and row["n"] == 0 and np.isnan([row[name] for name in ("mean", "sd", "max")]).all()
    assert others == files.as_rows(describe_variables(BY_NUMBER[2], pa.table(panel)))[:-1]
    files.write_table(tmp_path / "panel.csv", empty)
    table_script(2, tmp_path / "panel.csv", tmp_path / "02.csv")
    assert (tmp_path / "02.csv").read_text().splitlines()[-1] == "pp,0,,,,"


WRONG = {  # a change of the panel, and what is said of it
    "a repeated cell": (
        lambda panel: {name: [*column, column[4]] for name, column in panel.items()},
        "region 00, sector 01, year 2015 occurs more than once",
    ),
    "no sector": (lambda panel: with_cell(panel, "sector", 6, None), "row 7 of the data has no sector"),
    "an empty sector": (lambda panel: with_cell(panel, "sector", 6, ""), "row 7 of the data has no sector"),
    "no year, as other software writes it": (
        lambda panel: with_cell(panel, "year", 6, np.nan),
        "row 7 of the data has no year",
    ),
    "a text": (
        lambda panel: with_cell(panel | {"ddr": ["", *map(str, panel["ddr"][1:])]}, "ddr", 4, "n.a."),
        "column ddr holds 'n.a.' (region 00, sector 01, year 2015); expected a number, and an empty cell",
    ),
    "infinity": (
        lambda panel: with_cell(panel, "ddr", 4, np.inf),
        "column ddr is infinite (region 00, sector 01, year 2015); expected finite numbers",
    ),
    "a text where a column is left out": (
        lambda panel: with_cell(year_2015(panel) | {"ddr": [*map(str, year_2015(panel)["ddr"])]}, "ddr", 0, "n.a."),
        "column ddr holds 'n.a.'",
    ),
}


WRITTEN_TWICE = {  # a key, and how another year's file may write it
    "letter case": ("Lanzhou", "LANZHOU"),
    "a blank that does not show": ("r1", "r1\u200b"),
    "a blank within": ("New\u00a0York", "New York"),
    "composed and decomposed": ("Xi\u0101n", "Xia\u0304n"),
    "accents": ("São Paulo", "Sao Paulo"),
    "lost zeros": ("0101", "101"),
    "lost zeros within": ("C01", "C1"),
    "a float": ("712", "712.0"),
    "an exponent": ("110000", "1.1E+05"),
    "full width": ("A7", "Ａ７"),
    "apostrophe": ("Xi'an", "Xi’an"),
    "dash": ("1-2", "1–2"),
    "sharp s": ("Straße", "STRASSE"),
}


@pytest.mark.parametrize("key", ["region", "sector"])
@pytest.mark.parametrize(("one", "other"), WRITTEN_TWICE.values(), ids=WRITTEN_TWICE)
def test_a_key_that_another_year_writes_otherwise_stops(panel, key, one, other):
    number, year = np.array(panel[key]), panel["year"]
    keys = np.where(number == "03", np.where(year == 2015, other, one), number)
    with pytest.raises(InputError, match=f"^{key} .* and .*: almost the same keys") as said:
        table_of(3, panel | {key: keys})
    assert {cells.as_written(text) for text in (one, other)} <= {*re.findall(r"'[^']*'|\"[^\"]*\"", str(said.value))}
    assert "(2015)" in str(said.value) and "(2012, 2017)" in str(said.value)
    # beside each other in one year they are two
    both = np.where(number == "03", one, np.where(number == "04", other, number))
    slopes = [[row["estimate"] for row in table_of(3, panel | {key: keys})] for keys in (both, number)]
    assert slopes[0] == pytest.approx(slopes[1], rel=1e-9)


def test_a_region_that_one_year_writes_in_two_ways_stops(panel):
    part = (panel["year"] == 2015) & (np.array(panel["sector"]) > "09")
    keys = np.where((np.array(panel["region"]) == "03") & part, "3", panel["region"])
    with pytest.raises(InputError, match=r"^region '03' \(2012, 2015, 2017\) and '3' \(2015\): almost the same keys"):
        describe_variables(BY_NUMBER[2], pa.table(panel | {"region": keys}))


@pytest.mark.parametrize("fault", WRONG)
def test_a_fault_of_the_panel_stops_with_its_place(panel, fault):
    change, message = WRONG[fault]
    with pytest.raises(InputError, match="^" + re.escape(message)) as said:
        table_of(3, change(panel))
    assert not isinstance(said.value, NotEstimable)


@pytest.mark.parametrize("kind", [pa.float64(), pa.float32(), pa.int32(), pa.decimal128(28, 3), pa.string(), pa.null()])
def test_numbers_come_in_any_type_with_gaps_in_chunks_and_slices(kind):
    cells = [None] * 12 if kind == pa.null() else [3, None, 5, None, None, 0, 7, None, 9, 4, 11, None]
    column = pa.chunked_array([pa.array(cells[:7]), pa.array(cells[7:])]).cast(kind).slice(1, 10)
    expected = np.array([np.nan if cell is None else cell for cell in cells[1:11]], dtype=float)
    table = pa.table({key: ["1"] * 10 for key in KEYS} | {"ddr": column})
    np.testing.assert_array_equal(column_values(table, "ddr"), expected)


def test_a_column_that_occurs_twice_is_named(panel, tmp_path):
    doubled = pa.table(panel).append_column("ddr", pa.array(panel["dsr"]))
    pq.write_table(doubled, tmp_path / "panel.parquet")
    with pytest.raises(InputError, match=r"panel.parquet: column ddr occurs 2 times; expected it once"):
        files.read_table(tmp_path / "panel.parquet", only=("region", "ddr"))
    assert files.read_table(tmp_path / "panel.parquet", only=("region", "dsr")).num_columns == 2


# What the data does not support


def test_a_column_without_rows_is_left_out_with_the_variable_that_is_the_reason(panel):
    zeros = panel | {"dsr": np.zeros(len(panel["dsr"]))}
    assert left_out_of(3, zeros) == {2: "no row is left: dsr has no value with a log"}
    assert table_of(3, zeros) == [row for row in table_of(3, panel) if row["column"] != 2]
    assert left_out_of(3, zeros, zero_policy="log1p") == {
        2: "dsr is constant over the 3600 rows; expected a variable that varies"
    }
    apart = np.arange(len(panel["dsr"])) % 2 == 0
    apart = panel | {"dsr": np.where(apart, panel["dsr"], 0), "tlpr": np.where(apart, np.nan, panel["tlpr"])}
    assert left_out_of(3, apart) == {2: "no row is left; expected rows that have a value of tlpr, dsr all at once"}


@pytest.mark.parametrize("nothing", [None, np.nan])
def test_a_column_without_any_value_leaves_out_what_needs_it(panel, nothing):
    empty = [nothing] * len(panel["dir"])
    assert left_out_of(7, panel | {"dir": empty}) == {3: "no row is left: dir has no value"}
    assert left_out_of(8, panel | {"iv": empty}) == dict.fromkeys((1, 2), "no row is left: iv has no value")
    assert left_out_of(6, panel | {"iv": empty}) == {}
    found = left_out_of(4, panel | {"tlp": empty})
    assert {*found} == {1, 2, 3, 4} and found[1].startswith("no row is left: tlpr has no value and ddr has no value")


@pytest.mark.parametrize("number", range(3, 11))
def test_one_year_leaves_out_every_column(panel, number):
    one = year_2015(panel)
    reason = "only one year is left; expected two years or more"
    if number == 6:
        reason = "only one year has a value of lp_next; expected three table years or more"
    assert left_out_of(number, one) == dict.fromkeys(BY_NUMBER[number].stages, reason)
    assert table_of(number, one) == []


def test_two_years_leave_out_table_6_alone(panel):
    two = part_of(panel, np.array(panel["year"]) > 2012)
    two["lp_next"][two["year"] == 2017] = np.nan
    for number in range(3, 11):
        left_out = left_out_of(number, two)
        assert {*left_out} == ({1, 2, 3, 4} if number == 6 else set())
    assert set(left_out_of(6, two).values()) == {
        "only one year has a value of lp_next; expected three table years or more"
    }


def test_one_city_cannot_be_clustered_by_city(panel):
    one = part_of(panel, np.array(panel["region"]) == "07")
    reason = "only one cluster is left; expected two or more, so choose a finer `cluster`"
    assert left_out_of(7, one, cluster="city") == dict.fromkeys((1, 2, 3, 4), reason)
    assert left_out_of(7, one) == {}


def test_a_sample_too_small_for_its_effects_is_left_out(panel):
    # two city-sectors in two years: four rows for three effects and a slope or two
    small = part_of(panel, [0, 1, 3, 4])
    assert {*left_out_of(4, small)} == {1, 2, 3, 4}
    assert "4 rows are too few for 2 region-sector effects" in left_out_of(4, small)[1]
    alone = left_out_of(9, part_of(panel, [0, 4, 8]))
    assert "each of the 3 rows is the only one of its region-sector or year" in alone[2]


UNSUPPORTED = {  # table, the column that is changed, its values, the columns left out, how the reason begins
    "constant": (5, "occ", lambda panel: np.full(len(panel["occ"]), 2.0), {1, 2, 3, 4}, "occ is constant"),
    "collinear with another": (4, "otlp", lambda panel: panel["dir"] ** 2, {3}, "otlp is collinear with dir"),
    "collinear with the effects": (
        9,
        "dlq",
        lambda panel: (np.array(panel["region"]).astype(float) + 1) * panel["year"],
        {1, 2, 3, 4},
        "dlq is collinear with the region-sector",
    ),
}


@pytest.mark.parametrize("case", UNSUPPORTED)
def test_constant_and_collinear_columns_are_left_out(panel, case):
    number, name, values, columns, reason = UNSUPPORTED[case]
    found = left_out_of(number, panel | {name: values(panel)})
    assert {*found} == columns and all(said.startswith(reason) for said in found.values())


def test_an_instrument_that_moves_nothing_leaves_table_8_out():
    """Two years of opposite signs: beyond the effects iv and ln d are orthogonal."""
    first = {"d": [0.0, 1.0, 2.0, 3.0], "iv": [1.0, -1.0, -1.0, 1.0], "pri": [1.0, 0.0, 2.0, 5.0]}
    panel = {"region": [*"abcd"] * 2, "sector": ["s"] * 8, "year": [2012] * 4 + [2015] * 4, "tlp": [1.0] * 8}
    panel |= {name: [*values, *(-value for value in values)] for name, values in first.items()}
    reason = "the instruments do not move the endogenous regressors; expected at least one that does"
    assert left_out_of(8, panel, log_transform=False) == {1: reason, 2: reason}


def test_places_are_named_by_their_reason():
    rows = [(3, 1, "a"), (3, 2, "b"), (6, 1, "a"), *((6, k, "a") for k in (2, 3, 4)), (8, 1, "c"), (8, 2, "c")]
    rows += [(9, k, "a") for k in (1, 2, 3, 4)]
    rows = [dict(zip(("table", "column", "reason"), row, strict=True)) for row in rows]
    assert reasons_by_place(rows) == {"a": "Tables 6 and 9, Table 3 (1)", "b": "Table 3 (2)", "c": "Table 8"}
    assert reasons_by_place([]) == {}


def test_the_script_writes_what_is_left_out_and_sets_dashes(panel, tmp_path):
    path = tmp_path / "panel.csv"
    for name, columns in {"all": panel, "some": panel | {"dsr": np.zeros(len(panel["dsr"]))}}.items():
        files.write_table(path, columns)
        folder = tmp_path / name
        table_script(3, path, folder / "03.csv", folder / "l.csv", {"regressions": SETTINGS}, "", folder / "o.csv")
    assert (tmp_path / "all/o.csv").read_text() == "table,column,reason\n"
    reason = "no row is left: dsr has no value with a log"
    assert read_left_out([tmp_path / "some/o.csv"]) == [{"table": 3, "column": 2, "reason": reason}]
    lines = (tmp_path / "some/03.md").read_text(encoding="utf-8").splitlines()
    cells = {line.split(" | ")[0]: line.strip("| ").split(" | ") for line in lines if line.startswith("| ")}
    assert cells["| N"][2] == cells["| Constant"][2] == cells["| Time FE"][2] == "–"
    assert cells["| Dependent variable"][1:] == ["ln tlpr"] * 5
    assert cells["| N"][1] == cells["| N"][3] != "–"
    full = (tmp_path / "all/03.md").read_text(encoding="utf-8").splitlines()
    assert [line.split(" | ")[0] for line in lines[:20]] == [line.split(" | ")[0] for line in full[:20]]
    assert f"Table 3 (2) could not be estimated: {reason}.  " in lines
    for kind in ("tex", "html", "docx"):
        assert (tmp_path / f"some/03.{kind}").stat().st_size > 1000


def test_a_comparison_of_nothing_is_an_empty_table_with_the_reason(panel, tmp_path):
    files.write_table(tmp_path / "panel.csv", year_2015(panel))
    names = {number: [tmp_path / f"{number}{part}.csv" for part in ("", "l", "o")] for number in (3, 8)}
    for number, (path, losses, left_out) in names.items():
        table_script(number, tmp_path / "panel.csv", path, losses, {"regressions": SETTINGS}, "", left_out)
    paths, _, left_out = zip(*names.values(), strict=True)
    coefficients = ROOT / "resources/published/coefficients.csv"
    compare_published_script(paths, coefficients, tmp_path / "published.csv", "", left_out)
    assert files.read_table(tmp_path / "published.csv").num_rows == 0
    text = (tmp_path / "published.md").read_text(encoding="utf-8")
    assert "No slope could be estimated: there is nothing to compare." in text
    assert "Tables 3 and 8 could not be estimated: only one year is left; expected two years or more." in text
    assert "the panel lacks a column that it needs: Table 4 and Table 5 and Table 6" in text


def test_the_comparison_takes_the_columns_there_are(panel):
    printed = files.read_table(ROOT / "resources/published/coefficients.csv", texts=("stars",)).to_pylist()
    computed = table_of(3, panel | {"dsr": np.zeros(len(panel["dsr"]))})
    rows = files.as_rows(published.compare(computed, printed, None))
    assert {row["column"] for row in rows} == {1, 3, 4, 5}


def test_years_and_telephones_that_a_dataset_lacks_are_known_before_anything_runs():
    every = dict.fromkeys([table.number for table in ESTIMATED], "a second year")
    assert table_support.not_estimable([2012], [1]) == every
    assert table_support.not_estimable([2012, 2015], [None, 2]) == {6: Lack.THIRD_YEAR}
    assert table_support.not_estimable([2012, 2015], [None]) == {6: Lack.THIRD_YEAR, 8: Lack.TELEPHONES}
    assert table_support.not_estimable([2012, 2015, 2017], [None, 1]) == {}
