-- Grain: one row per ad and version of it.
with
    history as ({{ union_conformed("ads") }}),

    dim_ad as (
        select sources.platform, history.*, coalesce(accounts.currency, sources.currency) as currency
        from history
        inner join {{ ref("sources") }} as sources using (source)
        left join {{ ref("dim_account") }} as accounts using (source, account_id)
    )

select *
from dim_ad
