"""What participants gave: kept in SQLite or PostgreSQL, every change a revision, none ever lost.

`open_store` gives the `Store` of an event folder. Whatever the database refuses is a `StoreError`.
This package alone in the kit speaks SQL.
"""

from __future__ import annotations

from workshop_kit.store.answers import Store, open_store
from workshop_kit.store.answers_table import EVENT, Mark
from workshop_kit.store.revisions import Revision, Saved

__all__ = ["EVENT", "Mark", "Revision", "Saved", "Store", "open_store"]
