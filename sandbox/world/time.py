"""Days and instants of the world.

A *day* is an integer: 0 is 2025-11-01 in Asia/Shanghai. An *instant* is an integer of epoch seconds. Shanghai has
been UTC+8 without daylight saving since 1991, so a fixed offset is exact for every day of the world.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
EPOCH = date(2025, 11, 1)
DAY_SECONDS = 86_400
READY_SECONDS = 8 * 3_600
"""The platforms show a day from 08:00 of the next day (platform-contracts §1.2, official)."""
_EPOCH_ORDINAL = EPOCH.toordinal()
_EPOCH_INSTANT = int(datetime(EPOCH.year, EPOCH.month, EPOCH.day, tzinfo=SHANGHAI).timestamp())


def day_of(value: date) -> int:
    """Day number of a calendar date; negative before the epoch."""
    return value.toordinal() - _EPOCH_ORDINAL


def date_of(day: int) -> date:
    """Calendar date of a day number."""
    return date.fromordinal(day + _EPOCH_ORDINAL)


def midnight(day: int) -> int:
    """Instant at which a day begins in Asia/Shanghai."""
    return _EPOCH_INSTANT + day * DAY_SECONDS


def day_at(instant: int) -> int:
    """Day that an instant belongs to."""
    return (instant - _EPOCH_INSTANT) // DAY_SECONDS


def ready_at(day: int) -> int:
    """Instant from which a day's numbers are shown: the next day, 08:00."""
    return midnight(day + 1) + READY_SECONDS


def last_ready_day(instant: int) -> int:
    """The newest day whose numbers may be shown at an instant."""
    return day_at(instant - READY_SECONDS) - 1


def text_of(instant: int) -> str:
    """`YYYY-MM-DD HH:MM:SS` in Asia/Shanghai, as Ocean Engine writes times."""
    return datetime.fromtimestamp(instant, SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def moment(instant: int) -> datetime:
    """Aware datetime in Asia/Shanghai."""
    return datetime.fromtimestamp(instant, SHANGHAI)


def instant_of(text: str) -> int:
    """Epoch seconds of an ISO text; a text without a zone is read as Asia/Shanghai.

    Raises ValueError when the text is not an ISO date and time.
    """
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        value = value.replace(tzinfo=SHANGHAI)
    return int(value.astimezone(UTC).timestamp())
