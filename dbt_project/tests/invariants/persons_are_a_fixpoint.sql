-- One more round of joining persons changes nothing: whoever is linked, over however many others, is one person.
with once_more as ({{ label_round(ref("int_identity_labels"), ref("int_identity_edges")) }})

select *
from
    (
        select *
        from once_more
        except
        select *
        from {{ ref("int_identity_labels") }}
    ) as unheard
union all
select *
from
    (
        select *
        from {{ ref("int_identity_labels") }}
        except
        select *
        from once_more
    ) as unfounded
