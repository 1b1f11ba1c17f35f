"""Final use in the embedded economy. Axes: j good (n), c using city (m), k final use (5)."""

import numpy as np
from numpy.typing import NDArray

from laborvalue_workflow.synthetic.cities import Cities
from laborvalue_workflow.synthetic.numerics import random_generator, ratio_or_zero, shifted_share
from laborvalue_workflow.synthetic.parameters import CATEGORIES
from laborvalue_workflow.synthetic.profile import SectorProfile


def domestic_final_share(profile: SectorProfile, supply: NDArray, inputs: float) -> NDArray:
    """The share of each good's domestic supply (j) that final users take.

    The profile's shares, all shifted by one amount in log odds such that what is left for producers is in total what
    they use, `inputs`.
    """
    uses = profile.rural, profile.urban, profile.government, profile.capital, profile.inventories
    taken = sum(uses) / (1 - profile.exports)
    low, high = -10.0, 10.0
    for _ in range(100):
        middle = (low + high) / 2
        left = float(np.sum(supply * (1 - shifted_share(taken, middle))))
        low, high = (middle, high) if left > inputs else (low, middle)
    return shifted_share(taken, middle)


def draw_final_use(
    profile: SectorProfile, cities: Cities, supply: NDArray, use: NDArray, total: NDArray, year: int, seed: int
) -> NDArray:
    """Draw final use of domestic goods (j, c, k) with national totals `total` (j).

    supply (c, j): output less exports; use (j, c, i). Goods go where people are; goods that are hardly traded
    (`local` near 1) are used mostly where producers leave them over. Households' spending on digital goods differs
    most from city to city.
    """
    count, sectors = supply.shape
    shape = (sectors, count, len(CATEGORIES))
    spread = np.full((sectors, 1, 1), 0.2)
    spread[profile.digital_sectors] = 0.7
    appetite = random_generator(seed, "final use").normal(0, 1, shape) * spread
    appetite += random_generator(seed, "final use", year).normal(0, 0.15, shape) * spread
    people = cities.size[:, None] ** np.array([0.75, 1.05, 0.9, 1.0, 1.0]) * np.exp(appetite)
    people /= people.sum(axis=1, keepdims=True)

    left_over = np.maximum(supply - use.sum(axis=2).T, 0).T
    # where producers of all cities use more than their city makes, nothing is left over: supply is the weight
    left_over = np.where(left_over.sum(axis=1, keepdims=True) > 0, left_over, supply.T)
    left_over = left_over / left_over.sum(axis=1, keepdims=True)
    local = profile.local[:, None, None]
    weight = (1 - local) * people + local * left_over[:, :, None]

    mix = ratio_or_zero(profile.final_shares, profile.final_shares.sum(axis=1, keepdims=True))
    return weight * (total[:, None] * mix)[:, None, :]
