"""Events of any size, made from the sample offsite: its ladders, its day, more teams. All made up."""

from __future__ import annotations

import csv
import itertools
import shutil
from pathlib import Path

from workshop_kit.content import kit_folder

FIELDS = """
Payments Billing Ledger Fraud Checkout Pricing Search Catalog Recommendations Identity Access Audit
Messaging Notifications Mail Telephony Maps Routing Fleet Warehouse Returns Suppliers Inventory
Forecasting Reporting Metrics Logging Tracing Alerts Storage Backups Networking Compute Builds
Releases Accessibility Translation Onboarding Support Archive
"""
KINDS = """
Core Mobile Web Platform Data Tools Integrations Quality Operations Migration Security Research
Partners Interfaces Embedded Automation Delivery Reliability Prototypes Services
"""
GIVEN = """
Amina Tomáš Lucía Søren Ifeoma Hạnh Yusuf Mei Anjali Olena Kwame Leilani Mateusz Noor Priya Ravi
Sina Tevita Ximena Zeynep Aigerim Bilal Chidi Dilnoza Eero Fatou Gustavo Hyun-woo Ines
"""
FAMILY = """
Dvořáček Quispe Aagaard Nwachukwu Nguyễn Yıldız Tanaka Deshpande Kovalenko Mensah Kahananui Wiśniewski
Haddad Iyer Bianchi Faleolo Rojas Okafor Sadykova Rahman Adeyemi Karimova Virtanen Diallo Teixeira
Park Marques Novák Hernández Öztürk Abebe
"""
MOST = len(FIELDS.split()) * len(KINDS.split())


def make_event(folder: Path, teams: int) -> Path:
    """The folder of an event with so many teams, `MOST` at most; the same event each time."""
    if not 1 <= teams <= MOST:
        raise ValueError(f"between 1 and {MOST} teams, not {teams}")
    sample = kit_folder("data") / "sample-offsite"
    shutil.copytree(sample, folder, ignore=shutil.ignore_patterns("out", "answers.sqlite*"))
    ladders = sorted(path.name for path in (folder / "ladders").iterdir())
    names = [f"{field} {kind}" for kind, field in itertools.product(KINDS.split(), FIELDS.split())]
    given, family = GIVEN.split(), FAMILY.split()  # of 29 and 31: no pair comes twice
    rows = [
        [
            name,
            f"{given[n % len(given)]} {family[n % len(family)]}",
            4 + n % 9,
            ladders[n % len(ladders)],
        ]
        for n, name in enumerate(names[:teams])
    ]
    _write(folder, [["team", "leader", "size", "ladder"], *rows])
    return folder


def add_a_person(folder: Path, row: int) -> str:
    """Makes the team of that row, counted from 0, larger by one person; returns its name."""
    with (folder / "teams.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[row + 1][2] = str(int(rows[row + 1][2]) + 1)
    _write(folder, rows)
    return rows[row + 1][0]


def _write(folder: Path, rows: list[list[object]] | list[list[str]]) -> None:
    with (folder / "teams.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
