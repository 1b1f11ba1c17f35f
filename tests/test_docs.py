"""What the documents say exists: config keys, functions, files, links, commands, versions."""

import ast
import functools
import re
import shlex
import subprocess
import sys
import tomllib

import pytest
import yaml
from snakemake import cli

import document_config
import laborvalue
from datasets import HOME, snakemake
from handbook import DOCUMENTS, FENCE, NAMES, NEW_FILES, PAGES, blocks
from laborvalue.econometrics import equations
from laborvalue.errors import InputError
from laborvalue_workflow import handbook
from laborvalue_workflow.importers.readers import READERS
from laborvalue_workflow.running import configuration

README, COMMANDS, RESULTS = (
    DOCUMENTS[name] for name in ("README.md", "docs/reference/commands.md", "docs/reference/results.md")
)
METHOD = "\n".join(DOCUMENTS[name] for name in PAGES if name.startswith("docs/method/"))
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
    return {key for key in found if not key.endswith((".parquet", ".yaml", ".html", ".png"))}


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
for room in ("laborvalue", "laborvalue/econometrics", "laborvalue_workflow/reporting"):
    for module in (HOME / "scripts" / room).glob("*.py"):
        FUNCTIONS.setdefault(module.stem, set()).update(public_names(module))


@pytest.mark.parametrize("name", NAMES)
def test_every_key_that_a_document_names_exists(name):
    sections = {key.rpartition(".")[0] for key in KEYS}
    functions = {f"{module}.{function}" for module, names in FUNCTIONS.items() for function in names}
    text = FENCE.sub(lambda block: "" if block[2] == "diff" else block[0], DOCUMENTS[name])  # what recipes add
    assert named_keys(text) - set(KEYS) - sections - functions == set()


def test_every_choice_is_in_the_method():
    choices = {key for key in KEYS if key.startswith(CHOICES)}
    assert choices - named_keys(METHOD) == set()


def test_config_yaml_and_the_generated_tables_are_what_schema_and_registers_give():
    document_config.document_config("check")


def test_a_changed_schema_is_noticed(tmp_path, monkeypatch):
    text = (HOME / handbook.SCHEMA).read_text(encoding="utf-8")
    changed = tmp_path / "config.schema.yaml"
    changed.write_text(text.replace("default: 10\n", "default: 12\n"), encoding="utf-8")
    monkeypatch.setattr(handbook, "SCHEMA", changed)
    with pytest.raises(InputError, match=r"config.yaml: differs .*document_config.py write"):
        document_config.document_config("check")


def test_the_reference_has_a_table_for_every_section_and_for_each_register():
    sections = {key.rpartition(".")[0] or handbook.TOP for key in KEYS}
    keys_page = DOCUMENTS[handbook.KEYS_PAGE]
    assert {section for _, section, _ in handbook.MARKED.findall(keys_page)} == sections
    registers = {register for _, register, _ in handbook.REGISTER.findall(RESULTS)}
    assert registers == {"variables", "tables"}


def test_the_handbook_describes_every_kind_of_published_tables():
    assert set(re.findall(r"^- \*\*`(\w+)`\*\*", DOCUMENTS["docs/howto/import_tables.md"], flags=re.M)) == set(READERS)


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


def test_every_function_that_the_method_names_exists():
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


@functools.cache
def anchors(path):
    """The anchors that GitHub makes of the headings of a document; none of other files and of folders."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.M) if path.suffix == ".md" else []
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", NAMES)
def test_links_and_pictures_lead_to_files_and_headings(name):
    text = FENCE.sub("", DOCUMENTS[name])  # in code, brackets before parentheses are a call
    links = [link.partition("#") for link in re.findall(r"\]\(([^):]+)\)", text)]
    links += [(target, "", "") for target in re.findall(r'src="([^":]+)"', text)]
    there = [(HOME / name).parent / target if target else HOME / name for target, _, _ in links]
    missing = [link for link, path in zip(links, there, strict=True) if not path.exists()]
    assert missing == []
    assert [link for link, path in zip(links, there, strict=True) if link[2] and link[2] not in anchors(path)] == []


@pytest.mark.parametrize("name", NAMES)
def test_documents_use_american_spelling(name):
    titles = ("Labour Statistical Yearbook", "World Labour Values Database")  # publications' own names
    text = DOCUMENTS[name]
    for title in titles:
        text = text.replace(title, "")
    text = re.sub(r"`[^`]*`", "", text)  # names of config keys and files are kept stable
    assert re.findall(r"(?i)\b(?:\w*labour\w*|normalis\w+|stylis\w+|behaviour\w*|colour\w*)", text) == []


def test_the_glossary_explains_each_word_once():
    words = re.findall(r"^\| ([\w -]+) \|", DOCUMENTS["docs/glossary.md"], flags=re.M)
    assert len(words) >= 20 and len(words) == len(set(words))


EXAMPLES = {  # what holds after the example
    "numpy": "assert (values > L).all() and system.profit_rate > 0",
    "pandas": "assert values['iron'] > 0.6 and fit.n > 0",
    "pymrio": "assert solved.value.shape == (6, 8) and solved.profit_rate > 0",
    "labels": "assert values.round(3).to_dict() == {'iron': 1.286, 'corn': 1.429}",
}


def run_python(program):
    program = f"import sys; sys.path.insert(0, 'scripts')\n{program}"
    ran = subprocess.run([sys.executable, "-c", program], cwd=HOME, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def example(library):
    """The example of docs/howto/library.md, and what holds after it."""
    text = dict(zip(EXAMPLES, blocks("docs/howto/library.md", "python"), strict=True))[library]
    return f"{text}\n{EXAMPLES[library]}"


@pytest.mark.parametrize("library", ["numpy", "pymrio", "labels"])
def test_the_examples_of_the_library_run(library):
    run_python(example(library))


def test_the_example_on_a_finished_run_runs(demo):  # asked for by name, so that it stays with the tests of that run
    run_python(example("pandas").replace("results/demo", str(demo)))


def test_the_example_of_the_readme_runs():
    (example,) = blocks("README.md", "python")
    run_python(f"{example}\nassert (values > L).all() and prices.profit_rate > 0")


def test_the_readme_fits_two_screens():
    assert len(README.splitlines()) <= 100


MAKEFILE = (HOME / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([\w-]+):", MAKEFILE, flags=re.M))
RULES = {
    rule for path in HOME.glob("workflow/rules/*.smk") for rule in re.findall(r"^rule (\w+):", path.read_text(), re.M)
}
TABLES = {table.name for table in equations.TABLES}


def test_the_reference_lists_every_make_target():
    listed = set(re.findall(r"^\| `make ([\w-]+)` \|", COMMANDS, flags=re.M))
    assert listed == TARGETS - {"all"}  # `make` alone


@pytest.mark.parametrize("name", NAMES)
def test_every_make_target_that_is_named_exists(name):
    assert set(re.findall(r"`make ([\w-]+)`", DOCUMENTS[name])) <= TARGETS


USERS_OWN = {"mine.yaml", "china.yaml"}  # files that the reader writes


def commands(text):
    """The Snakemake commands that a document names, each on a line of its own or in code marks."""
    found = re.findall(r"^(?:\$ )?(?:\.venv/bin/)?snakemake [^\n]*", text, flags=re.M)
    return [*found, *re.findall(r"`(snakemake [^`\n]*)`", text)]


@functools.cache
def parser():
    """Snakemake's own parser of its command line."""
    return cli.get_argument_parser()


@pytest.mark.parametrize("name", NAMES)
def test_every_target_and_file_of_a_snakemake_command_exists(name):
    """As Snakemake reads the command: a target that follows the values of an option would be one of them."""
    unknown = []
    for command in commands(DOCUMENTS[name]):
        words = shlex.split(re.sub(r"\s+#.*| *…", "", command).partition("snakemake ")[2])
        read = parser().parse_args(["--cores", "2", *words])
        files = [str(path) for path in [*read.configfile, *(read.profile or [])]]
        unknown += [file for file in files if file not in USERS_OWN and not (HOME / file).exists()]
        unknown += [word for word in read.config or [] if "=" not in word]
        unknown += [word for word in read.targets if word not in RULES | TABLES]
    assert unknown == []


@pytest.mark.parametrize("name", NAMES)
def test_every_program_that_is_named_exists(name):
    programs = re.findall(r"\b(?:scripts|tests|docs|workflow)/[\w/]+\.(?:py|sh|smk)\b", DOCUMENTS[name])
    assert [path for path in programs if path not in NEW_FILES and not (HOME / path).is_file()] == []


def test_every_result_that_the_reference_lists_is_made(demo):
    """Of a run on the embedded economy: the checks and the readings are no part of it, and it imports no tables."""
    (table,) = re.findall(r"^\| file \| what \|\n\|---\|---\|\n(.*?)\n\n", RESULTS, flags=re.M | re.S)
    missing = []
    for cell in re.findall(r"^\| (.*?) \|", table, flags=re.M):
        folder = ""  # of the name before, which a name without a folder shares
        for name in re.findall(r"`([^`]+)`", cell):
            given, _, last = name.rpartition("/")
            folder = given or folder
            pattern = f"{folder}/{'*' if last.startswith('.') else ''}{last}".strip("/")
            pattern = re.sub(r"<\w+>|NN", "*", pattern)
            apart = pattern.startswith(("robustness", "readings", "screening", "audit/placebo"))
            if not apart and not any(demo.glob(pattern)):
                missing.append(name)
    assert missing == []


def test_the_reference_has_every_module_of_the_library():
    pages = [text for name, text in DOCUMENTS.items() if name.startswith("docs/reference/api/")]
    listed = re.findall(r"automodule:: (\S+)", "".join(pages))
    library = HOME / "scripts/laborvalue"
    modules = {
        ".".join(path.relative_to(library.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in library.rglob("*.py")
    }
    assert len(listed) == len(set(listed)) and set(listed) == modules - {"laborvalue"}


def sentences():
    """The texts in the program, one after the other, `{}` for what is filled in."""
    for path in (
        *HOME.glob("scripts/**/*.py"),
        *HOME.glob("workflow/rules/*.smk"),
        HOME / "Snakefile",
        HOME / "Makefile",
    ):
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            yield text
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.JoinedStr):
                yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_every_message_of_the_troubleshooting_is_one_of_the_program():
    said = "\n".join(sentences())
    page = DOCUMENTS["docs/troubleshooting.md"]
    messages = re.findall(r"^\| `([^`]+)` \|", page, flags=re.M)
    assert len(messages) > 25 and len(messages) == len(set(messages))
    assert [text for text in messages if re.sub(r"\{\w+\}", "{}", text) not in said] == []


def test_the_picture_of_the_rules_shows_those_of_a_run():
    drawn = set(re.findall(r">(\w+)</text>", (HOME / "resources/pictures/dag.svg").read_text(encoding="utf-8")))
    rules = set(snakemake("--list-rules", "--config", "run=drawn").stdout.split())
    assert drawn <= rules, "run resources/pictures/draw.sh"
    assert {"split_year", "solve_region", "solve_network", "decide_sample", "compute_indicators"} <= drawn


def test_one_version_everywhere():
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((HOME / "CITATION.cff").read_text(encoding="utf-8"))
    newest = re.search(r"^## (\S+?),? ", (HOME / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.M)[1]
    assert project["version"] == citation["version"] == newest == laborvalue.__version__
    assert project["license"] == citation["license"]


def test_the_catalogue_file_is_what_the_catalogue_reads():
    usage = yaml.safe_load((HOME / ".snakemake-workflow-catalog.yml").read_text(encoding="utf-8"))["usage"]
    assert usage["software-stack-deployment"]["apptainer"] is True and usage["report"] is True
    assert (HOME / "workflow/Snakefile").is_file() and (HOME / "config/README.md").is_file()
