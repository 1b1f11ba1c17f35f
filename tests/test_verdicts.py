"""The verdict on each hypothesis, in words and in small plots, from tables of estimates and the published ones."""

import pytest

from laborvalue.econometrics.options import RegressionOptions
from laborvalue_workflow.reporting import page_data
from laborvalue_workflow.reporting.verdicts import Estimate, Slope, Status, answers, verdicts
from laborvalue_workflow.reporting.words import Words
from sentences import published, said


def tables(**changes):
    """Computed tables with the published numbers; changes: by `t<table>_<column>_<term>`, None for a missing column."""
    rows = {}
    for row in published():
        change = changes.get(f"t{row['table']}_{row['column']}_{row['term']}", {})
        if change is not None:
            rows.setdefault(row["table"], []).append(row | change)
    return rows


def verdict(number, **changes):
    (one,) = [v for v in verdicts(tables(**changes), published(), RegressionOptions()) if v.hypothesis == number]
    return one


def test_the_published_numbers_agree_with_themselves():
    every = verdicts(tables(), published(), RegressionOptions())
    assert [(v.hypothesis, [t.table for t in v.tables], len(v.slopes)) for v in every] == [
        (1, [3, 4], 9),
        (2, [5], 4),
        (3, [7, 8], 5),
        (4, [9, 10], 8),
    ]
    assert {v.head for v in every} == {"As published"}
    assert every[1].claims == ("Digital inputs go with a higher organic composition of capital.",)
    assert said("verdict_sentence", every[0]) == (
        "9 of 9 slopes agree with the published in sign and significance, most clearly indirect digital input −0.1516 "
        "[−0.1604, −0.1428] in Table 4 (published −0.1516)."
    )


NOTHING_AGREES = {f"t5_{k}_{term}": {"stars": ""} for k, term in enumerate(("ddr", "dsr", "dir", "indir"), start=1)}
NO_COLUMN = dict.fromkeys(("t5_1_ddr", "t5_1_otlp", "t5_1_constant"))
# hypothesis, changes of the computed numbers, verdict, what its sentence begins and ends with, slopes of a status
VERDICTS = {
    "a slope of the opposite sign is named with its numbers": (
        *(2, {"t5_1_ddr": {"estimate": -0.0812, "std_error": 0.01}}, "In part as published", "3 of 4 slopes agree"),
        "; 1 opposite sign: digital device input −0.0812 [−0.1008, −0.0616] (published 0.0812).",
        {Status.OPPOSITE: ["ddr"]},
    ),
    "a slope that is not significant does not agree whatever its sign": (
        *(2, {"t5_1_ddr": {"stars": ""}, "t5_2_dsr": {"stars": "", "estimate": -0.1}}, "In part as published"),
        *("2 of 4 slopes agree", "; 2 not significant."),
        {Status.NOT_SIGNIFICANT: ["ddr", "dsr"]},
    ),
    "nothing agrees": (
        *(2, NOTHING_AGREES, "Not as published", "0 of 4 slopes agree with"),
        "; 4 not significant, most clearly indirect digital input −0.6882 [−0.7103, −0.6661] (published −0.6882).",
        {Status.NOT_SIGNIFICANT: ["ddr", "dsr", "dir", "indir"]},
    ),
    "only this run finds a slope significant": (
        *(3, {"t7_2_dsr": {"stars": "**"}}, "In part as published", "4 of 5 slopes agree"),
        "; 1 significant, the published one not.",
        {Status.NEITHER: []},
    ),
    "neither is significant": (
        *(3, {}, "As published", "4 of 5 slopes agree", "; 1 significant in neither."),
        {Status.NEITHER: ["dsr"]},
    ),
    "a column was not estimated": (
        *(2, NO_COLUMN, "In part as published", "3 of 4 slopes agree", "; 1 not estimated."),
        {Status.NOT_ESTIMATED: ["ddr"]},
    ),
}


@pytest.mark.parametrize(("number", "changes", "head", "begin", "end", "names"), VERDICTS.values(), ids=VERDICTS)
def test_a_verdict_counts_what_agrees_and_what_does_not(number, changes, head, begin, end, names):
    one = verdict(number, **changes)
    text = said("verdict_sentence", one)
    assert one.head == head and text.startswith(begin) and text.endswith(end)
    for status, slopes in names.items():
        assert [slope.name for slope in one.slopes if slope.status is status] == slopes


def test_tables_that_were_not_estimated_are_counted():
    without = {number: rows for number, rows in tables().items() if number not in (5, 8)}
    by_number = {v.hypothesis: v for v in verdicts(without, published(), RegressionOptions())}
    assert by_number[2].head == "Not estimated"
    assert said("verdict_sentence", by_number[2]) == (
        "none of the 4 slopes that test it could be estimated in this run."
    )
    assert said("verdict_sentence", by_number[3]).endswith("; 1 not estimated.")


def overall(computed):
    return said("overall", answers(verdicts(computed, published(), RegressionOptions())))


def test_one_sentence_says_what_came_out_of_all_hypotheses():
    changed = tables(t5_1_ddr={"estimate": -0.0812, "std_error": 0.01})
    assert overall(changed) == (
        "24 of 26 slopes agree with the published in sign and significance, 1 has the opposite sign. "
        "As published: H1, H3, H4. In part as published: H2."
    )
    alone = {3: tables()[3]}
    assert overall(alone).startswith(
        "5 of 5 slopes that could be estimated (of 26) agree with the published in sign and significance, none has the "
        "opposite sign. In part as published: H1. Not estimated: H2, H3, H4."
    )
    assert overall({}) == "None of the 26 slopes could be estimated."


def test_the_total_digital_input_is_compared_under_either_name():
    named = tables()
    named[8] = [row | {"term": "tdr" if row["term"] == "d" else row["term"]} for row in named[8]]
    third = verdicts(named, published(), RegressionOptions(total_digital="tdr"))[2]
    assert third.head == "As published" and third.names[-1] == "tdr"


def test_the_claims_use_the_words_of_the_run():
    words = Words("province", "provinces", "China")
    every = verdicts(tables(), published(), RegressionOptions(), words)
    assert every[3].claims[1] == "Sectors of a large province use more digital inputs."
    assert "city" not in " ".join(claim for v in every for claim in v.claims)


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
