-- Two identities that were seen together belong to one person, unless one of them is shared by many.
select pairs.identity_id, pairs.other_id
from {{ ref("int_identity_pairs") }} as pairs
inner join {{ ref("bridge_person_identity") }} as one on pairs.identity_id = one.identity_id
inner join {{ ref("bridge_person_identity") }} as other on pairs.other_id = other.identity_id
where one.person_id <> other.person_id
