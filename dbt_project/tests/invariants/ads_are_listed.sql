-- Every ad with delivery is in the ad history: without it a report has no names. The listing may lag a day, so this
-- only warns.
{{ config(severity="warn") }}

select distinct ads.source, ads.account_id, ads.ad_id
from {{ ref("fct_ad_daily") }} as ads
left join {{ ref("dim_ad") }} as history using (source, account_id, ad_id)
where history.ad_id is null
