-- No counter is observed beyond the days that its publish day touches: such a day would not be rewritten.
select details.source, details.account, details.content_id, details.record_date, details.stat_date
from {{ ref("stg_wechat__article_details") }} as details
inner join
    {{ ref("landing_feeds") }} as feeds on feeds.fact = 'fct_content_daily' and feeds.resource = 'getarticletotaldetail'
where
    details.reject_reason is null
    and (details.stat_date < details.record_date or details.stat_date > details.record_date + feeds.touches_days)
