{#
Observations of the counters of a snapshot listing, for the touched days of fct_content_daily and the observation before them: one row
per account, content and day, every column of the staging model and metric_date, is_from_zero. What was listed for a day belongs to that
day; of several listings for it the newest that shows the content counts. The staging model needs `content_id` and `published_date`.
is_from_zero: the content came after the account's listing before, so all that it has counted since came after that one.
#}
{% macro counter_observations(source_name, resource, staging_model) %}
    with
        touched as (
            select account, min(metric_date) as first_date, max(metric_date) as last_date
            from {{ ref("int_touched_days") }}
            where fact = 'fct_content_daily' and source = '{{ source_name }}'
            group by account
        ),

        wanted as ({{ wanted_loads() }}),

        listing_days as (
            select
                account,
                metric_date,
                lag(metric_date) over (partition by account order by metric_date) as previous_listing_date
            from
                (
                    select distinct account, cast(sightings.window_start as date) as metric_date
                    from {{ ref("stg_landing__sightings") }} as sightings
                    inner join wanted using (source, account, resource, load_id)
                    where source = '{{ source_name }}' and resource = '{{ resource }}'
                ) as days
        ),

        sightings as ({{ wanted_sightings(source_name, resource) }}),

        seen as (
            select
                payloads.account,
                payloads.content_id,
                payloads.record_hash,
                cast(sightings.window_start as date) as metric_date,
                row_number() over (
                    partition by payloads.account, payloads.content_id, cast(sightings.window_start as date)
                    order by sightings.fetched_at desc, sightings.load_id desc, payloads.record_hash
                ) as newest
            from sightings
            inner join {{ ref(staging_model) }} as payloads using (source, account, record_hash)
            where payloads.reject_reason is null
        ),

        placed as (
            select
                seen.*,
                max(case when seen.metric_date < touched.first_date then seen.metric_date end) over (
                    partition by seen.account, seen.content_id
                ) as last_date_before,
                touched.first_date
            from seen
            inner join touched on seen.account = touched.account and seen.metric_date <= touched.last_date
            where seen.newest = 1
        ),

        observations as (
            select
                payloads.*,
                placed.metric_date,
                payloads.published_date
                >= coalesce(listing_days.previous_listing_date, placed.metric_date) as is_from_zero
            from placed
            inner join
                {{ ref(staging_model) }} as payloads
                on payloads.source = '{{ source_name }}'
                and placed.account = payloads.account
                and placed.record_hash = payloads.record_hash
            left join
                listing_days on placed.account = listing_days.account and placed.metric_date = listing_days.metric_date
            where placed.metric_date >= coalesce(placed.last_date_before, placed.first_date)
        )

    select *
    from observations
{% endmacro %}

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

{#
Days of fct_content_daily that a landed or removed snapshot listing changes beyond its own: for each account the next listing's day (first
observations look at the listing before), for each content that it shows the next day on which the content was seen.
#}
{% macro touched_by_next_listing(source_name, resource, staging_model) %}
    with
        pending_days as (
            select distinct account, cast(window_start as date) as metric_date
            from {{ ref("int_pending_windows") }}
            where source = '{{ source_name }}' and resource = '{{ resource }}'
        ),

        since as (select account, min(metric_date) as first_date from pending_days group by account),

        listed as (
            select sightings.account, sightings.record_hash, cast(sightings.window_start as date) as metric_date
            from {{ ref("stg_landing__sightings") }} as sightings
            inner join since on sightings.account = since.account
            where
                sightings.source = '{{ source_name }}'
                and sightings.resource = '{{ resource }}'
                and cast(sightings.window_start as date) >= since.first_date
        ),

        seen as (
            select distinct listed.account, payloads.content_id, listed.metric_date
            from listed
            inner join {{ ref(staging_model) }} as payloads using (account, record_hash)
            where payloads.source = '{{ source_name }}' and payloads.reject_reason is null
            union
            select distinct account, cast(null as varchar), metric_date
            from listed
        ),

        followed as (
            select *, lead(metric_date) over (partition by account, content_id order by metric_date) as next_date
            from seen
        )

    select distinct
        'fct_content_daily' as fact, '{{ source_name }}' as source, followed.account, followed.next_date as metric_date
    from followed
    inner join pending_days using (account, metric_date)
    where followed.next_date is not null
{% endmacro %}
