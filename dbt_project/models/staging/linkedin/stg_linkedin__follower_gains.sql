-- Grain: one row per account and record hash: followers that a page won less those it lost on a UTC day, as answered.
{{ config(post_hook="{{ remember_staged_loads('linkedin', 'follower_gains') }}") }}

{% set fields = [
    ("day", "record_date", "date", true),
    ("followerGains.organicFollowerGain", "organic_follower_gain", "bigint", true),
    ("followerGains.paidFollowerGain", "paid_follower_gain", "bigint", true),
] %}

{{ stage_payloads("linkedin", "follower_gains", fields, "record_date") }}
