"""What the brand's people keep in spreadsheets: the content calendar (what is planned where, and by whom), and the list
of marketing activities."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from sandbox.world import plan
from sandbox.world.loyalty import activities_of_year
from sandbox.world.time import date_of, day_of

COLUMNS = ("plan_id", "planned_at", "platform", "account_id", "title", "theme", "owner")
ACTIVITY_COLUMNS = (
    "activity_id",
    "activity_name",
    "activity_kind",
    "start_date",
    "end_date",
    "cost_amount",
    "currency",
    "campaign_id",
)
OWNERS = {
    "新品": "product team",
    "教程": "content team",
    "测评": "content team",
    "幕后": "brand team",
    "故事": "brand team",
}
SELLING = "campaign team"
"""Who plans offers and pieces about a selling day."""
PLATFORMS = {"weibo", "douyin", "kuaishou", "linkedin"}
"""Where the plan's pieces can be found again: the posts of the brand's own accounts that are collected."""


def entries(seed: int, scale: float, first: date, last: date) -> list[dict[str, str]]:
    """A row per piece and platform, in order of time. Images are always planned for Weibo, though some never appear."""
    found = []
    for day in range(day_of(first), day_of(last) + 1):
        for piece in plan.pieces(seed, scale, day):
            meant = {name for name, _ in piece.published} | ({"weibo"} if piece.format == "image" else set())
            for name in sorted(meant & PLATFORMS):
                found.append(
                    {
                        "plan_id": f"{piece.number}-{name}",
                        "planned_at": f"{date_of(day)} {piece.hour:02d}:00:00",
                        "platform": name,
                        "account_id": "",
                        "title": piece.title,
                        "theme": piece.theme,
                        "owner": OWNERS.get(piece.theme, SELLING),
                    }
                )
    return sorted(found, key=lambda row: (row["planned_at"], row["plan_id"]))


def activities(first: date, last: date) -> list[dict[str, str]]:
    """A row per activity that begins on these days, but for those that nobody listed."""
    return [
        {
            "activity_id": one.activity_id,
            "activity_name": one.name,
            "activity_kind": one.kind,
            "start_date": str(date_of(one.first)),
            "end_date": str(date_of(one.last)),
            "cost_amount": f"{one.cost // 100}.{one.cost % 100:02d}",
            "currency": one.currency,
            "campaign_id": one.activity_id,
        }
        for year in range(first.year, last.year + 1)
        for one in activities_of_year(year)
        if one.is_listed and day_of(first) <= one.first <= day_of(last)
    ]


def write_calendar(seed: int, scale: float, first: date, last: date, out: Path) -> int:
    """Write `<out>/content_calendar.csv`, in the columns of the seed of that name; returns its rows."""
    return _write(out / "content_calendar.csv", COLUMNS, entries(seed, scale, first, last))


def write_activities(first: date, last: date, out: Path) -> int:
    """Write `<out>/activities.csv`, in the columns of the seed of that name; returns its rows."""
    return _write(out / "activities.csv", ACTIVITY_COLUMNS, activities(first, last))


def _write(file: Path, columns: tuple[str, ...], rows: list[dict[str, str]]) -> int:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)
