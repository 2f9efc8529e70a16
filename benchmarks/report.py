"""What was measured, as words and tables: for the terminal and, between two marks, for docs/speed.md.

python -m benchmarks.report     writes the page and its chart from benchmarks/results/latest.json
"""

from __future__ import annotations

from typing import Any

from benchmarks.aims import aims_table
from benchmarks.chart import chart_words, draw
from benchmarks.results import ROOT, is_busy, read_results
from benchmarks.tables import details
from workshop_kit.whole_file import write_whole

PAGE = ROOT / "docs" / "speed.md"
CHART = ROOT / "docs" / "images" / "speed.svg"
BEGIN = "<!-- from here: written by python -m benchmarks.report -->"
END = "<!-- to here -->"
Figures = dict[str, Any]


def about(found: Figures) -> str:
    """Which machine, which versions, when, and whether it had anything else to do."""
    machine, parts = found["machine"], found["parts"]
    if not parts:
        return "Nothing has been measured yet."
    runs = {(p["date"], p["commit"], p["uncommitted_changes"]): "" for p in parts.values()}
    for part, kept in parts.items():
        runs[kept["date"], kept["commit"], kept["uncommitted_changes"]] += part
    told = []
    for (date, commit, changed), letters in runs.items():
        which = f" (parts {', '.join(letters)})" if len(runs) > 1 else ""
        told.append(f"{date}, commit `{commit}`{', with changes' if changed else ''}{which}")
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    loads = [kept["load_at_start"] for kept in parts.values()]
    words = (
        f"Measured on {'; '.join(told)}. The machine: {machine['cpu']}, {machine['cores']} cores, "
        f"{machine['memory_gb']} GB, {machine['system']}, Python {machine['python']}; {versions}. "
        f"Its load before the start was {max(loads):.2f}."
    )
    if is_busy(max(loads), machine["cores"]):
        words += (
            " **That is not an idle machine: other programs had a share of what is shown here.**"
        )
    return words


def figures(found: Figures) -> str:
    """All that the page takes from the results."""
    parts = [about(found), aims_table(found)]
    if words := chart_words(found):
        parts.append(f"![{words}](images/speed.svg)")
    parts.append(details(found))
    return "\n\n".join(part for part in parts if part)


def page_with(page: str, found: Figures) -> str:
    """The page with these figures between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{figures(found)}\n\n{END}{after}"


def write(found: Figures) -> None:
    """Writes the figures into the page, and the chart."""
    write_whole(PAGE, page_with(PAGE.read_text(encoding="utf-8"), found).encode())
    if svg := draw(found):
        write_whole(CHART, svg.encode())
    else:
        CHART.unlink(missing_ok=True)


if __name__ == "__main__":
    write(read_results())
