{#
The fields of a 聚光 report (by creative, by note): its own ids, then what both hold and the metric map knows. Two names are SQL words.
#}
{% macro xiaohongshu_report(ids) -%}
    {{
        return(
            [("time", "record_date", "date", true)]
            + ids
            + [
                ("fee", "fee", "amount", true),
                ("impression", "impression", "bigint", true),
                ("click", "click", "bigint", true),
                ("like", "like_count", "bigint", false),
                ("comment", "comment_count", "bigint", false),
                ("collect", "collect", "bigint", false),
                ("follow", "follow", "bigint", false),
                ("share", "share", "bigint", false),
                ("leads", "leads", "bigint", false),
                ("success_goods_order", "success_goods_order", "bigint", false),
                ("purchase_order_gmv_7d", "purchase_order_gmv_7d", "amount", false),
            ]
        )
    }}
{%- endmacro %}

{# The names of what both reports hold, as the metric map knows them. #}
{% macro xiaohongshu_report_fields() -%}
    {%- set names = [] -%}
    {%- for path, name, type, required in xiaohongshu_report([]) if name != "record_date" -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
