"""What a process keeps from one team to the next, and how much of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.shelf import BESIDE, Shelf, key_of


def test_what_was_kept_is_found_again():
    shelf = Shelf(room=10_000)
    shelf.keep(b"a", b"made")
    assert shelf.get(b"a") == b"made"
    assert shelf.get(b"b") is None


def test_nothing_is_a_result_too():
    shelf = Shelf(room=10_000)
    shelf.keep(b"a", b"")
    assert shelf.get(b"a") == b""


def test_what_was_asked_for_longest_ago_goes_first():
    shelf = Shelf(room=3 * (1 + BESIDE))
    for key in (b"a", b"b", b"c"):
        shelf.keep(key, b"x" if key != b"b" else b"y")
    shelf.get(b"a")
    shelf.keep(b"d", b"z")
    assert [shelf.get(key) for key in (b"a", b"b", b"c", b"d")] == [b"x", None, b"x", b"z"]


def test_what_would_take_most_of_the_room_is_not_kept():
    shelf = Shelf(room=10_000)
    assert shelf.keep(b"a", b"x" * 5_000) == b"x" * 5_000
    assert shelf.get(b"a") is None


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2_000)), max_size=200))
def test_there_is_never_more_than_the_room(entries):
    shelf = Shelf(room=5_000)
    for key, size in entries:
        shelf.keep(str(key).encode(), bytes(size))
        assert shelf.taken <= shelf.room
    kept = [shelf.get(str(key).encode()) for key in range(31)]
    assert shelf.taken == sum(len(made) + BESIDE for made in kept if made is not None)


@given(st.lists(st.text()), st.lists(st.text()))
def test_a_key_tells_where_one_part_ends_and_the_next_begins(one, other):
    assert (key_of(*one) == key_of(*other)) == (one == other)
