"""All results of a run -> one self-contained page."""

import importlib.metadata
import json
import platform
from collections import Counter
from pathlib import Path

import jinja2
import numpy as np
import yaml
from markupsafe import Markup

from laborvalue import summaries
from laborvalue.deviations import price_value_ratios
from laborvalue.econometrics.equations import BY_NUMBER
from laborvalue.econometrics.options import RegressionOptions
from reporting import formats, published, typesetting
from reporting.figures import javascript
from shared import dataset, files
from shared.commandline import run
from shared.panel import read_variables

PACKAGES = ("snakemake", "numpy", "scipy", "pandas", "pyarrow", "linearmodels", "statsmodels", "altair")
DIGITAL = ("dd", "ds", "di", "indi", "d")


def write_report(
    results,
    years: list,
    numbers: list,
    figures: list,
    panel,
    paper,
    templates,
    kind: list,
    config: dict,
    page,
    description="",
    screening="",
):
    results = Path(results)
    told = dataset.read_description(description) if description else None
    dataset_folder = Path(description).parent if description else None
    columns = read_variables(panel, *DIGITAL, "pp", "dlq", "tlpr")
    names = sector_names(dataset_folder)
    context = {
        "title": told["title"] if told else "A panel that was brought along",
        "description": told,
        "synthetic": bool(told and told["synthetic"]),
        "embedded": kind == ["embedded"],
        "warning": typesetting.SYNTHETIC,
        "note": typesetting.data_note(told),
        "years": years if told else sorted({str(year) for year in columns["year"]}),
        "size": size_of(columns, dataset_folder),
        "screening": screened(screening, years) if screening else None,
        "reasons": left_out(results / "exclusions.csv") if told else None,
        "nation": national(results, years, names) if told else None,
        "digital": digital_inputs(columns, names),
        "cities": cities(columns, dataset_folder),
        "described": published.described_beside(*both(paper, results, 2)),
        "estimated": [table(int(number), paper, results, config["regressions"], told) for number in numbers],
        "comparison": comparison(results / "published.csv"),
        "printed": printed(paper),
        "mean_logs": mean_logs(paper, columns),
        "figures": {name: chart(results / f"figures/{name}.json") for name in figures},
        "pipeline": pipeline(Path(templates, "pipeline.yaml"), kind),
        "sources": sources(results, years, paper, dataset_folder),
        "config": chosen(config),
        "software": {"Python": platform.python_version()} | {p: importlib.metadata.version(p) for p in PACKAGES},
        "javascript": Markup(javascript().replace("</script", "<\\/script")),
    }
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {
        "decimals": typesetting.decimals,
        "formed": formed,
        "cell": lambda text: Markup(formats.html_cell(text)),
    }
    files.write_text(page, environment.get_template("report.html.j2").render(context))


def formed(value, form):
    """A number in its format with a true minus; a dash for a missing one."""
    return "–" if value is None or value != value else form.format(value).replace("-", "−")


def sector_names(folder):
    """The sectors' names by their codes; none without a dataset."""
    return (
        {}
        if folder is None
        else dict(zip(*of_keys(dataset.read_sectors(folder / "sectors.csv"), "sector"), strict=True))
    )


def of_keys(columns, key):
    """A column of keys and the names that go with them."""
    return columns[key], columns["name"]


def size_of(columns, folder):
    """How many regions, sectors, city-sector-years and values the run has."""
    found = {"regions": len(np.unique(columns["region"])), "productive": len(np.unique(columns["sector"]))}
    if folder:
        found["sectors"] = len(dataset.read_sectors(folder / "sectors.csv")["sector"])
    return found | {"cells": len(columns["region"]), "valued": int(np.isfinite(columns["tlpr"]).sum())}


def screened(folder, years):
    """What the screening found and did, counted by year, check and block."""
    counts = Counter()
    for year in years:
        path = Path(folder, f"{year}.csv")
        for row in files.read_table(path, texts=files.column_names(path)).to_pylist():
            counts[year, row["check"], row["block"], row["done"]] += 1
    return [(*key, count) for key, count in counts.items()]


def left_out(path):
    """City-sector-years without a value, counted by reason; and the regions that are left out altogether."""
    rows = files.read_table(path, texts=("region", "sector", "reason")).to_pylist()
    counts = Counter(row["reason"] for row in rows)
    regions = {reason: sorted({row["region"] for row in rows if row["reason"] == reason}) for reason in counts}
    return [
        (reason, count, regions[reason])
        for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def national(results, years, names):
    """National scalars, deviations, and values and prices of each sector, by year."""
    summary, deviations, of_sector = {}, {}, {}
    for year in years:
        folder = results / f"values/{year}"
        summary[year] = files.read_json(folder / "summary.json")
        deviations[year] = files.read_table(folder / "deviations.csv", texts=("price", "compared_with")).to_pylist()
        table = files.read_table(folder / "national.csv", texts=("sector",)).to_pydict()
        value, price, output = (np.array(table[name], dtype=float) for name in ("value", "price", "output"))
        capital = files.read_arrays(folder / "national.npz")
        with np.errstate(invalid="ignore", divide="ignore"):
            composition = capital["constant_flow"] / capital["variable"]
        measures = zip(value, price, price_value_ratios(price, value, output), composition, strict=True)
        for sector, found in zip(table["sector"], measures, strict=True):
            of_sector.setdefault(sector, []).append(found)
    sectors = [
        (sector, names.get(sector, ""), [by_year[k] for k in range(4) for by_year in found])
        for sector, found in of_sector.items()
    ]
    return {"summary": summary, "deviations": deviations, "sectors": sectors}


def digital_inputs(columns, names):
    """Mean digital inputs over the cities, % of output: sector, name, then each measure by year."""
    of_sector = {}
    for name in DIGITAL:
        means = summaries.sector_year_means(columns["sector"], columns["year"], columns[name])
        for sector, mean in zip(means["sector"], means["mean"], strict=True):
            of_sector.setdefault(sector, []).append(100 * mean)
    return [(sector, names.get(sector, ""), found) for sector, found in of_sector.items()]


def cities(columns, folder):
    """Each city with its pp and dlq by year."""
    names = dict(zip(*of_keys(dataset.read_regions(folder / "regions.csv"), "region"), strict=True)) if folder else {}
    found = {}
    for name in ("pp", "dlq"):
        means = summaries.sector_year_means(columns["region"], columns["year"], columns[name])
        for region, mean in zip(means["sector"], means["mean"], strict=True):
            found.setdefault(region, []).append(mean)
    return [(region, names.get(region, ""), numbers) for region, numbers in found.items()]


def both(paper, results, number):
    """The rows of a printed table and of the computed one."""
    text = ("variable", "stage", "stars", "term", "dependent")
    return [
        files.read_table(path, texts=text).to_pylist()
        for path in (Path(paper, f"table{number:02}.csv"), results / f"tables/table{number:02}.csv")
    ]


def table(number, paper, results, settings, told):
    """Table `number` (3 to 10), computed and printed, with its title and notes."""
    computed = files.read_table(results / f"tables/table{number:02}.csv", texts=("stage", "stars")).to_pylist()
    spec, options = BY_NUMBER[number], RegressionOptions(**settings)
    rows = published.published_rows(spec, *printed_files(paper), options.total_digital)
    header, blocks = published.beside(rows, computed, options)
    losses = files.read_table(results / f"tables/table{number:02}_losses.csv", texts=("variable",)).to_pylist()
    notes = typesetting.set_table(spec, computed, told, options, losses).notes
    return {"number": number, "title": spec.title, "header": header, "blocks": blocks, "notes": notes}


def printed_files(paper):
    """The printed coefficients and statistics, lists of dicts."""
    coefficients = files.read_table(Path(paper, "coefficients.csv"), texts=("stars", "term", "dependent")).to_pylist()
    return coefficients, files.read_table(Path(paper, "statistics.csv"), texts=("statistic",)).to_pylist()


def printed(paper):
    """What the printed tables say of each other (method 2.6 to 2.8)."""
    coefficients, statistics = printed_files(paper)
    described = files.read_table(Path(paper, "table02.csv"), texts=("variable",)).to_pylist()
    eighth = {row["term"]: row for row in coefficients if row["table"] == 8}
    return {
        "gap": published.decomposition_gap(described),
        "implied": {number: published.implied_means(coefficients, number) for number in (3, 6)},
        "eighth": {term: (row["estimate"], (row["estimate"] / row["std_error"]) ** 2) for term, row in eighth.items()},
        "tests": {row["statistic"]: row["value"] for row in statistics if row["table"] == 8},
    }


def mean_logs(paper, columns):
    """The mean of ln tlpr that the printed constants imply, and the panel's."""
    present = np.nan_to_num(columns["tlpr"]) > 0
    told = files.read_table(Path(paper, "mean_logs.csv"), texts=("variable",)).to_pylist()
    return [
        (row["variable"], row["mean_log"], np.log(columns["tlpr"][present]).mean())
        for row in told
        if row["variable"] == "tlpr"
    ]


def comparison(path):
    """The slopes, published and computed, and how many agree in sign and stars."""
    rows = [row for row in files.read_table(path, texts=("term",)).to_pylist() if row["term"] != "constant"]
    agreed = {
        name: sum(typesetting.agreement(row[name]) == "yes" for row in rows) for name in ("same_sign", "same_stars")
    }
    return {"rows": rows, "n": len(rows)} | agreed


def chart(path):
    """A figure's specification as text for a script element, with its title and what is told under it."""
    spec = files.read_json(path)
    title = spec["title"]
    return {
        "spec": Markup(json.dumps(spec, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")),
        "title": title["text"].removeprefix("SYNTHETIC DATA – "),
        "told": " ".join(title["subtitle"]).replace(typesetting.SYNTHETIC, "").strip(),
    }


def pipeline(path, kind):
    """The nodes of the graph that this kind of run has, with the nodes each follows."""
    nodes = [node for node in yaml.safe_load(path.read_text(encoding="utf-8")) if set(node.get("of", kind)) & set(kind)]
    there = {node["node"] for node in nodes}
    return [node | {"after": [name for name in node["after"] if name in there]} for node in nodes]


def sources(results, years, paper, folder):
    """The files the run stands on with their SHA-256: the tables of each year, then small ones."""
    found = []
    if folder:
        for year in years:
            of_year = files.read_json(results / f"economy/{year}/tables.json")
            found += [(f"{year}/{Path(entry['path']).name}", entry["sha256"]) for entry in of_year.values()]
        found += [(name, files.sha256(folder / name)) for name in ("dataset.yaml", "regions.csv", "sectors.csv")]
    return found + [(f"published/{path.name}", files.sha256(path)) for path in sorted(Path(paper).glob("*.csv"))]


def chosen(config):
    """The config's sections as (key, value) texts."""
    return [
        (f"{section}.{key}", json.dumps(value, ensure_ascii=False))
        for section, keys in config.items()
        for key, value in keys.items()
    ]


if __name__ == "__main__":
    run(write_report)
