"""Tables 2 to 10 of the paper: which variables, which rows, which estimator."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from laborvalue.econometrics.estimators import (
    Estimates,
    codes,
    fixed_effects,
    instrumental_fixed_effects,
    p_values,
    standard_errors,
)
from laborvalue.errors import InputError


class Equation(NamedTuple):
    """One column of a table: the dependent variable on the regressors, all in logs."""

    dependent: str
    regressors: tuple[str, ...]
    instrument: str = ""  # in levels; its table shows a first and a second stage


DIGITAL = ("ddr", "dsr", "dir", "indir")

EQUATIONS = {
    3: [*(Equation("tlpr", (dr,)) for dr in DIGITAL), Equation("tlpr", ("otlp",))],  # (1), (2)
    4: [Equation("tlpr", (dr, "otlp")) for dr in DIGITAL],  # (3)
    5: [Equation("occ", (dr, "otlp")) for dr in DIGITAL],  # (20)
    6: [Equation("lp_next", (dr,)) for dr in DIGITAL],
    7: [Equation("pri", (dr,)) for dr in DIGITAL],  # (4)
    8: [Equation("pri", ("d",), instrument="iv")],
    9: [Equation(dr, ("dlq",)) for dr in DIGITAL],  # (5)
    10: [Equation(dr, ("pp",)) for dr in DIGITAL],  # (5)
}

# Tables 6 and 10 take every row that has their variables, the others only rows that have a tlp.
WITHOUT_TLP = (6, 10)

DESCRIBED = (
    *("tlp", "tlpr", "dd", "ds", "di", "indi", "ddr", "dsr", "dir", "indir"),
    *("otlp", "pri", "dlq", "pp"),
)

KEYS = ("region", "sector", "year")

TERM = (
    *("table", "column", "stage", "dependent", "term"),
    *("estimate", "std_error", "statistic", "p_value", "stars"),
)
STATISTICS = ("n", "n_singletons", "n_clusters", "r2", "r2_adjusted", "r2_within")
INSTRUMENT_TESTS = ("kp_rk_lm", "kp_rk_lm_p", "kp_rk_f", "cragg_donald_f", "cragg_donald_f_xtivreg2")

SIGNIFICANCE = (0.01, 0.05, 0.10)


def require_columns(panel: pa.Table, names: Iterable[str], number: int) -> None:
    """Raise InputError for the first of `names` that the panel lacks and Table `number` needs, or for no row."""
    for name in names:
        if name not in panel.column_names:
            raise InputError(
                f"panel has no column {name}, which Table {number} needs; "
                "add it, or ask only for the tables that do without it"
            )
    if panel.num_rows == 0:
        raise InputError("panel has no row; expected one per region, sector and year")


def cell(panel: pa.Table, row: int) -> str:
    """Name a row of the panel, for messages."""
    return ", ".join(f"{key} {panel[key][row].as_py()}" for key in KEYS)


def floats(array: pa.DoubleArray) -> NDArray:
    """A pyarrow array of doubles as a numpy one (N,), NaN for null.

    From its buffers, since pyarrow's own to_numpy imports pandas, a third of the time that a table takes.
    """
    valid, data = array.buffers()
    rows = slice(array.offset, array.offset + len(array))
    values = np.frombuffer(data, dtype=np.float64)[rows]
    if array.null_count == 0:
        return values
    return np.where(np.unpackbits(np.frombuffer(valid, dtype=np.uint8), bitorder="little")[rows], values, np.nan)


def numbers(panel: pa.Table, name: str) -> NDArray:
    """A column of the panel as floats (N,), NaN where it has no value.

    Raises InputError where it holds anything but finite numbers.
    """
    column = panel[name]
    if any(is_kind(column.type) for is_kind in (pa.types.is_integer, pa.types.is_floating, pa.types.is_null)):
        values = floats(column.cast(pa.float64(), safe=False).combine_chunks())
    else:
        values = np.full(panel.num_rows, np.nan)
        for row, value in enumerate(column.to_pylist()):
            try:
                values[row] = np.nan if value in (None, "") else float(value)
            except (TypeError, ValueError):
                raise InputError(
                    f"column {name} holds {value!r} ({cell(panel, row)}); "
                    "expected numbers, and an empty cell where one is missing"
                ) from None
    for infinite in np.flatnonzero(np.isinf(values)):
        raise InputError(f"column {name} is infinite ({cell(panel, int(infinite))}); expected finite numbers")
    return values


def key_codes(panel: pa.Table) -> list[NDArray]:
    """Number the regions, sectors and years of the panel from 0: three arrays (N,).

    Raises InputError where a key is missing or a region-sector-year occurs twice.
    """
    coded = []
    for key in KEYS:
        # each label once: ten million of them as Python objects would not fit
        encoded = panel[key].dictionary_encode().unify_dictionaries().combine_chunks()
        labels = encoded.dictionary.to_pylist()
        absent = {None} | {code for code, label in enumerate(labels) if label == "" or label != label}
        if encoded.null_count or len(absent) > 1:
            row = next(row for row, code in enumerate(encoded.indices.to_pylist()) if code in absent)
            raise InputError(f"row {row + 1} of the data has no {key}; expected one in every row")
        coded.append(codes(np.array(labels)).astype(np.int64)[np.from_dlpack(encoded.indices)])
    cells = np.ravel_multi_index(coded, [groups.max(initial=0) + 1 for groups in coded])
    ordered = np.sort(cells)
    if np.any(ordered[1:] == ordered[:-1]):
        repeated = np.setdiff1d(np.arange(len(cells)), np.unique(cells, return_index=True)[1])
        raise InputError(
            f"{cell(panel, int(repeated[0]))} occurs more than once; expected one row per region, sector and year"
        )
    return coded


def logarithm(values: NDArray, policy: str, epsilon: float) -> NDArray:
    """Natural logs of `values` (N,), NaN where there is none, so that the row drops out.

    What is not positive has no log under the paper's `drop`; for robustness `log1p` takes ln(1 + value)
    and `epsilon` puts epsilon in the place of 0. Negative values drop out under each.
    """
    if policy == "log1p":
        return np.log1p(values, out=np.full(len(values), np.nan), where=values >= 0)
    if policy == "epsilon":
        values = np.where(values == 0, epsilon, values)
    return np.log(values, out=np.full(len(values), np.nan), where=values > 0)


def equations_of(number: int, total_digital: str) -> list[Equation]:
    """The columns of Table `number`, with `total_digital` (d or tdr) for the total digital input."""
    return [
        equation._replace(regressors=tuple(total_digital if x == "d" else x for x in equation.regressors))
        for equation in EQUATIONS[number]
    ]


def variables_of(equation: Equation) -> list[str]:
    """The names of an equation's variables, the dependent first and the instrument last."""
    return [name for name in (equation.dependent, *equation.regressors, equation.instrument) if name]


def columns_needed(number: int, settings: Mapping[str, Any]) -> list[str]:
    """The panel's columns that Table `number` (3 to 10) is made from, keys first."""
    equations = equations_of(number, settings["total_digital"])
    names = [name for equation in equations for name in variables_of(equation)]
    return [*KEYS, *["tlp"] * (number not in WITHOUT_TLP), *names]


def equation_data(panel: pa.Table, equation: Equation, settings: Mapping[str, Any]) -> NDArray:
    """The variables of an equation in the columns of an array (N, variables), NaN where one is missing.

    Logs of all but the instrument, or levels throughout where `log_transform` is false.
    """
    columns = [numbers(panel, name) for name in variables_of(equation)]
    if settings["log_transform"]:
        logged = slice(len(equation.regressors) + 1)
        columns[logged] = [
            logarithm(values, settings["zero_policy"], settings["epsilon"]) for values in columns[logged]
        ]
    return np.column_stack(columns)


def clusterings(cluster: str, region: NDArray, sector: NDArray, unit: NDArray) -> list[NDArray]:
    """The clusters of `cluster`, one array (N,) of labels each: city_sector, city, sector or two_way."""
    return {"city_sector": [unit], "city": [region], "sector": [sector], "two_way": [region, sector]}[cluster]


def stars(p_value: float) -> str:
    """*** below 1 %, ** below 5 %, * below 10 %; none where there is no p-value."""
    return "*" * sum(p_value < level for level in SIGNIFICANCE)


def term_rows(fit: Estimates, dependent: str, regressors: Sequence[str], **labels: Any) -> list[dict[str, Any]]:
    """The rows of one estimated equation, one dict per regressor and one for the constant."""
    estimate = np.append(fit.coefficients, fit.constant)
    std_error = np.append(standard_errors(np.diag(fit.covariance)), fit.constant_error)
    statistic = estimate / std_error
    p_value = p_values(statistic, fit.df)
    return [
        labels
        | {"dependent": dependent, "term": term, "estimate": b, "std_error": se, "statistic": t}
        | {"p_value": p, "stars": stars(p)}
        | {name: getattr(fit, name) for name in STATISTICS}
        for term, b, se, t, p in zip((*regressors, "constant"), estimate, std_error, statistic, p_value, strict=True)
    ]


def equation_rows(
    equation: Equation,
    data: NDArray,
    groups: tuple[NDArray, NDArray, list[NDArray]],
    labels: dict[str, Any],
    drop_singletons: bool,
) -> list[dict[str, Any]]:
    """Estimate one column of a table from complete `data` (N, variables); returns its rows.

    groups: ids, years (N,) and the list of clusterings.
    """
    names = variables_of(equation)
    y, x = data[:, 0], data[:, 1:]
    if not equation.instrument:
        fit = fixed_effects(y, x, *groups, names, drop_singletons)
        return term_rows(fit, equation.dependent, equation.regressors, **labels, stage="")
    (first,), second, tests = instrumental_fixed_effects(y, x[:, 0], x[:, 1:], *groups, names, drop_singletons)
    (endogenous,) = equation.regressors
    rows = [
        *term_rows(first, endogenous, (equation.instrument,), **labels, stage="first"),
        *term_rows(second, equation.dependent, (endogenous,), **(labels | {"column": 2}), stage="second"),
    ]
    return [row | {name: getattr(tests, name) for name in INSTRUMENT_TESTS} for row in rows]


def estimate_table(number: int, panel: pa.Table, settings: Mapping[str, Any]) -> dict[str, list]:
    """Estimate Table `number` (3 to 10) from the panel.

    panel: a pyarrow Table with the panel's columns, levels not logs; settings: the config's
    `regressions`. Returns the table's columns (dict name -> list), one row per term. Column 1 of
    Table 8 is the first stage, column 2 the second.

    A row enters an equation where every variable of it exists, logs taken. Raises InputError with the
    table and column in front where the panel does not bear the regression.
    """
    rows, equations = [], equations_of(number, settings["total_digital"])
    samples = equation_samples(number, panel, settings)
    for column, (equation, (_, data, groups)) in enumerate(zip(equations, samples, strict=True), start=1):
        labels = {"table": number, "column": column}
        try:
            rows += equation_rows(equation, data, groups, labels, settings["drop_singletons"])
        except InputError as error:
            raise InputError(f"Table {number} column {column}: {error}") from None
    tests = INSTRUMENT_TESTS if equations[0].instrument else ()
    return {name: [row[name] for row in rows] for name in (*TERM, *STATISTICS, *tests)}


def equation_samples(
    number: int, panel: pa.Table, settings: Mapping[str, Any]
) -> Iterator[tuple[list[str], NDArray, tuple[NDArray, NDArray, list[NDArray]]]]:
    """Yield for each equation of Table `number` its variables' names, its complete rows and their groups.

    panel, settings as for `estimate_table`; names and data (N, variables) with the dependent first; groups
    are ids, years (N,) and the list of clusterings.
    """
    require_columns(panel, columns_needed(number, settings), number)
    region, sector, year = key_codes(panel)
    unit = codes(region * (sector.max(initial=0) + 1) + sector)
    clusters = clusterings(settings["cluster"], region, sector, unit)
    del region, sector  # of a panel as long as memory allows, as the one copy of the data below
    sampled = rows_sampled(number, panel)
    for equation in equations_of(number, settings["total_digital"]):
        data = equation_data(panel, equation, settings)
        enters = sampled & ~np.isnan(data).any(axis=1)
        data = data[enters]
        yield variables_of(equation), data, (unit[enters], year[enters], [labels[enters] for labels in clusters])
        del data


def count_losses(number: int, panel: pa.Table, settings: Mapping[str, Any]) -> dict[str, list]:
    """Count what keeps rows out of the equations of Table `number` (3 to 10), variable by variable.

    panel, settings as for `estimate_table`. Returns columns (dict name -> list), one row per equation and
    variable: of the rows that the table samples, those where the variable is `missing`, `zero` or
    `negative`, and those that leave because it has a value but no log (`without_log`). Both stages of
    Table 8 are column 1.
    """
    require_columns(panel, columns_needed(number, settings), number)
    sampled = rows_sampled(number, panel)
    losses: dict[str, list] = {
        name: [] for name in ("table", "column", "variable", "missing", "zero", "negative", "without_log")
    }
    for column, equation in enumerate(equations_of(number, settings["total_digital"]), start=1):
        data = equation_data(panel, equation, settings)[sampled]
        for name, entered in zip(variables_of(equation), data.T, strict=True):
            values = numbers(panel, name)[sampled]
            masks = np.isnan(values), values == 0, values < 0, np.isnan(entered) & ~np.isnan(values)
            counted = (number, column, name, *(int(mask.sum()) for mask in masks))
            for cells, value in zip(losses.values(), counted, strict=True):
                cells.append(value)
    return losses


def rows_sampled(number: int, panel: pa.Table) -> NDArray:
    """The rows (N,) bool that Table `number` may use: all, or those that have a tlp."""
    return np.full(panel.num_rows, True) if number in WITHOUT_TLP else ~np.isnan(numbers(panel, "tlp"))


def describe_panel(panel: pa.Table) -> dict[str, list]:
    """Table 2: n, mean, standard deviation (n - 1), least and greatest value of each variable.

    panel: a pyarrow Table with the panel's columns. Each variable is described over the rows that have
    it and a tlp. Returns the table's columns (dict name -> list). Raises InputError for a variable
    that no such row has.
    """
    require_columns(panel, [*KEYS, *DESCRIBED], 2)
    key_codes(panel)
    sampled = ~np.isnan(numbers(panel, "tlp"))
    table: dict[str, list] = {name: [] for name in ("variable", "n", "mean", "sd", "min", "max")}
    for name in DESCRIBED:
        values = numbers(panel, name)
        values = values[sampled & ~np.isnan(values)]
        if len(values) == 0:
            raise InputError(f"Table 2: no row has both a tlp and a value of {name}; expected at least one")
        sd = values.std(ddof=1) if len(values) > 1 else np.nan
        described = (name, len(values), values.mean(), sd, values.min(), values.max())
        for statistic, value in zip(table.values(), described, strict=True):
            statistic.append(value)
    return table


def compare_with_published(
    computed: Sequence[Mapping[str, Any]], published: Iterable[Mapping[str, Any]], synthetic: bool | None
) -> dict[str, list]:
    """Set the computed terms of Tables 3 to 10 beside the published ones.

    computed, published: lists of dicts, one per term, with `table`, `column`, `term`, `estimate`,
    `std_error` and `stars`; synthetic: whether the computed ones are made from generated data, None where
    that is not known. Returns columns (dict name -> list), one row per published term of the computed
    tables; difference_in_se counts published standard errors. The total digital input is `d` in the
    published numbers and d or tdr in the computed ones.
    """

    def key(row: Mapping[str, Any]) -> tuple:
        return row["table"], row["column"], "d" if row["term"] == "tdr" else row["term"]

    of_term = {key(row): row for row in computed}
    tables = {row["table"] for row in computed}
    pairs = [(row, of_term[key(row)]) for row in published if row["table"] in tables]
    return {
        "table": [paper["table"] for paper, _ in pairs],
        "column": [paper["column"] for paper, _ in pairs],
        "term": [ours["term"] for _, ours in pairs],
        "published": [paper["estimate"] for paper, _ in pairs],
        "published_se": [paper["std_error"] for paper, _ in pairs],
        "computed": [ours["estimate"] for _, ours in pairs],
        "computed_se": [ours["std_error"] for _, ours in pairs],
        "difference_in_se": [(ours["estimate"] - paper["estimate"]) / paper["std_error"] for paper, ours in pairs],
        "same_sign": [(ours["estimate"] > 0) == (paper["estimate"] > 0) for paper, ours in pairs],
        "same_stars": [ours["stars"] == paper["stars"] for paper, ours in pairs],
        "synthetic": [synthetic] * len(pairs),
    }
