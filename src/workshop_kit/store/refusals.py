"""What a database refused, in words for the person at the form. No driver's text, and so no password."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from workshop_kit.errors import StoreError

_FREE_AT_LEAST = 1_000_000

_WORDS = {
    "away": "{where} does not answer. Check that the server runs and that this computer reaches it,"
    " then try again.",
    "login": "{where} refused the login. Check the user and the password in WORKSHOP_KIT_DATABASE or"
    " in ~/.pgpass, then try again.",
    "missing": "{where} does not exist, though its server answers. Make it with createdb, or correct"
    " the name in the URL.",
    "crowded": "{where} has no connection left for one more person. Try again in a minute; if it stays"
    " so, let the server's administrator raise max_connections.",
    "full": "No room is left on the disk of {where}. Remove something from that disk, then try again.",
    "locked": "{where} has been in use by another program for too long. Close what has it open, such"
    " as a viewer, a backup or a sync, then try again.",
    "read-only": "{where} can't be opened for writing by this user. Ask for the right to write there,"
    " or copy the whole event folder to where you may write.",
    "damaged": "{where} is damaged, or is not a database of answers. Keep it: move it aside, put the"
    " latest backup in its place, and try again.",
    "newer": "{where} was made by a newer workshop-kit. Update this one: pip install --upgrade"
    " workshop-kit.",
    "other": "{where} could not be used ({detail}). Try again; if it stays so, send this message to"
    " whoever looks after the database.",
}


def refusal(where: str, reason: str, detail: str = "") -> StoreError:
    """The error to raise; `where` starts with a capital letter and names the database."""
    return StoreError(_WORDS[reason].format(where=where, detail=detail), reason)


def sqlite_refusal(where: str, path: Path, error: Exception) -> StoreError:
    """Why the file of answers could not be used."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", "")
        return refusal(where, _sqlite_reason(name, str(cause), path), name or type(cause).__name__)
    if isinstance(cause, OSError):
        return refusal(where, _os_reason(cause), cause.strerror or type(cause).__name__)
    return refusal(where, _other(error), type(error).__name__)


def _sqlite_reason(name: str, text: str, path: Path) -> str:
    family = "_".join(name.split("_")[:2])
    match family:
        case "SQLITE_BUSY" | "SQLITE_LOCKED" | "SQLITE_PROTOCOL":
            return "locked"
        case "SQLITE_FULL":
            return "full"
        case "SQLITE_NOTADB" | "SQLITE_CORRUPT":
            return "damaged"
        case "SQLITE_ERROR" if text.startswith("no such"):  # a table or a column of ours
            return "damaged"
        case "SQLITE_READONLY" | "SQLITE_PERM" | "SQLITE_AUTH":
            return "read-only"
        case "SQLITE_CANTOPEN":
            if path.is_dir():
                return "damaged"
            writable = os.access(path.parent, os.W_OK)
            return _full_or("read-only", path) if writable else "read-only"
        case "SQLITE_IOERR":
            return _full_or("other", path)
    return "other"


def _full_or(reason: str, path: Path) -> str:
    """SQLite does not always say that the disk is full: the shared memory beside the file fails otherwise."""
    try:
        return "full" if shutil.disk_usage(path.parent).free < _FREE_AT_LEAST else reason
    except OSError:
        return reason


def _os_reason(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "full"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "read-only"
    return "other"


def postgresql_refusal(where: str, error: Exception) -> StoreError:
    """Why the server could not be used."""
    import psycopg

    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, psycopg.Error):
        return refusal(where, _other(error), type(error).__name__)
    reason = _state_reason(cause.sqlstate) if cause.sqlstate else _connection_reason(cause)
    return refusal(where, reason, cause.sqlstate or type(cause).__name__)


def _state_reason(state: str) -> str:
    """PostgreSQL's five signs, where the server got as far as to say them."""
    exact = {
        "53100": "full",
        "53300": "crowded",
        "55P03": "locked",
        "57014": "away",  # the statement took longer than we wait
        "42501": "read-only",
        "25006": "read-only",
        "3D000": "missing",
    }
    classes = {
        "08": "away",
        "57": "away",
        "58": "away",
        "28": "login",
        "40": "locked",
        "42": "damaged",  # a table or a column of ours is not there
        "XX": "damaged",
    }
    return exact.get(state) or classes.get(state[:2], "other")


def _connection_reason(error: Exception) -> str:
    """From the text alone: a connection that never came about has no state to ask for."""
    connection = getattr(error, "pgconn", None)
    text = str(error)
    if 'database "' in text and "does not exist" in text:
        return "missing"
    if "too many" in text or "remaining connection slots" in text:
        return "crowded"
    # A server that speaks another language still shows whether it asked for the password.
    if connection is not None and (connection.needs_password or connection.used_password):
        return "login" if "FATAL" in text or connection.needs_password else "away"
    if any(word in text for word in ("authentication", "pg_hba.conf", 'role "', "no password")):
        return "login"
    if type(error).__name__ in ("OperationalError", "ConnectionTimeout", "InterfaceError"):
        return "away"
    return "other"


def _other(error: Exception) -> str:
    return "locked" if isinstance(error, PoolTimeout) else "other"
