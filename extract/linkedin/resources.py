"""LinkedIn pages: how each resource is asked and cut into records. Facts: platform-contracts §7; samples linkedin/."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from extract import landing
from extract.contract import ResourceSpec
from extract.errors import BadPayload, Delayed
from extract.linkedin.client import FINDER, connect, escaped, restli_list, restli_query, urn
from extract.model import Account, Deadline, ExtractContext, Window
from extract.paging import Inconsistent, Rows, asked_twice
from extract.session import Answer, Session, need

_FACET = "followerCountsBy"
_SEGMENTS = ("associationType", "geo", "function", "industry", "seniority", "staffCountRange")
_MEMBER = re.compile(r"@\[[^\]]*\]\(urn:li:(?:person|member):[^)]*\)")
_KINDS = {"share": "shares", "ugcPost": "ugcPosts"}  # kind of a post's urn → its parameter


class LinkedInSession:
    """One page (organization)."""

    def __init__(self, account: Account, context: ExtractContext, deadline: Deadline) -> None:
        self.client = connect(account, context, deadline)
        self._account = account
        self._context = context
        self._page = urn("organization", account.account)
        self._posts: dict[str, str] | None = None
        self._ask: dict[str, Callable[[ResourceSpec, Window], Answer]] = {
            "network_size": self._network_size,
            "follower_statistics": self._facets,
            "follower_gains": self._intervals,
            "share_statistics_daily": self._intervals,
            "posts": self._listing,
            "share_statistics": self._post_counters,
        }

    def fetch(self, spec: ResourceSpec, window: Window) -> Answer:
        """Ask one window of one resource."""
        return self._ask[spec.name](spec, window)

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def _elements(self, spec: ResourceSpec, **more: str) -> list[Any]:
        """The answer of a finder by page; these have no pages."""
        parts = {"q": "organizationalEntity", "organizationalEntity": escaped(self._page), **more}
        payload = self.client.call("GET", spec.path, query=restli_query(**parts), headers=FINDER)
        elements: list[Any] = need(payload, "elements", list, spec.path)
        return elements

    # --- followers ----------------------------------------------------------------------------------------------

    def _network_size(self, spec: ResourceSpec, window: Window) -> Answer:
        path = spec.path + escaped(self._page)
        size = self.client.call("GET", path, query=restli_query(edgeType=str(spec.request["edge"])))
        return Answer(records=[{**size, "organizationalEntity": self._page}])

    def _facets(self, spec: ResourceSpec, window: Window) -> Answer:
        """One record per facet and segment: a facet is a list, its entries hold the counts and the segment."""
        records: list[Any] = []
        elements = self._elements(spec)
        if not elements or not all(isinstance(element, dict) for element in elements):
            raise BadPayload(f"{spec.path}: expected the followers of the page as an object, got none")
        for element in elements:
            facets = {name: entries for name, entries in element.items() if name.startswith(_FACET)}
            rest = {name: value for name, value in element.items() if name not in facets}
            for facet in facets:
                for entry in need(facets, facet, list, spec.path):
                    records.append({**rest, **self._segment(spec, facet, entry)})
        return Answer(records=records)

    def _segment(self, spec: ResourceSpec, facet: str, entry: Any) -> dict[str, Any]:
        names = [name for name in entry if name in _SEGMENTS] if isinstance(entry, dict) else []
        if len(names) != 1:
            raise BadPayload(f"{spec.path}: expected one of {', '.join(_SEGMENTS)} in each entry of {facet}")
        rest = {name: value for name, value in entry.items() if name != names[0]}
        return {**rest, "organizationalEntity": self._page, "facet": facet, "segment": entry[names[0]]}

    # --- days ---------------------------------------------------------------------------------------------------

    def _intervals(self, spec: ResourceSpec, window: Window) -> Answer:
        """One record per UTC day, keyed by the start that comes back. A day without one is not ready yet."""
        start, end = _millis(window.start), _millis(window.end)
        intervals = f"(timeRange:(start:{start},end:{end}),timeGranularityType:DAY)"
        answer = Answer()
        for element in self._elements(spec, timeIntervals=intervals):
            began = need(need(element, "timeRange", dict, spec.path), "start", str, spec.path)
            answer.records.append({**element, "day": _utc(began, spec.path).date().isoformat()})
        came = {record["day"] for record in answer.records}
        for day in window.days:
            if day.isoformat() not in came:
                missing = Window.of_days(day, day, spec.name)
                error = Delayed(f"{spec.path}: no numbers for {day} (UTC) yet", action="the next run asks again")
                answer.missing.append((missing, error))
        return answer

    # --- posts --------------------------------------------------------------------------------------------------

    def _listing(self, spec: ResourceSpec, window: Window) -> Answer:
        """Every post of the page, read once more if posts moved while they were paged."""
        answer = asked_twice(lambda: Answer(records=self._post_pages(spec)))
        self._posts = {}
        for post in answer.records:
            if isinstance(post, dict) and isinstance(post.get("commentary"), str):
                post["commentary"] = _MEMBER.sub("<name>", post["commentary"])
            if isinstance(post, dict) and post.get("lifecycleState") == "PUBLISHED":
                self._posts[need(post, "id", str, spec.path)] = need(post, "publishedAt", str, spec.path)
        return answer

    def _post_pages(self, spec: ResourceSpec) -> list[Any]:
        """All pages; the end is one that is not full. There is no total, so every page begins with the last post of the
        page before: another one there means that posts were deleted or edited in between."""
        size = int(spec.request["count"])
        found = Rows()
        start, last = 0, None
        while True:
            parts = {"q": "author", "author": escaped(self._page), "count": str(size), "start": str(start)}
            query = restli_query(**parts, sortBy="LAST_MODIFIED")
            page = need(self.client.call("GET", spec.path, query=query, headers=FINDER), "elements", list, spec.path)
            first = page[0].get("id") if page and isinstance(page[0], dict) else None
            if last is not None and first != last:
                raise Inconsistent(f"{spec.path}: posts moved while they were paged")
            found.add(page)
            if len(page) < size:
                return found.all()
            last = page[-1].get("id") if isinstance(page[-1], dict) else None
            start += size - 1

    def _post_counters(self, spec: ResourceSpec, window: Window) -> Answer:
        """The counters of every recent post, with the time of its publication. A post that is asked for and not
        answered had no activity: its record says that it was asked. Posts of the UTC day that has just begun are left
        out."""
        records: list[Any] = []
        size = int(spec.request["batch"])
        posts = self._recent_posts(int(spec.request["post_days"]), window.end.replace(tzinfo=UTC))
        for kind, parameter in _KINDS.items():
            mine = [post for post in posts if post.startswith(f"urn:li:{kind}:")]
            for first in range(0, len(mine), size):
                batch = mine[first : first + size]
                answered: dict[str, Any] = {}
                for element in self._elements(spec, **{parameter: restli_list(batch)}):
                    answered[need(element, kind, str, spec.path)] = element
                quiet = {"organizationalEntity": self._page}
                records += [{**answered.get(post, quiet), "post": post, "publishedAt": posts[post]} for post in batch]
        return Answer(records=records)

    def _recent_posts(self, days: int, end: datetime) -> dict[str, str]:
        """Posts published in the `days` before `end` by urn, newest first, with the time of publication: from this
        run's listing, else from landing."""
        posts = self._posts if self._posts is not None else self._landed_posts()
        recent = [
            (at, post) for post, at in posts.items() if end - timedelta(days=days) <= _utc(at, "publishedAt") < end
        ]
        return {post: at for at, post in sorted(recent, reverse=True)}

    def _landed_posts(self) -> dict[str, str]:
        rows = landing.query(
            "select json_extract_string(record, '$.id'), max(json_extract_string(record, '$.publishedAt')) "
            "from {files} where json_extract_string(record, '$.lifecycleState') = 'PUBLISHED' group by all",
            landing.files_of(self._context.landing, self._account.source, self._account.account, "posts"),
        )
        return {str(post): str(at) for post, at in rows}


def _millis(utc_midnight: datetime) -> int:
    """Epoch milliseconds of a window's edge, whose days are UTC days here."""
    return int(utc_midnight.replace(tzinfo=UTC).timestamp()) * 1000


def _utc(millis: str, where: str) -> datetime:
    """Aware UTC of epoch milliseconds written as text. Raises BadPayload."""
    if not millis.isdecimal():
        raise BadPayload(f"{where}: expected a time in epoch milliseconds")
    return datetime.fromtimestamp(int(millis) / 1000, UTC)


def open_session(account: Account, context: ExtractContext, deadline: Deadline) -> Session:
    """A session for one page; makes no call yet. Raises Permanent for missing credentials."""
    return LinkedInSession(account, context, deadline)
