"""What several stages read of the stages before them, as the dataclasses of laborvalue."""

from dataclasses import dataclass

from laborvalue import cells
from laborvalue.accounts import Sectors, TableLayout
from laborvalue.errors import InputError
from laborvalue.records import field_names, from_arrays
from laborvalue_workflow.data import array_files, files


@dataclass(frozen=True)
class Index:
    """What the stages after `split_year` need to know of the dataset: index.json.

    regions: their keys (m); sectors; money_unit: currency units per 1 in the stored flows; layout: whether rows hold
    imports; imports_apart: whether imported inputs stand in a row of their own; unknown: account -> sector -> regions
    in which it is unknown; price_index: national, (n*), NaN where unknown, or None where the dataset has none.
    """

    regions: list
    sectors: Sectors
    money_unit: float
    layout: TableLayout
    imports_apart: bool
    unknown: dict
    price_index: object = None

    def unknown_in(self, regions):
        """`unknown`, of these regions only."""
        kept = {
            account: {
                sector: [region for region in listed if region in regions] for sector, listed in by_sector.items()
            }
            for account, by_sector in self.unknown.items()
        }
        kept = {account: {sector: listed for sector, listed in of.items() if listed} for account, of in kept.items()}
        return {account: by_sector for account, by_sector in kept.items() if by_sector}

    def treatment(self, rule, regions):
        """How the tables are read under an ImportRule, and what is unknown in these regions: for summary.json."""
        return {
            "layout": self.layout.layout,
            "layout_declared": self.layout.declared,
            "uses_above_output": self.layout.excess,
            "imports": rule.name,
            "imports_rule": rule.within(self.imports_apart).name,
            "unknown_accounts": self.unknown_in(regions),
        }


def read_index(path):
    """The index that `split_year` writes for one year."""
    content = files.read_json(path)
    layout = from_arrays(TableLayout, content["layout"])
    sectors = as_sectors(content["sectors"])
    given = [content[name] for name in ("money_unit", "imports_apart", "unknown")]
    return Index(content["regions"], sectors, given[0], layout, *given[1:], _numbers(content.get("price_index")))


def _numbers(content):
    import numpy as np

    return content and np.array([np.nan if number is None else number for number in content])


def as_sectors(columns):
    """The columns of sectors.csv as arrays."""
    import numpy as np

    return Sectors(
        sector=np.array(columns["sector"]),
        productive=np.array(columns["productive"]),
        service_life=np.array(columns["service_life"], dtype=float),
        digital=np.array(columns["digital"]),
    )


def price_options(section):
    """The config's section `prices`; turnover times that it names as a file are read."""
    from laborvalue.coefficients import PriceOptions

    given = section.get("turnover")
    return PriceOptions(**section | ({"turnover": _turnover(given)} if isinstance(given, str) else {}))


def _turnover(path):
    """{sector: years} from a csv with the columns sector and turnover."""
    rows = files.read_table(path, texts=("sector",)).to_pylist()
    if rows and not {"sector", "turnover"} <= {*rows[0]}:
        listed = files.quoted(path, f"the columns {', '.join(rows[0])}")
        raise InputError(f"{path}: found {listed}; expected sector and turnover")
    times = {}
    for number, row in enumerate(rows, start=2):
        sector, years = row["sector"], row["turnover"]
        if sector in times:
            raise InputError(f"{path}: row {number}: sector {sector!r} occurs more than once; expected one row")
        if not cells.is_number(years) or not cells.number(years) >= 0:
            raise InputError(f"{path}: sector {sector}: turnover is {years!r}; expected years of 0 or more")
        times[sector] = cells.number(years)
    return times


def read_stacked(kind, folder, regions, optional=()):
    """The dataclasses `kind` of all regions, one file each, with the region as a further first axis.

    optional: fields with a default that are read too; all files must have them. One region's record is in memory
    beside the result at a time.
    """
    import numpy as np

    arrays = {}
    for c, region in enumerate(regions):
        record = array_files.read_record(f"{folder}/{region}.npy", (*field_names(kind), *optional))
        for name, content in record.items():
            if content.dtype.kind == "U":  # texts differ in length
                arrays.setdefault(name, []).append(content)
            else:
                if c == 0:
                    arrays[name] = np.empty((len(regions), *content.shape), content.dtype)
                arrays[name][c] = content
    return from_arrays(kind, {name: np.asarray(array) for name, array in arrays.items()})


def open_supplied(path, rule, domestic_share, import_factor, money_unit, threads=1, on_product=None):
    """The SupplierFlows of a year under an ImportRule; the flows stay in their file."""
    from laborvalue.flows import SupplierFlows
    from laborvalue_workflow.data.dataset import open_flows

    stored = open_flows(path, import_factor.size)
    return SupplierFlows.counting(rule, stored, domestic_share, import_factor, money_unit, threads, on_product)


def read_accounts(folder, regions):
    """The RegionAccounts of all regions, a list, one file each."""
    from laborvalue.accounts import RegionAccounts

    return [from_arrays(RegionAccounts, array_files.read_record(f"{folder}/{region}.npy")) for region in regions]


def read_arrays_as(kind, path):
    """The dataclass `kind` that a stage wrote as an .npz."""
    return from_arrays(kind, array_files.read_arrays(path))
