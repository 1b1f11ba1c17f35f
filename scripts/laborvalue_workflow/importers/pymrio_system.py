"""Any database that pymrio reads, from an IOSystem it saved (save_all, as text or parquet): Z, Y, extensions.

pymrio itself is not needed to read what it saved. A mapping (YAML) gives the meaning of the names:

    regions: [reg1, reg2]                     # every region, or {reg1: its name}; not needed beside labels
    sectors: {food: {productive: true}, ...}  # every sector; name, digital: device / service, service_life: years
    final_demand: {Households: households}    # every category of Y -> a category; null: a use, part of output only
    primary_inputs: {compensation: {factor_inputs/Wages: 1}}   # extension/row -> weight
    hours: {labor/Hours: 1000000}             # extension/row -> hours per unit

A row with several levels is named by all of them, joined by a blank, or by `* NAME`: all rows whose last level is NAME.
The rows of `accounts` are the variables of import.accounts, WIOD's socio-economic accounts.
"""

from collections import Counter
from pathlib import Path

from laborvalue import cells
from laborvalue.errors import InputError
from laborvalue_workflow.data.dataset import CATEGORIES, names_a_file
from laborvalue_workflow.importers import units
from laborvalue_workflow.importers.reader import Reader
from laborvalue_workflow.importers.regions import labeled_regions
from laborvalue_workflow.importers.saved_account import read_account, read_units
from laborvalue_workflow.importers.sectors import COLUMNS
from laborvalue_workflow.importers.socio_economic_accounts import UNITS, SocioEconomicAccounts
from laborvalue_workflow.importers.table import PRIMARY, PublishedTable
from laborvalue_workflow.importers.textfiles import few
from laborvalue_workflow.screening.findings import Note, warning

OTHER = "other"  # the dataset's category of final uses that are part of output only
KEYS = ("regions", "sectors", "final_demand", "primary_inputs", "hours")
ACCOUNTS = "accounts"  # what a mapping calls the account table; no name of an extension then
ANY = "* "  # before the name of a row: whatever its other levels are
LISTED = 6  # names in a message
ROUNDED = 1e-4  # share up to which a printed sum differs from its addends by rounding


def read(context, published):
    """The saved system as a PublishedTable; raises InputError where the names of system and mapping differ."""
    import numpy as np

    options, regions = context.options, context.regions
    folder, mapping_path, mapping = Path(published.file), options.mapping, context.mapping
    for key in mapping:
        if key not in KEYS:
            raise InputError(f"{mapping_path}: key {key!r} is unknown; expected {', '.join(KEYS)}")
    sectors, keys, m = context.sectors["sector"], regions["in_system"], len(regions["region"])
    n = len(sectors)
    for key in keys:
        if keys.count(key) > 1:
            raise InputError(f"{options.labels}: name {key!r} occurs {keys.count(key)} times; expected one per region")
    Z = read_account(folder, "Z")
    Z.refuse_numbers_written_otherwise()
    expected = [(region, sector) for region in keys for sector in sectors]
    named = f"{options.labels} and {mapping_path}" if options.labels else mapping_path
    Z = _ordered(folder / "Z", Z, expected, ("rows", "columns"), named)
    Y = _ordered(folder / "Y", read_account(folder, "Y"), expected, ("rows",), named)
    path, stated = read_units(folder)
    unit, money_unit = units.unit_of_system(path, stated), context.money_units(published)[0]
    remarks = units.money_remarks(path.name, unit, money_unit, options.currency) if unit else []
    refuse_totals(folder / "Y", Y, np.nansum(Z.cells, axis=1), keys)
    final, exports, notes = final_uses(folder, Y, mapping, mapping_path, keys, n)
    texts = {("flows", (*divmod(row, n), *divmod(column, n))): repr(text) for (row, column), text in Z.texts.items()}
    accounts, output = None, np.nansum(Z.cells, axis=1) + np.nansum(Y.cells, axis=1)
    if options.accounts:
        accounts = SocioEconomicAccounts(options.accounts, published.year, keys, sectors)
        notes += accounts.notes(output, options.tolerance)
    extensions = Extensions(folder, expected, mapping_path, named, accounts, output)
    primary, rows = {}, mapping.get("primary_inputs") or {}
    extensions.refuse_absent([*(rows.values() if isinstance(rows, dict) else ()), mapping.get("hours")])
    if not isinstance(rows, dict):
        raise InputError(
            f"{mapping_path}: primary_inputs is {rows!r}; expected compensation: {{EXTENSION/ROW: weight}}"
        )
    for name in rows:
        if name not in PRIMARY:
            raise InputError(f"{mapping_path}: primary_inputs: {name!r} is unknown; expected {', '.join(PRIMARY)}")
    if rows.get("compensation") is None:
        raise InputError(f"{mapping_path}: primary_inputs has no compensation; expected EXTENSION/ROW: weight")
    given = [name for name in PRIMARY if rows.get(name) is not None]  # null: left out, like a name that is not there
    money = unit.factor if unit and unit.measure == units.Measure.MONEY else money_unit, unit and unit.currency
    for name in PRIMARY:
        primary[name] = np.zeros((m, n))
        if name in given:
            primary[name] = extensions.weighted_sum(rows[name], f"primary_inputs.{name}", money=True).reshape(m, n)
            for row, weight, unit_of_row in extensions.units(rows[name]):
                remarks += units.input_remarks(row, weight, unit_of_row, *money)
    absent = [name for name in PRIMARY if name not in given]
    notes += [Note(f"The mapping names no {', '.join(absent)}: taken as 0.")] if absent else []
    hours = None
    if mapping.get("hours"):
        hours = extensions.weighted_sum(mapping["hours"], "hours").reshape(m, n)
        for row, weight, unit_of_row in extensions.units(mapping["hours"]):
            remarks += units.hours_remarks(row, weight, unit_of_row)
    elif not options.labor.hours:
        raise InputError(f"{mapping_path}: no hours; expected EXTENSION/ROW: hours per unit, or import.labor.hours")
    named_rows = [str(row) for of in (*rows.values(), mapping.get("hours")) for row in of or ()]
    if options.accounts and not any(row.startswith(f"{ACCOUNTS}/") for row in named_rows):
        notes.append(warning(f"{options.accounts} is not used: the mapping names no row of {ACCOUNTS}."))

    def block(d):
        return np.array(Z.cells[d * n : (d + 1) * n], order="C").reshape(n, m, n)

    stated = [remark for remark in remarks if isinstance(remark, units.Statement)]
    notes += [remark for remark in remarks if remark not in stated]
    more = {"hours": hours, "texts": texts, "notes": notes, "units": stated}
    return PublishedTable(sectors, sectors, block, final, exports, primary, **more)


def refuse_totals(path, Y, sold, regions):
    """Raise InputError where a column of Y is a sum of uses: taken for a use, it would count them twice.

    sold (m n,): the sum of each row of Z. A column may be the sum of its region's others, of all final uses, of the
    sales to producers, or of both; those of regions that the system has are uses until they are found to be sums.
    """
    import numpy as np

    amounts, named = np.nan_to_num(Y.cells), [str(label) for label in Y.columns]
    uses = np.array([label[0] in regions for label in Y.columns], dtype=bool)
    totals = {}

    def compare(k, sums):
        for what, (addends, total) in sums.items():
            scale = np.abs(total).sum()
            if addends > 1 and scale > 0 and np.abs(amounts[:, k] - total).sum() <= ROUNDED * scale:
                totals.setdefault(k, what)

    for k in np.flatnonzero(uses):
        of_region = [j for j, label in enumerate(Y.columns) if label[0] == Y.columns[k][0] and j != k]
        compare(k, {"the other columns of its region": (len(of_region), amounts[:, of_region].sum(axis=1))})
    uses[[*totals]] = False
    used = amounts[:, uses].sum(axis=1)
    for k in range(len(named)):
        others, final = uses.sum() - uses[k], used - uses[k] * amounts[:, k]
        compare(k, {"all final uses": (others, final), "the sales to all sectors": (len(sold), sold)})
        compare(k, {"all uses, which is output": (others + 1, sold + final)})
    if totals:
        shown = "; ".join(f"column {named[k]} is the sum of {what}" for k, what in [*totals.items()][:LISTED])
        more = f" ({len(totals)} such columns)" if len(totals) > LISTED else ""
        raise InputError(
            f"{path}: {shown}{more}; expected uses only, since a sum would count them twice, null in the mapping too: "
            "save the system without its totals"
        )


def final_uses(folder, Y, mapping, mapping_path, regions, n):
    """(final demand by the dataset's categories, (m, n, m) or (m, n) by supplier, exports (m, n), notes).

    A category that is mapped to null is part of output like every other, as `other`, which no equation uses: without
    it, a row would not meet its output, and where it is negative, the rest would pass for imports.
    """
    import numpy as np

    m = len(regions)
    category_of = mapping.get("final_demand")
    if not isinstance(category_of, dict):
        raise InputError(
            f"{mapping_path}: final_demand is {category_of!r}; expected CATEGORY OF Y: category of a dataset"
        )
    for target in category_of.values():
        if target is not None and target not in CATEGORIES:
            raise InputError(f"{mapping_path}: final_demand: {target!r} is unknown; expected {', '.join(CATEGORIES)}")
    final, exports, left_out = {}, np.zeros((m, n)), {}
    amounts = Y.require_numbers(folder / "Y")
    if Y.columns and len(Y.columns[0]) != 2:
        raise InputError(f"{folder / 'Y'}: columns: found {Y.columns[0]}; expected two levels, (region, category)")
    _refuse_repeats(folder / "Y", "columns", Y.columns)
    for position, (region, category) in enumerate(Y.columns):
        if category not in category_of:
            raise InputError(
                f"{mapping_path}: final_demand does not name {category!r} of {folder / 'Y'}; expected one of "
                f"{', '.join(CATEGORIES)}, or null for a use that is part of output only; a total is none: remove it"
            )
        if region not in regions:
            raise InputError(
                f"{folder / 'Y'}: column {(region, category)}: region {region!r} is not in the mapping's regions; add "
                "it there, or save the system without the column if it is a total"
            )
        target, column = category_of[category], amounts[:, position].reshape(m, n)
        if target in (None, OTHER):
            left_out[category] = left_out.get(category, 0) + column
        elif target == "exports":
            exports += column
        else:
            final.setdefault(target, np.zeros((m, n, m)))[:, :, regions.index(region)] += column
    notes = [
        Note(f"final_demand: {category!r} is mapped to null: its sum, {np.nansum(amount):.6g}, is part of output only.")
        for category, amount in left_out.items()
    ]
    categories = {category for _, category in Y.columns}
    if unmet := [str(category) for category in category_of if category not in categories]:
        notes.append(
            warning(f"{mapping_path}: final_demand names {', '.join(unmet)}, which {folder / 'Y'} does not have.")
        )
    if left_out:
        final[OTHER] = sum(left_out.values())
    return final, exports, notes


class Extensions:
    """The extensions of a saved system; each is read once, when the mapping first names it.

    named: the files whose regions and sectors they have; table, output (m n,): the SocioEconomicAccounts, where there
    are any, and what their money is converted with.
    """

    def __init__(self, folder, expected, mapping_path, named, table=None, output=None):
        self.folder, self.expected, self.mapping_path, self.named = folder, expected, mapping_path, named
        self.table, self.output = table, output
        self.accounts, self.stated = {}, {}

    def refuse_absent(self, weights):
        """Raise InputError for all extensions that the rows of these weights name and the system does not have."""
        there = sorted(path.parent.name for path in self.folder.glob("*/file_parameters.json"))
        given = [str(row).partition("/")[0] for of in weights if isinstance(of, dict) for row in of]
        if absent := [name for name in dict.fromkeys(given) if name not in (*there, ACCOUNTS)]:
            raise InputError(
                f"{self.folder}: no extension {few(absent, LISTED)}; found {few(there, LISTED) or 'none'}; correct "
                f"{self.mapping_path}"
            )

    def weighted_sum(self, weights, what, money=False):
        """The weighted sum of rows, (m n,); weights: EXTENSION/ROW -> weight. Raises InputError for an unknown row.

        money: whether the rows are money, which an account table has in national currency.
        """
        import numpy as np

        if not isinstance(weights, dict) or not weights:
            raise InputError(f"{self.mapping_path}: {what} is {weights!r}; expected EXTENSION/ROW: weight")
        total = np.zeros(len(self.expected))
        for row, weight in weights.items():
            extension, _, name = str(row).partition("/")
            where = self.folder / extension
            if not isinstance(weight, (int, float)) or isinstance(weight, bool):
                raise InputError(f"{self.mapping_path}: {what}: the weight of {row} is {weight!r}; expected a number")
            if extension == ACCOUNTS and self.table is not None:
                total += weight * (self.table.money(name, self.output) if money else self.table.variable(name))
                continue
            if extension == ACCOUNTS and not where.exists():
                raise InputError(
                    f"{self.mapping_path}: {what}: {row} is of an account table; set import.accounts to its workbook"
                )
            if extension not in self.accounts:
                account = read_account(where, "F")
                self.accounts[extension] = _ordered(where, account, self.expected, ("columns",), self.named)
            account = self.accounts[extension]
            positions = [k for k, label in enumerate(account.rows) if _is_named(label, name)]
            if not positions:
                labels = [" ".join(label) for label in account.rows]
                raise InputError(
                    f"{self.mapping_path}: {what}: {where} has no row {name!r}; found {', '.join(labels[:6])}"
                )
            if len(positions) > 1 and not name.startswith(ANY):
                raise InputError(
                    f"{account.path}: row {name!r} occurs {len(positions)} times; expected once, since "
                    f"{self.mapping_path} names it for {what}: sum the rows or give them different names"
                )
            for k in positions:
                total += weight * account.require_numbers(where, k)
        return total

    def units(self, weights):
        """(EXTENSION/ROW, weight, Unit) of each row whose unit the system states."""
        for row, weight in weights.items():
            extension, _, name = str(row).partition("/")
            if extension == ACCOUNTS and self.table is not None:
                if name in UNITS:
                    yield str(row), weight, units.parse_unit(UNITS[name])
                continue
            if extension not in self.stated:
                self.stated[extension] = read_units(self.folder / extension)[1]
            texts = [text.strip() for label, text in self.stated[extension].items() if _is_named((label,), name)]
            for text in filter(None, dict.fromkeys(texts)):
                yield str(row), weight, units.parse_unit(text)


def _is_named(label, name):
    """Whether a row, its levels or these joined, has the name that a mapping gives."""
    joined = " ".join(label)
    return joined.endswith(f" {name.removeprefix(ANY)}") if name.startswith(ANY) else joined == name


def _ordered(where, account, expected, axes, named):
    """The account with the labels of `axes` in the order `expected`; raises InputError where their names differ."""
    for axis in axes:
        labels = getattr(account, axis)
        if labels == expected:
            continue
        _refuse_repeats(where, axis, labels)
        if {*labels} != {*expected}:
            raise InputError(f"{where}: {axis}: {_differences(labels, expected)}; correct {named}")
        place = {label: k for k, label in enumerate(labels)}
        account = account.taking(axis, [place[label] for label in expected])
    return account


def _differences(given, expected):
    """Which names the system has and the mapping does not, and the other way round, as a text."""
    if wrong := next((label for label in given if len(label) != 2), None):
        return f"found {wrong}; expected two levels, (region, sector)"
    parts = []
    for level, what in enumerate(("regions", "sectors")):
        ours, theirs = ({label[level]: None for label in labels} for labels in (expected, given))
        for these, others, where in ((theirs, ours, "mapping"), (ours, theirs, "system")):
            if names := [repr(name) for name in these if name not in others]:
                parts.append(f"{what} not in the {where}: {few(names, LISTED)}")
    there = {*given}
    missing = [repr(str(label)) for label in expected if label not in there]
    return "; ".join(parts) or f"not in the system: {few(missing, LISTED)}"


def _refuse_repeats(where, axis, labels):
    if len(set(labels)) < len(labels):
        counts = Counter(labels)
        repeated = [label for label, count in counts.items() if count > 1]
        more = f" and {len(repeated) - 1} more" if len(repeated) > 1 else ""
        raise InputError(
            f"{where}: {axis}: {repeated[0]} occurs {counts[repeated[0]]} times{more}; expected every label once"
        )


def system_regions(context):
    """The regions of the labels, else of the mapping; `in_system`: how the system names one, the name or the key."""
    path = context.options.mapping
    if context.options.labels:
        labels = labeled_regions(context)
        return labels | {"in_system": labels["name"]}
    given = context.mapping.get("regions")
    if not isinstance(given, list | dict) or not given:
        raise InputError(
            f"{path}: regions is {given!r}; expected the list of the system's regions, or KEY: name for each, in order"
        )
    keys = [str(key) for key in given]
    for key in keys:
        if not names_a_file(key) or keys.count(key) > 1:
            raise InputError(
                f"{path}: region {key!r} cannot be a key; expected different names without blanks; where the system's "
                "have blanks, name a csv as import.labels, with the columns region, a key, and name, the system's name"
            )
    names = list(given.values()) if isinstance(given, dict) else keys
    for key, name in zip(keys, names, strict=True):
        if not isinstance(name, str) or not name.strip():
            raise InputError(f"{path}: region {key} has the name {name!r}; expected a text")
    empty = {"telephones_1984": [None] * len(keys), "province": [""] * len(keys)}
    return {"region": keys, "name": names, "in_system": keys, **empty}


def mapped_sectors(context):
    """The sectors that the mapping names, as the columns of sectors.csv."""
    path, sectors = context.options.mapping, context.mapping.get("sectors")
    if not isinstance(sectors, dict) or not all(isinstance(entry, dict) for entry in sectors.values()):
        raise InputError(f"{path}: sectors is no list of sectors; expected NAME: {{productive: true}} for each")
    columns = {name: [] for name in COLUMNS}
    for sector, entry in sectors.items():
        unknown = sorted(set(entry) - {"name", "productive", "digital", "service_life"})
        name = entry.get("name", sector)
        unknown += [f"name {name!r}"] * (not isinstance(name, str) or not name.strip())
        unknown += [f"digital {entry.get('digital')!r}"] * (entry.get("digital", "") not in ("", "device", "service"))
        if unknown or not isinstance(entry.get("productive"), bool):
            wrong = unknown[0] if unknown else f"productive {entry.get('productive')!r}"
            raise InputError(
                f"{path}: sector {sector}: {wrong}; expected productive: true or false and, where they are known, "
                "name: a text, digital: device or service, service_life: years"
            )
        productive, life = str(entry["productive"]).lower(), entry.get("service_life", 10)
        texts = (sector, name, productive, entry.get("digital", ""), life, "")
        for column, cell in zip(COLUMNS, texts, strict=True):
            columns[column].append(str(cell))
        if not cells.is_number(life) or cells.number(life) <= 0:
            raise InputError(f"{path}: sector {sector}: service_life is {life!r}; expected years above 0")
    for kind in ("device", "service"):
        if kind not in columns["digital"]:
            raise InputError(f"{path}: digital: {kind} is set for no sector; expected at least one")
    return columns


def saved_files(path):
    """What is read of a saved system: its description, Z, Y, the units and the extensions."""
    folder = Path(path)
    if not folder.is_dir():
        return [path]
    read = [*folder.glob("[ZY].*"), *folder.glob("unit.*"), *folder.glob("*/*")]
    return [f"{folder}/file_parameters.json", *sorted(str(path) for path in read if path.is_file())]


READER = Reader(
    "pymrio",
    read,
    regions=system_regions,
    sectors=mapped_sectors,
    may_be_folder=True,
    year_files=saved_files,
    chinese=False,
    needs=("mapping",),
    takes=("accounts",),
    hours_source=lambda context: None if context.options.labor.hours else "measured",
)
