"""Results -> one figure: as PDF, as PNG, and as the Vega-Lite specification that the report embeds."""

import json

import numpy as np

from laborvalue import summaries
from laborvalue.deviations import price_value_ratios
from laborvalue.econometrics.equations import ESTIMATED, columns_needed
from laborvalue.econometrics.estimation import equation_samples
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.econometrics.robustness import partialled
from laborvalue.errors import InputError
from reporting import figures, typesetting
from shared import dataset, files
from shared.commandline import run
from shared.panel import read_variables


def draw_figure(
    figure,
    stem,
    description="",
    panel="",
    comparison="",
    mean_logs="",
    sectors="",
    regions="",
    values="",
    years: list = (),
    settings: dict | None = None,
):
    told = dataset.read_description(description) if description else None
    given = {"panel": panel, "comparison": comparison, "mean_logs": mean_logs, "sectors": sectors}
    given |= {"regions": regions, "values": values, "years": years, "settings": settings}
    inputs = {name: value for name, value in given.items() if value}
    spec = figures.specification(DRAWN[figure](told, **inputs))
    picture = figures.svg(spec)
    files.write_text(f"{stem}.json", json.dumps(spec, ensure_ascii=False, separators=(",", ":")))
    files.write_bytes(f"{stem}.png", figures.png(picture))
    files.write_bytes(f"{stem}.pdf", figures.pdf(picture))


def coefficients(told, comparison):
    """Published and computed slopes, from published.csv."""
    return figures.coefficients(files.read_table(comparison, texts=("term",)).to_pylist(), told)


def values_prices(told, values, years, sectors):
    """National values and production prices of each year's sectors, scaled to the same total."""
    names = names_of(sectors)
    rows = []
    for year in years:
        nation = files.read_table(f"{values}/{year}/national.csv", texts=("sector",)).to_pydict()
        value, price, output = (np.array(nation[name], dtype=float) for name in ("value", "price", "output"))
        ratio = price_value_ratios(price, value, output)
        rows += [
            {"year": year, "sector": nation["sector"][k], "name": names[nation["sector"][k]]}
            | {"value": value[k], "price": ratio[k] * value[k], "ratio": ratio[k], "share": output[k] / output.sum()}
            for k in np.flatnonzero(np.isfinite(ratio))
        ]
    return figures.values_prices(rows, told)


def wage_profit(told, values, years):
    """The wage-profit curve of each year, and the point where the year's profit rate is."""
    rows, actual = [], []
    for year in years:
        rows += [row | {"year": year} for row in files.read_table(f"{values}/{year}/wage_profit.csv").to_pylist()]
        r = files.read_json(f"{values}/{year}/summary.json")["profit_rate"]
        actual += [row for row in rows if row["year"] == year and row["profit_rate"] == r]
    return figures.wage_profit(rows, actual, told)


def productivity(told, panel, mean_logs):
    """ln tlpr of the panel in bins, by year; its mean beside the published one."""
    columns = read_variables(panel, "tlpr")
    present = np.nan_to_num(columns["tlpr"]) > 0
    logs, year = np.log(columns["tlpr"][present]), columns["year"][present]
    edges = summaries.common_edges(logs)
    rows = [
        {"year": str(y), "low": low, "high": high, "density": share}
        for y in np.unique(year)
        for low, high, share in zip(edges, edges[1:], summaries.density(logs[year == y], edges), strict=False)
    ]
    paper = {row["variable"]: row["mean_log"] for row in files.read_table(mean_logs).to_pylist()}
    means = [{"which": "published", "mean": paper["tlpr"]}, {"which": "computed", "mean": logs.mean()}]
    return figures.productivity(rows, means, told)


def digital(told, panel, sectors=""):
    """Mean digital input of the panel, by sector and year."""
    columns = read_variables(panel, "d")
    names = names_of(sectors) if sectors else {}
    means = summaries.sector_year_means(columns["sector"], columns["year"], columns["d"])
    rows = [dict(zip(means, cells, strict=True)) for cells in zip(*means.values(), strict=True)]
    named = [row | {"year": str(row["year"]), "name": names.get(row["sector"], "")} for row in rows]
    return figures.digital(named, told)


def ranks(told, panel, regions=""):
    """Cities by their pp in the panel, by year, with the exponents of the rank-size rule."""
    columns = read_variables(panel, "pp")
    names = (
        dict(zip(*(dataset.read_regions(regions)[key] for key in ("region", "name")), strict=True)) if regions else {}
    )
    rows, exponents = [], []
    for year in np.unique(columns["year"]):
        of_year = (columns["year"] == year) & (np.nan_to_num(columns["pp"]) > 0)
        region, first = np.unique(columns["region"][of_year].astype(str), return_index=True)
        size = columns["pp"][of_year][first]
        rank, exponent, error = summaries.rank_size(size)
        exponents.append({"year": str(year), "exponent": exponent, "std_error": error})
        rows += [
            {"year": str(year), "region": key, "name": names.get(key, ""), "pp": pp, "rank": place}
            for key, pp, place in zip(region.tolist(), size, rank, strict=True)
        ]
    return figures.ranks(rows, exponents, told)


def first_stage(told, panel, settings):
    """Table 8's digital input and instrument beyond the effects, as the estimator takes them.

    Raises InputError as the table does.
    """
    options = RegressionOptions(**settings["regressions"])
    table = next(table for table in ESTIMATED if table.instrumented)
    rows = files.read_table(panel, texts=("region", "sector"), only=columns_needed(table, options))
    try:
        equation = next(equation_samples(table, rows, options))
        sample = partialled(equation, options.drop_singletons)
    except InputError as error:
        raise InputError(f"{panel}: Table {table.number}: {error}") from None
    names = equation.equation.variables
    digital_input, instrument = sample.within[:, 1], sample.within[:, 2]
    slope = float(instrument @ digital_input / (instrument @ instrument))
    means = summaries.binned_means(instrument, digital_input)
    bins = [dict(zip(means, cells, strict=True)) for cells in zip(*means.values(), strict=True)]
    labels = [typesetting.as_entered(name, options) for name in (names[2], names[1])]
    return figures.first_stage(bins, slope, labels, told)


DRAWN = {
    "coefficients": coefficients,
    "values_prices": values_prices,
    "wage_profit": wage_profit,
    "productivity": productivity,
    "digital": digital,
    "ranks": ranks,
    "first_stage": first_stage,
}


def names_of(sectors):
    """The sectors' names by their codes."""
    columns = dataset.read_sectors(sectors)
    return dict(zip(columns["sector"], columns["name"], strict=True))


if __name__ == "__main__":
    run(draw_figure)
