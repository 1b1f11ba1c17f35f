"""The house is in order: format, lint, types, docstrings, and who may import whom."""

import ast
import doctest
import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from datasets import HOME, snakemake
from docstrings import faults, public

SCRIPTS = HOME / "scripts"
MODULES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SCRIPTS.rglob("*.py"))}
WORKFLOW = SCRIPTS / "laborvalue_workflow"
ROOMS = sorted(
    ["laborvalue", *{path.relative_to(WORKFLOW).parts[0].removesuffix(".py") for path in WORKFLOW.glob("[a-z]*")}]
)
LIBRARY = [path for path in MODULES if path.relative_to(SCRIPTS).parts[0] == "laborvalue"]
# what each room may import of the others; scripts may import every room, and no room a script
BELOW = {
    "laborvalue": set(),
    "progress": set(),
    "screening": {"laborvalue"},
    "data": {"laborvalue", "screening"},
    "reporting": {"laborvalue", "screening", "data"},
    "importers": {"laborvalue", "screening", "data", "progress"},
    "synthetic": {"laborvalue", "data", "progress"},
    "running": {"laborvalue", "data"},
    "readings": {"laborvalue", "data", "running", "progress"},
}


def dotted(path):
    """The name of a module as it is imported."""
    parts = path.relative_to(SCRIPTS).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(name):
    """The room of a module, by its dotted name; None for a script and for other packages."""
    first, *rest = name.split(".")
    return first if first == "laborvalue" else rest[0] if first == "laborvalue_workflow" and rest else None


# Format, lint, types ----------------------------------------------------------------------------------

TOOLS = {
    "ruff check": ["ruff", "check", "scripts", "tests", "workflow"],
    "ruff format": ["ruff", "format", "--check", "scripts", "tests", "workflow"],
    "snakefmt": ["snakefmt", "--check", "Snakefile", "workflow"],
    "mypy": ["mypy", "--no-error-summary"],
}


@pytest.mark.parametrize("tool", TOOLS)
def test_the_code_is_clean(tool):
    program, *arguments = TOOLS[tool]
    command = [Path(sys.executable).with_name(program), *arguments]
    finished = subprocess.run(command, cwd=HOME, capture_output=True, text=True)
    assert finished.returncode == 0, (finished.stdout + finished.stderr)[-3000:]


@pytest.mark.parametrize("snakefile", ["Snakefile", "workflow/Snakefile"])
def test_snakemake_finds_nothing_to_lint(snakefile):
    finished = snakemake("-s", snakefile, "--lint")
    assert finished.returncode == 0, (finished.stdout + finished.stderr)[-3000:]


# Docstrings -------------------------------------------------------------------------------------------


def test_every_module_says_what_it_is_for():
    assert [str(path) for path, tree in MODULES.items() if not ast.get_docstring(tree)] == []


def test_every_public_function_has_a_docstring():
    """Except the function of a script that has its name: the docstring of the module is about it."""
    without = [
        f"{path.relative_to(HOME)}: {name}"
        for path, tree in MODULES.items()
        for name, node in public(tree)
        if not ast.get_docstring(node) and name != path.stem
    ]
    assert without == []


@pytest.mark.parametrize("path", LIBRARY, ids=dotted)
def test_docstrings_of_the_library_give_shapes_units_results_and_errors(path):
    """Estimators take arrays in any unit; economies and prices are in hours and money."""
    tree = MODULES[path]
    economic = "econometrics" not in path.parts
    found = {name: faults(node, ast.get_docstring(tree) or "", economic) for name, node in public(tree)}
    assert {name: missing for name, missing in found.items() if missing} == {}


COMPLETE = '''
def value(A: NDArray, L: NDArray, tau: float = 1.0) -> NDArray:
    """Values.

    Parameters
    ----------
    A, L : ndarray, shape (n, n)
        Coefficients.
    tau : float
        Years.

    Returns
    -------
    ndarray, shape (n,)
        Hours per unit.

    Raises
    ------
    InputError
        If A is singular.
    """
    raise InputError("singular")
'''
RECORD = '''
class Record:
    """A record.

    Attributes
    ----------
    output : ndarray, shape (n,)
        Money.
    """

    output: NDArray
    _cache: NDArray
'''
INCOMPLETE = {
    "no docstring": (re.sub(r'""".*"""', "", COMPLETE, flags=re.DOTALL), ["no docstring"]),
    "an array without a shape": (
        COMPLETE.replace("A, L : ndarray, shape (n, n)", "A, L : ndarray"),
        ["A has no shape", "L has no shape"],
    ),
    "a shape in words only": (
        COMPLETE.replace("A, L : ndarray, shape (n, n)", "A, L : ndarray\n        Its shape is known."),
        ["A has no shape", "L has no shape"],
    ),
    "a shape beside another parameter": (
        COMPLETE.replace("A, L : ndarray, shape (n, n)", "L : ndarray, shape (n,)\n    A : ndarray"),
        ["A has no shape"],
    ),
    "the shape in the summary": (
        COMPLETE.replace("A, L : ndarray, shape (n, n)", "A, L : ndarray").replace("Values.", "Values, shape (n,)."),
        ["A has no shape", "L has no shape"],
    ),
    "a parameter left out": (COMPLETE.replace("A, L :", "A :"), ["L is not listed"]),
    "a number left out": (COMPLETE.replace("    tau : float\n        Years.\n", ""), ["tau is not listed"]),
    "a name that is no parameter": (
        COMPLETE.replace("tau : float", "life : float"),
        ["tau is not listed", "life is listed, but is no parameter"],
    ),
    "no result": (
        re.sub(r"    Returns\n.*?\n\n", "", COMPLETE, flags=re.DOTALL).replace("Years", "Hours"),
        ["no Returns"],
    ),
    "a result without a shape": (
        COMPLETE.replace("    ndarray, shape (n,)", "    ndarray"),
        ["Returns has no shape"],
    ),
    "an error left out": (
        re.sub(r"    Raises\n.*?singular\.\n", "", COMPLETE, flags=re.DOTALL),
        ["no Raises, but the function raises InputError"],
    ),
    "no unit": (COMPLETE.replace("Hours per unit", "The result").replace("Years", "A number"), ["no unit"]),
    "sections without underlines": (
        re.sub(r"    -+\n", "", COMPLETE),
        [
            "A is not listed",
            "L is not listed",
            "tau is not listed",
            "no Returns",
            "no Raises, but the function raises InputError",
        ],
    ),
    "a property without a shape": (
        '@property\ndef size(self) -> NDArray:\n    """Output, money."""\n',
        ["the property has no shape"],
    ),
    "a field without a shape": (RECORD.replace(", shape (n,)", ""), ["output has no shape"]),
    "a field left out": (RECORD.replace("    output : ", "    input : "), ["output is not listed"]),
}


PROPERTY = '@property\ndef size(self) -> NDArray:\n    """Output, money, shape (n,)."""\n'


@pytest.mark.parametrize("text", [COMPLETE, RECORD, PROPERTY])
def test_a_complete_docstring_has_no_faults(text):
    assert faults(ast.parse(text).body[0]) == []


@pytest.mark.parametrize("fault", INCOMPLETE)
def test_what_a_docstring_leaves_out_is_found(fault):
    text, expected = INCOMPLETE[fault]
    assert faults(ast.parse(text).body[0]) == expected


@pytest.mark.parametrize("path", LIBRARY, ids=dotted)
def test_the_examples_of_the_library_give_the_printed_results(path):
    """tests/test_wheel.py runs them again, in an environment with numpy and scipy only."""
    assert doctest.testmod(importlib.import_module(dotted(path))).failed == 0


# Who may import whom ----------------------------------------------------------------------------------


def imports(tree):
    """(module, whether a run of the file imports it at once) of every import in a syntax tree."""

    def walk(node, at_once):
        for child in ast.iter_child_nodes(node):
            below = at_once and not isinstance(child, ast.FunctionDef | ast.Lambda)
            if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
                below = False
            if isinstance(child, ast.Import):
                yield from ((alias.name, at_once) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                yield from ((f"{child.module}.{alias.name}", at_once) for alias in child.names)
            else:
                yield from walk(child, below)

    return list(walk(tree, True))


def test_the_library_imports_numpy_and_scipy_only():
    """Others are imported inside the functions that need them, with a panel or for a comparison."""
    allowed = sys.stdlib_module_names | {"numpy", "scipy", "laborvalue"}
    later = {"pyarrow", "pandas", "linearmodels", "statsmodels", "_typeshed"}
    others = {
        (dotted(path), name)
        for path in LIBRARY
        for name, at_once in imports(MODULES[path])
        if name.partition(".")[0] not in (allowed if at_once else allowed | later)
    }
    assert others == set()


def test_every_room_is_known_to_the_rule_about_imports():
    assert ROOMS == sorted(BELOW)


def test_nothing_imports_upwards():
    """A room imports only the rooms below it, and no script; a script imports no other script."""
    scripts = {path.stem for path in MODULES if path.parent == SCRIPTS}
    upwards = []
    for path, tree in MODULES.items():
        room = room_of(dotted(path))
        for name, _ in imports(tree):
            there = room_of(name)
            if name.partition(".")[0] in scripts or (room and there and there != room and there not in BELOW[room]):
                upwards.append(f"{path.relative_to(HOME)} imports {name}")
    assert upwards == []


def circles(after):
    """The modules of a graph {module: modules that it imports} that reach themselves."""
    while leaves := [module for module, imported in after.items() if not imported & after.keys()]:
        after = {module: imported for module, imported in after.items() if module not in leaves}
    return {*after}


def test_no_module_imports_itself_in_a_circle():
    """Neither at once, nor inside a function, nor for a type checker."""
    modules = {dotted(path) for path in MODULES}
    after = {
        dotted(path): {name if name in modules else name.rpartition(".")[0] for name, _ in imports(tree)}
        - {dotted(path)}
        for path, tree in MODULES.items()
    }
    assert circles(after) == set()


def test_a_circle_is_seen_and_what_leads_to_it():
    assert circles({"a": {"b"}, "b": {"c", "numpy"}, "c": {"b"}, "d": set()}) == {"a", "b", "c"}
    assert circles({"a": {"b"}, "b": {"numpy"}}) == set()


def test_the_rule_about_imports_sees_imports_inside_functions_and_for_type_checkers():
    tree = ast.parse(
        "import numpy\nif TYPE_CHECKING:\n    import pyarrow\n"
        "def f():\n    from laborvalue_workflow.data import files\n"
        "class C:\n    import pandas\n"
    )
    assert imports(tree) == [
        ("numpy", True),
        ("pyarrow", False),
        ("laborvalue_workflow.data.files", False),
        ("pandas", True),
    ]


def loaded_by(statements):
    """The large packages that are loaded once these Python statements have run in scripts/."""
    program = (
        f"import sys; sys.path.insert(0, 'scripts'); {'; '.join(statements)};"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}"
        " & {'numpy', 'pandas', 'scipy', 'pyarrow', 'jsonschema', 'altair', 'docx', 'h5py'}))"
    )
    finished = subprocess.run([sys.executable, "-c", program], cwd=HOME, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.split()


# The most modules that a script may have loaded when its job begins; Python alone has about 30, numpy 170.
BUDGETS = {
    "bundle_library": 110,
    "check_provenance": 110,
    "document_config": 160,
    "export_programs": 160,
    "compare_published": 180,
    "assemble_panel": 220,
    "write_provenance": 220,
    "write_screening": 220,
    "compare_prices": 230,
    "compare_techniques": 230,
    "crosscheck": 230,
    "solve_nation": 230,
    "solve_region": 230,
    "accept_screening": 250,
    "decide_sample": 250,
    "transfer_values": 250,
    "convert_flows": 260,
    "split_year": 260,
    "export_panel": 270,
    "import_description": 270,
    "screen_year": 270,
    "compute_indicators": 280,
    "solve_network": 280,
    "table": 280,
    "gather_readings": 310,
    "reading_estimates": 310,
    "reading_panels": 310,
    "reading_values": 310,
    "generate_dataset": 330,
    "generate_year": 330,
    "import_year": 330,
    "write_report": 380,
    "check_robustness": 520,
    "draw_figures": 560,
}

# Imports each script in a process that has nothing loaded, and prints how many modules it then has.
COUNT = """
import importlib, json, os, sys
sys.path.insert(0, "scripts")
for script in sys.argv[1:]:
    if not os.fork():
        importlib.import_module(script)
        print(json.dumps([script, len(sys.modules)]), flush=True)
        os._exit(0)
    os.wait()
"""


def test_no_script_loads_more_modules_than_its_budget():
    """Half of the time of a full-size run is the start of its jobs. Counted, since seconds depend on the machine."""
    counted = subprocess.run(
        [sys.executable, "-c", COUNT, *sorted(BUDGETS)], cwd=HOME, capture_output=True, text=True, check=True
    )
    loaded = dict(map(json.loads, counted.stdout.splitlines()))
    assert {path.stem for path in SCRIPTS.glob("*.py")} == set(loaded)
    assert {script: count for script, count in loaded.items() if count > BUDGETS[script]} == {}


def test_city_year_jobs_import_numpy_and_nothing_heavier():
    assert loaded_by(["import solve_region"]) == ["numpy"]


def test_a_plan_loads_no_large_package():
    """What the rules import, Snakemake itself aside: every `snakemake -n` pays for it."""
    rules = sorted((HOME / "workflow/rules").glob("*.smk"))
    ours = ("from laborvalue",)
    lines = [line for path in rules for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(ours)]
    assert len(lines) > 5 and loaded_by(lines) == []
