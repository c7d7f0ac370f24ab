"""Ocean Engine: how each resource is asked and paged. Facts: platform-contracts §4, §18; samples oceanengine/."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from extract.contract import ResourceSpec
from extract.errors import BadPayload
from extract.jsontext import AmbiguousObject, canonical
from extract.model import Account, Deadline, ExtractContext, Window
from extract.oceanengine.client import connect
from extract.session import Answer, need, need_int

CHECKED_METRICS = ("stat_cost", "show_cnt")  # sums of the rows must equal total_metrics
_PAGE_MODE_LIMIT = 10_000  # promotion/list: beyond this many rows only the cursor mode works


class Inconsistent(BadPayload):
    """The pages do not belong together (rows moved while paging): worth one more try."""


class OceanEngineSession:
    """One advertiser."""

    def __init__(self, account: Account, context: ExtractContext, deadline: Deadline) -> None:
        self.client = connect(account, context, deadline)
        self._advertiser = account.account

    def fetch(self, spec: ResourceSpec, window: Window) -> Answer:
        """Ask a window; an answer whose pages contradict each other is asked once more, then fails."""
        ask = self._report if spec.name == "report_custom" else self._listing
        try:
            return ask(spec, window)
        except Inconsistent:
            pass
        try:
            return ask(spec, window)
        except Inconsistent as error:
            error.message += " (asked twice)"
            raise

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def _listing(self, spec: ResourceSpec, window: Window) -> Answer:
        params = dict(spec.request.get("query", {}))
        if spec.window_kind == "days":
            params |= {"start_time": str(window.first_day), "end_time": str(window.last_day)}
        records, _ = self._pages(spec, params, str(spec.request.get("list", "list")))
        return Answer(records=records)

    def _report(self, spec: ResourceSpec, window: Window) -> Answer:
        """One day. The rows (repeats dropped) must add up to `total_metrics`, which lands as its own resource."""
        params = {
            "data_topic": str(spec.request["data_topic"]),
            "dimensions": json.dumps(list(spec.fields["dimensions"].nested)),
            "metrics": json.dumps(list(spec.fields["metrics"].nested)),
            "filters": "[]",
            "order_by": '[{"field":"stat_time_day","type":"ASC"}]',
            "start_time": f"{window.first_day} 00:00:00",
            "end_time": f"{window.last_day} 23:59:59",
        }
        rows, totals = self._pages(spec, params, "rows")
        if any(total != totals[0] for total in totals):
            raise Inconsistent(f"{spec.path}: total_metrics changed between pages")
        answer = Answer(records=rows)
        total = totals[0] if totals else None
        if isinstance(total, dict) and total:
            for metric in CHECKED_METRICS:
                expected = _decimal(total.get(metric), spec.path, metric)
                summed = sum((_metric(row, metric, spec.path) for row in rows), Decimal(0))
                if summed != expected:
                    raise Inconsistent(
                        f"{spec.path}: rows of {window} add up to {metric} {summed}, total_metrics says {expected}"
                    )
            answer.also["report_custom_total"] = [{"stat_time_day": str(window.first_day), "metrics": total}]
        return answer

    def _pages(self, spec: ResourceSpec, params: dict[str, str], list_name: str) -> tuple[list[Any], list[Any]]:
        """All rows, repeats dropped, and each page's total_metrics. Raises Inconsistent if the pages shrink."""
        size = int(spec.request["page_size"])
        params = {"advertiser_id": self._advertiser, **params}
        rows: dict[str, Any] = {}
        totals: list[Any] = []
        page, pages = 1, 0
        while True:
            query = {**params, "page": str(page), "page_size": str(size)}
            data = need(self.client.call("GET", spec.path, query=query), "data", dict, spec.path)
            info = need(data, "page_info", dict, spec.path)
            count = need_int(info, "total_page", spec.path)
            number = need_int(info, "total_number", spec.path)
            if number > _PAGE_MODE_LIMIT and "cursor" in spec.request.get("modes", ()):
                return self._cursor_pages(spec, params, list_name, size), []
            if count < pages:
                raise Inconsistent(f"{spec.path}: {count} pages, an earlier page said {pages}")
            pages = count
            _collect(rows, need(data, list_name, list, spec.path))
            totals.append(data.get("total_metrics"))
            if page >= pages:
                break
            page += 1
        if len(rows) < number:
            raise Inconsistent(f"{spec.path}: {len(rows)} different rows on {page} pages, total_number says {number}")
        return list(rows.values()), totals

    def _cursor_pages(self, spec: ResourceSpec, params: dict[str, str], list_name: str, size: int) -> list[Any]:
        rows: dict[str, Any] = {}
        cursor = "0"
        while True:
            query = {**params, "cursor": cursor, "count": str(size)}
            data = need(self.client.call("GET", spec.path, query=query), "data", dict, spec.path)
            info = need(data, "cursor_info", dict, spec.path)
            _collect(rows, need(data, list_name, list, spec.path))
            if info.get("has_more") is not True:
                return list(rows.values())
            following = need(info, "cursor", str, spec.path)
            if following == cursor:
                raise Inconsistent(f"{spec.path}: has_more without a new cursor")
            cursor = following


def _collect(rows: dict[str, Any], page: list[Any]) -> None:
    """Adds what is new. Objects that are not comparable (repeated keys, no object) are kept for the scrubber."""
    for row in page:
        comparable = isinstance(row, dict) and not isinstance(row, AmbiguousObject)
        rows.setdefault(canonical(row)[1] if comparable else f"odd {len(rows)}", row)


def _metric(row: Any, metric: str, where: str) -> Decimal:
    metrics = row.get("metrics") if isinstance(row, dict) else None
    return _decimal(metrics.get(metric) if isinstance(metrics, dict) else None, where, metric)


def _decimal(text: Any, where: str, metric: str) -> Decimal:
    """A number written as text, thousands separators tolerated. Raises BadPayload."""
    try:
        return Decimal(str(text).replace(",", ""))
    except InvalidOperation:
        raise BadPayload(f"{where}: expected {metric} as a number in every row and in total_metrics") from None
