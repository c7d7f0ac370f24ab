{# Fields of a Weibo ads report that the metric map knows; its sums hold the same. #}
{% macro weibo_ads_report_fields() -%}
    {{
        return(
            [
                "pv",
                "consume",
                "traffic_bhv",
                "bhv_14000003",
                "bhv_14000005",
                "bhv_14000098",
                "bhv_14000045",
                "bhv_14000008",
                "leads",
            ]
        )
    }}
{%- endmacro %}
