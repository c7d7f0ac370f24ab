-- Grain: one row per account and record hash: people of one kind among the fans, as answered.
{{ config(post_hook="{{ remember_staged_loads('douyin', 'fans_data') }}") }}

{% set fields = [
    ("distribution", "_distribution", "text", true),
    ("item", "_item", "text", true),
    ("value", "people", "bigint", true),
    ("all_fans_num", "all_fans_num", "bigint", false),
] %}

{% set dimensions = {
    "geographical_distributions": "region",
    "active_days_distributions": "active_days",
} %}
{% set dimension -%}
    case _distribution
        {%- for list, name in dimensions.items() %} when '{{ list }}' then '{{ name }}' {%- endfor %}
        else {{ replace_all("_distribution", "_distributions$", "") }}
    end
{%- endset %}

{% set computed = {
    "dimension": dimension,
    "item": "case _distribution || _item when 'gender_distributions1' then 'male' when 'gender_distributions2' then 'female' else _item end",
    "share": "cast(people * cast(1 as decimal(20, 5)) / nullif(all_fans_num, 0) as decimal(9, 5))",
} %}

{{ stage_payloads("douyin", "fans_data", fields, "null", computed) }}
