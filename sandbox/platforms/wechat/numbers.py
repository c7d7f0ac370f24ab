"""What WeChat shows at an instant, added up from the world's events with numpy. Shares nothing with truth.py."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from sandbox.world.tables import Chunk
from sandbox.world.time import date_of, day_at, last_ready_day
from sandbox.world.wechat.events import DETAIL_DAYS, KINDS, READERS, SCENES, AccountEvents, Article, Comment
from sandbox.world.wechat.lives import COUNTS, Live, LiveEvents

Json = dict[str, Any]


def _round(numerator: int, denominator: int, digits: int) -> float:
    """Ratio rounded half up in whole numbers, so that it is the same everywhere; 0.0 when nothing was counted."""
    if denominator <= 0:
        return 0.0
    unit = 10**digits
    return float((2 * numerator * unit + denominator) // (2 * denominator)) / unit


def _scenes(total: int, by_scene: np.ndarray) -> list[Json]:
    rows: list[Json] = [{"user_count": total, "scene_desc": "全部"}]
    rows += [{"user_count": int(n), "scene_desc": SCENES[i]} for i, n in enumerate(by_scene) if n > 0]
    return rows


class WeChatNumbers:
    """Answers of one account."""

    def __init__(self, events: AccountEvents, lives: LiveEvents) -> None:
        self.events = events
        self._lives = lives
        self._size = -1
        self._by_publish_day: dict[int, list[Article]] = {}
        self._by_message: dict[tuple[int, int], Article] = {}
        self._comments_of_day: dict[int, list[Comment]] = {}
        self._follow: Chunk = {}

    def _index(self) -> None:
        events = self.events
        if self._size == len(events.follows):
            return
        published: dict[int, list[Article]] = defaultdict(list)
        for article in events.articles:
            published[article.publish_day].append(article)
        comments: dict[int, list[Comment]] = defaultdict(list)
        for written in events.comments:
            for comment in written:
                comments[day_at(comment.created_at)].append(comment)
        self._by_publish_day, self._comments_of_day = dict(published), dict(comments)
        self._by_message = {(a.message, a.idx): a for a in events.articles}
        names = ("source", "new", "cancel", "known_at")
        self._follow = {n: np.concatenate([chunk[n] for chunk in events.follows]) for n in names}
        self._follow["day"] = np.repeat(np.arange(len(events.follows)), [len(c["source"]) for c in events.follows])
        self._size = len(events.follows)

    def _days(self, first: int, last: int, now: int) -> range:
        return range(max(first, 0), min(last, last_ready_day(now), len(self.events.follows) - 1) + 1)

    def is_delayed(self, day: int, now: int) -> bool:
        """True when a shown day is not complete yet."""
        if not 0 <= day <= min(last_ready_day(now), len(self.events.delays) - 1):
            return False
        until = self.events.delays[day]
        return until is not None and now < until

    def user_summary(self, first: int, last: int, now: int) -> list[Json]:
        """Rows of getusersummary; a source without movement is missing."""
        self._index()
        table = self._follow
        rows: list[Json] = []
        for day in self._days(first, last, now):
            mask = (table["day"] == day) & (table["known_at"] <= now)
            for source in np.unique(table["source"][mask]):
                of_source = mask & (table["source"] == source)
                new, cancel = int(table["new"][of_source].sum()), int(table["cancel"][of_source].sum())
                if new or cancel:
                    rows.append(
                        {
                            "ref_date": str(date_of(day)),
                            "user_source": int(source),
                            "new_user": new,
                            "cancel_user": cancel,
                        }
                    )
        return rows

    def user_cumulate(self, first: int, last: int, now: int) -> list[Json]:
        """Rows of getusercumulate: previous + new − cancel, exactly."""
        self._index()
        table = self._follow
        mask = table["known_at"] <= now
        net = np.bincount(table["day"][mask], (table["new"] - table["cancel"])[mask], minlength=self._size)
        level = self.events.account.followers + np.cumsum(net).astype(np.int64)
        return [
            {"ref_date": str(date_of(day)), "user_source": 0, "cumulate_user": int(level[day])}
            for day in self._days(first, last, now)
        ]

    def article_read(self, day: int, now: int) -> list[Json]:
        """Rows of getarticleread: people of the day, by article."""
        rows: list[Json] = []
        for shown in self._days(day, day, now):
            chunk = self.events.reads[shown]
            known = chunk["known_at"] <= now
            articles, place = np.unique(chunk["article"][known], return_inverse=True)
            people = np.zeros((len(articles), len(SCENES)), np.int64)
            touched = np.zeros_like(people)
            where = (place, chunk["scene"][known])
            np.add.at(people, where, (chunk["first"] + chunk["repeat"])[known])
            np.add.at(touched, where, chunk["also"][known])
            for i in self._order(articles):
                total = int(people[i].sum())
                if total > 0:
                    detail = {"read_user": total, "read_user_source": _scenes(total, people[i] + touched[i])}
                    rows.append(
                        {"ref_date": str(date_of(shown)), "msgid": self._msgid(int(articles[i])), "detail": detail}
                    )
        return rows

    def article_share(self, day: int, now: int) -> list[Json]:
        """Rows of getarticleshare: people who shared that day."""
        rows: list[Json] = []
        for shown in self._days(day, day, now):
            chunk = self.events.actions[shown]
            mask = (chunk["known_at"] <= now) & (chunk["kind"] == 0)
            articles, place = np.unique(chunk["article"][mask], return_inverse=True)
            shares = np.bincount(place, chunk["amount"][mask], minlength=len(articles)).astype(np.int64)
            for i in self._order(articles):
                if shares[i] > 0:
                    detail = {"share_user": int(shares[i])}
                    rows.append(
                        {"ref_date": str(date_of(shown)), "msgid": self._msgid(int(articles[i])), "detail": detail}
                    )
        return rows

    def _msgid(self, number: int) -> str:
        return self.events.articles[number].msgid

    def _order(self, articles: np.ndarray) -> list[int]:
        """Newest message first, positions in order."""
        known = self.events.articles
        return sorted(range(len(articles)), key=lambda i: (-known[articles[i]].message, known[articles[i]].idx))

    def biz_summary(self, first: int, last: int, now: int) -> list[Json]:
        """Rows of getbizsummary: account × day."""
        self._index()
        rows: list[Json] = []
        for day in self._days(first, last, now):
            reads, actions, shared = self.events.reads[day], self.events.actions[day], self.events.overlaps[day]
            known = reads["known_at"] <= now
            people = np.bincount(
                reads["scene"][known], (reads["first"] + reads["repeat"])[known], minlength=len(SCENES)
            ).astype(np.int64)
            seen = shared["known_at"] <= now
            people -= np.bincount(shared["scene"][seen], shared["people"][seen], minlength=len(SCENES)).astype(np.int64)
            done = actions["known_at"] <= now
            amount = np.bincount(actions["kind"][done], actions["amount"][done], minlength=len(KINDS)).astype(np.int64)
            total = int(people.sum())
            detail: Json = {
                "read_user": total,
                "read_user_source": _scenes(total, people),
                "share_user": int(amount[0]),
                "zaikan_user": int(amount[2]),
                "like_user": int(amount[1]),
                "comment_count": sum(c.counted_at <= now for c in self._comments_of_day.get(day, ())),
                "collection_user": int(amount[3]),
                "redirect_ori_page_user": self.events.redirects[day],
                "send_page_count": len(self._by_publish_day.get(day, ())),
            }
            rows.append({"ref_date": str(date_of(day)), "detail": detail})
        return rows

    def total_detail(self, publish_day: int, now: int) -> list[Json]:
        """Rows of getarticletotaldetail: per article the cumulative counters of every stat date."""
        self._index()
        days = self._days(publish_day, publish_day + DETAIL_DAYS - 1, now)
        articles = self._by_publish_day.get(publish_day, []) if days else []
        return [
            {
                "ref_date": str(date_of(publish_day)),
                "msgid": article.msgid,
                "publish_type": 0 if article.is_notified else 1,
                "title": article.title,
                "content_url": article.content_url,
                "detail_list": self._details(article, days, now),
            }
            for article in articles
        ]

    def _details(self, article: Article, days: range, now: int) -> list[Json]:
        counters = np.zeros((len(days), READERS + 1), np.int64)
        scenes = np.zeros((len(days), len(SCENES)), np.int64)
        finishers, seconds = np.zeros(len(days), np.int64), np.zeros(len(days), np.int64)
        for row, day in enumerate(days):
            for table in (self.events.reads[day],):
                mask = (table["article"] == article.number) & (table["known_at"] <= now)
                counters[row, READERS] += table["first"][mask].sum()
                np.add.at(scenes[row], table["scene"][mask], (table["first"] + table["also"])[mask])
            table = self.events.actions[day]
            mask = (table["article"] == article.number) & (table["known_at"] <= now)
            np.add.at(counters[row], table["kind"][mask], table["amount"][mask])
            table = self.events.cleanups[day]
            mask = (table["article"] == article.number) & (table["known_at"] <= now)
            np.subtract.at(counters[row], table["metric"][mask], table["amount"][mask])
            table = self.events.attention[day]
            mask = (table["article"] == article.number) & (table["known_at"] <= now)
            finishers[row], seconds[row] = table["finishers"][mask].sum(), table["seconds"][mask].sum()
        for comment in self.events.comments[article.number]:
            row = day_at(comment.created_at) - days.start
            if comment.counted_at <= now and 0 <= row < len(days):
                counters[row, 6] += 1
        counters, scenes = counters.cumsum(axis=0), scenes.cumsum(axis=0)
        finishers, seconds = finishers.cumsum(), seconds.cumsum()
        followers = self.events.account.followers
        made = []
        for row, day in enumerate(days):
            have = [int(value) for value in counters[row]]
            readers = have[READERS]
            finish = _round(int(finishers[row]), readers, 4)
            made.append(
                {
                    "stat_date": str(date_of(day)),
                    "read_user": readers,
                    "read_user_source": _scenes(readers, np.minimum(scenes[row], readers)),
                    "share_user": have[0],
                    "zaikan_user": have[2],
                    "like_user": have[1],
                    "comment_count": have[6],
                    "collection_user": have[3],
                    "praise_money": have[5],
                    "read_subscribe_user": have[4],
                    "read_delivery_rate": _round(int(scenes[row, 0]), followers, 4) if article.is_notified else 0.0,
                    "read_finish_rate": finish,
                    "read_avg_activetime": _round(int(seconds[row]), 60 * readers, 2),
                    "read_jump_position": _jumps(finish),
                }
            )
        return made

    def published(self, now: int) -> list[tuple[Article, ...]]:
        """Messages of freepublish, newest first: those that were not mass-sent."""
        self._index()
        messages: dict[int, list[Article]] = defaultdict(list)
        for article in self.events.articles:
            if not article.is_notified and article.published_at <= now:
                messages[article.message].append(article)
        return [tuple(messages[key]) for key in sorted(messages, reverse=True)]

    def commented(self, message: int, position: int, now: int) -> list[Comment] | None:
        """Comments under an article (position from 0), newest first; None when there are none to be had."""
        self._index()
        article = self._by_message.get((message, position + 1))
        if article is None or not article.is_comment_open or article.published_at > now:
            return None
        if article.deleted_at is not None and article.deleted_at <= now:
            return None
        kept = self.events.comments[article.number]
        return [c for c in reversed(kept) if c.created_at <= now and (c.vanish_at is None or c.vanish_at > now)]

    def lives(self, start: int, end: int, now: int) -> list[Json]:
        """Lives that ended in start..end and by now, oldest first, as in samples/wechat."""
        found = [live for live in self._lives.lives if start <= live.ended_at <= min(end, now)]
        return [self._live(live, now) for live in sorted(found, key=lambda live: (live.ended_at, live.number))]

    def _live(self, live: Live, now: int) -> Json:
        chunk = self._lives.counts[day_at(live.started_at)]
        mine = (chunk["live"] == live.number) & (chunk["known_at"] <= now)
        counts = {name: int(chunk[name][mine].sum()) for name in COUNTS}
        return {
            "export_id": live.export_id,
            "live_start_time": live.started_at,
            "live_duration_in_seconds": live.ended_at - live.started_at,
            "total_audience_count": counts["viewers"],
            "total_cheer_count": counts["cheers"],
            "forward_count": counts["forwards"],
            "total_comment_count": counts["comments"],
            "audiences_avg_seconds": counts["seconds"] // counts["viewers"],
            "max_online_count": live.peak,
            "new_follow_count": counts["follows"],
            "new_follow_count_biz": counts["biz_follows"],
        }


def _jumps(finish_rate: float) -> list[Json]:
    """Where readers left, in five bands of 20 %; the rates add up to 1."""
    lost = 1 - finish_rate
    rates = [round(lost * part, 2) for part in (0.42, 0.24, 0.18, 0.16)]
    return [{"position": i + 1, "rate": rate} for i, rate in enumerate([*rates, round(1 - sum(rates), 2)])]
