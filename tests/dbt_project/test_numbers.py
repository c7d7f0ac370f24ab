"""The world's numbers, known beforehand, against the built tables."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from landing_world import (
    ADS,
    ADVERTISER,
    DAYS,
    Landing,
    actions,
    ad_metrics,
    articles,
    day,
    followers,
    follows,
)
from warehouse_builds import Warehouse

LAST = DAYS - 1


def test_followers_and_follows(whole: Warehouse) -> None:
    rows = whole.rows("select metric_date, followers, new_follows, lost_follows from core.fct_account_daily order by 1")
    expected = [
        (
            day(n),
            None if n == 4 else followers(n),
            sum(new for _, new, _ in follows(n)),
            sum(lost for _, _, lost in follows(n)),
        )
        for n in range(DAYS)
    ]
    assert rows == expected


def test_followers_are_carried_over_an_uncovered_day(whole: Warehouse) -> None:
    rows = whole.rows(
        "select followers, is_followers_carried from marts.engagement__account_daily where metric_date = ?", day(4)
    )
    assert rows == [(followers(3), True)]


def test_unknown_follow_source_stays(whole: Warehouse) -> None:
    rows = whole.rows(
        "select distinct follow_source_code, follow_source from core.fct_follower_source_daily order by 1"
    )
    assert rows == [("1", "search"), ("30", "qr_code"), ("777", "777")]


def test_content_days_come_from_differences(whole: Warehouse) -> None:
    rows = whole.rows(
        "select content_id, metric_date, views, likes, recommends, comments, shares, saves, new_follows, "
        "reward_amount, is_correction, age_days from core.fct_content_daily order by all"
    )
    expected = []
    for msgid, published in articles().items():
        for n in range(published, DAYS):
            done = actions(msgid, n)
            expected.append(
                (
                    msgid,
                    day(n),
                    done["read_user"],
                    done["like_user"],
                    done["zaikan_user"],
                    done["comment_count"],
                    done["share_user"],
                    done["collection_user"],
                    done["read_subscribe_user"],
                    Decimal(done["praise_money"]) / 100,
                    done["like_user"] < 0,
                    n - published,
                )
            )
    assert rows == sorted(expected)
    assert any(row[10] for row in rows)


def test_ads_are_as_last_restated(whole: Warehouse) -> None:
    rows = whole.rows(
        "select ad_id, metric_date, spend_amount, impressions, attributed_conversions "
        "from core.fct_ad_daily order by all"
    )
    expected = []
    for ad in ADS:
        for n in range(DAYS):
            as_of = min(n + 7, LAST)
            if n == 5 and ad.endswith("1"):
                continue  # the row vanished from later answers
            metrics = ad_metrics(n, ad, as_of)
            expected.append(
                (
                    ad,
                    day(n),
                    Decimal(metrics["stat_cost"]),
                    int(metrics["show_cnt"]),
                    int(metrics["attribution_convert_cnt"]),
                )
            )
    assert rows == sorted(expected)


def test_campaign_history(whole: Warehouse) -> None:
    rows = whole.rows(
        "select campaign_name, status, valid_from, valid_to, is_current from core.dim_campaign "
        "where campaign_id like '%2' order by valid_from"
    )
    enabled, disabled = "PROJECT_STATUS_ENABLE", "PROJECT_STATUS_DISABLE"
    times = [datetime.combine(day(n), datetime.min.time()).replace(hour=9, minute=30) for n in (0, 6, 9)]
    assert rows == [
        ("上新", enabled, times[0], times[1], False),
        ("上新", disabled, times[1], times[2], False),
        ("上新", enabled, times[2], None, True),
    ]


def test_history_without_a_time_of_change_uses_the_day_of_the_listing(whole: Warehouse) -> None:
    """The ads' learning phase changes without a new modify time: the day of the listing that showed it counts."""
    rows = whole.rows("select learning_phase, valid_from from core.dim_ad where ad_id like '%1' order by valid_from")
    assert rows == [
        ("LEARNING", datetime(2026, 2, 1, 11)),
        ("LEARNED", datetime.combine(day(5), datetime.min.time())),
    ]


def test_comments_that_vanish_stay(whole: Warehouse) -> None:
    rows = whole.rows(
        "select comment_id, first_seen_at, last_seen_at, reply_text, "
        "content_id in (select content_id from core.dim_content) "
        "from core.fct_comment where source = 'wechat' and content_id = '2247500000_1' order by all"
    )
    morning = {n: datetime.combine(day(n + 1), datetime.min.time()).replace(hour=10) for n in range(DAYS)}
    assert rows == [
        ("2247500000_1_1", morning[0], morning[LAST], "谢谢", True),
        ("2247500000_1_2", morning[0], morning[3], None, True),
    ]


def test_contents_unite_both_listings(whole: Warehouse) -> None:
    rows = whole.rows(
        "select content_id, url, published_date, is_deleted, published_at is null from core.dim_content order by all"
    )
    assert [row[0] for row in rows] == sorted(articles())
    assert rows[0][1] == "https://mp.weixin.qq.com/s?__biz=B==&mid=2247500000&idx=1"
    assert {row[0]: row[3] for row in rows}["2247500003_1"] is True
    assert [row[0] for row in rows if row[4]] == ["2247500009_1"]  # sent to followers, not in the publication list


def test_richer_shape_wins_and_hours_add_up(whole: Warehouse) -> None:
    rows = whole.rows(
        "select snapshot_date, snapshot_hour, count(*), count(read_count) "
        "from core.fct_hot_topic_hourly group by all order by all"
    )
    expected = [
        (day(n), hour, 10, 0 if n % 3 == 2 else 10) for n in range(DAYS) for hour in (8, 9, 20) if (n, hour) != (3, 9)
    ]
    assert rows == expected


def test_gaps_say_what_is_missing_and_why(whole: Warehouse) -> None:
    account_gaps = whole.rows(
        "select resource, window_start, window_end, reason from ops.gaps "
        "where source <> 'weibo_hot_search' order by all"
    )
    assert account_gaps == [("getusercumulate", datetime(2026, 3, 6), datetime(2026, 3, 7), "never_answered")]
    hours = whole.rows(
        "select window_start, window_end, slices from ops.gaps "
        "where source = 'weibo_hot_search' and window_start::date = ?",
        day(3),
    )
    assert (datetime(2026, 3, 5, 9), datetime(2026, 3, 5, 20), 11) in hours


def test_gap_keeps_the_reason_until_it_is_filled(world: Landing, whole: Warehouse, spoiled: Warehouse) -> None:
    """On the morning after day 4 the call failed; until the next look-back the gap stands in the extractor's words."""
    spoiled.build([load for load in world.loads if load.fetched_at.date() <= day(5)])
    rows = spoiled.rows("select window_start, reason, message, action from ops.gaps where resource = 'getusersummary'")
    assert rows == [(datetime(2026, 3, 6), "timeout", "no answer", "wait")]


def test_rejects_say_why_and_the_others_go_on(world: Landing, whole: Warehouse, spoiled: Warehouse) -> None:
    rows = whole.rows("select resource, reason, detail, found_by from ops.rejects order by all")
    assert rows == [
        ("hot_search_csv", "bad_line", "expected 9 columns, got 3", "extract"),
        ("report_custom", "does_not_parse", "metrics.show_cnt: not a valid bigint", "staging"),
    ]
    spoiled.build([load for load in world.loads if load.fetched_at.date() <= day(3)])
    ads = spoiled.rows("select count(*), sum(impressions) from core.fct_ad_daily where metric_date = ?", day(2))
    assert ads == [(2, 8002 + 12002)]
    red = spoiled.rows(
        "select distinct check_name from ops.reconciliation where not is_within_tolerance and severity = 'error'"
    )
    assert ("ads_impressions_against_total",) in red


def test_freshness_and_volumes(whole: Warehouse) -> None:
    rows = whole.rows("select distinct last_covered_date, as_of_date, days_behind from ops.freshness")
    assert (day(LAST), day(LAST), 0) in rows
    counts = whole.rows("select records from ops.volumes where resource = 'getusersummary' and metric_date = ?", day(4))
    assert counts == [(3,)]
    assert whole.rows("select count(*) from ops.volumes where records = 0 and resource = 'report_custom'") == [(0,)]


def test_spend_month_to_date(whole: Warehouse) -> None:
    rows = whole.rows(
        "select max(metric_date), max(spend_month_to_date_amount), "
        "(select sum(spend_amount) from marts.roi__ads_daily) "
        "from marts.roi__spend_daily where account_id = ?",
        ADVERTISER,
    )
    assert rows[0][0] == date(2026, 3, 13)
    assert rows[0][1] == rows[0][2]
