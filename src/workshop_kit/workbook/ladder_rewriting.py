"""The pages of `ladder-rewriting`: what the ladder pays for, and a start for paying for more.

Charts and forms are imported where they are made: Altair alone takes a second, and the notebooks
of the other activities show neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from workshop_kit import comparison
from workshop_kit.curriculum import Dimension
from workshop_kit.forms import (
    Twin,
    bullets,
    div,
    lines,
    literal,
    rewrites_question,
    table,
)
from workshop_kit.ladder import Ladder, Statement
from workshop_kit.linting import Finding, lint
from workshop_kit.own_ladder import rewrites_in, with_answers
from workshop_kit.rewriting import Draft, drafts_for
from workshop_kit.rewritten import Rewriting, load_rewriting, tags_of
from workshop_kit.tagging import Tag
from workshop_kit.workbook.pages import Pages, drawn

if TYPE_CHECKING:
    import altair as alt

    from workshop_kit.forms import AnswerForm
    from workshop_kit.workbook.pages import Chart

SLUG = "ladder-rewriting"
TARGETS = ("specification", "validation", "orchestration", "judgment")
REWRITES_AT_MOST = 10
FINDINGS_AT_MOST = 3  # for each rule: the first few teach what to look for


class LadderRewriting(Pages):
    """A team's pages for `ladder-rewriting`. Where the team corrected a tag, its own word counts."""

    @property
    def rewriting(self) -> Rewriting:
        """The team's own ladder and corrected tags as they are now, as far as there are any.

        What stands in the event folder's `rewritten/`, and over it what was answered here.
        """
        brought = load_rewriting(self.event_dir, self.team.slug)
        answers = rewrites_in(self._keeping(SLUG).values)
        return with_answers(self.ladder, brought, answers.values())

    @property
    def tags(self) -> tuple[Tag, ...]:
        """A tag for each statement of the ladder, in its order."""
        return tags_of(self.ladder, self.rewriting.labels)

    def ladder_facts(self) -> Twin:
        """What was read of the team's ladder, in a sentence, and how much was left out."""
        ladder = self.ladder
        coding = sum(tag.dimension == "implementation" for tag in self.tags)
        told = (
            f"{ladder.name}: {len(ladder.levels)} levels, {len(ladder.statements)} statements. "
            f"Going by their words, {coding} of them pay for writing code."
        )
        count = len(ladder.skipped)
        skipped = literal(f"Lines of the file that are not statements, such as notes: {count}.")
        return Twin(f"**{literal(told)}**", div("small", skipped) if count else "")

    def ladder_balance(self) -> AnswerForm | Chart:
        """The chart of what each level rewards, redrawn where the team corrects a tag."""
        return self._live_chart(SLUG, self._balance_chart)

    def _balance_chart(self) -> alt.Chart:
        from workshop_kit import charts

        return charts.ladder_balance(self.balance())

    def balance(self) -> pd.DataFrame:
        """A row for each level and dimension; see `comparison.coverage`."""
        return comparison.coverage(self.ladder, self.tags)

    def statements(self) -> Twin:
        """Every statement, by level, with what it seems to reward and the words that decided."""
        parts = []
        pairs = list(zip(self.ladder.statements, self.tags, strict=True))
        for level in self.ladder.levels:
            rows = [
                (_told(statement), self._named(tag), _because(tag))
                for statement, tag in pairs
                if statement.level == level
            ]
            parts.append(f"### {literal(level)}" if level else "")
            parts.append(table(("Statement", "Seems to pay for", "Because of"), rows))
        return Twin(*parts)

    def _named(self, tag: Tag) -> str:
        names = {d.slug: d.name for d in self.curriculum.dimensions}
        return (
            f"{names[tag.dimension]}, or {names[tag.second]}"
            if tag.second
            else names[tag.dimension]
        )

    def findings(self) -> Twin:
        """What the lint rules found, by rule: the reason, the first few places, a better example."""
        found = lint(self.ladder, self.tags)
        parts = []
        for rule in self.curriculum.rules:
            mine = [finding for finding in found if finding.rule == rule.id]
            if mine:
                more = len(mine) - FINDINGS_AT_MOST
                places = [_place(finding) for finding in mine[:FINDINGS_AT_MOST]]
                if more > 0:
                    places.append(
                        f"and in {more} more places" if more > 1 else "and in one more place"
                    )
                parts.append(
                    div(
                        "together",
                        f"### {literal(rule.title)}",
                        literal(rule.reason),
                        bullets(places),
                        div("small", f"**Rather:** {literal(rule.better)}"),
                    )
                )
        return (
            Twin(*parts) if parts else Twin("No rule found anything. Read it aloud all the same.")
        )

    def rewriting_questions(self) -> Twin:
        """The four dimensions to rewrite towards: what each rewards, what to ask, one example."""
        return Twin(*(_dimension_card(d) for d in self.curriculum.dimensions if d.slug in TARGETS))

    def rewrites(self) -> AnswerForm:
        """The form in which to correct tags and rewrite, with the balance redrawn; on paper, the
        anchored statements with drafts and what was written, or room to write, senior levels first."""
        from workshop_kit.forms import AnswerForm

        brought = load_rewriting(self.event_dir, self.team.slug).labels
        tags = tags_of(self.ladder, brought)
        return AnswerForm(
            self._keeping(SLUG),
            rewrites_question(
                self.ladder, tags, _drafts_of(self.ladder, tags), self.curriculum.dimensions
            ),
            self._rewriting_pages,
            title="Rewrite, a level at a time",
            summary=lambda: drawn(self._own_balance().to_dict()),
            later=True,
            scope=self._scope(SLUG),
        )

    def _own_balance(self) -> alt.Chart:
        """The balance of the ladder as the team reads and rewrites it."""
        from workshop_kit import charts

        own = self.rewriting
        ladder = own.ladder or self.ladder
        return charts.ladder_balance(comparison.coverage(ladder, tags_of(ladder, own.labels)))

    def _rewriting_pages(self) -> Twin:
        tags = self.tags
        drafts = _drafts_of(self.ladder, tags)
        answers = rewrites_in(self._keeping(SLUG).values)
        written = {key.partition("/")[2]: answer.text for key, answer in answers.items()}
        anchored: dict[str, list[int]] = {}
        for level in reversed(self.ladder.levels):
            for index, statement in enumerate(self.ladder.statements):
                coding = tags[index].dimension == "implementation"
                if statement.level == level and (coding or written.get(statement.key)):
                    anchored.setdefault(_told(statement), []).append(index)
        if not anchored:
            return Twin(
                "No statement of this ladder was read as paying for code. Where do you read it "
                "differently? Take two of those.",
                lines(8),
            )
        shown = [
            _rewrite(
                [self.ladder.statements[i] for i in same],
                tags[same[0]],
                drafts.get(same[0], ()),
                written.get(self.ladder.statements[same[0]].key, ""),
            )
            for same in list(anchored.values())[:REWRITES_AT_MOST]
        ]
        more = len(anchored) - REWRITES_AT_MOST
        if more > 0:
            rest = f"{more} more pay for code; they are in the tables above. "
            shown.append(
                div("small", literal(rest + "Ten are more than one session rewrites well."))
            )
        return Twin(*shown)

    def before_and_after(self) -> AnswerForm:
        """The rewritten ladder beside the old one; until there is one, how to get there."""
        return self._live(SLUG, self._before_and_after)

    def _before_and_after(self) -> Twin:
        after = self.rewriting.ladder
        if after is None:
            return Twin(
                "Nothing has been rewritten here yet. What you write in the form above is kept, "
                "and stands here beside the old words."
            )
        after_tags = tags_of(after, self.rewriting.labels)
        verdict = comparison.verdict(self.ladder, self.tags, after, after_tags)
        shares = [
            (
                dimension.name,
                f"{comparison.share(self.tags, dimension.slug):.0%}",
                f"{comparison.share(after_tags, dimension.slug):.0%}",
            )
            for dimension in self.curriculum.dimensions
        ]
        changes = comparison.compare(self.ladder, after)
        rows = [_changed(change) for change in changes if change.kind != "kept"]
        return Twin(
            f"**{literal(verdict)}**",
            table(("Pays for", "Before", "After"), shares),
            table(("Level", "Before", "After"), rows) if rows else "",
        )

    def coverage_before_and_after(self) -> AnswerForm | Chart:
        """A map of how much of each level pays for what, before and, where there is one, after."""
        return self._live_chart(SLUG, self._coverage)

    def _coverage(self) -> alt.Chart:
        from workshop_kit import charts

        frames = [self.balance().assign(ladder="before")]
        if self.rewriting.ladder is not None:
            after = self.rewriting.ladder
            tags = tags_of(after, self.rewriting.labels)
            frames.append(comparison.coverage(after, tags).assign(ladder="after"))
        return charts.coverage_map(pd.concat(frames, ignore_index=True))


@lru_cache(maxsize=2)  # for the form and for its pages
def _drafts_of(ladder: Ladder, tags: tuple[Tag, ...]) -> Mapping[int, tuple[Draft, ...]]:
    return MappingProxyType(drafts_for(ladder, tags))


def _rewrite(same: Sequence[Statement], tag: Tag, drafts: Sequence[Draft], written: str) -> str:
    """A statement that stands, word for word, at one level or at several; and what was written for
    it, or room to write."""
    levels = " and ".join(statement.level for statement in same if statement.level)
    told = f"{levels}. " if levels else ""
    paid = "code" if tag.dimension == "implementation" else tag.dimension
    read = f"Read as paying for {paid} because of: {_because(tag)}."
    if tag.confidence == 1 and not tag.phrases:
        read = f"You read it as paying for {paid}."
    starts = [f"Towards {draft.dimension}: {draft.text}" for draft in drafts]
    return div(
        "together",
        div("statement", f"**{literal(_told(same[0]))}**"),
        div("small", literal(f"{told}{read}")),
        bullets(starts),
        f"**Rewritten.** {literal(written)}"
        if written.strip()
        else lines(
            3, "In your words: what would you see somebody do? What was good in it, and stays?"
        ),
    )


def _changed(change: comparison.Change) -> tuple[str, str, str]:
    before, after = change.before, change.after
    level = next(statement.level for statement in (after, before) if statement)
    return level, before.text if before else "", after.text if after else ""


def _because(tag: Tag) -> str:
    if tag.phrases:
        return ", ".join(tag.phrases)
    return "you said so" if tag.confidence == 1 else "no telling words"


def _place(finding: Finding) -> str:
    if finding.statement is None:
        return finding.why
    return f"{finding.level}: {finding.statement.text} ({finding.why})"


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
