"""An event rendered by the workers of a Dask cluster, from and to any place that fsspec knows.

    with fetched("s3://bucket/offsite") as folder:
        report = render_on_cluster(load_event(folder), "s3://bucket/out", "tls://host:8786")

The plan, the work and the report are those of `workshop_kit.run`; only who does the work differs.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from workshop_kit.cluster.connection import LOCAL, connected, refuse_unfit
from workshop_kit.cluster.crew import Crew
from workshop_kit.cluster.places import (
    Folder,
    Objects,
    Place,
    fetched,
    is_url,
    open_place,
    same_store,
)
from workshop_kit.cluster.record import UrlRecord
from workshop_kit.errors import WorkshopKitError
from workshop_kit.event import EventFolder
from workshop_kit.run import Progress, Report, carry_out, prepare
from workshop_kit.run.journal import Journal

__all__ = ["LOCAL", "fetched", "is_url", "render_on_cluster"]


def render_on_cluster(
    folder: EventFolder,
    out: str,
    address: str,
    *,
    event: str = "",
    tls: bool = True,
    teams: Collection[str] = (),
    processes: int | None = None,
    progress: Callable[[Progress], None] = lambda _moment: None,
    notebooks: Sequence[Path] | None = None,
    exercises: bool = False,
    follow_up: bool = False,
) -> Report:
    """Renders what is not current, as `workshop_kit.render` does, on the cluster at an address.

    `event` is where the event lies, where that is no path; `address` may be "local": then
    `processes` work on this machine. Raises InputError where nothing could be started.
    """
    place = open_place(out)
    carry = functools.partial(
        carry_out,
        folder,
        teams=teams,
        notebooks=notebooks,
        exercises=exercises,
        follow_up=follow_up,
        progress=progress,
    )
    with connected(address, tls=tls, processes=processes) as client:
        refuse_unfit(client, address, out if place.workers_reach_it else "", folder)
        if isinstance(place, Folder):
            prepare(folder, place.path)
            record = Journal(place.path)
            crew = Crew(client, folder, place, place.path, record)
            return carry(place.path, record, crew.work_off)
        seen_as = _stands_in(folder, place, event)
        try:
            with tempfile.TemporaryDirectory(prefix="workshop-kit-") as staging:
                notes = UrlRecord(place)
                crew = Crew(client, folder, place, seen_as, notes)
                report = carry(seen_as, notes, crew.work_off, index=Path(staging))
                place.write("index.html", report.index.read_bytes())
        except OSError as error:
            raise _unusable(out, error) from error
        report.out, report.index = Path(), Path("index.html")  # below the URL
        return report


def _stands_in(folder: EventFolder, place: Place, event: str) -> Path:
    """A path for the output, from which the event's copy is seen as the event is from the output.

    A relative path leads there in one store. Otherwise none does, and papers name the folder alone.
    """
    source = open_place(event) if event else Folder(folder.path)
    if not (
        isinstance(source, Objects) and isinstance(place, Objects) and same_store(source, place)
    ):
        return Path(folder.path.resolve().anchor) / "workshop-kit-output"
    depth = len(source.root.strip("/").split("/"))
    return folder.path.resolve().parents[depth - 1].joinpath(*place.root.strip("/").split("/"))


def _unusable(out: str, error: OSError) -> WorkshopKitError:
    fix = "What is finished is kept; look at who may read and write there, and run it again."
    return WorkshopKitError(f"{out}: can't be used ({error.strerror or error}). {fix}")
