"""The panels of nodes: what nodes share, their values and their coefficients, is read and built once."""

from pathlib import Path

import numpy as np

from laborvalue.coefficients import ValueOptions
from laborvalue.errors import located
from laborvalue.flows import SupplierFlows
from laborvalue.indicators import IndicatorOptions, year_indicators
from laborvalue.readings.solution import reading_coefficients
from laborvalue.records import stack
from laborvalue.sample import decide_sample
from laborvalue.solutions import NationalSystem, RegionalValues, ScopeValues
from laborvalue_workflow.data.stages import price_options, read_arrays_as
from laborvalue_workflow.readings.files import read_node, records_in, taken


class NodePanels:
    """The indicators of nodes, those that share values after each other.

    years: whole numbers; values: the folder of the run's own; solved: files of nodes with values by key; telephones:
    of 1984, one per region, NaN where unknown.
    """

    def __init__(self, years, values, solved, telephones):
        """Nothing is read before a node needs it."""
        self.years, self.values, self.solved, self.telephones = years, values, solved, telephones
        self._solutions = {}
        self._built = None, None  # (year, key of the values), what is built on them

    def indicators(self, stages, node, chosen):
        """The indicators of a year under a node, productive sectors, with their keys.

        stages: YearStages; chosen: the settings as the node changes them.
        """
        accounts, coefficients, sectors = self._build(stages, node.above, chosen)
        solved, sample = self._solutions[node.above]
        year, productive = stages.year, sectors.productive
        supplied = SupplierFlows.counting(
            ValueOptions(**chosen["values"]).import_rule,
            stages.stored,
            accounts.domestic_share,
            coefficients.import_factor,
            stages.index.money_unit,
        )
        with located(f"year {year}"):
            columns = year_indicators(
                accounts,
                coefficients,
                solved[f"{year}/nation"],
                solved[f"{year}/values"],
                supplied,
                sectors,
                sample.members(year, productive),
                self.telephones,
                IndicatorOptions(**chosen["indicators"]),
            )
        keys = {"region": np.array(stages.index.regions), "sector": sectors.sector[productive]}
        return keys | {name: array[:, productive] for name, array in columns.items()}

    def _build(self, stages, above, chosen):
        """Accounts, coefficients and sectors of a year as the readings with these values take them."""
        place, built = self._built
        if place != (stages.year, above):
            accounts, sectors = taken(stages.accounts, stages.index.sectors, chosen)
            if above not in self._solutions:
                self._solutions[above] = self._solution(above, stages.index.regions, sectors)
            options = ValueOptions(**chosen["values"]), price_options(chosen["prices"])
            built = stack(accounts), reading_coefficients(accounts, *options), sectors
            self._built = (stages.year, above), built
        return built

    def _solution(self, above, regions, sectors):
        """Nation and values of every year, {"YEAR/nation": ..., "YEAR/values": ...}, and the sample that they give."""
        if above:
            kinds = {"nation": NationalSystem, "values": ScopeValues}
            wanted = {f"{year}/{name}": kind for year in self.years for name, kind in kinds.items()}
            solved = records_in(read_node(self.solved[above]), wanted)
        else:
            kinds = {"nation": ("national", NationalSystem), "values": ("network", RegionalValues)}
            solved = {
                f"{year}/{name}": read_arrays_as(kind, Path(self.values, str(year), f"{stem}.npz"))
                for year in self.years
                for name, (stem, kind) in kinds.items()
            }
        values = [solved[f"{year}/values"] for year in self.years]
        sample = decide_sample(
            self.years,
            np.array(regions),
            sectors.sector[sectors.productive],
            np.stack([one.region_status for one in values]),
            np.stack([np.isfinite(one.value[:, sectors.productive]) for one in values]),
        )
        return solved, sample
