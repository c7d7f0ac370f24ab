"""The receiver: `POST /events`, a signed batch of events. See README.md for the contract with the site.

An event that fits is scrubbed and on the disk before the answer is 200; one that does not is turned away with its
reason, and the others of its batch are taken all the same.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from extract.errors import BadPayload
from extract.jsontext import AmbiguousObject, parse
from extract.model import BUSINESS_ZONE
from extract.scrub import Rejected, Scrubber, mask_text
from extract.site.signature import ACCOUNT, SIGNATURE, TIMESTAMP, account_secret, refusal
from extract.site.spool import Event, Note, Spool
from extract.sources import sources

LOG = logging.getLogger(__name__)
LARGEST_BODY = 1_000_000
LARGEST_BATCH = 1_000
AHEAD = timedelta(minutes=10)
"""How far a site's clock may be ahead of ours."""


class Refused(Exception):
    """The whole call is not accepted, with its HTTP status."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class Receiver:
    """Checks, scrubs and spools batches. `clock` gives epoch seconds."""

    def __init__(
        self,
        spool: Path,
        accounts: Collection[str],
        signing_key: bytes,
        identity_key: bytes,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._secrets = {account: account_secret(signing_key, account) for account in accounts}
        self._spools = {account: Spool(spool, account) for account in accounts}
        self._identity_key = identity_key
        self._clock = clock

    def receive(self, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """Take a signed batch; the answer says what became of it. Raises Refused."""
        account = headers.get(ACCOUNT, "")
        secret = self._secrets.get(account)
        if secret is None:
            raise Refused(401, f"expected {ACCOUNT} as a configured account")
        why = refusal(secret, headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, ""), body, self._clock())
        if why:
            raise Refused(401, why)
        return self._take(account, _batch(body))

    def _take(self, account: str, batch: list[Any]) -> dict[str, Any]:
        now = datetime.fromtimestamp(self._clock(), UTC)
        today = now.astimezone(BUSINESS_ZONE).date()
        scrubbers: dict[str, Scrubber] = {}
        events: list[Event] = []
        rejected: list[dict[str, Any]] = []
        notes: list[Note] = []
        for index, raw in enumerate(batch):
            resource = _type_of(raw)
            try:
                events.append(self._event(raw, resource, now, scrubbers))
            except Rejected as error:
                rejected.append({"index": index, "reason": error.reason, "detail": error.detail})
                facts = {"resource": resource, "reason": error.reason, "detail": error.detail, "origin": "POST /events"}
                notes.append(Note("reject", resource, today, facts))
        notes += [Note("unknown", name, today, dict(s.unknown)) for name, s in scrubbers.items() if s.unknown]
        added = self._spools[account].add(events, notes)
        unknown = {
            f"{n.resource}.{field}": count for n in notes if n.kind == "unknown" for field, count in n.record.items()
        }
        return {"accepted": added, "seen_before": len(events) - added, "rejected": rejected, "unknown_fields": unknown}

    def _event(self, raw: Any, resource: str, now: datetime, scrubbers: dict[str, Scrubber]) -> Event:
        """The event, scrubbed. Raises Rejected."""
        source = sources()["site"]
        spec = source.resources.get(resource)
        if spec is None:
            raise Rejected("unknown_type", f"expected type {', '.join(source.resources)}")
        moment = _moment(raw.get("occurred_at"))
        if moment > now + AHEAD:
            raise Rejected("in_the_future", "occurred_at lies after the receiver's clock")
        local = moment.astimezone(BUSINESS_ZONE).replace(tzinfo=None)
        scrub = scrubbers.setdefault(resource, Scrubber(spec, source.platform, self._identity_key))
        record = scrub({**raw, "occurred_at": f"{local:%Y-%m-%d %H:%M:%S}"})
        return Event(str(record["event_id"]), resource, local.date(), record)


def _batch(body: bytes) -> list[Any]:
    try:
        payload = parse(body)
    except BadPayload as error:
        raise Refused(400, error.message) from None
    batch = payload.get("events") if isinstance(payload, dict) else None
    if not isinstance(batch, list) or isinstance(payload, AmbiguousObject):
        raise Refused(400, 'expected {"events": [...]}')
    if len(batch) > LARGEST_BATCH:
        raise Refused(413, f"expected at most {LARGEST_BATCH} events in a batch, got {len(batch)}")
    return batch


def _type_of(raw: Any) -> str:
    """The type that an event names, "" for none that may be written down."""
    name = raw.get("type") if isinstance(raw, dict) else None
    return name if isinstance(name, str) and name in sources()["site"].resources else ""


def _moment(text: Any) -> datetime:
    """An instant with its zone. Raises Rejected."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise Rejected("bad_date", "expected occurred_at as ISO 8601") from None
    if moment.tzinfo is None or moment.year < 2000:
        raise Rejected("bad_date", "expected occurred_at with a zone, such as +08:00, from the year 2000 on")
    return moment


def create_app(receiver: Receiver) -> Starlette:
    """The ASGI application: `POST /events`, `GET /health`."""

    async def events(request: Request) -> JSONResponse:
        body = b""
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST_BODY:
                    raise Refused(413, f"expected a body of at most {LARGEST_BODY} bytes")
            answer = await run_in_threadpool(receiver.receive, request.headers, body)
        except Refused as refused:
            return JSONResponse({"error": mask_text(refused.reason)}, status_code=refused.status)
        except ClientDisconnect:
            return JSONResponse({"error": "the call ended early"}, status_code=400)
        except (sqlite3.Error, OSError) as error:  # disk full, spool locked: nothing of it is promised
            LOG.error("events could not be written: %s", type(error).__name__)
            return JSONResponse({"error": "the events could not be written: send them again"}, status_code=503)
        return JSONResponse(answer)

    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    return Starlette(routes=[Route("/events", events, methods=["POST"]), Route("/health", health)])
