-- Grain: one row per account, content type, weekday and hour of publication; the hour is null where only the day is
-- told.
-- Contents are compared at one age (var rhythm_age), so that the older ones have no advantage.
{% set enough = var("minimum_contents") %}
with
    contents as (
        select
            *,
            {{ iso_weekday("published_date") }} as published_weekday,
            extract(hour from published_at) as published_hour
        from {{ ref("fct_content_age") }}
        where age_label = '{{ var("rhythm_age") }}' and published_date is not null
    ),

    accounts as (select source, account_id, account_name from {{ ref("dim_account") }}),

    rhythm as (
        select
            contents.platform,
            contents.source,
            contents.account_id,
            accounts.account_name,
            contents.content_type,
            cast(contents.published_weekday as bigint) as iso_weekday,
            cast(contents.published_hour as bigint) as published_hour,
            '{{ var("rhythm_age") }}' as age_label,
            cast(count(*) as bigint) as contents,
            cast(count(contents.engagements_to_date) as bigint) as measured_contents,
            cast(sum(contents.engagements_to_date) as bigint) as engagements,
            cast(
                sum(case when contents.engagements_to_date is not null then contents.views_to_date end) as bigint
            ) as views,
            cast(
                sum(case when contents.views_to_date is not null then contents.engagements_to_date end) as bigint
            ) as viewed_engagements,
            cast(
                case
                    when count(contents.engagements_to_date) >= {{ enough }}
                    then {{ lower_median("contents.engagements_to_date") }}
                end as bigint
            ) as median_engagements,
            case
                when count(contents.engagements_to_date) < {{ enough }} then 'fewer_than_{{ enough }}_contents'
            end as median_missing_reason
        from contents
        inner join accounts using (source, account_id)
        group by
            contents.platform,
            contents.source,
            contents.account_id,
            accounts.account_name,
            contents.content_type,
            contents.published_weekday,
            contents.published_hour
    )

select *
from rhythm
