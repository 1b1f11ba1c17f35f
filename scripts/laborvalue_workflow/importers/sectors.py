"""The sectors of the published tables, and the dataset's sectors they are aggregated to."""

from dataclasses import dataclass

from laborvalue.errors import InputError
from laborvalue_workflow.data import dataset
from laborvalue_workflow.importers.textfiles import read_columns, read_csv, require_columns

COLUMNS = ("sector", "name", "productive", "digital", "service_life", "section")
LISTED = ("code", "name", "chinese", "sector")


@dataclass(frozen=True)
class SectorLists:
    """The lists by which published tables name their sectors, sector_lists.csv."""

    path: str
    rows: list[dict[str, str]]

    @classmethod
    def read(cls, path):
        """The lists of a file."""
        rows = read_columns(path, ("list", *(name for name in LISTED if name != "chinese")), ("chinese",))
        return cls(path, [row | {"chinese": row["chinese"] or row["name"]} for row in rows])

    def columns(self, name):
        """One list as columns code, name, chinese, sector, in the order of the table."""
        rows = [row for row in self.rows if row["list"] == name]
        if not rows:
            names = ", ".join(dict.fromkeys(row["list"] for row in self.rows))
            raise InputError(f"{self.path}: no sector list {name!r}; found {names}; name one as list in import.tables")
        codes = [row["code"] for row in rows]
        for code in codes:
            if codes.count(code) > 1:
                raise InputError(
                    f"{self.path}: list {name}: code {code!r} occurs {codes.count(code)} times; expected one row"
                )
        return {column: [row[column] for row in rows] for column in LISTED}

    def sector_of_name(self):
        """{name: sector} over all lists, English and Chinese; a name of several sectors is left out."""
        meanings = {}
        for row in self.rows:
            for label in (row["name"], row["chinese"]):
                meanings.setdefault(label, set()).add(row["sector"])
        return {label: sectors.pop() for label, sectors in meanings.items() if len(sectors) == 1}


def read_concordance(path):
    """{sector: the sector it is joined to}; a sector that is not named stays itself. {} for None."""
    if path is None:
        return {}
    joined = {}
    for row in read_columns(path, ("sector", "joined")):
        if row["sector"] in joined:
            raise InputError(f"{path}: sector {row['sector']!r} occurs more than once; expected one row")
        joined[row["sector"]] = row["joined"]
    return joined


def listed_sectors(context):
    """The columns of the dataset's sectors.csv, and `section`: the sectors that all years have in common.

    Raises InputError where the years' lists lead to different sectors: codes 16 to 36 mean different sectors
    in the Chinese lists of 2007, 2012/2015 and 2017, and only a concordance makes them one panel.
    """
    path = context.options.resource("sectors")
    dataset.read_sectors(path)  # what a run requires of it is checked before the tables are read
    rows = read_csv(path)[0]
    targets = {table.year: set(context.targets(table)) for table in context.options.tables}
    first, *others = targets
    for year in others:
        if differing := targets[year] ^ targets[first]:
            names = [row["name"] for row in rows if row["sector"] in differing]
            raise InputError(
                f"config: the sectors of {first} and {year} differ: {'; '.join(names[:6])}; give import.concordance, "
                "e.g. resources/china/concordance.csv, that joins the lists of 2012 and 2017, or concordance_2007.csv, "
                "that joins them with that of 2007"
            )
    chosen = [row for row in rows if row["sector"] in targets[first]]
    missing = sorted(targets[first] - {row["sector"] for row in chosen})
    if missing:
        raise InputError(f"{path}: no sector {missing[0]!r}, which the sector lists name; add its row")
    require_columns(path, chosen[0], COLUMNS)
    return {name: [row[name] for row in chosen] for name in COLUMNS}
