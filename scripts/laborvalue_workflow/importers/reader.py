"""What the kinds of published tables differ in: one `Reader` per kind, in the module that reads the kind.

`readers.READERS` is their register. Whatever depends on the kind asks its Reader: the plan, the import of a year, the
description, regions and sectors, the checks of the config. Planning loads these modules: large packages are imported
inside the functions that use them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from laborvalue_workflow.importers.regions import LABEL_COLUMNS, labeled_regions
from laborvalue_workflow.importers.sectors import listed_sectors

if TYPE_CHECKING:
    from laborvalue_workflow.importers.options import ImportOptions, PublishedFile
    from laborvalue_workflow.importers.table import PublishedTable

ImportContext = Any  # context.ImportContext, which knows the register and so comes after it


@dataclass(frozen=True)
class Reader:
    """A kind of published tables: how it is read, and what differs from one Chinese table per file and year.

    Each function raises InputError where what it reads is not what it should be.
    """

    kind: str  # the name in the config, import.kind
    read: Callable[[ImportContext, PublishedFile], PublishedTable]  # the tables of a year

    # what dataset.yaml says of the rows: domestic, or competitive where they hold imports; None: it differs by year
    layout: Callable[[ImportContext], str | None] = lambda context: "domestic"
    layout_files: Callable[[ImportOptions], list[str]] = lambda options: []  # the tables that `layout` reads
    regions: Callable[[ImportContext], dict] = labeled_regions  # columns region, name, telephones_1984, province
    sectors: Callable[[ImportContext], dict] = listed_sectors  # the columns of sectors.csv, and section

    place: str = "file"  # the key of import.tables that names the tables of a year: file or folder
    may_be_folder: bool = False  # whether the `file` of a year may be a folder
    year_files: Callable[[str], list[str]] = lambda path: [path]  # what is read of the file or folder of a year
    small_files: Callable[[ImportOptions], list[str]] = lambda options: []  # small files that the config does not name
    label_columns: tuple[str, ...] = LABEL_COLUMNS  # the columns that are read in import.labels
    chinese: bool = True  # whether sector lists, wages and national output are China's, where the config has null

    needs: tuple[str, ...] = ()  # keys of `import` that must name a file
    takes: tuple[str, ...] = ()  # keys of `import` that not every kind takes: accounts, codes, leave_out, trade
    check: Callable[[ImportOptions], None] = lambda options: None  # refuses options that the kind cannot take
    # why the tables cannot take a value of an open choice: (options, choice, value) -> text; None: nothing says so
    limit: Callable[[ImportOptions, str, str], str | None] = lambda options, choice, value: None
    # whether hours are measured or imputed (dataset.yaml); None where a file of the user's has them
    hours_source: Callable[[ImportContext], str | None] = lambda context: (
        None if context.options.labor.hours else "imputed"
    )
    papers_data: bool = False  # whether these are the paper's own data
