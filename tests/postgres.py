"""A real PostgreSQL server for the tests, private to one test process, from Debian's binaries."""

from __future__ import annotations

import functools
import itertools
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

PASSWORD = "correct-horse"  # for a server that lives as long as the tests, on loopback alone


class Server:
    """A server in a temporary folder, on a Unix socket and a loopback port."""

    def __init__(self, programs: Path, *, durable: bool = False) -> None:
        # No test pulls the plug of the server's computer, and a busy disk makes a stop take a minute.
        self.fsync = "on" if durable else "off"
        self.programs = programs
        self.home = Path(tempfile.mkdtemp(prefix="kit-pg-", dir="/tmp"))
        self.data = self.home / "data"
        self.port = _free_port()
        self.user: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            account = _account()
            assert account is not None
            os.chown(self.home, account.pw_uid, account.pw_gid)
            self.user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        secret = self.home / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._run("initdb", "-D", self.data, "-U", "kit", "-A", "scram-sha-256", "-E", "UTF8",
                  "--locale=C.UTF-8", "--no-sync", f"--pwfile={secret}")  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        log = (self.home / "log").open("ab")
        self.process = subprocess.Popen(
            [self.programs / "postgres", "-D", self.data, "-k", self.home, "-p", str(self.port),
             "-c", "listen_addresses=127.0.0.1", "-c", f"fsync={self.fsync}"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.home, **self.user,
        )  # fmt: skip
        log.close()
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        raise RuntimeError((self.home / "log").read_text(errors="replace")[-2000:])

    def stop(self, how: int = signal.SIGINT) -> None:
        """Ends it without waiting for its clients; a no-op where it is down."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=120)
            self.process = None

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)  # nothing in it is needed any more
        shutil.rmtree(self.home, ignore_errors=True)

    def url(self, database: str, *, user: str = "kit", password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def make_database(self) -> str:
        """The URL of a fresh, empty database."""
        name = f"answers_{secrets.token_hex(4)}_{next(_numbers)}"
        self.do(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def do(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *words: str | Path) -> None:
        done = subprocess.run(
            [self.programs / program, *words],
            cwd=self.home, stdin=subprocess.DEVNULL, capture_output=True, text=True, **self.user,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr}")


_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server of this test process, started when the first test asks for it."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        pytest.skip("PostgreSQL's server is not installed: no /usr/lib/postgresql/*/bin/initdb")
    if os.geteuid() == 0 and not can_become(_account()):
        pytest.skip("PostgreSQL refuses to run as root, and no other user can be had here")
    server = _server(programs[-1].parent)
    yield server
    server.remove()


@functools.cache
def _server(programs: Path) -> Server:
    # Each module that imports the fixture has a fixture of its own, and all share this server.
    return Server(programs)


def can_become(account: pwd.struct_passwd | None) -> bool:
    """Whether a process can be started as that user; root in a container often can't."""
    if account is None:
        return False
    try:
        subprocess.run(
            ["true"], user=account.pw_uid, group=account.pw_gid, extra_groups=[], check=True
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _account() -> pwd.struct_passwd | None:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
