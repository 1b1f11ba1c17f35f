"""Constant prices: what a technique is at the prices of another year (method 16)."""

from dataclasses import replace

from numpy.typing import NDArray

from laborvalue.labels import align
from laborvalue.techniques import Technique


def technique_at(technique: Technique, index: NDArray) -> Technique:
    """A technique with quantities at constant prices: A_ij q_j / q_i, likewise D, K and F; L_j q_j.

    The profit rate does not change; the price of a unit of good j at constant prices is q_j times that of one at
    current prices.

    Parameters
    ----------
    technique : Technique
        Of n goods, a unit of a good being what one unit of currency buys in the year of the table.
    index : ndarray, shape (n,)
        Price index q of the year, above 0: 1 for a good whose price is that of the base year.

    Returns
    -------
    Technique
        A unit of a good being what one unit of currency buys in the base year.
    """
    matrices = {name: getattr(technique, name) * index / index[:, None] for name in ("A", "D", "K", "F")}
    return replace(technique, **matrices, L=technique.L * index)


align(__name__)
