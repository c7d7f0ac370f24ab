"""Compare the served facts with the sandbox's truth, to the unit: an independent computation from its events.

Only what a first run on that day can know is compared: contents whose publication was asked (30 days before the first
day on), comments of the last days that had not vanished, alone or with their article, before anybody looked. What a
platform shows of the present only is compared on the days on which it was looked at: numbers of a day out of counters
where the day before was looked at, too.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb

from warehouse import extraction
from warehouse.settings import REPO, Settings

# Douyin answers the last 30 days only, and days of a video until it is 30 days old: a first run cannot have more.
DAYS = "metric_date between $first and $until and (source <> 'douyin' or metric_date > $until - 27)"
YOUNG = """(source <> 'douyin' or content_id in (
    select content_id from known where published_date > $until - 25 and content_id not in (select content_id from gone)
))"""
PUBLISHED = "published_date between $first and $until and content_id not in (select content_id from gone)"
# sources whose numbers of contents are differences of counters, with the resource that lists them
LISTINGS = {
    "kuaishou": "photo",
    "linkedin": "share_statistics",
    "weibo": "statuses_count",
    "xiaohongshu": "pgy_note",
}
# sources whose followers are known of the days on which somebody looked
SNAPSHOTS = ["linkedin"]
# columns that are known of the days on which somebody asked, with the source and the resource
ASKED = {"average_view_seconds_to_date": ("douyin", "item_base")}
# sources that know nothing of an account but the present
PRESENT = ["kuaishou", "weibo"]
# core table: (file of the truth, shared columns left out, the rows compared, on both sides)
FACTS = {
    "core.fct_account_daily": (
        "account_daily",
        [],
        f"{DAYS} and (not list_contains({PRESENT}, source) or (source, account_id, metric_date) in (from followed))",
    ),
    "core.fct_follower_source_daily": ("follower_source_daily", [], DAYS),
    "core.fct_content_daily": (
        "content_daily",
        [],
        f"""{DAYS} and {YOUNG} and content_id in (select content_id from known) and content_id not in (from never_met)
            and (not list_contains({list(LISTINGS)}, source)
                or (source, account_id, metric_date) in (from followed))""",
    ),
    "core.fct_audience_daily": (
        "audience_daily",
        [],
        "snapshot_date between $first and $until and (source, account_id, snapshot_date) in (from looked)",
    ),
    "core.fct_ad_daily": ("ad_daily", [], DAYS),
    "core.fct_comment": (
        "comment",
        ["comment_text", "reply_text", "content_id"],
        """comment_date between $until - 5 and $until and comment_id not in (select comment_id from vanished)
           and (source <> 'wechat' or content_id in (
               select content_id from known
               where published_date > $until - 20 and not coalesce(is_deleted, false)
           ))""",
    ),
    "core.fct_hot_topic_hourly": ("hot_topic_hourly", [], "snapshot_date between $first and $until"),
    "core.fct_live_session": ("live_session", [], "cast(ended_at as date) between $first and $until"),
    "core.dim_content": ("content", [], f"{PUBLISHED} and content_id not in (from never_met)"),
    "core.fct_creator_note": ("creator_note", [], PUBLISHED),
    "core.dim_creator": ("creator", [], "last_seen_date = $last + 1"),
    "core.fct_mention": (
        "mention",
        ["mention_text"],
        """cast(mentioned_at as date) between $first and $until
           and mention_id not in (select mention_id from vanished_mentions)""",
    ),
    "core.fct_web_event": (
        "web_event",
        [],
        """event_date between $first and $until
           and (source <> 'growingio' or event_date > $until - 12)""",  # its exports are kept for 15 days
    ),
    "core.fct_lead": ("lead", [], "lead_date between $first and $until"),
    "core.fct_order": ("orders", [], "order_date between $first and $until"),
    "core.bridge_order_campaign": (
        "order_campaign",
        [],
        "order_id in (select order_id from w.core.fct_order where order_date between $first and $until)",
    ),
    "core.fct_order_line": ("order_line", [], "order_date between $first and $until"),
    "core.fct_refund": ("refund", [], "refund_date between $first and $until"),
    "core.fct_coupon_use": ("coupon_use", [], "used_date between $first and $until"),
    "core.fct_consent_event": ("consent_event", [], "decided_date between $first and $until"),
    "core.fct_activity_participation": (
        "activity_participation",
        [],
        "participation_date between $first and $until",
    ),
    "core.fct_points_entry": ("points_entry", [], "booked_date between $first and $until"),
    "core.fct_community_event": ("community_event", [], "happened_date between $first and $until"),
    "core.dim_activity": ("activity", [], "start_date between $first and $until"),
}


def export_truth(settings: Settings, out: Path, first: date, last: date) -> None:
    """The truth of FIRST..LAST as of the morning after LAST, as Parquet files in OUT."""
    as_of = extraction.morning_after(last).isoformat()
    env = os.environ | {"SANDBOX_SEED": str(settings.sandbox_seed), "SANDBOX_SCALE": str(settings.sandbox_scale)}
    command = [sys.executable, "-m", "sandbox", "truth", "--out", str(out), "--from", str(first), "--to", str(last)]
    subprocess.run([*command, "--as-of", as_of], cwd=REPO, env=env, check=True, capture_output=True, text=True)


def differences(settings: Settings, first: date, last: date, *, until: date | None = None) -> dict[str, list[Any]]:
    """Rows that only one side has, per table (multisets; up to 3 of each side); {} when equal.

    The warehouse has collected FIRST..LAST; compared is FIRST..UNTIL (default LAST).
    """
    until = until or last
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        export_truth(settings, Path(folder), first - timedelta(days=29), last)
        connection.execute(f"attach '{(settings.current / 'warehouse.duckdb').resolve()}' as w (read_only)")
        connection.execute(f"create view known as select * from read_parquet('{folder}/content.parquet')")
        connection.execute(
            f"create view vanished as from read_parquet('{folder}/comment.parquet') where vanished_at is not null"
        )
        # posts that are in no listing any more are as last seen, if anybody saw them
        deleted = "deleted_at is not null" if "deleted_at" in connection.table("known").columns else "false"
        connection.execute(f"create view gone as select content_id from known where {deleted}")
        connection.execute(
            "create view looked as select distinct source, account_id, snapshot_date from w.core.fct_audience_daily"
        )
        days = "select source, account_id, metric_date from w.core"
        connection.execute(f"create view counted as {days}.fct_account_daily where followers is not null")
        listed = " or ".join(f"(source = '{name}' and resource = '{what}')" for name, what in LISTINGS.items())
        connection.execute(
            f"""create view followed as with days as ({days}.fct_coverage_daily where {listed}) select * from days
                semi join (select * replace (metric_date + 1 as metric_date) from days) before
                using (source, account_id, metric_date)"""
        )
        # of a timeline that shows the newest posts only, those that no look met
        connection.execute(
            f"""create view never_met as with looks as (
                    select min(metric_date) as first_date from w.core.fct_coverage_daily where source = 'weibo'
                    and resource = 'user_timeline'
                )
                select content_id from known, looks
                where source = 'weibo' and not (last_listed_date >= first_date and first_listed_date <= '{last}')"""
        )
        connection.execute(
            f"""create view vanished_mentions as
                from read_parquet('{folder}/mention.parquet') where vanished_at is not null"""
        )
        found = {}
        for table, (name, left_out, rows) in FACTS.items():
            truth = f"read_parquet('{folder}/{name}.parquet')"
            ours = [c[0] for c in connection.execute(f"describe w.{table}").fetchall()]
            theirs = {c[0]: c[1] for c in connection.execute(f"describe select * from {truth}").fetchall()}
            shared = [c for c in ours if c in theirs and c not in left_out]
            assert len(shared) >= 3, f"{table} and the truth share only {shared}"
            columns = ", ".join(column(c) for c in shared)
            where = rows.replace("$first", f"date '{first}'").replace("$until", f"date '{until}'")
            where = where.replace("$last", f"date '{last}'")
            empty_is_absent = ", ".join(f"nullif({c}, '') as {c}" for c, kind in theirs.items() if kind == "VARCHAR")
            left = f"select {columns} from (select * replace ({empty_is_absent}) from {truth}) where {where}"
            if table == "core.fct_account_daily":
                was_counted = "(source, account_id, metric_date) in (from counted)"
                left = f"""select * replace (case when not list_contains({SNAPSHOTS}, source) or {was_counted}
                    then followers end as followers) from ({left})"""
            right = f"select {columns} from w.{table} where {where}"
            only = connection.execute(
                f"(select 'truth' as side, * from ({left} except all {right}) order by all limit 3) union all "
                f"(select 'warehouse', * from ({right} except all {left}) order by all limit 3)"
            ).fetchall()
            count = connection.execute(f"select count(*) from ({left})").fetchone()
            assert count and count[0] > 0, f"the truth holds no row for {table}: the comparison would prove nothing"
            if only:
                found[table] = [dict(zip(["side", *shared], row, strict=True)) for row in only]
        return found


def spend_in_yuan(
    settings: Settings, first: date, last: date, until: date
) -> tuple[dict[Any, Decimal], dict[Any, Decimal]]:
    """Spend by platform and day in yuan: out of the truth with the rates as the seed's file has them, and as served."""
    with (REPO / "dbt_project" / "seeds" / "exchange_rates.csv").open(encoding="utf-8") as file:
        rates = sorted((r["currency"], r["rate_date"], Decimal(r["rate"])) for r in csv.DictReader(file))
    truth: dict[Any, Decimal] = {}
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        export_truth(settings, Path(folder), first, last)
        for platform, day, currency, amount in connection.execute(
            f"""select platform, metric_date, currency, spend_amount from read_parquet('{folder}/ad_daily.parquet')
                where {DAYS.replace("$first", f"date '{first}'").replace("$until", f"date '{until}'")}"""
        ).fetchall():
            rate = Decimal(1)
            if currency not in (None, "CNY"):
                rate = [value for of, since, value in rates if of == currency and since <= str(day)][-1]
            yuan = (amount * rate).quantize(Decimal("0.00001"), ROUND_HALF_UP)
            truth[platform, day] = truth.get((platform, day), Decimal(0)) + yuan
        connection.execute(f"attach '{(settings.current / 'warehouse.duckdb').resolve()}' as w (read_only)")
        served = connection.execute(
            "select platform, metric_date, sum(reporting_spend_amount) from w.marts.roi__ads_daily "
            "where metric_date between ? and ? group by all",
            [first, until],
        ).fetchall()
    return truth, {(platform, day): amount for platform, day, amount in served}


def column(name: str) -> str:
    """A column as it is compared."""
    if name in ASKED:
        source, resource = ASKED[name]
        asked = (
            f"select metric_date from w.core.fct_coverage_daily where source = '{source}' and resource = '{resource}'"
        )
        return f"case when source <> '{source}' or metric_date in ({asked}) then {name} end as {name}"
    return f"cast({name} as varchar) as {name}" if name.endswith("_code") else name


def explain(found: dict[str, list[Any]]) -> str:
    """The differences as text, for an assertion's message."""
    return "\n".join(f"{table}:\n  " + "\n  ".join(map(str, rows)) for table, rows in found.items())
