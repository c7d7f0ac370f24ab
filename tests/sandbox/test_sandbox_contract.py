"""The servers' answers against the contract samples: fields, types, error bodies, paging, spans."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.platforms.oceanengine.numbers import METRICS
from sandbox.platforms.wechat.server import RETIRED

OPTIONAL = {"openid", "reply", "content"}


def shape_errors(answer: Any, sample: Any, where: str = "$") -> list[str]:
    """Differences in field names and types; list items are held against all items of the sample's list."""
    if isinstance(sample, list):
        if not isinstance(answer, list):
            return [f"{where}: expected a list, got {type(answer).__name__}"]
        if not sample:
            return []
        merged = merge(sample)
        return [error for item in answer for error in shape_errors(item, merged, f"{where}[]")]
    if isinstance(sample, dict):
        if not isinstance(answer, dict):
            return [f"{where}: expected an object, got {type(answer).__name__}"]
        errors = [f"{where}.{name}: not in the sample" for name in answer if name not in sample]
        errors += [f"{where}.{name}: missing" for name in sample if name not in answer and name not in OPTIONAL]
        return errors + [
            e for name in answer if name in sample for e in shape_errors(answer[name], sample[name], f"{where}.{name}")
        ]
    return [] if type(answer) is type(sample) else [f"{where}: expected {type(sample).__name__}, got {answer!r}"]


def merge(items: list[Any]) -> Any:
    """One item with the fields of all."""
    if not isinstance(items[0], dict):
        return items[0]
    merged: dict[str, Any] = {}
    for item in items:
        for name, value in item.items():
            old = merged.get(name)
            merged[name] = (
                value + old if isinstance(value, list) and isinstance(old, list) else old if name in merged else value
            )
    return merged


def check(answer: Any, folder: Path, name: str, variant: int | None = None) -> None:
    sample = json.loads((folder / f"{name}.json").read_text())
    expected = sample["success"] if variant is None else sample["variants"][variant]["success"]
    errors = sorted(set(shape_errors(answer, expected)))
    assert not errors, errors


def error_body(folder: Path, name: str, code: int) -> dict[str, Any]:
    sample = json.loads((folder / f"{name}.json").read_text())
    return next(e["body"] for e in sample["errors"] if code in (e["body"].get("errcode"), e["body"].get("code")))


def test_shape_check_can_fail() -> None:
    assert shape_errors({"a": "1"}, {"a": 1}) and shape_errors({}, {"a": 1}) and shape_errors({"b": 1}, {})


@pytest.mark.parametrize("number", [0, 1])
def test_wechat_answers_have_the_samples_fields(box, samples: Path, number: int) -> None:
    folder = samples / "wechat"
    check(box.wx_token(number), folder, "stable_token")
    for name, first, last in (
        ("getusersummary", "2026-03-01", "2026-03-07"),
        ("getusercumulate", "2026-03-01", "2026-03-07"),
        ("getbizsummary", "2026-02-08", "2026-03-09"),
        ("getarticleread", "2026-03-05", None),
        ("getarticleshare", "2026-03-05", None),
    ):
        answer = box.wx(name, first, last, number)
        assert answer["list"], name
        check(answer, folder, name)
    details = [box.wx("getarticletotaldetail", f"2026-02-{day:02d}", None, number) for day in range(10, 28)]
    assert any(answer["list"] for answer in details)
    for answer in details:
        check(answer, folder, "getarticletotaldetail")
    listing = box.wx("/cgi-bin/freepublish/batchget", number=number, offset=0, count=20, no_content=0)
    check(listing, folder, "freepublish_batchget")
    texts = []
    for answer in details:
        for article in answer["list"]:
            message, idx = article["msgid"].split("_")
            found = box.wx(
                "/cgi-bin/comment/list", number=number, msg_data_id=int(message), index=int(idx) - 1, begin=0, count=49
            )
            if found["errcode"] == 0:
                check(found, folder, "comment_list")
                texts += found["comment"]
            else:
                assert found["errcode"] == 88001
    assert any("reply" in c for c in texts) and any("openid" in c for c in texts)


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("getusersummary", {"begin_date": "2026-03-01", "end_date": "2026-03-08"}, 61501),
        ("getusersummary", {"begin_date": "20260301", "end_date": "2026-03-02"}, 61500),
        ("getusersummary", {"begin_date": "2026-03-05", "end_date": "2026-03-04"}, 61501),
        ("getusercumulate", {"begin_date": "2026-03-09", "end_date": "2026-03-10"}, 61501),
        ("getbizsummary", {"begin_date": "2026-02-01", "end_date": "2026-03-03"}, 61501),
        ("getarticletotaldetail", {"begin_date": "2026-03-01", "end_date": "2026-03-02"}, 61501),
        ("getarticleread", {"begin_date": "2026-02-30", "end_date": "2026-02-30"}, 61500),
    ],
)
def test_wechat_refuses_bad_dates_like_the_platform(
    box, samples: Path, name: str, body: dict[str, str], code: int
) -> None:
    answer = box.wx_raw(f"/datacube/{name}", body)
    assert answer.status_code == 200
    expected = error_body(samples / "wechat", name, code)
    assert answer.json()["errcode"] == code
    assert answer.json()["errmsg"].split(" rid:")[0] == expected["errmsg"].split(" rid:")[0]


def test_retired_article_calls_are_offline(box) -> None:
    for name in RETIRED:
        assert box.wx(name, "2026-03-01")["errcode"] == 47009


def test_comment_list_refuses_fifty_and_unknown_messages(box) -> None:
    assert box.wx("/cgi-bin/comment/list", msg_data_id=1, index=0, begin=0, count=50, type=0)["errcode"] == 88010
    assert box.wx("/cgi-bin/comment/list", msg_data_id=1, index=0, begin=0, count=49, type=0)["errcode"] == 88001


def test_freepublish_pages_end_and_hold_every_message_once(box) -> None:
    ids, offset = [], 0
    while True:
        page = box.wx("/cgi-bin/freepublish/batchget", offset=offset, count=7, no_content=1)
        assert page["item_count"] == len(page["item"]) and "content" not in str(page["item"])[:0]
        if not page["item"]:
            break
        assert all("content" not in news for item in page["item"] for news in item["content"]["news_item"])
        ids += [item["article_id"] for item in page["item"]]
        offset += page["item_count"]
    assert offset == page["total_count"] == len(ids) == len(set(ids)) > 7


def test_comments_page_without_loss(box) -> None:
    account = box.world.wechat[0]
    article = max(
        account.articles, key=lambda a: len([c for c in account.comments[a.number] if c.created_at < box.clock.now()])
    )
    body = {"msg_data_id": article.message, "index": article.idx - 1, "type": 0}
    whole, begin = [], 0
    while page := box.wx("/cgi-bin/comment/list", begin=begin, count=20, **body)["comment"]:
        whole += [row["user_comment_id"] for row in page]
        begin += len(page)
    assert len(whole) == len(set(whole)) > 40


def test_ocean_answers_have_the_samples_fields(box, samples: Path) -> None:
    folder = samples / "oceanengine"
    consent = box.oe_consent()
    check(consent, folder, "oauth2_access_token")
    renewed = box.oe_pair("refresh_token", refresh_token=consent["data"]["refresh_token"])
    check(renewed, folder, "oauth2_refresh_token")
    box.tokens["oe"] = renewed["data"]["access_token"]
    listed = box.client.get(
        f"{box.of('oceanengine')[0]['base_url']}/open_api/oauth2/advertiser/get/",
        params={"access_token": box.tokens["oe"]},
    ).json()
    check(listed, folder, "oauth2_advertiser_get")
    assert [row["advertiser_role"] for row in listed["data"]["list"]] == [1, 1, 2, 10]
    for number in (0, 1):
        check(box.oe("v3.0/project/list", number, page=1, page_size=100), folder, "project_list")
        check(box.oe("v3.0/promotion/list", number, page=1, page_size=20), folder, "promotion_list")
        check(box.oe("v3.0/promotion/list", number, cursor=0, count=20), folder, "promotion_list", 0)
        report = box.report("2026-03-01 00:00:00", "2026-03-09 23:59:59", list(METRICS), number)
        assert report["data"]["rows"]
        check(report, folder, "report_custom_get")
        found = box.oe(
            "v3.0/tools/comment/get", number, start_time="2026-03-03", end_time="2026-03-09", page=1, page_size=100
        )
        assert found["data"]["comment_list"]
        check(found, folder, "tools_comment_get")
    check(box.report("2025-10-01", "2025-10-02", list(METRICS)), folder, "report_custom_get", 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"filters": ""}, "filters"),
        ({"order_by": ""}, "order_by"),
        ({"page_size": 101}, "page_size"),
        ({"start_time": "2026-01-01"}, "30 days"),
        ({"start_time": "20260301"}, "start_time"),
        ({"start_time": ""}, "required"),
        ({"metrics": ["stat_cost", "made_up"]}, "made_up"),
        ({"dimensions": ["moon"]}, "moon"),
        ({"start_time": "2026-03-08", "end_time": "2026-03-07"}, "after"),
        ({"data_topic": "MATERIAL_DATA"}, "data_topic"),
    ],
)
def test_report_refuses_what_the_platform_refuses(box, change: dict[str, Any], words: str) -> None:
    answer = box.report(**({"first": "2026-03-01", "last": "2026-03-05", "metrics": ["stat_cost"]} | change))
    assert answer["code"] == 40000 and words in answer["message"], answer


def test_report_defaults_groups_and_totals(box) -> None:
    asked = {"dimensions": ["stat_time_day"], "order_by": [{"field": "stat_cost", "type": "DESC"}]}
    answer = box.report("2026-03-01", "2026-03-07", ["stat_cost", "show_cnt"], **asked)["data"]
    costs = [float(row["metrics"]["stat_cost"]) for row in answer["rows"]]
    assert len(costs) == 7 and costs == sorted(costs, reverse=True)
    assert abs(sum(costs) - float(answer["total_metrics"]["stat_cost"])) < 0.005
    whole = box.report("2026-03-01", "2026-03-07", ["stat_cost"], page_size="")["data"]["page_info"]
    assert whole["page_size"] == 10 and whole["total_number"] > 10
    project = box.oe("v3.0/project/list", page=1, page_size=100)["data"]["list"][0]["project_id"]
    only = [{"field": "cdp_project_id", "type": 2, "operator": 7, "values": [str(project)]}]
    rows = box.report("2026-03-01", "2026-03-07", ["stat_cost"], filters=only)["data"]["rows"]
    assert {row["dimensions"]["cdp_project_id"] for row in rows} == {str(project)}


def test_promotions_by_page_and_by_cursor_are_the_same(box) -> None:
    paged = [row["promotion_id"] for row in box.pages("v3.0/promotion/list", "list", page_size=7)]
    cursor, walked = 0, []
    while True:
        data = box.oe("v3.0/promotion/list", cursor=cursor, count=7)["data"]
        assert "page_info" not in data
        walked += [row["promotion_id"] for row in data["list"]]
        cursor = data["cursor_info"]["cursor"]
        if not data["cursor_info"]["has_more"]:
            break
    assert paged == walked and len(set(walked)) == len(walked) > 14
    assert box.oe("v3.0/promotion/list", page=1, page_size=21)["code"] == 40000
    assert box.oe("v3.0/promotion/list", cursor=0, count=21)["code"] == 40000
    assert all(number != int(float(number)) for number in walked), "ids must not survive a double"


def test_ocean_refuses_other_advertisers_and_missing_tokens(box) -> None:
    assert box.oe("v3.0/project/list", advertiser_id=1790000000000001)["code"] == 40002
    assert box.oe_raw("v3.0/project/list", token="").json()["code"] == 40104
    assert box.oe_raw("v3.0/project/list", token="nonsense").json()["code"] == 40105
    assert box.oe("v3.0/nothing/here")["code"] == 40000
