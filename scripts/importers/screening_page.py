"""The screening of one year as a page to read (Markdown)."""

import numpy as np

from importers.screening import COLUMNS, OTHER_POLICIES, Check
from shared.files import without_folders

SHOWN = 3  # addresses of one fault in one block on the page


def screening_page(screening, worst, radii, money_unit, national):
    """The page as text.

    worst: (place, gap), from check_balance; radii (m,), from report_radius; national: output, trillion.
    """
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in screening.rows]
    lines = [f"# Screening of {screening.year}", "", f"File: {without_folders(str(screening.path))}", ""]
    lines += [f"National output: {national:.5g} trillion currency units ({money_unit:g} per 1 in the file).", ""]
    lines += [f"- {note}" for note in screening.notes] + [""] * bool(screening.notes)
    lines += _faults(screening, [row for row in rows if row["check"] in OTHER_POLICIES])
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
        kind, is_count = (row["check"], row["block"], row["done"]), not row["where"]
        if counts.setdefault(kind, 0) < SHOWN and not is_count:
            examples.append([row[name] for name in ("check", "block", "where", "found", "expected")])
        counts[kind] += int(row["found"].split()[0]) if is_count else 1
        places.setdefault(kind, set()).add(row["region"])
    lines = ["## Faults, and what was done", ""]
    counted = ((*kind[:2], count, len(places[kind] - {""}), kind[2]) for kind, count in counts.items())
    lines += _markdown("fault | block | cells | regions | done", counted) if counts else ["None.", ""]
    m, lost = len(screening.lost), screening.lost
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
