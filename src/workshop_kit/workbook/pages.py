"""What the pages of every activity share: whose they are, what for, the steps, the debrief."""

from __future__ import annotations

import datetime
from pathlib import Path

from workshop_kit.checks import load_team
from workshop_kit.content import load_curriculum
from workshop_kit.forms import Twin, bullets, div, lines, literal

GROUPINGS = {
    "alone": "alone",
    "pair": "in pairs",
    "three": "in threes",
    "room": "in the room",
    "talk": "listening",
}


class Pages:
    """One team's pages. Raises InputError, in words for people, when the event folder is not right."""

    def __init__(self, event_dir: str | Path, team: str) -> None:
        self.event_dir = Path(event_dir)
        self.event, self.team, self.ladder = load_team(self.event_dir, team)
        self.curriculum = load_curriculum()

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


def written_date(date: datetime.date) -> str:
    """The date in words, such as 18 March 2027."""
    return f"{date.day} {date:%B %Y}"
