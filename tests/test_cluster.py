"""`render --cluster`: the same papers by the workers of a Dask cluster, from and to URLs."""

from __future__ import annotations

import contextlib
import datetime
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import dask
import fsspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from distributed import Client, LocalCluster
from distributed.security import Security
from hypothesis import given
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer

from tests.conftest import TinyEvent, make_notebook, make_tiny_event
from workshop_kit import render
from workshop_kit.cluster import connection, fetched, render_on_cluster, team_work
from workshop_kit.cluster.connection import connected
from workshop_kit.cluster.crew import Crew
from workshop_kit.cluster.event_copy import pack, unpack
from workshop_kit.cluster.places import Folder, Objects, inside, open_place
from workshop_kit.cluster.team_work import TeamDone, Visit
from workshop_kit.errors import InputError, WorkshopKitError
from workshop_kit.run import Report
from workshop_kit.run.jobs import plan
from workshop_kit.run.journal import Journal
from workshop_kit.run.results import Done, Failed
from workshop_kit.store import open_store

pytestmark = pytest.mark.filterwarnings(
    "ignore:datetime.datetime.utc.*:DeprecationWarning:botocore|moto",
)
TLS = "distributed.comm.tls"
WELL = 'print("All is well with", team)'
WORKER = 'int(os.environ["JUPYTER_RUNTIME_DIR"].rpartition("/r")[2])'
KILLS = f"""
import os, signal, pathlib
once = pathlib.Path({{once!r}})
if team == "always" or (team == "once" and not once.exists()):
    once.touch()
    os.kill({WORKER}, signal.SIGKILL)
"""


def files(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def objects(url: str) -> dict[str, bytes]:
    """What lies at the URL, without the notes of what a listing said."""
    place = open_place(url)
    return {name: place.read(name) for name in place.listing() if name != "objects.json"}


def upload(folder: Path, url: str) -> None:
    place = open_place(url)
    for name, data in files(folder).items():
        place.write(name, data)


# ---- a cluster with certificates, a store, and two teams rendered here ------------------------


def write_certificates(folder: Path) -> dict[str, object]:
    """A key and a certificate that signs itself; as Dask's configuration names them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "workshop-kit")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = serialization.PrivateFormat.PKCS8
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(pem, private, plain))
    (folder / "cert.pem").write_bytes(certificate.public_bytes(pem))
    files = {"cert": str(folder / "cert.pem"), "key": str(folder / "key.pem")}
    who = {f"{TLS}.{one}": files for one in ("scheduler", "worker", "client")}
    return {f"{TLS}.ca-file": files["cert"], **who}


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """A bucket of a server on this machine that speaks S3."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    settings = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        fsspec.filesystem("s3").mkdir("bucket")
        yield "s3://bucket"
    server.stop()


@pytest.fixture(scope="module")
def cluster(s3: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:  # noqa: ARG001 (its address is in the environment)
    """Two workers that one reaches with certificates only, as those of a cluster elsewhere."""
    tls = write_certificates(tmp_path_factory.mktemp("tls"))
    settings = {**connection.ON_THIS_MACHINE, **tls}
    with (
        dask.config.set(settings),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            host="127.0.0.1",
            protocol="tls://",
            security=Security(),
            dashboard_address=None,
            scheduler_kwargs=connection.NO_PAGES,
            silence_logs="CRITICAL",
        ) as cluster,
    ):
        yield cluster


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three teams rendered by two processes of this machine: `event`, `out` and `notebooks`."""
    home = tmp_path_factory.mktemp("here")
    event = make_tiny_event(home / "event", "Fine", "Zoë’s own", "Third")
    notebook = make_notebook(home / "notebooks", WELL)
    assert render(event.load(), home / "out", jobs=2, notebooks=[notebook]).failures == []
    return home


def by_cluster(home: Path, out: str, cluster: LocalCluster, event: str = "") -> Report:
    """What a cluster makes of the event in `home`, or of the one at a URL."""
    notebooks = sorted((home / "notebooks").glob("*.ipynb"))
    with fetched(event or str(home / "event"), out) as folder:
        return render_on_cluster(
            TinyEvent(folder).load(),
            out,
            cluster.scheduler_address,
            event=event,
            notebooks=notebooks,
        )


def left_on_workers(cluster: LocalCluster) -> set[str]:
    """What lies in the workers' own folders that a run has brought."""

    def look(dask_worker: object) -> list[str]:
        from workshop_kit.cluster import team_work

        assert team_work._visits == {}
        return [path.name for path in Path(dask_worker.local_directory).rglob("wk-*")]  # type: ignore[attr-defined]

    with Client(cluster) as client:
        return {name for names in client.run(look).values() for name in names}


# ---- the same papers ---------------------------------------------------------------------------


def test_a_cluster_gives_the_same_bytes_as_this_machine(here: Path, cluster: LocalCluster) -> None:
    report = by_cluster(here, str(here / "by-cluster"), cluster)
    assert (report.teams, report.notebooks, report.pdfs, report.failures) == (3, 3, 6, [])
    assert files(here / "by-cluster") == files(here / "out")
    assert left_on_workers(cluster) == set()


def test_memory_has_the_same_bytes_though_no_worker_reaches_it(
    here: Path, cluster: LocalCluster
) -> None:
    upload(here / "event", "memory://offsite/event")
    by_cluster(here, "memory://offsite/out", cluster, event="memory://offsite/event")
    assert objects("memory://offsite/out") == files(here / "out")


@pytest.fixture(scope="module")
def stored(here: Path, cluster: LocalCluster, s3: str) -> str:
    """The event at `/event` and its papers at `/out` of a URL."""
    upload(here / "event", f"{s3}/offsite/event")
    report = by_cluster(here, f"{s3}/offsite/out", cluster, event=f"{s3}/offsite/event")
    assert report.failures == []
    return f"{s3}/offsite"


def test_s3_has_the_same_bytes_as_two_folders_that_stand_alike(stored: str, here: Path) -> None:
    assert objects(f"{stored}/out") == files(here / "out")


def test_what_is_current_at_a_url_is_not_made_again(
    stored: str, here: Path, cluster: LocalCluster
) -> None:
    report = by_cluster(here, f"{stored}/out", cluster, event=f"{stored}/event")
    assert (report.current, report.notebooks, report.pdfs) == (6, 0, 0)


def test_what_was_damaged_worked_in_or_lost_at_a_url_is_made_again(
    stored: str, here: Path, cluster: LocalCluster
) -> None:
    place, whole = open_place(f"{stored}/out"), objects(f"{stored}/out")
    place.remove("third/handout.pdf")
    place.write("third/01-tiny.pdf", whole["third/01-tiny.pdf"][:-9])
    theirs = whole["fine/01-tiny.ipynb"].replace(b"# Tiny", b"# Ours")
    place.write("fine/01-tiny.ipynb", theirs)
    report = by_cluster(here, f"{stored}/out", cluster, event=f"{stored}/event")
    assert (report.current, report.failures) == (3, [])
    assert [remark.split(":")[0] for remark in report.remarks] == ["fine/01-tiny"]
    aside = {"fine/01-tiny.edited-1.ipynb": theirs}
    assert objects(f"{stored}/out") == whole | aside
    place.remove("fine/01-tiny.edited-1.ipynb")


def test_a_url_without_notes_is_read_and_found_current(
    stored: str, here: Path, cluster: LocalCluster
) -> None:
    open_place(f"{stored}/out").remove("objects.json")
    assert by_cluster(here, f"{stored}/out", cluster, event=f"{stored}/event").current == 6


def test_a_team_that_left_takes_its_objects_with_it(
    stored: str, here: Path, cluster: LocalCluster, tmp_path: Path
) -> None:
    shutil.copytree(here, tmp_path, dirs_exist_ok=True)
    upload(here / "out", f"{stored}/smaller")
    TinyEvent(tmp_path / "event").write_teams("Fine")
    upload(tmp_path / "event", f"{stored}/changed")
    place = open_place(f"{stored}/smaller")
    place.write("third/photo.jpg", b"theirs")
    report = by_cluster(tmp_path, f"{stored}/smaller", cluster, event=f"{stored}/changed")
    left = {name for name in objects(f"{stored}/smaller") if "/" in name}
    assert {name.split("/")[0] for name in left} == {"fine", "third"}
    assert {name for name in left if name.startswith("third")} == {"third/photo.jpg"}
    assert report.failures == []


# ---- what goes wrong ---------------------------------------------------------------------------


def test_a_team_that_kills_its_workers_fails_and_one_that_was_unlucky_does_not(
    cluster: LocalCluster, tmp_path: Path
) -> None:
    event = make_tiny_event(tmp_path / "event", "Always", "Once", "Never")
    make_notebook(tmp_path / "notebooks", KILLS.format(once=str(tmp_path / "once")), WELL)
    report = by_cluster(tmp_path, str(tmp_path / "out"), cluster)
    assert event.path.is_dir()
    reasons = {failure.job: failure.reason for failure in report.failures}
    assert set(reasons) == {"always/01-tiny", "always/handout"}
    assert "3 workers died over it" in reasons["always/01-tiny"]
    assert {name.split("/")[0] for name in files(tmp_path / "out") if "/" in name} == {
        "never",
        "once",
    }
    with Client(cluster) as client:
        client.wait_for_workers(2, timeout=60)
        logs = " ".join(line for lines in client.get_worker_logs().values() for _, line in lines)
    assert "Leader of" not in logs
    assert "always" not in logs
    assert left_on_workers(cluster) == set()


GOES_AWAY = """
import os, sys
from distributed import Client
from workshop_kit.cluster import visits
client = Client(sys.argv[1])
visits.begin(client, "wk-abandoned", bytes.fromhex(sys.argv[2]), True)
print("begun", flush=True)
os._exit(1)
"""


def test_an_event_leaves_the_workers_when_its_driver_dies(
    cluster: LocalCluster, here: Path
) -> None:
    packed = pack(TinyEvent(here / "event").load(), [])
    tls = {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": dask.config.get(f"{TLS}.ca-file")}
    for part in ("cert", "key"):
        tls[f"DASK_DISTRIBUTED__COMM__TLS__CLIENT__{part.upper()}"] = dask.config.get(
            f"{TLS}.client.{part}"
        )
    command = [sys.executable, "-c", GOES_AWAY, cluster.scheduler_address, packed.hex()]
    done = subprocess.run(command, env={**os.environ, **tls}, capture_output=True, text=True)
    assert done.stdout == "begun\n", done.stderr
    deadline = time.monotonic() + 20
    while left := set(cluster.scheduler.worker_plugins) & {"wk-abandoned"}:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)
    while True:
        with contextlib.suppress(AssertionError):
            assert left_on_workers(cluster) == set()
            break
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_workers_with_another_kit_are_named_before_anything_is_made(
    here: Path, cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "kit_fingerprint", lambda: "another")
    with pytest.raises(InputError, match="have another version of workshop-kit") as refused:
        by_cluster(here, str(tmp_path / "out"), cluster)
    assert all(worker in str(refused.value) for worker in cluster.scheduler.workers)
    assert not (tmp_path / "out").exists()


def test_workers_that_would_read_other_answers_are_named_without_the_password(
    here: Path, cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSHOP_KIT_DATABASE", "postgresql://anna:secret@db.example/answers")
    with pytest.raises(InputError, match="would read answers at no server") as refused:
        by_cluster(here, str(tmp_path / "out"), cluster)
    assert "secret" not in str(refused.value)


def test_a_url_that_cannot_be_used_is_refused(here: Path, cluster: LocalCluster, s3: str) -> None:
    with pytest.raises(WorkshopKitError, match="can't be used"):
        by_cluster(here, s3.replace("bucket", "no-such-bucket") + "/out", cluster)


def test_an_address_without_encryption_is_refused() -> None:
    with pytest.raises(InputError, match="is not encrypted"), connected("tcp://127.0.0.1:8786"):
        pass


def test_tls_without_certificates_is_refused() -> None:
    with (
        dask.config.set({f"{TLS}.ca-file": None}),
        pytest.raises(InputError, match="needs certificates"),
        connected("tls://127.0.0.1:8786"),
    ):
        pass


@pytest.mark.usefixtures("cluster")  # for its certificates
def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SECONDS_TO_ANSWER", 1)
    refused = pytest.raises(InputError, match=r"tls://127\.0\.0\.1:9: does not answer")
    with refused, connected("tls://127.0.0.1:9"):
        pass


# ---- places and copies -------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["nonsense://x", "s4://bucket/offsite"])
def test_a_url_of_no_known_kind_is_refused(address: str) -> None:
    with pytest.raises(InputError, match="can't be opened"):
        open_place(address)


def test_a_url_that_holds_nothing_is_no_event() -> None:
    with pytest.raises(InputError, match="holds no event folder"), fetched("memory://nothing/here"):
        pass


@given(st.text(min_size=1, max_size=20) | st.sampled_from(["../x", "/etc/x", "a/../../x", ".."]))
def test_whatever_an_object_is_called_its_copy_stays_inside(name: str) -> None:
    folder = Path("/tmp/copies/event")
    with contextlib.suppress(ValueError):
        assert folder in (inside(folder, name), *inside(folder, name).resolve().parents)


def test_an_object_whose_name_leads_out_of_the_folder_is_refused() -> None:
    for name in ("event.yaml", "/etc/passwd"):
        fsspec.filesystem("memory").pipe_file(f"/hostile/event/{name}", b"")
    refused = pytest.raises(InputError, match="a name that no file here can have")
    with refused, fetched("memory://hostile/event"):
        pass


def test_the_copy_has_the_answers_of_this_moment_while_somebody_writes(tmp_path: Path) -> None:
    event = make_tiny_event(tmp_path / "event", "Fine").load()
    with open_store(event.path) as store:
        one = {"team": "fine", "activity": "a", "question": "q", "participant": "fine"}
        store.save(**one, value="before")
        packed = pack(event, [])
        store.save(**one, value="after")
        unpack(packed, tmp_path / "copy")
    with open_store(tmp_path / "copy" / "event") as copy:
        assert [revision.value for revision in copy.latest()] == ["before"]
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "copy/event/answers.sqlite")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_papers_hidden_files_and_other_outputs_are_not_copied(tmp_path: Path) -> None:
    event = make_tiny_event(tmp_path / "event", "Fine").load()
    for name in ("out/fine/handout.pdf", ".git/config", "second/manifest.json", "notes.txt"):
        (event.path / name).parent.mkdir(parents=True, exist_ok=True)
        (event.path / name).write_text("")
    unpack(pack(event, []), tmp_path / "copy")
    assert set(files(tmp_path / "copy" / "event")) == {
        "event.yaml",
        "ladders/one.md",
        "notes.txt",
        "teams.csv",
    }


def test_an_event_leaves_a_worker_that_is_at_work_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team_work, "_home", lambda local: local)
    packed = pack(make_tiny_event(tmp_path / "event", "Fine").load(), [])
    ended, at_work = (Visit(name, packed, tmp_path, snapshot=False) for name in ("one", "two"))
    with at_work.under_way() as folder:
        ended.end()
        at_work.end()
        assert not ended.folder.exists()
        assert (folder / "event" / "teams.csv").exists()
    assert not folder.exists()


def test_nothing_is_written_over_work_that_could_not_be_kept(tmp_path: Path) -> None:
    event = make_tiny_event(tmp_path / "event", "Fine")
    (job, *_) = plan(event.load(), tmp_path, [make_notebook(tmp_path)], [], {})
    theirs, aside = job.folder / "01-tiny.ipynb", "fine/01-tiny.edited-1.ipynb"
    (tmp_path / aside).mkdir(parents=True)  # so no file of that name can be written
    theirs.write_text("somebody's work")
    names = (aside, "fine/01-tiny.ipynb", "fine/01-tiny.pdf")
    done = TeamDone({job.key: Done({}, set_aside=(aside,))}, {}, dict.fromkeys(names, b"new"))
    told: list[object] = []
    run = SimpleNamespace(finished=lambda _job, result: told.append(result))
    crew = Crew(None, event.load(), Folder(tmp_path), tmp_path, Journal(tmp_path))
    crew._take(run, [job], done)  # type: ignore[arg-type]
    assert isinstance(told[0], Failed)
    assert theirs.read_text() == "somebody's work"


def test_two_places_in_one_store_are_told_from_two_stores() -> None:
    from workshop_kit.cluster.places import same_store

    first, second = open_place("memory://a/x"), open_place("memory://b/y")
    assert isinstance(first, Objects)
    assert same_store(first, second)
    assert not same_store(first, open_place("/tmp/x"))
