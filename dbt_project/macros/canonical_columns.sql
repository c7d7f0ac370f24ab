{#
Columns of every conformed model int_<source>__<fact>, in order, as type and names. What they mean is in docs/columns.md.
Amounts are in the currency of the account. A level of advertising holds the ids of those above it.
#}
{% macro canonical_facts() -%}
    {%- set counters = content_counters() | join(" ") -%}
    {%- set origin = "utm_source utm_medium utm_campaign utm_content click_id" -%}
    {%- set people = "visitor_identity user_identity phone_identity email_identity" -%}
    {%- set levels = {
        "campaigns": ("campaign_id", "campaign_name status marketing_goal landing_type"),
        "ad_groups": ("ad_group_id campaign_id", "ad_group_name status optimization_goal"),
        "ads": ("ad_id ad_group_id campaign_id", "ad_name status learning_phase item_id"),
    } -%}
    {%- set facts = {
        "accounts": [("varchar", "source account_id account_name currency")],
        "account_daily": [
            ("varchar", "source account_id"),
            ("date", "metric_date"),
            (
                "bigint",
                "followers new_follows lost_follows net_follows views impressions reach clicks profile_views",
            ),
            ("bigint", "likes recommends comments shares saves contents_published"),
        ],
        "contents": [
            ("varchar", "source account_id content_id content_type title url"),
            ("date", "published_date"),
            ("timestamp", "published_at"),
            ("bigint", "duration_seconds"),
            ("varchar", "creator_id"),
            ("boolean", "is_notified is_deleted is_comment_open"),
        ],
        "creators": [
            ("varchar", "source account_id creator_id"),
            ("bigint", "followers"),
            ("varchar", "level_code agency_name"),
            ("decimal(20, 5)", "image_price_amount video_price_amount"),
            ("timestamp", "last_seen_at"),
        ],
        "creator_notes": [
            ("varchar", "source account_id content_id creator_id order_id order_title"),
            ("date", "published_date"),
            ("decimal(20, 5)", "price_amount fee_amount"),
        ],
        "content_daily": [
            ("varchar", "source account_id content_id"),
            ("date", "metric_date"),
            ("bigint", "age_days " ~ counters),
            ("decimal(20, 5)", "reward_amount"),
            ("bigint", counters | replace(" ", "_to_date ") ~ "_to_date"),
            ("decimal(20, 5)", "reward_amount_to_date"),
            ("decimal(9, 5)", "finish_rate_to_date"),
            ("decimal(12, 5)", "average_view_seconds_to_date"),
            ("bigint", "days_spanned"),
            ("boolean", "is_correction"),
        ],
        "ad_daily": [
            ("varchar", "source account_id campaign_id ad_group_id ad_id"),
            ("date", "metric_date"),
            ("decimal(20, 5)", "spend_amount"),
            ("bigint", ad_counts() | join(" ")),
            ("decimal(20, 5)", "order_amount"),
        ],
        "comments": [
            ("varchar", "source account record_hash comment_id content_id campaign_id ad_id identity"),
            ("timestamp", "commented_at"),
            ("varchar", "comment_text"),
            ("bigint", "likes replies"),
            ("boolean", "is_featured is_hidden"),
            ("varchar", "platform_emotion"),
            ("timestamp", "replied_at"),
            ("varchar", "reply_text"),
            ("timestamp", "exported_at"),
        ],
        "follower_sources": [
            ("varchar", "source account_id"),
            ("date", "metric_date"),
            ("varchar", "follow_source_code"),
            ("bigint", "new_follows lost_follows"),
        ],
        "audience": [
            ("varchar", "source account_id"),
            ("date", "snapshot_date"),
            ("varchar", "dimension item"),
            ("bigint", "people"),
            ("decimal(9, 5)", "share"),
        ],
        "live_sessions": [
            ("varchar", "source account_id live_id"),
            ("timestamp", "started_at ended_at"),
            ("bigint", "duration_seconds viewers peak_viewers"),
            ("decimal(12, 5)", "average_view_seconds"),
            ("bigint", "likes comments shares new_follows"),
        ],
        "mentions": [
            ("varchar", "source account_id mention_id"),
            ("timestamp", "mentioned_at"),
            ("varchar", "identity mention_text kind content_id"),
            ("bigint", "likes comments shares"),
        ],
        "web_events": [
            ("varchar", "source account_id event_id event_type event_name"),
            ("date", "filed_date"),
            ("timestamp", "event_at"),
            (
                "varchar",
                "session_id visitor_identity user_identity page referrer_host device_type " ~ origin,
            ),
            ("decimal(20, 5)", "event_value"),
        ],
        "leads": [
            ("varchar", "source resource account_id lead_id"),
            ("timestamp", "lead_at"),
            ("varchar", people ~ " channel product message_text stage"),
            ("timestamp", "stage_at"),
            ("varchar", "session_id " ~ origin),
        ],
        "orders": [
            ("varchar", "source resource account_id order_id"),
            ("timestamp", "ordered_at"),
            ("varchar", people ~ " channel store_id order_status"),
            ("decimal(20, 5)", "order_amount discount_amount"),
            ("varchar", "currency coupon_code session_id " ~ origin),
        ],
        "order_lines": [
            ("varchar", "source resource account_id order_id"),
            ("integer", "line_number"),
            ("timestamp", "ordered_at"),
            ("varchar", "sku product"),
            ("bigint", "quantity"),
            ("decimal(20, 5)", "price_amount"),
        ],
        "refunds": [
            ("varchar", "source resource account_id refund_id order_id"),
            ("timestamp", "refunded_at"),
            ("decimal(20, 5)", "refund_amount"),
            ("varchar", "currency refund_reason"),
        ],
        "coupon_uses": [
            ("varchar", "source resource account_id coupon_code coupon_batch order_id channel"),
            ("timestamp", "used_at"),
            ("varchar", "visitor_identity user_identity currency"),
            ("decimal(20, 5)", "discount_amount"),
        ],
        "consent_events": [
            ("varchar", "source account_id event_id"),
            ("timestamp", "decided_at"),
            ("varchar", people ~ " purpose policy_version"),
            ("boolean", "is_granted"),
        ],
        "activity_participations": [
            ("varchar", "source account_id event_id activity_id action"),
            ("timestamp", "participated_at"),
            ("varchar", "visitor_identity user_identity utm_source utm_medium utm_campaign utm_content"),
        ],
        "points_entries": [
            ("varchar", "source account_id event_id user_identity reason order_id activity_id"),
            ("timestamp", "booked_at"),
            ("bigint", "points"),
        ],
        "community_events": [
            ("varchar", "source account_id event_id community_id action user_identity"),
            ("timestamp", "happened_at"),
        ],
        "sign_ups": [
            ("varchar", "source resource account_id event_id"),
            ("timestamp", "event_at"),
            ("varchar", people ~ " event_name session_id " ~ origin),
        ],
        "touched": [("varchar", "fact source account"), ("date", "metric_date")],
        "reconciliation": [
            ("varchar", "source account_id"),
            ("date", "metric_date"),
            ("varchar", "check_name"),
            ("decimal(20, 5)", "detail_total summary_total"),
        ],
    } -%}
    {%- for level, (ids, facets) in levels.items() -%}
        {%- do facts.update(
            {
                level: [
                    ("varchar", "source account_id " ~ ids ~ " " ~ facets),
                    ("decimal(20, 5)", "budget_amount"),
                    ("varchar", "budget_mode"),
                    ("decimal(20, 5)", "cpa_bid_amount"),
                    ("timestamp", "created_at modified_at valid_from valid_to"),
                    ("boolean", "is_current is_listed"),
                ]
            }
        ) -%}
    {%- endfor -%}
    {{ return(facts) }}
{%- endmacro %}

{# Counts of a content, each of the day and, with _to_date, since publication. #}
{% macro content_counters() -%}
    {%- set names = "views reach impressions clicks likes recommends comments shares saves new_follows" -%}
    {{ return(names.split()) }}
{%- endmacro %}

{# Counts of an ad and day. #}
{% macro ad_counts() -%}
    {%- set conversions = "conversions deep_conversions attributed_conversions attributed_deep_conversions" -%}
    {%- set plays = "video_plays valid_video_plays video_plays_3s" -%}
    {%- set actions = "likes comments shares saves new_follows leads orders" -%}
    {{ return(["impressions", "clicks"] + conversions.split() + plays.split() + actions.split()) }}
{%- endmacro %}
