"""What kernels are forked from: everything read, nothing running, and no event in it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.conftest import TinyEvent
from workshop_kit.content import load_conversations, load_own_words, load_trio
from workshop_kit.workbook import Workbook

WATCHED = """
import json, os, sys
met = []
kinds = ("socket.", "sqlite3.", "_thread.start")
sys.addaudithook(lambda name, args: met.append(name) if name.startswith(kinds) else None)
import workshop_kit.warm
with open("/proc/self/status") as status:
    threads = next(int(line.split()[1]) for line in status if line.startswith("Threads:"))
met += [name for name in sys.modules if name in ("vl_convert.vl_convert", "typst", "psycopg")]
print(json.dumps({"met": met, "threads": threads}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone")
def test_what_is_forked_from_has_one_thread_and_no_connection() -> None:
    alone = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PATH": "/usr/bin:/bin"}
    told = subprocess.run(
        [sys.executable, "-c", WATCHED], capture_output=True, text=True, check=True, env=alone
    )
    assert json.loads(told.stdout) == {"met": [], "threads": 1}


def test_what_is_kept_is_the_same_after_a_notebook_used_it(
    tiny_event: Callable[..., TinyEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSHOP_KIT_RENDERING", "1")
    kept = (*load_conversations(), load_trio(), load_own_words())
    before = [one.model_dump_json() for one in kept]
    book = Workbook(tiny_event("Payments").path, "payments")
    book.rehearsals()
    book.form("naming-the-transition", "announcement")
    assert [one.model_dump_json() for one in kept] == before
