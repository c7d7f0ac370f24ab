-- Grain: one row per account, touched day, dimension and item: the fans as the portrait of that day tells.
{{ audience_by_snapshot("douyin", "fans_data", "stg_douyin__fans") }}
