"""Every way to the software leads to the versions of requirements.lock."""

import re
import tomllib

import pytest
import yaml

from datasets import HOME

ENVIRONMENT = yaml.safe_load((HOME / "workflow/envs/environment.yaml").read_text())
CONTAINER = (HOME / "Containerfile").read_text()
DEPENDENCIES = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]["dependencies"]
LOCKED = dict(re.findall(r"^([\w.-]+)==(\S+)", (HOME / "requirements.lock").read_text(), flags=re.M))
NAMED_OTHERWISE = {"snakemake-minimal": "snakemake"}  # without the plugins for clouds
CONDA = dict(line.split("=") for line in ENVIRONMENT["dependencies"])


@pytest.mark.parametrize("package", [name for name in CONDA if name != "python"])
def test_condas_version_is_the_locks(package):
    assert CONDA[package] == LOCKED[NAMED_OTHERWISE.get(package, package)]


def test_conda_brings_all_that_a_run_needs():
    needed = {re.match(r"[\w.-]+", line)[0] for line in DEPENDENCIES}
    assert needed == {NAMED_OTHERWISE.get(name, name) for name in CONDA} - {"python"}


def test_the_python_is_one_the_project_admits_and_the_same_everywhere():
    container = re.search(r"^FROM \S+/python:([\d.]+)-", CONTAINER, flags=re.M)[1]
    oldest = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")
    assert CONDA["python"] == container == oldest


def test_the_container_takes_the_lock_with_hashes_and_all_that_a_run_reads():
    assert "--require-hashes --requirement requirements.lock" in CONTAINER
    copied = re.findall(r"^COPY (.*) \S+$", CONTAINER, flags=re.M)
    for name in " ".join(copied).split():
        assert (HOME / name).exists(), name
    for name in ("Snakefile", "config", "resources", "scripts", "workflow"):
        assert any(name in line.split() for line in copied), name
