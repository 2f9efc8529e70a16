"""Which jobs of a plan are still to be done, and of which only the printing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from workshop_kit.run.jobs import Job
from workshop_kit.run.manifest import Made


def remaining(
    jobs: Iterable[Job], made: Mapping[str, Made], is_as_made: Callable[[Job, str, str], bool]
) -> list[Job]:
    """The jobs that are not current, in their order; `keeps_notebook` where only the PDF is not.

    `is_as_made` says of a job's file, by its name and its SHA-256, whether it is there unchanged.
    """
    todo = []
    for job in jobs:
        before = made.get(job.key)
        if before is None or before.inputs != job.inputs or set(before.files) != set(job.files):
            todo.append(job)
            continue
        whole = {name for name, digest in before.files.items() if is_as_made(job, name, digest)}
        if before.printed == job.printed and whole == set(before.files):
            continue
        kept = job.notebook is not None and f"{job.name}.ipynb" in whole
        todo.append(replace(job, keeps_notebook=kept))
    return todo
