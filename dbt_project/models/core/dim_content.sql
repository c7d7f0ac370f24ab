-- Grain: one row per content of our accounts, as last seen.
with
    contents as ({{ union_conformed("contents") }}),

    dim_content as (
        select sources.platform || ':' || contents.content_id as content_key, sources.platform, contents.*
        from contents
        inner join {{ ref("sources") }} as sources using (source)
    )

select *
from dim_content
