"""The digest of the code a script can reach: which edits change it, which do not; all that a job calls is in it."""

import ast
import functools
import itertools
import json
import shlex
import shutil
import subprocess
import sys
import textwrap

import pytest

from datasets import HOME
from laborvalue_workflow.running import fingerprint

SCRIPTS = sorted((HOME / "scripts").glob("*.py"))

PROJECT = {
    "price.py": """
        from economy import prices
        from economy.values import labor as living
        def price():
            return prices.markup(living())
    """,
    "report.py": """
        from economy import prices, styles
        def report():
            from economy import paper
            return styles.STYLES["plain"](prices.title), paper.size
    """,
    "sizes.py": """
        from economy import paper
        def sizes():
            return [getattr(paper, name) for name in ("size", "unused")]
    """,
    "economy/__init__.py": '"""The package."""\n',
    "economy/prices.py": '''
        """The module."""
        import math
        from economy.values import RATE
        TITLE = "Prices"
        UNITS = {"hour": 1}
        UNITS["day"] = 8
        def markup(value):
            """A docstring."""
            return value * _factor()
        def _factor():
            # a comment
            return 1 + RATE
        def title():
            return TITLE
        def unused(limit=UNITS):
            return math.sqrt(2)
        class Wages:  # a field with the name of a function does not use it
            unused: int = 1
    ''',
    "economy/values.py": """
        RATE = 0.1
        def labor():
            return 1
        def other():
            return RATE
    """,
    "economy/styles.py": """
        def plain(text): return text
        def loud(text): return text.upper()
        STYLES = {"plain": plain, "loud": loud}
        class Style:
            width = 1
    """,
    "economy/paper.py": """
        size = 4
        unused = 5
    """,
}

EDITS = {
    "a function a script calls": ("economy/prices.py", "value * _factor()", "value / _factor()", "price"),
    "a function that one calls": ("economy/prices.py", "1 + RATE", "1 - RATE", "price"),
    "a constant of another module": ("economy/values.py", "0.1", "0.2", "price"),
    "a function under another name": ("economy/values.py", "return 1", "return 2", "price"),
    "what an imported name is": ("economy/prices.py", "values import RATE", "paper import size as RATE", "price"),
    "a constant": ("economy/prices.py", '"Prices"', '"Price"', "report"),
    "a function nobody calls": ("economy/prices.py", "sqrt(2)", "sqrt(3)", ""),
    "one called by that only": ("economy/values.py", "return RATE", "return -RATE", ""),
    "a statement that does something": ("economy/prices.py", '["day"] = 8', '["day"] = 7', "price report"),
    "what that acts on": ("economy/prices.py", '"hour": 1', '"hour": 60', "price report"),
    "a function held by a table": ("economy/styles.py", "upper", "lower", "report"),
    "a class": ("economy/styles.py", "width = 1", "width = 2", "report"),
    "a module imported in a function": ("economy/paper.py", "size = 4", "size = 3", "report sizes"),
    "a name looked up while running": ("economy/paper.py", "unused = 5", "unused = 6", "sizes"),
    "the script": ("sizes.py", '"size",', '"size", "unused",', "sizes"),
    "a comment": ("economy/prices.py", "# a comment", "# another", ""),
    "a docstring": ("economy/prices.py", "A docstring.", "Another.", ""),
    "a module's docstring": ("economy/prices.py", "The module.", "Rewritten.", ""),
    "a package's docstring": ("economy/__init__.py", "The package.", "Rewritten.", ""),
    "layout": ("economy/prices.py", "value * _factor()", "(value\n            * _factor())", ""),
    "a new function": ("economy/values.py", "def other", "def third():\n            return 3\n        def other", ""),
    "a star import": ("economy/paper.py", "size = 4", "from economy.values import *\n        size = 4", "report sizes"),
    "globals()": ("economy/values.py", "return 1", 'return globals()["other"]()', "price"),
    "a package that does something": ("economy/__init__.py", '"""\n', '"""\nprint()\n', "price report sizes"),
}


def digests(folder, edit=("", "", "")):
    name, old, new = edit
    for path, text in PROJECT.items():
        assert path != name or text.count(old) == 1
        text = text.replace(old, new) if path == name else text
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text.replace("\n        ", "\n").replace('\n"""', '\n"""'))
    fingerprint._module.cache_clear()
    fingerprint._part.cache_clear()
    return {script: fingerprint.fingerprint(folder / f"{script}.py") for script in ("price", "report", "sizes")}


@pytest.mark.parametrize("case", EDITS)
def test_an_edit_changes_the_digest_of_the_scripts_that_reach_it(case, tmp_path):
    *edit, expected = EDITS[case]
    before, after = digests(tmp_path), digests(tmp_path, edit)
    assert {script for script in before if before[script] != after[script]} == set(expected.split())


def test_after_a_star_import_all_that_it_takes_counts(tmp_path):
    star = ("economy/paper.py", "size = 4", "from economy.values import *\n        size = 4")
    before = digests(tmp_path, star)
    (tmp_path / "economy/values.py").write_text("RATE = 0.1\ndef labor():\n    return 1\ndef other():\n    return 7\n")
    fingerprint._module.cache_clear()
    fingerprint._part.cache_clear()
    assert fingerprint.fingerprint(tmp_path / "sizes.py") != before["sizes"]
    assert fingerprint.fingerprint(tmp_path / "price.py") == before["price"]


READINGS = {"reading_values", "reading_panels", "reading_estimates", "gather_readings"}
AUDIT = {"audit_slopes", "placebo_slopes"}
REACHED = {  # functions, and the scripts of the workflow that can reach them
    "laborvalue.accounts year_accounts": {"split_year"},
    "laborvalue.prices profit_rate": {
        *("solve_region", "solve_nation", "solve_network", "compare_prices", "compare_techniques", *READINGS),
    },
    "laborvalue.prices normalise_prices": {"solve_nation", "reading_values"},
    "laborvalue.coefficients wage_goods": {"solve_region", "reading_values", "reading_panels"},
    "laborvalue.coefficients national_average": {"solve_nation", "reading_values"},
    "laborvalue.values labor_values": {"solve_region", "solve_nation", "solve_network", *READINGS},
    "laborvalue.values requirements": {"solve_region", "reading_values"},
    "laborvalue.values solve_values": {"solve_network", *READINGS},
    "laborvalue.flows weigh_flows": {"solve_network", "compute_indicators", "placebo_year", *READINGS},
    "laborvalue.network regional_table": {"solve_network"},
    "laborvalue.indicators instrument": {"compute_indicators", "reading_panels"},
    "laborvalue.panel lead": {"assemble_panel", "reading_panels"},
    "laborvalue.econometrics.estimation describe_variables": {"table", "reading_estimates"},
    "laborvalue.econometrics.covariance stars": {"table", "check_robustness", "reading_estimates", *AUDIT},
    "laborvalue.econometrics.instruments instrumental_fixed_effects": {
        *("table", "check_robustness", "reading_estimates", *AUDIT),
    },
    "laborvalue.econometrics.robustness wild_bootstrap": {"check_robustness"},
    "laborvalue.econometrics.crosscheck compared": {"crosscheck"},
    "laborvalue.econometrics.agreement crosscheck_agreement": {"write_report"},
    "laborvalue.wage_profit wage_profit_curve": {"compare_prices"},
    "laborvalue_workflow.reporting.published compare": {"compare_published"},
    "laborvalue_workflow.reporting.published beside": {"write_report"},
    "laborvalue_workflow.reporting.typesetting set_table": {"table", "write_report"},
    "laborvalue_workflow.reporting.typesetting set_comparison": {"compare_published"},
    "laborvalue_workflow.reporting.typesetting set_robustness": {"check_robustness"},
    "laborvalue_workflow.reporting.economy_charts ranks_chart": {"draw_figures"},
    "laborvalue_workflow.reporting.formats latex": {"table", "compare_published", "check_robustness"},
    "laborvalue_workflow.synthetic.cities draw_cities": {"generate_dataset", "generate_year"},
    "laborvalue_workflow.running.provenance occasion": {"write_provenance"},
    "laborvalue_workflow.running.summary expectation": set(),
    "laborvalue_workflow.data.planned describe_dataset": set(),
}


@pytest.mark.parametrize("function", REACHED)
def test_a_function_is_in_the_digests_of_the_scripts_that_reach_it(function):
    module, name = function.split()
    assert name in {getattr(node, "name", "") for node in _statements(f"{module.replace('.', '/')}.py")}
    found = {script.stem for script in SCRIPTS if fingerprint.reached(script).get((module, name))}
    assert found == REACHED[function]


WATCH = """
import atexit, runpy, sys
calls, root = set(), sys.argv[1]
def watch(frame, event, argument):  # called where a scope begins, and for none of its lines
    if frame.f_code.co_filename.startswith(root):
        calls.add((frame.f_code.co_filename[len(root) + 1 :], frame.f_code.co_firstlineno))
@atexit.register
def tell():
    sys.settrace(None)
    for file, line in calls:
        print(f"called {file}:{line}", file=sys.stderr)
del sys.argv[:2]
sys.path.insert(0, root)
sys.settrace(watch)
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.slow
def test_every_function_that_a_job_of_the_demo_calls_is_in_its_digest(demo, tmp_path):
    """One job of each rule runs again on a copy, traced: all code of the project that it calls is in the digest."""
    for name in ("resources", "workflow", ".snakemake"):
        (tmp_path / name).symlink_to(HOME / name)
    shutil.copytree(demo, tmp_path / "results" / demo.name)
    results = json.loads((demo / "provenance.json").read_text(encoding="utf-8"))["results"]
    commands = {entry["rule"]: entry["command"] for entry in results.values()}
    assert len(commands) >= 20
    for rule, command in commands.items():
        _, script, *words = itertools.dropwhile(lambda word: word != "python", shlex.split(command))
        watched = [sys.executable, "-c", WATCH, str(HOME / "scripts"), str(HOME / script), *words]
        finished = subprocess.run(watched, cwd=tmp_path, capture_output=True, text=True)
        assert finished.returncode == 0, finished.stderr
        calls = {line.split()[1] for line in finished.stderr.splitlines() if line.startswith("called ")}
        assert len(calls) > 3
        counted = set(fingerprint.reached(HOME / script))
        assert {call for call in calls if _place(call) not in counted} == set(), rule


@functools.cache
def _place(call):
    """The (module, name) under which the digest counts the code at FILE:LINE."""
    path, line = call.split(":")
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    for node in _statements(path):
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
        if first <= int(line) <= node.end_lineno and isinstance(node, ast.FunctionDef) and not node.decorator_list:
            return module, fingerprint.RUNS if node.name.startswith("__") else node.name
    return module, fingerprint.RUNS


@functools.cache
def _statements(path):
    return ast.parse((HOME / "scripts" / path).read_text(encoding="utf-8")).body


def test_a_name_that_a_package_imports_at_its_first_use_counts_only_where_it_is_used(tmp_path):
    """`__getattr__` of a package, and imports for type checkers alone (PEP 562, `TYPE_CHECKING`)."""
    package = """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from economy.large import system
        def __getattr__(name):
            from economy.large import system
            return system
    """
    found = {}
    for version, tolerance in (("before", 1), ("after", 2)):
        files = {
            "economy/__init__.py": package,
            "economy/small.py": "def rate():\n    return 1\n",
            "economy/large.py": f"SIZES = [{tolerance}]\nSIZES.sort()\ndef system():\n    return {tolerance}\n",
            "light.py": "from economy.small import rate\ndef light():\n    return rate()\n",
            "heavy.py": "import economy\ndef heavy():\n    return economy.system()\n",
        }
        for name, text in files.items():
            path = tmp_path / version / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        found[version] = [fingerprint.fingerprint(tmp_path / version / name) for name in ("light.py", "heavy.py")]
    assert found["before"][0] == found["after"][0]
    assert found["before"][1] != found["after"][1]
