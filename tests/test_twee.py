"""Scripts ↔ Twee 3: nothing is lost on the way to Twine and back, and no story breaks the reading."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.scripts import GOOD, script
from workshop_kit.content import load_conversations, read_conversation
from workshop_kit.content.yaml_file import as_model, read_document
from workshop_kit.curriculum import FACTS, Conversation
from workshop_kit.errors import InputError, Problem
from workshop_kit.twee import from_twee, to_twee
from workshop_kit.twee.passages import Passage, as_twee, read_passages

SHIPPED = load_conversations()
# What means something to Twee, to a story format, to HTML, to YAML or to the kit.
HOSTILE = (
    "(set: $x to 1)", "(link-goto: 'a', 'b')", "<<run alert(1)>>", "<script>alert(1)</script>", "$x", "_y",
    "*", "**b**", "{", "}", "{engineer}", "{ team }", "{nobody}", "`", "``", "[[", "]]", "[[a->b]]", "->",
    "<-", "|", "][", "::", ":: Name", "\\::", "\\", "//", "''", "--", "==", "~~", "^^", "@@", '"""', "&amp;",
    "&", "&#36;", "&copy", "<br>", "<b>Why:</b> x", "<span data-variable=\"team\">x</span>", "</tw-passagedata>",
    "<!--", "<%", "%>", "#", "# x", "- x", ": ", " #", "?", "!", "\n", "\n\n", "\r", "\r\n", "\t", "  ",
    "\x85", "\xa0", "\u2028", "\u2029", "\ufeff", "\u200b", "“", "é", "😀", "null", "~", "true", "---", "...",
    "0", "'", '"', "%", "@", "=", ">", "<", "http://a.example/?b=c&d", "You said:", "kit-node",
)  # fmt: skip

CHARACTERS = st.characters(
    exclude_categories=["Cs"],
    exclude_characters=[chr(c) for c in (*range(9), 11, 12, *range(14, 32), *range(127, 133))]
    + [chr(c) for c in range(134, 160)]
    + ["\ufffe", "\uffff"],
)
TEXTS = (
    st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(CHARACTERS, max_size=6)), max_size=6)
    .map("".join)
    .filter(lambda text: text.strip())
)
SLUGS = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)


class Header(NamedTuple):
    """A passage as this file's own reading of the specification has it."""

    name: str
    tags: list[str]
    metadata: dict[str, str]


def read_by_the_specification(twee: str) -> dict[str, tuple[Header, str]]:
    """Each passage of a Twee 3 file; fails where the file breaks a rule of the specification."""
    found: dict[str, tuple[Header, str]] = {}
    # JavaScript's ^ also stands after a lone \\r and the two Unicode separators.
    for source in re.split(r"(?:^|(?<=[\n\r\u2028\u2029]))::", twee)[1:]:
        head, _, text = source.partition("\n")
        part = r"(?:\\.|[^\\\[\]{}])"
        parsed = re.fullmatch(rf" *({part}+?) *(?:\[({part}*)\])? *(\{{.*\}})?", head)
        assert parsed, head
        name = re.sub(r"\\(.)", r"\1", parsed[1])
        assert name not in found, f"two passages are called {name}"
        metadata = json.loads(parsed[3] or "{}")
        assert set(metadata) <= {"position", "size"}
        assert all(re.fullmatch(r"-?\d+,-?\d+", value) for value in metadata.values())
        text = re.sub(r"(?m)^\\(?=:)", "", text).strip()
        found[name] = Header(name, (parsed[2] or "").split(), metadata), text
    return found


def through_twine(twee: str) -> str:
    """What Twine writes after it has read the file: the same passages, sorted by name and trimmed."""
    story = read_by_the_specification(twee)

    def safe(text: str) -> str:
        return re.sub(r"(?m)^(?=::)", r"\\", text)

    first = [f":: {name}\n{safe(story[name][1])}" for name in ("StoryTitle", "StoryData")]
    others = []
    for name in sorted(set(story) - {"StoryTitle", "StoryData"}):
        head, text = story[name]
        tags = f" [{' '.join(head.tags)}]" if head.tags else ""
        metadata = json.dumps(head.metadata, separators=(",", ":"))
        others.append(f":: {name}{tags} {metadata}\n{safe(text)}\n")
    return "\n\n\n".join([*first, *others])


def read_back(yaml: str) -> Conversation:
    """The script in a YAML text, whether or not its rules hold."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.yaml"
        path.write_text(yaml, encoding="utf-8", newline="")
        document, problems = read_document(path, Path(folder))
        assert document is not None, problems
        model, more = as_model(document, Conversation)
        assert (problems, more) == ((), ())
    assert model is not None
    return model


def same(one: Conversation, other: Conversation) -> bool:
    """Whether they are equal, with everybody and everything in the same order."""
    return one.model_dump_json() == other.model_dump_json()


@st.composite
def conversations(draw: st.DrawFn) -> Conversation:
    """Any script of the right form: its texts may be anything, and its links may lead nowhere."""
    names = draw(st.lists(SLUGS, min_size=2, max_size=4, unique=True))
    roles = draw(st.lists(SLUGS, min_size=1, max_size=3, unique=True))

    def choice() -> dict[str, Any]:
        told = {key: draw(TEXTS) for key in ("say", "move", "why", "trust", "clarity")}
        repair = draw(st.just("") | TEXTS)
        misstep = draw(st.booleans())
        return {
            **told,
            "misstep": misstep,
            "repair": repair,
            "next": draw(st.sampled_from(names) | SLUGS),
        }

    def node() -> dict[str, Any]:
        speaker = draw(st.sampled_from([*roles, "leader", "scene"]) | SLUGS)
        said = {"speaker": speaker, "text": draw(TEXTS), "meant": draw(TEXTS)}
        if draw(st.booleans()):
            return {**said, "choices": [choice() for _ in range(draw(st.integers(2, 4)))]}
        debrief = draw(st.lists(TEXTS, min_size=2, max_size=4))
        return {
            **said,
            "end": {"outcome": draw(TEXTS), "debrief": debrief, "take_away": draw(TEXTS)},
        }

    return Conversation.model_validate(
        {
            "id": draw(SLUGS),
            "title": draw(TEXTS),
            "signals": draw(st.lists(SLUGS, max_size=2)),
            **{key: draw(TEXTS) for key in ("aim", "content_note", "scene")},
            "minutes": draw(st.integers(1, 10)),
            "cast": {
                role: {"names": draw(st.lists(TEXTS, min_size=1, max_size=3)), "who": draw(TEXTS)}
                for role in roles
            },
            "start": draw(st.sampled_from(names) | SLUGS),
            "nodes": {name: node() for name in names},
        }
    )


SLOWLY = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)


# ---- to Twine ----------------------------------------------------------------------------------


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda shipped: shipped.id)
def test_a_shipped_script_is_written_as_the_specification_asks(shipped: Conversation) -> None:
    story = read_by_the_specification(to_twee(shipped))
    data = json.loads(story["StoryData"][1])
    assert re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", data["ifid"])
    assert data["format"] == "Harlowe"
    assert data["format-version"].startswith("3.")
    assert data["start"] in story
    assert story["StoryTitle"][1] == shipped.title
    targets = [
        t for _, text in story.values() for t in re.findall(r"\[\[[^\]]*?->([^\]]*)\]\]", text)
    ]
    assert len(targets) > len(shipped.nodes)
    assert set(targets) <= set(story)
    assert set(shipped.nodes) <= set(targets)


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda shipped: shipped.id)
def test_no_two_passages_lie_on_each_other(shipped: Conversation) -> None:
    story = read_by_the_specification(to_twee(shipped))
    places = [
        tuple(map(int, head.metadata["position"].split(",")))
        for name, (head, _) in story.items()
        if name not in ("StoryTitle", "StoryData")
    ]
    assert len(places) == len(set(places)) == len(story) - 2
    assert [(x % 50, y % 50) for x, y in places] == [(0, 0)] * len(places)
    near = [
        (a, b)
        for a in places
        for b in places
        if a < b and abs(a[0] - b[0]) + abs(a[1] - b[1]) < 150
    ]
    assert near == []


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda shipped: shipped.id)
def test_there_is_a_passage_for_each_node_choice_and_end(shipped: Conversation) -> None:
    story = read_by_the_specification(to_twee(shipped))
    nodes = shipped.nodes.values()
    wanted = len(nodes) + sum(len(node.choices) + (node.end is not None) for node in nodes)
    assert len(story) == wanted + 4  # title, data, scene, cast


def test_the_id_of_a_story_stays_the_same_and_differs_by_script() -> None:
    def ifid(ident: str) -> str:
        twee = to_twee(Conversation.model_validate(script(GOOD, id=ident)))
        return str(json.loads(read_by_the_specification(twee)["StoryData"][1])["ifid"])

    assert ifid("one-talk") == ifid("one-talk") != ifid("another-talk")


def test_names_are_shown_and_variables_are_known() -> None:
    told = script(GOOD, scene="{engineer} sits in {team}.")
    scene = read_by_the_specification(to_twee(Conversation.model_validate(told)))[
        "Before you begin"
    ][1]
    assert '<span data-variable="engineer">Zofia</span> sits in' in scene
    assert f'<span data-variable="team">{FACTS["team"]}</span>.' in scene


def test_what_was_meant_is_not_seen_before_one_has_chosen() -> None:
    story = read_by_the_specification(to_twee(Conversation.model_validate(script(GOOD))))
    assert "I was tired." not in story["opening"][1]
    assert "I was tired." in story["opening--a"][1]
    assert "I was tired." in story["end--end"][1]


@SLOWLY
@given(conversations())
def test_nothing_in_a_text_is_markup_code_or_a_header(conversation: Conversation) -> None:
    twee = to_twee(conversation)
    story = read_by_the_specification(twee)  # a text that began a passage would be one too many
    ours = r'<b>|</b>|<br>|<span data-variable="[^"<>]*">|</span>'
    for name, (_, text) in story.items():
        if name in ("StoryTitle", "StoryData"):
            continue
        links = re.findall(r"^\[\[.*\]\]$", text, re.MULTILINE)
        assert len(links) == text.count("[[") == text.count("]]")
        assert [link for link in links if link.count("->") != 1 or "|" in link or "<" in link] == []
        rest = re.sub(ours, "•", re.sub(r"^\[\[(.*)->.*\]\]$", r"\1", text, flags=re.MULTILINE))
        assert not re.search(r"[<>\[\]{}$*_`~^\\|%\r\u2028\u2029]", rest), name
        assert not re.search(r"\(\s*[$_]?[\w/-]+:|//|''|==|@@|--", rest), name
        assert not re.search(r"&(?!(amp|lt|gt|#\d+);)", rest), name
        assert all(not row or row.startswith(("<b>", "[[")) for row in text.split("\n"))


# ---- and back ----------------------------------------------------------------------------------


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda shipped: shipped.id)
@pytest.mark.parametrize("way", [str, through_twine], ids=["direct", "through-twine"])
def test_a_shipped_script_comes_back_as_it_was(
    shipped: Conversation, way: Any, tmp_path: Path
) -> None:
    yaml, problems = from_twee(way(to_twee(shipped)), "talk.twee")
    (tmp_path / "talk.yaml").write_text(yaml, encoding="utf-8")
    found, told = read_conversation(tmp_path / "talk.yaml", tmp_path)
    assert (problems, told) == ((), ())
    assert found is not None
    assert same(found, shipped)


@SLOWLY
@given(conversations())
def test_any_script_comes_back_as_it_was(conversation: Conversation) -> None:
    yaml, _ = from_twee(to_twee(conversation), "talk.twee")
    assert same(read_back(yaml), conversation)


@SLOWLY
@given(conversations())
def test_any_script_comes_back_from_twine_as_it_was(conversation: Conversation) -> None:
    yaml, _ = from_twee(through_twine(to_twee(conversation)), "talk.twee")
    assert same(read_back(yaml), conversation)


# ---- changed in Twine --------------------------------------------------------------------------


def changed(*changes: tuple[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """What comes back of a small script when each first text in its Twee is the second."""
    twee = to_twee(Conversation.model_validate(script(GOOD, scene="{engineer} is late.")))
    for old, new in changes:
        assert old in twee
        twee = twee.replace(old, new)
    yaml, problems = from_twee(twee, "talk.twee", "talk.yaml")
    return YAML(typ="safe").load(yaml), list(problems)


def test_a_text_that_was_changed_in_twine_is_changed() -> None:
    data, problems = changed(("<b>Why:</b> It asks.", "<b>Why:</b> It *really* asks.\nTwice."))
    assert data["nodes"]["opening"]["choices"][0]["why"] == "It *really* asks.\nTwice."
    assert problems == []


def test_a_variable_may_be_typed_in_braces() -> None:
    data, _ = changed(("I closed it.", "Ask {team}."))
    assert data["nodes"]["opening"]["text"] == "Ask {team}."


def test_the_words_of_a_link_count_where_its_passage_says_something_else() -> None:
    asked = "What did you see there today?"
    data, problems = changed(
        (f"[[{asked}->opening--a]]", "[[What was it that you saw?->opening--a]]")
    )
    says = [choice["say"] for choice in data["nodes"]["opening"]["choices"]]
    assert says == ["What was it that you saw?", asked]
    (note,) = problems
    assert note.severity == "note"
    assert '"What was it that you saw?"' in note.what


def test_a_node_that_was_added_in_twine_is_a_node_with_its_place_on_the_map() -> None:
    data, _ = changed(
        ("[[Go on->third]]", "[[Go on->A new turn]]"),
        (
            ":: third [",
            ':: A new turn {"position":"100,300","size":"100,100"}\nWait.\n\n:: third [',
        ),
    )
    assert list(data["nodes"]) == ["opening", "a-new-turn", "second", "third", "end"]
    assert data["nodes"]["opening"]["choices"][1]["next"] == "a-new-turn"
    assert data["nodes"]["a-new-turn"]["text"] == "Wait."


def test_a_story_that_was_renamed_in_twine_has_its_new_title() -> None:
    data, _ = changed((":: StoryTitle\nA closed change", ":: StoryTitle\nThe open door"))
    assert (data["id"], data["title"]) == ("a-closed-change", "The open door")


def test_what_has_no_place_is_told_with_its_line() -> None:
    _, problems = changed(("<b>Trust:</b>", "<b>Mood:</b>"))
    told = [p for p in problems if "has no place" in p.what]
    assert told
    assert told[0].place.startswith("line ")
    assert any(p.place.startswith("key nodes.opening.choices.1.trust (line ") for p in problems)


def test_what_was_meant_is_asked_about_where_two_passages_differ() -> None:
    twee = to_twee(Conversation.model_validate(script(GOOD)))
    head, found, tail = twee.partition("I was tired.")
    _, problems = from_twee(head + found + tail.replace("I was tired.", "I was ill.", 1), "t.twee")
    assert [p.what.partition(" is ")[0] for p in problems] == ["What was meant"]


# ---- stories of others -------------------------------------------------------------------------


def story(text: str) -> tuple[dict[str, Any], list[Problem]]:
    """The YAML of a Twee file, read, and every problem."""
    yaml, problems = from_twee(text, "story.twee", "mine.yaml")
    return YAML(typ="safe").load(yaml), list(problems)


def notes(text: str) -> list[str]:
    """Where each note is, and what it says first."""
    told = [problem for problem in story(text)[1] if problem.severity == "note"]
    assert {problem.file for problem in told} <= {"story.twee"}
    return [f"{problem.place}: {problem.what}" for problem in told]


@pytest.mark.parametrize(
    ("written", "say", "goes_to"),
    [
        ("[[Go there->The Hall]]", "Go there", "the-hall"),
        ("[[The Hall<-Go there]]", "Go there", "the-hall"),
        ("[[Go there|The Hall]]", "Go there", "the-hall"),
        ("[[The Hall]]", "The Hall", "the-hall"),
        ("[[ Go there -> The Hall ]]", "Go there", "the-hall"),
        ("[[a->b->The Hall]]", "a->b", "the-hall"),
        ("[[The Hall<-a<-b]]", "a<-b", "the-hall"),
        ("[[Go &amp; see->The Hall]]", "Go & see", "the-hall"),
        ("[[Go there|The Hall][$x = 1]]", "Go there", "the-hall"),
        ("[[[Go there->The Hall]]", "Go there", "the-hall"),
        ('(link-goto: "Go there", "The Hall")', "Go there", "the-hall"),
        ("(link-goto:'The Hall')", "The Hall", "the-hall"),
        ('(Link-Reveal-Goto: "Go there", "The Hall")', "Go there", "the-hall"),
    ],
)
def test_every_form_of_link_is_a_choice(written: str, say: str, goes_to: str) -> None:
    data, _ = story(f":: Start\nYou wait.\n\n* {written}\n\n:: The Hall\nIt is cold.\n")
    (found,) = data["nodes"]["start"]["choices"]
    assert (found["say"], found["next"]) == (say, goes_to)
    assert data["nodes"]["start"]["text"] == "You wait."


def test_a_link_in_a_sentence_leaves_its_words() -> None:
    data, _ = story(
        ":: Start\nThere is a [[door->Hall]] here,\nand a [[window->Hall]].\n\n:: Hall\nx\n"
    )
    assert data["nodes"]["start"]["text"] == "There is a door here,\nand a window."
    assert [c["say"] for c in data["nodes"]["start"]["choices"]] == ["door", "window"]


def test_a_passage_without_links_is_an_end() -> None:
    data, _ = story(":: Start\nBye.\n")
    end = {"outcome": None, "debrief": [None, None], "take_away": None}
    assert data["nodes"] == {"start": {"speaker": None, "text": "Bye.", "meant": None, "end": end}}


def test_every_key_that_is_empty_is_told_with_the_line_of_the_yaml() -> None:
    text = ":: Start\nHm.\n[[A->Hall]]\n[[B->Hall]]\n\n:: Hall\nx\n"
    yaml, problems = from_twee(text, "s.twee", "m.yaml")
    lines = yaml.splitlines()
    empty = {
        number
        for number, line in enumerate(lines, 1)
        if re.fullmatch(r" *(- )?\w+:| *-", line) and not opens_more(lines, number)
    }
    told = {p.place for p in problems if p.file == "m.yaml" and p.severity == "error"}
    places = {int(place.rpartition("(line ")[2][:-1]) for place in told}
    assert len(empty) > 20
    assert empty <= places


def opens_more(lines: list[str], number: int) -> bool:
    """Whether the line after this one, counted from 1, belongs to its key."""
    if number == len(lines):
        return False
    indents = [len(line) - len(line.lstrip(" -")) for line in lines[number - 1 : number + 1]]
    return indents[1] > indents[0]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        (':: A\nx\n\n:: B\nx\n\n:: StoryData\n{"start": "B"}\n', "b"),
        (':: A\nx\n\n:: Start\nx\n\n:: StoryData\n{"start": "nowhere"}\n', "start"),
        (":: A\nx\n\n:: Start\nx\n", "start"),
        (":: A\nx\n\n:: B\nx\n", "a"),
    ],
)
def test_it_starts_where_the_story_does(text: str, start: str) -> None:
    assert story(text)[0]["start"] == start


def test_windows_line_ends_and_a_mark_at_the_start_change_nothing() -> None:
    text = ":: Start\nOne.\n\nTwo.\n[[A->B]]\n\n:: B\nx\n"
    assert from_twee("\ufeff" + text.replace("\n", "\r\n"), "s.twee") == from_twee(text, "s.twee")
    assert from_twee(text.replace("\n", "\r"), "s.twee") == from_twee(text, "s.twee")


@pytest.mark.parametrize(
    "header",
    [
        "::The Bar",
        ":: The Bar [calm  late]",
        ":: The Bar[calm]",
        ':: The Bar {"position":"600,400","size":"100,200"}',
        ':: The Bar [calm] {"position":"600,400"}',
        ":: The Bar [calm] <600,400>",
        ":: The Bar {not json}",
        "::   The Bar   ",
        r":: \ The Bar\ ",
    ],
)
def test_headers_of_every_twee_are_read(header: str) -> None:
    data, _ = story(f"{header}\nHm.\n")
    assert list(data["nodes"]) == ["the-bar"]
    assert data["nodes"]["the-bar"]["text"] == "Hm."


def test_brackets_in_a_name_are_escaped() -> None:
    (passage,), problems = read_passages(
        ':: a\\[1\\] \\{b\\} \\\\c [x\\]y] {"position":"1,2"}\nx', "f"
    )
    assert problems == []
    assert passage == Passage("a[1] {b} \\c", "x", ("x]y",), (1, 2))
    assert read_passages(as_twee(passage), "f") == ([passage], [])


def test_a_line_that_begins_like_a_header_can_be_text() -> None:
    data, _ = story(":: Start\nOne.\n\\:: not a passage\n")
    assert data["nodes"]["start"]["text"] == "One.\n:: not a passage"


def test_what_a_script_has_no_place_for_is_told_with_its_line() -> None:
    text = (
        "A word before.\n:: Start\nHm. (set: $x to 1)\n[[Out->https://example.com]]\n[[On->B]]\n"
        ":: B\nx\n:: StoryInit\ncode\n:: css [stylesheet]\nb {}\n:: js [script]\n1\n:: StoryData\n{{\n::\nq\n"
    )
    assert notes(text) == [
        "line 1: Text before the first passage was left out.",
        'line 3: There is code of a story format here, such as "(set:"; it stays as text.',
        'line 4: The link to "https://example.com" leads out of the story, and was left out.',
        'line 8: The passage "StoryInit" is for the story format, and was left out.',
        'line 10: The passage "css" is for the story format, and was left out.',
        'line 12: The passage "js" is for the story format, and was left out.',
        "line 14: StoryData is not JSON, and was left out.",
        "line 16: A passage without a name was left out.",
    ]


def test_a_link_to_nowhere_is_told_in_both_files() -> None:
    data, problems = story(":: Start\nHm.\n[[On->The Attic]]\n")
    assert data["nodes"]["start"]["choices"][0]["next"] == "the-attic"
    told = [
        (p.file, p.place.partition(" ")[0])
        for p in problems
        if "Attic" in p.what or "attic" in p.what
    ]
    assert told == [("mine.yaml", "key"), ("story.twee", "line")]


def test_of_two_passages_with_one_name_both_are_kept() -> None:
    text = ":: Start\nHm.\n[[On->B]]\n\n:: B\nOne.\n\n:: B\nTwo.\n"
    nodes = story(text)[0]["nodes"]
    assert (nodes["b"]["text"], nodes["b-2"]["text"]) == ("One.", "Two.")
    assert notes(text) == ['line 8: Two passages are called "B": links lead to that in line 5.']


def test_names_that_become_the_same_id_stay_apart() -> None:
    nodes = story(":: The bar\nOne.\n\n:: the-bar\nTwo.\n\n:: 3 bars\nThree.\n\n:: 吧\nFour.\n")[0][
        "nodes"
    ]
    assert {name: node["text"] for name, node in nodes.items()} == {
        "the-bar-2": "One.", "the-bar": "Two.", "passage-3-bars": "Three.", "ba": "Four.",
    }  # fmt: skip


def test_paragraphs_stay_apart() -> None:
    assert story(":: Start\nOne.\n\nTwo.\n")[0]["nodes"]["start"]["text"] == "One.\nTwo."


# ---- hostile files -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "no line begins with ::"),
        ("Dear Zofia,\n\nyours\n", "no line begins with ::"),
        ("<html>", "no line begins with ::"),
        (":: A\n" + "x" * 1_000_000, "larger than 1 MB"),
        (":: A\n" + "é" * 600_000, "larger than 1 MB"),
        (":: A\nx\n" * 301, "301 passages"),
        (":: A\n" + "[[x]]\n" * 1001, "1001 links"),
    ],
)
def test_what_is_no_story_or_too_large_is_refused(text: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        from_twee(text, "s.twee")


@pytest.mark.parametrize(
    "text",
    [
        ":: " + "[" * 300_000,
        ":: " + " " * 300_000 + "x",
        ":: a" + "\\" * 300_001,
        ":: a {" + '"a":{' * 60_000,
        ":: StoryData\n" + "[" * 300_000,
        ":: A\n" + "[[" * 150_000,
        ":: A\n" + "[[a->b]" * 40_000,
        ":: A\n" + "(link-goto:'" * 25_000,
        ":: A\n" + "(" * 300_000,
        ":: A\n" + "<a" * 150_000,
        ":: A\n" + '<span data-variable="' * 15_000,
        ":: A\n" + "&#7;&#129;&#xD800;&#0;\0\x07\ud800" * 10_000,
        ":: A [kit-choice kit-end kit-node kit-scene kit-cast]\n" + "<b>x:</b> y\n" * 100,
    ],
    ids=range(13),
)
def test_a_file_that_was_made_to_break_the_reading_does_not(text: str) -> None:
    yaml, _ = from_twee(text, "s.twee")
    assert YAML(typ="safe").load(yaml)["id"]


PIECES = st.sampled_from(
    [
        *HOSTILE, ":: ", "\n:: ", "\n:: a", "\n:: StoryData\n", "\n:: StoryTitle\n", "\n:: Start [", "] {",
        " [kit-node]\n", " [kit-choice]\n", " [kit-end kit-misstep]\n", " [kit-scene kit-id-x]\n",
        " [kit-cast]\n", "[[a]]", "[[b->a]]", "[[Who is who]]", "<b>", "</b>", "<b>Name:</b> x", "<b>engineer:</b>",
        "<b>Minutes:</b> 99", '{"position":"1,2"}', '{"start":"a"}', "(link-goto:", "\0", "\x1b", "a", " ",
    ]
)  # fmt: skip


@settings(SLOWLY, max_examples=150)
@given(st.lists(PIECES | st.text(max_size=8), max_size=25).map("".join))
def test_any_text_gives_yaml_that_can_be_read_or_a_message(text: str) -> None:
    for twee in (text, f":: a\n{text}"):
        try:
            yaml, problems = from_twee(twee, "s.twee", "m.yaml")
        except InputError:
            assert twee is text  # the other has a passage, and is no longer than 1 MB
            continue
        assert set(YAML(typ="safe").load(yaml)) <= set(Conversation.model_fields)
        assert {problem.file for problem in problems} <= {"s.twee", "m.yaml"}
        assert not any("not YAML" in problem.what for problem in problems)
        last = twee.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
        for problem in problems:
            if problem.file == "s.twee":
                assert problem.severity == "note"
                assert 1 <= int(problem.place.removeprefix("line ")) <= last
