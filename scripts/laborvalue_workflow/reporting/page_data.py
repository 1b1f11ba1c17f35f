"""What the report page shows, section by section, from plain data: rows are dicts, columns are arrays or lists."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any, NamedTuple

from numpy.typing import NDArray

from laborvalue import summaries
from laborvalue.econometrics.checks import BY_NAME as CHECKS
from laborvalue.econometrics.equations import BY_NUMBER
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.price_deviations import price_value_ratios
from laborvalue.variables import VARIABLES
from laborvalue_workflow.reporting import published, typesetting
from laborvalue_workflow.reporting.results import Columns, Rows, column, names
from laborvalue_workflow.reporting.results import national_figures as figures_of_nation
from laborvalue_workflow.reporting.subject import Subject
from laborvalue_workflow.reporting.verdicts import Slope
from laborvalue_workflow.reporting.words import Words
from laborvalue_workflow.screening.findings import Finding

FOLDED = 25  # a longer table is folded to
ENDS = 10  # its largest and its smallest rows

DIGITAL = [variable.name for variable in VARIABLES if variable.equation == "12"]


class KeyedRow(NamedTuple):
    """A sector or region with its name and its numbers, measure by measure and year by year."""

    key: str
    name: str
    numbers: list[float]


class Reason(NamedTuple):
    """Why region-sector-years are left out: how many, and the regions they belong to."""

    reason: str
    cells: int
    regions: list[str]


class FindingCounts(NamedTuple):
    """What one check of the screening found in one block, what was done about it, and how often in each year."""

    check: str
    block: str
    done: str
    counts: list[int]


class Course(NamedTuple):
    """A national figure: its label, its number in each year as text, and its course as the points of a line.

    The points are empty where fewer than two years have the number; x runs from 0 to 100 and y from 0 (top) to 24.
    """

    label: str
    numbers: list[str]
    points: str


class Checked(NamedTuple):
    """What a robustness check says: of its slopes, how many are significant at 10 % in the tables and under the check.

    `kept` counts those that are significant with the same sign in both, `gained` those that are under the check only.
    """

    name: str
    title: str
    slopes: int
    significant: int
    kept: int
    gained: int


class Mark(NamedTuple):
    """A slope and where it stands in a small plot, in % of the plot's width: computed, published, zero, published = 1.

    Every slope is shown as a share of the published one, so that the published sign is on the right of zero. What lies
    outside of the plot stands at its edge, `beyond`: left, right or empty.
    """

    slope: Slope
    low: float | None
    value: float | None
    high: float | None
    published_low: float
    published_high: float
    beyond: str


class Published(NamedTuple):
    """The rows of resources/published."""

    coefficients: Rows
    statistics: Rows
    table02: Rows
    mean_logs: Rows


# Data and what was left out


def size(panel: Columns, sectors: Mapping[str, Sequence]) -> dict[str, int]:
    """The size of the run. sectors: columns of sectors.csv, empty for a user-supplied panel."""
    counted = summaries.panel_size(panel["region"], panel["sector"], panel.get("tlpr", panel["year"]))
    found = {"regions": counted.regions, "productive": counted.sectors, "cells": counted.rows}
    if "tlpr" in panel:
        found["valued"] = counted.with_value
    return found | ({"sectors": len(sectors["sector"])} if sectors else {})


def screened(findings: Mapping[str, Sequence[Finding]]) -> list[FindingCounts]:
    """What the screening of the tables found and did: a row per check, block and treatment, a count per year.

    findings: those of screening/<year>.csv by year.
    """
    counts: dict[tuple[str, str, str], Counter[str]] = {}
    for year, of_year in findings.items():
        for finding in of_year:
            kind = finding.check, finding.block, finding.done
            counts.setdefault(kind, Counter())[year] += finding.cells
    return [FindingCounts(*kind, [counted[year] for year in findings]) for kind, counted in counts.items()]


def reasons(exclusions: Rows) -> list[Reason]:
    """Region-sector-years without a value by the text of their reason, the most frequent first."""
    cells = Counter(row["reason"] for row in exclusions)
    ordered = sorted(cells, key=lambda reason: (-cells[reason], reason))
    return [
        Reason(reason, cells[reason], sorted({row["region"] for row in exclusions if row["reason"] == reason}))
        for reason in ordered
    ]


# The economy


def sectors_by_year(
    national: Mapping[str, Rows], composition: Mapping[str, NDArray], sectors: Mapping[str, Sequence]
) -> list[KeyedRow]:
    """Value, production price, their ratio and c/v of each sector, every measure by year.

    national: rows of national.csv by year; composition: c/v by year, arrays of shape (n*,); sectors: columns of
    sectors.csv.
    """
    name_of = names(sectors, "sector")
    found: dict[str, list] = {}
    for year, rows in national.items():
        value, price, output = (column(rows, name) for name in ("value", "price", "output"))
        measures = zip(value, price, price_value_ratios(price, value, output), composition[year], strict=True)
        for row, of_year in zip(rows, measures, strict=True):
            found.setdefault(row["sector"], []).append(of_year)
    return [
        KeyedRow(sector, name_of.get(sector, ""), [of_year[k] for k in range(4) for of_year in by_year])
        for sector, by_year in found.items()
    ]


def certificates(summary: Mapping[str, Mapping[str, Any]]) -> str:
    """One sentence on what is proven of the values and prices of all years."""
    years = summary.values()
    if not all(of["certificate"] and of["value_error_bound"] is not None for of in years):
        without = [year for year, of in summary.items() if not of["certificate"] or of["value_error_bound"] is None]
        return f"No bound of the errors of values is proven in {', '.join(without)}."
    largest = max(of["value_error_bound"] for of in years)
    condition = max(of["condition_number"] for of in years)
    widths = [of["profit_rate_upper"] - of["profit_rate_lower"] for of in years if of["profit_rate_upper"] is not None]
    rate = f" r* is known to {max(widths) / 2:.0e}." if widths else ""
    return (
        f"Certified: (I − A − D)⁻¹ exists and has no negative element (Hawkins and Simon 1949); no value is wrong by "
        f"more than {largest:.0e} of itself; condition number at most {condition:.1f}.{rate}"
    )


def certified_form(form: str, bounds: Iterable[float | None]) -> str:
    """The format of numbers whose relative errors have these bounds: no more digits than are certain."""
    largest = max((math.inf if bound is None else bound for bound in bounds), default=0.0)
    if largest <= 1e-6:
        return form
    digits = 1 if largest >= 0.05 else math.floor(-math.log10(2 * largest))
    return f"{{:.{digits}g}}"


CAPITAL = {
    "son": "equation (7), with service lives",
    "stock": "profit is made on stocks of fixed capital and, for their turnover times, on inputs and wages",
    "circulating": "profit is made on inputs and wages of the year, without fixed capital",
}
WAGE = {
    "basket": "wages buy a basket of goods",
    "new_interpretation": "wages are a share of the net product",
    "sraffian": "wages, paid at the end, are a share of the net product of the standard commodity",
}


def closure(prices: Mapping[str, Any]) -> str:
    """A sentence on the closure of the price system, empty for that of the paper. prices: the config's section."""
    if (prices["model"], prices["wage"]) == ("son", "basket"):
        return ""
    return f"Another closure than (7) is chosen: {CAPITAL[prices['model']]}; {WAGE[prices['wage']]}."


def switches(rows: Rows) -> str:
    """One sentence on the switch points of the techniques of successive years; empty for one year."""
    found = [
        f"{row['year']} and {row['other_year']} at r = {100 * row['profit_rate']:.2f} %"
        for row in rows
        if row["profit_rate"] is not None
    ]
    unknown = [
        f"{row['year']} and {row['other_year']} are not compared: hours of {row['sectors_without_hours']} are unknown."
        for row in rows
        if row["sectors_without_hours"]
    ]
    if found:
        text = f"Switch points, where two years' techniques pay the same real wage: {'; '.join(found)}."
    elif len(unknown) < len(rows):
        text = "No switch points: at every profit rate one of two years' techniques pays the higher real wage."
    else:
        text = ""
    return " ".join([text, *unknown]).strip()


def transfers(
    by_region: Mapping[str, Rows], rates: Mapping[str, Rows], regions: Mapping[str, Sequence], words: Words
) -> dict[str, Any]:
    """What the page shows of transfers of value: a sentence, sums, and rows by region.

    by_region: rows of transfers_regions.csv by year; rates: rows of rates.csv by year; regions: columns of regions.csv.
    """
    name_of = names(regions, "region")
    gains = {
        year: {row["region"]: row for row in rows if row["living_labor"] is not None}
        for year, rows in by_region.items()
    }
    own = {year: {row["region"]: row["own_profit_rate"] for row in rows} for year, rows in rates.items()}
    traded = any(row["transfer_trade"] for of_year in gains.values() for row in of_year.values())
    labels = {"transfer_regions": "within sectors", "transfer_sectors": "between sectors"}
    labels |= {"transfer_trade": "by trade"} if traded else {}
    columns = [*labels]
    nothing = float("nan")

    def number(year: str, region: str, column: str) -> float:
        found = gains[year].get(region, {}).get(column)
        return nothing if found is None else found

    keys = list(dict.fromkeys(region for of_year in gains.values() for region in of_year))
    found = [
        KeyedRow(
            region,
            name_of.get(region, ""),
            [number(year, region, f"{column}_per_hour") for column in columns for year in gains]
            + [nothing if (r := own[year].get(region)) is None else 100 * r for year in gains],
        )
        for region in keys
    ]
    last = max(gains)
    total = {region: number(last, region, columns[0]) + number(last, region, columns[1]) for region in gains[last]}
    hours = {region: row["living_labor"] for region, row in gains[last].items()}
    most, least = max(total, key=lambda c: total[c] / hours[c]), min(total, key=lambda c: total[c] / hours[c])
    gained, lost = (sum(max(sign * amount, 0) for amount in total.values()) / 1e8 for sign in (1, -1))
    sentence = (
        f"In {last} the gains of the {words.regions} come to {gained:,.0f} hundred million hours and the losses to "
        f"{lost:,.0f}; {sum(hours.values()) / 1e8:,.0f} hundred million are worked. Per hour worked, "
        f"{name_of.get(most) or most} gains {total[most] / hours[most]:.2f} and {name_of.get(least) or least} loses "
        f"{-total[least] / hours[least]:.2f}."
    )
    sums = [
        (
            label,
            [formatted(sum(number(year, region, column) for region in gains[year]) / 1e6, "{:,.1f}") for year in gains],
        )
        for column, label in labels.items()
    ]
    files = [(f"values/{year}/transfers.csv", year) for year in gains]
    measures = [(label, "{:+.3f}") for label in labels.values()] + [("own r*, %", "{:.1f}")]
    shown = {"sentence": sentence, "sums": sums, "regions": found, "files": files}
    return shown | {"traded": traded, "measures": measures}


def formatted(value: float | None, form: str) -> str:
    """A number in its format with a true minus; a dash for a missing one."""
    if value is None or value != value:
        return "–"
    text = form.format(value)
    return text.replace("-", "−") if any(digit in text for digit in "123456789") else text.removeprefix("-")


def means_by_year(
    panel: Columns, key: str, variables: Iterable[str], named: Mapping[str, Sequence], scale: float = 1
) -> list[KeyedRow]:
    """Means of variables that the panel has over the rows of each `key` (region or sector), every variable by year.

    named: columns of regions.csv or sectors.csv, empty for a user-supplied panel; scale: a factor on the means.
    """
    name_of = names(named, key)
    years = sorted(set(panel["year"].tolist()))
    found: dict[str, list] = {}
    for variable in filter(panel.__contains__, variables):
        means = summaries.group_means(panel[key], panel["year"], panel[variable])
        known = dict(zip(zip(means.group.tolist(), means.year.tolist(), strict=True), means.mean.tolist(), strict=True))
        for group in dict.fromkeys(means.group.tolist()):  # NaN in a year without rows of the group
            found.setdefault(group, []).extend(scale * known.get((group, year), math.nan) for year in years)
    return [KeyedRow(group, name_of.get(group, ""), numbers) for group, numbers in found.items()]


def measures(panel: Columns, headings: Mapping[str, tuple[str, str]]) -> list[tuple[str, str]]:
    """Heading and format of the variables that a panel has. headings: by variable."""
    return [heading for name, heading in headings.items() if name in panel]


def ends(rows: Sequence[KeyedRow], place: int) -> tuple[list[KeyedRow], list[KeyedRow]]:
    """The rows with the largest and those with the smallest number at `place`, both from large to small.

    Rows without that number are in neither.
    """
    known = [row for row in rows if (number := row.numbers[place]) is not None and number == number]
    ordered = sorted(known, key=lambda row: -row.numbers[place])
    return ordered[:ENDS], ordered[max(ENDS, len(ordered) - ENDS) :]


def changes(row: KeyedRow, years: int) -> list[tuple[float | None, float | None, float | None]]:
    """First, last and last less first of each measure of a row that has one number per measure and year."""
    found = []
    for start in range(0, len(row.numbers), years):
        first, last = row.numbers[start], row.numbers[start + years - 1]
        missing = first is None or last is None
        found.append((first, last, None if missing else last - first))
    return found


def national_figures(summary: Mapping[str, Mapping[str, Any]], deviations: Mapping[str, Rows]) -> list[Course]:
    """The national figures that the page begins with, year by year.

    summary, deviations: summary.json and the rows of deviations.csv by year.
    """

    return [
        Course(label, [three_digits(number) for number in by_year.values()], line(list(by_year.values())))
        for label, by_year in figures_of_nation(summary, deviations).items()
    ]


def three_digits(number: float | None) -> str:
    """A number with three significant digits, or all digits before the point; a dash for none."""
    if number is None:
        return "–"
    decimals = max(0, 2 - math.floor(math.log10(abs(number)))) if number else 0
    return f"{number:,.{decimals}f}".replace("-", "−")


def line(numbers: Sequence[float | None]) -> str:
    """The points of a small line through numbers, see `Course`."""
    known = [(k, number) for k, number in enumerate(numbers) if number is not None]
    if len(known) < 2:
        return ""
    low, high = min(number for _, number in known), max(number for _, number in known)
    tall = (high - low) or 1
    return " ".join(f"{100 * k / (len(numbers) - 1):.1f},{22 - 20 * (number - low) / tall:.1f}" for k, number in known)


# The regressions


# The slopes that a small plot shows, as shares of the published slope, and its margin in % of its width.
SHOWN = (-2.0, 3.0)
MARGIN = 3.0


def at(share: float) -> float:
    """Where a share of the published slope stands in a small plot, in % of its width."""
    low, high = SHOWN
    return round(MARGIN + (100 - 2 * MARGIN) * (min(max(share, low), high) - low) / (high - low), 2)


def marks(slopes: Iterable[Slope]) -> list[Mark]:
    """Where slopes stand in a small plot; see `Mark`."""
    found = []
    for slope in slopes:
        unit, ours, paper = slope.published.value, slope.computed, slope.published
        ends = [at(end / unit) for end in (paper.low, paper.high) if end is not None] or [at(1)]
        if ours is None:
            found.append(Mark(slope, None, None, None, min(ends), max(ends), ""))
            continue
        interval = [at(end / unit) for end in (ours.low, ours.high) if end is not None]
        low, high = (min(interval), max(interval)) if interval else (None, None)
        share = ours.value / unit
        beyond = "left" if share < SHOWN[0] else "right" if share > SHOWN[1] else ""
        found.append(Mark(slope, low, at(share), high, min(ends), max(ends), beyond))
    return found


def estimated(
    number: int,
    computed: Rows,
    losses: Rows,
    printed: Published,
    options: RegressionOptions,
    subject: Subject,
    left_out: Rows = (),
) -> dict[str, Any]:
    """Table `number` of estimates, computed and published side by side, with its title and notes.

    left_out: the columns without an estimate, of all tables; they stand with dashes, the reasons in the notes.
    """
    spec = BY_NUMBER[number]
    rows = published.published_rows(spec, printed.coefficients, printed.statistics, options.total_digital)
    missing = [row for row in left_out if row["table"] == number]
    shown = typesetting.with_left_out(spec, computed, missing, options)
    header, blocks = published.beside(rows, shown, options, subject)
    notes = typesetting.set_table(spec, computed, subject, options, losses, missing).notes
    return {"number": number, "title": spec.title, "header": header, "blocks": blocks, "notes": notes}


# The stars that a robustness check gives to a slope: those of the first of these columns that it has.
STARS = ("robust_stars", "wild_stars", "holm_stars_all")
SIGNIFICANT = 0.1


def robustness(found: Mapping[str, Rows], subject: Subject) -> list[Checked]:
    """What the robustness checks say. found: the rows of each check by its name."""
    return [_checked(name, rows, subject) for name, rows in found.items()]


def _checked(name: str, rows: Rows, subject: Subject) -> Checked:
    def holds(row: Mapping[str, Any]) -> bool:
        """Whether a slope is significant under the check."""
        if "ar_p_value" in row:
            return row["ar_p_value"] is not None and row["ar_p_value"] < SIGNIFICANT
        return bool(next(row[column] for column in STARS if column in row))

    def same_sign(row: Mapping[str, Any]) -> bool:
        return (row.get("robust_estimate", row["estimate"]) > 0) == (row["estimate"] > 0)

    significant = [row for row in rows if row["stars"]]
    return Checked(
        name,
        subject.fill(CHECKS[name].title),
        len(rows),
        len(significant),
        sum(holds(row) and same_sign(row) for row in significant),
        sum(holds(row) for row in rows if not row["stars"]),
    )


def compared(comparison: Rows) -> dict[str, Any]:
    """The slopes, published and computed, and how many agree in sign and stars. comparison: rows of published.csv."""
    rows = [row for row in comparison if row["term"] != typesetting.CONSTANT]
    agreed = {
        name: sum(typesetting.yes_or_no(row[name]) == "yes" for row in rows) for name in ("same_sign", "same_stars")
    }
    return {"rows": rows, "n": len(rows)} | agreed


def mean_logs(printed: Published, panel: Columns) -> list[tuple[str, float, float]]:
    """Variables whose mean log follows from the printed constants: (variable, published, computed)."""
    return [
        (row["variable"], row["mean_log"], summaries.mean_log(panel[row["variable"]]))
        for row in printed.mean_logs
        if row["variable"] == "tlpr"
    ]


def inconsistencies(printed: Published) -> dict[str, Any]:
    """Where the printed tables disagree with each other (method 2.6 to 2.8)."""
    eighth = {row["term"]: row for row in printed.coefficients if row["table"] == 8}
    return {
        "gap": published.decomposition_gap(printed.table02),
        "implied": {number: published.implied_means(printed.coefficients, number) for number in (3, 6)},
        "eighth": {term: (row["estimate"], (row["estimate"] / row["std_error"]) ** 2) for term, row in eighth.items()},
        "tests": {row["statistic"]: row["value"] for row in printed.statistics if row["table"] == 8},
    }


# Figures, pipeline, origin


def warning(subject: Subject) -> str:
    """The note on synthetic data; empty for other data."""
    return typesetting.data_note(subject) if subject.synthetic else ""


def chart(specification: Mapping[str, Any], subject: Subject) -> dict[str, str]:
    """A figure's specification as JSON that may stand in a script element, with its title and caption.

    The note on synthetic data is left out of the caption: the page has it above everything.
    """
    title = specification["title"]
    text = json.dumps(specification, ensure_ascii=False, separators=(",", ":"))
    return {
        "specification": text.replace("<", "\\u003c"),
        "title": title["text"].removeprefix("SYNTHETIC DATA – "),
        # a line may end within a word, at its hyphen
        "caption": re.sub(r"(?<=\w-) ", "", " ".join(title["subtitle"])).replace(warning(subject), "").strip(),
    }


def pipeline(nodes: Rows, kinds: Iterable[str]) -> list[dict[str, Any]]:
    """The nodes of the rule graph that a run of these kinds has, each with the nodes it follows."""
    kinds = set(kinds)
    kept = [dict(node) for node in nodes if set(node.get("of", kinds)) & kinds]
    present = {node["node"] for node in kept}
    return [node | {"after": [name for name in node["after"] if name in present]} for node in kept]


def choices(config: Mapping[str, Mapping[str, Any]], project: str) -> list[tuple[str, str]]:
    """The config's sections as texts (section.key, value), paths without the folders above the project.

    project: the absolute path of the folder in which the workflow runs.
    """
    return [
        (f"{section}.{key}", json.dumps(without_folders(value, project), ensure_ascii=False))
        for section, keys in config.items()
        for key, value in keys.items()
    ]


def without_folders(value: Any, project: str) -> Any:
    """A config value with each absolute path in it relative to the project, or cut to its file name outside of it."""
    if isinstance(value, Mapping):
        return {key: without_folders(item, project) for key, item in value.items()}
    if isinstance(value, list):
        return [without_folders(item, project) for item in value]
    if isinstance(value, str) and (path := PurePath(value)).is_absolute():
        return str(path.relative_to(project)) if path.is_relative_to(project) else path.name
    return value
