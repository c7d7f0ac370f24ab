"""Kuaishou's two servers: the samples' shapes, the contract's rules, and a world that is a business."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from sandbox_client import Running

from sandbox.world import World
from sandbox.world.kuaishou import KuaishouWorld
from sandbox.world.kuaishou_ads import KuaishouAdsWorld
from sandbox.world.time import date_of, day_of, instant_of, midnight

BASE = "/rest/openapi"
TODAY = date(2026, 3, 10)
YESTERDAY = TODAY - timedelta(days=1)


class Open:
    """A client of the open platform."""

    def __init__(self, box: Running, number: int = 0) -> None:
        self.box = box
        account = box.of("kuaishou")[number]
        self.root, self.given = account["base_url"], account["credentials"]
        box.client.post(f"{box.base}/_sandbox/consent")
        self.pair = self.token("access_token", code=self.given["auth_code"], grant_type="authorization_code")

    def token(self, path: str, **query: str) -> dict[str, Any]:
        app = {"app_id": self.given["app_id"], "app_secret": self.given["app_secret"]}
        return self.box.client.get(f"{self.root}/oauth2/{path}", params=app | query).json()

    def get(self, path: str, **query: str) -> dict[str, Any]:
        signed = {"app_id": self.given["app_id"], "access_token": self.pair["access_token"]} | query
        return self.box.client.get(f"{self.root}/openapi/{path}", params=signed).json()

    def photos(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while page := self.get("photo/list", count="20", **({"cursor": found[-1]["photo_id"]} if found else {}))[
            "video_list"
        ]:
            found += page
        return found


class Ads:
    """A client of the ads."""

    def __init__(self, box: Running, number: int = 0) -> None:
        self.box = box
        account = box.of("kuaishou_ads")[number]
        self.root, self.given, self.advertiser = account["base_url"], account["credentials"], int(account["account"])
        box.client.post(f"{box.base}/_sandbox/consent")
        self.pair = self.token("access_token", auth_code=self.given["auth_code"])["data"]

    def token(self, path: str, **body: str) -> dict[str, Any]:
        app = {"app_id": int(self.given["app_id"]), "secret": self.given["secret"]}
        return self.box.client.post(f"{self.root}{BASE}/oauth2/authorize/{path}", json=app | body).json()

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        headers = {"Access-Token": self.pair["access_token"]}
        given = {"advertiser_id": self.advertiser} | body
        return self.box.client.post(f"{self.root}{BASE}{path}", json=given, headers=headers).json()

    def report(self, name: str, first: date = YESTERDAY, last: date = YESTERDAY, **body: Any) -> dict[str, Any]:
        span = {"start_date": str(first), "end_date": str(last), "temporal_granularity": "DAILY", "page_size": 2000}
        return self.post(f"/v1/report/{name}_report", **span | body)

    def download(self, task: int) -> httpx.Response:
        query = {"advertiser_id": str(self.advertiser), "task_id": str(task)}
        headers = {"Access-Token": self.pair["access_token"]}
        return self.box.client.get(f"{self.root}{BASE}/v1/async_task/download", params=query, headers=headers)

    def ordered(self, name: str, first: date, last: date, view: int = 4) -> list[dict[str, str]]:
        params = {"start_date": str(first), "end_date": str(last), "view_type": view, "temporal_granularity": "DAILY"}
        task = self.post("/v1/async_task/create", task_name=name, task_params=params)["data"]["task_id"]
        for _ in range(4):
            shown = self.post("/v1/async_task/list", task_ids=[task])["data"]["details"][0]
            if shown["task_status"] == 2:
                break
            assert self.download(task).json()["code"] == 401000
        content = self.download(task).content
        assert len(content) == shown["file_size"] and content.startswith(b"\xef\xbb\xbf")
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def own(box: Running) -> Open:
    return Open(box)


@pytest.fixture
def ads(box: Running) -> Ads:
    return Ads(box)


def shape(value: Any) -> Any:
    """Names and kinds; a list by its first item, whole numbers and decimals alike."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def success(samples: Path, name: str) -> dict[str, Any]:
    return json.loads((samples / "kuaishou" / f"{name}.json").read_text("utf-8"))["success"]


# --- the open platform -------------------------------------------------------------------------------------------


def test_open_answers_have_the_samples_shape(own: Open, samples: Path) -> None:
    assert shape(own.pair) == shape(success(samples, "open_oauth2_access_token"))
    refreshed = own.token("refresh_token", refresh_token=own.pair["refresh_token"], grant_type="refresh_token")
    assert shape(refreshed) == shape(success(samples, "open_oauth2_refresh_token"))
    assert shape(own.get("user_info")) == shape(success(samples, "open_user_info"))
    listed = {"result": 1, "video_list": [p for p in own.photos() if not p["pending"]]}
    assert shape(listed) == shape(success(samples, "open_photo_list"))


def test_the_list_is_newest_first_and_ends_with_an_empty_page(own: Open) -> None:
    photos = own.photos()
    times = [photo["create_time"] for photo in photos]
    assert times == sorted(times, reverse=True) and len({p["photo_id"] for p in photos}) == len(photos) > 40
    assert own.get("photo/list", count="20", cursor=photos[-1]["photo_id"]) == {"result": 1, "video_list": []}


def test_accounts_have_their_own_consents(box: Running, own: Open) -> None:
    other = Open(box, 1)
    own.pair = own.token("access_token", code=own.given["auth_code"], grant_type="authorization_code")
    assert other.get("user_info")["user_info"]["fan"] != own.get("user_info")["user_info"]["fan"]
    assert {p["photo_id"] for p in own.photos()}.isdisjoint(p["photo_id"] for p in other.photos())


def test_a_new_refresh_token_ends_with_the_first(box: Running, own: Open) -> None:
    box.at("2026-03-20T10:00:00", elapse=True)
    once = own.token("refresh_token", refresh_token=own.pair["refresh_token"], grant_type="refresh_token")
    left = own.pair["refresh_token_expires_in"] - once["refresh_token_expires_in"]
    assert left == instant_of("2026-03-20T10:00:00") - instant_of("2026-03-10T11:45:00")
    assert own.get("user_info")["result"] == 100200108  # ten days old
    own.pair = once
    assert own.get("user_info")["result"] == 1


def test_refusals_of_the_open_platform(own: Open) -> None:
    given = own.pair["access_token"]
    own.pair = {"access_token": "nonsense"}
    assert own.get("user_info")["result"] == 100200102
    own.pair = {"access_token": given}
    assert own.get("user_info", app_id="another")["result"] == 100200101
    assert own.get("photo/list", count="0")["result"] == 100200100
    assert own.token("access_token", code="again", grant_type="authorization_code")["result"] == 100200105


# --- the ads -----------------------------------------------------------------------------------------------------


def test_ads_answers_have_the_samples_shape(ads: Ads, samples: Path) -> None:
    def data(name: str) -> Any:
        return shape(success(samples, f"ads_{name}")["data"]["details"][0])

    campaigns = ads.post("/gw/dsp/campaign/list", status=-2, page_size=100)["data"]["details"]
    units = ads.post("/gw/dsp/unit/list", status=-2, page_size=100)["data"]["details"]
    creatives = ads.post("/gw/dsp/creative/list", status=-2, campaign_id=campaigns[0]["campaign_id"])
    comments = ads.post("/v1/comment/list", page_size=100)["data"]["details"]
    rows = {
        "campaign_list": campaigns,
        "unit_list": units,
        "creative_list": creatives["data"]["details"],
        "creative_report": ads.report("creative", extend_info=["photo"])["data"]["details"],
        "audience_report": ads.report("audience", report_dims=["gender", "age"])["data"]["details"],
    }
    for name, found in rows.items():
        assert shape(found[0]) == data(name), name
    assert {**shape(comments[0]), "photo_tags": ["str"]} == data("comment_list")
    for name, answer in (("access_token", ads.pair), ("refresh_token", None)):
        answer = answer or ads.token("refresh_token", refresh_token=ads.pair["refresh_token"])["data"]
        assert shape(answer) == shape(success(samples, f"ads_oauth_{name}")["data"])


def test_reports_answer_seven_days_at_most(ads: Ads) -> None:
    week = TODAY - timedelta(days=6)
    assert ads.report("creative", week, YESTERDAY)["code"] == 0
    old = ads.report("creative", week - timedelta(days=1), YESTERDAY)
    assert (old["code"], "7 days" in old["message"]) == (401000, True)
    assert "photo_id" not in ads.report("creative")["data"]["details"][0]


def test_an_ordered_file_equals_the_answer_at_once(ads: Ads) -> None:
    first = TODAY - timedelta(days=6)
    at_once = ads.report("creative", first, YESTERDAY, extend_info=["photo"])["data"]["details"]
    ordered = ads.ordered("the last days", first, YESTERDAY)
    assert ordered == [{name: str(value) for name, value in row.items()} for row in at_once]
    assert len(ads.ordered("older days", first - timedelta(days=60), first, view=1)) == 61


def test_creatives_add_up_to_the_account(ads: Ads) -> None:
    first = TODAY - timedelta(days=6)
    rows = ads.report("creative", first, YESTERDAY)["data"]["details"]
    for whole in ads.report("account", first, YESTERDAY)["data"]["details"]:
        day = [row for row in rows if row["stat_date"] == whole["stat_date"]]
        for name in ("show", "aclick", "bclick", "like", "form_count", "event_order_paid", "played_num"):
            assert sum(row[name] for row in day) == whole[name], name
        assert round(sum(row["charge"] for row in day), 2) == whole["charge"]


def test_orders_have_rules(ads: Ads) -> None:
    params = {"start_date": "2026-01-01", "end_date": "2026-01-31", "view_type": 4}
    assert ads.post("/v1/async_task/create", task_name="once", task_params=params)["code"] == 0
    refused = [
        {"task_name": "once", "task_params": params},
        {"task_name": "x" * 51, "task_params": params},
        {"task_name": "view", "task_params": {**params, "view_type": 5}},
        {"task_name": "order", "task_params": {**params, "end_date": "2025-12-31"}},
        {"task_name": "old", "task_params": {**params, "start_date": "2025-06-01"}},
    ]
    assert {ads.post("/v1/async_task/create", **body)["code"] for body in refused} == {401000}


def test_refusals_of_the_ads(box: Running, ads: Ads) -> None:
    assert ads.post("/gw/dsp/creative/list")["message"] == "campaign_id: required"
    assert ads.post("/gw/dsp/campaign/list", advertiser_id=1)["code"] == 402009
    assert ads.post("/v1/comment/list", post_time_start=1)["code"] == 401000
    old = ads.pair["access_token"]
    ads.pair = ads.token("refresh_token", refresh_token=ads.pair["refresh_token"])["data"]
    assert ads.post("/gw/dsp/campaign/list")["code"] == 0
    ads.pair = {"access_token": old}
    assert ads.post("/gw/dsp/campaign/list")["code"] == 402000  # a refresh kills both


def test_deleted_units_are_listed_when_asked_for(box: Running, ads: Ads) -> None:
    box.at("2026-11-20T10:00:00")
    ads = Ads(box)
    every = ads.post("/gw/dsp/unit/list", status=-2, page_size=500)["data"]["details"]
    kept = ads.post("/gw/dsp/unit/list", page_size=500)["data"]["details"]
    assert {u["put_status"] for u in every} == {1, 2, 3} and {u["put_status"] for u in kept} == {1, 2}


def test_faults_reach_the_rows_of_a_file(box: Running, ads: Ads) -> None:
    first = TODAY - timedelta(days=20)
    plain = ads.ordered("plain", first, first + timedelta(days=3))
    fault = {"source": "kuaishou_ads", "path": "async_task/download", "kind": "off_by_one", "field": "aclick"}
    box.plant({**fault, "day": str(first + timedelta(days=1))})
    spoiled = ads.ordered("spoiled", first, first + timedelta(days=3))
    other = [(a, b) for a, b in zip(plain, spoiled, strict=True) if a != b]
    assert len(other) == 1 and int(other[0][1]["aclick"]) == int(other[0][0]["aclick"]) + 1


# --- the world ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 23, 404])
def test_the_accounts_are_a_business(seed: int) -> None:
    world = World(seed, 1).part(KuaishouWorld)
    last = day_of(date(2026, 8, 31))
    world.ensure(last)
    for events in world.accounts:
        total = np.zeros(len(events.photos), np.int64)
        for chunk in events.counts:
            np.add.at(total, chunk["photo"], chunk["views"])
        assert len(total) > 60 and (total >= 0).all()
        best = np.sort(total)[::-1]
        assert 0.35 < best[: len(best) // 10].sum() / total.sum() < 0.9  # a tenth draws much of it
        falls = [c for c in events.counts if (c["views"] < 0).any()]
        assert falls and {p.deleted_at is None for p in events.photos} == {True, False}
        assert len({p.photo_id for p in events.photos}) == len(events.photos)
        for day, chunk in enumerate(events.counts):
            assert ((chunk["known_at"] > midnight(day)) & (chunk["known_at"] <= midnight(day + 1))).all()
        gained = np.array([int(c["gained"].sum() - c["lost"].sum()) for c in events.fans])
        weekend = np.array([date_of(day).weekday() >= 5 for day in range(len(gained))])
        assert gained[~weekend].mean() > gained[weekend].mean() and (gained < 0).any()


@pytest.mark.parametrize("seed", [1, 23])
def test_a_day_does_not_depend_on_the_horizon(seed: int) -> None:
    near, far = World(seed, 1), World(seed, 1)
    near.ensure(40)
    far.ensure(60)
    for kind in (KuaishouWorld, KuaishouAdsWorld):
        a, b = near.part(kind).tables(0, 40), far.part(kind).tables(0, 40)  # type: ignore[type-abstract]
        for name in ("ko_counts", "ko_fans", "ks_audience", "ks_delivery"):
            if name in a:
                days = b[name].column("day").to_numpy() <= 40
                assert a[name].equals(b[name].filter(days)), name


@pytest.mark.parametrize("seed", [1, 23])
def test_the_ads_are_a_business(seed: int) -> None:
    world = World(seed, 1).part(KuaishouAdsWorld)
    world.ensure(200)
    for events in world.accounts:
        assert min(events.spend) >= 0 and np.mean(events.spend) > 20_000
        ids = [unit.id for level in ("campaign", "ad_group", "ad") for unit in events.units(level)]
        assert len(set(ids)) == len(ids)
        photos = [ad.traits["photo_id"] for ad in events.ads]
        assert len(set(photos)) == len(photos)
    comments = [c for days in world.comments.values() for day in days for c in day]
    assert max(c.comment_id for c in comments) > 2**53 and any(c.root_comment_id for c in comments)
    assert any(c.planted for c in comments) and any(c.vanish_at for c in comments)
    values = {planted.value for planted in world.planted(0, 200)}
    assert all(str(c.author_id) in values and c.nickname in values for c in comments)
