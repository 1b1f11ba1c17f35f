"""The wheel in an empty environment with numpy and scipy: it installs, its examples run, it carries its types."""

import importlib.metadata
import json
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from datasets import HOME

pytestmark = pytest.mark.slow
NEEDED = ("numpy", "scipy")

EXAMPLES = """
import doctest, importlib, importlib.util, json, pkgutil, sys
import laborvalue
names = ["laborvalue", *(found.name for found in pkgutil.walk_packages(laborvalue.__path__, "laborvalue."))]
results = {name: doctest.testmod(importlib.import_module(name)) for name in names}
absent = ("pandas", "pyarrow", "snakemake", "jsonschema", "yaml", "pytest")
print(json.dumps({
    "file": laborvalue.__file__,
    "failed": {name: result.failed for name, result in results.items() if result.failed},
    "attempted": {name: result.attempted for name, result in results.items()},
    "found": [name for name in absent if importlib.util.find_spec(name)],
    "missing": [name for name in laborvalue.__all__ if not hasattr(laborvalue, name)],
}))
"""

USER = """
import numpy as np
import laborvalue as lv

prices = lv.production_prices(np.eye(2) / 2 + 0.1, normalise=None)
reveal_type(prices.profit_rate)
reveal_type(lv.labor_values([[0.5]], [1.0]))
lv.production_prices(np.eye(2) / 2, normalize="value")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy, so that no file of a former build gets into it."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(HOME / name, source)
    shutil.copytree(HOME / "scripts", source / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        built,
        source,
    )
    (found,) = built.glob("laborvalue-*.whl")
    return found


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory):
    """The python of a new environment that holds numpy, scipy and the wheel, and nothing else.

    numpy and scipy are links to those of the running environment: nothing is downloaded. pip installs the wheel with
    its dependencies and may take no other package, so that a dependency besides the two is an error.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for name in NEEDED:
        for part in {Path(file).parts[0] for file in importlib.metadata.files(name)} - {".."}:
            original = Path(importlib.metadata.distribution(name).locate_file(part))
            (packages / part).symlink_to(original, target_is_directory=original.is_dir())
    python = folder / "bin/python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", wheel)
    return python


def run(*command, **options):
    finished = subprocess.run([*map(str, command)], capture_output=True, text=True, **options)
    assert finished.returncode == 0, finished.stdout[-2000:] + finished.stderr[-2000:]
    return finished.stdout


def test_the_wheel_holds_the_library_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    library = HOME / "scripts/laborvalue"
    files = {f"laborvalue/{path.relative_to(library)}" for path in library.rglob("*.py")}
    assert held == files | {"laborvalue/py.typed"}


def test_the_library_works_where_numpy_and_scipy_are_all_there_is(environment, tmp_path):
    found = json.loads(run(environment, "-I", "-c", EXAMPLES, cwd=tmp_path).splitlines()[-1])
    assert Path(found["file"]).is_relative_to(environment.parent.parent)
    assert Path(found["file"]).with_name("py.typed").is_file()
    assert found["found"] == [] and found["missing"] == [] and found["failed"] == {}
    attempted = found["attempted"]
    assert attempted["laborvalue"] >= 5
    assert attempted["laborvalue.closures"] + attempted["laborvalue.techniques"] >= 10


def test_mypy_sees_the_types_of_the_installed_library(environment, tmp_path):
    """A wrong argument and a result's type, in a script of a user's."""
    script = tmp_path / "user.py"
    script.write_text(USER)
    mypy = Path(sys.executable).with_name("mypy")
    command = [mypy, "--python-executable", environment, "--cache-dir", HOME / ".mypy_cache/wheel", script]
    checked = subprocess.run([*map(str, command)], cwd=tmp_path, capture_output=True, text=True).stdout
    assert 'Revealed type is "float"' in checked and 'Revealed type is "numpy.ndarray[' in checked, checked
    assert 'Unexpected keyword argument "normalize"' in checked
    assert checked.count("error:") == 1, checked
