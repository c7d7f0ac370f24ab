-- Grain: one row per account and record hash: a post, as listed.
-- A post has no title: that of its media or article stands for it, else its text.
{{ config(post_hook="{{ remember_staged_loads('linkedin', 'posts') }}") }}

{% set fields = [
    ("id", "content_id", "text", true),
    ("commentary", "_commentary", "text", false),
    ("content.media.id", "_media_urn", "text", false),
    ("content.media.title", "_media_title", "text", false),
    ("content.article.title", "_article_title", "text", false),
    ("content.article.source", "_article_url", "text", false),
    ("reshareContext.parent", "parent_content_id", "text", false),
    ("lifecycleState", "lifecycle_state", "text", false),
    ("publishedAt", "published_at", "epoch_ms", true),
    ("lastModifiedAt", "modified_at", "epoch_ms", false),
] %}

{% set content_type -%}
    case
        when parent_content_id is not null
        then 'reshare'
        when _article_url is not null
        then 'article'
        else coalesce({{ extract_first("_media_urn", "urn:li:([a-z]+):") }}, 'text')
    end
{%- endset %}

{% set computed = {
    "title": "coalesce(_media_title, _article_title, _commentary)",
    "content_type": content_type,
    "url": "'https://www.linkedin.com/feed/update/' || content_id",
    "published_date": "cast(published_at as date)",
} %}

{{ stage_payloads("linkedin", "posts", fields, "null", computed) }}
