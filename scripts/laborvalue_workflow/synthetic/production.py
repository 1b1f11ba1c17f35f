"""Gross output and its costs in the embedded economy. Axes: c city (m), i sector (n). Money in MONEY_UNIT yuan."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laborvalue_workflow.synthetic.cities import Cities, draw_idle_cells
from laborvalue_workflow.synthetic.numerics import log_interpolated, random_generator, shifted_share
from laborvalue_workflow.synthetic.parameters import BASE_YEAR, GROSS_OUTPUT, MONEY_UNIT, TELEPHONES_TO_DIGITAL_GROWTH
from laborvalue_workflow.synthetic.profile import SectorProfile


@dataclass(frozen=True)
class CostShares:
    """What a unit of output costs: shares of output (c, i), zero or positive, that add up to 1 in every cell."""

    domestic: np.ndarray
    imports: np.ndarray
    taxes: np.ndarray
    depreciation: np.ndarray
    net: np.ndarray  # net value added: compensation and operating surplus


def draw_gross_output(profile: SectorProfile, cities: Cities, year: int, seed: int) -> NDArray:
    """Draw gross output (c, i): the nation's by sector, distributed by size and persistent specialisation."""
    shape = (len(cities.size), len(profile.sector))
    national = profile.output * np.exp(profile.growth * (year - BASE_YEAR))
    national *= log_interpolated(GROSS_OUTPUT, year) / MONEY_UNIT / national.sum()

    persistent = random_generator(seed, "specialisation").normal(0, profile.dispersion, shape)
    change = random_generator(seed, "specialisation", year).normal(0, 0.1 * profile.dispersion, shape)
    log_share = np.log(cities.size)[:, None] * profile.scale + persistent + change
    # both digital sectors are in the same cities, and grow where there were telephones early
    digital = random_generator(seed, "digital city").normal(0, 0.75, shape[0])
    digital += random_generator(seed, "digital city", year).normal(0, 0.08, shape[0])
    digital += TELEPHONES_TO_DIGITAL_GROWTH * (year - BASE_YEAR) * cities.telephone_lead
    log_share[:, profile.digital_sectors] += digital[:, None]

    share = np.where(draw_idle_cells(profile, cities, seed), 0, np.exp(log_share))
    return national * share / share.sum(axis=0)


def digital_location_quotient(profile: SectorProfile, output: NDArray) -> NDArray:
    """The digital sectors' share of each city's output over their share of the nation's (c); output (c, i)."""
    digital = output[:, profile.digital_sectors]
    return (digital.sum(axis=1) / output.sum(axis=1)) / (digital.sum() / output.sum())


def draw_cost_shares(profile: SectorProfile, cities: Cities, year: int, seed: int) -> CostShares:
    """Draw the cost shares of every cell around the profile's."""
    shape = (len(cities.size), len(profile.sector))

    def noise(label: str, lasting: float, passing: float) -> NDArray:
        persistent = random_generator(seed, label).normal(0, lasting, shape)
        return persistent + random_generator(seed, label, year).normal(0, passing, shape)

    net = profile.compensation + profile.surplus
    national = net + profile.taxes + profile.depreciation
    value_added = shifted_share(national, noise("value added", 0.15, 0.04))
    depreciation = value_added * shifted_share(profile.depreciation / national, noise("depreciation", 0.1, 0.04))
    taxes = value_added * profile.taxes / national
    imports = (1 - value_added) * shifted_share(profile.imports / (1 - national), noise("imports", 0.3, 0.05))
    return CostShares(
        domestic=1 - value_added - imports,
        imports=imports,
        taxes=taxes,
        depreciation=depreciation,
        net=value_added - taxes - depreciation,
    )
