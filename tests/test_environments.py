"""Every way to install the software gives the versions of requirements.lock, and what is declared is used."""

import ast
import re
import tomllib

import pytest
import yaml

from datasets import HOME

ENVIRONMENT = yaml.safe_load((HOME / "workflow/envs/environment.yaml").read_text())
CONTAINER = (HOME / "Containerfile").read_text()
PROJECT = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
NAMED_OTHERWISE = {"snakemake-minimal": "snakemake"}  # without the plugins for cloud storage
CONDA = dict(line.split("=") for line in ENVIRONMENT["dependencies"])
# the modules of a distribution, where they are named otherwise
MODULES = {
    "math-core": "math_core",
    "pillow": "PIL",
    "python-calamine": "python_calamine",
    "python-docx": "docx",
    "pyyaml": "yaml",
    "vl-convert-python": "vl_convert",
}
# programs, plugins and what Snakemake imports for us: where they are used
USED_BY_NAME = {
    "snakemake": ("Makefile", "snakemake --cores"),
    "snakemake-executor-plugin-slurm": ("workflow/profiles/slurm/config.yaml", "executor: slurm"),
    "snakemake-executor-plugin-cluster-generic": (
        "workflow/profiles/cluster-generic/config.yaml",
        "executor: cluster-generic",
    ),
    "snakemake-executor-plugin-kubernetes": ("workflow/profiles/kubernetes/config.yaml", "executor: kubernetes"),
    "snakemake-storage-plugin-fs": ("workflow/profiles/kubernetes/config.yaml", "default-storage-provider: fs"),
    "pygments": ("docs/reference/commands.md", "snakemake --report"),  # colors the code in Snakemake's own report
    "ruff": ("tests/test_house.py", '"ruff"'),
    "mypy": ("tests/test_house.py", '"mypy"'),
    "snakefmt": ("tests/test_house.py", '"snakefmt"'),
    "setuptools": ("pyproject.toml", "setuptools.build_meta"),
    "pytest-xdist": ("Makefile", "pytest -n 2"),
    "pydata-sphinx-theme": ("docs/conf.py", '"pydata_sphinx_theme"'),
    "myst-parser": ("docs/conf.py", '"myst_parser"'),
    "numpydoc": ("docs/conf.py", '"numpydoc"'),
}


def names(requirements):
    return {re.match(r"[\w.-]+", line)[0] for line in requirements}


def locked(path):
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (HOME / path).read_text(), flags=re.M))


def imported(folder):
    """The top-level modules that the Python files under a folder import."""
    found = set()
    for path in (HOME / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.importorskip":
                found.add(node.args[0].value)
    return found


LOCKED, LOCKED_FOR_TESTS = locked("requirements.lock"), locked("requirements-test.lock")


@pytest.mark.parametrize("package", [name for name in CONDA if name != "python"])
def test_condas_version_is_the_one_of_the_lock_file(package):
    assert CONDA[package] == LOCKED[NAMED_OTHERWISE.get(package, package)]


def test_conda_installs_all_that_a_run_needs():
    needed = names(PROJECT["dependencies"]) | names(EXTRAS["workflow"]) | names(EXTRAS["reporting"])
    assert needed == {NAMED_OTHERWISE.get(name, name) for name in CONDA} - {"python"}


def test_the_library_needs_numpy_and_scipy_only():
    assert names(PROJECT["dependencies"]) == {"numpy", "scipy"}


def test_the_lock_files_hold_every_declared_package_and_tests_run_with_the_versions_of_a_run():
    assert names(EXTRAS["workflow"] + EXTRAS["reporting"] + PROJECT["dependencies"]) <= set(LOCKED)
    assert names(EXTRAS["test"] + EXTRAS["docs"]) <= set(LOCKED_FOR_TESTS)
    assert LOCKED.items() <= LOCKED_FOR_TESTS.items()


def test_lock_files_hold_hashes_and_no_address_of_an_index():
    for path in ("requirements.lock", "requirements-test.lock", "requirements-mutants.lock"):
        text = (HOME / path).read_text()
        assert "://" not in text and "--index-url" not in text
        for block in re.split(r"^(?=\w)", text, flags=re.M)[1:]:
            assert "--hash=sha256:" in block, block


@pytest.mark.parametrize(
    "extra, folder", [("workflow", "scripts"), ("reporting", "scripts"), ("test", "tests"), ("docs", "docs")]
)
def test_what_is_declared_is_used(extra, folder):
    modules = imported(folder)
    unused = []
    for name in sorted(names(EXTRAS[extra])):
        if name in USED_BY_NAME:
            path, text = USED_BY_NAME[name]
            used = text in (HOME / path).read_text(encoding="utf-8")
        else:
            used = MODULES.get(name, name) in modules
        unused += [] if used else [name]
    assert unused == []


def test_packages_for_tests_alone_are_not_imported_by_a_run():
    declared = {MODULES.get(name, name) for name in names(EXTRAS["test"] + EXTRAS["docs"])}
    assert imported("scripts") & declared == set()


def test_the_oldest_supported_python_is_the_same_everywhere():
    container = re.search(r"^FROM \S+/python:([\d.]+)-", CONTAINER, flags=re.M)[1]
    assert CONDA["python"] == container == PROJECT["requires-python"].removeprefix(">=")


def test_the_container_installs_the_lock_file_with_hashes_and_copies_all_that_a_run_reads():
    assert "--require-hashes --requirement requirements.lock" in CONTAINER
    copied = re.findall(r"^COPY (.*) \S+$", CONTAINER, flags=re.M)
    for name in " ".join(copied).split():
        assert (HOME / name).exists(), name
    for name in ("Snakefile", "config", "resources", "scripts", "workflow"):
        assert any(name in line.split() for line in copied), name
