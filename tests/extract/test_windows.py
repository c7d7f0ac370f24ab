"""The planner: spans, look-back, ready hours, receipts, catching up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from extract.contract import ResourceSpec
from extract.model import Window
from extract.windows import Receipt, expired, latest_day, merge, not_ready, plan, subtract

D = date(2026, 11, 19)
NOW = datetime(2026, 11, 20, 10)


def spec(span: int = 1, look_back: int = 0, kind: str = "days", **more: object) -> ResourceSpec:
    return ResourceSpec("r", "/r", kind, span, look_back, (), {}, **more)  # type: ignore[arg-type]


def receipt(first: date, last: date, fetched_on: date) -> Receipt:
    at = datetime(fetched_on.year, fetched_on.month, fetched_on.day, 10) - timedelta(hours=8)
    return Receipt(Window.of_days(first, last, "r"), at)


def planned(
    s: ResourceSpec, first: date = D, last: date = D, receipts: tuple[Receipt, ...] = (), **more: object
) -> list[str]:
    arguments: dict[str, object] = {"business_now": NOW, "ready_at": "08:00", "gaps": [], **more}
    return [str(w) for w in plan(s, first, last, receipts=receipts, **arguments)]  # type: ignore[arg-type]


def day(back: int) -> date:
    return D - timedelta(days=back)


def test_yesterday_is_ready_from_the_ready_hour_on() -> None:
    assert latest_day(datetime(2026, 11, 20, 8), "08:00") == D
    assert latest_day(datetime(2026, 11, 20, 7, 59), "08:00") == day(1)


def test_look_back_and_spans() -> None:
    assert planned(spec(7, 3)) == ["2026-11-17..2026-11-19"]
    assert planned(spec(1, 3)) == ["2026-11-19", "2026-11-18", "2026-11-17"]
    assert planned(spec(7, 3), first=day(9)) == ["2026-11-17..2026-11-19", "2026-11-10..2026-11-16"]


def test_a_covered_day_is_asked_again_only_in_the_look_back() -> None:
    covered = receipt(day(9), D, D + timedelta(days=1))
    assert planned(spec(1, 2), first=day(9), receipts=(covered,)) == ["2026-11-19", "2026-11-18"]


def test_days_after_the_ready_day_are_not_asked_and_said_so() -> None:
    tomorrow = D + timedelta(days=1)
    assert planned(spec(1, 1), first=D, last=tomorrow) == ["2026-11-19"]
    late = not_ready(spec(), D, tomorrow, business_now=NOW, ready_at="08:00")
    assert str(late) == "2026-11-20"
    assert not_ready(spec(), D, D, business_now=NOW, ready_at="08:00") is None


def test_a_failed_day_is_asked_again_until_it_is_covered() -> None:
    failed = [Window.of_days(day(20), day(20), "r")]
    assert planned(spec(1, 1), gaps=failed) == [str(day(back)) for back in range(21)]  # and the hole since then
    later = receipt(day(20), day(1), D)
    assert planned(spec(1, 1), gaps=failed, receipts=(later,)) == ["2026-11-19"]


def test_a_failed_day_is_not_forgotten_after_a_month() -> None:
    failed = [Window.of_days(day(200), day(200), "r")]
    later = receipt(day(199), day(1), D)
    assert planned(spec(1, 1), gaps=failed, receipts=(later,)) == ["2026-11-19", str(day(200))]


def test_days_that_no_run_asked_between_two_runs_are_caught_up() -> None:
    before = receipt(day(5), day(5), day(3))
    assert planned(spec(1, 1), receipts=(before,)) == [str(day(back)) for back in range(5)]


def test_a_hole_of_more_than_a_month_is_not_filled_unasked() -> None:
    before = receipt(day(300), day(300), day(298))
    assert len(planned(spec(1, 1), receipts=(before,))) == 32


def test_a_day_whose_look_back_was_cut_short_is_read_once_more() -> None:
    hasty = receipt(day(10), day(10), day(9))  # asked the next morning, then nobody came for nine days
    settled = receipt(day(9), day(1), D + timedelta(days=1))
    assert planned(spec(1, 3), receipts=(hasty, settled)) == ["2026-11-19", "2026-11-18", "2026-11-17", str(day(10))]
    again = receipt(day(10), day(10), D)
    assert str(day(10)) not in planned(spec(1, 3), receipts=(hasty, settled, again))


def test_what_the_platform_never_had_or_threw_away_is_not_asked() -> None:
    assert planned(spec(1, 8, history_from=day(2))) == ["2026-11-19", "2026-11-18", "2026-11-17"]
    assert planned(spec(1, 8, keeps_days=2)) == ["2026-11-19", "2026-11-18"]
    failed = [Window.of_days(day(40), day(40), "r")]
    assert str(day(40)) not in planned(spec(1, 1, keeps_days=30), gaps=failed)


def test_a_listing_is_asked_for_the_last_complete_day_whatever_was_asked() -> None:
    assert planned(spec(kind="as_of"), first=day(30), last=day(20)) == ["2026-11-19"]
    assert planned(spec(kind="as_of"), receipts=(receipt(D, D, D),)) == ["2026-11-19"]


def test_the_fetch_day_is_a_business_day() -> None:
    late_evening = Receipt(Window.of_days(D, D, "r"), datetime(2026, 11, 19, 16, 30))  # UTC; 00:30 of the 20th there
    assert late_evening.fetched_on == date(2026, 11, 20)
    assert late_evening.fetched_at.replace(tzinfo=UTC).day == 19


@given(st.sets(st.integers(0, 60), max_size=40), st.integers(1, 9), st.integers(0, 30), st.integers(0, 10))
def test_a_plan_covers_every_wanted_day_once(seen: set[int], span: int, asked: int, look_back: int) -> None:
    receipts = tuple(receipt(day(back), day(back), D + timedelta(days=1)) for back in seen)
    windows = plan(spec(span, look_back), day(asked), D, business_now=NOW, ready_at="08:00", receipts=receipts, gaps=[])
    days = [d for w in windows for d in w.days]
    assert len(days) == len(set(days)) and all(len(w.days) <= span for w in windows)
    wanted = {day(back) for back in range(asked + 1) if back not in seen} | {day(back) for back in range(look_back)}
    assert wanted <= set(days)
    assert windows == sorted(windows, reverse=True)


def test_subtract_and_merge() -> None:
    whole = Window.of_days(day(4), D, "r")
    left = subtract(whole, [Window.of_days(day(3), day(3), "r"), Window.of_days(day(1), D, "r")])
    assert [str(w) for w in left] == [str(day(4)), str(day(2))]
    assert subtract(whole, []) == [whole] and subtract(whole, [whole]) == []
    assert len(merge([Window.of_days(day(i), day(i), "r") for i in range(5)])) == 1


def test_days_that_the_platform_threw_away_are_told_once() -> None:
    keeping = spec(span=30, keeps_days=5, history_from=date(2026, 10, 1))
    seen = [receipt(day(7), day(7), day(6))]

    def lost(first: date, last: date, of: ResourceSpec = keeping) -> list[tuple[date, date]]:
        found = expired(of, first, last, business_now=NOW, ready_at="08:00", receipts=seen)
        return [(w.first_day, w.last_day) for w in found]

    assert lost(day(9), D) == [(day(6), day(5)), (day(9), day(8))]
    assert planned(keeping, day(9), D)[-1].startswith(str(day(4))), "asked are those that it still has"
    assert lost(day(4), D) == []
    assert lost(day(40), D, spec(span=30)) == [], "no limit is known"
    assert lost(date(2020, 1, 1), date(2026, 10, 1)) == [(date(2026, 10, 1),) * 2], "before it had any nothing is lost"
