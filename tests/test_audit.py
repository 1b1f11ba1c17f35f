"""Slopes with the wage share held fixed: what is planted stays, what is an identity goes."""

import numpy as np
import pytest

from laborvalue.econometrics.audit import held_fixed, mechanical_parts
from laborvalue.econometrics.options import RegressionOptions
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
