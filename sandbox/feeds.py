"""The shop's side of the day: it sends its events to the receiver and keeps its ERP, as the real ones would.

The running sandbox is asked what the shop knows at its clock; this side signs and posts, and writes the ERP's file.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import batched
from pathlib import Path
from typing import Any

import httpx
from starlette.types import ASGIApp

from extract.site.signature import ACCOUNT, SIGNATURE, TIMESTAMP, account_secret, sign
from sandbox.shop_feed import write_erp

SITE_ACCOUNT, ERP_ACCOUNT = "shop", "erp"
ERP_FILE = "erp.db"
ERP_DAYS = 40
"""How many days before those asked the ERP holds: orders change for weeks."""
LATE_DAYS = 4
"""How many days an event may be late."""
_BATCH = 200


def fill_erp(sandbox_url: str, file: Path, first: date, last: date) -> None:
    """Bring the ERP's file to what it holds at the sandbox's clock."""
    span = {"from": str(first - timedelta(days=ERP_DAYS)), "to": str(last)}
    answer = httpx.get(f"{sandbox_url}/_sandbox/shop/erp", params=span, timeout=120).raise_for_status().json()
    write_erp(file, answer["tables"])


def site_events(sandbox_url: str, days: Iterable[date]) -> list[dict[str, Any]]:
    """Events of these days that the site has sent by the sandbox's clock, in order of delivery."""
    wanted = {str(day) for day in days}
    span = {"from": min(wanted), "to": max(wanted)}
    answer = httpx.get(f"{sandbox_url}/_sandbox/shop/events", params=span, timeout=120).raise_for_status().json()
    return [event for event in answer["events"] if event["occurred_at"][:10] in wanted]


def days_to_send(memory: Path, first: date, last: date) -> list[date]:
    """The days asked, and those sent before whose late events may still come. MEMORY keeps which days were sent."""
    sent = set(json.loads(memory.read_text())) if memory.exists() else set()
    asked = {str(first + timedelta(days=i)) for i in range((last - first).days + 1)}
    late = {day for day in sent if str(first - timedelta(days=LATE_DAYS)) <= day <= str(last)}
    memory.parent.mkdir(parents=True, exist_ok=True)
    memory.write_text(json.dumps(sorted(sent | asked)))
    return [date.fromisoformat(day) for day in sorted(asked | late)]


def requests(
    events: list[dict[str, Any]], account: str, signing_key: bytes, now: float
) -> Iterator[tuple[bytes, dict[str, str]]]:
    """Bodies and headers of signed calls, some hundred events each."""
    secret = account_secret(signing_key, account)
    for part in batched(events, _BATCH):
        body = json.dumps({"events": part}, ensure_ascii=False).encode()
        yield body, {ACCOUNT: account, TIMESTAMP: str(int(now)), SIGNATURE: sign(secret, int(now), body)}


def send_to_app(app: ASGIApp, calls: Iterable[tuple[bytes, dict[str, str]]]) -> list[dict[str, Any]]:
    """Post to the receiver's application in this process. Raises httpx.HTTPStatusError when it refuses."""

    async def post() -> list[dict[str, Any]]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://receiver") as client:
            answers = [await client.post("/events", content=body, headers=headers) for body, headers in calls]
        return [answer.raise_for_status().json() for answer in answers]

    return asyncio.run(post())
