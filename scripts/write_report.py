"""All results of a run -> one self-contained page."""

import importlib.metadata
from pathlib import Path

import yaml

from laborvalue.econometrics.equations import BY_NUMBER
from laborvalue.nation import NationalSystem
from laborvalue_workflow.data import dataset, files
from laborvalue_workflow.data.left_out import read_left_out
from laborvalue_workflow.data.panel import read_variables
from laborvalue_workflow.data.screenings import read_findings
from laborvalue_workflow.data.stages import read_arrays_as
from laborvalue_workflow.reporting import page as pages
from laborvalue_workflow.reporting.figures import OF_READINGS
from laborvalue_workflow.reporting.page_data import Published
from laborvalue_workflow.reporting.readings import Readings
from laborvalue_workflow.reporting.rendering import deflated, embedded
from laborvalue_workflow.running.commandline import run

# The packages that a default run uses.
PACKAGES = ("snakemake", "numpy", "scipy", "pyarrow", "pandas", "linearmodels", "statsmodels")
PACKAGES = (*PACKAGES, "altair", "vl-convert-python", "jinja2", "python-docx")
LARGEST_PDF = 64_000  # bytes
TEXTS = ("stage", "stars", "term", "dependent", "variable", "statistic", "region", "sector", "reason", "price")
TEXTS = (*TEXTS, "sectors_without_hours", "compared_with", "check", "block", "done")
TEXTS = (*TEXTS, "choice", "alternative", "kind", "robust_stars", "wild_stars", "holm_stars_all")


def write_report(
    results,
    years: list,
    numbers: list,
    figures: dict,
    panel,
    paper,
    templates,
    library,
    kind: list,
    config: dict,
    page,
    description="",
    screening="",
    readings="",
    robustness: list = (),
):
    results, folder = Path(results), Path(description).parent if description else None
    held = files.column_names(panel)  # a panel of the user's may have some of the variables only
    columns = read_variables(panel, *(name for name in pages.VARIABLES if name in held))
    tables = {int(number): rows(results / f"tables/table{int(number):02}.csv") for number in numbers}
    estimated = [number for number in tables if BY_NUMBER[number].estimated]
    losses = {number: rows(results / f"tables/table{number:02}_losses.csv") for number in estimated}
    found = pages.Run(
        kinds=kind,
        years=years if folder else sorted({str(year) for year in columns["year"]}),
        description=dataset.read_description(description) if folder else None,
        regions=dataset.read_regions(folder / "regions.csv") if folder else {},
        sectors=dataset.read_sectors(folder / "sectors.csv") if folder else {},
        panel=columns,
        economy=read_economy(results, years, screening) if folder else None,
        tables=tables,
        losses=losses,
        left_out=read_left_out(results / f"tables/table{number:02}_left_out.csv" for number in estimated),
        comparison=rows(results / "published.csv"),
        crosscheck=rows(results / "tables/crosscheck.csv"),
        robustness={Path(path).stem: rows(path) for path in robustness},
        readings=read_readings(readings) if readings else None,
        printed=Published(*(rows(Path(paper, f"{name}.csv")) for name in Published._fields)),
        figures={name: files.read_json(results / f"figures/{name}.json") for name in figures},
        pdfs={name: embedded_pdf(results / f"figures/{name}.pdf") for name in figures},
        shown_table=figures,
        pipeline=yaml.safe_load(Path(templates, "pipeline.yaml").read_text(encoding="utf-8")),
        sources=checksums(results, years, paper, folder),
        config=config,
        project=str(Path.cwd()),
        versions={name: importlib.metadata.version(name) for name in PACKAGES},
        javascript=deflated(Path(library).read_text(encoding="utf-8")),
    )
    files.write_text(page, pages.render(found, templates))


def embedded_pdf(path):
    """A figure for print as base64 text, empty where it is large: a page of all of them would be too large to send."""
    return embedded(path.read_bytes()) if path.stat().st_size <= LARGEST_PDF else ""


def rows(path):
    """The rows of a table."""
    return files.read_table(path, texts=TEXTS).to_pylist()


def read_readings(folder):
    """The files of the readings, of the estimates those of the run's own reading."""
    found = {name: rows(Path(folder, file)) for name, file in OF_READINGS.items()}
    return Readings(own=[row for row in found.pop("estimates") if row["reading"] == 0], **found)


def read_economy(results, years, screening):
    """What the run computed from its dataset, year by year."""
    folders = {year: results / f"values/{year}" for year in years}
    return pages.EconomyResults(
        summary={year: files.read_json(folder / "summary.json") for year, folder in folders.items()},
        deviations={year: rows(folder / "deviations.csv") for year, folder in folders.items()},
        national={year: rows(folder / "national.csv") for year, folder in folders.items()},
        composition={
            year: read_arrays_as(NationalSystem, folder / "national.npz").organic_composition
            for year, folder in folders.items()
        },
        switches=rows(results / "values/switch_points.csv"),
        transfers={year: rows(folder / "transfers_regions.csv") for year, folder in folders.items()},
        rates={year: rows(folder / "rates.csv") for year, folder in folders.items()},
        exclusions=rows(results / "exclusions.csv"),
        screening={year: read_findings(Path(screening, f"{year}.csv")) for year in years} if screening else None,
    )


def checksums(results, years, paper, folder):
    """The input files with their SHA-256: the tables of each year, then the small files."""
    found = []
    if folder:
        for year in years:
            of_year = files.read_json(results / f"economy/{year}/tables.json")
            found += [(f"{year}/{Path(entry['path']).name}", entry["sha256"]) for entry in of_year.values()]
        found += [(name, files.sha256(folder / name)) for name in ("dataset.yaml", "regions.csv", "sectors.csv")]
    return found + [(f"published/{path.name}", files.sha256(path)) for path in sorted(Path(paper).glob("*.csv"))]


if __name__ == "__main__":
    run(write_report)
