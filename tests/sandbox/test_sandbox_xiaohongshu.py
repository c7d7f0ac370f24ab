"""Xiaohongshu's server against the contract samples; its world is a business under any seed; truth against answers."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox_client import Running
from test_sandbox_contract import shape_errors

from extract.scrub import mask_text
from sandbox.truth import truth
from sandbox.world import World
from sandbox.world.time import day_of, instant_of
from sandbox.world.xiaohongshu import XiaohongshuWorld

ADS, CREATORS = "/jg", "/pgy"
LISTS = {
    "campaign": ("/jg/campaign/list", {"status": 6, "page": {"page_index": 1, "page_size": 100}}, "base_campaign_dtos"),
    "unit": ("/jg/unit/list", {"page": 1, "page_size": 100}, "unit_infos"),
    "creativity": (
        "/jg/creativity/search",
        {"status": 2, "page": {"page_index": 1, "page_size": 100}},
        "creativity_dtos",
    ),
}


def post(box: Running, path: str, body: dict[str, Any], header: str = "Access-Token", number: int = 0) -> Any:
    """A call with the token of its kind of account; consents first when there is none."""
    accounts = box.of("xiaohongshu")
    account = accounts[2] if path.startswith(CREATORS) else accounts[number]
    kind = account["credentials"]["platform_type"]
    root = f"{account['base_url']}/api/open"
    if f"xhs{kind}" not in box.tokens:
        box.client.post(f"{box.base}/_sandbox/consent")
        box.tokens[f"xhs{kind}"] = consent(box, account)["data"]["access_token"]
    token = box.tokens[f"xhs{kind}"]
    name = {"user_id": account["account"]} if kind == "2" else {"advertiser_id": int(account["account"])}
    headers = {header: f"Bearer {token}" if header == "Authorization" else token}
    return box.client.post(f"{root}{path}", json={**name, **body}, headers=headers).json()


def consent(box: Running, account: dict[str, Any]) -> Any:
    given = account["credentials"]
    body = {"app_id": int(given["app_id"]), "secret": given["secret"], "auth_code": given["auth_code"]}
    return box.client.post(f"{account['base_url']}/api/open/oauth2/access_token", json=body).json()


def report(box: Running, name: str, first: str, last: str, number: int = 0) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    page = 0
    while True:
        page += 1
        body = {"start_date": first, "end_date": last, "time_unit": "DAY", "page_num": page, "page_size": 100}
        data = post(box, f"/jg/data/report/offline/{name}", body, number=number)["data"]
        rows += data["data_list"]
        if page * 100 >= data["total_count"]:
            assert len(rows) == data["total_count"]
            return rows


def notes(box: Running, key: str, first: str, last: str, **more: Any) -> Any:
    body = {"date_type": 2, "start_time": first, "end_time": last, "date_key": key, "page_num": 1, "page_size": 100}
    return post(box, "/pgy/note/post/data", body | more)


def check(answer: Any, samples: Path, name: str) -> None:
    sample = json.loads((samples / "xiaohongshu" / f"{name}.json").read_text("utf-8"))
    assert not sorted(set(shape_errors(answer, sample["success"])))


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def test_answers_have_the_samples_fields(box: Running, samples: Path) -> None:
    for name, (path, body, rows) in LISTS.items():
        answer = post(box, path, body)
        assert answer["data"][rows], name
        check(answer, samples, f"jg_{name}_{'search' if name == 'creativity' else 'list'}")
    span = {"start_date": "2026-03-01", "end_date": "2026-03-05", "time_unit": "DAY", "page_num": 1, "page_size": 500}
    check(post(box, "/jg/data/report/offline/creative", span), samples, "jg_report_offline_creativity")
    check(post(box, "/jg/data/report/offline/note", span), samples, "jg_report_offline_note")
    answer = notes(box, "20260309", "2026-02-08", "2026-03-09")
    assert answer["data"]["total"] > 5
    kinds = {row["note_type"] for row in answer["data"]["datas"]}
    assert kinds == {1, 2}
    check(answer, samples, "pgy_note_post_data")
    ids = [row["kol_id"] for row in answer["data"]["datas"]][:3]
    check(post(box, "/pgy/kol/data/detail", {"kol_ids": ids}), samples, "pgy_kol_data_detail")
    box.client.post(f"{box.base}/_sandbox/consent")
    check(consent(box, box.of("xiaohongshu")[0]), samples, "oauth2_access_token")


def test_numbers_are_text_with_commas(box: Running) -> None:
    rows = report(box, "creative", "2026-02-01", "2026-03-09")
    assert any("," in row["impression"] for row in rows) and any("," in row["fee"] for row in rows)
    assert any(row["fee"] == "0" and row["acp"] == "-" for row in rows)
    assert all(row["ctr"] == "0" or row["ctr"].endswith("%") for row in rows)
    for row in rows:
        parts = sum(number(row[name]) for name in ("like", "comment", "collect", "follow", "share"))
        assert number(row["interaction"]) == parts


@pytest.mark.parametrize("advertiser", [0, 1])
def test_both_reports_add_up_to_the_same(box: Running, advertiser: int) -> None:
    names = ("fee", "impression", "click", "like", "leads", "success_goods_order", "purchase_order_gmv_7d")
    sums: list[Counter[tuple[str, str]]] = [Counter(), Counter()]
    for total, name in zip(sums, ("creative", "note"), strict=True):
        for row in report(box, name, "2026-02-01", "2026-03-09", advertiser):
            for metric in names:
                total[row["time"], metric] += number(row[metric])  # type: ignore[assignment]
    assert sums[0] == sums[1] and len(sums[0]) > 200


def test_a_day_shows_from_the_next_morning(box: Running) -> None:
    box.at("2026-03-10T07:59:00")
    assert not report(box, "creative", "2026-03-09", "2026-03-09")
    assert notes(box, "20260309", "2026-02-08", "2026-03-09")["data"]["total"] == 0
    box.at("2026-03-10T08:00:00")
    assert report(box, "creative", "2026-03-09", "2026-03-09")
    assert notes(box, "20260309", "2026-02-08", "2026-03-09")["data"]["total"] > 0


def test_only_the_last_three_snapshots_are_kept(box: Running) -> None:
    for key, code in (("20260309", 0), ("20260307", 0), ("20260306", 10004)):
        assert notes(box, key, "2026-02-08", "2026-03-06")["code"] == code, key
    assert notes(box, "20260309", "2026-02-07", "2026-03-09")["code"] == 10004  # 31 days


def test_counters_are_cumulative_settle_and_now_and_then_fall(box: Running) -> None:
    before: dict[str, dict[str, Any]] = {}
    falls = settled = 0
    for day in range(30):
        at = date(2026, 2, 1) + timedelta(days=day)
        box.at(f"{at + timedelta(days=1)}T10:00:00")
        rows = notes(box, f"{at:%Y%m%d}", "2026-01-03", str(min(at, date(2026, 2, 1))))["data"]["datas"]
        for row in rows:
            old = before.get(row["note_id"])
            if old:
                assert row["imp_num"] >= old["imp_num"] and row["kol_price"] == old["kol_price"]
                falls += row["like_num"] < old["like_num"]
            assert row["imp_num"] == row["origin_imp_num"] + row["promotion_imp_num"]
            assert row["engage_num"] == sum(row[name] for name in ("like_num", "fav_num", "cmt_num", "share_num"))
        before = {row["note_id"]: row for row in rows}
        box.at(f"{at + timedelta(days=2)}T10:00:00")
        again = notes(box, f"{at:%Y%m%d}", "2026-01-03", str(min(at, date(2026, 2, 1))))["data"]["datas"]
        settled += any(row["interest_num"] > before[row["note_id"]]["interest_num"] for row in again)
        before = {row["note_id"]: row for row in again}
    assert falls > 0 and settled > 20


def test_a_creators_note_that_is_advertised_is_the_same_note(box: Running) -> None:
    path, body, rows = LISTS["creativity"]
    shown = {row["note_id"]: row["note_user_id"] for row in post(box, path, body)["data"][rows]}
    listed = notes(box, "20260309", "2026-02-08", "2026-03-09")["data"]["datas"]
    listed += notes(box, "20260309", "2026-01-09", "2026-02-07")["data"]["datas"]
    both = [row for row in listed if row["note_id"] in shown]
    assert both and all(shown[row["note_id"]] == row["kol_id"] for row in both)
    assert any(row["promotion_imp_num"] > 0 for row in both)


def test_tokens_are_of_one_kind_and_both_headers_work(box: Running) -> None:
    key = {"date_type": 2, "start_time": "2026-03-01", "end_time": "2026-03-09", "date_key": "20260309"}
    body = {**key, "page_num": 1, "page_size": 10}
    assert post(box, "/pgy/note/post/data", body, "Authorization")["code"] == 0
    assert post(box, LISTS["unit"][0], LISTS["unit"][1])["code"] == 0
    box.tokens["xhs1"], box.tokens["xhs2"] = box.tokens["xhs2"], box.tokens["xhs1"]
    assert post(box, "/pgy/note/post/data", body)["code"] == 10003
    box.tokens["xhs1"] = "nonsense"
    assert post(box, LISTS["unit"][0], LISTS["unit"][1])["code"] == 10001


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_world_is_a_business(seed: int) -> None:
    world = World(seed, 1.0)
    part = world.part(XiaohongshuWorld)
    part.ensure(200)
    reads: Counter[int] = Counter()
    for chunk in part.creators.growth:
        for note, read in zip(chunk["note"].tolist(), chunk["read"].tolist(), strict=True):
            reads[note] += read
    ranked = sorted(reads.values(), reverse=True)
    assert sum(ranked[: len(ranked) // 10]) > 0.3 * sum(ranked), "a tenth of the notes draws most of the reads"
    spend = sum(int(chunk["cost"].sum()) for events in part.accounts for chunk in events.delivery)
    assert 0.3 < spend / (200 * part.market.spend_fen) < 3
    assert all(len(chunk["ad"]) > 0 for events in part.accounts for chunk in events.delivery[5:60])
    assert 60 < len(part.creators.notes) < 400 and len({note.note_id for note in part.creators.notes}) == len(reads)
    for note in part.creators.notes:
        assert note.price % 10_000 == 0 and mask_text(note.title) == note.masked_title
    again = World(seed, 1.0).part(XiaohongshuWorld)
    again.ensure(40)
    assert again.creators.notes == [note for note in part.creators.notes if note.publish_day <= 40]
    assert all((again.creators.growth[40][name] == part.creators.growth[40][name]).all() for name in ("note", "likes"))


def test_the_truth_of_ads_equals_the_answers(box: Running) -> None:
    connection = truth(box.world, date(2026, 2, 20), date(2026, 3, 9), instant_of("2026-03-10T11:45:00"))
    columns = (
        "spend_amount, impressions, clicks, likes, comments, saves, new_follows, shares, leads, orders, order_amount"
    )
    told = connection.execute(
        f"select account_id, metric_date, ad_id, ad_group_id, campaign_id, {columns} from ad_daily "
        "where source = 'xiaohongshu' order by all"
    ).fetchall()
    names = ("fee", "impression", "click", "like", "comment", "collect", "follow", "share", "leads")
    names += ("success_goods_order", "purchase_order_gmv_7d")
    found = sorted(
        (
            box.of("xiaohongshu")[advertiser]["account"],
            date.fromisoformat(row["time"]),
            row["creativity_id"],
            row["unit_id"],
            row["campaign_id"],
            *(number(row[name]) for name in names),
        )
        for advertiser in (0, 1)
        for row in report(box, "creative", "2026-02-20", "2026-03-09", advertiser)
    )
    assert told == found and len(told) > 200


def test_the_truth_of_notes_equals_the_snapshot(box: Running) -> None:
    connection = truth(box.world, date(2026, 3, 7), date(2026, 3, 9), instant_of("2026-03-10T11:45:00"))
    columns = "views_to_date, impressions_to_date, likes_to_date, comments_to_date, saves_to_date, shares_to_date"
    for day in (date(2026, 3, 7), date(2026, 3, 9)):
        told = connection.execute(
            f"select content_id, {columns} from content_daily "
            "where source = 'xiaohongshu' and metric_date = ? order by all",
            [day],
        ).fetchall()
        found = []
        for back in (0, 30, 60):
            last = day - timedelta(days=back)
            rows = notes(box, f"{day:%Y%m%d}", str(last - timedelta(days=29)), str(last))["data"]["datas"]
            names = ("read_num", "imp_num", "like_num", "cmt_num", "fav_num", "share_num")
            found += [(row["note_id"], *(row[name] for name in names)) for row in rows]
        assert told == sorted(found) and len(told) > 20
    assert day_of(date(2026, 3, 9)) > 0
