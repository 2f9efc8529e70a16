"""The JSON Schemas that editors use."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
CURRICULUM = ROOT / "src/workshop_kit/curriculum"
FILES = sorted(CURRICULUM.rglob("*.yaml"))


def written() -> Any:
    spec = importlib.util.spec_from_file_location("write_schemas", ROOT / "tools/write_schemas.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_schema_files_are_what_the_models_say():
    tool = written()
    kept = {path.name: path.read_text(encoding="utf-8") for path in tool.FOLDER.glob("*.json")}
    assert kept == tool.schemas(), "run: python tools/write_schemas.py"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_file_names_the_schema_that_it_follows(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    schema = (path.parent / first.rpartition("$schema=")[2]).resolve()
    assert schema.parent == CURRICULUM / "schema"
    data = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    validator = Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
    assert [error.message for error in validator.iter_errors(data)] == []
