"""The GrowingIO server: signing in and the raw export v2 of platform-contracts §9, samples growingio."""

from __future__ import annotations

import csv
import gzip
import hashlib
import hmac
import io
import re
from datetime import date, datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.platforms.growingio.numbers import COLUMNS, SiteExport
from sandbox.web import Answer, Call, Platform
from sandbox.world import World
from sandbox.world.rng import digest
from sandbox.world.shop import ShopWorld
from sandbox.world.time import DAY_SECONDS, day_at, day_of, midnight

KEEPS, READY_HOURS, TOKEN_SECONDS, SKEW = 15, 2, 86_400, 600
PARTS = 2
_EXPORT = re.compile(r"/v2/insights/day/(\w+)/([^/]+)/(\d{8})0000\.json")
_FILE = re.compile(r"/files/(\w+)_(\d{8})_part-(\d{5})\.csv\.gz")


class GrowingIOPlatform(Platform):
    """Exports of one project."""

    source = "growingio"
    token_paths = ("/auth/token",)
    record_lists = ()
    expired = Answer({"status": "failed", "code": ""}, 401)
    quota_used = Answer({"status": "ERROR", "downloadLinks": []})
    rate_limited = Answer({"error": "too many requests"}, 429)

    def __init__(self, world: World, clock: Clock) -> None:
        self._export = SiteExport(world.part(ShopWorld))
        self._clock = clock
        self._project = _project(world.seed)
        self._asked: set[tuple[str, str, int]] = set()

    def answer(self, call: Call) -> Answer:
        """The answer without faults."""
        if call.path == "/auth/token":
            return self._sign_in(call)
        if file := _FILE.fullmatch(call.path):
            return self._file(*file.groups())
        if export := _EXPORT.fullmatch(call.path):
            return self._status(call, *export.groups())
        return Answer({"error": "not found"}, 404)

    def account_of(self, call: Call) -> str | None:
        """The `ai` in the path."""
        export = _EXPORT.fullmatch(call.path)
        return export[2] if export else self._project["ai"] if _FILE.fullmatch(call.path) else None

    def days_of(self, call: Call) -> tuple[date, date] | None:
        """The day in the path."""
        found = re.search(r"[/_](\d{8})(?:0000\.json|_part)", call.path)
        if found is None:
            return None
        day = datetime.strptime(found[1], "%Y%m%d").date()
        return day, day

    def failure(self, code: int | str, message: str) -> Answer:
        """A status that no contract names."""
        return Answer({"status": str(code), "message": message or "系统错误"})

    def _sign_in(self, call: Call) -> Answer:
        given, own = call.form(), self._project
        text = f"POST\n/auth/token\nproject={own['project']}&ai={own['ai']}&tm={given.get('tm', '')}"
        signed = hmac.new(own["private_key"].encode(), text.encode(), hashlib.sha256).hexdigest()
        near = given.get("tm", "").isdecimal() and abs(int(given["tm"]) / 1000 - self._clock.now()) <= SKEW
        if not near or call.headers.get("x-client-id") != own["client_id"] or given.get("auth") != signed:
            return self.expired
        return Answer({"status": "success", "code": self._token(self._clock.now())})

    def _token(self, now: int) -> str:
        return digest("gio.token", self._project["ai"], now // TOKEN_SECONDS)[:40]

    def _status(self, call: Call, kind: str, account: str, stamp: str) -> Answer:
        now = self._clock.now()
        valid = {self._token(now), self._token(now - TOKEN_SECONDS)}
        if call.headers.get("authorization") not in valid or account != self._project["ai"]:
            return self.expired
        day = self._day(stamp)
        is_there = day is not None and midnight(day + 1) + READY_HOURS * 3600 <= now < midnight(day + KEEPS + 2)
        if kind not in COLUMNS or day is None or not is_there:
            return Answer({"status": "NOT_EXISTS", "downloadLinks": []})
        order = (kind, stamp, now)
        is_asked_first = day == day_at(now) - 1 and order not in self._asked
        if is_asked_first or not self._export.is_made(day):
            self._asked.add(order)
            return Answer({"status": "RUNNING", "downloadLinks": []})
        host = f"http://{call.headers.get('host', '127.0.0.1')}/growingio/files"
        links = [f"{host}/{kind}_{stamp}_part-{i:05d}.csv.gz?sign={digest(kind, stamp, i)[:16]}" for i in range(PARTS)]
        return Answer({"status": "FINISHED", "downloadLinks": links})

    def _file(self, kind: str, stamp: str, part: str) -> Answer:
        day = self._day(stamp)
        if kind not in COLUMNS or day is None:
            return Answer({"error": "not found"}, 404)
        rows = self._export.rows(kind, day)
        half = -(-len(rows) // PARTS)
        mine = rows[int(part) * half : (int(part) + 1) * half]
        names = COLUMNS[kind].split()
        return Answer(mine, content=lambda body: _zipped(body, names), media_type="application/gzip")

    def _day(self, stamp: str) -> int | None:
        try:
            day = day_of(datetime.strptime(stamp, "%Y%m%d").date())
        except ValueError:
            return None
        return day if day >= 0 and midnight(day) <= self._clock.now() + DAY_SECONDS else None


def _zipped(rows: list[dict[str, Any]], names: list[str]) -> bytes:
    """CSV as GrowingIO writes it: every value quoted, quotes escaped by a backslash; gzipped."""
    text = io.StringIO(newline="")
    columns = list(rows[0]) if rows else names
    out = csv.writer(text, quoting=csv.QUOTE_ALL, doublequote=False, escapechar="\\", lineterminator="\n")
    out.writerow(columns)
    out.writerows([row.get(name, "") for name in columns] for row in rows)
    return gzip.compress(text.getvalue().encode(), mtime=0)


def _project(seed: int) -> dict[str, str]:
    names = ("ai", "project", "client_id", "private_key")
    return {name: digest("gio", name, seed)[:16] for name in names}


def accounts(seed: int, scale: float, root_url: str) -> list[dict[str, Any]]:
    """The brand's one project. The limit of two calls a second is not the sandbox's."""
    own = _project(seed)
    return [
        {
            "source": "growingio",
            "account": own["ai"],
            "name": "官网分析",
            "connection": "growingio_main",
            "base_url": f"{root_url}/growingio",
            "credentials": {**own, "calls_per_second": "1000"},
        }
    ]


def create(world: World, clock: Clock) -> GrowingIOPlatform:
    """The platform of a world."""
    return GrowingIOPlatform(world, clock)
