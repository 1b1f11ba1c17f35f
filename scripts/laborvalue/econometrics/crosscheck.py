"""Every estimate a second time, by linearmodels: what the tables hold, from the same rows, by another's code.

What is this project's: which rows enter, the small-sample factor of Stata with the count of what the effects cost, and
reghdfe's correction of two-way covariances. What is linearmodels': absorbing the effects, the coefficients, the sums
over clusters and the tests of the instrument. linearmodels and pandas are imported where they are used: the library
does without them. Shapes: N rows, K regressors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from laborvalue.econometrics.agreement import CROSSCHECK, DIFFERENCES, KEYS, NUMBERS, OTHERS, TOLERANCES
from laborvalue.econometrics.covariance import ROUNDING, corrected, small_sample_factor, standard_errors
from laborvalue.econometrics.equations import BY_NUMBER
from laborvalue.econometrics.estimation import CONSTANT, EquationSample, as_columns, equation_samples
from laborvalue.econometrics.fixed_effects import PartialledSample
from laborvalue.econometrics.options import RegressionOptions

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

# LSMR takes the effects as a sparse matrix; it stops at the rounding of floats.
ABSORBING = {"method": "lsmr", "absorb_options": {"atol": 1e-15, "btol": 1e-15}, "use_cache": False}
TESTED = ("kp_rk_lm", "kp_rk_f", "cragg_donald_f")
TESTS = "tests"  # the stage of the rows that hold the tests of the instrument

# By column, stage and term: estimate, standard error, n, and the size below which a standard error is rounding.
Found = dict[tuple[int, str, str], tuple[float, float, int, float]]


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of an equation as linearmodels takes them, singletons dropped.

    Attributes
    ----------
    sample
        What they are, their clusters and what the effects cost.
    data : ndarray, shape (N, variables)
        The variables in units of their standard deviations, the dependent first and the instrument last.
    scales : ndarray, shape (variables,)
        Their standard deviations, in their units.
    effects
        Both effects, categories of N rows.
    """

    sample: PartialledSample
    data: NDArray
    scales: NDArray
    effects: pd.DataFrame

    def factor(self, parameters: int) -> float:
        """Stata's small-sample factor for so many parameters."""
        return small_sample_factor(len(self.data), parameters, self.sample.n_clusters)


def crosscheck(
    estimated: Sequence[Mapping[str, Any]], panel: pa.Table, options: RegressionOptions | None = None
) -> dict[str, list[Any]]:
    """Estimate the columns of tables again with linearmodels and compare.

    Tables with least squares: `AbsorbingLS`. Those with an instrument: every variable beyond the effects by
    `AbsorbingLS`, then `IV2SLS`, which two-step GMM equals where there are as many instruments as regressors, and the
    tests of its first stage (`kleibergen_paap`, `cragg_donald_f`). The covariance is linearmodels' clustered one
    without its own small-sample factor, times this project's: (N-1)/(N-K-absorbed) G/(G-1).

    Parameters
    ----------
    estimated
        Rows of `estimate_table`, dicts, of as many tables as there are; there may be none.
    panel
        A pyarrow Table.
    options
        The choices of the regressions under which they were estimated; the defaults where None.

    Returns
    -------
    dict of list
        Columns by name (`agreement.CROSSCHECK`), one row per term and, under the stage `tests`, per test of an
        instrument that linearmodels gives. Missing is what linearmodels finds no number for.

    Raises
    ------
    InputError
        As the tables do.
    """
    options = options or RegressionOptions()
    by_table: dict[int, list[dict[str, Any]]] = {}
    for row in estimated:
        by_table.setdefault(row["table"], []).append({name: row[name] for name in (*KEYS, *NUMBERS)})
        if row["stage"] == "second" and row["term"] == CONSTANT:
            tests = {"stage": TESTS, "std_error": None}
            by_table[row["table"]] += [
                {name: row[name] for name in (*KEYS, *NUMBERS)} | tests | {"term": test, "estimate": row[test]}
                for test in TESTED
            ]
    rows = []
    for number, ours in sorted(by_table.items()):
        columns: set[int] = {row["column"] for row in ours}
        others: Found = {}
        for sample in equation_samples(BY_NUMBER[number], panel, options):
            if columns.intersection(sample.columns):
                others |= again(sample)
        for row in ours:
            other = others.get((row["column"], row["stage"], row["term"]))
            if other or row["stage"] != TESTS:
                rows.append(compared(row, *(other or (None, None, None, 0.0))))
    return as_columns(rows, CROSSCHECK)


def compared(
    row: Mapping[str, Any], estimate: float | None, std_error: float | None, n: int | None, rounding: float
) -> dict[str, Any]:
    """A row with what linearmodels found and the relative differences; None where a number is missing.

    Standard errors of which neither is above `rounding` are equal: of a variance that is zero, a little more comes out,
    or a little less, which has no root.
    """
    ours = {name: present(row[name]) for name in NUMBERS}
    others = {"estimate": present(estimate), "std_error": present(std_error), "n": n}
    differences = {name: relative_difference(ours[name], others[name]) for name in TOLERANCES}
    errors = [error for error in (ours["std_error"], others["std_error"]) if error is not None]
    if errors and max(errors) <= rounding:
        differences["std_error"] = 0.0
    numbers = (*ours.values(), *others.values(), *differences.values())
    return {name: row[name] for name in KEYS} | dict(zip((*NUMBERS, *OTHERS, *DIFFERENCES), numbers, strict=True))


def present(number: float | None) -> float | None:
    """A number, None where it is NaN."""
    return None if number is None or number != number else number


def relative_difference(ours: float | None, other: float | None) -> float | None:
    """The difference of two numbers as a share of the second; 0 where both are equal, None where one is missing."""
    if ours is None or other is None:
        return None
    return 0.0 if ours == other else float(abs(ours - other) / abs(other)) if other else np.inf


def regression_rows(equation: EquationSample) -> Rows:
    """The rows of an equation as linearmodels takes them.

    Parameters
    ----------
    equation
        Its complete rows.

    Returns
    -------
    Rows
    """
    import pandas as pd

    sample = equation.partialled()
    scales = sample.levels.std(axis=0, ddof=1)
    effects = pd.DataFrame({"ids": pd.Categorical(sample.ids), "years": pd.Categorical(sample.years)})
    return Rows(sample, sample.levels / scales, scales, effects)


def again(sample: EquationSample) -> Found:
    """Estimate one equation with linearmodels.

    Parameters
    ----------
    sample
        Its complete rows.

    Returns
    -------
    dict
        As `Found`; empty where linearmodels cannot estimate it.
    """
    from linearmodels.panel.utility import AbsorbingEffectError

    equation, column, rows = sample.equation, sample.column, regression_rows(sample)
    try:
        if not equation.instrument:
            x = list(range(1, rows.data.shape[1]))
            parameters = len(x) + rows.sample.absorbed.of_reghdfe()
            fit = absorbing(rows, 0, x)
            return dict(terms(rows, fit, 0, x, equation.regressors, parameters, (column, "")))
        first, second = absorbing(rows, 1, [2]), instrumental(rows)
    except (AbsorbingEffectError, ValueError, np.linalg.LinAlgError):
        return {}
    parameters = 1 + rows.sample.absorbed.of_ivreghdfe()
    results = dict(terms(rows, first, 1, [2], (equation.instrument,), parameters, (column, "first")))
    results |= terms(rows, second, 0, [1], equation.regressors, parameters, (column + 1, "second"))
    for name, statistic in zip(TESTED, instrument_tests(rows, second), strict=True):
        if np.isfinite(statistic):
            results[column + 1, TESTS, name] = statistic, np.nan, len(rows.data), 0.0
    return results


@dataclass(frozen=True, eq=False)
class Fit:
    """Results of linearmodels with both covariances, which no small-sample factor has touched.

    Attributes
    ----------
    clustered, classical
        AbsorbingLSResults or IVResults.
    """

    clustered: Any
    classical: Any


def absorbing(rows: Rows, y: int, x: Sequence[int]) -> Fit:
    """Fit AbsorbingLS of one variable on others and a constant; the constant alone where there are none.

    Parameters
    ----------
    rows
        The data.
    y, x
        The columns of the dependent and of the regressors.

    Returns
    -------
    Fit

    Raises
    ------
    AbsorbingEffectError
        Where a regressor does not vary beyond the effects, in linearmodels' eyes.
    """
    from linearmodels.iv.absorbing import AbsorbingLS

    exog = np.column_stack([rows.data[:, list(x)], np.ones(len(rows.data))])
    model = AbsorbingLS(rows.data[:, y], exog, absorb=rows.effects)
    return fitted(model, rows, **ABSORBING)


def fitted(model: Any, rows: Rows, **how: Any) -> Fit:
    """Fit a model of linearmodels under both covariances; how: further arguments of its `fit`."""
    clustered = model.fit(cov_type="clustered", clusters=np.column_stack(rows.sample.clusters), debiased=False, **how)
    return Fit(clustered, model.fit(cov_type="unadjusted", debiased=False, **how))


def instrumental(rows: Rows) -> Fit:
    """Fit IV2SLS of the dependent on the endogenous regressor and a constant, all beyond the effects.

    Parameters
    ----------
    rows
        The data: dependent, endogenous regressor and instrument.

    Returns
    -------
    Fit
    """
    from linearmodels.iv.model import IV2SLS

    beyond = [absorbing(rows, column, []).clustered.model.absorbed_dependent.to_numpy() for column in range(3)]
    model = IV2SLS(beyond[0], np.ones((len(rows.data), 1)), *beyond[1:])
    return fitted(model, rows)


def terms(
    rows: Rows, fit: Fit, y: int, x: Sequence[int], names: Sequence[str], parameters: int, where: tuple[int, str]
) -> Iterator[tuple[tuple[int, str, str], tuple[float, float, int, float]]]:
    """List the slopes and the constant of a fit in the units of the variables.

    Rounding is what is far below the covariance: the classical one where scores cancel within every cluster, the
    clustered one where a two-way variance is corrected to zero.

    Parameters
    ----------
    rows
        The data.
    fit
        Its results.
    y, x
        The columns of the dependent and of the regressors.
    names
        The terms.
    parameters
        What the fit costs.
    where
        Column and stage.

    Yields
    ------
    (tuple, tuple)
        Key and value of `Found`.
    """
    order = [*range(len(x)), len(x)]
    if where[1] == "second":
        order = order[::-1]  # IV2SLS has the constant first
    units = rows.scales[y] / np.append(rows.scales[list(x)], 1)
    estimates = np.asarray(fit.clustered.params)[order] * units
    classical, clustered = (np.asarray(results.cov)[np.ix_(order, order)] for results in (fit.classical, fit.clustered))
    covariance = rows.factor(parameters) * clustered
    rounding = np.sqrt(ROUNDING * np.maximum(np.diag(classical), np.abs(covariance).max())) * units
    slopes, constant = corrected(covariance * np.outer(units, units), rows.scales[list(x)], rows.sample.clusters)
    errors = standard_errors(np.append(np.diag(slopes), constant))
    for term, *numbers in zip((*names, CONSTANT), estimates, errors, rounding, strict=True):
        estimate, error, size = map(float, numbers)
        yield (*where, term), (estimate, error, int(fit.clustered.nobs), size)


def instrument_tests(rows: Rows, second: Fit) -> tuple[float, float, float]:
    """Test the instrument: Kleibergen-Paap LM and F, Cragg-Donald F.

    linearmodels counts the constant, of which nothing else is left beyond the effects; the factor is exchanged for that
    of all parameters. It has no Kleibergen-Paap statistics for two-way clusters.

    Parameters
    ----------
    rows
        The data.
    second
        The results of `instrumental`.

    Returns
    -------
    (float, float, float)
        NaN where linearmodels has none.
    """
    from linearmodels.iv.common import cragg_donald_f, kleibergen_paap, kleibergen_paap_f

    model = second.clustered.model
    arrays = model.endog.ndarray, model.instruments.ndarray, model.exog.ndarray
    exchanged = rows.factor(2) / rows.factor(1 + rows.sample.absorbed.of_ivreghdfe())
    cragg_donald = exchanged * cragg_donald_f(*arrays)
    if len(rows.sample.clusters) > 1:
        return np.nan, np.nan, cragg_donald
    by_cluster: dict[str, Any] = {"cov_type": "clustered", "cov_config": {"clusters": rows.sample.clusters[0]}}
    lm = kleibergen_paap(*arrays, **by_cluster).stat
    return float(lm), exchanged * kleibergen_paap_f(*arrays, **by_cluster), cragg_donald
