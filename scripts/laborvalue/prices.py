"""Production prices (7) and their normalisation (8). Prices are row vectors, hours per currency unit."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from laborvalue.errors import InputError

POSITIVE = 1e-12  # a price below this share of the largest counts as none


def annuity_depreciation(r: float, tau: NDArray | float) -> NDArray:
    """psi(r) = r / ((1 + r)^tau - 1), per year, with psi(0) = 1/tau.

    tau (n*,) or a number: service lives in years. Together with interest, psi + r is the yearly charge on a machine of
    constant efficiency: the reduced form of the joint-production system with machines of every age.
    """
    tau = np.asarray(tau, dtype=float)
    # below the smallest normal number log1p(r) has lost digits
    return 1 / tau if r < np.finfo(float).tiny else r / np.expm1(tau * np.log1p(r))


def input_matrix(
    r: float, A: NDArray, K: NDArray, F: NDArray, tau: NDArray, tau_side: str = "row", wages_advanced: bool = True
) -> NDArray:
    """M(r) = (psi^(r) + r I) K + (1 + r)(A + F), n* x n* (7).

    tau_side: `row`, lives belong to the capital goods (psi^ K), or `col`, to the users (K psi^).
    Without wages_advanced F stands outside the factor (1 + r).
    """
    psi = annuity_depreciation(r, tau)
    charge = (psi[:, None] if tau_side == "row" else psi) * K + r * K
    return charge + (1 + r) * A + ((1 + r) if wages_advanced else 1) * F


def spectral_radius(M: NDArray) -> float:
    """The largest modulus of an eigenvalue of M (n, n); 0 for an empty matrix."""
    return float(np.abs(np.linalg.eigvals(M)).max()) if M.size else 0.0


def profit_rate(input_matrix_at: Callable[[float], NDArray]) -> float:
    """r* >= 0 with rho(M(r*)) = 1, or NaN where the economy yields no surplus (rho(M(0)) > 1).

    input_matrix_at: r -> M(r), n* x n*. rho(M(r)) is continuous and strictly increasing in r, since psi + r is.
    """

    def excess(r: float) -> float:
        return spectral_radius(input_matrix_at(r)) - 1

    low, high = 0.0, 0.25
    at_low, at_high = excess(low), excess(high)
    if at_low > 0:
        return float("nan")
    while at_high <= 0:
        low, at_low, high = high, at_high, 2 * high
        if high > 1e6:
            raise InputError("no profit rate below 1,000,000: the economy uses next to no inputs")
        at_high = excess(high)
    return _root(excess, low, at_low, high, at_high)


def _root(excess: Callable[[float], float], low: float, at_low: float, high: float, at_high: float) -> float:
    """Regula falsi with the Illinois step: keeps the bracket, needs no derivative, ends at rounding."""
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


def production_prices(M: NDArray, names: Sequence[str] | NDArray | None = None) -> NDArray:
    """The left Perron vector p = p M of M(r*), (n*,), scaled to sum 1 (7).

    Raises InputError naming the goods whose price is not positive: M is reducible there, and no
    positive price system exists.
    """
    values, vectors = np.linalg.eig(M.T)
    p = vectors[:, np.argmax(values.real)].real
    p = p / p.sum()
    for _ in range(2):  # one or two powers of M wash out the rounding of the eigenvector
        p = p @ M
        p = p / p.sum()
    bad = np.flatnonzero(p <= POSITIVE * p.max())
    if bad.size:
        goods = ", ".join(str(k) if names is None else str(names[int(k)]) for k in bad)
        raise InputError(
            f"the price system is reducible: no positive production price for sector {goods}; expected every "
            "good to need, directly or not, the goods that all others need (check its column of inputs)"
        )
    return p


def normalise_prices(p: NDArray, values: NDArray, output: NDArray) -> NDArray:
    """p scaled so that sum p x over all sectors equals sum Lambda x over the productive ones (8).

    p, values, output: (n*,); values are NaN for non-productive sectors.
    """
    return p * (np.nansum(values * output) / np.nansum(p * output))
