"""The first stage of an instrumental-variable table as a binned scatterplot, for the figure."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from laborvalue.econometrics import tables
from laborvalue.econometrics.estimators import partialled_sample
from laborvalue.errors import InputError
from laborvalue.summaries import BinnedMeans, binned_means


def first_stage_bins(number: int, panel: pa.Table, settings: Mapping[str, Any], bins: int = 50) -> BinnedMeans:
    """Means of the instrument and of the endogenous regressor, both net of the fixed effects.

    The rows and the residuals are those of the table's estimation, so that the line through the origin with the
    first stage's slope is the least-squares line of the residuals (Frisch and Waugh 1933; Lovell 1963).

    Parameters
    ----------
    number : int
        A table with one instrumented equation.
    panel : pyarrow.Table
        The columns of `tables.columns_needed(number, settings)`, levels not logs.
    settings : mapping
        The config's `regressions`.
    bins : int
        The number of groups along the instrument.

    Returns
    -------
    BinnedMeans
        x: the instrument; y: the endogenous regressor, in the units in which they enter the equation.

    Raises
    ------
    InputError
        Where the table cannot be estimated from the panel.
    """
    try:
        ((names, data, groups),) = tables.equation_samples(number, panel, settings)
        sample = partialled_sample(data, names, *groups, settings["drop_singletons"])
    except InputError as error:
        raise InputError(f"Table {number}: {error}") from None
    endogenous, instrument = sample.within[:, 1], sample.within[:, 2]
    return binned_means(instrument, endogenous, bins)
