-- Grain: one row per live session of our accounts, as last seen.
with
    live_sessions as ({{ union_conformed("live_sessions") }}),

    fct_live_session as (
        select sources.platform, live_sessions.*
        from live_sessions
        inner join {{ ref("sources") }} as sources using (source)
    )

select *
from fct_live_session
