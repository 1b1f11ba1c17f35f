"""The register of robustness checks; like the register of tables, it needs no numpy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Check:
    """One robustness check of the slopes.

    Attributes
    ----------
    name
        Its name in the config and the stem of its files.
    title
        What it does, for the title of its table.
    changes
        The regression options that it changes, for a check that estimates again; else empty.
    instrumented
        Whether it is about tables with an instrument (True), about those without (False), or about all (None).
    """

    name: str
    title: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    instrumented: bool | None = None

    def concerns(self, instrumented: bool) -> bool:
        """Whether it is about tables with an instrument (True), or about those without (False)."""
        return self.instrumented in (None, instrumented)


CHECKS = (
    Check("cluster_city", "Standard errors clustered by {region}", {"cluster": "city"}),
    Check("cluster_sector", "Standard errors clustered by sector", {"cluster": "sector"}),
    Check("cluster_two_way", "Standard errors clustered two-way, by {region} and by sector", {"cluster": "two_way"}),
    Check("log1p", "ln(1 + x) in the place of ln x", {"zero_policy": "log1p"}),
    Check("keep_singletons", "Singletons kept", {"drop_singletons": False}),
    Check("wild_bootstrap", "Wild cluster bootstrap by sector", instrumented=False),
    Check("anderson_rubin", "Anderson-Rubin set of the instrumented slope", instrumented=True),
    Check("holm", "Holm-adjusted p-values"),
)
BY_NAME = {check.name: check for check in CHECKS}
