"""Tencent Ads: how each resource is asked and paged. Facts: platform-contracts §8, §18; samples tencent_ads/."""

from __future__ import annotations

import json
from typing import Any

from extract.contract import ResourceSpec
from extract.errors import BadPayload
from extract.model import Account, Deadline, ExtractContext, Window
from extract.paging import Inconsistent, Page, asked_twice, cursor_pages, numbered_pages
from extract.session import Answer, Session, need, need_int
from extract.tencent_ads.client import connect


class TencentAdsSession:
    """One ad account."""

    def __init__(self, account: Account, context: ExtractContext, deadline: Deadline) -> None:
        self.client = connect(account, context, deadline)
        self._account = account.account

    def fetch(self, spec: ResourceSpec, window: Window) -> Answer:
        """Ask a window; an answer whose pages contradict each other is asked once more, then fails."""
        ask = self._report if spec.window_kind == "days" else self._listing
        return asked_twice(lambda: Answer(records=ask(spec, window)))

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def _listing(self, spec: ResourceSpec, window: Window) -> list[Any]:
        """The list as it stands: by cursor where the contract says so, once for each query of `each`."""
        pages = self._by_cursor if spec.request.get("cursor") else self._by_number
        return [row for query in spec.request.get("each", [{}]) for row in pages(spec, query)]

    def _report(self, spec: ResourceSpec, window: Window) -> list[Any]:
        """Rows of a level and span of days. The rows hold the fields asked for, and keys only if grouped by them."""
        dates = {"start_date": str(window.first_day), "end_date": str(window.last_day)}
        query = {
            "level": str(spec.request["level"]),
            "date_range": json.dumps(dates),
            "group_by": json.dumps(spec.request["group_by"]),
            "time_line": str(spec.request["time_line"]),
        }
        return self._by_number(spec, query)

    def _by_number(self, spec: ResourceSpec, query: dict[str, str]) -> list[Any]:
        def ask(number: int) -> Page:
            data = self._data(spec, {**query, "page": str(number)})
            info = need(data, "page_info", dict, spec.path)
            rows, pages = need_int(info, "total_number", spec.path), need_int(info, "total_page", spec.path)
            return Page(need(data, "list", list, spec.path), rows, pages)

        return numbered_pages(ask, int(spec.request["page_size"]), spec.path)

    def _by_cursor(self, spec: ResourceSpec, query: dict[str, str]) -> list[Any]:
        """The first call has no cursor; the list ends where `next_cursor` is empty or missing."""
        said = 0

        def ask(cursor: str) -> tuple[list[Any], str | None]:
            nonlocal said
            asked = query | {"pagination_mode": "PAGINATION_MODE_CURSOR"} | ({"cursor": cursor} if cursor else {})
            data = self._data(spec, asked)
            info = need(data, "cursor_page_info", dict, spec.path)
            said = max(said, need_int(info, "total_number", spec.path))
            following = info.get("next_cursor") or None
            if following is not None and not isinstance(following, str):
                raise BadPayload(f"{spec.path}: expected next_cursor as text")
            return need(data, "list", list, spec.path), following

        rows = cursor_pages(ask, spec.path, first="")
        if len(rows) < said:
            raise Inconsistent(f"{spec.path}: {len(rows)} different rows by cursor, the platform says {said}")
        return rows

    def _data(self, spec: ResourceSpec, query: dict[str, str]) -> dict[str, Any]:
        """`data` of one call that asks for the contract's fields; only those come back."""
        asked = {
            "account_id": self._account,
            "fields": json.dumps([name for name, rule in spec.fields.items() if rule.do != "drop"]),
            "page_size": str(spec.request["page_size"]),
        }
        data: dict[str, Any] = need(
            self.client.call("GET", spec.path, query={**asked, **query}), "data", dict, spec.path
        )
        return data


def open_session(account: Account, context: ExtractContext, deadline: Deadline) -> Session:
    """A session for one ad account; makes no call yet. Raises Permanent for missing credentials."""
    return TencentAdsSession(account, context, deadline)
