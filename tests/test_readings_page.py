"""What the report says of the readings, and its figures, from files with invented numbers."""

import json
import re
from dataclasses import replace

import pytest

from laborvalue.econometrics.options import RegressionOptions
from laborvalue_workflow.reporting import page, page_data, readings, readings_figures, rendering
from laborvalue_workflow.reporting.drawings import DRAW
from laborvalue_workflow.reporting.figures import FIGURES, HYPOTHESES, OF_READINGS, drawable
from laborvalue_workflow.reporting.readings import Holding, chapter
from laborvalue_workflow.reporting.subject import Subject
from laborvalue_workflow.reporting.words import Words
from readings_files import CHOICES, invented
from sentences import TEMPLATES, paragraphs, published, said

OPTIONS = RegressionOptions()
ESTIMATES, FOUND = invented(sample=20)
SYNTHETIC = Subject({"synthetic": True, "title": "An economy", "source": "invented"})


def about(found, comparison=()):
    return chapter(found, published(), comparison, OPTIONS)


def conclusions(one):
    return paragraphs("conclusions", one.slopes)


def sentence(one, hypothesis):
    return said("hypothesis_sentence", one.hypotheses[hypothesis - 1])


def with_shares(found, **by_place):
    """The readings with other shares of agreement.

    by_place: by `t<table>_<column>`, or `all` for the others; None where no reading has the slope.
    """
    rows = []
    for row in found.agreement:
        share = by_place.get(f"t{row['table']}_{row['column']}", by_place.get("all", 0.5))
        if share is None:
            rows.append(dict.fromkeys(row) | {name: row[name] for name in ("table", "column")} | {"readings": 0})
        else:
            rows.append(row | {"share_same_sign": share, "share_same_sign_and_stars": share})
    return replace(found, agreement=rows)


# Which conclusions hold


NO_SLOPE_DEPENDS = "No slope depends on the reading."
NONE_HOLDS = "None of 26 slopes holds in at least 90 % of the readings."
NONE_FAILS = (
    "None fails whatever the reading: each has the published sign and significance in more than 10 % of the readings."
)
# shares of the readings, how each of the three conclusions, and H2 in numbers, begins and ends, and the heads
CONCLUSIONS = {
    "all slopes hold where nearly all readings agree": (
        {"all": 0.9},
        ("26 of 26 slopes hold, with the published sign and significance in at least 90 % of the readings (H1: ", ""),
        (NONE_FAILS, NONE_FAILS),
        (NO_SLOPE_DEPENDS, NO_SLOPE_DEPENDS),
        ["Holds"] * 4,
        (
            "4 of 4 slopes hold (Table 5: digital device input 90 %, digital service input 90 %, direct digital input "
            "90 %, indirect digital input 90 %). Of all ",
            "90 %). Of all estimates, 90 % have the published sign and 90 % also the published significance.",
        ),
    ),
    "no slope holds where hardly any reading agrees": (
        {"all": 0.1},
        (NONE_HOLDS, NONE_HOLDS),
        ("26 do not hold on these data, with the published sign and significance in at most 10 % of the ", ""),
        (NO_SLOPE_DEPENDS, NO_SLOPE_DEPENDS),
        ["Does not hold"] * 4,
        ("4 of 4 slopes do not hold (Table 5: digital device input 10 %", ""),
    ),
    "one slope of a kind is in the singular": (
        {"all": 0.5, "t5_1": 1.0, "t5_2": 0.0},
        ("1 of 26 slopes holds, with", "(H2: digital device input in Table 5)."),
        ("1 does not hold on these data, with", "(H2: digital service input in Table 5)."),
        (
            "The other 24 depend on the reading (H1: digital device input, digital service input, direct digital "
            "input, indirect digital input in Tables 3 and 4, suppliers' labor productivity in ",
            "",
        ),
        ["Depends on the reading", "Holds in part", "Depends on the reading", "Depends on the reading"],
        (
            "1 of 4 slopes holds (Table 5: digital device input 100 %); 2 depend on the reading (Table 5: direct "
            "digital input 50 %, indirect digital input 50 %); 1 does not hold (Table 5: digital service input 0 %). "
            "Of all estimates, 50 % have the published sign",
            "",
        ),
    ),
}


@pytest.mark.parametrize("case", CONCLUSIONS)
def test_conclusions_say_what_holds_and_what_depends(case):
    shares, holds, fails, depends, heads, second = CONCLUSIONS[case]
    found = about(with_shares(FOUND, **shares))
    texts = *conclusions(found), sentence(found, 2)
    for text, (begin, end) in zip(texts, (holds, fails, depends, second), strict=True):
        assert text.startswith(begin) and text.endswith(end)
    assert [one.head for one in found.hypotheses] == heads


def test_a_hypothesis_without_a_slope_that_holds_depends_on_the_reading():
    assert about(with_shares(FOUND, all=0.5, t5_1=0.0)).hypotheses[1].head == "Depends on the reading"


def test_slopes_that_no_reading_has_are_counted_as_not_estimated():
    lost = {f"t5_{column}": None for column in (1, 2, 3, 4)}
    found = about(with_shares(FOUND, all=1.0, t8_2=None, **lost))
    assert found.hypotheses[1].head == "Not estimated" and found.hypotheses[2].head == "Holds"
    assert sentence(found, 2) == "No reading has one of the 4 slopes that test it."
    assert "; 1 was not estimated (total digital input in Table 8)." in sentence(found, 3)
    assert conclusions(found)[0].startswith("21 of 21 slopes hold")
    nothing = about(with_shares(FOUND, all=None))
    assert conclusions(nothing) == ["No slope that tests a hypothesis was estimated in any reading."]
    assert nothing.medians is None


@pytest.mark.parametrize(("share", "holding"), [(0.9, "HOLDS"), (0.89, "DEPENDS"), (0.11, "DEPENDS"), (0.1, "FAILS")])
def test_a_slope_holds_in_nine_of_ten_readings_and_fails_in_one_of_ten(share, holding):
    slope = about(with_shares(FOUND, all=share)).hypotheses[0].slopes[0]
    assert slope.holding == Holding[holding]


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0%"), (0.001, "<1%"), (0.012, "1%"), (0.994, "99%"), (0.999, ">99%"), (1, "100%")]
)
def test_a_share_is_rounded_to_nothing_or_all_only_where_it_is(share, text):
    assert readings.rounded_share(share) == text


# Which choices decide


def influence(*shares):
    """Rows of influence.csv of four slopes of Table 5. shares: {choice: share of the variance} by slope."""
    place = {"table": 5, "low": 0.0, "high": 1.0, "range": 1.0, "readings": 20}
    return [
        place | {"column": column, "term": term, "choice": choice, "variance_share": share}
        for column, (term, of_slope) in enumerate(zip(("ddr", "dsr", "dir", "indir"), shares, strict=False), start=1)
        for choice, share in of_slope.items()
    ]


def decided(*shares):
    return sentence(about(replace(with_shares(FOUND, all=0.5), influence=influence(*shares))), 2).partition("ance. ")[2]


def test_what_moves_a_variable_that_is_held_fixed_decides_nothing():
    rows = influence({"sectors": 0.4})
    rows += [row | {"term": "otlp", "choice": "prices.tau", "variance_share": 0.9} for row in rows]
    text = sentence(about(replace(with_shares(FOUND, all=0.5), influence=rows)), 2)
    assert "sectors (1 slope" in text and "tau" not in text


def test_the_choice_that_moves_all_slopes_is_named_alone():
    assert decided({"sectors": 0.4, "prices.tau": 0.1}, {"sectors": 0.6}) == (
        "The choice that moves them most: sectors (2 slopes, up to 60 % of the variance)."
    )


def test_choices_are_named_by_the_number_of_slopes_that_they_move_most():
    three = decided({"sectors": 0.4}, {"prices.tau": 0.3}, {"prices.tau": 0.2}, {"values.scope": 1.0})
    assert three == (
        "The choices that move them most: tau (2 slopes, up to 30 % of the variance), scope (1 slope, 100 % of the "
        "variance) and sectors (1 slope, 40 % of the variance)."
    )
    more = decided({"sectors": 0.4}, {"prices.tau": 0.3}, {"regressions.cluster": 0.2}, {"values.scope": 1.0})
    assert more.endswith("tau (1 slope, 30 % of the variance) and 1 other.")


def test_no_choice_is_named_where_the_variance_is_not_known():
    assert decided({"sectors": None}) == ""


def test_choices_with_the_same_last_part_have_their_whole_names():
    short = readings.short_names(["prices.tau", "values.scope", "indicators.scope"])
    assert short == {"prices.tau": "tau", "values.scope": "values.scope", "indicators.scope": "indicators.scope"}


# What was run, what was left out, and which reading is nearest


def test_the_number_of_readings_is_told_by_kind():
    assert said("readings_size", about(FOUND).size) == (
        "37 readings of 8 open choices: the run’s own, 16 that change one choice and 20 drawn from all combinations. "
        "2 more were left out, named below."
    )
    alone = replace(FOUND, register=FOUND.register[:2], left_out=FOUND.left_out[:1])
    assert said("readings_size", about(alone).size) == (
        "2 readings of 8 open choices: the run’s own and 1 that changes one choice. 1 more was left out, named below."
    )


def test_what_was_left_out_is_told_by_its_reason():
    assert [said("left_out", one) for one in about(FOUND).left_out] == [
        "<strong>whole readings</strong>, 2 readings: sectors: swap_36_37 needs the sector 36.",
        "<strong>Table 8 (2)</strong>, 1 reading: no region has telephones of 1984.",
    ]


def test_reasons_that_differ_in_a_number_are_one():
    rows = [
        {
            "reading": number,
            "table": None,
            "column": None,
            "reason": f"year 2012: the radius is {radius}; expected below 1",
        }
        for number, radius in ((3, 1.01), (5, 1.02), (7, 1.01))
    ]
    (only,) = about(replace(FOUND, left_out=rows)).left_out
    assert said("left_out", only).endswith(
        ", 3 readings: year 2012: the radius is 1.01; expected below 1 (one of them; the number differs)."
    )


def placed_at(*numbers):
    """The readings with distances for some of them, in the order of the rank."""
    parts = {"coefficients": 0.5, "mean_logs": None, "table02": 0.2, "n": 0.1}
    rows = [
        {"reading": number, **parts, "total": float(rank), "rank": rank} for rank, number in enumerate(numbers, start=1)
    ]
    missing = {"reading": 9, **dict.fromkeys(parts), "total": None, "rank": None}
    return replace(FOUND, distance=[missing, *rows])


def test_the_nearest_reading_is_named_by_what_it_changes():
    found = about(placed_at(1, 0, 2))
    changed = next(row for row in FOUND.choices if row["reading"] == 1 and row["choice"] == "values.scope")
    assert changed["alternative"] == CHOICES["values.scope"][1]
    assert said("nearest", found) == (
        "The nearest to the published numbers of 3 is reading 1 (scope: own), at a distance of 1; the run’s own is "
        "number 2, at 2."
    )
    assert [near.changes for near in found.nearest] == ["scope: own", "the run’s own", "scope: open"]
    assert [*found.parts] == ["coefficients", "table02", "n"]


def test_the_run_itself_may_be_the_nearest():
    text = said("nearest", about(placed_at(0, 1)))
    assert text == "The run’s own reading is the nearest to the published numbers of 2."
    assert about(replace(FOUND, distance=[])).nearest == ()


def test_further_changes_of_a_reading_are_counted():
    changed = {"a.one": "x", "b.two": "y", "three": "z", "four": "w"}
    short = readings.short_names(changed)
    text = readings.named(changed, ["three", "b.two"], short, limit=3)
    assert text == "three: z, two: y, one: x and 1 more"


def medians(found):
    one = about(found)
    return said("medians", one.slopes, one.medians, Words())


def test_medians_and_weights_are_described():
    assert re.fullmatch(
        r"Of all estimates, \d+ % are significant at 10 %\. The median over the readings has the published sign in \d+ "
        r"of 26 slopes; its 95 % interval, from a bootstrap over cities, leaves out zero in \d+\. In the weighted "
        r"shares .* differ most for .* in Table \d+, 50 % unweighted and \d+ % weighted\.",
        medians(with_shares(FOUND, all=0.5)),
    )
    plain = [row | {"median_low": None, "weighted_same_sign_and_stars": None} for row in FOUND.agreement]
    assert re.search(r"published sign in \d+ of 26 slopes\.$", medians(replace(FOUND, agreement=plain)))


def test_readings_of_another_state_of_the_run_are_outdated():
    own = FOUND.own[0]
    row = {name: own[name] for name in ("table", "column", "term")} | {"computed": own["estimate"]}
    missing = row | {"computed": None}
    assert not about(FOUND, [row, missing]).outdated
    assert about(FOUND, [row | {"computed": own["estimate"] * 1.001}]).outdated


# The chapter in the page


def shown(found, subject=SYNTHETIC, comparison=()):
    """The chapter as text without its tags."""
    names = drawable([3, 4, 5, 7, 8, 9, 10], True, readings=True)
    figures = {name: page_data.Chart("", name, "", "") for name in names}
    known = {
        **{"readings": chapter(found, published(), comparison, OPTIONS), "figures": figures},
        **{"synthetic": subject.synthetic, "description": subject.description, "words": Words()},
    }
    source = (
        '{% import "macros.j2" as show with context %}{% import "sentences.j2" as say %}{% include "readings.j2" %}'
    )
    text = re.sub(r"<[^>]+>", " ", page.environment(TEMPLATES).from_string(source).render(known))
    return " ".join(text.replace("\u00a0", " ").split())


def test_the_chapter_on_synthetic_data_says_that_it_is_not_about_china():
    text = shown(FOUND)
    assert "nothing in this chapter speaks about China" in text
    assert "They are not a test" in text and "H4 Sectors of a city with much digital industry" in text
    assert "on synthetic data: " in text
    real = shown(FOUND, Subject({"synthetic": False, "title": "Provinces", "source": "bureaus"}))
    assert "synthetic" not in real and "which are other than the paper’s" in real
    papers = shown(FOUND, Subject({"synthetic": False, "title": "Cities", "source": "x", "papers_data": True}))
    assert "other than the paper’s" not in papers


def test_the_chapter_has_every_slope_and_what_was_left_out():
    text = shown(FOUND)
    assert len(re.findall(r"H\d Table \d+ \(\d\)", text)) == 26
    assert "whole readings , 2 readings: sectors: swap_36_37 needs the sector 36." in text
    nothing = shown(replace(with_shares(FOUND, all=None), distance=[], left_out=[]))
    assert nothing.count("not estimated") >= 26
    assert "No reading has a distance" in nothing and "None: the data support every reading" in nothing


def test_an_outdated_chapter_says_so_and_shows_no_number():
    own = FOUND.own[0]
    changed = {name: own[name] for name in ("table", "column", "term")} | {"computed": own["estimate"] + 1}
    text = shown(FOUND, comparison=[changed])
    assert "The readings are outdated" in text and "Of all estimates" not in text and "readings_tornado" not in text


# The figures


def draw(name, subject=SYNTHETIC, estimates=ESTIMATES, found=FOUND):
    """A figure of the readings as a specification."""
    inputs = {"estimates": estimates, "coefficients": published(), "options": OPTIONS}
    inputs |= {file: getattr(found, file) for file in OF_READINGS if file != "estimates"}
    return DRAW[name](subject, **{of: inputs[of] for of in FIGURES[name].inputs}).to_dict()


def texts_of(specification):
    """The texts in the picture of a specification."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", rendering.svg(specification))


def test_a_table_that_tests_a_hypothesis_has_a_curve():
    assert [spec.number for spec in HYPOTHESES] == [3, 4, 5, 7, 8, 9, 10]
    assert drawable([3, 5], True, readings=True) == [
        *("readings_agreement", "readings_table03", "readings_table05", "readings_tornado", "readings_distance")
    ]
    assert not any(name.startswith("readings") for name in drawable([3, 4, 5, 7, 8, 9, 10], True))


@pytest.mark.parametrize("spec", HYPOTHESES, ids=lambda spec: spec.name)
def test_every_slope_of_a_table_has_its_curve(spec):
    specification = draw(f"readings_{spec.name}")
    assert specification["title"]["text"] == f"SYNTHETIC DATA – Specification curves of Table {spec.number}"
    titles = re.findall(r'"text": "(\(\d\) [^"]+)"', json.dumps(specification))
    slopes = [slope for _, slope in readings_figures.tested(published(), OPTIONS) if slope.table == spec.number]
    assert titles == [f"({slope.column}) {slope.label}" for slope in slopes]


def test_a_curve_can_be_drawn_and_says_that_the_data_are_synthetic():
    texts = texts_of(draw("readings_table08"))
    assert {"(2) total digital input", "SYNTHETIC DATA – Specification curves of Table 8"} <= {*texts}


@pytest.fixture(scope="module")
def first_curve():
    slope = readings_figures.tested(published(), OPTIONS)[0][1]
    short = readings.short_names(CHOICES)
    return readings_figures.curve(slope, ESTIMATES, FOUND.choices, FOUND.influence, short)


def test_a_curve_is_in_the_order_of_the_estimate_with_its_interval(first_curve):
    values = [point["estimate"] for point in first_curve.points]
    assert values == sorted(values) and len(values) == 37
    assert all(point["low"] < point["estimate"] < point["high"] for point in first_curve.points)
    assert first_curve.published == 0.0389 and first_curve.low < first_curve.published < first_curve.high
    assert first_curve.name == "(1) digital device input"


def test_the_choices_below_a_curve_are_those_that_move_it(first_curve):
    moves = {row["choice"] for row in FOUND.influence if (row["table"], row["column"]) == (3, 1) and row["range"]}
    shown_choices = {label.partition(":")[0] for label in first_curve.labels}
    assert shown_choices and shown_choices <= {readings.short_names(CHOICES)[choice] for choice in moves}
    assert len(first_curve.starts) == len(shown_choices) <= readings_figures.MOVING


def test_the_rows_of_a_reading_are_its_alternatives_and_the_runs_own_come_first(first_curve):
    chosen = {(row["reading"], row["choice"]): row["alternative"] for row in FOUND.choices}
    whole = {short: choice for choice, short in readings.short_names(CHOICES).items()}
    for point in first_curve.points:
        for row in point["rows"]:
            choice, _, alternative = first_curve.labels[row].partition(": ")
            assert chosen[point["reading"], whole[choice]] == alternative
    for start in first_curve.starts:
        choice, _, alternative = first_curve.labels[start].partition(": ")
        assert alternative == chosen[0, whole[choice]]


def test_a_reading_agrees_in_a_curve_as_in_the_table_of_agreement(first_curve):
    row = next(row for row in FOUND.agreement if (row["table"], row["column"]) == (3, 1))
    agreed = [point["agrees"] for point in first_curve.points]
    assert sum(agreed) / len(agreed) == row["share_same_sign_and_stars"]


def test_the_tornado_has_the_largest_range_of_every_slope_first():
    short = readings.short_names(CHOICES)
    crossed = set()
    for _, slope in readings_figures.tested(published(), OPTIONS):
        bars = readings_figures.ranges(slope, FOUND.influence, short)
        lengths = [bar["high"] - bar["low"] for bar in bars]
        assert lengths == sorted(lengths, reverse=True) and 0 < len(bars) <= readings_figures.MOVING
        assert all(bar["crosses"] == (bar["low"] < 0 < bar["high"]) for bar in bars)
        crossed |= {bar["crosses"] for bar in bars}
    assert crossed == {True, False}
    assert "Table 8 (2) total digital input" in texts_of(draw("readings_tornado", Subject()))


def test_the_agreement_shows_both_shares_of_every_slope():
    specification = draw("readings_agreement")
    texts = texts_of(specification)
    assert {"published sign", "published sign and significance", "all readings alike", "weighted by grades"} <= {*texts}
    assert len([text for text in texts if re.match(r"H\d  ?Table", text)]) == 26


def test_the_distance_names_the_nearest_readings():
    texts = texts_of(draw("readings_distance"))
    nearest = about(FOUND).nearest
    assert len(nearest) == readings.NEAREST
    for near in nearest:
        assert any(near.changes in text for text in texts), near.changes
    assert "the run’s own" in texts


def test_a_figure_without_numbers_says_why():
    nothing = replace(FOUND, agreement=[], influence=[], distance=[])
    for name in drawable([3], True, readings=True):
        texts = texts_of(draw(name, estimates=[], found=nothing))
        assert any(text.startswith("Nothing to draw: no ") for text in texts), (name, texts)


def test_a_figure_of_the_readings_gets_the_same_bytes_twice():
    first, second = (json.dumps(draw("readings_table08")) for _ in range(2))
    assert first == second
    assert page_data.chart(json.loads(first), SYNTHETIC).title == "Specification curves of Table 8"
