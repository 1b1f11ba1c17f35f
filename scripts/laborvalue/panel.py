"""The panel: all years together, the lead of labour productivity, and what was left out and why."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from laborvalue.region import USABLE
from laborvalue.variables import COLUMNS, KEYS, NEED_HOURS


def excluded_regions(verdicts: NDArray, years: Sequence[int]) -> list[str]:
    """Why a region is left out of the whole panel, (m,) texts, empty where it is not.

    verdicts (T, m): a region that cannot be used in one year has no comparable series and is left out
    in all of them (method 2.3: 261 cities in every year).
    """
    reasons = []
    for of_region in verdicts.T:
        bad = [(year, verdict) for year, verdict in zip(years, of_region, strict=True) if verdict != USABLE]
        reasons.append("; ".join(f"{verdict} in {year}" for year, verdict in bad))
    return reasons


def lead(values: NDArray, years: Sequence[int], year_list: Sequence[int]) -> NDArray:
    """The next table year's values of the same region and sector, (T, m, n); NaN in the last year.

    values (T, m, n) for the years computed; years: those years; year_list: the dataset's years. A lead
    exists only between years that follow each other in year_list.
    """
    following = dict(pairwise(year_list))
    ahead = np.full_like(values, np.nan)
    for t, year in enumerate(years):
        if following.get(year) in years:
            ahead[t] = values[years.index(following[year])]
    return ahead


def assemble(
    indicators: Sequence[Mapping[str, NDArray]], years: Sequence[int]
) -> tuple[dict[str, NDArray], dict[str, list]]:
    """The panel and the list of what it lacks.

    indicators: one dict per year with the arrays (m, n) of `indicators.year_indicators` over the productive
    sectors, `verdict` (m,) and the keys `region` (m,), `sector` (n,), the same in every year; years: the
    dataset's, in order.
    Returns (panel, exclusions) as dicts of columns: panel in the order of COLUMNS, one row per year, region
    and sector, missing = NaN; exclusions region, sector, year, reason, every cell without tlp.
    """
    regions, sectors = indicators[0]["region"], indicators[0]["sector"]
    verdicts = np.stack([of_year["verdict"] for of_year in indicators])
    shape = (len(years), len(regions), len(sectors))
    present = [name for name in COLUMNS if name in indicators[0] and name not in KEYS]
    stacked = {name: np.stack([of_year[name] for of_year in indicators]) for name in present}
    reasons = excluded_regions(verdicts, years)
    left_out = np.array([reason != "" for reason in reasons])
    for name in (name for name in NEED_HOURS if name in stacked):  # the lead follows below
        stacked[name] = np.where(left_out[:, None], np.nan, stacked[name])
    stacked["lp_next"] = lead(stacked["lp"], years, years)
    keys = {
        "region": np.broadcast_to(regions[:, None], shape),
        "sector": np.broadcast_to(sectors, shape),
        "year": np.broadcast_to(np.array(years)[:, None, None], shape),
    }
    columns = {name: (keys | stacked)[name].ravel() for name in COLUMNS}

    lost: dict[str, list] = {"region": [], "sector": [], "year": [], "reason": []}
    for t, c, i in np.argwhere(~np.isfinite(stacked["tlp"])):
        if not left_out[c]:
            reason = "zero_output"
        elif verdicts[t, c] != USABLE:
            reason = verdicts[t, c]
        else:
            reason = f"region_excluded: {reasons[c]}"
        for column, value in zip(lost.values(), (regions[c], sectors[i], years[t], reason), strict=True):
            column.append(value)
    return columns, lost


def explain(left_out: dict[str, list], screened: Mapping[tuple[str, int], list[str]]) -> dict[str, list]:
    """The reasons of `assemble`'s exclusions with what the screening of an import excluded behind them.

    left_out: columns region, sector, year, reason; screened: (region, year) -> texts such as "compensation of
    sector 05 is nan". A reason of its own (zero output, no surplus) stays as it is.
    """
    reasons = []
    for region, year, reason in zip(left_out["region"], left_out["year"], left_out["reason"], strict=True):
        found = screened.get((region, year), []) if reason.startswith("missing_") else []
        more = f" and {len(found) - 2} more" if len(found) > 2 else ""
        reasons.append(f"{reason} ({', '.join(found[:2])}{more})" if found else reason)
    return left_out | {"reason": reasons}
