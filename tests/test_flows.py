"""The product with the stored flows, (14) and the sums of (15), against sums written out cell by cell."""

from dataclasses import replace

import numpy as np
import pytest

from economies import competitive, dense_system, productive_system, random_economy, solve
from laborvalue.errors import InputError
from laborvalue.flows import SupplierFlows, weigh_flows
from laborvalue.imports import RULES

IMPORTS = ("none", "domestic_only", "spread_imports")


def drawn(m=3, n=4, seed=0):
    rng = np.random.default_rng(seed)
    stored = rng.uniform(0, 5, (m * n, m * n))
    return SupplierFlows(stored, rng.uniform(0.3, 1, (m, n)), rng.uniform(1, 1.5, (m, n)), money_unit=1e4)


def written_out(flows):
    """z of every pair of cells, (m, n, m, n)."""
    m, n = flows.domestic_share.shape
    stored = flows.stored.reshape(m, n, m, n)
    return 1e4 * flows.domestic_share[:, :, None, None] * stored * flows.import_factor


def test_the_sum_over_all_suppliers_counts_shares_factors_and_the_money_unit():
    flows, weights = drawn(), np.random.default_rng(1).uniform(0, 1, (2, 3, 4))
    expected = np.einsum("kdj,djci->kci", weights, written_out(flows))
    assert flows.all_suppliers(weights) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("which", ["own_cell", "own_city", "own_sector"])
def test_what_is_left_out_is_a_part_of_the_sum(which):
    flows, weights = drawn(), np.random.default_rng(1).uniform(0, 1, (2, 3, 4))
    z = written_out(flows)
    expected = np.zeros((2, 3, 4))
    for d, j, c, i in np.ndindex(z.shape):
        if {"own_cell": d == c and j == i, "own_city": d == c, "own_sector": j == i}[which]:
            expected[:, c, i] += weights[:, d, j] * z[d, j, c, i]
    assert flows.left_out(which, weights) == pytest.approx(expected, rel=1e-13)


def test_embodied_values_are_the_inputs_of_a_unit_of_output():
    flows, rng = drawn(), np.random.default_rng(2)
    value, output = rng.uniform(0, 1, (3, 4)), rng.uniform(1, 9, (3, 4))
    output[1, 2] = 0
    expected = np.einsum("dj,djci->ci", value, written_out(flows)) / np.where(output > 0, output, np.inf)
    assert flows.embodied(value, output) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_product_is_the_same_to_the_last_bit_whatever_the_threads(threads):
    rng = np.random.default_rng(3)
    stored, weights = rng.uniform(0, 1, (90, 90)), rng.uniform(0, 1, (2, 90))
    parts = [weights[:, k : k + 16] @ stored[k : k + 16] for k in range(0, 90, 16)]
    expected = parts[0]
    for part in parts[1:]:
        expected = expected + part
    assert (weigh_flows(weights, stored, threads, rows=16) == expected).all()


def test_flows_of_another_size_are_refused():
    with pytest.raises(InputError, match=r"SupplierFlows.stored has shape \(5, 5\); expected it to end in \(6, 6\)"):
        SupplierFlows(np.ones((5, 5)), np.ones((2, 3)), np.ones((2, 3)))


def test_under_none_the_domestic_share_does_not_count():
    share = np.full((2, 3), 0.5)
    counted = {rule: SupplierFlows.counting(RULES[rule], np.ones((6, 6)), share, np.ones((2, 3))) for rule in IMPORTS}
    assert (counted["none"].domestic_share == 1).all()
    assert (counted["domestic_only"].domestic_share == share).all()


# Competitive tables: rows hold imports, each supplier's row its own share.


def both_kinds():
    """A table whose rows hold imports, and a row of its own does too."""
    economy = competitive(random_economy(m=3, n=5, seed=4))
    return replace(economy, primary=economy.primary | {"imports": 0.03 * economy.output}, layout="competitive")


TABLES = {
    "imports in a row of their own": random_economy(m=3, n=5),
    "imports in the rows": competitive(random_economy(m=4, n=6, seed=3)),
    "imports in both": both_kinds(),
}


@pytest.mark.parametrize("imports", IMPORTS)
@pytest.mark.parametrize("table", TABLES)
def test_values_are_those_of_the_dense_system(table, imports):
    """Capital goods are spread over suppliers with each supplier's own domestic share, as inputs are."""
    economy = TABLES[table]
    solved = solve(economy, imports=imports)
    assert (solved.origins.domestic_share < 0.95).any() == ("rows" in table or "both" in table)
    system, labor = productive_system(economy, imports=imports)
    dense = np.linalg.solve((np.eye(len(labor)) - system).T, labor)
    assert solved.values.value[:, economy.productive].ravel() == pytest.approx(dense, rel=1e-12)


@pytest.mark.parametrize("imports", IMPORTS)
def test_constant_and_variable_capital_of_a_competitive_table_are_those_of_the_dense_system(imports):
    economy = competitive(random_economy(m=4, n=6, seed=5))
    solved, kept = solve(economy, imports=imports), economy.productive
    dense = dense_system(economy, imports=imports)
    value = np.nan_to_num(solved.values.value)  # goods of non-productive sectors have none
    for found, matrix in (
        (solved.values.constant_flow, dense.A + dense.D),
        (solved.values.constant_stock, dense.A + 10 * dense.D),
        (solved.values.variable, dense.F),
    ):
        expected = np.einsum("dj,djci->ci", value, matrix)
        assert found[:, kept] == pytest.approx(expected[:, kept], rel=1e-12)


@pytest.mark.parametrize("imports", IMPORTS)
@pytest.mark.parametrize("table", TABLES)
def test_open_values_take_the_own_block_of_the_dense_system_and_inflows_at_national_values(table, imports):
    economy = TABLES[table]
    solved, kept = solve(economy, imports=imports, scope="open"), economy.productive
    dense = dense_system(economy, imports=imports)
    nation = solved.nation.value[kept]
    for c in range(len(economy.regions)):
        block = (dense.A + dense.D)[:, :, c][:, kept][:, :, kept]
        own, elsewhere = block[c], block.sum(axis=0) - block[c]
        expected = np.linalg.solve((np.eye(kept.sum()) - own).T, dense.L[c, kept] + nation @ elsewhere)
        assert solved.values.value[c, kept] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("imports", IMPORTS)
@pytest.mark.parametrize("exclude", ["own_cell", "own_city", "own_sector"])
@pytest.mark.parametrize("normalise", [True, False])
@pytest.mark.parametrize("table", ["imports in a row of their own", "imports in the rows"])
def test_supplier_productivity_follows_from_the_dense_system(table, normalise, exclude, imports):
    """(14), (15) from A of the dense system: under none the domestic share does not enter."""
    economy = TABLES[table]
    solved = solve(economy, imports=imports, otlp_exclude=exclude, otlp_normalise=normalise)
    p, tlp = solved.nation.price, solved.indicators["tlp"]
    A = dense_system(economy, imports=imports).A
    m, n = len(economy.regions), economy.productive.sum()
    for c, i in np.ndindex(m, n):
        weighted = total = 0.0
        for d, j in np.ndindex(m, n):  # the productive suppliers
            if not {"own_cell": d == c and j == i, "own_city": d == c, "own_sector": j == i}[exclude]:
                a = p[j] * A[d, j, c, i] / p[i]
                weighted, total = weighted + a * tlp[d, j], total + a
        expected = weighted / total if normalise else weighted
        assert solved.indicators["otlp"][c, i] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("imports", IMPORTS)
def test_wage_goods_from_the_own_city_carry_its_own_domestic_share(imports):
    economy = competitive(random_economy(m=3, n=5, seed=8))
    chosen = {"digital_supply": "own_city", "digital_flow": "same_as_A"}
    solved = solve(economy, imports=imports, **chosen)
    p = solved.nation.price
    dense = dense_system(economy, imports=imports)
    for c, i in np.ndindex(3, 4):
        for name, k in (("dd", 1), ("ds", 2)):
            expected = p[k] * (dense.A[c, k, c, i] + dense.F[c, k, c, i]) / p[i]
            assert solved.indicators[name][c, i] == pytest.approx(expected, rel=1e-12)


def test_weights_are_untouched_where_all_suppliers_are_domestic():
    origin = np.random.default_rng(0).dirichlet(np.ones(3), (4, 3)).transpose(2, 0, 1)
    shares = np.ones((3, 4))
    assert RULES["domestic_only"].weights(origin, shares) is origin
    shares[0, 1] = 0.5
    weights = RULES["spread_imports"].weights(origin, shares)
    assert (weights[:, [0, 2, 3]] == origin[:, [0, 2, 3]]).all()
    assert weights[:, 1] == pytest.approx(
        origin[:, 1] * shares[:, [1]] / (origin[:, 1] * shares[:, [1]]).sum(axis=0), rel=1e-15
    )
    assert RULES["none"].weights(origin, shares) is origin
    shares[:, 1] = 0  # nobody supplies a domestic good: nothing to spread by
    assert (RULES["domestic_only"].weights(origin, shares) == origin).all()
