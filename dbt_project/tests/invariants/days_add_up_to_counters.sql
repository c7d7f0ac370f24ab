-- The days of a content add up to what the platform counts since publication.
with
    totals as (
        select
            source,
            account_id,
            content_id,
            metric_date,
            likes_to_date,
            saves_to_date,
            reward_amount_to_date,
            sum(likes) over (partition by source, account_id, content_id order by metric_date) as likes,
            sum(saves) over (partition by source, account_id, content_id order by metric_date) as saves,
            sum(reward_amount) over (partition by source, account_id, content_id order by metric_date) as reward_amount
        from {{ ref("fct_content_daily") }}
    )

select *
from totals
where likes <> likes_to_date or saves <> saves_to_date or reward_amount <> reward_amount_to_date
