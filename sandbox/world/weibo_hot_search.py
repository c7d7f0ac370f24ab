"""Weibo's hot list as a part of the world: it is made when it is looked at."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from sandbox.world.base import PlatformWorld
from sandbox.world.brand import World
from sandbox.world.hot import LIFE_HOURS, HotList
from sandbox.world.tables import Tables, rows
from sandbox.world.time import midnight


class HotWorld(PlatformWorld):
    """The hourly hot list."""

    name = "weibo_hot_search"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.hot = HotList(world.seed, world.brand)

    def extend(self, day: int) -> None:
        """Nothing to do: every day is made by itself."""

    def tables(self, first: int, last: int) -> Tables:
        """hot_topic, hot_heat (a row per topic and hour of its life), hot_gap and hot_bare of the days first..last."""
        topics: list[dict[str, Any]] = []
        heat: list[pa.Table] = []
        for day in range(first - 3, last + 1):
            born = self.hot.topics(day)
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
        hours = [(day, hour) for day in range(first, last + 1) for hour in range(24)]
        gaps = [midnight(day) + hour * 3600 for day, hour in hours if hour in self.hot.missing_hours(day)]
        bare = [midnight(day) + hour * 3600 for day, hour in hours if self.hot.is_bare(day, hour)]
        return {
            "hot_topic": rows(
                topics,
                born_day="int",
                number="int",
                title="text",
                category="text",
                description="text",
                is_ad="bool",
                is_plain="bool",
            ),
            "hot_heat": pa.concat_tables(heat),
            "hot_gap": rows(({"instant": instant} for instant in gaps), instant="int"),
            "hot_bare": rows(({"instant": instant} for instant in bare), instant="int"),
        }


def create(world: World) -> HotWorld:
    """The part of a world."""
    return HotWorld(world)
