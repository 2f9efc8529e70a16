"""Writes into `facilitator/*.md` what comes from the curriculum and from the half day's agenda.

    python tools/write_guide.py            writes what stands between the two comments
    python tools/write_guide.py --count    pages of the book, words of each chapter

`tests/test_guide.py` fails when the files are not what this writes.
"""

from __future__ import annotations

import datetime
import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from workshop_kit.agenda import HOW, Plan, replan
from workshop_kit.content import kit_folder, load_curriculum, read_agenda
from workshop_kit.curriculum import Activity, Agenda, Block, Charter
from workshop_kit.guide.chapters import CHAPTERS, EXCERPT, guide_chapters
from workshop_kit.whole_file import write_whole

DROP = "what-to-drop"
LATE = (5, 10, 20, 40)
ORDINALS = ("first", "second", "third", "fourth")
GROUPING = {"talk": "talk", "alone": "alone", "pair": "pairs", "three": "threes", "room": "room"}
_SIGNS = re.compile(r"([\\`*_\[\]<>|~$#])")


def main(arguments: Sequence[str]) -> None:
    """Writes the files, or counts."""
    if arguments == ["--count"]:
        count()
        return
    for name in CHAPTERS:
        path = kit_folder("facilitator") / f"{name}.md"
        before = path.read_text(encoding="utf-8")
        after = filled(name, before)
        if after != before:
            write_whole(path, after.encode())
            print(f"Wrote {path.name}")


def filled(name: str, source: str) -> str:
    """The page with its excerpts as the curriculum and the agenda have them now."""

    def one(found: re.Match[str]) -> str:
        note = f"<!-- from the {found[1]}: do not edit; tools/write_guide.py -->"
        return f"{note}\n\n{excerpt(found[1], name)}\n\n<!-- to here -->\n"

    return EXCERPT.sub(one, source)


def excerpt(source: str, name: str) -> str:
    """What the page of that name takes from the "curriculum", the "agenda" or the "charter"."""
    if source == "charter":
        return charter_words(load_curriculum().charter)
    if source == "curriculum":
        return activity_words(load_curriculum().activity(name))
    agenda = half_day()
    return drop_words(agenda) if name == DROP else blocks_words(agenda, name)


def half_day() -> Agenda:
    """The agenda that the guide is written for."""
    agenda, problems = read_agenda("half-day")
    if agenda is None:
        raise SystemExit(f"The half day can't be read: {problems}")
    return agenda


def plain(text: str) -> str:
    """The words in one line, with no sign of Markdown left in them."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))


def listed(items: Iterable[str]) -> str:
    return "\n".join(f"- {plain(item)}" for item in items)


def quote(text: str) -> str:
    return "\n>\n".join(f"> {plain(part)}" for part in text.strip().split("\n\n"))


def rows(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    lines = [head, [":---"] * len(head), *body]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


# ---- from the curriculum -----------------------------------------------------------------------


def activity_words(activity: Activity) -> str:
    """The activity in the shape that every activity has."""
    variants, later = activity.variants, activity.follow_up
    phases = [(plain(p.name), GROUPING[p.grouping], str(p.minutes)) for p in activity.phases]
    total = ("**Together**", "", f"**{activity.minutes}**")
    return "\n\n".join(
        [
            f"**Purpose.** {plain(activity.purpose)}",
            f"### What they leave with\n\n{listed(activity.leave_with)}",
            f"### Out of scope\n\n{listed(activity.out_of_scope)}",
            "### Minutes\n\n" + rows(("Phase", "How", "Minutes"), [*phases, total]),
            f"### Materials\n\n{listed(activity.materials)}",
            f"### The invitation, word for word\n\n{quote(activity.invitation)}",
            "### Step by step",
            *steps_words(activity),
            f"### What it looks like when it works\n\n{plain(activity.works_when)}",
            "### Debrief",
            f"- **What happened?** {plain(activity.debrief.what_happened)}\n"
            f"- **What does it mean?** {plain(activity.debrief.what_it_means)}\n"
            f"- **What next?** {plain(activity.debrief.what_next)}",
            "### Variants",
            f"**Online.** {plain(variants.online)}",
            f"**6 people.** {plain(variants.six_people)}",
            f"**40 people.** {plain(variants.forty_people)}",
            f"**60 minutes.** {plain(variants.sixty_minutes)}",
            f"### Traps\n\n{listed(activity.traps)}",
            f"### How to sit out\n\n{plain(activity.sit_out)}",
            "### After 30, 60 and 90 days",
            f"**30 days.** {plain(later.days_30)}",
            f"**60 days.** {plain(later.days_60)}",
            f"**90 days.** {plain(later.days_90)}",
        ]
    )


def steps_words(activity: Activity) -> Iterable[str]:
    """Each step with the minutes at which it begins and ends, and what only the facilitator says."""
    begins = 0
    for number, step in enumerate(activity.steps, 1):
        ends = begins + step.minutes
        yield f"**{number} · minutes {begins} to {ends}.** {plain(step.do)}"
        told = (("Say", step.say), ("Ask", step.ask), ("Watch for", step.watch_for))
        yield "\n".join(f"- **{name}.** {plain(text)}" for name, text in told if text)
        begins = ends


def charter_words(charter: Charter) -> str:
    promises = "\n".join(f"{n}. {plain(text)}" for n, text in enumerate(charter.promises, 1))
    opening, closing = plain(charter.invitation), plain(charter.closing)
    return f"## {plain(charter.title)}\n\n{opening}\n\n{promises}\n\n{closing}"


# ---- from the agenda ---------------------------------------------------------------------------


def blocks_words(agenda: Agenda, activity: str) -> str:
    """The activity's blocks in the half day, with minutes, and which of them go first."""
    mine = [block for block in agenda.blocks if block.activity == activity]
    full = load_curriculum().activity(activity).minutes
    head = ("Block", "How", "Minutes", "At least", "If late")
    body = [
        (plain(b.title), HOW[b.mode].lower(), str(b.target), str(b.min), given_up(b)) for b in mine
    ]
    minutes = sum(block.target for block in mine)
    lead = f"{minutes} minutes of the half day. The full activity takes {full}."
    return f"{lead}\n\n{rows(head, body)}"


def given_up(block: Block) -> str:
    return f"dropped as number {block.cut}" if block.cut else "never dropped"


def drop_words(agenda: Agenda) -> str:
    """The cut order, and what a plan gives up by minutes late, from three moments of the day on."""
    cuts = sorted((b for b in agenda.blocks if b.cut), key=lambda b: b.cut or 0)
    order = rows(
        ("Dropped as", "Block", "Minutes", "At least"),
        [(f"number {b.cut}", plain(b.title), str(b.target), str(b.min)) for b in cuts],
    )
    blocks = agenda.blocks
    moments = [("Late at the beginning", 0)]
    for which, block in zip(ORDINALS, (b for b in blocks if b.mode == "break"), strict=False):
        moments.append((f"Late after the {which} break", blocks.index(block) + 1))
    told = [f"### {title}\n\n{late_words(blocks[first:])}" for title, first in moments]
    return "\n\n".join([order, *told])


def late_words(blocks: Sequence[Block]) -> str:
    """What is given up for each number of minutes late, as `agenda.replan` answers it."""
    whole = sum(block.target + block.spare for block in blocks)
    end = datetime.datetime(2027, 1, 1, 12, tzinfo=datetime.UTC)
    lines = []
    for late in LATE:
        plan = replan(blocks, end - datetime.timedelta(minutes=whole - late), end)
        lines.append(f"- **{late} minutes.** {plan_words(plan)}")
    return "\n".join(lines)


def plan_words(plan: Plan) -> str:
    spare = sum(step.spare for step in plan.steps)
    told = [f"{spare} spare minutes are left." if spare else "No spare minutes are left."]
    shorter = [s for s in plan.steps if s.change == "shorter"]
    if shorter:
        to = ", ".join(f"“{plain(s.block.title)}” to {s.minutes}" for s in shorter)
        told.append(f"Shortened: {to}.")
    dropped = [f"“{plain(s.block.title)}”" for s in plan.steps if s.change == "dropped"]
    if dropped:
        told.append(f"Dropped: {', '.join(dropped)}.")
    if plan.over:
        told.append(f"The day still ends {plan.over} minutes late: say so at once.")
    return " ".join(told)


# ---- figures -----------------------------------------------------------------------------------


def count() -> None:
    """Prints the pages of the book, and the words: all of them, and those written by hand."""
    import pypdf

    from workshop_kit.checks import load_event
    from workshop_kit.guide import write_guide

    every = by_hand = 0
    for chapter in guide_chapters():
        words, own = (
            len(re.findall(r"\w[\w’-]*", t)) for t in (chapter.markdown, chapter.own_words)
        )
        every, by_hand = every + words, by_hand + own
        print(f"{words:6} words, {own:5} by hand  {chapter.name}")
    with tempfile.TemporaryDirectory() as name:
        files, _ = write_guide(load_event(kit_folder("data") / "sample-offsite"), Path(name))
        pages = len(pypdf.PdfReader(files[0]).pages)
    print(f"{every:6} words, {by_hand:5} by hand  in all, on {pages} pages of A4")


if __name__ == "__main__":
    main(sys.argv[1:])
