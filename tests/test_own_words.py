"""Hints about a leader's own words: what they find, and what they leave alone."""

from __future__ import annotations

import time
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from workshop_kit.content import load_curriculum, load_own_words
from workshop_kit.curriculum import HintKind, OwnWords, TextQuestion
from workshop_kit.own_words import AT_MOST, LONGEST, hints, hints_of_form, hints_of_whole

RULES = {rule.id: rule for rule in load_own_words().rules}
KINDS: tuple[HintKind, ...] = get_args(HintKind)
NAMING = load_curriculum().activity("naming-the-transition")
ANNOUNCEMENT, CONVERSATION = NAMING.form("announcement"), NAMING.form("conversation")
PARTS = [question.id for question in ANNOUNCEMENT.questions]


def found(kind: HintKind, text: str) -> dict[str, str]:
    """The rules that give a hint, each with the first words that it quotes."""
    given_hints = (*hints(kind, text), *hints_of_whole(kind, [text]))
    return {hint.rule: hint.quote for hint in reversed(given_hints)}


def about_words(kind: HintKind, text: str) -> dict[str, str]:
    """Those of them that are about words which are there."""
    return {rule: quote for rule, quote in found(kind, text).items() if quote}


def announced(*texts: str) -> dict[str, Any]:
    return {part: {"text": text} for part, text in zip(PARTS, texts, strict=False)}


EXAMPLES = [(rule, kind) for rule in RULES.values() for kind in rule.kinds]


@pytest.mark.parametrize(
    ("rule", "kind", "text"),
    [pytest.param(r, k, t, id=f"{r.id}-{k}-{t[:40]}") for r, k in EXAMPLES for t in r.bad],
)
def test_a_rule_finds_its_bad_examples(rule: Any, kind: HintKind, text: str) -> None:
    assert rule.id in found(kind, text)


@pytest.mark.parametrize(
    ("rule", "kind", "text"),
    [pytest.param(r, k, t, id=f"{r.id}-{k}-{t[:40]}") for r, k in EXAMPLES for t in r.good],
)
def test_near_misses_are_left_alone_by_their_own_rule_and_all_others(
    rule: Any, kind: HintKind, text: str
) -> None:
    assert rule.id not in found(kind, text)
    assert about_words(kind, text) == {}


# ---- words that were not thought of when the rules were written ----------------------------------

UNSEEN = {
    "reassurance": """
        Honestly, you don't need to be worried.
        P4, you'll be fine, you have always been fine.
        No one has to be afraid.
        Please do not be alarmed.
        We are all going to be okay.
        I want to assure you all that I have thought about this.
        It’s only a tool, so don’t be scared.
        What do you think? Don't worry, there are no wrong answers.
        Stop worrying.
        There is no need to worry.
        It will be all right, trust me.
        Rest assured.
        There is nothing to be afraid of.
        Don't let it worry you.
    """,
    "promise": """
        No one will be fired because of an agent.
        Your job's safe.
        There are not going to be any layoffs.
        You'll never lose your job to an AI.
        Everything stays as it is for you.
        I can assure you that your job is safe.
        My manager will approve it.
        I'll see to it that you get your raise.
        If you write specifications, you'll get a raise.
        your jobs are not in danger
        AI is not going to take your job.
        For you, nothing changes.
        Nothing will change for you.
        HR will agree.
        I guarantee it.
        You will be promoted.
    """,
    "resistance": """
        There is too much resistance in the payments group.
        Why are you so resistant?
        It is normal to resist change.
        They drag their feet.
        You always push back.
        There has been resistance to AI.
    """,
    "buy-in": """
        I count on your buy-in!
        We need buy in from the whole team.
        Have you bought into it?
        I want to bring you on board.
        Please get on board.
    """,
    "label": """
        The skeptics will see.
        Do you want to be a laggard?
        You have been very negative lately.
        Whoever waits will be left behind.
        You have the wrong mindset.
        You are one of the dinosaurs.
    """,
    "stage-name": """
        You are at stage three.
        I'd say you're at Augmentation.
        P4 is in Anxiety.
        You and P9 are both in Reframing.
        You’re moving from dismissal into augmentation.
        On 3 May you said that you only type. That is Dismissal.
        You are currently in the reframing stage.
        You are still in the Dismissal stage.
    """,
    "hype": """
        Imagine the endless possibilities.
        We're on a journey.
        A 10x productivity boost awaits us.
        With AI we can be 10 times more productive.
        We want to leverage AI.
        This will take our team to the next level.
        We should see this as an opportunity and not as a threat.
        Let's supercharge our workflow.
        It is a game changer, and it will revolutionise what we do.
        Unlock your potential.
        Embrace the change.
        Be a 10x engineer.
    """,
}


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        pytest.param(rule, text.strip(), id=f"{rule}-{text.strip()}")
        for rule, texts in UNSEEN.items()
        for text in texts.strip().splitlines()
    ],
)
def test_a_rule_finds_the_family_and_not_only_its_examples(rule: str, text: str) -> None:
    assert rule in found("announcement", text)


HONEST = """
    I don't know yet whether there will be fewer of us next year. I have asked.
    I cannot tell you that your job is safe. I can tell you who decides, and when.
    I won't say don't worry.
    “Don't worry” is not something that I will say to you.
    In April somebody said “don't worry, it's just a tool”. I was that somebody.
    You wrote: 'Don't worry, I have tested it.' The next day it failed.
    You told me not to worry, and I did all the same.
    I would be lying if I said that nothing will change.
    I wish I could say that your level is safe.
    I was told that nobody will lose their job. I was not told for how long.
    I can't give you my word on that.
    I cannot say, and I have tried to find out, what HR will decide.
    Your level is not safe, and your job is not guaranteed.
    You will not be promoted for this alone.
    The release will be promoted to production on Friday.
    Please push back on the date if it is too early.
    You have leverage over the vendor, and the data augmentation stays.
    I do not believe that an agent will replace you, and I might be wrong.
    I promise you one thing: on 1 July you hear from me, with or without an answer.
    I'm not going to say that it will all be fine, because I don't know that.
    The word “resistance” is not one that I want to hear in this team.
    The resistor network on board 4 was out of range, and you found it by ear.
    This is not about buy-in.
    I don't want to call anybody a laggard.
    The consultants talked about laggards. I asked them to stop.
    There has been a lot of anxiety since the announcement of the board.
    You are in the middle of the migration, so take your time.
    You are in the first phase of the certification until May.
    The next phase of the project starts on 3 June.
    I have no leverage over the committee, and the data augmentation job runs at night.
    Some of you are excited, some are tired, and some have said nothing to me.
    The door unlocks when the power fails, as before.
    The retry limit was 10x too high, and the upgrade took ten times as long as planned.
    All of the tests ran within the hour, and everything was fine in the log.
    The agent is not allowed to merge. That will not change before the audit.
    Your worry about the licence is justified, and I have passed it on.
    You will get the draft on Monday.
    AI will make mistakes, and we have to find them.
    It will pass the tests and fail at night.
    Nobody will be affected by the migration on Sunday.
    This will not affect your customers, and it will not cost you more than an hour.
    You are at the planning stage with the gateway.
    You are on stage at the conference on 3 June.
    We can't wait for legal any longer.
    The figures are all in, and they are worse.
    The leading edge of the signal is late, and the motor makes too few revolutions per minute.
    HR will look at the draft in June, and may refuse it.
    Your job changes. I do not know how much.
    You put the anxiety of the on-call week into words.
    Don't use it in payments code, and never merge on Fridays.
    Who here has had a bad week with it?
"""


@pytest.mark.parametrize("text", [line.strip() for line in HONEST.strip().splitlines()])
def test_honest_and_technical_words_are_left_alone(text: str) -> None:
    assert [about_words(kind, text) for kind in KINDS] == [{}, {}]


# ---- whole announcements -------------------------------------------------------------------------

ANNOUNCEMENTS = {
    "payments": (
        "have every change to refunds say what it retries, and who has read it. That holds for "
        "changes that an agent has written and for mine.",
        "who is called at night, and who may close a change unread. The rota stays as it is until "
        "the end of September. I won't say that it stays so for ever, because I can't know that.",
        "the care with which two of you undid eleven hundred double charges in March. You did it by "
        "hand, over a weekend, and I was not there.",
        "little. The ladder in force pays for features. We have drafted four lines, HR has them, and "
        "nobody has said yes. I can't promise anybody a level, and I will not.",
        "ask you what would help, and do one thing about it within two weeks. I am worried about "
        "parts of this myself.",
        "bring my first half page on 4 June. Take it apart, please. On 25 June I ask each of you what "
        "should stop.",
    ),
    "mobile": (
        "try the agent on the settings screens, for six weeks, and to write down what it got wrong.",
        "the app's release on Thursdays, the accessibility checks, and that somebody who knows the "
        "screen signs it. Nobody needs to use it in payments code.",
        "how Ngozi’s review found the crash on old phones on 12 May. No test had it. That comes from "
        "ten years of old phones.",
        "that I don't know. I asked on 2 May whether the new lines count this autumn, and the answer "
        "was “perhaps”. You'll have it in writing from me by 1 July, even if it is still “perhaps”.",
        "not write it into a review, and not talk about it in the managers' round. What I noted stands "
        "under codes, and you can read and correct it.",
        "stop the trial on 10 July, in the room, with your list in front of us. If it cost more than it "
        "gave, it ends there.",
    ),
    "embedded": (
        "write the limits of a component down before anybody, or anything, writes the code for it.",
        "the certified module: it is written by hand, as the certificate says. The contact resistance "
        "tests stay with the bench team. The lift stops at its floor without power, as before.",
        "that somebody hears a bad relay before the scope shows it. On 3 April that saved us a recall "
        "of the second batch.",
        "what stands in the ladder today: it rewards modules and hardware knowledge. I think that it "
        "leaves out half of what you do. I have said so to my director, and she decides in October.",
        "first ask whether I have understood it. I was slow with this myself, and I went back to the "
        "old way twice.",
        "read my own specification of the door sensor to you on 11 June. Bring the questions that "
        "you would ask a supplier.",
    ),
    "security": (
        "treat generated code like code from a stranger: read it, ask where it is from, and keep the "
        "question about its licence open until legal has answered.",
        "that a person signs for every release, and that you may stop one. No one has to give a reason "
        "on the day. The reasons can follow by Friday.",
        "distrust. In February it was one sceptical question that kept the token out of the log. Some "
        "would have called that being difficult. I called it the best comment of the month.",
        "that nothing is decided. There was a slide that said everybody would move up. It was not "
        "mine, and I do not know who could keep it.",
        "tell you what I saw and on which day, and ask. I will not put a name to what you feel.",
        "meet each of you for half an hour before 20 June. After that I write down what I heard, and "
        "you correct it.",
    ),
    "data": (
        "check a pipeline against figures that were fixed before it was run.",
        "the night shift, the two reviewers, and the training job with its data augmentation. What an "
        "agent writes goes through the same door as what I write.",
        "that on 9 January somebody did not believe a curve that all of us liked. Two weeks of work "
        "went into the bin, rightly.",
        "which lines are in force, and which are only ours. In force: models built. Ours: figures "
        "questioned. HR sees ours on 5 June. I will argue for them, and it may come to nothing.",
        "see it as my turn first. I'll ask what to take off your desk. I do not have a good answer for "
        "everything, and there is anxiety in the room, mine included.",
        "say on 1 July what was decided about the team's size, if I am told. If I am not told, I say "
        "that. What do you want to know before then?",
    ),
}


@pytest.mark.parametrize("team", ANNOUNCEMENTS)
def test_an_honest_announcement_gives_no_hint_at_all(team: str) -> None:
    assert hints_of_form(ANNOUNCEMENT, announced(*ANNOUNCEMENTS[team])) == {}


OPENINGS = [
    "On 20 April I presented your idea as mine. I am sorry. What should I do about it?",
    "You closed two changes on Tuesday, with one line each. I have not made up my mind about them, "
    "and I would like to hear what you saw in them.",
    "In the review on 3 June you asked who is called at night if nobody has read it. I had no "
    "answer. May I try again today?",
    "You said “I only type here” on 9 April, and some of us laughed. I laughed too. What did you "
    "mean?",
    'You told me on Monday, "It will be fine." I have thought about that sentence since. Is it?',
    "I owe you an answer since March. You asked about your level, and I said “later”. I have the "
    "ladder here. Where shall we begin?",
    "I noticed on 12 May that you rewrote the parser by hand after the change had passed. I may be "
    "missing something. Tell me what you saw.",
    "I would like to talk about the two changes you closed. I have not made up my mind about them. "
    "You have kept that refund flow correct for longer than anybody else here. What did you see that "
    "made you stop reading?",
    "I heard what you said at the door yesterday, and I did not want to let it pass as a joke. I have "
    "not prepared a speech. How has this week been for you?",
    "You approved eleven on Monday, and you told me that you understood eight. Thank you for telling "
    "me the second number. What was that day like?",
]


@pytest.mark.parametrize("text", OPENINGS)
def test_an_opening_that_listens_gives_no_hint_at_all(text: str) -> None:
    assert hints("conversation", text) == ()


def test_the_kits_own_worked_examples_give_no_hint_at_all() -> None:
    for form in NAMING.forms:
        answers = {q.id: {"text": q.example} for q in form.questions if isinstance(q, TextQuestion)}
        assert hints_of_form(form, answers) == {}
        for kind in KINDS:
            for value in answers.values():
                assert about_words(kind, value["text"]) == {}


def test_a_slogan_is_quoted_word_for_word() -> None:
    text = "I'm so  excited.\nDon't\nworry: nobody   will lose their job."
    assert [hint.quote for hint in hints("announcement", text)] == [
        "I'm so  excited",
        "Don't\nworry",
        "nobody   will lose their job",
    ]


def test_hints_stand_in_the_order_of_the_words_and_have_an_end() -> None:
    text = "An exciting journey. Don’t worry, nobody will lose their job. We need your buy-in."
    rules = [hint.rule for hint in hints("announcement", text)]
    assert rules == ["hype", "reassurance", "promise", "buy-in"]
    many = " ".join(f"I guarantee it. You have {number}x productivity." for number in range(60))
    assert len(hints("conversation", many)) == AT_MOST
    assert hints("conversation", many)[-1].rule == "no-question"


def test_the_same_words_twice_are_one_hint() -> None:
    assert len(hints("announcement", "Don’t worry. I mean it: don't worry. DON’T WORRY!")) == 1


# ---- what is missing -----------------------------------------------------------------------------

NO_QUESTION = "On 9 April you said in planning that you only type here, and I laughed about it too."


def test_first_sentences_without_a_question_are_told_so() -> None:
    assert found("conversation", NO_QUESTION) == {"no-question": ""}
    assert found("conversation", NO_QUESTION + " What did you mean?") == {}
    assert found("conversation", "I laughed, and I am sorry.") == {}
    assert "no-question" not in found("announcement", NO_QUESTION)


SAYS_ONLY = (
    "have half a page before each change, from the first of June.",
    "the rota, the release day and who signs for a release.",
    "how well this team knows the scheduler. In March that spared three teams their Saturday.",
    "that the ladder in force stays in force, and that the draft is with HR.",
    "act on it within two weeks.",
)


def test_an_announcement_that_nowhere_listens_is_told_so_at_its_end() -> None:
    last = "send round the new page on 10 June, and the first figures on 1 July."
    given_hints = hints_of_form(ANNOUNCEMENT, announced(*SAYS_ONLY, last))
    assert {key: [hint["rule"] for hint in of] for key, of in given_hints.items()} == {
        "what-happens-next": ["nothing-to-hear"]
    }


@pytest.mark.parametrize("last", ["", " \n", None])
def test_an_announcement_that_is_not_finished_is_not_told_so(last: Any) -> None:
    answers = announced(*SAYS_ONLY) | {"what-happens-next": last and {"text": last}}
    assert hints_of_form(ANNOUNCEMENT, answers) == {}


def test_an_offer_to_listen_in_any_part_is_enough() -> None:
    for part in range(len(SAYS_ONLY)):
        texts = [*SAYS_ONLY, "send round the new page on 10 June."]
        texts[part] += " I have an hour for your questions on Thursday."
        assert hints_of_form(ANNOUNCEMENT, announced(*texts)) == {}


def test_a_text_in_another_language_is_not_told_what_it_lacks() -> None:
    german = "Ab dem ersten Juni schreiben wir vor jeder Änderung eine halbe Seite. " * 4
    assert found("conversation", german) == {}
    assert hints_of_form(ANNOUNCEMENT, announced(*[german] * 6)) == {}


# ---- by question ---------------------------------------------------------------------------------


def test_hints_stand_at_their_question_and_only_where_they_are_asked_for() -> None:
    text = {"text": "Don't worry, what did you mean?"}
    answers = {question.id: text for question in CONVERSATION.questions}
    assert set(hints_of_form(CONVERSATION, answers)) == {"first-sentences"}
    ((hint,),) = hints_of_form(CONVERSATION, answers).values()
    assert set(hint) == {"rule", "quote", "why", "instead"}
    assert hint["quote"] == "Don't worry"


@pytest.mark.parametrize("value", [None, "Don't worry", [], {}, {"text": None}, {"text": 7}, {"chosen": ["a"]}])  # fmt: skip
def test_what_is_no_text_gives_no_hint(value: Any) -> None:
    assert hints_of_form(ANNOUNCEMENT, {"what-is-not": value}) == {}


def test_an_activity_without_hints_has_none() -> None:
    for activity in load_curriculum().activities:
        for form in activity.forms:
            kinds = {getattr(question, "hints", "") for question in form.questions}
            assert kinds == {""} or activity.slug == "naming-the-transition"


# ---- any text ------------------------------------------------------------------------------------

BITS = st.sampled_from(
    [*"“”‘’'\".,;:!?…\n ", "\u00a0", "I ", "you ", "don't ", "worry", "nobody ", "will ", "lose their job",
     "are in ", "Anxiety", "not ", "promise ", "whether ", "said, ", "İ", "ß", "\ud800", "\0", "{will}", "buy-in"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(BITS, max_size=40).map("".join))


@given(st.sampled_from(KINDS), TEXTS)
@example("conversation", "İ Don't worry")
@example("announcement", "“Don’t worry")
@example("announcement", "but; don’t worry")
def test_whatever_is_written_each_quote_is_in_it(kind: HintKind, text: str) -> None:
    given_hints = hints(kind, text)
    assert len(given_hints) <= AT_MOST
    assert all(hint.quote in text for hint in given_hints)
    assert all(hint.why and hint.instead for hint in given_hints)


@given(st.dictionaries(st.sampled_from(PARTS), TEXTS))
def test_whatever_is_answered_hints_belong_to_a_question(texts: dict[str, str]) -> None:
    answers: dict[str, Any] = {part: {"text": text} for part, text in texts.items()}
    assert set(hints_of_form(ANNOUNCEMENT, answers)) <= set(texts)


@pytest.mark.parametrize(
    "bit",
    ["a", " ", "you are in the ", "nobody will ", "I can’t promise ", "“‘", "'a ", "you ", "people who ",
     "what a great ", "not ", "is going to ", "have to ", "Don’t worry ", "and, ", "\n", "your role "],
)  # fmt: skip
def test_no_text_keeps_the_form_waiting(bit: str) -> None:
    started = time.perf_counter()
    hints("announcement", (bit * LONGEST)[: 4 * LONGEST])
    assert time.perf_counter() - started < 3  # it takes a tenth of a second; this machine is shared


# ---- the file ------------------------------------------------------------------------------------


def made(**changes: Any) -> OwnWords:
    rule = {
        "id": "one", "kinds": ["conversation"], "why": "Why.", "instead": "Else.",
        "words": ["{name} here"], "bad": ["a", "b", "c"], "good": ["d", "e", "f"], **changes,
    }  # fmt: skip
    given_data = {"families": {"name": "x|y"}, "framed": [], "rules": [rule]}
    return OwnWords.model_validate({**given_data, "quoted": {"before": [], "after": []}})


def test_a_family_stands_for_its_expression() -> None:
    assert made().is_there(("{name} here",), "Now Y here.")
    assert not made().is_there(("{name} here",), "Now z here.")


def test_a_phrase_is_found_as_whole_words() -> None:
    assert not made().is_there(("{name} here",), "Max here, y hereby.")


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(ValidationError, match="no family 'names'"):
        made(words=["{names} here"])


def test_what_can_not_be_searched_with_is_refused() -> None:
    with pytest.raises(ValidationError, match="not a regular expression"):
        made(words=["("])


def test_a_phrase_that_is_too_long_to_read_is_refused() -> None:
    with pytest.raises(ValidationError, match="100"):
        made(words=["word " * 30 + "end"])


def test_no_phrase_repeats_without_an_end() -> None:
    rules = load_own_words()
    phrases = [*rules.families.values(), *rules.framed, *rules.quoted.before, *rules.quoted.after]
    for phrase in (*phrases, *(words for rule in rules.rules for words in rule.words)):
        assert not {"*", "+"} & set(phrase.replace(r"\w+", "").replace(r"\d+", "")), phrase


def test_a_rule_shows_three_bad_examples_and_three_near_misses() -> None:
    with pytest.raises(ValidationError, match="bad"):
        made(bad=["a", "b"])


def test_hints_sound_like_the_kit() -> None:
    for rule in RULES.values():
        for words in (rule.why, rule.instead):
            assert not {"'", '"', "—", "–", "!"} & set(words)
            assert len(words.split()) <= 25
