"""Results of a run as plain data, in the forms that figures and the page share: rows are dicts, columns are arrays."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laborvalue_workflow.data import files

Rows = Sequence[Mapping[str, Any]]
Columns = Mapping[str, NDArray]

# Columns of the files of a run that hold texts, also where these look like numbers.
TEXTS = ("stage", "stars", "term", "dependent", "variable", "statistic", "region", "partner", "sector", "reason")
TEXTS = (*TEXTS, "compared_with", "sectors_without_hours", "check", "block", "done")
TEXTS = (*TEXTS, "choice", "alternative", "kind", "robust_stars", "wild_stars", "holm_stars_all")


def rows(path: str | Path) -> Rows:
    """The rows of a table."""
    return files.read_table(path, texts=TEXTS).to_pylist()


def names(columns: Mapping[str, Sequence], key: str) -> dict[str, str]:
    """Names by key, from the columns of regions.csv or sectors.csv; none where there are no columns."""
    return dict(zip(columns[key], columns["name"], strict=True)) if columns else {}


def by_transfer(rows: Rows) -> list[dict[str, Any]]:
    """The rows of the account of value that are in it, the one that receives most first."""
    return sorted((row for row in rows if row["transfer"] is not None), key=lambda row: -row["transfer"])


def column(rows: Rows, name: str) -> NDArray:
    """A column of numbers from rows, shape (len(rows),), NaN for None."""
    return np.array([row[name] for row in rows], dtype=float)


def national_figures(
    summary: Mapping[str, Mapping[str, Any]], deviations: Mapping[str, Rows]
) -> dict[str, dict[str, float | None]]:
    """The national figures that the figure `course` and the first screen of the page show: {label: {year: number}}.

    summary, deviations: summary.json and the rows of deviations.csv by year. Rates are in %, None where undefined.
    """

    def percent(number: float | None) -> float | None:
        return None if number is None else 100 * number

    def deviation(rows: Rows) -> float | None:
        mads = (row["mad"] for row in rows if (row["price"], row["compared_with"]) == ("production price", "value"))
        return next(mads, None)

    return {
        "Profit rate r*, % per year": {year: percent(row["profit_rate"]) for year, row in summary.items()},
        "Rate of surplus value, %": {year: percent(row["rate_of_surplus_value"]) for year, row in summary.items()},
        "Organic composition C/V": {year: row["organic_composition"] for year, row in summary.items()},
        "Production prices from values, MAD, %": {year: percent(deviation(rows)) for year, rows in deviations.items()},
    }
