"""Coefficients per unit of output: A, D, K, L, F of one region, and the national ones."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laborvalue.prices import annuity_depreciation


def import_factor(domestic: NDArray, imports: NDArray) -> NDArray:
    """(domestic + imported) / domestic inputs of each using sector, (n*,); 1 where none is domestic.

    Scaling a column of A by it spreads the user's imports over goods in proportion to its domestic
    inputs (method 5.2, `spread_imports`).
    """
    return 1 + np.divide(imports, domestic, out=np.zeros_like(domestic), where=domestic > 0)


def technical_coefficients(accounts: Mapping[str, NDArray], imports_rule: str) -> tuple[NDArray, NDArray, NDArray]:
    """A and its own part (n* x n*, good x user), and the factor u (n*,) their columns were scaled by.

    A sums over all supplying regions, the own part holds what the region supplies itself.
    imports_rule (method 5.2): `spread_imports` scales each column by `import_factor` and, for a table
    without an import row, is the same as `domestic_only`, which counts the domestic share of each
    delivery; `none` takes the flows as given. Columns without output are NaN: no coefficient, never 0.
    """
    if imports_rule == "none":
        flows, own = accounts["intermediate"], accounts["own"]
    else:
        flows, own = accounts["domestic"], accounts["own"] * accounts["domestic_share"][:, None]
    factor = np.ones(len(flows))
    if imports_rule == "spread_imports":
        factor = import_factor(flows.sum(axis=0), accounts["imports"])
    scale = factor * _per_output(accounts)
    return flows * scale, own * scale, factor


def wage_goods(accounts: Mapping[str, NDArray], rural_sector: NDArray, wage_scale: str, imports_rule: str) -> NDArray:
    """F (n* x n*): good j consumed by the workers of i per unit of output of i (method 5.4).

    The basket of i is the region's rural one where `rural_sector` (n*, bool), else its urban one; it is
    worth the labour compensation of i, or that times households' consumption per compensation in the
    region (`wage_scale` = household_consumption).
    """
    basket = np.where(rural_sector, *(_mix(accounts, use, imports_rule)[:, None] for use in ("rural", "urban")))
    wages = accounts["compensation"]
    if wage_scale == "household_consumption":
        wages = wages * accounts["households"].sum() / wages.sum()
    return basket * wages * _per_output(accounts)


def depreciation_matrix(accounts: Mapping[str, NDArray], imports_rule: str) -> NDArray:
    """D (n* x n*, per year): depreciation of i in the mix of capital goods of the region (method 5.5)."""
    mix = _mix(accounts, "capital", imports_rule)
    return mix[:, None] * accounts["depreciation"] * _per_output(accounts)


def capital_matrix(accounts: Mapping[str, NDArray], D: NDArray, tau: NDArray, settings: Mapping[str, Any]) -> NDArray:
    """K (n* x n*, years): stock of capital goods per unit of output (methods 4.2 and 5.5).

    tau (n*,): service lives in years, of the good (`tau_side` = row) or of the user's capital (col).
    `capital_rule`: tau_times_D; growth_adjusted, D / psi(g) for a stock grown at rate `growth`; or
    external, the stock given for the using sector in the region's mix of capital goods.
    """
    if settings["capital_rule"] == "external":
        mix = _mix(accounts, "capital", settings["imports"])
        return mix[:, None] * accounts["capital_stock"] * _per_output(accounts)
    lives = tau
    if settings["capital_rule"] == "growth_adjusted":
        lives = 1 / annuity_depreciation(settings["growth"], tau)
    return D * (lives[:, None] if settings["tau_side"] == "row" else lives)


def labor_coefficients(accounts: Mapping[str, NDArray]) -> NDArray:
    """L (n*,): hours of living labour per unit of output, NaN where there is none."""
    return accounts["hours"] * _per_output(accounts)


def national_average(coefficients: NDArray, output: NDArray) -> NDArray:
    """Output-weighted mean over regions: flows over output, as in a table without the regions.

    coefficients (m, ..., n*) with the using sector last; output (m, n*). A sector without output
    anywhere is NaN.
    """
    weights = np.nan_to_num(output)
    weights = weights.reshape(len(weights), *[1] * (coefficients.ndim - 2), -1)
    total = weights.sum(axis=0)
    with np.errstate(invalid="ignore"):
        return np.where(weights > 0, coefficients * weights, 0).sum(axis=0) / np.where(total > 0, total, np.nan)


def _mix(accounts: Mapping[str, NDArray], use: str, imports_rule: str) -> NDArray:
    mix = accounts[f"{use}_mix"]
    counts_imports = imports_rule == "none" or (imports_rule == "spread_imports" and accounts["imports_apart"])
    return mix if counts_imports else mix * accounts[f"{use}_domestic"]


def _per_output(accounts: Mapping[str, NDArray]) -> NDArray:
    output = accounts["output"]
    return np.divide(1, output, out=np.full(len(output), np.nan), where=output > 0)
