"""Where papers go and events come from: a folder on this machine, or any URL that fsspec knows."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from workshop_kit.errors import InputError, Problem
from workshop_kit.whole_file import write_whole

URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")
HERE = {"file", "local"}
OF_ONE_PROCESS = {"memory"}
MARKS = ("ETag", "etag", "md5Hash", "content_md5", "created", "mtime", "LastModified")
EVENT_BYTES_AT_MOST = 256 * 1024 * 1024


@dataclass(frozen=True)
class Seen:
    """A file as a listing has it: its size, and a mark that changes when the file does."""

    size: int
    mark: str


class Place(Protocol):
    """A tree of files. Names are relative and have forward slashes, such as `payments/handout.pdf`."""

    address: str
    workers_reach_it: bool

    def read(self, name: str) -> bytes:
        """The file's bytes. Raises OSError."""

    def write(self, name: str, data: bytes) -> None:
        """Writes the file whole or not at all. Raises OSError."""

    def remove(self, name: str) -> None:
        """Removes the file, where it is there."""

    def listing(self, below: str = "") -> dict[str, Seen]:
        """Every file `below` a folder of it, by name."""


class Folder:
    """A folder on this machine. Nobody knows whether workers see the same disk, so they don't write."""

    workers_reach_it = False

    def __init__(self, path: Path) -> None:
        self.path, self.address = path, str(path)

    def read(self, name: str) -> bytes:
        return (self.path / name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)

    def remove(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)

    def listing(self, below: str = "") -> dict[str, Seen]:
        found = {}
        for path in (self.path / below).rglob("*"):
            if path.is_file():
                at = path.stat()
                name = path.relative_to(self.path).as_posix()
                found[name] = Seen(at.st_size, str(at.st_mtime_ns))
        return found


class Objects:
    """What lies below a URL. An object is whole by nature; several processes may write at once."""

    def __init__(self, address: str, files: Any, root: str) -> None:
        self.address, self._files, self.root = address, files, root
        protocols = files.protocol if isinstance(files.protocol, tuple) else (files.protocol,)
        self.workers_reach_it = not OF_ONE_PROCESS & set(protocols)

    def read(self, name: str) -> bytes:
        with _as_os_error(self.address):
            return bytes(self._files.cat_file(self._at(name)))

    def write(self, name: str, data: bytes) -> None:
        with _as_os_error(self.address):
            self._files.pipe_file(self._at(name), data)

    def remove(self, name: str) -> None:
        with _as_os_error(self.address):
            if self._files.exists(self._at(name)):
                self._files.rm_file(self._at(name))

    def listing(self, below: str = "") -> dict[str, Seen]:
        with _as_os_error(self.address):
            self._files.invalidate_cache()
            try:
                found = self._files.find(self._at(below), detail=True)
            except FileNotFoundError:
                return {}
        start = len(self.root.rstrip("/")) + 1
        return {path[start:]: _seen(about) for path, about in found.items() if path[start:]}

    def _at(self, name: str) -> str:
        return f"{self.root.rstrip('/')}/{name}".rstrip("/")


def is_url(address: str) -> bool:
    """Whether this is a URL, and no path."""
    return URL.match(address) is not None


def open_place(address: str) -> Place:
    """The place that a path or a URL names. Raises InputError where nothing here can open it."""
    if not is_url(address):
        return Folder(Path(address))
    try:
        import fsspec
    except ImportError as error:
        raise missing_extra(address) from error
    try:
        # Listings must be fresh: other workers write meanwhile.
        files, root = fsspec.core.url_to_fs(address, use_listings_cache=False)
    except ImportError as error:
        fix = "On this computer and on every worker: pip install the package that it names."
        raise InputError([Problem(address, "", f"can't be opened: {error}.", fix)]) from error
    except ValueError as error:
        fix = "Write a path, or a URL such as s3://bucket/offsite."
        raise InputError([Problem(address, "", f"can't be opened: {error}.", fix)]) from error
    if HERE & {files.protocol, *files.protocol}:
        return Folder(Path(root))
    return Objects(address, files, root)


def missing_extra(what: str) -> InputError:
    """What to say where the optional packages are not installed."""
    fix = 'Run: pip install "workshop-kit[cluster]"'
    return InputError([Problem(what, "", "needs packages that are not installed.", fix)])


@contextmanager
def fetched(address: str, out: str = "") -> Iterator[Path]:
    """The event folder at an address, on this machine for as long as the block runs.

    A folder is itself; of a URL a copy is made, without hidden files and without what lies in
    `out`, and removed. It lies as deep below a folder of its own as the original in its store.
    """
    place = open_place(address)
    if isinstance(place, Folder):
        yield place.path
        return
    assert isinstance(place, Objects)
    with tempfile.TemporaryDirectory(prefix="workshop-kit-") as home:
        target = Path(home, *PurePosixPath(place.root.strip("/")).parts)
        try:
            _copy(place, target, place_inside(place, out))
        except OSError as error:
            what = f"can't be read ({error.strerror or error})."
            fix = "Look at the address, and at who may read there."
            raise InputError([Problem(address, "", what, fix)]) from error
        yield target


def _copy(place: Place, target: Path, papers: str) -> None:
    names = [
        name
        for name in place.listing()
        if belongs_to_event(name) and not (papers and name.startswith(f"{papers}/"))
    ]
    if not names:
        fix = "Look at the address, and at who may read there."
        raise InputError([Problem(place.address, "", "holds no event folder.", fix)])
    for name in names:
        data = place.read(name)
        try:
            path = inside(target, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except (OSError, ValueError) as error:
            fix = "Give it another name, or remove it from there."
            what = "has a name that no file here can have."
            raise InputError([Problem(repr(name)[1:-1], "", what, fix)]) from error


def inside(target: Path, name: str) -> Path:
    """The path of a name below a folder. Raises ValueError where it would lead out of it."""
    path = target / name
    if not path.resolve().is_relative_to(target.resolve()):
        raise ValueError(name)
    return path


def place_inside(place: Place, out: str) -> str:
    """The name that the folder `out` has inside the place; empty where it lies elsewhere."""
    top = place.address.rstrip("/") + "/"
    return out[len(top) :].strip("/") if out.startswith(top) else ""


def belongs_to_event(name: str) -> bool:
    """Whether a file can be part of an event: nothing hidden, nothing in `out`, no way out of it."""
    parts = PurePosixPath(name).parts
    return parts[:1] != ("out",) and not any(part.startswith(".") for part in parts)


def same_store(one: Place, other: Place) -> bool:
    """Whether two places stand in one store, so that a relative path leads from one to the other."""
    if isinstance(one, Objects) and isinstance(other, Objects):
        first = [place.root.strip("/").split("/")[0] for place in (one, other)]
        same = type(one._files) is type(other._files)
        return same and (first[0] == first[1] or not one.workers_reach_it)
    return isinstance(one, Folder) and isinstance(other, Folder)


def _seen(about: dict[str, Any]) -> Seen:
    mark = next((str(about[key]) for key in MARKS if about.get(key)), "")
    return Seen(int(about.get("size") or 0), mark)


@contextmanager
def _as_os_error(address: str) -> Iterator[None]:
    """Each store has errors of its own; here they are all OSError, and name the place."""
    try:
        yield
    except FileNotFoundError:
        raise
    except Exception as error:
        words = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise OSError(None, words, address) from error
