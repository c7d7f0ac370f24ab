"""The world's events as Arrow tables: what the truth is computed from.

Day numbers become dates and instants stay epoch seconds; nothing is added up here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa

from sandbox.world.brand import World
from sandbox.world.hot import LIFE_HOURS
from sandbox.world.time import day_at, midnight
from sandbox.world.wechat import Chunk

Tables = dict[str, pa.Table]


def _stack(chunks: Sequence[Chunk], **constants: int) -> Chunk:
    """All days of one account below each other, with the day of each row."""
    columns = {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}
    sizes = [len(next(iter(chunk.values()))) for chunk in chunks]
    columns["day"] = np.repeat(np.arange(len(chunks)), sizes)
    return columns | {name: np.full(len(columns["day"]), value) for name, value in constants.items()}


def _join(parts: Iterable[Chunk]) -> pa.Table:
    return pa.concat_tables([pa.table(part) for part in parts])


def _rows(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=schema)


def _schema(**types: str) -> pa.Schema:
    known = {"int": pa.int64(), "text": pa.string(), "bool": pa.bool_()}
    return pa.schema([(name, known[kind]) for name, kind in types.items()])


def wechat_tables(world: World) -> Tables:
    """wx_account, wx_article, wx_read, wx_action, wx_attention, wx_cleanup, wx_overlap, wx_follow, wx_comment, …"""
    tables: Tables = {}
    for name in ("reads", "actions", "attention", "cleanups", "overlaps", "follows"):
        tables[f"wx_{name}"] = _join(_stack(getattr(e, name), account=i) for i, e in enumerate(world.wechat))
    tables["wx_account"] = _rows(
        [
            {
                "account": e.account.index,
                "account_id": e.account.app_id,
                "name": e.account.name,
                "followers": e.account.followers,
            }
            for e in world.wechat
        ],
        _schema(account="int", account_id="text", name="text", followers="int"),
    )
    tables["wx_article"] = _rows(
        [asdict(a) | {"msgid": a.msgid} for e in world.wechat for a in e.articles],
        _schema(
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
        ),
    )
    tables["wx_comment"] = _rows(
        [asdict(c) | {"day": day_at(c.created_at)} for e in world.wechat for kept in e.comments for c in kept],
        _schema(
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
        ),
    )
    return tables


def ads_tables(world: World) -> Tables:
    """oe_advertiser, oe_project and oe_promotion with their _version, oe_delivery, oe_conversion, oe_comment, …"""
    tables: Tables = {
        "oe_delivery": _join(_stack(e.delivery, advertiser=i) for i, e in enumerate(world.advertisers)),
        "oe_conversion": _join(_stack(e.conversions, advertiser=i) for i, e in enumerate(world.advertisers)),
        "oe_advertiser": _rows(
            [{"advertiser": i, "account_id": str(e.advertiser.advertiser_id)} for i, e in enumerate(world.advertisers)],
            _schema(advertiser="int", account_id="text"),
        ),
    }
    kinds = {"oe_project": "projects", "oe_promotion": "promotions"}
    for name, attribute in kinds.items():
        items = [item for e in world.advertisers for item in getattr(e, attribute)]
        tables[name] = _rows(
            [{key: value for key, value in asdict(item).items() if key != "versions"} for item in items],
            _schema(
                advertiser="int",
                number="int",
                created_at="int",
                project="int",
                project_id="int",
                promotion_id="int",
                landing_type="text",
                marketing_goal="text",
                item_id="int",
            ),
        )
        tables[f"{name}_version"] = _rows(
            [
                asdict(version) | {"advertiser": item.advertiser, "number": item.number, "step": step}
                for item in items
                for step, version in enumerate(item.versions)
            ],
            _schema(
                advertiser="int",
                number="int",
                step="int",
                since="int",
                name="text",
                status="text",
                budget="int",
                cpa_bid="int",
                phase="text",
            ),
        )
    comments = [c for e in world.advertisers for day in e.comments for c in day]
    tables["oe_comment"] = _rows(
        [asdict(c) for c in comments],
        _schema(
            advertiser="int",
            promotion="int",
            comment_id="int",
            created_at="int",
            text="text",
            aweme_id="text",
            emotion="text",
            level="text",
            hidden_at="int",
            vanish_at="int",
            is_paid="bool",
        ),
    )
    tables["oe_comment_growth"] = _rows(
        [
            {"comment_id": c.comment_id, "instant": at, "likes": likes, "replies": replies}
            for c in comments
            for at, likes, replies in c.growth
        ],
        _schema(comment_id="int", instant="int", likes="int", replies="int"),
    )
    return tables


def hot_tables(world: World, first: int, last: int) -> Tables:
    """hot_topic and hot_heat (one row per topic and hour of its life), hot_gap, hot_bare, for the days first..last."""
    topics: list[dict[str, Any]] = []
    heat: list[pa.Table] = []
    for day in range(first - 3, last + 1):
        born = world.hot.topics(day)
        count = len(born.titles)
        for i in range(count):
            topics.append(
                {
                    "born_day": day,
                    "number": i,
                    "title": born.titles[i],
                    "category": born.categories[i],
                    "description": born.descriptions[i],
                    "is_ad": bool(born.is_ad[i]),
                    "is_plain": bool(born.is_plain[i]),
                }
            )
        starts = midnight(day) + born.born.astype(np.int64) * 3600
        columns = {
            "born_day": np.full(count * LIFE_HOURS, day),
            "number": np.repeat(np.arange(count), LIFE_HOURS),
            "instant": (starts[:, None] + np.arange(LIFE_HOURS)[None, :] * 3600).ravel(),
            "age": np.tile(np.arange(LIFE_HOURS), count),
        }
        values = {"heat": born.heat, "reads": born.reads, "discusses": born.discusses, "origins": born.origins}
        heat.append(pa.table(columns | {name: table.ravel() for name, table in values.items()}))
    days = range(first, last + 1)
    gaps = [{"instant": midnight(day) + hour * 3600} for day in days for hour in sorted(world.hot.missing_hours(day))]
    bare = [
        {"instant": midnight(day) + hour * 3600} for day in days for hour in range(24) if world.hot.is_bare(day, hour)
    ]
    return {
        "hot_topic": _rows(
            topics,
            _schema(
                born_day="int",
                number="int",
                title="text",
                category="text",
                description="text",
                is_ad="bool",
                is_plain="bool",
            ),
        ),
        "hot_heat": pa.concat_tables(heat),
        "hot_gap": _rows(gaps, _schema(instant="int")),
        "hot_bare": _rows(bare, _schema(instant="int")),
    }
