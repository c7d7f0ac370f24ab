{# Fields of LinkedIn's statistics of posts that the metric map knows; a page's day and a post's counters hold the same. #}
{% macro linkedin_statistics_fields() -%}
    {{
        return(
            [
                "impression_count",
                "unique_impressions_count",
                "click_count",
                "like_count",
                "comment_count",
                "share_count",
            ]
        )
    }}
{%- endmacro %}

{# Fields of a LinkedIn ads report that the metric map knows; the account's own days hold the same. #}
{% macro linkedin_ads_report_fields() -%}
    {{
        return(
            [
                "cost_in_local_currency",
                "impressions",
                "clicks",
                "likes",
                "comments",
                "shares",
                "follows",
                "external_website_conversions",
                "one_click_leads",
                "video_views",
            ]
        )
    }}
{%- endmacro %}
