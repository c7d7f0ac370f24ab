-- Grain: one row per account, day and way in which people followed. A code that the seed does not know stays as it is.
{{ config(materialized="incremental", incremental_strategy="append", pre_hook="{{ delete_touched() }}") }}

with
    touched as ({{ touched_days("fct_follower_source_daily", "wechat") }}),

    user_summary as ({{ newest_window_rows("stg_wechat__user_summary", "wechat", "getusersummary") }}),

    measured as (
        {{
            canonical_values(
                "user_summary",
                "wechat",
                "getusersummary",
                ["new_user", "cancel_user"],
                ["source", "account", "metric_date", "follow_source_code"],
            )
        }}
    ),

    pivoted as (
        select
            source,
            account as account_id,
            metric_date,
            follow_source_code,
            {{ metric_sum("new_follows") }},
            {{ metric_sum("lost_follows") }}
        from measured
        group by source, account, metric_date, follow_source_code
    ),

    fct_follower_source_daily as (
        select
            sources.platform,
            pivoted.source,
            pivoted.account_id,
            pivoted.metric_date,
            pivoted.follow_source_code,
            coalesce(names.follow_source, pivoted.follow_source_code) as follow_source,
            pivoted.new_follows,
            pivoted.lost_follows
        from pivoted
        inner join {{ ref("sources") }} as sources using (source)
        left join
            {{ ref("follow_sources") }} as names
            on pivoted.source = names.source
            and pivoted.follow_source_code = names.code
    )

select *
from fct_follower_source_daily
