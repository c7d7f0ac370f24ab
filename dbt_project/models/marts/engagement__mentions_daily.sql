-- Grain: one row per account, day and kind of mention of us.
with
    mentions as (select *, cast(mentioned_at as date) as metric_date from {{ ref("fct_mention") }}),

    accounts as (select source, account_id, account_name from {{ ref("dim_account") }}),

    mentions_daily as (
        select
            mentions.platform,
            mentions.source,
            mentions.account_id,
            accounts.account_name,
            mentions.metric_date,
            coalesce(mentions.kind, 'unknown') as mention_kind,
            cast(count(*) as bigint) as mentions,
            cast(count(distinct mentions.author_identity_id) as bigint) as mention_authors,
            cast(sum(mentions.likes) as bigint) as likes,
            cast(sum(mentions.comments) as bigint) as comments,
            cast(sum(mentions.shares) as bigint) as shares
        from mentions
        inner join accounts using (source, account_id)
        where mentions.metric_date is not null
        group by
            mentions.platform,
            mentions.source,
            mentions.account_id,
            accounts.account_name,
            mentions.metric_date,
            coalesce(mentions.kind, 'unknown')
    )

select *
from mentions_daily
