"""The pages of `stage-mapping`: the stages, the leader's own map, the sheet for the team, the moves."""

from __future__ import annotations

from workshop_kit.curriculum import Stage
from workshop_kit.forms import Twin, bullets, checkboxes, div, lines, literal, worksheet
from workshop_kit.workbook.pages import Pages


class StageMapping(Pages):
    """A team's pages for `stage-mapping`."""

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
