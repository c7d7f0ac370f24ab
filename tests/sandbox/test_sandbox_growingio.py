"""GrowingIO's server: signing in, statuses by the clock, files with the samples' columns and the shop's visits."""

from __future__ import annotations

import csv
import gzip
import hashlib
import hmac
import io
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from sandbox_client import Running

from extract.columns import read_csv
from sandbox.platforms.growingio.numbers import COLUMNS
from sandbox.world import World
from sandbox.world.shop import ShopWorld
from sandbox.world.time import instant_of

NOW = "2026-03-10T11:45:00"


@pytest.fixture
def asked(box: Running) -> dict[str, str]:
    """The headers of a call that has signed in."""
    own = next(a for a in box.accounts if a["source"] == "growingio")
    given = own["credentials"]
    stamp = str(instant_of(NOW) * 1000)
    text = f"POST\n/auth/token\nproject={given['project']}&ai={given['ai']}&tm={stamp}"
    signed = hmac.new(given["private_key"].encode(), text.encode(), hashlib.sha256).hexdigest()
    head = {"X-Client-Id": given["client_id"]}
    form = {"project": given["project"], "ai": given["ai"], "tm": stamp, "auth": signed}
    answer = httpx.post(f"{own['base_url']}/auth/token", data=form, headers=head)
    assert answer.json()["status"] == "success"
    wrong = httpx.post(f"{own['base_url']}/auth/token", data={**form, "auth": "0"}, headers=head)
    assert (wrong.status_code, wrong.json()) == (401, {"status": "failed", "code": ""})
    return {"url": own["base_url"], "ai": given["ai"], "Authorization": answer.json()["code"], **head}


def export(asked: dict[str, str], kind: str, stamp: str) -> httpx.Response:
    address = f"{asked['url']}/v2/insights/day/{kind}/{asked['ai']}/{stamp}0000.json"
    return httpx.get(address, params={"expire": "60"}, headers=asked)


def finished(asked: dict[str, str], kind: str, stamp: str) -> httpx.Response:
    """The answer once the world has the day."""
    for _ in range(600):
        answer = export(asked, kind, stamp)
        if answer.json().get("status") != "RUNNING":
            break
        time.sleep(0.1)
    return answer


def files(asked: dict[str, str], kind: str, stamp: str) -> list[dict[str, str]]:
    links = finished(asked, kind, stamp).json()["downloadLinks"]
    rows = []
    for link in links:
        content = gzip.decompress(httpx.get(link).content)
        table = read_csv(content, "w")
        assert table.column_names == COLUMNS[kind].split()
        rows += table.to_pylist()
    return rows


def test_statuses_follow_the_clock(asked: dict[str, str]) -> None:
    today, yesterday = "20260310", "20260309"
    assert export(asked, "visit", today).json() == {"status": "NOT_EXISTS", "downloadLinks": []}
    assert export(asked, "visit", yesterday).json()["status"] == "RUNNING"
    assert finished(asked, "visit", yesterday).json()["status"] == "FINISHED"
    assert finished(asked, "page", "20260228").json()["status"] == "FINISHED"
    assert export(asked, "page", "20260201").json()["status"] == "NOT_EXISTS", "kept for 15 days"
    assert export({**asked, "Authorization": "other"}, "page", yesterday).status_code == 401
    assert urlsplit(export(asked, "visit", yesterday).json()["downloadLinks"][0]).path.endswith(".csv.gz")


@pytest.mark.parametrize("kind", COLUMNS)
def test_columns_are_those_of_the_samples(kind: str, samples: Path) -> None:
    first = next(csv.reader(io.StringIO((samples / "growingio" / f"{kind}.csv").read_text("utf-8"))))
    assert COLUMNS[kind].split() == first


def test_the_files_hold_the_visits_of_the_day(asked: dict[str, str]) -> None:
    shop = World(7).part(ShopWorld)
    day = 128  # 2026-03-09
    shop.ensure(day)
    visits = files(asked, "visit", "20260307")
    made = shop.by_day[day - 2]
    assert len(visits) == len(made.visits["at"])
    assert [int(row["time"]) // 1000 for row in visits] == sorted(made.visits["at"].tolist())
    assert len({row["vstRequestId"] for row in visits}) == len(visits)
    pages = files(asked, "page", "20260307")
    assert len(pages) > 2 * len(visits) and len({row["pageRequestId"] for row in pages}) == len(pages)
    orders = files(asked, "custom_event", "20260307")
    web = [order for order in made.orders if not order.store]
    assert abs(len(orders) - len(web)) <= 2 and {row["eventName"] for row in orders} == {"order_submit"}
    assert any("mobile=1" in row["queryParameters"] for row in visits), "sites put what they like into addresses"
