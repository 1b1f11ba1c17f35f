"""Write config/config.yaml and the generated tables of the handbook, or check that they follow from their sources.

The config and the tables of its keys come from the schema, the tables of variables and of tables from their registers.

python scripts/document_config.py write
python scripts/document_config.py check
"""

import re
from pathlib import Path

from laborvalue.econometrics.equations import TABLES
from laborvalue.errors import InputError
from laborvalue.variables import KEY_DESCRIPTIONS, VARIABLES
from laborvalue_workflow.data import files
from laborvalue_workflow.reporting.words import Words
from laborvalue_workflow.running.commandline import run
from laborvalue_workflow.running.configuration import allowed, as_yaml, read_schema

HOME = Path(__file__).parents[1]
SCHEMA = HOME / "workflow/schemas/config.schema.yaml"
KEYS_PAGE, RESULTS_PAGE = "docs/reference/config.md", "docs/reference/results.md"
MARKED = re.compile(r"(<!-- config: ([\w.]+) -->\n).*?(<!-- end -->)", flags=re.DOTALL)
REGISTER = re.compile(r"(<!-- (variables|tables) -->\n).*?(<!-- end -->)", flags=re.DOTALL)
TOP = "top"  # the marker of the keys that are in no section
WORDS = Words(region="region", regions="regions")  # in the registers' texts; a run has words of its own
WIDTH, COMMENT = 120, 26  # the longest line, and the column of comments


def document_config(action, /):
    if action not in ("write", "check"):
        raise InputError(f"document_config.py: {action!r} is no action; expected write or check")
    schema = read_schema(SCHEMA)
    keys, results = HOME / KEYS_PAGE, HOME / RESULTS_PAGE
    registers = {"variables": variables(), "tables": tables()}
    texts = {
        HOME / "config/config.yaml": default_config(schema),
        keys: with_tables(keys.read_text(encoding="utf-8"), schema),
        results: REGISTER.sub(
            lambda found: f"{found[1]}{registers[found[2]]}\n{found[3]}", results.read_text(encoding="utf-8")
        ),
    }
    sources = {results: "the registers VARIABLES and TABLES give; edit these"}
    for path, text in texts.items():
        if action == "write":
            files.write_text(path, text)
        elif path.read_text(encoding="utf-8") != text:
            source = sources.get(path, f"{SCHEMA.name} gives; edit the schema")
            raise InputError(f"{path}: differs from what {source}, then run python scripts/document_config.py write")


def default_config(schema):
    """The text of config/config.yaml: every key with its default and its description as a comment."""
    lines = [
        "# The choices of the paper, with their defaults. All alternatives: docs/reference/config.md.",
        "# Written from workflow/schemas/config.schema.yaml by python scripts/document_config.py write.",
    ]
    return "\n".join([*lines, *_section(schema, "")]) + "\n"


def _section(of_section, indent):
    for name, of_key in of_section["properties"].items():
        if "properties" in of_key:
            if not indent:
                yield ""
            yield _line(f"{indent}{name}:", of_key["description"])
            yield from _section(of_key, f"{indent}  ")
        else:
            yield _line(f"{indent}{name}: {as_yaml(of_key['default'])}", _comment(of_key))


def _comment(of_key):
    """What a key is, its unit and, where they are few, its alternatives."""
    comment = of_key["description"].replace("`", "")
    if "unit" in of_key:
        comment += f" ({of_key['unit']})"
    choices = ", ".join(
        as_yaml(choice["const"]) if "const" in choice else "or by account" for choice in of_key.get("oneOf", ())
    )
    return f"{comment}: {choices}" if choices and choices != "true, false" else comment


def _line(text, comment):
    line = f"{text:<{COMMENT}}# {comment}" if len(text) < COMMENT - 1 else f"{text}  # {comment}"
    if len(line) <= WIDTH:
        return line
    indent = " " * (len(text) - len(text.lstrip()))
    return f"{indent}# {comment}\n{text}"


def with_tables(text, schema):
    """A document with the table of a section between each `<!-- config: SECTION -->` and `<!-- end -->`."""
    return MARKED.sub(lambda found: f"{found[1]}{table(schema, found[2])}\n{found[3]}", text)


def variables():
    """The columns of the panel as a table in Markdown, from the register of variables."""
    rows = [f"| `{name}` | {WORDS.fill(text)} | |" for name, text in KEY_DESCRIPTIONS.items()]
    rows += [f"| `{each.name}` | {WORDS.fill(each.description)} | {each.unit} |" for each in VARIABLES]
    return "\n".join(["| column | what, equation | unit |", "|---|---|---|", *rows])


def tables():
    """Tables 2 to 10 as a table in Markdown, from the register of tables."""
    rows = []
    for each in TABLES:
        equations = [
            f"{equation.dependent} on {', '.join(equation.regressors)}"
            + (f", instrument {equation.instrument}" if equation.instrument else "")
            for equation in each.equations
        ]
        rows.append(f"| `{each.name}` | {each.title} | {'; '.join(equations)} | {WORDS.fill(each.statement)} |")
    return "\n".join(["| target | title | columns | shows |", "|---|---|---|---|", *rows])


def table(schema, section):
    """The keys of a section as a table in Markdown: key and equation, what it is, default, alternatives."""
    of_section = schema
    for name in section.split(".") if section != TOP else ():
        of_section = of_section["properties"][name]
    rows = [_row(name, of_key) for name, of_key in of_section["properties"].items() if "properties" not in of_key]
    return "\n".join(["| key | what | default | alternatives |", "|---|---|---|---|", *rows])


def _row(name, of_key):
    equation = f" {of_key['equation']}" if "equation" in of_key else ""
    what = of_key["description"] + (f" ({of_key['unit']})" if "unit" in of_key else "")
    what += f". {of_key['details']}" if "details" in of_key else ""
    default, others = _default_and_alternatives(of_key)
    return f"| `{name}`{equation} | {what} | {default} | {others} |"


def _default_and_alternatives(of_key):
    default = of_key["default"]
    if "oneOf" in of_key:
        own = next(choice for choice in of_key["oneOf"] if choice.get("const") == default)
        return _choice(own), "; ".join(_choice(choice) for choice in of_key["oneOf"] if choice is not own)
    choices = of_key.get("items", {}).get("oneOf", [])
    if choices and default == [choice["const"] for choice in choices]:
        text = "all of them, in this order" if "allowed" in of_key else "all of them"
    else:
        text = f"`{as_yaml(default)}`"
    if any("description" in choice for choice in choices):
        return text, "a list out of " + "; ".join(_choice(choice) for choice in choices)
    return text, allowed(of_key)


def _choice(choice):
    if "const" not in choice:
        return choice["description"]
    text = f"`{as_yaml(choice['const'])}`"
    return f"{text}: {choice['description']}" if "description" in choice else text


if __name__ == "__main__":
    run(document_config)
