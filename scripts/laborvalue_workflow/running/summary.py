"""What a run says before its first job and after its last, in the lines that it prints."""

import shutil
import time
from collections import Counter
from operator import attrgetter
from pathlib import Path

from laborvalue.econometrics.agreement import crosscheck_agreement
from laborvalue.econometrics.equations import reasons_by_place
from laborvalue_workflow.data.dataset import read_description
from laborvalue_workflow.data.files import read_json, read_rows
from laborvalue_workflow.data.left_out import read_left_out
from laborvalue_workflow.running import costs
from laborvalue_workflow.running.commandline import error_in
from laborvalue_workflow.running.folders import existing


def expectation(economy, folder, region):
    """The size of a run and the disk space that it takes from nothing, as one line.

    folder: where it writes; region: what a region is called.
    """
    m, n, years = economy.size
    needed, free = costs.disk(economy), shutil.disk_usage(existing(Path(folder))).free / costs.GIB
    line = (
        f"{m} regions x {n} sectors x {years} years, {m * years} {region}-years. From nothing this takes about "
        f"{max(needed, 0.1):.1f} GiB on disk ({free:.0f} GiB free)."
    )
    return line if needed < free else f"{line} THE DISK IS TOO SMALL for a run from nothing."


def complaints(folder, since):
    """{path of a log below `folder` written after the time `since`: the error with which its job ended}."""
    logs = (path for path in sorted(Path(folder).rglob("*.log")) if path.stat().st_mtime >= since)
    errors = {str(path): error_in(path) for path in logs}
    return {path: error for path, error in errors.items() if error is not None}


WARNED = 8  # warnings of the screening that the end of a run tells
REASONS = 4  # why columns are left out that the end of a run tells; the report tells all


def warnings(results, dataset, panel, region):
    """What a reader of these results must know, a line each: synthetic data, imports, what is left out, what to check.

    results, dataset: folders, in which files may be missing; panel: a user-supplied panel, or None; region: what a
    region is called.
    """
    lines = []
    description = Path(dataset, "dataset.yaml")
    if not panel and description.is_file():
        described = read_description(description)
        if described["synthetic"]:
            lines.append("SYNTHETIC DATA: nothing here replicates, confirms or contradicts the published estimates")
        paths = {year: Path(results, "values", str(year), "summary.json") for year in described["years"]}
        if summaries := {year: read_json(path) for year, path in paths.items() if path.is_file()}:
            from laborvalue_workflow.running.import_notes import treatment  # needs numpy, which a plan does not load

            lines += treatment(summaries)
    sample = Path(results, "sample.json")
    if not panel and sample.is_file():
        counts = read_json(sample)
        cells = dict(sorted(counts["cells_left_out"].items(), key=lambda item: -item[1]))
        if total := sum(cells.values()):
            listed = ", ".join(f"{status} {count:,}" for status, count in cells.items() if count)
            lines.append(
                f"{counts['regions_left_out']} regions are left out, {total:,} {region}-sector-years ({listed}): "
                f"{Path(results, 'exclusions.csv')}"
            )
    if not panel:
        from laborvalue_workflow.data.screenings import without_values  # needs numpy, which a plan does not load

        lines += without_values(results)
    missing = read_left_out(sorted(Path(results, "tables").glob("table*_left_out.csv")))
    untold = [f"{places} could not be estimated: {reason}" for reason, places in reasons_by_place(missing).items()]
    lines += untold[:REASONS]
    if more := len(untold[REASONS:]):
        lines.append(f"{more} more reasons are in {Path(results, 'tables', '*_left_out.csv')} and in the report")
    twice = Path(results, "tables", "crosscheck.csv")
    if twice.is_file() and (faults := cross_checked(twice).faults):
        lines.append(f"linearmodels finds other numbers than the tables, {len(faults)}: {faults[0]}; {twice} has all")
    for path in sorted(Path(results, "values").glob("*/summary.json")):
        bound = read_json(path).get("value_error_bound")
        if bound is None or bound > CERTIFIED:
            found = (
                "no bound of the errors of values is proven"
                if bound is None
                else f"values may be off by a share of {bound:.1e}"
            )
            lines.append(f"{path}: {found} (certificate); expected a share of {CERTIFIED:g} or less")
    told = {}
    for path in sorted(Path(results, "screening").glob("*.csv")):
        from laborvalue_workflow.data.screenings import read_findings  # needs numpy, which a plan does not load

        findings = read_findings(path)
        if done := Counter(finding.done for finding in findings):
            listed = ", ".join(f"{what} {count:,}" for what, count in done.most_common())
            lines.append(f"screening of {path.stem} ({listed}): {path.with_suffix('.md')}")
        for finding in filter(attrgetter("must_be_told"), findings):
            told.setdefault(finding.warning_kind, []).append(finding)
    texts = [
        f"{', '.join(dict.fromkeys(finding.year for finding in alike))}: {alike[0].told}"
        + (f" ({len(alike)} such cells)" if alike[0].where and len(alike) > 1 else "")
        for alike in told.values()
    ]
    more = [f"{len(texts) - WARNED} more warnings: {Path(results, 'screening.md')}"] if len(texts) > WARNED else []
    return lines + texts[:WARNED] + more


def cross_checked(path):
    """What tables/crosscheck.csv found, a CrosscheckAgreement."""

    def number(name, text):
        return text if name in ("stage", "dependent", "term") else float(text) if text else None

    rows = [{name: number(name, text) for name, text in row.items()} for row in read_rows(path)]
    return crosscheck_agreement([row | {name: int(row[name]) for name in ("table", "column")} for row in rows])


# the largest relative error of a value that needs no word
CERTIFIED = 1e-8
# what to open first: the last of these stages that the run reached
OPENED = (
    *("report.html", "published.md", "tables/*.md", "robustness/*.md", "exports/*.do", "tables/*.csv", "panel.parquet"),
    *("values/*/summary.json", "screening/*.md"),
)


def ending(results, since):
    """The last line of a successful run: how long it took since the time `since`, and what to open."""
    took = time.time() - since
    found = (path for pattern in OPENED for path in sorted(Path(results).glob(pattern)))
    first = next((path for path in found if path.stat().st_mtime >= since), None)
    opened = f" Open {first} first." if first else ""
    return f"done in {int(took) // 60}:{int(took) % 60:02}. Results are in {results}/.{opened}"
