-- The versions of a campaign, an ad group, an ad or a product's title follow one another without overlap or hole, and
-- exactly one of them is current.
with
    versions as (
        select 'campaign' as entity, source, account_id, campaign_id as entity_id, valid_from, valid_to, is_current
        from {{ ref("dim_campaign") }}
        union all
        select 'ad_group', source, account_id, ad_group_id, valid_from, valid_to, is_current
        from {{ ref("dim_ad_group") }}
        union all
        select 'ad', source, account_id, ad_id, valid_from, valid_to, is_current
        from {{ ref("dim_ad") }}
        union all
        select 'product', platform, null, product_id, valid_from, valid_to, is_current
        from {{ ref("dim_product_title") }}
    ),

    neighbours as (
        select
            *,
            lead(valid_from) over (partition by entity, source, account_id, entity_id order by valid_from) as next_from,
            count(*) filter (where is_current) over (
                partition by entity, source, account_id, entity_id
            ) as current_versions
        from versions
    )

select *
from neighbours
where
    valid_to is distinct from next_from
    or valid_to <= valid_from
    or is_current <> (valid_to is null)
    or current_versions <> 1
