"""The cities of the embedded economy: sizes, places, telephones of 1984, faults. m cities."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from laborvalue.errors import InputError
from laborvalue_workflow.synthetic.numerics import random_generator
from laborvalue_workflow.synthetic.parameters import FAULT_EVERY, IDLE_SECTORS, SMALLEST_WITH_FAULTS
from laborvalue_workflow.synthetic.profile import SectorProfile


class Fault(StrEnum):
    """What is wrong with a city's accounts on purpose, so that every exclusion of the method occurs."""

    NONE = ""
    NO_SURPLUS = "no_surplus"
    ZERO_OUTPUT = "zero_output"
    MISSING_HOURS = "missing_hours"
    MISSING_ACCOUNTS = "missing_accounts"


FAULTS = (Fault.NO_SURPLUS, Fault.ZERO_OUTPUT, Fault.MISSING_HOURS, Fault.MISSING_ACCOUNTS)


@dataclass(frozen=True)
class Cities:
    """What a city keeps over the years; arrays (m,), `place` (m, 2) in km."""

    size: np.ndarray  # share of the nation, sums to 1
    place: np.ndarray
    telephones: np.ndarray  # sets in 1984, of every city
    telephones_known: np.ndarray  # True where the count is published
    faults: tuple[Fault, ...]

    def having(self, fault: Fault) -> NDArray:
        """Whether each city has the fault (m,)."""
        return np.array([each == fault for each in self.faults])

    @property
    def telephone_lead(self) -> NDArray:
        """ln telephones of 1984 less its mean over cities (m,): where digital growth is fastest."""
        return np.log(self.telephones) - np.log(self.telephones).mean()


def draw_cities(count: int, seed: int) -> Cities:
    """Draw `count` cities: Zipf-Mandelbrot sizes, places in a plane, telephones, faults.

    Raises InputError below two cities, which could not trade.
    """
    if count < 2:
        raise InputError(f"config: embedded.regions is {count}; the embedded economy needs at least 2")
    rank = random_generator(seed, "size").permutation(count)
    size = (rank + 6.0) ** -1.05
    size /= size.sum()
    random = random_generator(seed, "place")
    place = np.column_stack([3000 * random.beta(2, 1.2, count), 2500 * random.random(count)])

    random = random_generator(seed, "telephones")
    telephones = np.maximum(10, np.rint(3e6 * size * np.exp(random.normal(0, 0.6, count))))
    known = np.zeros(count, dtype=bool)
    known[random.permutation(count)[: max(2, round(0.598 * count))]] = True

    faults = [Fault.NONE] * count
    if count >= SMALLEST_WITH_FAULTS:
        # mostly small cities have faults
        odds = size**-1.5
        chosen = random_generator(seed, "fault").choice(
            count, round(count / FAULT_EVERY), replace=False, p=odds / odds.sum()
        )
        for number, city in enumerate(chosen):
            faults[city] = FAULTS[number % len(FAULTS)]
    return Cities(size, place, telephones, known, tuple(faults))


def draw_idle_cells(profile: SectorProfile, cities: Cities, seed: int) -> NDArray:
    """True (m, n) where a city with the fault `zero_output` has a productive sector without output.

    IDLE_SECTORS sectors; in every fourth such city all but two. The digital sectors always have output: a city
    without them has no digital location quotient.
    """
    random = random_generator(seed, "idle")
    candidates = np.flatnonzero(profile.productive & (profile.digital == ""))
    odds = profile.dispersion[candidates]
    idle = np.zeros((len(cities.size), len(profile.sector)), dtype=bool)
    for number, city in enumerate(np.flatnonzero(cities.having(Fault.ZERO_OUTPUT))):
        sectors = len(candidates) - 2 if number % 4 == 3 else IDLE_SECTORS
        idle[city, random.choice(candidates, sectors, replace=False, p=odds / odds.sum())] = True
    return idle
