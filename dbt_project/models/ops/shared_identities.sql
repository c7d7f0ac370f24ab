-- Grain: one row per identity and kind of others: keys that too many people share to link anybody.
select
    identity_id,
    identity_kind,
    seen_with_kind,
    cast(identities as bigint) as identities,
    cast(max_identities as bigint) as max_identities,
    reason_en,
    reason_zh
from {{ ref("int_shared_identities") }}
