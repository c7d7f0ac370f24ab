-- Grain: one row per creator who made content for the brand, as last told. Prices are what the creator asks now.
with
    creators as ({{ union_conformed("creators") }}),

    ranked as (
        select
            sources.platform,
            creators.*,
            sources.currency,
            row_number() over (
                partition by sources.platform, creators.creator_id
                order by creators.last_seen_at desc, creators.source, creators.account_id
            ) as newest
        from creators
        inner join {{ ref("sources") }} as sources using (source)
    ),

    dim_creator as (
        select
            platform,
            source,
            creator_id,
            followers,
            level_code,
            agency_name,
            image_price_amount,
            video_price_amount,
            currency,
            cast({{ business_time_from_utc("last_seen_at") }} as date) as last_seen_date
        from ranked
        where newest = 1
    )

select *
from dim_creator
