{#
Stages the payloads of one resource: one row per account and record hash, typed, with the reason why it cannot be used if so.
fields: a list of (path, name, type, required). Types: text, bigint, count, integer, amount, long_amount, rate, date, timestamp, epoch, epoch_ms,
weekday_time, boolean.
Empty text counts as absent, other texts too where `absent` lists them. `computed` are columns over the typed ones.
#}
{% macro stage_payloads(source_name, resource, fields, record_date, computed={}, absent=[]) -%}
    {%- set paths = unstaged_files(source_name, resource) -%}
    {%- set parents = [] -%}
    {%- for path, name, type, required in fields -%}
        {%- if "." in path and "[]" not in path -%}
            {%- set parent = path.split(".")[:-1] | join(".") -%}
            {%- if parent not in parents %} {% do parents.append(parent) %} {% endif -%}
        {%- endif -%}
    {%- endfor -%}
    with
        landed as (
            select source, account, record_hash, min(record) as record
            from {{ read_landing(paths) }}
            where record is not null
            group by source, account, record_hash
        ),

        parsed as (
            select
                *,
                {{ parse_record("record", record_shape(fields)) }} as fields
                {%- for parent in parents %}, {{ json_kind("record", parent) }} as kind_{{ loop.index }}{% endfor %}
            from landed
        ),

        texts as (
            select
                source,
                account,
                record_hash,
                fields is null as is_malformed,
                {%- for path, name, type, required in fields %}
                    {%- set text = "fields." ~ (path | replace("[]", "[1]")) %}
                    {% for mark in [""] + absent -%} nullif({%- endfor -%}{{ text }}
                    {%- for mark in [""] + absent -%}, '{{ mark }}') {%- endfor %} as {{ name }}
                    {%- if not loop.last or parents %},{% endif %}
                {%- endfor %}
                {%- for parent in parents %} kind_{{ loop.index }}{% if not loop.last %},{% endif %} {%- endfor %}
            from parsed
        ),

        typed as (
            select
                source,
                account,
                record_hash,
                case
                    when is_malformed
                    then 'record: not a JSON object'
                    {%- for parent in parents %}
                        when kind_{{ loop.index }} not in ('OBJECT', 'NULL') then '{{ parent }}: not an object'
                    {%- endfor %}
                    {%- for path, name, type, required in fields %}
                        {%- if required %} when {{ name }} is null then '{{ path }}: missing' {%- endif %}
                        {%- if type != "text" %}
                            when {{ name }} is not null and ({{ cast_text(name, type) }}) is null
                            then '{{ path }}: not a valid {{ type }}'
                        {%- endif %}
                    {%- endfor %}
                end as reject_reason,
                {%- for path, name, type, required in fields %}
                    {{ cast_text(name, type) }} as {{ name }}{% if not loop.last %},{% endif %}
                {%- endfor %}
            from texts
        ),

        staged as (
            select
                source,
                account,
                record_hash,
                reject_reason,
                cast({{ record_date }} as date) as record_date
                {%- for path, name, type, required in fields if name != record_date and not name.startswith("_") %}
                    , {{ name }}
                {%- endfor %}
                {%- for name, expression in computed.items() %}, {{ expression }} as {{ name }} {%- endfor %}
            from typed
        )

    select *
    from staged
    {%- if is_incremental() %}
        where
            not exists (
                select 1
                from {{ this }} as known
                where
                    known.account = staged.account
                    and known.record_hash = staged.record_hash
                    and known.source = staged.source
            )
    {%- endif %}
{%- endmacro %}
