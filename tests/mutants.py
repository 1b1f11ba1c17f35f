"""`make mutants`: do the tests notice a wrong formula? A seeded sample of mutants of the mathematics, and who survives.

A mutant is a module of `laborvalue` with one operator or number exchanged, by the operators of cosmic-ray. It is run in
a forked process, from memory: no file is changed. The tests that execute the changed line are run on it. Killed is a
mutant under which one fails, or that takes too long.

    python tests/mutants.py [--sample N] [--seed N] [--only MODULE] [--workers N]
"""

import argparse
import ast
import contextlib
import difflib
import doctest
import importlib.machinery
import importlib.util
import inspect
import os
import pickle
import random
import re
import signal
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from scipy.stats import binomtest

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "scripts" / "laborvalue"
LIMIT = 180  # seconds for the tests of a mutant
LONGEST = 60  # seconds, in sum, of the tests of a line that are run
TESTS = [  # of the mathematics
    ROOT / f"tests/test_{name}.py"
    for name in (
        "accounts cells certificates closures crosscheck deviations embedded estimators flows identities indicators "
        "labels layout library prices published readings records robustness sample summaries systems tables trade "
        "value_account values verdicts"
    ).split()
]
# lines `module: fragment` within which a survivor changes no number that means anything, under a comment that says why
EQUIVALENT = ROOT / "tests/equivalent_mutants.txt"
# those without a number of their own: labels, messages, registers, containers
WITHOUT_NUMBERS = "__init__ arguments errors labels records solutions variables econometrics.__init__ readings.__init__"
MODULES = sorted(
    {".".join(path.relative_to(LIBRARY).with_suffix("").parts) for path in LIBRARY.rglob("*.py")}
    - set(WITHOUT_NUMBERS.split())
)
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
    """A module with one exchange: its name, its source and the lines that differ."""

    module: str
    source: str
    change: tuple[str, ...]

    @property
    def line(self):
        """The line number that is changed."""
        return int(self.change[0].split()[1].lstrip("-").split(",")[0])


def path_of(module):
    return (LIBRARY / module.replace(".", "/")).with_suffix(".py")


class Computing(ast.NodeTransformer):
    """Leaves out what changes no number: annotations, decorators, messages, how strictly `zip` pairs."""

    def generic_visit(self, node):
        super().generic_visit(node)
        if isinstance(node, ast.ClassDef):
            node.decorator_list = []
        if isinstance(node, ast.Call):
            node.keywords = [each for each in node.keywords if each.arg != "strict"]
        for name in ("annotation", "returns"):
            if hasattr(node, name):
                setattr(node, name, None if name == "returns" or isinstance(node, ast.arg) else ast.Constant(0))
        return node

    def visit_Raise(self, node):
        return ast.Raise()

    def visit_JoinedStr(self, node):
        return ast.Constant("")


def computing(source):
    """The syntax tree as text, without what changes no number."""
    return ast.dump(Computing().visit(ast.parse(source)))


def places_in(module):
    """Where a module can be changed: (operator, occurrence)."""
    nodes = list(ast_nodes(get_ast(path_of(module).read_text(encoding="utf-8"))))
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        count = sum(len(list(operator.mutation_positions(node))) for node in nodes)
        yield from ((operator, occurrence) for occurrence in range(count))


def equivalents():
    """The fragments of EQUIVALENT by module."""
    fragments = defaultdict(list)
    for line in EQUIVALENT.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            module, _, fragment = line.partition(": ")
            if fragment not in path_of(module).read_text(encoding="utf-8"):
                sys.exit(f"{EQUIVALENT}: {module} has no longer {fragment!r}")
            fragments[module].append(fragment)
    return fragments


def is_within(mutant, fragments):
    """Whether what a mutant changes in its first line is within one of these fragments."""
    before, after = (next(line[1:] for line in mutant.change[1:] if line[0] == sign) for sign in "-+")
    changed = [code for code in difflib.SequenceMatcher(None, before, after, False).get_opcodes() if code[0] != "equal"]
    start, end = changed[0][1], changed[-1][2]
    places = ((match.start(), match.end()) for each in fragments for match in re.finditer(re.escape(each), before))
    return any(first <= start and end <= last for first, last in places)


def mutant_at(module, operator, occurrence):
    """The mutant of a module at a place; None where no number changes, or it is no Python (`*` before an argument)."""
    source = path_of(module).read_text(encoding="utf-8")
    changed = mutate_code(source, operator, occurrence)
    try:
        if computing(changed) == computing(source):
            return None
    except SyntaxError:
        return None
    lines = difflib.unified_diff(source.splitlines(), changed.splitlines(), n=0, lineterm="")
    return Mutant(module, changed, tuple(lines)[2:])


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


@dataclass(eq=False)
class Recorder:
    """A plugin of pytest that records which tests execute a line of the library, and how long they take.

    What a fixture executes counts for every test that uses it.
    """

    tests: dict = field(default_factory=lambda: defaultdict(dict))  # (file, line) -> {test: seconds}
    of_fixture: dict = field(default_factory=lambda: defaultdict(set))
    lines: set = field(default_factory=set)

    def trace(self, frame, event, argument):
        code = frame.f_code
        if not code.co_filename.startswith(str(LIBRARY)) or not code.co_flags & inspect.CO_OPTIMIZED:
            return None  # not the library's, or the body of a module or class

        def at_line(frame, event, argument):
            self.lines.add((code.co_filename, frame.f_lineno))
            return at_line

        return at_line(frame, event, argument)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        before, self.lines = self.lines, set()
        try:
            return (yield)
        finally:
            self.of_fixture[fixturedef.argname] |= self.lines
            self.lines |= before

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        self.lines = set()
        start = time.monotonic()
        threading.settrace(self.trace)
        sys.settrace(self.trace)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)
            seconds = time.monotonic() - start
            for place in self.lines.union(*(self.of_fixture[name] for name in item.fixturenames)):
                self.tests[place][item.nodeid] = seconds


@dataclass(frozen=True)
class Chosen:
    """A plugin of pytest that keeps some tests, in their order."""

    tests: tuple[str, ...]

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        place = {test: k for k, test in enumerate(self.tests)}
        items[:] = sorted((item for item in items if item.nodeid in place), key=lambda item: place[item.nodeid])


@contextlib.contextmanager
def silence():
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        yield


def pytest_run(files, *options, plugin=None):
    """The exit code of the fast tests of these files, silently."""
    quick = ("-q", "-m", "not slow and not slurm", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=0")
    with silence():
        return int(pytest.main([*map(str, files), *quick, *options], plugins=[plugin] if plugin else []))


def in_child(act, limit):
    """The exit code of a forked process that does `act` on a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        if (child := os.fork()) == 0:
            code = 1
            try:
                os.setsid()
                signal.alarm(limit)
                code = act(folder)
            finally:
                os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def tests_by_line():
    """Which tests execute a line, {(file, line): {test: seconds}}; every test passes without a mutant."""
    with tempfile.TemporaryDirectory() as results:
        record = Path(results) / "record"

        def act(folder):
            recorder = Recorder()
            code = pytest_run(TESTS, "-x", "--basetemp", folder, plugin=recorder)
            record.write_bytes(pickle.dumps(dict(recorder.tests)))
            return code

        if in_child(act, 3600):
            sys.exit("a test fails without any mutant; mend it first")
        return pickle.loads(record.read_bytes())


def tests_of(mutant, by_line):
    """The tests that execute a mutant's line, or its module where the line is executed on import.

    The quickest case of each test function comes first, then the second of each, and so on.
    """
    path = str(path_of(mutant.module))
    seconds = dict(by_line.get((path, mutant.line), {}))
    if not seconds:
        for (file, _), tests in by_line.items():
            seconds |= tests if file == path else {}
    cases, ranked = Counter(), []
    for test in sorted(seconds, key=seconds.__getitem__):
        function = test.partition("[")[0]
        ranked.append((cases[function], seconds[test], test))
        cases[function] += 1
    ranked.sort()
    within = accumulate(taken for _, taken, _ in ranked)
    return tuple(test for (_, _, test), total in zip(ranked, within, strict=True) if total <= LONGEST)


def examples_fail(module):
    """How many examples in the docstrings of a module fail."""
    with silence():
        return doctest.testmod(importlib.import_module(f"laborvalue.{module}")).failed


def survives(mutant, tests):
    """Whether these tests pass under a mutant, in a process of their own."""

    def act(folder):
        sys.meta_path.insert(0, Finder(mutant))
        files = dict.fromkeys(test.split("::")[0] for test in tests)
        return examples_fail(mutant.module) or (
            pytest_run(files, "-x", "--basetemp", folder, plugin=Chosen(tests)) if tests else 0
        )

    return in_child(act, LIMIT) == 0


def preload():
    """Import what the tests import but the project's own modules, which each mutant imports afresh."""
    pytest_run(TESTS, "--collect-only")
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
    places = {module: list(places_in(module)) for module in MODULES if given.only in (None, module)}
    total = sum(map(len, places.values()))
    share = min(1, given.sample / total) if given.sample else 1
    mutants, fragments = [], equivalents()
    for module, of_module in places.items():  # in proportion, so that the plain share is that of all
        drawn = random.Random(f"{given.seed} {module}").sample(of_module, round(share * len(of_module)))
        mutants += filter(None, (mutant_at(module, *place) for place in drawn))
    preload()
    by_line = tests_by_line()
    print(f"{len(mutants)} of {total} places", flush=True)
    killed, judged = Counter(), Counter()
    with ThreadPoolExecutor(given.workers) as pool:
        alive = pool.map(lambda mutant: survives(mutant, tests_of(mutant, by_line)), mutants)
        for mutant, survived in zip(mutants, alive, strict=True):
            equivalent = survived and is_within(mutant, fragments[mutant.module])
            killed[mutant.module] += not survived
            judged[mutant.module] += not equivalent
            if survived:
                said = "equivalent" if equivalent else "survived"
                print(f"{said}: {mutant.module} {' '.join(mutant.change)}", flush=True)
    for module, count in judged.items():
        print(f"{module}: {killed[module]} of {count} killed")
    number, total = killed.total(), judged.total()
    low, high = binomtest(number, total).proportion_ci(method="wilson")
    print(f"killed: {number} of {total}, {number / total:.1%} (95 % interval {low:.1%} to {high:.1%})")
    print(f"equivalent by {EQUIVALENT.name}: {len(mutants) - total} more")


if __name__ == "__main__":
    main()
