"""A Markdown table for each part, and what has to be said beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from benchmarks.breakdown import CLIENT
from benchmarks.kernel_start import OWN
from benchmarks.results import PARTS

Figures = dict[str, Any]


def details(found: Figures) -> str:
    """A table for each part that was measured, under its heading."""
    pages = [
        f"### ({part}) {PARTS[part][0].upper()}{PARTS[part][1:]}\n\n{DETAILS[part](kept['figures'])}"
        for part, kept in found["parts"].items()
    ]
    return "\n\n".join(pages)


def _against_loop(f: Figures) -> str:
    ours, one = f["render"], f["render_one_process"]
    rows = [
        ("`render`, two processes", ours["teams"], ours["notebooks"], ours["seconds"]["median"]),
        ("`render --jobs 1`", one["teams"], one["teams"] * 6, one["seconds"]),
        *(
            (f"the loop, {words}", loop["teams"], loop["notebooks"], loop["seconds"])
            for words, loop in (
                ("one process", f["loop_one_process"]),
                ("two processes", f["loop_two_processes"]),
            )
        ),
    ]
    shown = [(*row[:3], f"{row[3]:.1f}", f"{row[3] / row[2]:.3f}") for row in rows]
    loop = f["loop_one_process"]
    return (
        table(("", "teams", "notebooks", "seconds in all", "seconds a notebook"), shown)
        + f"\n\n`render` ran {ours['seconds']['times']} times: {_range(ours['seconds'], 1)} s. It made "
        f"{ours['pdfs']} PDFs, as it also makes each team’s handout and the cards. All processors together "
        f"worked {ours['cpu_seconds_a_team']:.2f} s a team; memory was {ours['peak_memory_mb']:,} MB at most. "
        f"Of the loop’s time papermill had {_range(loop['papermill'], 1)} s a notebook and the browser "
        f"{_range(loop['webpdf'], 1)} s. One process against one process, `render` is "
        f"{f['times_one_against_one']:.1f} times as fast."
    )


def _kernels(f: Figures) -> str:
    rows = [
        (
            f"`{kind}`",
            f"{f[kind]['seconds']['median']:.2f}",
            _range(f[kind]["seconds"], 2),
            f"{f[kind]['very_first_seconds']:.2f}",
            f"{f[kind]['private_mb']['median']:.0f}",
        )
        for kind in ("python3", "workshop-kit", OWN)
    ]
    head = ("kernelspec", "seconds", "least to most", "the very first", "MB of its own")
    return (
        table(head, rows) + f"\n\nMedians of {f['python3']['seconds']['times']} starts by turns, "
        "through nbclient, whose client waits for 0.2 s of silence before a first cell; the kit’s own does not. The very first kernel of `workshop-kit` also starts the process from which the "
        f"others are forked. Forty of them at once would hold {f['forty_kernels_gb']} GB of their own."
    )


def _change(f: Figures) -> str:
    rows = [
        (f"full render of {f['teams']} teams", f"{f['full_seconds']:.1f}", ""),
        ("after one team’s row has changed", *_both(f["after_one_change_seconds"])),
        ("after nothing has changed", *_both(f["after_no_change_seconds"])),
    ]
    return (
        table(("", "seconds", "least to most"), rows)
        + f"\n\nThe full render made {f['notebooks']:,} notebooks and {f['pdfs']:,} PDFs, "
        f"{f['mb_written']:,} MB, with {f['peak_memory_mb']:,} MB of memory at most. After the change exactly "
        "that team’s papers were made again; the benchmark checks it."
    )


def _teams(f: Figures) -> str:
    rows = [
        (
            size["teams"],
            f"{size['seconds']['median']:.1f}",
            f"{size['seconds_a_team']:.3f}",
            size["peak_memory_mb"],
            size["median_memory_mb"],
            size["seconds"]["times"],
        )
        for size in f["sizes"]
    ]
    head = ("teams", "seconds", "seconds a team", "MB at most", "MB, median", "runs")
    return (
        table(head, rows)
        + f"\n\nOne notebook a team (`{f['notebook']}`), its PDF, and the handout. Memory is the "
        f"{f['memory']}; of several runs the median is shown. A longer run has more looks and so finds higher "
        "peaks; what is held all the time stands under “median”."
    )


def _cluster(f: Figures) -> str:
    rows = [
        ("two local processes", *_both(f["local_seconds"])),
        ("`--cluster local`, two workers", *_both(f["cluster_seconds"])),
    ]
    return (
        table(("", "seconds", "least to most"), rows)
        + f"\n\n{f['teams']} teams, all notebooks, by turns, {f['local_seconds']['times']} times. Both "
        "wrote the same bytes. The start of the cluster is in it."
    )


def _breakdown(f: Figures) -> str:
    kernel = f["kernel"]
    rows = [
        ("the kernel’s start", "", f"{kernel['start_cpu']:.0f}", "", ""),
        ("the cells’ own work", "", f"{kernel['cells_cpu']:.0f}", "", ""),
    ]
    handout, steps = dict(f["handout"]["steps"]), dict(f["notebook"]["steps"])
    if client := steps.pop(CLIENT, None):
        waited = client["wall"] - client["cpu"]
        rows += [
            ("waiting for the kernel", f"{waited:.0f}", "", "", ""),
            (CLIENT, *[f"{client['cpu']:.0f}"] * 2, "", ""),
        ]
    for step, times in steps.items():
        mine = handout.pop(step, None)
        rows.append((step, *_wall_cpu(times), *(_wall_cpu(mine) if mine else ("", ""))))
    rows += [(step, "", "", *_wall_cpu(times)) for step, times in handout.items()]
    rows.append(
        (
            "together",
            f"{f['notebook']['wall']:.0f}",
            f"{f['machine_cpu_a_notebook']:.0f}",
            f"{f['handout']['wall']:.0f}",
            "",
        )
    )
    cells = ", ".join(
        f"{name} {milliseconds:.0f}"
        for name, milliseconds in kernel["cells_cpu_by_notebook"].items()
    )
    head = ("milliseconds", "notebook, wall", "notebook, CPU", "handout, wall", "handout, CPU")
    return (
        table(head, rows)
        + f"\n\nAverages over {f['teams']} teams in one process that had made another team’s papers before. The "
        "kernel’s start and its cells pass while papermill waits; what it waits longer than those take is idle. "
        "“Together” is, for CPU, what all processors of the machine worked; what the rows do not add up to is the "
        f"kernel’s birth and end. The cells’ work by notebook, in milliseconds of CPU: {cells}."
    )


DETAILS = {
    "a": _against_loop,
    "b": _kernels,
    "c": _change,
    "d": _teams,
    "e": _cluster,
    "f": _breakdown,
}


def _both(values: Figures) -> tuple[str, str]:
    return f"{values['median']:.2f}", _range(values, 2)


def _range(values: Figures, digits: int) -> str:
    return f"{values['least']:.{digits}f} to {values['most']:.{digits}f}"


def _wall_cpu(times: Figures) -> tuple[str, str]:
    return f"{times['wall']:.0f}", f"{times['cpu']:.0f}"


def table(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> str:
    """A Markdown table; columns of figures stand to the right."""
    rows = [tuple(map(str, row)) for row in rows]
    return "\n".join(_lines(head, rows))


def _lines(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    columns = list(zip(*rows, strict=True))
    right = [
        any(column) and all(re.match(r"-?\d|$", cell) for cell in column) for column in columns
    ]
    yield "| " + " | ".join("--:" if number else "---" for number in right) + " |"
    for row in rows:
        yield f"| {' | '.join(row)} |"
