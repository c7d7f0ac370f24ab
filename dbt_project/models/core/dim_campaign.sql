-- Grain: one row per campaign and version of it.
with
    history as (select * from {{ ref("int_oceanengine__campaign_history") }}),

    dim_campaign as (
        select
            sources.platform,
            history.source,
            history.account as account_id,
            history.campaign_id,
            history.campaign_name,
            history.status,
            history.marketing_goal,
            history.landing_type,
            history.budget_amount,
            history.budget_mode,
            history.cpa_bid_amount,
            sources.currency,
            history.created_at,
            history.modified_at,
            history.valid_from,
            history.valid_to,
            history.is_current,
            history.is_listed
        from history
        inner join {{ ref("sources") }} as sources using (source)
    )

select *
from dim_campaign
