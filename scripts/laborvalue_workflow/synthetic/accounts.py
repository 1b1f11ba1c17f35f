"""Primary inputs and hours of the embedded economy. Axes: c city (m), i sector (n)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laborvalue_workflow.synthetic.numerics import log_interpolated, random_generator, shifted_share
from laborvalue_workflow.synthetic.parameters import BASE_YEAR, HOURS
from laborvalue_workflow.synthetic.production import CostShares
from laborvalue_workflow.synthetic.profile import SectorProfile


@dataclass(frozen=True)
class Accounts:
    """The accounts below the flows: money (c, i) in MONEY_UNIT yuan. With domestic inputs they add up to output."""

    compensation: np.ndarray
    production_taxes: np.ndarray
    depreciation: np.ndarray
    operating_surplus: np.ndarray
    imports: np.ndarray
    output: np.ndarray


def draw_accounts(
    profile: SectorProfile,
    shares: CostShares,
    output: NDArray,
    domestic: NDArray,
    productivity: NDArray,
    year: int,
    seed: int,
) -> Accounts:
    """Draw the accounts of cells with given output, domestic inputs and planted productivity, all (c, i).

    Labor's share of net value added falls as productivity rises, so that the hourly wage varies less than
    productivity. Operating surplus is the residual: positive, unless domestic inputs exceed what `shares` leave.
    """
    labor_share = profile.compensation / (profile.compensation + profile.surplus)
    noise = random_generator(seed, "wage").normal(0, 0.5, output.shape)
    noise += random_generator(seed, "wage", year).normal(0, 0.08, output.shape)
    labor_share = shifted_share(labor_share, noise - 0.6 * np.log(productivity))
    compensation = labor_share * shares.net * output
    taxes, depreciation, imports = shares.taxes * output, shares.depreciation * output, shares.imports * output
    surplus = output - domestic - (compensation + taxes + depreciation + imports)
    return Accounts(compensation, taxes, depreciation, surplus, imports, output)


def worked_hours(profile: SectorProfile, output: NDArray, productivity: NDArray, year: int) -> NDArray:
    """Hours of living labor (c, i): a sector's national hours, distributed by output over productivity."""
    national = profile.hours * np.exp(profile.hours_growth * (year - BASE_YEAR))
    national *= log_interpolated(HOURS, year) / national.sum()
    need = output / productivity
    return national * need / need.sum(axis=0)
