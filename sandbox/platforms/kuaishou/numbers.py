"""What Kuaishou shows of an account at an instant, added up from the world's events with numpy. Nothing of truth.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from sandbox.world.kuaishou import COUNTERS, AccountEvents, Photo
from sandbox.world.tables import Chunk
from sandbox.world.time import day_at

Json = dict[str, Any]


class KuaishouNumbers:
    """Answers of one account."""

    def __init__(self, events: AccountEvents) -> None:
        self.events = events
        self._whole: list[Chunk] = []
        """By day: every video's counters at the end of it."""
        self._now: tuple[int, list[Json]] = (-1, [])

    def photos(self, now: int) -> list[Json]:
        """All videos that are not deleted, newest first, as in samples/kuaishou/open_photo_list.json."""
        if self._now[0] != now:
            counters = self._counters(now)
            shown = [p for p in self.events.photos if p.published_at <= now and not _is_gone(p, now)]
            shown.sort(key=lambda photo: (photo.published_at, photo.number), reverse=True)
            self._now = (now, [_row(photo, counters, now) for photo in shown])
        return self._now[1]

    def user(self, now: int) -> Json:
        """The account, as in samples/kuaishou/open_user_info.json."""
        account = self.events.account
        day = day_at(now)
        fans = account.fans
        for chunk in self.events.fans[: day + 1]:
            known = chunk["known_at"] <= now
            fans += int((chunk["gained"] - chunk["lost"])[known].sum())
        return {
            "name": account.name,
            "sex": "N",
            "head": f"https://img.example.com/{account.open_id[:8]}.jpg",
            "bigHead": f"https://img.example.com/{account.open_id[:8]}b.jpg",
            "city": "上海",
            "fan": fans,
            "follow": 30 + max(day, 0) // 40,
        }

    def _counters(self, now: int) -> Chunk:
        """Counters by number of the video."""
        day = day_at(now)
        while len(self._whole) < day:
            made = len(self._whole)
            before = self._whole[made - 1] if made else {name: np.zeros(0, np.int64) for name in COUNTERS}
            self._whole.append(self._add(before, self.events.counts[made], None))
        before = self._whole[day - 1] if day > 0 else {name: np.zeros(0, np.int64) for name in COUNTERS}
        return self._add(before, self.events.counts[day], now)

    def _add(self, before: Chunk, chunk: Chunk, now: int | None) -> Chunk:
        known = np.ones(len(chunk["known_at"]), bool) if now is None else chunk["known_at"] <= now
        size = max(len(before["views"]), int(chunk["photo"].max(initial=-1)) + 1)
        after = {}
        for name in COUNTERS:
            counts = np.zeros(size, np.int64)
            counts[: len(before[name])] = before[name]
            np.add.at(counts, chunk["photo"][known], chunk[name][known])
            after[name] = counts
        return after


def _is_gone(photo: Photo, now: int) -> bool:
    return photo.deleted_at is not None and photo.deleted_at <= now


def _row(photo: Photo, counters: Chunk, now: int) -> Json:
    """One video; in review it has no counters."""
    row: Json = {
        "photo_id": photo.photo_id,
        "caption": photo.caption,
        "cover": f"https://img.example.com/{photo.photo_id}.jpg?sign={now}",
        "play_url": f"https://v.example.com/{photo.photo_id}.mp4?sign={now}",
        "create_time": photo.published_at * 1000,
    }
    if photo.reviewed_at <= now:
        at = photo.number
        counted = {name: int(values[at]) if at < len(values) else 0 for name, values in counters.items()}
        row |= {"like_count": counted["likes"], "comment_count": counted["comments"], "view_count": counted["views"]}
    return row | {"pending": photo.reviewed_at > now}
