"""The site's webhook: signatures, replays, batches, a spool that survives a crash, and taking it into landing."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from extract.contract import load_contract
from extract.model import Account, ExtractContext
from extract.run import extract_account, plan_account
from extract.scrub import pseudonym
from extract.site.receiver import LARGEST_BATCH, Receiver, create_app
from extract.site.signature import ACCOUNT, SIGNATURE, TIMESTAMP, account_secret, sign
from extract.site.spool import Spool
from tests.extract.conftest import DAY, REPO, at, landed_rows, records
from tests.privacy import find

KEY = b"signing key of the tests"
NOW = at(DAY).timestamp()
SHOP = Account("site", "shop", "Shop", "", "", {})
PERSON = {"name": "林小满测试", "phone": "+86 138-0000-1234", "email": "Lin@Example.com", "address": "朝阳路1号"}


def event(number: int = 1, kind: str = "visit", day: date = DAY, **fields: Any) -> dict[str, Any]:
    moment = datetime(day.year, day.month, day.day, 12, number % 60)
    return {"event_id": f"e{number}", "type": kind, "occurred_at": f"{moment.isoformat()}+08:00", **fields}


def order(number: int = 1, **fields: Any) -> dict[str, Any]:
    return event(number, "order", order_id=f"20261119{number:010d}", order_amount=19900, **fields)


class Caller:
    """Signs and posts."""

    def __init__(self, post: Callable[[bytes, dict[str, bytes]], httpx.Response]) -> None:
        self._post = post
        self.now = NOW

    def __call__(self, *events: Any, body: bytes | None = None, **headers: str) -> httpx.Response:
        raw = json.dumps({"events": events}).encode() if body is None else body
        stamp = headers.get(TIMESTAMP, str(int(self.now)))
        signed = sign(account_secret(KEY, "shop"), int(stamp) if stamp.isdecimal() else 0, raw)
        given = {ACCOUNT: "shop", TIMESTAMP: stamp, SIGNATURE: signed, **headers}
        return self._post(raw, {name: value.encode() for name, value in given.items()})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def call(context: ExtractContext) -> Iterator[Caller]:
    """The receiver on a real socket, its clock at NOW."""
    import threading

    import uvicorn

    caller = Caller(lambda body, headers: httpx.post(f"{url}/events", content=body, headers=headers))
    receiver = Receiver(context.drop / "site", ["shop"], KEY, context.identity_key, clock=lambda: caller.now)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    server = uvicorn.Server(uvicorn.Config(create_app(receiver), port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield caller
    server.should_exit = True
    thread.join(10)


def waiting(context: ExtractContext) -> list[dict[str, Any]]:
    return [e.record for e in Spool(context.drop / "site", "shop").waiting(date(2100, 1, 1))]


def test_events_are_taken_and_land_under_their_day(call: Caller, context: ExtractContext) -> None:
    yesterday = DAY - timedelta(days=1)
    this_morning = {**event(4), "occurred_at": f"{DAY + timedelta(days=1)}T01:00:00+00:00"}
    answer = call(event(1, utm_source="weibo"), event(2, day=yesterday), order(3, discount_amount=0), this_morning)
    assert answer.status_code == 200 and answer.json()["accepted"] == 4
    report = extract_account(SHOP, yesterday, DAY, context)
    assert report.ok and {r.resource: r.covered for r in report.resources} == dict.fromkeys(
        load_contract("site").resources, 2
    )
    rows = landed_rows(context.landing, "site", "shop", "visit")
    days = {row["record"]["event_id"]: row["window_start"].date() for row in rows if row["kind"] == "payload"}
    assert days == {"e1": DAY, "e2": yesterday}, "what happens today waits until the day is over"
    assert records(context.landing, "site", "shop", "order")[0]["order_amount"] == "19900"
    again = extract_account(SHOP, yesterday, DAY, context)
    assert again.ok and sum(r.fetched for r in again.resources) == 0
    tomorrow = replace(context, now=context.now + timedelta(days=1))
    assert extract_account(SHOP, DAY + timedelta(days=1), DAY + timedelta(days=1), tomorrow).ok
    assert len(records(context.landing, "site", "shop", "visit")) == 3


def test_a_late_event_lands_beside_its_day(call: Caller, context: ExtractContext) -> None:
    call(event(1))
    extract_account(SHOP, DAY, DAY, context)
    call(event(2))
    assert [w.first_day for w in plan_account(SHOP, DAY, DAY, context)] == [DAY]
    report = extract_account(SHOP, DAY, DAY, context)
    rows = landed_rows(context.landing, "site", "shop", "visit")
    assert report.ok and sorted(row["kind"] for row in rows) == ["payload", "payload", "receipt"]


def test_a_day_without_any_event_is_a_gap(call: Caller, context: ExtractContext) -> None:
    call(event(1))
    report = extract_account(SHOP, DAY - timedelta(days=2), DAY, context)
    assert [(g.reason, g.resource, str(g.window)) for g in report.gaps] == [
        ("no_file", "visit", f"{DAY - timedelta(days=2)}..{DAY - timedelta(days=1)}")
    ]


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({SIGNATURE: "0" * 64}, "expected X-Site-Signature"),
        ({SIGNATURE: "密"}, "expected X-Site-Signature"),
        ({ACCOUNT: "other"}, "configured account"),
        ({TIMESTAMP: str(int(NOW) - 301)}, "more than 300 s"),
        ({TIMESTAMP: str(int(NOW) + 301)}, "more than 300 s"),
        ({TIMESTAMP: "yesterday"}, "epoch seconds"),
    ],
)
def test_a_call_that_is_not_signed_is_refused(
    call: Caller, context: ExtractContext, headers: dict[str, str], said: str
) -> None:
    answer = call(event(1), **headers)
    assert (answer.status_code, said in answer.json()["error"]) == (401, True), answer.text
    assert waiting(context) == []


def test_a_body_changed_on_its_way_is_refused(call: Caller) -> None:
    stamp = str(int(NOW))
    signed = sign(account_secret(KEY, "shop"), int(NOW), b'{"events": []}')
    assert call(body=b'{"events": [] }', **{TIMESTAMP: stamp, SIGNATURE: signed}).status_code == 401
    assert call(body=b'{"events": []}').status_code == 200


def test_an_event_seen_before_is_answered_and_not_kept_twice(call: Caller, context: ExtractContext) -> None:
    assert call(event(1), event(2)).json()["accepted"] == 2
    call.now += 200
    again = call(event(1), event(3)).json()
    assert (again["accepted"], again["seen_before"]) == (1, 1)
    extract_account(SHOP, DAY, DAY, context)
    assert call(event(1)).json() == {"accepted": 0, "seen_before": 1, "rejected": [], "unknown_fields": {}}
    assert [r["event_id"] for r in records(context.landing, "site", "shop", "visit")] == ["e1", "e2", "e3"]


def test_bad_events_are_turned_away_and_the_others_taken(call: Caller, context: ExtractContext) -> None:
    future = event(9, day=DAY + timedelta(days=3))
    bad = [{"type": "visit"}, event(2, "purchase"), {**event(3), "occurred_at": "2026-11-19 12:00"}, future, "text"]
    bad += [event(5, "order", order_amount=1), {"event_id": "e6", "type": ["visit"]}]
    answer = call(event(1, x_new="13800001111"), *bad).json()
    reasons = [(r["index"], r["reason"]) for r in answer["rejected"]]
    assert reasons == [
        (1, "bad_date"), (2, "unknown_type"), (3, "bad_date"), (4, "in_the_future"), (5, "unknown_type"),
        (6, "missing_key"), (7, "unknown_type"),
    ]  # fmt: skip
    assert answer["accepted"] == 1 and answer["unknown_fields"] == {"visit.x_new": 1}
    report = extract_account(SHOP, DAY, DAY, context)
    landed = [r["reason"] for r in records(context.landing, "site", "shop", "_rejects")]
    assert sorted(landed) == sorted(reason for _, reason in reasons)
    assert next(r for r in report.resources if r.resource == "visit").unknown_fields == {"x_new": 1}
    assert extract_account(SHOP, DAY, DAY, context).resources[0].unknown_fields == {}, "told once"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not json", 400),
        (b"[]", 400),
        (b'{"events": {}}', 400),
        (json.dumps({"events": [{}] * (LARGEST_BATCH + 1)}).encode(), 413),
        (b'{"events": ["' + b"x" * 1_000_000 + b'"]}', 413),
    ],
)
def test_a_batch_that_is_none_is_refused(call: Caller, body: bytes, status: int) -> None:
    assert call(body=body).status_code == status


def test_nothing_personal_is_on_the_disk(call: Caller, context: ExtractContext, tmp_path: Path) -> None:
    ids = {"visitor_id": "cookie-7f31aa", "user_id": "u100200300"}
    said = "电话13800001234，急"
    call(order(1, **PERSON, **ids), event(2, "inquiry", lead_id="L1", message=said, **PERSON, **ids))
    values = [*PERSON.values(), *ids.values(), "13800001234", said, "lin@example.com"]
    assert find(tmp_path, values) == {}, "scrubbed before the first write"
    extract_account(SHOP, DAY, DAY, context)
    assert find(tmp_path, values) == {}
    lead = records(context.landing, "site", "shop", "inquiry")[0]
    assert lead["message"] == "电话<phone>，急"
    assert lead["phone"] == pseudonym(context.identity_key, "phone", "13800001234")
    assert lead["email"] == pseudonym(context.identity_key, "email", "lin@example.com")


def test_a_full_disk_promises_nothing(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> int:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Spool, "add", full)
    answer = call(event(1))
    assert answer.status_code == 503 and "send them again" in answer.json()["error"]


def test_what_was_answered_survives_kill_9(context: ExtractContext) -> None:
    """The real process: every event that was answered 200 before the kill lands, once."""
    port = free_port()
    folder = context.drop / "site"
    command = [sys.executable, "-m", "extract.site", "--port", str(port), "--spool", str(folder), "--account", "shop"]
    env = os.environ | {"SITE_SIGNING_KEY": KEY.decode(), "IDENTITY_KEY": "k" * 32}
    server = subprocess.Popen(command, cwd=REPO, env=env)
    caller = Caller(lambda body, headers: httpx.post(f"http://127.0.0.1:{port}/events", content=body, headers=headers))
    try:
        for _ in range(200):
            try:
                httpx.get(f"http://127.0.0.1:{port}/health").raise_for_status()
                break
            except httpx.HTTPError:
                assert server.poll() is None
                time.sleep(0.1)
        answered = []
        for number in range(12):
            caller.now = time.time()
            if caller(event(number, day=date(2025, 11, 19))).status_code == 200:
                answered.append(f"e{number}")
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()
    assert len(answered) == 12
    day = date(2025, 11, 19)
    assert extract_account(SHOP, day, day, context).ok
    assert sorted(r["event_id"] for r in records(context.landing, "site", "shop", "visit")) == sorted(answered)


def test_a_run_that_dies_after_landing_loses_and_doubles_nothing(
    call: Caller, context: ExtractContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(event(1), event(2))
    with monkeypatch.context() as dying:
        dying.setattr(Spool, "landed", lambda *_: (_ for _ in ()).throw(OSError("killed")))
        assert not extract_account(SHOP, DAY, DAY, context).ok
    assert len(waiting(context)) == 2
    report = extract_account(SHOP, DAY, DAY, context)
    rows = landed_rows(context.landing, "site", "shop", "visit")
    assert report.ok and sorted(row["kind"] for row in rows) == [
        "payload",
        "payload",
        "receipt",
        "sighting",
        "sighting",
    ]
    assert waiting(context) == []
