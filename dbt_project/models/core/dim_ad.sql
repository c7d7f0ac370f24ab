-- Grain: one row per ad and version of it.
with
    history as (select * from {{ ref("int_oceanengine__ad_history") }}),

    dim_ad as (
        select
            sources.platform,
            history.source,
            history.account as account_id,
            history.ad_id,
            history.campaign_id,
            history.ad_name,
            history.status,
            history.learning_phase,
            history.budget_amount,
            history.budget_mode,
            history.cpa_bid_amount,
            history.item_id,
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
from dim_ad
