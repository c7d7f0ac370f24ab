"""A small served warehouse for BI tests: the marts' contracts filled with numbers that are easy to get wrong.

Tables and columns come from the dbt manifest, so a changed contract reaches these tests by itself. What is in them: an
account without followers, days without impressions (ratios without a value), a campaign that stops, contents that are
read for a week, topics on one or several days, a month boundary. `boost` makes a second snapshot
whose numbers all differ.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import yaml

import warehouse.bi
from warehouse.bi.compile import Manifests, compile_datasets

AS_OF = date(2026, 2, 10)
DAYS = 70
TABLES = warehouse.bi.assets_folder() / "tables"

_FACTS = """
create temp table days as
    select cast(range as date) as metric_date, cast(row_number() over (order by range) as bigint) as n
    from range($as_of::timestamp - to_days($days - 1), $as_of::timestamp + to_days(1), interval 1 day);
create temp table accounts(platform, source, account_id, account_name, k) as values
    ('wechat', 'wechat', 'wx01', '青禾咖啡服务号', 1), ('wechat', 'wechat', 'wx02', '青禾咖啡订阅号', 2),
    ('douyin', 'oceanengine', '1700000000000000001', '青禾咖啡投放', 3),
    ('douyin', 'oceanengine', '1700000000000000002', '青禾门店投放', 4);

create temp table engagement__account_daily as
select a.* exclude (k), d.metric_date, new_follows - lost_follows as net_follows, new_follows, lost_follows,
    case when platform = 'wechat' then 20000 * k + 55 * n + hash(n, k) % 30 + $boost * 1000 end as followers,
    hash(n, k, 'carried') % 17 = 0 as is_followers_carried, 1 as contents_published, reach, reach // 9 as likes,
    reach // 31 as shares, reach // 50 as comments, reach // 40 as saves, reach // 20 as recommends
from days d cross join accounts a,
    lateral (select case when platform = 'wechat' then 60 + hash(n, k, 'new') % 50 + $boost end as new_follows,
                    case when platform = 'wechat' then 10 + hash(n, k, 'lost') % 40 end as lost_follows,
                    case when platform = 'wechat' then 900 * k + hash(n, k, 'reach') % 500 end as reach);

create temp table user_profile__audience_daily as
select platform, source, account_id, account_name, metric_date, code as follow_source_code, label as follow_source,
    new_follows // k as new_follows, lost_follows // k as lost_follows,
    new_follows // k - lost_follows // k as net_follows
from engagement__account_daily,
    (values ('0', '其他', 2), ('1', '公众号搜索', 3), ('17', '名片分享', 5), ('30', '扫描二维码', 6)) s(code, label, k)
where new_follows is not null and not (code = '17' and hash(metric_date) % 3 = 0);

create temp table content__performance_daily as
with contents as (
    select 'c' || d.n || '-' || a.k as content_id, d.metric_date as published_date, a.*, d.n,
        (['门店上新：', '周末去哪儿喝：', '一杯手冲的故事：', '会员日提醒：'])[1 + d.n % 4]
            || '第' || d.n || '期' as title
    from days d cross join accounts a where platform = 'wechat' and (d.n + a.k) % 2 = 0)
select c.*, 'article' as content_type, d.metric_date, cast(d.metric_date - c.published_date as bigint) as age_days,
    views,
    views as reach, views // 11 + hash(d.n, c.n) % 5 as likes, views // 23 as recommends, views // 90 as comments,
    views // 33 + hash(d.n, c.n) % 3 as shares, views // 60 as saves,
    views // 11 + hash(d.n, c.n) % 5 + views // 23 + views // 90 + views // 33 + hash(d.n, c.n) % 3 + views // 60
        as engagements,
    case when views is not null then engagements end as viewed_engagements,
    case when views is not null then shares end as viewed_shares,
    hash(d.n, c.n, 'new') % 4 as new_follows, (d.metric_date = c.published_date)::bigint as contents_published,
    hash(d.n, c.n, 'fix') % 40 = 0 as is_correction, 'CNY' as currency, 1.25 as reward_amount
from contents c join days d on d.metric_date between c.published_date and c.published_date + 6,
    lateral (select case when hash(d.n, c.n, 'null') % 23 > 0
        then (2600 + hash(c.n, c.k) % 1700 + $boost * 10) // (1 + (d.metric_date - c.published_date) * 2) end as views);

create temp table roi__ads_daily as
select a.*, d.metric_date, 'p' || a.k || c as campaign_id, 'ad' || a.k || c || ad as ad_id, 'CNY' as currency,
    (['新品拿铁', '门店拉新', '会员召回'])[c] || '·' || (a.k - 2) as campaign_name, '素材' || ad as ad_name,
    impressions, clicks, conversions, conversions // 2 as deep_conversions, conversions as attributed_conversions,
    conversions // 3 as attributed_deep_conversions, impressions // 3 as video_plays,
    impressions // 5 as valid_video_plays,
    impressions // 7 as video_plays_3s, cast(clicks as decimal(20, 5)) * 1.13777 + $boost as spend_amount
from days d cross join accounts a cross join range(1, 4) camp(c) cross join range(1, 3) ads(ad),
    lateral (select case when d.n % 20 = 0 then 0 else (9000 + hash(d.n, c, ad, a.k) % 7000) // c end as impressions),
    lateral (select impressions * (12 + hash(d.n, ad) % 9) // 1000 as clicks),
    lateral (select clicks * (40 + hash(d.n, c) % 30) // 1000 as conversions)
where platform = 'douyin' and not (c = 3 and d.n > 60);

create temp table roi__spend_daily as
select *, sum(spend_amount) over (partition by account_id, date_trunc('month', metric_date) order by metric_date)
    as spend_month_to_date_amount
from (select platform, source, account_id, account_name, metric_date, currency, sum(spend_amount) as spend_amount
      from roi__ads_daily group by all);

create temp table engagement__hot_topics_daily as
select 'weibo' as platform, d.metric_date, '热点话题' || (hash(d.n, t) % 90) as title,
    (['社会', '文娱', '体育', '科技'])[1 + t % 4] as category, t % 13 = 0 as is_ad,
    1 + hash(d.n, t, 'hours') % 20 as hours_listed, 1 + t % 50 as best_rank,
    case when t % 13 > 0 then 200000 + hash(d.n, t, 'heat') % 3000000 + $boost end as peak_heat
from days d cross join range(1, 25) topics(t)
qualify row_number() over (partition by d.metric_date, title order by t) = 1;
"""


#: Tables that nothing above fills get days x accounts of these values, by column, else by type: any will do.
_VALUES = {
    **{name: name for name in ("platform", "source", "account_id", "account_name")},
    "age_days": "([1, 3, 7, 30])[1 + h % 4]",
    "plan_status": "(['on_time', 'late', 'early', 'not_published', 'planned', 'unplanned'])[1 + h % 6]",
    "plan_id": "'p' || n || '-' || (k % 2)",
    "activity": "(['comment', 'visit', 'order'])[1 + h % 3]",
    "campaign_name": "'计划' || h % 5",
    "reason": "(['order', 'check_in', 'redeem', 'expire'])[1 + h % 4]",
}
_BY_TYPE = {
    "varchar": "'v' || h % 7",
    "date": "metric_date",
    "timestamp": "metric_date + interval 20 hours",
    "boolean": "h % 3 > 0",
    "bigint": "case when h % 11 > 0 then h % 90 + $boost end",
    "decimal": "case when h % 13 > 0 then h % 9000 * 0.37 + $boost end",
    "integer": "h % 12",
}


def _fill(column: str, kind: str, boost: int) -> str:
    value = _VALUES.get(column) or _BY_TYPE[kind.split("(")[0].split("[")[0]]
    return value.replace("h %", f"(hash(n, k, '{column}') % 1000000)::bigint %").replace("$boost", str(boost))


def _known(column: str, kind: str, filled: set[str]) -> str:
    """A column of a table from what fills it; amounts of the reporting currency are those of accounts, counts any."""
    if column in filled:
        return column
    if column.removeprefix("reporting_") in filled:
        return column.removeprefix("reporting_")
    return f"(hash(rowid, '{column}') % 90)::bigint" if kind == "bigint" else "null"


def make_warehouse(file: Path, manifests: Manifests, target: Path, as_of: date = AS_OF, boost: int = 0) -> Path:
    """Write a served file: every mart behind a dataset (by its contract), the time spine and ops.snapshot."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as connection:
        for statement in _FACTS.split(";\n"):
            known = {"as_of": as_of, "days": DAYS, "boost": boost}
            used = {name: value for name, value in known.items() if f"${name}" in statement}
            connection.execute(statement, used) if statement.strip() else None
        for table in compile_datasets(manifests, {}):
            model = manifests.models[table]
            made = connection.execute("select table_name from duckdb_tables() where temporary").fetchall()
            if (table,) not in made:
                columns = ", ".join(
                    f"{_fill(c['name'], c['data_type'], boost)} as {c['name']}" for c in model["columns"].values()
                )
                connection.execute(f"create temp table {table} as select {columns} from days cross join accounts")
            filled = {row[0] for row in connection.execute(f"describe {table}").fetchall()}
            columns = ", ".join(
                f"cast({_known(c['name'], c['data_type'], filled)} as {c['data_type']}) as {c['name']}"
                for c in model["columns"].values()
            )
            connection.execute(f"create schema if not exists {model['schema']}")
            connection.execute(f"create table {model['schema']}.{table} as select {columns} from temp.{table}")
        _time_spine(connection, target)
        connection.execute(
            """create schema if not exists core;
               create table core.dim_account as
               select *, $first::date as first_covered_date, $last::date as last_covered_date
               from (select platform, source, account_id, account_name from temp.accounts
                     union all select 'weibo', 'weibo_hot_search', 'archive', '微博热搜存档')""",
            {"first": as_of - timedelta(days=DAYS - 1), "last": as_of},
        )
        connection.execute("create schema if not exists ops")
        for table in ("freshness", "reconciliation"):
            spec = yaml.safe_load((TABLES / f"{table}.yaml").read_text(encoding="utf-8"))
            filled = ", ".join(f"{_fill(c['name'], c['type'], boost)} as {c['name']}" for c in spec["columns"])
            connection.execute(
                f"create table {spec['schema']}.{table} as select {filled} from temp.days, temp.accounts"
            )
        connection.execute(
            """create table ops.snapshot as select $id as snapshot_id, $as_of::date as as_of_date,
               $at::timestamp as published_at, true as audit_passed, 128 as checks, 0 as failed_checks,
               'v1' as code_version""",
            {"id": file.parent.name, "as_of": as_of, "at": datetime(as_of.year, as_of.month, as_of.day, 8, 41, 7)},
        )
    return file


def _time_spine(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    manifest = json.loads((target / "semantic_manifest.json").read_text())
    for spine in manifest["project_configuration"]["time_spines"]:
        relation = spine["node_relation"]
        connection.execute(f"create schema if not exists {relation['schema_name']}")
        connection.execute(
            f"""create table {relation["schema_name"]}.{relation["alias"]} as
                select cast(range as date) as {spine["primary_column"]["name"]}
                from range(timestamp '2025-01-01', timestamp '2027-01-01', interval 1 day)"""
        )


def publish(home: Path, snapshot_id: str) -> None:
    """Switch `current` to a snapshot, atomically, as the product's publish step does."""
    draft = home / f".current-{snapshot_id}"
    draft.symlink_to(Path("snapshots") / snapshot_id)
    draft.replace(home / "current")
