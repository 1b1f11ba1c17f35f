"""The account of value: hours worked, and the net product they became, at social values, production and market prices.

Arrays are (m, n*): region x sector, hours per year, NaN where a region-sector has no place in the account. All of it is
counted on the net product of goods with value, since gross output counts the transfers in the inputs again. The three
net products are scaled to the hours worked, so that their differences are transfers and each sums to zero (method 13).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laborvalue.accounts import RegionAccounts, Sectors
from laborvalue.labels import align
from laborvalue.records import refuse_other_shapes
from laborvalue.region_system import RegionSystem
from laborvalue.solutions import NationalSystem, RegionalValues, cell_table

NET_PRODUCTS = ("hours", "social_value", "production_value", "market_value")
TRANSFERS = ("within_sectors", "between_sectors", "from_production_price", "transfer")
LINES = ("paid_to_non_productive", "net_taxes", "imports_without_value", "kept")
SALES = ("at_home", "exports", "imported_inputs")


@dataclass(frozen=True)
class ValueAccount:
    """What each region-sector works, and the net product that it keeps hold of at values and prices.

    Attributes
    ----------
    hours : ndarray, shape (m, n*)
        Hours worked, H = L x.
    social_value, production_value, market_value : ndarray, shape (m, n*)
        The net product at national values, S, at production prices, P, and at market prices, M; hours.
    output : ndarray, shape (m, n*)
        Gross output, currency units; 0 outside the account.
    technique : ndarray, shape (m, n*, n*)
        C = A + D of goods with value, good x using sector, per unit of output; 0 outside the account.
    value, embodied : ndarray, shape (m, n*)
        Lambda of the goods of a region, and Lambda C of a unit of output; hours per currency unit, the national value
        where a region has none of its own.
    price, market_price : ndarray, shape (n*,)
        Production and market prices of the goods with value on the scale of the account, hours per currency unit; 0
        for the others.
    estimated : ndarray of bool, shape (m,)
        Regions without values of their own that stand in the account with the average technique.
    """

    hours: NDArray
    social_value: NDArray
    production_value: NDArray
    market_value: NDArray
    output: NDArray
    technique: NDArray
    value: NDArray
    embodied: NDArray
    price: NDArray
    market_price: NDArray
    estimated: NDArray

    def __post_init__(self) -> None:
        m, n = self.hours.shape
        refuse_other_shapes(self, (*NET_PRODUCTS, "output", "value", "embodied"), (m, n))
        refuse_other_shapes(self, ("technique",), (n, n))
        refuse_other_shapes(self, ("price", "market_price"), (n,))
        refuse_other_shapes(self, ("estimated",), (m,))

    @property
    def within_sectors(self) -> NDArray:
        """S - H: what a region-sector receives by working fewer hours than the average of its sector.

        Returns
        -------
        ndarray, shape (m, n*)
            Hours, with the sum 0.
        """
        return self.social_value - self.hours

    @property
    def between_sectors(self) -> NDArray:
        """P - S: what it receives by production prices that differ from values.

        Returns
        -------
        ndarray, shape (m, n*)
            Hours, with the sum 0.
        """
        return self.production_value - self.social_value

    @property
    def from_production_price(self) -> NDArray:
        """M - P: what it receives by market prices that differ from production prices.

        Returns
        -------
        ndarray, shape (m, n*)
            Hours, with the sum 0.
        """
        return self.market_value - self.production_value

    @property
    def transfer(self) -> NDArray:
        """M - H: the whole transfer, the sum of the three.

        Returns
        -------
        ndarray, shape (m, n*)
            Hours, with the sum 0.
        """
        return self.market_value - self.hours


def value_account(
    regions: RegionSystem, nation: NationalSystem, values: RegionalValues, sectors: Sectors, without_values: str
) -> ValueAccount:
    """The account of value of one year (method 13).

    With C = A + D restricted to goods with value, S = lambda (I - C) x, P = s p (I - C) x and M = m (I - C) x; s and m
    such that both sum to the hours worked. The sum of S is that of the hours, since the national coefficients are the
    averages of the regions'.

    Parameters
    ----------
    regions : RegionSystem
        Of m regions.
    nation : NationalSystem
    values : RegionalValues
    sectors : Sectors
    without_values : str
        `values.without_values`: `average` gives regions without values of their own, such as a rest of the world
        without hours, the average technique of each sector; `left_out` leaves them out.

    Returns
    -------
    ValueAccount
        P or M is NaN where all net product together has no positive price.
    """
    has_value = sectors.productive & np.isfinite(nation.value)
    own = np.isfinite(values.value)
    average = (~own.any(axis=1))[:, None] & has_value & (np.nan_to_num(regions.output) > 0)
    average &= without_values == "average"
    counted = own | average
    x = np.where(counted, regions.output, 0.0)

    def technique(A: NDArray, D: NDArray) -> NDArray:
        return np.where(has_value[:, None], A + D, 0.0)

    of_own = np.where(own[:, None, :], technique(regions.A, regions.D), 0.0)
    C = np.where(average[:, None, :], technique(nation.A, nation.D), of_own)
    hours = np.where(own, regions.hours, np.where(average, nation.L * x, np.nan))
    social = np.where(has_value, nation.value, 0.0)

    def net_product(unit: NDArray) -> NDArray:
        return np.where(counted, (unit - np.einsum("j,cji->ci", unit, C)) * x, np.nan)

    def scaled(unit: NDArray) -> NDArray:
        """Unit prices at which all net product together costs the hours worked."""
        total = np.nansum(net_product(unit))
        return unit * (np.nansum(hours) / total if total > 0 else np.nan)

    price, market = scaled(np.where(has_value, nation.price, 0.0)), scaled(has_value.astype(float))
    return ValueAccount(
        hours=hours,
        social_value=net_product(social),
        production_value=net_product(price),
        market_value=net_product(market),
        output=x,
        technique=C,
        value=np.where(own, values.value, social),
        embodied=np.where(own, values.constant_flow, np.einsum("j,cji->ci", social, C)),
        price=price,
        market_price=market,
        estimated=average.any(axis=1),
    )


def market_lines(
    account: ValueAccount, regions: RegionSystem, nation: NationalSystem, accounts: RegionAccounts
) -> dict[str, NDArray]:
    """Where the net product at market prices goes: M = paid + taxes + imports + kept.

    Parameters
    ----------
    account : ValueAccount
    regions : RegionSystem
        Of m regions.
    nation : NationalSystem
    accounts : RegionAccounts
        Of m regions.

    Returns
    -------
    dict of ndarray, shape (m, n*)
        Hours: `paid_to_non_productive`, for goods without value that are used as inputs, such as trade and finance;
        `net_taxes` on production, NaN where the table does not have them; `imports_without_value`, imported inputs to
        which `values.imports` gives no value; `kept`, the rest: compensation, surplus, and what the table leaves
        unbalanced, with the taxes where they are not known. The last three are NaN where the technique is estimated.
    """
    own = np.isfinite(account.hours) & ~account.estimated[:, None]
    scale, x = np.max(account.market_price), account.output
    without_value = (account.market_price == 0)[:, None]

    def paid(A: NDArray, D: NDArray) -> NDArray:
        return np.where(without_value, A + D, 0.0).sum(axis=-2)

    bought = np.where(own, paid(regions.A, regions.D), paid(nation.A, nation.D)) * x
    inputs = accounts.intermediate.sum(axis=-2) + np.nan_to_num(accounts.imports) + accounts.depreciation
    uncounted = inputs - (regions.A + regions.D).sum(axis=-2) * x
    taxes = np.full(x.shape, np.nan) if accounts.production_taxes is None else accounts.production_taxes
    lines = {
        "paid_to_non_productive": np.where(np.isfinite(account.hours), scale * bought, np.nan),
        "net_taxes": np.where(own, scale * taxes, np.nan),
        "imports_without_value": np.where(own, scale * uncounted, np.nan),
    }
    used = lines["paid_to_non_productive"] + np.nan_to_num(lines["net_taxes"]) + lines["imports_without_value"]
    return lines | {"kept": account.market_value - used}


@dataclass(frozen=True)
class TradeView:
    """A region's transfer by what it sells and what it buys: price less value, summed over its goods, hours.

    Attributes
    ----------
    at_home : ndarray, shape (m,)
        Of what is neither an own input nor sold to another region of the data: goods for final users and non-productive
        sectors at home, and what leaves the regions of the data.
    exports : ndarray, shape (m,)
        Of what is sold to users of every kind in other regions of the data.
    imported_inputs : ndarray, shape (m,)
        Of the inputs, A and D, that come from elsewhere; to be subtracted.
    """

    at_home: NDArray
    exports: NDArray
    imported_inputs: NDArray

    def __post_init__(self) -> None:
        refuse_other_shapes(self, SALES, self.at_home.shape)

    @property
    def transfer(self) -> NDArray:
        """The whole transfer of each region: at home + exports - imported inputs.

        Returns
        -------
        ndarray, shape (m,)
            Hours: net product at these prices less hours worked.
        """
        return self.at_home + self.exports - self.imported_inputs


def trade_view(account: ValueAccount, regions: RegionSystem, deliveries: NDArray, unit: NDArray) -> TradeView:
    """The account of the regions seen from trade (method 13), exact since Lambda = Lambda C + L.

    Parameters
    ----------
    account : ValueAccount
    regions : RegionSystem
        Of m regions.
    deliveries : ndarray, shape (m, n*, m)
        By selling region, good and buying region, currency units.
    unit : ndarray, shape (n*,)
        Prices of the goods, `account.price` or `account.market_price`, hours per currency unit.

    Returns
    -------
    TradeView
    """
    x, C = account.output, account.technique
    counted = np.isfinite(account.hours)
    above = unit - account.value  # price less value of a unit of good
    abroad = np.where(counted[:, :, None], deliveries * (1 - np.eye(len(x)))[:, None, :], 0.0)
    own_inputs = np.einsum("cji,ci->cj", _own_technique(account, regions, deliveries), x)
    inputs = ((np.einsum("j,cji->ci", unit, C) - account.embodied) * x).sum(axis=1, where=counted)
    exports = np.einsum("cj,cjd->c", above, abroad)
    on_own = (above * own_inputs).sum(axis=1)
    sold = (above * x).sum(axis=1)
    return TradeView(at_home=sold - on_own - exports, exports=exports, imported_inputs=inputs - on_own)


def _own_technique(account: ValueAccount, regions: RegionSystem, deliveries: NDArray) -> NDArray:
    """The part of C that a region supplies itself; where C is estimated, in the share of its purchases of the good."""
    bought, own = deliveries.sum(axis=0).T, np.einsum("cjc->cj", deliveries)
    share = np.divide(own, bought, out=np.ones_like(own), where=bought > 0)
    supplied = regions.A_own + regions.capital_own_share[:, :, None] * regions.D
    known = ~account.estimated[:, None, None] & (account.technique > 0)
    return np.where(known, supplied, share[:, :, None] * account.technique)


def sales(account: ValueAccount, deliveries: NDArray) -> dict[str, NDArray]:
    """What regions sell to each other, at value and at prices; goods of the account, the diagonal is 0.

    Parameters
    ----------
    account : ValueAccount
    deliveries : ndarray, shape (m, n*, m)
        By selling region, good and buying region, currency units.

    Returns
    -------
    dict of ndarray, shape (m, m)
        Hours, rows sell, columns buy: `value`, labor embodied; `production_value` and `market_value`, what it costs;
        `transfer`, market value less value: what the seller receives.
    """
    sold = np.where(np.isfinite(account.hours)[:, :, None], deliveries, 0.0) * (1 - np.eye(len(deliveries)))[:, None, :]
    value = np.einsum("cj,cjd->cd", account.value, sold)
    production, market = (np.einsum("j,cjd->cd", unit, sold) for unit in (account.price, account.market_price))
    return {"value": value, "production_value": production, "market_value": market, "transfer": market - value}


def account_tables(
    regions: RegionSystem,
    nation: NationalSystem,
    values: RegionalValues,
    accounts: RegionAccounts,
    deliveries: NDArray,
    region: NDArray,
    sectors: Sectors,
    without_values: str,
) -> dict[str, dict[str, NDArray]]:
    """The tables of the account of value of one year.

    Parameters
    ----------
    regions : RegionSystem
        Of m regions.
    nation : NationalSystem
    values : RegionalValues
    accounts : RegionAccounts
        Of m regions.
    deliveries : ndarray, shape (m, n*, m)
        By selling region, good and buying region, currency units.
    region : ndarray of text, shape (m,)
        Keys of the regions.
    sectors : Sectors
    without_values : str
        As in `value_account`.

    Returns
    -------
    dict of dict of ndarray, shape (rows,)
        `cells`, by region and productive sector; `regions`, with the trade view at market prices and, named
        `production_...`, at production prices; `sectors`; `negative`, the cells with a negative net product, which
        alone can lose more than they work; `trade`, by pair of regions that trade. Hours.
    """
    account = value_account(regions, nation, values, sectors, without_values)
    columns = {name: getattr(account, name) for name in NET_PRODUCTS + TRANSFERS}
    columns |= market_lines(account, regions, nation, accounts)
    at_market, at_production = (
        trade_view(account, regions, deliveries, unit) for unit in (account.market_price, account.price)
    )
    traded = {name: getattr(at_market, name) for name in SALES}
    traded |= {f"production_{name}": getattr(at_production, name) for name in SALES}
    counted = np.isfinite(account.hours)
    with_any = counted.any(axis=1)
    estimated = {"estimated": account.estimated}
    cells = cell_table(
        region, sectors, columns | {"estimated": np.broadcast_to(account.estimated[:, None], counted.shape)}
    )
    negative = np.min([cells[name] for name in NET_PRODUCTS[1:]], axis=0) < 0
    between = sales(account, deliveries)
    seller, buyer = np.nonzero(between["value"])
    return {
        "cells": cells,
        "regions": {"region": region}
        | {name: _total(array, 1) for name, array in columns.items()}
        | {name: np.where(with_any, array, np.nan) for name, array in traded.items()}
        | estimated,
        "sectors": {"sector": sectors.sector[sectors.productive]}
        | {name: _total(array, 0)[sectors.productive] for name, array in columns.items()},
        "negative": {name: array[negative] for name, array in cells.items()},
        "trade": {"region": region[seller], "partner": region[buyer]}
        | {name: array[seller, buyer] for name, array in between.items()},
    }


def _total(amounts: NDArray, axis: int) -> NDArray:
    """Sums of what is known; NaN where nothing is."""
    return np.where(np.isfinite(amounts).any(axis=axis), np.nansum(amounts, axis=axis), np.nan)


align(__name__)
