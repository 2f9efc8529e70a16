"""The lists of dependencies agree: pyproject.toml, environment.yml for conda, requirements.lock."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME = [Requirement(line) for line in PROJECT["dependencies"]]
DEVELOPMENT = [Requirement(line) for line in PROJECT["optional-dependencies"]["dev"]]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")

AT_CONDA_FORGE = {  # where the name is not the one at PyPI
    "jupyter-client": "jupyter_client",
    "jupyter-server": "jupyter_server",
    "tzdata": "python-tzdata",
}
FROM_PIP = {
    "pypandoc_binary",
    "pyreveal",
    "typst",
}  # what conda-forge has not, or not under these terms


def environment() -> tuple[dict[str, str], dict[str, str]]:
    """What environment.yml asks of conda and of pip: a specifier for each name."""
    listed = YAML(typ="safe").load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    (from_pip,) = [entry["pip"] for entry in listed["dependencies"] if isinstance(entry, dict)]
    from_conda = [entry for entry in listed["dependencies"] if isinstance(entry, str)]
    return dict(map(split, from_conda)), dict(map(split, from_pip))


def split(entry: str) -> tuple[str, str]:
    """`typer>=0.15` as ("typer", ">=0.15")."""
    found = re.fullmatch(r"([A-Za-z0-9._-]+)(.*)", entry)
    assert found, entry
    return found[1], found[2]


def lower_bound(specifier: str) -> str:
    return next((part for part in specifier.split(",") if part.startswith(">=")), "")


def locked(name: str) -> list[str]:
    """The entries of requirements.lock for the name, hashes and all; several where Pythons differ."""
    entries = re.split(r"\n(?=\S)", LOCK)
    pinned = re.compile(r"([A-Za-z0-9._-]+)==\S+")
    named = [(found, entry) for entry in entries if (found := pinned.match(entry))]
    return [entry for found, entry in named if canonicalize_name(found[1]) == name]


@pytest.mark.parametrize("wanted", RUNTIME, ids=lambda wanted: wanted.name)
def test_conda_gets_the_same_lower_bound_as_pip(wanted: Requirement) -> None:
    from_conda, from_pip = environment()
    assert lower_bound(str(wanted.specifier)), "every dependency has one"
    if wanted.name in FROM_PIP:
        assert set(from_pip[wanted.name].split(",")) == set(str(wanted.specifier).split(","))
    else:
        given = from_conda[AT_CONDA_FORGE.get(wanted.name, wanted.name)]
        assert lower_bound(given) == lower_bound(str(wanted.specifier))


def test_conda_gets_nothing_that_pip_does_not_ask_for() -> None:
    from_conda, from_pip = environment()
    names = {wanted.name for wanted in RUNTIME}
    assert set(from_pip) == FROM_PIP
    assert set(from_conda) == {"python", "pip"} | {
        AT_CONDA_FORGE.get(name, name) for name in names - FROM_PIP
    }


def test_conda_gets_the_python_that_the_package_asks_for() -> None:
    from_conda, _ = environment()
    assert from_conda["python"] == PROJECT["requires-python"]


@pytest.mark.parametrize("wanted", [*RUNTIME, *DEVELOPMENT], ids=lambda wanted: wanted.name)
def test_the_lock_has_a_version_that_fits_with_hashes(wanted: Requirement) -> None:
    entries = locked(canonicalize_name(wanted.name))
    assert entries
    for entry in entries:
        version = re.match(r"\S+==([^\s;]+)", entry)
        assert version
        assert wanted.specifier.contains(version[1])
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry)


def test_the_lock_names_no_place_to_fetch_from() -> None:
    assert "://" not in LOCK
    assert not re.search(r"^\s*(-i|-f|--(extra-)?index-url|--find-links)\b", LOCK, re.MULTILINE)
