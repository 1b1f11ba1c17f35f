"""The sectors of the published tables, and the dataset's sectors they are aggregated to."""

from laborvalue import cells
from laborvalue.errors import InputError
from laborvalue_workflow.data import dataset
from laborvalue_workflow.importers.options import Kind
from laborvalue_workflow.importers.textfiles import read_columns, read_csv, read_mapping, require_columns

COLUMNS = ("sector", "name", "productive", "digital", "service_life", "section")


def read_sector_list(path, name):
    """One list of sectors as columns code, name, chinese, sector, in the order of the table."""
    columns = ("code", "name", "chinese", "sector")
    rows = read_columns(path, ("list", *columns))
    chosen = [row for row in rows if row["list"] == name]
    if not chosen:
        known = ", ".join(dict.fromkeys(row["list"] for row in rows))
        raise InputError(f"{path}: no sector list {name!r}; found {known}; name one as list in import.tables")
    codes = [row["code"] for row in chosen]
    for code in codes:
        if codes.count(code) > 1:
            raise InputError(f"{path}: list {name}: code {code!r} occurs {codes.count(code)} times; expected one row")
    return {column: [row[column] for row in chosen] for column in columns}


def sector_of_name(path):
    """{name: sector} over all lists, English and Chinese; a name of several sectors is left out."""
    meanings = {}
    for row in read_columns(path, ("name", "chinese", "sector")):
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


def target_sectors(options, table):
    """The dataset's sector of each sector of a year's table, in the table's order; the concordance is applied."""
    joined = read_concordance(options.concordance)
    listed = read_sector_list(options.resource("sector_lists"), table.sector_list)["sector"]
    return [joined.get(sector, sector) for sector in listed]


def sectors_of(options):
    """The columns of the dataset's sectors.csv, and `section`: the sectors that all years have in common.

    Raises InputError where the years' lists lead to different sectors: codes 22 to 36 mean different sectors
    in the Chinese lists of 2012/2015 and 2017, and only a concordance makes them one panel.
    """
    if options.kind == Kind.PYMRIO:
        return sectors_of_mapping(options.mapping)
    path = options.resource("sectors")
    dataset.read_sectors(path)  # what a run requires of it is checked before the tables are read
    known = read_csv(path)[0]
    of_year = {table.year: set(target_sectors(options, table)) for table in options.tables}
    first, *others = of_year
    for year in others:
        if differing := of_year[year] ^ of_year[first]:
            names = [row["name"] for row in known if row["sector"] in differing]
            raise InputError(
                f"config: the sectors of {first} and {year} differ: {'; '.join(names[:6])}; give import.concordance, "
                "e.g. resources/china/concordance.csv, that joins both lists"
            )
    wanted = of_year[first]
    chosen = [row for row in known if row["sector"] in wanted]
    missing = sorted(wanted - {row["sector"] for row in chosen})
    if missing:
        raise InputError(f"{path}: no sector {missing[0]!r}, which the sector lists name; add its row")
    require_columns(path, chosen[0], COLUMNS)
    return {name: [row[name] for row in chosen] for name in COLUMNS}


def sectors_of_mapping(path):
    """The sectors that a pymrio mapping names, as the columns of sectors.csv."""
    sectors = read_mapping(path).get("sectors")
    if not isinstance(sectors, dict) or not all(isinstance(entry, dict) for entry in sectors.values()):
        raise InputError(f"{path}: sectors is no list of sectors; expected NAME: {{productive: true}} for each")
    columns = {name: [] for name in COLUMNS}
    for sector, entry in sectors.items():
        unknown = sorted(set(entry) - {"name", "productive", "digital", "service_life"})
        name = entry.get("name", sector)
        unknown += [f"name {name!r}"] * (not isinstance(name, str) or not name.strip())
        unknown += [f"digital {entry.get('digital')!r}"] * (entry.get("digital", "") not in ("", "device", "service"))
        if unknown or not isinstance(entry.get("productive"), bool):
            found = unknown[0] if unknown else f"productive {entry.get('productive')!r}"
            raise InputError(
                f"{path}: sector {sector}: {found}; expected productive: true or false and, where they are known, "
                "name: a text, digital: device or service, service_life: years"
            )
        productive, life = str(entry["productive"]).lower(), entry.get("service_life", 10)
        cells_of = (sector, name, productive, entry.get("digital", ""), life, "")
        for column, cell in zip(COLUMNS, cells_of, strict=True):
            columns[column].append(str(cell))
        if not cells.is_number(life) or cells.number(life) <= 0:
            raise InputError(f"{path}: sector {sector}: service_life is {life!r}; expected years above 0")
    for kind in ("device", "service"):
        if kind not in columns["digital"]:
            raise InputError(f"{path}: digital: {kind} is set for no sector; expected at least one")
    return columns
