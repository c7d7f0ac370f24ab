"""What Weibo shows at an instant, added up from the world's events with numpy. Shares nothing with truth.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from sandbox.world import text
from sandbox.world.rng import digest
from sandbox.world.time import moment
from sandbox.world.weibo.events import KINDS, AccountEvents, Original, Post, WeiboAccount, person_uid
from sandbox.world.weibo.mentions import Mention

Json = dict[str, Any]
GONE = "抱歉，此微博已被作者删除。查看帮助：http://t.cn/zWSudZc"


def written(instant: int) -> str:
    """`Tue May 31 17:46:55 +0800 2011`"""
    return moment(instant).strftime("%a %b %d %H:%M:%S +0800 %Y")


class WeiboNumbers:
    """Answers about one account."""

    def __init__(self, seed: int, events: AccountEvents, mentions: list[list[Mention]], main: WeiboAccount) -> None:
        self.seed = seed
        self.events = events
        self._mentions = mentions
        self._main = main
        self._totals: tuple[int, np.ndarray] = (-1, np.zeros((0, len(KINDS)), np.int64))

    def followers(self, now: int) -> int:
        """Followers at an instant."""
        won = sum(int(chunk["amount"][chunk["known_at"] <= now].sum()) for chunk in self.events.follows)
        return self.events.account.followers + won

    def statuses(self, now: int) -> int:
        """Posts that are there at an instant."""
        there = [p for p in self.events.posts if p.published_at <= now and not _is_gone(p.deleted_at, now)]
        return self.events.account.statuses + len(there)

    def posts(self, now: int) -> list[Post]:
        """Posts published by then, newest first; deleted ones too."""
        return [post for post in reversed(self.events.posts) if post.published_at <= now]

    def totals(self, now: int) -> np.ndarray:
        """Reposts, comments and likes of every post at an instant."""
        if self._totals[0] != now:
            found = np.zeros((len(self.events.posts), len(KINDS)), np.int64)
            for chunk in self.events.counts:
                known = chunk["known_at"] <= now
                np.add.at(found, (chunk["post"][known], chunk["kind"][known]), chunk["amount"][known])
            self._totals = (now, found)
        return self._totals[1]

    def mentions(self, kind: str, now: int, *, everybody: bool) -> list[Mention]:
        """Mentions that can be seen at an instant, newest first."""
        return [
            item
            for day in reversed(self._mentions)
            for item in reversed(day)
            if item.kind == kind
            and item.created_at <= now
            and not _is_gone(item.vanish_at, now)
            and (item.is_shown or everybody)
        ]

    # --- as the samples write it ---------------------------------------------------------------------------------

    def user(self, now: int) -> Json:
        """The account as in samples/weibo/users_show.json, without its newest post."""
        account = self.events.account
        counts = (self.followers(now), 86, self.statuses(now), 12)
        return _user(account.uid, account.name, counts, is_verified=True)

    def person(self, number: int) -> Json:
        """Somebody of the public."""
        size = int(digest("wb.size", self.seed, number)[:6], 16)
        counts = (size % 900, size % 400 + 20, size % 1_500, size % 50)
        return _user(person_uid(self.seed, number), text.person(self.seed, number).nickname, counts)

    def post(self, post: Post, now: int, *, with_user: bool = True) -> Json:
        """A post as in samples/weibo/statuses_user_timeline.json; a deleted one is a stub."""
        if _is_gone(post.deleted_at, now):
            return _stub(post.id, post.published_at)
        counts = self.totals(now)[post.number].tolist()
        row = _status(post.id, post.published_at, post.text, post.client, counts, post.pictures)
        row["annotations"] = []
        if with_user:
            row["user"] = self.user(now)
        if post.original:
            row["retweeted_status"] = self._original(post.original, now)
        return row

    def _original(self, original: Original, now: int) -> Json:
        row = _status(original.id, original.created_at, original.text, "iPhone客户端", [3, 1, 9], 0)
        main = _user(self._main.uid, self._main.name, (self._main.followers, 86, self._main.statuses, 12), True)
        return row | {"user": main if original.person is None else self.person(original.person)}

    def mention(self, item: Mention, now: int) -> Json:
        """A post that names the account as in samples/weibo/statuses_mentions.json."""
        counts = [sum(n for at, kind, n in item.growth if at <= now and kind == k) for k in range(len(KINDS))]
        row = _status(item.id, item.created_at, item.text, "微博网页版", counts, 0)
        row |= {"annotations": [], "user": self.person(item.person)}
        if item.under is not None:
            row["retweeted_status"] = self.post(self.events.posts[item.under], now)
        return row

    def comment(self, item: Mention, now: int) -> Json:
        """A comment that names the account as in samples/weibo/comments_mentions.json."""
        if item.under is not None:
            under = self.post(self.events.posts[item.under], now)
        else:
            at = item.created_at - 5_400
            under = _status(item.stands_on or 0, at, "路过分享一下", "微博网页版", [1, 2, 5], 0)
            under |= {"annotations": [], "user": self.person((item.person + 1) % text.PERSONS)}
        row = _head(item.id, item.created_at) | {"text": item.text, "source": _client("微博客户端")}
        return row | {"user": self.person(item.person), "status": under}


def _is_gone(at: int | None, now: int) -> bool:
    return at is not None and at <= now


def _client(name: str) -> str:
    return f'<a href="http://weibo.com/" rel="nofollow">{name}</a>'


def _head(number: int, at: int) -> Json:
    return {"created_at": written(at), "id": number, "idstr": str(number), "mid": str(number)}


def _stub(number: int, at: int) -> Json:
    return _head(number, at) | {"text": GONE, "deleted": "1"}


def _status(number: int, at: int, words: str, client: str, counts: list[int], pictures: int) -> Json:
    thumb = "https://wx1.sinaimg.cn/thumbnail/"
    return _head(number, at) | {
        "text": words,
        "source": _client(client),
        "favorited": False,
        "truncated": False,
        "in_reply_to_status_id": "",
        "in_reply_to_user_id": "",
        "in_reply_to_screen_name": "",
        "pic_urls": [{"thumbnail_pic": f"{thumb}{digest('pic', number, i)[:24]}.jpg"} for i in range(pictures)],
        "geo": None,
        "reposts_count": counts[0],
        "comments_count": counts[1],
        "attitudes_count": counts[2],
        "visible": {"type": 0, "list_id": 0},
    }


def _user(uid: int, name: str, counts: tuple[int, int, int, int], is_verified: bool = False) -> Json:
    picture = f"https://tvax1.sinaimg.cn/crop.0.0.0.0.%d/{digest('face', uid)[:16]}.jpg"
    return {
        "id": uid,
        "idstr": str(uid),
        "screen_name": name,
        "name": name,
        "province": "31",
        "city": "15",
        "location": "上海 浦东新区",
        "description": "",
        "url": "",
        "profile_image_url": picture % 50,
        "domain": "",
        "gender": "m",
        "followers_count": counts[0],
        "friends_count": counts[1],
        "statuses_count": counts[2],
        "favourites_count": 0,
        "created_at": "Fri Mar 01 10:00:00 +0800 2019",
        "following": False,
        "allow_all_act_msg": False,
        "geo_enabled": True,
        "verified": is_verified,
        "verified_type": 2 if is_verified else -1,
        "remark": "",
        "allow_all_comment": True,
        "avatar_large": picture % 180,
        "verified_reason": name if is_verified else "",
        "follow_me": False,
        "online_status": 0,
        "bi_followers_count": counts[3],
    }
