-- Grain: one row per post or comment that names us, as last seen.
with
    mentions as ({{ union_conformed("mentions") }}),

    fct_mention as (
        select
            sources.platform,
            mentions.source,
            mentions.account_id,
            mentions.mention_id,
            mentions.mentioned_at,
            sources.platform || ':' || mentions.identity as author_identity_id,
            mentions.mention_text,
            mentions.kind,
            mentions.content_id,
            mentions.likes,
            mentions.comments,
            mentions.shares
        from mentions
        inner join {{ ref("sources") }} as sources using (source)
    )

select *
from fct_mention
