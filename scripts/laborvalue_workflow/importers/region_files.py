"""Which workbook of a folder is which region's: by the name in the file's name, never by its number.

Statistical offices number the files differently in different years: 26 is Shaanxi in 2012 and Tibet in 2017. Read while
the workflow is planned, hence with the standard library alone.
"""

import re
from pathlib import Path

from laborvalue.errors import InputError
from laborvalue_workflow.importers.textfiles import few, squeezed

WORKBOOKS = (".xls", ".xlsx")
NUMBER = re.compile(r"^[\d\W_年]*")  # before the name: 1, 01-, 2012年
NATIONAL = ("中国", "全国", "china")  # tables of the whole country, beside those of its regions
SHOWN = 8  # names in a message


def workbooks(folder):
    """The workbooks of a folder in the order of their names; hidden ones and an editor's locks (~$) are none."""
    paths = sorted(Path(folder).iterdir())
    return [path for path in paths if path.suffix.lower() in WORKBOOKS and not path.name.startswith((".", "~$"))]


def unread_files(folder):
    """The names of the other files of a folder, and of the workbooks of the whole country."""
    names = [path.name for path in sorted(Path(folder).iterdir()) if not path.name.startswith((".", "~$"))]
    national = [path.name for path in workbooks(folder) if _is_national(path)]
    return [name for name in names if Path(name).suffix.lower() not in WORKBOOKS], national


def unread_regions(folder, regions):
    """{name of a file that is no workbook: the region whose name it begins with}."""
    found = {name: region_of_name(Path(name).stem, regions) for name in unread_files(folder)[0]}
    return {name: region for name, region in found.items() if region}


def files_by_region(tables, regions, every, left_out=()):
    """{year: {region: path}} of the tables' folders, in the order of the regions.

    regions: columns region, name, chinese; every: whether each of them must be there, else those that the folders name;
    left_out: keys of regions whose workbooks are not read.
    Raises one InputError with all that is wrong in all folders: no workbook, a name of no region, two workbooks of one
    region, a region that a year lacks.
    """
    by_year, faults = {}, []
    for table in tables:
        by_year[table.year], wrong = _of_folder(table.folder, regions)
        faults += wrong
    if unknown := [region for region in left_out if region not in regions["region"]]:
        faults.append(f"import.leave_out names {', '.join(unknown)}, no region; expected keys as in the column region")
    wanted = [
        region
        for region in regions["region"]
        if region not in left_out and (every or any(region in files for files in by_year.values()))
    ]
    shown = dict(
        zip(regions["region"], map(_shown, *(regions[key] for key in ("region", "name", "chinese"))), strict=True)
    )
    for table in tables:
        if missing := [region for region in wanted if region not in by_year[table.year]]:
            having = [str(year) for year, files in by_year.items() if any(region in files for region in missing)]
            others = (
                f", which {', '.join(having)} has (import.leave_out: [{', '.join(missing)}] leaves them out)"
                if having
                else ", which the labels name"
            )
            faults.append(
                f"{table.folder} ({table.year}): no workbook of {few([shown[r] for r in missing], SHOWN)}{others}"
            )
    if faults:
        raise InputError(
            f"config: import.tables: {'; '.join(faults)}; expected one workbook per region in every folder, named "
            "after the region as in import.labels or resources/china/provinces.csv (1北京.xls, 01-北京市.xls, "
            "Beijing.xlsx)"
        )
    return {year: {region: files[region] for region in wanted} for year, files in by_year.items()}


def _of_folder(folder, regions):
    """({region: path}, faults) of one folder."""
    files, faults = {}, []
    paths = workbooks(folder)
    if not paths:
        faults.append(f"{folder}: no workbook (.xls or .xlsx)")
    unknown = []
    for path in paths:
        region = region_of_name(path.stem, regions)
        if region is None:
            unknown += [path.name] * (not _is_national(path))
        elif region in files:
            faults.append(f"{folder}: {files[region].name} and {path.name} are both of region {region}")
        else:
            files[region] = path
    faults += [
        f"{folder}: {name} is of region {region}, which has no workbook, and is not read: save it as .xlsx, or move it"
        for name, region in unread_regions(folder, regions).items()
        if region not in files
    ]
    if unknown:
        faults.append(f"{folder}: {few(unknown, SHOWN)} {'names' if len(unknown) == 1 else 'name'} no region")
    return files, faults


def region_of_name(text, regions):
    """The region whose name a file's or a title's text begins with, after a number; None where there is none.

    The longest name counts. A key that is a number alone is no name: it could be any count.
    """
    name = squeezed(NUMBER.sub("", text)).lower()
    matches = {
        label: region
        for region, *labels in zip(regions["region"], regions["name"], regions["chinese"], strict=True)
        for label in (squeezed(label).lower() for label in (region, *labels))
        if label and not label.isdigit() and name.startswith(label)
    }
    return matches[max(matches, key=len)] if matches else None


def _is_national(path):
    return squeezed(NUMBER.sub("", path.stem)).lower().startswith(NATIONAL)


def _shown(region, name, chinese):
    return " ".join(dict.fromkeys(text for text in (region, name, chinese) if text))
