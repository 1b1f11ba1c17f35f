"""The accounts of imported tables against each other: what no statistical error makes stops the run, with its cause."""

import numpy as np
import pytest

from laborvalue.errors import InputError
from laborvalue_workflow.importers import plan
from laborvalue_workflow.importers.context import ImportContext
from laborvalue_workflow.importers.year import reference_output
from published_tables import city_case
from test_import import run_import, screening
from test_single_region import regional_settings, write_year

M, N = 3, 42


def flows_as(change):
    """Changes Z, seen as (m, n, m, n): supplying region and good, using region and sector."""

    def spoil(case):
        Z = case.fields["Z"].reshape(M, N, M, N).copy()
        changed = change(Z)
        case.fields["Z"] = np.ascontiguousarray(Z if changed is None else changed).reshape(M * N, M * N)

    return spoil


def cell(*index, times=None, amount=None):
    def change(Z):
        Z[index] = amount or Z[index] * times

    return flows_as(change)


def account(row, change):
    def spoil(case):
        case.fields["VA"][row] = change(case.fields["VA"])

    return spoil


def total_of_uses(case):
    """The last of the five uses of every region is the sum of the other four; without it the table balances."""
    F = case.fields["F"].reshape(M * N, M, 5)
    case.fields["VA"][3] -= F[..., 4].sum(axis=1)
    F[..., 4] = F[..., :4].sum(axis=2)


def total_region(Z):
    Z[2] = Z[0] + Z[1]
    Z[:, :, 2] = Z[:, :, 0] + Z[:, :, 1]


def region_of_all_others(case):
    flows_as(total_region)(case)
    for name in ("F", "Export"):
        of = case.fields[name].reshape(M, N, -1)
        of[2] = of[0] + of[1]


def sector_of_all_others(case):
    Z = case.fields["Z"].reshape(M, N, M, N)
    Z[:, 7] = np.delete(Z, 7, axis=1).sum(axis=1)
    Z[..., 7] = np.delete(Z, 7, axis=3).sum(axis=3)
    for name in ("F", "Export"):
        of = case.fields[name].reshape(M, N, -1)
        of[:, 7] = np.delete(of, 7, axis=1).sum(axis=1)


PERMUTED = [*range(5), 6, 5, *range(7, N)]
SPOILED = {
    "transposed": (flows_as(lambda Z: Z.transpose(2, 3, 0, 1)), "the transposed flows balance: rows must be suppliers"),
    "transposed in each pair": (flows_as(lambda Z: Z.transpose(0, 3, 2, 1)), "transposed within each pair of regions"),
    "sector by sector": (
        flows_as(lambda Z: Z.transpose(1, 0, 3, 2)),
        "read sector by sector: rows and columns must be",
    ),
    "rows of the next region": (
        flows_as(lambda Z: Z[[1, 2, 0]]),
        "their rows are put into another order of regions (r1",
    ),
    "columns of the next region": (
        flows_as(lambda Z: Z[:, :, [1, 2, 0]]),
        "their columns are put into another order of",
    ),
    "two sectors exchanged": (
        flows_as(lambda Z: Z[:, PERMUTED][..., PERMUTED]),
        "their rows and columns are put into another order of sectors (07 in the place of 06",
    ),
    "one cell a million times": (
        cell(0, 3, 1, 8, times=1e6),
        "origin_region r0, origin_sector 04, region r1, sector 09",
    ),
    "a use of its own good": (cell(2, 5, 2, 5, times=1e6), "region r2, sector 06: one flow is many times its user's"),
    "the largest number": (
        cell(0, 3, 1, 8, amount=1e99),
        "one flow is many times its user's output: 1e+99, all else",
    ),
    "one cell of final demand": (
        lambda case: case.fields["F"].__setitem__((4, 0), 1e9),
        "90% of all differences are in one cell",
    ),
    "a surplus a hundred times": (account(3, lambda VA: 100 * VA[3]), "no statistical error is as large"),
    "value added for surplus": (
        account(3, lambda VA: VA.sum(axis=0)),
        "operating_surplus less the other value added balances",
    ),
    "a total among the uses": (total_of_uses, "without inventories they balance: is it a total of the others?"),
    "a region of all others": (region_of_all_others, "region r2 "),
    "a sector of all others": (sector_of_all_others, "sector 08 Manufacture of wearing apparel"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_what_no_statistical_error_makes_stops_though_imbalances_are_kept(name, tmp_path):
    spoil, cause = SPOILED[name]
    case = city_case(tmp_path / "files", m=M)
    spoil(case)
    settings = case.write()
    with pytest.raises(InputError) as error:
        run_import(settings, tmp_path)
    message = str(error.value)
    assert cause in message and "2012.mat: 2012, flows: " in message
    assert len(screening(tmp_path, check="identity")) == 1, "one cause is named once"


def test_differences_of_honest_tables_are_kept(tmp_path):
    """Errors of 4 % of every output, as large as the largest of the published tables."""
    case = city_case(tmp_path / "files", m=M)
    signs = np.where(np.arange(M * N) % 2, 1, -1)
    case.fields["VA"][3] += 0.04 * signs * case.economy.output.ravel()
    run_import(case.write(), tmp_path)
    assert screening(tmp_path, check="identity") == []
    assert len(screening(tmp_path, check="imbalance")) == M * N


def test_one_transposed_workbook_of_several_is_named(tmp_path):
    def transpose(table):
        flows = np.stack([table.columns[code] for code in table.codes])
        table.columns |= dict(zip(table.codes, flows.T, strict=True))

    write_year(tmp_path, each={1: {"spoil": transpose}})
    with pytest.raises(InputError, match="the transposed flows of 13 balance"):
        run_import(regional_settings(tmp_path), tmp_path)


def test_the_output_of_china_is_no_reference_for_another_country(tmp_path):
    settings = regional_settings(tmp_path, national_output=None)
    for currency, found in (("yuan", 160.2), ("RMB", 160.2), ("euro", None), ("USD", None)):
        context = ImportContext.from_config(settings | {"currency": currency})
        assert reference_output(context, 2012) == found


def test_one_table_or_one_file_of_hours_for_two_years_is_refused(tmp_path):
    settings = city_case(tmp_path / "files").write()
    (table,) = settings["tables"]
    copied = tmp_path / "copy.mat"
    copied.write_bytes((tmp_path / "files/2012.mat").read_bytes())
    twice = settings | {"tables": [table, {"year": 2015, "file": str(copied)}]}
    with pytest.raises(InputError, match="the same hours in every year; expected"):
        plan.describe(twice, tmp_path)
    hours = settings["labor"] | {"hours": str(tmp_path / "hours_{year}.csv")}
    with pytest.raises(InputError, match=r"2012.mat \(2012\) and .*copy.mat \(2015\) have the same content"):
        plan.describe(twice | {"labor": hours}, tmp_path)
