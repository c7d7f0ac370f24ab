"""Xiaohongshu against a stub that pages, splits and errs as the samples say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from extract.errors import ExtractError
from extract.model import Account, AccountReport, ExtractContext, ResourceReport
from extract.run import extract_account, plan_account
from extract.xiaohongshu.client import codes, failure, platform
from tests.extract.conftest import DAY, Ask, Sandbox, Stub, at, landed_rows, records, sample

REPORT = "/api/open/jg/data/report/offline/creative"
NOTES = "/api/open/pgy/note/post/data"
KOLS = "/api/open/pgy/kol/data/detail"
ADS = ["campaign", "unit", "creativity", "report_creative", "report_note"]
CREATORS = ["pgy_note", "pgy_kol"]
BRAND = "5f0000000000000000000001"


def resource(report: AccountReport, name: str) -> ResourceReport:
    return next(item for item in report.resources if item.resource == name)


def landed(context: ExtractContext, account: Account, name: str) -> list[dict[str, Any]]:
    return records(context.landing, "xiaohongshu", account.account, name)


def ok(data: dict[str, Any]) -> dict[str, Any]:
    return {"code": 0, "success": True, "msg": "成功", "request_id": "R", "data": data}


def error(code: int, message: str = "said") -> dict[str, Any]:
    return {"code": code, "success": False, "msg": message, "request_id": "R-ERR", "data": None}


def report_row(day: date, number: int = 1, **over: str) -> dict[str, Any]:
    row = {"time": str(day), "campaign_id": "61", "unit_id": "71", "creativity_id": f"81{number:04d}"}
    return {**row, "fee": "1,234.50", "impression": "36,372", "click": "1,080", "acp": "-", **over}


def note_row(number: int, day: date, **over: Any) -> dict[str, Any]:
    row = {"date_key": f"{day:%Y%m%d}", "note_id": f"65{number:022x}", "kol_id": f"5e{number % 3:022x}"}
    return {**row, "note_publish_time": str(day - timedelta(days=number)), "read_num": 10 * number, **over}


class Xhs:
    """An account whose answers are those of `over` by path, else empty; tokens are numbered."""

    def __init__(self, stub: Stub, kind: str = "1", **credentials: str) -> None:
        self.over: dict[str, Callable[[Ask], Any]] = {}
        self.tokens = 0
        self.access_life: Any = 86400
        stub.reply = self.reply
        given = {"app_id": "1000001", "secret": "SECRET-OF-THE-APP", "auth_code": "AUTH-CODE-ONE"}
        number = "9500001" if kind == "1" else BRAND
        self.account = Account(
            "xiaohongshu", number, "n", "c", stub.url, {**given, "platform_type": kind, **credentials}
        )

    def reply(self, ask: Ask) -> Any:
        if "/oauth2/" in ask.path:
            self.tokens += 1
            n = self.tokens
            pair = {"access_token": f"ACCESS-TOKEN-{n}", "refresh_token": f"REFRESH-TOKEN-{n}"}
            return ok({**pair, "access_token_expires_in": self.access_life, "refresh_token_expires_in": 2592000})
        if ask.path in self.over:
            return self.over[ask.path](ask)
        if ask.path == NOTES:
            return ok({"total": 0, "total_page": 0, "datas": []})
        page = {"page_index": 1, "total_count": 0}
        empty: dict[str, list[Any]] = {name: [] for name in ("base_campaign_dtos", "unit_infos", "creativity_dtos")}
        return ok({**empty, "data_list": [], "total_count": 0, "page": page})


def paged(rows: list[Any], name: str) -> Callable[[Ask], Any]:
    """Rows cut by whatever page the call asks for."""

    def answer(ask: Ask) -> Any:
        inner = ask.body.get("page")
        page = inner if isinstance(inner, dict) else ask.body
        number = int(page.get("page_index") or page.get("page_num") or inner)
        size = int(page["page_size"])
        total = {"total_count": len(rows)}
        return ok({name: rows[(number - 1) * size : number * size], **total, "page": {"page_index": number, **total}})

    return answer


def test_every_account_of_the_sandbox_lands_completely(sandbox: Sandbox, context: ExtractContext) -> None:
    first = DAY - timedelta(days=90)
    for number, names in enumerate((ADS, ADS, CREATORS)):
        me = sandbox.account("xiaohongshu", number)
        report = extract_account(me, first, DAY, context)
        assert {gap.reason for gap in report.gaps} <= {"expired"}, report.message()  # of snapshots 3 days are kept
        assert [item.resource for item in report.resources] == names
        for item in report.resources:
            assert item.fetched == item.landed > 0 and not item.rejected and not item.unknown_fields, item
        again = extract_account(me, DAY, DAY, context)
        assert again.ok and all(item.landed == 0 for item in again.resources)
    assert len(list(context.tokens.glob("xiaohongshu*.token"))) == 2  # a consent for each kind of account
    creators = {row["kol_id"] for row in landed(context, me, "pgy_kol")}
    assert creators >= {row["kol_id"] for row in landed(context, me, "pgy_note") if row["date_key"] == f"{DAY:%Y%m%d}"}
    ads = landed(context, sandbox.account("xiaohongshu", 0), "creativity")
    assert creators & {row["note_user_id"] for row in ads}, "the creator of an advertised note is the same pseudonym"


def test_a_snapshot_is_read_until_it_settles(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("xiaohongshu", 2)
    versions: list[set[str]] = []
    for back in range(4):
        sandbox.freeze(at(DAY + timedelta(days=back)))
        day = DAY + timedelta(days=back)
        assert extract_account(me, day, day, replace(context, now=at(day))).ok
        rows = landed_rows(context.landing, "xiaohongshu", me.account, "pgy_note")
        versions.append({r["record_hash"] for r in rows if r["record"] and r["record"]["date_key"] == f"{DAY:%Y%m%d}"})
    assert len(versions[0]) < len(versions[1]) == len(versions[2]) == len(versions[3])


def test_an_account_asks_what_its_kind_has(stub: Stub, own_tokens: ExtractContext) -> None:
    advertiser, brand = Xhs(stub).account, Xhs(stub, "2").account
    assert list(dict.fromkeys(w.resource for w in plan_account(advertiser, DAY, DAY, own_tokens))) == ADS
    assert list(dict.fromkeys(w.resource for w in plan_account(brand, DAY, DAY, own_tokens))) == CREATORS
    windows = [str(w) for w in plan_account(advertiser, DAY, DAY, own_tokens) if w.resource == "report_note"]
    assert windows == ["2026-11-10..2026-11-19", "2026-10-31..2026-11-09", "2026-10-21..2026-10-30"]
    backfill = plan_account(brand, DAY - timedelta(days=40), DAY, own_tokens)
    kept = [str(w) for w in backfill if w.resource == "pgy_note"]
    assert kept == ["2026-11-19", "2026-11-18", "2026-11-17"]  # older snapshots are gone


@pytest.mark.parametrize("kind", ["", "3"])
def test_an_account_of_no_known_kind_is_a_gap_that_says_so(stub: Stub, own_tokens: ExtractContext, kind: str) -> None:
    report = extract_account(Xhs(stub, kind).account, DAY, DAY, own_tokens)
    assert {gap.resource for gap in report.gaps} == {*ADS, *CREATORS} and not stub.calls
    assert {gap.reason for gap in report.gaps} == {"token"} and "platform_type" in report.gaps[0].message


def test_listings_page_each_in_its_own_way(stub: Stub, own_tokens: ExtractContext) -> None:
    xhs = Xhs(stub)
    campaigns = [{"campaign_id": n, "campaign_name": f"计划{n}🍂"} for n in range(230)]
    xhs.over["/api/open/jg/campaign/list"] = paged(campaigns, "base_campaign_dtos")
    xhs.over["/api/open/jg/unit/list"] = paged(
        [{"id": n, "live_user_id": "5fperson"} for n in range(150)], "unit_infos"
    )
    creatives: list[dict[str, Any]] = [{"creativity_id": 2**53 + 1, "creativity_name": "new", "note_user_id": "5e1"}]
    creatives.append({"creative_id": 8, "creative_name": "old"})
    xhs.over["/api/open/jg/creativity/search"] = paged(creatives, "creativity_dtos")
    report = extract_account(xhs.account, DAY, DAY, own_tokens)
    assert report.ok, report.message()
    assert [resource(report, name).landed for name in ADS] == [230, 150, 2, 0, 0]
    bodies = {ask.path.rsplit("/jg/")[-1]: ask.body for ask in stub.calls if "/jg/" in ask.path}
    assert bodies["campaign/list"]["page"] == {"page_index": 3, "page_size": 100}
    assert bodies["unit/list"]["page"] == 2 and bodies["unit/list"]["advertiser_id"] == 9500001
    shown = landed(own_tokens, xhs.account, "creativity")
    assert {row["creativity_id"]: row["creativity_name"] for row in shown} == {"9007199254740993": "new", "8": "old"}
    assert len(shown[0]["note_user_id"]) == 32
    assert "5fperson" not in str(landed(own_tokens, xhs.account, "unit"))


def test_report_numbers_land_without_their_commas(stub: Stub, own_tokens: ExtractContext) -> None:
    xhs = Xhs(stub)

    def reports(ask: Ask) -> Any:
        newest = ask.body["end_date"] == str(DAY)
        return paged([report_row(DAY, n) for n in range(720)] if newest else [], "data_list")(ask)

    xhs.over[REPORT] = reports
    report = extract_account(xhs.account, DAY, DAY, own_tokens)
    assert report.ok and resource(report, "report_creative").landed == 720
    row = landed(own_tokens, xhs.account, "report_creative")[0]
    assert (row["fee"], row["impression"], row["acp"]) == ("1234.50", "36372", "-")
    body = next(ask.body for ask in stub.calls if ask.path == REPORT)
    days = {"start_date": str(DAY - timedelta(days=9)), "end_date": str(DAY), "time_unit": "DAY"}
    assert body == {"advertiser_id": 9500001, **days, "page_num": 1, "page_size": 500}


def test_the_last_part_of_the_report_path_is_a_setting(stub: Stub, own_tokens: ExtractContext) -> None:
    assert extract_account(Xhs(stub, report_level="creativity").account, DAY, DAY, own_tokens).ok
    assert {ask.path for ask in stub.calls if "creativ" in ask.path and "report" in ask.path} == {
        "/api/open/jg/data/report/offline/creativity"
    }
    report = extract_account(Xhs(stub, report_level="campaign").account, DAY, DAY, own_tokens)
    assert {gap.reason for gap in report.gaps} == {"token"} and "report_level" in report.gaps[0].message


def test_a_report_that_is_split_further_is_a_gap_and_not_a_loss(stub: Stub, own_tokens: ExtractContext) -> None:
    xhs = Xhs(stub)
    rows = [report_row(DAY, 1, placement="1"), report_row(DAY, 1, placement="2")]
    xhs.over[REPORT] = lambda ask: paged(rows if ask.body["end_date"] == str(DAY) else [], "data_list")(ask)
    gaps = extract_account(xhs.account, DAY, DAY, own_tokens).gaps
    assert [(gap.resource, gap.reason) for gap in gaps] == [("report_creative", "bad_payload")]
    assert "same time and creativity_id" in gaps[0].message and not landed(own_tokens, xhs.account, "report_creative")


def test_pages_with_fewer_rows_than_the_total_are_asked_twice(stub: Stub, own_tokens: ExtractContext) -> None:
    xhs = Xhs(stub)
    asked: list[Ask] = []

    def notes(ask: Ask) -> Any:
        asked.append(ask)
        rows = [{"time": str(DAY), "note_id": "65"}] if ask.body["end_date"] == str(DAY) else []
        return ok({"data_list": rows, "total_count": 2 if len(asked) == 1 else len(rows)})

    xhs.over["/api/open/jg/data/report/offline/note"] = notes
    report = extract_account(xhs.account, DAY, DAY, own_tokens)
    assert report.ok and len(asked) == 4


def test_a_snapshot_is_asked_by_windows_of_publish_days(stub: Stub, own_tokens: ExtractContext) -> None:
    xhs = Xhs(stub, "2")

    def notes(ask: Ask) -> Any:
        day = date.fromisoformat(ask.body["date_key"])
        rows = [note_row(n, day) for n in range(0, 90, 7)]
        rows = [r for r in rows if ask.body["start_time"] <= r["note_publish_time"] <= ask.body["end_time"]]
        return ok({"total": len(rows), "total_page": 1, "page_num": 1, "page_size": 100, "datas": rows})

    asked_creators: list[str] = []

    def creators(ask: Ask) -> Any:
        asked_creators.extend(ask.body["kol_ids"])
        rows = [{"kol_id": kol, "kol_nick_name": "路人甲", "kol_fan_num": 5} for kol in ask.body["kol_ids"]]
        return ok({"date_key": f"{DAY:%Y%m%d}", "datas": rows})

    xhs.over |= {NOTES: notes, KOLS: creators}
    report = extract_account(xhs.account, DAY, DAY, own_tokens)
    assert report.ok, report.message()
    assert resource(report, "pgy_note").landed == 3 * 13 and resource(report, "pgy_kol").landed == 3
    spans = [(a.body["start_time"], a.body["end_time"]) for a in stub.calls if a.body.get("date_key") == "20261119"]
    assert spans == [("2026-10-21", "2026-11-19"), ("2026-09-21", "2026-10-20"), ("2026-08-22", "2026-09-20")]
    assert {a.body["user_id"] for a in stub.calls if a.path in (NOTES, KOLS)} == {BRAND}
    assert len(asked_creators) == 3 and all(kol.startswith("5e") for kol in asked_creators)
    notes_landed, creators_landed = (
        landed(own_tokens, xhs.account, "pgy_note"),
        landed(own_tokens, xhs.account, "pgy_kol"),
    )
    assert {row["kol_id"] for row in notes_landed} == {row["kol_id"] for row in creators_landed}
    assert "路人甲" not in str(creators_landed) and "5e00" not in str(notes_landed + creators_landed)
    again = extract_account(xhs.account, DAY, DAY, own_tokens)
    assert all(item.landed == 0 for item in again.resources) and again.ok


def test_creators_are_asked_in_groups(stub: Stub, own_tokens: ExtractContext) -> None:
    xhs = Xhs(stub, "2")
    rows = [note_row(1, DAY, note_id=f"65{n}", kol_id=f"5e{n}") for n in range(45)]
    asked: list[int] = []

    def creators(ask: Ask) -> Any:
        asked.append(len(ask.body["kol_ids"]))
        return ok({"date_key": "20261119", "datas": [{"kol_id": kol} for kol in ask.body["kol_ids"]]})

    def notes(ask: Ask) -> Any:
        shown = rows if (ask.body["date_key"], ask.body["end_time"]) == ("20261119", str(DAY)) else []
        return ok({"total": len(shown), "total_page": 1, "datas": shown})

    xhs.over |= {NOTES: notes, KOLS: creators}
    report = extract_account(xhs.account, DAY, DAY, own_tokens)
    assert report.ok and asked == [20, 20, 5] and resource(report, "pgy_kol").landed == 45


@pytest.mark.parametrize(("age", "reasons"), [(5, ["delayed"]), (89, [])])
def test_an_empty_newest_snapshot_is_not_ready_unless_all_notes_grew_too_old(
    stub: Stub, own_tokens: ExtractContext, age: int, reasons: list[str]
) -> None:
    xhs = Xhs(stub, "2")
    before = DAY - timedelta(days=1)

    def notes(ask: Ask) -> Any:
        row = note_row(age, before)
        inside = ask.body["start_time"] <= row["note_publish_time"] <= ask.body["end_time"]
        rows = [row] if inside and ask.body["date_key"] == f"{before:%Y%m%d}" else []
        return ok({"total": len(rows), "total_page": 1, "datas": rows})

    xhs.over |= {NOTES: notes, KOLS: lambda ask: ok({"date_key": "20261118", "datas": []})}
    report = extract_account(xhs.account, DAY, DAY, own_tokens)
    assert [gap.reason for gap in report.gaps] == reasons
    assert [str(gap.window) for gap in report.gaps] == [str(DAY)] * len(reasons)
    kol = next(ask for ask in stub.calls if ask.path == KOLS)
    assert kol.body["kol_ids"] == [note_row(age, before)["kol_id"]]  # known from the snapshot before


@pytest.mark.parametrize(
    ("setting", "header"),
    [
        ({}, ("access-token", "ACCESS-TOKEN-1")),
        ({"token_header": "bearer"}, ("authorization", "Bearer ACCESS-TOKEN-1")),
    ],
)
def test_the_header_of_the_token_is_a_setting(
    stub: Stub, own_tokens: ExtractContext, setting: dict[str, str], header: tuple[str, str]
) -> None:
    assert extract_account(Xhs(stub, "2", **setting).account, DAY, DAY, own_tokens).ok
    calls = [ask for ask in stub.calls if ask.path == NOTES]
    assert calls and all(ask.headers.get(header[0]) == header[1] for ask in calls)
    assert all(("authorization" in ask.headers) == bool(setting) for ask in calls)


def test_tokens_live_as_long_as_the_answer_says_and_rotate(stub: Stub, own_tokens: ExtractContext) -> None:
    xhs = Xhs(stub)
    xhs.access_life = 3600
    assert extract_account(xhs.account, DAY, DAY, own_tokens).ok
    later = replace(own_tokens, now=own_tokens.now + timedelta(minutes=50))
    assert extract_account(xhs.account, DAY, DAY, later).ok and xhs.tokens == 1
    later = replace(own_tokens, now=own_tokens.now + timedelta(minutes=70))
    assert extract_account(xhs.account, DAY, DAY, later).ok and xhs.tokens == 2
    first, second = (ask for ask in stub.calls if "/oauth2/" in ask.path)
    assert first.path.endswith("/access_token") and first.body["auth_code"] == "AUTH-CODE-ONE"
    assert second.path.endswith("/refresh_token") and second.body["refresh_token"] == "REFRESH-TOKEN-1"
    assert first.body["app_id"] == 1000001 and stub.calls[-1].headers["access-token"] == "ACCESS-TOKEN-2"


def test_a_code_of_the_settings_renews_the_token(stub: Stub, own_tokens: ExtractContext) -> None:
    xhs = Xhs(stub, token_codes="77001, 77002")

    def campaigns(ask: Ask) -> Any:
        expired = ask.headers["access-token"] == "ACCESS-TOKEN-1"
        return error(77002) if expired else paged([{"campaign_id": 1}], "base_campaign_dtos")(ask)

    xhs.over["/api/open/jg/campaign/list"] = campaigns
    report = extract_account(xhs.account, DAY, DAY, own_tokens)
    assert report.ok and xhs.tokens == 2


def test_an_unknown_code_fails_its_window_and_is_never_retried(stub: Stub, own_tokens: ExtractContext) -> None:
    xhs = Xhs(stub)
    xhs.over["/api/open/jg/unit/list"] = lambda ask: error(98765, "new code, call 13800001111")
    report = extract_account(xhs.account, DAY, DAY, own_tokens)
    gap = report.gaps[0]
    assert [(g.resource, g.reason) for g in report.gaps] == [("unit", "unknown_code")]
    assert (gap.code, gap.request_id) == ("98765", "R-ERR") and "new code" in gap.message
    assert "13800001111" not in gap.message
    assert len([ask for ask in stub.calls if ask.path.endswith("unit/list")]) == 1


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"code": "0", "success": True}, None),
        ({"code": "200", "success": True}, None),
        ({"code": "0"}, None),
        ({"code": "0", "success": False, "message": "no"}, "0"),
        ({"success": False}, "none"),
        ({"success": False, "errorCode": "10005", "errorMsg": "gateway"}, "10005"),
    ],
)
def test_the_envelope(payload: dict[str, Any], code: str | None) -> None:
    found = failure(payload)
    assert (found.code if found else None) == code


def test_an_object_of_somebody_else_is_no_success() -> None:
    with pytest.raises(ExtractError, match="code"):
        failure({"data": {}})
    with pytest.raises(ExtractError, match="token_header"):
        platform({"token_header": "cookie"})


@pytest.mark.parametrize(
    "name", ["oauth2_refresh_token", "jg_unit_list", "jg_report_offline_note", "pgy_note_post_data"]
)
def test_every_error_of_the_samples_is_classified(name: str) -> None:
    handled = {error_["when"][:10]: failure(_text(error_["body"])) for error_ in sample("xiaohongshu", name)["errors"]}
    rules = codes({})
    found = {when: rules[said.code].handling for when, said in handled.items() if said}
    assert list(found.values()) == ["refresh_token", "back_off", "permanent", "permanent", "back_off"]


def _text(body: dict[str, Any]) -> dict[str, Any]:
    return {
        key: str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for key, value in body.items()
    }


def test_the_calls_are_those_of_the_samples(stub: Stub, own_tokens: ExtractContext) -> None:
    """Every call has the method, path and body fields of the sample; what a sample adds is optional there."""
    for kind in ("1", "2"):
        xhs = Xhs(stub, kind)
        xhs.over[NOTES] = lambda ask: ok(
            {"total": 1, "total_page": 1, "datas": [note_row(1, date.fromisoformat(ask.body["date_key"]))]}
            if ask.body["end_time"] == str(date.fromisoformat(ask.body["date_key"]))
            else {"total": 0, "total_page": 0, "datas": []}
        )
        xhs.over[KOLS] = lambda ask: ok({"date_key": "20261119", "datas": []})
        report = extract_account(xhs.account, DAY, DAY, replace(own_tokens, landing=own_tokens.landing / kind))
        assert report.ok, report.message()
    optional = {"update_start_date", "update_end_date", "split_columns", "sort_column", "sort", "refresh_token"}
    names = ["jg_campaign_list", "jg_unit_list", "jg_creativity_search", "jg_report_offline_creativity"]
    for name in [*names, "jg_report_offline_note", "pgy_note_post_data", "pgy_kol_data_detail", "oauth2_access_token"]:
        request = sample("xiaohongshu", name)["request"]
        ask = next(ask for ask in stub.calls if ask.path == request["path"])
        assert ask.method == request["method"]
        assert request["body"].keys() - optional == ask.body.keys(), name
        for field, value in request["body"].items():
            if field in ask.body:
                assert type(ask.body[field]) is type(value), f"{name}: {field}"


def test_a_landed_snapshot_belongs_to_its_day(stub: Stub, own_tokens: ExtractContext) -> None:
    xhs = Xhs(stub, "2")

    def notes(ask: Ask) -> Any:
        rows = [note_row(1, date.fromisoformat("20261101"))] if ask.body["start_time"] == "2026-10-21" else []
        return ok({"total": len(rows), "total_page": 1, "datas": rows})

    xhs.over |= {NOTES: notes, KOLS: lambda ask: ok({"date_key": "20261119", "datas": []})}
    report = extract_account(xhs.account, DAY, DAY, replace(own_tokens, now=at(DAY)))
    assert resource(report, "pgy_note").rejected == 1  # another snapshot's row
    assert not [r for r in landed_rows(own_tokens.landing, "xiaohongshu", BRAND, "pgy_note") if r["record"]]
