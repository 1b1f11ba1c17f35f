"""The screenings of a run as files: a table and a page for each year."""

from pathlib import Path

from laborvalue_workflow.data import files
from laborvalue_workflow.screening.findings import COLUMNS, Finding, columns, reasons_of_gaps
from laborvalue_workflow.screening.page import screening_page

SHOWN = 5  # regions in a message


def read_findings(path):
    """The findings of a year, from screening/<year>.csv."""
    return [Finding.from_row(row) for row in files.read_table(path, texts=COLUMNS).to_pylist()]


def write_screening(table, page, screening, *shown):
    """Write a year's Screening as a table and as a page. shown: what `screening_page` takes besides."""
    files.write_table(table, columns(screening.findings))
    files.write_markdown(page, screening_page(screening, *shown))


def left_out(folder, years):
    """Why the screenings left accounts out: {(region, year): [reasons as texts]}. folder: the one with <year>.csv."""
    return {
        (region, year): reasons
        for year in years
        for region, reasons in reasons_of_gaps(read_findings(Path(folder, f"{year}.csv"))).items()
    }


def unusable_regions(regions, statuses, radii, folder, year):
    """Which regions of a year are not usable, why, and where: for a message.

    regions: keys; statuses: texts; radii: spectral radii of A + D; folder: that of the screenings, empty where none is.
    """
    reasons = left_out(folder, [year]) if folder else {}
    lines = []
    for region, status, radius in zip(regions[:SHOWN], statuses, radii, strict=False):
        texts = list(reasons.get((region, year), ()))
        if radius >= 1:
            texts.append(f"the spectral radius of its A + D is {radius:.4g}")
        more = f" and {len(texts) - 1} more" if len(texts) > 1 else ""
        lines.append(f"{region}: {status}" + (f", {texts[0]}{more}" if texts else ""))
    more = [f"{len(regions) - SHOWN} more regions"] if len(regions) > SHOWN else []
    page = [f"{Path(folder, f'{year}.md')} has every cell"] if folder else []
    return "; ".join([*lines, *more, *page])


def without_values(results):
    """Which regions of a run have no values, in which years and why, as one line; no line where all have."""
    from laborvalue.sample import MISSING, Status

    bad, causes = {}, {}  # region -> {status: years}; (region, year) -> reasons
    for path in sorted(Path(results, "values").glob("*/regions.parquet")):
        year = int(path.parent.name)
        rows = files.read_table(path, only=("region", "status"), texts=("region", "status")).to_pylist()
        statuses = dict.fromkeys((row["region"], row["status"]) for row in rows)
        lost = {region: status for region, status in statuses if status not in (Status.USABLE, Status.ZERO_OUTPUT)}
        for region, status in lost.items():
            bad.setdefault(region, {}).setdefault(status, []).append(year)
        if lost and Path(results, "screening", f"{year}.csv").is_file():
            causes |= left_out(Path(results, "screening"), [year])
    texts = []
    for region, statuses in list(bad.items())[:SHOWN]:
        parts = []
        for status, years in statuses.items():
            reasons = causes.get((region, years[0]), ())
            more = f" and {len(reasons) - 1} more" if len(reasons) > 1 else ""
            cause = f" ({reasons[0]}{more})" if status in MISSING and reasons else ""
            parts.append(f"{status} in {', '.join(map(str, years))}{cause}")
        texts.append(f"{region}: {'; '.join(parts)}")
    more = [f"{len(bad) - SHOWN} more regions"] if len(bad) > SHOWN else []
    return [f"without values: {'; '.join(texts + more)}"] if bad else []
