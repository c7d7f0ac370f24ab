"""Cells as values: numbers, days, times, rates and ids out of what spreadsheets and exports make of them.

A value comes with how it was had: "" (as written), `exact` (another spelling of the same value), `rounded` (1.4万 is
between 13,500 and 14,499), `at_least` (10万+). What cannot be told is an `Unreadable` that quotes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

Cell = str | int | float | bool | datetime | date | time | timedelta | None

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")
COUNTS = frozenset({"people", "times", "number"})
AMOUNTS = {"yuan": Decimal(1), "currency": Decimal(1), "fen": Decimal("0.01"), "li": Decimal("0.001")}
RATES = frozenset({"percent", "fraction", "ratio"})
SPANS = {"seconds": Decimal(1), "minutes": Decimal(60), "milliseconds": Decimal("0.001")}
MOMENTS = frozenset({"date", "datetime", "epoch_s", "epoch_ms"})
TEXTS = frozenset({"text", "url", "code", "id", "flag"})
UNITS = COUNTS | AMOUNTS.keys() | RATES | SPANS.keys() | MOMENTS | TEXTS

_ABSENT = frozenset(
    {"", "-", "--", "---", "—", "——", "/", "\\", "n/a", "na", "null", "none", "nan", "暂无", "无", "#n/a"}
)
_EXCEL_ERROR = re.compile(r"#{3,}|#(?:REF|VALUE|DIV/0|NAME|NUM|NULL)[!?]?", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|[-+]?\.\d+")
_SCIENTIFIC = re.compile(r"([-+]?\d+)(?:\.(\d*))?[eE]([-+]?\d{1,2})")
_SCALED = re.compile(r"(.*?)\s*(亿|千万|百万|万|千|w|k)", re.IGNORECASE)
_SCALES = {"亿": 8, "千万": 7, "百万": 6, "万": 4, "w": 4, "千": 3, "k": 3}
_DRESS = re.compile(r"^(?:[¥$€]|rmb|cny|usd)\s*|\s*(?:元|次|人|个|条|篇|rmb|cny|usd)$", re.IGNORECASE)
_FORMULA_TEXT = re.compile(r'="?([^"]*)"?')
_SPAN_WORDS = re.compile(
    r"(?:(\d+)\s*(?:小时|时|h)\s*)?(?:(\d+)\s*(?:分钟|分|min|m)\s*)?(?:(\d+(?:\.\d+)?)\s*(?:秒钟|秒|sec|s)?)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d{2})(\.\d+)?")
_DAY = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_TIME = r"(\d{1,2})\s*[:时]\s*(\d{1,2})\s*(?:分|(?:[:分]\s*(\d{1,2})(?:\.\d+)?\s*秒?))?"
_MOMENT = re.compile(rf"{_DAY}(?:[\sT]*{_TIME})?\s*(Z|[+-]\d{{2}}:?\d{{2}})?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[\sT_-]*(\d{2}):?(\d{2}):?(\d{2})?)?")
_SERIALS = (Decimal(36526), Decimal(58849))  # 2000-01-01 to 2061-02-12 as Excel counts days
_DOUBLE_DIGITS = 15  # what a spreadsheet keeps of a number


class Unreadable(ValueError):
    """A cell that is not what its column says; the text says what was expected."""


class LostDigits(Unreadable):
    """An id of which a spreadsheet kept the first digits only."""


@dataclass(frozen=True)
class Value:
    """A value as it lands (text; None: absent) and how it was had."""

    text: str | None
    how: str = ""


ABSENT = Value(None)


def plain(cell: Cell) -> str:
    """A cell as text: full-width forms made narrow, invisible characters and edges gone."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return format(Decimal(repr(cell)).normalize(), "f") if cell == cell else ""
    text = str(cell) if cell is not None else ""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if text.isprintable():
        return text.strip()
    return "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc") or c in "\n\t").strip()


def read_value(cell: Cell, unit: str, pattern: str = "", serials_1904: bool = False) -> Value:
    """A cell under its unit. `pattern` is a strptime format for days and times. Raises Unreadable."""
    text = plain(cell)
    if text.lower() in _ABSENT:
        return ABSENT
    if _EXCEL_ERROR.fullmatch(text):
        raise Unreadable("an error value of a spreadsheet")
    if unit == "id":
        return _id(cell, text)
    if unit in TEXTS:
        return Value(_prose(cell))
    if unit in COUNTS:
        if text.isdecimal():
            return Value(str(int(text)))
        value = _number(text)
        return Value(_whole(Decimal(str(value.text))), value.how)
    if unit in AMOUNTS:
        value = _number(text)
        return Value(_decimal(Decimal(str(value.text)) * AMOUNTS[unit]), value.how)
    if unit in RATES:
        return _rate(text, unit)
    if unit in SPANS:
        return _span(cell, text, unit)
    return _moment(cell, text, unit, pattern, serials_1904)


def _prose(cell: Cell) -> str:
    """Text as it was written, but for its edges."""
    return plain(cell) if not isinstance(cell, str) else cell.strip("\ufeff\u200b \t\r\n\u00a0\u3000")


def _number(text: str) -> Value:
    """Any number, as plain decimal text."""
    bare = _DRESS.sub("", text)
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    how = "exact" if "," in bare else ""
    is_least = bare.endswith("+")
    bare = bare.rstrip("+").strip()
    scale = 0
    if match := _SCALED.fullmatch(bare):
        bare, scale = match[1], _SCALES[match[2].lower()]
    if match := _SCIENTIFIC.fullmatch(bare):
        power, decimals = int(match[3]) + scale, len(match[2] or "")
    elif _NUMBER.fullmatch(bare):
        power, decimals = scale, len(bare.partition(".")[2])
    else:
        raise Unreadable("expected a number")
    if power or match:
        how = "exact" if decimals >= power else "rounded"
    number = Decimal(bare.replace(",", "")).scaleb(scale)
    return Value(_decimal(number), "at_least" if is_least else how)


def _whole(number: Decimal) -> str:
    if number != number.to_integral_value():
        raise Unreadable("expected a whole number")
    return format(number.to_integral_value(), "f")


def _decimal(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rate(text: str, unit: str) -> Value:
    is_percent = text.endswith(("%", "‰")) or unit == "percent"
    value = _number(text.rstrip("%‰"))
    divisor = 1000 if text.endswith("‰") else 100 if is_percent else 1
    return Value(_decimal(Decimal(str(value.text)) / divisor), value.how)


def _span(cell: Cell, text: str, unit: str) -> Value:
    """A length of time, in seconds."""
    if isinstance(cell, datetime):  # Excel counts hours past a day from its first day
        cell = cell - datetime(1899, 12, 30)
    if isinstance(cell, time):
        cell = timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second, microseconds=cell.microsecond)
    if isinstance(cell, timedelta):
        return Value(_decimal(Decimal(str(cell.total_seconds()))), "exact")
    if match := _CLOCK.fullmatch(text):
        hours, minutes, seconds = int(match[1] or 0), int(match[2]), Decimal(match[3] + (match[4] or ""))
        return Value(_decimal(Decimal(hours * 3600 + minutes * 60) + seconds))
    if not _NUMBER.fullmatch(text) and (match := _SPAN_WORDS.fullmatch(text)) and any(match.groups()):
        hours, minutes = (int(match[i] or 0) for i in (1, 2))
        return Value(_decimal(hours * 3600 + minutes * 60 + Decimal(match[3] or 0)))
    value = _number(text)
    return Value(_decimal(Decimal(str(value.text)) * SPANS[unit]), value.how)


def _id(cell: Cell, text: str) -> Value:
    """An id, every digit of it. Raises LostDigits."""
    lost = "a spreadsheet kept only the first digits of this id"
    if isinstance(cell, float) and abs(cell) > 2**53:
        raise LostDigits(lost)
    bare = text
    if match := _FORMULA_TEXT.fullmatch(bare):
        bare = match[1]
    bare = bare.lstrip("'").strip()
    if match := _SCIENTIFIC.fullmatch(bare):
        whole, decimals, power = match[1], match[2] or "", int(match[3])
        if power < len(decimals.rstrip("0")) or power > len(decimals):
            raise LostDigits(lost)
        bare = format(Decimal(f"{whole}.{decimals}e{power}").to_integral_value(), "f")
        if len(bare) > _DOUBLE_DIGITS:
            raise LostDigits(lost)
    elif re.fullmatch(r"\d{1,15}\.0+", bare):
        bare = bare.partition(".")[0]
    if not bare:
        raise Unreadable("expected an id")
    return Value(bare, "" if bare == text else "exact")


def looks_cut(ids: list[str]) -> bool:
    """Whether a column of ids went through a number: whatever lies beyond the 15th digit is zero, in all of them.

    By chance this happens once in a thousand columns at most.
    """
    long = [text for text in ids if text.isdecimal() and len(text) > _DOUBLE_DIGITS]
    return sum(len(text) - _DOUBLE_DIGITS for text in set(long)) >= 3 and all(
        set(text[_DOUBLE_DIGITS:]) == {"0"} for text in long
    )


def _moment(cell: Cell, text: str, unit: str, pattern: str, serials_1904: bool) -> Value:
    """A day (YYYY-MM-DD) or a time (YYYY-MM-DD HH:MM:SS), Asia/Shanghai."""
    how = ""
    if isinstance(cell, datetime):
        moment = cell
    elif isinstance(cell, date):
        moment = datetime(cell.year, cell.month, cell.day)
    elif unit in ("epoch_s", "epoch_ms"):
        number = Decimal(str(_number(text).text)) / (1000 if unit == "epoch_ms" else 1)
        if not 946_684_800 <= number < 4_102_444_800:
            raise Unreadable(f"expected a time between 2000 and 2099 in {unit}")
        moment = datetime.fromtimestamp(int(number), UTC)
    elif pattern:
        try:
            moment = datetime.strptime(text, pattern)
        except ValueError:
            raise Unreadable(f"expected a time as {pattern}") from None
    else:
        moment, how = _written_moment(text, serials_1904)
    if moment.tzinfo is not None:
        moment = moment.astimezone(BUSINESS_ZONE).replace(tzinfo=None)
    if not 2000 <= moment.year < 2100:
        raise Unreadable("expected a year from 2000 to 2099")
    return Value(f"{moment:%Y-%m-%d}" if unit == "date" else f"{moment:%Y-%m-%d %H:%M:%S}", how)


def _written_moment(text: str, serials_1904: bool) -> tuple[datetime, str]:
    zone = ""
    if match := _MOMENT.fullmatch(text):
        numbers, zone = [int(part or 0) for part in match.groups()[:6]], match[7] or ""
    elif match := _COMPACT.fullmatch(text):
        numbers = [int(part or 0) for part in match.groups()]
    elif re.fullmatch(r"\d{5}(?:\.\d+)?", text) and _SERIALS[0] <= Decimal(text) < _SERIALS[1]:
        days = Decimal(text) + (1462 if serials_1904 else 0)
        moment = datetime(1899, 12, 30) + timedelta(seconds=round(float(days * 86400)))
        return moment, "exact"
    elif re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}.*", text):
        raise Unreadable("a day whose month cannot be told from its day: give the column a `format` in the mapping")
    else:
        raise Unreadable("expected a day or a time")
    try:
        moment = datetime(*numbers)  # type: ignore[arg-type]
    except ValueError:
        raise Unreadable("expected a day of the calendar") from None
    if zone:
        moment = datetime.fromisoformat(f"{moment:%Y-%m-%dT%H:%M:%S}{zone.replace('Z', '+00:00')}")
    return moment, ""
