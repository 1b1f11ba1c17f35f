"""Intermediate use in the embedded economy. Axes: j good (n), c using city (m), i using sector (n)."""

import numpy as np
from numpy.typing import NDArray

from laborvalue_workflow.synthetic.cities import Cities
from laborvalue_workflow.synthetic.numerics import balance, random_generator
from laborvalue_workflow.synthetic.parameters import (
    AGGLOMERATION_TO_DIGITAL_INPUT,
    BASE_YEAR,
    TELEPHONES_TO_DIGITAL_GROWTH,
)
from laborvalue_workflow.synthetic.production import digital_location_quotient
from laborvalue_workflow.synthetic.profile import Recipes, SectorProfile


def cost_structure(profile: SectorProfile, recipes: Recipes) -> NDArray:
    """The stylized national cost structure (j, i), columns summing to 1.

    The part of a column that its named suppliers leave is distributed by the suppliers' size, so that no entry is 0.
    """
    position = {sector: number for number, sector in enumerate(profile.sector)}
    matrix = np.zeros((len(position), len(position)))
    suppliers = [position[sector] for sector in recipes.supplier]
    users = [position[sector] for sector in recipes.sector]
    np.add.at(matrix, (suppliers, users), recipes.weight)
    rest = 1 - matrix.sum(axis=0)
    return matrix + np.outer(profile.output / profile.output.sum(), rest)


def draw_technology(profile: SectorProfile, cities: Cities, output: NDArray, year: int, seed: int) -> NDArray:
    """Draw how each cell's cost structure differs from the nation's: factors (j, c, i), before balancing.

    Digital inputs vary much more than others, and with the city's digital agglomeration. output (c, i).
    """
    shape = (output.shape[1], *output.shape)
    log_factor = random_generator(seed, "technology").normal(0, 0.3, shape)
    log_factor += random_generator(seed, "technology", year).normal(0, 0.06, shape)
    agglomeration = AGGLOMERATION_TO_DIGITAL_INPUT * np.log(digital_location_quotient(profile, output))
    growth = TELEPHONES_TO_DIGITAL_GROWTH * (year - BASE_YEAR) * cities.telephone_lead
    for kind, sector in zip(("device", "service"), profile.digital_sectors, strict=True):
        label = f"digital technology {kind}"
        lasting = random_generator(seed, label).normal(0, 0.9, output.shape)
        passing = random_generator(seed, label, year).normal(0, 0.15, output.shape)
        log_factor[sector] = lasting + passing + (agglomeration + growth)[:, None]
    return np.exp(log_factor)


def balanced_intermediate_use(structure: NDArray, factors: NDArray, sales: NDArray, inputs: NDArray) -> NDArray:
    """Domestic intermediate use (j, c, i) with given totals.

    sales (j): each good's total sale to producers; inputs (c, i): each cell's total purchase; structure (j, i): the
    nation's cost structure; factors (j, c, i): the cells' differences from it.
    """
    national = balance(structure, sales[:, None], inputs.sum(axis=0)[None, :])
    return balance(national[:, None, :] * factors * inputs, national[:, None, :], inputs[None, :, :])
