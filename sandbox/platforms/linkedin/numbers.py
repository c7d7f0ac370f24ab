"""What LinkedIn shows of a page at an instant, added up from the world's events. Shares nothing with truth.py."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from sandbox.world.linkedin import ACTIONS, PageEvents, Post, utc_day_at, utc_midnight

KEPT_DAYS = 365


class PageNumbers:
    """Answers of one page. Numbers are of whole UTC days that have ended."""

    def __init__(self, events: PageEvents) -> None:
        self.events = events
        self._lifetime: tuple[int, dict[int, Counter[str]]] = (-1, {})

    def followers(self, now: int) -> int:
        """Followers at the end of the last whole day."""
        return self.events.page.followers + sum(a + b for a, b in self.events.gains[: max(utc_day_at(now), 0)])

    def facets(self, now: int) -> dict[str, list[dict[str, Any]]]:
        """Followers by facet and segment, the 100 largest of each."""
        followers = self.followers(now)
        found: dict[str, list[dict[str, Any]]] = {}
        for facet, name, segment, millionths in self.events.segments:
            counts = {"organicFollowerCount": followers * millionths // 1_000_000, "paidFollowerCount": 0}
            rows = found.setdefault(facet, [])
            if counts["organicFollowerCount"]:
                rows.append({"followerCounts": counts, name: segment})
        return {
            facet: sorted(rows, key=lambda row: -row["followerCounts"]["organicFollowerCount"])[:100]
            for facet, rows in found.items()
        }

    def gains(self, day: int, now: int) -> tuple[int, int] | None:
        """Organic and paid gain of a day; there two days later."""
        return self.events.gains[day] if 0 <= day <= utc_day_at(now) - 2 else None

    def statistics(self, day: int, now: int) -> dict[str, Any] | None:
        """The page's day; None when it has not ended."""
        if not 0 <= day < utc_day_at(now):
            return None
        counts: Counter[str] = Counter()
        for of_post in self._add_up(day, now).values():
            counts.update(of_post)
        return _statistics(counts, self.events.reach[day])

    def lifetime(self, post: Post, now: int) -> dict[str, Any] | None:
        """A post's counters over the kept days; None when nothing happened."""
        if self._lifetime[0] != now:
            found: dict[int, Counter[str]] = {}
            for day in range(max(0, utc_day_at(now) - KEPT_DAYS), utc_day_at(now)):
                for number, counts in self._add_up(day, now).items():
                    found.setdefault(number, Counter()).update(counts)
            self._lifetime = (now, found)
        counts = self._lifetime[1].get(post.number, Counter())
        return _statistics(counts, counts["uniques"]) if any(counts.values()) else None

    def posts(self, now: int) -> list[Post]:
        """Posts that the page shows, the last modified first."""
        listed = [post for post in self.events.posts if post.is_listed(now)]
        return sorted(listed, key=lambda post: (modified_at(post, now), post.number), reverse=True)

    def _add_up(self, day: int, now: int) -> dict[int, Counter[str]]:
        chunk = self.events.activity[day]
        known = np.flatnonzero((chunk["known_at"] <= now) & (utc_midnight(day + 1) <= now))
        found: dict[int, Counter[str]] = {}
        for row in known.tolist():
            counts = found.setdefault(int(chunk["post"][row]), Counter())
            for name in ("impressions", "uniques", *ACTIONS):
                counts[name] += int(chunk[name][row])
        return found


def modified_at(post: Post, now: int) -> int:
    """Instant of the last change that has happened."""
    return post.edited_at if post.edited_at is not None and post.edited_at <= now else post.published_at


def _statistics(counts: Counter[str], people: int) -> dict[str, Any]:
    acts = sum(counts[name] for name in ACTIONS)
    return {
        "uniqueImpressionsCount": people,
        "clickCount": counts["clicks"],
        "engagement": round(acts / counts["impressions"], 16) if counts["impressions"] > 0 else 0.0,
        "likeCount": counts["likes"],
        "commentCount": counts["comments"],
        "shareCount": counts["shares"],
        "impressionCount": counts["impressions"],
    }


def post_row(post: Post, page_urn: str, now: int) -> dict[str, Any]:
    """One post as in samples/linkedin/posts_by_author.json."""
    edited = modified_at(post, now) != post.published_at
    tag = post.title.split("｜")[0].strip("🎉🌿☀️🔥🎁 ")[:12]
    text = post.title
    if not post.parent:
        text += (" ✏️" if edited else "") + f" {{hashtag|\\#|{tag}}}"
    if post.mention and not post.parent:
        text += f" 感谢 @[{post.mention[0]}](urn:li:person:{post.mention[1]})"
    row: dict[str, Any] = {
        "id": post.urn,
        "author": page_urn,
        "commentary": text,
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "lifecycleStateInfo": {"isEditedByAuthor": edited},
        "isReshareDisabledByAuthor": False,
        "createdAt": post.published_at * 1000,
        "publishedAt": post.published_at * 1000 + 78,
        "lastModifiedAt": modified_at(post, now) * 1000 + 500,
    }
    if post.parent:
        row["reshareContext"] = {"parent": post.parent, "root": post.parent}
    elif post.media:
        kind = "document" if post.media == "article" else post.media
        media = {"id": f"urn:li:{kind}:D4{post.number:014d}", "title": post.title, "altText": post.title}
        row["content"] = {"media": media}
    return row
