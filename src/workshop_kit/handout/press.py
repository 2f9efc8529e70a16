"""Parts and a sheet → a PDF/UA-1 document, through Typst, the same bytes for the same input."""

from __future__ import annotations

import datetime
import functools
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import typst

from workshop_kit import markup
from workshop_kit.errors import HandoutError
from workshop_kit.handout.cells import Part
from workshop_kit.handout.leaves import as_files, short_names, with_cuts
from workshop_kit.model import Model
from workshop_kit.pictures import FONTS, Album

TEMPLATE = Path(__file__).with_name("template.typ")
MISSING_GLYPH = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
STAND_IN = "□"
OWN = {"team", "leader"}  # of the document; the rest of a sheet is the event's
TIMESTAMP = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


class Sheet(Model):
    """What stands around the text of every page. `date` is written out; `logo` is a picture's bytes
    in base64; `paper`, `language` as in `event.yaml`. All may stay empty: any notebook has a sheet."""

    event: str = ""
    team: str = ""
    leader: str = ""
    date: str = ""
    paper: Literal["a4", "us-letter"] = "a4"
    language: str = "en"
    color: str = "#1d4e63"
    logo: str = ""
    fictional: bool = False


class PressFailed(Exception):
    """Typst refused the document; `message` is its own first complaint."""


def print_part(part: Part, sheet: Sheet) -> tuple[bytes, list[str]]:
    """One notebook as a PDF, and what could not be shown as it was."""
    body, warnings = markup.to_typst(with_cuts(markup.level_headings(part.blocks)))
    source = f"#title-block()\n\n{body}"
    pdf, more = _press(source, part.title_text, sheet, part.album.files, combined=False)
    return pdf, _formula_warnings(warnings) + more


def printed(part: Part, name: str, sheet: Sheet) -> tuple[bytes, list[str]]:
    """The part as a PDF, and what could not be printed as it was written. Raises HandoutError."""
    try:
        pdf, remarks = print_part(part, sheet)
    except PressFailed as error:
        raise HandoutError(name, "", f"Typst can't set it: {error}") from error
    return pdf, [*(remark.text for remark in part.remarks), *remarks]


def print_parts(
    parts: Sequence[Part], sheet: Sheet, title: str, welcome: Part | None = None
) -> tuple[bytes, list[str]]:
    """A cover with contents, then the parts, each with a bookmark; and what could not be shown."""
    blocks: list[markup.Node] = []
    files: dict[str, bytes] = dict(welcome.album.files) if welcome else {}
    for part in parts:
        blocks.append(markup.heading(1, part.title))
        blocks += markup.level_headings(part.blocks, below=1)
        files |= part.album.files
    body, warnings = markup.to_typst(with_cuts(blocks))
    greeting, more = markup.to_typst(welcome.blocks) if welcome else ("", "")
    source = f"#cover(welcome: [\n{greeting}\n])\n\n{body}"
    pdf, missing = _press(source, title, sheet, files, combined=True)
    return pdf, _formula_warnings(warnings + more) + missing


def _formula_warnings(messages: str) -> list[str]:
    return [
        f"a formula is printed as it was typed: {found}"
        for found in re.findall(r"Could not convert TeX math (.*?), rendering as TeX", messages)
    ]


def _press(
    source: str, title: str, sheet: Sheet, files: Mapping[str, bytes], combined: bool
) -> tuple[bytes, list[str]]:
    album = Album()
    logo = album.add_base64(sheet.logo) if sheet.logo else ""
    language, _, region = sheet.language.partition("-")
    data: dict[str, Any] = {
        **sheet.model_dump(exclude=OWN),
        "language": language,
        "region": region,
        "color_text": readable(sheet.color),
        "logo": logo,
        "combined": combined,
    }
    main = f'#import "template.typ": *\n#show: handout\n\n{source}\n'
    own = {**sheet.model_dump(include=OWN), "title": title or "Untitled"}
    settings = json.dumps({"sheet": data, "own": own}, ensure_ascii=False)
    pictures = {**files, **album.files}
    with tempfile.TemporaryDirectory(prefix="workshop-kit-") as name:
        folder = Path(name)
        shutil.copyfile(TEMPLATE, folder / "template.typ")
        for long, short in short_names(pictures).items():
            (folder / short).write_bytes(pictures[long])
            main, settings = main.replace(long, short), settings.replace(long, short)

        def compiled(text: str, values: str) -> bytes:
            for file, content in {**as_files(text), "sheet.json": values}.items():
                (folder / file).write_text(content, encoding="utf-8")
            return compile_folder(folder)

        return with_stand_ins(compiled, main, settings)


def with_stand_ins(
    compiled: Callable[[str, str], bytes], main: str, settings: str
) -> tuple[bytes, list[str]]:
    """The PDF; characters that no font has are replaced by a box, since PDF/UA allows no gap."""
    replaced: list[str] = []
    while True:
        try:
            return compiled(main, settings), _glyph_warnings(replaced)
        except typst.TypstError as error:
            missing = [_unescaped(text) for text in MISSING_GLYPH.findall(error.diagnostic)]
            missing = [text for text in missing if text in main or text in settings]
            if not missing:
                raise PressFailed(error.message) from error
        for text in missing:
            main, settings = main.replace(text, STAND_IN), settings.replace(text, STAND_IN)
        replaced += missing


def _glyph_warnings(replaced: Sequence[str]) -> list[str]:
    return [
        f"no font of the kit has {text!r} (U+{ord(text[0]):04X}); a box is printed instead"
        for text in dict.fromkeys(replaced)
    ]


def _unescaped(text: str) -> str:
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), text)


def compile_folder(folder: Path) -> bytes:
    compiler = typst.Compiler(
        str(folder / "main.typ"),
        root=str(folder),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        # Packages are never used; were one named, it must be looked for nowhere.
        package_path=str(folder),
        package_cache_path=str(folder),
    )
    pdf = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=TIMESTAMP)
    assert isinstance(pdf, bytes)
    return pdf


@functools.cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


def readable(color: str) -> str:
    """The colour itself, or a darker shade of it with a contrast of at least 4.5:1 on white (WCAG 2.2)."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    while _contrast_on_white(red, green, blue) < 4.5:
        red, green, blue = (int(part * 0.94) for part in (red, green, blue))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _contrast_on_white(*channels: int) -> float:
    shares = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (0.2126 * shares[0] + 0.7152 * shares[1] + 0.0722 * shares[2] + 0.05)
