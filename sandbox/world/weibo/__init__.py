"""The brand's two Weibo accounts as a part of the world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from sandbox.world import text
from sandbox.world.base import Planted, PlatformWorld
from sandbox.world.brand import World
from sandbox.world.rng import digest
from sandbox.world.tables import Tables, join, rows, stack
from sandbox.world.time import day_at
from sandbox.world.weibo.events import AccountEvents, count, follow, make_accounts, person_uid, publish, repost
from sandbox.world.weibo.mentions import Mention, mention
from sandbox.world.weibo_ads import WeiboAdsWorld


def make_app(seed: int) -> str:
    """The app key under which both accounts gave their tokens."""
    return str(10**9 + int(digest("wb.app", seed)[:8], 16) % 10**9)


class WeiboWorld(PlatformWorld):
    """Posts, counters, followers and mentions; ad spend on Weibo moves the followers."""

    name = "weibo"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.app_key = make_app(world.seed)
        self.accounts = tuple(AccountEvents(account) for account in make_accounts(world.seed))
        self.mentions: list[list[list[Mention]]] = [[] for _ in self.accounts]
        """By account and day, in order of time."""

    def extend(self, day: int) -> None:
        """Adds one day."""
        pull = self.world.part(WeiboAdsWorld).pull(day)
        main, club = self.accounts
        publish(self.seed, self.scale, main, day)
        repost(self.seed, self.scale, club, main, day)
        for events in self.accounts:
            count(self.seed, self.scale, events, day)
            follow(self.seed, events, day, pull)
            self.mentions[events.account.index].append(mention(self.seed, self.scale, events, day))

    def tables(self, first: int, last: int) -> Tables:
        """wb_account, wb_post, wb_count, wb_follow, wb_mention and wb_mention_growth."""
        mentions = [item for days in self.mentions for day in days for item in day]
        posts = [post for events in self.accounts for post in events.posts]
        return {
            "wb_account": rows(
                (
                    {"account": a.index, "account_id": str(a.uid), "followers": a.followers}
                    for a in (events.account for events in self.accounts)
                ),
                account="int",
                account_id="text",
                followers="int",
            ),
            "wb_post": rows(
                (vars(post) | {"kind": post.kind} for post in posts),
                account="int",
                number="int",
                id="int",
                published_at="int",
                publish_day="int",
                title="text",
                kind="text",
                deleted_at="int",
            ),
            "wb_count": join(stack(events.counts, account=i) for i, events in enumerate(self.accounts)),
            "wb_follow": join(stack(events.follows, account=i) for i, events in enumerate(self.accounts)),
            "wb_mention": rows(
                (asdict(item) | {"author_id": str(person_uid(self.seed, item.person))} for item in mentions),
                account="int",
                id="int",
                kind="text",
                created_at="int",
                author_id="text",
                text="text",
                emotion="text",
                under="int",
                stands_on="int",
                is_shown="bool",
                vanish_at="int",
            ),
            "wb_mention_growth": rows(
                (
                    {"account": item.account, "id": item.id, "instant": at, "kind": kind, "amount": amount}
                    for item in mentions
                    for at, kind, amount in item.growth
                ),
                account="int",
                id="int",
                instant="int",
                kind="int",
                amount="int",
            ),
        }

    def planted(self, first: int, last: int) -> Iterator[Planted]:
        """Authors' ids and names, and what is planted in posts and mentions."""
        for events in self.accounts:
            uid = events.account.uid
            for post in events.posts:
                if first <= post.publish_day <= last:
                    where = f"weibo {uid} post {post.id}"
                    for kind, value in post.planted:
                        yield Planted(kind, value, where)
                    if post.original and post.original.person is not None:
                        yield from self._author(post.original.person, where)
            for item in (item for day in self.mentions[events.account.index] for item in day):
                if first <= day_at(item.created_at) <= last:
                    where = f"weibo {uid} mention {item.id}"
                    yield from self._author(item.person, where)
                    for kind, value in item.planted:
                        yield Planted(kind, value, where)

    def _author(self, number: int, where: str) -> Iterator[Planted]:
        yield Planted("weibo_uid", str(person_uid(self.seed, number)), where)
        yield Planted("nickname", text.person(self.seed, number).nickname, where)


def create(world: World) -> WeiboWorld:
    """The part of a world."""
    return WeiboWorld(world)
