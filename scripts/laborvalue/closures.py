"""Closures of the price system: which capital is advanced (`model`) and what fixes wages (`wage`).

All of them are on the same coefficients A, D, K, F, L. With B(r) the inputs of a unit of output with profits on the
capital advanced, and c(r) the factor on wages, both by the model (`laborvalue.techniques`), row vectors p::

    basket              p = p (B + F c^)                      wages buy the goods F
    new_interpretation  p = p B + w L c^,  p y = w L x / v    wages are the share v of the net product y = (I - A - D) x
    sraffian            p = p B + w L,     r = pi R           wages, paid at the end, are the share 1 - pi of the net
                                                              product of the standard commodity

R is the profit rate at zero wages, rho(B(R)) = 1. Where wages are paid at the end, c = 1.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laborvalue.arguments import as_floats, finite, shaped
from laborvalue.certificates import enclosed_error, price_error_bound, solve_bounded
from laborvalue.closure import Closure, refuse_unused_turnover
from laborvalue.errors import InputError
from laborvalue.labels import align, names_of
from laborvalue.prices import HIGHEST, price_vector, profit_rate, profit_rate_bounds, root, spectral_radius
from laborvalue.techniques import TECHNIQUES, Technique
from laborvalue.values import labor_values

NORMALISATIONS = (None, "market", "value", "standard")


@dataclass(frozen=True)
class PriceSystem:
    """Production prices with the uniform profit rate, and bounds of both.

    Attributes
    ----------
    profit_rate : float
        r*, per year.
    maximum_profit_rate : float
        R, the profit rate of the same technique at zero wages, per year; infinite if nothing but labor is used.
    price : ndarray, shape (n,)
        p, per unit of output; on the requested scale.
    profit_rate_lower, profit_rate_upper : float
        Bounds that hold in spite of rounding errors, per year. NaN if a coefficient is negative.
    price_error_bound : float
        Largest relative error of a price; infinite where nothing is proven.
    wage : float
        w, the price of an hour of labor on the scale of the prices; NaN under the wage `basket`, whose wages are goods.
    """

    profit_rate: float
    maximum_profit_rate: float
    price: NDArray
    profit_rate_lower: float
    profit_rate_upper: float
    price_error_bound: float
    wage: float


@dataclass(frozen=True)
class ClosedTechnique(ABC):
    """A technique with what fixes its wages: a price system to be solved; one class for each `wage` of a `Closure`.

    Attributes
    ----------
    accounts : tuple of str
        Coefficients that the profit rate and the prices rest on, the same for all objects of a class.
    technique : Technique
    closure : Closure
    output : ndarray, shape (n,), optional
        Gross output, units of output or money; for `new_interpretation` and for the wage-profit curve.
    """

    accounts: ClassVar[tuple[str, ...]] = ("A", "D", "K", "F", "L")

    technique: Technique
    closure: Closure
    output: NDArray | None = None

    @abstractmethod
    def rate(self) -> float:
        """The uniform profit rate.

        Returns
        -------
        float
            r*, per year; NaN where inputs and wages leave no surplus.

        Raises
        ------
        InputError
            If the closure is not defined for the technique, or needs what is missing.
        """

    @abstractmethod
    def prices(self, r: float, names: Sequence[str] | NDArray | None = None) -> tuple[NDArray, float]:
        """Prices and the wage at the profit rate.

        Parameters
        ----------
        r : float
            The result of `rate`, per year.
        names : sequence of str, shape (n,), optional
            Names of the goods, for messages; default: their positions.

        Returns
        -------
        price : ndarray, shape (n,)
            Per unit of output, with the sum 1.
        wage : float
            Price of an hour of labor; NaN under the wage `basket`.

        Raises
        ------
        InputError
            If no positive price system exists.
        """

    @abstractmethod
    def rate_bounds(self, r: float, price: NDArray) -> tuple[float, float]:
        """Bounds of r* that hold in spite of rounding errors.

        Parameters
        ----------
        r : float
            The result of `rate`, per year.
        price : ndarray, shape (n,)
            The prices at r, with the sum 1.

        Returns
        -------
        lower, upper : float
            Per year. NaN if a coefficient is negative.
        """

    @abstractmethod
    def price_error_bound(self, lower: float, upper: float, price: NDArray, wage: float) -> float:
        """Largest relative error of a price.

        Parameters
        ----------
        lower, upper : float
            Bounds of r*, per year.
        price : ndarray, shape (n,)
            The prices at r*, with the sum 1.
        wage : float
            The wage on their scale.

        Returns
        -------
        float
            A share; infinite where nothing is proven.
        """

    @abstractmethod
    def real_wage(self, r: float) -> tuple[float, float, float, float]:
        """What a profit rate leaves to wages: a point of the wage-profit curve, which needs the output.

        Parameters
        ----------
        r : float
            Profit rate below its maximum, per year.

        Returns
        -------
        wage, share, lower, upper : float
            The real wage as a multiple of the basket F, the share of wages in the net product, and bounds of the real
            wage that hold in spite of rounding errors.
        """

    def wage_factor(self, r: float) -> NDArray | float:
        """c(r): wages with the profit on them, where they are advanced.

        Parameters
        ----------
        r : float
            Profit rate, per year.

        Returns
        -------
        float, or ndarray, shape (n,)
            A factor of 1 or more.
        """
        return self.technique.advance_factor(r) if self.closure.wages_advanced else 1

    def matrix_at(self, r: float) -> NDArray:
        """The goods of a unit of output with the profits on them: B(r), with wage goods where wages are goods.

        Parameters
        ----------
        r : float
            Profit rate, per year.

        Returns
        -------
        ndarray, shape (n, n)
            Good x user, units of the good per unit of output.
        """
        return self.technique.inputs_at(r)

    @cached_property
    def maximum_rate(self) -> float:
        """R, the profit rate of the technique at zero wages, per year; infinite if nothing but labor is used."""
        return self.technique.maximum_rate()

    def solve(self, names: Sequence[str] | NDArray | None = None) -> "PriceSystem":
        """The price system; prices have the sum 1.

        Parameters
        ----------
        names : sequence of str, shape (n,), optional
            Names of the goods, for messages; default: their positions.

        Returns
        -------
        PriceSystem

        Raises
        ------
        InputError
            If wages and inputs leave no surplus, if no positive price system exists, or if the closure needs what is
            missing.
        """
        r = self.rate()
        if np.isnan(r):
            raise InputError(self._no_surplus())
        price, wage = self.prices(r, names)
        lower, upper = self.rate_bounds(r, price)
        return PriceSystem(
            profit_rate=r,
            maximum_profit_rate=self.maximum_rate if self._pays_wages() else r,
            price=price,
            profit_rate_lower=lower,
            profit_rate_upper=upper,
            price_error_bound=self.price_error_bound(lower, upper, price, wage),
            wage=wage,
        )

    def _refuse_no_capital(self) -> None:
        if not self.technique.advances:
            raise InputError(
                "model is 'stock', but K and turnover are zero: no capital is advanced, and no profit rate exists; "
                "give K, or turnover times of circulating capital"
            )

    def _output(self) -> NDArray:
        if self.output is None:
            raise InputError(f"wage is {self.closure.wage!r}, but output is missing; give gross output, shape (n,)")
        return self.output

    def _pays_wages(self) -> bool:
        return True

    def _no_surplus(self) -> str:
        rho = spectral_radius(self.matrix_at(0.0))
        return (
            f"inputs and wages leave no surplus: the spectral radius of M(0) is {rho:.6g}; expected below 1 "
            "(check F, that is compensation and wage_scale, and the units of the flows against those of output)"
        )


class BasketWage(ClosedTechnique):
    """Wages buy the goods F: p = p M(r), M(r) = B(r) + F c^(r)."""

    accounts = ("A", "K", "F")

    def matrix_at(self, r: float) -> NDArray:
        return self.technique.inputs_at(r) + self.wage_factor(r) * self.technique.F

    def rate(self) -> float:
        self._refuse_no_capital()
        return profit_rate(self.matrix_at)

    def prices(self, r: float, names: Sequence[str] | NDArray | None = None) -> tuple[NDArray, float]:
        return price_vector(self.matrix_at(r), names), float("nan")

    def rate_bounds(self, r: float, price: NDArray) -> tuple[float, float]:
        return profit_rate_bounds(self.matrix_at, r, price)

    def price_error_bound(self, lower: float, upper: float, price: NDArray, wage: float) -> float:
        return price_error_bound(self.matrix_at, lower, upper, price)

    def real_wage(self, r: float) -> tuple[float, float, float, float]:
        # with G = F c^, p = w p G (I - B)^-1: 1 / w is the spectral radius, p its left eigenvector; no search
        technique, x, wages = self.technique, self._output(), self.wage_factor(r) * self.technique.F
        inputs = technique.inputs_at(r)
        dated = np.linalg.solve((np.eye(len(wages)) - inputs).T, wages.T).T
        roots, vectors = np.linalg.eig(dated.T)
        p = np.abs(vectors[:, np.argmax(roots.real)].real)
        w = 1 / spectral_radius(dated)
        share = w * (p @ technique.F @ x) / (p @ technique.net_product(x))
        return w, share, *_wage_bounds(inputs, wages, p)

    def _pays_wages(self) -> bool:
        return bool(self.technique.F.any())


class MoneyWage(ClosedTechnique):
    """Wages are money: p = p B(r) + w L c^(r)."""

    def prices(self, r: float, names: Sequence[str] | NDArray | None = None) -> tuple[NDArray, float]:
        costs = self.labor_costs(r)
        return costs / costs.sum(), float(1 / costs.sum())

    def price_error_bound(self, lower: float, upper: float, price: NDArray, wage: float) -> float:
        # p / w increases with r
        if not (np.isfinite(lower) and np.isfinite(upper)):
            return float("inf")
        return enclosed_error(self.costs_between(lower)[0], self.costs_between(upper)[1], price / wage)

    def real_wage(self, r: float) -> tuple[float, float, float, float]:
        # the real value of wages is L x / ((p / w) F x)
        technique, x = self.technique, self._output()
        hours, consumed = float(technique.L @ x), technique.F @ x
        costs = self.labor_costs(r)
        lower, upper = self.costs_between(r)
        slack = _slack(len(costs))
        wage, least, most = (hours / float(bound @ consumed) for bound in (costs, upper, lower))
        share = hours / float(costs @ technique.net_product(x))
        return wage, share, least * (1 - slack), most * (1 + slack)

    def labor_costs(self, r: float) -> NDArray:
        """p / w at a profit rate, see `Technique.labor_costs`.

        Parameters
        ----------
        r : float
            Profit rate below its maximum, per year.

        Returns
        -------
        ndarray, shape (n,)
            Hours of wage labor per unit of output.
        """
        return self.technique.labor_costs(r, self.wage_factor(r))

    def costs_between(self, r: float) -> tuple[NDArray, NDArray]:
        """Bounds of p / w at r that hold in spite of rounding errors.

        Parameters
        ----------
        r : float
            Profit rate below its maximum, per year.

        Returns
        -------
        lower, upper : ndarray, shape (n,)
            Hours of wage labor per unit of output; NaN where nothing is proven.
        """
        return solve_bounded(self.technique.inputs_at(r), self.technique.L * self.wage_factor(r))


class SharedWage(MoneyWage):
    """Wages are the share v of the net product: p y = w L x / v (`new_interpretation`)."""

    @cached_property
    def shares(self) -> tuple[float, float, NDArray]:
        """What the profit rate is solved from.

        Returns
        -------
        v : float
            The share of wages.
        hours : float
            Living labor L x.
        net_product : ndarray, shape (n,)
            y, units of output or money.

        Raises
        ------
        InputError
            Where the output is missing, or a wage share that the technique does not give.
        """
        v, x = self.closure.wage_share, self._output()
        v = self.technique.wage_share(x) if v is None else v
        return v, float(self.technique.L @ x), self.technique.net_product(x)

    def rate(self) -> float:
        self._refuse_no_capital()
        highest = self.maximum_rate
        v, hours, net_product = self.shares

        def excess(r: float) -> float:
            """v less the share of wages that goes with r, which falls from about 1 to 0 as r approaches its maximum."""
            return v - hours / float(self.labor_costs(r) @ net_product)

        at_zero = excess(0.0)
        if not at_zero < 0:
            return float("nan")
        return root(excess, 0.0, at_zero, *((highest, v) if np.isfinite(highest) else _above(excess)))

    def rate_bounds(self, r: float, price: NDArray) -> tuple[float, float]:
        # the net product costs hours / v of wage labor at r*; its cost increases with r, between bounds of p / w
        if (self.technique.inputs_at(r) < 0).any():
            return float("nan"), float("nan")
        v, hours, net_product = self.shares
        target, slack = hours / v, _slack(len(net_product))

        def cost(at: float) -> tuple[float, float]:
            least, most = self.costs_between(at)
            size = slack * float(most @ np.abs(net_product))
            low = float(np.where(net_product > 0, least, most) @ net_product) - size
            return low, float(np.where(net_product > 0, most, least) @ net_product) + size

        first = slack * max(r, 1.0)
        width = first
        while r - width > 0 and not cost(r - width)[1] <= target * (1 - slack):
            width *= 2
        lower, width = max(r - width, 0.0), first
        while r + width < self.maximum_rate and not cost(r + width)[0] >= target * (1 + slack):
            width *= 2
        return lower, min(r + width, self.maximum_rate)

    def _no_surplus(self) -> str:
        v, hours, net_product = self.shares
        most = hours / float(self.labor_costs(0.0) @ net_product)
        return (
            f"wages of {v:.6g} of the net product leave no surplus: without profit they are {most:.6g} of it; "
            "expected less (check wage_share, or compensation and net product)"
        )


class SraffianWage(MoneyWage):
    """Wages, paid at the end, are the share 1 - pi of the net product of the standard commodity: r = pi R."""

    def wage_factor(self, r: float) -> NDArray | float:
        return 1

    def rate(self) -> float:
        self._refuse_no_capital()
        if not self.technique.linear:
            raise InputError(
                "wage is 'sraffian', but model is 'son' with fixed capital K, whose charges are not linear in r, so "
                "that no standard commodity exists; choose model 'stock' or 'circulating'"
            )
        if not np.isfinite(self.maximum_rate):
            raise InputError(
                "wage is 'sraffian', but no good is used to make goods, so that r has no maximum; expected inputs"
            )
        return self._profit_share * self.maximum_rate

    def prices(self, r: float, names: Sequence[str] | NDArray | None = None) -> tuple[NDArray, float]:
        if self._profit_share == 1:
            return price_vector(self.technique.inputs_at(r), names), 0.0
        return super().prices(r, names)

    def rate_bounds(self, r: float, price: NDArray) -> tuple[float, float]:
        inputs_at, highest = self.technique.inputs_at, self.maximum_rate
        lower, upper = profit_rate_bounds(inputs_at, highest, price_vector(inputs_at(highest)))
        return self._profit_share * lower, self._profit_share * upper

    def price_error_bound(self, lower: float, upper: float, price: NDArray, wage: float) -> float:
        if wage == 0:
            return price_error_bound(self.technique.inputs_at, lower, upper, price)
        return super().price_error_bound(lower, upper, price, wage)

    @property
    def _profit_share(self) -> float:
        return float(self.closure.profit_share or 0.0)


CLOSURES: dict[str, type[ClosedTechnique]] = {  # by `closure.Closure.wage`
    "basket": BasketWage,
    "new_interpretation": SharedWage,
    "sraffian": SraffianWage,
}


def closed(technique: Technique, closure: Closure, output: NDArray | None = None) -> ClosedTechnique:
    """A technique under a closure.

    Parameters
    ----------
    technique : Technique
        Of the closure's model.
    closure : Closure
    output : ndarray, shape (n,), optional
        Gross output, units of output or money.

    Returns
    -------
    ClosedTechnique
    """
    return CLOSURES[closure.wage](technique, closure, output)


def _above(excess: Callable[[float], float]) -> tuple[float, float]:
    """A rate at which an increasing function is above 0, and its value there."""
    high = 0.25
    while (at_high := excess(high)) < 0:
        high *= 2
        if high > HIGHEST:
            raise InputError(f"no profit rate below {HIGHEST:,.0f}: the economy uses nearly no inputs")
    return high, at_high


def _wage_bounds(inputs: NDArray, wages: NDArray, price: NDArray) -> tuple[float, float]:
    """Bounds of the w with rho(B + w G) = 1, from prices close to its eigenvector.

    For every q > 0 the radius is at most 1 at the least of (q - q B) / (q G), and at least 1 at the largest. A sector
    that pays no wages has no such ratio: its price, which solves q = q B given the others, rises with them.
    """
    paid, slack = wages.any(axis=0), _slack(len(price))
    lower, upper = price.copy(), price.copy()
    if not paid.all():
        others = solve_bounded(inputs[np.ix_(~paid, ~paid)], price[paid] @ inputs[np.ix_(paid, ~paid)])
        lower[~paid], upper[~paid] = others[0] * (1 - slack), others[1] * (1 + slack)

    def ratios(q: NDArray, sign: float) -> NDArray:
        bought, advanced = q @ inputs[:, paid], q @ wages[:, paid]
        with np.errstate(divide="ignore"):  # goods that cost nothing bound nothing
            return (price[paid] - bought + sign * slack * (price[paid] + bought)) / advanced

    return float(ratios(upper, -1).min()), float(ratios(lower, 1).max())


def _slack(n: int) -> float:
    """A sum of n products of numbers >= 0 is exact to this share, with the few operations around it."""
    return 4 * (n + 8) * float(np.finfo(float).eps)


def production_prices(
    A: ArrayLike,
    *,
    F: ArrayLike | None = None,
    L: ArrayLike | None = None,
    D: ArrayLike | None = None,
    K: ArrayLike | None = None,
    tau: ArrayLike = 10.0,
    model: str = "son",
    wage: str = "basket",
    wage_share: float | None = None,
    profit_share: float | None = None,
    turnover: ArrayLike | None = None,
    wages_advanced: bool = True,
    tau_side: str = "row",
    output: ArrayLike | None = None,
    normalise: str | None = None,
) -> PriceSystem:
    """Production prices and the uniform profit rate of an economy.

    By default, equation (7)::

        psi(r) = r / ((1 + r)^tau - 1)
        M(r)   = (psi^(r) + r I) K + (1 + r)(A + F)
        p      = p M(r*),   rho(M(r*)) = 1

    `model` and `wage` choose another closure; their equations are at the heads of this module and of
    `laborvalue.techniques`.

    Parameters
    ----------
    A : array_like, shape (n, n)
        Technical coefficients, good x user, units of the good per unit of output.
    F : array_like, shape (n, n), optional
        Wage goods, good x user: what the workers of the user consume per unit of output. Default: zero wages.
    L : array_like, shape (n,), optional
        Living labor, hours per unit of output; NaN for sectors whose product has no value. Only for
        ``normalise="value"`` and ``"standard"``, and for the wages ``"new_interpretation"`` and ``"sraffian"``.
    D : array_like, shape (n, n), optional
        Depreciation, good x user, units of the good per unit of output and year. Default: none.
    K : array_like, shape (n, n), optional
        Stock of fixed capital, good x user, per unit of yearly output (years). Default: tau^ D, or D tau^ where
        `tau_side` is ``"col"``.
    tau : float or array_like, shape (n,)
        Service lives, years.
    model : {"son", "stock", "circulating"}
        Which capital is advanced: (7), with service lives; stocks of fixed capital and, for their turnover times, of
        inputs and wages; inputs and wages for a year.
    wage : {"basket", "new_interpretation", "sraffian"}
        What fixes wages: the goods F; a share of the net product; a share of the net product of the standard commodity.
    wage_share : float, optional
        v, for ``"new_interpretation"``. Default: that of the table, sum of F x over sum of (I - A - D) x, where a unit
        of output is what one unit of currency buys.
    profit_share : float, optional
        pi, for ``"sraffian"``.
    turnover : float or array_like, shape (n,), optional
        Turnover times of circulating capital, years, by user; for the model ``"stock"``. Default: 0, inputs and wages
        are not advanced.
    wages_advanced : bool
        False: wages are paid at the end of the year, and no profit is made on them. So they are, whatever this says,
        under ``"sraffian"``.
    tau_side : {"row", "col"}
        Whether service lives belong to the capital goods (rows) or to their users (columns).
    output : array_like, shape (n,), optional
        Gross output, units of the good per year. For ``"new_interpretation"`` and for a normalization.
    normalise : {None, "market", "value", "standard"}
        Scale of the prices: None, their sum is 1; ``"market"``, p x = sum of x, where a unit of output is what one
        unit of currency buys; ``"value"``, p x = Lambda x over the goods that have a value; ``"standard"``, the net
        product of the standard commodity, made with one hour of labor, costs 1.

    Returns
    -------
    PriceSystem

    Raises
    ------
    InputError
        If a shape does not fit, a number is missing, an argument that the closure or the normalization needs is
        missing or is used by none, wages and inputs leave no surplus, or no positive price system exists (the message
        gives the goods).

    Examples
    --------
    >>> A = np.array([[0.2, 0.4], [0.3, 0.1]])
    >>> F = np.array([[0.1, 0.1], [0.1, 0.2]])
    >>> system = production_prices(A, F=F)
    >>> round(system.profit_rate, 6), round(system.maximum_profit_rate, 6)
    (0.338305, 1.0)
    >>> system.price.round(6)
    array([0.472136, 0.527864])
    >>> production_prices(A, F=F, L=[0.5, 0.8], output=[10, 8], normalise="value").price.round(4)
    array([1.1983, 1.3397])
    >>> shared = production_prices(A, L=[0.5, 0.8], output=[10, 8], wage="new_interpretation", wage_share=0.5)
    >>> round(shared.profit_rate, 6)
    0.33457
    """
    closure = Closure(model, wage, wages_advanced, wage_share, profit_share)
    technique = _technique(A, F, L, D, K, tau, turnover, tau_side, closure)
    x = None if output is None else finite("output", shaped("output", output, technique.tau.shape, "(n,)"))
    problem = closed(technique, closure, x)
    if "L" in problem.accounts:
        if L is None:
            raise InputError(f"wage is {wage!r}, but L is missing; give hours per unit of output, shape (n,)")
        finite("L", technique.L)
    system = problem.solve(names_of("A", technique.A.shape)[0])
    scale = _scale(system.price, normalise, x, technique, None if L is None else technique.L)
    return replace(system, price=system.price * scale, wage=system.wage * scale)


def _technique(
    A: ArrayLike,
    F: ArrayLike | None,
    L: ArrayLike | None,
    D: ArrayLike | None,
    K: ArrayLike | None,
    tau: ArrayLike,
    turnover: ArrayLike | None,
    tau_side: str,
    closure: Closure,
) -> Technique:
    """The arguments of `production_prices` as a checked technique; L is NaN where it is missing."""
    A = as_floats("A", A)
    if A.ndim != 2 or A.shape[0] != A.shape[1] or not len(A):
        raise InputError(f"A has shape {A.shape}; expected (n, n), good x user, with one good or more")
    finite("A", A)
    n = len(A)
    F, D = (
        np.zeros_like(A) if matrix is None else finite(name, shaped(name, matrix, A.shape, "(n, n), as A"))
        for name, matrix in (("F", F), ("D", D))
    )
    if tau_side not in ("row", "col"):
        raise InputError(f"tau_side is {tau_side!r}; expected 'row' or 'col'")
    lives = _by_sector("tau", tau, n)
    if not (lives > 0).all():
        raise InputError(f"tau holds {lives.min():g}; expected service lives above 0, in years")
    refuse_unused_turnover(closure.model, turnover)
    times = np.zeros(n) if turnover is None else _by_sector("turnover", turnover, n)
    if (times < 0).any():
        raise InputError(f"turnover holds {times.min():g}; expected turnover times of 0 or more, in years")
    if K is None:
        K = D * (lives[:, None] if tau_side == "row" else lives)
    K = finite("K", shaped("K", K, A.shape, "(n, n), as A"))
    labor = np.full(n, np.nan) if L is None else shaped("L", L, (n,), "(n,)")
    return TECHNIQUES[closure.model](A, D, K, F, labor, lives, times, tau_side)


def _by_sector(name: str, given: ArrayLike, n: int) -> NDArray:
    numbers = as_floats(name, given)
    return finite(name, np.full(n, float(numbers)) if numbers.ndim == 0 else shaped(name, numbers, (n,), "(n,)"))


def _scale(
    price: NDArray,
    normalise: str | None,
    output: NDArray | None,
    technique: Technique,
    labor: NDArray | None,
) -> float:
    """The factor that brings prices of sum 1 to the requested scale."""
    if normalise not in NORMALISATIONS:
        raise InputError(f"normalise is {normalise!r}; expected one of {', '.join(map(repr, NORMALISATIONS))}")
    if normalise is None:
        return 1.0
    if labor is None and normalise != "market":
        raise InputError(f"normalise is {normalise!r}, but L is missing; give hours per unit of output, shape (n,)")
    if normalise == "standard":
        finite("L", technique.L)
        standard = technique.standard_commodity()
        return float(1 / (price @ (standard - technique.inputs_at(0.0) @ standard)))
    if output is None:
        raise InputError(f"normalise is {normalise!r}, but output is missing; give gross output, shape (n,)")
    if normalise == "market":
        return float(output.sum() / (price @ output))
    valued = ~np.isnan(technique.L)
    if not valued.any():
        raise InputError("normalise is 'value', but L is NaN in every sector; expected hours of one sector or more")
    block = np.ix_(valued, valued)
    values = labor_values(technique.A[block], technique.L[valued], technique.D[block])
    return float(values @ output[valued] / (price[valued] @ output[valued]))


align(__name__)
