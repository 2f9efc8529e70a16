"""Where a page is, and how a browser gets there without the token on any command line."""

from __future__ import annotations

import html
import os
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from string import Template

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True)
class Address:
    """Where a page is. `url` says it to people; `file`, readable by its owner alone, leads in."""

    url: str
    file: Path


def write_way_in(scratch: Path, url: str, token: str, title: str) -> Address:
    """Writes the file that leads into the page: other users of this machine can't read it.

    A browser gets the file's path on its command line, where all may look, and not the token.
    """
    path = scratch / "open.html"
    page = Template((STATIC / "way-in.html").read_text(encoding="utf-8"))
    text = page.substitute(title=html.escape(title), url=html.escape(f"{url}?token={token}"))
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    return Address(url, path)


def open_in_browser(address: Address) -> bool:
    """Whether a browser was found to open the page in. May take a second: call it in a thread."""
    try:
        return webbrowser.open(address.file.as_uri(), new=2)
    except webbrowser.Error:
        return False
