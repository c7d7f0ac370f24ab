-- Grain: one row per article of our accounts, as last seen.
-- WeChat lists articles twice: the statistics hold all of them, the publication list only those that were not sent to
-- followers, so the two are united over the address, where msgid stands as mid and idx.
with
    in_statistics as (
        {{
            newest_by_key(
                "wechat",
                "getarticletotaldetail",
                "stg_wechat__article_details",
                ["content_id"],
                latest="stat_date",
                answered=true,
            )
        }}
    ),

    listing as (
        {{
            newest_by_key(
                "wechat",
                "freepublish",
                "stg_wechat__published_articles",
                ["article_id", "position"],
                latest="updated_at",
            )
        }}
    ),

    addressed as (
        select
            *,
            {{ extract_first("url", "[?&]mid=([0-9]+)") }}
            || '_'
            || {{ extract_first("url", "[?&]idx=([0-9]+)") }} as content_id
        from listing
    ),

    listed as (
        select *, row_number() over (partition by account, content_id order by updated_at desc, article_id) as place
        from addressed
        where content_id is not null
    ),

    in_listing as (select * from listed where place = 1),

    united as (
        select
            coalesce(in_statistics.account, in_listing.account) as account,
            coalesce(in_statistics.content_id, in_listing.content_id) as content_id,
            coalesce(in_statistics.title, in_listing.title) as title,
            coalesce(in_statistics.content_url, in_listing.url) as raw_url,
            in_statistics.record_date as published_date,
            in_listing.updated_at as published_at,
            in_statistics.publish_type = '0' as is_notified,
            in_listing.is_deleted,
            in_listing.is_comment_open
        from in_statistics
        full outer join
            in_listing
            on in_statistics.account = in_listing.account
            and in_statistics.content_id = in_listing.content_id
    ),

    contents as (
        select
            'wechat' as source,
            account as account_id,
            content_id,
            'article' as content_type,
            title,
            {{ replace_all(replace_all("raw_url", "&(sn|chksm|scene)=[^&#]*", ""), "#.*$", "") }} as url,
            published_date,
            published_at,
            is_notified,
            is_deleted,
            is_comment_open
        from united
    )

    {{
        conform(
            "contents",
            "contents",
            [
                "source",
                "account_id",
                "content_id",
                "content_type",
                "title",
                "url",
                "published_date",
                "published_at",
                "is_notified",
                "is_deleted",
                "is_comment_open",
            ],
        )
    }}
