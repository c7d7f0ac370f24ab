"""LinkedIn ads: how each resource is asked and paged. Facts: platform-contracts §7, §18; samples linkedin/."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from extract.contract import ResourceSpec
from extract.errors import BadPayload, Permanent
from extract.linkedin.client import FINDER, connect, escaped, restli_list, restli_query, urn
from extract.model import Account, Deadline, ExtractContext, Window
from extract.paging import asked_twice, cursor_pages
from extract.session import Answer, Session, need

_ENTITIES = {  # kind of urn in pivotValues → the field that it becomes
    "sponsoredCreative": "creative",
    "sponsoredCampaign": "campaign",
    "sponsoredCampaignGroup": "campaignGroup",
    "sponsoredAccount": "account",
}
_MADE_HERE = ("day", *_ENTITIES.values())


class LinkedInAdsSession:
    """One ad account."""

    def __init__(self, account: Account, context: ExtractContext, deadline: Deadline) -> None:
        self.client = connect(account, context, deadline)
        self._account = account.account
        self._seen = False

    def fetch(self, spec: ResourceSpec, window: Window) -> Answer:
        """Ask one window of one resource; a listing whose pages contradict each other is asked once more."""
        if spec.name == "ad_analytics":
            return self._analytics(spec, window)
        if spec.name == "ad_account":
            return asked_twice(lambda: self._own_account(spec))
        return asked_twice(lambda: Answer(records=self._listing(spec)))

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    # --- structure ----------------------------------------------------------------------------------------------

    def _own_account(self, spec: ResourceSpec) -> Answer:
        """This account's record, out of the list of all that the member sees."""
        accounts = self._listing(spec)
        mine = [one for one in accounts if isinstance(one, dict) and one.get("id") == self._account]
        if not mine:
            raise Permanent(
                f"{spec.path}: ad account {self._account} is not among the {len(accounts)} that this consent sees",
                scope="account",
                action="give the member a role on the account (Campaign Manager, account settings), or correct the id",
            )
        if mine[0].get("test") is True:
            raise Permanent(
                f"{spec.path}: ad account {self._account} is a test account, its numbers are no business",
                scope="account",
                action="take it out of config/accounts.yml",
            )
        self._seen = True
        return Answer(records=mine)

    def _listing(self, spec: ResourceSpec) -> list[Any]:
        """All pages, by metadata.nextPageToken; the end is an answer without one."""
        path = spec.path.format(account=self._account)
        parts = {"q": "criteria"}
        statuses = spec.request.get("statuses")
        if statuses:
            parts = {"q": "search", "search": f"(status:(values:List({','.join(statuses)})))"}
        parts["pageSize"] = str(spec.request["page_size"])

        def ask(token: str) -> tuple[list[Any], str | None]:
            more = {"pageToken": escaped(token)} if token else {}
            payload = self.client.call("GET", path, query=restli_query(**parts, **more), headers=FINDER)
            metadata = payload.get("metadata")
            following = metadata.get("nextPageToken") if isinstance(metadata, dict) else None
            return need(payload, "elements", list, path), str(following) if following else None

        return cursor_pages(ask, path, first="")

    # --- numbers ------------------------------------------------------------------------------------------------

    def _analytics(self, spec: ResourceSpec, window: Window) -> Answer:
        """By creative and by account. An empty answer can mean no access (§7), so it counts only for an account that
        the consent sees; an answer of as many rows as fit is asked again in halves."""
        rows = self._report(spec, list(spec.request["pivots"]), window.first_day, window.last_day)
        if not rows and not self._seen:
            raise Permanent(
                f"{spec.path}: an empty answer, and whether this consent sees the account is not known",
                action="see the gap of ad_account; an empty answer can mean that a role is missing",
            )
        totals = self._report(spec, [str(spec.request["total"])], window.first_day, window.last_day)
        return Answer(records=rows, also={"ad_analytics_total": totals})

    def _report(self, spec: ResourceSpec, pivots: list[str], first: date, last: date) -> list[dict[str, Any]]:
        rows = self._days(spec, pivots, first, last)
        if len(rows) < int(spec.request["rows"]):
            return rows
        if first == last:
            raise BadPayload(
                f"{spec.path}: {len(rows)} rows on {first}, as many as one answer holds: the rest is cut off",
                action="split the account, or ask by campaign",
            )
        middle = first + (last - first) // 2
        rest = self._report(spec, pivots, middle + timedelta(days=1), last)
        return self._report(spec, pivots, first, middle) + rest

    def _days(self, spec: ResourceSpec, pivots: list[str], first: date, last: date) -> list[dict[str, Any]]:
        """One finder takes one pivot, the other up to three (§7 official)."""
        names = [rule.name for rule in spec.fields.values() if rule.name not in _MADE_HERE]
        several = {"q": "statistics", "pivots": f"List({','.join(pivots)})"}
        query = restli_query(
            **(several if len(pivots) > 1 else {"q": "analytics", "pivot": pivots[0]}),
            timeGranularity="DAILY",
            dateRange=f"(start:{_restli_date(first)},end:{_restli_date(last)})",
            accounts=restli_list([urn("sponsoredAccount", self._account)]),
            fields=",".join(names),
        )
        elements = need(self.client.call("GET", spec.path, query=query, headers=FINDER), "elements", list, spec.path)
        return [_row(element, spec.path) for element in elements]


def _restli_date(day: date) -> str:
    return f"(year:{day.year},month:{day.month},day:{day.day})"


def _row(element: Any, where: str) -> dict[str, Any]:
    """The element with its day and the entities it is about, each told by the kind of its urn, not by its place."""
    start = need(need(element, "dateRange", dict, where), "start", dict, where)
    entities: dict[str, str] = {}
    for pivot in need(element, "pivotValues", list, where):
        kind = str(pivot).split(":")[-2:-1]
        if not kind or kind[0] not in _ENTITIES:
            raise BadPayload(f"{where}: expected pivotValues as urns of {', '.join(_ENTITIES)}")
        entities[_ENTITIES[kind[0]]] = str(pivot)
    try:
        day = date(*(int(str(start.get(part))) for part in ("year", "month", "day")))
    except ValueError:
        raise BadPayload(f"{where}: expected dateRange.start as year, month, day") from None
    return {**element, "day": day.isoformat(), **entities}


def open_session(account: Account, context: ExtractContext, deadline: Deadline) -> Session:
    """A session for one ad account; makes no call yet. Raises Permanent for missing credentials."""
    return LinkedInAdsSession(account, context, deadline)
