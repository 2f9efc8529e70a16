"""Pictures for a page: charts drawn, images read from where they may be read, each one checked.

A picture comes out of the notebook itself (an output, an attachment, a data URI) or from a file
below the notebook's folder. Nothing else is read: no URL, no absolute path, no way up or out
through a link (compare CVE-2026-39377 and -39378 of nbconvert).
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import typst
import vl_convert

from workshop_kit.shelf import Shelf, key_of

FONTS = Path(__file__).parent / "fonts"
BYTES_AT_MOST = 30_000_000
VEGALITE = re.compile(r"application/vnd\.vegalite\.v(\d+)[.+]json")
SUFFIXES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/svg+xml": "svg",
}

# A chart is drawn for the notebook, for its page and for the handout, and a logo stands on all pages.
DRAWN = Shelf(room=24_000_000)
TRIED = Shelf(room=1_000_000)  # why a picture can't be printed, by its name; nothing if it can


class Unprintable(Exception):
    """A picture can't be printed; the message is a half sentence that says why."""


class Album:
    """The pictures of one document, each under a name made of its content: `files` is name → bytes."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def add(self, data: bytes, drawn: bool = False) -> str:
        """The picture's name in the album. Raises Unprintable if it isn't a picture that prints.

        `drawn`: it comes from `draw_chart`.
        """
        suffix = _suffix(data)
        name = f"{hashlib.sha256(data).hexdigest()[:20]}.{suffix}"
        if name not in self.files:
            if reason := _reason_against(data, name, drawn):
                raise Unprintable(reason)
            self.files[name] = data
        return name

    def add_base64(self, data: str) -> str:
        """As `add`, for a picture in base64."""
        return self.add(decoded(data, ""))


def _suffix(data: bytes) -> str:
    if len(data) > BYTES_AT_MOST:
        raise Unprintable(f"it is larger than {BYTES_AT_MOST // 1_000_000} MB")
    if data.startswith(b"\x89PNG"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith(b"GIF8"):
        return "gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if b"<svg" in data[:4096]:
        return "svg"
    raise Unprintable("it is not a PNG, JPEG, GIF, WebP or SVG picture")


def _reason_against(data: bytes, name: str, drawn: bool) -> str:
    """Why the picture of that name can't be printed, if it can't be."""
    key = name.encode()
    known = TRIED.get(key)
    if known is None:
        known = TRIED.keep(key, _tried(data, name.rpartition(".")[2], drawn).encode())
    return known.decode()


def _tried(data: bytes, suffix: str, drawn: bool) -> str:
    """A picture that Typst can't read would stop the whole document: find out here, alone."""
    with tempfile.TemporaryDirectory(prefix="workshop-kit-") as folder:
        # The same name each time: Typst never forgets one, and panics at the 65,536th.
        Path(folder, f"picture.{suffix}").write_bytes(data)
        main = Path(folder, "main.typ")
        main.write_text(f'#set page(width: auto, height: auto)\n#image("picture.{suffix}")')
        if drawn:
            # Enough for a drawing of our own, and unlike a PDF it doesn't make Typst forget what it
            # knows of the documents before: it keeps that for ten PDFs, and a team's are seven.
            with contextlib.suppress(RuntimeError):
                typst.query(
                    str(main), "<none>", root=folder, font_paths=[], ignore_system_fonts=True
                )
                return ""
        try:
            typst.compile(str(main), root=folder, font_paths=[], ignore_system_fonts=True)
        except typst.TypstError as error:
            return f"it can't be read ({error.message})"
    return ""


def find_picture(
    url: str, folder: Path | None, attachments: Mapping[str, Mapping[str, str]]
) -> bytes:
    """The bytes behind an image's address in a Markdown cell. Raises Unprintable when refused."""
    if url.startswith("attachment:"):
        for mime, data in attachments.get(unquote(url[11:]), {}).items():
            if mime in SUFFIXES:
                return decoded(data, mime)
        raise Unprintable("the notebook has no such attachment")
    if url.startswith("data:"):
        head, _, data = url.partition(",")
        if not head.endswith(";base64"):
            raise Unprintable("its data is not base64")
        return decoded(data, "")
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:|//", url):
        raise Unprintable("it is on the web, and handouts are made without a network")
    return _read_below(unquote(url), folder)


def _read_below(path: str, folder: Path | None) -> bytes:
    if folder is None:
        raise Unprintable("the notebook has no folder to look in")
    if re.match(r"[/\\~]|[A-Za-z]:", path):
        raise Unprintable("it is an absolute path; only files below the notebook's folder are read")
    root = folder.resolve()
    try:
        file = (root / path).resolve()
        if not file.is_relative_to(root):
            raise Unprintable("it is outside the notebook's folder")
        if not file.is_file():
            raise Unprintable("there is no such file")
        if file.stat().st_size > BYTES_AT_MOST:
            raise Unprintable(f"it is larger than {BYTES_AT_MOST // 1_000_000} MB")
        return file.read_bytes()
    except (OSError, ValueError, RuntimeError) as error:
        raise Unprintable("it can't be opened") from error


def decoded(data: Any, mime: str) -> bytes:
    """The bytes of an output's picture: text for SVG, base64 for the rest. Raises Unprintable."""
    text = "".join(data) if isinstance(data, list) else data
    if not isinstance(text, str):
        raise Unprintable("its data is not text")
    if mime == "image/svg+xml":
        return text.encode("utf-8", "replace")
    try:
        return base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError) as error:
        raise Unprintable("its data is not base64") from error


def with_chart_of_html(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The faces of an output, with the chart that Altair's usual HTML hides in a script as one more."""
    html = data.get("text/html", "")
    html = "".join(html) if isinstance(html, list) else str(html)
    if "vega-embed" not in html and "vegaEmbed" not in html:
        return data
    for place in re.finditer(r"\{\s*\"", html):
        try:
            spec, _ = json.JSONDecoder().raw_decode(html, place.start())
        except ValueError:
            continue
        found = re.search(r"/vega-lite/v(\d+)", str(spec.get("$schema", "")))
        if found:
            return {f"application/vnd.vegalite.v{found[1]}+json": spec, **data}
    return data


def draw_chart(spec: Mapping[str, Any], mime: str) -> str:
    """A Vega-Lite chart as SVG, drawn without a network. Raises Unprintable.

    The first call in a process starts vl-convert's engine (0.6 s); later ones take 25 to 40 ms.
    """
    if address := _first_url(spec):
        raise Unprintable(f"the chart fetches data from {address}; put the data into the chart")
    major = VEGALITE.fullmatch(mime)
    version = "6.4" if major and int(major[1]) >= 6 else "5.21"
    # In one order: a notebook that was written and read again has another than the one that ran.
    text = json.dumps(spec, default=repr, sort_keys=True)
    key = key_of("svg", version, text)
    if drawn := DRAWN.get(key):
        return drawn.decode()
    try:
        vl_convert.register_font_directory(str(FONTS))
        svg: str = vl_convert.vegalite_to_svg(
            json.loads(text),
            vl_version=version,
            config={"font": "Inter, sans-serif"},
            allowed_base_urls=[],
        )
    except Exception as error:  # vl-convert raises bare ValueErrors, and its engine other kinds
        first = str(error).strip().splitlines() or ["no reason given"]
        raise Unprintable(f"the chart can't be drawn ({first[0][:200]})") from error
    DRAWN.keep(key, svg.encode())
    return svg


def chart_as_png(svg: str) -> str:
    """The drawn chart as a PNG in base64, sharp on a projector: what JupyterLab shows unasked.

    An SVG it shows only in a notebook that is trusted, and one that was handed on is not.
    """
    key = key_of("png", svg)
    if not (drawn := DRAWN.get(key)):
        png: bytes = vl_convert.svg_to_png(svg, scale=2)
        drawn = DRAWN.keep(key, base64.b64encode(png))
    return drawn.decode()


def _first_url(spec: Any) -> str:
    """Where a chart would fetch from, if anywhere; rows of data don't count."""
    if isinstance(spec, list):
        return next((url for item in spec if (url := _first_url(item))), "")
    if not isinstance(spec, Mapping):
        return ""
    if isinstance(spec.get("url"), str):
        return str(spec["url"])
    inner = (value for key, value in spec.items() if key not in ("values", "datasets"))
    return next((url for value in inner if (url := _first_url(value))), "")
