"""Say how a refresh ended: to the task log, to a file, to a webhook if one is configured."""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from typing import Any

import httpx

from warehouse.build import last_prepared, served_manifest
from warehouse.settings import Settings

log = logging.getLogger(__name__)


def notify_end(settings: Settings, run_id: str) -> str:
    """Write `<home>/run/last_refresh.json` and post it to NOTIFY_WEBHOOK. Returns the text: one line, and the accounts'
    notices (an API version that nears its end, …).

    A webhook that does not answer is logged, never fatal.
    """
    prepared, served = last_prepared(settings), served_manifest(settings)
    published = bool(served and prepared and served["published_at"] > prepared.prepared_at)
    message: dict[str, Any] = {
        "run_id": run_id,
        "ended_at": datetime.now(UTC).isoformat(),
        "published": published,
        "serving": served["snapshot_id"] if served else None,
        "as_of_date": served["as_of_date"] if served else None,
        "refresh": served["refresh"] if served and published else None,
    }
    outcome = "published" if published else "FAILED, nothing published"
    text = f"Warehouse refresh {run_id}: {outcome}; serving {message['serving']} (data as of {message['as_of_date']})"
    files = sorted((settings.run / "notices").glob("*.txt"))
    message["notices"] = [line for file in files for line in file.read_text("utf-8").splitlines()]
    text = "\n".join([text, *(f"NOTICE {notice}" for notice in message["notices"])])
    message["text"] = text
    settings.run.mkdir(parents=True, exist_ok=True)
    (settings.run / "last_refresh.json").write_text(json.dumps(message, indent=1))
    webhook = os.environ.get("NOTIFY_WEBHOOK")
    if webhook:
        try:
            httpx.post(webhook, json=message, timeout=10).raise_for_status()
        except httpx.HTTPError as error:
            log.warning("the notification could not be delivered: %s", type(error).__name__)
    return text
