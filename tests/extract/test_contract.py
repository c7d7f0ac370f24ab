"""Every contract is sound, and every sample answer fits its contract without an unknown field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from extract.contract import FieldRule, ResourceSpec
from extract.jsontext import parse
from extract.scrub import Scrubber
from extract.sources import sources
from extract.wechat.resources import _news_records
from tests.extract.conftest import sample

KEY = b"k" * 32


def leaves(rules: Mapping[str, FieldRule]) -> Iterator[FieldRule]:
    for rule in rules.values():
        if rule.do == "nest":
            yield from leaves(rule.nested)
        else:
            yield rule


@pytest.mark.parametrize("source", sources())
def test_every_landed_field_says_unit_kind_and_source(source: str) -> None:
    for spec in sources()[source].resources.values():
        for rule in leaves(spec.fields):
            assert rule.source, f"{source}/{spec.name}/{rule.name}: no source"
            if rule.do != "drop":
                assert rule.unit, f"{source}/{spec.name}/{rule.name}: no unit"


def numbers_as_text(value: Any) -> Any:
    return parse(json.dumps(value).encode())


def scrubbed(spec: ResourceSpec, records: list[Any]) -> list[dict[str, Any]]:
    scrub = Scrubber(spec, "p", KEY)
    clean = [scrub(record) for record in records]
    assert not scrub.unknown, f"{spec.name}: the sample has fields the contract does not know: {dict(scrub.unknown)}"
    return clean


@pytest.mark.parametrize(
    ("source", "resource", "name", "records"),
    [
        ("wechat", "getusersummary", "getusersummary", lambda a: a["list"]),
        ("wechat", "getusercumulate", "getusercumulate", lambda a: a["list"]),
        ("wechat", "getarticleread", "getarticleread", lambda a: a["list"]),
        ("wechat", "getarticleshare", "getarticleshare", lambda a: a["list"]),
        ("wechat", "getbizsummary", "getbizsummary", lambda a: a["list"]),
        (
            "wechat",
            "getarticletotaldetail",
            "getarticletotaldetail",
            lambda a: [
                {**{k: v for k, v in x.items() if k != "detail_list"}, "detail": d}
                for x in a["list"]
                for d in x["detail_list"]
            ],
        ),
        (
            "wechat",
            "freepublish",
            "freepublish_batchget",
            lambda a: [r for i in a["item"] for r in _news_records(i, "x")],
        ),
        (
            "wechat",
            "comment",
            "comment_list",
            lambda a: [{**c, "msg_data_id": "1", "index": "0"} for c in a["comment"]],
        ),
        ("wechat", "channels_live", "channels_finderlive_get_finder_live_data_list", lambda a: a["item"]),
        ("tencent_ads", "advertiser", "advertiser_get", lambda a: a["data"]["list"]),
        ("tencent_ads", "adgroup", "adgroups_get", lambda a: a["data"]["list"]),
        ("tencent_ads", "dynamic_creative", "dynamic_creatives_get", lambda a: a["data"]["list"]),
        ("tencent_ads", "daily_report", "daily_reports_get", lambda a: a["data"]["list"]),
        ("oceanengine", "project", "project_list", lambda a: a["data"]["list"]),
        ("oceanengine", "promotion", "promotion_list", lambda a: a["data"]["list"]),
        ("oceanengine", "report_custom", "report_custom_get", lambda a: a["data"]["rows"]),
        (
            "oceanengine",
            "report_custom_total",
            "report_custom_get",
            lambda a: [{"stat_time_day": "2026-11-20", "metrics": a["data"]["total_metrics"]}],
        ),
        ("oceanengine", "comment", "tools_comment_get", lambda a: a["data"]["comment_list"]),
        ("xiaohongshu", "campaign", "jg_campaign_list", lambda a: a["data"]["base_campaign_dtos"]),
        ("xiaohongshu", "unit", "jg_unit_list", lambda a: a["data"]["unit_infos"]),
        ("xiaohongshu", "creativity", "jg_creativity_search", lambda a: a["data"]["creativity_dtos"]),
        ("xiaohongshu", "report_creative", "jg_report_offline_creativity", lambda a: a["data"]["data_list"]),
        ("xiaohongshu", "report_note", "jg_report_offline_note", lambda a: a["data"]["data_list"]),
        ("xiaohongshu", "pgy_note", "pgy_note_post_data", lambda a: a["data"]["datas"]),
        ("xiaohongshu", "pgy_kol", "pgy_kol_data_detail", lambda a: a["data"]["datas"]),
    ],
)
def test_samples_fit(source: str, resource: str, name: str, records: Any) -> None:
    answer = numbers_as_text(sample(source, name)["success"])
    clean = scrubbed(sources()[source].resources[resource], records(answer))
    assert clean
    written = json.dumps(clean, ensure_ascii=False)
    for personal in (
        "oEXAMPLE",
        "sample_user",
        "路人",
        "sample_brand",
        "示例编辑",
        "img.example.com",
        "示例博主",
        "5e00",
    ):
        assert personal not in written


def test_the_daily_report_asks_the_fields_of_the_sample() -> None:
    query = sample("tencent_ads", "daily_reports_get")["request"]["query"]
    spec = sources()["tencent_ads"].resources["daily_report"]
    assert list(spec.fields) == json.loads(query["fields"])
    assert (spec.request["level"], spec.request["time_line"]) == (query["level"], query["time_line"])
    assert {*spec.request["group_by"]} >= {*json.loads(query["group_by"])}


def test_the_report_asks_the_dimensions_and_metrics_of_the_sample() -> None:
    query = sample("oceanengine", "report_custom_get")["request"]["query"]
    fields = sources()["oceanengine"].resources["report_custom"].fields
    assert list(fields["dimensions"].nested) == json.loads(query["dimensions"])
    assert list(fields["metrics"].nested) == json.loads(query["metrics"])


@pytest.mark.parametrize("source", ["wechat", "oceanengine", "tencent_ads"])
def test_every_error_of_the_samples_is_classified(source: str) -> None:
    from extract.oceanengine import client as ocean
    from extract.tencent_ads import client as tencent
    from extract.wechat import client as wechat

    platform = {"wechat": wechat.PLATFORM, "oceanengine": ocean.PLATFORM, "tencent_ads": tencent.PLATFORM}[source]
    names = {
        "wechat": ["stable_token", "getusersummary", "comment_list", "channels_finderlive_get_finder_live_data_list"],
        "oceanengine": ["oauth2_refresh_token", "report_custom_get", "tools_comment_get"],
        "tencent_ads": ["oauth_token", "adgroups_get", "daily_reports_get"],
    }[source]
    for name in names:
        for error in sample(source, name)["errors"]:
            failure = platform.failure(numbers_as_text(error["body"]))
            assert failure is not None and failure.code in platform.codes, error["when"]
