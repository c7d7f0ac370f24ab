-- Grain: one row per post of our pages, as last seen.
{{
    newest_listed(
        "contents",
        "linkedin",
        "posts",
        "stg_linkedin__posts",
        ["content_id"],
        ["account_id", "content_id", "content_type", "title", "url", "published_date", "published_at"],
        latest="modified_at",
    )
}}
