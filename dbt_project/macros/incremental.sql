{# Loads that count for this build: the snapshot's own that stay, and the new ones. #}
{% macro wanted_loads() -%}
    select source, account, resource, load_id from {{ source("control", "loads") }} where change in ('kept', 'added')
{%- endmacro %}

{# Loads whose days have to be rewritten: those that came or went, all of them when the tables are made from nothing. #}
{% macro pending_loads() -%}
    select source, account, resource, load_id
    from {{ source("control", "loads") }}
    where change in ('added', 'removed') {%- if is_first_build() %} or change = 'kept' {%- endif %}
{%- endmacro %}

{# Loads that the snapshot did not have, those too that are excluded: later hashes may point to their payloads. #}
{% macro arrived_loads() -%}
    select source, account, resource, load_id
    from {{ source("control", "loads") }}
    where change in ('added', 'excluded')
{%- endmacro %}

{# Pre-hook of an incremental fact: rows of touched days go, the model then appends the recomputed ones. #}
{% macro delete_touched(day="metric_date", account="account_id", fact=none) -%}
    {%- if is_incremental() -%}
        delete from {{ this }} as written
        using {{ var("stage_database") }}.intermediate.int_touched_days as touched
        where
            touched.fact = '{{ fact or this.identifier }}'
            {%- if account %}
                and touched.source = written.source and touched.account = written.{{ account }}
            {%- endif %}
            and touched.metric_date = written.{{ day }}
    {%- endif -%}
{%- endmacro %}

{# Days of one fact and source that this build rewrites: source, account, metric_date. #}
{% macro touched_days(fact, source_name) -%}
    select source, account, metric_date
    from {{ ref("int_touched_days") }}
    where fact = '{{ fact }}' and source = '{{ source_name }}'
{%- endmacro %}

{# Pre-hook of the comments, which are rewritten by comment and not by day. #}
{% macro delete_touched_comments() -%}
    {%- if is_incremental() -%}
        delete from {{ this }} as written
        using {{ var("stage_database") }}.intermediate.int_touched_comments as touched
        where
            touched.source = written.source
            and touched.account = written.account_id
            and touched.comment_id = written.comment_id
    {%- endif -%}
{%- endmacro %}

{# Days of one fact that this build rewrites, of every source: source, account, metric_date. #}
{% macro touched_days_of(fact) -%}
    select source, account, metric_date from {{ ref("int_touched_days") }} where fact = '{{ fact }}'
{%- endmacro %}
