"""City values of one year: the inter-regional system (6), and the readings that look at one city at a time.

Arrays are (m, n*): region x sector. A good whose supplier has no value of its own (an excluded region, a
good the region does not make) counts at the national value of that good, never at zero.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from laborvalue.accounts import Origins, Sectors
from laborvalue.certificates import Certificate, certify, certify_values
from laborvalue.coefficients import ValueOptions
from laborvalue.errors import InputError
from laborvalue.flows import SupplierFlows
from laborvalue.records import refuse_other_shapes
from laborvalue.region import RegionSystem
from laborvalue.sample import Status
from laborvalue.values import labor_values, solve_values

RESIDUAL = 1e-12
MULTIPLIERS = 1e-9  # relative residual of the output multipliers


@dataclass(frozen=True)
class RegionalValues:
    """Values of the region-sectors of one year, hours per currency unit; NaN where a region-sector has no value.

    Attributes
    ----------
    value_network, value_own : ndarray, shape (m, n*)
        On the inter-regional system, and on each city's own technique.
    value : ndarray, shape (m, n*)
        Under the chosen `values.scope`.
    constant_flow, constant_stock, variable : ndarray, shape (m, n*)
        Lambda (A + D), Lambda (A + K) and Lambda F of a unit of output, at these values.
    region_status : ndarray of text, shape (m,)
        `Status` of each region in this year.
    residual : float
        Relative residual of the inter-regional system.
    certified : bool
        Whether the system of `value` is proven to yield a surplus (`laborvalue.certificates`).
    condition_number, value_error_bound : float
        Of the system of `value`: condition number, and largest relative error of a value.
    """

    value_network: NDArray
    value_own: NDArray
    value: NDArray
    constant_flow: NDArray
    constant_stock: NDArray
    variable: NDArray
    region_status: NDArray
    residual: float
    certified: bool
    condition_number: float
    value_error_bound: float

    def __post_init__(self) -> None:
        for name in ("residual", "condition_number", "value_error_bound"):  # a file gives arrays of no axes
            object.__setattr__(self, name, float(getattr(self, name)))
        object.__setattr__(self, "certified", bool(self.certified))
        shape = self.value.shape
        refuse_other_shapes(self, ("value_network", "value_own", "constant_flow", "constant_stock", "variable"), shape)
        refuse_other_shapes(self, ("region_status",), shape[:1])

    @property
    def certificate(self) -> Certificate:
        """What is proven of `value`.

        Returns
        -------
        Certificate
        """
        return Certificate(self.certified, self.condition_number, self.value_error_bound)


@dataclass(frozen=True)
class ScopeValues:
    """Values of one `values.scope` and the capital they imply, hours per currency unit; NaN where there is no value.

    Attributes
    ----------
    value, constant_flow, constant_stock, variable : ndarray, shape (m, n*)
        As in `RegionalValues`.
    region_status : ndarray of text, shape (m,)
        `Status` of each region in this year.
    """

    value: NDArray
    constant_flow: NDArray
    constant_stock: NDArray
    variable: NDArray
    region_status: NDArray

    def __post_init__(self) -> None:
        shape = self.value.shape
        refuse_other_shapes(self, ("constant_flow", "constant_stock", "variable"), shape)
        refuse_other_shapes(self, ("region_status",), shape[:1])


def regional_values(
    regions: RegionSystem,
    region: NDArray,
    origins: Origins,
    flows: SupplierFlows,
    national_value: NDArray,
    sectors: Sectors,
    options: ValueOptions,
) -> RegionalValues:
    """Values of every usable region-sector of one year, and the constant and variable capital they imply (6).

    Parameters
    ----------
    regions : RegionSystem
        Of m regions, arrays (m, n*) and (m, n*, n*).
    region : ndarray of text, shape (m,)
        Keys of the regions, for messages.
    origins : Origins
        Who supplies capital and wage goods.
    flows : SupplierFlows
        Of the same year under the same `imports`.
    national_value : ndarray, shape (n*,)
        Hours per currency unit, NaN for non-productive sectors.
    sectors : Sectors
    options : ValueOptions

    Returns
    -------
    RegionalValues

    Raises
    ------
    InputError
        Where the system does not solve to 1e-12 or has no positive values.
    """
    status, valued, at_national = _setting(regions, national_value, sectors.productive)
    network, residual, certificate = network_values(
        regions.L,
        regions.D,
        origins.weights("capital", options.imports),
        lambda value: flows.embodied(value, regions.output),
        own_coefficients(flows, regions.output),
        at_national,
        sectors.productive,
        valued,
    )
    _refuse_nonpositive(network, valued, region, sectors.sector)
    own = own_values(regions, at_national)
    solutions = {"network": network, "own": own}
    if options.scope == "open":
        solutions["open"] = open_values(regions, at_national, valued)
    value = solutions[options.scope]
    if options.scope != "network":
        system = own_system if options.scope == "own" else open_system
        certificate = certify_regions(*system(regions, at_national, valued), value, valued)
    found = {"value_network": network, "value_own": own}
    return RegionalValues(
        **{name: np.where(valued, array, np.nan) for name, array in found.items()},
        **_implied(regions, origins, options, value, valued, at_national),
        region_status=status,
        residual=residual,
        certified=certificate.productive,
        condition_number=certificate.condition_number,
        value_error_bound=certificate.error_bound,
    )


def scope_values(
    regions: RegionSystem,
    region: NDArray,
    origins: Origins,
    flows: SupplierFlows,
    national_value: NDArray,
    sectors: Sectors,
    options: ValueOptions,
) -> ScopeValues:
    """The values of `regional_values` under the chosen scope alone, without the others and without a certificate.

    Parameters
    ----------
    regions : RegionSystem
        Of m regions, arrays (m, n*) and (m, n*, n*).
    region : ndarray of text, shape (m,)
        Keys of the regions, for messages.
    origins : Origins
    flows : SupplierFlows
        Of the same year under the same `imports`.
    national_value : ndarray, shape (n*,)
        Hours per currency unit, NaN for non-productive sectors.
    sectors : Sectors
    options : ValueOptions

    Returns
    -------
    ScopeValues

    Raises
    ------
    InputError
        Under the scope network, where the system does not solve to 1e-12 or has no positive values.
    """
    status, valued, at_national = _setting(regions, national_value, sectors.productive)
    if options.scope == "network":
        system = network_system(
            regions.L,
            regions.D,
            origins.weights("capital", options.imports),
            lambda value: flows.embodied(value, regions.output),
            at_national,
            sectors.productive,
            valued,
        )
        value = system.spread(system.solve()[0])
        _refuse_nonpositive(value, valued, region, sectors.sector)
    elif options.scope == "own":
        value = own_values(regions, at_national)
    else:
        value = open_values(regions, at_national, valued)
    return ScopeValues(**_implied(regions, origins, options, value, valued, at_national), region_status=status)


def _setting(regions: RegionSystem, national_value: NDArray, productive: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """Statuses of the regions (m,), which region-sectors have a value (m, n*), national values or 0 (n*,)."""
    status = np.asarray(regions.status)
    usable = status == Status.USABLE
    valued = usable[:, None] & productive & (np.nan_to_num(regions.output) > 0)
    return status, valued, np.where(productive, np.nan_to_num(national_value), 0.0)


def _implied(
    regions: RegionSystem,
    origins: Origins,
    options: ValueOptions,
    value: NDArray,
    valued: NDArray,
    at_national: NDArray,
) -> dict[str, NDArray]:
    """Values (m, n*) and the constant and variable capital that they imply; NaN where a region-sector has none."""
    filled = np.where(valued, value, at_national)

    def spending(coefficients: NDArray, weights: NDArray) -> NDArray:
        """Lambda times coefficients (m, n*, n*) of goods bought for a final use (method 4.1)."""
        price = goods_value(filled, weights, at_national, options.scope)
        return np.einsum("cj,cji->ci", price, np.where(valued[:, None, :], coefficients, 0.0))

    capital, *of_wages = (origins.weights(use, options.imports) for use in ("capital", "rural", "urban"))
    rural, urban = (spending(regions.F, weights) for weights in of_wages)
    constant = value - regions.L
    arrays = {
        "value": value,
        "constant_flow": constant,
        "constant_stock": constant - spending(regions.D, capital) + spending(regions.K, capital),
        "variable": np.where(np.asarray(regions.rural), rural, urban),
    }
    return {name: np.where(valued, array, np.nan) for name, array in arrays.items()}


def own_coefficients(flows: SupplierFlows, output: NDArray) -> NDArray:
    """What each region-sector buys from itself per unit of output: the diagonal of A of the inter-city system.

    Parameters
    ----------
    flows : SupplierFlows
    output : ndarray, shape (m, n*)
        Gross output, currency units.

    Returns
    -------
    ndarray, shape (m, n*)
        Per unit of output, 0 where there is none.
    """
    return flows.own_cell(np.ones((1, *output.shape)))[0] / np.where(output > 0, output, np.inf)


def certify_regions(inputs: NDArray, labor: NDArray, values: NDArray, valued: NDArray) -> Certificate:
    """The certificate of values that each region has on its own.

    Parameters
    ----------
    inputs : ndarray, shape (m, n*, n*)
        Inputs that count at the region's own values, good x user, per unit of output.
    labor : ndarray, shape (m, n*)
        All else, hours per currency unit.
    values : ndarray, shape (m, n*)
        Hours per currency unit.
    valued : ndarray of bool, shape (m, n*)
        Region-sectors that have a value.

    Returns
    -------
    Certificate
        The worst of each number over the regions.
    """
    found = [
        certify_values(block[np.ix_(has, has)], hours[has], of[has])
        for block, hours, of, has in zip(inputs, labor, values, valued, strict=True)
        if has.any()
    ]
    return reduce(Certificate.joined, found)


@dataclass(frozen=True)
class NetworkSystem:
    """Lambda = Lambda (A + D) + L over the K region-sectors that have a value, of which the product is known (6).

    Attributes
    ----------
    product : callable, from shape (K,) to shape (K,)
        Values -> Lambda (A + D), hours per currency unit.
    labor : ndarray, shape (K,)
        Living labor and what counts at national values, hours per currency unit.
    start : ndarray, shape (K,)
        National values, the first guess.
    valued : ndarray of bool, shape (m, n*)
        The region-sectors that have a value.
    """

    product: Callable[[NDArray], NDArray]
    labor: NDArray
    start: NDArray
    valued: NDArray

    def solve(self) -> tuple[NDArray, float]:
        """Solve the system.

        Returns
        -------
        values : ndarray, shape (K,)
            Hours per currency unit.
        residual : float
            `max |Lambda - Lambda (A + D) - L| / max |Lambda|`.

        Raises
        ------
        InputError
            Where the residual exceeds 1e-12.
        """
        solution, residual = solve_values(self.product, self.labor, self.start)
        if not residual <= RESIDUAL:
            raise InputError(
                f"the inter-regional system does not solve: residual {residual:.1e}; expected {RESIDUAL:g} or less "
                "(A + D of the regions together yields no surplus, or nearly none)"
            )
        return solution, residual

    def spread(self, values: NDArray) -> NDArray:
        """Put numbers of the K region-sectors in their places.

        Parameters
        ----------
        values : ndarray, shape (K,)
            In any unit.

        Returns
        -------
        ndarray, shape (m, n*)
            0 where a region-sector has no value.
        """
        return _spread(values, self.valued)


def _spread(values: NDArray, valued: NDArray) -> NDArray:
    full = np.zeros(valued.shape)
    full[valued] = values
    return full


def network_system(
    L: NDArray,
    D: NDArray,
    capital_weights: NDArray,
    inputs_value: Callable[[NDArray], NDArray],
    at_national: NDArray,
    productive: NDArray,
    valued: NDArray,
) -> NetworkSystem:
    """The inter-regional system of `network_values`.

    Parameters
    ----------
    L : ndarray, shape (m, n*)
        Hours of living labor per currency unit.
    D : ndarray, shape (m, n*, n*)
        Depreciation, per unit of output.
    capital_weights : ndarray, shape (m, n*, m)
        Who supplies capital goods, shares.
    inputs_value : callable, from shape (m, n*) to shape (m, n*)
        Values of all goods -> Lambda A, hours per currency unit.
    at_national : ndarray, shape (n*,)
        National values, hours per currency unit, 0 for non-productive sectors.
    productive : ndarray of bool, shape (n*,)
    valued : ndarray of bool, shape (m, n*)
        Region-sectors that have a value.

    Returns
    -------
    NetworkSystem
    """
    depreciation = np.where(valued[:, None, :], D, 0.0)

    def embodied(value: NDArray) -> NDArray:
        """Lambda (A + D) of the valued region-sectors, for values (m, n*) of all goods."""
        capital = np.einsum("dj,djc->cj", value, capital_weights)
        return (inputs_value(value) + np.einsum("cj,cji->ci", capital, depreciation))[valued]

    fixed = np.where(valued | ~productive, 0.0, at_national)
    return NetworkSystem(
        product=lambda values: embodied(_spread(values, valued)),
        labor=L[valued] + (embodied(fixed) if fixed.any() else 0.0),
        start=np.broadcast_to(at_national, valued.shape)[valued],
        valued=valued,
    )


def network_values(
    L: NDArray,
    D: NDArray,
    capital_weights: NDArray,
    inputs_value: Callable[[NDArray], NDArray],
    own_inputs: NDArray,
    at_national: NDArray,
    productive: NDArray,
    valued: NDArray,
) -> tuple[NDArray, float, Certificate]:
    """Lambda = Lambda (A + D) + L over all region-sectors (6); `values.scope` network.

    D is applied in factored form: region c buys capital good j from region d in the share
    capital_weights[d, j, c], so that D[(d, j), (c, i)] = capital_weights[d, j, c] D[c, j, i].

    Parameters
    ----------
    L : ndarray, shape (m, n*)
        Hours of living labor per currency unit.
    D : ndarray, shape (m, n*, n*)
        Depreciation of each region, good x using sector, per unit of output.
    capital_weights : ndarray, shape (m, n*, m)
        Who supplies capital goods, shares (`accounts.origin_weights`).
    inputs_value : callable, from shape (m, n*) to shape (m, n*)
        Values of all goods -> Lambda A, hours per currency unit.
    own_inputs : ndarray, shape (m, n*)
        Diagonal of A, per unit of output.
    at_national : ndarray, shape (n*,)
        National values, 0 for non-productive sectors.
    productive : ndarray of bool, shape (n*,)
    valued : ndarray of bool, shape (m, n*)
        Region-sectors that have a value.

    Returns
    -------
    values : ndarray, shape (m, n*)
        Hours per currency unit, 0 where a region-sector has none.
    residual : float
        `max |Lambda - Lambda (A + D) - L| / max |Lambda|`.
    certificate : Certificate

    Raises
    ------
    InputError
        Where the residual exceeds 1e-12.
    """
    system = network_system(L, D, capital_weights, inputs_value, at_national, productive, valued)
    solution, residual = system.solve()
    # a multiplier that is right to a few digits proves as much as an exact one
    multipliers, _ = solve_values(
        system.product, np.ones_like(system.labor), np.full_like(system.labor, 2.0), MULTIPLIERS
    )
    own_capital = np.einsum("cjc->cj", capital_weights) * np.einsum("cjj->cj", np.where(valued[:, None, :], D, 0.0))
    diagonal = (own_inputs + own_capital)[valued]
    certificate = certify(solution, system.labor, multipliers, system.product, diagonal, valued.size + len(productive))
    return system.spread(solution), residual, certificate


def own_values(regions: RegionSystem, at_national: NDArray) -> NDArray:
    """Every input valued at the city's own technique; goods that it does not make at national values.

    Parameters
    ----------
    regions : RegionSystem
        Of m regions.
    at_national : ndarray, shape (n*,)
        National values, hours per currency unit, 0 for non-productive sectors.

    Returns
    -------
    ndarray, shape (m, n*)
        Hours per currency unit; NaN where a city has no values.
    """
    return regions.own_labor + np.einsum("j,cji->ci", at_national, regions.outside)


def open_values(regions: RegionSystem, at_national: NDArray, valued: NDArray) -> NDArray:
    """The city's own block at own values, inflows at national ones; `values.scope` open.

    Lambda^c = (Lambda_nat (A + D)^ext + L)(I - (A + D)^cc)^-1.

    Parameters
    ----------
    regions : RegionSystem
        Of m regions.
    at_national : ndarray, shape (n*,)
        National values, hours per currency unit, 0 for non-productive sectors.
    valued : ndarray of bool, shape (m, n*)
        Region-sectors that have a value.

    Returns
    -------
    ndarray, shape (m, n*)
        Hours per currency unit.
    """
    return labor_values(*open_system(regions, at_national, valued))


def own_system(regions: RegionSystem, at_national: NDArray, valued: NDArray) -> tuple[NDArray, NDArray]:
    """The system of `own_values`, Lambda = Lambda C + h, of each region.

    Parameters
    ----------
    regions : RegionSystem
        Of m regions.
    at_national : ndarray, shape (n*,)
        National values, hours per currency unit, 0 for non-productive sectors.
    valued : ndarray of bool, shape (m, n*)
        Region-sectors that have a value.

    Returns
    -------
    inputs : ndarray, shape (m, n*, n*)
        C: A + D of the goods that the region makes, per unit of output.
    labor : ndarray, shape (m, n*)
        h: living labor and the other inputs at national values, hours per currency unit.
    """
    return _system(regions, at_national, valued, regions.A + regions.D)


def open_system(regions: RegionSystem, at_national: NDArray, valued: NDArray) -> tuple[NDArray, NDArray]:
    """The system of `open_values`, Lambda = Lambda C + h, of each region.

    Parameters
    ----------
    regions : RegionSystem
        Of m regions.
    at_national : ndarray, shape (n*,)
        National values, hours per currency unit, 0 for non-productive sectors.
    valued : ndarray of bool, shape (m, n*)
        Region-sectors that have a value.

    Returns
    -------
    inputs : ndarray, shape (m, n*, n*)
        C: A + D that the region supplies to itself, per unit of output.
    labor : ndarray, shape (m, n*)
        h: living labor and inflows at national values, hours per currency unit.
    """
    return _system(regions, at_national, valued, regions.A_own + regions.capital_own_share[:, :, None] * regions.D)


def _system(regions: RegionSystem, at_national: NDArray, valued: NDArray, supplied: NDArray) -> tuple[NDArray, NDArray]:
    users = valued[:, None, :]
    total = np.where(users, regions.A + regions.D, 0.0)
    own = np.where(users & valued[:, :, None], supplied, 0.0)
    return own, np.where(valued, regions.L, 0.0) + np.einsum("j,cji->ci", at_national, total - own)


def goods_value(value: NDArray, weights: NDArray, at_national: NDArray, scope: str) -> NDArray:
    """What a unit of good j costs region c in hours when it is bought for a final use.

    Parameters
    ----------
    value : ndarray, shape (m, n*)
        Values of the suppliers, hours per currency unit; national ones where a city has none.
    weights : ndarray, shape (m, n*, m)
        Who supplies, shares (`accounts.origin_weights`).
    at_national : ndarray, shape (n*,)
        National values, hours per currency unit.
    scope : str
        `values.scope`.

    Returns
    -------
    ndarray, shape (m, n*)
        By using region and good, hours per currency unit.
    """
    if scope == "network":
        return np.einsum("dj,djc->cj", value, weights)
    if scope == "own":
        return value
    own_share = np.einsum("cjc->cj", weights)
    return own_share * value + (1 - own_share) * at_national


def _refuse_nonpositive(value: NDArray, valued: NDArray, region: NDArray, sector: NDArray) -> None:
    # Lambda > 0 and Lambda (I - A - D) = L > 0 together prove rho(A + D) < 1
    for c, i in np.argwhere(valued & ~(value > 0)):
        raise InputError(
            f"region {region[c]}, sector {sector[i]}: the inter-regional system gives the value {value[c, i]:.3g}; "
            "expected above 0, that is rho(A + D) < 1 (check the inputs it buys against its output)"
        )
