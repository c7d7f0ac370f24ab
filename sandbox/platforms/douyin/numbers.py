"""What Douyin shows at an instant, added up from the world's events with numpy. Shares nothing with truth_sql."""

from __future__ import annotations

from typing import Any

import numpy as np

from sandbox.world.douyin import ITEMS, KINDS, AccountEvents, Video
from sandbox.world.tables import Chunk, stack
from sandbox.world.time import date_of, day_at, midnight

Json = dict[str, Any]
VIDEO_LIFE = 30 * 86_400
"""Age in seconds up to which the item calls know a video (platform-contracts §3)."""
PINNED = 3
_USER_KINDS = {"like": 0, "comment": 1, "share": 2}


class _Log:
    """All rows of one kind of event of an account, by video."""

    def __init__(self, chunks: list[Chunk]) -> None:
        table = stack(chunks)
        order = np.argsort(table["video"], kind="stable")
        self._columns = {name: values[order] for name, values in table.items()}

    def sums(self, name: str, video: int, days: range, now: int, kind: int | None = None) -> list[int]:
        """A column of one video, added up by day."""
        place = slice(*np.searchsorted(self._columns["video"], [video, video + 1]))
        part = {key: values[place] for key, values in self._columns.items()}
        mask = (part["known_at"] <= now) & (part["day"] >= days.start) & (part["day"] < days.stop)
        mask = mask if kind is None else mask & (part["kind"] == kind)
        found = np.zeros(len(days), np.int64)
        np.add.at(found, part["day"][mask] - days.start, part[name][mask])
        return [int(value) for value in found]

    def totals(self, name: str, videos: int, now: int, kind: int | None = None) -> np.ndarray:
        """A column of every video, by its number."""
        mask = self._columns["known_at"] <= now
        mask = mask if kind is None else mask & (self._columns["kind"] == kind)
        found = np.zeros(videos, np.int64)
        np.add.at(found, self._columns["video"][mask], self._columns[name][mask])
        return found


class DouyinNumbers:
    """Answers of one account."""

    def __init__(self, events: AccountEvents) -> None:
        self.events = events
        self._by_id: dict[str, Video] = {}
        self._indexed = -1

    def _index(self) -> None:
        if self._indexed != len(self.events.plays):
            self._indexed = len(self.events.plays)
            self._plays, self._actions = _Log(self.events.plays), _Log(self.events.actions)
            self._by_id = {video.item_id: video for video in self.events.videos}

    def video(self, item_id: str, now: int) -> Video | None:
        """The video of an id that the platform shows."""
        self._index()
        found = self._by_id.get(item_id)
        return found if found is not None and _is_listed(found, now) else None

    def listing(self, now: int) -> tuple[list[Video], list[Video]]:
        """Videos there are, the newest first: those pinned to the top (three at most), and the others."""
        shown = [video for video in self.events.videos if _is_listed(video, now)]
        shown.sort(key=lambda video: -video.published_at)
        pinned = [video for video in shown if video.is_top][:PINNED]
        return pinned, [video for video in shown if video not in pinned]

    def account_days(self, part: str, back: int, now: int) -> list[Json]:
        """Rows of /data/external/user/<part>/ for the last `back` days; a day that is not complete yet is missing."""
        today = day_at(now)
        rows = self._fan_days(now) if part == "fans" else {}
        return [
            {"date": str(date_of(day)), **(rows.get(day) or self._account_day(part, day, now))}
            for day in range(max(0, today - back), today)
            if self._is_shown(day, now)
        ]

    def item_days(self, video: Video, part: str, back: int, now: int) -> list[Json]:
        """Rows of /data/external/item/<part>/: from the day before the publication (0) on; nothing of old videos."""
        if now - video.published_at >= VIDEO_LIFE:
            return []
        today = day_at(now)
        days = range(max(0, today - back, video.publish_day - 1), today)
        if part == "play":
            counts = self._plays.sums("plays", video.number, days, now)
        else:
            counts = self._actions.sums("amount", video.number, days, now, KINDS.index(part))
        counted = zip(days, counts, strict=True)
        return [{"date": str(date_of(day)), part: count} for day, count in counted if self._is_shown(day, now)]

    def item_totals(self, video: Video, now: int) -> Json:
        """The result of /data/external/item/base/."""
        if now - video.published_at >= VIDEO_LIFE:
            return {}
        days = range(video.publish_day, day_at(now))
        plays, seconds = (sum(self._plays.sums(name, video.number, days, now)) for name in ("plays", "seconds"))
        done = [sum(self._actions.sums("amount", video.number, days, now, kind)) for kind in range(3)]
        totals = {f"total_{name}": total for name, total in zip(KINDS, done, strict=False)}
        return {**totals, "total_play": plays, "avg_play_duration": _ratio(seconds, plays)}

    def statistics(self, now: int) -> list[Json]:
        """`statistics` of every video, by its number."""
        self._index()
        videos = self.events.videos
        counts = [self._actions.totals("amount", len(videos), now, kind) for kind in range(len(KINDS))]
        plays = self._plays.totals("plays", len(videos), now)
        return [
            {
                "comment_count": int(counts[1][video.number]),
                "digg_count": int(counts[0][video.number]),
                "download_count": int(counts[3][video.number]),
                "play_count": 0 if video.private_at and video.private_at <= now else int(plays[video.number]),
                "share_count": int(counts[2][video.number]),
                "forward_count": int(counts[4][video.number]),
            }
            for video in videos
        ]

    def portrait(self, now: int) -> dict[str, list[Json]]:
        """The lists of fans_data: people by item."""
        people = np.zeros(len(ITEMS), np.int64)
        for chunk in self.events.portrait[: day_at(now)]:
            known = chunk["known_at"] <= now
            np.add.at(people, chunk["item"][known], chunk["people"][known])
        lists: dict[str, list[Json]] = {}
        for (name, item), count in zip(ITEMS, people.tolist(), strict=True):
            lists.setdefault(name, []).append({"item": item, "value": count})
        return lists

    def contributions(self, now: int) -> list[Json]:
        """flow_contributions: what fans gave of the last 30 days, as far as the platform guesses it."""
        days = range(max(0, day_at(now) - 30), min(day_at(now), len(self.events.plays)))
        plays = sum(_sum(self.events.plays[day], "plays", now) for day in days)
        done = [sum(_sum(self.events.actions[day], "amount", now, kind=k) for day in days) for k in range(3)]
        names = ("vv", "like_cnt", "comment_cnt", "share_video_cnt")
        parts = zip(names, (plays, *done), (21, 37, 51, 23), strict=True)
        return [{"flow": name, "fans_sum": total * percent // 100, "all_sum": total} for name, total, percent in parts]

    def _fan_days(self, now: int) -> dict[int, Json]:
        total = self.events.account.followers
        rows = {}
        for day, chunk in enumerate(self.events.fans):
            gained = _sum(chunk, "gained", now)
            total += gained - _sum(chunk, "lost", now)
            rows[day] = {"total_fans": total, "new_fans": gained}
        return rows

    def _is_shown(self, day: int, now: int) -> bool:
        return day < len(self.events.fans) and int(self.events.fans[day]["known_at"][0]) <= now

    def _account_day(self, part: str, day: int, now: int) -> Json:
        fans, plays = self.events.fans[day], self.events.plays[day]
        if part == "item":
            end = midnight(day + 1)
            published = sum(video.publish_day == day for video in self.events.videos)
            there = sum(video.published_at < end and _is_listed(video, end) for video in self.events.videos)
            return {"new_issue": published, "new_play": _sum(plays, "plays", now), "total_issue": there}
        if part == "profile":
            return {"profile_uv": _sum(fans, "visitors", now)}
        return {f"new_{part}": _sum(self.events.actions[day], "amount", now, kind=_USER_KINDS[part])}


def _ratio(numerator: int, denominator: int) -> float:
    """Rounded half up to hundredths in whole numbers, so that it is the same everywhere; 0.0 when there is nothing."""
    return (200 * numerator + denominator) // (2 * denominator) / 100 if denominator else 0.0


def _is_listed(video: Video, now: int) -> bool:
    return video.published_at <= now and (video.deleted_at is None or video.deleted_at > now)


def _sum(chunk: Chunk, name: str, now: int, **only: int) -> int:
    """A column of the rows known by now, those of one video or kind alone."""
    mask = chunk["known_at"] <= now
    for column, value in only.items():
        mask = mask & (chunk[column] == value)
    return int(chunk[name][mask].sum())
