"""What the parts of the data are called: city or province, the nation or China (the config's section `words`)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The words for the parts of the data.

    Attributes
    ----------
    region, regions
        One region, and several.
    nation
        All regions together.
    """

    region: str = "city"
    regions: str = "cities"
    nation: str = "the nation"
