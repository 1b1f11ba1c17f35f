"""The screening as pages to read (Markdown): one for each year, and one for all years."""

from dataclasses import replace

import numpy as np

from laborvalue_workflow.screening.findings import FAULTS, OTHER_POLICIES, Check, Done

ORDER = [*FAULTS, *(check for check in Check if check not in FAULTS)]
SHOWN = 3  # addresses of one fault in one block on the page


def screening_page(screening, worst, radii, money_unit, national):
    """The page as text.

    worst: (place, gap), from check_balance; radii (m,), from report_radius; national: output, trillion.
    """
    lines = [f"# Screening of {screening.year}", "", f"File: {screening.source}", ""]
    lines += [f"National output: {national:.5g} trillion currency units ({money_unit:g} per 1 in the file).", ""]
    lines += [f"- {note}" for note in screening.notes] + [""] * bool(screening.notes)
    lines += _faults(screening)
    lines += ["## Checks", ""]
    names, checks = ("check", "block", "text", "expected", "done"), _checks(screening.findings)
    lines += _markdown("check | block | found | expected | done", (_texts(finding, names) for finding in checks))
    lines += ["## Rows against columns: the worst ten", ""]
    lines += ["What a sector buys and adds (intermediate inputs, imports, value added) over its output, less 1.", ""]
    lines += _markdown("region, sector | gap", ((place, f"{gap:.2e}") for place, gap in worst))
    lines += ["## Spectral radius of A: the ten largest", ""]
    lines += ["A: a region's inputs per unit of output, whoever supplies them; below 1 it makes more than it uses up."]
    lines += ["The csv has every region's. Who has values is decided later, with depreciation: exclusions.csv.", ""]
    order = np.argsort(-np.nan_to_num(radii, nan=np.inf), kind="stable")[:10]
    lines += _markdown("region | radius", ((screening.names["region"][c], f"{radii[c]:.4f}") for c in order))
    return "\n".join(lines)


def _faults(screening):
    """What was found and done, by fault and block, with the first addresses of each."""
    counts, places, examples = {}, {}, []
    for finding in (finding for finding in screening.findings if finding.is_fault):
        kind = finding.check, finding.block, finding.done
        is_count = not finding.where and finding.check in OTHER_POLICIES
        if counts.setdefault(kind, 0) < SHOWN and not is_count:
            examples.append(_texts(finding, ("check", "block", "where", "text", "expected")))
        counts[kind] += finding.cells
        places.setdefault(kind, set()).add(finding.region)
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


def _checks(findings):
    """The findings of the checks; the statistical errors of all cells as one."""
    checks = [finding for finding in findings if finding.check in (Check.UNIT, Check.TOTAL, Check.SIGN)]
    errors = [finding for finding in findings if finding.check == Check.ERROR_SHARE]
    if errors:
        largest = max(errors, key=lambda finding: abs(float(finding.found.rstrip("%"))))
        text = f"{len(errors)} cells, at most {largest.found} of output ({largest.where})"
        checks.append(replace(largest, found=text))
    return checks


def _texts(finding, names):
    return [getattr(finding, name) for name in names]


def _markdown(head, rows):
    width = head.count("|") + 1
    body = ["| " + " | ".join(str(cell).replace("|", "/") for cell in row) + " |" for row in rows]
    return [f"| {head} |", "|" + "---|" * width, *body, ""]


# All years --------------------------------------------------------------------------------------------


def all_years_page(by_year, title):
    """One page for all years: faults by year, their first addresses, identities, worst gaps, notes.

    by_year: {year: the findings of its screening}. The same for an import and for a dataset folder.
    """
    findings = [finding for of_year in by_year.values() for finding in of_year]
    faults = [finding for finding in findings if finding.is_fault]
    stopped = sum(finding.cells for finding in faults if finding.stops)
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
    broken = [finding for finding in findings if finding.check == Check.IDENTITY]
    lines += _markdown("year | table | found", (_texts(finding, ("year", "block", "text")) for finding in broken))
    if not broken:
        lines[-3:] = ["Nothing that would stop a run: no table is transposed, truncated, in another order or unit.", ""]
    lines += _worst(by_year)
    lines += _notes(by_year)
    return "\n".join(lines)


def _matrix(faults, years):
    """Fault x year with the number of cells."""
    counts = {}
    for finding in faults:
        kind = finding.check, finding.block, finding.done
        counts.setdefault(kind, dict.fromkeys(map(str, years), 0))[finding.year] += finding.cells
    if not counts:
        return ["None.", ""]
    ordered = sorted(counts.items(), key=lambda item: (item[0][2] != Done.STOPPED, ORDER.index(item[0][0])))
    body = ([check, block, *(count or "" for count in of.values()), done] for (check, block, done), of in ordered)
    return _markdown(" | ".join(["fault", "block", *map(str, years), "done"]), body)


def _examples(faults):
    """The first addresses of each fault in each block, over all years; those that stop the run first."""
    groups = {}
    for finding in faults:
        if finding.where or finding.check in (Check.KEY, Check.UNIT):
            groups.setdefault((finding.check, finding.block, finding.done), []).append(finding)
    names = ("check", "block", "year", "where", "text", "expected", "done")
    ordered = sorted(groups.values(), key=lambda group: not group[0].stops)
    shown = [_texts(finding, names) for group in ordered for finding in group[:SHOWN]]
    if not shown:
        return []
    head = "fault | block | year | where | found | expected | done"
    return [f"The first {SHOWN} of each:", "", *_markdown(head, shown)]


def _worst(by_year):
    """The largest gaps between columns and rows of each year, which its screening lists worst first."""
    lines = ["## Rows against columns: the worst gaps", ""]
    shown = []
    for year, findings in by_year.items():
        gaps = [gap for gap in findings if gap.check == Check.IMBALANCE and gap.block == "output" and gap.where]
        shown += [[year, gap.where, gap.text, gap.done] for gap in gaps[:SHOWN]]
    if not shown:
        return [*lines, "No sector's rows and columns differ by more than the tolerance.", ""]
    return lines + _markdown("year | region, sector | found | done", shown)


def _notes(by_year):
    """What a reader must know, each note with the years that have it."""
    years = {}
    for year, findings in by_year.items():
        for finding in findings:
            if finding.check in (Check.NOTE, Check.UNIT):
                text = finding.text
                if finding.check == Check.UNIT:
                    text = f"{finding.block} {finding.found}, expected {finding.expected}: {finding.done}"
                years.setdefault(text, []).append(str(year))
    if not years:
        return []
    noted = (f"- {', '.join(of)}: {text}" for text, of in years.items())
    return ["## Notes", "", *noted, ""]
