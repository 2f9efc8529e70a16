"""Ladders in YAML and JSON: keys are headings, texts are bullets, records are rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ladder_reading import Reading, skips


@pytest.fixture
def read(tmp_path: Path) -> Reading:
    return Reading(tmp_path)


WANTED = [
    ("Senior", "Craft", "Writes"),
    ("Senior", "Care", "Asks."),
    ("Senior", "Care", "Helps."),
    ("Staff", "Craft", "Plans"),
]


class TestYaml:
    def test_levels_over_dimensions(self, read: Reading):
        text = "Senior:\n  Craft: [Writes]\n  Care: Asks. Helps.\nStaff:\n  Craft: [Plans]\n"
        assert read.rows("a.yaml", text) == WANTED

    def test_dimensions_over_levels(self, read: Reading):
        text = "Craft:\n  Senior: Writes\n  Staff: [Plans]\nCare:\n  Senior: |\n    - Asks.\n    - Helps.\n"
        assert sorted(read.rows("a.yml", text)) == sorted(WANTED)

    def test_a_key_says_what_is_a_level_whatever_its_name(self, read: Reading):
        text = "tracks:\n  Web:\n    levels:\n      Sprout: [Draws]\n      Oak: [Designs]\n"
        assert read.rows("a.yaml", text) == [("Sprout", "Web", "Draws"), ("Oak", "Web", "Designs")]

    def test_a_key_says_what_is_a_dimension_whatever_its_name(self, read: Reading):
        text = "tracks:\n  Web: {Sprout: [Draws]}\n  Core: {Sprout: [Writes], Oak: [Plans]}\n"
        assert read.rows("a.yaml", text) == [
            ("Sprout", "Web", "Draws"),
            ("Sprout", "Core", "Writes"),
            ("Oak", "Core", "Plans"),
        ]

    def test_numbered_and_named_levels_are_kept_together(self, read: Reading):
        text = "name: Ours\nlevels:\n- {level: 3, title: Senior, Craft: [Writes]}\n- {title: Staff, Craft: [Plans]}\n"
        ladder = read.ladder("a.yaml", text)
        assert ladder.name == "Ours"
        assert ladder.levels == ("3 – Senior", "Staff")

    def test_places_are_lines(self, read: Reading):
        ladder = read.ladder("a.yaml", "# ours\nL1:\n  Craft:\n    - Writes\n    - n/a\n")
        assert [s.place for s in ladder.statements] == ["line 4"]
        assert skips(ladder) == [("line 5", "a bullet without words")]

    def test_a_level_called_no_or_010_keeps_its_name(self, read: Reading):
        assert read.rows("a.yaml", "levels:\n  010: [Writes]\n  no: [Plans]\n") == [
            ("010", "", "Writes"),
            ("no", "", "Plans"),
        ]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("a: &x [Writes]\nb: *x\n", "An alias"),
            ("a: &a [*a]\n", "An alias"),
            ("a: [b\n", "This is not YAML"),
            ("\tL1: x\n", "This is not YAML"),
            ("{" * 100, "nested too deeply"),
            ("".join(" " * n + "a:\n" for n in range(60)), "nested too deeply"),
            ("- a\n" * 60_000, "longer than 200,000 characters"),
            ("? [a]\n: b\n", "no simple key"),
            ("just text\n", "No statement was found"),
            ("a: 1\n---\nb: 2\n", "This is not YAML"),
        ],
    )
    def test_what_is_no_ladder(self, read: Reading, text: str, said: str):
        assert said in read.error("a.yaml", text).what

    def test_a_tag_runs_nothing(self, read: Reading):
        text = "L1:\n  - !!python/object/apply:os.system ['exit 1']\n  - Writes\n"
        assert read.rows("a.yaml", text)[-1] == ("L1", "", "Writes")


TRACKS = {
    "Mobile": [("Works", ["A b", "C d"], ["An e"]), ("Builds", ["E f"], [])],
    "Web": [("Draws", ["A b"], ["An f", "An g"]), ("Designs", [], [])],
}


def milestones(track: str) -> list[dict[str, object]]:
    return [
        {"summary": summary, "signals": signals, "examples": examples}
        for summary, signals, examples in TRACKS[track]
    ]


class TestJson:
    @pytest.mark.parametrize(
        "data",
        [
            {"tracks": {t: {"description": "x", "milestones": milestones(t)} for t in TRACKS}},
            {t: {"description": "x", "milestones": milestones(t)} for t in TRACKS},
            [{"name": t, "description": "x", "milestones": milestones(t)} for t in TRACKS],
            {
                "tracks": [
                    {"id": t, "description": "x", "milestones": milestones(t)} for t in TRACKS
                ]
            },
        ],
        ids=["object", "object alone", "array", "array in object"],
    )
    def test_tracks_with_milestones(self, read: Reading, data: object):
        ladder = read.ladder("a.json", json.dumps(data))
        assert [(s.level, s.heading, s.text) for s in ladder.statements] == [
            ("1", "Mobile", "Works"),
            ("1", "Mobile", "A b"),
            ("1", "Mobile", "C d"),
            ("2", "Mobile", "Builds"),
            ("2", "Mobile", "E f"),
            ("1", "Web", "Draws"),
            ("1", "Web", "A b"),
            ("2", "Web", "Designs"),
        ]
        reasons = [skipped.reason for skipped in ladder.skipped]
        assert sorted(reasons) == ["an example"] * 3 + ["the field description"] * 2
        assert all(skipped.place.startswith("key ") for skipped in ladder.skipped)

    def test_records_in_any_order_of_keys(self, read: Reading):
        records = [
            {"statement": "Writes. Tests.", "dimension": "Craft", "level": "L1", "id": 7},
            {"level": "L2", "statement": "Plans", "dimension": "Care"},
        ]
        ladder = read.ladder("a.json", json.dumps({"ladder": records}))
        assert [(s.level, s.heading, s.text) for s in ladder.statements] == [
            ("L1", "Craft", "Writes. Tests."),
            ("L2", "Care", "Plans"),
        ]
        assert skips(ladder) == [("key ladder.1.id", "a column that is not read")]

    def test_records_of_a_statement_alone(self, read: Reading):
        assert read.rows("a.json", '[{"statement": "Writes"}, {"statement": "Plans"}]') == [
            ("", "", "Writes"),
            ("", "", "Plans"),
        ]

    def test_records_with_a_key_a_dimension(self, read: Reading):
        records = [{"level": "Junior", "Craft": "Writes"}, {"level": "Senior", "Craft": "Plans"}]
        assert read.rows("a.json", json.dumps(records)) == [
            ("Junior", "Craft", "Writes"),
            ("Senior", "Craft", "Plans"),
        ]

    def test_a_table_as_lists(self, read: Reading):
        assert read.rows("a.json", '[["", "L1", "L2"], ["Craft", "Writes", "Plans"]]') == [
            ("L1", "Craft", "Writes"),
            ("L2", "Craft", "Plans"),
        ]

    def test_a_description_is_a_statement_only_where_there_is_nothing_else(self, read: Reading):
        levels = [{"level": 1, "description": "Writes."}, {"level": 2, "description": "Plans."}]
        data = {"dimensions": [{"name": "Craft", "description": "What we do", "levels": levels}]}
        ladder = read.ladder("a.json", json.dumps(data))
        assert [(s.level, s.heading, s.text) for s in ladder.statements] == [
            ("1", "Craft", "Writes."),
            ("2", "Craft", "Plans."),
        ]
        assert skips(ladder) == [("key dimensions.1.description", "the field description")]

    def test_a_key_that_stands_twice_is_read_twice(self, read: Reading):
        assert read.rows("a.json", '{"L1": ["Writes"], "L1": ["Tests"]}') == [
            ("L1", "", "Writes"),
            ("L1", "", "Tests"),
        ]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ('{"a": ', "This is not JSON"),
            ("[" * 100_000, "nested too deeply"),
            ("[" * 50 + "1" + "]" * 50, "nested too deeply"),
            ("[" + "1," * 60_000 + "1]", "more than 50,000 values"),
            (json.dumps({"L1": "Writes code. " * 30_000}), "more than 20,000 lines"),
            ("{}", "No statement was found"),
            ('"L1"', "No statement was found"),
            ('{"a": {"b": "c"}}', "No statement was found"),
            ("\0{}", "NUL bytes"),
        ],
        ids=range(9),
    )
    def test_what_is_no_ladder(self, read: Reading, text: str, said: str):
        assert said in read.error("a.json", text).what
