"""What figures and page show: summaries of the panel, and the published numbers beside the computed ones."""

import numpy as np
import pyarrow as pa
import pytest

from datasets import HOME
from laborvalue import summaries
from laborvalue.econometrics.equations import BY_NUMBER, ESTIMATED
from laborvalue.econometrics.estimation import estimate_table
from laborvalue.econometrics.first_stage import first_stage_bins
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.errors import InputError
from laborvalue_workflow.data import files
from laborvalue_workflow.reporting import page_data, published, typesetting
from laborvalue_workflow.reporting.subject import Subject
from test_tables import simulated

PAPER = HOME / "resources/published"


def test_means_by_group_and_year_leave_missing_values_out():
    sector, year = np.array(["b", "a", "a", "a"]), np.array([2012, 2012, 2012, 2015])
    means = summaries.group_means(sector, year, np.array([1.0, 2.0, np.nan, np.nan]))
    assert means.group.tolist() == ["a", "a", "b"] and means.year.tolist() == [2012, 2015, 2012]
    assert means.n.tolist() == [1, 0, 1] and means.mean == pytest.approx([2.0, np.nan, 1.0], nan_ok=True)


def test_a_density_integrates_to_the_share_within_its_edges():
    values = np.random.default_rng(0).normal(size=1000)
    edges = summaries.common_edges(values)
    inside = ((values >= edges[0]) & (values <= edges[-1])).mean()
    assert summaries.density(values, edges) @ np.diff(edges) == pytest.approx(inside)
    assert inside > 0.99 and len(edges) == 21


def test_the_rank_size_rule_gives_its_exponent_back():
    size = 100 * (np.arange(1, 51) - 0.5) ** (-1 / 1.3)
    order = np.random.default_rng(0).permutation(50)
    rank, exponent, error = summaries.rank_size(size[order])
    assert (rank[np.argsort(order)] == np.arange(1, 51)).all()
    assert exponent == pytest.approx(1.3) and error == pytest.approx(1.3 * np.sqrt(2 / 50))
    assert np.isnan(summaries.rank_size(np.ones(5))[1])


def test_binned_means_keep_the_total():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=1003), rng.normal(size=1003)
    bins = summaries.binned_means(x, y)
    assert len(bins.x) == 50 and bins.n.sum() == 1003 and np.ptp(bins.n) <= 1
    assert bins.n @ bins.y == pytest.approx(y.sum()) and (np.diff(bins.x) > 0).all()


def test_summaries_of_little_by_hand():
    assert summaries.density(np.array([0.5]), np.array([0.0, 1.0, 3.0])).tolist() == [1, 0]
    assert summaries.density(np.zeros(0), np.array([0.0, 1.0])).tolist() == [0]
    assert summaries.common_edges(np.zeros(1)).tolist() == [0, 0.5, 1]  # no range: one unit
    assert summaries.common_edges(np.array([2.0, 4.0]), tails=0.0).tolist() == pytest.approx([2, 8 / 3, 10 / 3, 4])
    rank, exponent, _ = summaries.rank_size(np.array([1.0, 1.1, 1.2]))  # few, and of nearly one size
    logs = np.log([1.0, 1.1, 1.2])
    assert rank.tolist() == [3, 2, 1] and exponent == pytest.approx(-np.polyfit(logs, np.log(rank - 0.5), 1)[0])
    assert np.isnan(summaries.rank_size(np.array([1.0, 2.0]))[1])
    bins = summaries.binned_means(np.array([3.0, 1.0, 2.0]), np.array([6.0, 0.0, 3.0]), bins=2)
    assert (bins.x.tolist(), bins.y.tolist(), bins.n.tolist()) == ([1.5, 3], [1.5, 6], [2, 1])
    logs = summaries.log_distribution(np.array([np.e, 1.0, 0.0, np.nan, np.e**2]), np.array([1, 1, 1, 2, 2]))
    assert logs.mean == pytest.approx(1) and logs.years.tolist() == [1, 2]


def test_residuals_of_the_first_stage_have_the_slope_of_table_8():
    panel = pa.table(simulated(regions=8, sectors=5))
    bins = first_stage_bins(BY_NUMBER[8], panel, RegressionOptions(), bins=panel.num_rows)
    first = estimate_table(BY_NUMBER[8], panel, RegressionOptions()).columns["estimate"][0]
    assert len(first_stage_bins(BY_NUMBER[8], panel, RegressionOptions()).n) == 50
    assert (bins.n == 1).all() and bins.x @ bins.y / (bins.x @ bins.x) == pytest.approx(first, rel=1e-10)


def test_a_table_that_cannot_be_estimated_has_no_first_stage():
    panel = pa.table(simulated(regions=8, sectors=5)).drop_columns(["iv"])
    with pytest.raises(InputError, match=r"Table 8.*iv"):
        first_stage_bins(BY_NUMBER[8], panel, RegressionOptions())


def test_prices_of_sectors_have_the_total_of_their_values():
    value, price, output = np.array([1.0, np.nan, 2.0]), np.array([3.0, 1.0, 3.0]), np.array([10.0, 70.0, 20.0])
    found = summaries.sector_prices(value, price, output)
    assert found.position.tolist() == [0, 2] and found.value.tolist() == [1.0, 2.0]
    used = output[found.position]
    assert found.price @ used == pytest.approx(found.value @ used)
    assert found.price / found.value == pytest.approx(found.ratio) and found.ratio[0] == pytest.approx(5 / 3)
    assert found.share == pytest.approx([0.1, 0.2])


def test_the_distribution_of_logs_leaves_out_what_has_no_log():
    values = np.exp(np.random.default_rng(0).normal(size=600))
    values[:3] = 0, -1, np.nan
    year = np.repeat([2012, 2015], 300)
    found = summaries.log_distribution(values, year)
    logs = np.log(values[3:])
    assert found.years.tolist() == [2012, 2015] and found.mean == pytest.approx(logs.mean())
    assert found.mean == pytest.approx(summaries.mean_log(values))
    assert found.edges == pytest.approx(summaries.common_edges(logs))
    assert found.density[1] == pytest.approx(summaries.density(np.log(values[300:]), found.edges))


def test_regions_are_ranked_once_a_year():
    region = np.array(["b", "b", "a", "c", "a"])
    year, size = np.array([2012, 2012, 2012, 2012, 2015]), np.array([2.0, 2.0, 5.0, np.nan, 1.0])
    first, second = summaries.region_ranks(region, year, size)
    assert (first.year, first.region.tolist(), first.rank.tolist()) == (2012, ["a", "b"], [1, 2])
    assert (second.year, second.size.tolist(), np.isnan(second.exponent)) == (2015, [1.0], True)


def test_the_size_of_a_panel_counts_rows_with_a_value():
    region, sector = np.array(["a", "a", "b"]), np.array(["s", "t", "s"])
    assert summaries.panel_size(region, sector, np.array([1.0, np.nan, 0.0])) == summaries.PanelSize(2, 2, 3, 2)


def test_reasons_are_counted_with_their_regions():
    exclusions = [{"region": region, "reason": reason} for region, reason in zip("baab", "xxxy", strict=True)]
    assert page_data.reasons(exclusions) == [("x", 3, ["a", "b"]), ("y", 1, ["b"])]


@pytest.fixture(scope="module")
def printed():
    coefficients = files.read_table(PAPER / "coefficients.csv", texts=("stars", "term", "dependent")).to_pylist()
    return coefficients, files.read_table(PAPER / "statistics.csv", texts=("statistic",)).to_pylist()


@pytest.mark.parametrize("spec", ESTIMATED, ids=lambda spec: spec.name)
def test_a_printed_table_stands_beside_itself_cell_by_cell(printed, spec):
    rows = published.published_rows(spec, *printed)
    header, blocks = published.beside(rows, rows, RegressionOptions(), Subject())
    pairs = [pair for block in blocks for row in block for pair in row[1:]]
    assert len(header) == len(spec.stages) + 1
    assert all(paper == ours for paper, ours in pairs if ours not in ("", "0"))
    first = rows[0]
    assert (typesetting.starred(first),) * 2 in pairs


def test_a_term_the_paper_does_not_print_has_an_empty_cell(printed):
    rows = published.published_rows(BY_NUMBER[3], *printed)
    extra = [row | {"term": "other", "estimate": 1.0} for row in rows if row["term"] == "ddr"]
    _, blocks = published.beside(rows, rows + extra, RegressionOptions(), Subject())
    (line,) = [row for block in blocks for row in block if row[0] == "ln other"]
    assert line[1] == ("", "1.0000***")


def test_a_table_that_is_not_in_the_paper_has_empty_cells_beside_it(printed):
    rows = published.published_rows(BY_NUMBER[4], *printed)
    header, blocks = published.beside([], rows, RegressionOptions(), Subject())
    assert len(header) == 5 and {pair[0] for block in blocks for row in block for pair in row[1:]} == {""}
    row = {"variable": "mine", "n": 3, "mean": 1.0, "sd": 1.0, "min": 0.0, "max": 2.0}
    assert published.described_beside([], [row])[0][:3] == ["mine", ("", "3"), ("", "1.0000")]


def test_the_total_digital_input_is_found_under_either_name(printed):
    rows = published.published_rows(BY_NUMBER[8], *printed, total_digital="tdr")
    assert {row["term"] for row in rows} == {"iv", "tdr"} and rows[0]["dependent"] == "tdr"


def test_the_printed_tables_disagree_where_the_method_says(printed):
    """Method 2.1, 2.6 and 2.8."""
    coefficients, _ = printed
    described = files.read_table(PAPER / "table02.csv", texts=("variable",)).to_pylist()
    assert published.decomposition_gap(described) == pytest.approx((0.0680, 0.0299))
    third, sixth = (published.implied_means(coefficients, number) for number in (3, 6))
    assert sixth == pytest.approx({"ddr": 0.365, "dsr": 0.324, "dir": 0.176, "indir": 0.107}, abs=1e-3)
    logs = {row["variable"]: row for row in files.read_table(PAPER / "mean_logs.csv").to_pylist()}
    for term in ("dsr", "indir", "otlp"):
        assert third[term] == pytest.approx(abs(logs[term]["mean_log"]), rel=0.03)


def test_recorded_mean_logs_lie_in_their_intervals():
    for row in files.read_table(PAPER / "mean_logs.csv").to_pylist():
        assert row["low"] <= row["mean_log"] <= row["high"]
