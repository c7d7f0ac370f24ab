{# Fields of an Ocean Engine report that the metric map knows. #}
{% macro ad_report_fields() -%}
    {{
        return(
            [
                "stat_cost",
                "show_cnt",
                "click_cnt",
                "convert_cnt",
                "deep_convert_cnt",
                "attribution_convert_cnt",
                "attribution_deep_convert_cnt",
                "total_play",
                "valid_play",
                "play_duration_3s",
            ]
        )
    }}
{%- endmacro %}

{# Counts of an ad and day in canonical terms, in the order of the columns. #}
{% macro ad_count_metrics() -%}
    {{
        return(
            [
                "impressions",
                "clicks",
                "conversions",
                "deep_conversions",
                "attributed_conversions",
                "attributed_deep_conversions",
                "video_plays",
                "valid_video_plays",
                "video_plays_3s",
            ]
        )
    }}
{%- endmacro %}
