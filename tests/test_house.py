"""The house is in order: format, lint, types, and docstrings that tell shapes and units."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from datasets import HOME, snakemake

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
    told = subprocess.run(command, cwd=HOME, capture_output=True, text=True)
    assert told.returncode == 0, (told.stdout + told.stderr)[-3000:]


@pytest.mark.parametrize("door", ["Snakefile", "workflow/Snakefile"])
def test_snakemake_finds_nothing_to_lint(door):
    told = snakemake("-s", door, "--lint")
    assert told.returncode == 0, (told.stdout + told.stderr)[-3000:]


MODULES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted((HOME / "scripts").rglob("*.py"))}
FUNCTION = (ast.FunctionDef, ast.ClassDef)


def public(tree):
    """The public functions, classes and methods of a module."""
    for node in (node for node in tree.body if isinstance(node, FUNCTION)):
        members = node.body if isinstance(node, ast.ClassDef) else []
        yield from (each for each in (node, *members) if isinstance(each, FUNCTION) and not each.name.startswith("_"))


def test_every_module_says_what_it_is_for():
    assert [str(path) for path, tree in MODULES.items() if not ast.get_docstring(tree)] == []


def test_every_public_function_says_what_it_does():
    """But for a script's one function, which bears the script's name: the module's first lines are about it."""
    silent = [
        f"{path.relative_to(HOME)}: {node.name}"
        for path, tree in MODULES.items()
        for node in public(tree)
        if not ast.get_docstring(node) and node.name != path.stem
    ]
    assert silent == []


# A shape: (n*,), (m, n*, n*), (N, K), "n* x n*", "of any shape"; an annotation of an array asks for one.
AXIS = r"(?:m n\*?|[a-zA-Z]{1,2}\*?|\.\.\.|J \+ L|K \+ J|variables)"
SHAPE = re.compile(rf"(?<!\w)\((?:{AXIS}(?:,[^()]*)?|\d, [^()]*)\)|\b{AXIS} x {AXIS}|(?:any|one) shape")
UNIT = re.compile(
    r"\bhours?\b|\bmoney\b|currency|\byears?\b|\bshares?\b|\bprices?\b|\bunits?\b|\b1\b|\bfactors?\b", re.I
)


def array_functions():
    """The public functions of laborvalue with an array among the annotated arguments or results."""
    for path, tree in MODULES.items():
        for node in public(tree) if path.parent.name == "laborvalue" else ():
            if isinstance(node, ast.FunctionDef):
                annotations = [argument.annotation for argument in node.args.args] + [node.returns]
                if any("NDArray" in ast.unparse(annotation) for annotation in annotations if annotation):
                    yield path, tree, node


def test_functions_that_take_arrays_tell_their_shapes():
    without = [f"{path.stem}.{node.name}" for path, _, node in array_functions() if not SHAPE.search(told(node))]
    assert without == []


def test_functions_that_take_arrays_tell_units_or_their_module_does():
    """Economies and prices are in hours and money; estimators take whatever they are given."""
    estimators = ("covariance", "demeaning", "estimation", "fixed_effects", "instruments", "robustness")
    without = [
        f"{path.stem}.{node.name}"
        for path, tree, node in array_functions()
        if path.stem not in estimators and not UNIT.search(told(node) + (ast.get_docstring(tree) or ""))
    ]
    assert without == []


def told(node):
    return ast.get_docstring(node) or ""


def test_the_rule_for_shapes_can_fail():
    assert not SHAPE.search("Lambda = L (I - A - D)^-1 by a linear solve (6).")
    assert SHAPE.search("p (n*,) and M, n* x n*.") and SHAPE.search("values (m, n*, n*), money")


def test_city_year_jobs_import_numpy_and_nothing_heavier():
    program = (
        "import sys; sys.path.insert(0, 'scripts'); import solve_region;"
        "print(sorted({name.partition('.')[0] for name in sys.modules}"
        " & {'pandas', 'scipy', 'pyarrow', 'statsmodels', 'linearmodels', 'snakemake', 'jsonschema'}))"
    )
    imported = subprocess.run([sys.executable, "-c", program], cwd=HOME, capture_output=True, text=True)
    assert imported.stdout.strip() == "[]", imported.stderr
