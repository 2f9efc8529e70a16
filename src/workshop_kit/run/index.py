"""`index.html`: what was made, on one page that works from a file share, without a network."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from workshop_kit.event import EventFolder, written_date
from workshop_kit.handout import readable
from workshop_kit.run.jobs import EXERCISES, FOLLOW_UP, HANDOUT, Job
from workshop_kit.whole_file import write_whole

_pages = Environment(
    loader=PackageLoader("workshop_kit.run", "."),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)


def write_index(
    folder: EventFolder,
    out: Path,
    made: Collection[str],
    titles: dict[str, str],
    cards: Sequence[Job],
    failures: Sequence[str],
) -> Path:
    """Writes the page and returns its path. `made` has the keys of all jobs that hold; `titles` maps
    a notebook's name to its title; `cards` are the jobs of the conversations' cards.
    """
    by_team: dict[str, list[str]] = {}
    for key in sorted(made):
        by_team.setdefault(key.split("/")[0], []).append(key)
    teams = []
    for team in folder.teams:
        mine = by_team.get(team.slug, [])
        handout = f"{team.slug}/{HANDOUT}"
        teams.append(
            {
                "name": team.name,
                "leader": team.leader,
                "handout": f"{handout}.pdf" if handout in mine else "",
                "notebooks": [
                    {
                        "title": titles[key.rpartition("/")[2]],
                        "series": _series(key),
                        "file": key,
                    }
                    for key in mine
                    if key != handout and key.rpartition("/")[2] in titles
                ],
            }
        )
    shown = [
        {
            "title": job.script.title if job.script else "Role cards",
            "who": [person.who for person in job.script.cast.values()] if job.script else [],
            "file": job.key,
        }
        for job in cards
        if job.key in made
    ]
    page = _pages.get_template("index.html.j2").render(
        event=folder.event,
        captions={
            "": "In the workshop",
            EXERCISES: "Exercises to do alone",
            FOLLOW_UP: "In the weeks after",
        },
        date=written_date(folder.event.date),
        color=readable(folder.event.brand.color),
        teams=teams,
        cards=shown,
        failures=failures,
    )
    path = out / "index.html"
    write_whole(path, page.encode())
    return path


def _series(key: str) -> str:
    """The series of a team's notebook, by its key; empty for those of the day."""
    parts = key.split("/")
    return parts[1] if len(parts) == 3 else ""
