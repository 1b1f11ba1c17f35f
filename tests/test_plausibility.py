"""Hours that no country has stop a run, whatever their source; those of real tables do not."""

from dataclasses import replace

import pytest

from economies import random_economy
from laborvalue.errors import InputError
from laborvalue_workflow.importers.options import OWN_RESOURCES
from laborvalue_workflow.importers.textfiles import read_columns
from laborvalue_workflow.screening import plausibility
from laborvalue_workflow.screening.faults import Screening
from laborvalue_workflow.screening.findings import Done
from laborvalue_workflow.screening.policies import FaultPolicies
from published_tables import city_case, write_hours
from real_tables import WIOD_YEARS, needs_wiod, wiod_arrays
from test_import import run_import, screening
from test_screening import describe, folder_of, message_of


def times(factor, at=()):
    """The hours of an economy, all of them or those of a region or cell, times a factor."""

    def changed(economy):
        hours = economy.hours.copy()
        hours[at] *= factor
        return replace(economy, hours=hours)

    return changed


# Imported tables ------------------------------------------------------------------------------------------


def import_with(case, change, results, faults=()):
    write_hours(case.folder / "hours_2012.csv", change(case.economy))
    case.settings["faults"] |= dict(faults)
    return run_import(case.write(), results)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (times(1e3), "2012, hours: an hour is paid, in the median of all sectors, about 0.0"),
        (times(1 / 2000), "2012, hours: an hour is paid, in the median of all sectors, about "),
        (times(1e3, 1), "2012, hours: region r1: hours per unit of output, their median, are "),
        (times(1e-308 / 1e5, (2, 3)), "2012, hours: region r2, sector 04: hours per unit of output are "),
    ],
    ids=["hours in thousandths", "persons", "a region in another unit", "next to nothing"],
)
def test_hours_of_no_country_stop_an_import(change, said, tmp_path):
    case = city_case(tmp_path / "files")
    with pytest.raises(InputError) as stopped:
        import_with(case, change, tmp_path)
    assert said in str(stopped.value)
    assert "correct the hours, or set import.faults.unit to keep" in str(stopped.value)
    import_with(case, change, tmp_path / "kept", {"unit": "keep"})
    assert screening(tmp_path / "kept", block="hours", check="unit", done="kept")


def user_wages(case, factor):
    """Wages of the user: those of the yearbook times a factor."""
    rows = [row for row in read_columns(OWN_RESOURCES["wages"], ("section", "year", "average_wage_yuan"))]
    lines = [
        f"{row['section']},2012,{float(row['average_wage_yuan']) * factor:.3f}" for row in rows if row["year"] == "2012"
    ]
    (case.folder / "user.csv").write_text("\n".join(["section,year,average_wage_yuan", *lines]))
    case.settings["labor"] = {"hours": None, "wages": str(case.folder / "user.csv"), "weekly_hours": 46}
    return case.write()


@pytest.mark.parametrize("factor", [1e-3, 1e-4])
def test_wages_in_thousands_stop_with_their_file(factor, tmp_path):
    with pytest.raises(InputError) as stopped:
        run_import(user_wages(city_case(tmp_path / "files"), factor), tmp_path)
    said = str(stopped.value).splitlines()[0]
    assert "2012, hours: region r0, sector 01: user.csv and average_wage.csv: the average wage is" in said
    assert said.endswith("expected 400 to 1e+07; correct the hours, or set import.faults.unit to keep")
    assert f"the average wage is {22687 * factor:.3g} yuan a year (126 such cells)" in said


def test_wages_of_a_month_warn(tmp_path):
    run_import(user_wages(city_case(tmp_path / "files"), 1 / 12), tmp_path)
    warned = [row["found"] for row in screening(tmp_path, check="note") if row["found"].startswith("WARNING: ")]
    assert any("the average wage is 1.89e+03 yuan a year" in text and "is the unit right?" in text for text in warned)


def test_weekly_hours_of_a_day_stop(tmp_path):
    settings = user_wages(city_case(tmp_path / "files"), 1)
    settings["labor"]["weekly_hours"] = 4.6
    with pytest.raises(InputError, match=r"import\.labor: weekly_hours is 4\.6 hours a week .*expected 5 to 168"):
        run_import(settings, tmp_path)


# Dataset folders ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (times(1e3, 1), "2015/labor.csv: 2015, hours: region r1: hours per unit of output, their median, are "),
        (times(1e-3, 0), "2015/labor.csv: 2015, hours: region r0: hours per unit of output, their median, are "),
        (times(1e-300, (0, 2)), "2015/labor.csv: 2015, hours: region r0, sector s2: hours per unit of output are "),
        (times(1e3), "2015/labor.csv: 2015, hours: r0 "),
    ],
    ids=["a region", "a region, less", "a cell", "a year"],
)
def test_hours_in_another_unit_than_the_other_ones_stop_a_folder(change, said, tmp_path):
    folder = folder_of(tmp_path, in_2015=change(random_economy(3, 5, 2015)))
    found = message_of(folder, tmp_path / "results")
    assert said in found and "correct the hours, or set faults.unit in dataset.yaml to keep" in found
    describe(folder, faults={"unit": "keep"})
    assert not message_of(folder, tmp_path / "kept")


# Real tables ----------------------------------------------------------------------------------------------


@needs_wiod
def test_the_hours_of_wiod_are_within_a_fifth_of_the_bounds():
    regions = {"region": [f"c{c}" for c in range(40)], "name": [f"c{c}" for c in range(40)]}
    sectors = {"sector": [f"s{i}" for i in range(35)], "name": [f"s{i}" for i in range(35)]}
    years = {}
    for year in WIOD_YEARS:
        wiod = wiod_arrays(year)
        output = (wiod["Z"].astype(float).sum(axis=1) + wiod["F"].astype(float).sum(axis=1)).reshape(41, 35)[:40]
        years[year] = wiod["H_EMP"].astype(float).reshape(41, 35)[:40]
        screened = Screening("", year, regions, sectors, FaultPolicies())
        plausibility.check_hours(screened, years[year], output)
        assert not [finding for finding in screened.findings if finding.done == Done.STOPPED]
        assert not screened.notes
    plausibility.refuse_other_years(years, regions["region"], str, "")
