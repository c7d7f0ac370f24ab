{#
One round. Every identity hears the labels of its neighbours; its own labels hear them, too, so that whole groups join and not one
identity after the other; and it hears the labels of its labels, which doubles the reach. Each holds from the latest of the times on.
Of what it heard a label stays that is smaller than all it had until then.
#}
{% macro label_round(labels, edges) -%}
    with
        heard as (
            select birth, label, labelled_at
            from {{ labels }}
            union all
            select edges.neighbour, labels.label, greatest(labels.labelled_at, edges.linked_at)
            from {{ labels }} as labels
            inner join {{ edges }} as edges on labels.birth = edges.birth
            where labels.label < edges.neighbour
            union all
            select near.label, far.label, greatest(near.labelled_at, edges.linked_at, far.labelled_at)
            from {{ labels }} as near
            inner join {{ edges }} as edges on near.birth = edges.neighbour
            inner join {{ labels }} as far on edges.birth = far.birth
            where far.label < near.label
            union all
            select near.birth, far.label, greatest(near.labelled_at, far.labelled_at)
            from {{ labels }} as near
            inner join {{ labels }} as far on near.label = far.birth
            where far.label < near.label
        ),

        ordered as (
            select
                *,
                min(label) over (
                    partition by birth order by labelled_at, label rows between unbounded preceding and 1 preceding
                ) as smallest_before
            from heard
        )

    select birth, label, labelled_at
    from ordered
    where smallest_before is null or label < smallest_before
{%- endmacro %}

{# Post-hook of int_identity_labels: rounds until one changes nothing; an error when that takes more than the variable allows. #}
{% macro spread_labels() -%}
    {%- if execute -%}
        {%- set edges = ref("int_identity_edges") -%}
        {%- set heard = this.incorporate(path={"identifier": this.identifier ~ "_heard"}) -%}
        {%- set reached = namespace(fixpoint=false) -%}
        {%- for number in range(var("identity_rounds")) -%}
            {%- if not reached.fixpoint -%}
                {%- do run_query("create or replace table " ~ heard ~ " as " ~ label_round(this, edges)) -%}
                {%- set news = run_query(
                    "select count(*) from (select * from "
                    ~ heard
                    ~ " except select * from "
                    ~ this
                    ~ ") as news"
                ) -%}
                {%- set reached.fixpoint = news.columns[0].values()[0] == 0 -%}
                {%- if not reached.fixpoint -%}
                    {%- do run_query("delete from " ~ this) -%}
                    {%- do run_query("insert into " ~ this ~ " select birth, label, labelled_at from " ~ heard) -%}
                {%- endif -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do run_query("drop table if exists " ~ heard) -%}
        {%- if not reached.fixpoint -%}
            {{
                exceptions.raise_compiler_error(
                    "spread_labels: no fixpoint after "
                    ~ var("identity_rounds")
                    ~ " rounds; raise the variable identity_rounds"
                )
            }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# The id of the person whose earliest identity this is. #}
{% macro person_id(identity_id) -%} md5('person:' || {{ identity_id }}) {%- endmacro %}

{# The identity that speaks for an event, strongest key first. #}
{% macro acting_identity(relation, kinds=["user", "phone", "email", "visitor"]) -%}
    coalesce(
        {% for kind in kinds %}{{ relation }}.{{ kind }}_identity_id{% if not loop.last %}, {% endif %} {% endfor %}
    )
{%- endmacro %}

{# Persons that allow every purpose of a gate (seed consent_gates), by their latest decisions (default: of this build). #}
{% macro consenting_persons(gate, consents=none) -%}
    select consents.person_id
    from {{ consents or ref("inf_person_consent") }} as consents
    inner join {{ ref("consent_gates") }} as gates on consents.purpose = gates.purpose and gates.gate = '{{ gate }}'
    where consents.is_granted
    group by consents.person_id
    having count(*) = (select count(*) from {{ ref("consent_gates") }} where gate = '{{ gate }}')
{%- endmacro %}

{# The owner of an event in a relation of identities and persons: of the first identity it names that belongs to anybody. #}
{% macro owner_of(kinds=["user", "phone", "email", "visitor"]) -%}
    coalesce({% for kind in kinds %}{{ kind }}_owners.person_id{% if not loop.last %}, {% endif %} {% endfor %})
{%- endmacro %}

{# The joins that owner_of needs. #}
{% macro join_owners(relation, owners, kinds=["user", "phone", "email", "visitor"]) -%}
    {%- for kind in kinds %}
        left join
            {{ owners }} as {{ kind }}_owners on {{ relation }}.{{ kind }}_identity_id = {{ kind }}_owners.identity_id
    {%- endfor %}
{%- endmacro %}

{# Identities of days (fct_identity_daily) that a query names (source, account, metric_date of filing): from when to when seen. #}
{% macro identity_spans(identity_days, days) -%}
    select
        min(told.platform) as platform,
        told.identity_id,
        told.identity_kind,
        min(told.first_seen_at) as first_seen_at,
        max(told.last_seen_at) as last_seen_at
    from {{ identity_days }} as told
    inner join
        ({{ days }}) as named
        on told.source = named.source
        and told.account_id = named.account
        and told.filed_date = named.metric_date
    group by told.identity_id, told.identity_kind
{%- endmacro %}
