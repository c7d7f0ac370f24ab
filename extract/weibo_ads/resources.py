"""Weibo ads: how each resource is asked and paged. Facts: platform-contracts §2.2, §18; samples weibo/ads_*."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from extract.contract import ResourceSpec
from extract.errors import BadPayload
from extract.jsontext import AmbiguousObject, parse
from extract.landing import files_of, query
from extract.model import Account, Deadline, ExtractContext, Window
from extract.paging import Inconsistent, Page, Rows, asked_twice, numbered_pages
from extract.session import Answer, Session, need, need_int
from extract.weibo_ads.client import connect

CHECKED_METRICS = ("consume", "pv")
"""The report's `sum` covers the whole request: what the rows must add up to."""
_ABOVE = ("ad", "campaign")
_COUNTS = (("total", "total_num"), ("page_total", "pages"))


class WeiboAdsSession:
    """One advertiser."""

    def __init__(self, account: Account, context: ExtractContext, deadline: Deadline) -> None:
        self.client = connect(account, context, deadline)
        # The token of an account itself wants no advertiser_id (third-party): the connection says advertiser_id: none.
        own = str(account.credentials.get("advertiser_id") or "")
        self._advertiser = {} if own == "none" else {"advertiser_id": account.account}
        self._account, self._landing = account.account, context.landing
        self._above: dict[str, dict[str, str]] | None = None

    def fetch(self, spec: ResourceSpec, window: Window) -> Answer:
        """Ask a window; an answer whose pages contradict each other is asked once more, then fails."""
        ask = self._report if spec.name == "report_creative" else self._listing
        return asked_twice(lambda: ask(spec, window))

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def _listing(self, spec: ResourceSpec, window: Window) -> Answer:
        """The whole list, by every one of the contract's `asks` (deleted campaigns only come when asked for)."""
        rows = Rows()
        for extra in spec.request.get("asks") or [{}]:
            found, _ = self._pages(spec, [(name, str(value)) for name, value in extra.items()])
            rows.add(found)
        if spec.name == "creative":
            self._above = self._known_creatives() | _levels(rows.all())
        return Answer(records=rows.all())

    def _known_creatives(self) -> dict[str, dict[str, str]]:
        """What stands above every creative that was ever listed."""
        found = query(
            "select record from {files} where record is not null order by fetched_at",
            files_of(self._landing, "weibo_ads", self._account, "creative"),
        )
        return _levels([parse(record.encode()) for (record,) in found])

    def _report(self, spec: ResourceSpec, window: Window) -> Answer:
        """One day. The rows (repeats dropped) must add up to `sum`, which lands as its own resource. A row says its
        creative alone; the ad and the campaign above come from the listing."""
        parameters = [
            ("start_date", str(window.first_day)),
            ("end_date", str(window.last_day)),
            ("group_by", "date"),
            ("order_field", "pv"),
            ("order_type", "desc"),
            *((str(spec.request["fields_name"]), name) for name in spec.request["fields"]),
        ]
        rows, sums = self._pages(spec, parameters)
        if any(total != sums[0] for total in sums):
            raise Inconsistent(f"{spec.path}: sum changed between pages")
        if self._above is None:  # this run's listing failed
            self._above = self._known_creatives()
        answer = Answer(records=[_with_levels(row, self._above) for row in rows])
        if sums and isinstance(sums[0], dict) and sums[0]:
            for metric in CHECKED_METRICS:
                expected = _number(sums[0], metric, spec.path)
                summed = sum((_number(row, metric, spec.path) for row in rows), Decimal(0))
                if summed != expected:
                    raise Inconsistent(
                        f"{spec.path}: rows of {window} add up to {metric} {summed}, sum says {expected}"
                    )
            answer.also["report_creative_sum"] = [{"date": str(window.first_day), **sums[0]}]
        return answer

    def _pages(self, spec: ResourceSpec, parameters: list[tuple[str, str]]) -> tuple[list[Any], list[Any]]:
        """All rows, repeats dropped, and each page's `sum`. List and paging are at the top or under `data`, the counts
        are called total and page_total or total_num and pages: both places and both names are read everywhere."""
        size = int(spec.request["page_size"])
        sums: list[Any] = []

        def ask(number: int) -> Page:
            query = [*self._advertiser.items(), *parameters, ("page", str(number)), ("page_size", str(size))]
            answer = self.client.call("GET", spec.path, query=urlencode(query))
            data = answer.get("data")
            place = data if isinstance(data, dict) else answer
            sums.append(place.get("sum"))
            total, pages = (_count(place, names, spec.path) for names in _COUNTS)
            return Page(need(place, "list", list, spec.path), total, pages)

        return numbered_pages(ask, size, spec.path), sums


def _levels(creatives: list[Any]) -> dict[str, dict[str, str]]:
    """Ids of the ad and the campaign by creative."""
    found: dict[str, dict[str, str]] = {}
    for creative in (row for row in creatives if isinstance(row, dict)):
        ad, campaign = (creative[name] if isinstance(creative.get(name), dict) else {} for name in _ABOVE)
        ids = {"ad_id": ad.get("id"), "campaign_id": campaign.get("id") or ad.get("campaign_id")}
        found[str(creative.get("id"))] = {name: str(value) for name, value in ids.items() if value is not None}
    return found


def _with_levels(row: Any, above: dict[str, dict[str, str]]) -> Any:
    if not isinstance(row, dict) or isinstance(row, AmbiguousObject):
        return row
    return {**row, **above.get(str(row.get("creative_id")), {})}


def _count(place: dict[str, Any], names: tuple[str, ...], where: str) -> int | None:
    """What the answer counts, by whichever name it uses; None when it does not say (a 0 may be left out)."""
    return next((need_int(place, name, where) for name in names if name in place), None)


def _number(row: Any, metric: str, where: str) -> Decimal:
    """A metric; one that is 0 may be left out. Raises BadPayload."""
    try:
        return Decimal(str(row.get(metric, "0")).replace(",", ""))
    except (AttributeError, InvalidOperation):
        raise BadPayload(f"{where}: expected {metric} as a number in every row and in sum") from None


def open_session(account: Account, context: ExtractContext, deadline: Deadline) -> Session:
    """A session for one advertiser; makes no call yet. Raises Permanent for missing credentials."""
    return WeiboAdsSession(account, context, deadline)
