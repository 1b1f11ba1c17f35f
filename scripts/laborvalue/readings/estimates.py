"""What one reading's panel says: Tables 3 to 10, the means that the paper's numbers imply, slopes on resampled regions.

Shapes: N rows, m regions, B draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from laborvalue.econometrics.equations import BY_NUMBER, ESTIMATED, TOTAL_DIGITAL
from laborvalue.econometrics.estimation import (
    LEFT_OUT,
    EquationSample,
    as_columns,
    by_equation,
    column_values,
    describe_variables,
    equation_rows,
    key_labels,
    logarithm,
)
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.labels import align
from laborvalue.readings.bootstrap import resampled_slopes

if TYPE_CHECKING:
    import pyarrow as pa

ROW = ("table", "column", "term", "estimate", "std_error", "n", "stars")
# The slopes that test a hypothesis, by hypothesis, table, column and term.
TESTED = tuple(
    (table.hypothesis, table.number, column, term)
    for table in ESTIMATED
    if table.hypothesis
    for column, term in table.tested
)


@dataclass(frozen=True, eq=False)
class ReadingEstimates:
    """The estimates of one reading.

    Attributes
    ----------
    rows
        Columns by name (`ROW`), one row per term of Tables 3 to 10; the total digital input is `TOTAL_DIGITAL`,
        whichever variable stands for it.
    left_out
        `table`, `column` and `reason` of what has no estimate.
    resampled : ndarray, shape (B, slopes)
        The slopes of `TESTED` on resampled regions, in units of the dependent per unit of the regressor, NaN where
        there is none.
    mean_logs
        Means of natural logs by variable, over the rows with a tlp.
    means
        Means of Table 2 by variable.
    """

    rows: dict[str, list[Any]]
    left_out: dict[str, list[Any]]
    resampled: NDArray
    mean_logs: dict[str, float]
    means: dict[str, float]


def estimate_reading(
    panel: pa.Table, options: RegressionOptions, regions: Sequence[str], counts: NDArray, logs_of: Sequence[str]
) -> ReadingEstimates:
    """Estimate Tables 3 to 10 from the panel of a reading, and measure what the paper's numbers are compared with.

    Parameters
    ----------
    panel
        A pyarrow Table with the panel's columns.
    options
        The choices of the regressions.
    regions
        The keys of the m regions that are drawn.
    counts : ndarray of int, shape (B, m)
        How often each region is drawn, pure numbers.
    logs_of
        The variables whose means of logs are wanted.

    Returns
    -------
    ReadingEstimates

    Raises
    ------
    InputError
        Where the panel lacks a column, a key, or numbers.
    """
    labels, positions = key_labels(panel, "region")
    places = {region: place for place, region in enumerate(regions)}
    region = np.array([places[label] for label in labels], dtype=np.int64)[positions]
    rows: list[dict[str, Any]] = []
    left_out: list[dict[str, Any]] = []
    resampled = np.full((len(counts), len(TESTED)), np.nan)
    wanted = {(number, column): place for place, (_, number, column, _) in enumerate(TESTED)}
    for table in ESTIMATED:

        def estimate(sample: EquationSample, number: int = table.number) -> list[dict[str, Any]]:
            estimated = equation_rows(sample)
            place = wanted.get((number, sample.columns[-1]))
            if place is not None:
                resampled[:, place] = resampled_slopes(sample, region[sample.enters], counts)
            return [_named(row, number, options.total_digital) for row in estimated]

        estimated, without = by_equation(table, panel, options, estimate)
        rows += [row for of_equation in estimated for row in of_equation]
        left_out += without
    described = describe_variables(BY_NUMBER[2], panel)
    return ReadingEstimates(
        rows=as_columns(rows, ROW),
        left_out=as_columns(left_out, LEFT_OUT),
        resampled=resampled,
        mean_logs=means_of_logs(panel, logs_of),
        means=dict(zip(described["variable"], described["mean"], strict=True)),
    )


def _named(row: Mapping[str, Any], table: int, total_digital: str) -> dict[str, Any]:
    """A row of a table with its number; its term is the register's."""
    return {**row, "table": table, "term": TOTAL_DIGITAL if row["term"] == total_digital else row["term"]}


def means_of_logs(panel: pa.Table, names: Sequence[str]) -> dict[str, float]:
    """Take the means of natural logs over the rows with a tlp, the sample of Tables 2 to 5.

    Parameters
    ----------
    panel
        A pyarrow Table with the panel's columns.
    names
        Variables.

    Returns
    -------
    dict of float
        By variable; NaN where no row has a log.

    Raises
    ------
    InputError
        Where the panel lacks a column.
    """
    with_tlp = np.isfinite(column_values(panel, "tlp"))
    found = {}
    for name in names:
        logs = logarithm(column_values(panel, name)[with_tlp])
        logs = logs[np.isfinite(logs)]
        found[name] = float(logs.mean()) if len(logs) else float("nan")
    return found


align(__name__)
