"""What authors write: stages, dimensions, ladder rules, activities, agendas, conversations, the charter.

Frozen models, no I/O: `workshop_kit.content.load_curriculum` reads the YAML files that stand
beside this one into a `Curriculum`. The words themselves follow `docs/decisions/` and are under
CC BY 4.0; the stages are a practitioner's observation, not research, and are named so on paper.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workshop_kit.curriculum.activity import (
    Activity,
    Alone,
    AloneStep,
    Debrief,
    FollowUp,
    Phase,
    Step,
    Variants,
)
from workshop_kit.curriculum.agenda import Agenda, Block, Mode, Session
from workshop_kit.curriculum.conversation import (
    FACTS,
    LEADER,
    LETTERS,
    SCENE,
    VARIABLE,
    Choice,
    Conversation,
    End,
    Node,
    Person,
    Role,
    Trio,
    filled,
)
from workshop_kit.curriculum.feedback import Feedback
from workshop_kit.curriculum.follow_up import (
    DAYS,
    Afterwards,
    Days,
    Followed,
    LookBack,
    Outcome,
    look_back_days,
    question_after,
)
from workshop_kit.curriculum.ladder_rules import (
    SLOTS,
    Dimension,
    ExampleLine,
    KindSlug,
    Pattern,
    Rule,
    ScopeSlug,
)
from workshop_kit.curriculum.own_words import HintKind, OwnWords, Quoted, WordRule
from workshop_kit.curriculum.questions import (
    ChoiceQuestion,
    CommitmentsQuestion,
    Form,
    Option,
    OrderQuestion,
    PeopleQuestion,
    Question,
    ScaleQuestion,
    SignalsQuestion,
    SimpleQuestion,
    TextQuestion,
    read_answer,
    read_person,
)
from workshop_kit.curriculum.slugs import DimensionSlug, Slug, StageSlug, TargetSlug, Text
from workshop_kit.model import Model

__all__ = [
    "DAYS",
    "FACTS",
    "LEADER",
    "LETTERS",
    "SCENE",
    "SLOTS",
    "VARIABLE",
    "Activity",
    "Afterwards",
    "Agenda",
    "Alone",
    "AloneStep",
    "Block",
    "Charter",
    "Choice",
    "ChoiceQuestion",
    "CommitmentsQuestion",
    "Conversation",
    "Curriculum",
    "Days",
    "Debrief",
    "Dimension",
    "DimensionSlug",
    "End",
    "ExampleLine",
    "Feedback",
    "FollowUp",
    "Followed",
    "Form",
    "HintKind",
    "KindSlug",
    "LookBack",
    "Mode",
    "Move",
    "Node",
    "Option",
    "OrderQuestion",
    "Outcome",
    "OwnWords",
    "Pattern",
    "PeopleQuestion",
    "Person",
    "Phase",
    "Question",
    "Quoted",
    "Role",
    "Rule",
    "ScaleQuestion",
    "ScopeSlug",
    "Session",
    "Signal",
    "SignalsQuestion",
    "SimpleQuestion",
    "Slug",
    "Stage",
    "StageSlug",
    "Step",
    "TargetSlug",
    "Text",
    "TextQuestion",
    "Trio",
    "Variants",
    "WordRule",
    "filled",
    "look_back_days",
    "question_after",
    "read_answer",
    "read_person",
]


class Signal(Model):
    """One observed behaviour: what one would see or hear, never an adjective."""

    id: Slug
    text: Text


class Move(Model):
    """One support move: something the leader does or changes for a cluster of people."""

    id: Slug
    text: Text


class Stage(Model):
    """One of the five stages: where somebody's signals sit this month, not what somebody is."""

    slug: StageSlug
    name: Text
    summary: Text
    signals: Annotated[tuple[Signal, ...], Field(min_length=5, max_length=7)]
    protecting: Text
    objection: Text
    helps: Annotated[tuple[Text, ...], Field(min_length=2)]
    backfires: Annotated[tuple[Text, ...], Field(min_length=2)]
    leave_alone: Text
    moves: Annotated[tuple[Move, ...], Field(min_length=2, max_length=4)]


class Charter(Model):
    """The page that is read out first: what stage signals will and will not be used for."""

    title: Text
    invitation: Text
    promises: Annotated[tuple[Text, ...], Field(min_length=4)]
    closing: Text


class Curriculum(Model):
    """Everything that authors wrote, complete: five stages and six dimensions in their order."""

    stages: Annotated[tuple[Stage, ...], Field(min_length=5, max_length=5)]
    dimensions: Annotated[tuple[Dimension, ...], Field(min_length=6, max_length=6)]
    activities: Annotated[tuple[Activity, ...], Field(min_length=6)]
    afterwards: Afterwards
    charter: Charter
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]
    patterns: Annotated[tuple[Pattern, ...], Field(min_length=1)]

    def activity(self, slug: str) -> Activity:
        """The activity of that slug; KeyError where there is none."""
        return {activity.slug: activity for activity in self.activities}[slug]

    def forms_of(self, slug: str) -> tuple[Form, ...]:
        """The forms of the activity or of the look back of that slug; KeyError where there is none."""
        for look_back in self.afterwards.look_backs:
            if look_back.slug == slug:
                mapping = self.activity("stage-mapping") if look_back.again else None
                again = [mapping.form(ident) for ident in look_back.again] if mapping else []
                return (*again, *look_back.forms)
        return self.activity(slug).forms

    @property
    def signal_ids(self) -> frozenset[str]:
        """The ids of all signals of the five stages."""
        return frozenset(self.signal_texts)

    @property
    def signal_texts(self) -> dict[str, str]:
        """What each signal of the five stages says, by its id."""
        return {signal.id: signal.text for stage in self.stages for signal in stage.signals}
