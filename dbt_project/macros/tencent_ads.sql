{# Fields of a Tencent Ads report that the metric map knows; its totals hold the same. #}
{% macro tencent_ads_report_fields() -%}
    {{
        return(
            [
                "cost",
                "view_count",
                "valid_click_count",
                "conversions_count",
                "deep_conversions_count",
                "video_outer_play_count",
                "praise_count",
                "comment_count",
                "forward_count",
            ]
        )
    }}
{%- endmacro %}
