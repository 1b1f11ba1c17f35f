"""The product with the stored flows, the weights (14) and the sums over suppliers of (15): the one place of them.

Arrays are (m, n*) region-sectors; the stored flows are (N, N), N = m n*, row = supplier, column = user, both
region-major.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laborvalue.imports import ImportRule
from laborvalue.labels import align
from laborvalue.records import refuse_other_shapes


def weigh_flows(weights: NDArray, flows: NDArray, threads: int = 1, rows: int = 512) -> NDArray:
    """weights @ flows over the stored matrix, a few rows at a time.

    The parts are added in their order, so that the sum is the same to the last bit however many threads take them.
    BLAS, whose own threads would divide a part differently, must have one thread.

    Parameters
    ----------
    weights : ndarray, shape (..., N)
        Weights by supplier, any unit.
    flows : ndarray or memory map, shape (N, N)
        Stored flows, money.
    threads : int
        Threads that share the parts.
    rows : int
        Rows of one part.

    Returns
    -------
    ndarray, shape (..., N)
        Sums by user, unit of the weights times money.
    """
    parts = [slice(start, start + rows) for start in range(0, len(flows), rows)]
    total = np.zeros(np.shape(weights))

    def product(part: slice) -> NDArray:
        return weights[..., part] @ flows[part]

    if threads == 1:  # starting a thread takes longer than the product of a small system
        return sum(map(product, parts), start=total)
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(product, parts), start=total)


@dataclass(frozen=True)
class SupplierFlows:
    """What every region-sector buys from every other, with imports treated as in A.

    The flow from supplier (d, j) to user (c, i) that counts is

        z[d, j; c, i] = money_unit s[d, j] stored[d, j; c, i] u[c, i],

    s the domestic share of the supplier's row (1 under `values.imports` none) and u the factor that spreads the
    user's imports (1 unless `spread_imports`), so that z / x[c, i] are the coefficients A of the inter-regional system.

    Attributes
    ----------
    stored : ndarray or memory map, shape (m n*, m n*)
        Flows as stored, money.
    domestic_share : ndarray, shape (m, n*)
        s, by supplier.
    import_factor : ndarray, shape (m, n*)
        u, by user.
    money_unit : float
        Currency units per 1 in the stored flows.
    threads : int
        Threads of a product with all flows; the result does not depend on them.
    on_product : callable, optional
        Called before each product with all flows, to report progress.
    """

    stored: NDArray
    domestic_share: NDArray
    import_factor: NDArray
    money_unit: float = 1.0
    threads: int = 1
    on_product: Callable[[], object] | None = None

    def __post_init__(self) -> None:
        refuse_other_shapes(self, ("import_factor",), self.domestic_share.shape)
        refuse_other_shapes(self, ("stored",), (self.domestic_share.size,) * 2)

    @classmethod
    def counting(
        cls,
        imports: ImportRule,
        stored: NDArray,
        domestic_share: NDArray,
        import_factor: NDArray,
        money_unit: float = 1.0,
        threads: int = 1,
        on_product: Callable[[], object] | None = None,
    ) -> "SupplierFlows":
        """The flows under a rule for imports.

        Parameters
        ----------
        imports : ImportRule
        stored : ndarray or memory map, shape (m n*, m n*)
            Money.
        domestic_share : ndarray, shape (m, n*)
            Shares of the suppliers' rows, from the accounts.
        import_factor : ndarray, shape (m, n*)
            Factors of the users, from `coefficients.technical_coefficients`.
        money_unit, threads, on_product
            As the attributes.

        Returns
        -------
        SupplierFlows
        """
        return cls(stored, imports.share(domestic_share), import_factor, money_unit, threads, on_product)

    def embodied(self, value: NDArray, output: NDArray) -> NDArray:
        """Lambda A: what the inputs of a unit of output are worth at given values (6).

        Parameters
        ----------
        value : ndarray, shape (m, n*)
            Values Lambda of the goods by supplier, hours per currency unit.
        output : ndarray, shape (m, n*)
            Gross output of the users, currency units.

        Returns
        -------
        ndarray, shape (m, n*)
            Hours per currency unit of the user's output, 0 where there is none.
        """
        per_output = self.import_factor * self.money_unit / np.where(output > 0, output, np.inf)
        return self._product((value * self.domestic_share).ravel()).reshape(value.shape) * per_output

    def all_suppliers(self, weights: NDArray) -> NDArray:
        """Sums of weight x z over all suppliers.

        Parameters
        ----------
        weights : ndarray, shape (k, m, n*)
            k sets of weights by supplier, any unit.

        Returns
        -------
        ndarray, shape (k, m, n*)
            By user, unit of the weights times currency units.
        """
        sums = self._product((weights * self.domestic_share).reshape(len(weights), -1)).reshape(weights.shape)
        return sums * self.money_unit * self.import_factor

    def own_cell(self, weights: NDArray) -> NDArray:
        """The part of `all_suppliers` that the user supplies to itself.

        Parameters
        ----------
        weights : ndarray, shape (k, m, n*)
            k sets of weights by supplier, any unit.

        Returns
        -------
        ndarray, shape (k, m, n*)
            By user, unit of the weights times currency units.
        """
        own = np.array(np.diagonal(self.stored), dtype=float).reshape(self.import_factor.shape) * self.money_unit
        return weights * self.domestic_share * own * self.import_factor

    def own_city(self, weights: NDArray) -> NDArray:
        """The part of `all_suppliers` from the user's own region.

        Parameters
        ----------
        weights : ndarray, shape (k, m, n*)
            k sets of weights by supplier, any unit.

        Returns
        -------
        ndarray, shape (k, m, n*)
            By user, unit of the weights times currency units.
        """
        m, n = self.import_factor.shape
        own = np.stack([self.stored[c * n : (c + 1) * n, c * n : (c + 1) * n] for c in range(m)]) * self.money_unit
        return np.einsum("kcj,cji->kci", weights * self.domestic_share, own) * self.import_factor

    def own_sector(self, weights: NDArray) -> NDArray:
        """The part of `all_suppliers` from the user's own sector in all regions.

        Parameters
        ----------
        weights : ndarray, shape (k, m, n*)
            k sets of weights by supplier, any unit.

        Returns
        -------
        ndarray, shape (k, m, n*)
            By user, unit of the weights times currency units.
        """
        m, n = self.import_factor.shape
        sums = np.zeros(weights.shape)
        for d in range(m):
            same = np.einsum("jcj->cj", self.stored[d * n : (d + 1) * n].reshape(n, m, n))
            sums += (weights * self.domestic_share)[:, d, None] * same
        return sums * self.money_unit * self.import_factor

    def left_out(self, which: str, weights: NDArray) -> NDArray:
        """The part of `all_suppliers` that (15) leaves out.

        Parameters
        ----------
        which : str
            `own_cell`, `own_city` or `own_sector`.
        weights : ndarray, shape (k, m, n*)
            k sets of weights by supplier, any unit.

        Returns
        -------
        ndarray, shape (k, m, n*)
            By user, unit of the weights times currency units.
        """
        return {"own_cell": self.own_cell, "own_city": self.own_city, "own_sector": self.own_sector}[which](weights)

    def _product(self, weights: NDArray) -> NDArray:
        if self.on_product:
            self.on_product()
        return weigh_flows(weights, self.stored, self.threads)


align(__name__)
