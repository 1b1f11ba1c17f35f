"""Trade between the cities of the embedded economy. Axes: j good (n), d supplying city (m), c using city (m)."""

import numpy as np
from numpy.typing import NDArray

from laborvalue_workflow.synthetic.cities import Cities
from laborvalue_workflow.synthetic.numerics import balance, ratio_or_zero, shifted_share
from laborvalue_workflow.synthetic.profile import SectorProfile


def trade_shares(profile: SectorProfile, cities: Cities, supply: NDArray, demand: NDArray) -> NDArray:
    """The share of city d in city c's purchases of good j (j, d, c).

    A doubly constrained gravity model for each good: every city sells its `supply` (c, j) and buys its `demand`
    (j, c), from itself first (`home` is the usual share, larger in large cities), then from near and large partners.
    All users of good j in city c have the same mix of origins: the assumption of Chenery and Moses.
    """
    distance = np.linalg.norm(cities.place[:, None] - cities.place[None, :], axis=2)
    advantage = 0.3 * np.log(len(cities.size) * cities.size)
    itself = np.eye(len(cities.size), dtype=bool)
    shares = np.empty((supply.shape[1], *distance.shape))
    for good, share in enumerate(shares):
        sold, bought = supply[:, good, None], demand[good, None, :]
        pull = np.where(itself, 0, (1 + distance / 50) ** -profile.decay[good]) * sold
        home = shifted_share(profile.home[good], advantage)
        pull *= (1 - home) / pull.sum(axis=0)
        pull[itself] = np.where(supply[:, good] > 0, home, 0)
        # the two totals agree but for the rounding that balancing the use table left
        share[:] = ratio_or_zero(balance(pull * bought, sold, bought * (sold.sum() / bought.sum())), bought)
        share /= share.sum(axis=0)
    return shares
