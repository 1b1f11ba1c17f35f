"""Closures of the price system: which capital is advanced (`model`) and what fixes wages (`wage`).

All of them are on the same coefficients A, D, K, F, L. With B(r) the inputs of a unit of output with profits on the
capital advanced, and c(r) the factor on wages, row vectors p::

    son          B = (psi^(r) + r) K + (1 + r) A              c = 1 + r     equation (7), psi(r) = r / ((1 + r)^tau - 1)
    stock        B = A + D + r (K + A t^)                     c = 1 + r t   t turnover times of circulating capital
    circulating  B = (1 + r) A                                c = 1 + r

    basket              p = p (B + F c^)                      wages buy the goods F
    new_interpretation  p = p B + w L c^,  p y = w L x / v    wages are the share v of the net product y = (I - A - D) x
    sraffian            p = p B + w L,     r = pi R           wages, paid at the end, are the share 1 - pi of the net
                                                              product of the standard commodity

R is the profit rate at zero wages, rho(B(R)) = 1. Where wages are paid at the end, c = 1.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laborvalue.arguments import as_floats, finite, shaped
from laborvalue.certificates import price_error_bound, solve_bounded
from laborvalue.closure import Closure, refuse_unused_turnover
from laborvalue.errors import InputError
from laborvalue.prices import input_matrix, price_vector, profit_rate, profit_rate_bounds, root, spectral_radius
from laborvalue.values import direct_values, labor_values

NORMALISATIONS = (None, "market", "value", "standard")
HIGHEST = 1e6  # profit rates are searched up to here


@dataclass(frozen=True)
class Technique:
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

    def of(self, sectors: NDArray) -> "Technique":
        """The technique of some sectors among themselves.

        Parameters
        ----------
        sectors : ndarray of bool, shape (n,)

        Returns
        -------
        Technique
        """
        block = np.ix_(sectors, sectors)
        return Technique(
            A=self.A[block],
            D=self.D[block],
            K=self.K[block],
            F=self.F[block],
            L=self.L[sectors],
            tau=self.tau[sectors],
            turnover=self.turnover[sectors],
            tau_side=self.tau_side,
        )

    def inputs_at(self, r: float, model: str) -> NDArray:
        """B(r): inputs of a unit of output with profits on the capital advanced, without wages.

        Parameters
        ----------
        r : float
            Profit rate, per year.
        model : str
            `son`, `stock` or `circulating`.

        Returns
        -------
        ndarray, shape (n, n)
            Good x user.
        """
        if model == "son":
            return input_matrix(r, self.A, self.K, np.zeros_like(self.A), self.tau, self.tau_side)
        if model == "stock":
            return self.A + self.D + r * (self.K + self.A * self.turnover)
        return (1 + r) * self.A

    def wage_factor(self, r: float, closure: Closure) -> NDArray | float:
        """c(r): wages with the profit on them.

        Parameters
        ----------
        r : float
            Profit rate, per year.
        closure : Closure

        Returns
        -------
        float, or ndarray, shape (n,)
            A factor of 1 or more.
        """
        if not closure.wages_advanced or closure.wage == "sraffian":
            return 1
        return 1 + r * self.turnover if closure.model == "stock" else 1 + r

    def matrix_at(self, r: float, closure: Closure) -> NDArray:
        """M(r) = B(r) + F c^(r), whose left eigenvector are the prices under the wage `basket`.

        Parameters
        ----------
        r : float
            Profit rate, per year.
        closure : Closure

        Returns
        -------
        ndarray, shape (n, n)
            Good x user.
        """
        return self.inputs_at(r, closure.model) + self.wage_factor(r, closure) * self.F

    def labor_costs(self, r: float, closure: Closure) -> NDArray:
        """p / w = L c^(r) (I - B(r))^-1: prices in hours that a wage buys.

        Parameters
        ----------
        r : float
            Profit rate below its maximum, per year.
        closure : Closure

        Returns
        -------
        ndarray, shape (n,)
            Hours of wage labor per unit of output.
        """
        return direct_values(self.inputs_at(r, closure.model), self.L * self.wage_factor(r, closure))

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

    `model` and `wage` choose another closure; their equations are at the head of this module.

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
    if closure.wage != "basket":
        if L is None:
            raise InputError(f"wage is {wage!r}, but L is missing; give hours per unit of output, shape (n,)")
        finite("L", technique.L)
    system = solve_closure(technique, closure, x)
    scale = _scale(system.price, normalise, x, technique, closure, None if L is None else technique.L)
    return PriceSystem(
        profit_rate=system.profit_rate,
        maximum_profit_rate=system.maximum_profit_rate,
        price=system.price * scale,
        profit_rate_lower=system.profit_rate_lower,
        profit_rate_upper=system.profit_rate_upper,
        price_error_bound=system.price_error_bound,
        wage=system.wage * scale,
    )


def solve_closure(
    technique: Technique,
    closure: Closure,
    output: NDArray | None = None,
    names: Sequence[str] | NDArray | None = None,
) -> PriceSystem:
    """The price system of a technique under a closure; prices have the sum 1.

    Parameters
    ----------
    technique : Technique
    closure : Closure
    output : ndarray, shape (n,), optional
        Gross output, units of output or money; for `new_interpretation`.
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
    r = equilibrium_rate(technique, closure, output)
    if np.isnan(r):
        raise InputError(_no_surplus(technique, closure, output))
    price, wage = prices_at(r, technique, closure, names)
    highest = maximum_rate(technique, closure.model) if closure.wage != "basket" or technique.F.any() else r
    lower, upper = _rate_bounds(technique, closure, output, r, highest, price)
    return PriceSystem(
        profit_rate=r,
        maximum_profit_rate=highest,
        price=price,
        profit_rate_lower=lower,
        profit_rate_upper=upper,
        price_error_bound=_price_error_bound(technique, closure, lower, upper, price, wage),
        wage=wage,
    )


def equilibrium_rate(technique: Technique, closure: Closure, output: NDArray | None = None) -> float:
    """The uniform profit rate under a closure.

    Parameters
    ----------
    technique : Technique
    closure : Closure
    output : ndarray, shape (n,), optional
        Gross output, units of output or money; for `new_interpretation`.

    Returns
    -------
    float
        r*, per year; NaN where inputs and wages leave no surplus.

    Raises
    ------
    InputError
        If the closure is not defined for the technique, or needs what is missing.
    """
    _refuse_undefined(technique, closure)
    if closure.wage == "basket":
        return profit_rate(lambda r: technique.matrix_at(r, closure))
    highest = maximum_rate(technique, closure.model)
    if closure.wage == "sraffian":
        if not np.isfinite(highest):
            raise InputError(
                "wage is 'sraffian', but no good is used to make goods, so that r has no maximum; expected inputs"
            )
        return float(closure.profit_share or 0.0) * highest
    v, hours, net_product = _shared(technique, closure, output)

    def excess(r: float) -> float:
        """v less the share of wages that goes with r, which falls from about 1 to 0 as r approaches its maximum."""
        return v - hours / float(technique.labor_costs(r, closure) @ net_product)

    at_zero = excess(0.0)
    if not at_zero < 0:
        return float("nan")
    return root(excess, 0.0, at_zero, *((highest, v) if np.isfinite(highest) else _above(excess)))


def prices_at(
    r: float, technique: Technique, closure: Closure, names: Sequence[str] | NDArray | None = None
) -> tuple[NDArray, float]:
    """Prices and the wage at the profit rate of a closure.

    Parameters
    ----------
    r : float
        The result of `equilibrium_rate`, per year.
    technique : Technique
    closure : Closure
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
    if closure.wage == "basket":
        return price_vector(technique.matrix_at(r, closure), names), float("nan")
    if closure.profit_share == 1:
        return price_vector(technique.inputs_at(r, closure.model), names), 0.0
    costs = technique.labor_costs(r, closure)
    return costs / costs.sum(), float(1 / costs.sum())


def table_wage_share(technique: Technique, output: NDArray) -> float:
    """The share of wages in the net product at market prices, v = sum of F x / sum of (I - A - D) x.

    Parameters
    ----------
    technique : Technique
        Coefficients of a table in money.
    output : ndarray, shape (n,)
        Gross output, money.

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
    >>> table_wage_share(Technique(A, no, no, F, n, n, n), np.array([10.0]))
    0.4
    """
    if not technique.F.any():
        raise InputError(
            "wage is 'new_interpretation', but wage_share is missing, and F, which would give it, is zero; give the "
            "share of wages in the net product"
        )
    return float((technique.F @ output).sum() / technique.net_product(output).sum())


def standard_commodity(technique: Technique, model: str) -> NDArray:
    """Gross output of the standard system, made with one hour of labor: x = B(R) x, L x = 1 (Sraffa 1960).

    Parameters
    ----------
    technique : Technique
    model : str
        `son`, `stock` or `circulating`.

    Returns
    -------
    ndarray, shape (n,)
        Units of output.

    Raises
    ------
    InputError
        If nothing but labor is used, so that there is no maximum profit rate.
    """
    highest = maximum_rate(technique, model)
    if not np.isfinite(highest):
        raise InputError("the standard commodity does not exist: no good is used to make goods; expected inputs A or K")
    proportions = price_vector(technique.inputs_at(highest, model).T)
    return proportions / (technique.L @ proportions)


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
    return Technique(A, D, K, F, labor, lives, times, tau_side)


def _by_sector(name: str, given: ArrayLike, n: int) -> NDArray:
    found = as_floats(name, given)
    return finite(name, np.full(n, float(found)) if found.ndim == 0 else shaped(name, found, (n,), "(n,)"))


def _refuse_undefined(technique: Technique, closure: Closure) -> None:
    if closure.model == "stock" and not technique.K.any() and not technique.turnover.any():
        raise InputError(
            "model is 'stock', but K and turnover are zero: no capital is advanced, and no profit rate exists; give K, "
            "or turnover times of circulating capital"
        )
    if closure.wage == "sraffian" and closure.model == "son" and technique.K.any():
        raise InputError(
            "wage is 'sraffian', but model is 'son' with fixed capital K, whose charges are not linear in r, so that "
            "no standard commodity exists; choose model 'stock' or 'circulating'"
        )


def _shared(technique: Technique, closure: Closure, output: NDArray | None) -> tuple[float, float, NDArray]:
    """Wage share v, hours L x and net product y under `new_interpretation`."""
    if output is None:
        raise InputError("wage is 'new_interpretation', but output is missing; give gross output, shape (n,)")
    v = table_wage_share(technique, output) if closure.wage_share is None else closure.wage_share
    return v, float(technique.L @ output), technique.net_product(output)


def _no_surplus(technique: Technique, closure: Closure, output: NDArray | None) -> str:
    if closure.wage == "basket":
        rho = spectral_radius(technique.matrix_at(0.0, closure))
        return (
            f"inputs and wages leave no surplus: the spectral radius of M(0) is {rho:.6g}; expected below 1 "
            "(check F, that is compensation and wage_scale, and the units of the flows against those of output)"
        )
    v, hours, net_product = _shared(technique, closure, output)
    most = hours / float(technique.labor_costs(0.0, closure) @ net_product)
    return (
        f"wages of {v:.6g} of the net product leave no surplus: without profit they are {most:.6g} of it; "
        "expected less (check wage_share, or compensation and net product)"
    )


def _rate_bounds(
    technique: Technique, closure: Closure, output: NDArray | None, r: float, highest: float, price: NDArray
) -> tuple[float, float]:
    if closure.wage == "basket":
        return profit_rate_bounds(lambda at: technique.matrix_at(at, closure), r, price)
    if closure.wage == "new_interpretation":
        v, hours, net_product = _shared(technique, closure, output)
        return _rate_bounds_of_share(technique, closure, highest, net_product, hours / v, r)
    at_highest = price_vector(technique.inputs_at(highest, closure.model))
    lower, upper = profit_rate_bounds(lambda at: technique.inputs_at(at, closure.model), highest, at_highest)
    share = float(closure.profit_share or 0.0)
    return share * lower, share * upper


def _price_error_bound(
    technique: Technique, closure: Closure, lower: float, upper: float, price: NDArray, wage: float
) -> float:
    if closure.wage == "basket":
        return price_error_bound(lambda r: technique.matrix_at(r, closure), lower, upper, price)
    if wage == 0:
        return price_error_bound(lambda r: technique.inputs_at(r, closure.model), lower, upper, price)
    return _costs_error_bound(technique, closure, lower, upper, price / wage)


def _above(excess: Callable[[float], float]) -> tuple[float, float]:
    """A rate at which an increasing function is above 0, and its value there."""
    high = 0.25
    while (found := excess(high)) < 0:
        high *= 2
        if high > HIGHEST:
            raise InputError(f"no profit rate below {HIGHEST:,.0f}: the economy uses nearly no inputs")
    return high, found


def labor_costs_between(technique: Technique, closure: Closure, r: float) -> tuple[NDArray, NDArray]:
    """Bounds of p / w at r that hold in spite of rounding errors.

    Parameters
    ----------
    technique : Technique
    closure : Closure
    r : float
        Profit rate below its maximum, per year.

    Returns
    -------
    lower, upper : ndarray, shape (n,)
        Hours of wage labor per unit of output; NaN where nothing is proven.
    """
    return solve_bounded(technique.inputs_at(r, closure.model), technique.L * technique.wage_factor(r, closure))


def _costs_error_bound(technique: Technique, closure: Closure, lower: float, upper: float, costs: NDArray) -> float:
    """Largest relative error of prices p / w on any scale; they increase with r."""
    if not (np.isfinite(lower) and np.isfinite(upper)):
        return float("inf")
    least, most = labor_costs_between(technique, closure, lower)[0], labor_costs_between(technique, closure, upper)[1]
    if not (least > 0).all():
        return float("inf")
    error = max(float((most / costs - 1).max()), float((costs / least - 1).max()), 0.0)
    return 2 * error / (1 - error) if error < 1 else float("inf")


def _rate_bounds_of_share(
    technique: Technique, closure: Closure, highest: float, net_product: NDArray, target: float, r: float
) -> tuple[float, float]:
    """Bounds of the r at which the net product costs `target` hours of wage labor, in spite of rounding errors.

    Its cost increases with r, and is between bounds that follow from those of p / w.
    """
    if (technique.inputs_at(r, closure.model) < 0).any():
        return float("nan"), float("nan")
    slack = 4 * (len(net_product) + 8) * float(np.finfo(float).eps)

    def cost(at: float) -> tuple[float, float]:
        least, most = labor_costs_between(technique, closure, at)
        size = slack * float(most @ np.abs(net_product))
        low = float(np.where(net_product > 0, least, most) @ net_product) - size
        return low, float(np.where(net_product > 0, most, least) @ net_product) + size

    first = slack * max(r, 1.0)
    width = first
    while r - width > 0 and not cost(r - width)[1] <= target * (1 - slack):
        width *= 2
    lower, width = max(r - width, 0.0), first
    while r + width < highest and not cost(r + width)[0] >= target * (1 + slack):
        width *= 2
    return lower, min(r + width, highest)


def maximum_rate(technique: Technique, model: str) -> float:
    """R, the profit rate at zero wages: rho(B(R)) = 1.

    Parameters
    ----------
    technique : Technique
    model : str
        `son`, `stock` or `circulating`.

    Returns
    -------
    float
        Per year; infinite where nothing but labor is used, or nearly so.
    """
    try:
        return profit_rate(lambda r: technique.inputs_at(r, model))
    except InputError:
        return float("inf")


def _scale(
    price: NDArray,
    normalise: str | None,
    output: NDArray | None,
    technique: Technique,
    closure: Closure,
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
        standard = standard_commodity(technique, closure.model)
        return float(1 / (price @ (standard - technique.inputs_at(0.0, closure.model) @ standard)))
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
