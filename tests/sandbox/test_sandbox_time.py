"""The virtual clock: what is shown when, what is delayed, restated, and how tokens age."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from sandbox.world.time import date_of, day_of, midnight, moment


def test_yesterday_shows_from_eight(box) -> None:
    box.at("2026-03-10T07:59:59")
    assert box.wx("getusersummary", "2026-03-09")["list"] == []
    assert box.wx("getusercumulate", "2026-03-09")["list"] == []
    assert box.wx("getarticleread", "2026-03-09")["list"] == []
    box.at("2026-03-10T08:00:00")
    assert box.wx("getusersummary", "2026-03-09")["list"]
    assert box.wx("getarticleread", "2026-03-09")["list"]
    assert box.wx("getusersummary", "2026-03-10")["errcode"] == 61501


def test_the_future_is_hidden(box) -> None:
    now = "2026-02-01T12:00:00"
    box.at(now)
    limit = box.clock.now()
    assert all(
        row["update_time"] <= limit for row in box.wx("/cgi-bin/freepublish/batchget", offset=0, count=20)["item"]
    )
    for day in range(1, 28):
        for article in box.wx("getarticletotaldetail", f"2026-01-{day:02d}")["list"]:
            assert max(d["stat_date"] for d in article["detail_list"]) == "2026-01-31" or day < 3
    assert box.report("2026-02-01", "2026-02-20", ["stat_cost"])["data"]["rows"] == []
    listed = box.pages("v3.0/project/list", "list", page_size=100) + box.pages(
        "v3.0/promotion/list", "list", page_size=20
    )
    assert all(row.get("project_modify_time", "") <= now.replace("T", " ") for row in listed)
    comments = box.oe("v3.0/tools/comment/get", start_time="2026-01-30", end_time="2026-02-10", page_size=100)
    assert all(row["create_time"] <= now.replace("T", " ") for row in comments["data"]["comment_list"])
    assert comments["data"]["comment_list"]


def test_details_end_after_thirty_days(box) -> None:
    box.at("2026-03-20T12:00:00")
    article = next(a for d in range(10, 20) for a in box.wx("getarticletotaldetail", f"2026-01-{d}")["list"])
    dates = [detail["stat_date"] for detail in article["detail_list"]]
    assert len(dates) == 30 and dates[0] == article["ref_date"]


def test_delayed_mornings_say_so_and_complete_later(box) -> None:
    account = box.world.wechat[0]
    box.world.ensure(200)
    day, until = next((d, u) for d, u in enumerate(account.delays) if u and d > 30)
    stamp = str(date_of(day))
    box.at(moment(until - 1).isoformat())
    early = {
        name: box.wx(name, stamp)
        for name in ("getarticleread", "getarticleshare", "getbizsummary", "getarticletotaldetail")
    }
    assert all(answer["is_delay"] for answer in early.values())
    box.at(moment(until).isoformat())
    late = {name: box.wx(name, stamp) for name in early}
    assert not any(answer["is_delay"] for answer in late.values())
    reads = [sum(row["detail"]["read_user"] for row in a["getarticleread"]["list"]) for a in (early, late)]
    assert reads[0] < reads[1]


def test_conversions_are_written_back_for_a_week(box) -> None:
    seen: list[dict[str, Any]] = []
    for now in ("2026-03-02T10:00", "2026-03-05T10:00", "2026-03-09T10:00", "2026-03-20T10:00"):
        box.at(now)
        metrics = ["convert_cnt", "attribution_convert_cnt"]
        seen.append(box.report("2026-03-01", "2026-03-01", metrics)["data"]["total_metrics"])
    attributed = [int(total["attribution_convert_cnt"]) for total in seen]
    assert attributed[0] < attributed[1] < attributed[2] == attributed[3]
    assert len({total["convert_cnt"] for total in seen}) == 1


def test_cost_is_an_estimate_until_eight(box) -> None:
    box.at("2026-03-02T07:00")
    before = box.report("2026-03-01", "2026-03-01", ["stat_cost"])["data"]["total_metrics"]["stat_cost"]
    box.at("2026-03-02T08:00")
    after = box.report("2026-03-01", "2026-03-01", ["stat_cost"])["data"]["total_metrics"]["stat_cost"]
    assert before != after and abs(float(before) / float(after) - 1) < 0.02


def test_restated_days_change_within_three_days(box) -> None:
    account = box.world.wechat[0]
    box.world.ensure(150)
    day = next(d for d in range(40, 120) if (account.follows[d]["known_at"] > midnight(d + 2)).any())
    stamp = str(date_of(day))
    box.at(f"{date_of(day + 1)}T12:00")
    first = box.wx("getusersummary", stamp)["list"], box.wx("getusercumulate", stamp)["list"]
    box.at(f"{date_of(day + 3)}T10:00")
    second = box.wx("getusersummary", stamp)["list"], box.wx("getusercumulate", stamp)["list"]
    assert first != second
    gained = sum(r["new_user"] - r["cancel_user"] for r in second[0]) - sum(
        r["new_user"] - r["cancel_user"] for r in first[0]
    )
    assert second[1][0]["cumulate_user"] - first[1][0]["cumulate_user"] == gained


def test_cumulate_is_previous_plus_new_minus_cancel(box) -> None:
    for number in (0, 1):
        level = {
            r["ref_date"]: r["cumulate_user"]
            for r in box.wx("getusercumulate", "2026-03-01", "2026-03-07", number)["list"]
        }
        moved = box.wx("getusersummary", "2026-03-01", "2026-03-07", number)["list"]
        days = sorted(level)
        for before, day in pairwise(days):
            net = sum(r["new_user"] - r["cancel_user"] for r in moved if r["ref_date"] == day)
            assert level[day] == level[before] + net


def test_wechat_token_repeats_hands_over_and_expires(box) -> None:
    box.at("2026-03-10T10:00:00")
    first = box.wx_token()
    assert box.wx_token() == first and len(first["access_token"]) < 512
    box.at("2026-03-10T11:56:00")
    second = box.wx_token()
    root = box.of("wechat")[0]["base_url"]

    def code(token: str) -> int:
        body = {"begin_date": "2026-03-08", "end_date": "2026-03-08"}
        return (
            box.client.post(f"{root}/datacube/getusersummary", params={"access_token": token}, json=body)
            .json()
            .get("errcode", 0)
        )

    assert second["access_token"] != first["access_token"]
    assert code(first["access_token"]) == code(second["access_token"]) == 0
    box.at("2026-03-10T12:00:00")
    assert code(first["access_token"]) == 42001
    forced = box.wx_token(force=True)
    assert code(second["access_token"]) == 40001 and code(forced["access_token"]) == 0
    assert code("") == 41001 and code("made-up") == 40001


def test_wechat_token_needs_the_right_secret(box) -> None:
    account = box.of("wechat")[0]
    for change, code in (({"appid": "wx0"}, 40013), ({"secret": "no"}, 40125)):
        body = {"grant_type": "client_credential", **account["credentials"]} | change
        assert box.client.post(f"{account['base_url']}/cgi-bin/stable_token", json=body).json()["errcode"] == code


def test_refresh_kills_both_old_tokens(box) -> None:
    old = box.oe_consent()["data"]
    new = box.oe_pair("refresh_token", refresh_token=old["refresh_token"])["data"]
    assert box.oe_raw("v3.0/project/list", token=old["access_token"]).json()["code"] == 40105
    assert box.oe_pair("refresh_token", refresh_token=old["refresh_token"])["code"] == 40103
    assert box.oe_raw("v3.0/project/list", token=new["access_token"]).json()["code"] == 0
    third = box.oe_pair("refresh_token", refresh_token=new["refresh_token"])["data"]
    assert third and box.oe_pair("refresh_token", refresh_token=old["refresh_token"])["code"] == 40107


def test_auth_code_works_once(box) -> None:
    box.oe_consent()
    code = box.of("oceanengine")[0]["credentials"]["auth_code"]
    assert box.oe_pair("access_token", auth_code=code)["code"] == 40115
    assert box.oe_pair("access_token", auth_code="other")["code"] == 40115
    assert box.oe_pair("access_token", auth_code=code, secret="no")["code"] == 40002
    assert box.oe_pair("access_token", auth_code=code, app_id="1")["code"] == 40113


def test_ocean_tokens_age_by_the_virtual_clock(box) -> None:
    pair = box.oe_consent()["data"]
    box.at("2026-03-11T11:45:00")
    assert box.oe_raw("v3.0/project/list", token=pair["access_token"]).json()["code"] == 40102
    box.at("2026-06-11T11:45:00")  # a jump: daily runs in between are taken for granted
    pair = box.oe_pair("refresh_token", refresh_token=pair["refresh_token"])["data"]
    box.at("2026-07-20T11:45:00", elapse=True)
    assert box.oe_pair("refresh_token", refresh_token=pair["refresh_token"])["code"] == 40103


def test_clock_refuses_nonsense_and_reports_itself(box) -> None:
    url = f"{box.base}/_sandbox/clock"
    assert box.client.post(url, json={"now": "yesterday"}).status_code == 400
    assert box.client.post(url, json={}).status_code == 400
    assert box.client.get(url).json() == {"now": "2026-03-10T11:45:00+08:00", "frozen": True}
    box.client.post(url, json={"now": "2026-03-10T03:45:00Z"})
    assert box.client.get(url).json()["now"] == "2026-03-10T11:45:00+08:00"
    assert box.client.get(f"{box.base}/_sandbox/health").json()["seed"] == 7
    assert day_of(date_of(5)) == 5
