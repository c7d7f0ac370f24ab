"""A real sandbox over HTTP for the extractors, frozen at NOW, and accounts and contexts to talk to it."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import duckdb
import httpx
import pytest
from cryptography.fernet import Fernet

from extract import client as client_module
from extract.landing import files_of
from extract.model import BUSINESS_ZONE, Account, ExtractContext

REPO = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 19)
SAMPLES = REPO.parent / "shared" / "docs" / "samples"


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def at(day: date, hour: int = 10) -> datetime:
    """A moment of the morning after `day`: what a daily run for `day` sees."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=BUSINESS_ZONE) + timedelta(days=1)


@dataclass
class Sandbox:
    """The running servers."""

    url: str
    accounts: list[Account] = field(default_factory=list)

    def freeze(self, moment: datetime) -> None:
        answer = httpx.post(f"{self.url}/_sandbox/clock", json={"now": moment.isoformat()}, timeout=60)
        answer.raise_for_status()

    def plant(self, *faults: dict[str, Any]) -> None:
        httpx.post(f"{self.url}/_sandbox/faults", json={"faults": list(faults)}).raise_for_status()

    def clear(self) -> None:
        httpx.delete(f"{self.url}/_sandbox/faults").raise_for_status()

    def hits(self) -> list[int]:
        return [fault["hits"] for fault in httpx.get(f"{self.url}/_sandbox/faults").json()["faults"]]

    def account(self, source: str, number: int = 0) -> Account:
        return [account for account in self.accounts if account.source == source][number]


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "serve", "--host", "127.0.0.1", "--port", str(port)],
        cwd=REPO,
        env={**os.environ, "SANDBOX_SEED": "7", "SANDBOX_SCALE": "1"},
    )
    try:
        for _ in range(300):
            try:
                httpx.get(f"{url}/_sandbox/health", timeout=1).raise_for_status()
                break
            except httpx.HTTPError:
                assert server.poll() is None, "the sandbox ended while starting"
                time.sleep(0.1)
        listing = subprocess.run(
            [sys.executable, "-m", "sandbox", "accounts", "--base-url", url],
            cwd=REPO,
            env={**os.environ, "SANDBOX_SEED": "7"},
            capture_output=True,
            check=True,
        )
        yield Sandbox(url, [Account(**raw) for raw in json.loads(listing.stdout)])
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    """The servers without faults, at the morning after DAY."""
    running.clear()
    running.freeze(at(DAY))
    yield running
    running.clear()


@pytest.fixture(scope="session")
def shared_tokens(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """One token folder for the whole session: the sandbox's auth_code works once, as the platform's does."""
    return tmp_path_factory.mktemp("tokens"), Fernet.generate_key()


@pytest.fixture
def context(tmp_path: Path, shared_tokens: tuple[Path, bytes]) -> ExtractContext:
    folder, key = shared_tokens
    return ExtractContext(
        landing=tmp_path / "landing",
        drop=tmp_path / "drop",
        tokens=folder,
        identity_key=secrets.token_bytes(32),
        token_key=key,
        now=at(DAY),
        deadline_seconds=120,
    )


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries as in production, their pauses cut to a hundredth."""
    real = client_module.Limits.for_deadline

    def quick(seconds: float) -> client_module.Limits:
        limits = real(seconds)
        return client_module.Limits(limits.connect, limits.read, limits.whole, 0.005, 0.3)

    monkeypatch.setattr(client_module.Limits, "for_deadline", quick)


def landed_rows(landing: Path, source: str, account: str, resource: str) -> list[dict[str, Any]]:
    """Every landing row, the record parsed, with `kind` payload, sighting or receipt."""
    files = [str(path) for path in files_of(landing, source, account, resource)]
    if not files:
        return []
    with duckdb.connect() as connection:
        cursor = connection.execute("select * from read_parquet(?)", [files])
        names = [column[0] for column in cursor.description or []]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        row["kind"] = "payload" if row["record"] else "sighting" if row["record_hash"] else "receipt"
        row["record"] = json.loads(row["record"]) if row["record"] else None
    return rows


def records(landing: Path, source: str, account: str, resource: str) -> list[dict[str, Any]]:
    return [r["record"] for r in landed_rows(landing, source, account, resource) if r["kind"] == "payload"]


@dataclass
class Ask:
    """One call that the stub got."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: dict[str, Any]
    address: str = ""


Reply = Any  # a dict (200, JSON), bytes (200), (status, bytes), or "hang" | "reset" | "cut"


class Stub:
    """A small server whose answers are a function of the call; for answers that the sandbox does not give."""

    def __init__(self) -> None:
        self.calls: list[Ask] = []
        self.reply: Callable[[Ask], Reply] = lambda ask: {}
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 65536

            def log_message(self, *args: Any) -> None:
                return

            def serve(self) -> None:
                address = urlsplit(self.path)
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                is_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
                body = dict(parse_qsl(raw.decode())) if is_form else json.loads(raw or b"{}")
                ask = Ask(self.command, address.path, dict(parse_qsl(address.query)), headers, body, self.path)
                stub.calls.append(ask)
                reply = stub.reply(ask)
                if reply == "hang":
                    stub.released.wait(30)
                if reply in ("hang", "reset"):
                    self.close_connection = True
                    return
                if reply == "cut":
                    self.send_response(200)
                    self.send_header("Content-Length", "1000")
                    self.end_headers()
                    self.wfile.write(b'{"list": [')
                    self.close_connection = True
                    return
                status, content = reply if isinstance(reply, tuple) else (200, reply)
                if not isinstance(content, bytes):
                    content = json.dumps(content, ensure_ascii=False).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = serve

        self.released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def stub() -> Iterator[Stub]:
    server = Stub()
    yield server
    server.close()


@pytest.fixture
def own_tokens(context: ExtractContext, tmp_path: Path) -> ExtractContext:
    """The context with a token folder of this test alone (for stubs)."""
    return replace(context, tokens=tmp_path / "tokens")


def sample(platform: str, name: str) -> dict[str, Any]:
    path = SAMPLES / platform / f"{name}.json"
    if not path.is_file():
        pytest.skip(f"no samples at {SAMPLES}")
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded
