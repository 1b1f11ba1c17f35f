"""The command of a rule's script: its options are what the script's function and the rule both name."""

import re
import shlex

import pytest

from laborvalue_workflow.running import commands

SCRIPT = """
def solve_example(year: int, flows, regions: list, result, panel="", *, note=""):
    raise SystemExit
"""
ODD = "été 价值 'a' \"b\" $HOME `c` #1; [d] {year} * ? ! ~ = %, back\\slash"


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "solve_example.py"
    path.write_text(SCRIPT)
    return str(path)


def test_options_are_what_the_function_and_the_rule_both_name(script):
    """In the function's order; what only the rule names is no option, nor is a parameter that it does not name."""
    inputs = {"flows": "a.npy", "regions": ["r 1", "r2"], "waits_for": "b"}
    written = commands.command(script, {"unused": 1}, {"year": "2012"}, inputs, {"result": ODD})
    words = ["--year", "2012", "--flows", "a.npy", "--regions", "r 1", "r2", "--result", ODD]
    assert shlex.split(written) == ["python", script, *words]


def test_parameters_count_over_files_and_an_empty_list_has_no_words(script):
    files = {"flows": "a.npy", "regions": [], "result": "c"}
    written = commands.command(script, {"regions": "folder", "year": 2012, "panel": []}, files, {"regions": ["a", "b"]})
    assert written.endswith("--year 2012 --flows a.npy --regions folder --result c --panel")


WRONG = {
    "a required parameter that nothing has": ({"flows": "a", "year": 1, "regions": []}, {}, "result is named 0 times"),
    "one that two files have": (
        {"flows": "a", "year": 1, "regions": [], "result": "b"},
        {"flows": "c"},
        "flows is named 2 times",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_rule_that_does_not_fit_its_script_is_refused(case, script):
    inputs, outputs, message = WRONG[case]
    with pytest.raises(ValueError, match=f"{re.escape(script)}: {message} in its rule; expected once"):
        commands.command(script, {}, inputs, outputs)
