"""The screening of every dataset: all faults of all years at once, policies by account, residual outputs, pages."""

import json
from dataclasses import replace

import numpy as np
import pytest
import yaml

from accept_screening import accept_screening
from convert_flows import convert_flows
from datasets import HOME, results_of, snakemake, write_dataset
from economies import random_economy
from import_description import import_description
from import_year import import_year
from laborvalue.errors import InputError
from laborvalue.residuals import residual_outputs
from laborvalue_workflow.data import dataset, files, planned
from laborvalue_workflow.data.screenings import left_out
from laborvalue_workflow.importers import plan
from laborvalue_workflow.running import configuration
from laborvalue_workflow.screening.findings import COLUMNS, Done
from laborvalue_workflow.screening.page import all_years_page
from laborvalue_workflow.screening.policies import RESIDUAL_OUTPUT, FaultPolicies, Policy
from published_tables import city_case, screening_rows
from real_tables import needs_wiod
from screen_year import screen_year
from test_bad_input import cell, edit
from test_workflow import wiod_economy
from write_screening import write_screening

YEARS = (2012, 2015)


def folder_of(tmp_path, **of_year):
    """A dataset folder of two years, 3 regions x 5 sectors."""
    economies = {year: of_year.get(f"in_{year}", random_economy(3, 5, year)) for year in YEARS}
    return write_dataset(tmp_path / "data", economies)


def screened(folder, results):
    """The screening of every year and the page of all, as the rules make them; returns the rows of all years."""
    known = planned.describe_dataset(folder)
    small = folder / "regions.csv", folder / "sectors.csv"
    paths = [results / f"screening/{year}.csv" for year in known.years]
    for year, path in zip(known.years, paths, strict=True):
        flows, converted = known.tables[year]["flows"], ""
        if not flows.endswith(".npy"):
            table, flows, converted = flows, results / f"{year}.npy", results / f"{year}.json"
            convert_flows(table, *small, flows, converted)
        screen_year(folder, year, flows, report=path, page=path.with_suffix(".md"), converted=converted)
    write_screening(paths, results / "screening.md")
    return [row for path in paths for row in screening_rows(path)]


def message_of(folder, results):
    """What the gate says to a dataset folder; empty where it accepts it."""
    screened(folder, results)
    paths = sorted((results / "screening").glob("*.csv"))
    try:
        accept_screening(str(folder), paths, results / "accepted.json")
    except InputError as error:
        assert not (results / "accepted.json").exists()
        return str(error)
    return ""


def describe(folder, **keys):
    path = folder / "dataset.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | keys))


def found(rows, **where):
    return [row for row in rows if all(row[name] == text for name, text in where.items())]


# All faults of all years in one message -----------------------------------------------------------------


def spoil_three_tables(folder):
    edit(folder / "2012/primary_inputs.csv", cell("depreciation", "-8671", "r1", "s2"))
    edit(folder / "2012/labor.csv", cell("hours", "0", "r0", "s3"))
    edit(folder / "2015/final_demand.csv", lambda lines: [*lines, "r0,r1,s2,gifts,5"])
    edit(folder / "2015/labor.csv", cell("hours", "many", "r2", "s1"))


def test_faults_in_three_tables_of_two_years_are_in_one_message(tmp_path):
    folder = folder_of(tmp_path)
    spoil_three_tables(folder)
    said = message_of(folder, tmp_path / "results").splitlines()
    mend = "; correct the file or set faults.{} in dataset.yaml to {}"
    output = random_economy(3, 5, 2012).output[0, 3]
    assert said == [
        f"{folder}/2012/primary_inputs.csv: 2012, depreciation: region r1, sector s2: -8671; expected 0 or more"
        + mend.format("negative", "exclude or zero"),
        f"{folder}/2012/labor.csv: 2012, hours: region r0, sector s3: 0 with an output of {output:g}; expected above 0"
        + mend.format("no_labor", "exclude or zero"),
        f"{folder}/2015/labor.csv: 2015, hours: region r2, sector s1: 'many'; expected a number"
        + mend.format("missing", "exclude or zero"),
        f"{folder}/2015/final_demand.csv: 2015, final_demand: category 'gifts' is unknown; expected one of "
        "rural_households, urban_households, households, government, … (origin_region r0, region r1, sector s2)",
    ]


def test_a_transposed_year_and_a_text_in_another_are_in_one_message(tmp_path):
    economy = random_economy(3, 5, 2015)
    folder = folder_of(tmp_path, in_2015=replace(economy, flows=economy.flows.transpose(2, 3, 0, 1)))
    edit(folder / "2012/primary_inputs.csv", cell("output", "", "r0", "s0"))
    first, inputs, uses = message_of(folder, tmp_path / "results").splitlines()
    assert "2012, output: region r0, sector s0: 'empty'; expected a number" in first
    for line in (inputs, uses):
        assert line.startswith(f"{folder}/2015/flows.npy: 2015, flows: ")
        assert "the transposed flows balance: rows must be suppliers, columns users" in line
    page = (tmp_path / "results/screening.md").read_text(encoding="utf-8")
    assert "| identity | flows |  | 2 | stops the run |" in page and "the transposed flows balance" in page


def test_a_missing_row_is_told_and_does_not_stop(tmp_path):
    folder = folder_of(tmp_path)
    for table in ("primary_inputs", "labor"):
        edit(folder / f"2015/{table}.csv", lambda lines: [line for line in lines if not line.startswith("r1,s2,")])
    assert message_of(folder, tmp_path / "results") == ""
    rows = screening_rows(tmp_path / "results/screening/2015.csv")
    (row,) = found(rows, check="missing")
    assert (row["block"], row["region"], row["sector"]) == ("primary_inputs", "r1", "s2")
    assert row["found"] == "no row" and row["done"] == Done.EXCLUDED
    reasons = left_out(tmp_path / "results/screening", YEARS)
    assert reasons == {("r1", 2015): ["primary_inputs of r1, s2 is no row"]}
    accepted = json.loads((tmp_path / "results/accepted.json").read_text())
    assert list(accepted) == ["2012", "2015"]


def test_many_faults_are_counted_and_the_message_ends(tmp_path):
    folder = folder_of(tmp_path)
    edit(folder / "2012/labor.csv", lambda lines: [lines[0], *(f"{x.rsplit(',', 1)[0]},-1" for x in lines[1:])])
    lines = [f"r{k},s1,5" for k in range(10, 40)]
    edit(folder / "2015/labor.csv", lambda given: [*given, *lines])
    said = message_of(folder, tmp_path / "results").splitlines()
    assert "2012, hours: region r0, sector s0: -1 (15 such cells); expected 0 or more" in said[0]
    assert len(said) <= 21 and said[-1].startswith("and ") == (len(said) == 21)
    assert "20 more" in said[-1]
    (row,) = [row for row in screening_rows(tmp_path / "results/screening/2015.csv") if row["found"] == "20 more"]
    assert row["check"] == "key" and row["done"] == Done.STOPPED


def test_the_faults_of_an_import_are_in_one_message_of_all_years(tmp_path):
    cases = {year: city_case(tmp_path / str(year), year=year) for year in (2012, 2015)}
    cases[2012].fields["VA"][0, 46] = -1.0
    cases[2012].fields["Z"][2, 46] = -2.0
    cases[2015].fields["Export"][46, 0] = -3.0
    settings = cases[2012].write()
    cases[2015].write()
    settings["tables"].append(cases[2015].settings["tables"][0])
    settings["faults"]["unit"] = "keep"
    settings["labor"]["hours"] = str(tmp_path / "{year}" / "hours_{year}.csv")
    results, reports = tmp_path / "results", []
    for year, tables in plan.describe(settings, results / "dataset").tables.items():
        reports.append(results / f"screening/{year}.csv")
        written = [tables[name] for name in ("flows", "final_demand", "primary_inputs", "labor")]
        of_year = json.loads(plan.year_settings(settings, year))
        import_year(year, of_year, *written, reports[-1], reports[-1].with_suffix(".md"))
    paths = [results / f"dataset/{name}" for name in ("dataset.yaml", "regions.csv", "sectors.csv")]
    with pytest.raises(InputError) as error:
        import_description(json.loads(plan.description_settings(settings)), reports, *paths)
    said = str(error.value).splitlines()
    assert [line.split(": ")[1] for line in said] == ["2012, flows", "2012, compensation", "2015, exports"]
    assert [line.split(": ")[0] for line in said] == [str(cases[year].file) for year in (2012, 2012, 2015)]
    assert all("set import.faults.negative to exclude or zero" in line for line in said)
    assert not any(path.exists() for path in paths)


# Policies per account -------------------------------------------------------------------------------------


def test_an_account_that_is_not_named_has_the_default():
    policies = FaultPolicies.from_keys({"missing": {"hours": "stop", "depreciation": "zero"}, "negative": "zero"})
    blocks = {"hours": "stop", "depreciation": "zero", "compensation": "exclude", "rural_households": "exclude"}
    assert {block: policies.of("missing", block) for block in blocks} == blocks
    assert policies.of("negative", "hours") == Policy.ZERO
    uses = FaultPolicies.from_keys({"negative": {"final_demand": "exclude"}})
    assert uses.of("negative", "government") == Policy.EXCLUDE and uses.of("negative", "exports") == Policy.STOP


def test_a_folder_stops_at_texts_and_takes_missing_rows_as_unknown_by_default():
    policies = FaultPolicies.of_folder({})
    assert (policies.of("text", "hours"), policies.of("missing", "hours")) == (Policy.STOP, Policy.EXCLUDE)
    assert policies.of("negative", "hours") == policies.of("no_labor") == Policy.STOP
    given = FaultPolicies.of_folder({"missing": {"hours": "exclude"}})
    assert (given.of("text", "hours"), given.of("text", "output")) == (Policy.EXCLUDE, Policy.STOP)
    assert FaultPolicies.of_folder({"missing": "exclude"}).of("text", "flows") == Policy.STOP


def test_the_accounts_of_a_folder_have_policies_of_their_own(tmp_path):
    folder = folder_of(tmp_path)
    edit(folder / "2012/labor.csv", cell("hours", "", "r1", "s4"))
    edit(folder / "2012/primary_inputs.csv", cell("depreciation", "", "r1", "s4"))
    edit(folder / "2012/primary_inputs.csv", cell("compensation", "", "r0", "s4"))
    describe(folder, faults={"missing": {"hours": "exclude", "compensation": "exclude", "depreciation": "zero"}})
    assert message_of(folder, tmp_path / "results") == ""
    rows = screening_rows(tmp_path / "results/screening/2012.csv", check="missing")
    assert {(row["block"], row["region"], row["done"]) for row in rows} == {
        ("hours", "r1", Done.ROW_LEFT_OUT),
        ("depreciation", "r1", Done.SET_TO_ZERO),
        ("compensation", "r0", Done.EXCLUDED),
    }
    read = read_year(folder, 2012)
    assert read.inputs["depreciation"][1, 4] == 0 and np.isnan(read.inputs["compensation"][0, 4])
    unknown = {name: int(np.isnan(amounts).sum()) for name, amounts in read.inputs.items()}
    assert unknown.pop("compensation") == 1 and set(unknown.values()) == {0}
    assert np.isnan(read.hours[1, 4]) and np.isnan(read.hours).sum() == 1


@pytest.mark.parametrize("policy", ["zero", {"s4": "zero"}])
def test_output_without_labor_keeps_its_hours_of_0_where_the_sector_may_have_none(policy, tmp_path):
    folder = folder_of(tmp_path)
    edit(folder / "2012/labor.csv", cell("hours", "0", "r1", "s4"))
    describe(folder, faults={"no_labor": policy})
    assert message_of(folder, tmp_path / "results") == ""
    (row,) = screening_rows(tmp_path / "results/screening/2012.csv", check="no_labor")
    assert (row["region"], row["sector"], row["done"]) == ("r1", "s4", Done.WITHOUT_LABOR)
    assert row["found"].startswith("0 with an output of ") and row["found"].endswith(" of the region's")
    assert read_year(folder, 2012).hours[1, 4] == 0


def test_a_policy_of_one_sector_leaves_the_others_theirs_and_knows_its_sector(tmp_path):
    folder = folder_of(tmp_path)
    edit(folder / "2012/labor.csv", cell("hours", "0", "r1", "s4"))
    describe(folder, faults={"no_labor": {"s3": "zero"}})
    assert "region r1, sector s4: 0 with an output of" in message_of(folder, tmp_path / "results")
    describe(folder, faults={"no_labor": {"s9": "zero"}})
    with pytest.raises(InputError, match=r"import.faults\) names s9, no sector; expected one or more of s0, s1"):
        screened(folder, tmp_path / "results")


def read_year(folder, year):
    """The tables of a year as the splitting reads them."""
    known = planned.describe_dataset(folder)
    keys = known.regions, dataset.read_sectors(folder / "sectors.csv")["sector"]
    return dataset.read_year(known.tables[year], keys, dataset.read_description(folder / "dataset.yaml"))


@pytest.mark.parametrize(
    ("policy", "hours", "done"), [("exclude", [False, True, False], Done.EXCLUDED), ("zero", [False] * 3, "set to 0")]
)
def test_final_demand_that_is_negative_leaves_its_user_out_or_is_0(policy, hours, done, tmp_path):
    folder = folder_of(tmp_path)
    edit(folder / "2012/final_demand.csv", cell("value", "-3", "r0", "r1", "s2"))
    describe(folder, faults={"negative": {"final_demand": policy}})
    assert message_of(folder, tmp_path / "results") == ""
    (row,) = screening_rows(tmp_path / "results/screening/2012.csv", check="negative")
    assert (row["origin_region"], row["origin_sector"], row["region"]) == ("r0", "s2", "r1")
    assert row["done"] == done and row["found"] == "-3"
    read = read_year(folder, 2012)
    assert np.isnan(read.hours).all(axis=1).tolist() == hours
    assert read.totals[row["block"]].min() >= 0


def test_an_import_loses_only_the_account_that_is_not_known(tmp_path):
    case = city_case(tmp_path / "files")
    case.fields["VA"][2, 46] = np.nan  # depreciation
    case.fields["VA"][0, 45] = np.nan  # compensation
    case.settings["faults"]["missing"] = {"depreciation": "zero"}
    settings = case.write()
    results = tmp_path / "results"
    tables = plan.describe(settings, results).tables[2012]
    written = [tables[name] for name in ("flows", "final_demand", "primary_inputs", "labor")]
    import_year(2012, json.loads(plan.year_settings(settings, 2012)), *written, results / "s.csv", results / "s.md")
    primary = files.read_table(tables["primary_inputs"], texts=("region", "sector")).to_pylist()
    by_cell = {(row["region"], row["sector"]): row for row in primary}
    assert by_cell["r1", "05"]["depreciation"] == 0 and by_cell["r1", "04"]["compensation"] is None
    assert sum(value is None for row in primary for value in row.values()) == 1 and len(primary) == 3 * 42
    done = {row["block"]: row["done"] for row in screening_rows(results / "s.csv", check="missing")}
    assert done == {"depreciation": Done.SET_TO_ZERO, "compensation": Done.EXCLUDED}


BAD_POLICIES = {
    "no section": ("zero", ["faults is 'zero'; expected a section of the keys missing, negative"]),
    "unknown fault": ({"gaps": "stop"}, ["faults.gaps is no key; expected missing, negative, zero_output"]),
    "unknown account": (
        {"missing": {"wages": "zero"}, "negative": {"operating_surplus": "zero"}},
        ["faults.missing.wages is no account", "faults.negative.operating_surplus is no account"],
    ),
    "unknown policy": (
        {"missing": {"hours": "keep"}, "no_labor": "keep", "residual_output": 2},
        ["faults.missing.hours is 'keep'; expected stop or exclude or zero", "faults.no_labor is 'keep'", "is 2; exp"],
    ),
    "flows that go on": ({"missing": {"flows": "zero"}}, ["faults.missing.flows is 'zero'; expected stop"]),
}


@pytest.mark.parametrize("case", BAD_POLICIES)
def test_wrong_policies_of_a_folder_are_refused_all_at_once(case, tmp_path):
    keys, expected = BAD_POLICIES[case]
    folder = folder_of(tmp_path)
    describe(folder, faults=keys)
    with pytest.raises(InputError) as error:
        dataset.read_description(folder / "dataset.yaml")
    lines = str(error.value).splitlines()
    assert len(lines) == len(expected) and all(part in line for part, line in zip(expected, lines, strict=True))


@pytest.mark.parametrize("given", [{"missing": {"hour": "zero"}}, {"missing": {"hours": "keep"}}, {"missing": []}])
def test_wrong_policies_of_an_import_are_refused_with_what_is_allowed(given):
    schema = HOME / "workflow/schemas/config.schema.yaml"
    config = configuration.completed({"import": {"faults": given}}, HOME / "config/config.yaml")
    with pytest.raises(
        InputError, match=r"import.faults.missing is .*allowed: stop, exclude, zero, or \{ACCOUNT: .*hours"
    ):
        configuration.check(config, schema)


# Residual outputs -----------------------------------------------------------------------------------------


def test_a_residual_is_a_share_of_its_region_and_0_means_off():
    output = np.array([[5e-9, 1e8, 0.0], [10.0, 1e8, np.nan]])
    assert residual_outputs(output, 1e-7).tolist() == [[True, False, False], [True, False, False]]
    assert residual_outputs(output, 1e-8).tolist() == [[True, False, False], [False] * 3]
    assert not residual_outputs(output, 0).any()


def residual(folder, value="5e-9"):
    edit(folder / "2012/primary_inputs.csv", cell("output", value, "r1", "s3"))
    edit(folder / "2012/labor.csv", cell("hours", "0", "r1", "s3"))
    describe(folder, imbalance="keep")


def test_a_residual_output_of_a_folder_is_told_and_counts_as_none(tmp_path):
    folder = folder_of(tmp_path)
    residual(folder)
    read = read_year(folder, 2012)
    assert all(amounts[1, 3] == 0 for amounts in read.inputs.values())
    given = random_economy(3, 5, 2012)
    for d, block in read.blocks():
        assert (block[:, 1, 3] == 0).all()  # what it buys
        others = given.flows[d].copy()
        others[:, 1, 3] = 0
        np.testing.assert_array_equal(block, others)  # and what others buy of it is there
    rows = [row for row in screened(folder, tmp_path / "results") if row["year"] == "2012"]
    (row,) = found(rows, check="residual_output")
    assert (row["region"], row["sector"], row["found"]) == ("r1", "s3", "5e-09")
    assert row["done"] == Done.WITHOUT_OUTPUT and "1e-07 of the region's output" in row["expected"]
    describe(folder, faults={"residual_output": 0})
    assert read_year_stops(folder, "hours are 0 with an output of 5e-09")


def read_year_stops(folder, message):
    with pytest.raises(InputError, match=message):
        read_year(folder, 2012)
    return True


def test_a_residual_output_of_an_import_takes_its_inputs_along(tmp_path):
    case = city_case(tmp_path / "files")
    user = 46  # r1, sector 05
    for block in ("Z", "F", "Export"):
        case.fields[block][user] = 0
    case.fields["Z"][user, 3] = 4e-9
    settings = case.write()
    results = tmp_path / "results"
    tables = plan.describe(settings, results).tables[2012]
    written = [tables[name] for name in ("flows", "final_demand", "primary_inputs", "labor")]
    import_year(2012, json.loads(plan.year_settings(settings, 2012)), *written, results / "s.csv", results / "s.md")
    (row,) = screening_rows(results / "s.csv", check="residual_output")
    assert (row["region"], row["sector"], row["found"]) == ("r1", "05", "4e-09")
    flows = np.load(tables["flows"])
    assert case.fields["Z"][:, user].any() and not flows[:, user].any() and flows[user, 3] == 4e-9
    primary = files.read_table(tables["primary_inputs"], texts=("region", "sector")).to_pylist()
    (of_cell,) = [row for row in primary if (row["region"], row["sector"]) == ("r1", "05")]
    assert {value for name, value in of_cell.items() if name not in ("region", "sector")} == {0.0}


def test_the_default_share_is_between_the_residuals_and_the_sectors_of_real_tables():
    """Shares of their region's output: residuals and smallest sectors of the Chinese provinces, smallest of WIOD."""
    assert 8.6e-18 < RESIDUAL_OUTPUT < 1.17e-6 < 4.2e-5
    assert 1 / 15_084_315 < RESIDUAL_OUTPUT  # 10,000 yuan in the smallest province
    schema = configuration.read_schema(HOME / "workflow/schemas/config.schema.yaml")
    assert configuration.defaults(schema)["import"]["faults"]["residual_output"] == RESIDUAL_OUTPUT


# The pages ------------------------------------------------------------------------------------------------


def test_the_page_of_all_years_has_a_matrix_addresses_identities_gaps_and_links(tmp_path):
    folder = folder_of(tmp_path)
    spoil_three_tables(folder)
    residual(folder)
    screened(folder, tmp_path / "results")
    page = (tmp_path / "results/screening.md").read_text(encoding="utf-8")
    assert "**4 faults stop the run**" in page
    assert "[2012](screening/2012.md), [2015](screening/2015.md)" in page
    assert "| fault | block | 2012 | 2015 | done |" in page
    for line in (
        "| negative | depreciation | 1 |  | stops the run |",
        "| missing | hours |  | 1 | stops the run |",
        "| residual_output | output | 1 |  | treated as no output |",
        "| negative | depreciation | 2012 | r1, s2 | -8671 | 0 or more | stops the run |",
    ):
        assert line in page
    assert page.index("stops the run |") < page.index("treated as no output |")
    for title in ("## Accounting identities", "## Rows against columns: the worst gaps"):
        assert title in page
    for year in YEARS:
        assert (tmp_path / f"results/screening/{year}.md").is_file()
        assert list(screening_rows(tmp_path / f"results/screening/{year}.csv")[0]) == list(COLUMNS)


def test_no_page_names_a_folder_of_this_machine(tmp_path):
    folder = folder_of(tmp_path)
    spoil_three_tables(folder)
    economy = random_economy(3, 5, 2015)
    np.save(folder / "2015/flows.npy", economy.flows.transpose(2, 3, 0, 1).reshape(15, 15))
    screened(folder, tmp_path / "results")
    for path in (tmp_path / "results").rglob("*.*"):
        assert str(tmp_path) not in path.read_text(encoding="utf-8"), path


def test_a_page_of_years_without_a_fault_says_so():
    page = all_years_page({"2012": [], "2015": []}, "all years")
    assert "Nothing stops the run." in page and "None." in page and "No sector's rows and columns differ" in page


def test_faults_of_a_flows_table_are_in_the_screening(tmp_path):
    economies = {year: random_economy(3, 5, year) for year in YEARS}
    folder = write_dataset(tmp_path / "data", economies, flows_as="table")
    edit(folder / "2012/flows.csv", cell("value", "many", "r0", "s1", "r2", "s3"))
    edit(folder / "2015/flows.csv", lambda lines: [*lines, "r0,s1,rX,s3,5", lines[1]])
    said = message_of(folder, tmp_path / "results").splitlines()
    assert "2012, flows: origin_region r0, origin_sector s1, region r2, sector s3: 'many'; expected a number" in said[0]
    assert said[0].endswith("; correct the file")
    assert "2015, flows: region 'rX' is unknown; expected one of r0, r1, r2" in said[1]
    assert "2015, flows: 1 rows repeat a pair of cells" in said[2] and len(said) == 3


# The workflow ---------------------------------------------------------------------------------------------


def test_the_workflow_stops_at_the_screening_and_keeps_its_pages(tmp_path, run):
    folder = folder_of(tmp_path)
    spoil_three_tables(folder)
    finished = snakemake("values", "--config", f"dataset={folder}", f"run={run}")
    assert finished.returncode == 1 and "Traceback" not in finished.stderr
    for part in ("-8671", "hours: region r0, sector s3: 0 with an output", "'many'", "category 'gifts' is unknown"):
        assert part in finished.stderr
    pages = {f"screening/{year}.{kind}" for year in YEARS for kind in ("csv", "md")} | {"screening.md"}
    assert set(results_of(HOME / "results" / run)) == pages


@needs_wiod
def test_the_screening_of_wiod_years_tells_zero_outputs_and_stops_nothing(tmp_path):
    folder = write_dataset(tmp_path / "wiod", {year: wiod_economy(year) for year in (1995, 2007)})
    assert message_of(folder, tmp_path / "results") == ""
    rows = [row for year in (1995, 2007) for row in screening_rows(tmp_path / f"results/screening/{year}.csv")]
    idle = {year: len(found(rows, check="zero_output", year=year)) for year in ("1995", "2007")}
    assert idle == {"1995": 18, "2007": 20} and found(rows, check="residual_output") == []
    page = (tmp_path / "results/screening.md").read_text(encoding="utf-8")
    assert "| zero_output | output | 18 | 20 | left without coefficients |" in page
    assert found(rows, done=Done.STOPPED) == [] and (tmp_path / "results/accepted.json").exists()
