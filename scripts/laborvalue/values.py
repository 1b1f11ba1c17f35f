"""Labour values (6): Lambda = Lambda (A + D) + L, row vectors in hours per currency unit."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


def labor_values(inputs: NDArray, L: NDArray) -> NDArray:
    """Lambda = L (I - A - D)^-1 by a linear solve, never an inverse (6).

    inputs: A + D, (..., n, n), good x user; L (..., n). Any stack of systems at once.
    """
    n = inputs.shape[-1]
    transposed = np.swapaxes(np.eye(n) - inputs, -1, -2)
    return np.linalg.solve(transposed, L[..., None])[..., 0]


def requirements(inputs: NDArray, outside: NDArray) -> NDArray:
    """What one unit of each product needs of goods from outside, directly and through the inside.

    inputs: A + D among the goods of the system (n, n); outside: A + D of goods from elsewhere (k, n).
    Returns outside (I - inputs)^-1, (k, n): at given values v of the outside goods the system's values
    are L (I - inputs)^-1 + v outside (I - inputs)^-1.
    """
    return labor_values(np.broadcast_to(inputs, (len(outside), *inputs.shape)), outside)


def solve_values(
    product: Callable[[NDArray], NDArray], L: NDArray, start: NDArray, tolerance: float = 1e-13
) -> tuple[NDArray, float]:
    """Lambda = product(Lambda) + L for a linear product known only by its effect (6), by GMRES.

    product: row vector (n,) -> Lambda (A + D), (n,); L, start: (n,).
    Returns (Lambda, residual): the residual is max |Lambda - product(Lambda) - L| / max |Lambda|.
    """
    from scipy.sparse.linalg import LinearOperator, gmres

    n = len(L)
    if n == 0:
        return np.zeros(0), 0.0
    operator = LinearOperator((n, n), matvec=lambda v: v - product(v), dtype=float)
    solution, _ = gmres(operator, L, x0=start, rtol=tolerance, atol=0, restart=60, maxiter=20)
    # one step of the series costs one product, shrinks what is left and tells the residual
    step = product(solution) + L
    residual = np.abs(step - solution).max() / np.abs(step).max()
    return step, float(residual)
