"""The verdict on each hypothesis, in words and in small plots, from tables of estimates and the published ones."""

import csv
from pathlib import Path

import pytest

from laborvalue.econometrics.options import RegressionOptions
from laborvalue_workflow.reporting import page_data
from laborvalue_workflow.reporting.verdicts import Estimate, Slope, Status, overall, verdicts
from laborvalue_workflow.reporting.words import Words

PUBLISHED = Path(__file__).parents[1] / "resources/published/coefficients.csv"


def published():
    with open(PUBLISHED, encoding="utf-8") as file:
        return [
            row
            | {name: int(row[name]) for name in ("table", "column")}
            | {name: float(row[name]) for name in ("estimate", "std_error")}
            for row in csv.DictReader(file)
        ]


def tables(**changes):
    """Computed tables with the published numbers; changes: by `t<table>_<column>_<term>`, None for a missing column."""
    found = {}
    for row in published():
        change = changes.get(f"t{row['table']}_{row['column']}_{row['term']}", {})
        if change is not None:
            found.setdefault(row["table"], []).append(row | change)
    return found


def verdict(number, **changes):
    (found,) = [v for v in verdicts(tables(**changes), published(), RegressionOptions()) if v.hypothesis == number]
    return found


def test_the_published_numbers_agree_with_themselves():
    found = verdicts(tables(), published(), RegressionOptions())
    assert [(v.hypothesis, [t.table for t in v.tables], len(v.slopes)) for v in found] == [
        (1, [3, 4], 9),
        (2, [5], 4),
        (3, [7, 8], 5),
        (4, [9, 10], 8),
    ]
    assert {v.head for v in found} == {"As published"}
    assert found[1].claims == ("Digital inputs go with a higher organic composition of capital.",)
    assert found[0].sentence == (
        "9 of 9 slopes agree with the published in sign and significance, most clearly indirect digital input −0.1516 "
        "[−0.1604, −0.1428] in Table 4 (published −0.1516)."
    )


def test_a_slope_of_the_opposite_sign_is_named_with_its_numbers():
    found = verdict(2, t5_1_ddr={"estimate": -0.0812, "std_error": 0.01})
    assert found.head == "In part as published"
    assert "3 of 4 slopes agree" in found.sentence
    assert found.sentence.endswith(
        "; 1 opposite sign: digital device input −0.0812 [−0.1008, −0.0616] (published 0.0812)."
    )


def test_a_slope_that_is_not_significant_does_not_agree_whatever_its_sign():
    found = verdict(2, t5_1_ddr={"stars": ""}, t5_2_dsr={"stars": "", "estimate": -0.1})
    assert [slope.name for slope in found.of(Status.NOT_SIGNIFICANT)] == ["ddr", "dsr"]
    assert found.sentence.endswith("; 2 not significant.")


def test_nothing_that_agrees_is_not_as_published():
    lost = {f"t5_{k}_{term}": {"stars": ""} for k, term in enumerate(("ddr", "dsr", "dir", "indir"), start=1)}
    found = verdict(2, **lost)
    assert found.head == "Not as published" and found.sentence.startswith("0 of 4 slopes agree with")
    assert found.sentence.endswith(
        "; 4 not significant, most clearly indirect digital input −0.6882 [−0.7103, −0.6661] (published −0.6882)."
    )


def test_a_slope_that_only_this_run_finds_significant_is_told():
    found = verdict(3, t7_2_dsr={"stars": "**"})
    assert found.sentence.endswith("; 1 significant, the published one not.")
    assert verdict(3).of(Status.NEITHER)[0].name == "dsr" and verdict(3).head == "As published"


def test_columns_and_tables_that_were_not_estimated_are_counted():
    found = verdict(2, t5_1_ddr=None, t5_1_otlp=None, t5_1_constant=None)
    assert found.head == "In part as published"
    assert found.sentence.endswith("; 1 not estimated.")
    without = {number: rows for number, rows in tables().items() if number not in (5, 8)}
    of = {v.hypothesis: v for v in verdicts(without, published(), RegressionOptions())}
    assert of[2].head == "Not estimated"
    assert of[2].sentence == "none of the 4 slopes that test it could be estimated in this run."
    assert of[3].sentence.endswith("; 1 not estimated.")


def test_one_sentence_says_what_came_out_of_all_hypotheses():
    changed = tables(t5_1_ddr={"estimate": -0.0812, "std_error": 0.01})
    assert overall(verdicts(changed, published(), RegressionOptions())) == (
        "24 of 26 slopes agree with the published in sign and significance, 1 has the opposite sign. "
        "As published: H1, H3, H4. In part as published: H2."
    )
    alone = {3: tables()[3]}
    assert overall(verdicts(alone, published(), RegressionOptions())).startswith(
        "5 of 5 slopes that could be estimated (of 26) agree with the published in sign and significance, none has the "
        "opposite sign. In part as published: H1. Not estimated: H2, H3, H4."
    )
    assert overall(verdicts({}, published(), RegressionOptions())) == "None of the 26 slopes could be estimated."


def test_the_total_digital_input_is_compared_under_either_name():
    named = tables()
    named[8] = [row | {"term": "tdr" if row["term"] == "d" else row["term"]} for row in named[8]]
    found = {v.hypothesis: v for v in verdicts(named, published(), RegressionOptions(total_digital="tdr"))}
    assert found[3].head == "As published" and found[3].names[-1] == "tdr"


def test_the_claims_use_the_words_of_the_run():
    words = Words("province", "provinces", "China")
    found = verdicts(tables(), published(), RegressionOptions(), words)
    assert found[3].claims[1] == "Sectors of a large province use more digital inputs."
    assert "city" not in " ".join(claim for v in found for claim in v.claims)


def test_the_second_stage_tests_the_hypothesis_and_not_the_first():
    (eighth,) = [tested for tested in verdict(3).tables if tested.table == 8]
    assert [(slope.column, slope.name, slope.published.value) for slope in eighth.slopes] == [(2, "d", 0.6992)]


@pytest.mark.parametrize("low", [None, 0.1])
def test_plots_show_slopes_as_shares_of_the_published_ones_which_lie_right_of_zero(low):
    high = None if low is None else 0.3
    slopes = [
        Slope(3, 1, "ddr", Estimate(0.4, 0.3, 0.5, "***"), Estimate(0.2, low, high, "")),
        Slope(3, 2, "dsr", Estimate(-0.5, -0.6, -0.4, "***"), Estimate(-0.25, -0.3, -0.2, "***")),
        Slope(3, 3, "dir", Estimate(-0.5, -0.6, -0.4, "***"), None),
        Slope(3, 4, "indir", Estimate(-0.1, -0.2, 0.0, ""), Estimate(2.0, 1.0, 3.0, "***")),
    ]
    first, second, third, fourth = page_data.marks(slopes)
    zero, printed = page_data.at(0), page_data.at(1)
    assert 0 < zero < first.value == second.value < printed < 100
    assert first.published_low < printed < first.published_high
    assert (first.low is None) == (low is None)
    assert second.low < second.value < second.high
    assert (third.low, third.value, third.high) == (None, None, None)
    assert fourth.value < zero and (fourth.beyond, first.beyond) == ("left", "")
