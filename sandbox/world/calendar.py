"""The rhythm of a Chinese consumer brand: weekdays, festivals, sales seasons, crises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from sandbox.world.rng import stream
from sandbox.world.time import date_of, day_of

_NEW_YEAR = {
    2026: (2, 17),
    2027: (2, 6),
    2028: (1, 26),
    2029: (2, 13),
    2030: (2, 3),
    2031: (1, 23),
    2032: (2, 11),
    2033: (1, 31),
    2034: (2, 19),
    2035: (2, 8),
}
READ_WEEK = (1.07, 1.10, 1.06, 1.08, 1.00, 0.83, 0.86)
"""Reading by weekday, Monday first: office readers, less at the week-end."""
FOLLOW_WEEK = (1.08, 1.08, 1.05, 1.03, 1.00, 0.87, 0.89)
SPEND_WEEK = (0.84, 0.86, 0.90, 1.00, 1.17, 1.20, 1.06)
"""Ad spend by weekday: money goes out before and at the week-end."""
YEAR_DAYS = 365


def chinese_new_year(year: int) -> date:
    """First day of the lunar year; an early-February guess outside the table 2026–2035."""
    month, day = _NEW_YEAR.get(year, (2, 5))
    return date(year, month, day)


def _within(value: date, first: tuple[int, int], last: tuple[int, int]) -> bool:
    return date(value.year, *first) <= value <= date(value.year, *last)


@lru_cache(maxsize=8192)
def reading_season(day: int) -> float:
    """Factor on reading and following."""
    value = date_of(day)
    away = (value - chinese_new_year(value.year)).days
    if -2 <= away <= 6:
        return 0.62
    if _within(value, (10, 1), (10, 7)):
        return 0.74
    if _within(value, (5, 1), (5, 5)):
        return 0.8
    if _within(value, (6, 10), (6, 18)) or _within(value, (10, 28), (11, 11)):
        return 1.18
    return 1.0


@lru_cache(maxsize=8192)
def selling_season(day: int) -> float:
    """Factor on ad spend: 618, 双11, 双12, new-year goods, 3·8; quiet over Chinese New Year."""
    value = date_of(day)
    away = (value - chinese_new_year(value.year)).days
    if -2 <= away <= 6:
        return 0.45
    if -28 <= away <= -8:
        return 1.45
    for first, last, factor in (
        ((10, 20), (11, 9), 1.55),
        ((11, 10), (11, 11), 2.4),
        ((12, 8), (12, 12), 1.4),
        ((3, 4), (3, 8), 1.3),
        ((5, 31), (6, 15), 1.5),
        ((6, 16), (6, 18), 2.2),
        ((10, 1), (10, 7), 0.8),
        ((5, 1), (5, 5), 0.9),
    ):
        if _within(value, first, last):
            return factor
    return 1.0


@dataclass(frozen=True)
class Event:
    """A date in the brand's calendar around which campaigns fly."""

    name: str
    day: int


def events_of_year(year: int) -> list[Event]:
    """Campaign dates of one calendar year, in order."""
    fixed = [
        ("情人节", date(year, 2, 14)),
        ("女神节", date(year, 3, 8)),
        ("春季上新", date(year, 3, 25)),
        ("五一出游", date(year, 5, 1)),
        ("520", date(year, 5, 20)),
        ("618", date(year, 6, 18)),
        ("暑期", date(year, 7, 15)),
        ("七夕", date(year, 8, 19)),
        ("开学季", date(year, 9, 1)),
        ("国庆", date(year, 10, 1)),
        ("双11", date(year, 11, 11)),
        ("双12", date(year, 12, 12)),
    ]
    fixed.append(("年货节", chinese_new_year(year) - timedelta(days=14)))
    return [Event(name, day_of(value)) for name, value in sorted(fixed, key=lambda pair: pair[1])]


@dataclass(frozen=True)
class Crisis:
    """Days in which the brand is talked about badly; `last` is included, severity is 1 (noise) to 4 (storm)."""

    first: int
    last: int
    severity: float
    subject: str


_SUBJECTS = ("客服态度", "包装异味", "代言人争议", "虚假宣传", "发货延迟", "配料表争议", "涨价")


@lru_cache(maxsize=256)
def crises_of_year(seed: int, brand_year: int) -> tuple[Crisis, ...]:
    """One to three crises in each stretch of 365 days since the epoch."""
    rng = stream(seed, "crisis", brand_year)
    found = []
    for _ in range(int(rng.integers(1, 4))):
        first = brand_year * YEAR_DAYS + int(rng.integers(20, 350))
        length = int(rng.integers(2, 5))
        severity = float(rng.uniform(1.6, 4.0))
        found.append(Crisis(first, first + length - 1, severity, _SUBJECTS[int(rng.integers(len(_SUBJECTS)))]))
    return tuple(sorted(found, key=lambda crisis: crisis.first))


def crisis_on(seed: int, day: int) -> Crisis | None:
    """The crisis that a day belongs to, if any."""
    year = day // YEAR_DAYS
    for crisis in (*crises_of_year(seed, year - 1), *crises_of_year(seed, year)):
        if crisis.first <= day <= crisis.last:
            return crisis
    return None
