-- Grain: one row per content that a creator made for the brand: what it cost and what it has brought so far.
with
    notes as (select * from {{ reporting_creator_notes() }} as notes),

    accounts as (select source, account_id, account_name from {{ ref("dim_account") }}),

    contents as (select source, account_id, content_id, title from {{ ref("dim_content") }}),

    creators as (select platform, creator_id, followers, level_code, agency_name from {{ ref("dim_creator") }}),

    counted as (
        select
            daily.source,
            daily.account_id,
            daily.content_id,
            daily.metric_date,
            daily.views_to_date,
            daily.reach_to_date,
            {{ engagements_of("daily", "_to_date") }} as engagements_to_date,
            row_number() over (
                partition by daily.source, daily.account_id, daily.content_id order by daily.metric_date desc
            ) as newest
        from {{ ref("fct_content_daily") }} as daily
        inner join notes using (source, account_id, content_id)
    ),

    creator_notes as (
        select
            notes.platform,
            notes.source,
            notes.account_id,
            accounts.account_name,
            notes.content_id,
            contents.title,
            notes.published_date as metric_date,
            notes.creator_id,
            creators.followers as creator_followers,
            creators.level_code,
            creators.agency_name,
            notes.order_id,
            notes.order_title,
            notes.price_amount,
            notes.fee_amount,
            notes.cost_amount,
            notes.currency,
            '{{ var("reporting_currency") }}' as reporting_currency,
            notes.reporting_cost_amount,
            counted.metric_date as observed_date,
            counted.views_to_date,
            counted.reach_to_date,
            counted.engagements_to_date
        from notes
        inner join accounts using (source, account_id)
        left join contents using (source, account_id, content_id)
        left join creators on notes.platform = creators.platform and notes.creator_id = creators.creator_id
        left join
            counted
            on notes.source = counted.source
            and notes.account_id = counted.account_id
            and notes.content_id = counted.content_id
            and counted.newest = 1
    )

select *
from creator_notes
