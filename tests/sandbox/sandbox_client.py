"""Starts a sandbox on a real socket and speaks to it."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn

from sandbox.accounts import accounts
from sandbox.clock import Clock
from sandbox.server import create_app
from sandbox.world import World
from sandbox.world.time import instant_of

DIMENSIONS = ["stat_time_day", "cdp_project_id", "cdp_project_name", "cdp_promotion_id", "cdp_promotion_name"]


@dataclass
class Running:
    """A server in this process and a client of it."""

    seed: int
    base: str
    world: World
    clock: Clock
    server: uvicorn.Server
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=10))
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def accounts(self) -> list[dict[str, Any]]:
        return accounts(self.seed, 1, self.base)

    def of(self, source: str) -> list[dict[str, Any]]:
        return [account for account in self.accounts if account["source"] == source]

    def at(self, now: str, **more: Any) -> None:
        answer = self.client.post(f"{self.base}/_sandbox/clock", json={"now": now, **more})
        assert answer.status_code == 200, answer.text
        self.tokens.clear()

    def plant(self, *faults: dict[str, Any]) -> httpx.Response:
        return self.client.post(f"{self.base}/_sandbox/faults", json={"faults": list(faults)})

    def clear(self) -> None:
        self.client.delete(f"{self.base}/_sandbox/faults")

    def wx_token(self, number: int = 0, force: bool = False) -> dict[str, Any]:
        account = self.of("wechat")[number]
        body = {"grant_type": "client_credential", "force_refresh": force, **account["credentials"]}
        return self.client.post(f"{account['base_url']}/cgi-bin/stable_token", json=body).json()

    def wx_raw(self, path: str, body: dict[str, Any], number: int = 0) -> httpx.Response:
        key = f"wx{number}"
        if key not in self.tokens:
            self.tokens[key] = self.wx_token(number)["access_token"]
        root = self.of("wechat")[number]["base_url"]
        return self.client.post(f"{root}{path}", params={"access_token": self.tokens[key]}, json=body)

    def wx(self, path: str, first: str | None = None, last: str | None = None, number: int = 0, **body: Any) -> Any:
        if first is not None:
            body |= {"begin_date": first, "end_date": last or first}
        return self.wx_raw(path if path.startswith("/") else f"/datacube/{path}", body, number).json()

    def oe_pair(self, path: str, **body: str) -> dict[str, Any]:
        account = self.of("oceanengine")[0]
        given = {key: account["credentials"][key] for key in ("app_id", "secret")}
        return self.client.post(f"{account['base_url']}/open_api/oauth2/{path}/", json=given | body).json()

    def oe_consent(self) -> dict[str, Any]:
        self.client.post(f"{self.base}/_sandbox/consent")
        answer = self.oe_pair("access_token", auth_code=self.of("oceanengine")[0]["credentials"]["auth_code"])
        self.tokens["oe"] = answer["data"]["access_token"]
        return answer

    def oe_raw(self, path: str, number: int = 0, token: str | None = None, **query: Any) -> httpx.Response:
        if token is None and "oe" not in self.tokens:
            self.oe_consent()
        account = self.of("oceanengine")[number]
        params = {"advertiser_id": account["account"]} | {
            key: json.dumps(value) if isinstance(value, list | dict) else str(value) for key, value in query.items()
        }
        headers = {"Access-Token": self.tokens["oe"] if token is None else token}
        return self.client.get(f"{account['base_url']}/open_api/{path}/", params=params, headers=headers)

    def oe(self, path: str, number: int = 0, **query: Any) -> Any:
        return self.oe_raw(path, number, **query).json()

    def report(self, first: str, last: str, metrics: list[str], number: int = 0, **query: Any) -> Any:
        given = {
            "data_topic": "BASIC_DATA",
            "dimensions": DIMENSIONS,
            "metrics": metrics,
            "filters": [],
            "order_by": [],
        }
        given |= {"start_time": first, "end_time": last, "page_size": 100} | query
        return self.oe("v3.0/report/custom/get", number, **given)

    def pages(self, path: str, name: str, number: int = 0, **query: Any) -> list[Any]:
        rows: list[Any] = []
        page = 1
        while True:
            data = self.oe(path, number, page=page, **query)["data"]
            rows += data[name]
            if page >= data["page_info"]["total_page"]:
                return rows
            page += 1


def start(seed: int, scale: float, now: str) -> Running:
    world, clock = World(seed, scale), Clock(instant_of(now))
    config = uvicorn.Config(create_app(world, clock), port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True).start()
    deadline = time.monotonic() + 10
    while not server.started:
        assert time.monotonic() < deadline, "the sandbox did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    return Running(seed, f"http://127.0.0.1:{port}", world, clock, server)
