"""The first stage of an instrumented table as a binned scatterplot, for the figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from laborvalue.econometrics.equations import TableSpec
from laborvalue.econometrics.estimation import equation_samples
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.errors import located
from laborvalue.summaries import BinnedMeans, binned_means

if TYPE_CHECKING:
    import pyarrow as pa


def first_stage_bins(table: TableSpec, panel: pa.Table, options: RegressionOptions, bins: int = 50) -> BinnedMeans:
    """Means of the instrument and of the endogenous regressor, both net of the fixed effects.

    The rows and the residuals are those of the estimation, so that the line through the origin with the first
    stage's slope is the least-squares line of the residuals (Frisch and Waugh 1933; Lovell 1963).

    Parameters
    ----------
    table : TableSpec
        A table with an instrument; its first equation is taken.
    panel : pyarrow.Table
        The columns of `equations.columns_needed(table, options)`, levels not logs.
    options : RegressionOptions
        The choices of the regressions.
    bins : int
        The number of groups along the instrument.

    Returns
    -------
    BinnedMeans
        x: the instrument; y: the endogenous regressor, in the units in which they enter the equation.

    Raises
    ------
    InputError
        Where the equation cannot be estimated from the panel.
    """
    with located(f"Table {table.number}"):
        sample = next(equation_samples(table, panel, options)).partialled()
    endogenous, instrument = sample.within[:, 1], sample.within[:, 2]
    return binned_means(instrument, endogenous, bins)
