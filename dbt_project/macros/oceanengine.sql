{# Fields of an Ocean Engine report that the metric map knows; its totals hold the same. #}
{% macro oceanengine_report_fields() -%}
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
