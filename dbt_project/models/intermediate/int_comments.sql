-- Grain: one row per source, account and landed version of a comment, in canonical columns.
with comments as ({{ union_conformed("comments") }}) select * from comments
