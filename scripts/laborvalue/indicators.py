"""The indicators of one year, equations (9) to (19), (21) and the instrument, all regions at once.

Cell arrays are (m, n*): region x sector; coefficient arrays (m, n*, n*): region, good, using sector. Missing
is NaN: where a region-sector has no output there is no ratio, never a zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from laborvalue.accounts import RegionAccounts, Sectors
from laborvalue.flows import SupplierFlows
from laborvalue.imports import refuse_unknown_shares
from laborvalue.labels import align
from laborvalue.records import refuse_other_choices
from laborvalue.region_system import RegionCoefficients
from laborvalue.solutions import NationalSystem, RegionalValues, ScopeValues
from laborvalue.variables import NEED_HOURS

RELATIVE = {"dd": "ddr", "ds": "dsr", "di": "dir", "indi": "indir", "d": "tdr"}
HUNDRED_MILLION = 1e8


@dataclass(frozen=True)
class IndicatorOptions:
    """The options of the indicators; the names are the keys of the config's section `indicators`.

    Attributes
    ----------
    tlpr_denominator : str
        National level of tlp in (10); means are over the sample.
    digital_total_rule, digital_denominator, digital_supply, digital_flow : str
        Readings of (11) and (12).
    digital_average : str
        National level in (13).
    otlp_normalise : bool
        Whether (15) divides by the sum of its weights.
    otlp_exclude, otlp_of : str
        What (15) leaves out, and whose mean it is.
    dlq_sectors, city_total : str
        Sectors in the numerator and in the totals of (17) and (18).
    occ_capital, occ_units : str
        Constant capital and units of (19).
    lp_relative : bool
        Whether (21) is relative to the nation.
    iv_mean, iv_telephones : str
        Mean and form of telephones in the instrument.
    """

    tlpr_denominator: Literal["national_coefficient", "inverse_mean_city_value", "mean_city_tlp"] = (
        "national_coefficient"
    )
    digital_total_rule: Literal["eq12_sum", "bundle_share"] = "eq12_sum"
    digital_denominator: Literal["output", "cost", "cost_with_D", "intermediate"] = "output"
    digital_supply: Literal["all_cities", "own_city"] = "all_cities"
    digital_flow: Literal["domestic", "same_as_A"] = "domestic"
    digital_average: Literal["mean_all_cities", "mean_sample_cities", "aggregate_ratio"] = "mean_all_cities"
    otlp_normalise: bool = True
    otlp_exclude: Literal["own_cell", "own_city", "own_sector"] = "own_cell"
    otlp_of: Literal["tlp", "tlpr"] = "tlp"
    dlq_sectors: Literal["device_and_service", "device", "service"] = "device_and_service"
    city_total: Literal["all_sectors", "productive"] = "all_sectors"
    occ_capital: Literal["flow", "stock"] = "flow"
    occ_units: Literal["value", "price", "market"] = "value"
    lp_relative: bool = True
    iv_mean: Literal["all_cities", "leave_one_out"] = "all_cities"
    iv_telephones: Literal["count", "ln"] = "count"

    def __post_init__(self) -> None:
        refuse_other_choices(self, "indicators")


@dataclass(frozen=True)
class DigitalShares:
    """Digital inputs as shares of the user's production price, (11) and (12).

    Attributes
    ----------
    dd, ds, di, indi, d : ndarray, shape (m, n*)
        Shares: devices, services, direct, indirect, total.
    denominator : ndarray, shape (m, n*)
        What they are shares of, hours (prices p times money).
    """

    dd: NDArray
    ds: NDArray
    di: NDArray
    indi: NDArray
    d: NDArray
    denominator: NDArray

    def by_name(self) -> dict[str, NDArray]:
        """The five shares by name.

        Returns
        -------
        dict of ndarray, shape (m, n*)
            Shares.
        """
        return {name: getattr(self, name) for name in RELATIVE}


def _ratio(numerator: NDArray | float, denominator: NDArray) -> NDArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator > 0, numerator / denominator, np.nan)


def _mean_over_regions(values: NDArray) -> NDArray:
    """Plain mean over the regions that have a number, (n*,); NaN where none has."""
    present = np.isfinite(values)
    return _ratio(np.where(present, values, 0).sum(axis=0), present.sum(axis=0))


def total_labor_productivity(value: NDArray) -> NDArray:
    """tlp = 1 / Lambda (9).

    Parameters
    ----------
    value : ndarray, shape (m, n*)
        Hours per currency unit, NaN where missing.

    Returns
    -------
    ndarray, shape (m, n*)
        Currency units per hour of total labor.
    """
    return _ratio(1.0, value)


def relative_productivity(value: NDArray, national_value: NDArray, in_sample: NDArray, denominator: str) -> NDArray:
    """tlpr = tlp over the national level of the sector (10).

    Parameters
    ----------
    value : ndarray, shape (m, n*)
        Values of the region-sectors, hours per currency unit.
    national_value : ndarray, shape (n*,)
        National values, hours per currency unit.
    in_sample : ndarray of bool, shape (m, n*)
        Region-sectors that a mean over regions counts.
    denominator : str
        `national_coefficient`, 1 / Lambda_nat; `inverse_mean_city_value`, 1 / (mean of the regions' Lambda);
        `mean_city_tlp`, the mean of the regions' tlp.

    Returns
    -------
    ndarray, shape (m, n*)
        Ratios, also for region-sectors outside the sample.
    """
    tlp = total_labor_productivity(value)
    level = {
        "national_coefficient": lambda: 1 / national_value,
        "inverse_mean_city_value": lambda: 1 / _mean_over_regions(np.where(in_sample, value, np.nan)),
        "mean_city_tlp": lambda: _mean_over_regions(np.where(in_sample, tlp, np.nan)),
    }[denominator]()
    return tlp / level


def digital_inputs(
    accounts: RegionAccounts,
    regions: RegionCoefficients,
    price: NDArray,
    device: NDArray,
    service: NDArray,
    options: IndicatorOptions,
) -> DigitalShares:
    """Digital inputs as shares of the user's production price, (11) and (12).

    Each is a sum over the digital sectors of its kind, p_k z_k each: splitting a sector changes nothing.

    Parameters
    ----------
    accounts : RegionAccounts
        Of m regions.
    regions : RegionCoefficients
        Of m regions.
    price : ndarray, shape (n*,)
        National production prices, hours per currency unit.
    device, service : ndarray of bool, shape (n*,)
        Sectors that make digital devices and digital services, at least one each.
    options : IndicatorOptions

    Returns
    -------
    DigitalShares

    Raises
    ------
    UnknownShares
        Where `digital_flow` is `domestic` and the domestic shares are unknown.
    """
    if options.digital_flow == "domestic":
        same = "indicators.digital_flow: same_as_A"
        refuse_unknown_shares(accounts.domestic_share, "indicators.digital_flow: domestic", same)
    output = np.where(regions.output > 0, regions.output, np.nan)
    denominator = _digital_denominator(regions, price, output, options.digital_denominator)
    direct, indirect = {}, {}
    for name, goods in (("dd", device), ("ds", service)):
        direct[name] = _worth(price, goods, _intermediate(accounts, regions, goods, output, options)) / denominator
        indirect[name] = _worth(price, goods, _wage_flow(regions, goods, output, options)) / denominator
    di = direct["dd"] + direct["ds"]
    if options.digital_total_rule == "bundle_share":
        basket = _digital_share_of_basket(accounts, price, (device, service))
        dd = direct["dd"] + basket[:, [0]]
        ds = direct["ds"] + basket[:, [1]]
        indi = basket.sum(axis=1, keepdims=True) * accounts.compensation / output
    else:
        dd = direct["dd"] + indirect["dd"]
        ds = direct["ds"] + indirect["ds"]
        indi = indirect["dd"] + indirect["ds"]
    return DigitalShares(dd=dd, ds=ds, di=di, indi=indi, d=dd + ds, denominator=denominator)


def _worth(price: NDArray, goods: NDArray, flow: NDArray) -> NDArray:
    """Sum of p_k times the flow of good k over the goods, (m, n*); flow (m, goods, n*).

    A good that nobody makes has no price: it adds nothing where it is not used either.
    """
    return np.where(flow == 0, 0.0, price[goods][:, None] * flow).sum(axis=1)


def _intermediate(
    accounts: RegionAccounts, regions: RegionCoefficients, goods: NDArray, output: NDArray, options: IndicatorOptions
) -> NDArray:
    """z of each of the goods by using region-sector, money, (m, goods, n*) (11)."""
    own = options.digital_supply == "own_city"
    if options.digital_flow == "same_as_A":
        return (regions.A_own if own else regions.A)[:, goods] * output[:, None]
    if own:
        return accounts.own[:, goods] * accounts.domestic_share[:, goods, None]
    return accounts.domestic[:, goods]


def _wage_flow(regions: RegionCoefficients, goods: NDArray, output: NDArray, options: IndicatorOptions) -> NDArray:
    """w of each of the goods, consumed by the workers of each region-sector, money, (m, goods, n*) (11)."""
    flow = regions.F[:, goods] * output[:, None]
    if options.digital_supply == "own_city":
        shares = (share[:, goods, None] for share in (regions.rural_own_share, regions.urban_own_share))
        flow = flow * np.where(regions.rural[:, None], *shares)
    return flow


def _digital_denominator(regions: RegionCoefficients, price: NDArray, output: NDArray, rule: str) -> NDArray:
    if rule == "output":
        return price * output
    coefficients = {
        "cost": lambda: regions.A + regions.F,
        "cost_with_D": lambda: regions.A + regions.D + regions.F,
        "intermediate": lambda: regions.A,
    }[rule]()
    return np.einsum("j,cji->ci", np.nan_to_num(price), coefficients) * output


def _digital_share_of_basket(accounts: RegionAccounts, price: NDArray, kinds: tuple[NDArray, ...]) -> NDArray:
    """Shares of each kind of digital goods in the price of a region's wage basket, (m, kinds) (method 2.6, E4)."""
    rural, urban = accounts.households.T[:, :, None]
    basket = rural * accounts.rural_mix + urban * accounts.urban_mix
    none = ~(basket.sum(axis=1, keepdims=True) > 0)
    basket = np.where(none, accounts.urban_mix, basket) * np.nan_to_num(price)
    digital = np.stack([basket[:, goods].sum(axis=1) for goods in kinds], axis=1)
    return digital / basket.sum(axis=1, keepdims=True)


def relative_shares(shares: DigitalShares, in_sample: NDArray, average: str) -> dict[str, NDArray]:
    """ddr, dsr, dir, indir, tdr: each share over its national level in the sector (13).

    Parameters
    ----------
    shares : DigitalShares
    in_sample : ndarray of bool, shape (m, n*)
        Region-sectors of the sample.
    average : str
        `mean_all_cities`, `mean_sample_cities` (the mean over the sample is then 1) or `aggregate_ratio` (national
        amounts over national amounts).

    Returns
    -------
    dict of ndarray, shape (m, n*)
        Ratios by name.
    """
    relative = {}
    for name, share in shares.by_name().items():
        if average == "aggregate_ratio":
            present = np.isfinite(share)
            amounts = np.where(present, share * shares.denominator, 0).sum(axis=0)
            level = _ratio(amounts, np.where(present, shares.denominator, 0).sum(axis=0))
        else:
            counted = share if average == "mean_all_cities" else np.where(in_sample, share, np.nan)
            level = _mean_over_regions(counted)
        relative[RELATIVE[name]] = _ratio(share, level)
    return relative


def supplier_productivity(
    tlp: NDArray,
    price: NDArray,
    flows: SupplierFlows,
    exclude: str,
    production_price: NDArray | None = None,
) -> NDArray:
    """otlp: mean productivity of a region-sector's suppliers, weighted by direct consumption (14), (15).

    With a[j,d;i,c] = p_j z[j,d;i,c] / (p_i x[i,c]) (14), otlp = sum a tlp / sum a over all suppliers but those left
    out; p_i x[i,c] cancels.

    Parameters
    ----------
    tlp : ndarray, shape (m, n*)
        Productivity of the suppliers, currency units per hour; those without one (NaN) drop out of both sums.
    price : ndarray, shape (n*,)
        Production prices, hours per currency unit; 0 for goods that do not count.
    flows : SupplierFlows
    exclude : str
        `own_cell`, `own_city` or `own_sector`: the suppliers left out.
    production_price : ndarray, shape (m, n*), optional
        p_i x[i,c], hours. Where it is given, sum a tlp is not divided by sum a.

    Returns
    -------
    ndarray, shape (m, n*)
        Unit of tlp; NaN for a user without suppliers.
    """
    present = np.isfinite(tlp)
    weights = np.where(present, np.stack([price * tlp, price + 0 * tlp]), 0.0)
    sums = flows.all_suppliers(weights)
    weighted, total = sums - flows.left_out(exclude, weights)
    # what is left of a sum after all its suppliers were taken out is rounding, not a supplier
    supplied = total > 1e-12 * sums[1]
    return np.where(supplied, _ratio(weighted, total if production_price is None else production_price), np.nan)


def industrial_agglomeration(output: NDArray) -> NDArray:
    """pri = x[i,c] / X[i], the region's share in the national sector (16).

    Parameters
    ----------
    output : ndarray, shape (m, n*)
        Money.

    Returns
    -------
    ndarray, shape (m, n*)
        Shares.
    """
    return _ratio(output, np.nansum(output, axis=0))


def digital_location_quotient(output: NDArray, price: NDArray, digital: NDArray, counted: NDArray) -> NDArray:
    """dlq: share of the digital sectors in the region's production price over the national share (17).

    Parameters
    ----------
    output : ndarray, shape (m, n*)
        Money.
    price : ndarray, shape (n*,)
        Hours per currency unit.
    digital, counted : ndarray of bool, shape (n*,)
        Sectors of the numerator, and all sectors summed.

    Returns
    -------
    ndarray, shape (m,)
        Ratios.
    """
    worth = np.where(counted, output * np.nan_to_num(price), 0.0)
    complete = np.isfinite(worth).all(axis=1)
    city = _ratio(np.where(digital, worth, 0).sum(axis=1), worth.sum(axis=1))
    nation = worth[complete].sum(axis=0)
    return city / (nation[digital].sum() / nation.sum())


def economic_agglomeration(output: NDArray, price: NDArray, counted: NDArray) -> NDArray:
    """pp: total production price of the region (18).

    Parameters
    ----------
    output : ndarray, shape (m, n*)
        Currency units.
    price : ndarray, shape (n*,)
        Hours per currency unit.
    counted : ndarray of bool, shape (n*,)
        Sectors summed.

    Returns
    -------
    ndarray, shape (m,)
        10^8 hours.
    """
    return np.where(counted, output * np.nan_to_num(price), 0.0).sum(axis=1) / HUNDRED_MILLION


def organic_composition(
    values: RegionalValues | ScopeValues, regions: RegionCoefficients, price: NDArray, capital: str, units: str
) -> NDArray:
    """occ = c / v (19).

    Parameters
    ----------
    values : RegionalValues or ScopeValues
    regions : RegionCoefficients
        Of m regions.
    price : ndarray, shape (n*,)
        Hours per currency unit.
    capital : str
        `flow`, c = A + D, or `stock`, c = A + K.
    units : str
        `value` (Lambda), `price` (p) or `market` (as the tables are).

    Returns
    -------
    ndarray, shape (m, n*)
        Ratios.
    """
    if units == "value":
        constant = values.constant_flow if capital == "flow" else values.constant_stock
        return _ratio(constant, values.variable)
    weight = np.nan_to_num(price) if units == "price" else np.ones(len(price))
    inputs = regions.A + (regions.D if capital == "flow" else regions.K)
    return _ratio(np.einsum("j,cji->ci", weight, inputs), np.einsum("j,cji->ci", weight, regions.F))


def labor_productivity(output: NDArray, hours: NDArray, national_labor: NDArray, relative: bool) -> NDArray:
    """lp = x / hours of living labor (21).

    Parameters
    ----------
    output, hours : ndarray, shape (m, n*)
        Currency units, hours.
    national_labor : ndarray, shape (n*,)
        National L, hours per currency unit.
    relative : bool
        As a ratio to the national 1 / L of the sector-year (method 2.8).

    Returns
    -------
    ndarray, shape (m, n*)
        Currency units per hour, or ratios.
    """
    lp = _ratio(output, hours)
    return lp * national_labor if relative else lp


def instrument(d: NDArray, telephones: NDArray, mean: str, form: str) -> NDArray:
    """iv = mean of total digital input over the regions x telephones of the region in 1984.

    Parameters
    ----------
    d : ndarray, shape (m, n*)
        Total digital input, shares.
    telephones : ndarray, shape (m,)
        NaN where unknown.
    mean : str
        `all_cities` or `leave_one_out`.
    form : str
        `count` or `ln`.

    Returns
    -------
    ndarray, shape (m, n*)
        Telephones, or their logs, times shares.
    """
    average = np.broadcast_to(_mean_over_regions(d), d.shape)
    if mean == "leave_one_out":
        present = np.isfinite(d)
        others = np.where(present, d, 0)
        average = _ratio(others.sum(axis=0) - others, present.sum(axis=0) - present)
    with np.errstate(divide="ignore", invalid="ignore"):
        lines = np.where(telephones > 0, np.log(telephones), np.nan) if form == "ln" else telephones
    return average * lines[:, None]


def digital_columns(
    accounts: RegionAccounts,
    regions: RegionCoefficients,
    price: NDArray,
    productive: NDArray,
    device: NDArray,
    service: NDArray,
    in_sample: NDArray,
    options: IndicatorOptions,
) -> dict[str, NDArray]:
    """All indicators of one year that depend on which sectors are digital, but for the instrument.

    Parameters
    ----------
    accounts, regions : RegionAccounts, RegionCoefficients
        Of m regions.
    price : ndarray, shape (n*,)
        National production prices, hours per currency unit.
    productive, device, service : ndarray of bool, shape (n*,)
        Sectors that are productive, and those that make digital devices and digital services.
    in_sample : ndarray of bool, shape (m, n*)
        Region-sectors of this year that are in the sample.
    options : IndicatorOptions

    Returns
    -------
    dict of ndarray, shape (m, n*)
        dd, ds, di, indi, d; ddr, dsr, dir, indir, tdr; dlq.
    """
    shares = digital_inputs(accounts, regions, price, device, service, options)
    kinds = {"device": device, "service": service, "device_and_service": device | service}
    quotient = digital_location_quotient(
        regions.output, price, kinds[options.dlq_sectors], _counted(productive, options)
    )
    relative = relative_shares(shares, in_sample, options.digital_average)
    dlq = np.broadcast_to(quotient[:, None], regions.output.shape)
    return _in_sample({**shares.by_name(), **relative, "dlq": dlq}, in_sample)


def placebo_pairs(sectors: Sectors, seed: int) -> NDArray:
    """Pairs of goods that may stand in the place of digital devices and services: each good once in either place.

    Parameters
    ----------
    sectors : Sectors
    seed : int
        Of the order in which the productive goods that are not digital are paired.

    Returns
    -------
    ndarray of int, shape (P, 2)
        Positions of the goods; P is their number, and empty where there are fewer than two.
    """
    goods = np.flatnonzero(sectors.productive & (sectors.digital == ""))
    order = np.random.default_rng(seed).permutation(goods)
    return np.stack([order, np.roll(order, -1)], axis=1)[: len(order) if len(order) > 1 else 0]


def _counted(productive: NDArray, options: IndicatorOptions) -> NDArray:
    return productive if options.city_total == "productive" else np.full(len(productive), True)


def _in_sample(columns: Mapping[str, NDArray], in_sample: NDArray) -> dict[str, NDArray]:
    return {
        name: np.where(in_sample, array, np.nan) if name in NEED_HOURS else array for name, array in columns.items()
    }


def year_indicators(
    accounts: RegionAccounts,
    regions: RegionCoefficients,
    nation: NationalSystem,
    values: RegionalValues | ScopeValues,
    flows: SupplierFlows,
    sectors: Sectors,
    in_sample: NDArray,
    telephones: NDArray,
    options: IndicatorOptions,
) -> dict[str, NDArray]:
    """All indicators of one year (methods 6 and 7).

    Parameters
    ----------
    accounts, regions : RegionAccounts, RegionCoefficients
        Of m regions.
    nation : NationalSystem
    values : RegionalValues or ScopeValues
    flows : SupplierFlows
    sectors : Sectors
    in_sample : ndarray of bool, shape (m, n*)
        Region-sectors of this year that are in the sample (`sample.Sample.members`).
    telephones : ndarray, shape (m,)
        Telephones of 1984, NaN where unknown.
    options : IndicatorOptions

    Returns
    -------
    dict of ndarray, shape (m, n*)
        By name of variable. Those that need hours (`variables.Variable.needs_hours`) are NaN outside the sample.
    """
    price, output, productive = nation.price, regions.output, sectors.productive
    device, service = (sectors.digital == kind for kind in ("device", "service"))
    digital = digital_columns(accounts, regions, price, productive, device, service, in_sample, options)
    tlp = total_labor_productivity(values.value)
    tlpr = relative_productivity(values.value, nation.value, in_sample, options.tlpr_denominator)
    otlp = supplier_productivity(
        tlp if options.otlp_of == "tlp" else tlpr,
        np.where(productive, np.nan_to_num(price), 0.0),
        flows,
        options.otlp_exclude,
        None if options.otlp_normalise else price * output,
    )
    agglomeration = economic_agglomeration(output, price, _counted(productive, options))
    columns: Mapping[str, NDArray] = {
        "tlp": tlp,
        "tlpr": tlpr,
        **digital,
        "otlp": otlp,
        "occ": organic_composition(values, regions, price, options.occ_capital, options.occ_units),
        "lp": labor_productivity(output, regions.hours, nation.L, options.lp_relative),
        "pri": industrial_agglomeration(output),
        "pp": np.broadcast_to(agglomeration[:, None], output.shape),
        "iv": instrument(digital["d"], telephones, options.iv_mean, options.iv_telephones),
    }
    return _in_sample(columns, in_sample)


align(__name__)
