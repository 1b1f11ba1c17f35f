"""The nation in one year: average coefficients, values (6), production prices (7), normalization (8)."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laborvalue.accounts import Sectors
from laborvalue.certificates import Certificate, certify_values
from laborvalue.closures import closed
from laborvalue.coefficients import PriceOptions, national_average
from laborvalue.errors import InputError, located
from laborvalue.labels import align
from laborvalue.prices import normalise_prices, spectral_radius
from laborvalue.region_system import RegionSystem
from laborvalue.sample import Status
from laborvalue.solutions import NationalSystem
from laborvalue.surplus import SurplusValue, capital_coefficients, sector_composition, surplus_value
from laborvalue.techniques import Technique, technique_under
from laborvalue.values import labor_values

CERTIFICATE = {  # fields of a `Certificate` and their names in summary.json
    "condition_number": "condition_number",
    "error_bound": "value_error_bound",
    "productive": "certificate",
}


@dataclass(frozen=True)
class NationalSummary:
    """The scalars of one year: the content of `summary.json`.

    Attributes
    ----------
    profit_rate, maximum_profit_rate : float
        r*, and the profit rate of the same technique at zero wages, per year.
    spectral_radius_values, spectral_radius_prices : float
        Of A + D, and of M(r*), which is 1; under another wage than `basket` of B(r*) (`laborvalue.closures`).
    total_value, total_price : float
        Values and production prices of the total output, hours; equal by (8).
    labor_hours, net_product_value : float
        Living labor in the usable regions and the value of their net product, hours; equal by (6).
    regions_used, regions_excluded : int
    surplus : SurplusValue
    profit_rate_lower, profit_rate_upper : float
        Bounds of r*, per year.
    price_error_bound : float
        Largest relative error of a price.
    values : Certificate
        Of the national values.
    """

    profit_rate: float
    maximum_profit_rate: float
    spectral_radius_values: float
    spectral_radius_prices: float
    total_value: float
    total_price: float
    labor_hours: float
    net_product_value: float
    regions_used: int
    regions_excluded: int
    surplus: SurplusValue
    profit_rate_lower: float
    profit_rate_upper: float
    price_error_bound: float
    values: Certificate

    def as_columns(self) -> dict[str, Any]:
        """The scalars by name, those of the surplus and of the certificate behind the others.

        Returns
        -------
        dict
            Numbers, None where one is infinite or unknown.
        """
        scalars = asdict(self)
        surplus, values = scalars.pop("surplus"), scalars.pop("values")
        scalars |= surplus | {CERTIFICATE[name]: number for name, number in values.items()}
        return {name: _finite(number) for name, number in scalars.items()}


def with_certificate(scalars: Mapping[str, Any], values: Certificate) -> dict[str, Any]:
    """The scalars of a year with the certificate of further values joined to that of the national ones.

    Parameters
    ----------
    scalars : mapping
        The result of `NationalSummary.as_columns`.
    values : Certificate
        Of the regional values.

    Returns
    -------
    dict
        The same names; each number of the certificate is the worse of the two.
    """
    numbers = {name: float("inf") if scalars[key] is None else scalars[key] for name, key in CERTIFICATE.items()}
    national = Certificate(bool(numbers["productive"]), numbers["condition_number"], numbers["error_bound"])
    joined = asdict(national.joined(values))
    return dict(scalars) | {key: _finite(joined[name]) for name, key in CERTIFICATE.items()}


def _finite(number: Any) -> Any:
    return None if isinstance(number, float) and not math.isfinite(number) else number


def solve_nation(
    regions: RegionSystem, sectors: Sectors, prices: PriceOptions
) -> tuple[NationalSystem, NationalSummary]:
    """National coefficients, values and production prices of one year.

    Coefficients are those of the usable regions, each from those in which it is known; output counts every region.
    Equations: Lambda = Lambda (A + D) + L
    (6), p = p M(r*) (7), sum p x = sum Lambda x (8).

    Parameters
    ----------
    regions : RegionSystem
        Of m regions, arrays (m, n*) and (m, n*, n*).
    sectors : Sectors
    prices : PriceOptions
        `tau`, `tau_side`, `turnover` and the closure are used.

    Returns
    -------
    NationalSystem
    NationalSummary

    Raises
    ------
    InputError
        Where no region is usable, where a coefficient of the price system is known in none of them, where A + D leaves
        no surplus (rho >= 1), where the price system has none or is reducible; the message says which.
    """
    sector, productive, tau = sectors.sector, sectors.productive, prices.service_lives(sectors.service_life)
    status = np.asarray(regions.status)
    used = status == Status.USABLE
    if not used.any():
        reasons, counts = np.unique(status, return_counts=True)
        counted = ", ".join(f"{count} x {reason}" for reason, count in zip(reasons, counts, strict=True))
        raise InputError(f"no usable region ({counted}); expected at least one with full accounts and a surplus")
    output_used = np.nan_to_num(regions.output[used])
    A, D, K, F = (national_average(c[used], output_used) for c in (regions.A, regions.D, regions.K, regions.F))
    L = national_average(regions.L[used], output_used)
    output, hours = np.nansum(regions.output, axis=0), np.nansum(regions.hours, axis=0)
    made = output_used.sum(axis=0) > 0
    _refuse_unmade_inputs(A, made, sector)
    _refuse_unknown({"imports": A, "depreciation": D, "capital stock": K, "compensation": F}, made, sector)

    valued = productive & made
    inputs = (A + D)[np.ix_(valued, valued)]
    rho = spectral_radius(inputs)
    if not rho < 1:
        raise InputError(
            f"the national economy yields no surplus: the spectral radius of A + D is {rho:.6g}; expected below 1 "
            "(check units of the flows against output)"
        )
    value = np.full(len(sector), np.nan)
    value[valued] = labor_values(inputs, L[valued])

    total_used = output_used.sum(axis=0)
    technique = technique_under(prices, A, D, K, F, L, tau, sector).among(made)
    problem = closed(technique, prices.closure, total_used[made])
    if "L" in problem.accounts:
        _refuse_unknown_hours(technique.L, sector[made])
    with located("the national price system"):
        priced = problem.solve(sector[made])
    price = np.full(len(sector), np.nan)
    price[made] = priced.price
    price = normalise_prices(price, value, np.where(made, output, 0))
    net_product = total_used[valued] - inputs @ total_used[valued]
    capital = capital_coefficients(value, *(np.where(valued, matrix, 0.0) for matrix in (A, D, K, F)))
    summary = NationalSummary(
        profit_rate=priced.profit_rate,
        maximum_profit_rate=priced.maximum_profit_rate,
        spectral_radius_values=rho,
        spectral_radius_prices=spectral_radius(problem.matrix_at(priced.profit_rate)),
        total_value=float(np.nansum(value * output)),
        total_price=float(np.nansum(price * output)),
        labor_hours=float((L[valued] * total_used[valued]).sum()),
        net_product_value=float(value[valued] @ net_product),
        regions_used=int(used.sum()),
        regions_excluded=int((~used).sum()),
        surplus=surplus_value(capital, L, total_used),
        profit_rate_lower=priced.profit_rate_lower,
        profit_rate_upper=priced.profit_rate_upper,
        price_error_bound=priced.price_error_bound,
        values=certify_values(inputs, L[valued], value[valued]),
    )
    system = NationalSystem(
        A=A,
        D=D,
        K=K,
        F=F,
        L=L,
        value=value,
        price=price,
        constant_flow=capital.constant_flow,
        constant_stock=capital.constant_stock,
        variable=capital.variable,
        organic_composition=sector_composition(capital),
        output=output,
        hours=hours,
        output_used=total_used,
        tau=tau,
    )
    return system, summary


def national_technique(nation: NationalSystem, prices: PriceOptions, sector: NDArray) -> Technique:
    """The coefficients that national prices rest on.

    Parameters
    ----------
    nation : NationalSystem
    prices : PriceOptions
        `model`, `tau_side` and `turnover` are used.
    sector : ndarray of text, shape (n*,)
        Keys.

    Returns
    -------
    Technique
        Of all sectors; NaN where no usable region produces.
    """
    return technique_under(prices, nation.A, nation.D, nation.K, nation.F, nation.L, nation.tau, sector)


def national_table(nation: NationalSystem, sectors: Sectors) -> dict[str, NDArray]:
    """The table of the national system: one row for each sector.

    Parameters
    ----------
    nation : NationalSystem
    sectors : Sectors

    Returns
    -------
    dict of ndarray, shape (n*,)
        `sector`, `productive` (true or false); `output`, currency units, and `hours`; `value` and `price`, hours per
        currency unit; `tlp`, currency units per hour.
    """
    keys = {"sector": sectors.sector, "productive": np.where(sectors.productive, "true", "false")}
    amounts = {name: getattr(nation, name) for name in ("output", "hours", "value", "price")}
    return keys | amounts | {"tlp": 1 / nation.value}


def _refuse_unknown_hours(L: NDArray, sector: NDArray) -> None:
    if np.isnan(L).any():
        named = ", ".join(map(str, sector[np.isnan(L)]))
        raise InputError(
            f"prices.wage pays hours, but no usable region has the hours of sector {named}; expected hours of every "
            "sector, or prices.wage basket"
        )


def _refuse_unmade_inputs(A: NDArray, made: NDArray, sector: NDArray) -> None:
    for j in np.flatnonzero(~made):
        used = np.nan_to_num(A[j])
        if used.any():
            raise InputError(
                f"sector {sector[j]} has no output in any usable region, but sector {sector[used.argmax()]} uses it; "
                "expected output wherever a good is used, or an import"
            )


def _refuse_unknown(coefficients: Mapping[str, NDArray], made: NDArray, sector: NDArray) -> None:
    # prices (7) are those of all sectors: one unknown column of the system leaves none of them
    for account, matrix in coefficients.items():
        for i in np.flatnonzero(made & np.isnan(matrix).any(axis=0)):
            raise InputError(
                f"sector {sector[i]}: {account} is unknown in every usable region that has the sector; prices (7) need "
                "it: expected the account of one region or more, or 0"
            )


align(__name__)
