"""From the files of a run to what its page shows."""

import importlib.metadata
from collections.abc import Sequence
from pathlib import Path

from laborvalue.econometrics.equations import BY_NUMBER
from laborvalue.solutions import NationalSystem
from laborvalue_workflow.data import dataset, digests, files
from laborvalue_workflow.data.left_out import read_left_out
from laborvalue_workflow.data.panel import read_variables
from laborvalue_workflow.data.screenings import read_findings
from laborvalue_workflow.data.stages import read_arrays_as
from laborvalue_workflow.reporting import page_data
from laborvalue_workflow.reporting.figures import OF_READINGS
from laborvalue_workflow.reporting.page import VARIABLES, Contents, Run
from laborvalue_workflow.reporting.page_data import Published
from laborvalue_workflow.reporting.readings import Readings
from laborvalue_workflow.reporting.rendering import deflated, embedded
from laborvalue_workflow.reporting.results import Columns, Rows, rows

# The packages that a default run uses.
PACKAGES = ("snakemake", "numpy", "scipy", "pyarrow", "pandas", "linearmodels", "statsmodels")
PACKAGES = (*PACKAGES, "altair", "vl-convert-python", "jinja2", "python-docx")
LARGEST_PDF = 64_000  # bytes


def read_run(results: Path, panel: str, paper: Path, folder: Path | None, contents: Contents) -> Run:
    """What the page of a run shows.

    results: the folder of the run; panel: the path of the panel; paper: resources/published; folder: that of the
    dataset, None for a panel of the user's.
    """
    held = files.column_names(panel)  # a panel of the user's may have some of the variables only
    columns = read_variables(panel, *(name for name in VARIABLES if name in held))
    stems = {number: results / "tables" / BY_NUMBER[number].name for number in contents.tables}
    estimated = {number: stem for number, stem in stems.items() if BY_NUMBER[number].estimated}
    figures = {name: results / "figures" / name for name in contents.figures}
    regions = dataset.read_regions(folder / "regions.csv") if folder else {}
    sectors = dataset.read_sectors(folder / "sectors.csv") if folder else {}
    return Run(
        contents=contents,
        years=contents.years if folder else sorted({str(year) for year in columns["year"]}),
        description=dataset.read_description(folder / "dataset.yaml") if folder else None,
        regions=regions,
        sectors=sectors,
        panel=columns,
        nation=read_nation(results, contents, regions, sectors) if folder else None,
        tables={number: rows(f"{stem}.csv") for number, stem in stems.items()},
        losses={number: rows(f"{stem}_losses.csv") for number, stem in estimated.items()},
        left_out=read_left_out(f"{stem}_left_out.csv" for stem in estimated.values()),
        comparison=rows(results / "published.csv"),
        crosscheck=rows(results / "tables/crosscheck.csv"),
        robustness={name: rows(results / f"robustness/{name}.csv") for name in contents.robustness},
        readings=read_readings(results / "readings") if contents.readings else None,
        printed=Published(*(rows(paper / f"{name}.csv") for name in Published._fields)),
        figures={name: files.read_json(f"{stem}.json") for name, stem in figures.items()},
        pdfs={name: embedded_pdf(Path(f"{stem}.pdf")) for name, stem in figures.items()},
        sources=checksums(results, contents.years, paper, folder),
        project=str(Path.cwd()),
        versions={name: importlib.metadata.version(name) for name in PACKAGES},
        javascript=deflated(files.read_text(results / "figures/vega.js")),
    )


def embedded_pdf(path: Path) -> str:
    """A figure for print as base64 text, empty where it is large: a page of all of them would be too large to send."""
    return embedded(files.read_bytes(path)) if path.stat().st_size <= LARGEST_PDF else ""


def read_readings(folder: Path) -> Readings:
    """The files of the readings, of the estimates those of the run's own reading."""
    tables = {name: rows(folder / file) for name, file in OF_READINGS.items()}
    return Readings(own=[row for row in tables.pop("estimates") if row["reading"] == 0], **tables)


def read_nation(results: Path, contents: Contents, regions: Columns, sectors: Columns) -> page_data.Nation:
    """What the run computed from its dataset. regions, sectors: columns of regions.csv and sectors.csv."""
    folders = {year: results / f"values/{year}" for year in contents.years}

    def by_year(name: str) -> dict[str, Rows]:
        return {year: rows(folder / name) for year, folder in folders.items()}

    last = folders[max(folders)]
    summary = {year: files.read_json(folder / "summary.json") for year, folder in folders.items()}
    deviations = by_year("deviations.csv")
    systems = {year: read_arrays_as(NationalSystem, folder / "national.npz") for year, folder in folders.items()}
    composition = {year: system.organic_composition for year, system in systems.items()}
    screening = {year: read_findings(results / f"screening/{year}.csv") for year in contents.years if contents.screened}
    return page_data.Nation(
        summary=summary,
        deviations=deviations,
        sectors=page_data.sectors_by_year(by_year("national.csv"), composition, sectors),
        courses=page_data.courses(summary, deviations),
        prices=contents.config["prices"],
        certificate=page_data.certificate(summary),
        forms=page_data.certified_forms("{:.4f}", summary),
        switches=rows(results / "values/switch_points.csv"),
        audit=page_data.audit(
            rows(results / "audit/slopes.csv"),
            rows(results / "audit/parts.csv"),
            rows(results / "audit/placebos.csv") if contents.placebos else [],
        ),
        account=page_data.account(
            by_year("account_regions.csv"),
            rows(last / "account_sectors.csv"),
            rows(last / "account_negative.csv"),
            by_year("rates.csv"),
            regions,
            sectors,
        ),
        reasons=page_data.reasons(rows(results / "exclusions.csv")),
        screening=page_data.screened(screening) if contents.screened else None,
    )


def checksums(results: Path, years: Sequence[str], paper: Path, folder: Path | None) -> list[tuple[str, str]]:
    """The input files with their SHA-256: the tables of each year, then the small files."""
    sums = []
    if folder:
        for year in years:
            tables = files.read_json(results / f"economy/{year}/tables.json")
            sums += [(f"{year}/{Path(entry['path']).name}", entry["sha256"]) for entry in tables.values()]
        sums += [(name, digests.digest_of(folder / name)) for name in ("dataset.yaml", "regions.csv", "sectors.csv")]
    return sums + [(f"published/{path.name}", digests.digest_of(path)) for path in sorted(paper.glob("*.csv"))]
