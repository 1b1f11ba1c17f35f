"""The equations of production prices (7) and their normalization (8). Prices are row vectors, per unit of output.

After (8) they are in hours per unit of output; before it only their ratios have a meaning. Whole price systems, also
of other closures than (7), are in `laborvalue.closures`.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from laborvalue.errors import InputError
from laborvalue.labels import align
from laborvalue.values import perron_pair, spectral_radius

__all__ = [
    "annuity_depreciation",
    "input_matrix",
    "normalise_prices",
    "price_vector",
    "profit_rate",
    "profit_rate_bounds",
    "spectral_radius",
]

POSITIVE = 1e-12  # a price below this share of the largest one counts as zero
HIGHEST = 1e6  # profit rates are searched up to here
SMOOTHING = 20  # steps of the power method that bring a vector close to the Perron vector


def annuity_depreciation(r: float, tau: NDArray | Sequence[float] | float) -> NDArray:
    """Depreciation rate psi(r) = r / ((1 + r)^tau - 1) of a machine of constant efficiency; psi(0) = 1 / tau.

    Together with interest, psi + r is the yearly charge on the price of a new machine: the reduced form of the
    joint-production system with machines of every age.

    Parameters
    ----------
    r : float
        Profit rate, per year.
    tau : float or ndarray, shape (n,)
        Service lives, years.

    Returns
    -------
    ndarray, shape of `tau`
        psi, per year.

    Examples
    --------
    >>> annuity_depreciation(0.0, [4.0, 10.0])
    array([0.25, 0.1 ])
    """
    tau = np.asarray(tau, dtype=float)
    # below the smallest normal number log1p(r) has lost digits
    return 1 / tau if r < np.finfo(float).tiny else r / np.expm1(tau * np.log1p(r))


def input_matrix(
    r: float,
    A: NDArray,
    K: NDArray,
    F: NDArray,
    tau: NDArray | float,
    tau_side: str = "row",
    wages_advanced: bool = True,
) -> NDArray:
    """Generalized input matrix M(r) = (psi^(r) + r I) K + (1 + r)(A + F) of (7).

    Parameters
    ----------
    r : float
        Profit rate, per year.
    A, F : ndarray, shape (n, n)
        Technical coefficients and wage goods, good x user, units of the good per unit of output.
    K : ndarray, shape (n, n)
        Stock of fixed capital, good x user, per unit of yearly output (years).
    tau : float or ndarray, shape (n,)
        Service lives, years.
    tau_side : {"row", "col"}
        Whether the lives belong to the capital goods (psi^ K) or to their users (K psi^).
    wages_advanced : bool
        False: F stands outside the factor (1 + r).

    Returns
    -------
    ndarray, shape (n, n)
        M(r), good x user; M(0) = A + D + F where K = tau^ D.

    Examples
    --------
    >>> input_matrix(0.1, np.array([[0.5]]), np.array([[0.0]]), np.array([[0.2]]), 10.0).round(6)
    array([[0.77]])
    """
    psi = annuity_depreciation(r, tau)
    charge = (psi[:, None] if psi.ndim and tau_side == "row" else psi) * K + r * K
    return charge + (1 + r) * A + ((1 + r) if wages_advanced else 1) * F


def profit_rate(input_matrix_at: Callable[[float], NDArray]) -> float:
    """The profit rate r* >= 0 with rho(M(r*)) = 1 (7).

    rho(M(r)) is continuous and strictly increasing in r, since psi + r is.

    Parameters
    ----------
    input_matrix_at : callable with a result of shape (n, n)
        r -> M(r).

    Returns
    -------
    float
        r*, per year; NaN where the economy yields no surplus, that is rho(M(0)) > 1.

    Raises
    ------
    InputError
        If rho(M(r)) is still below 1 at r = 1,000,000: the economy uses nearly no inputs.

    Examples
    --------
    >>> round(profit_rate(lambda r: (1 + r) * np.array([[0.8]])), 12)
    0.25
    """

    def excess(r: float) -> float:
        return spectral_radius(input_matrix_at(r)) - 1

    low, high = 0.0, 0.25
    at_low, at_high = excess(low), excess(high)
    if at_low > 0:
        return float("nan")
    while at_high <= 0:
        low, at_low, high = high, at_high, 2 * high
        if high > HIGHEST:
            raise InputError(f"no profit rate below {HIGHEST:,.0f}: the economy uses nearly no inputs")
        at_high = excess(high)
    return root(excess, low, at_low, high, at_high)


def profit_rate_bounds(input_matrix_at: Callable[[float], NDArray], r: float, price: NDArray) -> tuple[float, float]:
    """Bounds of r* that hold in spite of rounding errors, from the bounds of Collatz and Wielandt.

    For every q > 0, min_j (q M)_j / q_j <= rho(M) <= max_j (q M)_j / q_j. A rate at which the upper bound of rho is at
    most 1 is not above r*; one at which the lower bound is at least 1 is not below r*, since rho(M(r)) increases in r.

    Parameters
    ----------
    input_matrix_at : callable with a result of shape (n, n)
        r -> M(r), elements >= 0.
    r : float
        The computed profit rate, per year.
    price : ndarray, shape (n,)
        The computed prices, positive, in any unit.

    Returns
    -------
    lower, upper : float
        Per year. (0, inf) at worst; (NaN, NaN) if M(r) has a negative element.

    Examples
    --------
    >>> lower, upper = profit_rate_bounds(lambda r: (1 + r) * np.array([[0.8]]), 0.25, np.array([1.0]))
    >>> lower <= 0.25 <= upper, upper - lower < 1e-12
    (True, True)
    """
    if (input_matrix_at(r) < 0).any():
        return float("nan"), float("nan")
    # every sum of n products of numbers >= 0 is exact to this share, with the few operations that make M(r)
    slack = 4 * (len(price) + 8) * float(np.finfo(float).eps)

    def radius_bounds(at: float) -> tuple[float, float]:
        M, q = input_matrix_at(at), price
        for _ in range(SMOOTHING):
            q = q + q @ M
            q = q / q.sum()
        ratios = (q @ M) / q
        return float(ratios.min()) * (1 - slack), float(ratios.max()) * (1 + slack)

    first = slack * max(r, 1.0)
    width = first
    while r - width > 0 and radius_bounds(r - width)[1] > 1:
        width *= 2
    lower, width = max(r - width, 0.0), first
    while width < HIGHEST and radius_bounds(r + width)[0] < 1:
        width *= 2
    return lower, r + width if width < HIGHEST else float("inf")


def price_vector(M: NDArray, names: Sequence[str] | NDArray | None = None) -> NDArray:
    """The positive left eigenvector p = p M of M(r*), the Perron vector (7).

    Parameters
    ----------
    M : ndarray, shape (n, n)
        M(r*), good x user, with spectral radius 1.
    names : sequence of str, shape (n,), optional
        Names of the goods, for the message; default: their positions.

    Returns
    -------
    ndarray, shape (n,)
        p, per unit of output, scaled to the sum 1.

    Raises
    ------
    InputError
        If a price is not positive: M is reducible and no positive price system exists. The message names the goods.

    Examples
    --------
    >>> price_vector(np.array([[0.5, 0.5], [0.5, 0.5]]))
    array([0.5, 0.5])
    """
    if perron := perron_pair(M):
        p = perron[1]
    else:
        values, vectors = np.linalg.eig(M.T)
        p = vectors[:, np.argmax(values.real)].real
    p = p / p.sum()
    for _ in range(2):  # one or two powers of M remove the rounding errors of the eigenvector
        p = p @ M
        p = p / p.sum()
    bad = np.flatnonzero(p <= POSITIVE * p.max())
    if bad.size:
        goods = ", ".join(str(k) if names is None else str(names[int(k)]) for k in bad)
        raise InputError(
            f"the price system is reducible: no positive production price for sector {goods}; expected every "
            "good to need, directly or indirectly, the goods that all others need (check its column of inputs)"
        )
    return p


def normalise_prices(p: NDArray, values: NDArray, output: NDArray) -> NDArray:
    """Prices scaled so that the total price of all sectors equals the total value of the productive ones (8).

    sum over all sectors of p x = sum over productive sectors of Lambda x.

    Parameters
    ----------
    p : ndarray, shape (n,)
        Prices of all sectors, per unit of output.
    values : ndarray, shape (n,)
        Lambda, hours per unit of output; NaN for sectors that are not productive.
    output : ndarray, shape (n,)
        Gross output, units of output or money.

    Returns
    -------
    ndarray, shape (n,)
        Prices, hours per unit of output.

    Examples
    --------
    >>> normalise_prices(np.array([1.0, 1.0]), np.array([0.5, np.nan]), np.array([6.0, 4.0]))
    array([0.3, 0.3])
    """
    return p * (np.nansum(values * output) / np.nansum(p * output))


def root(excess: Callable[[float], float], low: float, at_low: float, high: float, at_high: float) -> float:
    """The zero of an increasing function, by regula falsi with the Illinois step.

    It keeps the bracket, needs no derivative and ends at rounding error.

    Parameters
    ----------
    excess : callable
        Number -> number, increasing.
    low, high : float
        Bracket of the zero, in the unit of the argument.
    at_low, at_high : float
        Values there, below and above 0; the function itself is evaluated inside the bracket only.

    Returns
    -------
    float
        In the unit of the argument.

    Examples
    --------
    >>> round(root(lambda r: r**2 - 2, 0.0, -2.0, 2.0, 2.0), 12)
    1.414213562373
    """
    side = 0
    for _ in range(200):
        r = (low * at_high - high * at_low) / (at_high - at_low)
        at_r = excess(r)
        if abs(at_r) < 1e-15 or not low < r < high:
            break
        if at_r > 0:
            high, at_high = r, at_r
            at_low, side = (at_low / 2 if side == 1 else at_low), 1
        else:
            low, at_low = r, at_r
            at_high, side = (at_high / 2 if side == -1 else at_high), -1
        if high - low <= 1e-16:
            break
    return float(r)


align(__name__)
