{# Fields of a Kuaishou creative report that the metric map knows. #}
{% macro kuaishou_report_fields() -%}
    {{
        return(
            [
                "charge",
                "aclick",
                "bclick",
                "played_num",
                "played_three_seconds",
                "like_cnt",
                "comment_cnt",
                "share_cnt",
                "follow_cnt",
                "form_count",
                "activation",
                "event_order_paid",
                "event_order_paid_purchase_amount",
                "event_valid_clues",
                "event_pay",
            ]
        )
    }}
{%- endmacro %}

{# put_status in words; a code that is not known stays as it is. #}
{% macro kuaishou_put_status(code) -%}
    case {{ code }} when '1' then 'ENABLE' when '2' then 'DISABLE' when '3' then 'DELETE' else {{ code }} end
{%- endmacro %}

{# 厘 (1/1000 yuan) as yuan; 0 says that there is no limit or bid. #}
{% macro kuaishou_yuan(li) -%} cast(nullif({{ li }}, 0) * 0.001 as decimal(20, 5)) {%- endmacro %}
