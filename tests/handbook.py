"""The documents of the project: their text, and the code in them."""

import re

from datasets import HOME
from laborvalue_workflow.data import files

PAGES = tuple(
    str(path.relative_to(HOME)) for path in sorted((HOME / "docs").rglob("*.md")) if "_build" not in path.parts
)
NAMES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "config/README.md", "paper/paper.md", *PAGES)
DOCUMENTS = {name: (HOME / name).read_text(encoding="utf-8") for name in NAMES}
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```", flags=re.M | re.S)  # in a list, too


def fenced(text):
    """[(language, text)] of the fenced blocks of a text, in their order."""
    return [(kind, re.sub(f"^{indent}", "", inside, flags=re.M)) for indent, kind, inside in FENCE.findall(text)]


def code(name):
    """The fenced blocks of a document."""
    return fenced(DOCUMENTS[name])


def blocks(name, language):
    """The fenced blocks of one language."""
    return [text for kind, text in code(name) if kind == language]


def shown_lines(name):
    """The lines of output that a document shows: those of the blocks `text`."""
    return [line for text in blocks(name, "text") for line in text.splitlines()]


def rates_row(results, year):
    """The row of a year in the tables of the gallery, from the results of a run."""
    summary = files.read_json(results / f"values/{year}/summary.json")
    rates = f"{summary['profit_rate']:.4f} | {summary['rate_of_surplus_value']:.3f}"
    return f"| {year} | {rates} | {summary['regions_used']} |"


def recipe(name, title):
    """The steps of a recipe, each the (file, language, text) of its blocks, and the commands of its checks."""
    section = re.split(rf"^#+ {title}$", DOCUMENTS[name], flags=re.M)[1].partition("\n## ")[0]
    steps, _, checks = section.partition("\nThe checks")
    items = re.split(r"^\d+\. ", steps, flags=re.M)[1:]
    return [[(item.split("`")[1], *block) for block in fenced(item)] for item in items], fenced(checks)[0][1]


RECIPES = {
    title: recipe(page, title)
    for page, title in [
        *(("docs/howto/extend.md", f"Add {what}") for what in ("an indicator", "a table", "a config key", "a figure")),
        ("docs/howto/add_a_reader.md", "Add a reader of published tables"),
    ]
}
BLOCKS = [block for steps, _ in RECIPES.values() for step in steps for block in step]
NEW_FILES = {file for file, language, _ in BLOCKS if language not in ("diff", "sh")}
