-- Grain: one row per account and touched day that any account call holds.
-- New fans are told gross, lost ones not at all: net is the change of the fans since the day before.
{% set parts = [
    ("user_item", "stg_douyin__account_items", ["new_issue", "new_play"]),
    ("user_fans", "stg_douyin__account_fans", ["total_fans", "new_fans"]),
    ("user_like", "stg_douyin__account_likes", ["new_like"]),
    ("user_comment", "stg_douyin__account_comments", ["new_comment"]),
    ("user_share", "stg_douyin__account_shares", ["new_share"]),
    ("user_profile", "stg_douyin__account_profiles", ["profile_uv"]),
] %}
{% set ids = ["source", "account", "metric_date"] %}
{% set metrics = [
    "followers",
    "new_follows",
    "views",
    "profile_views",
    "likes",
    "comments",
    "shares",
    "contents_published",
] %}

with
    asked as ({{ touched_days("fct_account_daily", "douyin") }}),

    touched as (
        select source, account, metric_date
        from asked
        union
        select source, account, {{ add_days("metric_date", -1) }}
        from asked
    ),

    {% for resource, model, fields in parts %}
        part_{{ loop.index }} as ({{ newest_window_rows(model, "douyin", resource) }}),
    {% endfor %}

    measured as (
        {% for resource, model, fields in parts %}
            {{ canonical_values("part_" ~ loop.index, "douyin", resource, fields, ids) }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    pivoted as (
        select
            {{ ids | join(", ") }},
            {% for metric in metrics %} {{ metric_sum(metric) }}{% if not loop.last %},{% endif %} {% endfor %}
        from measured
        group by {{ ids | join(", ") }}
    ),

    changed as (
        select today.*, today.account as account_id, today.followers - yesterday.followers as net_follows
        from pivoted as today
        left join
            pivoted as yesterday
            on today.account = yesterday.account
            and yesterday.metric_date = {{ add_days("today.metric_date", -1) }}
    ),

    account_daily as (
        select changed.*, changed.new_follows - changed.net_follows as lost_follows
        from changed
        inner join asked using (source, account, metric_date)
    )

    {{
        conform(
            "account_daily",
            "account_daily",
            ["source", "account_id", "metric_date", "lost_follows", "net_follows"] + metrics,
        )
    }}
