"""Rates of every region-sector at its values: surplus value, profit, composition of capital."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laborvalue.accounts import Sectors
from laborvalue.labels import align
from laborvalue.region_system import RegionSystem
from laborvalue.solutions import RegionalValues, cell_table

RATES = ("surplus_value_rate", "value_profit_rate", "organic_composition", "vertically_integrated_labor")


@dataclass(frozen=True)
class Rates:
    """Rates of every region-sector at its values; pure numbers but for the last two.

    Attributes
    ----------
    surplus_value_rate, value_profit_rate, organic_composition : ndarray, shape (m, n*)
        (L - v) / v, (L - v) / (c + v) and c / v, with c = Lambda (A + D) and v = Lambda F; NaN where nothing is paid.
    vertically_integrated_labor : ndarray, shape (m, n*)
        Direct and indirect labor per unit of output, hours per currency unit (Pasinetti 1973): Lambda.
    own_profit_rate : ndarray, shape (m,)
        r* of the region's own technique, per year; NaN where it has none.
    """

    surplus_value_rate: NDArray
    value_profit_rate: NDArray
    organic_composition: NDArray
    vertically_integrated_labor: NDArray
    own_profit_rate: NDArray


def value_rates(values: RegionalValues, regions: RegionSystem) -> Rates:
    """Rates by region and sector.

    Parameters
    ----------
    values : RegionalValues
    regions : RegionSystem
        Of m regions.

    Returns
    -------
    Rates
    """
    c, v = values.constant_flow, values.variable
    surplus = np.where(np.isfinite(values.value), regions.L, np.nan) - v
    paid = v > 0

    def ratio(numerator: NDArray, denominator: NDArray) -> NDArray:
        return np.divide(numerator, denominator, out=np.full(v.shape, np.nan), where=paid)

    return Rates(
        surplus_value_rate=ratio(surplus, v),
        value_profit_rate=ratio(surplus, c + v),
        organic_composition=ratio(c, v),
        vertically_integrated_labor=values.value,
        own_profit_rate=np.asarray(regions.profit_rate),
    )


def rate_table(values: RegionalValues, regions: RegionSystem, region: NDArray, sectors: Sectors) -> dict[str, NDArray]:
    """The table of the rates of one year: one row for each region and productive sector.

    Parameters
    ----------
    values : RegionalValues
    regions : RegionSystem
        Of m regions.
    region : ndarray of text, shape (m,)
        Keys of the regions.
    sectors : Sectors

    Returns
    -------
    dict of ndarray, shape (rows,)
    """
    rates = value_rates(values, regions)
    columns = {name: getattr(rates, name) for name in RATES}
    columns["own_profit_rate"] = np.broadcast_to(rates.own_profit_rate[:, None], values.value.shape)
    return cell_table(region, sectors, columns)


align(__name__)
