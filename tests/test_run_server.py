"""The process that workers are forked from can be reached, whatever became of its folder."""

from __future__ import annotations

import shutil
from multiprocessing import forkserver
from pathlib import Path

import pytest

from tests.conftest import TinyEvent, make_notebook, make_tiny_event
from workshop_kit import render


@pytest.mark.skipif(not hasattr(forkserver, "_forkserver"), reason="no forkserver here")
def test_a_render_goes_on_after_somebody_removed_the_folder_of_sockets(tmp_path: Path) -> None:
    event: TinyEvent = make_tiny_event(tmp_path / "event", "Quokka")
    source = make_notebook(tmp_path / "source", "print(1)")
    assert render(event.load(), tmp_path / "one", notebooks=[source]).failures == []
    address = forkserver._forkserver._forkserver_address  # type: ignore[attr-defined]
    shutil.rmtree(Path(address).parent)
    assert render(event.load(), tmp_path / "two", notebooks=[source]).failures == []
