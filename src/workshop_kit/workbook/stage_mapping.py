"""The pages of `stage-mapping`: the stages, what was seen for each code, the team's picture, moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop_kit.answer_words import find_question
from workshop_kit.curriculum import ChoiceQuestion, PeopleQuestion, Stage
from workshop_kit.event import written_date
from workshop_kit.forms import Twin, bullets, checkboxes, div, literal
from workshop_kit.stage_map import Placement, picture, placements, uncertainty
from workshop_kit.workbook.pages import Pages

if TYPE_CHECKING:
    import altair as alt

    from workshop_kit.forms import AnswerForm
    from workshop_kit.workbook.pages import Chart

SLUG = "stage-mapping"


class StageMapping(Pages):
    """A team's pages for `stage-mapping`."""

    def stages(self) -> Twin:
        """The five stages, a page each: what one sees, what is at stake, what helps."""
        first, *others = (_stage_page(stage) for stage in self.curriculum.stages)
        return Twin(first, *(div("newpage", page) for page in others))

    def person_summary(self) -> AnswerForm:
        """What was given for each code, in words, with what makes it uncertain; never a label."""
        return self._live(SLUG, self._summary_page)

    def _summary_page(self) -> Twin:
        people = self._people()
        if not people:
            return Twin("Nobody is on your map yet. That is a place to stop, too.")
        return Twin(*(div("together", self._told(person)) for person in people))

    def _told(self, person: Placement) -> str:
        seen = len(person.sights)
        days = [written_date(day) for day in person.days]
        when = f"{days[0]} to {days[-1]}" if len(days) > 1 else "".join(days) or "no day given"
        told = [f"**{literal(person.code)}**"]
        if seen:
            plural = "" if seen == 1 else "s"
            told.append(literal(f"You saw {seen} signal{plural} ({when}):"))
            told.append(bullets(sight.text for sight in person.sights))
        wrote = [
            self._option("evidence", person.evidence),
            self._option("confidence", person.confidence),
        ]
        told.append("You wrote: " + " ".join(f"“{literal(words)}”" for words in wrote if words))
        if person.counter:
            told.append(f"What speaks against it: {literal(person.counter)}")
        if person.explanation:
            told.append(f"Another explanation: {literal(person.explanation)}")
        told.append(f"**How far this goes.** {literal(uncertainty(person))}")
        if person.next_look:
            told.append(f"To see next: {literal(person.next_look)}")
        return "\n\n".join(told)

    def _option(self, field: str, chosen: str) -> str:
        """The words of an option of a field of the people's table; the default where none is chosen."""
        question = {f.id: f for f in self._people_question().fields}[field]
        assert isinstance(question, ChoiceQuestion)
        texts = {option.id: option.text for option in question.options}
        return texts.get(chosen or question.default or "", "")

    def _people(self) -> tuple[Placement, ...]:
        values = self._keeping(SLUG).values
        return placements(self._people_question(), values, self.curriculum)

    def _people_question(self) -> PeopleQuestion:
        question = find_question(self.curriculum.activity(SLUG), "people")
        assert isinstance(question, PeopleQuestion)
        return question

    def team_picture(self) -> AnswerForm | Chart:
        """The chart of how many people show signals of which kind, redrawn as the map grows."""
        return self._live_chart(SLUG, self._picture)

    def _picture(self) -> alt.LayerChart:
        from workshop_kit import charts

        return charts.team_picture(picture(self._people(), self.team.size, self.curriculum))

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
