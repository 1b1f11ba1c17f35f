"""The planted productivity of living labor. Axes: c city (m), i sector (n); j good, d supplying city.

It is an assumption of the embedded economy, from which hours follow; the indicators of the method
(`laborvalue.indicators`) are computed from the finished accounts and know nothing of it.
"""

import numpy as np
from numpy.typing import NDArray

from laborvalue_workflow.synthetic.cities import Cities
from laborvalue_workflow.synthetic.numerics import random_generator, ratio_or_zero
from laborvalue_workflow.synthetic.parameters import (
    DEVICE_TO_PRODUCTIVITY,
    SERVICE_TO_PRODUCTIVITY,
    SUPPLIERS_TO_PRODUCTIVITY,
)
from laborvalue_workflow.synthetic.profile import SectorProfile


def draw_unexplained_productivity(cities: Cities, year: int, seed: int, sectors: int) -> NDArray:
    """Draw the part of log productivity (c, i) that nothing else in the economy explains."""
    count = len(cities.size)
    unexplained = random_generator(seed, "productivity city").normal(0, 0.45, (count, 1))
    unexplained = unexplained + random_generator(seed, "productivity").normal(0, 0.75, (count, sectors))
    return unexplained + random_generator(seed, "productivity", year).normal(0, 0.1, (count, sectors))


def planted_supplier_productivity(planted: NDArray, productive: NDArray, use: NDArray, trade: NDArray) -> NDArray:
    """The mean planted productivity of each cell's productive suppliers (c, i), weighted by purchases.

    planted (c, i), productive (n,), use (j, c, i), trade (j, d, c). The cell itself is left out, as in equation (15);
    1 where there is no other supplier.
    """
    at_purchase = np.einsum("jdc,dj->jc", trade, planted)
    use = use * productive[:, None, None]
    weighted = np.einsum("jci,jc->ci", use, at_purchase)
    cities, sectors = np.arange(trade.shape[1]), np.arange(len(trade))
    own = trade[:, cities, cities].T * use[sectors, :, sectors].T
    others = use.sum(axis=0) - own
    return np.where(others > 0, ratio_or_zero(weighted - own * planted, others), 1)


def solve_planted_productivity(
    profile: SectorProfile, output: NDArray, use: NDArray, trade: NDArray, unexplained: NDArray
) -> NDArray:
    """Solve for living labor's productivity relative to the sector's base (c, i); 1 where there is no output.

    ln p = unexplained + 0.04 ln(device share) + 0.09 ln(service share) + 0.29 ln(suppliers' p), with shares of output
    over the plain mean of the sector's cities: a contraction, so that the iteration converges.
    """
    running = output > 0
    log_given = unexplained.copy()
    elasticities = (DEVICE_TO_PRODUCTIVITY, SERVICE_TO_PRODUCTIVITY)
    for sector, elasticity in zip(profile.digital_sectors, elasticities, strict=True):
        share = ratio_or_zero(use[sector], output)
        mean = share.sum(axis=0) / running.sum(axis=0)
        log_given += elasticity * np.log(np.where(running, share / mean, 1))
    planted = np.ones(output.shape)
    for _ in range(200):
        suppliers = planted_supplier_productivity(planted, profile.productive, use, trade)
        step = np.where(running, np.exp(log_given + SUPPLIERS_TO_PRODUCTIVITY * np.log(suppliers)), 1)
        change, planted = float(np.abs(step / planted - 1).max()), step
        if change < 1e-13:
            break
    return planted
