"""What an import knows before it reads a table: options, reader, regions, sectors and lists, each read once."""

import os
from dataclasses import dataclass
from functools import cached_property

from laborvalue_workflow.importers.options import OWN_RESOURCES, ImportOptions
from laborvalue_workflow.importers.readers import READERS
from laborvalue_workflow.importers.sectors import SectorLists, read_concordance
from laborvalue_workflow.importers.textfiles import read_mapping


@dataclass(frozen=True)
class ImportContext:
    """The options of an import, its reader, and what the user's small files say; these are read when first asked for.

    Raises InputError where a small file is wrong.
    """

    options: ImportOptions

    @classmethod
    def from_config(cls, section):
        """The context of the config's section `import`, or of the part of it that a job gets."""
        return cls(ImportOptions.from_config(section))

    @property
    def reader(self):
        """The Reader of the tables' kind."""
        return READERS[self.options.kind]

    @cached_property
    def regions(self):
        """The regions as columns, as `Reader.regions` gives them."""
        return self.reader.regions(self)

    @cached_property
    def sectors(self):
        """The dataset's sectors as columns, as `Reader.sectors` gives them."""
        return self.reader.sectors(self)

    @property
    def keys(self):
        """The keys of the regions and of the sectors."""
        return self.regions["region"], self.sectors["sector"]

    @cached_property
    def lists(self):
        """The SectorLists."""
        return SectorLists.read(self.options.resource("sector_lists"))

    @cached_property
    def concordance(self):
        """{sector: the sector it is joined to}."""
        return read_concordance(self.options.concordance)

    @cached_property
    def mapping(self):
        """The meaning of the names of a system that pymrio saved."""
        return read_mapping(self.options.mapping)

    def sector_list(self, published):
        """The sector list of a year's table as columns."""
        return self.lists.columns(published.sector_list)

    def targets(self, published):
        """The dataset's sector of each sector of a year's table, in the table's order; the concordance is applied."""
        joined = self.concordance
        return [joined.get(sector, sector) for sector in self.sector_list(published)["sector"]]

    def money_units(self, published):
        """Currency units per 1 in the table of each region of a year, in their order."""
        return [published.unit_of(region, self.options.money_unit) for region in self.regions["region"]]

    @property
    def wage_files(self):
        """The tables of average wages in the order they are looked into: the user's, then the project's own.

        The project's are Chinese wages in yuan; they complete no table that belongs to a database of other countries.
        """
        files = [self.options.resource("wages")]
        if self.options.labor.wages and self.reader.chinese:
            files.append(os.path.relpath(OWN_RESOURCES["wages"]))
        return files
