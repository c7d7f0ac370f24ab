"""WeChat end to end against the sandbox, and the platform's quirks against a stub."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from extract.landing import covered_windows
from extract.model import Account, AccountReport, ExtractContext, ResourceReport
from extract.run import extract_account, plan_account
from tests.extract.conftest import DAY, Ask, Sandbox, Stub, at, landed_rows, records


def resource(report: AccountReport, name: str) -> ResourceReport:
    return next(item for item in report.resources if item.resource == name)


def ask_sandbox(account: Account, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The platform's own words, got without the extractor."""
    token = httpx.post(
        f"{account.base_url}/cgi-bin/stable_token", json={"grant_type": "client_credential", **account.credentials}
    ).json()["access_token"]
    answer: dict[str, Any] = httpx.post(
        f"{account.base_url}{path}", params={"access_token": token}, json=body, timeout=30
    ).json()
    return answer


def test_a_day_lands_completely_and_the_next_run_lands_only_what_is_new(
    sandbox: Sandbox, context: ExtractContext
) -> None:
    me = sandbox.account("wechat")
    planned = plan_account(me, DAY, DAY, context)
    report = extract_account(me, DAY, DAY, context)
    assert report.ok, report.message()
    assert sum(item.windows for item in report.resources) == len(planned) == 42
    for item in report.resources:
        assert item.covered == item.windows and item.fetched == item.landed and item.rejected == 0, item
        assert item.landed > 0 or item.resource == "channels_live", item  # there is no live every day
        assert not item.unknown_fields
    rows = landed_rows(context.landing, "wechat", me.account, "getarticletotaldetail")
    assert Counter(row["kind"] for row in rows)["receipt"] == 30
    again = extract_account(me, DAY, DAY, context)
    assert again.ok and all(item.landed == 0 and item.sighted == item.fetched for item in again.resources)


def test_what_landed_is_what_the_platform_says(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("wechat")
    extract_account(me, DAY, DAY, context)
    days = {"begin_date": str(DAY - timedelta(days=2)), "end_date": str(DAY)}
    summary = ask_sandbox(me, "/datacube/getusersummary", days)["list"]
    landed = records(context.landing, "wechat", me.account, "getusersummary")
    key = ("ref_date", "user_source", "new_user", "cancel_user")
    assert sorted(tuple(str(row[k]) for k in key) for row in summary) == sorted(
        tuple(row[k] for k in key) for row in landed
    )
    landed = landed_rows(context.landing, "wechat", me.account, "getarticletotaldetail")
    day = max(row["window_start"].date() for row in landed if row["kind"] == "payload")
    detail = ask_sandbox(me, "/datacube/getarticletotaldetail", {"begin_date": str(day), "end_date": str(day)})["list"]
    expected = {
        (article["msgid"], item["stat_date"], str(item["read_user"]), str(item["read_finish_rate"]))
        for article in detail
        for item in article["detail_list"]
    }
    published = [r["record"] for r in landed if r["kind"] == "payload" and r["window_start"].date() == day]
    got = {
        (r["msgid"], r["detail"]["stat_date"], r["detail"]["read_user"], r["detail"]["read_finish_rate"])
        for r in published
    }
    assert got == expected and expected
    total = ask_sandbox(me, "/cgi-bin/freepublish/batchget", {"offset": 0, "count": 1, "no_content": 1})["total_count"]
    listed = records(context.landing, "wechat", me.account, "freepublish")
    assert len({row["article_id"] for row in listed}) == total > 20  # more than one page
    assert {row["idx"] for row in listed} >= {"1", "2"}


def test_every_comment_of_every_recent_post_lands_once(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("wechat")
    extract_account(me, DAY, DAY, context)
    landed = records(context.landing, "wechat", me.account, "comment")
    msgids = {row["msgid"] for row in records(context.landing, "wechat", me.account, "getarticletotaldetail")}
    expected = 0
    largest = 0
    for msgid in msgids:
        message, _, position = msgid.partition("_")
        body = {"msg_data_id": int(message), "index": int(position) - 1, "begin": 0, "count": 49, "type": 0}
        total = ask_sandbox(me, "/cgi-bin/comment/list", body).get("total", 0)
        expected, largest = expected + total, max(largest, total)
    keys = [(row["msg_data_id"], row["index"], row["user_comment_id"]) for row in landed]
    assert len(keys) == len(set(keys)) == expected and largest > 49  # paging was needed
    assert all(len(row["openid"]) == 32 for row in landed if "openid" in row)


def test_several_days_then_each_next_day_adds_its_own(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("wechat", 1)
    first = DAY - timedelta(days=9)
    assert extract_account(me, first, DAY, context).ok
    read = covered_windows(context.landing, "wechat", me.account, "getarticleread")
    assert {c.window.first_day for c in read} == {first + timedelta(days=i) for i in range(10)}
    tomorrow = DAY + timedelta(days=1)
    sandbox.freeze(at(tomorrow))
    report = extract_account(me, tomorrow, tomorrow, replace(context, now=at(tomorrow)))
    assert report.ok and resource(report, "getarticleread").windows == 3
    assert resource(report, "getarticletotaldetail").sighted > 0 < resource(report, "getarticletotaldetail").landed


def test_a_delayed_day_keeps_its_rows_without_a_receipt_and_is_filled_later(
    sandbox: Sandbox, context: ExtractContext
) -> None:
    me = sandbox.account("wechat")
    sandbox.plant({"source": "wechat", "kind": "is_delay", "path": "/datacube/getarticleread", "day": str(DAY)})
    report = extract_account(me, DAY, DAY, context)
    part = resource(report, "getarticleread")
    assert [(g.reason, str(g.window)) for g in part.gaps] == [("delayed", str(DAY))]
    assert (part.windows, part.covered) == (3, 2) and part.landed > 0
    rows = [row["record"] for row in landed_rows(context.landing, "wechat", me.account, "_gaps")]
    assert [(row["resource"], row["reason"]) for row in rows] == [("getarticleread", "delayed")]
    sandbox.clear()
    filled = extract_account(me, DAY, DAY, context)
    assert filled.ok and resource(filled, "getarticleread").covered == 3


def test_a_delayed_span_stays_open_only_for_the_delayed_day(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("wechat")
    sandbox.plant({"source": "wechat", "kind": "is_delay", "path": "/datacube/getbizsummary", "day": str(DAY)})
    part = resource(extract_account(me, DAY, DAY, context), "getbizsummary")
    assert [str(g.window) for g in part.gaps] == [str(DAY)]
    covered = covered_windows(context.landing, "wechat", me.account, "getbizsummary")
    assert [str(c.window) for c in covered] == ["2026-11-17..2026-11-18"]


@pytest.mark.parametrize("path", ["getusersummary", "getusercumulate"])
def test_nothing_for_yesterday_means_not_ready(sandbox: Sandbox, context: ExtractContext, path: str) -> None:
    me = sandbox.account("wechat")
    sandbox.plant({"source": "wechat", "kind": "empty_day", "path": path, "day": str(DAY)})
    part = resource(extract_account(me, DAY, DAY, context), path)
    assert [(g.reason, str(g.window)) for g in part.gaps] == [("delayed", str(DAY))] and part.landed > 0
    covered = covered_windows(context.landing, "wechat", me.account, path)
    assert [str(c.window) for c in covered] == ["2026-11-17..2026-11-18"]
    sandbox.clear()
    assert resource(extract_account(me, DAY, DAY, context), path).gaps == []


def test_wrong_credentials_stop_the_account_and_every_window_is_a_gap(
    sandbox: Sandbox, context: ExtractContext, tmp_path: Path
) -> None:
    me = replace(sandbox.account("wechat"), credentials={"appid": "wx0000000000000000", "secret": "WRONG-SECRET"})
    own = replace(context, tokens=tmp_path / "tokens")
    report = extract_account(me, DAY, DAY, own)
    assert not report.ok and len(report.gaps) == 41 and {g.reason for g in report.gaps} == {"token"}
    assert len(landed_rows(own.landing, "wechat", me.account, "_gaps")) == 41
    assert "appid" in report.message() and "WRONG-SECRET" not in report.message()


def test_one_bad_day_costs_that_day_only(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("wechat")
    bad = DAY - timedelta(days=1)
    sandbox.plant({"source": "wechat", "kind": "bad_json", "path": "getarticletotaldetail", "day": str(bad)})
    report = extract_account(me, DAY, DAY, context)
    assert [(g.resource, g.reason, str(g.window)) for g in report.gaps] == [
        ("getarticletotaldetail", "bad_payload", str(bad))
    ]
    assert resource(report, "getarticletotaldetail").covered == 29 and resource(report, "comment").covered == 1
    sandbox.clear()
    tomorrow = DAY + timedelta(days=1)
    sandbox.freeze(at(tomorrow))
    assert extract_account(me, tomorrow, tomorrow, replace(context, now=at(tomorrow))).ok


@pytest.mark.parametrize("kind", ["truncated", "reset", "http_500", "bad_json"])
def test_a_fault_that_passes_is_not_seen_in_the_result(sandbox: Sandbox, context: ExtractContext, kind: str) -> None:
    sandbox.plant({"source": "wechat", "kind": kind, "path": "/datacube/", "times": 1})
    assert extract_account(sandbox.account("wechat"), DAY, DAY, context).ok
    assert sandbox.hits() == [1]


def test_a_rate_code_in_a_200_body_is_waited_out(sandbox: Sandbox, context: ExtractContext) -> None:
    fault = {"source": "wechat", "kind": "error_code", "code": 45011, "path": "getbizsummary", "times": 3}
    sandbox.plant({**fault, "message": "api minute-quota reach limit"})
    assert extract_account(sandbox.account("wechat"), DAY, DAY, context).ok
    assert sandbox.hits() == [3]


def test_a_token_that_expires_while_paging_is_renewed(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("wechat")
    plain = extract_account(me, DAY, DAY, replace(context, landing=context.landing / "plain"))
    sandbox.plant({"source": "wechat", "kind": "token_expired", "path": "freepublish", "times": 1})
    report = extract_account(me, DAY, DAY, context)
    assert report.ok and sandbox.hits() == [1]
    assert resource(report, "freepublish").landed == resource(plain, "freepublish").landed


@pytest.mark.parametrize(
    ("code", "reason", "covered"), [(45009, "quota", 0), (48001, "permission", 0), (99999, "unknown_code", 0)]
)
def test_codes_that_waiting_does_not_cure(
    sandbox: Sandbox, context: ExtractContext, code: int, reason: str, covered: int
) -> None:
    sandbox.plant({"source": "wechat", "kind": "error_code", "code": code, "path": "getarticleread", "message": "no"})
    report = extract_account(sandbox.account("wechat"), DAY, DAY, context)
    part = resource(report, "getarticleread")
    assert {g.reason for g in part.gaps} == {reason} and len(part.gaps) == 3 and part.covered == covered
    assert {g.code for g in part.gaps} == {str(code)} and all(g.request_id for g in part.gaps)
    assert sandbox.hits() == [3 if reason == "unknown_code" else 1]  # asked again neither for the window nor in vain
    assert sum(len(item.gaps) for item in report.resources) == 3


def test_a_hanging_call_is_a_timeout_long_before_the_deadline(sandbox: Sandbox, context: ExtractContext) -> None:
    sandbox.plant({"source": "wechat", "kind": "hang", "path": "getarticletotaldetail", "seconds": 30})
    report = extract_account(sandbox.account("wechat"), DAY, DAY, replace(context, deadline_seconds=20))
    part = resource(report, "getarticletotaldetail")
    assert {g.reason for g in part.gaps} == {"timeout"} and len(part.gaps) == 30
    assert resource(report, "getarticleread").covered == 3 and sandbox.hits() == [2]


def test_a_repeated_record_lands_once_and_an_unknown_field_is_counted(
    sandbox: Sandbox, context: ExtractContext
) -> None:
    me = sandbox.account("wechat", 1)  # the one with a live in these days
    plain = extract_account(me, DAY, DAY, replace(context, landing=context.landing / "plain"))
    sandbox.plant(
        {"source": "wechat", "kind": "duplicate_record"},
        {"source": "wechat", "kind": "unknown_field", "name": "phone", "value": "13800001111"},
    )
    report = extract_account(me, DAY, DAY, context)
    assert report.ok, report.message()
    for item in report.resources:
        assert item.landed == resource(plain, item.resource).landed, item
        assert sum(item.unknown_fields.values()) > 0 and set(item.unknown_fields) == {"phone"}, item


def test_a_planted_error_of_one_reaches_landing(sandbox: Sandbox, context: ExtractContext) -> None:
    """The chain that proves correctness starts here: what the server says is what lands."""
    me = sandbox.account("wechat")
    extract_account(me, DAY, DAY, replace(context, landing=context.landing / "plain"))
    sandbox.plant({"source": "wechat", "kind": "off_by_one", "path": "getusercumulate", "field": "cumulate_user"})
    extract_account(me, DAY, DAY, context)

    def total(landing: Path) -> int:
        return sum(int(row["cumulate_user"]) for row in records(landing, "wechat", me.account, "getusercumulate"))

    assert total(context.landing) == total(context.landing / "plain") + 1


# --- quirks that the sandbox does not show ----------------------------------------------------------------------


class Platform:
    """A WeChat that answers nothing in particular; `over` replaces the answer of a path."""

    def __init__(self, stub: Stub, **over: Any) -> None:
        self.over = over
        stub.reply = self.reply
        self.account = Account("wechat", "wx1", "n", "wx1", stub.url, {"appid": "wx1", "secret": "APP-SECRET-1"})

    def reply(self, ask: Ask) -> Any:
        name = ask.path.split("/")[-1]
        if name in self.over:
            answer = self.over[name]
            return answer(ask) if callable(answer) else answer
        if name == "stable_token":
            return {"access_token": "TOKEN-1", "expires_in": 7200}
        if name == "batchget":
            return {"total_count": 0, "item_count": 0, "item": []}
        if name == "list":
            return {"errcode": 0, "errmsg": "ok", "total": 0, "comment": []}
        yesterday = [{"ref_date": str(DAY), "user_source": 0, "new_user": 0, "cancel_user": 0, "cumulate_user": 1}]
        return {"list": yesterday if name.startswith("getuser") else [], "is_delay": False}


def article(msgid: str) -> dict[str, Any]:
    return {
        "ref_date": str(DAY),
        "msgid": msgid,
        "title": "t",
        "detail_list": [{"stat_date": str(DAY), "read_user": 1}],
    }


def details(*msgids: str) -> Any:
    def answer(ask: Ask) -> dict[str, Any]:
        shown = [article(m) for m in msgids] if ask.body["begin_date"] == str(DAY) else []
        return {"list": shown, "is_delay": False}

    return answer


def test_comments_shift_while_paging_and_repeats_are_dropped(stub: Stub, own_tokens: ExtractContext) -> None:
    pages = {0: [5, 4, 3], 3: [3, 2, 1], 6: []}

    def comments(ask: Ask) -> dict[str, Any]:
        assert ask.body["index"] == 1 and ask.body["msg_data_id"] == 100
        shown = [
            {"user_comment_id": n, "create_time": 1, "content": f"c{n}", "comment_type": 0}
            for n in pages[ask.body["begin"]]
        ]
        return {"errcode": 0, "total": len(shown), "comment": shown}  # total: the size of the page, as seen

    platform = Platform(stub, getarticletotaldetail=details("100_2"), list=comments)
    report = extract_account(platform.account, DAY, DAY, own_tokens)
    assert report.ok, report.message()
    landed = records(own_tokens.landing, "wechat", "wx1", "comment")
    assert sorted(row["user_comment_id"] for row in landed) == ["1", "2", "3", "4", "5"]
    assert {row["index"] for row in landed} == {"1"}


@pytest.mark.parametrize("code", [88000, 88001])
def test_a_message_without_comments_is_no_failure(stub: Stub, own_tokens: ExtractContext, code: int) -> None:
    def comments(ask: Ask) -> dict[str, Any]:
        if ask.body["index"] == 0:
            return {"errcode": code, "errmsg": "no rid: 1-1-1"}
        one = [{"user_comment_id": 1, "content": "x"}] if ask.body["begin"] == 0 else []
        return {"errcode": 0, "total": 1, "comment": one}

    platform = Platform(stub, getarticletotaldetail=details("100_1", "100_2"), list=comments)
    report = extract_account(platform.account, DAY, DAY, own_tokens)
    assert report.ok and resource(report, "comment").landed == 1


def test_no_comment_privilege_on_any_post_is_a_missing_permission(stub: Stub, own_tokens: ExtractContext) -> None:
    refused = {"errcode": 88000, "errmsg": "without comment privilege rid: 1-1-1"}
    platform = Platform(stub, getarticletotaldetail=details("100_1", "101_1"), list=refused)
    gaps = extract_account(platform.account, DAY, DAY, own_tokens).gaps
    assert [(g.resource, g.reason, g.code) for g in gaps] == [("comment", "permission", "88000")]


def test_one_failing_post_keeps_the_comments_of_the_others(stub: Stub, own_tokens: ExtractContext) -> None:
    def comments(ask: Ask) -> dict[str, Any]:
        if ask.body["msg_data_id"] == 100:
            return {"errcode": 12345, "errmsg": "strange rid: 1-1-1"}
        one = [{"user_comment_id": 1, "content": "x"}] if ask.body["begin"] == 0 else []
        return {"errcode": 0, "total": 1, "comment": one}

    platform = Platform(stub, getarticletotaldetail=details("100_1", "101_1"), list=comments)
    part = resource(extract_account(platform.account, DAY, DAY, own_tokens), "comment")
    assert part.landed == 1 and part.covered == 0 and [g.reason for g in part.gaps] == ["unknown_code"]


def test_comments_are_asked_for_posts_that_only_landing_knows(stub: Stub, own_tokens: ExtractContext) -> None:
    asked: list[int] = []

    def comments(ask: Ask) -> dict[str, Any]:
        asked.append(ask.body["msg_data_id"])
        return {"errcode": 0, "total": 0, "comment": []}

    platform = Platform(stub, getarticletotaldetail=details("100_1"), list=comments)
    extract_account(platform.account, DAY, DAY, own_tokens)
    platform.over["getarticletotaldetail"] = {"errcode": 48001, "errmsg": "api unauthorized rid: 1-1-1"}
    extract_account(platform.account, DAY, DAY, own_tokens)
    assert asked == [100, 100]
    later = DAY + timedelta(days=30)
    extract_account(platform.account, later, later, replace(own_tokens, now=at(later)))
    assert asked == [100, 100]  # 30 days old: no longer asked


def test_an_endless_comment_list_is_noticed(stub: Stub, own_tokens: ExtractContext) -> None:
    same = {"errcode": 0, "total": 1, "comment": [{"user_comment_id": 1, "content": "x"}]}
    platform = Platform(stub, getarticletotaldetail=details("100_1"), list=same)
    gaps = extract_account(platform.account, DAY, DAY, own_tokens).gaps
    assert [g.reason for g in gaps] == ["bad_payload"] and "begin seems ignored" in gaps[0].message


def test_records_of_another_day_and_without_keys_are_rejected(stub: Stub, own_tokens: ExtractContext) -> None:
    rows = [
        {"ref_date": str(DAY), "user_source": 0, "new_user": 1},
        {"ref_date": "2020-01-01", "user_source": 1, "new_user": 1},
        {"ref_date": str(DAY), "new_user": 1},
        "13800001111",
    ]
    platform = Platform(stub, getusersummary={"list": rows})
    part = resource(extract_account(platform.account, DAY, DAY, own_tokens), "getusersummary")
    assert (part.landed, part.rejected, part.covered) == (1, 3, 1)
    rejects = records(own_tokens.landing, "wechat", "wx1", "_rejects")
    assert {r["reason"] for r in rejects} == {"outside_window", "missing_key", "not_an_object"}
    assert {r["origin"] for r in rejects} == {"/datacube/getusersummary"} and "13800001111" not in str(rejects)


def test_a_listing_that_shrinks_while_paging_is_read_again(stub: Stub, own_tokens: ExtractContext) -> None:
    reads = [0]

    def listing(ask: Ask) -> dict[str, Any]:
        offset = ask.body["offset"]
        reads[0] += offset == 0
        # In the first reading an article vanishes between the pages, so the 21st slips to the place of the 20th.
        names = [f"A{n}" for n in range(22)]
        if reads[0] == 1 and offset:
            names = [*names[1:], "B"]
        page = names[offset : offset + 20]
        item = [{"article_id": n, "update_time": 1, "content": {"news_item": [{"title": n}]}} for n in page]
        return {"total_count": 22, "item_count": len(item), "item": item}

    platform = Platform(stub, batchget=listing)
    report = extract_account(platform.account, DAY, DAY, own_tokens)
    assert report.ok and reads[0] in (1, 2)
    assert resource(report, "freepublish").landed >= 22


def test_asking_before_the_ready_hour_is_said(stub: Stub, own_tokens: ExtractContext) -> None:
    early = replace(own_tokens, now=at(DAY, 7))
    report = extract_account(Platform(stub).account, DAY, DAY, early)
    part = resource(report, "getarticleread")
    assert [(g.reason, str(g.window)) for g in part.gaps] == [("delayed", str(DAY))]
    assert all(str(date(2026, 11, 19)) != a.body.get("begin_date") for a in stub.calls)


# --- Channels lives ---------------------------------------------------------------------------------------------


def with_channels(wechat: Platform) -> Account:
    return replace(wechat.account, credentials={**wechat.account.credentials, "channels": "yes"})


def test_lives_are_read_page_by_page_by_the_time_of_their_end(stub: Stub, own_tokens: ExtractContext) -> None:
    pages = {"": (["A", "B"], "P2", True), "P2": (["B", "C"], "P3", True), "P3": ([], "P4", False)}

    def lives(ask: Ask) -> Any:
        names, following, more = pages[ask.body["last_buffer"]]
        items = [{"export_id": f"export/{name}", "live_start_time": 1794484805} for name in names]
        return {"errcode": 0, "errmsg": "ok", "last_buffer": following, "continue_flag": more, "item": items}

    me = with_channels(Platform(stub, get_finder_live_data_list=lives))
    report = extract_account(me, DAY, DAY, own_tokens)
    assert report.ok, report.message()
    landed = records(own_tokens.landing, "wechat", me.account, "channels_live")
    assert [row["export_id"] for row in landed] == ["export/A", "export/B", "export/C"]
    asked = next(ask.body for ask in stub.calls if ask.path.endswith("get_finder_live_data_list"))
    first = at(DAY - timedelta(days=3), 0)
    assert asked == {
        "start_time": int(first.timestamp()),
        "end_time": int(first.timestamp()) + 3 * 86_400 - 1,
        "last_buffer": "",
    }


def test_lives_that_never_end_are_noticed(stub: Stub, own_tokens: ExtractContext) -> None:
    answer = {"errcode": 0, "last_buffer": "SAME", "continue_flag": True, "item": []}
    report = extract_account(with_channels(Platform(stub, get_finder_live_data_list=answer)), DAY, DAY, own_tokens)
    assert [(g.resource, g.reason) for g in report.gaps] == [("channels_live", "bad_payload")]


def test_an_account_without_channels_is_not_asked_for_lives(stub: Stub, own_tokens: ExtractContext) -> None:
    report = extract_account(Platform(stub).account, DAY, DAY, own_tokens)
    assert report.ok and "channels_live" not in {item.resource for item in report.resources}
    assert not [ask for ask in stub.calls if "finderlive" in ask.path]
