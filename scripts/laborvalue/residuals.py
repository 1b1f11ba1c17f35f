"""Residual outputs: what a balancing left in the place of a sector that a region does not have."""

import numpy as np
from numpy.typing import NDArray

from laborvalue.labels import align


def residual_outputs(output: NDArray, share: float) -> NDArray:
    """Outputs above 0 that are no more than a share of their region's output.

    Parameters
    ----------
    output : ndarray, shape (m, n*)
        Gross output, money; NaN where unknown.
    share : float
        Largest residual as a share of the region's output; 0 for none.

    Returns
    -------
    ndarray of bool, shape (m, n*)

    Examples
    --------
    >>> residual_outputs(np.array([[4e8, 5e-9, 0.0], [8.0, 1.0, np.nan]]), 1e-7)
    array([[False,  True, False],
           [False, False, False]])
    """
    region = np.nansum(np.clip(output, 0, None), axis=1, keepdims=True)
    return (output > 0) & (output <= share * region)


align(__name__)
