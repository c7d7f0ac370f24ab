"""The brand's WeChat Official Accounts as a part of the world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from sandbox.world.base import Planted, PlatformWorld
from sandbox.world.brand import World
from sandbox.world.oceanengine import OceanWorld
from sandbox.world.tables import Tables, join, rows, stack
from sandbox.world.time import day_at
from sandbox.world.wechat import lives
from sandbox.world.wechat.events import AccountEvents, extend, make_accounts


class WeChatWorld(PlatformWorld):
    """Articles, readers, followers, comments and lives of two accounts; ad spend on Douyin moves their followers."""

    name = "wechat"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.accounts = tuple(AccountEvents(account) for account in make_accounts(world.seed))
        self.lives = tuple(lives.LiveEvents(e.account.index, e.account.followers) for e in self.accounts)

    def extend(self, day: int) -> None:
        """Adds one day."""
        pull = self.world.part(OceanWorld).pull(day)
        for account in self.accounts:
            extend(self.seed, self.scale, account, day, pull)
        for events in self.lives:
            lives.extend(self.seed, self.scale, events, day)

    def tables(self, first: int, last: int) -> Tables:
        """wx_account, wx_article, wx_comment, wx_live, and the days' wx_reads, wx_actions, wx_live_count, …"""
        tables: Tables = {}
        for name in ("reads", "actions", "attention", "cleanups", "overlaps", "follows"):
            tables[f"wx_{name}"] = join(stack(getattr(e, name), account=i) for i, e in enumerate(self.accounts))
        tables["wx_account"] = rows(
            (asdict(e.account) | {"account": e.account.index, "account_id": e.account.app_id} for e in self.accounts),
            account="int",
            account_id="text",
            name="text",
            followers="int",
        )
        tables["wx_article"] = rows(
            (asdict(a) | {"msgid": a.msgid} for e in self.accounts for a in e.articles),
            account="int",
            number="int",
            message="int",
            idx="int",
            msgid="text",
            title="text",
            content_url="text",
            published_at="int",
            publish_day="int",
            is_notified="bool",
            is_comment_open="bool",
            deleted_at="int",
        )
        tables["wx_comment"] = rows(
            (asdict(c) | {"day": day_at(c.created_at)} for e in self.accounts for kept in e.comments for c in kept),
            account="int",
            article="int",
            number="int",
            openid="text",
            created_at="int",
            counted_at="int",
            day="int",
            content="text",
            emotion="text",
            featured_at="int",
            reply="text",
            reply_at="int",
            vanish_at="int",
        )
        tables["wx_live"] = rows(
            (asdict(live) for e in self.lives for live in e.lives),
            account="int",
            number="int",
            export_id="text",
            started_at="int",
            ended_at="int",
            peak="int",
        )
        tables["wx_live_count"] = join(stack(e.counts, account=i) for i, e in enumerate(self.lives))
        return tables

    def planted(self, first: int, last: int) -> Iterator[Planted]:
        """Authors' names, open ids, and what is planted in comments."""
        for account in self.accounts:
            app = account.account.app_id
            for article in account.articles:
                if first <= article.publish_day <= last:
                    yield Planted("author", article.author, f"wechat {app} article {article.msgid}")
                for comment in account.comments[article.number]:
                    if first <= day_at(comment.created_at) <= last:
                        where = f"wechat {app} comment {article.msgid} {comment.number}"
                        if comment.openid:
                            yield Planted("openid", comment.openid, where)
                        for kind, value in comment.planted:
                            yield Planted(kind, value, where)


def create(world: World) -> WeChatWorld:
    """The part of a world."""
    return WeChatWorld(world)
