-- Grain: one row per source, account and content that any file lists, as the last exported one says.
{% set listed = ["file_contents", "file_content_totals", "file_content_daily"] %}
with
    listed as (
        {% for resource in listed %}
            select
                source,
                account_id,
                content_id,
                content_type,
                title,
                url,
                published_at,
                duration_seconds,
                exported_at,
                record_hash
            from
                (
                    {{ newest_file_rows(resource, resource | replace("file_", "stg_files__"), ["content_id"]) }}
                ) as newest_rows
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by source, account_id, content_id order by exported_at desc, record_hash
            ) as newest
        from listed
    ),

    contents as (select *, cast(published_at as date) as published_date from ranked where newest = 1)

    {%- set have = ["source", "account_id", "content_id", "content_type", "title", "url"] %}
    {{ conform("contents", "contents", have + ["published_date", "published_at", "duration_seconds"]) }}
