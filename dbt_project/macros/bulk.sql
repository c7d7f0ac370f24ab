{#
Stages the rows of a resource that lands as columns: one row per event, with the window that it was asked under; receipts, rows without
the key, are left out. `fields` are (landed column, name, type). Whether values fit, the extractor has judged.
#}
{% macro stage_columns(source_name, resource, key, fields) -%}
    {%- set paths = unstaged_files(source_name, resource) -%}
    {%- set own = ["source", "account", "load_id", "window_start", "window_end"] -%}
    select
        {{ own | join(", ") }},
        cast(null as varchar) as record_hash,
        cast(null as varchar) as reject_reason,
        cast(window_start as date) as record_date
        {%- for landed, name, type in fields %}
            , {{ cast_text("nullif(" ~ name ~ ", '')", type) }} as {{ name }}
        {%- endfor %}
    from
        (
            {%- if paths %}
                select
                    {{ own | join(", ") }}
                    {%- for landed, name, type in fields %}, "{{ landed }}" as {{ name }} {%- endfor %}
                from {{ read_landing(paths) }}
                where nullif("{{ key }}", '') is not null
            {%- else %}
                select
                    {{ own | join(", ") }}
                    {%- for landed, name, type in fields %}, cast(null as varchar) as {{ name }}
                    {%- endfor %}
                from {{ read_landing([]) }}
            {%- endif %}
        ) as landed
{%- endmacro %}

{#
Events of one bulk resource for the touched days of core.fct_web_event: those of the newest complete answer, each id once. `columns` are
canonical columns with the expression that gives them; event_at and event_id among them. Only ids that repeat, few if any, are put in
order: doing so with all costs several times as much.
#}
{% macro bulk_web_events(source_name, resource, staging_model, event_type, columns) -%}
    {%- set own = ["source", "account_id", "event_type", "filed_date"] -%}
    {%- set told -%}
        (
            select
                rows.source,
                rows.account as account_id,
                rows.record_date as filed_date
                {%- for name, expression in columns.items() %}, {{ expression }} as {{ name }} {%- endfor %}
            from {{ ref(staging_model) }} as rows
            inner join
                {{ ref("int_winning_receipts") }} as receipts using (source, account, load_id, window_start, window_end)
            inner join
                touched
                on rows.source = touched.source
                and rows.account = touched.account
                and rows.record_date = touched.metric_date
            where receipts.resource = '{{ resource }}' and receipts.slice_date = rows.record_date
        ) as told
    {%- endset -%}
    {%- set repeated -%}
        (
            select account_id, filed_date, event_id
            from {{ told }}
            group by account_id, filed_date, event_id
            having count(*) > 1
        ) as repeated
    {%- endset -%}
    {%- set same -%}
        told.account_id = repeated.account_id
        and told.filed_date = repeated.filed_date
        and told.event_id = repeated.event_id
    {%- endset -%}
    select
        source,
        account_id,
        '{{ event_type }}' as event_type,
        filed_date
        {%- for name, type in canonical_columns("web_events") if name not in own %}
            , {{ name if name in columns else "cast(null as " ~ type ~ ")" }} as {{ name }}
        {%- endfor %}
    from
        (
            select told.*, 1 as place
            from {{ told }}
            where not exists (select 1 from {{ repeated }} where {{ same }})
            union all
            select
                told.*,
                row_number() over (
                    partition by told.account_id, told.filed_date, told.event_id
                    order by {% for name in columns %} told.{{ name }}{% if not loop.last %}, {% endif %} {% endfor %}
                ) as place
            from {{ told }}
            inner join {{ repeated }} on {{ same }}
        ) as placed
    where place = 1
{%- endmacro %}
