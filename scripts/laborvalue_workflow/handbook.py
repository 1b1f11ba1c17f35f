"""What is written from its source: the config and the tables of its keys from the schema, others from the registers."""

import re
from pathlib import Path

from laborvalue.econometrics.equations import TABLES
from laborvalue.variables import KEY_DESCRIPTIONS, VARIABLES
from laborvalue_workflow.reporting.words import Words
from laborvalue_workflow.running.configuration import allowed, as_yaml, read_schema

SCHEMA = Path("workflow/schemas/config.schema.yaml")
KEYS_PAGE, RESULTS_PAGE = "docs/reference/config.md", "docs/reference/results.md"
MARKED = re.compile(r"(<!-- config: ([\w.]+) -->\n).*?(<!-- end -->)", flags=re.DOTALL)
REGISTER = re.compile(r"(<!-- (variables|tables) -->\n).*?(<!-- end -->)", flags=re.DOTALL)
TOP = "top"  # the marker of the keys that are in no section
WORDS = Words(region="region", regions="regions")  # in the registers' texts; a run has words of its own
WIDTH, COMMENT = 120, 26  # the longest line, and the column of comments


def generated(home):
    """{path: (its text, its source in words)} of the generated files of the project in the folder `home`."""
    schema = read_schema(home / SCHEMA)
    keys, results = home / KEYS_PAGE, home / RESULTS_PAGE
    registers = {"variables": variables(), "tables": tables()}
    results_text = REGISTER.sub(
        lambda marked: f"{marked[1]}{registers[marked[2]]}\n{marked[3]}", results.read_text(encoding="utf-8")
    )
    of_schema = f"{SCHEMA.name} gives; edit the schema"
    return {
        home / "config/config.yaml": (default_config(schema), of_schema),
        keys: (with_tables(keys.read_text(encoding="utf-8"), schema), of_schema),
        results: (results_text, "the registers VARIABLES and TABLES give; edit these"),
    }


def default_config(schema):
    """The text of config/config.yaml: every key with its default and its description as a comment."""
    lines = [
        "# The choices of the paper, with their defaults. All alternatives: docs/reference/config.md.",
        "# Written from workflow/schemas/config.schema.yaml by python scripts/document_config.py write.",
    ]
    return "\n".join([*lines, *_section(schema, "")]) + "\n"


def _section(section_schema, indent):
    for name, key_schema in section_schema["properties"].items():
        if "properties" in key_schema:
            if not indent:
                yield ""
            yield _line(f"{indent}{name}:", key_schema["description"])
            yield from _section(key_schema, f"{indent}  ")
        else:
            yield _line(f"{indent}{name}: {as_yaml(key_schema['default'])}", _comment(key_schema))


def _comment(key_schema):
    """What a key is, its unit and, where they are few, its alternatives."""
    comment = key_schema["description"].replace("`", "")
    if "unit" in key_schema:
        comment += f" ({key_schema['unit']})"
    choices = ", ".join(
        as_yaml(choice["const"]) if "const" in choice else "or by account" for choice in key_schema.get("oneOf", ())
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
    return MARKED.sub(lambda marked: f"{marked[1]}{table(schema, marked[2])}\n{marked[3]}", text)


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
    section_schema = schema
    for name in section.split(".") if section != TOP else ():
        section_schema = section_schema["properties"][name]
    rows = [
        _row(name, key_schema)
        for name, key_schema in section_schema["properties"].items()
        if "properties" not in key_schema
    ]
    return "\n".join(["| key | what | default | alternatives |", "|---|---|---|---|", *rows])


def _row(name, key_schema):
    equation = f" {key_schema['equation']}" if "equation" in key_schema else ""
    what = key_schema["description"] + (f" ({key_schema['unit']})" if "unit" in key_schema else "")
    what += f". {key_schema['details']}" if "details" in key_schema else ""
    default, others = _default_and_alternatives(key_schema)
    return f"| `{name}`{equation} | {what} | {default} | {others} |"


def _default_and_alternatives(key_schema):
    default = key_schema["default"]
    if "oneOf" in key_schema:
        own = next(choice for choice in key_schema["oneOf"] if choice.get("const") == default)
        return _choice(own), "; ".join(_choice(choice) for choice in key_schema["oneOf"] if choice is not own)
    choices = key_schema.get("items", {}).get("oneOf", [])
    if choices and default == [choice["const"] for choice in choices]:
        text = "all of them, in this order" if "allowed" in key_schema else "all of them"
    else:
        text = f"`{as_yaml(default)}`"
    if any("description" in choice for choice in choices):
        return text, "a list out of " + "; ".join(_choice(choice) for choice in choices)
    return text, allowed(key_schema)


def _choice(choice):
    if "const" not in choice:
        return choice["description"]
    text = f"`{as_yaml(choice['const'])}`"
    return f"{text}: {choice['description']}" if "description" in choice else text
