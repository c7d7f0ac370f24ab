"""Weibo ads: consent, paging at two places, reports that must add up; against a stub."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from test_contract import numbers_as_text, scrubbed

from extract.model import Account, AccountReport, ExtractContext, ResourceReport
from extract.oauth import Grant
from extract.run import extract_account, plan_account
from extract.sources import sources
from extract.weibo_ads.client import PLATFORM, _grant
from tests.extract.conftest import DAY, Ask, Stub, at, records, sample

ADVERTISER = "9990001112"
REPORT = "/v3/report/effect/get_creative_data"


class Ads:
    """An advertiser with `count` rows in every listing; `over` replaces the answer of a path."""

    def __init__(self, stub: Stub, **over: Any) -> None:
        self.over = over
        self.count = 3
        self.tokens = 0
        stub.reply = self.reply
        credentials = {"client_id": "1000000001", "redirect_uri": "https://x.example.com/cb", "auth_code": "CODE-ONE"}
        self.account = Account("weibo_ads", ADVERTISER, "n", "weibo_ads", stub.url, credentials)

    def reply(self, ask: Ask) -> Any:
        name = ask.path.rpartition("/")[2]
        if name in self.over:
            answer = self.over[name]
            return answer(ask) if callable(answer) else answer
        if name in ("token", "refresh_token"):
            self.tokens += 1
            pair = {
                "access_token": f"ACCESS-TOKEN-{self.tokens}",
                "refresh_token": f"REFRESH-TOKEN-{self.tokens}",
                "expires_in": 86400,
                "refresh_expires_in": 2592000,
            }
            return pair if name == "token" else ok({"data": pair})
        if name == "get_creative_data":
            return self.report(ask)
        page, size = int(ask.query["page"]), int(ask.query["page_size"])
        shown = [{"id": n} for n in range(self.count)][(page - 1) * size : page * size]
        paging = {"total": self.count, "page_total": -(-self.count // size), "page": page, "page_size": size}
        body = {"list": [] if "is_recycled" in ask.query else shown, **paging}
        if "is_recycled" in ask.query:
            body |= {"total": 0, "page_total": 0}
        return ok({"data": body}) if name == "creatives" else ok(body)

    def report(self, ask: Ask, rows: int = 2, short: int = 0) -> Any:
        day = ask.query["start_date"]
        shown = [{"creative_id": n, "date": day, "consume": 1.25, "pv": 10} for n in range(rows)]
        total = {"consume": float(Decimal("1.25") * rows), "pv": 10 * rows}
        return ok(
            {"data": {"list": shown[: rows - short], "sum": total, "page": 1, "pages": 1, "total_num": rows - short}}
        )


def ok(body: dict[str, Any]) -> dict[str, Any]:
    return {"trace_id": "TRACE-1", "code": 0, "message": "success", **body}


def resource(report: AccountReport, name: str) -> ResourceReport:
    return next(item for item in report.resources if item.resource == name)


def test_a_day_lands_with_paging_at_both_places(stub: Stub, own_tokens: ExtractContext) -> None:
    ads = Ads(stub)
    ads.count = 45
    assert [w.resource for w in plan_account(ads.account, DAY, DAY, own_tokens)].count("report_creative") == 8
    report = extract_account(ads.account, DAY, DAY, own_tokens)
    assert report.ok, report.message()
    landed = {item.resource: item.landed for item in report.resources}
    assert landed == {"campaign": 45, "ad": 45, "creative": 45, "report_creative": 16, "report_creative_sum": 8}
    again = extract_account(ads.account, DAY, DAY, own_tokens)
    assert again.ok and all(item.landed == 0 for item in again.resources)


def test_the_report_asks_for_the_metrics_of_the_contract(stub: Stub, own_tokens: ExtractContext) -> None:
    extract_account(Ads(stub).account, DAY, DAY, own_tokens)
    ask = next(a for a in stub.calls if a.path == REPORT)
    asked = parse_qs(urlsplit(ask.address).query)
    assert asked["fields"][:3] == ["pv", "consume", "ecpm"] and "bhv_71000003" in asked["fields"]
    assert (asked["start_date"], asked["end_date"], asked["group_by"]) == ([str(DAY)], [str(DAY)], ["date"])
    assert asked["advertiser_id"] == [ADVERTISER] and asked["page_size"] == ["200"]
    assert ask.headers["authorization"] == "Bearer ACCESS-TOKEN-1"


def test_tokens_are_refreshed_and_the_code_is_used_once(stub: Stub, own_tokens: ExtractContext) -> None:
    ads = Ads(stub)
    extract_account(ads.account, DAY, DAY, own_tokens)
    later = DAY + timedelta(days=2)
    assert extract_account(ads.account, later, later, replace(own_tokens, now=at(later))).ok
    calls = [(a.method, a.path) for a in stub.calls if "token" in a.path]
    assert calls == [("GET", "/oauth/token"), ("POST", "/oauth/refresh_token")]
    refresh = next(a for a in stub.calls if a.path == "/oauth/refresh_token")
    assert refresh.body == {"client_id": 1000000001, "refresh_token": "REFRESH-TOKEN-1"}
    first = next(a for a in stub.calls if a.path == "/oauth/token")
    assert first.query["grant_type"] == "authorization_code" and first.query["code"] == "CODE-ONE"


def test_a_report_row_says_the_ad_and_the_campaign_of_its_creative(stub: Stub, own_tokens: ExtractContext) -> None:
    ads = Ads(stub)
    listed = [{"id": 0, "ad": {"id": 7, "campaign_id": 5}, "campaign": {"id": 5}}, {"id": 1, "ad": {"id": 8}}]
    ads.over["creatives"] = ok({"data": {"list": listed, "total": 2, "page_total": 1}})
    extract_account(ads.account, DAY, DAY, own_tokens)
    ids = ("creative_id", "ad_id", "campaign_id")
    rows = records(own_tokens.landing, "weibo_ads", ADVERTISER, "report_creative")
    assert {tuple(row.get(name) for name in ids) for row in rows} == {("0", "7", "5"), ("1", "8", None)}
    ads.over["creatives"] = {"trace_id": "T", "code": 40301, "message": "no"}
    later = DAY + timedelta(days=1)
    extract_account(ads.account, later, later, replace(own_tokens, now=at(later)))
    rows = records(own_tokens.landing, "weibo_ads", ADVERTISER, "report_creative")
    assert len(rows) == 18, "known from an earlier listing: seven of eight days land nothing new"


@pytest.mark.parametrize("short", [0, 1])
def test_rows_must_add_up_to_the_sum(stub: Stub, own_tokens: ExtractContext, short: int) -> None:
    ads = Ads(stub)
    ads.over["get_creative_data"] = lambda ask: ads.report(
        ask, short=short if ask.query["start_date"] == str(DAY) else 0
    )
    report = extract_account(ads.account, DAY, DAY, own_tokens)
    gaps = [(g.resource, g.reason, str(g.window)) for g in report.gaps]
    assert gaps == ([("report_creative", "bad_payload", str(DAY))] if short else [])
    if short:
        assert "consume 1.25, sum says 2.5" in report.gaps[0].message
        assert sum(1 for a in stub.calls if a.query.get("start_date") == str(DAY)) == 2, "asked once more"


def test_money_that_binary_floats_cannot_hold_adds_up(stub: Stub, own_tokens: ExtractContext) -> None:
    def cents(ask: Ask) -> Any:
        day = ask.query["start_date"]
        rows = [{"creative_id": n, "date": day, "consume": 0.1, "pv": 1} for n in range(3)]
        return ok({"data": {"list": rows, "sum": {"consume": 0.3, "pv": 3}, "pages": 1, "total_num": 3}})

    assert extract_account(Ads(stub, get_creative_data=cents).account, DAY, DAY, own_tokens).ok


def test_a_day_without_delivery_is_covered(stub: Stub, own_tokens: ExtractContext) -> None:
    """Counts that are 0 may be left out, and so may metrics."""
    empty = ok({"data": {"list": [], "sum": {}, "page": 1, "page_size": 200}})
    report = extract_account(Ads(stub, get_creative_data=empty).account, DAY, DAY, own_tokens)
    assert report.ok and resource(report, "report_creative").covered == 8


def test_deleted_campaigns_are_asked_for(stub: Stub, own_tokens: ExtractContext) -> None:
    def campaigns(ask: Ask) -> Any:
        shown = [{"id": 2, "is_recycled": 1}] if ask.query.get("is_recycled") else [{"id": 1, "is_recycled": 0}]
        return ok({"list": shown, "total": 1, "page_total": 1})

    report = extract_account(Ads(stub, campaigns=campaigns).account, DAY, DAY, own_tokens)
    assert report.ok
    assert {r["id"] for r in records(own_tokens.landing, "weibo_ads", ADVERTISER, "campaign")} == {"1", "2"}


@pytest.mark.parametrize(
    ("code", "reason", "resources"),
    [(42901, "rate", 1), (40301, "permission", 1), (40001, "bad_payload", 1), (77777, "unknown_code", 1)],
)
def test_error_codes(stub: Stub, own_tokens: ExtractContext, code: int, reason: str, resources: int) -> None:
    body = {"trace_id": "TRACE-9", "code": code, "message": "some words"}
    report = extract_account(Ads(stub, ads=body).account, DAY, DAY, own_tokens)
    assert {g.reason for g in report.gaps} == {reason} and len({g.resource for g in report.gaps}) == resources
    assert report.gaps[0].request_id == "TRACE-9" and report.gaps[0].code == str(code)


def test_a_connection_can_name_the_real_codes(stub: Stub, own_tokens: ExtractContext) -> None:
    """No official list was read: the first real account tells, and a setting takes it."""
    ads = Ads(stub)
    expired = {"trace_id": "T", "code": 10086, "message": "token gone"}
    real = ads.reply
    stub.reply = lambda ask: expired if ask.headers.get("authorization") == "Bearer ACCESS-TOKEN-1" else real(ask)
    assert {g.reason for g in extract_account(ads.account, DAY, DAY, own_tokens).gaps} == {"unknown_code"}
    taught = replace(ads.account, credentials={**ads.account.credentials, "token_codes": "10085 10086"})
    assert extract_account(taught, DAY, DAY, own_tokens).ok


def test_a_used_code_asks_for_consent(stub: Stub, own_tokens: ExtractContext) -> None:
    used = {"trace_id": "T", "code": 40102, "message": "code used"}
    report = extract_account(Ads(stub, token=used).account, DAY, DAY, own_tokens)
    assert {g.reason for g in report.gaps} == {"consent"} and "auth_code" in report.gaps[0].action
    assert "CODE-ONE" not in report.message()


def test_a_token_of_the_account_itself_names_no_advertiser(stub: Stub, own_tokens: ExtractContext) -> None:
    ads = Ads(stub)
    own = replace(
        ads.account, credentials={**ads.account.credentials, "advertiser_id": "none", "client_secret": "S3CRET"}
    )
    assert extract_account(own, DAY, DAY, own_tokens).ok
    assert not any("advertiser_id" in a.query for a in stub.calls)
    assert next(a for a in stub.calls if a.path == "/oauth/token").query["client_secret"] == "S3CRET"


SAMPLES = {
    "campaign": ("ads_v3_campaigns", lambda answer: answer["list"]),
    "ad": ("ads_v3_ads", lambda answer: answer["list"]),
    "creative": ("ads_v4_creatives", lambda answer: answer["data"]["list"]),
    "report_creative": ("ads_v3_report_effect_get_creative_data", lambda answer: answer["data"]["list"]),
    "report_creative_sum": (
        "ads_v3_report_effect_get_creative_data",
        lambda answer: [{"date": "2026-11-18", **answer["data"]["sum"]}],
    ),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_fit_the_contract(name: str) -> None:
    file, records_of = SAMPLES[name]
    rows = records_of(numbers_as_text(sample("weibo", file)["success"]))
    assert len(scrubbed(sources()["weibo_ads"].resources[name], rows)) == len(rows) > 0


@pytest.mark.parametrize(
    "file", [*dict.fromkeys(file for file, _ in SAMPLES.values()), "biz_oauth_token", "biz_oauth_refresh_token"]
)
def test_every_error_of_the_samples_is_classified(file: str) -> None:
    for error in sample("weibo", file)["errors"]:
        found = PLATFORM.failure(numbers_as_text(error["body"]))
        assert found is not None and found.code in PLATFORM.codes, error["when"]


def test_token_fields_are_read_at_both_places() -> None:
    expected = {"biz_oauth_token": "1", "biz_oauth_refresh_token": "2"}
    for file, number in expected.items():
        answer = numbers_as_text(sample("weibo", file)["success"])
        pair = (f"EXAMPLE_WB_ACCESS_TOKEN_000{number}", "86400", f"EXAMPLE_WB_REFRESH_TOKEN_000{number}", "2592000")
        assert _grant(answer, "x") == Grant(*pair)


def test_the_report_asks_for_the_metrics_of_the_sample() -> None:
    query = sample("weibo", "ads_v3_report_effect_get_creative_data")["request"]["query"]
    fields = sources()["weibo_ads"].resources["report_creative"].request["fields"]
    assert fields == [*query["fields"], "bhv_71000002", "bhv_71000003"]
