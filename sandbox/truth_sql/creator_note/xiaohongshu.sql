-- Grain: one row per creator's note: the order behind it and what it cost the brand.
select
    'xiaohongshu' as platform,
    'xiaohongshu' as source,
    account_id,
    note_id as content_id,
    order_id,
    order_title,
    day_date(publish_day) as published_date,
    (price::decimal(20, 5) / 100)::decimal(20, 5) as price_amount,
    (fee::decimal(20, 5) / 100)::decimal(20, 5) as fee_amount,
    ((price + fee)::decimal(20, 5) / 100)::decimal(20, 5) as cost_amount,
    'CNY' as currency
from xhs_note
where publish_day between $first and $last and is_ready(publish_day, $as_of)
order by account_id, content_id
