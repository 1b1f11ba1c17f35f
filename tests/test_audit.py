"""Slopes with the wage share held fixed: what is planted stays, what is an identity goes."""

import numpy as np
import pytest

from economies import random_economy
from laborvalue.accounts import Sectors
from laborvalue.econometrics.audit import among_placebos, digital_slopes, held_fixed, mechanical_parts
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.indicators import placebo_pairs
from laborvalue_workflow.data.panel import panel_of
from test_tables import SLOPES, simulated


def audited(seed=3, **logs):
    """A simulated panel with a wage share; logs: functions of (ln wage share, noise) in the place of a variable."""
    columns = {name: np.array(cells) for name, cells in simulated(seed, regions=40, sectors=10).items()}
    rng = np.random.default_rng(seed)
    share, noise = rng.normal(-1.5, 0.4, len(columns["year"])), rng.normal(0, 0.3, (2, len(columns["year"])))
    for k, (name, log) in enumerate(logs.items()):
        columns[name] = np.exp(log(share, noise[k]))
    keys = {name: columns.pop(name) for name in ("region", "sector", "year")}
    return panel_of(
        keys | {name: cells.astype(float) for name, cells in (columns | {"wage_share": np.exp(share)}).items()}
    )


def slope(rows, table, column):
    return next(row for row in rows if (row["table"], row["column"]) == (table, column))


def test_a_planted_slope_stays_with_the_wage_share_held_fixed():
    rows = held_fixed(audited())
    found = slope(rows, 3, 4)
    assert found["term"] in SLOPES and found["stars"] and found["stars_fixed"]
    assert found["estimate_fixed"] == pytest.approx(found["estimate"], abs=2 * found["std_error"])
    assert {row["table"] for row in rows} == {3, 4, 5, 6, 7, 9, 10}, "an instrumented column has no further regressor"


def test_a_slope_that_only_the_wage_share_makes_goes():
    """Productivity is the inverse of the wage share, indirect input the wage share: digital goods do nothing."""
    mechanical = audited(tlpr=lambda share, noise: noise - share, indir=lambda share, noise: noise + share)
    found = slope(held_fixed(mechanical), 3, 4)
    assert found["stars"] == "***" and found["estimate"] < -0.3
    assert abs(found["estimate_fixed"]) < 3 * found["std_error_fixed"] < 0.2
    assert found["n"] == found["n_fixed"]


def test_the_share_of_an_identity_is_all_of_its_variation():
    panel = audited(lp=lambda share, noise: 2 - share, indir=lambda share, noise: share + noise)
    parts = {row["variable"]: row for row in mechanical_parts(panel)}
    assert parts["lp"]["estimate"] == pytest.approx(-1, rel=1e-9) and parts["lp"]["r2_within"] == pytest.approx(1)
    assert parts["indir"]["estimate"] == pytest.approx(1, abs=0.05)
    assert parts["indir"]["r2_within"] == pytest.approx(0.4**2 / (0.4**2 + 0.3**2), abs=0.05)
    assert parts["dir"]["r2_within"] < 0.02
    assert mechanical_parts(panel, ["none"]) == []
    levels = mechanical_parts(panel, ["lp"], RegressionOptions(log_transform=False))
    assert levels[0]["r2_within"] < 1


# Other goods in the place of the digital ones


def test_each_good_that_is_not_digital_stands_once_in_either_place():
    economy = random_economy(2, 9)
    sectors = Sectors(np.array(economy.sectors), economy.productive, economy.service_life, economy.digital)
    pairs = placebo_pairs(sectors, seed=1)
    goods = np.flatnonzero(economy.productive & (economy.digital == ""))
    assert len(goods) > 3 and all(sorted(column) == list(goods) for column in pairs.T)
    assert (pairs[:, 0] != pairs[:, 1]).all() and (placebo_pairs(sectors, 1) == pairs).all()
    none = Sectors(sectors.sector, economy.digital != "", economy.service_life, economy.digital)
    assert len(placebo_pairs(none, 1)) == 0


def with_random_inputs(panel, rng):
    """The panel with digital inputs that have nothing to do with the rest."""
    for name in ("ddr", "dsr", "dir", "indir"):
        place = panel.schema.get_field_index(name)
        panel = panel.set_column(place, name, [np.exp(rng.normal(0, 0.5, len(panel)))])
    return panel


def test_a_planted_slope_stands_alone_among_those_of_other_goods():
    panel, rng = audited(), np.random.default_rng(1)
    own = digital_slopes(panel)
    assert {(row["table"], row["term"]) for row in own} >= {(3, "ddr"), (5, "indir"), (9, "dlq"), (10, "pp")}
    standing = among_placebos(own, [digital_slopes(with_random_inputs(panel, rng)) for _ in range(12)])
    found = slope(standing, 3, 4)
    assert (found["placebos"], found["share_as_far"], found["rank"]) == (12, 0, 13), "it is the smallest, below 0"


def test_ranks_and_shares_are_counted_by_sign_and_size():
    def row(estimate, stars=""):
        return {"table": 3, "column": 1, "dependent": "tlpr", "term": "ddr", "estimate": estimate} | {
            "std_error": 1.0,
            "stars": stars,
            "n": 9,
        }

    others = [[row(-0.3, "***")], [row(-0.1)], [row(0.5, "*")], [row(-0.2)]]
    (found,) = among_placebos([row(-0.2, "**")], others)
    assert (found["placebos"], found["significant"], found["rank"], found["share_as_far"]) == (4, 2, 3, 0.5)
    (alone,) = among_placebos([row(-0.2)], [])
    assert (alone["placebos"], alone["share_as_far"]) == (0, None)


@pytest.mark.slow
def test_digital_inputs_that_do_nothing_are_significant_as_often_as_the_level_says():
    panel, rng = audited(), np.random.default_rng(7)
    tables = [row for _ in range(200) for row in digital_slopes(with_random_inputs(panel, rng)) if row["table"] == 3]
    rates = [np.mean([row["stars"] in ("**", "***") for row in tables if row["column"] == k]) for k in (1, 2, 3, 4)]
    assert all(0.015 <= rate <= 0.095 for rate in rates) and 0.03 <= np.mean(rates) <= 0.08, rates
