-- Grain: one row per identity and its kind that is seen on a touched day, or was and made an end of its span: from when
-- to when it was seen on the site, on any day. Nothing, when on no day any more.
-- What the touched days tell widens the span that is known. Only where they no longer tell of an end of it that they
-- told of, all days of that identity are read again: an event was restated to another time, or taken back.
{{ config(materialized="table") }}

{% set key = ["identity_id", "identity_kind"] | join(", ") %}
{% set known_spans = as_served("fct_identity_span") %}

with
    told as ({{ identity_spans(ref("fct_identity_daily"), touched_days_of("fct_web_event")) }}),

    told_before as (select * from {{ ref("int_served_identity_spans") }}),

    known as ({% if known_spans %}select * from {{ known_spans }}{% else %}select * from told where 1 = 0 {% endif %}),

    narrowed as (
        select told_before.identity_id, told_before.identity_kind
        from told_before
        inner join known using ({{ key }})
        left join told on told_before.identity_id = told.identity_id and told_before.identity_kind = told.identity_kind
        where
            (
                told_before.first_seen_at = known.first_seen_at
                and coalesce(told.first_seen_at > known.first_seen_at, true)
            )
            or (
                told_before.last_seen_at = known.last_seen_at and coalesce(told.last_seen_at < known.last_seen_at, true)
            )
    ),

    read_again as (
        select
            min(days.platform) as platform,
            narrowed.identity_id,
            narrowed.identity_kind,
            min(days.first_seen_at) as first_seen_at,
            max(days.last_seen_at) as last_seen_at
        from narrowed
        left join
            {{ ref("fct_identity_daily") }} as days
            on narrowed.identity_id = days.identity_id
            and narrowed.identity_kind = days.identity_kind
        group by narrowed.identity_id, narrowed.identity_kind
    ),

    widened as (
        select
            told.platform,
            told.identity_id,
            told.identity_kind,
            least(told.first_seen_at, coalesce(known.first_seen_at, told.first_seen_at)) as first_seen_at,
            greatest(told.last_seen_at, coalesce(known.last_seen_at, told.last_seen_at)) as last_seen_at
        from told
        left join known on told.identity_id = known.identity_id and told.identity_kind = known.identity_kind
        left join narrowed on told.identity_id = narrowed.identity_id and told.identity_kind = narrowed.identity_kind
        where narrowed.identity_id is null
    )

select *
from widened
union all
select *
from read_again
