"""From the tables of a year to the accounts of each region: flows summed over origins, final use, shares.

Shapes: m regions, n* sectors. Cell arrays are (m, n*), region-major like the stored flows; arrays with
origins are (m, n*, m): supplying region, good, using region. Money is in currency units of the tables unless
another unit is named.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laborvalue.errors import InputError
from laborvalue.imports import DOMESTIC_ONLY, ImportRule
from laborvalue.labels import align
from laborvalue.records import refuse_other_shapes

BALANCED = 1e-9  # a row whose uses equal its output to this share holds no imports
# Uses less output, as a share of the uses at home of the whole table, from which on its rows are taken to hold imports.
# Over a whole table rounding leaves at most 0.001 (WIOD 2013) and statistical errors 0.0045 (China 2015); the smallest
# share of imports is 0.037 (Japan 1995 in WIOD; 0.06 in China, 0.32 in its provinces with what comes from others).
HOLDS_IMPORTS = 0.01
USES = {  # final uses whose goods and suppliers matter, and their categories of final demand
    "capital": ("fixed_capital_formation",),
    "rural": ("rural_households",),
    "urban": ("urban_households", "households"),
}


@dataclass(frozen=True)
class Sectors:
    """The sectors of a dataset.

    Attributes
    ----------
    sector : ndarray of text, shape (n*,)
        Keys.
    productive : ndarray of bool, shape (n*,)
    service_life : ndarray, shape (n*,)
        Service life of the good as a capital good, years.
    digital : ndarray of text, shape (n*,)
        "device", "service" or empty.
    """

    sector: NDArray
    productive: NDArray
    service_life: NDArray
    digital: NDArray

    def __post_init__(self) -> None:
        refuse_other_shapes(self, ("productive", "service_life", "digital"), self.sector.shape)


class Layout(StrEnum):
    """What the rows of a table hold: goods made in their region only, or imported ones too."""

    DOMESTIC = "domestic"
    COMPETITIVE = "competitive"


@dataclass(frozen=True)
class TableLayout:
    """The layout of one year's table, and how it is known.

    Attributes
    ----------
    layout : Layout
    declared : bool
        Whether the dataset says it; else it was decided from `excess`.
    excess : float
        Uses above output as a share of the uses at home, over all rows whose output is known.
    """

    layout: Layout
    declared: bool
    excess: float


@dataclass(frozen=True)
class FlowSums:
    """Sums over the stored flows of one year, money.

    Attributes
    ----------
    intermediate : ndarray, shape (m, n*, n*)
        Inputs of each using region, good x using sector, from all suppliers, as the table has them.
    domestic : ndarray, shape (m, n*, n*)
        The same, each delivery times the domestic share of its supplier; NaN where the shares are.
    own : ndarray, shape (m, n*, n*)
        What a region supplies to itself, as the table has it.
    trade : ndarray, shape (m, n*, m)
        Intermediate deliveries by supplying region, good and using region.
    domestic_share : ndarray, shape (m, n*)
        Domestic share of each supplier's row: 1 where rows hold no imports; NaN where they do and `rows_known` is
        false.
    layout : TableLayout
        Whether rows hold imports.
    rows_known : bool
        Whether the final uses of each row are known: by supplier, or because no region delivers to another.
    """

    intermediate: NDArray
    domestic: NDArray
    own: NDArray
    trade: NDArray
    domestic_share: NDArray
    layout: TableLayout
    rows_known: bool


@dataclass(frozen=True)
class Origins:
    """Who supplies the goods of each final use: shares over the supplying regions, as the tables have them.

    Attributes
    ----------
    domestic_share : ndarray, shape (m, n*)
        Domestic share of each supplier's row.
    capital_origin, rural_origin, urban_origin : ndarray, shape (m, n*, m)
        Share of supplying region, by good and using region; the sum over the first axis is 1.
    """

    domestic_share: NDArray
    capital_origin: NDArray
    rural_origin: NDArray
    urban_origin: NDArray

    def __post_init__(self) -> None:
        m, n = self.domestic_share.shape
        refuse_other_shapes(self, ("capital_origin", "rural_origin", "urban_origin"), (m, n, m))

    def weights(self, use: str, imports: ImportRule) -> NDArray:
        """How a unit of a final use is spread over its suppliers, see `ImportRule.weights`.

        Parameters
        ----------
        use : str
            `capital`, `rural` or `urban`.
        imports : ImportRule

        Returns
        -------
        ndarray, shape (m, n*, m)
            Shares, with sum 1 over the first axis.
        """
        return imports.weights(getattr(self, f"{use}_origin"), self.domestic_share)


@dataclass(frozen=True)
class Deliveries:
    """What each region delivers of each good to each region, as the table has it, money.

    Attributes
    ----------
    domestic_share : ndarray, shape (m, n*)
        Domestic share of each supplier's row.
    intermediate : ndarray, shape (m, n*, m)
        To the producers, by supplying region, good and using region.
    final : ndarray, shape (m, n*, m)
        For final use at home; 0 where the table does not say who supplies.
    """

    domestic_share: NDArray
    intermediate: NDArray
    final: NDArray

    def __post_init__(self) -> None:
        m, n = self.domestic_share.shape
        refuse_other_shapes(self, ("intermediate", "final"), (m, n, m))

    def counted(self, imports: ImportRule, money_unit: float) -> NDArray:
        """All deliveries that count under a rule for imports, without imports spread over goods.

        Parameters
        ----------
        imports : ImportRule
        money_unit : float
            Currency units per 1 in the table.

        Returns
        -------
        ndarray, shape (m, n*, m)
            Currency units.
        """
        share = imports.share(self.domestic_share)[:, :, None]
        return self.intermediate * share * money_unit + self.final * share * money_unit


@dataclass(frozen=True)
class RegionAccounts:
    """The accounts of one region in one year; of m regions with the region as a further first axis.

    Attributes
    ----------
    sector : ndarray of text, shape (n*,)
    productive : ndarray of bool, shape (n*,)
    service_life : ndarray, shape (n*,)
        Years.
    intermediate, domestic, own : ndarray, shape (n*, n*)
        Inputs, good x using sector, in currency units: as given, times the domestic share of the supplier, and what
        the region supplies to itself.
    compensation, depreciation, imports, output : ndarray, shape (n*,)
        Primary inputs and gross output, currency units; NaN where unknown.
    hours : ndarray, shape (n*,)
        Hours of living labor; NaN where unknown.
    domestic_share : ndarray, shape (n*,)
        Domestic share of the region's own rows; NaN where rows hold imports and their final uses are not known.
    households : ndarray, shape (2,)
        Consumption of rural and of urban households, currency units.
    imports_apart : ndarray of bool, shape ()
        Whether imported inputs stand in a row of their own.
    capital_mix, rural_mix, urban_mix : ndarray, shape (n*,)
        Composition of a final use by good, shares.
    capital_domestic, rural_domestic, urban_domestic : ndarray, shape (n*,)
        Domestic share of each good of that use: mean of the suppliers' shares, weighted by origin.
    capital_own_share, rural_own_share, urban_own_share : ndarray, shape (n*,)
        Share of the region itself among the suppliers, as given (`values.imports` none).
    capital_own_domestic, rural_own_domestic, urban_own_domestic : ndarray, shape (n*,)
        The same among the domestic deliveries (`ImportRule.weights`).
    production_taxes, operating_surplus : ndarray, shape (n*,), optional
        Primary inputs that no equation uses, currency units.
    capital_stock : ndarray, shape (n*,), optional
        Stock of fixed capital of each using sector, currency units.
    """

    sector: NDArray
    productive: NDArray
    service_life: NDArray
    intermediate: NDArray
    domestic: NDArray
    own: NDArray
    compensation: NDArray
    depreciation: NDArray
    imports: NDArray
    output: NDArray
    hours: NDArray
    domestic_share: NDArray
    households: NDArray
    imports_apart: NDArray
    capital_mix: NDArray
    capital_domestic: NDArray
    capital_own_share: NDArray
    capital_own_domestic: NDArray
    rural_mix: NDArray
    rural_domestic: NDArray
    rural_own_share: NDArray
    rural_own_domestic: NDArray
    urban_mix: NDArray
    urban_domestic: NDArray
    urban_own_share: NDArray
    urban_own_domestic: NDArray
    production_taxes: NDArray | None = None
    operating_surplus: NDArray | None = None
    capital_stock: NDArray | None = None

    def __post_init__(self) -> None:
        n = self.output.shape[-1]
        refuse_other_shapes(self, ("intermediate", "domestic", "own"), (n, n))
        refuse_other_shapes(self, ("sector", "productive", "service_life", "hours", "domestic_share"), (n,))
        refuse_other_shapes(self, ("compensation", "depreciation", "imports"), (n,))
        refuse_other_shapes(self, ("capital_mix", "rural_mix", "urban_mix"), (n,))


def domestic_share(uses: NDArray, exports: NDArray, output: NDArray) -> NDArray:
    """The share of a good's domestic uses that is domestic product.

    s = 1 - M / (uses - exports), where M, the excess of all uses over output, is what a competitive table's row holds
    of imports; s = 1 in a balanced row (method 5.2). Only for tables whose rows hold imports (`table_layout`):
    elsewhere an excess is rounding or a statistical error.

    Parameters
    ----------
    uses, exports, output : ndarray, one shape
        All uses of the row including exports, exports, and gross output, money. Rows of unknown output (NaN) count as
        domestic.

    Returns
    -------
    ndarray, same shape
        Shares between 0 and 1.
    """
    excess = np.clip(uses - np.nan_to_num(output, nan=np.inf), 0, None)
    excess[excess <= BALANCED * uses] = 0
    at_home = uses - exports
    return 1 - np.divide(np.minimum(excess, at_home), at_home, out=np.zeros_like(uses), where=at_home > 0)


def table_layout(
    uses: NDArray, exports: NDArray, output: NDArray, declared: str | None = None, imports_apart: bool = False
) -> TableLayout:
    """Whether the rows of a table hold imports: as declared, else decided over the whole table.

    Rounding and statistical errors of single rows nearly cancel in the sum over the table; imports do not. Undeclared
    rows hold imports where uses exceed output by more than HOLDS_IMPORTS of the uses at home. They hold none in a table
    of several regions whose imports have a row of their own.

    Parameters
    ----------
    uses, exports, output : ndarray, shape (m, n*)
        All uses of each row including exports, exports, and gross output, money. Rows of unknown output (NaN) do not
        count. Where the suppliers of final goods are not known, uses are by using region, with the same sum.
    declared : str, optional
        `domestic` or `competitive`.
    imports_apart : bool
        Whether imported inputs stand in a row of their own.

    Returns
    -------
    TableLayout

    Examples
    --------
    >>> table_layout(np.array([[104.0, 50.0]]), np.array([[20.0, 0.0]]), np.array([[90.0, 50.0]])).layout
    <Layout.COMPETITIVE: 'competitive'>
    >>> table_layout(np.array([[104.0, 49.7]]), np.array([[20.0, 0.0]]), np.array([[103.8, 50.0]])).layout
    <Layout.DOMESTIC: 'domestic'>
    """
    given = np.isfinite(output)
    at_home = float((uses - exports)[given].sum())
    excess = round(float((uses - output)[given].sum()) / at_home, 12) + 0.0 if at_home > 0 else 0.0  # + 0.0: no -0.0
    if declared is not None:
        return TableLayout(Layout(declared), True, excess)
    in_rows = excess > HOLDS_IMPORTS and not (imports_apart and len(output) > 1)
    return TableLayout(Layout.COMPETITIVE if in_rows else Layout.DOMESTIC, False, excess)


def has_import_row(primary_inputs: Mapping[str, NDArray]) -> bool:
    """Whether imported inputs stand in a row of their own: whether one is above 0.

    Parameters
    ----------
    primary_inputs : mapping of ndarray, shape (m, n*)
        With `imports`, money; NaN where unknown.

    Returns
    -------
    bool
    """
    return bool(np.nansum(primary_inputs["imports"]) > 0)


def unknown_accounts(
    primary_inputs: Mapping[str, NDArray], hours: NDArray, capital_stock: NDArray | None = None
) -> dict[str, NDArray]:
    """Where the accounts that enter an equation are unknown though the sector has output, or its output is unknown.

    Parameters
    ----------
    primary_inputs : mapping of ndarray, shape (m, n*)
        output, compensation, depreciation and imports, money; NaN where unknown.
    hours : ndarray, shape (m, n*)
        Hours of living labor; NaN where unknown.
    capital_stock : ndarray, shape (m, n*), optional
        Money; NaN where unknown.

    Returns
    -------
    dict of ndarray of bool, shape (m, n*)
        By account, those that are unknown somewhere. Where output is unknown the other accounts do not count.
    """
    accounts = {name: primary_inputs[name] for name in ("compensation", "depreciation", "imports")} | {"hours": hours}
    if capital_stock is not None:
        accounts["capital_stock"] = capital_stock
    output = primary_inputs["output"]
    unknown = {"output": np.isnan(output)}
    unknown |= {name: np.isnan(amounts) & (output > 0) for name, amounts in accounts.items()}
    return {name: mask for name, mask in unknown.items() if mask.any()}


def sum_over_origins(
    blocks: Iterable[tuple[int, NDArray]],
    final_uses: NDArray,
    exports: NDArray,
    output: NDArray,
    layout: str | None = None,
    origins_known: bool = True,
    imports_apart: bool = False,
) -> FlowSums:
    """One pass over the stored flows, block by block; what they and the other uses tell of imports in the rows.

    Parameters
    ----------
    blocks : iterable of (int, ndarray of shape (n*, m, n*))
        Supplying region d and what it supplies of each good to each user, money.
    final_uses, exports, output : ndarray, shape (m, n*)
        By supplying region, money; final uses by using region where the suppliers are not known.
    layout : str, optional
        `domestic` or `competitive`, where the dataset says it; else `table_layout` decides.
    origins_known : bool
        Whether `final_uses` are by supplying region.
    imports_apart : bool
        Whether imported inputs stand in a row of their own.

    Returns
    -------
    FlowSums
    """
    m, n = output.shape
    intermediate, domestic, own = (np.zeros((m, n, n)) for _ in range(3))
    trade, shares = np.empty((m, n, m)), np.ones((m, n))
    for d, block in blocks:
        trade[d] = block.sum(axis=2)
        by_user = block.transpose(1, 0, 2)
        own[d] = by_user[d]
        intermediate += by_user
        if layout != Layout.DOMESTIC:
            shares[d] = domestic_share(trade[d].sum(axis=1) + final_uses[d], exports[d], output[d])
            domestic += by_user if (shares[d] == 1).all() else by_user * shares[d][:, None]
    sold = trade.sum(axis=2)
    # without suppliers of final goods, a region that neither sells nor buys elsewhere uses its own goods
    rows_known = origins_known or bool((sold == np.einsum("cjc->cj", trade)).all())
    decided = table_layout(sold + final_uses, exports, output, layout, imports_apart)
    if decided.layout == Layout.DOMESTIC:
        domestic, shares = intermediate, np.ones((m, n))
    elif not rows_known:
        domestic, shares = np.full((m, n, n), np.nan), np.full((m, n), np.nan)
    return FlowSums(intermediate, domestic, own, trade, shares, decided, rows_known)


def origin_shares(amounts: NDArray | None, trade: NDArray) -> NDArray:
    """Who supplies each good of a final use, as shares over the supplying regions.

    A good that a region does not buy for this use comes from where its producers buy it, and from itself where they
    buy none.

    Parameters
    ----------
    amounts : ndarray, shape (m, n*, m), or None
        Deliveries for the final use, money; None where the table does not say who supplies.
    trade : ndarray, shape (m, n*, m)
        Intermediate deliveries, money.

    Returns
    -------
    ndarray, shape (m, n*, m)
        Shares, with sum 1 over the first axis.
    """
    shares, own = np.empty_like(trade), np.eye(len(trade))
    for j in range(trade.shape[1]):  # good by good: all at once would take the memory of several such arrays more
        by_trade = _shares(trade[:, j], own)
        shares[:, j] = by_trade if amounts is None else _shares(np.clip(amounts[:, j], 0, None), by_trade)
    return shares


def all_deliveries(sums: FlowSums, origins: Mapping[str, NDArray] | None) -> Deliveries:
    """The deliveries of a year between all regions.

    Parameters
    ----------
    sums : FlowSums
    origins : mapping of ndarray, shape (m, n*, m), or None
        Final demand by category and supplying region, money; None where the table does not say who supplies.

    Returns
    -------
    Deliveries
    """
    final = np.zeros_like(sums.trade)
    for use in (origins or {}).values():
        final += use
    return Deliveries(sums.domestic_share, sums.trade, final)


def _shares(amounts: NDArray, otherwise: NDArray | float) -> NDArray:
    total = amounts.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total > 0, amounts / total, otherwise)


def commodity_mix(amounts: NDArray) -> NDArray:
    """The composition of a final use by good; negative amounts count as 0.

    Parameters
    ----------
    amounts : ndarray, shape (m, n*)
        By using region and good, money.

    Returns
    -------
    ndarray, shape (m, n*)
        Shares, with sum 1 over the goods. A region without this use takes the national composition.
    """
    amounts = np.clip(amounts, 0, None)
    return _shares(amounts.T, _shares(amounts.sum(axis=0), 0.0)[:, None]).T


def national_price_index(output: NDArray, index: NDArray) -> NDArray:
    """The price index of each good in the nation: output at current over output at constant prices.

    q_j = sum_c x_cj / sum_c (x_cj / q_cj).

    Parameters
    ----------
    output : ndarray, shape (m, n)
        Gross output x at current prices, region x sector; NaN where it is unknown.
    index : ndarray, shape (m, n), or (1, n) where it is the same in all regions
        Price index q, any base, the same one in all years.

    Returns
    -------
    ndarray, shape (n,)
        On the base of `index`; NaN where a region makes the good and its index is unknown, or where none makes it and
        the regions' indices differ.

    Examples
    --------
    >>> national_price_index(np.array([[2.0, 0.0], [6.0, 1.0]]), np.array([[1.0, 1.0], [1.5, 2.0]])).tolist()
    [1.3333333333333333, 2.0]
    """
    output = np.nan_to_num(output)
    with np.errstate(invalid="ignore", divide="ignore"):
        q = output.sum(axis=0) / np.where(output > 0, output / index, 0).sum(axis=0)
    alike = np.where((index == index[0]).all(axis=0), index[0], np.nan)
    return np.where(output.sum(axis=0) > 0, q, alike)


def lacking_uses(totals: Mapping[str, NDArray]) -> list[str]:
    """What the final demand of a year lacks for a wage basket or a mix of capital goods.

    Parameters
    ----------
    totals : mapping of ndarray, shape (m, n*)
        Final demand by category, by using region and good, money.

    Returns
    -------
    list of str
        A line for each use that nobody buys anything for.
    """
    bought = {use for use, names in USES.items() if any(np.any(totals[name]) for name in names if name in totals)}
    lacking = []
    if not {"rural", "urban"} & bought:
        lacking.append("final demand holds no consumption of households; expected rural, urban or households")
    if "capital" not in bought:
        lacking.append("final demand holds no fixed_capital_formation; it gives the mix of capital goods")
    return lacking


def year_accounts(
    sums: FlowSums,
    totals: Mapping[str, NDArray],
    origins: Mapping[str, NDArray] | None,
    primary_inputs: Mapping[str, NDArray],
    hours: NDArray,
    capital_stock: NDArray | None,
    money_unit: float,
    sectors: Sectors,
) -> tuple[list[RegionAccounts], Origins]:
    """The accounts of every region in one year, in currency units and hours.

    Parameters
    ----------
    sums : FlowSums
    totals : mapping of ndarray, shape (m, n*)
        Final demand by category, by using region and good, money.
    origins : mapping of ndarray, shape (m, n*, m), or None
        The same by supplying region; None where the table does not say who supplies.
    primary_inputs : mapping of ndarray, shape (m, n*)
        compensation, depreciation, imports, output and, optionally, production_taxes, operating_surplus, money.
    hours : ndarray, shape (m, n*)
        Hours of living labor.
    capital_stock : ndarray, shape (m, n*), or None
        Money.
    money_unit : float
        Currency units per 1 in the tables.
    sectors : Sectors

    Returns
    -------
    accounts : list of RegionAccounts
        One per region.
    origins : Origins
        What only the inter-regional system needs.

    Raises
    ------
    InputError
        Where no household consumes anything, or there is no capital formation: no basket or mix can be built.
    """
    bought: dict[str, Any] = {use: sum(totals[c] for c in names if c in totals) for use, names in USES.items()}
    bought = {use: amounts for use, amounts in bought.items() if np.any(amounts)}
    if lacking := lacking_uses(totals):
        raise InputError("\n".join(lacking))
    households = [bought[use].sum(axis=1) if use in bought else np.zeros(len(hours)) for use in ("rural", "urban")]
    share = sums.domestic_share
    regions: dict[str, NDArray] = {}
    suppliers: dict[str, NDArray] = {}
    for use in bought:
        deliveries = [origins[name] for name in USES[use] if name in origins] if origins else []
        shares = origin_shares(sum(deliveries[1:], deliveries[0]) if deliveries else None, sums.trade)
        regions[f"{use}_mix"] = commodity_mix(bought[use])
        regions[f"{use}_domestic"] = np.einsum("dj,djc->cj", share, shares)
        regions[f"{use}_own_share"] = np.einsum("cjc->cj", shares).copy()
        regions[f"{use}_own_domestic"] = np.einsum("cjc->cj", DOMESTIC_ONLY.weights(shares, share)).copy()
        suppliers[f"{use}_origin"] = shares
    for missing, present in (("rural", "urban"), ("urban", "rural")):
        if missing not in bought:  # unsplit households: one basket for all
            for name in ("mix", "domestic", "own_share", "own_domestic"):
                regions[f"{missing}_{name}"] = regions[f"{present}_{name}"]
            suppliers[f"{missing}_origin"] = suppliers[f"{present}_origin"]
    flows = {"intermediate": sums.intermediate, "domestic": sums.domestic, "own": sums.own}
    regions |= {name: array * money_unit for name, array in (flows | dict(primary_inputs)).items()}
    regions |= {"domestic_share": share, "hours": hours, "households": np.stack(households, axis=1) * money_unit}
    if capital_stock is not None:
        regions["capital_stock"] = capital_stock * money_unit
    apart = np.array(has_import_row(primary_inputs))
    accounts = [
        RegionAccounts(
            sector=sectors.sector,
            productive=sectors.productive,
            service_life=sectors.service_life,
            imports_apart=apart,
            **{name: array[c] for name, array in regions.items()},
        )
        for c in range(len(hours))
    ]
    return accounts, Origins(domestic_share=share, **suppliers)


align(__name__)
