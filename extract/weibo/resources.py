"""Weibo: how each resource is asked and cut into records. Facts: platform-contracts §2.1, §18; samples weibo/."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import batched
from typing import Any

from extract.contract import ResourceSpec
from extract.errors import BadPayload, ExtractError
from extract.jsontext import AmbiguousObject
from extract.landing import files_of, query
from extract.model import BUSINESS_ZONE, Account, Deadline, ExtractContext, Window
from extract.session import Answer, Session, need
from extract.weibo.client import LIST, api_of, connect

_TIME = "%a %b %d %H:%M:%S %z %Y"


def posted_at(record: Any) -> datetime | None:
    """`created_at` (`Tue May 31 17:46:55 +0800 2011`) as naive Asia/Shanghai; None if it is no such text."""
    text = record.get("created_at") if isinstance(record, dict) else None
    try:
        return datetime.strptime(str(text), _TIME).astimezone(BUSINESS_ZONE).replace(tzinfo=None)
    except ValueError:
        return None


def named(node: Any) -> Any:
    """The object and those inside with `idstr`, which old answers lack: then the text of `id`."""
    if not isinstance(node, dict):
        return node
    found = {name: named(value) for name, value in node.items()}
    return {"idstr": found["id"], **found} if "id" in found else found


class Listing:
    """A listing from the newest record down, read only as far as it is wanted.

    Each page is asked below the smallest id so far (`max_id`), so that what arrives meanwhile moves nothing. A page can
    be empty although there is more: then `next_cursor` goes on, as long as it sinks.
    """

    def __init__(self, ask: Callable[[str], tuple[list[Any], str]], where: str) -> None:
        self._ask, self._where = ask, where
        self._rows: dict[str, Any] = {}
        self._below = 0  # 0: from the top
        self._oldest: datetime | None = None
        self._ended = False
        self.is_stuck = False
        """The last page repeated what was there: max_id seems ignored, what lies below cannot be read."""

    def down_to(self, start: datetime) -> list[Any]:
        """Every record so far, when all those since START (naive Asia/Shanghai) are among them or none is left."""
        while not self._ended and (self._oldest is None or self._oldest >= start):
            page, cursor = self._ask(str(self._below))
            before = len(self._rows)
            for row in page:
                self._add(row if isinstance(row, AmbiguousObject) else named(row))
            self.is_stuck = bool(page) and len(self._rows) == before
            self._ended = self.is_stuck or not self._sink(cursor, is_empty=not page)
        return list(self._rows.values())

    def _add(self, row: Any) -> None:
        number = str(row.get("idstr")) if isinstance(row, dict) else ""
        if not number.isdecimal():
            self._rows[f"odd {len(self._rows)}"] = row  # the scrubber rejects it and says why
            return
        self._rows.setdefault(number, row)
        self._below = min(self._below or int(number), int(number) - 1)
        moment = posted_at(row)
        if moment is not None:
            self._oldest = min(self._oldest or moment, moment)

    def _sink(self, cursor: str, *, is_empty: bool) -> bool:
        """Whether there is a place to go on from."""
        if not is_empty:
            return True
        below = int(cursor) if cursor.isdecimal() else 0
        if not 0 < below < (self._below or below + 1):
            return False
        self._below = below
        return True


class WeiboSession:
    """One account: the user whose token the connection holds."""

    def __init__(self, account: Account, context: ExtractContext, deadline: Deadline) -> None:
        self.client = connect(account, context, deadline)
        self._account = account
        self._context = context
        self._api = api_of(account)
        self._listings: dict[str, Listing] = {}
        self._newest: list[dict[str, Any]] = []
        self._ask: dict[str, Callable[[ResourceSpec, Window], Answer]] = {
            "users_show": self._user,
            "users_counts": self._user_counts,
            "user_timeline": self._timeline,
            "statuses_count": self._post_counts,
        }

    def fetch(self, spec: ResourceSpec, window: Window) -> Answer:
        """Ask one window of one resource."""
        return self._ask.get(spec.name, self._mentions)(spec, window)

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def _call(self, spec: ResourceSpec, **parameters: str) -> dict[str, Any]:
        path = str(spec.request.get("commercial", spec.path)) if self._api == "commercial" else spec.path
        return self.client.call("GET", path, query=parameters)

    # --- snapshots ---------------------------------------------------------------------------------------------

    def _user(self, spec: ResourceSpec, window: Window) -> Answer:
        return Answer(records=[named(self._call(spec, uid=self._account.account))])

    def _user_counts(self, spec: ResourceSpec, window: Window) -> Answer:
        return Answer(records=self._asked_for(spec, "uids", [self._account.account]))

    def _asked_for(self, spec: ResourceSpec, name: str, ids: list[str]) -> list[Any]:
        """The records of these ids. An unknown id may be left out or come as -1. Raises BadPayload if none came."""
        answer = need(self._call(spec, **{name: ",".join(ids)}), LIST, list, spec.path)
        found = [record for record in answer if isinstance(record, dict) and str(record.get("id")) in ids]
        if not found:
            raise BadPayload(f"{spec.path}: asked for {len(ids)} ids, got none of them", action="check the account id")
        return found

    # --- posts -------------------------------------------------------------------------------------------------

    def _listing(self, spec: ResourceSpec, name: str, **parameters: str) -> Listing:
        def ask(below: str) -> tuple[list[Any], str]:
            size = str(spec.request["count"])
            answer = self._call(spec, **parameters, max_id=below, count=size)
            return need(answer, name, list, spec.path), str(answer.get("next_cursor") or "0")

        return self._listings.setdefault(spec.name, Listing(ask, spec.path))

    def _timeline(self, spec: ResourceSpec, window: Window) -> Answer:
        """The newest five posts (commercial: those of the days that are followed). What was seen once is kept."""
        oldest = window.start - timedelta(days=int(spec.request["days"]) - 1)
        posts = self._listing(spec, "statuses", uid=self._account.account).down_to(oldest)
        self._newest = [post for post in posts if posted_at(post) is not None]
        return Answer(records=posts)

    def _post_counts(self, spec: ResourceSpec, window: Window) -> Answer:
        """Counters of all posts of the last days that were ever seen, with the time of the post. A post that is left
        out of the answer is gone: `is_missing`. Where the call fails, the newest posts have counters all the same."""
        posts = dict(self._followed_posts(window.first_day, int(spec.request["days"])))
        answer = Answer()
        counted: dict[str, dict[str, Any]] = {}
        for ids in batched(posts, int(spec.request["ids"])):
            try:
                found = {str(record["id"]): record for record in self._asked_for(spec, "ids", list(ids))}
            except ExtractError as error:
                answer.missing.append((window, error))
                if error.scope != "window":
                    break
            else:
                counted |= {number: found.get(number, {"is_missing": True}) for number in ids}
        counted = dict(self._counted_in_timeline()) | counted
        answer.records = [
            {**counted[number], "id": number, "created_at": created_at}
            for number, created_at in posts.items()
            if number in counted
        ]
        if answer.missing and not answer.records:
            raise answer.missing[0][1]
        return answer

    def _counted_in_timeline(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for post in self._newest:
            if post.get("attitudes_count") is not None:
                counts = {name: post.get(f"{name}_count") for name in ("reposts", "comments", "attitudes")}
                yield str(post["idstr"]), counts

    def _followed_posts(self, as_of: date, days: int) -> list[tuple[str, str]]:
        """Ids and times of own posts younger than DAYS at `as_of`, from landing and from this run, newest first."""
        oldest = as_of - timedelta(days=days - 1)
        rows = query(
            "select distinct json_extract_string(record, '$.idstr'), json_extract_string(record, '$.created_at') "
            "from {files} where record is not null and window_start >= ?",
            files_of(self._context.landing, "weibo", self._account.account, "user_timeline"),
            [oldest],
        )
        known = dict(rows) | {str(post["idstr"]): str(post["created_at"]) for post in self._newest}
        moments = {number: posted_at({"created_at": text}) for number, text in known.items()}
        recent = {n: moment for n, moment in moments.items() if moment and oldest <= moment.date() <= as_of}
        return [(n, known[n]) for n in sorted(recent, key=lambda n: (recent[n], n), reverse=True)]

    # --- mentions ----------------------------------------------------------------------------------------------

    def _mentions(self, spec: ResourceSpec, window: Window) -> Answer:
        """The mentions written in the window. The listing has no dates: it is read down to the window's first day."""
        listing = self._listing(spec, str(spec.request["list"]))
        rows = listing.down_to(window.start)
        if listing.is_stuck:
            raise BadPayload(f"{spec.path}: the same records below max_id again, older ones cannot be read")
        moments = ((row, posted_at(row)) for row in rows)
        return Answer(records=[row for row, at in moments if at is None or window.start <= at < window.end])


def open_session(account: Account, context: ExtractContext, deadline: Deadline) -> Session:
    """A session for one account; makes no call yet. Raises Permanent for missing credentials."""
    return WeiboSession(account, context, deadline)
