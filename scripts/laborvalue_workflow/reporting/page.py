"""The report page: all results of a run on one self-contained HTML page."""

import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import yaml
from markupsafe import Markup

from laborvalue.econometrics.agreement import crosscheck_agreement
from laborvalue.econometrics.equations import BY_NUMBER, reasons_by_place
from laborvalue.econometrics.options import RegressionOptions
from laborvalue_workflow.reporting import formats, page_data, published, readings, typesetting
from laborvalue_workflow.reporting.page_data import Published
from laborvalue_workflow.reporting.rendering import is_empty
from laborvalue_workflow.reporting.results import Columns, Rows
from laborvalue_workflow.reporting.subject import Subject
from laborvalue_workflow.reporting.verdicts import Status, Support, VerdictHead, answers, slope_label, verdicts
from laborvalue_workflow.reporting.words import Words, capitalized
from laborvalue_workflow.reporting.years import FEW_YEARS

# The chapters of the page in their order, by what it begins with.
LEADS = {
    "hypotheses": ("hypotheses", "nation", "regressions", "values", "account", "productivity", "measures"),
    "values": ("nation", "account", "productivity", "values", "hypotheses", "regressions", "measures"),
}


@dataclass(frozen=True)
class Contents:
    """What the plan of a run says about its page.

    Attributes
    ----------
    kinds
        What the run started from: panel, import, embedded or dataset, the last also with convert.
    years
        The dataset's years, none for a panel of the user's.
    tables
        The numbers of the tables.
    figures
        The number of the table that a figure shows, by the figure's name, 0 for none.
    config
        The sections of the config that the run rests on.
    robustness
        The names of the robustness checks, none where the run has not made them.
    screened, readings, placebos
        Whether the tables were screened, and whether the readings and the slopes of other goods are made.
    """

    kinds: Sequence[str]
    years: Sequence[str]
    tables: Sequence[int]
    figures: Mapping[str, int]
    config: Mapping[str, Mapping[str, Any]]
    robustness: Sequence[str]
    screened: bool
    readings: bool
    placebos: bool = False


@dataclass(frozen=True)
class Run:
    """All that the page shows.

    Attributes
    ----------
    contents
        What the plan of the run says.
    years
        The dataset's years, those of the panel where there is no dataset.
    description
        dataset.yaml, None for a user-supplied panel.
    regions, sectors
        Columns of regions.csv and sectors.csv, empty for a user-supplied panel.
    panel
        Keys and variables of the panel, NaN where missing.
    nation
        What the page shows of the economy, None for a user-supplied panel.
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
    sources
        Names of the input files and their SHA-256.
    project
        The absolute path of the folder in which the workflow ran; it is not shown.
    versions
        Versions of the packages used.
    javascript
        Vega, Vega-Lite and Vega-Embed, as `rendering.javascript` gives them.
    """

    contents: Contents
    years: Sequence[str]
    description: Mapping[str, Any] | None
    regions: Mapping[str, Sequence]
    sectors: Mapping[str, Sequence]
    panel: Columns
    nation: page_data.Nation | None
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
    sources: Sequence[tuple[str, str]]
    project: str
    versions: Mapping[str, str]
    javascript: str


# Columns of the panel that the page shows by sector and by region, and all that it shows beside the figures.
DIGITAL_MEASURES, REGION_MEASURES = page_data.DIGITAL, ["pp", "dlq"]
VARIABLES = (*DIGITAL_MEASURES, *REGION_MEASURES, "tlpr")


def render(run: Run, templates: str | Path) -> str:
    """The page as HTML. templates: the folder of report.html.j2 and what it includes."""
    nodes = yaml.safe_load(Path(templates, "pipeline.yaml").read_text(encoding="utf-8"))
    shown = context(run) | {"pipeline": page_data.pipeline(nodes, run.contents.kinds)}
    return environment(templates).get_template("report.html.j2").render(shown)


def environment(templates: str | Path) -> jinja2.Environment:
    """What reads the templates, with the filters that they use and what their sentences compare with."""
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
        "line": lambda text: Markup(re.sub(r"[ \n]+", " ", text).strip(" ")),
        "percent": lambda text: Markup(text.replace("%", "\u00a0%")),
        "counted": lambda number, noun: f"{number:,} {noun}{'s' * (number != 1)}",
        "listed": listed,
        "files": lambda years, pattern: [(pattern.format(year), year) for year in years],
        "over": readings.over_slopes,
        "holding": lambda slopes, *statuses: readings.of(slopes, *statuses),
        "places": readings.places,
        "deciding": readings.deciding,
    }
    reader.globals |= {
        "VerdictHead": VerdictHead,
        "Status": Status,
        "Support": Support,
        "ReadingsHead": readings.ReadingsHead,
        "Holding": readings.Holding,
        "nearly_all": readings.NEARLY_ALL,
        "hardly_any": readings.HARDLY_ANY,
    }
    return reader


def short(value: float) -> str:
    """A number with three decimals and a true minus, with more where three would show zero."""
    return f"{value:.3f}".replace("-", "−") if value == 0 or abs(value) >= 0.0005 else typesetting.decimals(value)


def listed(texts: Iterable[object]) -> str:
    """Texts as a list in a sentence: a, b and c."""
    *first, last = map(str, texts)
    return f"{', '.join(first)} and {last}" if first else last


def leading(run: Run) -> str:
    """What the page begins with, a key of LEADS: as the config says, else by the data."""
    papers = run.description is None or [*run.contents.kinds] == ["embedded"] or run.description.get("papers_data")
    return run.contents.config["report"]["lead"] or ("hypotheses" if papers else "values")


def context(run: Run) -> dict[str, Any]:
    """What the templates show, by name."""
    config = run.contents.config
    subject = Subject(run.description, Words(**config["words"]))
    options = RegressionOptions(**config["regressions"])
    hypotheses = verdicts(run.tables, run.printed.coefficients, options, subject.words)
    shown = {number: [name for name, table in run.contents.figures.items() if table == number] for number in run.losses}
    return {
        "description": run.description,
        "synthetic": subject.synthetic,
        "embedded": [*run.contents.kinds] == ["embedded"],
        "note": typesetting.data_note(subject),
        "words": subject.words,
        "verdicts": hypotheses,
        "answers": answers(hypotheses),
        "zero_at": page_data.at(0),
        "published_at": page_data.at(1),
        "years": run.years,
        "many_years": len(run.years) > FEW_YEARS,
        "folded": page_data.FOLDED,
        "log_transform": options.log_transform,
        "size": page_data.size(run.panel, run.sectors),
        "digital_measures": [name for name in DIGITAL_MEASURES if name in run.panel],
        "region_measures": [name for name in REGION_MEASURES if name in run.panel],
        "nation": run.nation,
        "lead": (lead := leading(run)),
        "parts": LEADS[lead],
        "imports": config.get("values"),
        "digital": page_data.means_by_year(run.panel, "sector", DIGITAL_MEASURES, run.sectors, scale=100),
        "regions": page_data.means_by_year(run.panel, "region", REGION_MEASURES, run.regions),
        "described": published.described_beside(run.printed.table02, run.tables[2]) if 2 in run.tables else None,
        "described_title": BY_NUMBER[2].title,
        "estimated": [
            page_data.estimated(
                number, run.tables[number], losses, run.printed, options, subject, run.left_out, shown[number]
            )
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
            name: page_data.chart(specification, subject, run.pdfs[name])
            for name, specification in run.figures.items()
            if not is_empty(specification)
        },
        "sources": run.sources,
        "config": page_data.choices(config, run.project),
        "software": {"Python": platform.python_version(), **run.versions},
        "javascript": run.javascript,
    }
