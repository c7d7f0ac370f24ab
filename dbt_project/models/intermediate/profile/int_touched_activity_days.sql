-- Grain: one row per day of activity on the site that this build rewrites: as told until now and as told by it.
{{ config(materialized="table") }}

with touched as ({{ touched_days_of("fct_web_event") }})

select activity_date
from {{ ref("int_served_activity_days") }}
union
select told.activity_date
from {{ ref("fct_identity_daily") }} as told
inner join
    touched
    on told.source = touched.source
    and told.account_id = touched.account
    and told.filed_date = touched.metric_date
