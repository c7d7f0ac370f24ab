-- Grain: one row per sign-up of a member, with the keys it named.
with
    told as ({{ united("sign_ups", ["event_id"]) }}),

    fct_sign_up as (
        select
            told.platform,
            told.source,
            told.account_id,
            told.event_id,
            told.event_at as signed_up_at,
            cast(told.event_at as date) as signed_up_date,
            {{ identity_ids("told") }},
            told.event_name as sign_up_method,
            told.session_id,
            told.utm_source,
            told.utm_medium,
            told.utm_campaign,
            told.utm_content,
            told.click_id
        from told
    )

select *
from fct_sign_up
