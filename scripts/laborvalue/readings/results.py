"""From the estimates of all readings to what they say together: agreement, influence, distance, what is left out.

Shapes: R readings that have estimates, S slopes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laborvalue.econometrics.estimation import CONSTANT, LEFT_OUT, tabulated
from laborvalue.errors import InputError
from laborvalue.readings import distance
from laborvalue.readings.agreement import Agreement, agreement_rows
from laborvalue.readings.choices import Kind, Reading, Space
from laborvalue.readings.estimates import ROW, TESTED, ReadingEstimates
from laborvalue.readings.influence import moved, variance_shares
from laborvalue.records import to_arrays

Columns = dict[str, list[Any]]
Place = tuple[int, int, str]  # of a slope: table, column, term
# The columns of agreement.csv, those of a place first, and of influence.csv.
PLACE = ("hypothesis", "table", "column", "term")
AGREEMENT = (
    *("published", "share_same_sign", "share_same_sign_and_stars", "median", "readings", "published_se"),
    *("weighted_same_sign", "weighted_same_sign_and_stars", "share_significant", "median_low", "median_high"),
)
INFLUENCE = ("table", "column", "term", "choice", "low", "high", "range", "variance_share", "readings")


@dataclass(frozen=True)
class Printed:
    """The numbers with which readings are compared: the paper's, or those of a run as if they were printed.

    Attributes
    ----------
    coefficients
        (estimate, standard error, whether it is significant at 10 %) by table, column and term.
    observations
        N by table and column.
    means
        Means of Table 2 by variable.
    mean_logs
        Means of natural logs by variable.
    """

    coefficients: dict[Place, tuple[float, float, bool]]
    observations: dict[tuple[int, int], float]
    means: dict[str, float]
    mean_logs: dict[str, float]


@dataclass(frozen=True)
class Results:
    """The result files of the readings, columns by name.

    Attributes
    ----------
    readings
        Every estimate of every reading.
    agreement
        How many readings agree with each slope that tests a hypothesis.
    influence
        What each choice does to each slope.
    distance
        How far each reading is from the printed numbers.
    left_out
        What has no estimates and why.
    """

    readings: Columns
    agreement: Columns
    influence: Columns
    distance: Columns
    left_out: Columns


def results(
    space: Space, readings: Sequence[Reading], estimates: Mapping[int, ReadingEstimates | str], printed: Printed
) -> Results:
    """Compare the readings with the printed numbers and with each other.

    Parameters
    ----------
    space
        The choices.
    readings
        All readings, the run's own first.
    estimates
        By number of a reading that was to be computed, its estimates, or why there are none.
    printed
        What they are compared with.

    Returns
    -------
    Results

    Raises
    ------
    InputError
        Where the run's own reading has no estimates.
    """
    reasons = {one.number: one.left_out for one in readings if one.left_out}
    reasons |= {number: reason for number, reason in estimates.items() if isinstance(reason, str)}
    if 0 in reasons:
        raise InputError(f"readings: the run's own reading cannot be computed: {reasons[0]}")
    kept = [
        (one, of)
        for one in readings
        if one.number not in reasons and isinstance(of := estimates[one.number], ReadingEstimates)
    ]
    computed, estimated = [one for one, _ in kept], [of for _, of in kept]
    places = sorted_places(estimated)
    slopes, stars = _slopes(estimated, places)
    return Results(
        readings=_stacked("reading", [(one.number, of.rows) for one, of in kept], ROW),
        agreement=_agreement(computed, estimated, places, slopes, stars, printed),
        influence=_influence(space, computed, places, slopes),
        distance=_distance(computed, estimated, places, slopes, printed),
        left_out=_left_out(reasons, kept),
    )


def sorted_places(estimates: Iterable[ReadingEstimates]) -> list[Place]:
    """List the slopes that any reading has, by table and column, in the order in which an equation has them."""
    places: dict[Place, None] = {}
    for of in estimates:
        columns = (of.rows[name] for name in ("table", "column", "term"))
        places |= dict.fromkeys(place for place in zip(*columns, strict=True) if place[2] != CONSTANT)
    return sorted(places, key=lambda place: place[:2])


def _slopes(estimates: Sequence[ReadingEstimates], places: Sequence[Place]) -> tuple[NDArray, NDArray]:
    """Slopes (R, S), NaN where a reading has none, and whether they are significant at 10 %."""
    slopes = np.full((len(estimates), len(places)), np.nan)
    significant = np.zeros(slopes.shape, dtype=bool)
    position = {place: k for k, place in enumerate(places)}
    for r, of in enumerate(estimates):
        columns = (of.rows[name] for name in ("table", "column", "term", "estimate", "stars"))
        for table, column, term, estimate, stars in zip(*columns, strict=True):
            if (k := position.get((table, column, term))) is not None:
                slopes[r, k], significant[r, k] = estimate, bool(stars)
    return slopes, significant


def _agreement(
    readings: Sequence[Reading],
    estimates: Sequence[ReadingEstimates],
    places: Sequence[Place],
    slopes: NDArray,
    significant: NDArray,
    printed: Printed,
) -> Columns:
    """The columns of agreement.csv: the slopes that test a hypothesis and are printed."""
    tested = [k for k, (_, *place) in enumerate(TESTED) if tuple(place) in printed.coefficients]
    of_tested = [printed.coefficients[TESTED[k][1:]] for k in tested]
    positions = {place: k for k, place in enumerate(places)}

    def taken(array: NDArray, missing: Any) -> NDArray:
        without = np.full(len(array), missing)
        return np.stack(
            [array[:, positions[p]] if (p := TESTED[k][1:]) in positions else without for k in tested], axis=1
        )

    if not tested:
        raise InputError("readings: none of the slopes that test a hypothesis is printed; expected Tables 3 to 10")
    agreement = agreement_rows(
        taken(slopes, np.nan),
        taken(significant, False),
        np.array([one.importance for one in readings]),
        np.stack([of.resampled[:, tested] for of in estimates]),
        np.array([estimate for estimate, _, _ in of_tested]),
        np.array([stars for _, _, stars in of_tested]),
    )
    printed_slopes = {"published": [row[0] for row in of_tested], "published_se": [row[1] for row in of_tested]}
    columns = printed_slopes | _lists(agreement)
    return tabulated([TESTED[k] for k in tested], PLACE) | {name: columns[name] for name in AGREEMENT}


def _influence(space: Space, readings: Sequence[Reading], places: Sequence[Place], slopes: NDArray) -> Columns:
    """The columns of influence.csv: every slope under every choice."""
    taken = np.array([one.places for one in readings])
    single = np.array([one.kind is Kind.SINGLE for one in readings])
    drawn = np.array([one.importance > 0 for one in readings])
    low, high = moved(slopes, taken, single)
    shares, counted = variance_shares(slopes[drawn], taken[drawn])
    rows = [
        (*place, choice.name, low[c, s], high[c, s], high[c, s] - low[c, s], shares[c, s], int(counted[s]))
        for s, place in enumerate(places)
        for c, choice in enumerate(space.choices)
    ]
    return tabulated(rows, INFLUENCE)


def _distance(
    readings: Sequence[Reading],
    estimates: Sequence[ReadingEstimates],
    places: Sequence[Place],
    slopes: NDArray,
    printed: Printed,
) -> Columns:
    """The columns of distance.csv: every reading that has estimates."""
    common = [k for k, place in enumerate(places) if place in printed.coefficients]
    of_common = [printed.coefficients[places[k]] for k in common]
    counts = [
        dict(zip(zip(of.rows["table"], of.rows["column"], strict=True), of.rows["n"], strict=True)) for of in estimates
    ]
    distances = distance.distances(
        distance.coefficients(
            slopes[:, common], np.array([row[0] for row in of_common]), np.array([row[1] for row in of_common])
        ),
        distance.mean_logs(*_beside([of.mean_logs for of in estimates], printed.mean_logs)),
        distance.table02(*_beside([of.means for of in estimates], printed.means)),
        distance.observations(*_beside(counts, printed.observations)),
    )
    return {"reading": [one.number for one in readings]} | _lists(distances)


def _lists(record: Agreement | distance.Distances) -> Columns:
    """The arrays of a dataclass as columns by name."""
    return {name: array.tolist() for name, array in to_arrays(record).items()}


def _beside(computed: Sequence[Mapping[Any, float]], printed: Mapping[Any, float]) -> tuple[NDArray, NDArray]:
    """Computed numbers (R, K), NaN where a reading has none, and the printed ones (K,)."""
    names = [*printed]
    rows = [[of.get(name, np.nan) for name in names] for of in computed]
    return np.array(rows, dtype=float).reshape(len(rows), len(names)), np.array([printed[name] for name in names])


def _left_out(reasons: Mapping[int, str], known: Sequence[tuple[Reading, ReadingEstimates]]) -> Columns:
    """The columns of left_out.csv: readings as a whole, then columns of tables, by number of the reading."""
    rows: list[tuple[Any, ...]] = [(number, None, None, reason) for number, reason in reasons.items()]
    for one, of in known:
        columns = (of.left_out[name] for name in LEFT_OUT)
        rows += [(one.number, *row) for row in zip(*columns, strict=True)]
    rows.sort(key=lambda row: (row[0], row[1] or 0, row[2] or 0))
    return tabulated(rows, ("reading", *LEFT_OUT))


def _stacked(name: str, tables: Iterable[tuple[int, Columns]], columns: Sequence[str]) -> Columns:
    """Tables below each other, the number of each in a first column of that name."""
    stacked: Columns = {name: [], **{column: [] for column in columns}}
    for number, table in tables:
        stacked[name] += [number] * len(table[columns[0]])
        for column in columns:
            stacked[column] += table[column]
    return stacked
