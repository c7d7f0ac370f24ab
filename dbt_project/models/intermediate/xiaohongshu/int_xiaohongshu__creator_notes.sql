-- Grain: one row per note that a creator wrote for the brand, as last seen: the order behind it and its price.
{% set keys = ["source", "account_id", "content_id", "creator_id", "order_id", "order_title", "published_date"] %}
with
    notes as (
        {{
            newest_by_key(
                "xiaohongshu", "pgy_note", "stg_xiaohongshu__creator_notes", ["content_id"], latest="record_date"
            )
        }}
    ),

    measured as (
        {{
            canonical_values(
                "notes",
                "xiaohongshu",
                "pgy_note",
                ["kol_price", "total_platform_price"],
                keys,
                day="published_date",
            )
        }}
    ),

    priced as (
        select
            {{ keys | join(", ") }},
            {{ metric_sum("price_amount", "decimal(20, 5)") }},
            {{ metric_sum("fee_amount", "decimal(20, 5)") }}
        from measured
        group by {{ keys | join(", ") }}
    )

    {{ conform("creator_notes", "priced", canonical_columns("creator_notes") | map(attribute=0)) }}
