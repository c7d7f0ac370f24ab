-- Grain: one row per advertiser, touched day and metric: our ads added up against the whole advertiser.
-- The advertiser may have more: programmed material is in its report and in no creative's.
with
    compared as (
        {{
            reconcile_ads(
                "kuaishou_ads",
                "account_report",
                "stg_kuaishou_ads__account_reports",
                ["charge", "aclick", "bclick"],
            )
        }}
    )

select
    source,
    account_id,
    metric_date,
    replace(check_name, '_against_total', '_within_account') as check_name,
    detail_total,
    summary_total
from compared
