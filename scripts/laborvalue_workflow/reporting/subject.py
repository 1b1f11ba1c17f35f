"""What the numbers of a run are about: the dataset they come from, and what its parts are called."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from laborvalue_workflow.data import dataset
from laborvalue_workflow.reporting.words import Words


@dataclass(frozen=True)
class Subject:
    """What the numbers are about; whatever makes texts gets one.

    Attributes
    ----------
    description
        dataset.yaml as a dict; None for a panel of the user's.
    words
        What regions and the nation are called.
    """

    description: Mapping[str, Any] | None = None
    words: Words = field(default_factory=Words)

    @property
    def synthetic(self) -> bool:
        """Whether the data are known to be synthetic."""
        return bool(self.description and self.description["synthetic"])

    def fill(self, text: str) -> str:
        """Put the words into a text of a register (`Words.fill`)."""
        return self.words.fill(text)


def read_subject(description: str | Path, settings: Mapping[str, Mapping[str, str]] | None) -> Subject:
    """The subject of a run.

    Parameters
    ----------
    description
        The path of dataset.yaml, empty for a panel of the user's.
    settings
        Sections of the config; without the section `words` it has its defaults.
    """
    about = dataset.read_description(description) if description else None
    return Subject(about, Words(**(settings or {}).get("words", {})))
