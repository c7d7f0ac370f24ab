-- Grain: one row per landed row of a load: an event of one's own that the analytics tool was told.
{{ config(post_hook="{{ remember_staged_loads('growingio', 'custom_event') }}") }}

{% set fields = [
    ("pageRequestId", "page_request_id", "text"),
    ("time", "event_milliseconds", "bigint"),
    ("time", "event_at", "epoch_ms"),
    ("visitUserId", "visitor_identity", "text"),
    ("loginUserId", "user_identity", "text"),
    ("sessionId", "session_id", "text"),
    ("domain", "domain", "text"),
    ("page", "page", "text"),
    ("eventName", "event_name", "text"),
    ("eventNumber", "event_value", "amount"),
] %}

{{ stage_columns("growingio", "custom_event", "eventName", fields) }}
