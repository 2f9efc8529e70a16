"""Results kept by a process that lives for many teams, by what they were made of, in so much room."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

BESIDE = 200  # bytes that an entry takes beside what is kept, roughly


class Shelf:
    """Bytes by key. When there is no room left, those go that were asked for longest ago.

    Bytes and nothing else: what can't be changed can't be spoilt by whoever was given it.
    """

    def __init__(self, room: int) -> None:
        self.room = room
        self.taken = 0
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = threading.Lock()  # a server exports notebooks from several threads

    def get(self, key: bytes) -> bytes | None:
        """What is kept under the key, if anything."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: bytes, made: bytes) -> bytes:
        """The same bytes, kept from now on, unless they would take more than a quarter of the room."""
        with self._lock:
            if key not in self._kept and len(made) <= self.room // 4:
                self._kept[key] = made
                self.taken += len(made) + BESIDE
                while self.taken > self.room:
                    _, gone = self._kept.popitem(last=False)
                    self.taken -= len(gone) + BESIDE
        return made


def key_of(*parts: str | bytes) -> bytes:
    """A short key for these parts, which may be long."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "big"))
        found.update(data)
    return found.digest()
