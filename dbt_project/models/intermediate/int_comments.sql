-- Grain: one row per source, account and landed version of a comment, in canonical columns.
with
    wechat as (
        select
            source,
            account,
            record_hash,
            content_id || '_' || user_comment_id as comment_id,
            content_id,
            cast(null as varchar) as campaign_id,
            cast(null as varchar) as ad_id,
            identity,
            commented_at,
            comment_text,
            cast(null as bigint) as likes,
            cast(null as bigint) as replies,
            comment_type = '1' as is_featured,
            cast(null as boolean) as is_hidden,
            cast(null as varchar) as platform_emotion,
            replied_at,
            reply_text
        from {{ ref("stg_wechat__comments") }}
        where reject_reason is null
    ),

    oceanengine as (
        select
            source,
            account,
            record_hash,
            comment_id,
            item_id as content_id,
            campaign_id,
            ad_id,
            identity,
            commented_at,
            comment_text,
            likes,
            replies,
            cast(null as boolean) as is_featured,
            hide_status <> 'NOT_HIDE' as is_hidden,
            platform_emotion,
            cast(null as timestamp) as replied_at,
            cast(null as varchar) as reply_text
        from {{ ref("stg_oceanengine__comments") }}
        where reject_reason is null
    ),

    comments as (
        select *
        from wechat
        union all
        select *
        from oceanengine
    )

select *
from comments
