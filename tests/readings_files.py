"""Files of readings in the form in which a run writes them, with invented numbers.

Every slope is the published one, moved by a step for each alternative that is not the first of its choice, so that
signs and significance differ between the readings. What the readings say together the library counts from these slopes.
"""

import random

import numpy as np

from laborvalue.econometrics.equations import BY_NUMBER
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.readings.agreement import agreement_rows
from laborvalue.readings.influence import moved, variance_shares
from laborvalue.records import to_arrays
from laborvalue_workflow.data import files
from laborvalue_workflow.reporting.readings import Readings
from laborvalue_workflow.reporting.verdicts import verdicts
from sentences import published

CHOICES = {
    "values.scope": ("network", "own", "open"),
    "values.imports": ("spread_imports", "domestic_only", "none"),
    "indicators.tlpr_denominator": ("national_coefficient", "inverse_mean_city_value", "mean_city_tlp"),
    "indicators.digital_total_rule": ("eq12_sum", "bundle_share"),
    "indicators.digital_average": ("mean_all_cities", "mean_sample_cities", "aggregate_ratio"),
    "regressions.cluster": ("city_sector", "city", "two_way"),
    "sectors": ("as_given", "swap_36_37", "swap_37_38"),
    "prices.tau": ("10", "5", "15", "service_life"),
}
CONSTANT_ROW = {"term": "constant", "estimate": 1.0, "std_error": 0.1, "n": 1000, "stars": "***"}


def drawn(sample, generator):
    """The readings as (kind, place of the alternative in every choice): the run's, one at a time, and a sample."""
    sizes = [len(alternatives) for alternatives in CHOICES.values()]
    own = (0,) * len(sizes)
    singles = [(*own[:c], k, *own[c + 1 :]) for c, size in enumerate(sizes) for k in range(1, size)]
    samples = [tuple(map(generator.randrange, sizes)) for _ in range(sample)]
    return [("run", own), *(("single", places) for places in singles), *(("sample", places) for places in samples)]


def tested():
    """The slopes that test a hypothesis as (hypothesis, slope, term)."""
    for verdict in verdicts({}, published(), RegressionOptions()):
        for slope in verdict.slopes:
            placed = dict(BY_NUMBER[slope.table].placed())
            yield verdict.hypothesis, slope, placed.get(slope.column, placed[1]).regressors[0]


def invented(sample=40, seed=7):
    """(rows of readings.parquet, the other files as `Readings`)."""
    generator = random.Random(seed)
    kinds, places = zip(*drawn(sample, generator), strict=True)
    kinds, places, slopes = np.array(kinds), np.array(places), [*tested()]
    values, estimates = np.zeros((len(places), len(slopes))), []
    significant = np.zeros(values.shape, dtype=bool)
    for s, (_, slope, term) in enumerate(slopes):
        paper = slope.published.value
        error = abs(paper) / generator.uniform(1.5, 12)
        values[:, s] = paper
        for c, alternatives in enumerate(CHOICES.values()):
            size = generator.choice([0.0, 0.1, 0.4, 1.2]) * abs(paper)
            steps = [0.0, *(generator.gauss(0, size) for _ in alternatives[1:])]
            values[:, s] += np.array(steps)[places[:, c]]
        for number, value in enumerate(values[:, s].tolist()):
            stars = "***" if abs(value) > 2.576 * error else "*" if abs(value) > 1.645 * error else ""
            significant[number, s] = bool(stars)
            place = {"reading": number, "table": slope.table, "column": slope.column}
            estimates.append(place | {"term": term, "estimate": value, "std_error": error, "n": 1000, "stars": stars})
            estimates.append(place | CONSTANT_ROW)
    return estimates, Readings(
        choices=[
            {"reading": number, "choice": choice, "alternative": alternatives[place]}
            for number, taken in enumerate(places)
            for (choice, alternatives), place in zip(CHOICES.items(), taken, strict=True)
        ],
        register=[
            {"reading": number, "kind": kind, "weight": 1.0, "differs": int((taken > 0).sum())}
            for number, (kind, taken) in enumerate(zip(kinds.tolist(), places, strict=True))
        ],
        agreement=agreement_of(slopes, values, significant, generator),
        influence=influence_of(slopes, values, places, kinds),
        distance=distance_of(len(places), generator),
        left_out=[
            {"reading": 901, "table": None, "column": None, "reason": "sectors: swap_36_37 needs the sector 36"},
            {"reading": 902, "table": None, "column": None, "reason": "sectors: swap_36_37 needs the sector 36"},
            {"reading": 3, "table": 8, "column": 2, "reason": "no region has telephones of 1984"},
        ],
        own=[row for row in estimates if row["reading"] == 0],
    )


def agreement_of(slopes, values, significant, generator):
    """The rows of agreement.csv."""
    printed = np.array([(slope.published.value, bool(slope.published.stars)) for _, slope, _ in slopes])
    weights = np.array([generator.random() for _ in values])
    resampled = values[:, None] + np.linspace(-0.1, 0.1, 5)[:, None]
    found = agreement_rows(values, significant, weights, resampled, printed[:, 0], printed[:, 1].astype(bool))
    counted = files.as_rows({name: array.tolist() for name, array in to_arrays(found).items()})
    return [
        {"hypothesis": hypothesis, "table": slope.table, "column": slope.column, "term": term}
        | {"published": slope.published.value, "published_se": 0.01}
        | row
        for (hypothesis, slope, term), row in zip(slopes, counted, strict=True)
    ]


def influence_of(slopes, values, places, kinds):
    """The rows of influence.csv."""
    sampled = kinds == "sample"
    moves, explained = moved(values, places, kinds == "single"), variance_shares(values[sampled], places[sampled])
    (low, high), (shares, counted) = ([array.tolist() for array in arrays] for arrays in (moves, explained))
    return [
        {"table": slope.table, "column": slope.column, "term": term, "choice": choice}
        | {"low": low[c][s], "high": high[c][s], "range": high[c][s] - low[c][s]}
        | {"variance_share": shares[c][s], "readings": counted[s]}
        for s, (_, slope, term) in enumerate(slopes)
        for c, choice in enumerate(CHOICES)
    ]


def distance_of(readings, generator):
    """The rows of distance.csv."""
    totals = [generator.uniform(1, 4) for _ in range(readings)]
    ranks = sorted(range(readings), key=totals.__getitem__)
    parts = ("coefficients", "mean_logs", "table02", "n")
    return [
        {"reading": k, **dict.fromkeys(parts, totals[k] / 4), "total": totals[k], "rank": ranks.index(k) + 1}
        for k in range(readings)
    ]
