"""What the slides of an event say, in the order of its own agenda."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from workshop_kit.agenda import Row, begins, timetable
from workshop_kit.checks import load_event
from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import Activity, Session, Step
from workshop_kit.event import written_date
from workshop_kit.forms import bullets, literal, table
from workshop_kit.slides.notes import block_notes, invitation_notes
from workshop_kit.slides.shown import Slide, Slides

HOW = {
    "talk": "Together",
    "alone": "Alone",
    "pair": "In pairs",
    "three": "In threes",
    "room": "Together",
    "break": "",
}
CHARTER = "charter"  # the id of the block in which it is read out
MAPPING = "stage-mapping"  # the activity that nobody begins before the charter was read
PROMISES_A_SLIDE = 4
LINES_A_SLIDE = 11
SAID_AT_MOST = 260  # characters of what a block begins with


class Deck:
    """The slides of an event, after its own agenda."""

    def __init__(self, event_dir: str | Path) -> None:
        folder = load_event(Path(event_dir))
        self.event, self._agenda = folder.event, folder.agenda
        self.rows = timetable(folder.agenda, folder.event)
        self.curriculum = load_curriculum()

    def title(self) -> Slides:
        """The slide that stands there while people come in, with the words that the day begins with."""
        start = self.rows[0].start
        body = f"{literal(written_date(start.date()))}\n\n{literal(f'We begin at {start:%H:%M}.')}"
        first = self.rows[0]
        notes = block_notes(first) if self._is_welcome(first) else ""
        return Slides([Slide("title", self.event.name, body, notes)])

    def agenda(self) -> Slides:
        """The order of the first session (of the whole day, where there is only one)."""
        return Slides(self._plan(self._agenda.sessions[0]))

    def day(self) -> Slides:
        """Everything from the first block to the last, session by session."""
        slides: list[Slide] = []
        opened: set[str] = set()
        for number, session in enumerate(self._agenda.sessions):
            if number:
                slides += [self._session(session), *self._plan(session)]
            for row in self.rows:
                if row.session is session:
                    slides += self._block(row, opened)
        return Slides(slides)

    def charter(self, notes: str = "") -> Slides:
        """What may be done with what is written, in full: it is read out, and stands on paper too."""
        charter = self.curriculum.charter
        told = "\n\n".join(
            [
                notes or f"*Say.* {literal(charter.invitation)}",
                "*Read out* every promise, slowly.",
                f"*Then say.* {literal(charter.closing)}",
            ]
        )
        slides = []
        for start in range(0, len(charter.promises), PROMISES_A_SLIDE):
            part = charter.promises[start : start + PROMISES_A_SLIDE]
            listed = "\n".join(f"{start + n}. {literal(text)}" for n, text in enumerate(part, 1))
            title = f"{charter.title}, continued" if start else charter.title
            slides.append(Slide("charter", title, listed, told, below=bool(start)))
        return Slides(slides)

    def stages(self) -> Slides:
        """The five stages, each with what it looks like, and where the idea comes from."""
        listed = "\n".join(
            f"- **{literal(stage.name)}.** {literal(_first_sentence(stage.summary))}"
            for stage in self.curriculum.stages
        )
        source = "One practitioner’s observation. We know of no research that tests it."
        told = (
            "*Say.* People move between these, skip some, go back, and are in different ones for"
            " different work. They are no scale, and nobody is behind. If the words do not fit"
            " somebody, leave them out of the map. “Not enough evidence” is always an answer."
        )
        return Slides([Slide("stages", "Five stages", f"{listed}\n\n{literal(source)}", told)])

    def invitation(self, slug: str) -> Slides:
        """How an activity opens: the question that it is about, its minutes, and who with whom."""
        rows = [row for row in self.rows if row.block.activity == slug]
        return Slides([self._opening(self.curriculum.activity(slug), rows)])

    def closing(self) -> Slides:
        """What becomes of what was written, and where the papers go."""
        privacy = self.event.privacy
        listed = bullets(
            [
                "Take your papers and your key to the codes with you.",
                f"What you entered is to be removed by {written_date(self.event.expires)}."
                " Ask the facilitator whether it is done.",
                "The sponsor sees totals only, over at least"
                f" {privacy.people} people in at least {privacy.teams} teams.",
            ]
        )
        told = (
            "End on the minute. Collect what was left on the tables and hand it back in person. Put"
            f" {literal(written_date(self.event.expires))} into your own calendar: the kit removes"
            " nothing by itself."
        )
        return Slides([Slide("end", "Before you go", listed, told)])

    # ---- parts of the day ----------------------------------------------------------------------

    def _session(self, session: Session) -> Slide:
        start = begins(session, self.event)
        when = f"{written_date(start.date())}, {start:%H:%M}"
        return Slide("session", session.title, literal(when))

    def _plan(self, session: Session) -> list[Slide]:
        """The order of a session: an activity is one line, however many blocks it has."""
        rows = [row for row in self.rows if row.session is session]
        lines = []
        for _, stretch in groupby(rows, key=lambda row: row.block.activity or row.block.id):
            first = next(stretch)
            slug = first.block.activity
            told = self.curriculum.activity(slug).title if slug else first.block.title
            lines.append((f"{first.start:%H:%M}", told))
        title = f"{session.title}, until {rows[-1].end:%H:%M}"
        slides = -(-len(lines) // LINES_A_SLIDE)
        share = -(-len(lines) // slides)
        return [
            Slide(
                "plan",
                f"{title}, continued" if start else title,
                table(["From", "What"], lines[start : start + share]),
                "The times are those of the plan. If you are late, say the new ones.",
                below=bool(start),
            )
            for start in range(0, len(lines), share)
        ]

    def _block(self, row: Row, opened: set[str]) -> Iterator[Slide]:
        """The slides of a block, after those that open its activity where it is not in `opened`."""
        slug, talk = row.block.activity, row.block.mode == "talk"
        opens = slug is not None and slug not in opened
        if slug is not None and opens:
            opened.add(slug)
            yield from self.invitation(slug)
            if slug == MAPPING and not any(one.block.id == CHARTER for one in self.rows):
                yield from [*self.charter(), *self.stages()]
        if row.block.id == CHARTER:
            yield from [*self.charter(block_notes(row)), *self.stages()]
        elif row.block.mode == "break":
            yield self._break(row)
        elif not (talk and opens) and not self._is_welcome(row):
            # Otherwise it is said over the slide that is there already, and stands in its notes.
            yield self._work(row)

    def _opening(self, activity: Activity, rows: Sequence[Row]) -> Slide:
        question = _first_sentence(activity.debrief.what_it_means)
        minutes = sum(row.block.target for row in rows) or activity.minutes
        ways = dict.fromkeys(HOW[row.block.mode] for row in rows if row.block.mode != "talk")
        how = ", then ".join(way if n == 0 else way.lower() for n, way in enumerate(ways))
        # A single block says on its own slide how it goes.
        told = _told(how, f"{minutes} minutes") if len(rows) > 1 else ""
        body = f"**{literal(question)}**\n\n{told}"
        said = invitation_notes(activity, minutes)
        if rows and rows[0].block.mode == "talk" and rows[0].block.id != CHARTER:
            said = f"{said}\n\n{block_notes(rows[0], self._steps(rows[0]))}"
        return Slide("opening", activity.title, body, said)

    def _work(self, row: Row) -> Slide:
        block = row.block
        spoken = "" if block.mode == "talk" else _shortened(block.say)
        body = f"**{_told(HOW[block.mode], f'{block.target} minutes')}**\n\n{literal(spoken)}"
        return Slide("work", block.title, body, block_notes(row, self._steps(row)))

    def _break(self, row: Row) -> Slide:
        after = [later.start for later in self.rows if later.session is row.session]
        back = min((start for start in after if start > row.start), default=row.end)
        told = "If you are late, say the new time aloud: the slide shows that of the plan."
        return Slide("break", row.block.title, f"**{literal(f'Back at {back:%H:%M}')}**", told)

    # ---- what belongs to a block ---------------------------------------------------------------

    def _is_welcome(self, row: Row) -> bool:
        return row is self.rows[0] and row.block.activity is None and row.block.mode == "talk"

    def _steps(self, row: Row) -> tuple[Step, ...]:
        """The steps of the activity that the block is about, as far as its title tells."""
        if row.block.activity is None:
            return ()
        activity = self.curriculum.activity(row.block.activity)
        start = 0
        for phase in activity.phases:
            if phase.name.casefold() in row.block.title.casefold():
                return tuple(_steps_between(activity.steps, start, start + phase.minutes))
            start += phase.minutes
        return ()


def _steps_between(steps: Iterable[Step], start: int, end: int) -> Iterator[Step]:
    """The steps whose minutes lie there: phases and steps of an activity add up to the same sum."""
    at = 0
    for step in steps:
        if start <= at < end:
            yield step
        at += step.minutes


def _told(*parts: str) -> str:
    """A line of a few facts."""
    return " · ".join(literal(part) for part in parts if part)


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!…])(?<!\b\w\.)\s+(?=[A-Z“‘(])", " ".join(text.split()))


def _first_sentence(text: str) -> str:
    return _sentences(text)[0]


def _shortened(text: str) -> str:
    """As many whole sentences as a slide has room for; of a single long one, all of it."""
    first, *others = _sentences(text)
    for sentence in others:
        if len(first) + len(sentence) >= SAID_AT_MOST:
            break
        first = f"{first} {sentence}"
    return first
