"""What the stages of a year hand on after the regions' own jobs: the system of the nation, values of the regions.

Shapes: m regions, n* sectors.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laborvalue.accounts import Sectors
from laborvalue.certificates import Certificate
from laborvalue.labels import align
from laborvalue.records import refuse_other_shapes


@dataclass(frozen=True)
class NationalSystem:
    """National coefficients, values and production prices of one year.

    Attributes
    ----------
    A, D, F : ndarray, shape (n*, n*)
        Averages of the usable regions, good x using sector, per unit of output.
    K : ndarray, shape (n*, n*)
        Stock of capital goods per unit of output, years.
    L : ndarray, shape (n*,)
        Hours of living labor per currency unit.
    value, price : ndarray, shape (n*,)
        Hours per currency unit; value is NaN for non-productive sectors, both are where no usable region produces.
    constant_flow, constant_stock, variable : ndarray, shape (n*,)
        As in `surplus.CapitalCoefficients`.
    organic_composition : ndarray, shape (n*,)
        c / v of each sector at values (19).
    output, hours : ndarray, shape (n*,)
        Of all regions, currency units and hours.
    output_used : ndarray, shape (n*,)
        Output of the usable regions, currency units.
    tau : ndarray, shape (n*,)
        Service lives, years.
    """

    A: NDArray
    D: NDArray
    K: NDArray
    F: NDArray
    L: NDArray
    value: NDArray
    price: NDArray
    constant_flow: NDArray
    constant_stock: NDArray
    variable: NDArray
    organic_composition: NDArray
    output: NDArray
    hours: NDArray
    output_used: NDArray
    tau: NDArray

    def __post_init__(self) -> None:
        n = len(self.output)
        refuse_other_shapes(self, ("A", "D", "K", "F"), (n, n))
        refuse_other_shapes(self, ("L", "value", "price", "hours", "output_used", "tau"), (n,))


@dataclass(frozen=True)
class RegionalValues:
    """Values of the region-sectors of one year, hours per currency unit; NaN where a region-sector has no value.

    Attributes
    ----------
    value_network, value_own : ndarray, shape (m, n*)
        On the inter-regional system, and on each region's own technique.
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


def cell_table(region: NDArray, sectors: Sectors, columns: Mapping[str, NDArray]) -> dict[str, NDArray]:
    """A table with one row for each region and productive sector.

    Parameters
    ----------
    region : ndarray of text, shape (m,)
        Keys of the regions.
    sectors : Sectors
    columns : mapping of ndarray, shape (m, n*)
        Any unit.

    Returns
    -------
    dict of ndarray, shape (m n,)
        The keys `region` and `sector`, then the columns.
    """
    productive = sectors.productive
    keys = {"region": np.repeat(region, productive.sum()), "sector": np.tile(sectors.sector[productive], len(region))}
    return keys | {name: array[:, productive].ravel() for name, array in columns.items()}


align(__name__)
