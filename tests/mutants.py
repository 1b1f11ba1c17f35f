"""`make mutants`: do the tests notice a wrong formula? A seeded sample of mutants of the mathematics, and who survives.

A mutant is a module of `laborvalue` with one operator or number exchanged, by the operators of cosmic-ray. It is run in
a forked process, from memory: no file is changed. Killed is a mutant under which a test fails, or that takes too long.

    python tests/mutants.py [--sample N] [--seed N] [--only MODULE] [--workers N]
"""

import argparse
import ast
import contextlib
import difflib
import doctest
import importlib.machinery
import importlib.util
import os
import random
import signal
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from scipy.stats import binomtest

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "scripts" / "laborvalue"
LIMIT = 120  # seconds for the tests of a mutant
SOLVED = "values prices indicators transfers sample certificates deviations"  # solve economies from accounts to values
TESTS = {  # the fast tests that touch a module, those that are most about it first
    "accounts coefficients imports": f"layout {SOLVED} identities",
    "certificates": f"certificates {SOLVED}",
    "closure closures techniques": f"closures {SOLVED}",
    "flows": f"flows {SOLVED}",
    "gravity": "trade",
    "identities residuals": "identities",
    "indicators panel": "indicators sample transfers",
    "nation network prices region region_system solutions surplus values": f"{SOLVED} closures library",
    "price_deviations wage_profit": "deviations closures",
    "sample": "sample indicators",
    "summaries": "summaries transfers",
    "systems": "systems library",
    "transfers": "transfers summaries",
    "econometrics.covariance econometrics.demeaning econometrics.fixed_effects": "estimators",
    "econometrics.instruments": "estimators",
    "econometrics.estimation": "tables estimators",
    "readings.agreement readings.bootstrap readings.choices readings.distance": "readings",
    "readings.influence": "readings",
}
SWAPPED = {  # by the names of cosmic-ray
    "ReplaceBinaryOperator": "Add_Sub Sub_Add Mul_Div Div_Mul Pow_Mul BitAnd_BitOr BitOr_BitAnd",
    "ReplaceComparisonOperator": "Lt_LtE LtE_Lt Gt_GtE GtE_Gt Lt_Gt Gt_Lt Eq_NotEq NotEq_Eq",
    "ReplaceUnaryOperator": "USub_UAdd Delete_Not Delete_Invert",
}
OPERATORS = [
    *(f"{kind}_{pair}" for kind, pairs in SWAPPED.items() for pair in pairs.split()),
    *("NumberReplacer", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue"),
]


@dataclass(frozen=True)
class Mutant:
    """A module with one exchange: its name, the tests that touch it, its source and the lines that differ."""

    module: str
    tests: tuple[str, ...]
    source: str
    change: tuple[str, ...]


def path_of(module):
    return (LIBRARY / module.replace(".", "/")).with_suffix(".py")


def without_annotations(source):
    """The syntax tree as text, without annotations and decorators: exchanges there change no number."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            node.decorator_list = []
        for name in ("annotation", "returns"):
            if hasattr(node, name):
                setattr(node, name, None if name == "returns" or isinstance(node, ast.arg) else ast.Constant(0))
    return ast.dump(tree)


def places_in(module):
    """Where a module can be changed: (operator, occurrence)."""
    nodes = list(ast_nodes(get_ast(path_of(module).read_text(encoding="utf-8"))))
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        count = sum(len(list(operator.mutation_positions(node))) for node in nodes)
        yield from ((operator, occurrence) for occurrence in range(count))


def mutant_at(module, tests, operator, occurrence):
    """The mutant of a module at a place; None where nothing changes, or it is no Python (`*` before an argument)."""
    source = path_of(module).read_text(encoding="utf-8")
    changed = mutate_code(source, operator, occurrence)
    try:
        if without_annotations(changed) == without_annotations(source):
            return None
    except SyntaxError:
        return None
    lines = difflib.unified_diff(source.splitlines(), changed.splitlines(), n=0, lineterm="")
    return Mutant(module, tuple(tests.split()), changed, tuple(lines)[2:])


class Mutated(importlib.machinery.SourceFileLoader):
    """Loads a module from a source in memory."""

    source = ""

    def get_code(self, fullname):
        return compile(self.source, self.path, "exec")


@dataclass(frozen=True)
class Finder:
    """Finds the mutated module before Python finds the file."""

    mutant: Mutant

    def find_spec(self, name, path=None, target=None):
        if name != f"laborvalue.{self.mutant.module}":
            return None
        file = str(path_of(self.mutant.module))
        loader = Mutated(name, file)
        loader.source = self.mutant.source
        return importlib.util.spec_from_file_location(name, file, loader=loader)


def pytest_run(tests, *options):
    """The exit code of the fast tests of these files, silently."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        files = [str(ROOT / f"tests/test_{name}.py") for name in tests]
        quick = ("-x", "-q", "-m", "not slow and not slurm", "-p", "no:cacheprovider", "-p", "no:xdist")
        return int(pytest.main([*files, *quick, *options]))


def examples_fail(module):
    """How many examples in the docstrings of a module fail."""
    return doctest.testmod(importlib.import_module(f"laborvalue.{module}" if module else "laborvalue")).failed


def survives(mutant):
    """Whether the tests of a mutant pass, in a process of their own."""
    with tempfile.TemporaryDirectory() as folder:
        if (child := os.fork()) == 0:
            code = 1
            try:
                os.setsid()
                signal.alarm(LIMIT)
                sys.meta_path.insert(0, Finder(mutant))
                code = examples_fail(mutant.module) or pytest_run(mutant.tests, "--basetemp", folder)
            finally:
                os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def preload(tests):
    """Import what the tests import but the project's own modules, which each mutant imports afresh."""
    pytest_run(tests, "--collect-only")
    own = [
        name
        for name, module in sys.modules.items()
        if (file := getattr(module, "__file__", None)) and ROOT in Path(file).parents and "/.venv/" not in file
    ]
    for name in own:
        if name != "__main__":
            del sys.modules[name]


def main():
    """Run the sample; print the survivors and the shares killed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=400, help="number of mutants; 0 takes all")
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--only", help="one module, e.g. econometrics.demeaning")
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    os.nice(10)
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests")]
    by_module = {
        module: (tests, list(places_in(module)))
        for modules, tests in TESTS.items()
        for module in modules.split()
        if given.only in (None, module)
    }
    total = sum(len(places) for _, places in by_module.values())
    share = min(1, given.sample / total) if given.sample else 1
    chosen = []
    for module, (tests, places) in by_module.items():  # in proportion, so that the plain share is that of all
        drawn = random.Random(f"{given.seed} {module}").sample(places, round(share * len(places)))
        chosen += filter(None, (mutant_at(module, tests, *place) for place in drawn))
    used = sorted({test for mutant in chosen for test in mutant.tests})
    preload(used)
    if failing := [test for test in used if not survives(Mutant("", (test,), "", ()))]:
        sys.exit(f"without any mutant the tests of {', '.join(failing)} fail; mend them first")
    print(f"{len(chosen)} of {total} places", flush=True)
    killed = dict.fromkeys(by_module, 0)
    with ThreadPoolExecutor(given.workers) as pool:
        for mutant, alive in zip(chosen, pool.map(survives, chosen), strict=True):
            killed[mutant.module] += not alive
            if alive:
                print(f"survived: {mutant.module} {' '.join(mutant.change)}", flush=True)
    for module, count in killed.items():
        print(f"{module}: {count} of {sum(mutant.module == module for mutant in chosen)} killed")
    number = sum(killed.values())
    low, high = binomtest(number, len(chosen)).proportion_ci(method="wilson")
    print(f"killed: {number} of {len(chosen)}, {number / len(chosen):.1%} (95 % interval {low:.1%} to {high:.1%})")


if __name__ == "__main__":
    main()
