"""A multi-regional input-output system in the form of pymrio -> regional and national values and prices.

The system is read by its attributes: Z, Y and the extensions are pandas DataFrames. Neither pymrio nor pandas is
imported here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laborvalue.accounts import Sectors, sum_over_origins, year_accounts
from laborvalue.arguments import as_floats, finite, shaped
from laborvalue.coefficients import PriceOptions, ValueOptions
from laborvalue.errors import InputError
from laborvalue.flows import SupplierFlows
from laborvalue.labels import is_default, positions, with_labels
from laborvalue.nation import solve_nation
from laborvalue.network import RegionalProblem
from laborvalue.price_deviations import Deviations, deviations
from laborvalue.records import stack
from laborvalue.region import solve_region

SHOWN = 6  # names that an error message lists

Rows = str | Mapping[str, float] | ArrayLike


@dataclass(frozen=True)
class SystemSolution:
    """Regional and national values and prices of one system: m regions, n sectors. Hours per unit of money of Z.

    The arrays have labels: those of shape (m, n) are DataFrames by region and sector, the others Series.

    Attributes
    ----------
    regions, sectors : tuple of str
        The m regions and the n sectors, in the order of the arrays.
    productive : ndarray of bool, shape (n,)
        Sectors whose labor produces value.
    output : ndarray, shape (m, n)
        Gross output, money.
    status : ndarray of str, shape (m,)
        ``usable``, or why the region has no values.
    value : ndarray, shape (m, n)
        Labor values in the requested scope; NaN where a region or sector has none.
    value_network : ndarray, shape (m, n)
        Labor values of the inter-regional system (6): each input at the value of the region that supplies it.
    value_own : ndarray, shape (m, n)
        Labor values at the region's own technique: each input as if the region produced it.
    residual : float
        Relative residual of the inter-regional system.
    national_value : ndarray, shape (n,)
        Labor values of the system summed over regions; NaN for sectors that are not productive.
    price : ndarray, shape (n,)
        National production prices (7), scaled by (8).
    profit_rate : float
        Uniform profit rate r*, per year.
    deviations : Deviations
        Of the national production prices from the national values.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    productive: NDArray
    output: NDArray
    status: NDArray
    value: NDArray
    value_network: NDArray
    value_own: NDArray
    residual: float
    national_value: NDArray
    price: NDArray
    profit_rate: float
    deviations: Deviations


def from_pymrio(
    system: Any,
    *,
    hours: Rows,
    compensation: Rows,
    households: str | Sequence[str],
    capital_formation: str | Sequence[str],
    depreciation: Rows | None = None,
    imported_inputs: Rows | None = None,
    exports: str | Sequence[str] = (),
    productive: Sequence[str] | None = None,
    scope: Literal["network", "own", "open"] = "network",
    imports: Literal["spread_imports", "domestic_only", "none"] = "spread_imports",
    tau: ArrayLike = 10.0,
    tau_side: Literal["row", "col"] = "row",
    wages_advanced: bool = True,
    wage_scale: Literal["compensation", "household_consumption"] = "compensation",
) -> SystemSolution:
    """Values and prices of a multi-regional system, as the workflow computes them from an imported system.

    Equations (6), (7) and (8). Gross output is the sum of each row of Z and Y. Labels may stand in any order; numbers
    without labels are in that of Z, which must then be one order, by region and sector.

    Parameters
    ----------
    system : object
        With the DataFrames `Z` (rows and columns: region, sector), `Y` (columns: region, category) and extensions that
        have a DataFrame `F`, such as pymrio's IOSystem.
    hours : str, mapping of str to float, or array_like, shape (m * n,) or (m, n)
        Hours of living labor: ``"EXTENSION/ROW"``, ``{"EXTENSION/ROW": hours per unit of the row, ...}``, or numbers
        by region and sector, as a Series with the labels of Z, or as a DataFrame by region and sector.
    compensation, depreciation, imported_inputs : as `hours`, shape (m * n,) or (m, n)
        Compensation of employees, consumption of fixed capital and imported intermediate inputs, in the money of Z.
        Without `depreciation` there is no fixed capital; without `imported_inputs` Z holds all inputs.
    households, capital_formation, exports : str or sequence of str
        Categories of Y: consumption of households, which gives the wage goods; gross fixed capital formation, which
        gives the capital goods; exports to regions outside the system. All other categories count as final uses.
    productive : sequence of str, optional
        Sectors whose labor produces value. Default: all.
    scope : {"network", "own", "open"}
        Which values `value` holds (method: inter-regional system; own technique; own block with inflows at national
        values).
    imports : {"spread_imports", "domestic_only", "none"}
        Imports within the rows and columns: see `laborvalue.coefficients.technical_coefficients`.
    tau : float or array_like, shape (n,)
        Service lives of capital goods, years.
    tau_side : {"row", "col"}
        Whether service lives belong to the capital goods or to their users.
    wages_advanced : bool
        False: wages are paid at the end of the year.
    wage_scale : {"compensation", "household_consumption"}
        Whether the wage goods of a region are worth its compensation or its households' consumption.

    Returns
    -------
    SystemSolution

    Raises
    ------
    InputError
        If a row, category or sector is not found, labels of Z, Y and extensions do not agree, a number is missing, or
        the system has no values or prices.

    Examples
    --------
    >>> import pymrio  # doctest: +SKIP
    >>> solved = from_pymrio(
    ...     pymrio.load_test(),
    ...     hours={"factor_inputs/Value Added": 0.03},
    ...     compensation={"factor_inputs/Value Added": 0.5},
    ...     households="Final consumption expenditure by households",
    ...     capital_formation="Gross fixed capital formation",
    ... )  # doctest: +SKIP
    >>> solved.value.shape, solved.price.shape  # doctest: +SKIP
    ((6, 8), (8,))
    """
    values = ValueOptions(imports, scope)
    prices = PriceOptions("service_life", tau_side, wages_advanced, wage_scale=wage_scale, rural_sectors=())
    regions, sectors, of_rows, of_columns = _labels(system.Z)
    in_order = of_rows == of_columns == list(range(len(of_rows)))
    m, n = len(regions), len(sectors)
    cells = [(region, sector) for region in regions for sector in sectors]
    flows = finite("Z", as_floats("Z", system.Z))
    flows = (flows if in_order else flows[np.ix_(of_rows, of_columns)]).reshape(m, n, m, n)
    final, other, exported = _final_demand(system.Y, cells, regions, households, capital_formation, exports)

    def weighted(name: str, rows: Rows | None) -> NDArray:
        if rows is None:
            return np.zeros((m, n))
        if not (in_order or isinstance(rows, str | Mapping) or _is_labelled(rows)):
            raise InputError(
                f"{name} has no labels, and rows and columns of Z are in different orders, or not sorted by region; "
                "expected labels, or one order"
            )
        numbers = finite(name, _row(name, system, rows, cells))
        if (numbers < 0).any():
            region, sector = cells[int(np.argmax(numbers < 0))]
            raise InputError(f"{name} of region {region}, sector {sector} is {numbers.min():g}; expected 0 or more")
        return numbers.reshape(m, n)

    primary = {
        "compensation": weighted("compensation", compensation),
        "depreciation": weighted("depreciation", depreciation),
        "imports": weighted("imported_inputs", imported_inputs),
    }
    final_uses = sum(use.sum(axis=2) for use in final.values()) + other + exported
    primary["output"] = flows.sum(axis=(2, 3)) + final_uses
    lives = as_floats("tau", tau)
    of_lives = getattr(tau, "index", None) if _is_labelled(tau) else None
    if of_lives is not None and not is_default(of_lives):
        lives = lives[positions("tau", list(map(str, of_lives)), "sectors of Z", sectors)]
    lives = np.full(n, float(lives)) if lives.ndim == 0 else shaped("tau", lives, (n,), "(n,), one per sector")
    if not (lives > 0).all():
        raise InputError(f"tau holds {np.nanmin(lives):g}; expected service lives above 0, in years")
    unknown = [name for name in productive or () if name not in sectors]
    if unknown:
        raise InputError(f"productive names {unknown[0]!r}, not a sector of Z; found {_some(sectors)}")
    mask = np.array([productive is None or sector in productive for sector in sectors])
    described = Sectors(np.array(sectors), mask, lives, np.full(n, ""))
    hours_worked = weighted("hours", hours)
    sums = sum_over_origins(((d, flows[d]) for d in range(m)), final_uses, exported, primary["output"], "domestic")
    totals = {name: use.sum(axis=0).T for name, use in final.items()} | {"exports": exported}
    accounts, origins = year_accounts(sums, totals, final, primary, hours_worked, None, 1.0, described)
    solved = stack([solve_region(each, values, prices) for each in accounts])
    nation, summary = solve_nation(solved, described, prices)
    rule, stored = values.import_rule, flows.reshape(m * n, m * n)
    supplied = SupplierFlows.counting(rule, stored, origins.domestic_share, solved.import_factor)
    problem = RegionalProblem(solved, np.array(regions), origins, supplied, nation.value, described, rule)
    regional = problem.regional_values(scope)
    solution = SystemSolution(
        regions=tuple(regions),
        sectors=tuple(sectors),
        productive=mask,
        output=primary["output"],
        status=regional.region_status,
        value=regional.value,
        value_network=regional.value_network,
        value_own=regional.value_own,
        residual=float(regional.residual),
        national_value=nation.value,
        price=nation.price,
        profit_rate=summary.profit_rate,
        deviations=deviations(nation.price, nation.value, primary["output"].sum(axis=0)),
    )
    return with_labels(solution, {"m": regions, "n": sectors})


def _labels(Z: Any) -> tuple[list[str], list[str], list[int], list[int]]:
    """Regions and sectors of Z, and where its rows and columns have every sector of every region."""
    rows, columns = _cells("rows of Z", Z.index), _cells("columns of Z", Z.columns)
    regions, sectors = (list(dict.fromkeys(row[k] for row in rows)) for k in (0, 1))
    expected = [(region, sector) for region in regions for sector in sectors]
    of_rows = positions("rows of Z", rows, "every sector of every region", expected)
    return regions, sectors, of_rows, positions("columns of Z", columns, "rows of Z", expected)


def _cells(what: str, labels: Iterable[Any]) -> list[tuple[str, str]]:
    """Labels as (region, sector) or (region, category)."""
    pairs = list(labels)
    for label in pairs:
        if not isinstance(label, tuple) or len(label) != 2:
            raise InputError(f"{what}: found the label {label!r}; expected two levels, such as (region, sector)")
    return [(str(first), str(second)) for first, second in pairs]


def _places(what: str, labels: Iterable[Any], cells: Sequence[tuple[str, str]]) -> list[int]:
    """Where every sector of every region stands."""
    return positions(what, _cells(what, labels), "rows of Z", cells)


def _final_demand(
    Y: Any,
    cells: Sequence[tuple[str, str]],
    regions: Sequence[str],
    households: str | Sequence[str],
    capital_formation: str | Sequence[str],
    exports: str | Sequence[str],
) -> tuple[dict[str, NDArray], NDArray, NDArray]:
    """Consumption and capital formation (m, n, m) by supplier, good and user; other uses and exports (m, n)."""
    amounts = finite("Y", as_floats("Y", Y))[_places("rows of Y", Y.index, cells)]
    columns = _cells("columns of Y", Y.columns)
    categories = list(dict.fromkeys(category for _, category in columns))
    m, n = len(regions), len(cells) // len(regions)
    target: dict[str, str] = {}
    for name, wanted in (
        ("households", households),
        ("fixed_capital_formation", capital_formation),
        ("exports", exports),
    ):
        for category in [wanted] if isinstance(wanted, str) else wanted:
            if category not in categories:
                raise InputError(f"Y has no category {category!r} ({name}); found {_some(categories)}")
            if target.setdefault(category, name) != name:
                raise InputError(f"the category {category!r} of Y is named for {target[category]} and for {name}")
    final = {name: np.zeros((m, n, m)) for name in ("households", "fixed_capital_formation")}
    apart = {"exports": np.zeros((m, n)), "other": np.zeros((m, n))}
    for k, (region, category) in enumerate(columns):
        use, column = target.get(category, "other"), amounts[:, k].reshape(m, n)
        if use in apart:
            apart[use] += column
        elif region in regions:
            final[use][:, :, regions.index(region)] += column
        else:
            raise InputError(f"columns of Y: region {region!r} is not a region of Z; found {_some(regions)}")
    return final, apart["other"], apart["exports"]


def _is_labelled(given: Any) -> bool:
    """Whether it is an object of pandas."""
    return hasattr(given, "iloc")


def _row(name: str, system: Any, rows: Any, cells: Sequence[tuple[str, str]]) -> NDArray:
    """One account by region and sector, (m n,): numbers as given, or the weighted sum of rows of extensions."""
    if isinstance(rows, str):
        rows = {rows: 1.0}
    if isinstance(rows, Mapping):
        total = np.zeros(len(cells))
        for address, weight in rows.items():
            total += float(weight) * _extension_row(name, system, str(address), cells)
        return total
    numbers = as_floats(name, rows)
    if _is_labelled(rows) and numbers.ndim == 2:
        regions, sectors = (list(dict.fromkeys(cell[k] for cell in cells)) for k in (0, 1))
        of_rows = positions(f"rows of {name}", list(map(str, rows.index)), "regions of Z", regions)
        of_columns = positions(f"columns of {name}", list(map(str, rows.columns)), "sectors of Z", sectors)
        return numbers[np.ix_(of_rows, of_columns)].ravel()
    if _is_labelled(rows):
        return numbers[_places(name, rows.index, cells)]
    if numbers.size != len(cells):
        raise InputError(f"{name} holds {numbers.size} numbers; expected {len(cells)}, one per region and sector")
    return numbers.ravel()


def _extension_row(name: str, system: Any, address: str, cells: Sequence[tuple[str, str]]) -> NDArray:
    extension, slash, row = address.partition("/")
    table = getattr(getattr(system, extension, None), "F", None)
    if not slash or table is None:
        extensions = [key for key, each in vars(system).items() if getattr(each, "F", None) is not None]
        raise InputError(
            f"{name}: {address!r} is not EXTENSION/ROW of the system; found the extensions {_some(extensions)}"
        )
    labels = [" ".join(map(str, label)) if isinstance(label, tuple) else str(label) for label in table.index]
    if labels.count(row) != 1:
        raise InputError(
            f"{name}: extension {extension} has {labels.count(row)} rows {row!r}; expected one; found {_some(labels)}"
        )
    return as_floats(address, table.iloc[labels.index(row)])[_places(f"columns of {extension}.F", table.columns, cells)]


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "") if names else "none"
