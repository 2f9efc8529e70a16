"""`index.html`: what was made, for somebody who opens it from a file share."""

from __future__ import annotations

import re
import shutil
import subprocess
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.conftest import Rendered
from workshop_kit.content import load_conversations

BROWSER = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
TEAMS = ("Payments", "Platform", "Mobile", "Data", "Embedded", "Security")


class Page(HTMLParser):
    """The addresses on a page, and the words of each heading."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.headings: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        if tag in ("h1", "h2"):
            self.headings.append("")
        self.addresses += [
            value or "" for name, value in attrs if name in ("href", "src", "srcset")
        ]

    def handle_endtag(self, _tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in ("h1", "h2"):
            self.headings[-1] += data


@pytest.fixture(scope="module")
def html(sample: Rendered) -> str:
    return (sample.out / "index.html").read_text(encoding="utf-8")


def test_the_index_links_every_file_of_every_team(sample: Rendered, html: str) -> None:
    made = {p.relative_to(sample.out).as_posix() for p in sample.out.glob("*/*")}
    assert set(Page(html).addresses) == made


def test_the_index_says_with_whom_each_conversation_is(html: str) -> None:
    for script in load_conversations():
        for person in script.cast.values():
            assert escape(person.who, quote=False) in html, script.id


def test_every_link_of_the_index_is_relative_and_leads_to_a_file(
    sample: Rendered, html: str
) -> None:
    for address in Page(html).addresses:
        assert not address.startswith("/")
        assert ":" not in address
        assert (sample.out / address).is_file()


def test_the_index_fetches_nothing(html: str) -> None:
    assert re.findall(r"https?:|url\(|@import|<script|<link|<iframe", html) == []


def test_the_index_names_the_event_and_its_teams(html: str) -> None:
    assert Page(html).headings == [
        "Rowan Lake leadership offsite",
        *TEAMS,
        "Conversations to rehearse",
    ]
    assert "22 April 2027" in html
    assert "Fictional data" in html


@pytest.mark.skipif(BROWSER is None, reason="needs a Chromium, to look at the page in a browser")
def test_a_browser_shows_the_index_from_a_file(sample: Rendered, tmp_path: Path) -> None:
    command = [str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", (sample.out / "index.html").as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert Page(done.stdout).headings == [
        "Rowan Lake leadership offsite",
        *TEAMS,
        "Conversations to rehearse",
    ]
