"""Douyin: how each resource is asked and cut into records. Facts: platform-contracts §3, §18; samples douyin/.

The daily calls know no dates: they answer the last 7, 15 or 30 days, and what lies further back can never be had.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from extract.contract import ResourceSpec, load_contract
from extract.douyin.client import connect, connect_app
from extract.errors import Delayed, ExtractError
from extract.jsontext import AmbiguousObject
from extract.model import BUSINESS_ZONE, Account, Deadline, ExtractContext, Window
from extract.paging import asked_twice, cursor_pages
from extract.session import Answer, Session, need
from extract.windows import subtract

DATE_TYPES = (7, 15, 30)
VIDEO_LIFE = timedelta(days=30)  # of videos created earlier, the item calls answer nothing
_UNAVAILABLE_IN_A_ROW = 2  # videos; then the rest is not asked


class DouyinSession:
    """One Douyin account; the account's name is its open_id."""

    def __init__(self, account: Account, context: ExtractContext, deadline: Deadline) -> None:
        self.client = connect(account, context, deadline)
        self._app = connect_app(account, context, deadline)
        self._open_id = account.account
        self._now = context.now
        self._today = context.business_now.date()
        self._listed: list[Any] | None = None
        self._posts = 0  # that the account had at the end of the last day told
        self._ask: dict[str, Callable[[ResourceSpec, Window], Answer]] = {
            "video_list": self._videos,
            "item_base": self._item_totals,
            "fans_data": self._audience,
            "hot_sentences": self._hot_list,
        }

    def fetch(self, spec: ResourceSpec, window: Window) -> Answer:
        """Ask one window of one resource."""
        by_day = self._item_days if spec.name.startswith("item_") else self._account_days
        return self._ask.get(spec.name, by_day)(spec, window)

    def close(self) -> None:
        """Close the connections."""
        self.client.close()
        self._app.close()

    # --- days ----------------------------------------------------------------------------------------------------

    def _days(self, spec: ResourceSpec, window: Window, **more: str) -> list[Any]:
        """The rows of the shortest answer that reaches back to the window, those of other days left out."""
        reach = (self._today - window.first_day).days
        date_type = next((days for days in DATE_TYPES if days >= reach), DATE_TYPES[-1])
        data = self._data(spec.path, **more, date_type=str(date_type))
        rows = _rows(data, "result_list", spec.path)
        return [row for row in rows if (day := _day_of(row)) is None or window.first_day <= day <= window.last_day]

    def _account_days(self, spec: ResourceSpec, window: Window) -> Answer:
        """A day that the answer leaves out is not covered; the newest one may come later."""
        records = self._days(spec, window)
        told = {day: row for row in records if (day := _day_of(row)) is not None}
        if spec.name == "user_item" and told:
            with suppress(KeyError, TypeError, ValueError):
                self._posts = int(told[max(told)]["total_issue"])
        return Answer(records, missing=_without_rows(window, records, spec.path))

    def _item_days(self, spec: ResourceSpec, window: Window) -> Answer:
        """The days of every video of the last 30 days. Nothing at all for yesterday means that it is not ready."""
        answer = self._of_videos(window, lambda item_id: self._days(spec, window, item_id=item_id))
        yesterday = Window.of_days(self._today - timedelta(days=1), self._today - timedelta(days=1), spec.name)
        oldest = min((at.date() for at in self._recent().values()), default=self._today)
        if yesterday.first_day in window.days and oldest < self._today:
            answer.missing += _without_rows(yesterday, answer.records, spec.path)
        return answer

    def _item_totals(self, spec: ResourceSpec, window: Window) -> Answer:
        """The totals of every video of the last 30 days, as they are now."""
        return self._of_videos(
            window,
            lambda item_id: [need(self._data(spec.path, item_id=item_id), "result", dict, spec.path)],
        )

    def _of_videos(self, window: Window, ask: Callable[[str], list[Any]]) -> Answer:
        """The records of all recent videos, each with the video's id and time of creation. A video that fails leaves
        the window open; what the others gave is kept."""
        answer = Answer()
        unavailable = 0
        for item_id, created in self._recent().items():
            try:
                rows = ask(item_id)
            except ExtractError as error:
                if error.scope != "window" and not answer.records:
                    raise
                answer.missing.append((window, error))
                unavailable = unavailable + 1 if error.reason == "unavailable" else 0
                if error.scope != "window" or unavailable >= _UNAVAILABLE_IN_A_ROW:
                    break
                continue
            head = {"item_id": item_id, "create_time": str(int(created.timestamp()))}
            answer.records += [_with(row, **head) for row in rows]
            unavailable = 0
        return answer

    # --- listings ------------------------------------------------------------------------------------------------

    def _videos(self, spec: ResourceSpec, window: Window) -> Answer:
        """All videos, page by page; remembered, because the item calls are asked video by video. If there are fewer
        than the account had yesterday, some may have slipped between two pages: the list is read once more."""
        path, size = spec.path, str(spec.request["count"])

        def ask(cursor: str) -> tuple[list[Any], str | None]:
            data = self._data(path, cursor=cursor, count=size)
            following = need(data, "cursor", str, path) if data.get("has_more") is True else None
            return _rows(data, "list", path), following

        answer = asked_twice(lambda: Answer(cursor_pages(ask, path)))
        if sum(at.date() < self._today for at in _created(answer.records).values()) < self._posts:
            again = asked_twice(lambda: Answer(cursor_pages(ask, path)))
            answer = max(again, answer, key=lambda one: len(one.records))
        self._listed = answer.records
        return answer

    def _recent(self) -> dict[str, datetime]:
        """Ids and times of creation of the videos that the item calls know, newest first."""
        if self._listed is None:
            spec = load_contract("douyin").resources["video_list"]
            self._videos(spec, Window.of_days(self._today, self._today, spec.name))
        recent = {item_id: at for item_id, at in _created(self._listed or []).items() if self._now - at < VIDEO_LIFE}
        return dict(sorted(recent.items(), key=lambda entry: (entry[1], entry[0]), reverse=True))

    def _audience(self, spec: ResourceSpec, window: Window) -> Answer:
        """One record per distribution and item of it; what the plays and actions of the day came from lands apart."""
        data = self._data(spec.path)
        portrait = data.get("fans_data") or {}
        heads = {name: value for name, value in portrait.items() if not isinstance(value, list)}
        lists = {name: value for name, value in portrait.items() if isinstance(value, list)}
        flows = lists.pop("flow_contributions", [])
        rows = [_with(row, **heads, distribution=name) for name, values in lists.items() for row in values]
        return Answer(rows, also={"fans_flow": flows})

    def _hot_list(self, spec: ResourceSpec, window: Window) -> Answer:
        """The list of the app's token; a record's rank is its position."""
        data = need(self._app.call("GET", spec.path), "data", dict, spec.path)
        at = need(data, "active_time", str, spec.path)
        rows = _rows(data, "list", spec.path)
        return Answer([_with(row, active_time=at, rank=str(rank)) for rank, row in enumerate(rows, start=1)])

    def _data(self, path: str, **query: str) -> dict[str, Any]:
        answer = self.client.call("GET", path, query={"open_id": self._open_id, **query})
        data: dict[str, Any] = need(answer, "data", dict, path)
        return data


def _created(videos: list[Any]) -> dict[str, datetime]:
    """Ids of the videos, and when they were created."""
    found: dict[str, datetime] = {}
    for video in videos:
        with suppress(KeyError, TypeError, ValueError):  # the scrubber rejects it and says why
            found[video["item_id"]] = datetime.fromtimestamp(int(video["create_time"]), BUSINESS_ZONE)
    return found


def _rows(data: dict[str, Any], name: str, where: str) -> list[Any]:
    """The list of an answer; null stands for an empty one."""
    if name in data and data[name] is None:
        return []
    rows: list[Any] = need(data, name, list, where)
    return rows


def _with(row: Any, **more: Any) -> Any:
    """The row with what only the call knows; what is no object is left to the scrubber, which rejects it."""
    return {**row, **more} if isinstance(row, dict) and not isinstance(row, AmbiguousObject) else row


def _day_of(row: Any) -> date | None:
    with suppress(KeyError, TypeError, ValueError):
        return date.fromisoformat(row["date"])
    return None


def _without_rows(window: Window, rows: list[Any], where: str) -> list[tuple[Window, ExtractError]]:
    """The days of the window that no row speaks of, in one piece where they follow each other, with the reason."""
    told = [Window.of_days(day, day, window.resource) for day in {_day_of(row) for row in rows} if day is not None]
    return [
        (
            part,
            Delayed(
                f"{where}: no row for {part}",
                action="the next run asks again; days before the consent, and those of an account with few fans, "
                "never come (extract/douyin/README.md)",
            ),
        )
        for part in subtract(window, told)
    ]


def open_session(account: Account, context: ExtractContext, deadline: Deadline) -> Session:
    """A session for one account; makes no call yet. Raises Permanent for missing credentials."""
    return DouyinSession(account, context, deadline)
