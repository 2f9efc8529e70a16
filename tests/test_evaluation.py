"""Agreement figures: on a case computed by hand, on bad files, on the shared labelled statements."""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.errors import InputError
from workshop_kit.evaluation import Evaluation, evaluate, evaluate_file
from workshop_kit.tagging import DIMENSIONS

LABELLED = Path(__file__).parents[2] / "shared" / "ladders" / "labelled_statements.csv"


def problems_of(path: Path) -> list[tuple[str, str]]:
    """Where something is wrong, and what."""
    with pytest.raises(InputError) as raised:
        evaluate_file(path)
    assert {problem.file for problem in raised.value.problems} == {path.name}
    return [(problem.place, problem.what) for problem in raised.value.problems]


def written(folder: Path, *lines: str) -> Path:
    path = folder / "labelled.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


# ---- the figures -------------------------------------------------------------------------------

#                         right             wrong, defensible   wrong            right
LABELS = ["implementation", "implementation", "validation", "other"]
ALSO: list[list[str]] = [[], ["judgment"], ["judgment"], []]
PREDICTED = ["implementation", "judgment", "implementation", "other"]


@pytest.fixture(scope="module")
def by_hand() -> Evaluation:
    return evaluate(LABELS, ALSO, PREDICTED)


def test_strict_agreement_counts_the_label_alone(by_hand: Evaluation) -> None:
    assert by_hand.count == 4
    assert by_hand.strict == 2 / 4


def test_defensible_agreement_counts_what_a_careful_reader_could_say(by_hand: Evaluation) -> None:
    assert by_hand.defensible == 3 / 4


def test_f1_is_twice_the_right_over_those_labelled_and_those_predicted(by_hand: Evaluation) -> None:
    # implementation: 1 right, 1 missed, 1 wrong: 2 / 4
    expected = {"implementation": 0.5, "validation": 0.0, "judgment": 0.0, "other": 1.0}
    assert by_hand.f1 == expected


def test_macro_f1_is_the_mean_over_the_labels_that_occur(by_hand: Evaluation) -> None:
    assert by_hand.macro_f1 == pytest.approx((0.5 + 0.0 + 1.0) / 3)


def test_the_confusion_counts_each_pair_of_label_and_prediction(by_hand: Evaluation) -> None:
    assert by_hand.confusion == {
        ("implementation", "implementation"): 1,
        ("implementation", "judgment"): 1,
        ("validation", "implementation"): 1,
        ("other", "other"): 1,
    }


def test_the_table_has_a_row_for_each_label_that_sums_to_its_count(by_hand: Evaluation) -> None:
    head, columns, *rows = by_hand.table().splitlines()
    assert head == (
        "4 statements · agreement 0.500 strict, 0.750 counting defensible labels · macro-F1 0.500"
    )
    assert columns.split() == [*(name[:7] for name in DIMENSIONS), "F1"]
    cells = {row.split()[0]: [float(cell) for cell in row.split()[1:]] for row in rows}
    assert list(cells) == list(DIMENSIONS)
    assert {name: sum(row[:-1]) for name, row in cells.items() if any(row)} == {
        "implementation": 2,
        "validation": 1,
        "other": 1,
    }


labels = st.sampled_from(DIMENSIONS)


@given(st.lists(st.tuples(labels, st.lists(labels, max_size=2), labels), min_size=1))
def test_figures_lie_between_0_and_1_and_defensible_is_never_less_than_strict(
    rows: list[tuple[str, list[str], str]],
) -> None:
    found = evaluate([r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows])
    assert 0 <= found.strict <= found.defensible <= 1
    assert 0 <= found.macro_f1 <= 1
    assert sum(found.confusion.values()) == found.count == len(rows)


def test_labels_compared_with_themselves_agree_in_everything() -> None:
    found = evaluate(DIMENSIONS, [[]] * len(DIMENSIONS), DIMENSIONS)
    assert found.strict == found.defensible == found.macro_f1 == 1
    assert set(found.f1.values()) == {1}


# ---- files -------------------------------------------------------------------------------------


def test_a_file_is_read_with_or_without_the_last_column(tmp_path: Path) -> None:
    path = written(tmp_path, "statement,label", "Writes Kotlin code.,implementation")
    assert evaluate_file(path).strict == 1


def test_columns_may_stand_in_any_order_beside_others(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "\ufeffid,also_acceptable,label,statement",
        "7,implementation judgment,other,Writes Kotlin code.",
    )
    found = evaluate_file(path)
    assert (found.strict, found.defensible) == (0, 1)


def test_every_label_that_is_none_is_named_with_its_row_all_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "statement,label,also_acceptable",
        "Writes code.,coding,",
        "",
        '"Reviews it,\nin two lines.",validation,judgment luck',
        "Plans.",
    )
    assert problems_of(path) == [
        ("row 2", '"coding" is not a dimension.'),
        ("row 4", '"luck" is not a dimension.'),
        ("row 5", '"" is not a dimension.'),
    ]


def test_missing_columns_are_named_together(tmp_path: Path) -> None:
    path = written(tmp_path, "text;tag", "Writes code.;implementation")
    assert problems_of(path) == [("", "has no column label and no column statement.")]


@pytest.mark.parametrize("lines", [["statement,label"], ["statement,label", ",", ""]])
def test_a_file_without_rows_is_empty(tmp_path: Path, lines: list[str]) -> None:
    assert problems_of(written(tmp_path, *lines)) == [("", "is empty.")]


def test_a_file_that_cannot_be_opened_is_a_problem(tmp_path: Path) -> None:
    assert problems_of(tmp_path)[0][1].startswith("can't be read")


@given(st.binary() | st.text().map(lambda text: f"statement,label\n{text}".encode()))
def test_any_bytes_give_figures_or_a_message(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder, suppress(InputError):
        path = Path(folder) / "labelled.csv"
        path.write_bytes(raw)
        assert evaluate_file(path).count >= 1


# ---- the shared labelled statements ------------------------------------------------------------


@pytest.mark.skipif(not LABELLED.is_file(), reason=f"not part of the repository ({LABELLED})")
def test_the_tagger_is_defended_more_often_than_the_commonest_label() -> None:
    with LABELLED.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    labels = [row["label"] for row in rows]
    commonest = Counter(labels).most_common(1)[0][0]
    also = [row["also_acceptable"].split() for row in rows]
    always = evaluate(labels, also, [commonest] * len(rows))
    found = evaluate_file(LABELLED)
    assert found.count == len(rows)
    assert found.defensible > always.defensible
    assert found.macro_f1 > always.macro_f1
