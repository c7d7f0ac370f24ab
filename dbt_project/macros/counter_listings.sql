{#
Observations of the counters of a snapshot listing, for the touched days of fct_content_daily and the observation before them: one row
per account, content and day, every column of the staging model and metric_date, is_from_zero. What was listed for a day belongs to that
day; of several listings for it the newest that shows the content counts. The staging model needs `content_id` and `published_date`.
What was published after the day that the listing is filed under counts from the next one.
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
            where
                placed.metric_date >= coalesce(placed.last_date_before, placed.first_date)
                and payloads.published_date <= placed.metric_date
        )

    select *
    from observations
{% endmacro %}

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
