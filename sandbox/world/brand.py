"""The world as one object: extends itself day by day to the day that is asked for."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from sandbox.world import ads, text, wechat
from sandbox.world.hot import HotList
from sandbox.world.time import day_at

_LAG = (0.0, 0.25, 0.42, 0.20, 0.08, 0.05)
"""Share of an ad yuan's pull on followers by days since it was spent."""


@dataclass(frozen=True)
class Planted:
    """A personal value that the world put somewhere: kind, value, and where it stands."""

    kind: str
    value: str
    where: str


class World:
    """The brand of one (seed, scale). Days are generated in order, once, and never depend on the horizon.

    `scale` multiplies how much happens (messages, promotions, comments), not the size of the accounts.
    """

    def __init__(self, seed: int = 7, scale: float = 1.0) -> None:
        if seed < 0:
            raise ValueError(f"seed must be 0 or more, got {seed}")
        if not 0 < scale <= 50:
            raise ValueError(f"scale must be above 0 and at most 50, got {scale}")
        self.seed = seed
        self.scale = scale
        self.brand = text.brand_name(seed)
        self.wechat = tuple(wechat.AccountEvents(a) for a in wechat.make_accounts(seed))
        self.advertisers = tuple(ads.AdvertiserEvents(a) for a in ads.make_advertisers(seed))
        self.consent = ads.make_consent(seed)
        self.hot = HotList(seed, self.brand)
        self.days = 0
        self._lock = threading.Lock()

    def ensure(self, day: int) -> None:
        """Generates the days up to and including `day`."""
        if day < self.days:
            return
        with self._lock:
            while self.days <= day:
                self._add(self.days)
                self.days += 1

    def ensure_instant(self, instant: int) -> None:
        """Generates everything that can be known at an instant."""
        self.ensure(day_at(instant))

    def ad_pull(self, day: int) -> float:
        """Lagged spend relative to an ordinary day; what moves followers."""
        spent = 0.0
        for lag, share in enumerate(_LAG):
            if share and day - lag >= 0:
                spent += share * sum(a.spend[day - lag] for a in self.advertisers)
            elif share:
                spent += share * ads.REFERENCE_SPEND_FEN * self.scale
        return float((spent / (ads.REFERENCE_SPEND_FEN * self.scale)) ** 0.9)

    def _add(self, day: int) -> None:
        for advertiser in self.advertisers:
            ads.extend(self.seed, self.scale, advertiser, day)
        pull = self.ad_pull(day)
        for account in self.wechat:
            wechat.extend(self.seed, self.scale, account, day, pull)

    def planted(self, first: int, last: int) -> list[Planted]:
        """Every personal value in comments, articles and person fields of the days first..last, for leak searches."""
        self.ensure(last)
        found: dict[tuple[str, str], Planted] = {}

        def add(kind: str, value: str, where: str) -> None:
            found.setdefault((kind, value), Planted(kind, value, where))

        for account in self.wechat:
            app = account.account.app_id
            for article in account.articles:
                if first <= article.publish_day <= last:
                    add("author", article.author, f"wechat {app} article {article.msgid}")
                for comment in account.comments[article.number]:
                    if first <= day_at(comment.created_at) <= last:
                        where = f"wechat {app} comment {article.msgid} {comment.number}"
                        if comment.openid:
                            add("openid", comment.openid, where)
                        for kind, value in comment.planted:
                            add(kind, value, where)
        for advertiser in self.advertisers:
            for day in range(max(first, 0), last + 1):
                for ad_comment in advertiser.comments[day]:
                    where = f"oceanengine {advertiser.advertiser.advertiser_id} comment {ad_comment.comment_id}"
                    add("aweme_id", ad_comment.aweme_id, where)
                    add("nickname", ad_comment.aweme_name, where)
                    for kind, value in ad_comment.planted:
                        add(kind, value, where)
        return list(found.values())
