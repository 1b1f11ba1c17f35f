"""The screening as pages to read (Markdown): one for each year, and one for all years."""

import numpy as np

from laborvalue_workflow.data.files import without_folders
from laborvalue_workflow.importers.screening import COLUMNS, FAULTS, OTHER_POLICIES, Check, Done, cells_of

ORDER = [*FAULTS, *(check for check in Check if check not in FAULTS)]
SHOWN = 3  # addresses of one fault in one block on the page


def screening_page(screening, worst, radii, money_unit, national):
    """The page as text.

    worst: (place, gap), from check_balance; radii (m,), from report_radius; national: output, trillion.
    """
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in screening.rows]
    lines = [f"# Screening of {screening.year}", "", f"File: {without_folders(str(screening.path))}", ""]
    lines += [f"National output: {national:.5g} trillion currency units ({money_unit:g} per 1 in the file).", ""]
    lines += [f"- {note}" for note in screening.notes] + [""] * bool(screening.notes)
    lines += _faults(screening, [row for row in rows if row["check"] in FAULTS or row["done"] == Done.STOPPED])
    lines += ["## Checks", ""]
    names = ("check", "block", "found", "expected", "done")
    lines += _markdown(" | ".join(names), ([row[name] for name in names] for row in _checks(rows)))
    lines += ["## Rows against columns: the worst ten", ""]
    lines += ["What a sector buys and adds (intermediate inputs, imports, value added) over its output, less 1.", ""]
    lines += _markdown("region, sector | gap", ((place, f"{gap:.2e}") for place, gap in worst))
    lines += ["## Spectral radius of A: the ten largest", ""]
    lines += ["A: a region's inputs per unit of output, whoever supplies them; below 1 it makes more than it uses up."]
    lines += ["The csv has every region's. Who has values is decided later, with depreciation: exclusions.csv.", ""]
    order = np.argsort(-np.nan_to_num(radii, nan=np.inf), kind="stable")[:10]
    lines += _markdown("region | radius", ((screening.names["region"][c], f"{radii[c]:.4f}") for c in order))
    return "\n".join(lines)


def _faults(screening, rows):
    """What was found and done, by fault and block, with the first addresses of each."""
    counts, places, examples = {}, {}, []
    for row in rows:
        kind = row["check"], row["block"], row["done"]
        is_count = not row["where"] and row["check"] in OTHER_POLICIES
        if counts.setdefault(kind, 0) < SHOWN and not is_count:
            examples.append([row[name] for name in ("check", "block", "where", "found", "expected")])
        counts[kind] += cells_of(row)
        places.setdefault(kind, set()).add(row["region"])
    lines = ["## Faults, and what was done", ""]
    counted = ((*kind[:2], count, len(places[kind] - {""}), kind[2]) for kind, count in counts.items())
    lines += _markdown("fault | block | cells | regions | done", counted) if counts else ["None.", ""]
    m, lost = len(screening.lost), screening.incomplete
    concerned = np.flatnonzero((lost | screening.lost_hours).any(axis=1))
    named = ", ".join(screening.names["region"][c] for c in concerned[:20]) + ", …" * (len(concerned) > 20)
    hourless = int((screening.lost_hours & ~lost).sum())
    lines += [
        f"Region-sectors whose accounts are left out: {int(lost.sum())}; without hours only: {hourless}. "
        f"Regions with such cells: {len(concerned)} of {m}{': ' + named if named else ''}.",
        "",
    ]
    if examples:
        lines += [f"The first {SHOWN} of each; {screening.year}.csv has every address:", ""]
        lines += _markdown("fault | block | where | found | expected", examples)
    return lines


def _checks(rows):
    """The rows of the checks; the statistical errors of all cells as one row."""
    checks = [row for row in rows if row["check"] in (Check.UNIT, Check.TOTAL, Check.SIGN)]
    errors = [row for row in rows if row["check"] == Check.ERROR_SHARE]
    if errors:
        largest = max(errors, key=lambda row: abs(float(row["found"].rstrip("%"))))
        found = f"{len(errors)} cells, at most {largest['found']} of output ({largest['where']})"
        checks.append(largest | {"found": found})
    return checks


def _markdown(head, rows):
    width = head.count("|") + 1
    body = ["| " + " | ".join(str(cell).replace("|", "/") for cell in row) + " |" for row in rows]
    return [f"| {head} |", "|" + "---|" * width, *body, ""]


# All years --------------------------------------------------------------------------------------------


def all_years_page(by_year, title):
    """One page for all years: faults by year, their first addresses, identities, worst gaps, notes.

    by_year: {year: the rows of its screening}. The same for an import and for a dataset folder.
    """
    rows = [row for of_year in by_year.values() for row in of_year]
    faults = [row for row in rows if row["check"] in FAULTS or row["done"] == Done.STOPPED]
    stopped = sum(cells_of(row) for row in faults if row["done"] == Done.STOPPED)
    lines = [f"# Screening of {title}", ""]
    lines += [
        f"**{stopped} faults stop the run**; they are to be mended first." if stopped else "Nothing stops the run."
    ]
    lines += ["", "Each year: " + ", ".join(f"[{year}](screening/{year}.md)" for year in by_year), ""]
    lines += ["## Faults by year", "", "Number of cells; `screening/<year>.csv` has every address.", ""]
    lines += _matrix(faults, list(by_year))
    lines += _examples(faults)
    lines += ["## Accounting identities", ""]
    lines += ["Inputs, imports and value added against output, by column, and all uses against output, by row.", ""]
    found = [row for row in rows if row["check"] == Check.IDENTITY]
    lines += _markdown("year | table | found", ([row["year"], row["block"], row["found"]] for row in found))
    if not found:
        lines[-3:] = ["Nothing that would stop a run: no table is transposed, truncated, in another order or unit.", ""]
    lines += _worst(by_year)
    lines += _notes(by_year)
    return "\n".join(lines)


def _matrix(faults, years):
    """Fault x year with the number of cells."""
    counts = {}
    for row in faults:
        of_years = counts.setdefault((row["check"], row["block"], row["done"]), dict.fromkeys(map(str, years), 0))
        of_years[row["year"]] += cells_of(row)
    if not counts:
        return ["None.", ""]
    ordered = sorted(counts.items(), key=lambda item: (item[0][2] != Done.STOPPED, ORDER.index(item[0][0])))
    body = ([check, block, *(count or "" for count in of.values()), done] for (check, block, done), of in ordered)
    return _markdown(" | ".join(["fault", "block", *map(str, years), "done"]), body)


def _examples(faults):
    """The first addresses of each fault in each block, over all years; those that stop the run first."""
    groups = {}
    for row in faults:
        if row["where"] or row["check"] in (Check.KEY, Check.UNIT):
            groups.setdefault((row["check"], row["block"], row["done"]), []).append(row)
    names = ("check", "block", "year", "where", "found", "expected", "done")
    ordered = sorted(groups.values(), key=lambda found: found[0]["done"] != Done.STOPPED)
    shown = [[row[name] for name in names] for found in ordered for row in found[:SHOWN]]
    if not shown:
        return []
    head = "fault | block | year | where | found | expected | done"
    return [f"The first {SHOWN} of each:", "", *_markdown(head, shown)]


def _worst(by_year):
    """The largest gaps between columns and rows of each year, which its screening lists worst first."""
    lines = ["## Rows against columns: the worst gaps", ""]
    shown = []
    for year, rows in by_year.items():
        gaps = [row for row in rows if row["check"] == Check.IMBALANCE and row["block"] == "output" and row["where"]]
        shown += [[year, row["where"], row["found"], row["done"]] for row in gaps[:SHOWN]]
    if not shown:
        return [*lines, "No sector's rows and columns differ by more than the tolerance.", ""]
    return lines + _markdown("year | region, sector | found | done", shown)


def _notes(by_year):
    """What a reader must know, each note with the years that have it."""
    years = {}
    for year, rows in by_year.items():
        for row in rows:
            if row["check"] in (Check.NOTE, Check.UNIT):
                text = row["found"]
                if row["check"] == Check.UNIT:
                    text = f"{row['block']} {row['found']}, expected {row['expected']}: {row['done']}"
                years.setdefault(text, []).append(str(year))
    if not years:
        return []
    noted = (f"- {', '.join(of)}: {text}" for text, of in years.items())
    return ["## Notes", "", *noted, ""]
