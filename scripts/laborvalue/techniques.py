"""A technique: the coefficients that a price system rests on, one class for each kind of advanced capital.

With B(r) the inputs of a unit of output with profits on the capital advanced, and c(r) the factor on wages advanced::

    son          B = (psi^(r) + r) K + (1 + r) A              c = 1 + r     equation (7), psi(r) = r / ((1 + r)^tau - 1)
    stock        B = A + D + r (K + A t^)                     c = 1 + r t   t turnover times of circulating capital
    circulating  B = (1 + r) A                                c = 1 + r
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from laborvalue.coefficients import PriceOptions
from laborvalue.errors import InputError
from laborvalue.labels import align
from laborvalue.prices import input_matrix, price_vector, profit_rate
from laborvalue.values import direct_values


@dataclass(frozen=True)
class Technique(ABC):
    """The coefficients of n goods that a price system rests on, good x user, per unit of output.

    Attributes
    ----------
    A, D, F : ndarray, shape (n, n)
        Inputs, depreciation and wage goods.
    K : ndarray, shape (n, n)
        Stock of capital goods, years.
    L : ndarray, shape (n,)
        Living labor, hours.
    tau : ndarray, shape (n,)
        Service lives, years.
    turnover : ndarray, shape (n,)
        Turnover times t of the users' circulating capital, years.
    tau_side : str
        `row`, service lives belong to the capital goods, or `col`, to their users.
    """

    A: NDArray
    D: NDArray
    K: NDArray
    F: NDArray
    L: NDArray
    tau: NDArray
    turnover: NDArray
    tau_side: str = "row"

    @abstractmethod
    def inputs_at(self, r: float) -> NDArray:
        """B(r): inputs of a unit of output with profits on the capital advanced, without wages.

        Parameters
        ----------
        r : float
            Profit rate, per year.

        Returns
        -------
        ndarray, shape (n, n)
            Good x user, units of the good per unit of output.
        """

    def advance_factor(self, r: float) -> NDArray | float:
        """c(r): wages that are advanced, with the profit on them.

        Parameters
        ----------
        r : float
            Profit rate, per year.

        Returns
        -------
        float, or ndarray, shape (n,)
            A factor of 1 or more.
        """
        return 1 + r

    @property
    def linear(self) -> bool:
        """Whether B(r) is linear in r, so that a standard commodity exists at every rate."""
        return True

    @property
    def advances(self) -> bool:
        """Whether capital is advanced, without which no profit rate exists."""
        return True

    def among(self, sectors: NDArray) -> Self:
        """The technique of some sectors among themselves.

        Parameters
        ----------
        sectors : ndarray of bool, shape (n,)

        Returns
        -------
        Technique
        """
        block = np.ix_(sectors, sectors)
        matrices = {name: getattr(self, name)[block] for name in ("A", "D", "K", "F")}
        vectors = {name: getattr(self, name)[sectors] for name in ("L", "tau", "turnover")}
        return replace(self, **matrices, **vectors)

    def labor_costs(self, r: float, factor: NDArray | float = 1) -> NDArray:
        """p / w = L c^ (I - B(r))^-1: prices in hours that a wage buys.

        Parameters
        ----------
        r : float
            Profit rate below its maximum, per year.
        factor : float, or ndarray, shape (n,)
            c; 1: wages are paid at the end.

        Returns
        -------
        ndarray, shape (n,)
            Hours of wage labor per unit of output.
        """
        return direct_values(self.inputs_at(r), self.L * factor)

    def net_product(self, output: NDArray) -> NDArray:
        """y = (I - A - D) x.

        Parameters
        ----------
        output : ndarray, shape (n,)
            Gross output, units of output or money.

        Returns
        -------
        ndarray, shape (n,)
            Unit of the output.
        """
        return output - (self.A + self.D) @ output

    def maximum_rate(self) -> float:
        """R, the profit rate at zero wages: rho(B(R)) = 1.

        Returns
        -------
        float
            Per year; infinite where nothing but labor is used, or nearly so.
        """
        try:
            return profit_rate(self.inputs_at)
        except InputError:
            return float("inf")

    def standard_commodity(self) -> NDArray:
        """Gross output of the standard system, made with one hour of labor: x = B(R) x, L x = 1 (Sraffa 1960).

        Returns
        -------
        ndarray, shape (n,)
            Units of output.

        Raises
        ------
        InputError
            If nothing but labor is used, so that there is no maximum profit rate.
        """
        highest = self.maximum_rate()
        if not np.isfinite(highest):
            raise InputError(
                "the standard commodity does not exist: no good is used to make goods; expected inputs A or K"
            )
        proportions = price_vector(self.inputs_at(highest).T)
        return proportions / (self.L @ proportions)

    def wage_share(self, output: NDArray) -> float:
        """The share of wages in the net product at market prices, v = sum of F x / sum of (I - A - D) x.

        Parameters
        ----------
        output : ndarray, shape (n,)
            Gross output of a table in money, as the coefficients.

        Returns
        -------
        float
            A share.

        Raises
        ------
        InputError
            If the technique pays no wages.

        Examples
        --------
        >>> A, F, no, n = np.array([[0.5]]), np.array([[0.2]]), np.zeros((1, 1)), np.zeros(1)
        >>> SonTechnique(A, no, no, F, n, n, n).wage_share(np.array([10.0]))
        0.4
        """
        if not self.F.any():
            raise InputError(
                "wage is 'new_interpretation', but wage_share is missing, and F, which would give it, is zero; give "
                "the share of wages in the net product"
            )
        return float((self.F @ output).sum() / self.net_product(output).sum())


class SonTechnique(Technique):
    """Fixed capital with service lives, and inputs and wages for a year (7)."""

    def inputs_at(self, r: float) -> NDArray:
        return input_matrix(r, self.A, self.K, np.zeros_like(self.A), self.tau, self.tau_side)

    @property
    def linear(self) -> bool:
        return not self.K.any()


class StockTechnique(Technique):
    """Stocks of fixed capital and, for their turnover times, of inputs and wages."""

    def inputs_at(self, r: float) -> NDArray:
        return self.A + self.D + r * (self.K + self.A * self.turnover)

    def advance_factor(self, r: float) -> NDArray | float:
        return 1 + r * self.turnover

    @property
    def advances(self) -> bool:
        return bool(self.K.any() or self.turnover.any())


class CirculatingTechnique(Technique):
    """Inputs and wages for a year."""

    def inputs_at(self, r: float) -> NDArray:
        return (1 + r) * self.A


TECHNIQUES: dict[str, type[Technique]] = {  # by `closure.Closure.model`
    "son": SonTechnique,
    "stock": StockTechnique,
    "circulating": CirculatingTechnique,
}


def technique_under(
    prices: PriceOptions, A: NDArray, D: NDArray, K: NDArray, F: NDArray, L: NDArray, tau: NDArray, sector: NDArray
) -> Technique:
    """The coefficients of a price system with the advanced capital of the chosen model.

    Parameters
    ----------
    prices : PriceOptions
        `model`, `turnover` and `tau_side` are used.
    A, D, K, F : ndarray, shape (n, n)
        Good x user, per unit of output; K in years of output.
    L : ndarray, shape (n,)
        Hours of living labor per unit of output.
    tau : ndarray, shape (n,)
        Service lives, years.
    sector : ndarray of text, shape (n,)
        Keys.

    Returns
    -------
    Technique
    """
    return TECHNIQUES[prices.model](A, D, K, F, L, tau, prices.turnover_times(sector), prices.tau_side)


align(__name__)
