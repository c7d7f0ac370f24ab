"""Kuaishou's open platform: its envelope, its consent, its listing, and the samples."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from test_contract import numbers_as_text, scrubbed

from extract.kuaishou.client import CODES, failure, platform
from extract.model import Account, AccountReport, ExtractContext
from extract.run import extract_account
from extract.sources import sources
from tests.extract.conftest import DAY, Ask, Stub, at, records, sample

CREDENTIALS = {"app_id": "ks000000000000000001", "app_secret": "SECRET-OF-THE-APP", "auth_code": "CODE-OF-THE-OWNER"}


class Kuaishou:
    """An account with videos, `size` of them on a page; `over` replaces the answer of a path."""

    def __init__(self, stub: Stub, photos: int = 45, **over: Any) -> None:
        self.photos = [video(number) for number in range(photos, 0, -1)]
        self.over = over
        self.refreshed = 0
        stub.reply = self.reply
        self.account = Account("kuaishou", "brand", "n", "c", stub.url, CREDENTIALS)

    def reply(self, ask: Ask) -> Any:
        name = ask.path.rsplit("/", 1)[-1] if ask.path.startswith("/oauth2") else ask.path.split("/")[2]
        if name in self.over:
            answer = self.over[name]
            return answer(ask) if callable(answer) else answer
        if ask.path.startswith("/oauth2"):
            self.refreshed += name == "refresh_token"
            return pair(self.refreshed, left=15_500_000 if self.refreshed else 15_552_000)
        if ask.path == "/openapi/user_info":
            return {"result": 1, "user_info": {"name": "n", "sex": "N", "fan": 128933, "follow": 41}}
        ids = [photo["photo_id"] for photo in self.photos]
        start = ids.index(ask.query["cursor"]) + 1 if "cursor" in ask.query else 0
        return {"result": 1, "video_list": self.photos[start : start + int(ask.query["count"])]}


def video(number: int, **over: Any) -> dict[str, Any]:
    counters = {"like_count": number, "comment_count": 1, "view_count": 10 * number, "pending": False}
    return {"photo_id": f"3x{number:04d}", "caption": "", "create_time": 1_795_190_400_000, **counters, **over}


def pair(number: int, left: int) -> dict[str, Any]:
    tokens = {"access_token": f"ACCESS-TOKEN-{number}", "refresh_token": f"REFRESH-TOKEN-{number}"}
    return {"result": 1, **tokens, "expires_in": 172_800, "refresh_token_expires_in": left}


def run(kuaishou: Kuaishou, context: ExtractContext) -> AccountReport:
    return extract_account(kuaishou.account, DAY, DAY, context)


def test_both_listings_land_under_the_last_complete_day(stub: Stub, own_tokens: ExtractContext) -> None:
    report = run(Kuaishou(stub), own_tokens)
    assert report.ok, report.message()
    assert [(item.resource, item.landed, item.rejected) for item in report.resources] == [
        ("photo", 45, 0),
        ("user_info", 1, 0),
    ]
    fans = records(own_tokens.landing, "kuaishou", "brand", "user_info")
    assert fans == [{"fan": "128933", "follow": "41"}]


def test_the_list_is_read_by_the_last_photo_until_an_empty_page(stub: Stub, own_tokens: ExtractContext) -> None:
    run(Kuaishou(stub), own_tokens)
    asked = [ask for ask in stub.calls if ask.path == "/openapi/photo/list"]
    assert [ask.query.get("cursor") for ask in asked] == [None, "3x0026", "3x0006", "3x0001"]
    assert all(ask.query["count"] == "20" and ask.query["app_id"] == CREDENTIALS["app_id"] for ask in asked)
    assert {ask.query["access_token"] for ask in asked} == {"ACCESS-TOKEN-0"} and {ask.method for ask in asked} == {
        "GET"
    }


def test_a_list_that_does_not_move_on_is_a_gap(stub: Stub, own_tokens: ExtractContext) -> None:
    same = {"result": 1, "video_list": [video(n) for n in range(20)]}
    gaps = run(Kuaishou(stub, photo=same), own_tokens).gaps
    assert [(gap.resource, gap.reason) for gap in gaps] == [("photo", "bad_payload")]
    assert "not behind a new cursor" in gaps[0].message and "asked twice" in gaps[0].message


def test_a_video_in_review_may_have_no_counters(stub: Stub, own_tokens: ExtractContext) -> None:
    pending = {"photo_id": "3x9", "caption": "新品📦", "create_time": 1_795_190_400_000, "pending": True}
    kuaishou = Kuaishou(stub)
    kuaishou.photos = [pending]
    assert run(kuaishou, own_tokens).ok
    landed = records(own_tokens.landing, "kuaishou", "brand", "photo")
    assert landed == [{**pending, "create_time": "1795190400000"}]


def test_the_code_is_exchanged_once_and_then_refreshed(stub: Stub, own_tokens: ExtractContext) -> None:
    kuaishou = Kuaishou(stub)
    assert run(kuaishou, own_tokens).ok
    later = replace(own_tokens, now=at(DAY + timedelta(days=3)))
    assert extract_account(kuaishou.account, DAY, DAY, later).ok
    token_calls = [(ask.path, dict(parse_qsl(ask.address.split("?")[1]))) for ask in stub.calls if "oauth2" in ask.path]
    app = {"app_id": CREDENTIALS["app_id"], "app_secret": CREDENTIALS["app_secret"]}
    assert token_calls == [
        ("/oauth2/access_token", {**app, "code": "CODE-OF-THE-OWNER", "grant_type": "authorization_code"}),
        ("/oauth2/refresh_token", {**app, "refresh_token": "REFRESH-TOKEN-0", "grant_type": "refresh_token"}),
    ]


def test_an_expired_token_is_refreshed_and_the_call_repeated(stub: Stub, own_tokens: ExtractContext) -> None:
    refusals = [{"result": 100200108, "error_msg": "access_token过期"}]

    def user(ask: Ask) -> Any:
        return refusals.pop() if refusals else {"result": 1, "user_info": {"fan": 1, "follow": 2}}

    kuaishou = Kuaishou(stub, user_info=user)
    assert run(kuaishou, own_tokens).ok and kuaishou.refreshed == 1


def test_a_consent_that_ended_asks_for_a_person(stub: Stub, own_tokens: ExtractContext) -> None:
    kuaishou = Kuaishou(stub)
    assert run(kuaishou, own_tokens).ok
    dead = {"result": 100200113, "error_msg": "refresh_token过期"}
    kuaishou.over |= {"refresh_token": dead, "access_token": {"result": 100200105, "error_msg": "code错误"}}
    report = extract_account(kuaishou.account, DAY, DAY, replace(own_tokens, now=at(DAY + timedelta(days=200))))
    assert {gap.reason for gap in report.gaps} == {"consent"} and len(report.gaps) == 2
    assert "consent page" in report.gaps[0].action and "SECRET-OF-THE-APP" not in report.message()


def test_a_refresh_token_refused_as_a_token_asks_for_a_person_too(stub: Stub, own_tokens: ExtractContext) -> None:
    kuaishou = Kuaishou(stub)
    assert run(kuaishou, own_tokens).ok
    kuaishou.over |= {
        "refresh_token": {"result": 100200102, "error_msg": "请求被拒绝"},
        "access_token": {"result": 100200105, "error_msg": "code错误"},
    }
    report = extract_account(kuaishou.account, DAY, DAY, replace(own_tokens, now=at(DAY + timedelta(days=3))))
    assert {(gap.reason, gap.code) for gap in report.gaps} == {("consent", "100200102")}


def test_an_unknown_code_is_not_retried_and_keeps_its_words(stub: Stub, own_tokens: ExtractContext) -> None:
    refusal = {"result": 987654, "error_msg": "视频服务维护 13800001111"}
    report = run(Kuaishou(stub, photo=refusal), own_tokens)
    assert [(g.resource, g.reason, g.code) for g in report.gaps] == [("photo", "unknown_code", "987654")]
    assert "维护" in report.gaps[0].message and "13800001111" not in report.gaps[0].message
    assert len([ask for ask in stub.calls if ask.path == "/openapi/photo/list"]) == 1


def test_a_connection_can_name_its_codes(stub: Stub, own_tokens: ExtractContext) -> None:
    refusals = [{"result": 555, "error_msg": "slow down"}, {"result": 556, "error_msg": "slow down"}]

    def user(ask: Ask) -> Any:
        return refusals.pop() if refusals else {"result": 1, "user_info": {"fan": 1, "follow": 2}}

    kuaishou = Kuaishou(stub, user_info=user)
    own = replace(kuaishou.account, credentials={**CREDENTIALS, "rate_codes": "555, 556"})
    assert extract_account(own, DAY, DAY, own_tokens).ok and not refusals


def test_missing_credentials_are_named(stub: Stub, own_tokens: ExtractContext) -> None:
    account = replace(Kuaishou(stub).account, credentials={"app_id": "1"})
    report = extract_account(account, DAY, DAY, own_tokens)
    assert {gap.reason for gap in report.gaps} == {"token"} and "app_secret" in report.gaps[0].message


@pytest.mark.parametrize(
    ("resource", "name", "read"),
    [
        ("user_info", "open_user_info", lambda answer: [answer["user_info"]]),
        ("photo", "open_photo_list", lambda answer: answer["video_list"]),
    ],
)
def test_samples_fit(resource: str, name: str, read: Any) -> None:
    clean = scrubbed(
        sources()["kuaishou"].resources[resource], read(numbers_as_text(sample("kuaishou", name)["success"]))
    )
    assert clean and not {"name", "head", "city", "cover", "play_url"} & clean[0].keys()


@pytest.mark.parametrize("name", ["open_oauth2_access_token", "open_photo_list", "open_user_info"])
def test_every_error_of_the_samples_is_classified(name: str) -> None:
    assert failure({"result": "1"}) is None
    for error in sample("kuaishou", name)["errors"]:
        said = failure(numbers_as_text(error["body"]))
        assert said is not None and said.code in platform({"app_id": "a"}).codes, error["when"]
        assert said.message == error["body"]["error_msg"]


def test_no_code_has_two_meanings() -> None:
    codes = [code for _, codes in CODES.values() for code in codes]
    assert len(codes) == len(set(codes))
