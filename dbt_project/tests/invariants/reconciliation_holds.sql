-- Our sums agree with the totals that the platform itself gives, where they must.
select * from {{ ref("reconciliation") }} where severity = 'error' and not is_within_tolerance
