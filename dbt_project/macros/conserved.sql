{#
A measure, per account and day, is the same in the rows of the newest complete answers, in the core fact and in the mart. `reports` are
(source, resource, staging model, the measure out of it in our unit). Sources without a report here are compared from core to mart, and so
are days that only files tell of.
#}
{% macro conserved(measure, core, mart, reports) %}
    with
        staged as (
            {% for source_name, resource, model, expression in reports %}
                select
                    receipts.source,
                    receipts.account as account_id,
                    receipts.slice_date as metric_date,
                    cast(sum({{ expression }}) as decimal(20, 5)) as total
                from {{ ref("int_winning_receipts") }} as receipts
                inner join
                    {{ ref("stg_landing__sightings") }} as sightings using (
                        source, account, resource, load_id, window_start, window_end
                    )
                inner join {{ ref(model) }} as payloads using (source, account, record_hash)
                where
                    receipts.source = '{{ source_name }}'
                    and receipts.resource = '{{ resource }}'
                    and payloads.record_date = receipts.slice_date
                    and payloads.reject_reason is null
                group by receipts.source, receipts.account, receipts.slice_date
                {% if not loop.last %}
                    union all
                {% endif %}
            {% endfor %}
        ),

        {% for layer, model in [("core", core), ("marts", mart)] %}
            {{ layer }} as (
                select source, account_id, metric_date, sum({{ measure }}) as total
                from {{ ref(model) }}
                group by source, account_id, metric_date
            )
            {% if not loop.last %},{% endif %}
        {% endfor %},
        by_file as ({{ days_by_file(core) }})

    select
        source,
        account_id,
        metric_date,
        staged.total as staged_total,
        core.total as core_total,
        marts.total as mart_total
    from staged
    full outer join core using (source, account_id, metric_date)
    full outer join marts using (source, account_id, metric_date)
    left join by_file using (source, account_id, metric_date)
    where
        coalesce(core.total, 0) <> coalesce(marts.total, 0)
        or (
            source in ('{{ reports | map(attribute=0) | join("', '") }}')
            and coalesce(staged.total, 0) <> coalesce(core.total, 0)
            and by_file.source is null
        )
{% endmacro %}

{#
Measures of a mart are the sums that their facts give. `parts` are (measure, fact or relation, the amount out of it, the mart's columns to compare
by, each with what it is in the fact); what the mart sums up beyond the fact, or leaves out, is a row. `mart` is a relation too.
#}
{% macro conserved_sums(mart, parts) %}
    {% for measure, relation, amount, columns in parts %}
        {%- set names = columns.keys() | join(", ") %}
        select
            '{{ measure }}' as measure,
            concat_ws(' ', {{ names }}) as place,
            expected.total as expected_total,
            found.total as found_total
        from
            (
                select
                    {% for name, value in columns.items() %} {{ value }} as {{ name }}, {% endfor %}
                    cast(sum({{ amount }}) as decimal(20, 5)) as total
                from {{ relation }} as facts
                group by {{ columns.values() | join(", ") }}
            ) as expected
        full outer join
            (
                select {{ names }}, cast(sum({{ measure }}) as decimal(20, 5)) as total
                from {{ mart }} as mart
                group by {{ names }}
            ) as found using ({{ names }})
        where coalesce(expected.total, 0) <> coalesce(found.total, 0)
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
{% endmacro %}
