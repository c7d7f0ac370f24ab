"""Weibo's open API: the newest five, counters of what was seen, mentions by day, tokens; against a stub."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from test_contract import numbers_as_text, scrubbed

from extract.landing import covered_windows
from extract.model import Account, AccountReport, ExtractContext, ResourceReport
from extract.run import extract_account, plan_account
from extract.sources import sources
from extract.weibo.client import PLATFORM
from extract.weibo.resources import named, posted_at
from tests.extract.conftest import DAY, Ask, Stub, at, landed_rows, records, sample

UID = "9990001112"
BIG = 5_234_567_890_123_000  # above 2^53 / 2: ids of 16 digits


def written(moment: datetime) -> str:
    return moment.strftime("%a %b %d %H:%M:%S +0800 %Y")


def person(number: int = 9_990_002_223) -> dict[str, Any]:
    return {"id": number, "idstr": str(number), "screen_name": "路人甲", "followers_count": 318, "gender": "m"}


def post(number: int, moment: datetime, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "idstr": str(number),
        "mid": str(number),
        "created_at": written(moment),
        "text": "新品上市 #示例话题# http://t.cn/EXAMPLE1",
        "source": '<a href="http://weibo.com/" rel="nofollow">微博网页版</a>',
        "reposts_count": 3,
        "comments_count": 2,
        "attitudes_count": 10,
        "user": person(int(UID)),
        **more,
    }


class Weibo:
    """A user with posts and mentions, newest first; `over` replaces the answer of a path."""

    def __init__(self, stub: Stub, **over: Any) -> None:
        self.posts: list[dict[str, Any]] = []
        self.mentions: list[dict[str, Any]] = []
        self.deleted: set[str] = set()
        self.page = 50
        self.newest = 5
        self.over = over
        stub.reply = self.reply
        credentials = {"app_key": "1000000001", "access_token": "GIVEN-TOKEN-ONE"}
        self.account = Account("weibo", UID, "n", "weibo_main", stub.url, credentials)

    def reply(self, ask: Ask) -> Any:
        name = ask.path.removeprefix("/2/").removesuffix(".json").removesuffix("/biz")
        if name in self.over:
            answer = self.over[name]
            return answer(ask) if callable(answer) else answer
        match name:
            case "users/show":
                return {**person(int(UID)), "created_at": "Fri Mar 01 10:00:00 +0800 2019", "status": {"id": 1}}
            case "users/counts":
                return [{"id": UID, "followers_count": "254310", "friends_count": "86", "statuses_count": "4127"}]
            case "statuses/user_timeline":
                return {"statuses": self.below(self.posts[: self.newest], ask), "next_cursor": 0, "total_number": 9}
            case "statuses/count":
                asked = [number for number in ask.query["ids"].split(",") if number not in self.deleted]
                return [{"id": number, "comments": "2", "reposts": "3", "attitudes": "10"} for number in asked]
            case "statuses/mentions":
                return {"statuses": self.below(self.mentions, ask)[: self.page], "next_cursor": 0}
        return {"comments": [], "next_cursor": 0}

    @staticmethod
    def below(rows: list[dict[str, Any]], ask: Ask) -> list[dict[str, Any]]:
        highest = int(ask.query["max_id"])
        return [row for row in rows if not highest or row["id"] <= highest]


def resource(report: AccountReport, name: str) -> ResourceReport:
    return next(item for item in report.resources if item.resource == name)


def noon(days_ago: int = 0, hour: int = 12) -> datetime:
    return datetime(DAY.year, DAY.month, DAY.day, hour) - timedelta(days=days_ago)


def landed(context: ExtractContext, name: str) -> list[dict[str, Any]]:
    return records(context.landing, "weibo", UID, name)


def test_a_day_lands_completely_and_personal_data_does_not(stub: Stub, own_tokens: ExtractContext) -> None:
    weibo = Weibo(stub)
    original = post(BIG - 900, noon(9), user=person(), text="原微博")
    weibo.posts = [
        post(BIG + 2, noon(), text="转发微博//@路人甲: 电话13800001111", retweeted_status=original),
        post(BIG + 1, noon(3)),
    ]
    weibo.mentions = [post(BIG + 3, noon(), text="@品牌 找我13800001111", user=person())]
    report = extract_account(weibo.account, DAY, DAY, own_tokens)
    assert report.ok, report.message()
    assert [item.resource for item in report.resources] == [
        "users_show", "users_counts", "user_timeline", "statuses_count", "statuses_mentions", "comments_mentions",
    ]  # fmt: skip
    assert not any(item.unknown_fields or item.rejected for item in report.resources), report.message()
    everything = str([landed(own_tokens, item.resource) for item in report.resources])
    for personal in ("路人甲", "13800001111", "9990002223", "原微博"):
        assert personal not in everything
    assert str(BIG + 2) in everything and str(BIG - 900) in everything
    assert landed(own_tokens, "users_counts")[0]["followers_count"] == "254310"
    again = extract_account(weibo.account, DAY, DAY, own_tokens)
    assert again.ok and all(item.landed == 0 for item in again.resources)


def test_a_post_that_left_the_newest_five_is_still_counted(stub: Stub, own_tokens: ExtractContext) -> None:
    weibo = Weibo(stub)
    weibo.posts = [post(BIG + n, noon(1, 20 - n)) for n in range(4)]
    weibo.posts.sort(key=lambda row: -row["id"])
    extract_account(weibo.account, DAY - timedelta(days=1), DAY - timedelta(days=1), replace_now(own_tokens, -1))
    weibo.posts = [post(BIG + 10 + n, noon(0, 8 + n)) for n in reversed(range(5))] + weibo.posts
    report = extract_account(weibo.account, DAY, DAY, own_tokens)
    assert resource(report, "user_timeline").fetched == 5
    assert resource(report, "statuses_count").fetched == 9
    days = {
        row["window_start"].date()
        for row in landed_rows(own_tokens.landing, "weibo", UID, "statuses_count")
        if row["kind"] != "receipt"
    }
    assert days == {DAY - timedelta(days=1), DAY}


def replace_now(context: ExtractContext, days: int) -> ExtractContext:
    return replace(context, now=at(DAY + timedelta(days=days)))


def test_a_post_that_is_gone_is_said_to_be_missing(stub: Stub, own_tokens: ExtractContext) -> None:
    weibo = Weibo(stub)
    weibo.posts = [post(BIG + 2, noon()), post(BIG + 1, noon(2))]
    weibo.deleted = {str(BIG + 1)}
    extract_account(weibo.account, DAY, DAY, own_tokens)
    rows = {row["id"]: row.get("is_missing") for row in landed(own_tokens, "statuses_count")}
    assert rows == {str(BIG + 1): True, str(BIG + 2): None}
    weibo.deleted.add(str(BIG + 2))
    report = extract_account(weibo.account, DAY, DAY, own_tokens)
    assert [(g.resource, g.reason) for g in report.gaps] == [("statuses_count", "bad_payload")], (
        "none at all: no answer"
    )


def test_posts_are_followed_for_thirty_days_fifty_a_call(stub: Stub, own_tokens: ExtractContext) -> None:
    weibo = Weibo(stub)
    weibo.newest = 1_000
    weibo.posts = [post(BIG - n, noon(n // 3)) for n in range(100)]
    extract_account(weibo.account, DAY, DAY, own_tokens)
    asked = [ask.query["ids"].split(",") for ask in stub.calls if ask.path == "/2/statuses/count.json"]
    assert [len(ids) for ids in asked] == [50, 40]
    assert asked[0][0] == str(BIG)


def test_mentions_are_read_down_to_the_first_day_once(stub: Stub, own_tokens: ExtractContext) -> None:
    weibo = Weibo(stub)
    weibo.page = 4
    weibo.mentions = [post(BIG - n, noon(n // 2), user=person()) for n in range(60)]
    report = extract_account(weibo.account, DAY, DAY, own_tokens)
    assert report.ok and resource(report, "statuses_mentions").landed == 14  # seven days again, two a day
    calls = [ask.query["max_id"] for ask in stub.calls if ask.path == "/2/statuses/mentions.json"]
    assert calls == ["0", str(BIG - 4), str(BIG - 8), str(BIG - 12)], "no further than the first day before the window"
    windows = covered_windows(own_tokens.landing, "weibo", UID, "statuses_mentions")
    assert [(w.window.first_day, w.window.last_day) for w in windows] == [(DAY - timedelta(days=6), DAY)]


def test_a_mention_that_comes_while_paging_moves_nothing(stub: Stub, own_tokens: ExtractContext) -> None:
    weibo = Weibo(stub)
    weibo.page = 3
    weibo.mentions = [post(BIG - n, noon(), user=person()) for n in range(9)]

    def growing(ask: Ask) -> Any:
        answer = weibo.below(weibo.mentions, ask)[: weibo.page]
        weibo.mentions.insert(0, post(weibo.mentions[0]["id"] + 1, noon(-1, 9), user=person()))
        return {"statuses": answer, "next_cursor": 0}

    weibo.over["statuses/mentions"] = growing
    report = extract_account(weibo.account, DAY, DAY, own_tokens)
    assert sorted(row["idstr"] for row in landed(own_tokens, "statuses_mentions")) == [
        str(BIG - n) for n in reversed(range(9))
    ]
    assert report.ok


def test_an_empty_page_with_a_cursor_is_not_the_end(stub: Stub, own_tokens: ExtractContext) -> None:
    """Filtered listings can have such pages: those of people who did not authorise the app are left out."""
    pages = {"0": ([], BIG + 50), str(BIG + 50): ([post(BIG, noon(), user=person())], 0)}

    def answer(ask: Ask) -> Any:
        rows, cursor = pages.get(ask.query["max_id"], ([], 0))
        return {"statuses": rows, "next_cursor": cursor}

    weibo = Weibo(stub, **{"statuses/mentions": answer})
    assert extract_account(weibo.account, DAY, DAY, own_tokens).ok
    assert len(landed(own_tokens, "statuses_mentions")) == 1


def test_a_listing_that_ignores_max_id_is_a_gap_but_not_for_the_newest_five(
    stub: Stub, own_tokens: ExtractContext
) -> None:
    rows = [post(BIG, noon(), user=person())]
    always = {"statuses": rows, "next_cursor": 0}
    weibo = Weibo(stub, **{"statuses/mentions": always, "statuses/user_timeline": always})
    report = extract_account(weibo.account, DAY, DAY, own_tokens)
    assert [(g.resource, g.reason) for g in report.gaps] == [("statuses_mentions", "bad_payload")]
    assert resource(report, "user_timeline").landed == 1


@pytest.mark.parametrize(
    ("status", "code", "reason", "resources"),
    [
        (400, 21327, "consent", 6),
        (403, "21332", "consent", 6),
        (403, 10023, "quota", 6),
        (403, 10022, "quota", 6),
        (403, 10024, "quota", 1),
        (403, 10014, "permission", 1),
        (400, 29999, "unknown_code", 1),
    ],
)
def test_error_codes(
    stub: Stub, own_tokens: ExtractContext, status: int, code: int | str, reason: str, resources: int
) -> None:
    body = f'{{"request":"/2/users/show.json","error_code":"{code}","error":"some words"}}'.encode()
    weibo = Weibo(stub, **{"users/show": (status, body)})
    report = extract_account(weibo.account, DAY, DAY, own_tokens)
    assert {g.reason for g in report.gaps} == {reason}
    assert len({g.resource for g in report.gaps}) == resources
    assert "GIVEN-TOKEN-ONE" not in report.message()
    if reason == "unknown_code":
        assert report.gaps[0].code == "29999" and "some words" in report.gaps[0].message


def test_a_new_token_in_the_connection_replaces_the_dead_one(stub: Stub, own_tokens: ExtractContext) -> None:
    weibo = Weibo(stub)
    assert extract_account(weibo.account, DAY, DAY, own_tokens).ok
    expired = (400, b'{"request":"x","error_code":21327,"error":"expired_token"}')
    real = weibo.reply
    stub.reply = lambda ask: expired if ask.query["access_token"] == "GIVEN-TOKEN-ONE" else real(ask)
    dead = extract_account(weibo.account, DAY, DAY, own_tokens)
    assert {g.reason for g in dead.gaps} == {"consent"} and "access_token" in dead.gaps[0].action
    fresh = replace(weibo.account, credentials={**weibo.account.credentials, "access_token": "GIVEN-TOKEN-TWO"})
    assert extract_account(fresh, DAY, DAY, own_tokens).ok


def test_the_commercial_api_has_its_own_paths(stub: Stub, own_tokens: ExtractContext) -> None:
    weibo = Weibo(stub)
    weibo.newest = 1_000
    weibo.posts = [post(BIG - n, noon(n // 3)) for n in range(20)]
    me = replace(weibo.account, credentials={**weibo.account.credentials, "api": "commercial"})
    report = extract_account(me, DAY, DAY, own_tokens)
    assert report.ok and resource(report, "user_timeline").landed == 20
    assert "/2/statuses/user_timeline/biz.json" in {ask.path for ask in stub.calls}
    wrong = replace(weibo.account, credentials={**weibo.account.credentials, "api": "secret-thing"})
    gaps = extract_account(wrong, DAY, DAY, own_tokens).gaps
    assert len({g.resource for g in gaps}) == 6 and "open or commercial" in gaps[0].message


def test_the_state_of_an_earlier_day_is_never_asked(own_tokens: ExtractContext) -> None:
    me = Account("weibo", UID, "n", "c", "http://127.0.0.1:9", {"app_key": "1", "access_token": "GIVEN-TOKEN"})
    planned = plan_account(me, DAY - timedelta(days=40), DAY, own_tokens)
    assert {str(w) for w in planned if w.resource == "users_counts"} == {str(DAY)}
    mentions = [w for w in planned if w.resource == "statuses_mentions"]
    assert sum(len(w.days) for w in mentions) == 41 and len(mentions) == 2


def test_times_carry_their_own_offset() -> None:
    assert posted_at({"created_at": "Tue May 31 17:46:55 +0800 2011"}) == datetime(2011, 5, 31, 17, 46, 55)
    assert posted_at({"created_at": "Tue May 31 17:46:55 +0000 2011"}) == datetime(2011, 6, 1, 1, 46, 55)
    assert posted_at({"created_at": "yesterday"}) is None and posted_at("x") is None


SAMPLES = {
    "users_show": ("users_show", lambda answer: [named(answer)]),
    "users_counts": ("users_counts", lambda answer: answer[:1]),  # the second user is nobody's account
    "user_timeline": ("statuses_user_timeline", lambda answer: map(named, answer["statuses"])),
    "statuses_mentions": ("statuses_mentions", lambda answer: map(named, answer["statuses"])),
    "comments_mentions": ("comments_mentions", lambda answer: map(named, answer["comments"])),
}


@pytest.mark.parametrize("resource_name", SAMPLES)
def test_the_samples_fit_the_contract(resource_name: str) -> None:
    name, records_of = SAMPLES[resource_name]
    rows = list(records_of(numbers_as_text(sample("weibo", name)["success"])))
    clean = scrubbed(sources()["weibo"].resources[resource_name], rows)
    written_down = json.dumps(clean, ensure_ascii=False)
    for personal in ("示例用户", "示例品牌", "9990002223", "9990003334", "tvax1", "浦东", "示例简介"):
        assert personal not in written_down
    assert len(clean) == len(rows) > 0


@pytest.mark.parametrize("name", [name for name, _ in SAMPLES.values()])
def test_every_error_of_the_samples_is_classified(name: str) -> None:
    for error in sample("weibo", name)["errors"]:
        found = PLATFORM.failure(numbers_as_text(error["body"]))
        assert found is not None and found.code in PLATFORM.codes, error["when"]


@pytest.mark.parametrize("name", [name for name, _ in SAMPLES.values()])
def test_the_calls_are_those_of_the_samples(name: str, stub: Stub, own_tokens: ExtractContext) -> None:
    extract_account(Weibo(stub).account, DAY, DAY, own_tokens)
    request = sample("weibo", name)["request"]
    made = [ask for ask in stub.calls if ask.path == request["path"]]
    assert made and all(ask.method == request["method"] for ask in made)
    assert all(set(ask.query) <= set(request["query"]) for ask in made)
