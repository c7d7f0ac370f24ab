"""A LinkedIn that answers for one page and one ad account, for what the sandbox does not show."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from extract.model import Account
from tests.extract.conftest import Ask, Stub

CREDENTIALS = {
    "client_id": "CLIENT-ID-1",
    "client_secret": "SECRET-OF-THE-APP",
    "redirect_uri": "https://example.com/back",
    "auth_code": "AUTH-CODE-ONE",
}
GRANT = {
    "access_token": "ACCESS-TOKEN-1",
    "expires_in": 5_183_999,
    "refresh_token": "REFRESH-TOKEN-1",
    "refresh_token_expires_in": 31_535_999,
}
DAY_MS = 86_400_000


def error(status: int, code: str = "", message: str = "some text") -> tuple[int, dict[str, Any]]:
    body = {"status": status, "serviceErrorCode": 1, "message": message}
    return status, body | ({"code": code} if code else {})


def elements(*rows: Any) -> dict[str, Any]:
    return {"elements": list(rows), "paging": {"start": 0, "count": 10, "links": []}}


class LinkedIn:
    """`over` replaces the answer of a path's last part: an answer, or a function of the call."""

    def __init__(self, stub: Stub, **over: Any) -> None:
        self.over = over
        stub.reply = self.reply
        self.page = Account("linkedin", "999000111", "n", "c", stub.url, CREDENTIALS)
        self.ads = Account("linkedin_ads", "599000001", "n", "c", stub.url, CREDENTIALS)

    def reply(self, ask: Ask) -> Any:
        name = unquote(ask.path).split("/")[-1].split(":")[0].replace("urn", "networkSizes")
        if name in self.over:
            answer = self.over[name]
            return answer(ask) if callable(answer) else answer
        if name == "accessToken":
            return GRANT
        if name == "networkSizes":
            return {"firstDegreeSize": 33_916}
        if name == "adAccounts":
            return elements({"id": 599000001, "currency": "USD", "test": False}) | {"metadata": {}}
        if "timeIntervals" in ask.query:
            return self.days(ask)
        if name == "organizationalEntityFollowerStatistics":
            counts = {"organicFollowerCount": 48, "paidFollowerCount": 0}
            return elements({"followerCountsByGeo": [{"followerCounts": counts, "geo": "urn:li:geo:1"}]})
        return elements()

    @staticmethod
    def days(ask: Ask, without: tuple[int, ...] = ()) -> dict[str, Any]:
        """A bucket for every asked day but those counted by `without`."""
        text = ask.query["timeIntervals"]
        start, end = (int(text.split(f"{edge}:")[1].split(",")[0].rstrip(")")) for edge in ("start", "end"))
        starts = [s for i, s in enumerate(range(start, end, DAY_MS)) if i not in without]
        page = {"organizationalEntity": "urn:li:organization:999000111"}
        return elements(*({**page, "timeRange": {"start": s, "end": s + DAY_MS}} for s in starts))
