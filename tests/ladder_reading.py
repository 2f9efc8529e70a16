"""What the tests of the ladder formats share: an event with one ladder in it, read."""

from __future__ import annotations

from pathlib import Path

from workshop_kit.errors import Problem
from workshop_kit.ladder import Ladder
from workshop_kit.ladder_files import read_ladder


class Reading:
    """Writes ladders into an event folder, and reads them."""

    def __init__(self, event: Path) -> None:
        self.event = event
        (event / "ladders").mkdir(exist_ok=True)

    def file(self, name: str, content: str | bytes) -> tuple[Ladder | None, tuple[Problem, ...]]:
        """What the kit makes of a ladder file with this content."""
        path = self.event / "ladders" / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_ladder(path, self.event)

    def ladder(self, name: str, content: str | bytes) -> Ladder:
        """The ladder of a file that has no error."""
        ladder, problems = self.file(name, content)
        assert ladder is not None, problems
        return ladder

    def rows(self, name: str, content: str | bytes) -> list[tuple[str, str, str]]:
        """Level, heading and text of its statements."""
        return essence(self.ladder(name, content))

    def error(self, name: str, content: str | bytes) -> Problem:
        """The one error of a file that is no ladder."""
        ladder, problems = self.file(name, content)
        assert ladder is None
        (problem,) = (problem for problem in problems if problem.severity == "error")
        assert problem.file == f"ladders/{name}"
        assert problem.fix
        return problem


def essence(ladder: Ladder) -> list[tuple[str, str, str]]:
    """Level, heading and text of each statement, in order."""
    return [(s.level, s.heading, s.text) for s in ladder.statements]


def skips(ladder: Ladder) -> list[tuple[str, str]]:
    """Place and reason of everything that was skipped."""
    return [(s.place, s.reason) for s in ladder.skipped]
