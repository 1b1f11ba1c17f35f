"""Transfers of value: between the regions of a sector, between sectors, and through trade between regions.

Arrays are (m, n*): region x sector, hours per year, NaN where a region-sector has no value. Prices are scaled so that
all valued output together costs as many hours as its social value. This is not the scale (8), which counts the output
of all sectors.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laborvalue.accounts import Sectors
from laborvalue.labels import align
from laborvalue.records import refuse_other_shapes
from laborvalue.region_system import RegionSystem
from laborvalue.solutions import NationalSystem, RegionalValues, cell_table

MEASURED = ("output", "living_labor", "value", "social_value", "price_value", "market_value")
TRADED = ("value", "price_value", "market_value", "net")
RATES = ("surplus_value_rate", "value_profit_rate", "organic_composition", "vertically_integrated_labor")


@dataclass(frozen=True)
class Transfers:
    """The output of every region-sector in hours: by its own, the social and the price measure.

    Attributes
    ----------
    output : ndarray, shape (m, n*)
        Gross output, currency units.
    living_labor : ndarray, shape (m, n*)
        Hours worked.
    value, social_value, price_value, market_value : ndarray, shape (m, n*)
        Lambda[c, i] x, Lambda_nat[i] x, p[i] x and x, the last two scaled to the total of the social value, hours.
    price : ndarray, shape (n*,)
        The scaled production prices, hours per currency unit.
    market_price : float
        Hours per currency unit at market prices: the scale of `market_value`.
    """

    output: NDArray
    living_labor: NDArray
    value: NDArray
    social_value: NDArray
    price_value: NDArray
    market_value: NDArray
    price: NDArray
    market_price: float

    def __post_init__(self) -> None:
        refuse_other_shapes(self, MEASURED, self.value.shape)
        refuse_other_shapes(self, ("price",), self.value.shape[-1:])

    @property
    def between_regions(self) -> NDArray:
        """What a region-sector gains by selling at the social value: social less individual value.

        Returns
        -------
        ndarray, shape (m, n*)
            Hours. The sum over the regions is 0 only where the national coefficients are the averages of the regions'
            and inputs are valued alike.
        """
        return self.social_value - self.value

    @property
    def between_sectors(self) -> NDArray:
        """What it gains by selling at production prices: price less social value.

        Returns
        -------
        ndarray, shape (m, n*)
            Hours, with the sum 0.
        """
        return self.price_value - self.social_value


def value_transfers(
    value: NDArray, national_value: NDArray, price: NDArray, output: NDArray, hours: NDArray
) -> Transfers:
    """Transfers of value of one year (method 13).

    Parameters
    ----------
    value : ndarray, shape (m, n*)
        Lambda of the region-sectors, hours per currency unit; NaN where there is none.
    national_value, price : ndarray, shape (n*,)
        Lambda_nat and production prices p on any scale, hours per currency unit.
    output : ndarray, shape (m, n*)
        Gross output, currency units.
    hours : ndarray, shape (m, n*)
        Hours of living labor.

    Returns
    -------
    Transfers

    Examples
    --------
    >>> ones = np.ones((2, 1))
    >>> transfers = value_transfers(np.array([[1.0], [3.0]]), np.array([2.0]), np.array([5.0]), ones, ones)
    >>> transfers.between_regions.ravel(), transfers.price
    (array([ 1., -1.]), array([2.]))
    """
    valued = np.isfinite(value)
    x = np.where(valued, output, np.nan)
    social = national_value * x
    total = np.nansum(social)
    at_price = price * x
    scale, market = total / np.nansum(at_price), total / np.nansum(x)
    return Transfers(
        output=x,
        living_labor=np.where(valued, hours, np.nan),
        value=value * x,
        social_value=social,
        price_value=scale * at_price,
        market_value=market * x,
        price=scale * price,
        market_price=float(market),
    )


@dataclass(frozen=True)
class TradeTransfers:
    """What passes from region to region by trade, hours: rows sell, columns buy, the diagonal is 0.

    Attributes
    ----------
    value : ndarray, shape (m, m)
        Labor embodied in what is delivered, at the values of the sellers.
    price_value, market_value : ndarray, shape (m, m)
        What it costs, at production prices and at market prices.
    """

    value: NDArray
    price_value: NDArray
    market_value: NDArray

    @property
    def net(self) -> NDArray:
        """Net value that a region hands over to another: given less received, at production prices.

        Returns
        -------
        ndarray, shape (m, m)
            Hours; antisymmetric.
        """
        given = self.value - self.price_value
        return given - given.T


def trade_transfers(transfers: Transfers, value: NDArray, deliveries: NDArray) -> TradeTransfers:
    """Transfers of value through trade between regions (method 13).

    For a delivery worth m of good i from region c, the value handed over is Lambda[c, i] m, the price received p_i m.

    Parameters
    ----------
    transfers : Transfers
    value : ndarray, shape (m, n*)
        Lambda of the region-sectors, hours per currency unit. Deliveries count where the seller has a value, between
        regions that both have values: what the others hand over in return is not known.
    deliveries : ndarray, shape (m, n*, m)
        By selling region, good and buying region, currency units.

    Returns
    -------
    TradeTransfers
    """
    valued = np.isfinite(value)
    sold = np.where(valued[:, :, None] & valued.any(axis=1), deliveries, 0.0)
    apart = 1 - np.eye(len(value))
    embodied = np.einsum("cj,cjd->cd", np.nan_to_num(value), sold)
    costs = np.einsum("j,cjd->cd", np.nan_to_num(transfers.price), sold)
    return TradeTransfers(
        value=apart * embodied,
        price_value=apart * costs,
        market_value=apart * sold.sum(axis=1) * transfers.market_price,
    )


def by_region(transfers: Transfers, trade: TradeTransfers) -> dict[str, NDArray]:
    """What each region gains, in hours and per hour that is worked there.

    Parameters
    ----------
    transfers : Transfers
    trade : TradeTransfers

    Returns
    -------
    dict of ndarray, shape (m,)
        `living_labor`; `transfer_regions`, `transfer_sectors` and `transfer_trade`, hours that the region gains within
        its sectors, between sectors and by trade; the same per hour of living labor, `..._per_hour`. NaN for a region
        without values.
    """
    valued = np.isfinite(transfers.value).any(axis=1)
    hours = np.where(valued, np.nansum(transfers.living_labor, axis=1), np.nan)
    gains = {
        "transfer_regions": np.nansum(transfers.between_regions, axis=1),
        "transfer_sectors": np.nansum(transfers.between_sectors, axis=1),
        "transfer_trade": -trade.net.sum(axis=1),
    }
    gained = {name: np.where(valued, gain, np.nan) for name, gain in gains.items()}
    return {"living_labor": hours, **gained} | {f"{name}_per_hour": gain / hours for name, gain in gained.items()}


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


def transfer_tables(
    regions: RegionSystem,
    nation: NationalSystem,
    values: RegionalValues,
    deliveries: NDArray,
    region: NDArray,
    sectors: Sectors,
) -> tuple[dict[str, NDArray], ...]:
    """The tables of the transfers of value and of the rates of one year.

    Parameters
    ----------
    regions : RegionSystem
        Of m regions.
    nation : NationalSystem
    values : RegionalValues
    deliveries : ndarray, shape (m, n*, m)
        By selling region, good and buying region, currency units.
    region : ndarray of text, shape (m,)
        Keys of the regions.
    sectors : Sectors

    Returns
    -------
    transfers, regional, trade, rates : dict of ndarray, shape (rows,)
        By region and productive sector; by region; by pair of regions that trade; by region and productive sector.
        Hours but for the rates.
    """
    transfers = value_transfers(values.value, nation.value, nation.price, regions.output, regions.hours)
    through_trade = trade_transfers(transfers, values.value, deliveries)
    rates = value_rates(values, regions)
    measured = {name: getattr(transfers, name) for name in MEASURED}
    moved = {"transfer_regions": transfers.between_regions, "transfer_sectors": transfers.between_sectors}
    seller, buyer = np.nonzero(through_trade.value)
    pairs = {name: getattr(through_trade, name)[seller, buyer] for name in TRADED}
    rated = {name: getattr(rates, name) for name in RATES}
    rated["own_profit_rate"] = np.broadcast_to(rates.own_profit_rate[:, None], values.value.shape)
    return (
        cell_table(region, sectors, measured | moved),
        {"region": region} | by_region(transfers, through_trade),
        {"region": region[seller], "partner": region[buyer]} | pairs,
        cell_table(region, sectors, rated),
    )


align(globals())
