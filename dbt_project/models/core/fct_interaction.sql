-- Grain: one row per thing that somebody did: a comment, a mention, a visit, a page view, a sign-up, a lead, an
-- order, a coupon used, a part taken in a marketing activity, something in a community.
-- It carries the strongest identity that was named; bridge_person_identity says whose it is.
-- depends_on: {{ ref("int_touched_comments") }}
{% set none_told = "cast(null as varchar)" %}
{% set seen = acting_identity("told", ["user", "visitor"]) %}
{# model, kind, id, time, identity, content, campaign #}
{% set whole_facts = [
    (
        "fct_mention",
        "mention",
        "mention_id",
        "mentioned_at",
        "told.author_identity_id",
        "content_id",
        none_told,
    ),
    ("fct_lead", "lead", "lead_id", "lead_at", acting_identity("told"), "utm_content", "utm_campaign"),
    ("fct_order", "order", "order_id", "ordered_at", acting_identity("told"), "utm_content", "utm_campaign"),
    ("fct_coupon_use", "coupon_use", "coupon_code", "used_at", seen, none_told, none_told),
    (
        "fct_activity_participation",
        "activity",
        "event_id",
        "participated_at",
        seen,
        none_told,
        "utm_campaign",
    ),
    (
        "fct_community_event",
        "community",
        "event_id",
        "happened_at",
        "told.user_identity_id",
        none_told,
        none_told,
    ),
] %}

{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook=[
            "{{ delete_told_anew(" ~ (whole_facts | map("first") | list) ~ ") }}",
            "{{ delete_touched(day='filed_date', fact='fct_web_event', told_by='fct_web_event') }}",
            "{{ delete_named_by('int_touched_comments', {'source': 'source', 'account': 'account_id', 'comment_id': 'interaction_id'}, told_by='fct_comment') }}",
        ],
    )
}}

with
    web_days as ({{ touched_days_of("fct_web_event") }}),

    web_events as (
        select
            'fct_web_event' as told_by,
            told.platform,
            told.source,
            told.account_id,
            told.filed_date,
            told.event_id as interaction_id,
            types.interaction,
            told.event_at as interaction_at,
            {{ acting_identity("told", ["user", "visitor"]) }} as identity_id,
            told.utm_content as content_id,
            told.utm_campaign as campaign_id
        from {{ ref("fct_web_event") }} as told
        inner join {{ ref("interaction_types") }} as types using (source, event_type)
        inner join
            web_days
            on told.source = web_days.source
            and told.account_id = web_days.account
            and told.filed_date = web_days.metric_date
    ),

    comments as (
        select
            'fct_comment' as told_by,
            told.platform,
            told.source,
            told.account_id,
            told.comment_date as filed_date,
            told.comment_id as interaction_id,
            'comment' as interaction,
            told.commented_at as interaction_at,
            told.author_identity_id as identity_id,
            told.content_id,
            told.campaign_id
        from {{ ref("fct_comment") }} as told
        inner join
            {{ ref("int_touched_comments") }} as touched
            on told.source = touched.source
            and told.account_id = touched.account
            and told.comment_id = touched.comment_id
    ),

    whole_facts as (
        {% for model, kind, key, at, identity, content, campaign in whole_facts %}
            select
                '{{ model }}' as told_by,
                told.platform,
                told.source,
                told.account_id,
                cast(told.{{ at }} as date) as filed_date,
                told.{{ key }} as interaction_id,
                '{{ kind }}' as interaction,
                told.{{ at }} as interaction_at,
                {{ identity }} as identity_id,
                {{ content }} as content_id,
                {{ campaign }} as campaign_id
            from {{ ref(model) }} as told
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    fct_interaction as (
        select *
        from web_events
        union all
        select *
        from comments
        union all
        select *
        from whole_facts
    )

select *, cast(interaction_at as date) as interaction_date
from fct_interaction
where identity_id is not null
