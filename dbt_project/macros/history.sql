{#
History of a listing as type 2 rows, by window functions over the landed versions. A version begins when a tracked column differs from
the sighting before. It holds from the time of change that the record itself gives; where that does not move forward, from the day the
listing was taken for; where that does not either, from the time it was seen. The wall clock plays no part.
`fact` is campaigns, ad_groups or ads, `tracked` the canonical columns that the listing tells. The staging model also needs created_at and
modified_at, nulls where the platform has no such thing. `listed` says which of the listed ones still count as listed, where a platform goes
on listing what was deleted.
#}
{% macro listing_history(fact, source_name, resource, staging_model, tracked, listed="true") %}
    {%- set key = {"campaigns": "campaign_id", "ad_groups": "ad_group_id", "ads": "ad_id"}[fact] -%}
    with
        sightings as ({{ wanted_sightings(source_name, resource) }}),

        seen as (
            select
                payloads.*,
                sightings.fetched_at,
                sightings.load_id,
                sightings.window_start,
                row_number() over (
                    partition by payloads.account, payloads.{{ key }}, sightings.fetched_at, sightings.load_id
                    order by payloads.modified_at desc, payloads.record_hash
                ) as place
            from sightings
            inner join {{ ref(staging_model) }} as payloads using (source, account, record_hash)
            where payloads.reject_reason is null
        ),

        numbered as ({{ numbered_versions("seen", key, tracked) }}),

        kept as ({{ dated_versions("numbered", key) }}),

        newest_listings as (
            select account, load_id
            from
                (
                    select
                        account,
                        load_id,
                        row_number() over (partition by account order by fetched_at desc, load_id desc) as newest
                    from {{ ref("int_winning_receipts") }}
                    where source = '{{ source_name }}' and resource = '{{ resource }}'
                ) as listings
            where newest = 1
        ),

        listed as (
            select distinct account, {{ key }}
            from seen
            inner join newest_listings using (account, load_id)
            where {{ listed }}
        ),

        history as (
            select
                kept.source,
                kept.account as account_id,
                kept.{{ key }},
                {% for column in tracked %} kept.{{ column }}, {% endfor %}
                kept.first_created_at as created_at,
                kept.last_modified_at as modified_at,
                kept.valid_from,
                lead(kept.valid_from) over (
                    partition by kept.account, kept.{{ key }} order by kept.valid_from
                ) as valid_to,
                lead(kept.valid_from) over (partition by kept.account, kept.{{ key }} order by kept.valid_from)
                is null as is_current,
                listed.account is not null as is_listed
            from kept
            left join listed on kept.account = listed.account and kept.{{ key }} = listed.{{ key }}
        )

        {%- set times = ["created_at", "modified_at", "valid_from", "valid_to", "is_current", "is_listed"] %}
        {{ conform(fact, "history", ["source", "account_id", key] + tracked + times) }}
{% endmacro %}
