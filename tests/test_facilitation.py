"""What only the facilitator reads of an activity."""

from __future__ import annotations

import pytest

from workshop_kit.content import load_curriculum
from workshop_kit.facilitation import facilitator_notes
from workshop_kit.forms import literal

ACTIVITIES = {activity.slug: activity for activity in load_curriculum().activities}


@pytest.mark.parametrize("slug", ACTIVITIES)
def test_the_notes_have_the_invitation_word_for_word(slug: str) -> None:
    assert literal(ACTIVITIES[slug].invitation) in facilitator_notes(slug).markdown


@pytest.mark.parametrize("slug", ACTIVITIES)
def test_the_notes_have_every_step_with_what_to_say_ask_and_watch_for(slug: str) -> None:
    notes, at = facilitator_notes(slug).markdown, 0
    for number, step in enumerate(ACTIVITIES[slug].steps, 1):
        for text in (
            f"**{number}. {literal(step.do)}**",
            *map(literal, (step.say, step.ask, step.watch_for)),
        ):
            assert text in notes[at:]
            at += notes[at:].index(text)


@pytest.mark.parametrize("slug", ACTIVITIES)
def test_the_notes_have_the_traps(slug: str) -> None:
    notes = facilitator_notes(slug).markdown
    assert [trap for trap in ACTIVITIES[slug].traps if literal(trap) not in notes] == []


def test_there_are_no_notes_for_an_activity_that_is_not() -> None:
    with pytest.raises(KeyError):
        facilitator_notes("no-such-activity")
