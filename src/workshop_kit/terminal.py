"""Words on the terminal: results to standard output, everything else to standard error."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from workshop_kit.errors import Problem

out_console = Console(highlight=False, soft_wrap=True)
err_console = Console(stderr=True, highlight=False, soft_wrap=True)

SAID, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130


def say(line: str = "") -> None:
    """Prints a line of the result."""
    out_console.print(Text(line))


def warn(line: str) -> None:
    """Prints a line beside the result."""
    err_console.print(Text(line))


def list_problems(problems: Sequence[Problem]) -> None:
    """Prints every problem, and how many must be mended."""
    for problem in problems:
        warn(f"{problem.severity:5}  {problem}")
    errors = sum(problem.severity == "error" for problem in problems)
    if errors:
        warn(f"{count(errors, 'problem')} to mend.")


def count(number: int, noun: str) -> str:
    """The number with its noun, such as "1 team" or "6 teams"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
