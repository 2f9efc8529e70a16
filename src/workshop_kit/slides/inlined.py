"""What a slide show needs beside its words, as text to put into the page: reveal.js, notes, fonts."""

from __future__ import annotations

import base64
import functools
import importlib.util
import re
import unicodedata
from pathlib import Path

from workshop_kit.errors import HandoutError
from workshop_kit.pictures import FONTS

STYLES = Path(__file__).with_name("slides.css")
INTER = {"Inter-Regular.otf": 400, "Inter-SemiBold.otf": 600}
CJK = "DroidSansFallbackFull.ttf"
OTHER_FONTS = {
    "CJK": CJK,
    "FULLWIDTH": CJK,
    "HIRAGANA": CJK,
    "KATAKANA": CJK,
    "HANGUL": "NotoSansKR-Hangul.otf",
}


def reveal_file(name: str) -> str:
    """A file of reveal.js, which stands inside the package pyreveal; its Python is not imported."""
    spec = importlib.util.find_spec("pyreveal")
    if spec is None or not spec.submodule_search_locations:
        raise HandoutError("slides", "", "pyreveal is missing; install the kit again")
    path = Path(spec.submodule_search_locations[0], "revealjs", "dist", name)
    if not path.is_file():
        raise HandoutError("slides", "", f"pyreveal has no {name}; install the kit again")
    return path.read_text(encoding="utf-8")


@functools.cache
def scripts() -> str:
    """reveal.js and its notes, fit to stand inside a script element."""
    licence = reveal_file("../LICENSE").replace("*/", "")
    found = [reveal_file("reveal.js"), reveal_file("plugin/notes.js")]
    # The page that the notes open is text in their script: it must not end the element here.
    text = re.sub(r"<(?=/script|!--)", r"<\\", "\n".join(found), flags=re.IGNORECASE)
    return f"/* reveal.js, MIT licence:\n{licence}*/\n{text}"


def styles(text: str) -> str:
    """The style sheets, with the fonts that the text needs."""
    sheets = [reveal_file("reset.css"), reveal_file("reveal.css")]
    families = ["Inter", *dict.fromkeys(_family(name) for name in _fonts_for(text))]
    listed = ", ".join(f'"{family}"' for family in families)
    own = STYLES.read_text(encoding="utf-8").replace("FAMILIES", f"{listed}, sans-serif")
    faces = [_face("Inter", name, weight) for name, weight in INTER.items()]
    faces += [_face(_family(name), name, 400) for name in _fonts_for(text)]
    return "\n".join([*sheets, *faces, own])


def _fonts_for(text: str) -> tuple[str, ...]:
    """The kit's fonts for the scripts in the text that Inter does not have."""
    scripts = {
        unicodedata.name(sign, "").partition(" ")[0] for sign in set(text) if sign > "\u052f"
    }
    return tuple(sorted({name for script in scripts if (name := _font_of().get(script))}))


@functools.cache
def _font_of() -> dict[str, str]:
    of_script = {
        path.name.removeprefix("NotoSans").partition("-")[0].upper(): path.name
        for path in FONTS.glob("NotoSans*-Regular.ttf")
    }
    return {**of_script, **OTHER_FONTS}


def _family(name: str) -> str:
    return name.partition("-")[0].partition(".")[0]


def _face(family: str, name: str, weight: int) -> str:
    data = base64.b64encode((FONTS / name).read_bytes()).decode()
    weights = "400 700" if family != "Inter" else str(weight)
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weights};'
        f" src: url(data:font/{name[-3:]};base64,{data}); }}"
    )
