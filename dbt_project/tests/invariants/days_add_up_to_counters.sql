-- The days of a content add up to what the platform counts since publication, from its first observation on; where
-- files
-- tell of an account, anew from each day whose number is unknown.
{% set counters = ["likes", "saves", "reward_amount"] %}
with
    observed as (
        {% for counter in counters %}
            select
                source,
                account_id,
                content_id,
                metric_date,
                '{{ counter }}' as counter,
                cast({{ counter }} as decimal(20, 5)) as day_value,
                cast({{ counter }}_to_date as decimal(20, 5)) as to_date_value
            from {{ ref("fct_content_daily") }}
            where {{ counter }}_to_date is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    exported as (select distinct source, account as account_id from {{ ref("stg_files__content_totals") }}),

    spans as (
        select
            observed.*,
            count(*) filter (where day_value is null and exported.account_id is not null) over (
                partition by source, account_id, content_id, counter order by metric_date
            ) as span
        from observed
        left join exported using (source, account_id)
    ),

    added_up as (
        select
            *,
            sum(day_value) over (
                partition by source, account_id, content_id, counter, span order by metric_date
            ) as days_until,
            first_value(case when day_value is null then to_date_value else 0 end) over (
                partition by source, account_id, content_id, counter, span order by metric_date
            ) as known_before
        from spans
    )

select *
from added_up
where coalesce(days_until, 0) + known_before <> to_date_value
