"""The report page: all results of a run on one self-contained HTML page."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jinja2
from markupsafe import Markup
from numpy.typing import NDArray

from laborvalue.econometrics.agreement import crosscheck_agreement
from laborvalue.econometrics.equations import BY_NUMBER, reasons_by_place
from laborvalue.econometrics.options import RegressionOptions
from laborvalue_workflow.reporting import formats, page_data, published, readings, typesetting
from laborvalue_workflow.reporting.page_data import Published
from laborvalue_workflow.reporting.rendering import is_empty
from laborvalue_workflow.reporting.results import Columns, Rows
from laborvalue_workflow.reporting.subject import Subject
from laborvalue_workflow.reporting.verdicts import overall, slope_label, verdicts
from laborvalue_workflow.reporting.words import Words, capitalized
from laborvalue_workflow.reporting.years import FEW_YEARS
from laborvalue_workflow.screening.findings import Finding


@dataclass(frozen=True)
class EconomyResults:
    """What a run computed from a dataset; each mapping by year.

    Attributes
    ----------
    summary
        summary.json, the national aggregates.
    deviations
        Rows of deviations.csv.
    national
        Rows of national.csv.
    composition
        Organic composition of capital c/v of the sectors, arrays of shape (n*,).
    switches
        Rows of switch_points.csv.
    transfers, rates
        Rows of transfers_regions.csv and of rates.csv.
    exclusions
        Rows of exclusions.csv.
    screening
        Findings of the screening by year, None for runs without one.
    """

    summary: Mapping[str, Mapping[str, Any]]
    deviations: Mapping[str, Rows]
    national: Mapping[str, Rows]
    composition: Mapping[str, NDArray]
    switches: Rows
    transfers: Mapping[str, Rows]
    rates: Mapping[str, Rows]
    exclusions: Rows
    screening: Mapping[str, Sequence[Finding]] | None


@dataclass(frozen=True)
class Run:
    """All that the page shows.

    Attributes
    ----------
    kinds
        What the run started from: panel, import, embedded or dataset, the last also with convert.
    years
        The dataset's years, those of the panel where there is no dataset.
    description
        dataset.yaml, None for a user-supplied panel.
    regions, sectors
        Columns of regions.csv and sectors.csv, empty for a user-supplied panel.
    panel
        Keys and variables of the panel, NaN where missing.
    economy
        None for a user-supplied panel.
    tables, losses
        Rows of the computed tables and of what was lost on the way to them, by the table's number.
    left_out
        The columns of the tables that have no estimate: dicts of table, column and reason.
    comparison
        Rows of published.csv.
    crosscheck
        Rows of crosscheck.csv.
    robustness
        Rows of the robustness checks by the name of the check, empty where the run has none.
    readings
        The files of the readings, None where the run has none.
    printed
        The published numbers.
    figures
        Vega-Lite specifications by name.
    pdfs
        The same figures as PDF in base64, empty for a large one, which the page links to.
    shown_table
        The number of the table that a figure shows, by the figure's name, 0 for none.
    pipeline
        The nodes of pipeline.yaml.
    sources
        Names of the input files and their SHA-256.
    config
        The sections of the config that the run rests on.
    project
        The absolute path of the folder in which the workflow ran; it is not shown.
    versions
        Versions of the packages used.
    javascript
        Vega, Vega-Lite and Vega-Embed, as `rendering.javascript` gives them.
    """

    kinds: Sequence[str]
    years: Sequence[str]
    description: Mapping[str, Any] | None
    regions: Mapping[str, Sequence]
    sectors: Mapping[str, Sequence]
    panel: Columns
    economy: EconomyResults | None
    tables: Mapping[int, Rows]
    losses: Mapping[int, Rows]
    left_out: Rows
    comparison: Rows
    crosscheck: Rows
    robustness: Mapping[str, Rows]
    readings: readings.Readings | None
    printed: Published
    figures: Mapping[str, Mapping[str, Any]]
    pdfs: Mapping[str, str]
    shown_table: Mapping[str, int]
    pipeline: Rows
    sources: Sequence[tuple[str, str]]
    config: Mapping[str, Mapping[str, Any]]
    project: str
    versions: Mapping[str, str]
    javascript: str


# Columns of the panel that the page shows by sector and by region, each with its heading and format.
DIGITAL_MEASURES = {name: (name if name != "d" else "d = dd + ds", "{:.2f}") for name in page_data.DIGITAL}
REGION_MEASURES = {"pp": ("pp, 100 million hours", "{:,.1f}"), "dlq": ("dlq", "{:.3f}")}
# All columns of the panel that the page shows beside the figures.
VARIABLES = (*DIGITAL_MEASURES, *REGION_MEASURES, "tlpr")


def render(run: Run, templates: str) -> str:
    """The page as HTML. templates: the folder of report.html.j2 and what it includes."""
    return environment(templates).get_template("report.html.j2").render(context(run))


def environment(templates: str) -> jinja2.Environment:
    """What reads the templates, with the filters that they use."""
    reader = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    reader.filters |= {
        "decimals": typesetting.decimals,
        "share": readings.rounded_share,
        "formatted": page_data.formatted,
        "capital": capitalized,
        "short": short,
        "ends": page_data.ends,
        "changes": page_data.changes,
        "marks": page_data.marks,
        "label": slope_label,
        "cell": lambda text: Markup(formats.html_cell(text)),
    }
    return reader


def short(value: float) -> str:
    """A number with three decimals and a true minus, with more where three would show zero."""
    return f"{value:.3f}".replace("-", "−") if value == 0 or abs(value) >= 0.0005 else typesetting.decimals(value)


def context(run: Run) -> dict[str, Any]:
    """What the templates show, by name."""
    description = run.description
    subject = Subject(description, Words(**run.config["words"]))
    options = RegressionOptions(**run.config["regressions"])
    found = verdicts(run.tables, run.printed.coefficients, options, subject.words)
    return {
        "title": title(run),
        "description": description,
        "synthetic": subject.synthetic,
        "embedded": embedded(run),
        "warning": page_data.warning(subject),
        "note": typesetting.data_note(subject),
        "words": subject.words,
        "verdicts": found,
        "overall": overall(found) if found else "",
        "zero_at": page_data.at(0),
        "published_at": page_data.at(1),
        "years": run.years,
        "many_years": len(run.years) > FEW_YEARS,
        "folded": page_data.FOLDED,
        "log_transform": options.log_transform,
        "size": page_data.size(run.panel, run.sectors),
        "digital_measures": page_data.measures(run.panel, DIGITAL_MEASURES),
        "region_measures": page_data.measures(run.panel, REGION_MEASURES),
        **economy(run, subject.words),
        "digital": page_data.means_by_year(run.panel, "sector", DIGITAL_MEASURES, run.sectors, scale=100),
        "regions": page_data.means_by_year(run.panel, "region", REGION_MEASURES, run.regions),
        "described": published.described_beside(run.printed.table02, run.tables[2]) if 2 in run.tables else None,
        "described_title": BY_NUMBER[2].title,
        "estimated": [
            page_data.estimated(number, run.tables[number], losses, run.printed, options, subject, run.left_out)
            | {"figures": [name for name, shown in run.shown_table.items() if shown == number]}
            for number, losses in run.losses.items()
        ],
        "left_out": reasons_by_place(run.left_out),
        "comparison": page_data.compared(run.comparison),
        "crosscheck": crosscheck_agreement(run.crosscheck),
        "robustness": page_data.robustness(run.robustness, subject),
        "readings": None
        if run.readings is None
        else readings.chapter(run.readings, run.printed.coefficients, run.comparison, options, subject.words),
        "printed": page_data.inconsistencies(run.printed),
        "mean_logs": page_data.mean_logs(run.printed, run.panel),
        "figures": {
            name: page_data.chart(specification, subject) | {"pdf": run.pdfs[name]}
            for name, specification in run.figures.items()
            if not is_empty(specification)
        },
        "pipeline": page_data.pipeline(run.pipeline, run.kinds),
        "sources": run.sources,
        "config": page_data.choices(run.config, run.project),
        "software": {"Python": platform.python_version(), **run.versions},
        "javascript": run.javascript,
    }


def embedded(run: Run) -> bool:
    """Whether the run is about the embedded economy."""
    return list(run.kinds) == ["embedded"]


def title(run: Run) -> str:
    """What the run is about, in a few words."""
    if run.description is None:
        return "User-supplied panel"
    return "The embedded economy, synthetic" if embedded(run) else run.description["title"]


def economy(run: Run, words: Words) -> dict[str, Any]:
    """What the page shows of the economy: nothing for a user-supplied panel."""
    if run.economy is None:
        nothing = ("nation", "reasons", "screening", "figures_of_nation")
        nothing += ("transfers", "certificates", "switches", "closure", "forms")
        return dict.fromkeys(nothing)
    found = run.economy
    return {
        "nation": {
            "summary": found.summary,
            "deviations": found.deviations,
            "sectors": page_data.sectors_by_year(found.national, found.composition, run.sectors),
        },
        "figures_of_nation": page_data.national_figures(found.summary, found.deviations),
        "closure": page_data.closure(run.config["prices"]),
        "certificates": page_data.certificates(found.summary),
        "forms": {
            name: page_data.certified_form("{:.4f}", [of[f"{name}_error_bound"] for of in found.summary.values()])
            for name in ("value", "price")
        },
        "switches": page_data.switches(found.switches),
        "transfers": page_data.transfers(found.transfers, found.rates, run.regions, words),
        "reasons": page_data.reasons(found.exclusions),
        "screening": None if found.screening is None else page_data.screened(found.screening),
    }
