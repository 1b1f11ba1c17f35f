"""Tables that do not belong together stop the run, and the message says what is wrong with them."""

from dataclasses import replace

import numpy as np
import pytest

from datasets import write_dataset
from economies import competitive, mapped, random_economy, rebalanced, resized, without_output
from laborvalue.accounts import sum_over_origins
from laborvalue.errors import InputError
from laborvalue.identities import Cause, Identity, column_identity, explanation, imbalances, row_identity
from real_tables import SHARED
from split_year import split_year

YEAR = 2012
REGIONS, SECTORS = 4, 6
WIOD = sorted(SHARED.glob("wiod2013/wiod2013_*.npz"))


def economy_of(seed=0, **changes):
    return replace(random_economy(REGIONS, SECTORS, seed), **changes)


def split(economy, folder, **form):
    """What `split_year` says to the tables of an economy, one text a line; none where it accepts them."""
    written = write_dataset(folder / "dataset", {YEAR: economy}, **form)
    return split_folder(written, folder)


def split_folder(written, folder):
    out = folder / "economy"
    try:
        split_year(written, YEAR, str(next((written / str(YEAR)).glob("flows.*"))), out)
    except InputError as error:
        assert not out.exists(), "nothing is written"
        return str(error).splitlines()
    return []


def with_flows(change):
    """The economy whose square array of flows is changed: (N, N) -> (N, N)."""
    economy = economy_of()
    size = economy.hours.size
    return replace(economy, flows=change(economy.flows.reshape(size, size)).reshape(economy.flows.shape))


def in_order(regions, sectors):
    economy = economy_of()
    return replace(economy, flows=economy.flows[np.ix_(regions, sectors, regions, sectors)])


def sector_by_sector():
    flows = economy_of().flows.transpose(1, 0, 3, 2)
    return replace(economy_of(), flows=flows.reshape(economy_of().flows.shape))


def scaled_table(table, factor):
    economy = economy_of()
    if table == "flows":
        return replace(economy, flows=economy.flows * factor)
    if table == "final_demand":
        final = {name: use * factor for name, use in economy.final.items()}
        return replace(economy, final=final, exports=economy.exports * factor)
    return replace(economy, primary={name: amounts * factor for name, amounts in economy.primary.items()})


def without_half_of(flows):
    return np.where(np.arange(len(flows))[:, None] < len(flows) // 2, flows, 0.0)


ALL_REGIONS, ALL_SECTORS = list(range(REGIONS)), list(range(SECTORS))
FAULTY = {
    "transposed": (with_flows(np.transpose), "the transposed flows balance: rows must be suppliers"),
    "sector by sector": (sector_by_sector(), "the flows balance when they are read sector by sector"),
    "regions in another order": (
        in_order([1, 3, 0, 2], ALL_SECTORS),
        "another order of regions (r1 in the place of r0, r3 in the place of r1, r0 in the place of r2, …)",
    ),
    "two sectors exchanged": (
        in_order(ALL_REGIONS, [0, 1, 4, 3, 2, 5]),
        "another order of sectors (s4 in the place of s2, s2 in the place of s4): expected the order of sectors.csv",
    ),
    "half of the rows": (with_flows(without_half_of), "are rows of flows missing, or accounts?"),
    "flows in another unit": (scaled_table("flows", 1000), "the flows times 0.001 balance"),
    "primary inputs in another unit": (scaled_table("primary_inputs", 1000), "primary inputs times 0.001 balance"),
    "final demand in another unit": (scaled_table("final_demand", 1e-4), "final demand times 10000 balances"),
    "unrelated flows": (with_flows(lambda z: z[::-1, ::-1] ** 1.2), "compare the tables with their source"),
}


@pytest.mark.parametrize("case", FAULTY)
def test_tables_that_do_not_belong_together_are_refused_by_name(case, tmp_path):
    economy, advice = FAULTY[case]
    lines = split(economy, tmp_path)
    table = next((name for name in ("final_demand", "primary_inputs") if name.replace("_", " ") in case), "flows")
    assert lines and f"{YEAR}/{table}." in lines[0] and f"year {YEAR}: " in lines[0]
    assert advice in lines[0]
    assert "found" in lines[0] and "expected" in lines[0] and "worst region r" in lines[0]


def test_both_identities_are_told_at_once(tmp_path):
    inputs, uses = split(with_flows(np.transpose), tmp_path)
    assert "inputs, imports and value added differ from output by" in inputs and "of 24 region-sectors" in inputs
    assert "intermediate and final uses with exports differ from output by" in uses


def test_only_the_users_in_another_order_leave_the_rows_balanced(tmp_path):
    economy = economy_of()
    (line,) = split(replace(economy, flows=economy.flows[:, :, [1, 0, 2, 3]]), tmp_path)
    assert "their columns are put into another order of regions" in line


def test_a_flows_table_is_named_as_the_user_knows_it(tmp_path):
    """The job reads the array that was made of the table."""
    economy = with_flows(np.transpose)
    written = write_dataset(tmp_path / "dataset", {YEAR: economy}, flows_as="table")
    array = tmp_path / f"{YEAR}.npy"
    np.save(array, economy.flows.reshape(24, 24))
    with pytest.raises(InputError, match=rf"^{written}/{YEAR}/flows\.csv: year {YEAR}: .*transposed"):
        split_year(written, YEAR, array, tmp_path)


# Tables in order -----------------------------------------------------------------------------------------


def with_errors(share):
    """Statistical errors of this share of output in every row and column, half of them up."""
    economy = economy_of()
    error = share * np.where(np.arange(SECTORS) % 2, 1, -1) * economy.output
    surplus = economy.primary["operating_surplus"] + error
    return replace(
        economy, exports=economy.exports + error.clip(0), primary=economy.primary | {"operating_surplus": surplus}
    )


def without_accounts():
    economy = economy_of()
    unknown = np.zeros_like(economy.output, dtype=bool)
    unknown[1] = True
    primary = {name: np.where(unknown, np.nan, amounts) for name, amounts in economy.primary.items()}
    return replace(economy, primary=primary, hours=np.where(unknown, np.nan, economy.hours))


def surplus_not_given():
    economy = economy_of()
    return replace(economy, primary=economy.primary | {"operating_surplus": 0 * economy.output})


IN_ORDER = {
    "balanced": economy_of(),
    "rounded to integers": mapped(economy_of(), lambda amounts: np.round(amounts * 10)),
    "errors of four percent": with_errors(0.04),
    "rows hold imports": rebalanced(competitive(economy_of()), rows=False),
    "a region without accounts": without_accounts(),
    "a sector without output": rebalanced(without_output(economy_of(), 2, 3)),
    "surplus not given": surplus_not_given(),
    "no surplus": rebalanced(economy_of(flows=economy_of().flows * 2)),
}


@pytest.mark.parametrize("origins", [True, False])
@pytest.mark.parametrize("case", IN_ORDER)
def test_tables_in_order_are_accepted(case, origins, tmp_path):
    assert split(IN_ORDER[case], tmp_path, origins=origins) == []


ON_FLOWS = [case for case in FAULTY if "final demand" not in case]


@pytest.mark.parametrize("case", ON_FLOWS)
def test_without_origins_of_final_demand_the_columns_tell(case, tmp_path):
    economy, advice = FAULTY[case]
    lines = split(economy, tmp_path, origins=False)
    assert lines and f": year {YEAR}: inputs, imports and value added" in lines[0] and advice in lines[0]


def test_where_rows_hold_imports_the_columns_tell(tmp_path):
    economy = rebalanced(competitive(economy_of()), rows=False)
    lines = split(replace(economy, flows=economy.flows.transpose(2, 3, 0, 1)), tmp_path)
    assert "the transposed flows balance: rows must be suppliers" in lines[0]


def test_a_table_of_one_region_is_judged(tmp_path):
    """Its sectors show what a nation of one region hides."""
    economy = random_economy(1, SECTORS)
    assert split(economy, tmp_path / "whole") == []
    lines = split(replace(economy, flows=economy.flows.transpose(2, 3, 0, 1)), tmp_path / "transposed")
    assert "in sector s" in lines[0] and "the transposed flows balance" in lines[0]


def test_without_origins_of_final_demand_the_national_rows_are_judged(tmp_path):
    lines = split(scaled_table("final_demand", 1e-3), tmp_path, origins=False)
    assert len(lines) == 1 and "final_demand.csv" in lines[0] and "of 6 sectors of the nation" in lines[0]
    assert "final demand times 1000 balances" in lines[0]


def test_where_rows_hold_imports_too_little_and_absurdly_much_are_refused(tmp_path):
    economy = rebalanced(competitive(economy_of()), rows=False)
    (line,) = split(replace(economy, final={k: 0.1 * use for k, use in economy.final.items()}), tmp_path / "a")
    assert "final_demand.csv" in line and "are rows of final demand missing, or accounts?" in line
    (line,) = split(replace(economy, final={k: 1000 * use for k, use in economy.final.items()}), tmp_path / "b")
    assert "final_demand.csv" in line


def test_the_layout_in_the_description_decides_whether_rows_hold_imports(tmp_path):
    economy = rebalanced(competitive(economy_of(), share=0.9), rows=False)
    written = write_dataset(tmp_path / "dataset", {YEAR: economy})
    path = written / "dataset.yaml"
    text = path.read_text()
    path.write_text(text + "layout: competitive\n")
    assert split_folder(written, tmp_path) == []
    path.write_text(text + "layout: domestic\n")
    (line,) = split_folder(written, tmp_path / "again")
    assert "intermediate and final uses with exports differ from output" in line
    assert "layout: competitive in dataset.yaml says that rows hold imports" in line
    path.write_text(text + "layout: other\n")
    assert split_folder(written, tmp_path / "again") == [
        f"{path}: layout is 'other'; expected domestic or competitive, or no such key"
    ]


def test_a_table_that_does_not_balance_in_its_source_can_be_kept_but_no_transposed_one(tmp_path):
    for case, kept in (("half of the rows", True), ("unrelated flows", True), ("transposed", False)):
        written = write_dataset(tmp_path / case / "dataset", {YEAR: FAULTY[case][0]})
        assert split_folder(written, tmp_path / case)
        with (written / "dataset.yaml").open("a") as file:
            file.write("imbalance: keep\n")
        assert (split_folder(written, tmp_path / case) == []) == kept


def test_one_small_region_without_its_deliveries_is_found(tmp_path):
    """A share of the nation too small to show there."""
    shrunk = rebalanced(resized(economy_of(), np.where(np.arange(REGIONS) == 3, 0.01, 1.0)[:, None] * np.ones(SECTORS)))
    assert split(shrunk, tmp_path / "whole") == []
    flows = shrunk.flows.copy()
    flows[:, :, 3] = 0
    lines = split(replace(shrunk, flows=flows), tmp_path / "lost")
    assert "worst region r3" in lines[0] and "in region r3 by " in lines[0]


@pytest.mark.skipif(not WIOD, reason="the WIOD 2013 release is not here (../shared/data/wiod2013)")
@pytest.mark.parametrize("path", WIOD[::6], ids=lambda path: path.stem)
def test_real_tables_are_accepted_and_their_transposes_are_not(path):
    """41 regions x 35 industries; value added is what columns leave of output."""
    with np.load(path, allow_pickle=True) as file:
        Z, F, x = file["Z"].astype(float), file["F"].astype(float), file["x"].astype(float)
    m, n = 41, 35
    output, added = x.reshape(m, n), (x - Z.sum(axis=0)).reshape(m, n)
    primary = {name: added / 4 for name in ("compensation", "production_taxes", "depreciation", "operating_surplus")}
    primary |= {"imports": 0 * output, "output": output}
    final = F.sum(axis=1).reshape(m, n)

    def judged(flows):
        blocks = ((d, flows[d * n : (d + 1) * n].reshape(n, m, n)) for d in range(m))
        sums = sum_over_origins(blocks, final, 0 * output, output)
        rows = row_identity(sums, final, output, origins_known=True, rows_hold_imports=False)
        return [
            found and found.cause for found in imbalances(column_identity(sums, primary), rows, sums.trade.sum(axis=2))
        ]

    assert judged(Z) == [None, None]
    assert judged(Z.T) == [Cause.TRANSPOSED, Cause.TRANSPOSED]
    assert judged(np.where(np.arange(m * n)[:, None] % 2, Z, 0)) == [Cause.TOO_LITTLE, Cause.TOO_LITTLE]


def test_an_unknown_cell_is_not_judged():
    known = np.array([[10.0, 10.0], [10.0, 10.0]])
    identity = Identity(known / 2, np.array([[5.0, np.nan], [5.0, 5.0]]), known)
    assert identity.share() == 0 and identity.count() == (0, 3)
    assert not replace(identity, output=np.array([[10.0, 900.0], [10.0, 10.0]])).stops()


# The measures by hand -------------------------------------------------------------------------------------

OUTPUT = np.array([[100.0, 60.0], [40.0, 200.0]])


def identity(gaps, **given):
    """An identity with these differences: half of each output is flows, half the other terms."""
    return Identity(0.5 * OUTPUT + np.array(gaps), 0.5 * OUTPUT, OUTPUT, **given)


def test_shares_of_differences_in_the_nation_its_regions_and_its_sectors():
    of = identity([[8.0, -4.0], [0.0, 20.0]])
    assert of.share() == pytest.approx(32 / 400)
    assert of.part_shares(0) == pytest.approx([12 / 160, 20 / 240])
    assert of.part_shares(1) == pytest.approx([8 / 140, 24 / 260])
    assert of.count() == (3, 4) and of.worst() == (1, 1) and not of.stops()
    assert replace(of, excess=False).share() == pytest.approx(4 / 400)
    assert replace(of, deficit=False).share() == pytest.approx(28 / 400)
    unknown = replace(of, rest=np.where([[False, True], [False, False]], np.nan, of.rest))
    assert unknown.share() == pytest.approx(28 / 340) and unknown.count() == (2, 3)
    small = replace(of, flows=2.0**-60 * of.flows, rest=2.0**-60 * of.rest, output=2.0**-60 * of.output)
    assert small.share() == of.share() and small.part_shares(0).tolist() == of.part_shares(0).tolist()
    assert identity([[0.9, 0.7], [-0.3, -2.1]]).count() == (2, 4)  # a hundredth of output is noticed
    assert Identity(*[np.zeros((1, 2))] * 3).share() == 0 and Identity(*[np.zeros((1, 2))] * 3).count() == (0, 2)
    made_of_nothing = Identity(np.array([[5.0, 100.0]]), np.zeros((1, 2)), np.array([[0.0, 100.0]]))
    assert made_of_nothing.part_shares(1).tolist() == [np.inf, 0]
    hardly = replace(made_of_nothing, flows=np.array([[0.04, 100.0]]))  # less than a thousandth of the mean output
    assert hardly.part_shares(1).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("gaps", "stops"),
    [
        ([[0.0, 0.0], [0.0, 35.0]], False),  # 8.75 % of the nation, 14.6 % of the region
        ([[0.0, 0.0], [0.0, 37.0]], True),  # 15.4 % of the region
        ([[14.0, -6.0], [4.0, 15.0]], False),  # 9.75 % of the nation; 15 % of no part
        ([[14.0, -6.0], [5.0, 16.0]], True),  # 10.25 %
    ],
)
def test_differences_stop_from_a_tenth_of_the_nation_and_15_percent_of_a_part_on(gaps, stops):
    assert identity(gaps).stops() == stops


@pytest.mark.parametrize(("more", "cause"), [(2.0, "too little"), (4.0, "unknown")])
def test_where_nearly_all_differences_are_below_output_the_terms_are_too_little(more, cause):
    of = identity([[-35.0, -20.0], [more, -2.0]])
    found, none = imbalances(of, None, of.flows)
    assert found.cause == cause and none is None


@pytest.mark.parametrize("power", [-9, -4, -1, 1, 3, 9])
def test_any_power_of_ten_of_the_flows_is_found(power):
    rest = OUTPUT * np.array([[0.3, 0.6], [0.5, 0.4]])
    wrong = Identity((OUTPUT - rest) * 10.0**-power, rest, OUTPUT)
    found = explanation(wrong, wrong.flows)
    assert found.cause == "unit of the flows" and found.factor == pytest.approx(10.0**power)


@pytest.mark.parametrize(("times", "excess"), [(4.9, False), (5.1, True)])
def test_rows_that_hold_imports_are_no_excess_up_to_five_times_output(times, excess):
    sold = np.stack([0.5 * times * OUTPUT, 0 * OUTPUT], axis=2)  # all to the first region
    blocks = ((d, sold[d][:, :, None] * [1.0, 0.0]) for d in range(2))
    sums = sum_over_origins(blocks, 0 * OUTPUT, 0 * OUTPUT, OUTPUT)
    assert sums.trade.tolist() == sold.tolist()
    for known in (True, False):
        assert row_identity(sums, 0.5 * OUTPUT * times, OUTPUT, known, rows_hold_imports=True).excess == excess
        assert row_identity(sums, 0.5 * OUTPUT * times, OUTPUT, known, rows_hold_imports=False).excess


def test_more_than_value_added_shows_is_no_fault_where_an_account_may_be_unknown():
    sums = sum_over_origins([(0, np.ones((2, 1, 2)))], np.ones((1, 2)), np.zeros((1, 2)), np.full((1, 2), 3.0))
    primary = {name: np.ones((1, 2)) for name in ("compensation", "depreciation", "operating_surplus", "imports")}
    primary |= {"production_taxes": np.zeros((1, 2)), "output": np.full((1, 2), 6.0)}
    assert column_identity(sums, primary).deficit and column_identity(sums, primary).share() == 0
    for lacking in (0.0, np.nan):
        assert not column_identity(sums, primary | {"depreciation": np.full((1, 2), lacking)}).deficit


def test_flows_that_balance_the_columns_are_not_rescaled_in_the_rows():
    tenth = Identity(0.05 * OUTPUT, 0.05 * OUTPUT, OUTPUT)
    assert explanation(tenth, tenth.flows).cause == "unit of flows and final demand"
    assert explanation(tenth, tenth.flows, scale_rest=True) is None
    rest = Identity(0.5 * OUTPUT, 0.005 * OUTPUT, OUTPUT)
    found = explanation(rest, rest.flows, scale_rest=True)
    assert found.cause == "unit of the other terms" and found.factor == pytest.approx(100)
