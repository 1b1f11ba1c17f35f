"""What no honest table has, however its money is counted: bounds of hours between sectors, regions and years, of pay.

The ranges that stand beside the bounds are those of WIOD 2013 (40 countries, 1995 to 2007), WIOD 2016 (five countries),
31 Chinese provinces (2012, 2017), 19 Finnish regions (2014) and Brazil (2000 to 2021). Hours in thousands, persons in
the place of hours and wages in thousands are beyond the bounds.

Shapes: m regions, n sectors.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from laborvalue.errors import InputError
from laborvalue_workflow.screening.faults import Axes, Fault
from laborvalue_workflow.screening.findings import Check, warning

BETWEEN_YEARS = 30  # factor of the hours of a region from one table to the next; 0.55 to 1.32
UNIT_REMEDY = "correct the hours, or set {} to keep"
SHOWN = 3  # regions in a message


@dataclass(frozen=True)
class Bounds:
    """A quantity: beyond `doubtful` a reader is warned, beyond `possible` it is the fault `unit`."""

    unit: str
    doubtful: tuple[float, float]
    possible: tuple[float, float]


CELL = Bounds("times the median of its region", (1e-3, 300), (1e-5, 1e5))  # 0.005 to 43
REGION = Bounds("times the median of the other regions", (1 / 30, 30), (1 / 200, 200))  # 0.22 to 14
PAY = Bounds("US dollars", (0.05, 250), (0.01, 1000))  # 2.5 to 40
WAGE = Bounds("yuan a year", (3000, 600_000), (400, 10_000_000))  # by section, 2003 to 2017: 6,884 to 133,150
WEEK = Bounds("hours a week", (20, 90), (5, 168))  # by section, census of 2010: 41 to 52


extreme = np.errstate(over="ignore", divide="ignore", invalid="ignore")  # 0 and infinity are beyond any bound


@extreme
def check_hours(screening, hours, output):
    """Hours per unit of output of a year, (m, n), between sectors and between regions; 0 or NaN: not known."""
    known = (hours > 0) & (output > 0)
    ratio = np.where(known, hours, np.nan) / np.where(known, output, np.nan)
    median = np.array([_median(row) for row in ratio])
    others = np.array([_median(np.delete(median, c)) for c in range(len(median))])
    check(screening, CELL, ratio / median[:, None], "hours per unit of output are", Axes.CELL)
    check(screening, REGION, median / others, "hours per unit of output, their median, are", Axes.REGION)


@extreme
def check_pay(screening, hours, compensation, per_dollar):
    """What an hour is paid in the median sector, from (m, n); per_dollar: currency units per US dollar, about."""
    paid = (hours > 0) & (compensation > 0)
    pay = _median(compensation[paid] / hours[paid]) / per_dollar
    check(screening, PAY, np.array(pay), "an hour is paid, in the median of all sectors, about")


def refuse_other_years(hours, regions, source, remedy):
    """Raise InputError where a region's hours of a year are many times, or a fraction of, those of the table before.

    hours: {year: (m, n)}, of which the sectors that have hours in both years are compared; source: year -> the file.
    """
    lines, years = [], sorted(hours)
    for before, year in pairwise(years):
        both = (hours[before] > 0) & (hours[year] > 0)
        earlier, later = (np.where(both, hours[each], 0).sum(axis=1) for each in (before, year))
        factor = later / np.where(earlier > 0, earlier, np.nan)
        if found := np.flatnonzero((factor > BETWEEN_YEARS) | (factor < 1 / BETWEEN_YEARS)).tolist():
            shown = ", ".join(f"{regions[c]} {later[c]:.3g}, {earlier[c]:.3g} in {before}" for c in found[:SHOWN])
            more = f" and {len(found) - SHOWN} more regions" if len(found) > SHOWN else ""
            lines.append(
                f"{source(year)}: {year}, hours: {shown}{more}; expected those of one year at most {BETWEEN_YEARS} "
                f"times those of the other: are both in hours? {remedy}"
            )
    if lines:
        raise InputError("\n".join(lines))


def check(screening, bounds, amounts, text_before, axes=""):
    """Amounts beyond what is possible are the fault `unit`, others that are doubtful a warning; NaN is neither."""

    def text(index):
        return f"{text_before} {amounts[index]:.3g} {bounds.unit}"

    def beyond(limits):
        return (amounts < limits[0]) | (amounts > limits[1])

    expected = "{:.3g} to {:.3g}".format
    impossible = beyond(bounds.possible)
    screening.handle(Fault(Check.UNIT, "hours", axes, impossible, text, expected(*bounds.possible)))
    doubtful = np.argwhere(beyond(bounds.doubtful) & ~impossible)
    if len(doubtful):
        first = tuple(doubtful[0].tolist())
        place = f"{screening.where(axes, first)}: " if axes else ""
        more = f", and {len(doubtful) - 1} more such" if len(doubtful) > 1 else ""
        usual = expected(*bounds.doubtful)
        screening.notes.append(warning(f"{place}{text(first)}{more}; {usual} are usual: is the unit right?"))


def _median(amounts):
    """The median of the known amounts, of two the geometric mean; NaN where there is none."""
    known = np.log(amounts[~np.isnan(amounts)])
    return np.exp(np.median(known)) if known.size else np.nan
