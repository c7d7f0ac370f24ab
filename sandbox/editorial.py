"""The brand's content calendar as its people would keep it: a spreadsheet of what is planned where, and by whom."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from sandbox.world import plan
from sandbox.world.time import date_of, day_of

COLUMNS = ("plan_id", "planned_at", "platform", "account_id", "title", "theme", "owner")
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


def write_calendar(seed: int, scale: float, first: date, last: date, out: Path) -> int:
    """Write `<out>/content_calendar.csv`, in the columns of the seed of that name; returns its rows."""
    out.mkdir(parents=True, exist_ok=True)
    rows = entries(seed, scale, first, last)
    with (out / "content_calendar.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)
