"""The indicators of one year, equations (9) to (19), (21) and the instrument, all cities at once.

Cell arrays are (m, n*): region x sector; coefficient arrays (m, n*, n*): region, good, using sector. Missing
is NaN: where a city-sector has no output there is no ratio, never a zero.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIGITAL = ("dd", "ds", "di", "indi", "d")
RELATIVE = {"dd": "ddr", "ds": "dsr", "di": "dir", "indi": "indir", "d": "tdr"}
HUNDRED_MILLION = 1e8


def _ratio(numerator: NDArray | float, denominator: NDArray) -> NDArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator > 0, numerator / denominator, np.nan)


def _mean_over_regions(values: NDArray) -> NDArray:
    """Plain mean over the regions that have a number, (n*,); NaN where none has."""
    present = np.isfinite(values)
    return _ratio(np.where(present, values, 0).sum(axis=0), present.sum(axis=0))


def total_labor_productivity(value: NDArray) -> NDArray:
    """tlp = 1 / Lambda, currency units per hour of total labour (9); value (m, n*), NaN where missing."""
    return _ratio(1.0, value)


def relative_productivity(value: NDArray, national_value: NDArray, denominator: str) -> NDArray:
    """tlpr = tlp over the national level of the sector, (m, n*) (10).

    denominator: `national_coefficient`, 1 / Lambda_nat; `inverse_mean_city_value`, 1 / (mean of the
    cities' Lambda); `mean_city_tlp`, the mean of the cities' tlp.
    """
    tlp = total_labor_productivity(value)
    level = {
        "national_coefficient": lambda: 1 / national_value,
        "inverse_mean_city_value": lambda: 1 / _mean_over_regions(value),
        "mean_city_tlp": lambda: _mean_over_regions(tlp),
    }[denominator]()
    return tlp / level


def digital_inputs(
    regions: Mapping[str, NDArray], price: NDArray, device: int, service: int, settings: Mapping[str, Any]
) -> tuple[dict[str, NDArray], NDArray]:
    """Digital inputs as shares of the user's production price, (11) and (12).

    regions: stacked accounts and coefficients: A, A_own, D, F (m, n*, n*), domestic, own (m, n*, n*, money),
    domestic_share, output, rural, rural_mix, urban_mix, rural_own_share, urban_own_share (m, n*),
    households (m, 2), compensation (m, n*); price (n*,); device, service: positions of the two digital
    sectors; settings: digital_flow, digital_supply, digital_denominator, digital_total_rule.
    Returns (shares, denominator): shares, a dict of dd, ds, di, indi, d, each (m, n*); denominator (m, n*).
    """
    output = np.where(regions["output"] > 0, regions["output"], np.nan)
    denominator = _digital_denominator(regions, price, output, settings["digital_denominator"])
    direct, indirect = {}, {}
    for name, k in (("dd", device), ("ds", service)):
        direct[name] = price[k] * _intermediate(regions, k, output, settings) / denominator
        indirect[name] = price[k] * _wage_flow(regions, k, output, settings) / denominator
    shares = {"di": direct["dd"] + direct["ds"]}
    if settings["digital_total_rule"] == "bundle_share":
        basket = _digital_share_of_basket(regions, price, (device, service))
        shares["dd"] = direct["dd"] + basket[:, [0]]
        shares["ds"] = direct["ds"] + basket[:, [1]]
        shares["indi"] = basket.sum(axis=1, keepdims=True) * regions["compensation"] / output
    else:
        shares["dd"] = direct["dd"] + indirect["dd"]
        shares["ds"] = direct["ds"] + indirect["ds"]
        shares["indi"] = indirect["dd"] + indirect["ds"]
    shares["d"] = shares["dd"] + shares["ds"]
    return shares, denominator


def _intermediate(regions: Mapping[str, NDArray], k: int, output: NDArray, settings: Mapping[str, Any]) -> NDArray:
    """z of good k by using city-sector, money (11)."""
    own = settings["digital_supply"] == "own_city"
    if settings["digital_flow"] == "same_as_A":
        return regions["A_own" if own else "A"][:, k] * output
    if own:
        return regions["own"][:, k] * regions["domestic_share"][:, [k]]
    return regions["domestic"][:, k]


def _wage_flow(regions: Mapping[str, NDArray], k: int, output: NDArray, settings: Mapping[str, Any]) -> NDArray:
    """w of good k consumed by the workers of each city-sector, money (11)."""
    flow = regions["F"][:, k] * output
    if settings["digital_supply"] == "own_city":
        flow = flow * np.where(regions["rural"], regions["rural_own_share"][:, [k]], regions["urban_own_share"][:, [k]])
    return flow


def _digital_denominator(regions: Mapping[str, NDArray], price: NDArray, output: NDArray, rule: str) -> NDArray:
    if rule == "output":
        return price * output
    coefficients = {
        "cost": lambda: regions["A"] + regions["F"],
        "cost_with_D": lambda: regions["A"] + regions["D"] + regions["F"],
        "intermediate": lambda: regions["A"],
    }[rule]()
    return np.einsum("j,cji->ci", np.nan_to_num(price), coefficients) * output


def _digital_share_of_basket(regions: Mapping[str, NDArray], price: NDArray, goods: tuple[int, ...]) -> NDArray:
    """Shares of the digital goods in the price of a city's wage basket, (m, 2) (method 2.6, E4)."""
    rural, urban = regions["households"].T[:, :, None]
    basket = rural * regions["rural_mix"] + urban * regions["urban_mix"]
    none = ~(basket.sum(axis=1, keepdims=True) > 0)
    basket = np.where(none, regions["urban_mix"], basket) * np.nan_to_num(price)
    return basket[:, list(goods)] / basket.sum(axis=1, keepdims=True)


def relative_shares(
    shares: Mapping[str, NDArray], denominator: NDArray, in_sample: NDArray, average: str
) -> dict[str, NDArray]:
    """ddr, dsr, dir, indir, tdr: each share over its national level in the sector (13).

    shares: dict of (m, n*); denominator (m, n*) of the shares; in_sample (m, n*, bool); average:
    `mean_all_cities`, `mean_sample_cities` or `aggregate_ratio` (national amounts over national amounts).
    """
    relative = {}
    for name, share in shares.items():
        if average == "aggregate_ratio":
            present = np.isfinite(share)
            amounts = np.where(present, share * denominator, 0).sum(axis=0)
            level = _ratio(amounts, np.where(present, denominator, 0).sum(axis=0))
        else:
            counted = share if average == "mean_all_cities" else np.where(in_sample, share, np.nan)
            level = _mean_over_regions(counted)
        relative[RELATIVE[name]] = _ratio(share, level)
    return relative


def supplier_productivity(
    tlp: NDArray,
    price: NDArray,
    inputs_sum: Callable[[NDArray], NDArray],
    left_out_sum: Callable[[NDArray], NDArray],
    production_price: NDArray | None = None,
) -> NDArray:
    """otlp: mean productivity of a city-sector's suppliers, weighted by direct consumption (14), (15).

    tlp (m, n*): the suppliers' productivity; those without one (NaN) drop out of both sums. price (n*,).
    inputs_sum: weights (2, m, n*) by supplier -> sums of weight x z over all suppliers, by user (2, m, n*),
    money; left_out_sum: the same over the suppliers that are left out. production_price (m, n*): where it
    is given, the sums are not normalised by the weights but taken per unit of it (p_i x_i).
    Returns (m, n*), NaN for a user without suppliers.
    """
    known = np.isfinite(tlp)
    weights = np.where(known, np.stack([price * tlp, price + 0 * tlp]), 0.0)
    sums = inputs_sum(weights)
    weighted, total = sums - left_out_sum(weights)
    # what is left of a sum after all its suppliers were taken out is rounding, not a supplier
    supplied = total > 1e-12 * sums[1]
    return np.where(supplied, _ratio(weighted, total if production_price is None else production_price), np.nan)


def industrial_agglomeration(output: NDArray) -> NDArray:
    """pri = x[i,c] / X[i], the city's share of the national sector (16); output (m, n*), money."""
    return _ratio(output, np.nansum(output, axis=0))


def digital_location_quotient(output: NDArray, price: NDArray, digital: NDArray, counted: NDArray) -> NDArray:
    """dlq (m,): share of the digital sectors in the city's production price over the national share (17).

    output (m, n*); price (n*,); digital, counted: masks (n*,) of the numerator's and of all sectors summed.
    """
    worth = np.where(counted, output * np.nan_to_num(price), 0.0)
    known = np.isfinite(worth).all(axis=1)
    city = _ratio(np.where(digital, worth, 0).sum(axis=1), worth.sum(axis=1))
    nation = worth[known].sum(axis=0)
    return city / (nation[digital].sum() / nation.sum())


def economic_agglomeration(output: NDArray, price: NDArray, counted: NDArray) -> NDArray:
    """pp (m,): total production price of the city, 10^8 hours (18)."""
    return np.where(counted, output * np.nan_to_num(price), 0.0).sum(axis=1) / HUNDRED_MILLION


def organic_composition(
    values: Mapping[str, NDArray], regions: Mapping[str, NDArray], price: NDArray, capital: str, units: str
) -> NDArray:
    """occ = c / v, (m, n*) (19).

    values: dict of constant_flow, constant_stock, variable (m, n*), hours per currency unit; regions: A,
    D, K, F (m, n*, n*); capital: `flow`, c = A + D, or `stock`, c = A + K; units: `value` (Lambda),
    `price` (p) or `market` (as the tables are).
    """
    if units == "value":
        return _ratio(values[f"constant_{capital}"], values["variable"])
    weight = np.nan_to_num(price) if units == "price" else np.ones(len(price))
    constant = regions["A"] + regions["D" if capital == "flow" else "K"]
    return _ratio(np.einsum("j,cji->ci", weight, constant), np.einsum("j,cji->ci", weight, regions["F"]))


def labor_productivity(output: NDArray, hours: NDArray, national_labor: NDArray, relative: bool) -> NDArray:
    """lp = x / hours of living labour, currency units per hour (21), (m, n*).

    relative: as a ratio to the national 1 / L of the sector-year (method 2.8); national_labor (n*,).
    """
    lp = _ratio(output, hours)
    return lp * national_labor if relative else lp


def instrument(d: NDArray, telephones: NDArray, mean: str, form: str) -> NDArray:
    """iv = mean of total digital input over the cities x telephones of the city in 1984, (m, n*).

    d (m, n*); telephones (m,), NaN where unknown; mean: `all_cities` or `leave_one_out`; form: `count`
    or `ln`.
    """
    average = np.broadcast_to(_mean_over_regions(d), d.shape)
    if mean == "leave_one_out":
        present = np.isfinite(d)
        others = np.where(present, d, 0)
        average = _ratio(others.sum(axis=0) - others, present.sum(axis=0) - present)
    with np.errstate(divide="ignore", invalid="ignore"):
        lines = np.where(telephones > 0, np.log(telephones), np.nan) if form == "ln" else telephones
    return average * lines[:, None]


def year_indicators(
    regions: Mapping[str, NDArray],
    nation: Mapping[str, NDArray],
    values: Mapping[str, NDArray],
    flows: Mapping[str, Any],
    sectors: Mapping[str, NDArray],
    telephones: NDArray,
    settings: Mapping[str, Any],
) -> dict[str, NDArray]:
    """All indicators of one year (method 6 and 7) as a dict of (m, n*) arrays named as in the panel.

    regions: stacked accounts and coefficients (see `digital_inputs`) with output, hours (m, n*);
    nation: price, value, L (n*,); values: from `network.city_values`; flows: dict of `inputs_sum` and, by
    name of `otlp_exclude`, of left-out sums (see `supplier_productivity`); sectors: `productive` mask and
    `digital` names (n*,); telephones (m,); settings: the config's `indicators`.
    """
    price, output = nation["price"], regions["output"]
    device, service = (int(np.argmax(sectors["digital"] == kind)) for kind in ("device", "service"))
    value = values["value"]
    tlp = total_labor_productivity(value)
    tlpr = relative_productivity(value, nation["value"], settings["tlpr_denominator"])
    shares, denominator = digital_inputs(regions, price, device, service, settings)
    relative = relative_shares(shares, denominator, np.isfinite(tlp), settings["digital_average"])
    otlp = supplier_productivity(
        tlp if settings["otlp_of"] == "tlp" else tlpr,
        np.where(sectors["productive"], np.nan_to_num(price), 0.0),
        flows["inputs_sum"],
        flows[settings["otlp_exclude"]],
        None if settings["otlp_normalise"] else price * output,
    )
    counted = sectors["productive"] if settings["city_total"] == "productive" else np.full(len(price), True)
    wanted = {"device": (device,), "service": (service,), "device_and_service": (device, service)}
    digital = np.isin(np.arange(len(price)), wanted[settings["dlq_sectors"]])

    def by_city(array: NDArray) -> NDArray:
        return np.broadcast_to(array[:, None], output.shape)

    return {
        "tlp": tlp,
        "tlpr": tlpr,
        **shares,
        **relative,
        "otlp": otlp,
        "occ": organic_composition(values, regions, price, settings["occ_capital"], settings["occ_units"]),
        "lp": labor_productivity(output, regions["hours"], nation["L"], settings["lp_relative"]),
        "pri": industrial_agglomeration(output),
        "dlq": by_city(digital_location_quotient(output, price, digital, counted)),
        "pp": by_city(economic_agglomeration(output, price, counted)),
        "iv": instrument(shares["d"], telephones, settings["iv_mean"], settings["iv_telephones"]),
    }
