"""Files of readings in the form in which a run writes them, with invented numbers.

Every slope is the published one, moved by a step for each alternative that is not the first of its choice, so that
signs and significance differ between the readings. The shares and ranges are counted from these slopes.
"""

import random
import statistics

from laborvalue.econometrics.equations import BY_NUMBER
from laborvalue.econometrics.options import RegressionOptions
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


def drawn(sample, generator):
    """The readings as (kind, {choice: alternative}): the run's own, one at a time, and a sample."""
    own = {choice: alternatives[0] for choice, alternatives in CHOICES.items()}
    found = [("run", own)]
    found += [("single", own | {choice: other}) for choice, others in CHOICES.items() for other in others[1:]]
    found += [
        ("sample", {choice: generator.choice(others) for choice, others in CHOICES.items()}) for _ in range(sample)
    ]
    return found


def terms():
    """The slopes that test a hypothesis as (hypothesis, slope, term)."""
    for verdict in verdicts({}, published(), RegressionOptions()):
        for slope in verdict.slopes:
            placed = dict(BY_NUMBER[slope.table].placed())
            yield verdict.hypothesis, slope, placed.get(slope.column, placed[1]).regressors[0]


def invented(sample=40, seed=7):
    """(rows of readings.parquet, the other files as `Readings`)."""
    generator = random.Random(seed)
    readings = drawn(sample, generator)
    estimates, agreement, influence = [], [], []
    for hypothesis, slope, term in terms():
        paper, steps = slope.published.value, {}
        for choice, others in CHOICES.items():
            size = generator.choice([0.0, 0.1, 0.4, 1.2]) * abs(paper)
            steps[choice] = {other: 0.0 if k == 0 else generator.gauss(0, size) for k, other in enumerate(others)}
        error, values = abs(paper) / generator.uniform(1.5, 12), []
        for number, (_, chosen) in enumerate(readings):
            value = paper + sum(steps[choice][chosen[choice]] for choice in CHOICES)
            values.append(value)
            stars = "***" if abs(value) > 2.576 * error else "*" if abs(value) > 1.645 * error else ""
            place = {"reading": number, "table": slope.table, "column": slope.column, "term": term}
            estimates.append(place | {"estimate": value, "std_error": error, "n": 1000, "stars": stars})
            constant = {"term": "constant", "estimate": 1.0, "std_error": 0.1, "n": 1000, "stars": "***"}
            estimates.append(place | constant)
        rows = [
            row for row in estimates if (row["table"], row["column"], row["term"]) == (slope.table, slope.column, term)
        ]
        agreement.append(agreement_row(hypothesis, slope, term, rows))
        spread = statistics.pvariance(values) or 1.0
        for choice, of_choice in steps.items():
            low, high = (paper + end for end in (min(of_choice.values()), max(of_choice.values())))
            share = min(statistics.pvariance(of_choice.values()) / spread, 1.0)
            place = {"table": slope.table, "column": slope.column, "term": term, "choice": choice}
            influence.append(
                place | {"low": low, "high": high, "range": high - low, "variance_share": share, "readings": sample}
            )
    totals = [generator.uniform(1, 4) for _ in readings]
    ranks = sorted(range(len(totals)), key=totals.__getitem__)
    parts = ("coefficients", "mean_logs", "table02", "n")
    distance = [
        {"reading": k, **dict.fromkeys(parts, totals[k] / 4), "total": totals[k], "rank": ranks.index(k) + 1}
        for k in range(len(readings))
    ]
    own = readings[0][1]
    return estimates, Readings(
        choices=[
            {"reading": k, "choice": choice, "alternative": alternative}
            for k, (_, chosen) in enumerate(readings)
            for choice, alternative in chosen.items()
        ],
        register=[
            {"reading": k, "kind": kind, "weight": 1.0, "differs": sum(chosen[c] != own[c] for c in own)}
            for k, (kind, chosen) in enumerate(readings)
        ],
        agreement=agreement,
        influence=influence,
        distance=distance,
        left_out=[
            {"reading": 901, "table": None, "column": None, "reason": "sectors: swap_36_37 needs the sector 36"},
            {"reading": 902, "table": None, "column": None, "reason": "sectors: swap_36_37 needs the sector 36"},
            {"reading": 3, "table": 8, "column": 2, "reason": "no region has telephones of 1984"},
        ],
        own=[row for row in estimates if row["reading"] == 0],
    )


def agreement_row(hypothesis, slope, term, rows):
    """The row of agreement.csv of one slope. rows: its estimates."""
    signs = [(row["estimate"] > 0) == (slope.published.value > 0) for row in rows]
    starred = [bool(row["stars"]) == bool(slope.published.stars) for row in rows]
    same = sum(signs) / len(rows)
    both = sum(a and b for a, b in zip(signs, starred, strict=True)) / len(rows)
    median = statistics.median(row["estimate"] for row in rows)
    return {
        **{"hypothesis": hypothesis, "table": slope.table, "column": slope.column, "term": term},
        **{"published": slope.published.value, "share_same_sign": same, "share_same_sign_and_stars": both},
        **{"median": median, "readings": len(rows), "published_se": 0.01},
        **{"weighted_same_sign": same * 0.9, "weighted_same_sign_and_stars": both * 0.8},
        **{"share_significant": sum(starred) / len(rows), "median_low": median - 0.1, "median_high": median + 0.1},
    }


def write(folder, estimates, found):
    """Write the files into a folder."""
    for name in ("choices", "register", "agreement", "influence", "distance", "left_out"):
        rows = getattr(found, name)
        files.write_table(folder / f"{name}.csv", {column: [row[column] for row in rows] for column in rows[0]})
    columns = {column: [row[column] for row in estimates] for column in estimates[0]}
    files.write_table(folder / "readings.parquet", columns)
