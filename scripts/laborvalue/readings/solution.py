"""One reading of one year: the dataset as the reading takes it, its values and prices, its coefficients.

Shapes: m regions, n* sectors.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from laborvalue.accounts import Origins, RegionAccounts, Sectors
from laborvalue.coefficients import PriceOptions, ValueOptions
from laborvalue.errors import InputError
from laborvalue.flows import SupplierFlows
from laborvalue.labels import align
from laborvalue.nation import solve_nation
from laborvalue.network import RegionalProblem
from laborvalue.records import stack
from laborvalue.region import region_coefficients, region_values
from laborvalue.region_system import RegionCoefficients
from laborvalue.solutions import NationalSystem, ScopeValues


def other_sectors(sectors: Sectors, productive: Sequence[str], other: Sequence[str]) -> Sectors:
    """Sectors of which some that were not productive are, and the reverse.

    Parameters
    ----------
    sectors : Sectors
    productive, other : sequence of str
        Keys of sectors that become productive, and that become non-productive.

    Returns
    -------
    Sectors

    Raises
    ------
    InputError
        Where one of them is no sector, or is already what it should become.
    """
    mask = sectors.productive.copy()
    for keys, becomes in ((productive, True), (other, False)):
        for key in keys:
            of_key = sectors.sector == key
            if not of_key.any():
                raise InputError(
                    f"sectors: the dataset has no sector {key}; expected a key such as {sectors.sector[0]}"
                )
            if (mask[of_key] == becomes).any():
                is_now = "productive" if becomes else "non-productive"
                raise InputError(f"sectors: sector {key} is {is_now} in the dataset already; nothing to change")
            mask[of_key] = becomes
    return replace(sectors, productive=mask)


def allocated_hours(rule: str, hours: NDArray, compensation: NDArray, output: NDArray) -> NDArray:
    """Hours of living labor under a rule that gives national hours to region-sectors by compensation of employees.

    `national_by_sector`: w[c, i] (sum_c h[c, i] / sum_c w[c, i]), the hours of a sector in the nation; `uniform`:
    w[c, i] (sum h / sum w), one number of hours per unit of compensation. Sums are over the region-sectors whose hours
    and compensation are known, so that the total does not change; hours that are unknown stay unknown.

    Parameters
    ----------
    rule : str
        `dataset` (hours as they are), `national_by_sector` or `uniform`.
    hours, compensation, output : ndarray, shape (m, n*)
        Hours; money; NaN where unknown.

    Returns
    -------
    ndarray, shape (m, n*)
        Hours.
    """
    if rule == "dataset":
        return hours
    known = np.isfinite(hours) & np.isfinite(compensation) & (output > 0)
    axis = 0 if rule == "national_by_sector" else None
    given, paid = (np.where(known, amounts, 0.0).sum(axis=axis) for amounts in (hours, compensation))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.broadcast_to(np.where(paid > 0, given / paid, np.nan), hours.shape)
    return np.where(known, compensation * rate, hours)


def taken_accounts(accounts: Sequence[RegionAccounts], sectors: Sectors, hours: str) -> list[RegionAccounts]:
    """The accounts of all regions with other productive sectors and hours under a rule.

    Parameters
    ----------
    accounts : sequence of RegionAccounts, length m
    sectors : Sectors
        As the reading takes them.
    hours : str
        As in `allocated_hours`.

    Returns
    -------
    list of RegionAccounts
        Money in currency units, labor in hours.
    """
    stacked = (np.stack([getattr(one, name) for one in accounts]) for name in ("hours", "compensation", "output"))
    given = allocated_hours(hours, *stacked)
    return [
        replace(one, productive=sectors.productive, hours=of_region)
        for one, of_region in zip(accounts, given, strict=True)
    ]


def reading_values(
    accounts: Sequence[RegionAccounts],
    region: NDArray,
    sectors: Sectors,
    origins: Origins,
    stored: NDArray,
    money_unit: float,
    values: ValueOptions,
    prices: PriceOptions,
) -> tuple[NationalSystem, ScopeValues]:
    """Values (6) and production prices (7) of one year under a reading.

    Parameters
    ----------
    accounts : sequence of RegionAccounts, length m
        As the reading takes them (`taken_accounts`).
    region : ndarray of text, shape (m,)
        Keys of the regions.
    sectors : Sectors
    origins : Origins
    stored : ndarray or memory map, shape (m n*, m n*)
        Stored flows, money.
    money_unit : float
        Currency units per 1 in the stored flows.
    values : ValueOptions
    prices : PriceOptions

    Returns
    -------
    NationalSystem
    ScopeValues

    Raises
    ------
    InputError
        Where the reading has no values or prices on these tables.
    """
    solved = stack([region_values(one, values, prices) for one in accounts])
    nation, _ = solve_nation(solved, sectors, prices)
    rule = values.import_rule
    flows = SupplierFlows.counting(rule, stored, origins.domestic_share, solved.import_factor, money_unit)
    problem = RegionalProblem(solved, region, origins, flows, nation.value, sectors, rule)
    return nation, problem.scope_values(values.scope)


def reading_coefficients(
    accounts: Sequence[RegionAccounts], values: ValueOptions, prices: PriceOptions
) -> RegionCoefficients:
    """Coefficients of all regions under a reading.

    Parameters
    ----------
    accounts : sequence of RegionAccounts, length m
        As the reading takes them (`taken_accounts`).
    values : ValueOptions
    prices : PriceOptions

    Returns
    -------
    RegionCoefficients
        Of m regions, per unit of output in currency units; L in hours.
    """
    return stack([region_coefficients(one, values, prices) for one in accounts])


align(__name__)
