-- Grain: one row per account and touched day: net follows against the change of followers since the day before.
{{ reconcile_follows("wechat") }}
