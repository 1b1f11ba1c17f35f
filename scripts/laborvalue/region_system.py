"""What a job of one region hands on: its coefficients and its system. Nothing more, since 939 such jobs load it.

Shapes: m regions, n* sectors.
"""

from dataclasses import dataclass

from numpy.typing import NDArray

from laborvalue.labels import align
from laborvalue.records import refuse_other_shapes


@dataclass(frozen=True)
class RegionCoefficients:
    """One region-year's coefficients; what the indicators read of a region beside its accounts and values.

    `records.stack` puts m regions together: every array then has the region as a further first axis.

    Attributes
    ----------
    A, A_own, D, F : ndarray, shape (n*, n*)
        Technical coefficients from all suppliers, the part from the region itself, depreciation, and wage goods, good
        x using sector, per unit of output; NaN in columns without output.
    K : ndarray, shape (n*, n*)
        Stock of capital goods per unit of output, years.
    L : ndarray, shape (n*,)
        Hours of living labor per currency unit.
    output, hours : ndarray, shape (n*,)
        Gross output, currency units, and hours of living labor.
    import_factor : ndarray, shape (n*,)
        Factor by which the columns of A count imports.
    rural : ndarray of bool, shape (n*,)
        Sectors whose workers consume the rural basket.
    capital_own_share, rural_own_share, urban_own_share : ndarray, shape (n*,)
        The region's own share among the suppliers of each final use (`ImportRule.weights`).
    """

    A: NDArray
    A_own: NDArray
    D: NDArray
    K: NDArray
    F: NDArray
    L: NDArray
    output: NDArray
    hours: NDArray
    import_factor: NDArray
    rural: NDArray
    capital_own_share: NDArray
    rural_own_share: NDArray
    urban_own_share: NDArray

    def __post_init__(self) -> None:
        n = self.output.shape[-1]
        refuse_other_shapes(self, ("A", "A_own", "D", "K", "F"), (n, n))
        refuse_other_shapes(self, ("L", "hours", "import_factor", "rural"), (n,))
        refuse_other_shapes(self, ("capital_own_share", "rural_own_share", "urban_own_share"), (n,))


@dataclass(frozen=True)
class RegionSystem(RegionCoefficients):
    """One region-year's coefficients and what follows from them alone.

    Attributes
    ----------
    own_labor : ndarray, shape (n*,)
        Labor embodied on the region's own technique, hours per currency unit; NaN where there is none.
    outside : ndarray, shape (n*, n*)
        Requirements of goods that the region uses and does not make: its own values are own_labor + v outside, v the
        values of these goods.
    rho_values, rho_prices : float, or ndarray, shape (m,)
        Spectral radius of A + D over the productive goods the region makes, and of M(0); NaN where an account that it
        needs is unknown.
    profit_rate : float, or ndarray, shape (m,)
        Of its own price system, per year; NaN where it has none.
    prices : ndarray, shape (n*,)
        Of its own price system, with sum 1; NaN where it has none.
    status : str, or ndarray of text, shape (m,)
        `Status` of the region in this year.
    """

    own_labor: NDArray
    outside: NDArray
    rho_values: float | NDArray
    rho_prices: float | NDArray
    profit_rate: float | NDArray
    prices: NDArray
    status: str | NDArray

    def __post_init__(self) -> None:
        super().__post_init__()
        n = self.output.shape[-1]
        refuse_other_shapes(self, ("outside",), (n, n))
        refuse_other_shapes(self, ("own_labor", "prices"), (n,))


align(__name__)
