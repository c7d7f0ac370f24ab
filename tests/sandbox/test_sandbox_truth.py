"""Truth equals what an independent re-addition of the servers' answers gives; and it is written as promised."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sandbox_client import start

from sandbox.platforms import sources
from sandbox.truth import TABLES, truth
from sandbox.world.time import instant_of

FIRST, LAST = date(2026, 2, 1), date(2026, 3, 1)
AS_OF = "2026-03-02T10:00:00"
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


@pytest.fixture(scope="module", params=[7, 23])
def month(request: pytest.FixtureRequest) -> Iterator[tuple[Any, Any]]:
    """A server and the truth of what these tests re-add; the other sources' truths have tests of their own."""
    running = start(request.param, 1, AS_OF)
    connection = truth(running.world, FIRST, LAST, instant_of(AS_OF))
    for table in TABLES:
        if "source" in connection.table(table).columns:
            connection.execute(f"delete from {table} where source not in ('wechat', 'oceanengine', 'weibo_hot_search')")
    yield running, connection
    running.server.should_exit = True


def rows(connection: Any, query: str) -> Counter[tuple[Any, ...]]:
    return Counter(connection.execute(query).fetchall())


def per_window(box: Any, name: str, length: int, number: int) -> list[Any]:
    found = []
    for start_at in range(0, len(DAYS), length):
        window = DAYS[start_at : start_at + length]
        found += box.wx(name, str(window[0]), str(window[-1]), number)["list"]
    return found


def test_account_days(month: tuple[Any, Any]) -> None:
    box, true = month
    served: Counter[tuple[Any, ...]] = Counter()
    for number, account in enumerate(box.of("wechat")):
        level = {r["ref_date"]: r["cumulate_user"] for r in per_window(box, "getusercumulate", 7, number)}
        gained: Counter[str] = Counter()
        lost: Counter[str] = Counter()
        for row in per_window(box, "getusersummary", 7, number):
            gained[row["ref_date"]] += row["new_user"]
            lost[row["ref_date"]] += row["cancel_user"]
        for row in per_window(box, "getbizsummary", 30, number):
            day, d = row["ref_date"], row["detail"]
            served[
                account["account"],
                day,
                level[day],
                gained[day],
                lost[day],
                d["read_user"],
                d["like_user"],
                d["zaikan_user"],
                d["comment_count"],
                d["share_user"],
                d["collection_user"],
                d["send_page_count"],
            ] += 1
    expected = rows(
        true,
        "select account_id, metric_date::varchar, followers, new_follows, lost_follows, reach, likes, recommends,"
        " comments, shares, saves, contents_published from account_daily__wechat",
    )
    assert served == expected and len(expected) == 2 * len(DAYS)
    assert not rows(true, "select 1 from account_daily__wechat where net_follows <> new_follows - lost_follows")


def test_follower_sources(month: tuple[Any, Any]) -> None:
    box, true = month
    served: Counter[tuple[Any, ...]] = Counter()
    for number, account in enumerate(box.of("wechat")):
        for row in per_window(box, "getusersummary", 7, number):
            served[account["account"], row["ref_date"], row["user_source"], row["new_user"], row["cancel_user"]] += 1
    assert served == rows(
        true,
        "select account_id, metric_date::varchar, follow_source_code, new_follows, lost_follows"
        " from follower_source_daily",
    )


COUNTERS = (
    "like_user",
    "zaikan_user",
    "comment_count",
    "share_user",
    "collection_user",
    "read_subscribe_user",
    "praise_money",
    "read_user",
)


def test_content_days(month: tuple[Any, Any]) -> None:
    box, true = month
    served: Counter[tuple[Any, ...]] = Counter()
    rates: Counter[tuple[Any, ...]] = Counter()
    for number, account in enumerate(box.of("wechat")):
        people: dict[tuple[str, str], int] = {}
        shared: dict[tuple[str, str], int] = {}
        for day in DAYS:
            for row in box.wx("getarticleread", str(day), None, number)["list"]:
                people[row["msgid"], str(day)] = row["detail"]["read_user"]
            for row in box.wx("getarticleshare", str(day), None, number)["list"]:
                shared[row["msgid"], str(day)] = row["detail"]["share_user"]
        detailed = set()
        for back in range(-30, len(DAYS)):
            for article in box.wx("getarticletotaldetail", str(FIRST + timedelta(days=back)), None, number)["list"]:
                before = dict.fromkeys(COUNTERS, 0)
                for detail in article["detail_list"]:
                    daily = {name: detail[name] - before[name] for name in COUNTERS}
                    before = detail
                    key = (article["msgid"], detail["stat_date"])
                    if not str(FIRST) <= detail["stat_date"] <= str(LAST):
                        continue
                    detailed.add(key)
                    served[
                        account["account"],
                        *key,
                        people.get(key, 0),
                        *(daily[name] for name in COUNTERS[:6]),
                        Decimal(daily["praise_money"]) / 100,
                        detail["read_user"],
                        detail["like_user"],
                        any(value < 0 for value in daily.values()),
                    ] += 1
                    rates[
                        key[0],
                        key[1],
                        Decimal(str(detail["read_finish_rate"])),
                        Decimal(str(detail["read_avg_activetime"])) * 60,
                    ] += 1
        for key in (people.keys() | shared.keys()) - detailed:
            late = (None, None, None, shared.get(key, 0), None, None, None, None, None, False)
            served[account["account"], *key, people.get(key, 0), *late] += 1
    expected = rows(
        true,
        "select account_id, content_id, metric_date::varchar, views, likes, recommends, comments, shares, saves,"
        " new_follows, reward_amount, reach_to_date, likes_to_date, is_correction from content_daily__wechat",
    )
    assert served == expected and len(expected) > 500
    assert any(row[-1] for row in expected), "a month without any correction proves little"
    assert rates == rows(
        true,
        "select content_id, metric_date::varchar, finish_rate_to_date, average_view_seconds_to_date"
        " from content_daily__wechat where reach_to_date is not null",
    )


def test_contents(month: tuple[Any, Any]) -> None:
    box, true = month
    served: Counter[tuple[Any, ...]] = Counter()
    for number, account in enumerate(box.of("wechat")):
        listed = {}
        offset = 0
        while items := box.wx("/cgi-bin/freepublish/batchget", None, None, number, offset=offset, count=20)["item"]:
            offset += len(items)
            for item in items:
                for idx, news in enumerate(item["content"]["news_item"], 1):
                    message = news["url"].split("mid=")[1].split("&")[0]
                    listed[f"{message}_{idx}"] = news
        for day in DAYS:
            for article in box.wx("getarticletotaldetail", str(day), None, number)["list"]:
                news = listed.get(article["msgid"])
                served[
                    account["account"],
                    article["msgid"],
                    article["title"],
                    article["content_url"].split("&sn=")[0],
                    str(day),
                    article["publish_type"] == 0,
                    news and news["is_deleted"],
                    news and bool(news["need_open_comment"]),
                ] += 1
    assert served == rows(
        true,
        "select account_id, content_id, title, url, published_date::varchar, is_notified, is_deleted,"
        " is_comment_open from content__wechat",
    )


def test_ad_days(month: tuple[Any, Any]) -> None:
    box, true = month
    metrics = [
        "stat_cost",
        "show_cnt",
        "click_cnt",
        "convert_cnt",
        "deep_convert_cnt",
        "attribution_convert_cnt",
        "attribution_deep_convert_cnt",
        "total_play",
        "valid_play",
        "play_duration_3s",
    ]
    served: Counter[tuple[Any, ...]] = Counter()
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for number, account in enumerate(box.of("oceanengine")):
        query = {
            "data_topic": "BASIC_DATA",
            "dimensions": ["stat_time_day", "cdp_project_id", "cdp_promotion_id"],
            "metrics": metrics,
            "filters": [],
            "order_by": [],
            "start_time": f"{FIRST} 00:00:00",
            "end_time": f"{LAST} 23:59:59",
        }
        for row in box.pages("v3.0/report/custom/get", "rows", number, page_size=100, **query):
            d, m = row["dimensions"], [Decimal(row["metrics"][name]) for name in metrics]
            served[account["account"], d["cdp_project_id"], d["cdp_promotion_id"], d["stat_time_day"], *m] += 1
            totals[account["account"]] += m[0]
        total = box.oe("v3.0/report/custom/get", number, page=1, **query)["data"]["total_metrics"]
        assert Decimal(total["stat_cost"]) == totals[account["account"]]
    expected = rows(
        true,
        "select account_id, campaign_id, ad_id, metric_date::varchar, spend_amount, impressions, clicks, conversions,"
        " deep_conversions, attributed_conversions, attributed_deep_conversions, video_plays, valid_video_plays,"
        " video_plays_3s from ad_daily where source = 'oceanengine'",
    )
    assert served == expected and len(expected) > 300


def test_campaigns_and_ads(month: tuple[Any, Any]) -> None:
    box, true = month
    projects: Counter[tuple[Any, ...]] = Counter()
    promotions: Counter[tuple[Any, ...]] = Counter()
    for number, account in enumerate(box.of("oceanengine")):
        for p in box.pages("v3.0/project/list", "list", number, page_size=100):
            money = (Decimal(str(p["delivery_setting"][name])) for name in ("budget", "cpa_bid"))
            projects[
                account["account"], str(p["project_id"]), p["name"], p["status_first"], *money, p["project_modify_time"]
            ] += 1
        for p in box.pages("v3.0/promotion/list", "list", number, page_size=20):
            promotions[
                account["account"],
                str(p["promotion_id"]),
                str(p["project_id"]),
                p["promotion_name"],
                p["status_first"],
                p["learning_phase"],
                Decimal(str(p["budget"])),
                Decimal(str(p["cpa_bid"])),
                p["promotion_create_time"],
                str(p["promotion_materials"]["video_material_list"][0]["item_id"]),
            ] += 1
    assert projects == rows(
        true,
        "select account_id, campaign_id, campaign_name, status, budget_amount, cpa_bid_amount,"
        " strftime(modified_at, '%Y-%m-%d %H:%M:%S') from campaign"
        " where is_current and is_listed and source = 'oceanengine'",
    )
    assert promotions == rows(
        true,
        "select account_id, ad_id, campaign_id, ad_name, status, learning_phase, budget_amount, cpa_bid_amount,"
        " strftime(created_at, '%Y-%m-%d %H:%M:%S'), item_id from ad"
        " where is_current and is_listed and source = 'oceanengine'",
    )


def test_comments(month: tuple[Any, Any]) -> None:
    box, true = month
    served: Counter[tuple[Any, ...]] = Counter()
    for number, account in enumerate(box.of("oceanengine")):
        query = {"start_time": str(FIRST), "end_time": str(LAST), "page_size": 100}
        for c in box.pages("v3.0/tools/comment/get", "comment_list", number, **query):
            campaign, ad = (str(c[name]) if c[name] else None for name in ("project_id", "promotion_id"))
            served[
                account["account"],
                str(c["comment_id"]),
                str(c["item_id"]),
                campaign,
                ad,
                c["aweme_id"],
                c["create_time"],
                c["text"],
                c["like_count"],
                c["reply_count"],
                c["hide_status"] == "HIDE",
                None,
                None,
            ] += 1
    seen = ", strftime(commented_at, '%Y-%m-%d %H:%M:%S'), comment_text, likes, replies"
    assert served == rows(
        true,
        f"select account_id, comment_id, content_id, campaign_id, ad_id, author_id{seen}, is_hidden, null, null"
        " from comment where source = 'oceanengine' and vanished_at is null",
    )
    served.clear()
    for number, account in enumerate(box.of("wechat")):
        for (content,) in true.execute(
            "select content_id from content where account_id = ?", [account["account"]]
        ).fetchall():
            message, idx = (int(part) for part in content.split("_"))
            body, begin = {"msg_data_id": message, "index": idx - 1, "count": 49, "type": 0}, 0
            while page := box.wx("/cgi-bin/comment/list", None, None, number, begin=begin, **body).get("comment"):
                begin += len(page)
                for c in page:
                    if c["create_time"] < instant_of("2026-03-02T00:00"):
                        reply = c.get("reply", {})
                        served[
                            f"{content}_{c['user_comment_id']}",
                            c.get("openid"),
                            c["create_time"],
                            c["content"],
                            c["comment_type"] == 1,
                            reply.get("content"),
                            reply.get("create_time"),
                        ] += 1
    expected = rows(
        true,
        "select comment_id, author_id, epoch(commented_at)::bigint - 28800, comment_text, is_featured, reply_text,"
        " epoch(replied_at)::bigint - 28800 from comment where source = 'wechat' and vanished_at is null"
        " and content_id in (select content_id from content)",
    )
    gone = {
        f"{a.msgid}_"
        for e in box.world.wechat
        for a in e.articles
        if not a.is_comment_open or (a.deleted_at is not None and a.deleted_at <= box.clock.now())
    }
    expected = Counter({row: n for row, n in expected.items() if not any(row[0].startswith(g) for g in gone)})
    assert served == expected and len(expected) > 100


def test_hot_topics_equal_the_dropped_files(month: tuple[Any, Any], tmp_path: Path) -> None:
    from sandbox.drop import write_drop

    box, true = month
    write_drop(box.world.hot, tmp_path, FIRST, LAST, instant_of(AS_OF))
    served: Counter[tuple[Any, ...]] = Counter()
    for file in tmp_path.glob("*/*.json"):
        for rank, row in enumerate(json.loads(file.read_text()), 1):
            served[
                file.parent.name,
                int(file.stem),
                rank,
                row["title"],
                row.get("category"),
                row["hot"],
                row["ads"],
                row.get("readCount"),
                row.get("discussCount"),
                row.get("origin"),
                row.get("description"),
            ] += 1
    expected = rows(
        true,
        "select snapshot_date::varchar, snapshot_hour, rank, title, category, heat, is_ad, read_count, discuss_count,"
        " origin_count, description from hot_topic_hourly",
    )
    assert served == expected and len(expected) > 20_000


def test_one_unit_in_an_answer_breaks_the_equality(month: tuple[Any, Any]) -> None:
    box, _ = month
    fault = {
        "source": "wechat",
        "path": "getbizsummary",
        "kind": "off_by_one",
        "field": "like_user",
        "day": "2026-02-10",
    }
    assert box.plant(fault).status_code == 200
    with pytest.raises(AssertionError):
        test_account_days(month)
    box.clear()
    test_account_days(month)


def test_truth_and_drop_from_the_command_line(tmp_path: Path) -> None:
    import duckdb

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "sandbox", *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run(
        "truth",
        "--out",
        str(tmp_path / "truth"),
        "--from",
        "2025-12-01",
        "--to",
        "2025-12-07",
        "--as-of",
        "2025-12-08T10:00",
    )
    assert {file.stem for file in (tmp_path / "truth").iterdir()} == set(TABLES)
    days = duckdb.sql(f"select count(distinct metric_date) from '{tmp_path}/truth/ad_daily.parquet'").fetchone()
    assert days == (7,)
    run(
        "drop",
        "--out",
        str(tmp_path / "drop"),
        "--from",
        "2025-12-01",
        "--to",
        "2025-12-02",
        "--now",
        "2025-12-02T05:30",
    )
    hours = sorted(f"{file.parent.name} {file.stem}" for file in (tmp_path / "drop").glob("*/*.json"))
    assert hours[-1] <= "2025-12-02 05" and len(hours) >= 20
    listed = json.loads(run("accounts", "--base-url", "http://127.0.0.1:9"))
    assert {a["source"] for a in listed} == {*sources(), "weibo_hot_search", "site", "database"}
    for command in ([], ["serve"], ["truth"], ["drop"], ["accounts"]):
        assert "usage: python -m sandbox" in run(*command, "--help")
