"""What the documents say is there is there: config keys, functions, files, commands, versions."""

import ast
import re
import tomllib

import pytest
import yaml

from datasets import HOME, snakemake

METHOD = (HOME / "workflow/documentation.md").read_text(encoding="utf-8")
README = (HOME / "README.md").read_text(encoding="utf-8")
CONFIG = (HOME / "config/README.md").read_text(encoding="utf-8")
SCHEMA = yaml.safe_load((HOME / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8"))
# the sections that hold readings of the method; the others say what to run
CHOICES = ("values", "prices", "indicators", "regressions", "robustness")


def keys(schema, prefix=""):
    """Every key of the config as section.key, sections within sections too."""
    for name, of_key in schema["properties"].items():
        if "properties" in of_key:
            yield from keys(of_key, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", of_key


KEYS = dict(keys(SCHEMA))


def named(text):
    """The config keys that a text names in code marks."""
    sections = "|".join(SCHEMA["properties"])
    found = re.findall(rf"`((?:{sections})\.[a-z_0-9]+(?:\.[a-z_0-9]+)*)`", text)
    return {key for key in found if not key.endswith((".parquet", ".yaml"))}


def public_functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


FUNCTIONS = {path.stem: public_functions(path) for path in (HOME / "scripts/laborvalue").glob("*.py")}


def section_of(name):
    """The part of config/README.md under the heading of a config section."""
    name = {"embedded": "What to run"}.get(name, name)
    return re.search(rf"^##+ {re.escape(name)}\b.*?(?=^## |^### |\Z)", CONFIG, flags=re.M | re.S)[0]


@pytest.mark.parametrize("text", [METHOD, README, CONFIG], ids=["documentation.md", "README.md", "config/README.md"])
def test_every_key_that_a_document_names_exists(text):
    sections = {key.rpartition(".")[0] for key in KEYS}
    functions = {f"{module}.{name}" for module, names in FUNCTIONS.items() for name in names}
    assert named(text) - set(KEYS) - sections - functions == set()


def test_every_choice_of_the_method_is_told_with_its_equation():
    choices = {key for key in KEYS if key.startswith(CHOICES)}
    assert choices - named(METHOD) == set()


@pytest.mark.parametrize("key", [key for key in KEYS if "." in key])
def test_every_key_and_all_it_may_be_is_in_the_config_readme(key):
    section, _, name = key.rpartition(".")
    text = section_of(section)
    assert f"`{name}`" in text or f"`.{name}`" in text or f"`{key}`" in text or f"`{section}.{name}`" in CONFIG, key
    row = next((line for line in text.splitlines() if line.startswith(f"| `{name}`")), text)
    of_key = KEYS[key]
    allowed = of_key.get("enum") or of_key.get("items", {}).get("enum") or ()
    if section in CHOICES:
        assert [value for value in allowed if f"`{value}" not in row] == []


def test_every_function_that_the_method_names_exists():
    told = re.findall(rf"`({'|'.join(FUNCTIONS)})\.(\w+)", METHOD)
    told = [(module, name) for module, name in told if f"{module}.{name}" not in KEYS and name != "EQUATIONS"]
    assert len(told) > 20
    assert [f"{module}.{name}" for module, name in told if name not in FUNCTIONS[module]] == []


def test_every_equation_is_written_out():
    formulas = "".join(re.findall(r"^```\n(.*?)^```", METHOD, flags=re.M | re.S))
    assert [number for number in range(1, 22) if f"({number})" not in formulas] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "config/README.md", "workflow/documentation.md"])
def test_links_and_pictures_lead_to_files(name):
    path = HOME / name
    text = path.read_text(encoding="utf-8")
    targets = [*re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text), *re.findall(r'src="([^":]+)"', text)]
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_headings_that_are_linked_to_exist():
    anchors = {
        re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in re.findall(r"^#+ (.+)$", CONFIG, re.M)
    }
    assert set(re.findall(r"config/README\.md#([\w-]+)", README)) <= anchors


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([\w-]+):", (HOME / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    assert set(re.findall(r"`make ([\w-]+)`", README)) <= targets


def test_every_program_in_the_list_of_tables_exists():
    assert [name for name in re.findall(r"scripts/\w+\.py", README) if not (HOME / name).is_file()] == []


def test_the_picture_of_the_rules_shows_those_of_a_run():
    drawn = set(re.findall(r">(\w+)</text>", (HOME / "resources/pictures/dag.svg").read_text(encoding="utf-8")))
    rules = set(snakemake("--list-rules", "--config", "run=drawn").stdout.split())
    assert drawn <= rules, "run resources/pictures/draw.sh"
    assert {"split_year", "solve_region", "solve_network", "compute_indicators", "assemble_panel"} <= drawn


def test_one_version_everywhere():
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((HOME / "CITATION.cff").read_text(encoding="utf-8"))
    newest = re.search(r"^## (\S+?),? ", (HOME / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.M)[1]
    assert project["version"] == citation["version"] == newest
    assert project["license"] == citation["license"]


def test_the_catalogue_file_is_what_the_catalogue_reads():
    usage = yaml.safe_load((HOME / ".snakemake-workflow-catalog.yml").read_text(encoding="utf-8"))["usage"]
    assert usage["software-stack-deployment"]["apptainer"] is True and usage["report"] is True
    assert (HOME / "workflow/Snakefile").is_file() and (HOME / "config/README.md").is_file()
