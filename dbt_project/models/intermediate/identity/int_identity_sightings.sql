-- Grain: one row per thing that happened (sign-up, lead, order with its coupon, consent, participation in an activity,
-- entry of points, act in a community) and identity that it names.
{% set kinds = ["visitor", "user", "phone", "email"] %}
{% set told = [
    ("fct_sign_up", "'sign_up:' || source || ':' || account_id || ':' || event_id", "signed_up_at", kinds),
    ("fct_lead", "'lead:' || platform || ':' || lead_id", "lead_at", kinds),
    ("fct_order", "'order:' || platform || ':' || order_id", "ordered_at", kinds),
    (
        "fct_coupon_use",
        "case when order_id is null then 'coupon:' || platform || ':' || coupon_code else 'order:' || platform || ':' || order_id end",
        "used_at",
        ["visitor", "user"],
    ),
    (
        "fct_consent_event",
        "'consent:' || source || ':' || account_id || ':' || event_id",
        "decided_at",
        kinds,
    ),
    (
        "fct_activity_participation",
        "'activity:' || source || ':' || account_id || ':' || event_id",
        "participated_at",
        ["visitor", "user"],
    ),
    (
        "fct_points_entry",
        "'points:' || source || ':' || account_id || ':' || event_id",
        "booked_at",
        ["user"],
    ),
    (
        "fct_community_event",
        "'community:' || source || ':' || account_id || ':' || event_id",
        "happened_at",
        ["user"],
    ),
] %}

{% for model, key, at, named in told %}
    {% set outer_last = loop.last %}
    {% for kind in named %}
        select
            {{ key }} as happening,
            platform,
            {{ at }} as seen_at,
            {{ kind }}_identity_id as identity_id,
            '{{ kind }}' as identity_kind
        from {{ ref(model) }}
        where {{ kind }}_identity_id is not null
        {% if not (outer_last and loop.last) %}
            union all
        {% endif %}
    {% endfor %}
{% endfor %}
