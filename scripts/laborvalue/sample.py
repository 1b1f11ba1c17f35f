"""The sample: which cells have values, and why the others have none.

A region that cannot be used in one year has no comparable series and is left out in all years (method 2.3: 261 cities
in every year). The sample is decided once, from the values of all years, before the indicators. Its
arrays hold keys, years and statuses, which have no unit.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laborvalue.labels import align
from laborvalue.records import refuse_other_shapes


class Status(StrEnum):
    """Whether a region-year or a cell can be used, or why not.

    The first five are statuses of a region in one year. `zero_output` and `region_excluded` are of cells only: the
    sector produces nothing there; the region cannot be used in another year.
    """

    USABLE = "usable"
    MISSING_PRIMARY_INPUTS = "missing_primary_inputs"
    MISSING_LABOR = "missing_labor"
    NO_PRODUCTIVE_OUTPUT = "no_productive_output"
    NO_SURPLUS = "no_surplus"
    ZERO_OUTPUT = "zero_output"
    REGION_EXCLUDED = "region_excluded"


STATUSES = tuple(Status)
MISSING = (Status.MISSING_PRIMARY_INPUTS, Status.MISSING_LABOR)


def cell_status(region_status: NDArray, valued: NDArray) -> NDArray:
    """The status of each region-sector of one year, looked at alone, text (m, n).

    Parameters
    ----------
    region_status : ndarray, shape (m,)
        Statuses of the regions in that year.
    valued : ndarray of bool, shape (m, n)
        Productive region-sectors that have a value.

    Returns
    -------
    ndarray of text, shape (m, n)
        The status of the region where it cannot be used, else `usable` or `zero_output`.
    """
    status = np.broadcast_to(region_status[:, None], valued.shape)
    return np.where((status == Status.USABLE) & ~valued, Status.ZERO_OUTPUT.value, status)


@dataclass(frozen=True)
class Sample:
    """The sample of a run: T years, m regions, n productive sectors.

    Attributes
    ----------
    years : ndarray of int, shape (T,)
    region : ndarray of text, shape (m,)
        Keys of the regions.
    sector : ndarray of text, shape (n,)
        Keys of the productive sectors.
    region_code : ndarray of int8, shape (T, m)
        Status of each region in each year, as its position in `STATUSES`.
    code : ndarray of int8, shape (T, m, n)
        Status of each cell, as its position in `STATUSES`.
    """

    years: NDArray
    region: NDArray
    sector: NDArray
    region_code: NDArray
    code: NDArray

    def __post_init__(self) -> None:
        shape = (len(self.years), len(self.region), len(self.sector))
        refuse_other_shapes(self, ("code",), shape)
        refuse_other_shapes(self, ("region_code",), shape[:2])

    @property
    def status(self) -> NDArray:
        """Status of each cell.

        Returns
        -------
        ndarray of text, shape (T, m, n)
        """
        return np.array(STATUSES)[self.code]

    @property
    def left_out(self) -> NDArray:
        """The regions that cannot be used in at least one year.

        Returns
        -------
        ndarray of bool, shape (m,)
        """
        return (self.region_code != STATUSES.index(Status.USABLE)).any(axis=0)

    def members(self, year: int, productive: NDArray | None = None) -> NDArray:
        """The region-sectors of one year that are in the sample.

        Parameters
        ----------
        year : int
            One of `years`.
        productive : ndarray of bool, shape (n*,), optional
            Productive sectors among all; the result then has all sectors, non-productive ones outside the sample.

        Returns
        -------
        ndarray of bool, shape (m, n) or (m, n*)
        """
        inside = self.code[self.years.tolist().index(year)] == STATUSES.index(Status.USABLE)
        if productive is None:
            return inside
        members = np.zeros((len(self.region), len(productive)), dtype=bool)
        members[:, productive] = inside
        return members


def decide_sample(
    years: Sequence[int], region: NDArray, sector: NDArray, region_status: NDArray, valued: NDArray
) -> Sample:
    """The sample of all years.

    A cell is in it where the region can be used in every year and the sector has a value in that year.

    Parameters
    ----------
    years : sequence of int, length T
    region : ndarray of text, shape (m,)
    sector : ndarray of text, shape (n,)
        Productive sectors.
    region_status : ndarray of text, shape (T, m)
        `Status` of each region in each year.
    valued : ndarray of bool, shape (T, m, n)
        Cells that have a value.

    Returns
    -------
    Sample
    """
    usable = region_status == Status.USABLE
    status = np.stack([cell_status(*pair) for pair in zip(region_status, valued, strict=True)])
    elsewhere = (usable & ~usable.all(axis=0))[:, :, None]
    status = np.where(elsewhere, Status.REGION_EXCLUDED.value, status)
    return Sample(np.array(years), region, sector, _codes(region_status), _codes(status))


def _codes(status: NDArray) -> NDArray:
    codes = np.full(status.shape, -1, dtype=np.int8)
    for code, name in enumerate(STATUSES):
        codes[status == name] = code
    if (codes < 0).any():
        raise ValueError(f"unknown status {str(status[codes < 0][0])!r}")
    return codes


def exclusions(sample: Sample, screened: Mapping[tuple[str, int], Sequence[str]] | None = None) -> dict[str, list]:
    """Every cell outside the sample with its reason: the columns of `exclusions.csv`.

    Parameters
    ----------
    sample : Sample
    screened : mapping of sequence of text, optional
        By region and year, what the screening of an import left out; the first two entries are named behind the reason
        "missing_primary_inputs" or "missing_labor".

    Returns
    -------
    dict of lists
        Columns region, sector, year, reason.
    """
    in_other_years = _bad_years(sample)
    rows: dict[str, list] = {"region": [], "sector": [], "year": [], "reason": []}
    for t, c, i in np.argwhere(sample.code != STATUSES.index(Status.USABLE)):
        region, year, status = sample.region[c], int(sample.years[t]), STATUSES[sample.code[t, c, i]]
        reason = str(status)
        if status == Status.REGION_EXCLUDED:
            reason = f"{status}: {in_other_years[c]}"
        elif status in MISSING and (texts := (screened or {}).get((str(region), year))):
            more = f" and {len(texts) - 2} more" if len(texts) > 2 else ""
            reason = f"{status} ({', '.join(texts[:2])}{more})"
        for column, content in zip(rows.values(), (region, sample.sector[i], year, reason), strict=True):
            column.append(content)
    return rows


def _bad_years(sample: Sample) -> list[str]:
    """In which years each region cannot be used and why, m texts, empty where it always can."""
    texts = []
    for codes in sample.region_code.T:
        by_year = zip(sample.years, (STATUSES[code] for code in codes), strict=True)
        texts.append("; ".join(f"{status} in {year}" for year, status in by_year if status != Status.USABLE))
    return texts


def losses(sample: Sample) -> Mapping[str, Any]:
    """How much is outside the sample: the content of `sample.json`.

    Returns
    -------
    dict
        `regions_left_out`, a count; `cells_left_out`, cells by status, the most frequent first.
    """
    counts = Counter(STATUSES[code] for code in sample.code.ravel())
    del counts[Status.USABLE]
    return {
        "regions_left_out": int(sample.left_out.sum()),
        "cells_left_out": {str(status): count for status, count in counts.most_common()},
    }


align(__name__)
