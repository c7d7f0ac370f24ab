-- Grain: one row per title or status of a content that a later answer told otherwise: what it was, what it became,
-- when.
-- Of every listing apart, in order of time (of export, for files), so no order of builds matters. A value that an
-- answer leaves out is no change; a content that a whole listing leaves out is deleted, until it is listed again.
{% set content = "source, account, resource, content_id" %}
with
    wanted as ({{ wanted_loads() }}),

    told as (
        {% for listing in content_listings() %}
            {{ content_values(*listing) }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by {{ content }}, column_name, told_at, fetched_at, load_id order by latest desc, record_hash
            ) as place
        from told
        where value is not null and content_id is not null
    ),

    answers as (
        select
            source,
            account,
            resource,
            fetched_at,
            lead(fetched_at) over (partition by source, account, resource order by fetched_at) as next_fetched_at
        from
            (
                select distinct source, account, resource, fetched_at
                from {{ ref("stg_landing__sightings") }}
                inner join wanted using (source, account, resource, load_id)
                where record_hash is null
            ) as receipts
    ),

    listed as (
        select
            {{ content }},
            told_at,
            fetched_at,
            lead(fetched_at) over (partition by {{ content }} order by fetched_at) as next_listed_at
        from (select distinct {{ content }}, told_at, fetched_at from told where is_whole_listing) as contents
    ),

    vanished as (
        select listed.*, answers.next_fetched_at
        from listed
        inner join answers using (source, account, resource, fetched_at)
        where answers.next_fetched_at < coalesce(listed.next_listed_at, timestamp '9999-12-31')
    ),

    said as (
        select {{ content }}, column_name, told_at, fetched_at, load_id, value
        from ranked
        where place = 1
        union all
        select {{ content }}, 'is_deleted', told_at, fetched_at, '', 'false'
        from listed
        union all
        select {{ content }}, 'is_deleted', {{ business_time_from_utc("next_fetched_at") }}, next_fetched_at, '', 'true'
        from vanished
    ),

    compared as (
        select
            *,
            lag(value) over (
                partition by {{ content }}, column_name order by told_at, fetched_at, load_id
            ) as value_before
        from said
    ),

    fct_content_revision as (
        select
            sources.platform,
            compared.source,
            compared.account as account_id,
            compared.resource,
            compared.content_id,
            compared.column_name,
            1 + row_number() over (
                partition by
                    compared.source, compared.account, compared.resource, compared.content_id, compared.column_name
                order by compared.told_at, compared.fetched_at, compared.load_id
            ) as version,
            compared.value_before as old_value,
            compared.value as new_value,
            compared.told_at as revised_at
        from compared
        inner join {{ ref("sources") }} as sources using (source)
        where compared.value <> compared.value_before
    )

select *
from fct_content_revision
