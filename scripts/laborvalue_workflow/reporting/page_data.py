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
from laborvalue.value_account import LINES, NET_PRODUCTS, SALES, TRANSFERS
from laborvalue.variables import VARIABLES
from laborvalue_workflow.reporting import published, typesetting
from laborvalue_workflow.reporting.results import Columns, Rows, by_transfer, column, names, national_figures
from laborvalue_workflow.reporting.subject import Subject
from laborvalue_workflow.reporting.verdicts import Slope
from laborvalue_workflow.screening.findings import Finding

FOLDED = 25  # a longer table is folded to
ENDS = 10  # its largest and its smallest rows
NAMED = 3  # regions that a sentence names

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


class FindingKind(NamedTuple):
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


class RunSize(NamedTuple):
    """The size of a run: regions, sectors and rows of the panel, and the rows that have a tlpr.

    `valued` is None where the panel has no tlpr, `all_sectors` (with the non-productive ones) where there is no
    dataset.
    """

    regions: int
    productive: int
    cells: int
    valued: int | None
    all_sectors: int | None


class CertificateSummary(NamedTuple):
    """What is proven of the values and prices of all years: the years without a bound, and the bounds of the worst.

    `error` is that of values, relative; `profit_rate` the largest half-width of an interval around r*, None where no
    year has one. Both and `condition` are None where a year has no bound.
    """

    unproven: list[str]
    error: float | None = None
    condition: float | None = None
    profit_rate: float | None = None


class AccountTable(NamedTuple):
    """Rows of the account of value, the one that receives most first, and their sums; 100 million hours."""

    rows: list[KeyedRow]
    total: list[float]


class AccountSummary(NamedTuple):
    """The account of value of the last year, 100 million hours.

    The numbers of a row are those of ACCOUNT, of regions those of SALES too where they trade. `moved` is what all that
    receive get, `receiving` how many they are; `receivers` and `payers` are the largest with their transfers;
    `estimated` names the regions with the average technique. `negative` are the cells with a negative net product, by
    hours, with hours and the net products. `rates` are the own profit rates of the regions in % by year.
    """

    year: str
    traded: bool
    regions: AccountTable
    sectors: AccountTable
    moved: float
    receiving: int
    receivers: list[tuple[str, float]]
    payers: list[tuple[str, float]]
    estimated: list[str]
    negative: list[KeyedRow]
    rates: list[KeyedRow]


ORDINARY = 0.1  # share of other goods at least as far from 0 above which a digital slope is no peculiar one


class Audit(NamedTuple):
    """Slopes with the wage share held fixed, and what the wage share accounts for of each variable; rows of the files.

    significant, kept: how many slopes of first regressors are significant, and stay so with the same sign. placebos:
    where the digital slopes stand among those of other goods, none where they are not made; ordinary: those that are
    significant, and no further from 0 than a tenth of the other goods with the same sign.
    """

    slopes: Rows
    parts: Rows
    significant: int
    kept: int
    placebos: Rows
    ordinary: Rows


def audit(slopes: Rows, parts: Rows, placebos: Rows = ()) -> Audit:
    """The rows of audit/slopes.csv, audit/parts.csv and audit/placebos.csv for the page."""
    first: dict[tuple[int, int], Mapping[str, Any]] = {}
    for row in slopes:
        first.setdefault((row["table"], row["column"]), row)
    significant = [row for row in first.values() if row["stars"]]
    kept = [row for row in significant if row["stars_fixed"] and (row["estimate"] > 0) == (row["estimate_fixed"] > 0)]
    ordinary = [row for row in placebos if row["stars"] and (row["share_as_far"] or 0) > ORDINARY]
    return Audit([*first.values()], parts, len(significant), len(kept), placebos, ordinary)


class Nation(NamedTuple):
    """What the page shows of the economy; mappings are by year.

    `prices` is a section of the config; `forms` are the formats of values and production prices, by `value` and
    `price`; `switches` are the rows of switch_points.csv; `screening` is None where no tables were screened.
    """

    summary: Mapping[str, Mapping[str, Any]]
    deviations: Mapping[str, Rows]
    sectors: list[KeyedRow]
    courses: list[Course]
    prices: Mapping[str, Any]
    certificate: CertificateSummary
    forms: dict[str, str]
    switches: Rows
    audit: Audit
    account: AccountSummary
    reasons: list[Reason]
    screening: list[FindingKind] | None


class EstimatedTable(NamedTuple):
    """A table of estimates: header, blocks of rows whose cells are pairs (published, computed), notes and figures."""

    number: int
    title: str
    header: list[str]
    blocks: list[list[list[Any]]]
    notes: list[str]
    figures: list[str]


class Comparison(NamedTuple):
    """The rows of published.csv that are slopes, and how many agree in sign and in stars."""

    rows: Rows
    same_sign: int
    same_stars: int


class Inconsistencies(NamedTuple):
    """Where the printed tables disagree with each other (method 2.6 to 2.8).

    `sums` are dd + ds and di + indi in Table 2; `means` the implied means of ln x by table and term; `eighth` the
    estimates of Table 8 with their t² by term, `tests` its statistics.
    """

    sums: tuple[float, float]
    means: dict[int, dict[str, float]]
    eighth: dict[str, tuple[float, float]]
    tests: dict[str, float]


class Chart(NamedTuple):
    """A figure: its specification as JSON for a script element, its title and caption, and its PDF in base64."""

    specification: str
    title: str
    caption: str
    pdf: str


class PipelineNode(NamedTuple):
    """A node of the rule graph: its stage and place, and the nodes it follows."""

    node: str
    stage: str
    place: float
    after: list[str]


class Published(NamedTuple):
    """The rows of resources/published."""

    coefficients: Rows
    statistics: Rows
    table02: Rows
    mean_logs: Rows


# Data and what was left out


def size(panel: Columns, sectors: Mapping[str, Sequence]) -> RunSize:
    """The size of the run. sectors: columns of sectors.csv, empty for a user-supplied panel."""
    counted = summaries.panel_size(panel["region"], panel["sector"], panel.get("tlpr", panel["year"]))
    valued = counted.with_value if "tlpr" in panel else None
    return RunSize(counted.regions, counted.sectors, counted.rows, valued, len(sectors["sector"]) if sectors else None)


def screened(findings: Mapping[str, Iterable[Finding]]) -> list[FindingKind]:
    """What the screening of the tables found and did: a row per check, block and treatment, a count per year."""
    counts: dict[tuple[str, str, str], Counter[str]] = {}
    for year, rows in findings.items():
        for row in rows:
            counts.setdefault((row.check, row.block, row.done), Counter())[year] += row.cells
    return [FindingKind(*kind, [by_year[year] for year in findings]) for kind, by_year in counts.items()]


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
    named = names(sectors, "sector")
    by_sector: dict[str, list] = {}
    for year, rows in national.items():
        value, price, output = (column(rows, name) for name in ("value", "price", "output"))
        measures = zip(value, price, price_value_ratios(price, value, output), composition[year], strict=True)
        for row, numbers in zip(rows, measures, strict=True):
            by_sector.setdefault(row["sector"], []).append(numbers)
    return [
        KeyedRow(sector, named.get(sector, ""), [numbers[k] for k in range(4) for numbers in by_year])
        for sector, by_year in by_sector.items()
    ]


def certificate(summary: Mapping[str, Mapping[str, Any]]) -> CertificateSummary:
    """What is proven of the values and prices of all years."""
    years = summary.values()
    unproven = [year for year, row in summary.items() if not row["certificate"] or row["value_error_bound"] is None]
    if unproven:
        return CertificateSummary(unproven)
    widths = [
        row["profit_rate_upper"] - row["profit_rate_lower"] for row in years if row["profit_rate_upper"] is not None
    ]
    error, condition = (max(row[name] for row in years) for name in ("value_error_bound", "condition_number"))
    return CertificateSummary([], error, condition, max(widths) / 2 if widths else None)


def certified_forms(form: str, summary: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The formats of values and of prices, by `value` and `price`."""
    return {
        name: certified_form(form, [row[f"{name}_error_bound"] for row in summary.values()])
        for name in ("value", "price")
    }


def certified_form(form: str, bounds: Iterable[float | None]) -> str:
    """The format of numbers whose relative errors have these bounds: no more digits than are certain."""
    largest = max((math.inf if bound is None else bound for bound in bounds), default=0.0)
    if largest <= 1e-6:
        return form
    digits = 1 if largest >= 0.05 else math.floor(-math.log10(2 * largest))
    return f"{{:.{digits}g}}"


# Columns of the account of value on the page: hours worked, net products, transfers, lines; and the view from trade.
ACCOUNT = ("hours", "transfer", *TRANSFERS[:3], *NET_PRODUCTS[1:], *LINES)


def account(
    regional: Mapping[str, Rows],
    sectoral: Rows,
    negative: Rows,
    rates: Mapping[str, Rows],
    regions: Mapping[str, Sequence],
    sectors: Mapping[str, Sequence],
) -> AccountSummary:
    """What the page shows of the account of value.

    regional: rows of account_regions.csv by year; sectoral, negative: rows of account_sectors.csv and
    account_negative.csv of the last year; rates: rows of rates.csv by year; regions, sectors: columns of regions.csv
    and sectors.csv.
    """
    year, named = max(regional), names(regions, "region")
    last = by_transfer(regional[year])
    traded = any(row["exports"] for row in last)
    by_region = account_table(last, "region", named, (*ACCOUNT, *SALES) if traded else ACCOUNT)
    place = ACCOUNT.index("transfer")
    moves = [(row.name or row.key, row.numbers[place]) for row in by_region.rows]
    own = {year: {row["region"]: row["own_profit_rate"] for row in rows} for year, rows in rates.items()}
    keys = [row.key for row in by_region.rows]
    return AccountSummary(
        year=year,
        traded=traded,
        regions=by_region,
        sectors=account_table(by_transfer(sectoral), "sector", names(sectors, "sector"), ACCOUNT),
        moved=sum(amount for _, amount in moves if amount > 0),
        receiving=sum(amount > 0 for _, amount in moves),
        receivers=[move for move in moves[:NAMED] if move[1] > 0],
        payers=[move for move in moves[: -NAMED - 1 : -1] if move[1] < 0],
        estimated=[named.get(row["region"]) or row["region"] for row in last if row["estimated"]],
        negative=[
            KeyedRow(row["region"], row["sector"], _hundred_millions(row, NET_PRODUCTS))
            for row in sorted(negative, key=lambda row: -row["hours"])
        ],
        rates=[
            KeyedRow(key, named.get(key, ""), [100 * _or_nan(of_year.get(key)) for of_year in own.values()])
            for key in keys
        ],
    )


def account_table(rows: Rows, key: str, named: Mapping[str, str], columns: Sequence[str]) -> AccountTable:
    """Rows of the account, in their order, in 100 million hours, with the sums of what is known."""
    keyed = [KeyedRow(row[key], named.get(row[key], ""), _hundred_millions(row, columns)) for row in rows]
    known = [
        [number for number in column if number == number]
        for column in zip(*(row.numbers for row in keyed), strict=True)
    ]
    return AccountTable(keyed, [sum(column) if column else math.nan for column in known])


def _hundred_millions(row: Mapping[str, Any], columns: Sequence[str]) -> list[float]:
    return [1e-8 * _or_nan(row[name]) for name in columns]


def _or_nan(number: float | None) -> float:
    return math.nan if number is None else number


def formatted(value: float | None, form: str) -> str:
    """A number in its format with a true minus; a dash for a missing one."""
    if value is None or value != value:
        return "–"
    text = form.format(value)
    return text.replace("-", "−") if any(digit in text for digit in "123456789") else text.lstrip("+-")


def means_by_year(
    panel: Columns, key: str, variables: Iterable[str], named: Mapping[str, Sequence], scale: float = 1
) -> list[KeyedRow]:
    """Means of variables that the panel has over the rows of each `key` (region or sector), every variable by year.

    named: columns of regions.csv or sectors.csv, empty for a user-supplied panel; scale: a factor on the means.
    """
    name = names(named, key)
    years = sorted(set(panel["year"].tolist()))
    by_group: dict[str, list] = {}
    for variable in filter(panel.__contains__, variables):
        means = summaries.group_means(panel[key], panel["year"], panel[variable])
        mean = dict(zip(zip(means.group.tolist(), means.year.tolist(), strict=True), means.mean.tolist(), strict=True))
        for group in dict.fromkeys(means.group.tolist()):  # NaN in a year without rows of the group
            by_group.setdefault(group, []).extend(scale * mean.get((group, year), math.nan) for year in years)
    return [KeyedRow(group, name.get(group, ""), numbers) for group, numbers in by_group.items()]


def ends(rows: Sequence[KeyedRow], place: int) -> tuple[list[KeyedRow], list[KeyedRow]]:
    """The rows with the largest and those with the smallest number at `place`, both from large to small.

    Rows without that number are in neither.
    """
    numbered = [row for row in rows if (number := row.numbers[place]) is not None and number == number]
    ordered = sorted(numbered, key=lambda row: -row.numbers[place])
    return ordered[:ENDS], ordered[max(ENDS, len(ordered) - ENDS) :]


def changes(row: KeyedRow, years: int) -> list[tuple[float | None, float | None, float | None]]:
    """First, last and last less first of each measure of a row that has one number per measure and year."""
    ends = []
    for start in range(0, len(row.numbers), years):
        first, last = row.numbers[start], row.numbers[start + years - 1]
        missing = first is None or last is None
        ends.append((first, last, None if missing else last - first))
    return ends


def courses(summary: Mapping[str, Mapping[str, Any]], deviations: Mapping[str, Rows]) -> list[Course]:
    """The national figures that the page begins with, year by year.

    summary, deviations: summary.json and the rows of deviations.csv by year.
    """

    return [
        Course(label, [three_digits(number) for number in by_year.values()], line(list(by_year.values())))
        for label, by_year in national_figures(summary, deviations).items()
    ]


def three_digits(number: float | None) -> str:
    """A number with three significant digits, or all digits before the point; a dash for none."""
    if number is None:
        return "–"
    decimals = max(0, 2 - math.floor(math.log10(abs(number)))) if number else 0
    return f"{number:,.{decimals}f}".replace("-", "−")


def line(numbers: Sequence[float | None]) -> str:
    """The points of a small line through numbers, see `Course`."""
    points = [(k, number) for k, number in enumerate(numbers) if number is not None]
    if len(points) < 2:
        return ""
    low, high = min(number for _, number in points), max(number for _, number in points)
    tall = (high - low) or 1
    return " ".join(f"{100 * k / (len(numbers) - 1):.1f},{22 - 20 * (number - low) / tall:.1f}" for k, number in points)


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
    placed = []
    for slope in slopes:
        unit, ours, paper = slope.published.value, slope.computed, slope.published
        ends = [at(end / unit) for end in (paper.low, paper.high) if end is not None] or [at(1)]
        if ours is None:
            placed.append(Mark(slope, None, None, None, min(ends), max(ends), ""))
            continue
        interval = [at(end / unit) for end in (ours.low, ours.high) if end is not None]
        low, high = (min(interval), max(interval)) if interval else (None, None)
        share = ours.value / unit
        beyond = "left" if share < SHOWN[0] else "right" if share > SHOWN[1] else ""
        placed.append(Mark(slope, low, at(share), high, min(ends), max(ends), beyond))
    return placed


def estimated(
    number: int,
    computed: Rows,
    losses: Rows,
    printed: Published,
    options: RegressionOptions,
    subject: Subject,
    left_out: Rows = (),
    figures: Iterable[str] = (),
) -> EstimatedTable:
    """Table `number` of estimates, computed and published side by side, with its title and notes.

    left_out: the columns without an estimate, of all tables; they stand with dashes, the reasons in the notes;
    figures: the names of the figures that show it.
    """
    spec = BY_NUMBER[number]
    rows = published.published_rows(spec, printed.coefficients, printed.statistics, options.total_digital)
    missing = [row for row in left_out if row["table"] == number]
    shown = typesetting.with_left_out(spec, computed, missing, options)
    header, blocks = published.beside(rows, shown, options, subject)
    notes = typesetting.set_table(spec, computed, subject, options, losses, missing).notes
    return EstimatedTable(number, spec.title, header, blocks, notes, [*figures])


# The stars that a robustness check gives to a slope: those of the first of these columns that it has.
STARS = ("robust_stars", "wild_stars", "holm_stars_all")
SIGNIFICANT = 0.1


def robustness(checks: Mapping[str, Rows], subject: Subject) -> list[Checked]:
    """What the robustness checks say. checks: the rows of each check by its name."""
    return [_checked(name, rows, subject) for name, rows in checks.items()]


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


def compared(comparison: Rows) -> Comparison:
    """The slopes, published and computed, and how many agree in sign and stars. comparison: rows of published.csv."""
    rows = [row for row in comparison if row["term"] != typesetting.CONSTANT]
    agreed = (sum(typesetting.yes_or_no(row[name]) == "yes" for row in rows) for name in ("same_sign", "same_stars"))
    return Comparison(rows, *agreed)


def mean_logs(printed: Published, panel: Columns) -> list[tuple[str, float, float]]:
    """Variables whose mean log follows from the printed constants: (variable, published, computed)."""
    return [
        (row["variable"], row["mean_log"], summaries.mean_log(panel[row["variable"]]))
        for row in printed.mean_logs
        if row["variable"] == "tlpr"
    ]


def inconsistencies(printed: Published) -> Inconsistencies:
    """Where the printed tables disagree with each other."""
    eighth = [row for row in printed.coefficients if row["table"] == 8]
    return Inconsistencies(
        sums=published.decomposition_gap(printed.table02),
        means={number: published.implied_means(printed.coefficients, number) for number in (3, 6)},
        eighth={row["term"]: (row["estimate"], (row["estimate"] / row["std_error"]) ** 2) for row in eighth},
        tests={row["statistic"]: row["value"] for row in printed.statistics if row["table"] == 8},
    )


# Figures, pipeline, origin


def warning(subject: Subject) -> str:
    """The note on synthetic data; empty for other data."""
    return typesetting.data_note(subject) if subject.synthetic else ""


def chart(specification: Mapping[str, Any], subject: Subject, pdf: str = "") -> Chart:
    """A figure with its texts. pdf: in base64, empty for a large one.

    The note on synthetic data is left out of the caption: the page has it above everything.
    """
    title = specification["title"]
    text = json.dumps(specification, ensure_ascii=False, separators=(",", ":"))
    # a line may end within a word, at its hyphen
    caption = re.sub(r"(?<=\w-) ", "", " ".join(title["subtitle"]))
    return Chart(
        text.replace("<", "\\u003c"),
        title["text"].removeprefix("SYNTHETIC DATA – "),
        caption.replace(warning(subject), "").strip(),
        pdf,
    )


def pipeline(nodes: Rows, kinds: Iterable[str]) -> list[PipelineNode]:
    """The nodes of the rule graph that a run of these kinds has, each with the nodes it follows.

    nodes: of pipeline.yaml; `of` lists the kinds that have one, where not all do.
    """
    kinds = set(kinds)
    kept = [node for node in nodes if set(node.get("of", kinds)) & kinds]
    present = {node["node"] for node in kept}
    return [
        PipelineNode(node["node"], node["stage"], node["place"], [name for name in node["after"] if name in present])
        for node in kept
    ]


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
