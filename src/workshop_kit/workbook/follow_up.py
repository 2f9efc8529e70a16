"""The pages after 30, 60 and 90 days: what became of it, what is asked now, what comes of the papers."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from pydantic import JsonValue

from workshop_kit.answer_words import asked_key
from workshop_kit.answers import Written
from workshop_kit.commitments import Standing, in_short, said_of, standing
from workshop_kit.curriculum import (
    Activity,
    CommitmentsQuestion,
    Days,
    LookBack,
    look_back_days,
    question_after,
)
from workshop_kit.errors import StoreError
from workshop_kit.event import written_date
from workshop_kit.forms import (
    Questions,
    Twin,
    bullets,
    div,
    is_answered,
    lines,
    literal,
    paragraphs,
)
from workshop_kit.variables import is_rendering
from workshop_kit.workbook import what_became
from workshop_kit.workbook.pages import Pages, numbered

if TYPE_CHECKING:
    from workshop_kit.forms import AnswerForm

ROOM = 6  # lines where no commitment is there


class FollowUp(Pages):
    """A team's pages after the event."""

    def look_back(self, days: Days) -> Twin:
        """What the look back is for, its steps with their minutes, and when it is due."""
        page = self._look_back(days)
        due = self._days.get(days)
        day = f"Its day is {written_date(due)}. " if due else ""
        return Twin(
            literal(page.purpose),
            numbered(page.steps),
            div("small", literal(f"{page.minutes} minutes, alone. {day}{self._kept_until}")),
        )

    def commitments(self, days: Days) -> AnswerForm | Twin:
        """What was to be done by now, each with what became of it; lines where nothing was said."""
        from workshop_kit.forms import AnswerForm

        page, afterwards = self._look_back(days), self.curriculum.afterwards
        every, trouble = self._standings(days)
        keeping = self._keeping(page.slug)
        due = [one for one in every if self._is_due(one, days)]
        answered = [
            one for one in every if said_of(one.promise, keeping.values.get(one.promise.key))
        ]
        due += [one for one in answered if one not in due]  # its day was put off after the answer
        gone = what_became.left_over(due, keeping.values)
        if not due and not gone and not trouble:
            return Twin(
                literal(afterwards.nothing_left if every else afterwards.nothing_said),
                "" if every else lines(ROOM),
            )
        choices, facts = self._choices(days), {one.promise.key: self._facts(one) for one in due}
        return AnswerForm(
            keeping,
            what_became.questions(due, afterwards, choices, facts),
            lambda: what_became.printed(due, afterwards, choices, facts, keeping.values),
            notices=[*gone, *trouble],
            scope=self._scope(page.slug),
        )

    def still_ahead(self, days: Days) -> Twin:
        """What has a later day and is not asked for yet; empty where there is nothing."""
        every, _ = self._standings(days)
        ahead = [one for one in every if one.is_open and not self._is_due(one, days)]
        told = [
            f"{in_short(one.promise.commitment.what)} ({written_date(one.by)})"
            for one in ahead
            if one.by
        ]
        return Twin(div("aside", "**Not due yet**", bullets(told))) if told else Twin()

    def asked_now(self, days: Days) -> AnswerForm:
        """What each activity asks after so many days, of those in which something was answered."""
        from workshop_kit.forms import AnswerForm

        page = self._look_back(days)
        keeping, asked = self._keeping(page.slug), self._activities_done()
        texts = {asked_key(one.slug): (one.title, question_after(one, days)) for one in asked}
        shown = tuple(
            {
                "kind": "text",
                "id": key,
                "prompt": title,
                "help": text,
                "words": None,
                "rows": 3,
                "starter": "",
            }
            for key, (title, text) in texts.items()
        )
        prompts = {key: title for key, (title, _) in texts.items()}

        def printed() -> Twin:
            values = keeping.values
            return Twin(
                *(
                    div(
                        "together",
                        f"**{literal(title)}.** {literal(text)}",
                        _written_or_lines(values.get(key)),
                    )
                    for key, (title, text) in texts.items()
                )
            )

        return AnswerForm(
            keeping,
            Questions(shown, dict.fromkeys(texts, _read_words), prompts),
            printed,
            scope=self._scope(page.slug),
        )

    def papers(self) -> Twin:
        """Until when the answers are kept, and what to do with what is on paper."""
        return Twin(
            div(
                "aside",
                literal(self._kept_until),
                bullets(
                    [
                        "Ask whoever runs your event to remove them by then, with"
                        " workshop-kit purge, and to tell you when it is done.",
                        "Destroy the printed maps and the key to the codes yourself. Nobody else"
                        " has them.",
                        "What you want to keep for yourself, copy out by hand: your own sentence,"
                        " your own commitments, nothing about other people.",
                    ]
                ),
            )
        )

    # ---- what it is made of --------------------------------------------------------------------

    def _look_back(self, days: Days) -> LookBack:
        return self.curriculum.afterwards.after(days)

    @property
    def _days(self) -> dict[Days, datetime.date]:
        return look_back_days(self.event.date, self.event.expires)

    @property
    def _kept_until(self) -> str:
        return f"What you enter is kept until {written_date(self.event.expires)}."

    def _standings(self, days: Days) -> tuple[tuple[Standing, ...], list[str]]:
        """This leader's commitments as they stood before this look back; and what is in the way."""
        try:
            latest = self._store.latest(team=self.team.slug, participant=self.participant)
        except StoreError as error:
            if is_rendering():
                raise
            return (), [
                f"What you said can’t be read just now: {error} Open this page again later."
            ]
        return standing(self.curriculum, self.event, latest, before=days), []

    def _is_due(self, one: Standing, days: Days) -> bool:
        """Whether it is asked for now; at the last look back whatever is left before the expiry."""
        until = self.event.date + datetime.timedelta(days=days)
        if days == max(self._days, default=days):
            until = max(until, self.event.expires)
        return one.is_open and (one.by is None or one.by <= until)

    def _choices(self, days: Days) -> list[tuple[str, str]]:
        """The outcomes on offer: nothing is moved to a look back that is over, or that there is not."""
        found = []
        for outcome in self.curriculum.afterwards.outcomes:
            day = self._days.get(outcome.to) if outcome.to else None
            if outcome.to is None:
                found.append((outcome.id, outcome.text))
            elif day and outcome.to > days:
                found.append((outcome.id, outcome.text.replace("{date}", written_date(day))))
        return found

    def _facts(self, one: Standing) -> str:
        """Where the commitment comes from, for whom, who asks, and its day."""
        promise, given = one.promise, one.promise.commitment
        question = self._question(one)
        titles = {activity.slug: activity.title for activity in self.curriculum.activities}
        titles |= {page.slug: page.title for page in self.curriculum.afterwards.look_backs}
        told = [titles[promise.activity]]
        told += [f"{question.about}: {given.about}"] if given.about.strip() else []
        told += [f"{question.who}: {given.who}"] if given.who.strip() else []
        if one.by:
            told.append(f"{'Moved to' if one.said_after else 'By'} {written_date(one.by)}")
        return " · ".join(in_short(part) for part in told)

    def _question(self, one: Standing) -> CommitmentsQuestion:
        promise = one.promise
        asked = (q for f in self.curriculum.forms_of(promise.activity) for q in f.questions)
        found = next(question for question in asked if question.id == promise.question)
        assert isinstance(found, CommitmentsQuestion)
        return found

    def _activities_done(self) -> list[Activity]:
        """The activities in which this leader answered something; all of them where that is none."""
        every = list(self.curriculum.activities)
        done = [a for a in every if any(map(is_answered, self._keeping(a.slug).values.values()))]
        return done or every


def _read_words(value: JsonValue) -> JsonValue:
    kept: JsonValue = Written.model_validate(value).model_dump(mode="json")
    return kept


def _written_or_lines(value: JsonValue) -> str:
    text = value.get("text") if isinstance(value, dict) and is_answered(value) else None
    return paragraphs(text) if isinstance(text, str) else lines(2)
