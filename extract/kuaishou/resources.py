"""Kuaishou open platform: how each resource is asked. Facts: platform-contracts §5.1; samples kuaishou/open_*.json."""

from __future__ import annotations

from typing import Any

from extract.contract import ResourceSpec
from extract.kuaishou.client import connect
from extract.model import Account, Deadline, ExtractContext, Window
from extract.paging import asked_twice, cursor_pages
from extract.session import Answer, Session, need


class KuaishouSession:
    """One account. Both listings show the present; nothing can be asked about an earlier day."""

    def __init__(self, account: Account, context: ExtractContext, deadline: Deadline) -> None:
        self.client = connect(account, context, deadline)

    def fetch(self, spec: ResourceSpec, window: Window) -> Answer:
        """Ask a listing as it stands now."""
        if spec.name == "user_info":
            return Answer(records=[need(self.client.call("GET", spec.path), "user_info", dict, spec.path)])
        return asked_twice(lambda: Answer(records=self._photos(spec)))

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def _photos(self, spec: ResourceSpec) -> list[Any]:
        """All videos, newest first. The cursor is the photo_id of the last row; the list has ended when a page is short
        or empty (unconfirmed, so `until` may say that only an empty one ends it)."""
        size = int(spec.request["count"])
        ends_short = spec.request["until"] == "short_page"

        def ask(cursor: str) -> tuple[list[Any], str | None]:
            query = {"count": str(size)} | ({"cursor": cursor} if cursor else {})
            page = need(self.client.call("GET", spec.path, query=query), "video_list", list, spec.path)
            if not page or (ends_short and len(page) < size):
                return page, None
            return page, need(page[-1], "photo_id", str, spec.path)

        return cursor_pages(ask, spec.path, first="")


def open_session(account: Account, context: ExtractContext, deadline: Deadline) -> Session:
    """A session for one account; makes no call yet. Raises Permanent for missing credentials."""
    return KuaishouSession(account, context, deadline)
