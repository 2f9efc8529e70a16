"""The pages of `naming-the-transition`: the conversation cards. Its forms are in the YAML."""

from __future__ import annotations

from workshop_kit.curriculum import Card
from workshop_kit.forms import Twin, bullets, div, literal
from workshop_kit.workbook.pages import Pages


class NamingTheTransition(Pages):
    """A team's pages for `naming-the-transition`."""

    def conversation_cards(self) -> Twin:
        """One conversation card for each stage, each on a page of its own."""
        names = {stage.slug: stage.name for stage in self.curriculum.stages}
        return Twin(
            *(div("newpage", _card(card, names[card.stage])) for card in self.curriculum.cards)
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
        ]
    )
