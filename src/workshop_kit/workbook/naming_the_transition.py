"""The pages of `naming-the-transition`: rehearsals, one's own script. Its forms are in the YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop_kit.content import conversations_of, load_trio, read_teams
from workshop_kit.content.names import is_visible
from workshop_kit.curriculum import Conversation, filled
from workshop_kit.forms import Twin, printed_rehearsals, rehearsal_question, rewrite_key
from workshop_kit.own_ladder import rewrites_in
from workshop_kit.rewriting import drafts_for
from workshop_kit.seniority import rising
from workshop_kit.tagging import tag
from workshop_kit.workbook.own_script import own_script
from workshop_kit.workbook.pages import Pages

if TYPE_CHECKING:
    from workshop_kit.forms import AnswerForm

SLUG = "naming-the-transition"
BLANK = "__"  # of a draft: nobody can say it aloud before somebody has filled it in


class NamingTheTransition(Pages):
    """A team's pages for `naming-the-transition`."""

    def rehearsals(self) -> AnswerForm:
        """The conversations to rehearse, alone or in a trio, kept at every step; on paper what was
        rehearsed, or all conversations to choose from."""
        from workshop_kit.forms import AnswerForm

        keeping, (scripts, broken) = self._keeping(SLUG), self._scripts()
        told = [
            f"The conversation in {file} can’t be shown: it has mistakes. Whoever runs the event sees"
            " which with workshop-kit check."
            for file in broken
        ]
        signals = self.curriculum.signal_texts
        return AnswerForm(
            keeping,
            rehearsal_question(scripts, load_trio(), signals),
            lambda: printed_rehearsals(scripts, keeping.values),
            title="Rehearse a conversation",
            notices=told,
            scope=self._scope(SLUG),
        )

    def own_script(self) -> AnswerForm:
        """The announcement to read aloud, first sentences and dates, redrawn as they are written; on
        paper room where nothing was."""
        activity, keeping = self.curriculum.activity(SLUG), self._keeping(SLUG)

        def page(blank: str = "") -> Twin:
            day, stages = self.event.date, self.curriculum.stages
            return own_script(activity, keeping.values, day, stages, blank=blank)

        return self._live(SLUG, page, shown=lambda: page("*Not written yet.*"))

    def _scripts(self) -> tuple[tuple[Conversation, ...], tuple[str, ...]]:
        """The kit's scripts and the event's own, with this team's words; and the files left out."""
        # As on the cards, which are for all teams: nobody has a name that one of the leaders has.
        teams, _ = read_teams(self.event_dir / "teams.csv")
        leaders = tuple(team.leader for team in teams)
        scripts, problems = conversations_of(self.event_dir, leaders)
        facts = self.conversation_facts()
        broken = dict.fromkeys(p.file for p in problems if p.severity == "error")
        return tuple(filled(script, facts, leaders) for script in scripts), tuple(broken)

    def conversation_facts(self) -> dict[str, str]:
        """What a script may name of this team, by the keys of `curriculum.FACTS`.

        Of the ladder: the level in the middle, the one above it, and there the line that pays for
        code, as it stands and as the leader rewrote it, or as a draft would have it. What there is
        none of is left out.
        """
        facts = {
            "team": self.team.name,
            "leader": self.team.leader,
            "event": self.event.name,
        }
        levels = rising(self.ladder.levels)
        if len(levels) < 2:
            return facts
        middle = (len(levels) - 1) // 2
        statements = self.ladder.statements
        tags = [tag(statement.text, statement.heading) for statement in statements]
        there = [i for i, s in enumerate(statements) if s.level == levels[middle + 1]]
        index = next((i for i in there if tags[i].dimension == "implementation"), there[0])
        drafts = drafts_for(self.ladder, tags).get(index, ())
        own = rewrites_in(self._keeping("ladder-rewriting").values)
        written = own.get(rewrite_key(statements[index]))
        sayable = [draft.text for draft in drafts if BLANK not in draft.text]
        texts = [written.text if written else "", *sayable]
        rewritten = next(filter(is_visible, texts), "")
        facts |= {"ladder.level": levels[middle], "ladder.next": levels[middle + 1]}
        facts |= {"ladder.today": _said(statements[index].text)}
        return facts | ({"ladder.rewritten": _said(rewritten)} if rewritten else {})


def _said(text: str) -> str:
    """A line of a ladder as it stands inside a sentence: on one line, without its full stop."""
    return " ".join(text.split()).removesuffix(".")
