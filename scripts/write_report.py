"""All results of a run -> one self-contained page."""

from collections import Counter
from pathlib import Path

import jinja2

from laborvalue import typeset
from shared import dataset, files
from shared.commandline import run


def write_report(description, results, years, exclusions, described, template, page):
    results = Path(results)
    told = dataset.read_description(description) if description else None
    by_year = {}
    reasons = Counter()
    if told:
        by_year = {year: files.read_json(results / f"values/{year}/summary.json") for year in years.split(",")}
        lost = files.read_table(exclusions, texts=("region", "sector", "reason"))
        reasons = Counter(lost["reason"].to_pylist())
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    text = environment.from_string(Path(template).read_text(encoding="utf-8")).render(
        title=told["title"] if told else "A panel that was brought along",
        synthetic=bool(told and told["synthetic"]),
        warning=typeset.SYNTHETIC,
        note=typeset.data_note(told),
        years=by_year,
        reasons=sorted(reasons.items(), key=lambda item: (-item[1], item[0])),
        means=side_by_side(results / "tables/table02.csv", described),
        tables=[typeset_table(results, number, told) for number in range(3, 11)],
        comparison=comparison(results / "published.csv"),
    )
    files.write_text(page, text)


def side_by_side(computed, published):
    """Rows of Table 2: variable, then n, mean and sd, published and computed."""
    paper = {row["variable"]: row for row in files.read_table(published, texts=("variable",)).to_pylist()}
    rows = []
    for ours in files.read_table(computed, texts=("variable",)).to_pylist():
        both = (paper[ours["variable"]], ours)
        counts = [f"{row['n']:,}" for row in both]
        rows.append([ours["variable"], *counts, *(typeset.decimals(row[k]) for k in ("mean", "sd") for row in both)])
    return rows


def typeset_table(results, number, told):
    """One of Tables 3 to 10 as the page shows it."""
    rows = files.read_table(results / f"tables/table{number:02}.csv", texts=("stage", "stars")).to_pylist()
    header, body = typeset.regressions(rows)
    notes = typeset.notes(number, told)
    return {"number": number, "title": typeset.TITLES[number], "header": header, "body": body, "notes": notes}


def comparison(path):
    """The rows of published.csv as text, without the constants."""
    rows = files.read_table(path, texts=("term",)).to_pylist()
    return [
        {
            "place": f"Table {row['table']} ({row['column']})",
            "term": row["term"],
            "published": f"{typeset.decimals(row['published'])} ({typeset.decimals(row['published_se'])})",
            "computed": f"{typeset.decimals(row['computed'])} ({typeset.decimals(row['computed_se'])})",
            "difference": f"{row['difference_in_se']:.1f}".replace("-", "−"),
            "sign": "yes" if row["same_sign"] in (True, "True", "true") else "no",
        }
        for row in rows
        if row["term"] != "constant"
    ]


if __name__ == "__main__":
    run(write_report)
