"""Ocean Engine end to end against the sandbox, and what only a stub shows."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from extract.landing import covered_windows
from extract.model import Account, AccountReport, ExtractContext, ResourceReport
from extract.run import extract_account, plan_account
from tests.extract.conftest import DAY, Ask, Sandbox, Stub, at, landed_rows, records

REPORT = "/open_api/v3.0/report/custom/get/"


def resource(report: AccountReport, name: str) -> ResourceReport:
    return next(item for item in report.resources if item.resource == name)


def payloads(context: ExtractContext, account: Account, name: str) -> list[dict[str, Any]]:
    return records(context.landing, "oceanengine", account.account, name)


def test_both_advertisers_of_one_consent_land_completely(sandbox: Sandbox, context: ExtractContext) -> None:
    for number in (0, 1):
        me = sandbox.account("oceanengine", number)
        assert [w.resource for w in plan_account(me, DAY, DAY, context)].count("report_custom") == 8
        report = extract_account(me, DAY, DAY, context)
        assert report.ok, report.message()
        assert [item.resource for item in report.resources] == [
            "project", "promotion", "report_custom", "report_custom_total", "comment",
        ]  # fmt: skip
        for item in report.resources:
            assert item.fetched == item.landed > 0 and not item.rejected and not item.unknown_fields, item
        assert resource(report, "promotion").landed > 20  # more than one page
        again = extract_account(me, DAY, DAY, context)
        assert again.ok and all(item.landed == 0 for item in again.resources)
    assert len(list(context.tokens.glob("oceanengine*.token"))) == 1


def test_rows_add_up_to_the_totals_of_every_day(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("oceanengine")
    extract_account(me, DAY, DAY, context)
    sums: Counter[tuple[str, str]] = Counter()
    for row in payloads(context, me, "report_custom"):
        for metric in ("stat_cost", "show_cnt", "click_cnt", "convert_cnt", "attribution_convert_cnt"):
            sums[row["dimensions"]["stat_time_day"], metric] += Decimal(row["metrics"][metric])  # type: ignore[assignment]
    totals = payloads(context, me, "report_custom_total")
    assert len(totals) == 8
    for total in totals:
        for metric in ("stat_cost", "show_cnt", "click_cnt", "convert_cnt", "attribution_convert_cnt"):
            assert sums[total["stat_time_day"], metric] == Decimal(total["metrics"][metric])


def test_restated_conversions_come_as_new_versions(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("oceanengine")
    extract_account(me, DAY - timedelta(days=9), DAY, context)
    for back in (1, 2, 3):
        day = DAY + timedelta(days=back)
        sandbox.freeze(at(day))
        report = extract_account(me, day, day, replace(context, now=at(day)))
        assert report.ok, report.message()
    versions = Counter(
        (row["dimensions"]["stat_time_day"], row["dimensions"]["cdp_promotion_id"])
        for row in payloads(context, me, "report_custom")
    )
    assert max(versions.values()) > 1  # a day was restated, and both versions are in landing
    rows = landed_rows(context.landing, "oceanengine", me.account, "report_custom")
    assert any(row["kind"] == "sighting" for row in rows)


def test_wrong_credentials_stop_both_resources_and_say_so(
    sandbox: Sandbox, context: ExtractContext, tmp_path: Path
) -> None:
    real = sandbox.account("oceanengine")
    me = replace(real, credentials={**real.credentials, "auth_code": "USED-LONG-AGO"})
    own = replace(context, tokens=tmp_path / "own")
    report = extract_account(me, DAY, DAY, own)
    assert {g.reason for g in report.gaps} == {"consent"} and len(report.gaps) == 11
    assert "auth_code" in report.gaps[0].action and "USED-LONG-AGO" not in report.message()


def test_the_comments_of_persons_are_pseudonymous(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("oceanengine")
    extract_account(me, DAY, DAY, context)
    comments = payloads(context, me, "comment")
    assert comments and all("aweme_name" not in c and "comment_images" not in c for c in comments)
    assert all(len(c["aweme_id"]) == 32 for c in comments if c.get("aweme_id"))


@pytest.mark.parametrize("field", ["stat_cost", "show_cnt"])
def test_a_report_that_does_not_add_up_is_asked_twice_and_then_a_gap(
    sandbox: Sandbox, context: ExtractContext, field: str
) -> None:
    me = sandbox.account("oceanengine")
    sandbox.plant({"source": "oceanengine", "kind": "off_by_one", "path": REPORT, "field": field, "day": str(DAY)})
    report = extract_account(me, DAY, DAY, context)
    gaps = [(g.resource, g.reason, str(g.window)) for g in report.gaps]
    assert gaps == [("report_custom", "bad_payload", str(DAY))] and sandbox.hits() == [2]
    assert field in report.gaps[0].message and "asked twice" in report.gaps[0].message
    assert resource(report, "report_custom").covered == 7
    assert not [r for r in payloads(context, me, "report_custom") if r["dimensions"]["stat_time_day"] == str(DAY)]
    sandbox.clear()
    assert extract_account(me, DAY, DAY, context).ok


def test_a_report_that_moved_once_is_asked_again(sandbox: Sandbox, context: ExtractContext) -> None:
    fault = {"source": "oceanengine", "kind": "off_by_one", "path": REPORT, "field": "show_cnt", "times": 1}
    sandbox.plant(fault)
    assert extract_account(sandbox.account("oceanengine"), DAY, DAY, context).ok and sandbox.hits() == [1]


def test_an_error_in_a_field_that_has_no_check_reaches_landing(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("oceanengine")
    extract_account(me, DAY, DAY, replace(context, landing=context.landing / "plain"))
    sandbox.plant({"source": "oceanengine", "kind": "off_by_one", "path": REPORT, "field": "convert_cnt", "times": 1})
    assert extract_account(me, DAY, DAY, context).ok

    def total(landing: Path) -> int:
        rows = records(landing, "oceanengine", me.account, "report_custom")
        return sum(int(row["metrics"]["convert_cnt"]) for row in rows)

    assert total(context.landing) == total(context.landing / "plain") + 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "token_expired", "path": "promotion", "times": 1},
        {"kind": "error_code", "code": 40110, "times": 2},
        {"kind": "truncated", "path": REPORT, "times": 1},
        {"kind": "reset", "times": 2},
        {"kind": "http_500", "path": "comment", "times": 1},
        {"kind": "duplicate_record"},
        {"kind": "slow", "path": "project", "seconds": 1, "times": 1},
        {"kind": "numeric_comma", "path": REPORT},
        {"kind": "unknown_field", "value": "13800001111"},
    ],
)
def test_faults_that_cost_nothing(sandbox: Sandbox, context: ExtractContext, fault: dict[str, Any]) -> None:
    me = sandbox.account("oceanengine")
    plain = extract_account(me, DAY, DAY, replace(context, landing=context.landing / "plain"))
    sandbox.plant({"source": "oceanengine", **fault})
    report = extract_account(me, DAY, DAY, context)
    assert report.ok, report.message()
    assert sandbox.hits()[0] >= 1
    assert [item.landed for item in report.resources] == [item.landed for item in plain.resources]


def test_another_company_loses_comments_only(sandbox: Sandbox, context: ExtractContext) -> None:
    sandbox.plant({"source": "oceanengine", "kind": "error_code", "code": 40119, "path": "comment"})
    report = extract_account(sandbox.account("oceanengine"), DAY, DAY, context)
    assert [(g.resource, g.reason) for g in report.gaps] == [("comment", "permission")]


def test_a_server_that_hangs_everywhere_ends_the_account_early(sandbox: Sandbox, context: ExtractContext) -> None:
    import time

    sandbox.plant({"source": "oceanengine", "kind": "hang", "seconds": 60})
    began = time.monotonic()
    report = extract_account(sandbox.account("oceanengine"), DAY, DAY, replace(context, deadline_seconds=20))
    assert time.monotonic() - began < 12
    assert len(report.gaps) == 11 and {g.reason for g in report.gaps} == {"timeout"}


# --- paging, against a stub -------------------------------------------------------------------------------------


class Ocean:
    """An advertiser with `rows` report rows a day, `size` on a page; `over` replaces the answer of a path."""

    def __init__(self, stub: Stub, **over: Any) -> None:
        self.over = over
        stub.reply = self.reply
        credentials = {"app_id": "1790000000000099", "secret": "SECRET-OF-THE-APP", "auth_code": "AUTH-CODE-ONE"}
        self.account = Account("oceanengine", "1790000000000001", "n", "c", stub.url, credentials)

    def reply(self, ask: Ask) -> Any:
        if ask.path.endswith("/access_token/"):
            return ok({"access_token": "ACCESS-TOKEN-1", "refresh_token": "REFRESH-TOKEN-1", "expires_in": 86399})
        name = ask.path.strip("/").split("/")[-2]
        if name in self.over:
            answer = self.over[name]
            return answer(ask) if callable(answer) else answer
        name = "comment_list" if name == "comment" else "rows" if name == "custom" else "list"
        return ok({name: [], "total_metrics": {}, "page_info": info(1, 0, 0)})


def ok(data: dict[str, Any]) -> dict[str, Any]:
    return {"code": 0, "message": "OK", "request_id": "R", "data": data}


def info(page: int, number: int, pages: int) -> dict[str, int]:
    return {"page": page, "page_size": 100, "total_number": number, "total_page": pages}


def row(number: int, day: str, cost: str = "1.50") -> dict[str, Any]:
    dimensions = {"stat_time_day": day, "cdp_project_id": "1", "cdp_promotion_id": str(number)}
    return {"dimensions": dimensions, "metrics": {"stat_cost": cost, "show_cnt": "10"}}


def report_of(pages: dict[int, list[int]], number: int, shrink_at: int = 0) -> Any:
    def answer(ask: Ask) -> Any:
        if ask.query["start_time"][:10] != str(DAY):
            return ok({"rows": [], "total_metrics": {}, "page_info": info(1, 0, 0)})
        page = int(ask.query["page"])
        total = {"stat_cost": str(Decimal("1.50") * number), "show_cnt": str(10 * number)}
        count = len(pages) - (1 if shrink_at and page >= shrink_at else 0)
        shown = [row(n, str(DAY)) for n in pages[page]]
        return ok({"rows": shown, "total_metrics": total, "page_info": info(page, number, count)})

    return answer


def test_pages_are_read_to_the_end_with_the_query_of_the_contract(stub: Stub, own_tokens: ExtractContext) -> None:
    ocean = Ocean(stub, custom=report_of({1: [1, 2], 2: [3, 4], 3: [5]}, 5))
    report = extract_account(ocean.account, DAY, DAY, own_tokens)
    assert report.ok and resource(report, "report_custom").landed == 5
    ask = next(a for a in stub.calls if a.path == REPORT and a.query["page"] == "3")
    assert ask.headers["access-token"] == "ACCESS-TOKEN-1" and ask.query["filters"] == "[]"
    assert (ask.query["start_time"], ask.query["end_time"]) == (f"{DAY} 00:00:00", f"{DAY} 23:59:59")
    assert json.loads(ask.query["order_by"]) and ask.query["page_size"] == "100"


def test_a_row_repeated_across_pages_that_hides_another_is_noticed(stub: Stub, own_tokens: ExtractContext) -> None:
    ocean = Ocean(stub, custom=report_of({1: [1, 2], 2: [2, 3]}, 4))
    gaps = extract_account(ocean.account, DAY, DAY, own_tokens).gaps
    assert [(g.resource, g.reason) for g in gaps] == [("report_custom", "bad_payload")]
    ocean.over["custom"] = report_of({1: [1, 2], 2: [2, 3]}, 3)  # a repeat that hides nothing
    report = extract_account(ocean.account, DAY, DAY, own_tokens)
    assert report.ok and resource(report, "report_custom").landed == 3


def test_pages_that_shrink_while_reading_are_noticed(stub: Stub, own_tokens: ExtractContext) -> None:
    ocean = Ocean(stub, custom=report_of({1: [1], 2: [2], 3: [3]}, 3, shrink_at=2))
    gaps = extract_account(ocean.account, DAY, DAY, own_tokens).gaps
    assert [g.reason for g in gaps] == ["bad_payload"] and "an earlier page said" in gaps[0].message


def test_a_listing_whose_repeat_hides_a_row_is_noticed(stub: Stub, own_tokens: ExtractContext) -> None:
    def projects(ask: Ask) -> Any:
        shown = [1, 2] if ask.query["page"] == "1" else [2, 3]
        return ok({"list": [{"project_id": n} for n in shown], "page_info": info(1, 4, 2)})

    gaps = extract_account(Ocean(stub, project=projects).account, DAY, DAY, own_tokens).gaps
    assert [(g.resource, g.reason) for g in gaps] == [("project", "bad_payload")]


def test_a_run_killed_between_two_files_leaves_no_report_without_its_totals(
    stub: Stub, own_tokens: ExtractContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    from extract.landing import LandingWriter

    ocean = Ocean(stub, custom=report_of({1: [1]}, 1))
    commit = LandingWriter.commit

    def dies(self: LandingWriter) -> Path | None:
        if self._constants[2] == "report_custom_total":
            raise KeyboardInterrupt
        return commit(self)

    monkeypatch.setattr(LandingWriter, "commit", dies)
    with pytest.raises(KeyboardInterrupt):
        extract_account(ocean.account, DAY, DAY, own_tokens)
    assert covered_windows(own_tokens.landing, "oceanengine", ocean.account.account, "report_custom") == []


def test_long_promotion_lists_are_read_by_cursor(stub: Stub, own_tokens: ExtractContext) -> None:
    def promotions(ask: Ask) -> Any:
        if "cursor" not in ask.query:
            return ok({"list": [{"promotion_id": 1}], "page_info": info(1, 10_001, 501)})
        start = int(ask.query["cursor"])
        following = min(start + 20, 45)
        cursor = {"cursor": following, "count": following - start, "has_more": following < 45}
        return ok({"list": [{"promotion_id": n + 1} for n in range(start, following)], "cursor_info": cursor})

    report = extract_account(Ocean(stub, promotion=promotions).account, DAY, DAY, own_tokens)
    assert resource(report, "promotion").landed == 45 and report.ok


def test_ids_keep_all_their_digits(stub: Stub, own_tokens: ExtractContext) -> None:
    big = (
        b'{"code":0,"data":{"list":[{"project_id":7450000000000000001}],"page_info":{"total_number":1,"total_page":1}}}'
    )
    ocean = Ocean(stub, project=big)
    extract_account(ocean.account, DAY, DAY, own_tokens)
    assert payloads(own_tokens, ocean.account, "project") == [{"project_id": "7450000000000000001"}]


def test_totals_are_there_whenever_the_report_is_covered(stub: Stub, own_tokens: ExtractContext) -> None:
    ocean = Ocean(stub, custom=report_of({1: [1]}, 1))
    extract_account(ocean.account, DAY, DAY, own_tokens)
    place = (own_tokens.landing, "oceanengine", ocean.account.account)
    days = [c.window.first_day for c in covered_windows(*place, "report_custom")]
    assert days == [c.window.first_day for c in covered_windows(*place, "report_custom_total")]
    assert days == [date(2026, 11, 12) + timedelta(days=i) for i in range(8)]
    assert len(payloads(own_tokens, ocean.account, "report_custom_total")) == 1
