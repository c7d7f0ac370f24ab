{#
Counters since publication as numbers of the day, from observations (account, content_id, metric_date, published_date, is_from_zero and
the fields): a row per observation with every counter of fct_content_daily, its _to_date, days_spanned, is_correction. The day's number is
the difference to the observation before; after days without one it holds them all, and days_spanned says how many. A first observation
counts from zero only where is_from_zero says so, else its day is unknown. A counter that falls gives a negative day, marked as a
correction. People reached have no difference that means anything: reach keeps its _to_date alone.
The seed metric_map names the metrics and says which are cumulative; one that is daily is taken as it is and added up to date.
#}
{% macro counters_by_difference(observations, source_name, resource, fields) %}
    {%- set keys = ["account", "content_id", "published_date", "is_from_zero", "metric_date"] -%}
    with
        observations as (select * from {{ observations }}),

        measured as ({{ canonical_values("observations", source_name, resource, fields, keys) }}),

        differences as (
            select
                *,
                case
                    when kind = 'daily'
                    then sum(metric_value) over (partition by account, content_id, metric order by metric_date)
                    else metric_value
                end as to_date_value,
                case
                    when kind = 'cumulative'
                    then
                        metric_value - coalesce(
                            lag(metric_value) over (partition by account, content_id, metric order by metric_date),
                            case when is_from_zero then 0 end
                        )
                    else metric_value
                end as day_value,
                metric_date - coalesce(
                    lag(metric_date) over (partition by account, content_id, metric order by metric_date),
                    case when is_from_zero then {{ add_days("published_date", -1) }} end
                ) as days_spanned
            from measured
            where metric_value is not null
        ),

        counters as (
            select
                '{{ source_name }}' as source,
                account as account_id,
                content_id,
                metric_date,
                metric_date - published_date as age_days,
                {% for metric in content_counters() + ["reward_amount"] %}
                    {%- if metric != "reach" %} {{ metric_of("day_value", metric) }} as {{ metric }},{% endif %}
                    {{ metric_of("to_date_value", metric) }} as {{ metric }}_to_date,
                {% endfor %}
                {{ metric_of("to_date_value", "finish_rate") }} as finish_rate_to_date,
                {{ metric_of("to_date_value", "average_view_seconds") }} as average_view_seconds_to_date,
                max(case when kind = 'cumulative' then days_spanned end) as days_spanned,
                coalesce(bool_or(kind = 'cumulative' and day_value < 0), false) as is_correction
            from differences
            group by account, content_id, published_date, metric_date
        )

        {{ conform("content_daily", "counters", counter_columns()) }}
{% endmacro %}

{# Contents by touched day from the counters of a snapshot listing. #}
{% macro content_by_listing(source_name, resource, staging_model, fields) %}
    with
        observations as ({{ counter_observations(source_name, resource, staging_model) }}),

        counters as ({{ counters_by_difference("observations", source_name, resource, fields) }}),

        touched as ({{ touched_days("fct_content_daily", source_name) }})

    select counters.*
    from counters
    inner join touched on counters.account_id = touched.account and counters.metric_date = touched.metric_date
{% endmacro %}

{# The columns of fct_content_daily that counters give. #}
{% macro counter_columns() -%}
    {%- set columns = [] -%}
    {%- for name, type in canonical_columns("content_daily") if name != "reach" -%}
        {%- do columns.append(name) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{# The value of one metric in a group of long values. #}
{% macro metric_of(value, metric) -%} sum(case when metric = '{{ metric }}' then {{ value }} end) {%- endmacro %}
