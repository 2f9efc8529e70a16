"""What the pages of every activity share: whose they are, what for, the steps, the forms."""

from __future__ import annotations

import datetime
import html
import os
from collections.abc import Callable, Iterable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop_kit.checks import load_ladder, load_row
from workshop_kit.content import load_curriculum
from workshop_kit.curriculum import Activity, Alone, AloneStep, Step
from workshop_kit.errors import StoreError
from workshop_kit.event import written_date
from workshop_kit.expiry import refuse_expired
from workshop_kit.forms import (
    Keeping,
    Twin,
    bullets,
    div,
    lines,
    literal,
    printed_examples,
    printed_form,
    printed_result,
    questions_of,
)
from workshop_kit.forms.keeping import limits_of
from workshop_kit.ladder import Ladder
from workshop_kit.own_words import hints_of_form
from workshop_kit.store import open_store
from workshop_kit.variables import PARTICIPANT, is_rendering

if TYPE_CHECKING:
    import altair as alt

    from workshop_kit.forms import AnswerForm

    Chart = alt.Chart | alt.LayerChart | alt.FacetChart


GROUPINGS = {
    "alone": "alone",
    "pair": "in pairs",
    "three": "in threes",
    "room": "in the room",
    "talk": "listening",
}


class Pages:
    """One team's pages. Raises InputError, in words for people, when the event folder is not right.

    Only this team's answers are read and written, those of one participant: its leader, or whom the
    environment variable WORKSHOP_KIT_PARTICIPANT names.
    """

    def __init__(self, event_dir: str | Path, team: str) -> None:
        self.event_dir = Path(event_dir)
        self.event, self.team = load_row(self.event_dir, team)
        refuse_expired(self.event, datetime.date.today())  # also in a Jupyter that is not the kit's
        self.curriculum = load_curriculum()
        self.participant = os.environ.get(PARTICIPANT) or "leader"
        self._store = open_store(self.event_dir, self.event.database)
        self._keepings: dict[str, Keeping] = {}

    @cached_property
    def ladder(self) -> Ladder:
        """The team's ladder, read when it is asked for: most notebooks never do."""
        return load_ladder(self.event_dir, self.team)

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
        return Twin(numbered(self.curriculum.activity(slug).steps))

    def debrief(self, slug: str) -> Twin:
        """The three debrief questions, with room for an answer to each."""
        debrief = self.curriculum.activity(slug).debrief
        questions = (debrief.what_happened, debrief.what_it_means, debrief.what_next)
        return Twin(*(div("together", f"**{literal(q)}**", lines(2)) for q in questions))

    def exercise_opening(self, slug: str) -> Twin:
        """What the exercise is for, as one does it alone; what one leaves with; its minutes."""
        activity, alone = self._exercise(slug)
        private = (
            "What you enter is kept at every change, in the event's own file. It is confidential, "
            "not anonymous: whoever runs the event can open that file."
        )
        return Twin(
            literal(alone.purpose),
            div("aside", f"**You will leave with**\n\n{bullets(activity.leave_with)}"),
            div("small", literal(f"{alone.minutes} minutes, alone. {private}")),
        )

    def exercise_steps(self, slug: str) -> Twin:
        """The numbered steps of the exercise, with their minutes."""
        _, alone = self._exercise(slug)
        return Twin(numbered(alone.steps))

    def _exercise(self, slug: str) -> tuple[Activity, Alone]:
        activity = self.curriculum.activity(slug)
        assert activity.alone, f"{slug} has no exercise"
        return activity, activity.alone

    # ---- forms -------------------------------------------------------------------------------

    def form(self, slug: str, ident: str) -> AnswerForm:
        """A form of an activity or a look back, kept at every change; on paper what was answered, or room to answer."""
        from workshop_kit.forms import AnswerForm

        keeping = self._keeping(slug)
        forms = {form.id: form for form in self.curriculum.forms_of(slug)}
        form = forms[ident]
        before = forms[form.after] if form.after else None
        keys = tuple(question.id for question in before.questions) if before else None
        advised = any(q.kind == "text" and q.hints for q in form.questions)
        return AnswerForm(
            keeping,
            questions_of(form, self.event.date, self.curriculum.stages),
            lambda: printed_form(
                form,
                keeping.values,
                self.event.date,
                self.curriculum.stages,
                people=self.team.size,
            ),
            title=form.title,
            intro=form.intro,
            examples=printed_examples(form, self.event.date, self.curriculum.stages).html,
            after=keys,
            waits=f"This opens when you have answered something in “{before.title}”."
            if before
            else "",
            hints=partial(hints_of_form, form) if advised else None,
            scope=self._scope(slug),
        )

    def result(self, slug: str) -> AnswerForm:
        """What was decided, by itself, redrawn as answers come; on paper room where nothing was."""
        activity, keeping = self.curriculum.activity(slug), self._keeping(slug)

        def page(blank: str = "") -> Twin:
            day, stages = self.event.date, self.curriculum.stages
            return printed_result(activity, keeping.values, day, stages, blank=blank)

        return self._live(slug, page, shown=lambda: page("*Not answered yet.*"))

    def worked_examples(self, slug: str) -> Twin:
        """Somebody else's answers to every form, to compare with after one's own."""
        parts = []
        for form in self.curriculum.activity(slug).forms:
            examples = printed_examples(form, self.event.date, self.curriculum.stages)
            parts += [f"### {literal(form.title)}", examples.markdown]
        return Twin(*parts)

    def _live(
        self, slug: str, twin: Callable[[], Twin], shown: Callable[[], Twin] | None = None
    ) -> AnswerForm:
        """Something that is redrawn whenever an answer of the activity changes: `shown`, or the twin."""
        from workshop_kit.forms import AnswerForm

        on_screen = shown or twin
        return AnswerForm(self._keeping(slug), twin=twin, summary=lambda: on_screen().html())

    def _live_chart(self, slug: str, chart: Callable[[], Chart]) -> AnswerForm | Chart:
        """A chart that is redrawn whenever an answer of the activity changes; in print the chart."""
        if is_rendering():
            return chart()
        from workshop_kit.forms import AnswerForm

        return AnswerForm(self._keeping(slug), summary=lambda: drawn(chart().to_dict()), later=True)

    def _keeping(self, slug: str) -> Keeping:
        """The answers of one activity, shared by all its forms in this notebook."""
        if slug not in self._keepings:
            limits = limits_of(self.event.privacy)
            keeping = Keeping(self._store, self.participant, self.team.slug, slug, limits)
            if keeping.trouble and is_rendering():
                raise StoreError(keeping.trouble)  # a print without the answers would be a lie
            self._keepings[slug] = keeping
        return self._keepings[slug]

    def _scope(self, slug: str) -> str:
        return "/".join((self.event.name, self.team.slug, self.participant, slug))

    def charter(self) -> Twin:
        """The page that is read out first."""
        charter = self.curriculum.charter
        return Twin(
            literal(charter.invitation),
            div("aside", bullets(charter.promises)),
            literal(charter.closing),
            div("newpage", ""),
        )


def numbered(steps: Iterable[Step | AloneStep]) -> str:
    """The steps as a numbered list, with their minutes."""
    return "\n".join(
        f"{number}. {literal(step.do)} *({step.minutes} min)*"
        for number, step in enumerate(steps, 1)
    )


def drawn(spec: dict[str, Any]) -> str:
    """The chart as HTML, with its description for those who can't see it."""
    from workshop_kit.pictures import draw_chart

    told = html.escape(spec["description"], quote=True)
    svg = draw_chart(spec, "application/vnd.vegalite.v6+json")
    return f'<div role="img" aria-label="{told}">{svg}</div>'
