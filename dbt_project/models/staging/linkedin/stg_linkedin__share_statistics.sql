-- Grain: one row per account and record hash: counters of a post since its publication, as listed.
-- A post that was asked for and not answered had no activity. published_date is the UTC day, like those of the
-- counters.
{{ config(post_hook="{{ remember_staged_loads('linkedin', 'share_statistics') }}") }}

{% set fields = [
    ("post", "content_id", "text", true),
    ("publishedAt", "published_at", "epoch_ms", true),
    ("totalShareStatistics.impressionCount", "_impression_count", "bigint", false),
    ("totalShareStatistics.uniqueImpressionsCount", "_unique_impressions_count", "bigint", false),
    ("totalShareStatistics.clickCount", "_click_count", "bigint", false),
    ("totalShareStatistics.likeCount", "_like_count", "bigint", false),
    ("totalShareStatistics.commentCount", "_comment_count", "bigint", false),
    ("totalShareStatistics.shareCount", "_share_count", "bigint", false),
] %}

{% set no_activity -%}
    case
        when
            coalesce(
                _impression_count, _unique_impressions_count, _click_count, _like_count, _comment_count, _share_count
            )
            is null
        then 0
    end
{%- endset %}

{% set computed = {
    "published_date": "cast(" ~ utc_from_business_time("published_at") ~ " as date)",
    "impression_count": "coalesce(_impression_count, " ~ no_activity ~ ")",
    "unique_impressions_count": "coalesce(_unique_impressions_count, " ~ no_activity ~ ")",
    "click_count": "coalesce(_click_count, " ~ no_activity ~ ")",
    "like_count": "coalesce(_like_count, " ~ no_activity ~ ")",
    "comment_count": "coalesce(_comment_count, " ~ no_activity ~ ")",
    "share_count": "coalesce(_share_count, " ~ no_activity ~ ")",
} %}

{{ stage_payloads("linkedin", "share_statistics", fields, "null", computed) }}
