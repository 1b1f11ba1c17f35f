"""What the parts of the data are called: city or province, the nation or China (the config's section `words`)."""

import re
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


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

    def fill(self, text: str) -> str:
        """Put the words into a text of a register, e.g. `relative to the {regions'} mean`.

        Parameters
        ----------
        text
            Any text. Its placeholders are `{region}`, `{a region}`, `{Region}`, `{regions}`, `{regions'}`, `{Regions}`
            and `{nation}`, the last without its article.

        Raises
        ------
        KeyError
            For another placeholder.
        """
        forms = {
            "region": self.region,
            "a region": f"{article(self.region)} {self.region}",
            "Region": capitalized(self.region),
            "regions": self.regions,
            "regions'": possessive(self.regions),
            "Regions": capitalized(self.regions),
            "nation": self.nation.removeprefix("the "),
        }
        return PLACEHOLDER.sub(lambda match: forms[match[1]], text)


def article(word: str) -> str:
    """The indefinite article of a word, by its first letters."""
    first = word.lower()
    spoken_as_consonant = first.startswith(("uni", "us", "euro", "one"))
    return "an" if first[:1] in set("aeiou") and not spoken_as_consonant else "a"


def capitalized(word: str) -> str:
    """A word as it begins a sentence."""
    return word[:1].upper() + word[1:]


def possessive(word: str) -> str:
    """The possessive of a plural: the cities', the Länder's."""
    return f"{word}'" if word.endswith("s") else f"{word}'s"
