"""The command line in this process: what it says, and its exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from workshop_kit import cli


class Said(NamedTuple):
    code: int
    out: str
    err: str


Kit = Callable[..., Said]


def kit_in(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *words: str,
) -> Kit:
    """`workshop-kit` with these words in front of every call's own, standing in `home`."""

    def call(*arguments: str | Path) -> Said:
        monkeypatch.chdir(home)
        monkeypatch.setattr(sys, "argv", ["workshop-kit", *words, *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        return Said(int(end.value.code or 0), *capsys.readouterr())

    return call
