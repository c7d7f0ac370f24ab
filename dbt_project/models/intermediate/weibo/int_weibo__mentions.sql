-- Grain: one row per account and post or comment that names it, as last seen before it was deleted.
{% set have = [
    "source",
    "account_id",
    "mention_id",
    "mentioned_at",
    "identity",
    "mention_text",
    "kind",
    "content_id",
] %}

with
    posts as (
        {{ newest_by_key("weibo", "statuses_mentions", "stg_weibo__post_mentions", ["mention_id"], richer="is_whole") }}
    ),

    comments as ({{ newest_by_key("weibo", "comments_mentions", "stg_weibo__comment_mentions", ["mention_id"]) }}),

    mentions as (
        {% set told = "source, account_id, mention_id, mentioned_at, identity, mention_text, content_id" %}
        select {{ told }}, 'post' as kind, likes, comments, shares
        from posts
        union all
        select {{ told }}, 'comment', null, null, null
        from comments
    )

    {{ conform("mentions", "mentions", have + ["likes", "comments", "shares"]) }}
