-- Grain: one row per lead, with its present stage.
-- Site and CRM tell of the same lead: each column is that of the richer shape that has it.
with
    told as ({{ united("leads", ["lead_id"]) }}),

    names as (select * from {{ ref("int_product_names") }}),

    fct_lead as (
        select
            told.platform,
            told.source,
            told.account_id,
            told.lead_id,
            told.lead_at,
            cast(told.lead_at as date) as lead_date,
            {{ identity_ids("told") }},
            coalesce(told.channel, 'web') as channel,
            {{ product_id("told.product") }} as product_id,
            told.product,
            told.message_text,
            told.stage,
            told.stage_at,
            told.session_id,
            told.utm_source,
            told.utm_medium,
            told.utm_campaign,
            told.utm_content,
            told.click_id
        from told
        left join names on told.platform = names.platform and {{ comparable_title("told.product") }} = names.product_key
    )

select *
from fct_lead
