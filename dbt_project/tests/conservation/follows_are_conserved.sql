-- Follows won and lost: the account as a whole is the sum over the ways people came, in core and in the marts. Files
-- know
-- no ways: a day that has none but a file is left out.
with
    sources as (
        select source, account_id, metric_date, sum(new_follows) as new_follows, sum(lost_follows) as lost_follows
        from {{ ref("fct_follower_source_daily") }}
        group by source, account_id, metric_date
    ),

    audience as (
        select source, account_id, metric_date, sum(new_follows) as new_follows, sum(lost_follows) as lost_follows
        from {{ ref("user_profile__audience_daily") }}
        group by source, account_id, metric_date
    ),

    accounts as (select source, account_id, metric_date, new_follows, lost_follows from {{ ref("fct_account_daily") }}),

    dense as (
        select source, account_id, metric_date, new_follows, lost_follows from {{ ref("engagement__account_daily") }}
    ),

    everywhere as (
        select 'sources' as origin, *
        from sources
        union all
        select 'audience', *
        from audience
        union all
        select 'accounts', *
        from accounts
        union all
        select 'dense', *
        from dense
    ),

    by_file as (
        select source, account_id, metric_date
        from ({{ days_by_file("fct_account_daily") }}) as file_days
        left join sources using (source, account_id, metric_date)
        where sources.new_follows is null
    )

select source, account_id, metric_date
from everywhere
left join by_file using (source, account_id, metric_date)
where by_file.metric_date is null and everywhere.source in ('{{ sources_of("follower_sources") | join("', '") }}')
group by source, account_id, metric_date
having
    sum(case when origin = 'sources' then new_follows else 0 end)
    is distinct from coalesce(sum(case when origin = 'accounts' then new_follows end), 0)
    or sum(case when origin = 'sources' then lost_follows else 0 end)
    is distinct from coalesce(sum(case when origin = 'accounts' then lost_follows end), 0)
    or sum(case when origin = 'sources' then new_follows else 0 end)
    is distinct from sum(case when origin = 'audience' then new_follows else 0 end)
    or sum(case when origin = 'accounts' then new_follows end)
    is distinct from sum(case when origin = 'dense' then new_follows end)
