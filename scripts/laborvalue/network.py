"""The values of the regions in one year: the inter-regional system (6), and the readings of one region at a time.

Arrays are (m, n*): region x sector. A good whose supplier has no value of its own (an excluded region, a
good the region does not make) counts at the national value of that good, never at zero.
"""

from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
from numpy.typing import NDArray

from laborvalue.accounts import Origins, Sectors
from laborvalue.certificates import Certificate, certify, certify_values
from laborvalue.errors import InputError
from laborvalue.flows import SupplierFlows
from laborvalue.imports import ImportRule
from laborvalue.labels import align
from laborvalue.region_system import RegionSystem
from laborvalue.sample import Status, cell_status
from laborvalue.solutions import RegionalValues, ScopeValues, cell_table
from laborvalue.values import labor_values, solve_values

RESIDUAL = 1e-12
MULTIPLIERS = 1e-9  # relative residual of the output multipliers


@dataclass(frozen=True)
class RegionalProblem:
    """What the values of the regions follow from, Lambda = Lambda (A + D) + L over the K region-sectors with a value.

    A stays the stored flows, and D is applied in factored form: region c buys capital good j from region d in the share
    w[d, j, c], so that D[(d, j), (c, i)] = w[d, j, c] D[c, j, i].

    Attributes
    ----------
    regions : RegionSystem
        Of m regions, arrays (m, n*) and (m, n*, n*).
    region : ndarray of text, shape (m,)
        Keys of the regions, for messages.
    origins : Origins
        Who supplies capital and wage goods.
    flows : SupplierFlows
        Of the same year under the same rule for imports.
    national_value : ndarray, shape (n*,)
        Hours per currency unit, NaN for non-productive sectors.
    sectors : Sectors
    imports : ImportRule
    """

    regions: RegionSystem
    region: NDArray
    origins: Origins
    flows: SupplierFlows
    national_value: NDArray
    sectors: Sectors
    imports: ImportRule

    @cached_property
    def valued(self) -> NDArray:
        """The region-sectors that have a value.

        Returns
        -------
        ndarray of bool, shape (m, n*)
        """
        usable = np.asarray(self.regions.status) == Status.USABLE
        return usable[:, None] & self.sectors.productive & (np.nan_to_num(self.regions.output) > 0)

    @cached_property
    def at_national(self) -> NDArray:
        """National values of the goods.

        Returns
        -------
        ndarray, shape (n*,)
            Hours per currency unit, 0 for non-productive sectors.
        """
        return np.where(self.sectors.productive, np.nan_to_num(self.national_value), 0.0)

    @cached_property
    def capital_weights(self) -> NDArray:
        """Who supplies capital goods.

        Returns
        -------
        ndarray, shape (m, n*, m)
            Shares.
        """
        return self.origins.weights("capital", self.imports)

    @cached_property
    def labor(self) -> NDArray:
        """Living labor, and the inputs that count at national values.

        Returns
        -------
        ndarray, shape (K,)
            Hours per currency unit.
        """
        fixed = np.where(self.valued | ~self.sectors.productive, 0.0, self.at_national)
        return self.regions.L[self.valued] + (self._embodied(fixed) if fixed.any() else 0.0)

    @cached_property
    def solution(self) -> tuple[NDArray, float]:
        """The values of the inter-regional system.

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
        start = np.broadcast_to(self.at_national, self.valued.shape)[self.valued]
        values, residual = solve_values(self.product, self.labor, start)
        if not residual <= RESIDUAL:
            raise InputError(
                f"the inter-regional system does not solve: residual {residual:.1e}; expected {RESIDUAL:g} or less "
                "(A + D of the regions together yields no surplus, or nearly none)"
            )
        return values, residual

    def product(self, values: NDArray) -> NDArray:
        """Lambda (A + D).

        Parameters
        ----------
        values : ndarray, shape (K,)
            Lambda, hours per currency unit.

        Returns
        -------
        ndarray, shape (K,)
            Hours per currency unit.
        """
        return self._embodied(self._spread(values))

    def values(self, scope: str) -> NDArray:
        """The values of every usable region-sector (6).

        `network`: of the inter-regional system, each input at the value of its supplier. `own`: every input at the
        region's own technique, goods that it does not make at national values. `open`: the region's own block at own
        values, inflows at national ones, Lambda^c = (Lambda_nat (A + D)^ext + L)(I - (A + D)^cc)^-1.

        Parameters
        ----------
        scope : str
            `values.scope`.

        Returns
        -------
        ndarray, shape (m, n*)
            Hours per currency unit; of no meaning where a region-sector has no value (`valued`).

        Raises
        ------
        InputError
            Where the inter-regional system does not solve to 1e-12 or has no positive values.
        """
        if scope == "network":
            return self._network_values()
        if scope == "own":
            return self.regions.own_labor + np.einsum("j,cji->ci", self.at_national, self.regions.outside)
        return labor_values(*self._blocks(scope))

    def certificate(self, scope: str) -> Certificate:
        """What is proven of the values of a scope.

        Parameters
        ----------
        scope : str
            `values.scope`.

        Returns
        -------
        Certificate
            Under another scope than `network` the worst of each number over the regions.
        """
        if scope != "network":
            blocks = zip(*self._blocks(scope), self.values(scope), self.valued, strict=True)
            certificates = [
                certify_values(inputs[np.ix_(has, has)], labor[has], values[has])
                for inputs, labor, values, has in blocks
                if has.any()
            ]
            return reduce(Certificate.joined, certificates)
        # a multiplier that is right to a few digits proves as much as an exact one
        ones = np.ones_like(self.labor)
        multipliers, _ = solve_values(self.product, ones, 2.0 * ones, MULTIPLIERS)
        own_inputs = self.flows.own_cell(np.ones((1, *self.valued.shape)))[0]
        own_capital = np.einsum("cjc->cj", self.capital_weights) * np.einsum("cjj->cj", self.regions.D)
        terms = self.valued.size + len(self.sectors.productive)
        diagonal = own_inputs[self.valued] / self.regions.output[self.valued] + own_capital[self.valued]
        return certify(self.solution[0], self.labor, multipliers, self.product, diagonal, terms)

    def scope_values(self, scope: str) -> ScopeValues:
        """The values of a scope with the constant and variable capital that they imply.

        Parameters
        ----------
        scope : str
            `values.scope`.

        Returns
        -------
        ScopeValues

        Raises
        ------
        InputError
            As `values`.
        """
        return ScopeValues(**self._implied(scope), region_status=np.asarray(self.regions.status))

    def regional_values(self, scope: str) -> RegionalValues:
        """The values of a scope with the capital that they imply and their certificate, and those of two other scopes.

        Parameters
        ----------
        scope : str
            `values.scope`.

        Returns
        -------
        RegionalValues

        Raises
        ------
        InputError
            Where the inter-regional system does not solve to 1e-12 or has no positive values.
        """
        network, own = (np.where(self.valued, self.values(each), np.nan) for each in ("network", "own"))
        certificate = self.certificate(scope)
        return RegionalValues(
            value_network=network,
            value_own=own,
            **self._implied(scope),
            region_status=np.asarray(self.regions.status),
            residual=self.solution[1],
            certified=certificate.productive,
            condition_number=certificate.condition_number,
            value_error_bound=certificate.error_bound,
        )

    def _embodied(self, value: NDArray) -> NDArray:
        """Lambda (A + D) of the K valued region-sectors, for values (m, n*) of all goods."""
        capital = np.einsum("dj,djc->cj", value, self.capital_weights)
        inputs = self.flows.embodied(value, self.regions.output)
        return (inputs + np.einsum("cj,cji->ci", capital, self.regions.D))[self.valued]

    def _spread(self, values: NDArray) -> NDArray:
        """Numbers (K,) in their places (m, n*), 0 where a region-sector has no value."""
        full = np.zeros(self.valued.shape)
        full[self.valued] = values
        return full

    def _network_values(self) -> NDArray:
        value = self._spread(self.solution[0])
        # Lambda > 0 and Lambda (I - A - D) = L > 0 together prove rho(A + D) < 1
        for c, i in np.argwhere(self.valued & ~(value > 0)):
            raise InputError(
                f"region {self.region[c]}, sector {self.sectors.sector[i]}: the inter-regional system gives the value "
                f"{value[c, i]:.3g}; expected above 0, that is rho(A + D) < 1 (check the inputs it buys against its "
                "output)"
            )
        return value

    def _blocks(self, scope: str) -> tuple[NDArray, NDArray]:
        """C (m, n*, n*) and h (m, n*) of Lambda = Lambda C + h of each region on its own.

        C is A + D of the goods that the region makes (own) or supplies to itself (open), per unit of output; h is
        living labor and the other inputs at national values, hours per currency unit.
        """
        inputs = supplied = self.regions.A + self.regions.D
        if scope == "open":
            supplied = self.regions.A_own + self.regions.capital_own_share[:, :, None] * self.regions.D
        users = self.valued[:, None, :]
        total = np.where(users, inputs, 0.0)
        own = np.where(users & self.valued[:, :, None], supplied, 0.0)
        rest = np.einsum("j,cji->ci", self.at_national, total - own)
        return own, np.where(self.valued, self.regions.L, 0.0) + rest

    def _implied(self, scope: str) -> dict[str, NDArray]:
        """Values (m, n*) and the constant and variable capital that they imply; NaN where there is no value."""
        value, regions = self.values(scope), self.regions
        filled = np.where(self.valued, value, self.at_national)

        def spending(coefficients: NDArray, weights: NDArray) -> NDArray:
            """Lambda times coefficients (m, n*, n*) of goods bought for a final use (method 4.1)."""
            price = self._goods_value(filled, weights, scope)
            return np.einsum("cj,cji->ci", price, coefficients)

        rural, urban = (spending(regions.F, self.origins.weights(use, self.imports)) for use in ("rural", "urban"))
        constant = value - regions.L
        depreciated, stock = (spending(goods, self.capital_weights) for goods in (regions.D, regions.K))
        arrays = {
            "value": value,
            "constant_flow": constant,
            "constant_stock": constant - depreciated + stock,
            "variable": np.where(np.asarray(regions.rural), rural, urban),
        }
        return {name: np.where(self.valued, array, np.nan) for name, array in arrays.items()}

    def _goods_value(self, value: NDArray, weights: NDArray, scope: str) -> NDArray:
        """What a unit of good j bought for a final use costs region c, hours per currency unit (m, n*)."""
        if scope == "network":
            return np.einsum("dj,djc->cj", value, weights)
        if scope == "own":
            return value
        own_share = np.einsum("cjc->cj", weights)
        return own_share * value + (1 - own_share) * self.at_national


def regional_table(values: RegionalValues, region: NDArray, sectors: Sectors) -> dict[str, NDArray]:
    """The table of the values of the regions: one row for each region and productive sector.

    Parameters
    ----------
    values : RegionalValues
    region : ndarray of text, shape (m,)
        Keys of the regions.
    sectors : Sectors

    Returns
    -------
    dict of ndarray, shape (m n,)
        `region`, `sector`; `value_network`, `value_own` and `value`, hours per currency unit; `status`.
    """
    status = cell_status(values.region_status, np.isfinite(values.value))
    columns = {name: getattr(values, name) for name in ("value_network", "value_own", "value")}
    return cell_table(region, sectors, columns | {"status": status})


align(__name__)
