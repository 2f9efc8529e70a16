"""All answers as CSV, JSON and Parquet, and each team's rewritten ladder as Markdown."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from workshop_kit.answer_words import tell
from workshop_kit.content import load_curriculum
from workshop_kit.content.names import clean
from workshop_kit.errors import InputError, Problem
from workshop_kit.event import EventFolder
from workshop_kit.ladder_files import ladder_bytes
from workshop_kit.own_ladder import rewrites_in, with_answers
from workshop_kit.rewritten import load_rewriting
from workshop_kit.store import Revision, open_store
from workshop_kit.whole_file import write_whole

LEADER = "leader"
LADDERS = "rewritten"
COLUMNS = (
    "team", "participant", "activity", "question", "item", "kind", "prompt", "answer", "problem",
    "saved_at", "revision", "value",
)  # fmt: skip

# What Excel, LibreOffice and Google Sheets take for a formula (CWE-1236), full-width signs included:
# at the start of a cell, and after what another list separator than ours would split it at.
_MARK = "'"
_FORMULA = "['\"]*[=+\\-@＝＋－＠]"
_STARTS_FORMULA = re.compile(rf"^(?={_FORMULA}|'*[\t\r\n])|(?<=[;\t\r\n])(?={_FORMULA})")

_HALF_A_PAIR = re.compile("[\ud800-\udfff]")

Record = dict[str, str | int]


@dataclass(frozen=True)
class Exported:
    """What was written: the files, how many answers, and in words what somebody should look at."""

    files: tuple[Path, ...]
    answers: int
    notes: tuple[str, ...]


def export_answers(folder: EventFolder, target: Path, *, history: bool = False) -> Exported:
    """Writes answers.csv, answers.json, answers.parquet and rewritten/<team>.md into `target`.

    The latest answer of each question, or with `history` every revision of it. `value` is the
    answer as the kit keeps it, as JSON; `answer` says the same in words; `saved_at` is in UTC.
    An answer that no longer fits its question is there, with the reason under `problem`.

    Raises StoreError when the answers can't be read, InputError when the folder can't be written.
    """
    _check_target(folder, target)
    revisions, latest = _read(folder, history)
    records = [_record(revision) for revision in revisions]
    ladders, notes = _own_ladders(folder, latest)
    files = {
        "answers.csv": as_csv(records),
        "answers.json": _as_json(records, revisions),
        "answers.parquet": _as_parquet(records),
        **ladders,
    }
    written = tuple(_write(target, files))
    return Exported(written, len(records), (*_misfits(records), *notes))


def _check_target(folder: EventFolder, target: Path) -> None:
    if (target / LADDERS).resolve() == (folder.path / LADDERS).resolve():
        what = "The export would replace the ladders that the teams brought."
        raise InputError([Problem(str(target), "", what, "Name another folder with --out.")])


def _read(folder: EventFolder, history: bool) -> tuple[list[Revision], list[Revision]]:
    """The revisions to write, and the latest of each key: one look, also while others are saving."""
    with open_store(folder.path, folder.event.database) as store:
        found = store.history() if history else store.latest()
    by_key = {(r.team, r.activity, r.participant, r.question): r for r in found}  # the last counts
    latest = [revision for revision in by_key.values() if revision.value is not None]
    return list(found) if history else latest, latest


def _own_ladders(
    folder: EventFolder, latest: Sequence[Revision]
) -> tuple[dict[str, bytes], list[str]]:
    """Each team's ladder as its leader rewrote it, by its file; and those that no file can hold."""
    files: dict[str, bytes] = {}
    notes: list[str] = []
    for team in folder.teams:
        values = {
            revision.question: revision.value
            for revision in latest
            if (revision.team, revision.participant) == (team.slug, LEADER)
        }
        brought = load_rewriting(folder.path, team.slug)
        own = with_answers(folder.ladders[team.ladder], brought, rewrites_in(values).values())
        if own.ladder:
            try:
                files[f"{LADDERS}/{team.slug}.md"] = ladder_bytes(own.ladder, ".md")
            except InputError as error:
                why = " ".join(problem.what for problem in error.problems)
                notes.append(f"The rewritten ladder of {team.slug} was left out. {why}")
    return files, notes


def _misfits(records: Sequence[Record]) -> Iterator[str]:
    for record in records:
        if record["problem"]:
            question = f"{record['question']}/{record['item']}".rstrip("/")
            where = ", ".join(str(record[name]) for name in ("team", "participant", "activity"))
            yield clean(f"{where}, {question}: no longer fits its question: {record['problem']}.")


def _write(target: Path, files: dict[str, bytes]) -> Iterator[Path]:
    fix = "Name another folder with --out."
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.mkdir(mode=0o700, exist_ok=True)  # answers are nobody else's business
        for name, data in files.items():
            path = target / name
            path.parent.mkdir(exist_ok=True)
            write_whole(path, data)
            yield path
    except (FileExistsError, NotADirectoryError) as error:
        what = "A file is in the way of the folder."
        raise InputError([Problem(str(target), "", what, fix)]) from error
    except OSError as error:
        what = f"The export can't be written there ({error.strerror or type(error).__name__})."
        raise InputError([Problem(str(target), "", what, fix)]) from error


# ---- the records -------------------------------------------------------------------------------


def _record(revision: Revision) -> Record:
    told = tell(load_curriculum(), revision.activity, revision.question, revision.value)
    return {
        "team": revision.team,
        "participant": revision.participant,
        "activity": revision.activity,
        "question": revision.question.partition("/")[0],
        "item": told.item,
        "kind": told.kind,
        "prompt": told.prompt,
        "answer": _HALF_A_PAIR.sub("\ufffd", told.words),
        "problem": told.problem,
        "saved_at": revision.at.isoformat(timespec="seconds"),
        "revision": revision.id,
        "value": _json(revision.value),
    }


def _json(value: object, indent: int | None = None) -> str:
    """JSON in which letters stay letters; half of a surrogate pair, which UTF-8 has no form for,
    is written as \\udXXX."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _HALF_A_PAIR.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def as_csv(records: Sequence[Record]) -> bytes:
    """The records as CSV that Excel opens with all letters right and takes no cell for a formula."""
    file = io.StringIO(newline="")
    rows = csv.writer(file, quoting=csv.QUOTE_ALL)
    rows.writerow(COLUMNS)
    for record in records:
        rows.writerow([_neutral(str(record[column])) for column in COLUMNS])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def _neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula; NUL, which some CSV readers refuse, becomes �.

    Every place at which a formula could start gets one more apostrophe, so that to take one away
    at each of them gives the text back.
    """
    return _STARTS_FORMULA.sub(_MARK, text.replace("\0", "\ufffd"))


def _as_json(records: Sequence[Record], revisions: Sequence[Revision]) -> bytes:
    whole = [{**record, "value": r.value} for record, r in zip(records, revisions, strict=True)]
    return _json(whole, indent=1).encode()


def _as_parquet(records: Sequence[Record]) -> bytes:
    import pyarrow
    import pyarrow.parquet

    types = dict.fromkeys(COLUMNS, pyarrow.string())
    types |= {"saved_at": pyarrow.timestamp("ms", tz="UTC"), "revision": pyarrow.int64()}
    rows = [
        {**record, "saved_at": datetime.datetime.fromisoformat(str(record["saved_at"]))}
        for record in records
    ]
    table = pyarrow.Table.from_pylist(rows, schema=pyarrow.schema(list(types.items())))
    file = io.BytesIO()
    pyarrow.parquet.write_table(table, file)
    return file.getvalue()
