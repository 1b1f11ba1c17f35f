"""What the embedded economy is drawn around: sector profiles and cost structures, from resources/embedded."""

from dataclasses import dataclass, fields

import numpy as np

from laborvalue_workflow.data.files import read_table

TEXTS = ("sector", "name", "digital", "supplier")


@dataclass(frozen=True)
class SectorProfile:
    """The stylized figures of the n sectors; arrays (n,), the columns of resources/embedded/sectors.csv."""

    sector: np.ndarray
    name: np.ndarray
    productive: np.ndarray  # bool
    digital: np.ndarray  # "device", "service" or ""
    service_life: np.ndarray  # years
    output: np.ndarray  # relative weight in national output
    growth: np.ndarray  # of that weight, log points per year
    imports: np.ndarray  # share of output, as the four below
    compensation: np.ndarray
    taxes: np.ndarray
    depreciation: np.ndarray
    surplus: np.ndarray
    rural: np.ndarray  # share of output that rural households use, as the four below
    urban: np.ndarray
    government: np.ndarray
    capital: np.ndarray
    inventories: np.ndarray
    exports: np.ndarray  # share of output
    hours: np.ndarray  # relative weight in national hours
    hours_growth: np.ndarray  # of that weight, log points per year
    dispersion: np.ndarray  # standard deviation of log specialisation among cities
    scale: np.ndarray  # elasticity of output to city size
    decay: np.ndarray  # elasticity of trade to distance
    home: np.ndarray  # usual share of purchases that the city makes itself
    local: np.ndarray  # 1 where a good is hardly traded, 0 where it goes where people are

    @property
    def digital_sectors(self):
        """The positions of the digital device and the digital service sector."""
        return [int(np.flatnonzero(self.digital == kind)[0]) for kind in ("device", "service")]

    @property
    def final_shares(self):
        """The shares of output of the five final uses (n, 5), in the order of `parameters.CATEGORIES`."""
        return np.stack([self.rural, self.urban, self.government, self.capital, self.inventories], axis=1)


@dataclass(frozen=True)
class Recipes:
    """The main inputs of each sector, one row each: the columns of resources/embedded/recipes.csv."""

    sector: np.ndarray
    supplier: np.ndarray
    weight: np.ndarray  # share of the sector's domestic inputs


def read_profile(path):
    """The SectorProfile of a table."""
    return SectorProfile(**_read_columns(path, SectorProfile))


def read_recipes(path):
    """The Recipes of a table."""
    return Recipes(**_read_columns(path, Recipes))


def _read_columns(path, kind):
    names = [field.name for field in fields(kind)]
    table = read_table(path, texts=[name for name in TEXTS if name in names])
    return {name: table[name].to_numpy() for name in names}
