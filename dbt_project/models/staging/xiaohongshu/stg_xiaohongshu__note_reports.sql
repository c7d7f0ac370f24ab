-- Grain: one row per account and record hash: a report row of a day and advertised note, as answered.
{{ config(post_hook="{{ remember_staged_loads('xiaohongshu', 'report_note') }}") }}

{% set ids = [("note_id", "note_id", "text", true)] %}

{{ stage_payloads("xiaohongshu", "report_note", xiaohongshu_report(ids), "record_date", absent=["-"]) }}
