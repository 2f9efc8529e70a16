"""Which version of its tables a database has, and the step up to ours, taken once by whoever comes first."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text

MIGRATIONS = Path(__file__).with_name("migrations")
# Not Alembic's own name: a server may hold JupyterHub's tables beside ours.
VERSION_TABLE = "answers_version"

# Alembic's `context` and `op` are one for the process.
_alembic = threading.Lock()


def newest_version() -> int:
    """The version that this kit makes: the largest number of a file in `migrations/versions`."""
    return max(int(path.name[:4]) for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def version_of(connection: Connection) -> int:
    """The version of the tables there; 0 where there are none."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return 0
    version = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))
    return int(version) if version else 0


@contextmanager
def alembic_ready() -> Iterator[None]:
    """Alembic, imported and for us alone. To be entered before the database is locked, and not after.

    It is slow to import (0.3 s), which nobody should have to wait for, and only the first save needs it.
    """
    log = logging.getLogger("alembic")
    with _alembic:
        level = log.level
        # Voilà sets the root logger to INFO, where Alembic tells each step.
        log.setLevel(logging.WARNING)
        try:
            import alembic.command  # noqa: F401

            yield
        finally:
            log.setLevel(level)


def upgrade(connection: Connection) -> None:
    """Takes every step up to ours, inside the transaction that the connection is in."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["version_table"] = VERSION_TABLE
    command.upgrade(config, "head")
