-- Grain: one row per content that a creator made for the brand: the order behind it and what it cost.
with
    creator_notes as ({{ union_conformed("creator_notes") }}),

    fct_creator_note as (
        select
            sources.platform,
            creator_notes.*,
            cast(
                coalesce(creator_notes.price_amount, 0) + coalesce(creator_notes.fee_amount, 0) as decimal(20, 5)
            ) as cost_amount,
            sources.currency
        from creator_notes
        inner join {{ ref("sources") }} as sources using (source)
    )

select *
from fct_creator_note
