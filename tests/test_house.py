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
    "handbook": {"laborvalue", "reporting", "running"},
    "screening": {"laborvalue"},
    "data": {"laborvalue", "screening", "progress"},
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
PROPERTY = '@property\ndef size(self) -> NDArray:\n    """Output, money, shape (n,)."""\n'
ARRAYS, NO_SHAPES = r"A, L : ndarray, shape \(n, n\)", ["A has no shape", "L has no shape"]
RAISES = "no Raises, but the function raises InputError"
INCOMPLETE = {  # what is left out -> a complete text, what stands in it, what takes its place, the faults
    "no docstring": (COMPLETE, '""".*"""', "", ["no docstring"]),
    "an array without a shape": (COMPLETE, ARRAYS, "A, L : ndarray", NO_SHAPES),
    "a shape in words only": (COMPLETE, ARRAYS, "A, L : ndarray\n        Its shape is known.", NO_SHAPES),
    "a shape beside another parameter": (COMPLETE, ARRAYS, "L : ndarray, shape (n,)\n    A : ndarray", NO_SHAPES[:1]),
    "the shape in the summary": (COMPLETE, rf"Values(.*){ARRAYS}", r"Values, shape (n,)\1A, L : ndarray", NO_SHAPES),
    "a parameter left out": (COMPLETE, "A, L :", "A :", ["L is not listed"]),
    "a number left out": (COMPLETE, "    tau : float\n        Years.\n", "", ["tau is not listed"]),
    "a name that is no parameter": (
        *(COMPLETE, "tau : float", "life : float"),
        ["tau is not listed", "life is listed, but is no parameter"],
    ),
    "no result": (COMPLETE, r"Years(.*)    Returns\n.*?\n\n", r"Hours\1", ["no Returns"]),
    "a result without a shape": (COMPLETE, r"    ndarray, shape \(n,\)", "    ndarray", ["Returns has no shape"]),
    "an error left out": (COMPLETE, r"    Raises\n.*?singular\.\n", "", [RAISES]),
    "no unit": (COMPLETE, "Years(.*)Hours per unit", r"A number\1The result", ["no unit"]),
    "sections without underlines": (
        *(COMPLETE, r"    -+\n", ""),
        ["A is not listed", "L is not listed", "tau is not listed", "no Returns", RAISES],
    ),
    "a property without a shape": (PROPERTY, r", shape \(n,\)", "", ["the property has no shape"]),
    "a field without a shape": (RECORD, r", shape \(n,\)", "", ["output has no shape"]),
    "a field left out": (RECORD, "    output : ", "    input : ", ["output is not listed"]),
}


@pytest.mark.parametrize("text", [COMPLETE, RECORD, PROPERTY])
def test_a_complete_docstring_has_no_faults(text):
    assert faults(ast.parse(text).body[0]) == []


@pytest.mark.parametrize("fault", INCOMPLETE)
def test_what_a_docstring_leaves_out_is_found(fault):
    text, there, instead, expected = INCOMPLETE[fault]
    assert faults(ast.parse(re.sub(there, instead, text, flags=re.DOTALL)).body[0]) == expected


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


# The most modules that scripts may have loaded when their jobs begin; Python alone has about 30, numpy 170.
BUDGETS = {
    110: "bundle_library check_provenance",
    160: "document_config export_programs",
    180: "compare_published",
    220: "assemble_panel write_provenance write_screening",
    230: "compare_prices compare_techniques crosscheck solve_nation solve_region",
    250: "accept_screening decide_sample account_values",
    260: "convert_flows split_year",
    270: "export_panel import_description screen_year",
    280: "audit_slopes compute_indicators placebo_slopes placebo_year solve_network table",
    310: "gather_readings reading_estimates reading_panels reading_values",
    330: "generate_dataset generate_year import_year",
    380: "write_report",
    520: "check_robustness",
    560: "draw_figures",
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
    budgets = {script: most for most, scripts in BUDGETS.items() for script in scripts.split()}
    command = [sys.executable, "-c", COUNT, *sorted(budgets)]
    counted = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=True)
    loaded = dict(map(json.loads, counted.stdout.splitlines()))
    assert {path.stem for path in SCRIPTS.glob("*.py")} == set(loaded)
    assert {script: count for script, count in loaded.items() if count > budgets[script]} == {}


def test_city_year_jobs_import_numpy_and_nothing_heavier():
    assert loaded_by(["import solve_region"]) == ["numpy"]


def test_a_plan_loads_no_large_package():
    """What the rules import, Snakemake itself aside: every `snakemake -n` pays for it."""
    rules = sorted((HOME / "workflow/rules").glob("*.smk"))
    ours = ("from laborvalue",)
    lines = [line for path in rules for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(ours)]
    assert len(lines) > 5 and loaded_by(lines) == []
