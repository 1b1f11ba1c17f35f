"""Certificates: bounds of the errors of values and prices that hold in spite of rounding, and of condition numbers.

With C = A + D >= 0, the output multipliers z = z C + 1 are the column sums of the Leontief inverse (I - C)^-1. A vector
z > 0 with z - z C > 0 proves that rho(C) < 1 (Hawkins and Simon 1949), so that the inverse exists and has no negative
element. Then the error of computed values is at most the largest residual times z, element by element.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laborvalue.labels import align
from laborvalue.values import direct_values


@dataclass(frozen=True)
class Certificate:
    """What is proven of a system Lambda = Lambda C + L and of its computed solution.

    Attributes
    ----------
    productive : bool
        Whether rho(C) < 1 is proven. If not, the numbers are infinite.
    condition_number : float
        Upper bound of `||I - C||` times `||(I - C)^-1||` in the norm of the largest column sum, in which row vectors
        are solved: equal to it but for `1 / (1 - delta)` of `certify`, which is large only where rho(C) is close to 1.
    error_bound : float
        Largest relative error of a value.
    """

    productive: bool
    condition_number: float
    error_bound: float

    @classmethod
    def failed(cls) -> "Certificate":
        """The certificate of a system of which nothing is proven."""
        return cls(False, float("inf"), float("inf"))

    def joined(self, other: "Certificate") -> "Certificate":
        """The certificate of two systems together: the worse of each number.

        Parameters
        ----------
        other : Certificate

        Returns
        -------
        Certificate
        """
        return Certificate(
            self.productive and other.productive,
            max(self.condition_number, other.condition_number),
            max(self.error_bound, other.error_bound),
        )


def certify(
    values: NDArray,
    labor: NDArray,
    multipliers: NDArray,
    product: Callable[[NDArray], NDArray],
    diagonal: NDArray,
    terms: int,
) -> Certificate:
    """The certificate of a system of which only the product with its inputs is known.

    With the residuals s = 1 + z C - z and t = L + Lambda C - Lambda, `delta = max |s|` < 1 gives
    (1 (I - C)^-1) <= z / (1 - delta), and the error of Lambda is at most `max |t| z / (1 - delta)`. Where L > 0, it is
    also at most `max (|t| / L)` times Lambda itself; the smaller bound counts. Residuals are taken with a bound of
    their own rounding errors.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Computed values Lambda, hours per unit of output.
    labor : ndarray, shape (n,)
        Living labor L, hours per unit of output.
    multipliers : ndarray, shape (n,)
        Computed output multipliers z, units of output.
    product : callable with a result of shape (n,)
        Takes a row vector v, shape (n,), and returns v C, shape (n,). C must have no negative element.
    diagonal : ndarray, shape (n,)
        Diagonal of C, units of the good per unit of output.
    terms : int
        Numbers of products in one sum of `product`, for the bound of its rounding errors.

    Returns
    -------
    Certificate

    Examples
    --------
    >>> C, L = np.array([[0.5]]), np.array([3.0])
    >>> certificate = certify(np.array([6.0]), L, np.array([2.0]), lambda v: v @ C, np.diag(C), 1)
    >>> certificate.productive, round(certificate.condition_number, 6), certificate.error_bound < 1e-13
    (True, 1.0, True)
    """
    rounding = 2 * (terms + 8) * float(np.finfo(float).eps)
    if not (np.isfinite(values).all() and np.isfinite(multipliers).all() and (multipliers > 0).all()):
        return Certificate.failed()
    multipliers_used, values_used = product(multipliers), product(values)
    errors = np.abs(multipliers_used + 1 - multipliers) + rounding * (multipliers_used + 1 + multipliers)
    delta = errors.max(initial=0.0)
    if not delta < 1:
        return Certificate.failed()
    column_sums = multipliers / (1 - delta)
    size = product(np.abs(values)) + np.abs(labor) + np.abs(values)
    residual = np.abs(values_used + labor - values) + rounding * size
    norm = (product(np.ones_like(diagonal)) - diagonal + np.abs(1 - diagonal)).max(initial=0.0)
    return Certificate(
        productive=True,
        condition_number=float(norm * column_sums.max(initial=0.0)),
        error_bound=min(_by_multipliers(values, residual, column_sums), _by_labor(labor, residual)),
    )


def _by_multipliers(values: NDArray, residual: NDArray, column_sums: NDArray) -> float:
    """Largest relative error by |error| <= max |residual| z."""
    bound = residual.max(initial=0.0) * column_sums
    least = np.abs(values) - bound
    return float((bound / least).max(initial=0.0)) if (least > 0).all() else float("inf")


def _by_labor(labor: NDArray, residual: NDArray) -> float:
    """Largest relative error by |residual| <= e L, hence |error| <= e L (I - C)^-1 = e Lambda."""
    return float((residual / labor).max(initial=0.0)) if (labor > 0).all() else float("inf")


def certify_values(inputs: NDArray, labor: NDArray, values: NDArray) -> Certificate:
    """The certificate of a dense system Lambda = Lambda C + L; costs one more solve.

    Parameters
    ----------
    inputs : ndarray, shape (n, n)
        C = A + D, good x user, units of the good per unit of output.
    labor : ndarray, shape (n,)
        L, hours per unit of output.
    values : ndarray, shape (n,)
        Computed values, hours per unit of output.

    Returns
    -------
    Certificate
        Failed where an element of C is negative or not finite.

    Examples
    --------
    >>> A = np.array([[0.2, 0.4], [0.3, 0.1]])
    >>> certificate = certify_values(A, np.array([0.5, 0.8]), np.array([1.15, 1.4]))
    >>> certificate.productive, certificate.error_bound < 1e-13
    (True, True)
    """
    if not (np.isfinite(inputs).all() and (inputs >= 0).all()):
        return Certificate.failed()
    try:
        multipliers = direct_values(inputs, np.ones(len(labor)))
    except np.linalg.LinAlgError:  # I - C is singular: 1 is an eigenvalue
        return Certificate.failed()
    return certify(values, labor, multipliers, lambda v: v @ inputs, np.diag(inputs), len(labor))


def solve_bounded(inputs: NDArray, labor: NDArray) -> tuple[NDArray, NDArray]:
    """Bounds of v = v C + L that hold in spite of rounding errors.

    Parameters
    ----------
    inputs : ndarray, shape (n, n)
        C >= 0, good x user, units of the good per unit of output.
    labor : ndarray, shape (n,)
        L >= 0, any unit per unit of output.

    Returns
    -------
    lower, upper : ndarray, shape (n,)
        v / (1 + e) and v / (1 - e) with the certificate's e, a share of the exact v; unit of L. The upper one is
        infinite where e is 1 or more, both are NaN where I - C is singular.

    Examples
    --------
    >>> lower, upper = solve_bounded(np.array([[0.5]]), np.array([3.0]))
    >>> bool(lower[0] <= 6.0 <= upper[0]), bool(upper[0] - lower[0] < 1e-12)
    (True, True)
    """
    try:
        values = direct_values(inputs, labor)
    except np.linalg.LinAlgError:
        return np.full(len(labor), np.nan), np.full(len(labor), np.nan)
    error = certify_values(inputs, labor, values).error_bound
    return values / (1 + error), values / (1 - error) if error < 1 else np.full(len(labor), np.inf)


def price_error_bound(input_matrix_at: Callable[[float], NDArray], lower: float, upper: float, price: NDArray) -> float:
    """Largest relative error of a price vector p = p M(r), from bounds of r.

    With the dearest good k as the unit of account, the other prices solve p = p M(r) without the row and column of k,
    plus row k of M(r). They increase with r, so that their bounds at the bounds of r enclose them.

    Parameters
    ----------
    input_matrix_at : callable with a result of shape (n, n)
        r -> M(r), elements >= 0.
    lower, upper : float
        Bounds of r, per year.
    price : ndarray, shape (n,)
        The computed prices, positive, in any unit.

    Returns
    -------
    float
        A share; it holds for prices on any scale that is fixed by a sum of prices. Infinite where nothing is proven.

    Examples
    --------
    >>> M = np.array([[0.3, 0.4], [0.3, 0.2]])
    >>> price_error_bound(lambda r: (1 + r) * M, 0.5384, 0.5386, np.array([1.0, 1.0])) < 1
    True
    """
    if not (np.isfinite(lower) and np.isfinite(upper)):
        return float("inf")
    k = int(np.argmax(price))
    others = np.arange(len(price)) != k

    def ratios_at(r: float) -> tuple[NDArray, NDArray]:
        M = input_matrix_at(r)
        return solve_bounded(M[np.ix_(others, others)], M[k, others])

    return enclosed_error(ratios_at(lower)[0], ratios_at(upper)[1], price[others] / price[k])


def enclosed_error(lower: NDArray, upper: NDArray, computed: NDArray) -> float:
    """Largest relative error of computed prices that are known to lie between bounds.

    Parameters
    ----------
    lower, upper, computed : ndarray, shape (n,)
        Bounds and prices in one unit; NaN where nothing is proven.

    Returns
    -------
    float
        A share; it holds for prices on any scale that is fixed by a sum of prices. Infinite where nothing is proven.

    Examples
    --------
    >>> round(enclosed_error(np.array([0.99]), np.array([1.01]), np.array([1.0])), 4)
    0.0204
    """
    if not (lower > 0).all():
        return float("inf")
    error = max(float((upper / computed - 1).max(initial=0.0)), float((computed / lower - 1).max(initial=0.0)), 0.0)
    return 2 * error / (1 - error) if error < 1 else float("inf")


align(__name__)
