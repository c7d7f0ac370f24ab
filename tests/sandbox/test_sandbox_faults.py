"""Each fault kind does what it says, where it says, as often as it says."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest

from sandbox.faults import KINDS

DAY = "2026-03-05"
READ = {"begin_date": DAY, "end_date": DAY}


def read(box: Any, number: int = 0) -> httpx.Response:
    return box.wx_raw("/datacube/getarticleread", READ, number)


def plant(box: Any, **fault: Any) -> None:
    answer = box.plant({"source": "wechat", "path": "getarticleread"} | fault)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"source": "wechat", "kind": "gremlin"}, "kind must be one of"),
        ({"source": "myspace", "kind": "reset"}, "source"),
        ({"source": "wechat", "kind": "off_by_one"}, "field"),
        ({"source": "wechat", "kind": "error_code"}, "code"),
        ({"source": "wechat", "kind": "reset", "tims": 1}, "tims"),
        ({"source": "wechat", "kind": "reset", "times": 0}, "times"),
        ({"source": "wechat", "kind": "reset", "day": "soon"}, "day"),
        ({"source": "oceanengine", "kind": "is_delay"}, "wechat"),
        ({"source": "wechat", "kind": "falling_counter"}, "field"),
        ({"source": "wechat", "kind": "falling_counter", "field": "x", "by": 0}, "by"),
        ({"source": "wechat", "kind": "field_retyped", "field": "x", "to": "moon"}, "to"),
        ({"source": "wechat", "kind": "reset", "after": -1}, "after"),
    ],
)
def test_bad_faults_are_refused_and_nothing_is_planted(box, fault: dict[str, Any], words: str) -> None:
    answer = box.plant({"source": "wechat", "kind": "reset"}, fault)
    assert answer.status_code == 400 and words in answer.json()["error"]
    assert box.client.get(f"{box.base}/_sandbox/faults").json()["faults"] == []


def test_every_kind_is_documented(box) -> None:
    assert set(box.client.get(f"{box.base}/_sandbox/faults").json()["kinds"]) == set(KINDS)


def test_reset_drops_the_connection(box) -> None:
    box.wx_token()
    plant(box, kind="reset", times=1)
    with pytest.raises(httpx.TransportError):
        read(box)
    assert read(box).json()["list"]


def test_hang_gives_no_answer(box) -> None:
    plant(box, kind="hang", seconds=30, times=1)
    with pytest.raises(httpx.ReadTimeout):
        box.client.post(
            f"{box.of('wechat')[0]['base_url']}/datacube/getarticleread",
            params={"access_token": box.wx_token()["access_token"]},
            json=READ,
            timeout=0.3,
        )
    assert read(box).json()["list"], "others are answered while one hangs"


def test_slow_answers_late_and_right(box) -> None:
    right = read(box).json()
    plant(box, kind="slow", seconds=0.4, times=1)
    begun = time.monotonic()
    assert read(box).json() == right
    assert time.monotonic() - begun > 0.35


def test_bad_json_and_truncated_do_not_parse(box) -> None:
    for kind in ("bad_json", "truncated"):
        plant(box, kind=kind, times=1)
        answer = read(box)
        assert answer.status_code == 200
        with pytest.raises(json.JSONDecodeError):
            answer.json()
    assert read(box).json()["list"]


def test_http_500_counts_down(box) -> None:
    plant(box, kind="http_500", times=2)
    assert [read(box).status_code for _ in range(3)] == [500, 500, 200]


def test_error_code_uses_the_platforms_envelope(box) -> None:
    plant(box, kind="error_code", code=45009, message="reach max api daily quota limit", times=1)
    answer = read(box).json()
    assert answer["errcode"] == 45009 and answer["errmsg"].startswith("reach max api daily quota limit rid: ")
    box.plant({"source": "oceanengine", "path": "project/list", "kind": "error_code", "code": 40110, "times": 1})
    answer = box.oe("v3.0/project/list")
    assert answer["code"] == 40110 and answer["message"] == "developer rate limit reached" and answer["data"] == {}


def test_token_expired_looks_like_expiry(box) -> None:
    plant(box, kind="token_expired", times=1)
    assert read(box).json()["errcode"] == 42001
    box.plant({"source": "oceanengine", "kind": "token_expired", "times": 1})
    assert box.oe("v3.0/project/list")["code"] == 40102
    assert box.oe("v3.0/project/list")["code"] == 0


def test_is_delay_marks_the_answer(box) -> None:
    plant(box, kind="is_delay", times=1)
    assert [read(box).json()["is_delay"] for _ in range(2)] == [True, False]


def test_empty_day_takes_the_day_away(box) -> None:
    plant(box, kind="empty_day", times=1)
    assert read(box).json() == {"list": [], "is_delay": False}
    box.plant({"source": "wechat", "path": "getbizsummary", "kind": "empty_day", "day": DAY})
    days = [row["ref_date"] for row in box.wx("getbizsummary", "2026-03-04", "2026-03-06")["list"]]
    assert days == ["2026-03-04", "2026-03-06"]
    box.plant({"source": "oceanengine", "path": "report", "kind": "empty_day", "times": 1})
    data = box.report(DAY, DAY, ["stat_cost"])["data"]
    assert data["rows"] == [] and data["total_metrics"] == {} and data["page_info"]["total_page"] == 0


def test_duplicate_record_repeats_the_first(box) -> None:
    right = read(box).json()["list"]
    plant(box, kind="duplicate_record", times=1)
    assert read(box).json()["list"] == [right[0], *right]


def test_off_by_one_changes_one_number_of_one_account(box) -> None:
    right = [read(box, number).json() for number in (0, 1)]
    plant(box, kind="off_by_one", field="read_user", account=box.of("wechat")[0]["account"], record=1)
    wrong = read(box).json()
    assert read(box, 1).json() == right[1]
    wrong["list"][1]["detail"]["read_user"] -= 1
    assert wrong == right[0]


def test_off_by_one_finds_its_day(box) -> None:
    box.plant(
        {"source": "wechat", "path": "getarticletotaldetail", "kind": "off_by_one", "field": "like_user", "day": DAY}
    )
    article = next(a for d in range(1, 6) for a in [box.wx("getarticletotaldetail", f"2026-03-0{d}")] if a["list"])
    assert article["list"], "the fault needs an article"
    box.clear()
    box.plant({"source": "oceanengine", "path": "report", "kind": "off_by_one", "field": "stat_cost", "day": DAY})
    wrong = box.report("2026-03-04", DAY, ["stat_cost"])["data"]
    box.clear()
    right = box.report("2026-03-04", DAY, ["stat_cost"])["data"]
    changed = [(a, b) for a, b in zip(wrong["rows"], right["rows"], strict=True) if a != b]
    assert len(changed) == 1 and changed[0][0]["dimensions"]["stat_time_day"] == DAY
    assert float(changed[0][0]["metrics"]["stat_cost"]) == pytest.approx(
        float(changed[0][1]["metrics"]["stat_cost"]) + 1
    )
    assert wrong["total_metrics"] == right["total_metrics"]


def test_numeric_comma_writes_text(box) -> None:
    box.plant({"source": "oceanengine", "path": "report", "kind": "numeric_comma", "field": "show_cnt", "times": 1})
    shown = [row["metrics"]["show_cnt"] for row in box.report(DAY, DAY, ["show_cnt"])["data"]["rows"]]
    assert any("," in value for value in shown) and all(value.replace(",", "").isdigit() for value in shown)
    plant(box, kind="numeric_comma", times=1)
    assert isinstance(read(box).json()["list"][0]["detail"]["read_user"], str)


def test_unknown_field_is_added_to_every_record(box) -> None:
    plant(box, kind="unknown_field", name="surprise", value=1, times=1)
    assert all(row["surprise"] == 1 for row in read(box).json()["list"])


def test_faults_without_a_path_leave_the_token_calls_alone(box) -> None:
    box.plant({"source": "wechat", "kind": "http_500"})
    assert "access_token" in box.wx_token()
    assert read(box).status_code == 500
    hits = box.client.get(f"{box.base}/_sandbox/faults").json()["faults"][0]["hits"]
    assert hits == 1


def freepublish(box: Any, offset: int, count: int = 5) -> dict[str, Any]:
    return box.wx("/cgi-bin/freepublish/batchget", offset=offset, count=count, no_content=1)


def projects(box: Any, page: int) -> dict[str, Any]:
    return box.oe("v3.0/project/list", page=page, page_size=5)["data"]


def test_after_lets_the_first_calls_pass(box) -> None:
    plant(box, kind="token_expired", after=2, times=1)
    assert [read(box).json().get("errcode", 0) for _ in range(4)] == [0, 0, 42001, 0]
    box.clear()
    plant(box, kind="off_by_one", field="read_user", after=1)
    assert read(box).json() != read(box).json()


def test_rate_limited_is_the_platforms_answer(box) -> None:
    plant(box, kind="rate_limited", times=1)
    assert [read(box).json().get("errcode", 0) for _ in range(2)] == [45011, 0]
    box.plant({"source": "oceanengine", "kind": "rate_limited", "times": 1})
    assert [box.oe("v3.0/project/list")["code"] for _ in range(2)] == [40100, 0]


def test_quota_is_used_up_until_the_next_midnight_in_shanghai(box) -> None:
    plant(box, kind="quota_used", after=1)
    box.plant({"source": "oceanengine", "path": "project/list", "kind": "quota_used"})
    assert [read(box).json().get("errcode", 0) for _ in range(3)] == [0, 45009, 45009]
    assert box.oe("v3.0/project/list")["code"] == 40110
    box.at("2026-03-10T23:59:59")
    assert read(box).json()["errcode"] == 45009
    box.at("2026-03-11T00:00:00")
    assert read(box).json()["list"]
    assert box.oe("v3.0/project/list")["code"] in (0, 40102), "the access token may have aged, the quota is new"


def test_repeated_record_spans_two_pages(box) -> None:
    right = [freepublish(box, offset)["item"] for offset in (0, 5, 10)]
    box.plant({"source": "wechat", "kind": "repeated_record", "path": "freepublish"})
    wrong = [freepublish(box, offset)["item"] for offset in (0, 5, 10)]
    assert wrong == [right[0], [right[0][-1], *right[1]], [right[1][-1], *right[2]]]
    assert freepublish(box, 5)["item"] == wrong[1], "asked again, a page is the same"
    assert freepublish(box, 0)["item"] == right[0]
    listed = [projects(box, page)["list"] for page in (1, 2)]
    box.plant({"source": "oceanengine", "kind": "repeated_record", "path": "project/list", "times": 1})
    assert [projects(box, page)["list"] for page in (1, 2)] == [listed[0], [listed[0][-1], *listed[1]]]


def test_listings_are_told_apart(box) -> None:
    box.plant({"source": "wechat", "kind": "repeated_record", "path": "freepublish"})
    first = freepublish(box, 0)["item"]
    other = box.wx("/cgi-bin/freepublish/batchget", offset=0, count=5, no_content=0)["item"]
    second = freepublish(box, 5)["item"]
    assert second[0] == first[-1] != other[-1]
    account = box.wx("/cgi-bin/freepublish/batchget", number=1, offset=5, count=5, no_content=1)["item"]
    box.clear()
    assert account == box.wx("/cgi-bin/freepublish/batchget", number=1, offset=5, count=5, no_content=1)["item"]


def test_shrinking_pages_lose_a_record_while_they_are_read(box) -> None:
    right = [freepublish(box, offset) for offset in (0, 5, 10)]
    box.plant({"source": "wechat", "kind": "shrinking_pages", "path": "freepublish"})
    wrong = [freepublish(box, offset) for offset in (0, 5, 10)]
    assert wrong[0] == right[0]
    assert [page["total_count"] for page in wrong[1:]] == [right[0]["total_count"] - 1] * 2
    assert wrong[1]["item"] == right[1]["item"][1:] and wrong[2]["item"] == right[2]["item"]
    listed = [projects(box, page) for page in (1, 2)]
    box.plant({"source": "oceanengine", "kind": "shrinking_pages", "path": "project/list"})
    less = [projects(box, page) for page in (1, 2)]
    assert less[0] == listed[0] and less[1]["list"] == listed[1]["list"][1:]
    assert less[1]["page_info"]["total_number"] == listed[1]["page_info"]["total_number"] - 1


def test_falling_counter_takes_off(box) -> None:
    right = read(box).json()["list"]
    plant(box, kind="falling_counter", field="read_user", by=7, times=1)
    wrong = read(box).json()["list"]
    assert wrong[0]["detail"]["read_user"] == right[0]["detail"]["read_user"] - 7 and wrong[1:] == right[1:]
    before = box.report(DAY, DAY, ["stat_cost"])["data"]["rows"]
    box.plant({"source": "oceanengine", "path": "report", "kind": "falling_counter", "field": "stat_cost", "times": 1})
    after = box.report(DAY, DAY, ["stat_cost"])["data"]["rows"]
    lost = float(before[0]["metrics"]["stat_cost"]) - float(after[0]["metrics"]["stat_cost"])
    assert lost == pytest.approx(1) and after[1:] == before[1:]


def test_field_removed_and_retyped(box) -> None:
    right = read(box).json()["list"]
    plant(box, kind="field_removed", field="msgid", times=1)
    assert all("msgid" not in row for row in read(box).json()["list"])
    plant(box, kind="field_retyped", field="read_user", times=1)
    plant(box, kind="field_retyped", field="read_user", to="text", times=1)
    was = right[0]["detail"]["read_user"]
    assert read(box).json()["list"][0]["detail"]["read_user"] == f"约{{'value': {was}}}", "both strike, in order"
    plant(box, kind="field_retyped", field="read_user", times=1)
    assert read(box).json()["list"][0]["detail"]["read_user"] == {"value": was}
    box.plant({"source": "oceanengine", "path": "report", "kind": "field_removed", "field": "click_cnt", "times": 1})
    rows = box.report(DAY, DAY, ["stat_cost", "click_cnt"])["data"]["rows"]
    assert rows and all(set(row["metrics"]) == {"stat_cost"} for row in rows)
    box.plant({"source": "oceanengine", "path": "report", "kind": "field_retyped", "field": "stat_cost", "to": "text"})
    assert box.report(DAY, DAY, ["stat_cost"])["data"]["rows"][0]["metrics"]["stat_cost"].startswith("约")
