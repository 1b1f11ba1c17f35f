"""What the documents say exists: config keys, functions, files, links, commands, versions."""

import ast
import re
import subprocess
import sys
import tomllib

import pytest
import yaml

import document_config
from datasets import HOME, snakemake
from laborvalue.errors import InputError
from shared import configuration

NAMES = (
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "config/README.md"),
    *("workflow/documentation.md", "workflow/glossary.md", "workflow/cluster.md"),
)
DOCUMENTS = {name: (HOME / name).read_text(encoding="utf-8") for name in NAMES}
METHOD, README, CONFIG = (DOCUMENTS[name] for name in ("workflow/documentation.md", "README.md", "config/README.md"))
SCHEMA = configuration.read_schema(HOME / "workflow/schemas/config.schema.yaml")
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


def named_keys(text):
    """The config keys that a text names in code marks."""
    sections = "|".join(SCHEMA["properties"])
    found = re.findall(rf"`((?:{sections})\.[a-z_0-9]+(?:\.[a-z_0-9]+)*)`", text)
    return {key for key in found if not key.endswith((".parquet", ".yaml"))}


def public_names(path):
    """The functions, classes and constants of a module."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign):
            yield node.target.id


# module -> names, for the rooms that documents name functions of; `tables` and the like may be in two of them
FUNCTIONS = {}
for room in ("laborvalue", "laborvalue/econometrics", "reporting"):
    for module in (HOME / "scripts" / room).glob("*.py"):
        FUNCTIONS.setdefault(module.stem, set()).update(public_names(module))


@pytest.mark.parametrize("name", ["workflow/documentation.md", "README.md", "config/README.md"])
def test_every_key_that_a_document_names_exists(name):
    sections = {key.rpartition(".")[0] for key in KEYS}
    functions = {f"{module}.{function}" for module, names in FUNCTIONS.items() for function in names}
    assert named_keys(DOCUMENTS[name]) - set(KEYS) - sections - functions == set()


def test_every_choice_of_the_method_is_in_the_documentation():
    choices = {key for key in KEYS if key.startswith(CHOICES)}
    assert choices - named_keys(METHOD) == set()


def test_config_yaml_and_the_tables_of_its_readme_are_what_the_schema_gives():
    document_config.document_config("check")


def test_a_changed_schema_is_noticed(tmp_path, monkeypatch):
    text = document_config.SCHEMA.read_text(encoding="utf-8")
    changed = tmp_path / "config.schema.yaml"
    changed.write_text(text.replace("default: 10\n", "default: 12\n"), encoding="utf-8")
    monkeypatch.setattr(document_config, "SCHEMA", changed)
    with pytest.raises(InputError, match=r"config.yaml: differs .*document_config.py write"):
        document_config.document_config("check")


def test_the_config_readme_has_a_table_for_every_section():
    sections = {key.rpartition(".")[0] or document_config.TOP for key in KEYS}
    assert {section for _, section, _ in document_config.MARKED.findall(CONFIG)} == sections


@pytest.mark.parametrize("key", KEYS)
def test_the_schema_describes_every_key_and_all_its_alternatives(key):
    of_key = KEYS[key]
    assert of_key["description"] and "default" in of_key
    assert configuration.allowed(of_key)
    if key.startswith(("values", "prices", "indicators")):
        assert of_key["equation"]
    if key.startswith(CHOICES):
        choices = [*of_key.get("oneOf", []), *of_key.get("items", {}).get("oneOf", [])]
        assert [choice["const"] for choice in choices if not choice.get("description")] == []


def test_every_function_that_the_documentation_names_exists():
    endings = "csv|do|dta|html|json|lock|md|npy|npz|parquet|py|tsv|yaml"
    named = re.findall(rf"`([a-z_]+)\.(?!(?:{endings})\b)(\w+)[`(]", METHOD)
    functions = [(module, name) for module, name in named if f"{module}.{name}" not in KEYS]
    assert len(functions) > 20
    assert [f"{module}.{name}" for module, name in functions if name not in FUNCTIONS.get(module, ())] == []


def test_every_equation_is_written_out():
    formulas = "".join(re.findall(r"^```math\n(.*?)^```", METHOD, flags=re.M | re.S))
    assert sorted(int(number) for number in re.findall(r"\\tag\{(\d+)\}", formulas)) == list(range(1, 22))


def test_the_braces_of_every_formula_are_balanced():
    formulas = re.findall(r"^```math\n(.*?)^```", METHOD, flags=re.M | re.S)
    assert len(formulas) > 20
    assert [formula for formula in formulas if formula.count("{") != formula.count("}")] == []
    assert [formula for formula in formulas if formula.count(r"\begin{") != formula.count(r"\end{")] == []


@pytest.mark.parametrize("name", NAMES)
def test_links_and_pictures_lead_to_files(name):
    path = HOME / name
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", DOCUMENTS[name])
    targets += re.findall(r'src="([^":]+)"', DOCUMENTS[name])
    assert [target for target in targets if not (path.parent / target).exists()] == []


def anchors(text):
    """The anchors that GitHub makes of the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", text, flags=re.M)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", NAMES)
def test_headings_that_are_linked_to_exist(name):
    links = re.findall(r"\]\(([^)#:]*)#([^)]+)\)", DOCUMENTS[name])
    folder = (HOME / name).parent
    missing = [
        f"{target}#{anchor}"
        for target, anchor in links
        if anchor not in anchors((folder / target).read_text(encoding="utf-8") if target else DOCUMENTS[name])
    ]
    assert missing == []


@pytest.mark.parametrize("name", NAMES)
def test_documents_use_american_spelling(name):
    titles = ("Labour Statistical Yearbook", "World Labour Values Database")  # publications' own names
    text = DOCUMENTS[name]
    for title in titles:
        text = text.replace(title, "")
    text = re.sub(r"`[^`]*`", "", text)  # names of config keys and files are kept stable
    assert re.findall(r"(?i)\b(?:\w*labour\w*|normalis\w+|stylis\w+|behaviour\w*|colour\w*)", text) == []


def test_the_glossary_explains_each_word_once():
    words = re.findall(r"^\| ([\w -]+) \|", DOCUMENTS["workflow/glossary.md"], flags=re.M)
    assert len(words) >= 20 and len(words) == len(set(words))


EXAMPLES = {
    "numpy": "assert (values > L).all() and system.profit_rate > 0",
    "pandas": "assert values['iron'] > 0.6 and fit.n > 0",
    "pymrio": "assert solved.value.shape == (6, 8) and solved.profit_rate > 0",
}


@pytest.mark.parametrize("library", EXAMPLES)
def test_the_examples_of_the_readme_run(library, request):
    blocks = re.findall(r"^```python\n(.*?)^```", README, flags=re.M | re.S)
    example = dict(zip(EXAMPLES, blocks, strict=True))[library]
    if "results/demo" in example:
        example = example.replace("results/demo", str(request.getfixturevalue("demo")))
    program = f"import sys; sys.path.insert(0, 'scripts')\n{example}\n{EXAMPLES[library]}"
    ran = subprocess.run([sys.executable, "-c", program], cwd=HOME, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([\w-]+):", (HOME / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    assert set(re.findall(r"`make ([\w-]+)`", README)) <= targets


def test_every_program_in_the_list_of_tables_exists():
    assert [name for name in re.findall(r"scripts/\w+\.py", README) if not (HOME / name).is_file()] == []


def test_the_picture_of_the_rules_shows_those_of_a_run():
    drawn = set(re.findall(r">(\w+)</text>", (HOME / "resources/pictures/dag.svg").read_text(encoding="utf-8")))
    rules = set(snakemake("--list-rules", "--config", "run=drawn").stdout.split())
    assert drawn <= rules, "run resources/pictures/draw.sh"
    assert {"split_year", "solve_region", "solve_network", "decide_sample", "compute_indicators"} <= drawn


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
