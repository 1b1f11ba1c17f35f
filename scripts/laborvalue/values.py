"""Labor values (6): Lambda = Lambda (A + D) + L. Values are row vectors, in hours per unit of output.

A unit of output is a physical unit, or what one unit of currency buys where the tables are in money.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laborvalue.arguments import as_floats, finite, shaped
from laborvalue.errors import InputError
from laborvalue.labels import align

MANY = 250  # goods from which on the largest eigenvalue is looked for alone, not with all others
ROUNDING = 1e-13  # a spectral radius this close to 1 cannot be distinguished from 1


def labor_values(A: ArrayLike, L: ArrayLike, D: ArrayLike | None = None) -> NDArray:
    """Labor values of one system, or of a stack of systems.

    Equation (6): Lambda = Lambda (A + D) + L, hence Lambda = L (I - A - D)^-1, by a linear solve.

    Parameters
    ----------
    A : array_like, shape (n, n) or (..., n, n)
        Technical coefficients, good x user: A[j, i] units of good j per unit of output of i.
    L : array_like, shape (n,) or (..., n)
        Living labor, hours per unit of output.
    D : array_like, shape of A, optional
        Depreciation of fixed capital, good x user, per unit of output. Default: none.

    Returns
    -------
    ndarray, shape (n,) or (..., n)
        Lambda, hours of direct and indirect labor per unit of output.

    Raises
    ------
    InputError
        If a shape does not fit, if a number is missing, or if rho(A + D) >= 1: then the system uses up at least
        what it produces, and no positive values exist.

    Notes
    -----
    For A + D >= 0, rho(A + D) < 1 holds exactly where z = z (A + D) + 1 has a positive solution z. This costs one
    more solve and no eigenvalue. Where A + D has negative entries its spectral radius is computed.

    Examples
    --------
    >>> A = np.array([[0.2, 0.4], [0.3, 0.1]])
    >>> L = np.array([0.5, 0.8])
    >>> labor_values(A, L).round(6)
    array([1.15, 1.4 ])
    """
    A = as_floats("A", A)
    if A.ndim < 2 or A.shape[-1] != A.shape[-2]:
        raise InputError(f"A has shape {A.shape}; expected (n, n), good x user")
    L = as_floats("L", L)
    if L.shape[-1:] != A.shape[-1:]:
        raise InputError(f"L has shape {L.shape}; expected ({A.shape[-1]},), one number for each column of A")
    inputs = finite("A", A)
    if D is not None:
        inputs = A + finite("D", shaped("D", D, A.shape, "the shape of A"))
    finite("L", L)
    _require_surplus(inputs)
    return direct_values(inputs, L)


def direct_values(inputs: NDArray, L: NDArray) -> NDArray:
    """L (I - inputs)^-1 by a linear solve, without any check (6).

    Parameters
    ----------
    inputs : ndarray, shape (..., n, n)
        A + D, good x user, units of the good per unit of output.
    L : ndarray, shape (..., n)
        Living labor, hours per unit of output.

    Returns
    -------
    ndarray, shape (..., n)
        Hours per unit of output.

    Examples
    --------
    >>> direct_values(np.array([[0.5]]), np.array([3.0]))
    array([6.])
    """
    n = inputs.shape[-1]
    transposed = np.swapaxes(np.eye(n) - inputs, -1, -2)
    return np.linalg.solve(transposed, L[..., None])[..., 0]


def requirements(inputs: NDArray, outside: NDArray) -> NDArray:
    """Total requirements, direct and indirect, of goods that a system buys from outside.

    outside (I - inputs)^-1: with given values v of the outside goods, the values of the system are
    L (I - inputs)^-1 + v outside (I - inputs)^-1.

    Parameters
    ----------
    inputs : ndarray, shape (n, n)
        A + D among the goods that the system produces, good x user, units of the good per unit of output.
    outside : ndarray, shape (k, n)
        A + D of the goods that it buys from outside, good x user, units of the good per unit of output.

    Returns
    -------
    ndarray, shape (k, n)
        Units of the outside good per unit of output.

    Examples
    --------
    >>> requirements(np.array([[0.5]]), np.array([[0.1], [0.2]]))
    array([[0.2],
           [0.4]])
    """
    return direct_values(np.broadcast_to(inputs, (len(outside), *inputs.shape)), outside)


def solve_values(
    product: Callable[[NDArray], NDArray], L: NDArray, start: NDArray, tolerance: float = 1e-13
) -> tuple[NDArray, float]:
    """Labor values of a large system of which only the product with its inputs is known, by GMRES (6).

    Solves Lambda = product(Lambda) + L.

    Parameters
    ----------
    product : callable with a result of shape (n,)
        Takes a row vector v, shape (n,), and returns v (A + D), shape (n,).
    L : ndarray, shape (n,)
        Living labor, hours per unit of output.
    start : ndarray, shape (n,)
        First guess of Lambda, hours per unit of output.
    tolerance : float
        Norm of the residual relative to the norm of L at which the iteration stops.

    Returns
    -------
    values : ndarray, shape (n,)
        Lambda, hours per unit of output.
    residual : float
        `max |Lambda - product(Lambda) - L| / max |Lambda|`; the caller decides whether it is small enough.

    Examples
    --------
    >>> C = np.array([[0.2, 0.4], [0.3, 0.1]])
    >>> values, residual = solve_values(lambda v: v @ C, np.array([0.5, 0.8]), np.ones(2))
    >>> values.round(6), residual < 1e-12
    (array([1.15, 1.4 ]), True)
    """
    from scipy.sparse.linalg import LinearOperator, gmres

    n = len(L)
    if n == 0:
        return np.zeros(0), 0.0
    operator = LinearOperator((n, n), matvec=lambda v: v - product(v), dtype=float)
    solution, _ = gmres(operator, L, x0=start, rtol=tolerance, atol=0, restart=60, maxiter=20)
    # one step of the power series costs one product, reduces the error and gives the residual
    step = product(solution) + L
    residual = np.abs(step - solution).max() / np.abs(step).max()
    return step, float(residual)


def spectral_radius(M: NDArray) -> float:
    """rho(M), the largest absolute value of an eigenvalue.

    Parameters
    ----------
    M : ndarray, shape (n, n)
        Input coefficients, good x user, units of the good per unit of output.

    Returns
    -------
    float
        0 for an empty matrix.

    Examples
    --------
    >>> spectral_radius(np.array([[0.0, 2.0], [0.5, 0.0]]))
    1.0
    """
    if perron := perron_pair(M):
        return perron[0]
    return float(np.abs(np.linalg.eigvals(M)).max()) if M.size else 0.0


def perron_pair(M: NDArray) -> tuple[float, NDArray] | None:
    """rho(M) of a large non-negative matrix with its left eigenvector, by Arnoldi's method (ARPACK).

    The spectral radius of a matrix >= 0 is an eigenvalue, and no other has a larger real part (Frobenius).

    Parameters
    ----------
    M : ndarray, shape (n, n)
        Input coefficients, good x user, units of the good per unit of output.

    Returns
    -------
    (float, ndarray of shape (n,)) or None
        rho and p with rho p = p M, to rounding, of any scale. None if M has at most `MANY` goods, so that all its
        eigenvalues are found sooner; if it has a negative element; or where the method does not converge.

    Examples
    --------
    >>> rho, p = perron_pair(np.full((400, 400), 0.001))
    >>> round(rho, 12), round(float(p.min() / p.max()), 12)
    (0.4, 1.0)
    """
    if len(M) <= MANY or (M < 0).any():
        return None
    from scipy.sparse.linalg import ArpackError, eigs

    try:
        [root], vectors = eigs(M.T, k=1, which="LR", v0=np.ones(len(M)), maxiter=100)
    except ArpackError:  # eigenvalues of nearly the same size
        return None
    return float(root.real), vectors[:, 0].real


def _require_surplus(inputs: NDArray) -> None:
    """Raises InputError unless rho(inputs) < 1 in every system of the stack (..., n, n)."""
    if (inputs >= 0).all():
        try:
            z = direct_values(inputs, np.ones(inputs.shape[:-1]))
            if ((z > 0) & (z < 1 / ROUNDING)).all():
                return
        except np.linalg.LinAlgError:  # I - inputs is singular: 1 is an eigenvalue
            pass
    for index in np.ndindex(inputs.shape[:-2]):
        rho = spectral_radius(inputs[index])
        if not rho < 1 - ROUNDING:
            where = f"system {', '.join(map(str, index))} of the stack: " if index else ""
            raise InputError(
                f"{where}the system yields no surplus: the spectral radius of A + D is {rho:.6g}; expected below 1 "
                "(check the units of the flows against those of output, and that rows are goods, columns users)"
            )


align(__name__)
