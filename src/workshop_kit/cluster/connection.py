"""A cluster's address → a client of it, over TLS, with workers that have the same kit."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from workshop_kit.cluster.event_copy import server_of
from workshop_kit.cluster.places import missing_extra, open_place
from workshop_kit.errors import InputError, Problem
from workshop_kit.event import EventFolder, hide_password
from workshop_kit.run import server
from workshop_kit.run.fingerprints import kit_fingerprint
from workshop_kit.store.database import VARIABLE

LOCAL = "local"
SECONDS_TO_ANSWER = 15
SHOWN_AT_MOST = 5
ON_THIS_MACHINE = {
    "distributed.scheduler.allowed-failures": 0,  # the crew counts deaths, and who is to blame
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.worker.profile.enabled": False,
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.http.routes": [],  # no pages that anybody could look at
    "distributed.worker.http.routes": [],
}
NO_PAGES = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}


@contextmanager
def connected(address: str, *, tls: bool = True, processes: int | None = None) -> Iterator[Any]:
    """A client of the scheduler at an address, or of a cluster on this machine ("local").

    Raises InputError where the address has no TLS and that was not asked for, where nobody
    answers, and where the optional packages are missing.
    """
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise missing_extra(f"--cluster {address}") from error
    opened = _on_this_machine(processes) if address == LOCAL else _elsewhere(address, tls)
    with opened as client:
        yield client


@contextmanager
def _on_this_machine(processes: int | None) -> Iterator[Any]:
    import dask
    from distributed import Client, LocalCluster
    from distributed.security import Security

    # Forked from one process that has the imports, as those of a run without Dask are.
    server.begin()
    how = {"distributed.worker.multiprocessing-method": "forkserver"}
    with (
        dask.config.set({**ON_THIS_MACHINE, **(how if server.is_available() else {})}),
        server.without_main(),
        LocalCluster(
            n_workers=processes or _cores(),
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            protocol="tls://",
            security=Security.temporary(),
            dashboard_address=None,
            scheduler_kwargs=NO_PAGES,
            env={**os.environ, **server.ONE_THREAD},
            silence_logs="CRITICAL",
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


@contextmanager
def _elsewhere(address: str, tls: bool) -> Iterator[Any]:
    from distributed import Client
    from distributed.security import Security

    flag = f"--cluster {address}"
    security = Security(require_encryption=tls)
    if "://" not in address or address.startswith("tcp://" if tls else "\0"):
        fix = "Start the scheduler with certificates and write tls://host:8786."
        if address.startswith("tcp://"):
            fix += " Where nobody else can listen, add --cluster-without-tls."
        what = "is not encrypted, and events hold names and answers."
        what = what if address.startswith("tcp://") else "is no address of a scheduler."
        raise InputError([Problem(flag, "", what, fix)])
    if address.startswith("tls://") and not getattr(security, "tls_ca_file", None):
        fix = (
            "Name the files in Dask's configuration, or in the environment: "
            "DASK_DISTRIBUTED__COMM__TLS__CA_FILE, …__TLS__CLIENT__CERT and …__TLS__CLIENT__KEY."
        )
        raise InputError([Problem(flag, "", "needs certificates, and there are none.", fix)])
    try:
        client = Client(address, security=security, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        words = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        fix = "Is the scheduler running there, and do the certificates go together?"
        raise InputError([Problem(flag, "", f"does not answer: {words}.", fix)]) from error
    with client:
        yield client


def refuse_unfit(client: Any, address: str, out: str, folder: EventFolder) -> None:
    """Raises InputError with every worker that would give other papers, or none at all.

    `out` is the URL that they write to, if they do.
    """
    ours = server_of(folder)
    client.wait_for_workers(1, timeout=SECONDS_TO_ANSWER)
    kit, flag = kit_fingerprint(), f"--cluster {address}"
    threads = client.nthreads()
    found = client.run(look_around, out, on_error="return")
    problems: dict[tuple[str, str], list[str]] = {}
    for worker, about in found.items():
        wrong = []
        if not isinstance(about, tuple):
            wrong.append(("can't run workshop-kit", f"It says: {_line(about)}"))
        else:
            their_kit, from_environment, trouble = about
            their_server = from_environment or folder.event.database
            if their_kit != kit:
                wrong.append(
                    ("have another version of workshop-kit, or of what it prints with",
                     "Install the same there as here.")
                )  # fmt: skip
            if ours and their_server != ours:
                wrong.append(
                    (f"would read answers at {their_server or 'no server'}, this computer at {ours}",
                     f"Set {VARIABLE} to the same.")
                )  # fmt: skip
            if trouble:
                wrong.append((f"can't reach the output ({trouble})", "Give them the rights."))
        if threads.get(worker, 1) > 1:
            wrong.append(
                (
                    "have more than one thread",
                    "Start them with: dask worker … --nworkers -1 --nthreads 1",
                )
            )
        for trouble in wrong:
            problems.setdefault(trouble, []).append(worker)
    if problems:
        raise InputError(
            Problem(flag, "", f"{_some(workers)} {what}.", fix)
            for (what, fix), workers in problems.items()
        )


def look_around(out: str) -> tuple[str, str, str]:
    """What matters of a worker: its kit, its database server without the password, any trouble with `out`."""
    trouble = ""
    if out:
        try:
            open_place(out).listing("no-team-has-this-name")
        except (OSError, InputError) as error:
            trouble = _line(error)
    return kit_fingerprint(), hide_password(os.environ.get(VARIABLE, "").strip()), trouble


def _some(workers: Sequence[str]) -> str:
    shown = ", ".join(sorted(workers)[:SHOWN_AT_MOST])
    more = len(workers) - SHOWN_AT_MOST
    return f"the workers {shown}{f' and {more} more' if more > 0 else ''}"


def _line(error: object) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
