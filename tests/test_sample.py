"""The sample: decided once, from the values of all years, with a status and a reason for every cell outside it."""

from dataclasses import replace

import numpy as np
import pytest

from economies import random_economy, solve_years
from laborvalue.errors import InputError
from laborvalue.indicators import RELATIVE
from laborvalue.sample import Sample, Status, cell_status, decide_sample, exclusions, losses
from laborvalue.variables import VARIABLES

YEARS = (2012, 2015)


def small():
    """Region a cannot be used in 2015; region b produces nothing of t in 2015."""
    status = np.array([["usable", "usable"], ["no_surplus", "usable"]])
    valued = np.array([[[True, True], [True, True]], [[False, False], [True, False]]])
    return decide_sample(YEARS, np.array(["a", "b"]), np.array(["s", "t"]), status, valued)


def test_a_region_unusable_in_one_year_is_left_out_of_all():
    sample = small()
    assert sample.status.tolist() == [
        [["region_excluded", "region_excluded"], ["usable", "usable"]],
        [["no_surplus", "no_surplus"], ["usable", "zero_output"]],
    ]
    assert sample.left_out.tolist() == [True, False]
    assert sample.members(2015).tolist() == [[False, False], [True, False]]
    productive = np.array([True, False, True])
    assert sample.members(2012, productive).tolist() == [[False, False, False], [True, False, True]]


def test_every_cell_outside_has_its_reason():
    rows = exclusions(small())
    assert list(rows) == ["region", "sector", "year", "reason"]
    assert list(zip(*rows.values(), strict=True)) == [
        ("a", "s", 2012, "region_excluded: no_surplus in 2015"),
        ("a", "t", 2012, "region_excluded: no_surplus in 2015"),
        ("a", "s", 2015, "no_surplus"),
        ("a", "t", 2015, "no_surplus"),
        ("b", "t", 2015, "zero_output"),
    ]


def test_the_losses_are_counted_by_status():
    assert losses(small()) == {
        "regions_left_out": 1,
        "cells_left_out": {"region_excluded": 2, "no_surplus": 2, "zero_output": 1},
    }
    everything = decide_sample(
        YEARS, np.array(["a"]), np.array(["s"]), np.full((2, 1), "usable"), np.full((2, 1, 1), True)
    )
    assert losses(everything) == {"regions_left_out": 0, "cells_left_out": {}}
    assert exclusions(everything)["region"] == []


def test_what_a_screening_left_out_stands_behind_a_missing_account():
    status = np.array([["missing_labor", "no_surplus", "missing_primary_inputs"]])
    sample = decide_sample([2012], np.array(list("abc")), np.array(["s"]), status, np.full((1, 3, 1), False))
    flow = "flows of Beta, Coal -> Gamma, Oil is -3"
    screened = {
        ("a", 2012): ["hours of Alpha, Coal is nan"],
        ("b", 2012): ["output of Beta, Coal is nan", flow],
        ("c", 2012): [flow, "flows of many is 7 more", "flows of Gamma, Gas is -1"],
        ("a", 2015): ["hours of Alpha, Oil is nan"],
    }
    assert exclusions(sample, screened)["reason"] == [
        "missing_labor (hours of Alpha, Coal is nan)",
        "no_surplus",
        "missing_primary_inputs (flows of Beta, Coal -> Gamma, Oil is -3, flows of many is 7 more and 1 more)",
    ]


def test_the_status_of_a_cell_is_that_of_its_region_where_the_region_has_none():
    status = cell_status(np.array(["usable", "missing_labor"]), np.array([[True, False], [False, False]]))
    assert status.tolist() == [["usable", "zero_output"], ["missing_labor", "missing_labor"]]


def test_a_status_that_does_not_exist_and_arrays_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="unknown status 'fine'"):
        decide_sample([2012], np.array(["a"]), np.array(["s"]), np.array([["fine"]]), np.array([[[True]]]))
    with pytest.raises(InputError, match=r"Sample.code has shape \(1, 1, 2\); expected it to end in \(1, 1, 1\)"):
        Sample(np.array([2012]), np.array(["a"]), np.array(["s"]), np.zeros((1, 1)), np.zeros((1, 1, 2)))


def two_years(**chosen):
    """Four regions in two years; the third has no hours for one sector in the second year."""
    first, second = random_economy(m=4, n=6, seed=1), random_economy(m=4, n=6, seed=2)
    hours = second.hours.copy()
    hours[2, 1] = np.nan
    return solve_years({2012: first, 2015: replace(second, hours=hours)}, **chosen)


def test_with_a_region_lost_in_one_year_relative_shares_average_one_over_the_sample_of_each_year():
    solved, sample = two_years(digital_average="mean_sample_cities")
    assert sample.left_out.tolist() == [False, False, True, False]
    for year, of_year in solved.items():
        members = sample.members(year)
        assert members.sum(axis=0).tolist() == [3] * 5
        for name in RELATIVE.values():
            column = of_year.indicators[name][:, of_year.sectors.productive]
            means = np.where(members, column, 0).sum(axis=0) / members.sum(axis=0)
            assert means == pytest.approx(1, rel=1e-14), (year, name)


@pytest.mark.parametrize("rule", ["inverse_mean_city_value", "mean_city_tlp"])
def test_with_a_region_lost_in_one_year_the_national_level_of_productivity_is_a_mean_over_the_sample(rule):
    solved, sample = two_years(tlpr_denominator=rule)
    for year, of_year in solved.items():
        kept, inside = of_year.sectors.productive, ~sample.left_out
        value = of_year.values.value[inside][:, kept]
        level = 1 / value.mean(axis=0) if rule == "inverse_mean_city_value" else (1 / value).mean(axis=0)
        tlpr = of_year.indicators["tlpr"][:, kept]
        assert tlpr[inside] == pytest.approx(1 / value / level, rel=1e-14), year
        assert np.isnan(tlpr[~inside]).all()


def test_outside_the_sample_only_the_variables_that_need_no_hours_are_there():
    solved, sample = two_years()
    for year, of_year in solved.items():
        outside = ~sample.members(year, of_year.sectors.productive)
        assert outside[2].all()
        for variable in VARIABLES:
            if variable.name != "lp_next":
                missing = np.isnan(of_year.indicators[variable.name])
                assert missing[outside].all() if variable.needs_hours else not missing.any(), variable.name


def test_suppliers_count_wherever_they_can_be_used_in_the_year():
    """The third region has values in 2012: it supplies the others though the sample leaves it out."""
    solved, _ = two_years()
    alone, _ = solve_years({2012: random_economy(m=4, n=6, seed=1)})
    of_year, expected = solved[2012], alone[2012]
    assert np.isfinite(of_year.values.value[2, :5]).all() and np.isnan(of_year.indicators["tlp"][2]).all()
    others = [0, 1, 3]
    assert of_year.indicators["otlp"][others] == pytest.approx(
        expected.indicators["otlp"][others], rel=1e-15, nan_ok=True
    )


def test_statuses_are_the_words_of_the_files():
    assert [str(status) for status in Status] == [
        *("usable", "missing_primary_inputs", "missing_labor", "no_productive_output", "no_surplus"),
        *("zero_output", "region_excluded"),
    ]
