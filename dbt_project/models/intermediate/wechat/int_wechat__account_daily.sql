-- Grain: one row per Official Account and touched day that any of the three account calls covers.
-- A covered day without a row in getusersummary had no movement: zero follows, not unknown.
{% set other_metrics = [
    "followers",
    "reach",
    "likes",
    "recommends",
    "comments",
    "shares",
    "saves",
    "contents_published",
] %}

with
    touched as ({{ touched_days("fct_account_daily", "wechat") }}),

    user_summary as ({{ newest_window_rows("stg_wechat__user_summary", "wechat", "getusersummary") }}),

    user_cumulate as ({{ newest_window_rows("stg_wechat__user_cumulate", "wechat", "getusercumulate") }}),

    biz_summary as ({{ newest_window_rows("stg_wechat__biz_summary", "wechat", "getbizsummary") }}),

    measured as (
        {{
            canonical_values(
                "user_summary", "wechat", "getusersummary", ["new_user", "cancel_user"], ["account", "metric_date"]
            )
        }}
        union all
        {{
            canonical_values(
                "user_cumulate", "wechat", "getusercumulate", ["cumulate_user"], ["account", "metric_date"]
            )
        }}
        union all
        {{
            canonical_values(
                "biz_summary",
                "wechat",
                "getbizsummary",
                [
                    "read_user",
                    "like_user",
                    "zaikan_user",
                    "comment_count",
                    "share_user",
                    "collection_user",
                    "send_page_count",
                ],
                ["account", "metric_date"],
            )
        }}
    ),

    pivoted as (
        select account, metric_date, {{ metric_columns("account_daily") }} from measured group by account, metric_date
    ),

    covered as (
        select
            receipts.source,
            receipts.account,
            receipts.slice_date as metric_date,
            bool_or(receipts.resource = 'getusersummary') as is_movement_covered
        from {{ ref("int_winning_receipts") }} as receipts
        inner join
            touched
            on receipts.source = touched.source
            and receipts.account = touched.account
            and receipts.slice_date = touched.metric_date
        where receipts.resource in ('getusersummary', 'getusercumulate', 'getbizsummary')
        group by receipts.source, receipts.account, receipts.slice_date
    ),

    account_daily as (
        select
            covered.source,
            covered.account as account_id,
            covered.metric_date,
            case when is_movement_covered then coalesce(pivoted.new_follows, 0) end as new_follows,
            case when is_movement_covered then coalesce(pivoted.lost_follows, 0) end as lost_follows,
            {% for metric in other_metrics %} pivoted.{{ metric }}{% if not loop.last %},{% endif %} {% endfor %}
        from covered
        left join pivoted using (account, metric_date)
    )

    {{
        conform(
            "account_daily",
            "account_daily",
            ["source", "account_id", "metric_date", "new_follows", "lost_follows"] + other_metrics,
        )
    }}
