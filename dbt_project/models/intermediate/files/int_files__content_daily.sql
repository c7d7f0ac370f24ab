-- Grain: one row per content and touched day that files tell of and the interface does not.
-- A content that files tell by day has these numbers; its counters since publication, where there are any, stand beside
-- them on other days. One that files only count since publication has the differences as numbers of the day.
{% set previous = "over (partition by source, account, content_id order by metric_date)" %}
{% set counters = content_counters() + ["reward_amount"] %}
with
    daily as (
        select *, record_date as metric_date
        from
            (
                {{ newest_file_rows("file_content_daily", "stg_files__content_daily", ["content_id", "record_date"]) }}
            ) as newest_rows
    ),

    told_by_day as (select distinct source, account, content_id from daily),

    observed as (
        select observations.*, observations.is_known and told_by_day.content_id is null as is_difference
        from {{ ref("int_files__content_observations") }} as observations
        left join told_by_day using (source, account, content_id)
    ),

    counted as (
        select
            *,
            case
                when is_difference
                then
                    metric_date
                    - coalesce(previous_date, case when is_from_zero then {{ add_days("published_date", -1) }} end)
            end as days_spanned
            {%- for counter in counters %}
                ,
                case
                    when is_difference
                    then
                        {{ counter }}_to_date
                        - coalesce(lag({{ counter }}_to_date) {{ previous }}, case when is_from_zero then 0 end)
                end as {{ counter }}
            {%- endfor %}
        from observed
    ),

    told as (
        select
            source,
            account_id,
            content_id,
            metric_date,
            metric_date - cast(published_at as date) as age_days,
            {% for counter in counters %} {{ counter }}, null as {{ counter }}_to_date, {% endfor %}
            null as finish_rate_to_date,
            null as average_view_seconds_to_date,
            null as days_spanned,
            false as is_correction
        from daily
        union all
        select
            source,
            account_id,
            content_id,
            metric_date,
            metric_date - published_date as age_days,
            {% for counter in counters %}
                {% if counter == "reach" %} null as {% endif %} {{ counter }}, {{ counter }}_to_date,
            {% endfor %}
            finish_rate_to_date,
            average_view_seconds_to_date,
            days_spanned,
            least({% for counter in counters %}coalesce({{ counter }}, 0),{% endfor %} 0) < 0 as is_correction
        from counted
        where
            not exists (
                select 1
                from daily
                where
                    daily.source = counted.source
                    and daily.account = counted.account
                    and daily.content_id = counted.content_id
                    and daily.metric_date = counted.metric_date
            )
    ),

    contents as ({{ unanswered_file_rows("told", "fct_content_daily") }})

    {{ conform("content_daily", "contents", canonical_columns("content_daily") | map(attribute=0)) }}
