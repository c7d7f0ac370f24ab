-- Grain: one row per ad and touched day that a report holds.
-- Two reports: one counts everything on the day of the ad request, the other conversions on their own day.
-- An ad without a row in a complete report of a day was not shown on it, whatever conversions still come.
-- A day without a complete report waits for it.
with
    reported as (
        {{
            report_by_day(
                "ad_daily",
                "tencent_ads",
                [
                    ("daily_report", "stg_tencent_ads__daily_reports", tencent_ads_report_fields()),
                    (
                        "daily_report_by_conversion",
                        "stg_tencent_ads__conversion_reports",
                        ["conversions_count", "deep_conversions_count"],
                    ),
                ],
                keys=["ad_group_id", "ad_id"],
            )
        }}
    ),

    answered as (
        select account as account_id, slice_date as metric_date
        from {{ ref("int_winning_receipts") }}
        where source = 'tencent_ads' and resource = 'daily_report'
    ),

    ad_daily as (
        select
            {{
                canonical_select(
                    "ad_daily",
                    {
                        "spend_amount": "cast(coalesce(ad_daily.spend_amount, 0) as decimal(20, 5))",
                        "impressions": "coalesce(ad_daily.impressions, 0)",
                        "clicks": "coalesce(ad_daily.clicks, 0)",
                    },
                )
            }}
        from reported as ad_daily
        inner join answered using (account_id, metric_date)
    )

select *
from ad_daily
