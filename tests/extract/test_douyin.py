"""Douyin against a stub: fixed windows, videos of 30 days, two kinds of token, and what only a stub shows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet

from extract.douyin.client import PLATFORM, connect
from extract.errors import BadPayload, ConsentRequired
from extract.landing import covered_windows
from extract.model import BUSINESS_ZONE, Account, AccountReport, Deadline, ExtractContext, ResourceReport, Window
from extract.run import extract_account
from extract.sources import sources
from tests.extract.conftest import DAY, Ask, Reply, Sandbox, Stub, at, landed_rows, records, sample
from tests.extract.test_contract import numbers_as_text, scrubbed

OPEN_ID = "00000000-0000-4000-8000-000000000001"
KEYS = {"client_key": "tt00000000example", "client_secret": "SECRET-OF-THE-APP", "auth_code": "CODE-ONE"}
UNPACED = {"calls_per_second": "0"}
USER = {
    "item": {"new_issue": 1, "new_play": 900, "total_issue": 3},
    "fans": {"total_fans": 4000, "new_fans": 9},
    "like": {"new_like": 40},
    "comment": {"new_comment": 4},
    "share": {"new_share": 2},
    "profile": {"profile_uv": 77},
}
ITEM = {"like": 5, "comment": 1, "play": 100, "share": 1}
VIDEOS = {"@9Vw/new+A==": 3, "@9Vw/mid+B==": 20, "@9Vw/old+C==": 45}  # days before the morning after DAY


def ok(**data: Any) -> dict[str, Any]:
    return {"data": {**data, "error_code": 0, "description": ""}, "extra": {"error_code": 0, "logid": "L1", "now": 1}}


def bad(code: int, words: str = "no") -> dict[str, Any]:
    return {"data": {"error_code": code, "description": words}, "extra": {"error_code": code, "logid": "LOG-9"}}


class Douyin:
    """The platform at the morning after `day`: answers are changed by tests through `change`."""

    def __init__(self, stub: Stub, day: date = DAY) -> None:
        self.day, self.stub = day, stub
        self.change: Callable[[Ask, Reply], Reply] = lambda ask, reply: reply
        self.page = 2
        self.refresh_until = day
        self.codes = {"CODE-ONE"}
        stub.reply = lambda ask: self.change(ask, self.reply(ask))

    def days(self, ask: Ask) -> list[str]:
        assert ask.query["date_type"] in ("7", "15", "30") and ask.query["open_id"] == OPEN_ID
        return [str(self.day - timedelta(days=i)) for i in reversed(range(int(ask.query["date_type"])))]

    def reply(self, ask: Ask) -> Reply:
        if ask.path.startswith("/oauth/"):
            return self.token(ask)
        kind = "app-token" if ask.path.startswith("/hotsearch/") else "act."
        assert ask.headers["access-token"].startswith(kind)
        part = ask.path.strip("/").split("/")[-1]
        if ask.path.startswith("/data/external/user/"):
            return ok(result_list=[{"date": day, **USER[part]} for day in self.days(ask)])
        if part == "base":
            total = {
                "total_like": 9,
                "total_comment": 3,
                "total_share": 2,
                "total_play": 300,
                "avg_play_duration": 11.42,
            }
            return ok(result=total)
        if ask.path.startswith("/data/external/item/"):
            first = self.day + timedelta(days=1 - VIDEOS[ask.query["item_id"]])
            return ok(result_list=[{"date": d, part: ITEM[part]} for d in self.days(ask) if d >= str(first)])
        if part == "video_list":
            return self.videos(int(ask.query["cursor"]))
        if part == "fans_data":
            gender = [{"item": "1", "value": 1500}, {"item": "2", "value": 2500}]
            flows = [{"flow": "vv", "fans_sum": 1, "all_sum": 2}]
            portrait = {"all_fans_num": 4000, "gender_distributions": gender, "flow_contributions": flows}
            return {**ok(fans_data=portrait), "data": {"fans_data": portrait, "error_code": "0", "description": ""}}
        words = [{"sentence": "热点一", "hot_level": 9}, {"sentence": "热点二🎈", "hot_level": 8}]
        return ok(active_time="2026-11-20 10:00:00", list=words)

    def videos(self, cursor: int) -> dict[str, Any]:
        noon = datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=BUSINESS_ZONE) + timedelta(days=1)
        rows = [
            {
                "item_id": item,
                "title": "标题",
                "create_time": int((noon - timedelta(days=age)).timestamp()),
                "cover": "u",
            }
            for item, age in VIDEOS.items()
        ]
        page = rows[cursor : cursor + self.page]
        return ok(list=page, cursor=cursor + len(page), has_more=cursor + self.page < len(rows))

    def token(self, ask: Ask) -> Reply:
        part = ask.path.strip("/").split("/")[-1]
        if part == "client_token":
            assert ask.body["grant_type"] == "client_credential" and ask.body["client_secret"] == KEYS["client_secret"]
            return {"data": {"access_token": "app-token-1", "expires_in": 7200, "error_code": 0}, "message": "success"}
        assert ask.headers["content-type"] == "application/x-www-form-urlencoded"
        if part == "access_token":
            assert ask.body["grant_type"] == "authorization_code"
            if ask.body["code"] not in self.codes:
                return {"data": {"error_code": 10007, "description": "授权码过期"}, "message": "error"}
            self.codes.discard(ask.body["code"])
            lives = {"expires_in": 1296000, "refresh_expires_in": 2592000}
            self.refresh_until = self.day + timedelta(days=30)
            data = {"access_token": "act.0", "refresh_token": "rft.0", "open_id": OPEN_ID, **lives}
        elif part == "refresh_token":
            assert "client_secret" not in ask.body
            if self.day >= self.refresh_until:
                return {"data": {"error_code": 10010, "description": "refresh_token 过期"}, "message": "error"}
            number = len(self.tokens())
            data = {
                "access_token": f"act.{number}",
                "refresh_token": ask.body["refresh_token"],
                "expires_in": "1296000",
            }
        else:
            renewals = self.tokens().count("renew_refresh_token")
            if renewals > 5:
                return {"data": {"error_code": 10020, "description": "超过刷新次数限制"}, "message": "error"}
            self.refresh_until = self.day + timedelta(days=30)
            data = {"refresh_token": f"rft.{renewals}", "expires_in": "2592000"}
        return {"data": {**data, "error_code": 0, "description": ""}, "message": "success"}

    def tokens(self) -> list[str]:
        paths = [ask.path for ask in self.stub.calls if ask.path.startswith("/oauth/")]
        return [path.strip("/").split("/")[-1] for path in paths if "client_token" not in path]


@pytest.fixture
def douyin(stub: Stub) -> Douyin:
    return Douyin(stub)


def me(stub: Stub, **credentials: str) -> Account:
    return Account("douyin", OPEN_ID, "brand", "douyin_main", stub.url, {**KEYS, **UNPACED, **credentials})


def run(stub: Stub, context: ExtractContext, first: date = DAY, last: date = DAY, **credentials: str) -> AccountReport:
    return extract_account(me(stub, **credentials), first, last, replace(context, now=at(last)))


def resource(report: AccountReport, name: str) -> ResourceReport:
    return next(item for item in report.resources if item.resource == name)


def payloads(context: ExtractContext, name: str) -> list[dict[str, Any]]:
    return records(context.landing, "douyin", OPEN_ID, name)


def covered(context: ExtractContext, name: str) -> list[date]:
    receipts = covered_windows(context.landing, "douyin", OPEN_ID, name)
    return sorted({day for receipt in receipts for day in receipt.window.days})


def test_everything_lands_once(stub: Stub, douyin: Douyin, own_tokens: ExtractContext) -> None:
    report = run(stub, own_tokens)
    assert report.ok, report.message()
    assert len(report.resources) == 15
    for item in report.resources:
        assert item.fetched == item.landed > 0 and not item.rejected and not item.unknown_fields, item
    again = run(stub, own_tokens)
    assert again.ok and all(item.landed == 0 for item in again.resources)
    assert douyin.tokens() == ["access_token"]
    assert len([ask for ask in stub.calls if "client_token" in ask.path]) == 1
    assert payloads(own_tokens, "user_fans")[0] == {
        "date": str(DAY - timedelta(days=6)),
        "new_fans": "9",
        "total_fans": "4000",
    }
    assert [row["rank"] for row in payloads(own_tokens, "hot_sentences")] == ["1", "2"]
    assert payloads(own_tokens, "fans_data")[0] == {
        "all_fans_num": "4000", "distribution": "gender_distributions", "item": "1", "value": "1500",
    }  # fmt: skip


@pytest.mark.parametrize(("back", "date_type"), [(0, "7"), (6, "7"), (7, "15"), (14, "15"), (15, "30"), (29, "30")])
def test_the_shortest_answer_that_reaches_back_is_asked(
    stub: Stub, douyin: Douyin, own_tokens: ExtractContext, back: int, date_type: str
) -> None:
    assert run(stub, own_tokens, DAY - timedelta(days=back)).ok
    asked = {ask.query["date_type"] for ask in stub.calls if ask.path == "/data/external/user/like/"}
    assert asked == {date_type}
    assert len(covered(own_tokens, "user_like")) == max(back + 1, 7) == len(payloads(own_tokens, "user_like"))
    assert len(covered(own_tokens, "user_fans")) == max(min(back + 2, 30), 7)  # and those of the day before


def test_missed_runs_are_caught_up_for_as_long_as_the_platform_keeps_days(
    stub: Stub, douyin: Douyin, own_tokens: ExtractContext
) -> None:
    for later in (0, 20):
        douyin.day = DAY + timedelta(days=later)
        assert run(stub, own_tokens, douyin.day, douyin.day).ok
    days = covered(own_tokens, "user_fans")
    assert days == [DAY + timedelta(days=i) for i in range(-6, 21)]  # no hole
    douyin.day = DAY + timedelta(days=20 + 40)
    assert {gap.reason for gap in run(stub, own_tokens, douyin.day, douyin.day).gaps} == {"consent"}  # died meanwhile
    douyin.codes.add("CODE-TWO")
    assert run(stub, own_tokens, douyin.day, douyin.day, auth_code="CODE-TWO").ok
    lost = set(DAY + timedelta(days=i) for i in range(-6, 61)) - set(covered(own_tokens, "user_fans"))
    assert sorted(lost) == [DAY + timedelta(days=i) for i in range(21, 31)]  # ten days that nobody can have any more


def test_a_day_that_is_left_out_stays_open(stub: Stub, douyin: Douyin, own_tokens: ExtractContext) -> None:
    gone = {str(DAY), str(DAY - timedelta(days=5)), str(DAY - timedelta(days=6))}

    def change(ask: Ask, reply: Reply) -> Reply:
        if ask.path == "/data/external/user/fans/":
            reply["data"]["result_list"] = [r for r in reply["data"]["result_list"] if r["date"] not in gone]
        return reply

    douyin.change = change
    report = run(stub, own_tokens)
    assert [(g.resource, g.reason, str(g.window)) for g in report.gaps] == [
        ("user_fans", "delayed", f"{DAY - timedelta(days=6)}..{DAY - timedelta(days=5)}"),
        ("user_fans", "delayed", str(DAY)),
    ]
    assert len(covered(own_tokens, "user_fans")) == 4
    gone |= {str(DAY - timedelta(days=3))}
    assert not run(stub, own_tokens).ok and len(covered(own_tokens, "user_like")) == 7
    for row in landed_rows(own_tokens.landing, "douyin", OPEN_ID, "user_fans"):
        if row["kind"] == "payload":  # a row stands under the receipt that speaks for its day
            day = date.fromisoformat(row["record"]["date"])
            assert row["window_start"].date() <= day < row["window_end"].date()
            assert (row["window_start"], row["window_end"]) in {
                (r.window.start, r.window.end)
                for r in covered_windows(own_tokens.landing, "douyin", OPEN_ID, "user_fans")
            }
    gone.clear()
    assert run(stub, own_tokens).ok and len(covered(own_tokens, "user_fans")) == 7


@pytest.mark.parametrize("nothing", [None, []])
def test_an_account_without_data_is_covered_by_nothing(
    stub: Stub, douyin: Douyin, own_tokens: ExtractContext, nothing: Any
) -> None:
    douyin.change = lambda ask, reply: ok(result_list=nothing) if "/user/fans/" in ask.path else reply
    report = run(stub, own_tokens)
    assert {(g.resource, g.reason) for g in report.gaps} == {("user_fans", "delayed")}
    assert covered(own_tokens, "user_fans") == []


def test_item_calls_ask_the_videos_of_thirty_days_with_their_ids_encoded(
    stub: Stub, douyin: Douyin, own_tokens: ExtractContext
) -> None:
    assert run(stub, own_tokens).ok
    plays = [ask for ask in stub.calls if ask.path == "/data/external/item/play/"]
    assert [ask.query["item_id"] for ask in plays] == list(VIDEOS)[:2]  # newest first; the third is too old
    assert "item_id=%409Vw%2Fnew%2BA%3D%3D" in plays[0].address
    rows = payloads(own_tokens, "item_play")
    created = datetime(2026, 11, 17, 12, tzinfo=BUSINESS_ZONE)
    assert len(rows) == 3 + 20 and rows[0] == {
        "create_time": str(int(created.timestamp())),
        "date": str(DAY - timedelta(days=2)),
        "item_id": "@9Vw/new+A==",
        "play": "100",
    }
    assert {row["item_id"] for row in payloads(own_tokens, "item_base")} == set(list(VIDEOS)[:2])
    assert {row["item_id"] for row in payloads(own_tokens, "video_list")} == set(VIDEOS)


def test_one_video_that_fails_leaves_the_window_open_and_keeps_the_others(
    stub: Stub, douyin: Douyin, own_tokens: ExtractContext
) -> None:
    broken = "@9Vw/new+A=="
    douyin.change = lambda ask, reply: (
        bad(77777) if ask.path.endswith("/item/play/") and ask.query["item_id"] == broken else reply
    )
    report = run(stub, own_tokens)
    gap = report.gaps[0]
    assert [g.resource for g in report.gaps] == ["item_play"]
    assert (gap.reason, gap.code, gap.request_id) == ("unknown_code", "77777", "LOG-9")
    assert len([a for a in stub.calls if a.path.endswith("/item/play/") and a.query["item_id"] == broken]) == 1
    assert {row["item_id"] for row in payloads(own_tokens, "item_play")} == {"@9Vw/mid+B=="}
    assert covered(own_tokens, "item_play") == []
    assert len(covered(own_tokens, "item_like")) == 30


def test_yesterday_without_any_row_of_any_video_is_not_ready(
    stub: Stub, douyin: Douyin, own_tokens: ExtractContext
) -> None:
    def change(ask: Ask, reply: Reply) -> Reply:
        if ask.path.endswith("/item/like/"):
            reply["data"]["result_list"] = [r for r in reply["data"]["result_list"] if r["date"] != str(DAY)]
        if ask.path.endswith("/item/share/") and ask.query["item_id"].startswith("@9Vw/mid"):
            reply["data"]["result_list"] = []
        return reply

    douyin.change = change
    report = run(stub, own_tokens)
    assert [(g.resource, g.reason, str(g.window)) for g in report.gaps] == [("item_like", "delayed", str(DAY))]
    assert len(covered(own_tokens, "item_like")) == 29 and len(covered(own_tokens, "item_share")) == 30


def test_without_the_video_list_no_item_window_is_covered(
    stub: Stub, douyin: Douyin, own_tokens: ExtractContext
) -> None:
    douyin.change = lambda ask, reply: bad(28001012) if "video_list" in ask.path else reply
    report = run(stub, own_tokens)
    open_resources = {g.resource for g in report.gaps}
    assert open_resources == {"video_list", "item_play", "item_like", "item_comment", "item_share", "item_base"}
    assert {g.reason for g in report.gaps} == {"permission"}
    assert resource(report, "hot_sentences").covered == 1


def test_a_listing_that_turns_in_circles_is_asked_twice(stub: Stub, douyin: Douyin, own_tokens: ExtractContext) -> None:
    def change(ask: Ask, reply: Reply) -> Reply:
        if "video_list" in ask.path:
            reply["data"] |= {"cursor": 0, "has_more": True}
        return reply

    douyin.change = change
    gap = next(g for g in run(stub, own_tokens).gaps if g.resource == "video_list")
    assert gap.reason == "bad_payload" and "asked twice" in gap.message


def test_a_video_that_slips_between_two_pages_is_found(stub: Stub, douyin: Douyin, own_tokens: ExtractContext) -> None:
    slips = [True]

    def change(ask: Ask, reply: Reply) -> Reply:
        if "video_list" in ask.path and ask.query["cursor"] == "2" and slips:
            slips.pop()
            reply["data"]["list"] = []
        return reply

    douyin.change = change
    assert run(stub, own_tokens).ok
    assert {row["item_id"] for row in payloads(own_tokens, "video_list")} == set(VIDEOS)
    assert len([ask for ask in stub.calls if "video_list" in ask.path]) == 4


def test_a_small_account_has_no_portrait(stub: Stub, douyin: Douyin, own_tokens: ExtractContext) -> None:
    douyin.change = lambda ask, reply: ok(fans_data=None) if "fans_data" in ask.path else reply
    report = run(stub, own_tokens)
    assert report.ok and resource(report, "fans_data").fetched == 0 and resource(report, "fans_data").covered == 1


def test_an_app_without_the_hot_list_loses_that_only(stub: Stub, douyin: Douyin, own_tokens: ExtractContext) -> None:
    douyin.change = lambda ask, reply: bad(28001056) if "hotsearch" in ask.path else reply
    report = run(stub, own_tokens)
    assert [(g.resource, g.reason, g.code) for g in report.gaps] == [("hot_sentences", "permission", "28001056")]


def test_an_app_token_that_dies_early_is_fetched_anew(stub: Stub, douyin: Douyin, own_tokens: ExtractContext) -> None:
    assert run(stub, own_tokens).ok
    dead = [bad(28001003)]
    douyin.change = lambda ask, reply: dead.pop() if "hotsearch" in ask.path and dead else reply
    assert run(stub, own_tokens).ok
    assert len([ask for ask in stub.calls if "client_token" in ask.path]) == 2
    assert douyin.tokens() == ["access_token"]  # the consent has nothing to do with it


def test_the_consent_lasts_through_five_renewals(
    stub: Stub, douyin: Douyin, own_tokens: ExtractContext, caplog: pytest.LogCaptureFixture
) -> None:
    """A run a day: renewed in the last five days of each refresh token, refreshed when the access token is old."""
    ended = 0
    for day in range(0, 190, 2):
        douyin.day = DAY + timedelta(days=day)
        client = connect(me(stub), replace(own_tokens, now=at(douyin.day)), Deadline(30))
        try:
            client.call("GET", "/data/external/user/fans/", query={"open_id": OPEN_ID, "date_type": "7"})
        except ConsentRequired:
            break
        finally:
            client.close()
        ended = day
        state = json.loads(Fernet(own_tokens.token_key).decrypt((own_tokens.tokens / "douyin_main.token").read_bytes()))
        assert not state["pending_since"]
    asked = douyin.tokens()
    assert asked.count("renew_refresh_token") > 5 and (150 <= ended < 180), (ended, asked)
    assert "cannot be prolonged" in caplog.text


def test_a_consent_of_somebody_else_says_so(stub: Stub, douyin: Douyin, own_tokens: ExtractContext) -> None:
    douyin.change = lambda ask, reply: bad(28001015) if "/data/external/" in ask.path else reply
    report = run(stub, own_tokens)
    assert {g.reason for g in report.gaps} == {"consent"} and "open_id" in report.gaps[0].action


def test_a_used_code_is_told_without_showing_it(stub: Stub, douyin: Douyin, own_tokens: ExtractContext) -> None:
    used = {"data": {"error_code": 10007, "description": "授权码过期 CODE-ONE", "log_id": "L7"}, "message": "error"}
    douyin.change = lambda ask, reply: used if ask.path == "/oauth/access_token/" else reply
    report = run(stub, own_tokens)
    gap = next(g for g in report.gaps if g.resource == "user_fans")
    assert (gap.reason, gap.code, gap.request_id) == ("consent", "10007", "L7")
    assert "auth_code" in gap.action and "CODE-ONE" not in report.message()
    assert KEYS["client_secret"] not in report.message()


@pytest.mark.parametrize("code", [28001003, 28001008, 2190002, 2190008, 10008])
def test_every_code_of_a_dead_token_refreshes_once(
    stub: Stub, douyin: Douyin, own_tokens: ExtractContext, code: int
) -> None:
    dead = [bad(code)]
    douyin.change = lambda ask, reply: dead.pop() if "/user/like/" in ask.path and dead else reply
    assert run(stub, own_tokens).ok
    assert douyin.tokens() == ["access_token", "refresh_token"]


@pytest.mark.parametrize("code", [28001005, 28003018, 2100004])
def test_a_busy_platform_is_asked_again(stub: Stub, douyin: Douyin, own_tokens: ExtractContext, code: int) -> None:
    busy = [bad(code), bad(code)]
    douyin.change = lambda ask, reply: busy.pop() if "/user/like/" in ask.path and busy else reply
    assert run(stub, own_tokens).ok and not busy


def test_the_day_s_quota_ends_one_resource(stub: Stub, douyin: Douyin, own_tokens: ExtractContext) -> None:
    douyin.change = lambda ask, reply: bad(28003017) if "/item/play/" in ask.path else reply
    report = run(stub, own_tokens)
    assert {(g.resource, g.reason) for g in report.gaps} == {("item_play", "quota")}
    assert len([ask for ask in stub.calls if ask.path.endswith("/item/play/")]) == 1


def test_rows_without_a_date_are_rejected_not_lost(stub: Stub, douyin: Douyin, own_tokens: ExtractContext) -> None:
    def change(ask: Ask, reply: Reply) -> Reply:
        if ask.path.endswith("/user/share/"):
            reply["data"]["result_list"].append({"date": "19/11/2026", "new_share": 3})
            reply["data"]["result_list"].append("?")
        return reply

    douyin.change = change
    report = run(stub, own_tokens)
    assert report.ok and resource(report, "user_share").rejected == 2
    rejects = landed_rows(own_tokens.landing, "douyin", OPEN_ID, "_rejects")
    assert sorted(row["record"]["reason"] for row in rejects) == ["bad_date", "not_an_object"]


def test_windows_are_those_of_the_business_day(stub: Stub, douyin: Douyin, own_tokens: ExtractContext) -> None:
    run(stub, own_tokens)
    rows = landed_rows(own_tokens.landing, "douyin", OPEN_ID, "user_fans")
    window = Window.of_days(DAY - timedelta(days=6), DAY, "")
    assert {(row["window_start"], row["window_end"]) for row in rows} == {(window.start, window.end)}


# --- the samples ------------------------------------------------------------------------------------------------


def portrait_rows(data: dict[str, Any]) -> list[dict[str, Any]]:
    heads = {"all_fans_num": data["fans_data"]["all_fans_num"]}
    lists = {name: rows for name, rows in data["fans_data"].items() if name.endswith("_distributions")}
    return [{**row, **heads, "distribution": name} for name, rows in lists.items() for row in rows]


SAMPLES: list[tuple[str, str, Callable[[dict[str, Any]], list[dict[str, Any]]]]] = [
    *((f"user_{part}", f"data_external_user_{part}", lambda data: data["result_list"]) for part in USER),
    *(
        (
            f"item_{part}",
            f"data_external_item_{part}",
            lambda data: [{**row, "item_id": "@/+=", "create_time": "1"} for row in data["result_list"]],
        )
        for part in ITEM
    ),
    ("item_base", "data_external_item_base", lambda data: [{**data["result"], "item_id": "@/+=", "create_time": "1"}]),
    ("video_list", "video_list", lambda data: data["list"]),
    ("fans_data", "fans_data", portrait_rows),
    ("fans_flow", "fans_data", lambda data: data["fans_data"]["flow_contributions"]),
    (
        "hot_sentences",
        "hotsearch_sentences",
        lambda data: [{**row, "active_time": data["active_time"], "rank": "1"} for row in data["list"]],
    ),
]


@pytest.mark.parametrize(("resource_name", "name", "rows"), SAMPLES, ids=[entry[0] for entry in SAMPLES])
def test_samples_fit(resource_name: str, name: str, rows: Callable[[dict[str, Any]], list[dict[str, Any]]]) -> None:
    data = numbers_as_text(sample("douyin", name)["success"])["data"]
    spec = sources()["douyin"].resources[resource_name]
    clean = scrubbed(spec, rows(data))
    assert clean and "douyinpic" not in json.dumps(clean)
    assert sample("douyin", name)["request"]["path"] == spec.path


@pytest.mark.parametrize(
    "name",
    ["oauth_access_token", "oauth_refresh_token", "oauth_renew_refresh_token", *dict.fromkeys(s[1] for s in SAMPLES)],
)
def test_every_error_of_the_samples_is_classified(name: str) -> None:
    assert PLATFORM.failure(numbers_as_text(sample("douyin", name)["success"])) is None
    for error in sample("douyin", name)["errors"]:
        failure = PLATFORM.failure(numbers_as_text(error["body"]))
        assert failure is not None and failure.code in PLATFORM.codes and failure.request_id, error["when"]


def test_newer_calls_wrap_their_answer_differently() -> None:
    assert PLATFORM.failure({"err_no": "0", "err_msg": "", "data": {"list": []}}) is None
    failed = PLATFORM.failure({"err_no": "28001003", "err_msg": "dead", "log_id": "L2"})
    assert failed is not None and (failed.code, failed.message, failed.request_id) == ("28001003", "dead", "L2")
    with pytest.raises(BadPayload):
        PLATFORM.failure({"data": {}})


# --- against the sandbox ----------------------------------------------------------------------------------------


def test_both_accounts_of_the_sandbox_land_completely(sandbox: Sandbox, context: ExtractContext) -> None:
    for number in (0, 1):
        account = sandbox.account("douyin", number)
        report = extract_account(account, DAY - timedelta(days=89), DAY, context)
        assert {gap.reason for gap in report.gaps} == {"expired"}, report.message()  # 30 days are kept
        for item in report.resources:
            assert item.fetched == item.landed > 0 and not item.rejected and not item.unknown_fields, item
        assert resource(report, "video_list").landed > 20  # more than one page
        again = extract_account(account, DAY, DAY, context)
        assert again.ok and all(item.landed == 0 for item in again.resources)
    assert len(list(context.tokens.glob("douyin_app_*.token"))) == 1


def test_the_days_of_a_video_add_up_to_its_totals(sandbox: Sandbox, context: ExtractContext) -> None:
    account = sandbox.account("douyin")
    extract_account(account, DAY - timedelta(days=29), DAY, context)
    sums: Counter[tuple[str, str]] = Counter()
    for part in ITEM:
        for row in records(context.landing, "douyin", account.account, f"item_{part}"):
            sums[row["item_id"], part] += int(row[part])
    totals = records(context.landing, "douyin", account.account, "item_base")
    assert len(totals) > 10
    for total in totals:
        for part in ITEM:
            assert sums[total["item_id"], part] == int(total[f"total_{part}"])
