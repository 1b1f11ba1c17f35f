"""From the files of a run to what its figures are drawn from."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from laborvalue.econometrics.equations import BY_NUMBER, columns_needed
from laborvalue.econometrics.options import RegressionOptions
from laborvalue_workflow.data import dataset, files
from laborvalue_workflow.data.panel import read_panel, read_variables
from laborvalue_workflow.reporting.figures import BY_YEAR, FIGURES, OF_READINGS, Figure
from laborvalue_workflow.reporting.results import rows


@dataclass(frozen=True)
class FigureInputs:
    """Where the files are, and the settings.

    Attributes
    ----------
    results
        The folder of the run.
    paper
        resources/published.
    panel
        The path of the panel.
    description
        The path of dataset.yaml, empty for a panel of the user's.
    years
        The dataset's years.
    settings
        The section `regressions` of the config, where a figure needs it.
    """

    results: Path
    paper: Path
    panel: str
    description: str
    years: Sequence[str]
    settings: Mapping[str, Any]

    def of(self, name: str) -> dict[str, Any]:
        """What a figure is drawn from, by the names that its entry of the register lists."""
        return {kind: self._read(kind, FIGURES[name]) for kind in FIGURES[name].inputs}

    def _read(self, kind: str, figure: Figure) -> Any:
        if kind in BY_YEAR:
            return {year: _content(self.results / f"values/{year}/{BY_YEAR[kind]}") for year in self.years}
        if kind in OF_READINGS:
            return _content(self.results / f"readings/{OF_READINGS[kind]}")
        if kind in ("mean_logs", "coefficients"):
            return _content(self.paper / f"{kind}.csv")
        if kind == "comparison":
            return _content(self.results / "published.csv")
        if kind == "table":
            return _content(self.results / f"tables/table{figure.table:02}.csv")
        if kind == "options":
            return self._options
        if kind == "panel":
            if figure.table:
                return read_panel(self.panel, columns_needed(BY_NUMBER[figure.table], self._options))
            return read_variables(self.panel, *figure.variables)
        read = {"sectors": dataset.read_sectors, "regions": dataset.read_regions}[kind]
        return read(Path(self.description).parent / f"{kind}.csv") if self.description else {}

    @property
    def _options(self) -> RegressionOptions | None:
        return RegressionOptions(**self.settings["regressions"]) if "regressions" in self.settings else None


@functools.cache
def _content(path: Path) -> Any:
    """The rows of a table, or the content of a JSON file."""
    return files.read_json(path) if path.suffix == ".json" else rows(path)
