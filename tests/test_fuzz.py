"""Whatever stands in the files of a dataset folder: it is read, or refused with a message; nothing crashes."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convert_flows import convert_flows
from datasets import write_dataset
from economies import random_economy
from laborvalue.errors import InputError
from laborvalue_workflow.data import planned
from screen_year import screen_year
from split_year import split_year

YEAR = 2012
pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")  # a number that overflows
# what stands in cells: numbers at every bound, keys at a wrong place, what other programs write
NUMBERS = ("0", "-0", "-1", "5e-324", "1e-308", "1e-200", "1e16", "1e200", "1e308", "-1e308", "1e-99999999999999999999")
TEXTS = (
    "",
    " ",
    "nan",
    "inf",
    "NA",
    "#REF!",
    "1,5",
    "１",
    "9" * 400,
    "true",
    "2012-01-01",
    "r0",
    "exports",
    '"',
    "\0",
    "é",
)
CELLS = st.sampled_from(NUMBERS + TEXTS)
KINDS = [(".csv", "npy"), (".csv", "table"), (".parquet", "table")]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A correct dataset folder by the ending of its tables and how its flows are stored."""
    place, economies = tmp_path_factory.mktemp("sound"), {YEAR: random_economy(3, 4)}
    return {(e, f): write_dataset(place / f"{e}{f}", economies, ending=e, flows_as=f) for e, f in KINDS}


def read(folder):
    """What the jobs of a run do with a year of a dataset folder; True where they find nothing to refuse."""
    try:
        tables = planned.describe_dataset(str(folder)).tables[YEAR]
        flows, found = Path(tables["flows"]), ""
        if flows.suffix != ".npy":
            table, flows, found = flows, folder / "flows.npy", str(folder / "found.json")
            convert_flows(table, folder / "regions.csv", folder / "sectors.csv", flows, found)
        screen_year(str(folder), YEAR, flows, folder / "s.csv", folder / "s.md", found)
        split_year(folder, YEAR, flows, folder / "split")
    except (InputError, KeyError) as error:
        assert isinstance(error, InputError) or error.args == (YEAR,), repr(error)  # a year that is not there
        return False
    return True


def changed(sound, kind, data, names, change):
    """A copy of a correct folder in which one of the files `names` is changed, read."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(sound[kind], Path(place, "data")))
        files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in names)
        change(data.draw(st.sampled_from(files)))
        return read(folder)


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
def test_the_folders_that_are_changed_below_are_read(kind, sound, tmp_path):
    assert read(Path(shutil.copytree(sound[kind], tmp_path / "data")))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data(), st.sampled_from(KINDS))
def test_no_bytes_of_a_file_crash_what_reads_it(sound, data, kind):
    def change(path):
        content = bytearray(path.read_bytes())
        if data.draw(st.booleans()):
            del content[data.draw(st.integers(0, len(content) - 1)) :]
        for place in data.draw(st.lists(st.integers(0, max(len(content) - 1, 0)), max_size=4)) if content else ():
            content[place] = data.draw(st.integers(0, 255))
        path.write_bytes(content)

    changed(sound, kind, data, (".csv", ".parquet", ".npy", ".yaml"), change)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
def test_no_cell_of_a_csv_crashes_what_reads_it(sound, data):
    def change(path):
        header, *rows = [line.split(",") for line in path.read_text().splitlines()]
        rows = rows[: data.draw(st.sampled_from([len(rows), len(rows), 0, 1]))]
        for _ in range(data.draw(st.integers(1, 3)) if rows else 0):
            column, cell = data.draw(st.integers(0, len(header) - 1)), data.draw(CELLS)
            places = range(len(rows)) if data.draw(st.booleans()) else [data.draw(st.integers(0, len(rows) - 1))]
            for place in places:
                rows[place][column] = cell
        path.write_text("\n".join(map(",".join, [header, *rows])) + "\n")

    changed(sound, (".csv", data.draw(st.sampled_from(["npy", "table"]))), data, (".csv",), change)


COLUMNS = {
    "decimals": lambda n: pa.array([1] * n, pa.decimal256(50, 5)),
    "half floats": lambda n: pa.array(np.ones(n, np.float16)),
    "large whole numbers": lambda n: pa.array([2**64 - 1] * n, pa.uint64()),
    "records": lambda n: pa.array([{"a": 1}] * n),
    "lists": lambda n: pa.array([[1.0]] * n),
    "nothing": pa.nulls,
    "dates": lambda n: pa.array([0] * n, pa.date32()),
    "durations": lambda n: pa.array([1] * n, pa.duration("s")),
    "flags": lambda n: pa.array([True] * n),
    "no UTF-8": lambda n: pa.array([b"\xff"] * n).view(pa.string()),
    "numbers by code": lambda n: pa.array([*range(n)]).dictionary_encode(),
    "overflowing": lambda n: pa.array([1e308] * n),
    "tiny": lambda n: pa.array([5e-324] * n),
}


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("table", ["flows", "final_demand", "primary_inputs", "labor"])
def test_no_column_of_a_parquet_table_crashes_what_reads_it(kind, table, sound, tmp_path):
    folder = Path(shutil.copytree(sound[KINDS[2]], tmp_path / "data"))
    path = folder / f"{YEAR}/{table}.parquet"
    rows = pq.read_table(path)
    for place, name in enumerate(rows.column_names):
        pq.write_table(rows.set_column(place, name, COLUMNS[kind](len(rows))), path)
        read(folder)


ARRAYS = {
    "complex": lambda z: z.astype(complex),
    "other order": np.asfortranarray,
    "other bytes": lambda z: z.astype(">f8"),
    "half": lambda z: z.astype(np.float16),
    "flags": lambda z: z.astype(bool),
    "records": lambda z: z.view([("a", "f8")]),
    "none": lambda z: z * 0,
    "no cells": lambda z: z[:0, :0],
    "a number": lambda z: z[0, 0],
    "overflowing": lambda z: np.full_like(z, 1e308),
    "tiny": lambda z: np.full_like(z, 5e-324),
}


@pytest.mark.parametrize("kind", ARRAYS)
def test_no_array_of_flows_crashes_what_reads_it(kind, sound, tmp_path):
    folder = Path(shutil.copytree(sound[KINDS[0]], tmp_path / "data"))
    path = folder / f"{YEAR}/flows.npy"
    np.save(path, ARRAYS[kind](np.load(path)))
    read(folder)
