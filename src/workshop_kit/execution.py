"""A notebook run through papermill, in a kernel of its own, or the cell that stopped it and why."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from workshop_kit.errors import NotebookError
from workshop_kit.kernels import QUIET, LocalKernel

CELL_SECONDS_AT_MOST = 300


def execute(
    source: NotebookNode, parameters: Mapping[str, str], name: str, cwd: Path
) -> NotebookNode:
    """The notebook with its outputs. Raises NotebookError, in which it is called `name`.

    The process's own directory is `cwd` meanwhile; the kernel inherits the environment.
    """
    started = [""]
    with tempfile.TemporaryDirectory(prefix="workshop-kit-") as scratch, _here():
        given = Path(scratch, "in.ipynb")
        nbformat.write(source, given)
        try:
            executed: NotebookNode = papermill.execute_notebook(
                str(given),
                None,
                parameters=dict(parameters),
                cwd=str(cwd),
                kernel_name="python3",
                progress_bar=False,
                log_output=False,
                execution_timeout=CELL_SECONDS_AT_MOST,
                kernel_manager_class=LocalKernel,
                extra_arguments=list(QUIET),
                on_cell_execute=lambda cell, cell_index: started.append(cell.id),  # noqa: ARG005
            )
            return executed
        except PapermillExecutionError as error:
            reason = f"{error.ename}: {first_line(error.evalue)}"
            raise NotebookError(name, started[-1], reason) from error
        except CellTimeoutError as error:
            reason = f"a cell took longer than {CELL_SECONDS_AT_MOST} seconds"
            raise NotebookError(name, started[-1], reason) from error
        except DeadKernelError as error:
            reason = "its kernel died (out of memory?)"
            raise NotebookError(name, started[-1], reason) from error


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """What the kernel inherits, for as long as the block runs."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _here() -> Iterator[None]:
    """papermill goes back to where it was only if all goes well."""
    before = Path.cwd()
    try:
        yield
    finally:
        os.chdir(before)


def first_line(text: str) -> str:
    """What a message says first."""
    return (text.strip().splitlines() or ["no reason given"])[0][:300]
