"""Tencent Ads and WeChat lives as served: the samples' shapes, signing, consent, paging, the truth's sums."""

from __future__ import annotations

import json
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sandbox_client import Running, start
from test_sandbox_contract import check, error_body

from sandbox.truth import truth
from sandbox.world import World
from sandbox.world.tencent_ads import TencentWorld
from sandbox.world.time import date_of, day_at, instant_of, midnight
from sandbox.world.wechat import WeChatWorld

FIELDS = [
    "date", "account_id", "adgroup_id", "dynamic_creative_id", "view_count", "view_user_count", "valid_click_count",
    "ctr", "cpc", "cost", "thousand_display_price", "conversions_count", "conversions_rate", "conversions_cost",
    "deep_conversions_count", "video_outer_play_count", "video_outer_play100_count", "video_outer_play_time_avg_rate",
    "read_count", "comment_count", "praise_count", "forward_count",
]  # fmt: skip
LIVES = "/channels/finderlive/get_finder_live_data_list"
FIRST, LAST, AS_OF = date(2026, 2, 1), date(2026, 3, 9), "2026-03-10T11:45:00"


class Tencent:
    """Calls of one consent; `token` is the newest access token."""

    def __init__(self, box: Running) -> None:
        self.box = box
        self.accounts = box.of("tencent_ads")
        self.root, self.credentials = self.accounts[0]["base_url"], self.accounts[0]["credentials"]
        box.client.post(f"{box.base}/_sandbox/consent")
        self.pair = self.exchange()["data"]

    def oauth(self, path: str, **query: str) -> Any:
        app = {name: self.credentials[name] for name in ("client_id", "client_secret")}
        return self.box.client.get(f"{self.root}/oauth/{path}", params=app | query).json()

    def exchange(self) -> Any:
        code = {"grant_type": "authorization_code", "authorization_code": self.credentials["auth_code"]}
        return self.oauth("token", **code, redirect_uri=self.credentials["redirect_uri"])

    def refresh(self) -> Any:
        return self.oauth("refresh_token", refresh_token=self.pair["refresh_token"])

    def raw(self, path: str, **query: Any) -> Any:
        texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in query.items() if v is not None}
        return self.box.client.get(f"{self.root}/v3.0/{path}", params=texts).json()

    def get(self, path: str, number: int = 0, **query: Any) -> Any:
        signed = {"timestamp": str(int(time.time())), "nonce": uuid.uuid4().hex}
        account = {"account_id": self.accounts[number]["account"], "access_token": self.pair["access_token"]}
        return self.raw(path, **(signed | account | query))

    def report(self, number: int = 0, **query: Any) -> list[dict[str, Any]]:
        asked = {
            "level": "REPORT_LEVEL_DYNAMIC_CREATIVE",
            "date_range": {"start_date": str(FIRST), "end_date": str(LAST)},
            "group_by": ["date", "adgroup_id", "dynamic_creative_id"],
            "fields": FIELDS,
            "page_size": "2000",
        }
        answer = self.get("daily_reports/get", number, **(asked | query))
        assert answer["code"] == 0, answer
        rows: list[dict[str, Any]] = answer["data"]["list"]
        assert len(rows) == answer["data"]["page_info"]["total_number"]
        return rows

    def by_cursor(self, path: str, number: int = 0, **query: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        cursor = None
        while cursor != "":
            mode = {"pagination_mode": "PAGINATION_MODE_CURSOR", "page_size": "7", "cursor": cursor}
            data = self.get(path, number, **(mode | query))["data"]
            rows += data["list"]
            cursor = data["cursor_page_info"]["next_cursor"]
            assert len(cursor) <= 10
        return rows


@pytest.fixture
def tx(box: Running) -> Tencent:
    return Tencent(box)


@pytest.fixture(scope="module", params=[7, 23])
def month(request: pytest.FixtureRequest) -> Iterator[tuple[Running, Any]]:
    running = start(request.param, 1, AS_OF)
    yield running, truth(running.world, FIRST, LAST, instant_of(AS_OF))
    running.server.should_exit = True


def test_answers_have_the_samples_fields(tx: Tencent, samples: Path) -> None:
    folder = samples / "tencent_ads"
    check(tx.refresh(), folder, "oauth_refresh_token")
    tx.box.client.post(f"{tx.box.base}/_sandbox/consent")
    exchanged = tx.exchange()
    check(exchanged, folder, "oauth_token")
    tx.pair = exchanged["data"]
    for name in ("advertiser", "adgroups", "dynamic_creatives"):
        sample = json.loads((folder / f"{name}_get.json").read_text())
        fields = list(sample["success"]["data"]["list"][0])
        mode = sample["request"]["query"]["pagination_mode"]
        answer = tx.get(f"{name}/get", fields=fields, pagination_mode=mode, page_size="100")
        assert answer["data"]["list"]
        check(answer, folder, f"{name}_get")
    normal = tx.get("adgroups/get", fields=fields[:2], page_size="10")
    assert set(normal["data"]) == {"list", "page_info"}
    one = {"start_date": str(LAST), "end_date": str(LAST)}
    answer = tx.get(
        "daily_reports/get",
        level="REPORT_LEVEL_DYNAMIC_CREATIVE",
        date_range=one,
        group_by=["date", "adgroup_id", "dynamic_creative_id"],
        fields=FIELDS,
    )
    assert answer["data"]["list"] and answer["data"]["page_info"]["page_size"] == 10
    check(answer, folder, "daily_reports_get")
    assert set(error_body(folder, "daily_reports_get", 11000)) == set(tx.raw("advertiser/get"))


def test_every_call_is_signed_and_no_nonce_works_twice(tx: Tencent) -> None:
    asked = {"fields": ["account_id"], "pagination_mode": "PAGINATION_MODE_NORMAL", "page_size": "10"}
    assert tx.get("advertiser/get", **asked)["code"] == 0
    assert tx.get("advertiser/get", nonce="once", **asked)["code"] == 0
    for wrong in (
        {"nonce": "once"},
        {"nonce": "x" * 33},
        {"nonce": None},
        {"timestamp": str(int(time.time()) - 301)},
        {"timestamp": None},
    ):
        assert tx.get("advertiser/get", **asked, **wrong)["code"] == 12000, wrong
    assert tx.get("advertiser/get", access_token="x", **asked)["code"] == 11002
    assert tx.get("advertiser/get", account_id="1", **asked)["code"] == 11014


def test_a_refresh_kills_both_old_tokens(tx: Tencent) -> None:
    asked = {"fields": ["account_id"], "pagination_mode": "PAGINATION_MODE_NORMAL", "page_size": "10"}
    old = tx.pair
    assert tx.exchange()["code"] == 11013
    tx.pair = tx.refresh()["data"]
    assert tx.get("advertiser/get", **asked)["code"] == 0
    assert tx.get("advertiser/get", access_token=old["access_token"], **asked)["code"] == 11002
    assert tx.oauth("refresh_token", refresh_token=old["refresh_token"])["code"] == 11012
    older = tx.oauth("token", grant_type="refresh_token", refresh_token=tx.pair["refresh_token"])
    assert older["code"] == 0 and older["data"]["refresh_token"] != tx.pair["refresh_token"]
    tx.pair = older["data"]
    tx.box.at("2026-03-11T12:00:00", elapse=True)
    assert tx.get("advertiser/get", **asked)["code"] == 11000


def test_a_cursor_gives_what_the_pages_give_and_deleted_ones_apart(tx: Tencent) -> None:
    tx.box.at("2026-11-20T10:00:00")
    tx = Tencent(tx.box)
    fields = ["dynamic_creative_id", "is_deleted", "last_modified_time"]
    for number in (0, 1):
        everything = tx.by_cursor("dynamic_creatives/get", number, fields=fields)
        numbered = []
        for page in range(1, 3):
            found = tx.get("dynamic_creatives/get", number, fields=fields, page=str(page), page_size="100")
            numbered += found["data"]["list"]
        assert everything == numbered and len(everything) > 20
        parts = [
            tx.by_cursor("dynamic_creatives/get", number, fields=fields, is_deleted=flag) for flag in ("true", "false")
        ]
        assert [{row["is_deleted"] for row in part} for part in parts] == [{True}, {False}]
        assert sorted(map(str, parts[0] + parts[1])) == sorted(map(str, everything))


@pytest.mark.parametrize(
    "wrong",
    [
        {"group_by": None},
        {"fields": None},
        {"fields": ["cost", "campaign_id"]},
        {"group_by": ["date", "site_set"]},
        {"level": "REPORT_LEVEL_CAMPAIGN"},
        {"page_size": "2001"},
        {"time_line": "YESTERDAY"},
        {"date_range": {"start_date": "2026-01-01", "end_date": "2026-04-01"}},
        {"date_range": {"start_date": "2025-03-01", "end_date": "2025-03-02"}},
        {"date_range": {"start_date": "2026-03-02", "end_date": "2026-03-01"}},
    ],
)
def test_a_report_that_asks_wrongly_is_refused(tx: Tencent, wrong: dict[str, Any]) -> None:
    asked = {
        "level": "REPORT_LEVEL_DYNAMIC_CREATIVE",
        "date_range": {"start_date": "2026-03-01", "end_date": "2026-03-02"},
        "group_by": ["date"],
        "fields": ["date", "cost"],
    }
    assert tx.get("daily_reports/get", **asked)["code"] == 0
    assert tx.get("daily_reports/get", **(asked | wrong))["code"] not in (0, 12000)


def test_the_account_is_the_sum_of_its_ads_but_for_people(tx: Tencent) -> None:
    rows = tx.report()
    totals = {r["date"]: r for r in tx.report(level="REPORT_LEVEL_ADVERTISER", group_by=["date"])}
    for name in ("cost", "view_count", "valid_click_count", "conversions_count", "praise_count", "forward_count"):
        sums: Counter[str] = Counter()
        for row in rows:
            sums[row["date"]] += row[name]
        assert {day: total[name] for day, total in totals.items()} == sums
    assert all(row["view_user_count"] <= row["view_count"] for row in rows)


def test_reports_equal_the_truth_on_both_time_lines(month: tuple[Running, Any]) -> None:
    box, true = month
    tx = Tencent(box)
    served: Counter[tuple[Any, ...]] = Counter()
    for number, account in enumerate(tx.accounts):
        booked = {
            (r["date"], r["dynamic_creative_id"]): (r["conversions_count"], r["deep_conversions_count"])
            for r in tx.report(number, time_line="REPORTING_TIME")
        }
        for r in tx.report(number):
            ids = (account["account"], str(r["adgroup_id"]), str(r["dynamic_creative_id"]), r["date"])
            counts = [r[n] for n in ("view_count", "valid_click_count", "conversions_count", "deep_conversions_count")]
            more = [r[n] for n in ("video_outer_play_count", "praise_count", "comment_count", "forward_count")]
            own = booked[r["date"], r["dynamic_creative_id"]]
            served[(*ids, Decimal(r["cost"]) / 100, *counts, *more, *own)] += 1
    expected = true.execute(
        "select account_id, ad_group_id, ad_id, metric_date::varchar, spend_amount, impressions, clicks,"
        " attributed_conversions, attributed_deep_conversions, video_plays, likes, comments, shares, conversions,"
        " deep_conversions from ad_daily where source = 'tencent_ads'"
    ).fetchall()
    assert served == Counter(expected) and len(expected) > 300
    assert any(row[7] != row[13] for row in expected)  # the two time lines tell different days


def test_listings_equal_the_truth(month: tuple[Running, Any]) -> None:
    box, true = month
    tx = Tencent(box)
    groups: Counter[tuple[Any, ...]] = Counter()
    ads: Counter[tuple[Any, ...]] = Counter()
    for number, account in enumerate(tx.accounts):
        fields = ["adgroup_id", "adgroup_name", "system_status", "daily_budget", "last_modified_time", "is_deleted"]
        for g in tx.by_cursor("adgroups/get", number, fields=fields):
            state = (g["adgroup_name"], g["system_status"], Decimal(g["daily_budget"]) / 100, not g["is_deleted"])
            groups[(account["account"], str(g["adgroup_id"]), *state)] += 1
        fields = ["dynamic_creative_id", "adgroup_id", "dynamic_creative_name", "configured_status", "is_deleted"]
        for a in tx.by_cursor("dynamic_creatives/get", number, fields=fields):
            state = (a["dynamic_creative_name"], a["configured_status"], not a["is_deleted"])
            ads[(account["account"], str(a["dynamic_creative_id"]), str(a["adgroup_id"]), *state)] += 1
    current = "is_current and source = 'tencent_ads'"
    query = (
        f"select account_id, ad_group_id, ad_group_name, status, budget_amount, is_listed from ad_group where {current}"
    )
    assert groups == Counter(true.execute(query).fetchall()) and groups
    query = f"select account_id, ad_id, ad_group_id, ad_name, status, is_listed from ad where {current}"
    assert ads == Counter(true.execute(query).fetchall()) and ads


def test_ids_are_unique_and_both_accounts_spend(month: tuple[Running, Any]) -> None:
    _, true = month
    spend = true.execute(
        "select account_id, sum(spend_amount), count(distinct ad_id) from ad_daily where source = 'tencent_ads'"
        " group by all"
    ).fetchall()
    assert len(spend) == 2 and all(amount > 20_000 and ads >= 10 for _, amount, ads in spend)
    twice = true.execute("select ad_id from ad where is_current group by source, ad_id having count(*) > 1").fetchall()
    assert not twice


# --- Channels lives ---------------------------------------------------------------------------------------------


def lives(box: Running, number: int, first: int, last: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    buffer, more = "", True
    while more:
        answer = box.wx(LIVES, number=number, start_time=first, end_time=last, last_buffer=buffer)
        assert answer["errcode"] == 0, answer
        found += answer["item"]
        buffer, more = answer["last_buffer"], answer["continue_flag"]
    return found


def test_lives_have_the_samples_fields_and_end_inside_the_span(month: tuple[Running, Any], samples: Path) -> None:
    box, _ = month
    answer = box.wx(LIVES, number=0, start_time=instant_of("2026-02-01"), end_time=instant_of(AS_OF), last_buffer="")
    check(answer, samples / "wechat", "channels_finderlive_get_finder_live_data_list")
    found = lives(box, 0, instant_of("2026-02-01"), instant_of(AS_OF))
    assert len(found) >= 4
    late = found[-1]
    ended = late["live_start_time"] + late["live_duration_in_seconds"]
    assert late in lives(box, 0, ended, ended) and late not in lives(box, 0, late["live_start_time"], ended - 1)
    assert box.wx(LIVES, number=0)["errcode"] == 0  # every field may be left out
    assert box.wx(LIVES, number=0, start_time=2, end_time=1)["errcode"] == 40097
    assert box.wx(LIVES, number=0, last_buffer="else")["errcode"] == 40097


def test_a_live_is_not_shown_before_it_ended(month: tuple[Running, Any]) -> None:
    box, _ = month
    found = lives(box, 0, instant_of("2026-02-01"), instant_of(AS_OF))
    ended = found[-1]["live_start_time"] + found[-1]["live_duration_in_seconds"]
    for moment, count in ((ended - 1, 0), (ended, 1)):
        box.at(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment)))
        assert len(lives(box, 0, ended - 60, ended + 60)) == count
    box.at(AS_OF)


def test_lives_equal_the_truth(month: tuple[Running, Any]) -> None:
    box, true = month
    span = (instant_of(str(FIRST)), instant_of(str(LAST + timedelta(days=1))) - 1)
    served: Counter[tuple[Any, ...]] = Counter()
    for number, account in enumerate(box.of("wechat")):
        for item in lives(box, number, *span):
            counts = [item[n] for n in ("total_audience_count", "max_online_count", "audiences_avg_seconds")]
            more = [item[n] for n in ("total_cheer_count", "total_comment_count", "forward_count", "new_follow_count")]
            served[(account["account"], item["export_id"], item["live_duration_in_seconds"], *counts, *more)] += 1
    expected = true.execute(
        "select account_id, live_id, duration_seconds, viewers, peak_viewers, average_view_seconds, likes, comments,"
        " shares, new_follows from live_session"
    ).fetchall()
    assert served == Counter(expected) and len(expected) >= 6


@pytest.mark.parametrize("seed", [7, 11, 2024])
def test_a_year_of_lives_and_ads_is_a_business(seed: int) -> None:
    world = World(seed)
    wechat, tencent = world.part(WeChatWorld), world.part(TencentWorld)
    wechat.ensure(364)
    tencent.ensure(364)
    for events in wechat.lives:
        viewers = sorted(int(chunk["viewers"][0]) for chunk in events.counts if len(chunk["viewers"]))
        assert 35 <= len(events.lives) <= 140
        assert viewers[-1] > 2.5 * viewers[len(viewers) // 2] and viewers[0] >= 12
        assert all(live.ended_at > live.started_at and live.peak > 0 for live in events.lives)
        assert any(int(chunk["viewers"].min(initial=0)) < 0 for chunk in events.counts)  # counted anew
    assert any(live.ended_at >= midnight(day_at(live.started_at) + 1) for e in wechat.lives for live in e.lives)
    spend = Counter[int]()
    for events in tencent.accounts:
        for day, amount in enumerate(events.spend):
            spend[date_of(day).weekday()] += amount
    assert max(spend, key=lambda day: spend[day]) in (4, 5, 6) and min(spend, key=lambda day: spend[day]) in (0, 1, 2)
