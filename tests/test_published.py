"""The published numbers against their own arithmetic: a slip of transcription would break it.

With absorbed effects the constant is mean(y) - b mean(x), and its standard error in a column with one
regressor is |mean(x)| times the slope's. The printed digits so hold the sample means of the logs.
"""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from laborvalue.econometrics.covariance import p_values, stars
from laborvalue.econometrics.equations import ESTIMATED
from laborvalue.variables import DESCRIBED

PUBLISHED = Path(__file__).parents[1] / "resources/published"
HALF_DIGIT = 0.5e-4  # all coefficients and standard errors have four decimals

# Means of natural logs over the rows of the columns (method 2.1), as recovered from sixteen constants.
MEAN_LOG = {
    **{"tlpr": 0.0809, "ddr": -0.1934, "dsr": -0.1147, "indir": -0.2464},
    **{"otlp": 3.915, "pri": -6.7688, "dlq": -1.089, "occ": 2.155},
}
# The 145 rows without a log of dir are missing from these.
MEAN_LOG_WHERE_DIR = MEAN_LOG | {"tlpr": 0.0795, "dir": -0.560, "otlp": 3.914, "pri": -6.766}
HALF_DIGIT_OF_MEAN = {"tlpr": 5e-5, "ddr": 5e-4, "dsr": 3.5e-4, "indir": 2e-4, "pri": 1e-4}


def published():
    """The published terms: (table, column) -> (dependent, {term: (estimate, std_error, stars)})."""
    columns = defaultdict(lambda: ("", {}))
    with open(PUBLISHED / "coefficients.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = int(row["table"]), int(row["column"])
            terms = columns[key][1] | {row["term"]: (float(row["estimate"]), float(row["std_error"]), row["stars"])}
            columns[key] = (row["dependent"], terms)
    return dict(columns)


def statistics():
    """The published statistics: (table, column, name) -> value."""
    with open(PUBLISHED / "statistics.csv", encoding="utf-8") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    return {(int(table), int(column), name): float(value) for table, column, name, value in rows}


COLUMNS = published()
STATISTICS = statistics()


def columns_of(*tables):
    return [key for key in COLUMNS if key[0] in tables]


def mean_logs(key):
    dependent, terms = COLUMNS[key]
    return MEAN_LOG_WHERE_DIR if "dir" in (dependent, *terms) else MEAN_LOG


def interval_of_mean(key):
    """|mean(x)| between these bounds, from the two printed standard errors of a one-regressor column."""
    (term,) = COLUMNS[key][1].keys() - {"constant"}
    slope, constant = (COLUMNS[key][1][name][1] for name in (term, "constant"))
    return (constant - HALF_DIGIT) / (slope + HALF_DIGIT), (constant + HALF_DIGIT) / (slope - HALF_DIGIT)


def implied_mean(key, mean):
    """mean(y) = constant + b mean(x) of a one-regressor column."""
    (term,) = COLUMNS[key][1].keys() - {"constant"}
    return COLUMNS[key][1]["constant"][0] + COLUMNS[key][1][term][0] * mean


def test_every_published_column_is_one_the_tables_estimate():
    estimated = {
        (table.number, column): (equation.dependent, [*equation.regressors, "constant"])
        for table in ESTIMATED
        if not table.instrumented
        for column, equation in table.placed()
    }
    estimated |= {(8, 1): ("d", ["iv"]), (8, 2): ("pri", ["d"])}  # printed without constants
    assert {key: (dependent, list(terms)) for key, (dependent, terms) in COLUMNS.items()} == estimated
    assert {key[:2] for key in STATISTICS if key[2] == "n"} == set(estimated)


def test_every_published_variable_of_table_2_is_described():
    with open(PUBLISHED / "table02.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["variable"] for row in rows] == list(DESCRIBED)
    for row in rows:
        assert float(row["min"]) <= float(row["mean"]) <= float(row["max"])


# The mean of ln occ over the rows of this one is in no other equation.
UNCHECKED = (5, 3)


@pytest.mark.parametrize("key", [key for key in columns_of(3, 4, 5, 7, 9) if key != UNCHECKED])
def test_recorded_mean_logs_give_the_published_constants(key):
    dependent, terms = COLUMNS[key]
    means = mean_logs(key)
    slopes = {term: estimate for term, (estimate, *_) in terms.items() if term != "constant"}
    expected = means[dependent] - sum(slope * means[term] for term, slope in slopes.items())
    rounding = HALF_DIGIT + HALF_DIGIT_OF_MEAN.get(dependent, 5e-4)
    rounding += sum(
        HALF_DIGIT * abs(means[term]) + HALF_DIGIT_OF_MEAN.get(term, 1e-3) * abs(slope)
        for term, slope in slopes.items()
    )
    assert terms["constant"][0] == pytest.approx(expected, abs=rounding)
    assert rounding < 2e-3


def test_sixteen_constants_agree_on_eight_means():
    """Some means satisfy all equations of the full sample at once, well inside the rounding of the digits."""
    variables = list(MEAN_LOG)
    above, below = [], []
    keys = [key for key in columns_of(3, 4, 5, 7, 9) if "dir" not in (COLUMNS[key][0], *COLUMNS[key][1])]
    for key in keys:
        dependent, terms = COLUMNS[key]
        slopes = {term: estimate for term, (estimate, *_) in terms.items() if term != "constant"}
        row = [slopes.get(name, 0) - (name == dependent) for name in variables]
        rounding = HALF_DIGIT * (1 + sum(abs(MEAN_LOG[term]) for term in slopes))
        above.append([*row, -rounding, -terms["constant"][0]])
        below.append([*(-value for value in row), -rounding, terms["constant"][0]])
    bounds = [(None, None)] * len(variables) + [(0, None)]
    rows = np.array(above + below)
    least = linprog([0] * len(variables) + [1], rows[:, :-1], rows[:, -1], bounds=bounds)
    assert (len(keys), len(variables)) == (16, 8)
    assert least.fun == pytest.approx(0.715, abs=0.001)


@pytest.mark.parametrize("key", columns_of(3, 7, 9))
def test_recorded_mean_logs_give_the_published_errors_of_constants(key):
    (term,) = COLUMNS[key][1].keys() - {"constant"}
    low, high = interval_of_mean(key)
    assert low <= abs(mean_logs(key)[term]) <= high


def test_the_four_columns_of_table_9_share_one_mean_of_ln_dlq():
    intervals = [interval_of_mean(key) for key in columns_of(9)]
    low, high = max(low for low, _ in intervals), min(high for _, high in intervals)
    assert low < 1.089 < high
    assert high - low < 0.01


def test_table_10_shares_its_mean_of_ln_pp_where_it_shares_its_rows():
    full, second, third, fourth = (interval_of_mean(key) for key in columns_of(10))
    both = max(full[0], second[0]), min(full[1], second[1])
    assert (round(both[0], 3), round(both[1], 3)) == (3.909, 3.921)
    assert (round(third[0], 3), round(third[1], 3)) == (4.037, 4.049)
    assert (round(fourth[0], 3), round(fourth[1], 3)) == (4.030, 4.050)
    # The cities without a tlp, which only the full grid holds, are the small ones.
    assert both[1] < min(third[0], fourth[0])


def test_table_10_agrees_with_table_3_on_the_rows_they_share():
    assert implied_mean((10, 4), 4.04) == pytest.approx(MEAN_LOG["indir"], abs=1e-3)
    assert implied_mean((10, 3), 4.04) == pytest.approx(MEAN_LOG_WHERE_DIR["dir"], abs=5e-3)
    assert implied_mean((10, 1), 3.915) == pytest.approx(-0.256, abs=1e-3)  # not -0.193: other rows
    assert implied_mean((10, 2), 3.915) == pytest.approx(-0.131, abs=1e-3)


def test_table_6_alone_holds_other_means():
    """Its standard errors imply means of ln dr that no other table knows: a gap to report, not to tune to."""
    for key in columns_of(6):
        (term,) = COLUMNS[key][1].keys() - {"constant"}
        low, high = interval_of_mean(key)
        mean = abs((MEAN_LOG | MEAN_LOG_WHERE_DIR)[term])
        assert mean < low or mean > high


@pytest.mark.parametrize("key", COLUMNS)
def test_published_stars_are_those_of_the_published_t(key):
    for estimate, std_error, printed in COLUMNS[key][1].values():
        assert stars(p_values(estimate / std_error, 8000)) == printed


def test_only_the_second_row_of_table_8_can_be_its_first_stage():
    """Its t squared is a first-stage F the size of the published tests; the other's is far below them."""
    first, second = (COLUMNS[8, column][1] for column in (1, 2))
    estimate, std_error, _ = first["iv"]
    assert 60 < (estimate / std_error) ** 2 < STATISTICS[8, 2, "kp_rk_lm"]
    estimate, std_error, _ = second["d"]
    assert (estimate / std_error) ** 2 < 20


def test_observations_count_the_grid_and_the_pairs():
    n = {key[:2]: value for key, value in STATISTICS.items() if key[2] == "n"}
    assert n[10, 1] == n[10, 2] == 313 * 33 * 3
    assert n[3, 1] - n[3, 3] == n[4, 1] - n[4, 3] == n[7, 1] - n[7, 3] == n[9, 1] - n[9, 3] == 145
    assert n[3, 1] < 261 * 33 * 3
    for column in range(1, 5):
        assert n[6, column] % 2 == 0 and n[6, column] <= 2 * 261 * 33
