-- Grain: one row per source, account, day and check: our sums against the platform's own.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ delete_touched(fact='reconciliation') }}",
    )
}}

with
    checked as ({{ union_conformed("reconciliation") }}),

    differences as (
        select
            checked.*,
            cast(checked.detail_total - checked.summary_total as decimal(20, 5)) as difference,
            checks.tolerance,
            checks.direction,
            checks.severity
        from checked
        inner join {{ ref("reconciliation_checks") }} as checks using (check_name)
    ),

    reconciliation as (
        select
            *,
            case
                when direction = 'at_least'
                then difference >= - tolerance
                when direction = 'at_most'
                then difference <= tolerance
                else abs(difference) <= tolerance
            end as is_within_tolerance
        from differences
    )

select *
from reconciliation
