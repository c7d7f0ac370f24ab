-- Grain: one row per identity seen on the site and its kind: from when to when.
-- What identities are numbered by, without reading every day of all of them each morning.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ delete_named_by('int_touched_identities', {'identity_id': 'identity_id', 'identity_kind': 'identity_kind'}) }}",
    )
}}

select platform, identity_id, identity_kind, first_seen_at, last_seen_at
from {{ ref("int_touched_identities") }}
where first_seen_at is not null
