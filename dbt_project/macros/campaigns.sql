{# What the seed campaigns_map says of the values of a column: told, source, account_id, campaign_id; the longest pattern wins. #}
{% macro mapped_campaigns(kind, relation, column) -%}
    select told, source, account_id, campaign_id
    from
        (
            select
                measured.told,
                map.source,
                map.account_id,
                map.campaign_id,
                row_number() over (partition by measured.told order by length(map.pattern) desc, map.pattern) as place
            from (select distinct {{ column }} as told from {{ relation }}) as measured
            inner join {{ ref("campaigns_map") }} as map on map.kind = '{{ kind }}' and measured.told like map.pattern
        ) as ranked
    where place = 1
{%- endmacro %}

{# Whose campaign it is: one that a platform bills, one of our own in campaigns_map, a name in utm_campaign only, or none. #}
{% macro campaign_type(source, is_none, is_utm) -%}
    case
        when {{ is_none }} then 'none' when {{ source }} is not null then 'ads' when {{ is_utm }} then 'utm' else 'own'
    end
{%- endmacro %}

{# Names of campaigns as they are now, by type and id: the platforms' own (the highest level that they have), and those of campaigns_map. #}
{% macro campaign_names() -%}
    select 'ads' as campaign_type, source, account_id, campaign_id, campaign_name
    from {{ ref("dim_campaign") }}
    where is_current
    union all
    select 'ads', source, account_id, ad_group_id, ad_group_name
    from {{ ref("dim_ad_group") }}
    where is_current and source not in (select source from {{ ref("ad_levels") }} where level = 'campaign')
    union all
    select 'own', cast(null as varchar), cast(null as varchar), campaign_id, min(campaign_name)
    from {{ ref("campaigns_map") }}
    where source is null
    group by campaign_id
{%- endmacro %}
