"""What a workshop notebook calls: one team's pages, each a chart or a `Twin`.

    book = Workbook(event_dir, team)
    book.opening("ladder-rewriting")

Only this team's row and ladder are read into it. Facilitator's text (say, ask, watch for) is not
to be had from here: what a leader's notebook can't reach, it can't print.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import altair as alt
import pandas as pd

from workshop_kit import charts, tagging
from workshop_kit.checks import load_team
from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import Card, Dimension, Stage
from workshop_kit.forms import (
    Twin,
    bullets,
    checkboxes,
    div,
    lines,
    literal,
    table,
    worksheet,
)
from workshop_kit.ladder import Statement

TARGETS = ("specification", "validation", "orchestration", "judgment")
REWRITES_AT_MOST = 10
GROUPINGS = {
    "alone": "alone",
    "pair": "in pairs",
    "three": "in threes",
    "room": "in the room",
    "talk": "listening",
}


class Workbook:
    """One team's pages. Raises InputError, in words for people, when the event folder is not right."""

    def __init__(self, event_dir: str | Path, team: str) -> None:
        self.event, self.team, self.ladder = load_team(Path(event_dir), team)
        self.curriculum = load_curriculum()
        self._tags = {
            id(statement): tagging.tag(statement.text, statement.heading)
            for statement in self.ladder.statements
        }

    # ---- every activity ----

    def heading(self) -> Twin:
        """Whose pages these are; on paper the page itself says so."""
        event = self.event
        told = [f"**{literal(self.team.name)}**", literal(self.team.leader), literal(event.name)]
        told.append(written_date(event.date))
        return Twin(" · ".join(told), "*Fictional data.*" if event.fictional else "")

    def lines(self, count: int) -> Twin:
        """Room to write."""
        return Twin(lines(count))

    def opening(self, slug: str) -> Twin:
        """What the activity is for, what one leaves with, what it is not about, and its minutes."""
        activity = self.curriculum.activity(slug)
        phases = ", ".join(
            f"{phase.minutes} min {GROUPINGS[phase.grouping]}" for phase in activity.phases
        )
        return Twin(
            literal(activity.purpose),
            div(
                "aside",
                f"**You will leave with**\n\n{bullets(activity.leave_with)}",
                f"**Not today**\n\n{bullets(activity.out_of_scope)}",
            ),
            div("small", literal(f"{activity.minutes} minutes: {phases}. {activity.sit_out}")),
        )

    def steps(self, slug: str) -> Twin:
        """The numbered steps, with their minutes."""
        steps = self.curriculum.activity(slug).steps
        return Twin(
            "\n".join(
                f"{number}. {literal(step.do)} *({step.minutes} min)*"
                for number, step in enumerate(steps, 1)
            )
        )

    def debrief(self, slug: str) -> Twin:
        """The three debrief questions, with room for an answer to each."""
        debrief = self.curriculum.activity(slug).debrief
        questions = (debrief.what_happened, debrief.what_it_means, debrief.what_next)
        return Twin(*(div("together", f"**{literal(q)}**", lines(2)) for q in questions))

    def commitments(self) -> Twin:
        """What will be done 30, 60 and 90 days after the event, with the dates and room to write."""
        return Twin(
            *(
                div("together", f"**By {self._days_after(days)}** ({days} days)", lines(2))
                for days in (30, 60, 90)
            )
        )

    def _days_after(self, days: int) -> str:
        return written_date(self.event.date + datetime.timedelta(days=days))

    def charter(self) -> Twin:
        """The page that is read out first."""
        charter = self.curriculum.charter
        return Twin(
            literal(charter.invitation),
            div("aside", bullets(charter.promises)),
            literal(charter.closing),
            div("newpage", ""),
        )

    # ---- ladder-rewriting ----

    def ladder_facts(self) -> Twin:
        """What was read of the team's ladder, in a sentence, with what was left out."""
        ladder, tags = self.ladder, self._tags
        coding = sum(tag.dimension == "implementation" for tag in tags.values())
        told = (
            f"{ladder.name}: {len(ladder.levels)} levels, {len(ladder.statements)} statements. "
            f"Going by their words, {coding} of them pay for writing code."
        )
        skipped = ""
        if ladder.skipped:
            count = len(ladder.skipped)
            skipped = f"Lines of the file that are not statements, such as notes: {count}."
        return Twin(f"**{literal(told)}**", div("small", literal(skipped)) if skipped else "")

    def ladder_balance(self) -> alt.Chart:
        """The chart of what each level rewards."""
        return charts.ladder_balance(self.balance())

    def balance(self) -> pd.DataFrame:
        """A row for each level and dimension: `level`, `dimension` (a slug), `statements` (a count)."""
        rows = [
            (level, dimension, count)
            for level in self.ladder.levels
            for dimension, count in self._counts(self.ladder.at(level)).items()
        ]
        return pd.DataFrame(rows, columns=["level", "dimension", "statements"])

    def _counts(self, statements: Sequence[Statement]) -> dict[str, int]:
        found = Counter(self._tags[id(statement)].dimension for statement in statements)
        return {d.slug: found[d.slug] for d in self.curriculum.dimensions}

    def statements(self) -> Twin:
        """Every statement, by level, with what it seems to reward and the words that decided."""
        parts = []
        for level in self.ladder.levels:
            rows = []
            for statement in self.ladder.at(level):
                tag = self._tags[id(statement)]
                why = ", ".join(tag.phrases)
                rows.append(
                    (_told(statement), self._name(tag.dimension), why or "no telling words")
                )
            parts += [
                f"### {literal(level)}",
                table(("Statement", "Seems to pay for", "Because of"), rows),
            ]
        return Twin(*parts)

    def rewrites(self) -> Twin:
        """The statements that pay for writing code, senior levels first, each with room to rewrite it."""
        anchored: dict[str, list[Statement]] = {}
        for level in reversed(self.ladder.levels):
            for statement in self.ladder.at(level):
                if self._tags[id(statement)].dimension == "implementation":
                    anchored.setdefault(_told(statement), []).append(statement)
        if not anchored:
            return Twin(
                "No statement of this ladder was read as paying for code. Where do you read it "
                "differently? Take two of those.",
                lines(8),
            )
        shown = [self._rewrite(same) for same in list(anchored.values())[:REWRITES_AT_MOST]]
        more = len(anchored) - REWRITES_AT_MOST
        if more > 0:
            rest = f"{more} more pay for code; they are in the tables above. "
            shown.append(
                div("small", literal(rest + "Ten are more than one session rewrites well."))
            )
        return Twin(*shown)

    def _rewrite(self, same: Sequence[Statement]) -> str:
        """Room to rewrite a statement that stands, word for word, at one level or at several."""
        levels = " and ".join(statement.level for statement in same)
        because = ", ".join(self._tags[id(same[0])].phrases)
        return div(
            "together",
            div("statement", f"**{literal(_told(same[0]))}**"),
            div("small", literal(f"{levels}. Read as paying for code because of: {because}.")),
            lines(2, "What was good in it, and stays"),
            lines(3, "Rewritten: what would you see somebody do?"),
        )

    def rewriting_questions(self) -> Twin:
        """The four dimensions to rewrite towards: what each rewards, what to ask, one example."""
        return Twin(*(_dimension_card(d) for d in self.curriculum.dimensions if d.slug in TARGETS))

    def _name(self, slug: str) -> str:
        return next(d.name for d in self.curriculum.dimensions if d.slug == slug)

    # ---- stage-mapping ----

    def stages(self) -> Twin:
        """The five stages, a page each: what one sees, what is at stake, what helps."""
        first, *others = (_stage_page(stage) for stage in self.curriculum.stages)
        return Twin(first, *(div("newpage", page) for page in others))

    def self_map(self) -> Twin:
        """Every signal with a box to tick for oneself, and room for evidence on both sides."""
        parts = []
        for stage in self.curriculum.stages:
            parts.append(
                div(
                    "together",
                    f"### {literal(stage.name)}",
                    checkboxes(s.text for s in stage.signals),
                )
            )
        return Twin(
            *parts,
            div("together", lines(3, "Where I saw this in my own work this month, with a date")),
            div("together", lines(3, "What speaks against it, or explains it another way")),
            div("newpage", ""),
        )

    def mapping_sheet(self) -> Twin:
        """A sheet with a row for each person, under a code, as many as the team has."""
        columns = (
            ("Code", 2),
            ("Signals seen, and when", 7),
            ("What speaks against", 5),
            ("Another explanation", 5),
            ("How sure", 3),
        )
        return Twin(worksheet(columns, [f"P{n}" for n in range(1, self.team.size + 1)], height=17))

    def clusters(self) -> Twin:
        """A sheet for the team's picture: for each stage whose signals were seen, the move chosen."""
        columns = (("Signals of", 3), ("Codes", 3), ("The move I choose", 7), ("By", 2))
        rows = [
            *(stage.name for stage in self.curriculum.stages),
            "Mixed or moving",
            "Not enough evidence",
        ]
        return Twin(worksheet(columns, rows, height=16))

    def moves(self) -> Twin:
        """The support moves on offer, by stage."""
        return Twin(
            *(
                div(
                    "together",
                    f"### {literal(stage.name)}",
                    checkboxes(m.text for m in stage.moves),
                )
                for stage in self.curriculum.stages
            )
        )

    # ---- naming-the-transition ----

    def announcement(self) -> Twin:
        """The announcement to complete, part by part."""
        return Twin(
            *(
                div(
                    "together",
                    f"**{literal(part.prompt)}**",
                    f"*{literal(part.starter)}* …",
                    lines(part.lines),
                )
                for part in self.curriculum.announcement.parts
            )
        )

    def announcement_example(self) -> Twin:
        """One leader's announcement, whole, to compare with after one's own."""
        announcement = self.curriculum.announcement
        return Twin(
            div("small", literal(announcement.context)),
            div("aside", *(literal(part.example) for part in announcement.parts)),
        )

    def conversation_cards(self) -> Twin:
        """One conversation card for each stage, each on a page of its own."""
        names = {stage.slug: stage.name for stage in self.curriculum.stages}
        return Twin(
            *(div("newpage", _card(card, names[card.stage])) for card in self.curriculum.cards)
        )

    def identity(self) -> Twin:
        """Room for the one sentence that says what one does, tied to impact."""
        return Twin(div("card", "**I …**", lines(3)))


def written_date(date: datetime.date) -> str:
    """The date in words, such as 18 March 2027."""
    return f"{date.day} {date:%B %Y}"


def _told(statement: Statement) -> str:
    return f"{statement.heading}: {statement.text}" if statement.heading else statement.text


def _dimension_card(dimension: Dimension) -> str:
    return div(
        "card",
        f"### {literal(dimension.name)}",
        literal(dimension.rewards),
        bullets(dimension.asks),
        div("small", f"**For example.** {literal(dimension.example)}"),
    )


def _stage_page(stage: Stage) -> str:
    return "\n\n".join(
        [
            f"### {literal(stage.name)}",
            literal(stage.summary),
            div(
                "together", "**What you might see or hear**", bullets(s.text for s in stage.signals)
            ),
            f"**What may be at stake for the person.** {literal(stage.protecting)}",
            div("aside", f"**Looks like it, and is not.** {literal(stage.objection)}"),
            div("together", "**What helps**", bullets(stage.helps)),
            div("together", "**What backfires**", bullets(stage.backfires)),
            f"**When to leave it alone.** {literal(stage.leave_alone)}",
        ]
    )


def _card(card: Card, stage: str) -> str:
    avoid = "\n".join(f"- “{literal(a.say)}” {literal(a.why)}" for a in card.avoid)
    return "\n\n".join(
        [
            f"### {literal(card.title)}",
            div(
                "small",
                literal(
                    f"When you see signals of {stage}. Never say the stage's name to the person."
                ),
            ),
            f"*{literal(card.scene)}*",
            div("aside", f"**Your first words**\n\n{literal(card.opening)}"),
            f"**Listen for**\n\n{bullets(card.listen_for)}",
            f"**Ask**\n\n{bullets(card.ask)}",
            f"**Leave out**\n\n{avoid}",
            f"**A next step to offer.** {literal(card.next_step)}",
            f"**Take away.** {literal(card.take_away)}",
            lines(5, "In your own words, for one real person (under a code), with a date"),
        ]
    )
