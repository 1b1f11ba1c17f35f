"""From a panel to the rows of a table: samples, logs, estimates, descriptive statistics, and what is lost on the way.

A panel is a pyarrow Table with the columns of `laborvalue.variables`, levels not logs, N rows, one per region, sector
and year. Tables are entries of the register in `laborvalue.econometrics.equations`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from laborvalue import cells
from laborvalue.cells import BadCellError
from laborvalue.econometrics.covariance import p_values, standard_errors, stars
from laborvalue.econometrics.demeaning import codes
from laborvalue.econometrics.equations import Equation, SampleRule, TableSpec, columns_needed
from laborvalue.econometrics.fixed_effects import Estimates, PartialledSample, fixed_effects, partialled_sample
from laborvalue.econometrics.instruments import instrumental_fixed_effects
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.errors import InputError, NotEstimable
from laborvalue.labels import align
from laborvalue.variables import DESCRIBED, KEYS, variable

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")

TERM = (
    *("table", "column", "stage", "dependent", "term"),
    *("estimate", "std_error", "statistic", "p_value", "stars"),
)
STATISTICS = ("n", "n_singletons", "n_clusters", "r2", "r2_adjusted", "r2_within")
INSTRUMENT_TESTS = ("kp_rk_lm", "kp_rk_lm_p", "kp_rk_f", "cragg_donald_f", "cragg_donald_f_xtivreg2")
CONSTANT = "constant"
LEFT_OUT = ("table", "column", "reason")
SHOWN = 5  # pairs of keys in a message


@dataclass(frozen=True)
class Estimated:
    """What could be estimated, and what could not and why; columns by name, each a list.

    Attributes
    ----------
    columns
        The estimates, one row per term.
    left_out
        `table`, `column` and `reason`: the columns of the tables that have no estimate.
    """

    columns: dict[str, list[Any]]
    left_out: dict[str, list[Any]]


@dataclass(frozen=True, eq=False)
class EquationSample:
    """The complete rows of one equation.

    Attributes
    ----------
    column
        The first column of the table that the equation takes.
    equation
        What is regressed on what.
    data : ndarray, shape (N, variables)
        Its variables as they enter, the dependent first and the instrument last.
    entity, time : ndarray, shape (N,)
        Codes of the region-sectors and years.
    clusters : list of ndarray, shape (N,)
        One or two clusterings.
    enters : ndarray of bool, shape (rows of the panel,)
        Which rows of the panel these are.
    drop_singletons
        Whether rows that are alone in their effect leave.
    unsupported
        Why the rows do not support it, where one of its variables alone is the reason; else empty.
    """

    column: int
    equation: Equation
    data: NDArray
    entity: NDArray
    time: NDArray
    clusters: list[NDArray]
    enters: NDArray
    drop_singletons: bool
    unsupported: str = ""

    @property
    def columns(self) -> range:
        """All columns of the table that the equation takes."""
        return range(self.column, self.column + len(self.equation.stages))

    def partialled(self) -> PartialledSample:
        """Drop singletons and partial the effects out; the dependent stays first and the instrument last."""
        groups = self.entity, self.time, self.clusters
        return partialled_sample(self.data, self.equation.variables, *groups, self.drop_singletons)


# Reading a panel


def require_columns(panel: pa.Table, table: TableSpec, names: Iterable[str]) -> None:
    """Check that a panel has rows and the columns that a table needs.

    Parameters
    ----------
    panel
        A pyarrow Table.
    table
        The table, for the message.
    names
        The columns that it needs.

    Raises
    ------
    InputError
        For the first column that is missing, or for a panel without rows.
    """
    for name in names:
        if name not in panel.column_names:
            raise InputError(
                f"panel has no column {name}, which Table {table.number} needs; "
                "add it, or request only the tables that do without it"
            )
    if panel.num_rows == 0:
        raise InputError("panel has no row; expected one per region, sector and year")


def row_name(panel: pa.Table, row: int) -> str:
    """Name a row of the panel by its keys, for messages."""
    return ", ".join(f"{key} {panel[key][row].as_py()}" for key in KEYS if key in panel.column_names)


def column_values(panel: pa.Table, name: str) -> NDArray:
    """Read a column of a panel as floats.

    Parameters
    ----------
    panel
        A pyarrow Table.
    name
        The column; numbers of any type, or texts that spell numbers.

    Returns
    -------
    ndarray, shape (N,)
        In the column's unit, NaN where it has no value.

    Raises
    ------
    InputError
        Where it holds anything but finite numbers.
    """
    try:
        values = cells.numbers(panel[name])
    except BadCellError as fault:
        raise InputError(
            f"column {name} holds {fault.found!r} ({row_name(panel, fault.row)}){fault.others}; "
            f"expected {cells.expected_number(fault.found)}, and an empty cell where one is missing"
        ) from None
    for infinite in np.flatnonzero(np.isinf(values)):
        raise InputError(f"column {name} is infinite ({row_name(panel, int(infinite))}); expected finite numbers")
    return values


def key_labels(panel: pa.Table, key: str) -> tuple[list[Any], NDArray]:
    """Read a key of a panel, regions and sectors as texts and years as whole numbers.

    Parameters
    ----------
    panel
        A pyarrow Table.
    key
        The column: region, sector or year.

    Returns
    -------
    labels
        The different keys; two may be equal.
    positions : ndarray, shape (N,)
        The position of each row's key among the labels.

    Raises
    ------
    InputError
        Where a key is missing or is no text, or a year is not a whole number of at most four
        digits.
    """
    reader, expected = (cells.year, cells.A_YEAR) if key == "year" else (cells.key, "texts or whole numbers")
    try:
        return cells.distinct(panel[key], reader)
    except BadCellError as fault:
        where = f"row {fault.row + 1} of the data"
        if fault.found is None:
            message = f"{where} has no {key}{fault.others}; expected one in every row"
        else:
            message = f"{key} is {str(fault.found)!r} in {where}{fault.others}; expected {expected}"
        raise InputError(message) from None


def key_codes(panel: pa.Table) -> list[NDArray]:
    """Number the regions, sectors and years of a panel from 0.

    Parameters
    ----------
    panel
        A pyarrow Table.

    Returns
    -------
    list of three ndarray, shape (N,)
        Codes of regions, sectors and years.

    Raises
    ------
    InputError
        Where a key is missing or unreadable, a region-sector-year occurs twice, or two keys are almost surely one.
    """
    coded, keys = [], []
    for key in KEYS:
        labels, positions = key_labels(panel, key)
        coded.append(codes(np.array(labels)).astype(np.int64)[positions])
        keys.append(np.unique(labels).tolist())
    place = np.ravel_multi_index(coded, [groups.max(initial=0) + 1 for groups in coded])
    ordered = np.sort(place)
    if np.any(ordered[1:] == ordered[:-1]):
        repeated = np.setdiff1d(np.arange(len(place)), np.unique(place, return_index=True)[1])
        raise InputError(
            f"{row_name(panel, int(repeated[0]))} occurs more than once; expected one row per region, sector and year"
        )
    refuse_split_keys(coded, keys)
    return coded


def refuse_split_keys(coded: Sequence[NDArray], keys: Sequence[Sequence[Any]]) -> None:
    """Check that no region and no sector has two keys, which would make two region-sectors of one.

    Parameters
    ----------
    coded : three ndarray, shape (N,)
        Codes of regions, sectors and years.
    keys
        The keys of each.

    Raises
    ------
    InputError
        For two keys that differ as the same key does when it is written twice, and never stand side by side.
    """
    (region, sector, year), years = coded, np.array(keys[2])
    found = []
    for what, labels, own, other in (("region", keys[0], region, sector), ("sector", keys[1], sector, region)):

        def places(k: int, own: NDArray = own, other: NDArray = other) -> NDArray:
            return (other * len(years) + year)[own == k]

        for pair in cells.split_keys(labels, places):
            both = [
                f"{cells.as_written(labels[k])} ({', '.join(map(str, years[np.unique(year[own == k])]))})" for k in pair
            ]
            found.append(f"{what} {' and '.join(both)}")
    if found:
        more = f" and {len(found) - SHOWN} more pairs" if len(found) > SHOWN else ""
        raise InputError(
            f"{'; '.join(found[:SHOWN])}{more}: almost the same keys, and never side by side in a year; write a key "
            "the same in all rows (letter case, accents, blanks, characters that do not show, zeros), or rename one"
        )


def logarithm(values: NDArray, policy: str = "drop", epsilon: float = 1e-6) -> NDArray:
    """Take natural logs, NaN where there is none, so that the row drops out.

    Parameters
    ----------
    values : ndarray, shape (N,)
        Levels, in any unit.
    policy
        `drop` (the paper's), `log1p` for ln(1 + value), or `epsilon`, which stands for 0. Negative values drop out
        under each.
    epsilon
        What stands for 0 under `epsilon`, in the unit of the values.

    Returns
    -------
    ndarray, shape (N,)
    """
    if policy == "log1p":
        return np.log1p(values, out=np.full(len(values), np.nan), where=values >= 0)
    if policy == "epsilon":
        values = np.where(values == 0, epsilon, values)
    return np.log(values, out=np.full(len(values), np.nan), where=values > 0)


def equation_data(panel: pa.Table, equation: Equation, options: RegressionOptions) -> NDArray:
    """Read the variables of an equation as they enter it.

    Parameters
    ----------
    panel
        A pyarrow Table.
    equation
        An equation of the register.
    options
        Whether and how logs are taken; variables that the register does not log stay in levels.

    Returns
    -------
    ndarray, shape (N, variables)
        The dependent first and the instrument last; NaN where one is missing or has no log.
    """
    columns = []
    for name in equation.variables:
        values = column_values(panel, name)
        if options.log_transform and variable(name).in_logs:
            values = logarithm(values, options.zero_policy, options.epsilon)
        columns.append(values)
    return np.column_stack(columns)


def rows_sampled(table: TableSpec, panel: pa.Table) -> NDArray:
    """Say which rows a table may use.

    Parameters
    ----------
    table
        An entry of the register.
    panel
        A pyarrow Table.

    Returns
    -------
    ndarray of bool, shape (N,)
        All rows, or those that have a tlp.
    """
    if table.sample is SampleRule.ALL:
        return np.full(panel.num_rows, True)
    return ~np.isnan(column_values(panel, "tlp"))


def unsupported(
    panel: pa.Table, equation: Equation, sampled: NDArray, options: RegressionOptions, years: NDArray
) -> str:
    """Say which variable of an equation alone keeps it from being estimated: one without a value, or a lead.

    Parameters
    ----------
    panel
        A pyarrow Table.
    equation
        An equation of the register.
    sampled : ndarray of bool, shape (N,)
        The rows that the table samples.
    options
        Whether and how logs are taken.
    years : ndarray, shape (n,)
        Codes of the years of its complete rows.

    Returns
    -------
    str
        The reason; empty where it is another one, or where there is none.
    """
    if len(years):
        leads = [name for name in equation.variables if variable(name).years_ahead and np.ptp(years) == 0]
        return f"only one year has a value of {leads[0]}; expected three table years or more" if leads else ""
    found, data = [], equation_data(panel, equation, options)
    for name, entered in zip(equation.variables, data.T, strict=True):
        if np.isnan(entered[sampled]).all():
            nothing = np.isnan(column_values(panel, name)[sampled]).all()
            found.append(f"{name} has no value" if nothing else f"{name} has no value with a log")
    return f"no row is left: {' and '.join(found)}" if found else ""


def clusterings_of(cluster: str, region: NDArray, sector: NDArray, entity: NDArray) -> list[NDArray]:
    """The clusters that the option `cluster` names.

    Parameters
    ----------
    cluster
        `city_sector`, `city`, `sector` or `two_way`.
    region, sector, entity : ndarray, shape (N,)
        Codes of regions, sectors and region-sectors.

    Returns
    -------
    list of ndarray, shape (N,)
        One or two clusterings.
    """
    return {"city_sector": [entity], "city": [region], "sector": [sector], "two_way": [region, sector]}[cluster]


def equation_samples(table: TableSpec, panel: pa.Table, options: RegressionOptions) -> Iterator[EquationSample]:
    """Yield the sample of each equation of a table, one at a time.

    A row enters an equation where the table samples it and every variable of the equation exists, logs taken.

    Parameters
    ----------
    table
        A table of estimates.
    panel
        A pyarrow Table.
    options
        Logs, clusters and the total digital input.

    Yields
    ------
    EquationSample

    Raises
    ------
    InputError
        Where the panel lacks a column, a key, or numbers.
    """
    require_columns(panel, table, columns_needed(table, options))
    region, sector, year = key_codes(panel)
    entity = codes(region * (sector.max(initial=0) + 1) + sector)
    clusters = clusterings_of(options.cluster, region, sector, entity)
    del region, sector  # for a panel as long as memory allows, as the single copy of the data below
    sampled = rows_sampled(table, panel)
    for column, equation in table.placed(options.total_digital):
        data = equation_data(panel, equation, options)
        enters = sampled & ~np.isnan(data).any(axis=1)
        data = data[enters]
        groups = [labels[enters] for labels in clusters]
        reason = unsupported(panel, equation, sampled, options, year[enters])
        effects = entity[enters], year[enters]
        yield EquationSample(column, equation, data, *effects, groups, enters, options.drop_singletons, reason)
        del data


# Tables


def term_rows(fit: Estimates, dependent: str, regressors: Sequence[str], **labels: Any) -> list[dict[str, Any]]:
    """List the rows of one estimated equation, one dict per regressor and one for the constant."""
    estimate = np.append(fit.coefficients, fit.constant)
    std_error = np.append(standard_errors(np.diag(fit.covariance)), fit.constant_error)
    statistic = estimate / std_error
    p_value = p_values(statistic, fit.df)
    return [
        labels
        | {"dependent": dependent, "term": term, "estimate": b, "std_error": se, "statistic": t}
        | {"p_value": p, "stars": stars(p)}
        | {name: getattr(fit, name) for name in STATISTICS}
        for term, b, se, t, p in zip((*regressors, CONSTANT), estimate, std_error, statistic, p_value, strict=True)
    ]


def equation_rows(sample: EquationSample) -> list[dict[str, Any]]:
    """Estimate one equation; returns its rows, those of the first stage before those of the second."""
    equation, column = sample.equation, sample.column
    if sample.unsupported:
        raise NotEstimable(sample.unsupported)
    groups = sample.entity, sample.time, sample.clusters
    y, x = sample.data[:, 0], sample.data[:, 1:]
    if not equation.instrument:
        fit = fixed_effects(y, x, *groups, equation.variables, sample.drop_singletons)
        return term_rows(fit, equation.dependent, equation.regressors, column=column, stage="")
    fits = instrumental_fixed_effects(y, x[:, 0], x[:, 1:], *groups, equation.variables, sample.drop_singletons)
    (first,), (endogenous,) = fits.first, equation.regressors
    rows = [
        *term_rows(first, endogenous, (equation.instrument,), column=column, stage="first"),
        *term_rows(fits.second, equation.dependent, (endogenous,), column=column + 1, stage="second"),
    ]
    return [row | {name: getattr(fits.tests, name) for name in INSTRUMENT_TESTS} for row in rows]


def estimate_table(table: TableSpec, panel: pa.Table, options: RegressionOptions | None = None) -> Estimated:
    """Estimate a table from a panel, equation by equation.

    An equation that the panel's rows do not support is left out with the reason, and the others are estimated.

    Parameters
    ----------
    table
        A table of estimates of the register.
    panel
        A pyarrow Table with the panel's columns, levels not logs.
    options
        The choices of the regressions; the defaults where None.

    Returns
    -------
    Estimated
        One row per term. An equation with an instrument takes two columns of the table, first stage and second stage;
        both are left out together.

    Raises
    ------
    InputError
        Where the panel lacks a column, a key, or numbers.
    """
    options = options or RegressionOptions()
    estimated, left_out = by_equation(table, panel, options, equation_rows)
    rows = [row | {"table": table.number} for rows in estimated for row in rows]
    tests = INSTRUMENT_TESTS if table.instrumented else ()
    return Estimated(as_columns(rows, (*TERM, *STATISTICS, *tests)), as_columns(left_out, LEFT_OUT))


def by_equation(
    table: TableSpec, panel: pa.Table, options: RegressionOptions, compute: Callable[[EquationSample], T]
) -> tuple[list[T], list[dict[str, Any]]]:
    """Compute something for each equation of a table that its rows support.

    Parameters
    ----------
    table
        A table of estimates of the register.
    panel
        A pyarrow Table.
    options
        The choices of the regressions.
    compute
        From the sample of an equation to a result; raises `NotEstimable` where its rows do not support it.

    Returns
    -------
    (list, list of dict)
        The results, and `table`, `column` and `reason` of what is left out.

    Raises
    ------
    InputError
        As `equation_samples` does.
    """
    results, left_out = [], []
    for sample in equation_samples(table, panel, options):
        try:
            results.append(compute(sample))
        except NotEstimable as error:
            left_out += [{"table": table.number, "column": column, "reason": str(error)} for column in sample.columns]
    return results, left_out


def as_columns(rows: Sequence[Mapping[str, Any]], names: Iterable[str]) -> dict[str, list[Any]]:
    """Turn rows into columns by name, empty ones where there is no row."""
    return {name: [row[name] for row in rows] for name in names}


def tabulated(rows: Iterable[Sequence[Any]], names: Sequence[str]) -> dict[str, list[Any]]:
    """Turn rows, cells in the order of the names, into columns by name."""
    return as_columns([dict(zip(names, row, strict=True)) for row in rows], names)


def count_losses(table: TableSpec, panel: pa.Table, options: RegressionOptions | None = None) -> dict[str, list[Any]]:
    """Count what keeps rows out of the equations of a table, variable by variable.

    Parameters
    ----------
    table
        A table of estimates of the register.
    panel
        A pyarrow Table.
    options
        The choices of the regressions; the defaults where None.

    Returns
    -------
    dict of list
        Columns by name, one row per equation and variable: of the rows that the table samples, those where the
        variable is `missing`, `zero` or `negative`, and those that leave because it has a value but no log
        (`without_log`). Both stages of an equation count under its first column.

    Raises
    ------
    InputError
        Where the panel lacks a column.
    """
    options = options or RegressionOptions()
    require_columns(panel, table, columns_needed(table, options))
    sampled = rows_sampled(table, panel)
    losses = []
    for column, equation in table.placed(options.total_digital):
        data = equation_data(panel, equation, options)[sampled]
        for name, entered in zip(equation.variables, data.T, strict=True):
            values = column_values(panel, name)[sampled]
            masks = np.isnan(values), values == 0, values < 0, np.isnan(entered) & ~np.isnan(values)
            losses.append((table.number, column, name, *(int(mask.sum()) for mask in masks)))
    return tabulated(losses, ("table", "column", "variable", "missing", "zero", "negative", "without_log"))


def describe_variables(table: TableSpec, panel: pa.Table) -> dict[str, list[Any]]:
    """Describe variables: n, mean, standard deviation (n - 1), least and greatest value.

    Parameters
    ----------
    table
        A description of the register, Table 2.
    panel
        A pyarrow Table. Each variable is described over the rows that the table samples and that have it.

    Returns
    -------
    dict of list
        Columns by name, one row per variable that the register of variables describes; n is 0 and the rest NaN for a
        variable without a value.

    Raises
    ------
    InputError
        Where the panel lacks a column.
    """
    require_columns(panel, table, columns_needed(table))
    key_codes(panel)
    sampled = rows_sampled(table, panel)
    rows = []
    for name in DESCRIBED:
        values = column_values(panel, name)
        values = values[sampled & ~np.isnan(values)]
        mean, least, most = (values.mean(), values.min(), values.max()) if len(values) else (np.nan,) * 3
        sd = values.std(ddof=1) if len(values) > 1 else np.nan
        rows.append((name, len(values), mean, sd, least, most))
    return tabulated(rows, ("variable", "n", "mean", "sd", "min", "max"))


align(__name__)
