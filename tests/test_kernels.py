"""Kernels that are forked: each for itself, as the ordinary ones are, and nothing left of them."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from workshop_kit.execution import execute
from workshop_kit.kernels import QUIET, LocalKernel, kept_ready, nursery, pool
from workshop_kit.kernels.born import NotBorn
from workshop_kit.kernels.forked import ForkedProcess

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")


@pytest.fixture(autouse=True)
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of the test's own for connection files and sockets, with a short path."""
    with tempfile.TemporaryDirectory(prefix="wk-", dir="/tmp") as folder:
        monkeypatch.setenv("JUPYTER_RUNTIME_DIR", f"{folder}/r")
        monkeypatch.setenv("IPYTHONDIR", f"{folder}/i")
        yield Path(folder)


class Running:
    """A kernel and its client."""

    def __init__(self, manager: Any) -> None:
        self.manager = manager

    async def start(self, **given: Any) -> Running:
        if isinstance(self.manager, LocalKernel):
            given["extra_arguments"] = list(QUIET)
        await self.manager.start_kernel(**given)
        await self.meet()
        return self

    async def meet(self) -> None:
        self.client = self.manager.client()
        self.client.start_channels()
        await self.client.wait_for_ready(timeout=60)

    @property
    def process(self) -> Any:
        return self.manager.provisioner.process

    async def run(self, code: str) -> str:
        """What the code wrote, or the name of what it raised."""
        written: list[str] = []

        def note(message: dict[str, Any]) -> None:
            content = message["content"]
            written.append(content.get("text", "") + content.get("ename", ""))

        await self.client.execute_interactive(code, output_hook=note, timeout=60)
        return "".join(written).strip()

    async def end(self) -> None:
        self.client.stop_channels()
        await self.manager.shutdown_kernel()


def with_kernels(count: int, act: Callable[..., Awaitable[Any]], **given: Any) -> Any:
    """What `act` returns that gets so many kernels."""

    async def do() -> Any:
        kernels = [await Running(LocalKernel()).start(**given) for _ in range(count)]
        try:
            return await act(*kernels)
        finally:
            for kernel in kernels:
                await kernel.end()

    return asyncio.run(do())


def gone(pid: int) -> bool:
    """Whether there is no such process, not even a dead one that nobody has reaped."""
    return not Path(f"/proc/{pid}").exists()


def wait_until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


def notebook(*cells: str) -> nbformat.NotebookNode:
    made = [nbformat.v4.new_code_cell(cell, id=f"cell-{n}") for n, cell in enumerate(cells)]
    spec = {"name": "python3", "language": "python", "display_name": "Python 3 (ipykernel)"}
    return nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": spec})


# ---- like any kernel ---------------------------------------------------------------------------


def test_kernels_are_forked_here() -> None:
    async def act(kernel: Running) -> None:
        assert isinstance(kernel.process, ForkedProcess)

    with_kernels(1, act)


def test_an_executed_notebook_asks_any_jupyter_for_python3(tmp_path: Path) -> None:
    executed = execute(notebook("print(6 * 7)"), {}, "tiny", tmp_path)
    assert executed.cells[0].outputs[0].text == "42\n"
    assert executed.metadata.kernelspec.name == "python3"


def test_environment_and_folder_are_those_that_were_asked_for(own: Path) -> None:
    async def act(kernel: Running) -> str:
        return await kernel.run(
            "import os, beside; print(os.environ['QUERY_STRING'], os.getcwd(), beside.__file__)"
        )

    (own / "beside.py").write_text("")
    env = dict(os.environ) | {"QUERY_STRING": "team=payments"}
    seen = with_kernels(1, act, env=env, cwd=str(own))
    assert seen == f"team=payments {own} {own}/beside.py"


def test_nothing_of_the_forkservers_environment_reaches_a_kernel() -> None:
    async def act(kernel: Running) -> str:
        return await kernel.run("import os; print(*sorted(os.environ))")

    names = with_kernels(1, act).split()
    assert {"OMP_NUM_THREADS", "PYTHONSAFEPATH", nursery.MARK} & set(names) <= set(os.environ)


def test_what_a_cells_subprocess_writes_is_the_cells_output() -> None:
    async def act(kernel: Running) -> str:
        return await kernel.run("import os, time; os.system('echo said'); time.sleep(0.3)")

    env = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    assert with_kernels(1, act, env=env) == "said"


def test_a_cell_and_what_it_started_can_be_interrupted() -> None:
    async def act(kernel: Running) -> tuple[str, str]:
        code = "import subprocess; child = subprocess.Popen(['sleep', '60']); child.wait()"
        running = asyncio.ensure_future(kernel.run(code))
        children = Path(f"/proc/{kernel.process.pid}/task/{kernel.process.pid}/children")
        while not children.read_text():
            await asyncio.sleep(0.02)
        await kernel.manager.interrupt_kernel()
        return await running, await kernel.run("print(child.poll() is None)")

    assert with_kernels(1, act) == ("KeyboardInterrupt", "False")


def test_a_restarted_kernel_is_empty_and_has_the_same_address() -> None:
    async def act(kernel: Running) -> str:
        await kernel.run("kept = 1")
        before, address = kernel.process.pid, kernel.manager.connection_file
        kernel.client.stop_channels()
        await kernel.manager.restart_kernel()
        assert kernel.manager.connection_file == address
        assert kernel.process.pid != before
        assert gone(before)
        await kernel.meet()
        return await kernel.run("print('kept' in globals())")

    assert with_kernels(1, act) == "False"


@pytest.mark.parametrize("transport", ["tcp", "ipc"])
def test_other_programs_get_them_by_the_name_workshop_kit(transport: str, own: Path) -> None:
    async def do() -> str:
        manager = AsyncKernelManager(kernel_name="workshop-kit", transport=transport)
        if transport == "ipc":
            manager.ip = str(own / "k")
        kernel = await Running(manager).start()
        assert isinstance(kernel.process, ForkedProcess)
        said = await kernel.run("print('here')")
        await kernel.end()
        return said

    assert asyncio.run(do()) == "here"


def test_nbclient_gets_them_by_the_name_workshop_kit() -> None:
    client = NotebookClient(notebook("print('here')"), kernel_name="workshop-kit")
    assert client.execute().cells[0].outputs[0].text == "here\n"


def test_several_threads_can_start_kernels() -> None:
    async def act(kernel: Running) -> str:
        return await kernel.run("import os; print(os.getpid())")

    with ThreadPoolExecutor(3) as threads:
        pids = list(threads.map(lambda _: with_kernels(1, act), range(3)))
    assert len(set(pids)) == 3


# ---- each for itself ---------------------------------------------------------------------------


MISCHIEF = """
import builtins, os, random, pandas, numpy, workshop_kit, sys
secret = 1
builtins.secret = 1
pandas.DataFrame.sum = None
workshop_kit.Workbook = None
os.environ["SECRET"] = "1"
sys.path.insert(0, "/secret")
os.chdir("/")
random.seed(1), numpy.random.seed(1)
much = bytearray(100_000_000)
"""
TRACES = """
import builtins, os, sys, pandas, workshop_kit
print("secret" in globals(), hasattr(builtins, "secret"), pandas.DataFrame.sum is None,
      workshop_kit.Workbook is None, "SECRET" in os.environ, "/secret" in sys.path, os.getcwd() == "/")
"""


def test_what_one_notebook_does_to_its_python_no_other_sees() -> None:
    async def act(first: Running, second: Running) -> list[str]:
        assert await first.run(MISCHIEF) == ""
        later = await Running(LocalKernel()).start()
        found = [await second.run(TRACES), await later.run(TRACES)]
        await later.end()
        return found

    assert with_kernels(2, act) == [" ".join(["False"] * 7)] * 2


@pytest.mark.parametrize("end", ["os._exit(3)", "os.kill(os.getpid(), 9)"])
def test_a_notebook_that_ends_its_process_ends_no_other(end: str) -> None:
    async def act(first: Running, second: Running) -> str:
        first.client.execute(f"import os; {end}")
        pid = first.process.pid
        assert await asyncio.to_thread(first.process.wait, 20) in (3, -9)
        assert gone(pid)
        return await second.run("print('well')")

    assert with_kernels(2, act) == "well"


def test_no_two_kernels_throw_the_same_dice() -> None:
    thrown = (
        "import random, numpy, uuid, faker\n"
        "print(random.random(), numpy.random.rand(), numpy.random.default_rng().random(),"
        " uuid.uuid4(), faker.Faker().random.random())"
    )

    async def act(first: Running, second: Running) -> list[tuple[str, str]]:
        one, other = await first.run(thrown), await second.run(thrown)
        return list(zip(one.split(), other.split(), strict=True))

    assert all(one != other for one, other in with_kernels(2, act))


def test_a_kernel_has_a_session_of_its_own() -> None:
    async def act(kernel: Running) -> None:
        assert os.getsid(kernel.process.pid) == os.getpgid(kernel.process.pid) == kernel.process.pid

    with_kernels(1, act)


# ---- kept ready --------------------------------------------------------------------------------


def test_a_kernel_kept_ready_serves_one_notebook_and_another_takes_its_place(own: Path) -> None:
    async def act() -> tuple[str, int, int]:
        assert await asyncio.to_thread(wait_until, lambda: len(pool._ready) == 1)
        ready = pool._ready[0][1].pid
        env = dict(os.environ) | {"QUERY_STRING": "x"}
        kernel = await Running(LocalKernel()).start(env=env, cwd=str(own))
        seen = await kernel.run("import os; print(os.environ['QUERY_STRING'], os.getcwd())")
        taken = kernel.process.pid
        assert await asyncio.to_thread(wait_until, lambda: len(pool._ready) == 1)
        assert pool._ready[0][1].pid != ready
        await kernel.end()
        return seen, ready, taken

    with kept_ready(1):
        seen, ready, taken = asyncio.run(act())
        last = pool._ready[0][1].pid
    assert seen == f"x {own}"
    assert taken == ready
    assert wait_until(lambda: gone(last))


def test_a_kernel_kept_ready_that_died_is_passed_over(tmp_path: Path) -> None:
    with kept_ready(1):
        assert wait_until(lambda: len(pool._ready) == 1)
        os.kill(pool._ready[0][1].pid, signal.SIGKILL)
        assert execute(notebook("print(1)"), {}, "tiny", tmp_path).cells[0].outputs


def test_a_kernel_that_answers_late_is_waited_for() -> None:
    """Each second it is asked once more; what it says to the first question is no answer to the last."""

    async def act(kernel: Running) -> str:
        kernel.client.stop_channels()
        os.kill(kernel.process.pid, signal.SIGSTOP)
        later = asyncio.get_running_loop().call_later(
            1.3, os.kill, kernel.process.pid, signal.SIGCONT
        )
        try:
            await asyncio.wait_for(kernel.meet(), 10)
        finally:
            later.cancel()
            os.kill(kernel.process.pid, signal.SIGCONT)
        return await kernel.run("print('here')")

    assert with_kernels(1, act) == "here"


# ---- where forking fails -----------------------------------------------------------------------


def test_where_the_forkserver_can_not_start_a_kernel_is_launched_in_the_ordinary_way(
    monkeypatch: pytest.MonkeyPatch, own: Path
) -> None:
    (own / "dies_at_once.py").write_text("import os; os._exit(1)")
    monkeypatch.setenv("PYTHONPATH", str(own))
    monkeypatch.setattr(nursery, "PRELOADED", ["dies_at_once"])

    async def act(kernel: Running) -> str:
        assert isinstance(kernel.process, subprocess.Popen)
        return await kernel.run("print('here')")

    assert with_kernels(1, act) == "here"


def test_another_forkserver_takes_the_place_of_one_that_died_and_kernels_live_on() -> None:
    async def act(kernel: Running) -> list[str]:
        os.kill(nursery._current.pid, signal.SIGKILL)  # type: ignore[union-attr]
        other = await Running(LocalKernel()).start()
        assert isinstance(other.process, ForkedProcess)
        said = [await each.run("print('here')") for each in (kernel, other)]
        await other.end()
        assert kernel.process.poll() is None
        pids.append(kernel.process.pid)
        return said

    pids: list[int] = []
    assert with_kernels(1, act) == ["here", "here"]
    assert wait_until(lambda: gone(pids[0]))


def test_kernels_are_forked_also_after_somebody_removed_the_folder_of_sockets() -> None:
    async def act(_kernel: Running) -> bool:
        shutil.rmtree(Path(nursery._current.server._forkserver_address).parent)  # type: ignore[union-attr]
        other = await Running(LocalKernel()).start()
        forked = isinstance(other.process, ForkedProcess)
        await other.end()
        return forked

    assert with_kernels(1, act)


def test_a_forkserver_that_died_does_not_start_itself_again() -> None:
    """`multiprocessing` would: under another number, unknown to whoever has to end it."""
    mine = nursery._started(nursery.like(os.environ), os.environ)
    os.kill(mine.pid, signal.SIGKILL)
    os.waitid(os.P_PID, mine.pid, os.WEXITED | os.WNOWAIT)
    with pytest.raises(NotBorn):
        mine.fork(list(QUIET), dict(os.environ))
    assert mine.server._forkserver_pid == mine.pid
    assert not mine.is_alive()
    assert not mine.stop.alive


def test_a_changed_path_for_modules_counts_at_once_and_older_kernels_live_on(
    monkeypatch: pytest.MonkeyPatch, own: Path
) -> None:
    async def act(older: Running) -> list[str]:
        (own / "quite_new.py").write_text("word = 'new'")
        monkeypatch.setenv("PYTHONPATH", str(own))
        newer = await Running(LocalKernel()).start()
        found = [await newer.run("import quite_new; print(quite_new.word)")]
        await newer.end()
        return [*found, await older.run("print('old')")]

    assert with_kernels(1, act) == ["new", "old"]


def test_a_changed_sentence_of_the_curriculum_asks_for_another_forkserver(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nursery, "_SOURCES", own)
    before = nursery.like({})
    (own / "stages.yaml").write_text("title: New")
    assert nursery.like({}) != before


# ---- nothing is left ---------------------------------------------------------------------------


def test_the_forkserver_has_one_thread_and_its_dead_are_reaped() -> None:
    async def act(kernel: Running) -> int:
        return int(kernel.process.pid)

    pid = with_kernels(1, act)
    assert nursery._current is not None
    assert len(list(Path(f"/proc/{nursery._current.pid}/task").iterdir())) == 1
    assert wait_until(lambda: gone(pid))


def test_a_kernel_that_ends_removes_its_files_and_closes_its_databases(own: Path) -> None:
    code = (
        "import sqlite3; db = sqlite3.connect('a.sqlite', isolation_level=None)\n"
        "db.execute('pragma journal_mode=wal'); db.execute('create table a (b)')"
    )

    async def act(kernel: Running) -> None:
        await kernel.run(code)
        assert (own / "a.sqlite-wal").exists()

    with_kernels(1, act, cwd=str(own))
    assert sorted(path.name for path in own.iterdir() if path.is_file()) == ["a.sqlite"]
    assert list((own / "r").iterdir()) == []


PROGRAM = """
import asyncio, os, time
from workshop_kit.kernels import QUIET, LocalKernel, kept_ready, nursery, pool
nursery.PRELOADED.remove("workshop_kit.warm")
async def main():
    for code in ("import subprocess; s = subprocess.Popen(['sleep', '99'])", "while True: pass"):
        kernel = LocalKernel()
        await kernel.start_kernel(extra_arguments=list(QUIET))
        client = kernel.client(); client.start_channels(); await client.wait_for_ready(timeout=60)
        client.execute(code)
        print(kernel.provisioner.pid)
with kept_ready(1):
    asyncio.run(main())
    while not pool._ready: time.sleep(0.02)
    print(pool._ready[0][1].pid, nursery._current.pid, flush=True)
    time.sleep(99)
"""


def test_nothing_is_left_of_a_program_that_is_killed(own: Path) -> None:
    (own / "t").mkdir()
    env = os.environ | {"TMPDIR": str(own / "t")}
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as it:
        assert it.stdout is not None
        pids = [int(word) for _ in range(3) for word in it.stdout.readline().split()]
        first = Path(f"/proc/{pids[0]}/task/{pids[0]}/children")
        assert wait_until(lambda: bool(first.read_text()))
        pids += [int(word) for word in first.read_text().split()]
        it.kill()
    assert len(pids) == 5
    assert wait_until(lambda: all(gone(pid) for pid in pids))
    assert [*(own / "r").iterdir(), *(own / "t").iterdir()] == []


FORKS = """
import asyncio, os, sys
from workshop_kit.kernels import LocalKernel, nursery
nursery.PRELOADED.remove("workshop_kit.warm")
async def start():
    kernel = LocalKernel()
    await kernel.start_kernel()
    pid = nursery._current.pid
    await kernel.shutdown_kernel()
    return pid
first = asyncio.run(start())
if child := os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
assert nursery._current is None
os._exit(asyncio.run(start()) == first)
"""


def test_a_program_that_forks_has_a_forkserver_of_its_own_in_its_child() -> None:
    assert subprocess.run([sys.executable, "-c", FORKS], check=False).returncode == 0


with suppress(ImportError):  # what a room's server uses
    from workshop_kit.serving.kernels import OwnKernel, OwnKernelSpecs

    def test_the_servers_kernels_are_forked_too() -> None:
        async def do() -> str:
            manager = OwnKernel(kernel_spec_manager=OwnKernelSpecs())
            kernel = await Running(manager).start()
            assert isinstance(kernel.process, ForkedProcess)
            said = await kernel.run("print('here')")
            await kernel.end()
            return said

        assert asyncio.run(do()) == "here"
