"""Bad input ends with one readable message that says where, what was found and what was expected."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest
import yaml

from convert_flows import convert_flows
from datasets import HOME, results_of, snakemake, write_dataset
from economies import random_economy, rebalanced
from laborvalue.errors import InputError
from laborvalue_workflow.data import array_files, dataset, files, planned
from laborvalue_workflow.running import configuration
from solve_nation import solve_nation
from solve_network import solve_network
from solve_region import solve_region
from split_year import split_year

SCHEMA = HOME / "workflow/schemas/config.schema.yaml"
DEFAULTS = HOME / "config/config.yaml"
YEAR = 2012
REGION, SECTOR = "r1", "s2"


@pytest.fixture
def folder(tmp_path):
    return write_dataset(tmp_path / "dataset", {YEAR: random_economy(3, 5)})


def compute_values(folder, results, **choices):
    """The stages up to the regions' values on one year of a dataset folder, as the jobs of the workflow call them."""
    config = configuration.completed({"prices": {"rural_sectors": ["s0"]}}, DEFAULTS)
    for key, value in choices.items():
        config["values" if key in config["values"] else "prices"][key] = value
    settings = json.loads(configuration.chosen(config, "values", "prices"))
    known = planned.describe_dataset(folder)
    tables = known.tables[YEAR]
    accounts, solutions, index = results / "regions", results / "solutions", results / "index.json"
    split_year(folder, YEAR, tables["flows"], results)
    for region in known.regions:
        solve_region([f"{accounts}/{region}.npy"], settings, [f"{solutions}/{region}.npy"])
    national = dict(arrays=results / "national.npz", table=results / "national.csv", scalars=results / "national.json")
    solve_nation(YEAR, index, solutions=solutions, settings=settings, **national)
    solve_network(
        YEAR,
        index,
        flows=tables["flows"],
        origins=results / "origins.npz",
        solutions=solutions,
        nation=national["arrays"],
        scalars=national["scalars"],
        settings=settings,
        arrays=results / "network.npz",
        table=results / "regions.parquet",
        summary=results / "summary.json",
    )


def edit(path, change):
    path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")


def row(lines, *keys):
    return next(k for k, line in enumerate(lines) if line.startswith(",".join(keys) + ","))


def cell(column, text, *keys):
    """Put `text` into a column of the row with these keys."""

    def change(lines):
        cells = lines[row(lines, *keys)].split(",")
        cells[lines[0].split(",").index(column)] = text
        return [*lines[: row(lines, *keys)], ",".join(cells), *lines[row(lines, *keys) + 1 :]]

    return change


def repeated(*keys):
    return lambda lines: [*lines, lines[row(lines, *keys)]]


def renamed(old, new):
    return lambda lines: [lines[0].replace(old, new), *lines[1:]]


def described(key, value):
    """Put another value into dataset.yaml."""

    def change(lines):
        return yaml.safe_dump(yaml.safe_load("\n".join(lines)) | {key: value}).splitlines()

    return change


DESCRIPTION, REGIONS, SECTORS = "dataset.yaml", "regions.csv", "sectors.csv"
DEMAND, INPUTS, LABOR = (f"{YEAR}/{name}.csv" for name in ("final_demand", "primary_inputs", "labor"))
AT = f"region {REGION}, sector {SECTOR}"

BAD_TEXT = {
    "text in a number": (LABOR, cell("hours", "many", REGION, SECTOR), ["'many'", "expected a number", AT]),
    "underscore in a number": (LABOR, cell("hours", "1_0", REGION, SECTOR), ["'1_0'", "in plain digits", AT]),
    "full-width digits": (INPUTS, cell("output", "１２", REGION, SECTOR), ["'１２'", "in plain digits", AT]),
    "hexadecimal number": (LABOR, cell("hours", "0x10", REGION, SECTOR), ["'0x10'", "in plain digits", AT]),
    "apostrophe in a number": (LABOR, cell("hours", "1'263", REGION, SECTOR), ["1'263", "thousands separators", AT]),
    "NA in a number": (INPUTS, cell("output", "NA", REGION, SECTOR), ["output is 'NA'", AT]),
    "underscore in a service life": (SECTORS, cell("service_life", "1_0", "s3"), ["s3", "service_life is '1_0'"]),
    "full-width telephones": (REGIONS, cell("telephones_1984", "９", "r1"), ["r1", "telephones_1984 is '９'"]),
    "whose data in words": (DESCRIPTION, described("papers_data", "the paper's"), ["papers_data is", "true or false"]),
    "number that overflows": (
        LABOR,
        cell("hours", "1e308", REGION, SECTOR),
        ["expected a number below 1e+100"],
    ),
    "telephones that overflow": (REGIONS, cell("telephones_1984", "1e308", "r1"), ["r1", "a number below 1e+100"]),
    "unit that overflows": (DESCRIPTION, described("money_unit", 1e308), ["money_unit is '1.0e+308'"]),
    "thousands in regions.csv": (
        REGIONS,
        cell("telephones_1984", "5,062", "r1"),
        ["'r1'", "more cells than the 3"],
    ),
    "decimal comma in sectors.csv": (SECTORS, cell("service_life", "8,0", "s3"), ["'s3'", "more cells than the 5 col"]),
    "thousands before a last empty column": (
        LABOR,
        lambda lines: [*[f"{line}," for line in lines[:-1]], f"{lines[-1].rpartition(',')[0]},5,062"],
        ["region 'r2', sector 's4'", "more cells than the 3 columns"],
    ),
    "quotation mark that is not closed": (REGIONS, cell("name", '"r1', "r1"), ["a quotation mark that is not closed"]),
    "cell without an end": (REGIONS, cell("name", "x" * 131_073, "r1"), ["not a readable csv table (field larger"]),
    "name of a column without an end": (
        LABOR,
        renamed("hours", "x" * 131_073),
        ["labor.csv: not a readable csv"],
    ),
    "invented data of the paper": (DESCRIPTION, described("papers_data", True), ["papers_data and synthetic are both"]),
    "quarters as years": (DESCRIPTION, described("years", ["2012Q1"]), ["years is ['2012Q1']", "different years"]),
    "NaN in a number": (INPUTS, cell("output", "NaN", REGION, SECTOR), ["output is 'NaN'", AT]),
    "empty number": (INPUTS, cell("depreciation", "", REGION, SECTOR), ["depreciation is 'empty'", AT]),
    "infinite number": (LABOR, cell("hours", "inf", REGION, SECTOR), ["hours is 'inf'", AT]),
    "unknown region": (LABOR, cell("region", "rX", REGION, SECTOR), ["region 'rX' is unknown", "r0, r1, r2"]),
    "unknown sector": (INPUTS, cell("sector", "sX", REGION, SECTOR), ["sector 'sX' is unknown", "s0, s1"]),
    "duplicate cell": (LABOR, repeated(REGION, SECTOR), [AT, "more than once"]),
    "duplicate region": (REGIONS, repeated("r1"), ["region 'r1' occurs 2 times"]),
    "duplicate sector": (SECTORS, repeated("s3"), ["sector 's3' occurs 2 times"]),
    "region without key": (REGIONS, cell("region", "", "r1"), ["row 3 has no region"]),
    "telephones below 0": (
        REGIONS,
        cell("telephones_1984", "-5", "r1"),
        ["region r1: telephones_1984 is -5", "0 or more"],
    ),
    "region that cannot name a file": (REGIONS, cell("region", "a/b", "r1"), ["'a/b' cannot name a file"]),
    "region whose name is too long": (REGIONS, cell("region", "価" * 51, "r1"), ["cannot name a file", "150 bytes"]),
    "missing column": (LABOR, renamed("hours", "persons"), ["no column hours", "persons"]),
    "missing key column": (REGIONS, renamed("region", "city"), ["no column region", "city"]),
    "telephones in words": (REGIONS, cell("telephones_1984", "few", "r1"), ["r1", "telephones_1984 is 'few'"]),
    "negative hours": (LABOR, cell("hours", "-5", REGION, SECTOR), ["-5", AT, "0 or more"]),
    "zero hours with output": (LABOR, cell("hours", "0", REGION, SECTOR), ["hours are 0 with an output", AT]),
    "negative output": (INPUTS, cell("output", "-1", REGION, SECTOR), ["output is -1", AT]),
    "negative compensation": (INPUTS, cell("compensation", "-1", REGION, SECTOR), ["compensation is -1", AT]),
    "sector without productive flag": (SECTORS, cell("productive", "", "s2"), ["s2", "expected true or false"]),
    "no digital device sector": (
        SECTORS,
        cell("digital", "", "s1"),
        ["digital device is set for no sector; expected at least one"],
    ),
    "unknown digital kind": (SECTORS, cell("digital", "robot", "s3"), ["s3", "'robot'", "device, service or empty"]),
    "no service life": (SECTORS, cell("service_life", "0", "s3"), ["s3", "service_life is 0"]),
    "year without a table": (DESCRIPTION, described("years", [YEAR, 2013]), ["no flows table for 2013", "flows.npy"]),
    "years out of order": (DESCRIPTION, described("years", [2015, 2012]), ["rising order"]),
    "money unit in words": (DESCRIPTION, described("money_unit", "wan"), ["money_unit is 'wan'", "10000"]),
    "synthetic not given": (DESCRIPTION, described("synthetic", None), ["synthetic is None", "true or false"]),
    "unknown category": (DEMAND, lambda lines: [*lines, "r0,r1,s2,gifts,5"], ["category 'gifts' is unknown"]),
    "repeated final demand": (DEMAND, lambda lines: [*lines, lines[1]], ["more than once", "category"]),
    "negative consumption": (DEMAND, cell("value", "-3", "r0", "r1", "s2"), ["-3", "origin_region r0"]),
    "no consumption": (DEMAND, lambda lines: [x for x in lines if "households" not in x], ["no consumption of house"]),
    "no investment": (DEMAND, lambda lines: [x for x in lines if "fixed_cap" not in x], ["fixed_capital_formation"]),
}


@pytest.mark.parametrize("case", BAD_TEXT)
def test_bad_tables_are_refused_by_address(case, folder, tmp_path):
    name, change, expected = BAD_TEXT[case]
    edit(folder / name, change)
    refused(folder, tmp_path / "results", [*expected, Path(name).stem if case != "year without a table" else "2013"])


def refused(folder, results, expected, **choices):
    """The stages end in an InputError of one line with these parts, and leave no partly written file."""
    with pytest.raises(InputError) as error:
        compute_values(folder, results, **choices)
    message = str(error.value)
    assert "\n" not in message
    for part in expected:
        assert part in message, message
    left = [path for path in results.rglob("*") if path.name.startswith(".")] if results.exists() else []
    assert left == []
    assert not (results / "network.npz").exists() and not (results / "regions.parquet").exists()


def with_flows(change):
    def apply(folder):
        path = folder / str(YEAR) / "flows.npy"
        np.save(path, change(np.load(path)))

    return apply


def changed(flows, value):
    flows[1 * 5 + 2, 2 * 5 + 3] = value
    return flows


def both_flows(folder):
    (folder / str(YEAR) / "flows.csv").write_text("origin_region,origin_sector,region,sector,value\n")


def instead(name, make):
    """What `make` makes of its path stands in the place of a file."""

    def apply(folder):
        (folder / name).unlink()
        make(folder / name)

    return apply


def appended(name, *texts):
    return lambda folder: (folder / name).write_text((folder / name).read_text() + "".join(texts))


FROM_TO = "from region r1, sector s2 to region r2, sector s3"
BAD_FILES = {
    "wrong matrix shape": (with_flows(lambda z: z[:-1]), ["flows.npy", "(14, 15)", "expected (15, 15)"]),
    "negative flow": (with_flows(lambda z: changed(z, -2.5)), [FROM_TO, "-2.5", "0 or more"]),
    "NaN flow": (with_flows(lambda z: changed(z, np.nan)), [FROM_TO, "nan"]),
    "flow that overflows": (
        with_flows(lambda z: changed(z, 1e308)),
        [FROM_TO, "1e+308", "below 1e+100 of 0 or"],
    ),
    "archive for an array": (
        lambda f: np.savez(f / "x.npz", a=1) or (f / "x.npz").rename(f / f"{YEAR}/flows.npy"),
        ["flows.npy: not a readable .npy array"],
    ),
    "folder for a small table": (
        lambda f: (f / "regions.csv").unlink() or (f / "regions.csv").mkdir(),
        ["regions.csv is no file but a folder"],
    ),
    "folder for the description": (
        lambda f: (f / "dataset.yaml").unlink() or (f / "dataset.yaml").mkdir(),
        ["dataset.yaml is no file but a folder"],
    ),
    "infinite flow": (with_flows(lambda z: changed(z, np.inf)), [FROM_TO, "inf"]),
    "texts for flows": (with_flows(lambda z: z.astype(str)), ["numbers of type"]),
    "no array at all": (lambda f: (f / f"{YEAR}/flows.npy").write_text("hello"), ["flows.npy", "not a readable"]),
    "truncated array": (
        lambda f: (f / f"{YEAR}/flows.npy").write_bytes((f / f"{YEAR}/flows.npy").read_bytes()[:900]),
        ["flows.npy", "not a readable"],
    ),
    "flows twice": (both_flows, ["flows.npy", "flows.csv", "both exist"]),
    "labor twice": (lambda f: (f / f"{YEAR}/labor.parquet").write_text(""), ["labor.parquet", "labor.csv", "both"]),
    "missing flows": (lambda f: (f / f"{YEAR}/flows.npy").unlink(), [str(YEAR), "no flows table"]),
    "missing labor": (lambda f: (f / f"{YEAR}/labor.csv").unlink(), [str(YEAR), "no labor table", "labor.csv"]),
    "an archive named .npy": (
        lambda f: np.savez(open(f / f"{YEAR}/flows.npy", "wb"), np.ones((15, 15))),
        ["flows.npy: not a readable .npy array (the magic string is not correct"],
    ),
    "aliases of aliases": (
        appended(
            "dataset.yaml", "a0: &a0 [1]\n", *(f"a{k + 1}: &a{k + 1} [{', '.join([f'*a{k}'] * 9)}]\n" for k in range(9))
        ),
        ["dataset.yaml", "its aliases stand for more than 10,000 items"],
    ),
    "an alias in itself": (appended("dataset.yaml", "x: &x {y: [*x]}"), ["the alias *x stands for what it is in"]),
    "lists in lists": (appended("dataset.yaml", "x: " + "[" * 100_000), ["dataset.yaml", "more than 50 deep"]),
    "mappings in mappings": (
        appended("dataset.yaml", "x:\n", *(" " * k + "x:\n" for k in range(1, 200))),
        ["more than 50 deep"],
    ),
    "a number of 5,000 digits": (appended("dataset.yaml", "imbalance: " + "9" * 5000), ["imbalance is '999"]),
    "a tag of YAML": (
        appended("dataset.yaml", "x: !!int '" + "9" * 5000 + "'"),
        ["dataset.yaml", "tag:yaml.org,2002:int"],
    ),
    "regions a pipe": (instead("regions.csv", os.mkfifo), ["regions.csv is no file but a pipe; expected a file"]),
    "sectors a folder": (instead("sectors.csv", os.mkdir), ["sectors.csv is no file but a folder; expected a file"]),
    "description a device": (
        instead("dataset.yaml", lambda path: path.symlink_to("/dev/zero")),
        ["dataset.yaml is no file but a device; expected a file"],
    ),
    "hours a pipe": (instead(f"{YEAR}/labor.csv", os.mkfifo), ["labor.csv is no file but a pipe; expected a file"]),
    "flows a pipe": (instead(f"{YEAR}/flows.npy", os.mkfifo), ["flows.npy is no file but a pipe; expected a file"]),
    "missing regions": (lambda f: (f / "regions.csv").unlink(), ["regions.csv", "no such file"]),
    "missing sectors": (lambda f: (f / "sectors.csv").unlink(), ["sectors.csv", "no such file"]),
    "missing description": (lambda f: (f / "dataset.yaml").unlink(), ["dataset.yaml", "no such file"]),
    "description not YAML": (lambda f: (f / "dataset.yaml").write_text("a: [1"), ["dataset.yaml", "YAML"]),
    "empty table": (lambda f: (f / f"{YEAR}/labor.csv").write_text(""), ["labor.csv", "no column region"]),
    "not a parquet table": (
        lambda f: (f / f"{YEAR}/labor.csv").rename(f / f"{YEAR}/labor.parquet"),
        ["labor.parquet", "not a readable parquet table"],
    ),
    "ragged csv": (
        lambda f: edit(f / f"{YEAR}/labor.csv", lambda lines: [*lines, "r0,s1"]),
        ["labor.csv", "not a readable csv table"],
    ),
    "GBK text for UTF-8": (lambda f: (f / "regions.csv").write_bytes("region,城市\n".encode("gbk")), ["not UTF-8"]),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_files_are_refused(case, folder, tmp_path):
    spoil, expected = BAD_FILES[case]
    spoil(folder)
    refused(folder, tmp_path / "results", expected)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("labor", "hours"),
        ("labor", "region"),
        ("primary_inputs", "output"),
        ("final_demand", "value"),
        ("final_demand", "origin_region"),
        ("capital_stock", "value"),
        ("flows", "value"),
        ("regions", "name"),
        ("sectors", "productive"),
    ],
)
def test_a_column_that_occurs_twice_is_refused(table, column, ending, tmp_path):
    economy = replace(random_economy(3, 5), capital_stock=np.ones((3, 5)))
    written = write_dataset(tmp_path / "dataset", {YEAR: economy}, ending=ending, flows_as="table")
    path = written / str(YEAR) / f"{table}{ending}"
    if table in ("regions", "sectors"):
        path = written / f"{table}.csv"
    rows = files.read_table(path, texts=("region", "sector"))
    # the second column of the name has other cells, so that it would matter which one is taken
    twice = pa.table([*rows.columns, rows[column].take(pa.array(range(len(rows))[::-1]))], [*rows.column_names, column])
    (pq.write_table if path.suffix == ".parquet" else pc.write_csv)(twice, path)
    with pytest.raises(InputError) as error:
        known = planned.describe_dataset(written)
        tables = known.tables[YEAR]
        keys = [written / "regions.csv", written / "sectors.csv"]
        convert_flows(tables["flows"], *keys, tmp_path / "flows.npy")
        split_year(written, YEAR, tmp_path / "flows.npy", tmp_path)
    assert str(error.value) == f"{path}: column {column} occurs 2 times; expected it once; rename or remove the others"


def test_an_unused_column_may_occur_twice(folder, tmp_path):
    edit(folder / LABOR, lambda lines: [f"{line},note,note" for line in lines])
    compute_values(folder, tmp_path / "results")


def test_all_faults_of_a_year_are_reported_at_once(folder, tmp_path):
    for name, change in (
        (INPUTS, cell("depreciation", "-4", "r0", "s1")),
        (INPUTS, cell("output", "much", "r1", "s1")),
        (INPUTS, cell("sector", "sX", "r2", "s1")),
        (INPUTS, repeated("r2", "s3")),
        (LABOR, cell("hours", "0", "r0", "s2")),
        (LABOR, cell("hours", "-1", "r2", "s2")),
        (DEMAND, lambda lines: [*lines, "r0,r1,s2,gifts,5", "r0,rY,s2,government,5"]),
    ):
        edit(folder / name, change)
    np.save(folder / f"{YEAR}/flows.npy", changed(np.load(folder / f"{YEAR}/flows.npy"), -2.5))
    with pytest.raises(InputError) as error:
        compute_values(folder, tmp_path / "results")
    found = [line.removeprefix(f"{folder}/{YEAR}/") for line in str(error.value).splitlines()]
    assert found == [
        "primary_inputs.csv: sector 'sX' is unknown; expected one of s0, s1, s2, s3, … (region r2)",
        "primary_inputs.csv: output is 'much'; expected a number (region r1, sector s1)",
        "primary_inputs.csv: region r2, sector s3 occurs more than once; expected one row",
        "primary_inputs.csv: region r0, sector s1: depreciation is -4; expected 0 or more",
        "labor.csv: region r2, sector s2: hours is -1; expected 0 or more",
        "final_demand.csv: category 'gifts' is unknown; expected one of rural_households, urban_households, "
        "households, government, … (origin_region r0, region r1, sector s2)",
        "final_demand.csv: region 'rY' is unknown; expected one of r0, r1, r2 (origin_region r0, sector s2, "
        "category government)",
        f"flows.npy: flow {FROM_TO} is -2.5; expected a number of 0 or more",
    ]
    # hours of 0 beside an output can be judged when the outputs are read
    edit(folder / INPUTS, lambda lines: lines[:1] + [x for x in lines[1:] if "much" not in x and "sX" not in x][:-1])
    edit(folder / INPUTS, cell("depreciation", "4", "r0", "s1"))
    with pytest.raises(InputError, match="region r0, sector s2: hours are 0 with an output"):
        compute_values(folder, tmp_path / "results")


def test_a_key_of_a_table_that_almost_is_one_of_the_dataset_is_named_with_it(folder, tmp_path):
    edit(folder / LABOR, lambda lines: [line.replace("r1,", "R1\u200b,") for line in lines])
    edit(folder / INPUTS, cell("sector", "s01", "r2", "s1"))
    with pytest.raises(InputError) as error:
        compute_values(folder, tmp_path / "results")
    found = [line.removeprefix(f"{folder}/{YEAR}/") for line in str(error.value).splitlines()]
    assert found[0] == "primary_inputs.csv: sector 's01' is unknown; expected 's1', written the same (region r2)"
    assert found[1].startswith("labor.csv: region 'R1\\u200b' is unknown; expected 'r1', written the same (sector ")


@pytest.mark.parametrize(("key", "names"), [("region", ["R1", "r1"]), ("sector", ["s01", "s1"])])
def test_a_key_that_is_listed_twice_and_has_the_rows_of_one(folder, key, names):
    lists = {"region": [f"r{c}" for c in range(3)], "sector": [f"s{i}" for i in range(5)]}
    listed = lists | {key: sorted({*lists[key], *names})}
    with pytest.raises(InputError, match=f"{key} '{names[0]}' and '{names[1]}' are almost the same keys") as error:
        dataset.read_labor(folder / LABOR, listed["region"], listed["sector"])
    assert str(error.value).count("\n") == 0
    (absent,) = {*names} - {*lists[key]}
    beside = f"{absent},s2,1" if key == "region" else f"r2,{absent},1"
    edit(folder / LABOR, lambda lines: [*lines, beside])
    assert dataset.read_labor(folder / LABOR, listed["region"], listed["sector"]).shape == tuple(
        map(len, listed.values())
    )


def test_a_large_final_demand_is_the_same_in_a_temporary_file(monkeypatch, tmp_path):
    written = write_dataset(tmp_path / "dataset", {YEAR: random_economy(3, 5)})
    keys = [f"r{c}" for c in range(3)], [f"s{i}" for i in range(5)]
    _, in_memory = dataset.read_final_demand(written / f"{YEAR}/final_demand.csv", *keys)
    monkeypatch.setattr(array_files, "IN_MEMORY", 0)
    _, in_a_file = dataset.read_final_demand(written / f"{YEAR}/final_demand.csv", *keys)
    assert all(isinstance(use, np.memmap) for use in in_a_file.values())
    assert {name: use.tolist() for name, use in in_a_file.items()} == {n: use.tolist() for n, use in in_memory.items()}


def test_an_array_in_a_temporary_file_is_the_same_where_no_space_can_be_reserved(monkeypatch):
    monkeypatch.delattr(os, "posix_fallocate", raising=False)  # as on macOS
    monkeypatch.setattr(array_files, "IN_ONE_WRITE", 1000)
    array = array_files.scratch((3, 171))
    assert array.shape == (3, 171) and not array.any()
    array[:] = 1
    assert array.sum() == 3 * 171


def test_an_empty_last_column_without_a_name_does_not_count(folder, tmp_path):
    for name in (REGIONS, SECTORS, LABOR, INPUTS, DEMAND):
        edit(folder / name, lambda lines: [f"{line}," for line in lines])
    compute_values(folder, tmp_path / "results")
    assert (tmp_path / "results/network.npz").exists()


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@pytest.mark.parametrize("times", [2, 257])
@pytest.mark.parametrize("together", [True, False], ids=["together", "apart"])
def test_a_row_of_final_demand_may_stand_once(ending, times, together, tmp_path):
    written = write_dataset(tmp_path / "dataset", {YEAR: random_economy(3, 5)}, ending=ending)
    path = written / f"{YEAR}/final_demand{ending}"
    rows = files.read_table(path, texts=("origin_region", "region", "sector", "category")).to_pylist()
    of_households = [row for row in rows if row["category"] == "urban_households"]
    again = [of_households[4]] * (times - 1)
    rows = of_households[:5] + again + of_households[5:] if together else of_households + again
    files.write_table(path, {name: [row[name] for row in rows] for name in rows[0]})
    keys = [f"r{c}" for c in range(3)], [f"s{i}" for i in range(5)]
    with pytest.raises(InputError) as error:
        dataset.read_final_demand(path, *keys)
    where = "origin_region {origin_region}, sector {sector}, region {region}".format(**of_households[4])
    assert str(error.value) == f"{path}: category urban_households, {where} occurs more than once; expected one row"


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_all_faults_of_a_flows_table_are_reported_at_once(ending, tmp_path):
    written = write_dataset(tmp_path / "dataset", {YEAR: random_economy(3, 5)}, ending=ending, flows_as="table")
    path = written / f"{YEAR}/flows{ending}"
    columns = files.read_table(path, texts=("origin_region", "region")).to_pydict()
    columns["origin_region"][3], columns["sector"][4], columns["value"][5] = "rX", "sX", float("nan")
    files.write_table(path, columns)
    with pytest.raises(InputError) as error:
        convert_flows(path, written / "regions.csv", written / "sectors.csv", tmp_path / "flows.npy")
    lines = str(error.value).splitlines()
    parts = ("origin_region 'rX' is unknown", "sector 'sX' is unknown", "value is ")
    assert len(lines) == 3 and all(part in line for part, line in zip(parts, lines, strict=True)), lines
    assert not (tmp_path / "flows.npy").exists()


def test_many_faults_are_counted_and_every_kind_is_shown(folder, tmp_path):
    edit(
        folder / LABOR, lambda lines: [lines[0], *(line.rsplit(",", 1)[0] + ",many" for line in lines[1:-1]), "r2,sX,5"]
    )
    with pytest.raises(InputError) as error:
        compute_values(folder, tmp_path / "results")
    lines = [line.removeprefix(f"{folder}/{LABOR}: ") for line in str(error.value).splitlines()]
    assert len(lines) == 11 and lines[-1] == "and 5 more faults"
    assert sum("'many'" in line for line in lines) == 9 and sum("'sX' is unknown" in line for line in lines) == 1


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        (
            DESCRIPTION,
            [described("money_unit", -1), described("years", [2015, 2012]), described("currency", None)],
            ["currency is None", "money_unit is -1", "years is [2015, 2012]"],
        ),
        (REGIONS, [repeated("r1"), cell("region", "", "r2")], ["row 4 has no region", "'r1' occurs 2 times"]),
        (
            SECTORS,
            [cell("service_life", "0", "s3"), cell("productive", "perhaps", "s0"), cell("digital", "", "s1")],
            ["productive is 'perhaps'", "service_life is 0", "digital device is set for no sector"],
        ),
        (DEMAND, [lambda lines: lines[:1]], ["no consumption of households", "no fixed_capital_formation"]),
        (LABOR, [renamed("hours", "persons"), renamed("sector", "branch")], ["no column sector, hours; found region"]),
    ],
)
def test_all_faults_of_a_small_table_are_reported_at_once(name, changes, expected, folder, tmp_path):
    for change in changes:
        edit(folder / name, change)
    with pytest.raises(InputError) as error:
        compute_values(folder, tmp_path / "results")
    lines = str(error.value).splitlines()
    assert len(lines) == len(expected) and all(line.startswith(f"{folder / name}: ") for line in lines)
    for part, line in zip(expected, lines, strict=True):
        assert part in line


def with_flow_factor(factor):
    economy = random_economy(3, 5)
    return rebalanced(replace(economy, flows=economy.flows * factor))


def isolated_halves():
    """Two groups of sectors that buy only from themselves; only the first has workers and investors."""
    economy = random_economy(1, 6)
    group = np.array([0, 0, 0, 1, 1, 1])
    flows = economy.flows * (group[:, None] == group)[None, :, None, :]
    final = {name: use * (group == 0)[None, :, None] for name, use in economy.final.items()}
    primary = dict(economy.primary)
    for name in ("compensation", "depreciation"):
        primary[name] = np.where(group == 0, primary[name], 0.0)
    productive = np.array([True] * 5 + [False])
    return rebalanced(replace(economy, flows=flows, final=final, primary=primary, productive=productive))


def no_hours():
    economy = random_economy(3, 5)
    return replace(economy, hours=np.full_like(economy.hours, np.nan))


BAD_ECONOMIES = {
    "no surplus anywhere": (
        with_flow_factor(3.0),
        {},
        ["year 2012", "3 x no_surplus", "r0: no_surplus, the spectral radius of its A + D is 1."],
    ),
    "no hours anywhere": (no_hours(), {}, ["year 2012", "3 x missing_labor", "r0: missing_labor"]),
    "wages above the surplus": (
        rebalanced(
            replace(
                random_economy(3, 5),
                primary=random_economy(3, 5).primary | {"compensation": random_economy(3, 5).output},
            )
        ),
        {},
        ["year 2012", "the national price system", "wages leave no surplus", "M(0)"],
    ),
    "reducible price system": (isolated_halves(), {}, ["year 2012", "reducible", "sector s3, s4, s5"]),
    "stock not given": (random_economy(3, 5), {"capital_rule": "external"}, ["capital_stock table"]),
    "unknown rural sector": (random_economy(3, 5), {"rural_sectors": ["farm"]}, ["rural_sectors names farm", "s0"]),
}


@pytest.mark.parametrize("case", BAD_ECONOMIES)
def test_economies_that_have_no_solution_are_refused(case, tmp_path):
    economy, settings, expected = BAD_ECONOMIES[case]
    folder = write_dataset(tmp_path / "dataset", {YEAR: economy})
    refused(folder, tmp_path / "results", expected, imports="none", **settings)


CONFIG = {
    "unknown section": ({"runn": "x"}, "runn is no key; allowed: run, dataset, panel"),
    "unknown key": ({"values": {"scop": "own"}}, "values.scop is no key; allowed: scope, imports, without_values"),
    "wrong word": ({"values": {"scope": "city"}}, "values.scope is 'city'; allowed: network, own, open"),
    "wrong type": ({"prices": {"tau": "ten"}}, "prices.tau is 'ten'; allowed: years above 0, or service_life"),
    "out of range": ({"prices": {"tau": -1}}, "prices.tau is -1; allowed: years above 0"),
    "word for a boolean": (
        {"indicators": {"otlp_normalise": "maybe"}},
        "otlp_normalise is 'maybe'; allowed: true or false",
    ),
    "number in a list of keys": ({"prices": {"rural_sectors": [1]}}, "prices.rural_sectors is 1; allowed: a list"),
    "run with a slash": ({"run": "a/b"}, "run is 'a/b'; allowed: a folder name"),
    "panel of another kind": ({"panel": "panel.dta"}, "panel is 'panel.dta'; allowed: the path of a .parquet or .csv"),
    "years falling": (
        {"embedded": {"years": [2015, 2012]}},
        "embedded.years is [2015, 2012]; allowed: years in rising",
    ),
    "section not a section": ({"prices": 3}, "prices is 3; allowed: a section of keys"),
}


@pytest.mark.parametrize("case", CONFIG)
def test_a_wrong_config_gives_one_line(case):
    change, expected = CONFIG[case]
    message = refused_config(change)
    assert message.startswith("config: ") and "\n" not in message
    assert expected in message


def number_keys(schema, path=()):
    """The paths of all keys of the config that may be a number which is not whole."""
    for name, of_key in schema["properties"].items():
        if "properties" in of_key:
            yield from number_keys(of_key, (*path, name))
        elif any("number" in kind.get("type", "") for kind in (of_key, *of_key.get("anyOf", ()))):
            yield (*path, name)


@pytest.mark.parametrize("key", list(number_keys(configuration.read_schema(SCHEMA))), ids=".".join)
@pytest.mark.parametrize("text", [".nan", ".inf", "-.INF", ".NaN"])
def test_no_number_of_a_config_may_be_other_than_finite(key, text):
    name, changes = ".".join(key), yaml.safe_load(text)
    for part in reversed(key):
        changes = {part: changes}
    assert refused_config(changes).startswith(f"config: {name} is ")


def refused_config(changes):
    """The message that the default config with these changes gives."""
    with pytest.raises(InputError) as error:
        configuration.check(configuration.completed(changes, DEFAULTS), SCHEMA)
    return str(error.value)


def test_all_faults_of_a_config_are_reported_at_once():
    changes = {
        "runn": "x",
        "values": {"scop": "own", "skope": "own", "imports": "some"},
        "prices": {"tau": -1},
        "embedded": {"years": [2015, 1850]},
        "import": {"tables": [{"file": "x"}], "faults": {"unit": "exclude"}},
        "robustness": {"checks": ["holm", "luck"]},
    }
    assert refused_config(changes).splitlines() == [
        "config: runn is no key; allowed: run, dataset, panel, words, embedded, import, values, prices, indicators, "
        "regressions, report, robustness, readings",
        "config: embedded.years is 1850; allowed: a list of different years between 1990 and 2050 in rising order",
        "config: import.faults.unit is 'exclude'; allowed: stop, keep",
        "config: import.tables.0.year is missing; it has no default",
        "config: prices.tau is -1; allowed: years above 0, or service_life for the lives in sectors.csv",
        "config: robustness.checks is 'luck'; allowed: a list out of cluster_city, cluster_sector, cluster_two_way, "
        "wild_bootstrap, anderson_rubin, log1p, keep_singletons, holm",
        "config: values.scop is no key; allowed: scope, imports, without_values",
        "config: values.skope is no key; allowed: scope, imports, without_values",
        "config: values.imports is 'some'; allowed: spread_imports, domestic_only, none",
    ]


def test_numbers_and_booleans_given_as_text_on_the_command_line_are_read():
    given = {
        "prices": {"tau": "15", "wages_advanced": "false", "rural_sectors": ["01"]},
        "embedded": {"years": ["2012", "2015"]},
    }
    config = configuration.completed(given, DEFAULTS)
    configuration.check(config, SCHEMA)
    assert config["prices"]["tau"] == 15 and config["prices"]["wages_advanced"] is False
    assert config["prices"]["rural_sectors"] == ["01"] and config["embedded"]["years"] == [2012, 2015]


def test_every_default_is_allowed():
    configuration.check(configuration.defaults(configuration.read_schema(SCHEMA)), SCHEMA)


def test_config_yaml_holds_the_defaults_of_the_schema_in_its_order():
    written = yaml.safe_load(DEFAULTS.read_text(encoding="utf-8"))
    expected = configuration.defaults(configuration.read_schema(SCHEMA))
    # as text, which keeps the order of the keys, and 1 apart from 1.0 and true
    assert json.dumps(written, indent=1) == json.dumps(expected, indent=1)


def test_what_the_config_leaves_out_is_completed_at_every_level():
    completed = configuration.completed({"run": "x", "import": {"labor": {"weekly_hours": 40}}}, DEFAULTS)
    expected = configuration.defaults(configuration.read_schema(SCHEMA))
    expected["run"], expected["import"]["labor"]["weekly_hours"] = "x", 40
    assert completed == expected


def test_the_workflow_stops_before_any_job_on_a_wrong_config():
    finished = snakemake("-n", "--config", 'values={"scope": "city"}')
    assert finished.returncode == 1
    assert "laborvalue: config: values.scope is 'city'; allowed: network, own, open" in finished.stderr
    assert "Traceback" not in finished.stderr and "Job stats" not in finished.stdout + finished.stderr


def test_a_failing_job_ends_the_workflow_with_its_message(folder, run):
    edit(folder / LABOR, cell("hours", "many", REGION, SECTOR))
    finished = snakemake("values", "--config", f"dataset={folder}", f"run={run}")
    left = results_of(HOME / "results" / run)
    assert finished.returncode == 1
    assert f"laborvalue: {folder / LABOR}: {YEAR}, hours: {AT}: 'many'; expected a number" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert set(left) == {f"screening/{YEAR}.csv", f"screening/{YEAR}.md", "screening.md"}


def test_blanks_around_numbers_and_keys_do_not_count(folder, tmp_path):
    compute_values(folder, tmp_path / "plain")
    edit(folder / LABOR, cell("hours", f" {(folder / LABOR).read_text().splitlines()[1].split(',')[2]} ", "r0", "s0"))
    edit(folder / INPUTS, cell("region", " r1 ", REGION, SECTOR))
    compute_values(folder, tmp_path / "blanks")
    values = [array_files.read_arrays(tmp_path / f"{name}/national.npz")["value"] for name in ("plain", "blanks")]
    assert np.array_equal(*values, equal_nan=True) and np.isfinite(values[0]).any()
